"""Group-informed consensus, as Polis computes it: how likely all groups are to agree, multiplied."""

import numpy as np

from .result import Tally
from .votes import Floats


def group_informed_consensus(tally: Tally) -> Floats:
    """Return for each statement the product over the groups of their smoothed shares of agreement.

    That is Π (A + 1) / (S + 2), where A counts the members of a group who agreed with the statement and S
    those who voted on it in any way, passes included. The 1 and the 2 are one imagined agreement and one
    imagined other vote, so that a group of two who both agree counts as 3/4 and not as certain.

    Parameters
    ----------
    tally : Tally
        Counts of shape (n_groups, n_statements, 3).

    Returns
    -------
    float array of shape (n_statements,)
        Above 0 and below 1; higher is more. A group that has not seen the statement counts as 1/2. nan
        for every statement where there are no groups.

    Notes
    -----
    The product shrinks with the number of groups, and a statement that hardly anybody saw can stand high:
    two groups that have not seen it at all give 1/4. Compare it only within one map, and beside the counts.

    References
    ----------
    C. Small, M. Bjorkegren, T. Erkkilä, L. Shaw and C. Megill (2021), Polis: Scaling deliberation by mapping
    high dimensional opinion spaces, Recerca 26(2), https://doi.org/10.6035/recerca.5516.

    Examples
    --------
    Of one group 8 agreed, 1 disagreed and 1 passed, of the other 1 agreed and 1 disagreed:
    (8 + 1) / (10 + 2) × (1 + 1) / (2 + 2) = 3/4 × 1/2.

    >>> tally = Tally(np.array([[[1, 1, 8]], [[1, 0, 1]]]))
    >>> group_informed_consensus(tally).tolist()
    [0.375]
    """
    n_groups, n_statements, _ = tally.counts.shape
    if n_groups == 0:
        return np.full(n_statements, np.nan)
    return np.asarray(np.prod((tally.agree + 1) / (tally.seen + 2), axis=0))

"""A part of the people, large enough to begin with, the same whoever stands where in the list."""

import numpy as np
import numpy.typing as npt

from .colours import Colours
from .votes import NO_SIDE, Counts

VOTES_A_STATEMENT = 500
"""Votes on each statement, on average, that a sample holds."""
LEAST_VOTES = 250_000


def sample_of(
    colours: Colours, side_of: npt.NDArray[np.int8], n_votes_of: Counts, n_statements: int
) -> npt.NDArray[np.bool_]:
    """Return who is in the sample: all, or of each side every so-many-th in the order of colours.

    So people who voted exactly alike are in it by their share, and which of them are, makes no difference.
    Sorts the participants once where there are more votes than a sample needs.
    """
    wanted = max(LEAST_VOTES, VOTES_A_STATEMENT * n_statements)
    n_votes = int(n_votes_of.sum())
    if n_votes <= 1.25 * wanted:
        return np.ones(len(colours), np.bool_)
    share = wanted / n_votes
    chosen = np.zeros(len(colours), np.bool_)
    for side in range(NO_SIDE, int(side_of.max()) + 1):
        people = np.flatnonzero(side_of == side)
        in_order = people[np.argsort(colours[people], kind="stable")]
        n_chosen = int(np.ceil(len(people) * share))
        every = (np.arange(n_chosen) * len(people)) // max(n_chosen, 1)
        chosen[in_order[every]] = True
    return chosen

"""Common ground: what the side that agrees least surely agrees to.

A statement is common ground as far as *every* side agrees with it. So each side is asked by itself: of
those who took a position, what share agrees, and what does that share surely exceed, given how few
were asked? The smallest of these bounds is the statement's score. A mean over everybody would let a large
side speak for a small one; a product over groups sinks as groups multiply, and treats three voices as
three hundred.

The share is (A + 1) / (A + D + 2), the mean of what is then known of it (Laplace; a Beta distribution), and
the bounds are 1.2816 of that distribution's standard deviations away: one-sided, 90 %.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from .result import CommonGround, Verdict
from .votes import AGREE, DISAGREE, PASS, Floats

Z_90 = 1.2815515655446004
"""Standard deviations below which nine tenths of a normal distribution lie."""
ENOUGH_POSITIONS = 10
"""People of each side who must have agreed or disagreed before anything is said of a statement."""
MAJORITY = 0.5
MANY_PASSED = 0.5


def common_ground(counts: Floats) -> CommonGround:
    """Return where the sides agree.

    Parameters
    ----------
    counts : array of shape (n_sides, n_statements, 3)
        Disagree, pass, agree of each side; memberships that are only likely may count in part.

    Returns
    -------
    CommonGround
        See there. Without sides, or without votes, the verdict is `Verdict.TOO_FEW_VOTES`.

    Examples
    --------
    Eighty of a hundred agree on one side, thirty of forty on the other; the smaller bound counts.

    >>> found = common_ground(np.array([[[20, 0, 80]], [[10, 0, 30]]]))
    >>> found.verdict.value, round(float(found.score[0]), 3)
    ('found', 0.652)
    """
    agree, disagree = counts[:, :, AGREE + 1], counts[:, :, DISAGREE + 1]
    positions, passed = agree + disagree, counts[:, :, PASS + 1]
    seen = positions + passed
    unseen = seen <= 0
    share = (agree + 1.0) / (positions + 2.0)
    doubt = Z_90 * np.sqrt(share * (1.0 - share) / (positions + 3.0))
    agreement = np.where(unseen, np.nan, share)
    lower = np.where(unseen, np.nan, share - doubt)
    upper = np.where(unseen, np.nan, share + doubt)
    n_sides, n_statements = share.shape
    if not n_sides:
        nothing = np.zeros(0, np.int64)
        score = np.full(n_statements, np.nan)
        return CommonGround(
            Verdict.TOO_FEW_VOTES,
            agreement,
            lower,
            upper,
            score,
            nothing,
            nothing,
            nothing,
            nothing,
        )
    score = lower.min(axis=0)
    enough = (positions >= ENOUGH_POSITIONS).all(axis=0)
    shirked = (passed >= MANY_PASSED * np.maximum(seen, 1e-9)).any(axis=0)
    agreed = enough & ~shirked & (score > MAJORITY)
    gap = lower.max(axis=0) - upper.min(axis=0)
    divided = enough & ~shirked & (lower > MAJORITY).any(axis=0) & (upper < MAJORITY).any(axis=0)
    known = (seen >= ENOUGH_POSITIONS).all(axis=0)
    refused = enough & ~shirked & (upper.max(axis=0) < MAJORITY)
    unsure = known & ~agreed & ~divided & ~refused
    verdict = Verdict.NONE if enough.any() else Verdict.TOO_FEW_VOTES
    if agreed.any():
        verdict = Verdict.FOUND
    openness = np.abs(share - MAJORITY).min(axis=0)
    return CommonGround(
        verdict,
        agreement,
        lower,
        upper,
        score,
        _strongest(agreed, score),
        _strongest(refused, -upper.max(axis=0)),
        _strongest(divided, gap),
        _strongest(unsure, -openness),
    )


def _strongest(chosen: Any, strength: Floats) -> npt.NDArray[np.int64]:
    places = np.flatnonzero(chosen)
    return places[np.argsort(-strength[places], kind="stable")]

"""Statements on which a group stands apart, chosen as Polis does, without anything to fill a gap.

A statement is representative of a group by agreement where

1. its members agree with it beyond chance: a one-proportion test against one half, and
2. they agree with it beyond chance more than everybody in the other groups: a two-proportion test,

both above z = 1.2816 (90 %, one-sided), and

3. ten or more of its members have seen it, and ten or more of the others.

By disagreement likewise. It cannot be both. The strongest five are kept, by ratio × z of the ratio × share ×
z of the share.

The third condition is ours. Both tests take a count for a normal variable, which from about ten votes on is
near enough to the truth at a share of one half (n p and n (1 − p) of five or more), and both add an imagined
vote of the same kind, which makes three of three out of two of two: that passes. Ten is also what common
ground asks of every side before anything is said of a statement.

Polis gives a group that has none the statement that comes nearest, and puts one statement that the group
agrees with before the others even where it passes neither test. Both tell a reader what the votes do not:
they are left out here, and a group may have none.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .common_ground import ENOUGH_POSITIONS
from .result import Representative, Tally
from .votes import AGREE, DISAGREE, Floats

BEYOND_CHANCE = 1.2816
"""Standard deviations that a normal variable exceeds one time in ten."""

ENOUGH_VOTES = ENOUGH_POSITIONS
"""Members of a group, and others, who must have seen a statement before it can set the group apart."""

MOST_OF_A_GROUP = 5


def representative_statements(
    tally: Tally,
    *,
    rejected: npt.NDArray[np.bool_] | None = None,
    at_most: int = MOST_OF_A_GROUP,
    fewest_votes: int = ENOUGH_VOTES,
) -> tuple[tuple[Representative, ...], ...]:
    """Return the statements that set each group apart from all others, the strongest first.

    Parameters
    ----------
    tally : Tally
        Counts of shape (n_groups, n_statements, 3).
    rejected : bool array of shape (n_statements,), optional
        Statements that may not be chosen. Default: any may.
    at_most : int
        How many of a group are kept.
    fewest_votes : int
        Votes, passes included, that a statement needs in the group and outside it. Polis asks for none.

    Returns
    -------
    tuple of n_groups tuples of Representative
        Empty where a group stands out by nothing. Always so where there is only one group: with s' = n' = 0
        the p' below is 1, which nothing exceeds. What is equally strong is in the order of the statements.

    Notes
    -----
    With s of n who voted so, passes counted in n, and s', n' the same of all other groups together:

    - share = (s + 1) / (n + 2)
    - ratio = share / ((s' + 1) / (n' + 2))
    - z of the share = 2 √(n + 1) ((s + 1) / (n + 1) − 1/2)
    - z of the ratio = (p − p') / √(q (1 − q) (1 / (n + 1) + 1 / (n' + 1))), where p = (s + 1) / (n + 1),
      p' = (s' + 1) / (n' + 1), q = (s + s' + 2) / (n + n' + 2); 0 where q = 1.

    The 1 added to every count is Polis' own: an imagined vote of the same kind, in both tests.

    References
    ----------
    C. Small, M. Bjorkegren, T. Erkkilä, L. Shaw and C. Megill (2021), Polis: Scaling deliberation by mapping
    high dimensional opinion spaces, Recerca 26(2), https://doi.org/10.6035/recerca.5516.
    compdemocracy/polis, math/src/polismath/math/repness.clj and stats.clj: the tests and the order.

    Examples
    --------
    9 of 10 agree in one group, 2 of 10 in the other. Share 10/12; ratio (10/12) / (3/12) = 3.33; z of the
    share 2 √11 (10/11 − 1/2) = 2.71; z of the ratio (10/11 − 3/11) / √(13/22 × 9/22 × 2/11) = 3.04.

    >>> tally = Tally(np.array([[[1, 0, 9]], [[4, 4, 2]]]))
    >>> (statement,), nothing = representative_statements(tally)
    >>> statement.vote, statement.n_alike, statement.n_votes
    (1, 9, 10)
    >>> f"{statement.ratio:.2f} {statement.z_share:.2f} {statement.z_ratio:.2f}"
    '3.33 2.71 3.04'
    >>> nothing
    ()
    """
    n_groups, n_statements, _ = tally.counts.shape
    allowed = np.ones(n_statements, np.bool_) if rejected is None else ~rejected
    agreement = _standing_apart(tally.agree, tally.seen)
    disagreement = _standing_apart(tally.disagree, tally.seen)
    others_seen = tally.seen.sum(axis=0) - tally.seen
    enough = allowed & (np.minimum(tally.seen, others_seen) >= fewest_votes)
    chosen = []
    for group in range(n_groups):
        candidates = [
            *_candidates(agreement, group, enough[group], vote=AGREE),
            *_candidates(disagreement, group, enough[group], vote=DISAGREE),
        ]
        candidates.sort(key=lambda each: (-_strength(each), each.statement))
        chosen.append(tuple(candidates[:at_most]))
    return tuple(chosen)


@dataclass(frozen=True, eq=False)
class _StandingApart:
    """One kind of vote in each group beside the same kind in all others; shapes (n_groups, n_statements)."""

    n_alike: npt.NDArray[np.int64]
    n_votes: npt.NDArray[np.int64]
    share: Floats
    ratio: Floats
    z_share: Floats
    z_ratio: Floats

    @property
    def is_beyond_chance(self) -> npt.NDArray[np.bool_]:
        return np.asarray((self.z_share > BEYOND_CHANCE) & (self.z_ratio > BEYOND_CHANCE))


def _standing_apart(
    n_alike: npt.NDArray[np.int64], n_votes: npt.NDArray[np.int64]
) -> _StandingApart:
    others_alike = n_alike.sum(axis=0) - n_alike
    others_votes = n_votes.sum(axis=0) - n_votes
    share = (n_alike + 1) / (n_votes + 2)
    return _StandingApart(
        n_alike=n_alike,
        n_votes=n_votes,
        share=share,
        ratio=share / ((others_alike + 1) / (others_votes + 2)),
        z_share=one_proportion_z(n_alike, n_votes),
        z_ratio=two_proportion_z(n_alike, n_votes, others_alike, others_votes),
    )


def one_proportion_z(successes: npt.ArrayLike, trials: npt.ArrayLike) -> Floats:
    """Return how far a proportion exceeds one half, in standard deviations; one added to both counts.

    >>> round(float(one_proportion_z(9, 10)), 2)
    2.71
    """
    s, n = np.asarray(successes) + 1, np.asarray(trials) + 1
    return np.asarray(2 * np.sqrt(n) * (s / n - 0.5))


def two_proportion_z(
    successes: npt.ArrayLike,
    trials: npt.ArrayLike,
    other_successes: npt.ArrayLike,
    other_trials: npt.ArrayLike,
) -> Floats:
    """Return how far one proportion exceeds another, in standard deviations; one added to all counts.

    0 where everybody in both was a success: there is then no difference to measure.

    >>> round(float(two_proportion_z(9, 10, 2, 10)), 2)
    3.04
    """
    s, n = np.asarray(successes) + 1, np.asarray(trials) + 1
    t, m = np.asarray(other_successes) + 1, np.asarray(other_trials) + 1
    pooled = (s + t) / (n + m)
    deviation = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    difference = np.asarray(s / n - t / m)
    return np.asarray(
        np.divide(difference, deviation, out=np.zeros_like(difference), where=deviation > 0)
    )


def _candidates(
    apart: _StandingApart, group: int, allowed: npt.NDArray[np.bool_], *, vote: int
) -> list[Representative]:
    statements = np.flatnonzero(apart.is_beyond_chance[group] & allowed)
    return [
        Representative(
            statement=int(statement),
            vote=vote,
            n_votes=int(apart.n_votes[group, statement]),
            n_alike=int(apart.n_alike[group, statement]),
            share=float(apart.share[group, statement]),
            ratio=float(apart.ratio[group, statement]),
            z_share=float(apart.z_share[group, statement]),
            z_ratio=float(apart.z_ratio[group, statement]),
        )
        for statement in statements
    ]


def _strength(each: Representative) -> float:
    return each.ratio * each.z_ratio * each.share * each.z_share

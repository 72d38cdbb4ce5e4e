"""Ratings explained by a mean, an intercept and a factor of each rater and each note, always the same way.

    rating = mean + rater's intercept + note's intercept + rater's factor × note's factor

    loss = mean of (rating − explained)² over the ratings
         + 0.15 (mean² + mean of intercept² over the raters + mean of intercept² over the notes)
         + 0.03 (mean of factor² over the raters + mean of factor² over the notes)

Community Notes searches by gradient descent from a random start. The loss is quadratic in all that belongs to
the raters while the notes stand still, and the other way about; so here each half, the mean with it, is
solved exactly, in turn: alternating ridge regressions, begun from a start that the ratings give.

Sources: S. Wojcik, S. Hilgard, N. Judd, D. Mocanu, S. Ragain, M. B. Fallin Hunzaker, K. Coleman and J. Baxter
(2022), Birdwatch: Crowd wisdom and bridging algorithms can inform understanding and reduce the spread of
misinformation, https://doi.org/10.48550/arXiv.2210.15723, for the model; twitter/communitynotes,
scoring/src/scoring/matrix_factorization/matrix_factorization.py, for means in the penalty where the paper
writes sums. Y. Koren, R. Bell and C. Volinsky (2009), Matrix factorization techniques for recommender
systems, https://doi.org/10.1109/MC.2009.263, for solving in turn.
"""

from dataclasses import dataclass

import numpy as np

from .exact import Multiples, rounded, unit_for
from .passes import Parts, gathered, scattered
from .votes import KINDS, Counts, Floats

INTERCEPT_PENALTY, FACTOR_PENALTY = 0.15, 0.03
RATING_OF_LEVEL = np.array([0.0, 0.5, 1.0])

STANDS_STILL = 1e-9
"""The search ends when a round makes the loss smaller by less than this share of it."""
MOST_ROUNDS = 500


@dataclass(frozen=True, eq=False)
class Half:
    """Intercepts and factors of all raters, or of all notes; 0 where nothing was rated."""

    intercepts: Floats
    factors: Floats

    def with_factors_times(self, scale: float) -> "Half":
        return Half(self.intercepts, self.factors * scale)


@dataclass(frozen=True, eq=False)
class Explained:
    """Ratings explained.

    Attributes
    ----------
    mean : float
        What all ratings have in common; 0 without ratings.
    raters, notes : Half
        Factors could all change sign together: most raters' are negative, as in Community Notes; where as
        many are positive, the sign is that of the start.
    loss : float
        0 without ratings.
    n_rounds : int
        How often each half was solved.
    """

    mean: float
    raters: Half
    notes: Half
    loss: float
    n_rounds: int


@dataclass(frozen=True, eq=False)
class _Sums:
    """What the best intercepts and factors of one half depend on: sums over each one's ratings.

    ``rest`` is the rating less the other half's intercept, ``factor`` the other half's factor.
    """

    n: Floats
    factor: Floats
    factor_factor: Floats
    rest: Floats
    rest_factor: Floats


def explained(parts: Parts, by_level: Counts, n_ratings_of: Counts, *, start: Floats) -> Explained:
    """Return the ratings explained with the least loss that turns of the two halves find.

    Parameters
    ----------
    parts : Parts
        The ratings, a row for each rater, a column for each (note, level).
    by_level : int64 array of shape (n_notes, 3)
        Ratings not helpful, somewhat helpful and helpful: 0, 1/2 and 1.
    n_ratings_of : int64 array of shape (n_raters,)
        Ratings of each rater.
    start : float array of shape (n_notes,)
        The notes' factors to begin from.

    Notes
    -----
    Two passes over the ratings a round, until the loss falls by less than 1e-9 of itself, at most 500 rounds.
    The loss is not convex: what is found is a place that no turn improves, as is what gradient descent finds.
    What is summed over ratings adds up exactly (`exact`), whoever stands where in the list.
    """
    rating, levels = n_ratings_of.astype(np.float64), by_level.astype(np.float64)
    rated = levels.sum(axis=1)
    n_ratings, n_raters, n_notes = int(rated.sum()), int((rating > 0).sum()), int((rated > 0).sum())
    raters, notes = (
        Half(np.zeros(len(rating)), np.zeros(len(rating))),
        Half(np.zeros(len(rated)), start),
    )
    mean, loss, n_rounds = 0.0, 0.0, 0
    while n_ratings and n_rounds < MOST_ROUNDS:
        if n_rounds:
            notes = notes.with_factors_times(_balance(raters, n_raters, notes, n_notes))
        mean, raters = _solved(_sums_of_raters(parts, notes, rating), n_raters)
        squares, sums = _sums_of_notes(parts, raters, levels)
        mean, notes = _solved(sums, n_notes)
        before, loss = loss, _loss(squares, sums, mean, notes) + _penalty(raters, n_raters)
        n_rounds += 1
        if n_rounds > 1 and before - loss < STANDS_STILL * before:
            break
    sign = -1.0 if (raters.factors > 0).sum() > (raters.factors < 0).sum() else 1.0
    return Explained(
        mean, raters.with_factors_times(sign), notes.with_factors_times(sign), loss, n_rounds
    )


def _sums_of_raters(parts: Parts, notes: Half, n: Floats) -> _Sums:
    rest = RATING_OF_LEVEL - notes.intercepts[:, None]
    factor = np.repeat(notes.factors[:, None], KINDS, axis=1)
    columns = np.stack([factor, factor**2, rest, rest * factor], axis=2).reshape(-1, 4)
    unit = unit_for(float(n.max() * np.abs(columns).max()))
    (sums,) = parts.joined(gathered, Multiples.of(columns, unit))
    return _Sums(n, *sums.T)


def _sums_of_notes(parts: Parts, raters: Half, by_level: Floats) -> tuple[float, _Sums]:
    """Return the sum of rest² over all ratings, and the sums of each note."""
    i, f = raters.intercepts, raters.factors
    rows = np.stack([f, f**2, i, i * f, i**2], axis=1)
    n = by_level.sum(axis=1)
    unit = unit_for(float(n.max() * np.abs(rows).max()))
    (sums,) = parts.total(scattered, unit, rows=(rows,))
    f_, ff, i_, if_, ii = np.moveaxis(sums.reshape(-1, KINDS, 5), 2, 0)
    value = RATING_OF_LEVEL
    squares = _total(by_level @ value**2 - 2 * i_ @ value + ii.sum(axis=1))
    found = _Sums(
        n=n,
        factor=f_.sum(axis=1),
        factor_factor=ff.sum(axis=1),
        rest=by_level @ value - i_.sum(axis=1),
        rest_factor=f_ @ value - if_.sum(axis=1),
    )
    return squares, found


def _total(values: Floats) -> float:
    """Return the sum, the same in whatever order the values stand."""
    bound = np.count_nonzero(values) * float(np.abs(values).max(initial=0.0))
    return float(rounded(values, unit_for(bound)).sum())


def _solved(sums: _Sums, n_rated: int) -> tuple[float, Half]:
    """Return the mean, intercepts and factors that make the loss least while the other half stands still.

    For each of this half, with y = rest − mean, two equations:
    (n + a) i + Σf · F = Σy and Σf · i + (Σf² + b) F = Σyf, where a and b are the penalties times the ratings
    for each of this half. Both solutions are linear in the mean, whose own equation is then solved first.
    """
    n_ratings = float(sums.n.sum())
    a, b = INTERCEPT_PENALTY * n_ratings / n_rated, FACTOR_PENALTY * n_ratings / n_rated
    determinant = (sums.n + a) * (sums.factor_factor + b) - sums.factor**2

    def half(rest: Floats, rest_factor: Floats) -> Half:
        return Half(
            ((sums.factor_factor + b) * rest - sums.factor * rest_factor) / determinant,
            ((sums.n + a) * rest_factor - sums.factor * rest) / determinant,
        )

    without_mean, for_mean = half(sums.rest, sums.rest_factor), half(sums.n, sums.factor)

    def taken_up(each: Half) -> float:
        return _total(sums.n * each.intercepts + sums.factor * each.factors)

    mean = (_total(sums.rest) - taken_up(without_mean)) / (
        n_ratings * (1 + INTERCEPT_PENALTY) - taken_up(for_mean)
    )
    return mean, Half(
        without_mean.intercepts - mean * for_mean.intercepts,
        without_mean.factors - mean * for_mean.factors,
    )


def _loss(squares: float, sums: _Sums, mean: float, notes: Half) -> float:
    """Return the loss, without the raters' penalty, right after the notes were solved.

    The least value of a quadratic is its constant less half of what its slope at 0 takes off.
    """
    taken_off = mean * _total(sums.rest) + _total(
        notes.intercepts * sums.rest + notes.factors * sums.rest_factor
    )
    return (squares - taken_off) / float(sums.n.sum())


def _penalty(half: Half, n_rated: int) -> float:
    intercepts, factors = _total(half.intercepts**2), _total(half.factors**2)
    return (INTERCEPT_PENALTY * intercepts + FACTOR_PENALTY * factors) / n_rated


def _balance(raters: Half, n_raters: int, notes: Half, n_notes: int) -> float:
    """Return by what to multiply the notes' factors, and divide the raters', so that the penalty is least."""
    of_raters = _total(raters.factors**2) / n_raters
    of_notes = _total(notes.factors**2) / n_notes
    return (of_raters / of_notes) ** 0.25 if of_raters > 0 and of_notes > 0 else 1.0

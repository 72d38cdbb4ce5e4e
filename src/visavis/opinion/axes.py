"""The directions in which votes vary most: principal axes, without ever making a full table.

Where somebody has not voted, the statement's mean stands: then the table of deviations from the mean is
as sparse as the votes, and its singular vectors are the principal axes (mean-imputed PCA). They are
found by a block Lanczos method, each round one pass over the votes, carried on until the axes stand still.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .colours import Colours, drawn
from .exact import Multiples
from .passes import Block, Parts, Sums
from .votes import AGREE, DISAGREE, KINDS, PASS, Counts, Floats

VALUES = np.array([DISAGREE, PASS, AGREE], np.float64)
STILL = 3e-3
"""Sine of the angle by which an axis may still be wrong."""
MOST_ROUNDS = 40
TABLE_UNIT = 2.0**-36
FINER_WEIGHTS = 2.0**-11
FINER_POSITIONS = 2.0**-5
"""How much finer than the tolerance weights and positions are while axes are looked for."""
LEAST_GAP = 1e-3
"""Axes whose strengths differ by less are not told apart: either will do."""
NOTHING_NEW = 1e-10
WIDTH = 2
"""Directions that are carried along at least: two cost a pass no more than one."""


@dataclass(frozen=True, eq=False)
class Axes:
    """Principal axes of some votes.

    Attributes
    ----------
    weights : float array of shape (n_statements, n_axes)
        Orthonormal columns, the most important first; a column of zeros where the votes have no such axis.
        The weight of largest amount in each is positive.
    means : float array of shape (n_statements,)
        Mean vote, −1 to 1; 0 where nobody voted.
    explained : float array of shape (n_axes,)
        Share of all variation that each axis carries, 0 to 1.
    with_passes : bool
        Whether a pass counts as the value 0; otherwise as not having voted.
    """

    weights: Floats
    means: Floats
    explained: Floats
    with_passes: bool

    @property
    def table(self) -> Multiples:
        """What one vote of each kind adds to a participant's position; 3 * n_statements of n_axes."""
        deviations = _deviations(self.means, with_passes=self.with_passes)
        return Multiples.of(_spread(deviations, self.weights), TABLE_UNIT)


def principal_axes(
    parts: Parts,
    counts: Counts,
    colours: Colours,
    *,
    n_axes: int,
    with_passes: bool,
    start: Floats | None = None,
    tolerance: float = STILL,
    most_rounds: int = MOST_ROUNDS,
) -> Axes:
    """Return the first axes of the votes.

    Parameters
    ----------
    parts : Parts
        The votes.
    counts : int64 array of shape (n_statements, 3)
        Their counts.
    colours : uint64 array of shape (n_statements,)
        Colours of the statements, which give start and order.
    n_axes : int
        How many.
    with_passes : bool
        Whether a pass is the value 0, or no value.
    start : float array of shape (n_statements, any), optional
        Weights to begin with, from a sample or from yesterday.
    tolerance : float
        Sine of the angle by which each axis may be wrong, by the bound of Davis and Kahan (1970).
    most_rounds : int
        Where votes have no clear axes none is ever sure; then this ends it.

    Notes
    -----
    Two halves of a pass a round; a handful of rounds where the votes have structure.
    """
    counted = counts if with_passes else counts * np.array([1, 0, 1])
    means = mean_votes(counts, with_passes=with_passes)
    deviations = _deviations(means, with_passes=with_passes)
    order = np.argsort(colours, kind="stable")
    variation = float((counted * deviations**2)[order].sum())
    if not variation:
        nothing = np.zeros((len(counts), n_axes))
        return Axes(nothing, means, np.zeros(n_axes), with_passes)
    fine = 2.0 ** np.floor(np.log2(tolerance))

    def image(basis: Floats) -> Floats:
        weights = np.empty_like(basis)
        weights[order] = basis
        table = Multiples.of(_spread(deviations, weights), fine * FINER_WEIGHTS)
        (sums,) = parts.total(_projected, table, fine * FINER_POSITIONS)
        by_kind = sums.reshape(len(counts), KINDS, -1)
        return np.asarray((deviations[:, :, None] * by_kind).sum(axis=1)[order])

    width = min(len(counts), max(WIDTH, n_axes))
    beginning = _beginning(colours, width, start)[order]
    vectors, strength = _largest(image, beginning, n_axes, tolerance, most_rounds)
    weights = np.zeros((len(counts), n_axes))
    weights[order, : vectors.shape[1]] = _signed(vectors * (strength > 1e-9 * variation))
    explained = np.pad(strength, (0, n_axes - len(strength))) / variation
    return Axes(weights, means, np.clip(explained, 0.0, 1.0), with_passes)


def mean_votes(counts: Counts, *, with_passes: bool) -> Floats:
    """Return the mean vote on each statement, −1 to 1; 0 where nobody voted."""
    counted = counts if with_passes else counts * np.array([1, 0, 1])
    return np.asarray((counted @ VALUES) / np.maximum(counted.sum(axis=1), 1))


def _largest(
    image: Callable[[Floats], Floats],
    beginning: Floats,
    n_wanted: int,
    tolerance: float,
    most_rounds: int,
) -> tuple[Floats, Floats]:
    """Return the eigenvectors of a symmetric map with the largest eigenvalues, and those: block Lanczos.

    Everything that was seen is kept, and the best combination of it taken: far fewer rounds than going on
    from the last alone, where eigenvalues are close (Golub and Underwood, 1977; Musco and Musco, 2015,
    arXiv:1504.05477). What a round adds is made orthogonal to all before it, twice, which is enough.
    """
    n = len(beginning)
    block = np.linalg.qr(beginning)[0]
    basis, within = block[:, :0], np.zeros((0, 0))
    strength, turn = np.zeros(0), np.zeros((0, 0))
    for _ in range(most_rounds):
        old, basis = basis.shape[1], np.hstack([basis, block])
        left = image(block)
        onto = basis.T @ left
        grown = np.zeros((basis.shape[1], basis.shape[1]))
        grown[:old, :old], grown[:, old:], grown[old:, :old] = within, onto, onto[:old].T
        within = (grown + grown.T) / 2
        strength, turn = np.linalg.eigh(within)
        strength, turn = strength[::-1], turn[:, ::-1]
        left -= basis @ onto
        left -= basis @ (basis.T @ left)
        block, corner = np.linalg.qr(left)
        wrong = np.linalg.norm(corner @ turn[old:, :n_wanted], axis=0)
        gaps = -np.diff(strength[: n_wanted + 1], append=0.0)[: len(wrong)]
        if (
            len(strength) > n_wanted
            and (wrong <= tolerance * np.maximum(gaps, LEAST_GAP * strength[: len(wrong)])).all()
        ):
            break
        size = np.abs(np.diag(corner))
        block = block[:, size > NOTHING_NEW * max(float(strength[0]), 1e-300)][
            :, : n - basis.shape[1]
        ]
        if not block.shape[1]:
            break
    vectors = basis @ turn[:, :n_wanted]
    return vectors, np.maximum(strength[:n_wanted], 0.0)


def _deviations(means: Floats, *, with_passes: bool) -> Floats:
    """Return value minus mean of each (statement, kind), 0 for what does not count."""
    deviations = VALUES[None, :] - means[:, None]
    if not with_passes:
        deviations[:, PASS + 1] = 0.0
    return np.asarray(deviations)


def _spread(deviations: Floats, weights: Floats) -> Floats:
    return np.asarray((deviations[:, :, None] * weights[:, None, :]).reshape(-1, weights.shape[1]))


def _projected(block: Block, table: Multiples, unit: float) -> Sums:
    return (block.scattered(Multiples.of(block.gathered(table), unit)),)


def _beginning(colours: Colours, width: int, start: Floats | None) -> Floats:
    chance = np.stack([drawn(colours, draw) - 0.5 for draw in range(width)], axis=1)
    if start is not None:
        n_given = min(width, start.shape[1])
        chance[:, :n_given] = start[:, :n_given] + 1e-9 * chance[:, :n_given]
    return chance


def _signed(weights: Floats) -> Floats:
    """Turn each axis so that its weight of largest amount is positive."""
    if not weights.size:
        return weights
    largest = weights[np.abs(weights).argmax(axis=0), np.arange(weights.shape[1])]
    return np.asarray(weights * np.where(largest < 0, -1.0, 1.0))

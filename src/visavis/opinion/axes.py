"""The directions in which votes vary most: principal axes, without ever making a full table.

Where somebody has not voted, the statement's mean stands: then the table of deviations from the mean is
as sparse as the votes, and its singular vectors are the principal axes (mean-imputed PCA). They are
found by block power iteration with a Rayleigh–Ritz step (Halko, Martinsson and Tropp, 2011,
doi:10.1137/090771806), carried on until the axes stand still.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .colours import Colours, drawn
from .exact import rounded, unit_for
from .passes import Block, Parts, Sums
from .votes import AGREE, DISAGREE, KINDS, PASS, Counts, Floats

VALUES = np.array([DISAGREE, PASS, AGREE], np.float64)
STILL = 1e-5
"""Sine of the largest angle by which the wanted axes may still turn in one round."""
MOST_ROUNDS = 60


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
    with_passes : bool
        Whether a pass counts as the value 0; otherwise as not having voted.
    explained : float array of shape (n_axes,)
        Share of all variation that each axis carries, 0 to 1.
    """

    weights: Floats
    means: Floats
    with_passes: bool
    explained: Floats

    @property
    def table(self) -> Floats:
        """What one vote of each kind adds to a participant's position; shape (3 * n_statements, n_axes)."""
        return _spread(_deviations(self.means, with_passes=self.with_passes), self.weights)


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
        Sine of the largest angle at which the axes count as standing still.
    most_rounds : int
        Where votes have no clear axes they never stand still; then this ends it.

    Notes
    -----
    Two passes a round; a handful of rounds where the votes have structure.
    """
    n_statements = len(counts)
    counted = counts if with_passes else counts * np.array([1, 0, 1])
    n_counted = counted.sum(axis=1)
    means = (counted @ VALUES) / np.maximum(n_counted, 1)
    deviations = _deviations(means, with_passes=with_passes)
    variation = float((counted * deviations**2).sum())
    width = min(n_statements, max(8, 2 * n_axes))
    order = np.argsort(colours, kind="stable")
    basis = _orthonormal(_beginning(colours, width, start), order)
    # |sum of one row| is at most twice the root of its votes, and a column adds up all its voters' rows.
    most_votes = float(parts.most_votes_of_one)
    unit_of_table = unit_for(4.0 * most_votes)
    unit_of_rows = unit_for(4.0 * np.sqrt(most_votes) * float(counts.max(initial=1)))
    strength = np.zeros(width)
    for _ in range(most_rounds if variation > 0 and width else 0):
        table = rounded(_spread(deviations, basis), unit_of_table)
        (sums,) = parts.total(_projected, table, unit_of_rows)
        image = (deviations[:, :, None] * sums.reshape(n_statements, KINDS, width)).sum(axis=1)
        within = (basis[order].T @ image[order]).astype(np.float64)
        strength, turn = np.linalg.eigh((within + within.T) / 2)
        strength, turn = strength[::-1], turn[:, ::-1]
        wanted = basis @ turn[:, :n_axes]
        basis = _orthonormal(image @ turn, order)
        kept = basis[:, :n_axes]
        turned = (wanted - kept @ (kept.T @ wanted))[order]
        if np.linalg.norm(turned, 2) < tolerance:
            break
    strength = np.maximum(strength[:n_axes], 0.0)
    weights = basis[:, :n_axes] * (strength > 1e-9 * max(variation, 1e-300))
    missing = n_axes - weights.shape[1]
    weights = np.pad(_signed(weights, order), ((0, 0), (0, missing)))
    explained = np.pad(strength, (0, missing)) / max(variation, 1e-300)
    return Axes(weights, means, with_passes, np.minimum(explained, 1.0))


def _deviations(means: Floats, *, with_passes: bool) -> Floats:
    """Return value minus mean of each (statement, kind), 0 for what does not count."""
    deviations = VALUES[None, :] - means[:, None]
    if not with_passes:
        deviations[:, PASS + 1] = 0.0
    return np.asarray(deviations)


def _spread(deviations: Floats, weights: Floats) -> Floats:
    return np.asarray((deviations[:, :, None] * weights[:, None, :]).reshape(-1, weights.shape[1]))


def _projected(block: Block, table: Floats, unit: float) -> Sums:
    return (block.scattered(rounded(block.gathered(table), unit)),)


def _beginning(colours: Colours, width: int, start: Floats | None) -> Floats:
    chance = np.stack([drawn(colours, draw) - 0.5 for draw in range(width)], axis=1)
    if start is not None:
        n_given = min(width, start.shape[1])
        chance[:, :n_given] = start[:, :n_given] + 1e-9 * chance[:, :n_given]
    return chance


def _orthonormal(columns: Floats, order: npt.NDArray[np.int64]) -> Floats:
    """Return an orthonormal basis; computed in an order that does not depend on the numbering."""
    found = np.empty_like(columns)
    found[order] = np.linalg.qr(columns[order])[0]
    return found


def _signed(weights: Floats, order: npt.NDArray[np.int64]) -> Floats:
    """Turn each axis so that its weight of largest amount is positive."""
    if not weights.size:
        return weights
    in_order = weights[order]
    largest = in_order[np.abs(in_order).argmax(axis=0), np.arange(weights.shape[1])]
    return weights * np.where(largest < 0, -1.0, 1.0)

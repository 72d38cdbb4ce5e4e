"""Figures: what a count is shown as, alone, beside the counts of its row, and after earlier figures.

A **figure** stands for a whole class of counts, and the classes do not overlap: `HIDDEN` for 0 to k − 1, a
multiple of five for the counts that round to it and are not below k. Every decision here is made on
figures, never on a count: a ballot whose counts fall into the same classes is shown alike. That is what
keeps a reader who knows these rules from learning more than the figures say.

Rounding and hiding of cells: Hundepool et al., *Statistical Disclosure Control*, Wiley 2012, chapter 5.
Why a rule must not look behind its own figures: Wong et al., "Minimality Attack in Privacy Preserving
Data Publishing", VLDB 2007; Cohen, "Attacks on Deidentification's Defenses", USENIX Security 2022.
"""

import numpy as np
import numpy.typing as npt

from .votes import Counts

STEP = 5
"""What figures are multiples of."""
HIDDEN = -1
OFF = STEP // 2
"""Furthest that a count is from its figure, if nothing was lowered."""

Yes = npt.NDArray[np.bool_]


def figures_of(counts: Counts, k: int) -> Counts:
    """Return the figure of each count: to the nearest five, hidden below k."""
    return np.where(counts >= k, (counts + OFF) // STEP * STEP, HIDDEN)


def lowest(figures: Counts, k: int) -> Counts:
    """Return the smallest count that each figure stands for."""
    return np.where(figures == HIDDEN, 0, np.maximum(figures - OFF, k))


def highest(figures: Counts, k: int) -> Counts:
    """Return the largest count that each figure stands for, if it was not lowered."""
    return np.where(figures == HIDDEN, k - 1, figures + OFF)


def fit(rows: Counts, room: Counts, k: int) -> Yes:
    """Tell which rows leave room for k − 1 more people: then no hidden cell is known to be smaller.

    ``rows`` has shape (..., 3), ``room`` shape (...): the smallest number of people in the body.
    """
    return np.asarray(lowest(rows, k).sum(axis=-1) + k - 1 <= room)


def lowered(rows: Counts, room: Counts, k: int) -> Counts:
    """Return the rows with their largest figures lowered, five at a time, until all rows fit.

    A body that agrees as one would otherwise be seen to: of 100 people, 100 becomes 90. A figure that
    falls below k is hidden. Where k − 1 people do not fit, all are hidden.
    """
    flat = rows.reshape(-1, rows.shape[-1]).copy()
    rooms = np.broadcast_to(room, rows.shape[:-1]).reshape(-1)
    open_rows = np.flatnonzero(~fit(flat, rooms, k) & (flat != HIDDEN).any(axis=1))
    while len(open_rows):
        largest = flat[open_rows].argmax(axis=1)
        less = flat[open_rows, largest] - STEP
        flat[open_rows, largest] = np.where(less < k, HIDDEN, less)
        some = (flat[open_rows] != HIDDEN).any(axis=1)
        open_rows = open_rows[some & ~fit(flat[open_rows], rooms[open_rows], k)]
    return flat.reshape(rows.shape)


def continued(sizes: Counts, before: Counts, k: int) -> Counts:
    """Return the sizes as they may follow earlier ones: unchanged unless surely k people differ."""
    far = _apart(sizes, lowest(before, k), highest(before, k), k)
    return np.where(far, sizes, before)


def continued_rows(
    rows: Counts, before: Counts, room: Counts, room_before: Counts, k: int
) -> Counts:
    """Return the rows as they may follow earlier figures of the same rows.

    Parameters
    ----------
    rows : int64 array of shape (n_bodies, n_statements, 3)
        Figures of now, nothing lowered.
    before : the same shape
        What was shown last.
    room, room_before : int64 arrays of shape (n_bodies, 1)
        Smallest number of people in the body, now and then.
    k : int

    Notes
    -----
    A figure gives way to a new one only if every count it may have stood for is k or more away from every
    count the new one stands for. Where new beside old would not fit, the old row stays whole. Where the
    old row itself no longer fits, because k people and more have left the body, the row begins anew.
    """
    shown = lowered(rows, room, k)
    low, high = lowest(before, k), _highest_if_lowered(before, room_before, k)
    far = _apart(rows, low, high, k) & _apart(shown, low, high, k)
    mixed = np.where(far, shown, before)
    following = np.where(fit(mixed, room, k)[..., None], mixed, before)
    return np.where(fit(before, room, k)[..., None], following, shown)


def _apart(figures: Counts, low: Counts, high: Counts, k: int) -> Yes:
    return np.asarray((lowest(figures, k) - high >= k) | (low - highest(figures, k) >= k))


def _highest_if_lowered(rows: Counts, room: Counts, k: int) -> Counts:
    """Return the largest count each shown figure may stand for, lowered ones included.

    `lowered` stops as soon as a row fits, so it touched only rows with less than one step to spare, and
    there only figures near the largest; it hides a figure only where k people and k − 1 do not fit.
    It lowers by what `fit` lacks: at most k − 1, and what a body may have above its smallest number.
    """
    most = STEP * -(-(2 * k + STEP + 1) // STEP)
    spare = room - (lowest(rows, k).sum(axis=-1) + k - 1)
    tight = (spare < STEP)[..., None] & (rows >= rows.max(axis=-1, keepdims=True) - STEP)
    narrow = np.broadcast_to((room < 2 * k - 1)[..., None], rows.shape)
    touched = np.where(rows == HIDDEN, narrow, tight)
    return highest(rows, k) + np.where(touched, most, 0)

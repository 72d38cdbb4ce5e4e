"""Two tables of the same people, by side and by group: may both be shown?

Who has both can subtract: side less group leaves the rest of the side. Whether any hidden cell could
then be bounded is asked exactly. For one statement, people flow from their group through what they said
to their side; figures bound the flows; a set of counts exists if and only if no cut is overfull
(Hoffman's circulation theorem, 1960), and with three kinds of vote there are seven cuts to look at.
Flows in a network can be whole numbers, so these are counts of people and not only fractions.
"""

import math
from dataclasses import dataclass
from itertools import product
from typing import Self

import numpy as np

from .figures import HIDDEN, OFF, STEP, Yes, highest, lowest
from .votes import KINDS, Counts

CUTS = np.array([cut for cut in product((0, 1), repeat=KINDS) if any(cut)], np.int64).T


@dataclass(frozen=True, eq=False)
class Table:
    """What a reader knows of some bodies that share nobody.

    Attributes
    ----------
    low, high : int64 arrays of shape (n_bodies, n_statements, 3)
        Bounds of each count.
    room : int64 array of shape (n_bodies,)
        Smallest number of people in each body.
    hidden : bool array of shape (n_bodies, n_statements, 3)
        The cells to protect.
    """

    low: Counts
    high: Counts
    room: Counts
    hidden: Yes

    @classmethod
    def of(cls, figures: Counts, sizes: Counts, k: int) -> Self:
        return cls(
            lowest(figures, k), highest(figures, k), lowest(sizes, k), np.asarray(figures == HIDDEN)
        )

    def with_rest(self, room: int) -> Self:
        """Return the table with one more body, of which nothing is shown."""
        nothing = np.zeros((1, *self.low.shape[1:]), np.int64)
        return type(self)(
            np.concatenate([self.low, nothing]),
            np.concatenate([self.high, nothing + room]),
            np.append(self.room, room),
            np.concatenate([self.hidden, nothing > 0]),
        )

    def at(self, body: int, kind: int, count: int) -> tuple[Counts, Counts]:
        """Return least and most through each cut of one body where one of its counts is known."""
        low, high = self.low[body].copy(), self.high[body].copy()
        low[:, kind] = high[:, kind] = count
        return _through(low, high, self.room[body])


def safe_together(left: Table, right: Table, k: int) -> Yes:
    """Tell of which statements both tables may be shown: every hidden cell could still be 0 and k − 1.

    Whether it could be anything between follows: the possible counts have no gaps.
    """
    safe = np.ones(left.low.shape[1], np.bool_)
    for own, other in ((left, right), (right, left)):
        own_least, own_most = _through(own.low, own.high, own.room[:, None])
        least, most = _through(other.low, other.high, other.room[:, None])
        other_least, other_most = least.sum(axis=0), most.sum(axis=0)
        for body, kind in zip(*np.nonzero(own.hidden.any(axis=1)), strict=True):
            for count in (0, k - 1):
                at_least, at_most = own.at(int(body), int(kind), count)
                total_least = own_least.sum(axis=0) - own_least[body] + at_least
                total_most = own_most.sum(axis=0) - own_most[body] + at_most
                possible = (total_least <= other_most) & (other_least <= total_most)
                possible &= at_least <= at_most
                safe &= possible.all(axis=1) | ~own.hidden[body, :, kind]
    return safe & _rest_is_wide(left, right, k)


def _through(low: Counts, high: Counts, room: Counts | np.int64) -> tuple[Counts, Counts]:
    """Return how many people of a body at least and at most said something of each cut; shape (..., 7)."""
    least = low @ CUTS
    most = np.minimum(high @ CUTS, np.asarray(room)[..., None] - low @ (1 - CUTS))
    return least, most


def leaving_room(figures: Counts, most: Counts, k: int) -> Counts:
    """Return figures of bodies lowered, the largest first, until k − 1 people may be in none of them.

    ``figures`` has shape (n_bodies, ...), ``most`` the rest of it: the most people that the bodies together
    may be part of. A figure that falls below k is hidden.
    """
    flat = figures.reshape(len(figures), math.prod(figures.shape[1:])).copy()
    limit = np.broadcast_to(most, figures.shape[1:]).reshape(-1) - (k - 1)
    crowded = np.flatnonzero((lowest(flat, k).sum(axis=0) > limit) & (flat != HIDDEN).any(axis=0))
    while len(crowded):
        largest = flat[:, crowded].argmax(axis=0)
        less = flat[largest, crowded] - STEP
        flat[largest, crowded] = np.where(less < k, HIDDEN, less)
        some = (flat[:, crowded] != HIDDEN).any(axis=0)
        crowded = crowded[some & (lowest(flat[:, crowded], k).sum(axis=0) > limit[crowded])]
    return flat.reshape(figures.shape)


def _rest_is_wide(groups: Table, sides: Table, k: int) -> Yes:
    """Tell where nine counts or more remain for people of the sides who are in no shown group."""
    most = sides.high.sum(axis=0) - groups.low.sum(axis=0)
    least = np.maximum(sides.low.sum(axis=0) - groups.high.sum(axis=0), 0)
    wide = (most >= k - 1) & ((most - least >= 4 * OFF) | (least >= k))
    return np.asarray(wide.all(axis=1))

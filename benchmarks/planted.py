"""Votes whose truth is known, of any size: two sides, three uneven groups in each, five kinds of statements.

Everything is a function of the shape and the seed. People are drawn in blocks, so that a hundred million
votes need no more memory than the votes themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SIDES = (0.58, 0.42)
GROUPS = (0.5, 0.3, 0.2)
"""Share of each group in its side."""
BRIDGING, DIVISIVE, LEANING, NOISE, TRAP = range(5)
KINDS = (0.10, 0.35, 0.30, 0.15, 0.10)
"""Share of statements that everybody agrees with, that divide the sides, that single groups lean on, that are
noise, and that most agree with and one side does not."""
FEWEST, MOST = 20, 100
PEOPLE_AT_ONCE = 20_000
AGREED = 0.55
"""A statement is truly common ground where the agreement of both sides is at least this."""

Array = npt.NDArray[np.generic]


@dataclass(frozen=True, eq=False)
class Truth:
    """What the votes are drawn from.

    Attributes
    ----------
    share : float array of shape (6, n_statements)
        Share of each group that agrees, of those who take a position.
    passing : float array of shape (n_statements,)
        Chance of a pass, 0.05 to 0.25.
    exposure : float array of shape (n_statements,)
        Chance that one vote is about this statement; some are seen ten times as often as others.
    side, group : int arrays of shape (n_participants,)
    """

    share: npt.NDArray[np.float64]
    passing: npt.NDArray[np.float64]
    exposure: npt.NDArray[np.float64]
    side: npt.NDArray[np.int8]
    group: npt.NDArray[np.int8]

    @property
    def agreement(self) -> npt.NDArray[np.float64]:
        """Agreement of each side with each statement; shape (2, n_statements)."""
        return np.stack([np.array(GROUPS) @ self.share[3 * side : 3 * side + 3] for side in (0, 1)])

    @property
    def is_common(self) -> npt.NDArray[np.bool_]:
        return np.asarray((self.agreement >= AGREED).all(axis=0))


class Block(NamedTuple):
    """The votes of some people, parallel arrays; everybody has at least one."""

    who: npt.NDArray[np.int32]
    what: npt.NDArray[np.int32]
    said: npt.NDArray[np.int8]


def truth(n_participants: int, n_statements: int, seed: int = 0) -> Truth:
    """Return what a ballot of this shape is drawn from."""
    chance = np.random.default_rng([seed, n_participants, n_statements])
    ends = np.round(np.cumsum(KINDS) * n_statements).astype(int)
    kinds = chance.permutation(np.searchsorted(ends, np.arange(n_statements), side="right"))
    share = np.stack([_share(kind, chance) for kind in kinds], axis=1)
    share = np.clip(share + chance.normal(0.0, 0.06, share.shape), 0.03, 0.97)
    exposure = chance.lognormal(0.0, 0.7, n_statements)
    side = (chance.random(n_participants) >= SIDES[0]).astype(np.int8)
    group = 3 * side + chance.choice(3, n_participants, p=GROUPS).astype(np.int8)
    return Truth(
        share, chance.uniform(0.05, 0.25, n_statements), exposure / exposure.sum(), side, group
    )


def _share(kind: int, chance: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return the agreement of the six groups with a statement of this kind."""
    if kind == BRIDGING:
        return np.full(6, chance.uniform(0.7, 0.92))
    if kind == DIVISIVE:
        for_it, against = chance.uniform(0.66, 0.94), chance.uniform(0.06, 0.34)
        return _of_sides(for_it, against, chance.random() < 0.5)
    if kind == NOISE:
        return np.full(6, chance.uniform(0.25, 0.5))
    if kind == TRAP:
        return _of_sides(
            chance.uniform(0.8, 0.95), chance.uniform(0.25, 0.45), chance.random() < 0.3
        )
    found = np.full(6, chance.uniform(0.3, 0.55))
    leaning = chance.choice(6, 2, replace=False)
    found[leaning] += chance.choice((-1.0, 1.0), 2) * chance.uniform(0.4, 0.7, 2)
    return found


def _of_sides(first: float, second: float, exchanged: bool) -> npt.NDArray[np.float64]:  # noqa: FBT001
    found = np.repeat([first, second], 3)
    return found[::-1].copy() if exchanged else found


def votes(of: Truth, seed: int = 0) -> Iterator[Block]:
    """Yield the votes of a block of people at a time."""
    n_participants, n_statements = len(of.side), len(of.passing)
    up_to = np.cumsum(of.exposure)
    for first in range(0, n_participants, PEOPLE_AT_ONCE):
        last = min(first + PEOPLE_AT_ONCE, n_participants)
        chance = np.random.default_rng([seed, n_participants, n_statements, first])
        lengths = np.exp(chance.uniform(np.log(FEWEST), np.log(MOST + 1), last - first)).astype(int)
        lengths = np.minimum(lengths, n_statements)
        drawn = np.repeat(np.arange(last - first), lengths * 2 + 4)
        what = np.minimum(np.searchsorted(up_to, chance.random(len(drawn))), n_statements - 1)
        pairs = np.sort(drawn.astype(np.int64) * n_statements + what)
        pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])]
        pairs = pairs[np.argsort(chance.random(len(pairs)) + pairs // n_statements)]
        starts = np.searchsorted(pairs // n_statements, np.arange(last - first))
        who = pairs // n_statements
        kept = np.arange(len(pairs)) - starts[who] < lengths[who]
        who, what = who[kept], pairs[kept] % n_statements
        agrees = chance.random(len(who)) < of.share[of.group[first + who], what]
        said = np.where(agrees, 1, -1).astype(np.int8)
        said[chance.random(len(who)) < of.passing[what]] = 0
        yield Block((first + who).astype(np.int32), what.astype(np.int32), said)


def likeliest(of: Truth, block: Block) -> npt.NDArray[np.int8]:
    """Return the group of a block's people as told by who knows the truth: the most likely, given the votes.

    Nobody who sees only votes can place people better on average.
    """
    agree, disagree = np.log(of.share), np.log1p(-of.share)
    first, n = int(block.who[0]), int(block.who[-1] - block.who[0]) + 1
    likelihood = np.tile(
        np.log(np.concatenate([np.array(GROUPS) * part for part in SIDES])), (n, 1)
    )
    for group in range(6):
        told = np.where(block.said > 0, agree[group][block.what], disagree[group][block.what])
        likelihood[:, group] += np.bincount(
            block.who - first, np.where(block.said == 0, 0.0, told), n
        )
    return likelihood.argmax(axis=1).astype(np.int8)

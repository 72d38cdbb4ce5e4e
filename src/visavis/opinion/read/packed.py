"""Very many votes in eight bytes each, sorted in place: the door from a stream of votes to `Votes`.

A vote is one number, ``participant << 32 | statement << 2 | vote + 1``, both as places from 0. Sorted,
these numbers are the votes by participant and statement. The result is the same, to the last bit, as
`Votes.from_arrays` gives of the same votes; that one needs some forty bytes a vote on the way.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import numpy.typing as npt

from visavis.opinion.votes import KINDS, NO_SIDE, Votes

MOST_PARTICIPANTS = 1 << 31
MOST_STATEMENTS = 1 << 29
STEP = 1 << 16
"""Votes worked on together: what is made on the way stays in the cache."""

Keys = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]


def packed(
    participant: npt.NDArray[np.integer],
    statement: npt.NDArray[np.integer],
    vote: npt.NDArray[np.int8],
) -> Keys:
    """Return one number for each vote; places must be below the two limits above."""
    keys = participant.astype(np.int64)
    keys <<= 30
    keys |= statement
    keys <<= 2
    keys |= vote + np.int8(1)
    return keys


def renumber(keys: Keys, people: Places | None, subjects: Places | None) -> None:
    """Give every participant and statement another place, in place; None leaves them as they are."""
    for step in _steps(len(keys)):
        part = keys[step]
        if people is not None:
            part[:] = (people[part >> 32].astype(np.int64) << 32) | (part & 0xFFFFFFFF)
        if subjects is not None:
            what = subjects[(part & 0xFFFFFFFF) >> 2].astype(np.int64)
            part[:] = (part & ~np.int64(0xFFFFFFFC)) | (what << 2)


def votes_of(
    keys: Keys,
    *,
    participants: npt.NDArray[np.generic],
    statements: npt.NDArray[np.generic],
    side_of: npt.NDArray[np.int8] | None,
    sides: tuple[str, ...],
    once_more: Callable[[], Iterable[Keys]],
) -> tuple[Votes, int]:
    """Return the votes of these keys, and how many were superseded by a later one. Uses ``keys`` up.

    Parameters
    ----------
    keys : int64 array of shape (n,)
        In the order in which they were cast.
    participants, statements : arrays
        The ids of the places, ascending.
    once_more : callable
        Gives the same keys in the same order again; asked only if somebody voted twice on a statement,
        since the sorted keys do not know any more which vote was the last.
    """
    n_cast = len(keys)
    if not _is_sorted(keys):
        keys.sort()
        keys = _only_the_last(keys, once_more)
    codes = np.empty(len(keys), np.int32)
    counts = np.zeros(len(participants) + 1, np.int64)
    for step in _steps(len(keys)):
        part = keys[step]
        who = part >> 32
        counts[1 + who[0] : 2 + who[-1]] += np.bincount(who - who[0])
        codes[step] = KINDS * ((part & 0xFFFFFFFF) >> 2) + (part & 3)
    if side_of is None:
        side_of = np.full(len(participants), NO_SIDE, np.int8)
    votes = Votes(participants, statements, np.cumsum(counts), codes, side_of, sides)
    return votes, n_cast - len(keys)


def _steps(n: int, *, overlap: int = 0) -> Iterator[slice]:
    for start in range(0, n - overlap, STEP):
        yield slice(start, min(start + STEP + overlap, n))


def _is_sorted(keys: Keys) -> bool:
    """Return whether the keys are sorted already, no pair of participant and statement twice."""
    for step in _steps(len(keys), overlap=1):
        pairs = keys[step] >> 2
        if (pairs[1:] <= pairs[:-1]).any():
            return False
    return True


def _only_the_last(keys: Keys, once_more: Callable[[], Iterable[Keys]]) -> Keys:
    """Return sorted keys with one for each pair: that which was cast last."""
    found = [
        pairs[1:][pairs[1:] == pairs[:-1]]
        for pairs in (keys[step] >> 2 for step in _steps(len(keys), overlap=1))
    ]
    repeated = np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)
    if not len(repeated):
        return keys
    last = np.zeros(len(repeated), np.int64)
    for cast in once_more():
        place, hit = _places(cast >> 2, repeated)
        last[place[hit]] = cast[hit]  # of equal places numpy keeps what comes last
    end = 0
    for step in _steps(len(keys)):
        part = keys[step].copy()
        pairs = part >> 2
        follower = keys[step.stop] >> 2 if step.stop < len(keys) else -1
        is_last_of_run = np.append(pairs[1:] != pairs[:-1], pairs[-1] != follower)
        place, hit = _places(pairs, repeated)
        part[hit] = last[place[hit]]
        kept = part[is_last_of_run]
        keys[end : end + len(kept)] = kept
        end += len(kept)
    return keys[:end]


def _places(pairs: Keys, among: Keys) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    place = np.minimum(np.searchsorted(among, pairs), len(among) - 1)
    return place, among[place] == pairs

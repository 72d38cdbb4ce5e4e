"""A ballot too large for one machine: the same counts, one Parquet partition at a time, summed by Dask.

Each worker reads its partitions once and keeps them. Every pass is the same function that counts at home, on
each partition where it lies; what comes back are sums, as large as a table of the statements and not of the
votes. The sums are exact, so their order does not matter and the map is that of one machine to the last bit.

All votes of a participant must be in one partition. Needs ``pip install 'visavis[cluster]'``.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .ballot import Ballot
from .mapping import map_of
from .passes import Here, Rows, Sums, added
from .problems import UnusableInputError
from .read import votes_in
from .result import OpinionMap
from .votes import NO_SIDE, Ids, Votes


@dataclass(frozen=True, eq=False)
class _Told:
    """What the workers tell of a partition: everything but its votes."""

    participants: Ids
    statements: Ids
    sides: tuple[str, ...]
    side_of: npt.NDArray[np.int8]
    n_votes_of: npt.NDArray[np.int64]
    digest: str


@dataclass(frozen=True, eq=False)
class Partitions:
    """The votes of a ballot on the workers of a cluster; does what `passes.Here` does.

    Attributes
    ----------
    client : distributed.Client
    held : tuple of futures of (Votes, Here)
        The partitions, on the workers that read them.
    lengths : tuple of int
        Participants of each.
    place : int64 array of shape (n_participants,)
        Where the participants of all partitions, one after another, stand among the ascending ids.
    """

    client: Any
    held: tuple[Any, ...]
    lengths: tuple[int, ...]
    place: npt.NDArray[np.int64]
    n_statements: int
    most_votes_of_one: int

    def total(self, partial: Callable[..., Sums], *given: Any, rows: Rows = ()) -> Sums:
        return added(self._results(_total, partial, given, rows))

    def joined(self, each: Callable[..., Sums], *given: Any, rows: Rows = ()) -> Sums:
        parts = list(self._results(_joined, each, given, rows))
        return tuple(_in_order(pieces, self.place) for pieces in zip(*parts, strict=True))

    def picked(self, chosen: npt.NDArray[np.bool_]) -> Votes:
        """Return the votes of the participants where ``chosen`` is true, brought here."""
        masks = self._cut(chosen[self.place])
        futures = [
            self.client.submit(_picked, held, mask, pure=False)
            for held, mask in zip(self.held, masks, strict=True)
        ]
        return _put_together(self.client.gather(futures), self.place, chosen)

    def _results(
        self,
        run: Callable[..., Sums],
        function: Callable[..., Sums],
        given: Sequence[Any],
        rows: Rows,
    ) -> Iterator[Sums]:
        own = [self._cut(each[self.place]) for each in rows]
        futures = [
            self.client.submit(
                run, held, function, given, tuple(part[number] for part in own), pure=False
            )
            for number, held in enumerate(self.held)
        ]
        for future in futures:
            yield future.result()
            future.release()

    def _cut(self, rows: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
        return np.split(rows, np.cumsum(self.lengths)[:-1])


def map_of_partitions(
    partitions: Sequence[Path],
    client: Any,
    *,
    n_groups: int | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> OpinionMap:
    """Return the opinion map of a ballot that lies in many Parquet files.

    Parameters
    ----------
    partitions : sequence of Path
        Files that every worker can read, each with columns participant, statement, vote (and side).
    client : distributed.Client
        Of the cluster.
    n_groups, progress
        As for `opinion_map`.

    Returns
    -------
    OpinionMap
        The same as `opinion_map` of all votes together, to the last bit; only ``digest`` is that of the
        partitions' digests.

    Raises
    ------
    UnusableInputError
        If a partition cannot be read, a participant is in two, or ids are of different kinds.
    """
    held = client.map(_read, [str(path) for path in partitions], pure=False)
    told: list[_Told] = client.gather(client.map(_tell, held, pure=False))
    participants = _participants(told, partitions)
    place = np.searchsorted(participants, np.concatenate([each.participants for each in told]))
    statements = np.unique(np.concatenate([each.statements for each in told]))
    sides = tuple(sorted({name for each in told for name in each.sides}))
    held = client.map(_aligned, held, statements=statements, sides=sides, pure=False)
    n_votes_of = _in_order([each.n_votes_of for each in told], place)
    side_of = _in_order([_sides_among(each, sides) for each in told], place)
    parts = Partitions(
        client,
        tuple(held),
        tuple(len(each.participants) for each in told),
        place,
        len(statements),
        int(n_votes_of.max(initial=0)),
    )
    digest = hashlib.sha256("\n".join(sorted(each.digest for each in told)).encode()).hexdigest()
    every_statement = np.arange(len(statements))
    ballot = Ballot(
        parts,
        parts.picked,
        participants,
        statements,
        every_statement,
        side_of,
        sides,
        n_votes_of,
        int(n_votes_of.sum()),
        digest,
    )
    nothing_rejected = np.zeros(len(statements), np.bool_)
    return map_of(ballot, rejected=nothing_rejected, n_groups=n_groups, progress=progress)


def _read(path: str) -> Votes:
    votes = votes_in(Path(path)).votes
    seen = np.flatnonzero(votes.counts.sum(axis=1))
    return votes if len(seen) == votes.n_statements else votes.on(seen)


def _tell(votes: Votes) -> _Told:
    return _Told(
        votes.participants,
        votes.statements,
        votes.sides,
        votes.side_of,
        votes.n_votes_of,
        votes.digest,
    )


def _aligned(votes: Votes, *, statements: Ids, sides: tuple[str, ...]) -> tuple[Votes, Here]:
    """Return a partition's votes in the numbers of all statements and sides, and cut into blocks."""
    aligned = replace(
        votes.among(statements), side_of=_sides_among(_tell(votes), sides), sides=sides
    )
    return aligned, Here.of(aligned)


def _sides_among(told: _Told, sides: tuple[str, ...]) -> npt.NDArray[np.int8]:
    index = np.array([*(sides.index(name) for name in told.sides), NO_SIDE], np.int8)
    return index[told.side_of]


def _total(held: tuple[Votes, Here], function: Callable[..., Sums], given: Any, rows: Rows) -> Sums:
    return held[1].total(function, *given, rows=rows)


def _joined(
    held: tuple[Votes, Here], function: Callable[..., Sums], given: Any, rows: Rows
) -> Sums:
    return held[1].joined(function, *given, rows=rows)


def _picked(held: tuple[Votes, Here], chosen: npt.NDArray[np.bool_]) -> Votes:
    return held[0].selected(chosen)


def _put_together(
    parts: Sequence[Votes], place: npt.NDArray[np.int64], chosen: npt.NDArray[np.bool_]
) -> Votes:
    """Return the picked votes of all partitions as one, the participants in the order of all."""
    picked_place = place[chosen[place]]
    order = np.argsort(picked_place, kind="stable")
    lengths = np.concatenate([part.n_votes_of for part in parts])
    codes = np.concatenate([part.codes for part in parts])
    starts = np.concatenate([[0], np.cumsum(lengths)])
    in_order = np.concatenate([[0], np.cumsum(lengths[order])])
    source = np.repeat(starts[:-1][order] - in_order[:-1], lengths[order]) + np.arange(len(codes))
    return replace(
        parts[0],
        participants=np.concatenate([part.participants for part in parts])[order],
        starts=in_order,
        codes=codes[source],
        side_of=np.concatenate([part.side_of for part in parts])[order],
    )


def _participants(told: Sequence[_Told], partitions: Sequence[Path]) -> Ids:
    """Return all participants' ids, ascending; refuse one who is in two partitions."""
    kinds = {each.participants.dtype.kind for each in told} | {
        f"s{each.statements.dtype.kind}" for each in told
    }
    if len(kinds) > 2:
        raise UnusableInputError(
            "The ids are numbers in some partitions and texts in others.", advice="Give one kind."
        )
    everybody = np.sort(np.concatenate([each.participants for each in told]))
    twice = everybody[1:][everybody[1:] == everybody[:-1]]
    if len(twice):
        where = [
            str(path)
            for path, each in zip(partitions, told, strict=True)
            if twice[0] in each.participants
        ]
        raise UnusableInputError(
            f"The participant {twice[0]} has votes in {' and '.join(where[:2])}.",
            advice="Partition the votes by participant.",
        )
    return everybody


def _in_order(pieces: Sequence[npt.NDArray[Any]], place: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    one_after_another = np.concatenate(pieces)
    in_order = np.empty_like(one_after_another)
    in_order[place] = one_after_another
    return in_order

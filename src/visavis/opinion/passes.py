"""One pass over the votes, in pieces that can be counted anywhere and add up to the last bit.

A pass has two halves, and both are products with one sparse matrix, a row for each participant and a
column for each (statement, kind of vote), 1 where the vote was cast:

- *gather*, matrix × table: each participant gets the sum of the table's rows that their votes name;
- *scatter*, matrixᵀ × rows: each (statement, kind) gets the sum of its voters' rows.

The axes of the picture, the groups, the counts: everything is made of these two. What is summed are whole
multiples of a power of two, and several travel in one number (`exact`). Exact sums do not depend on their
order: so neither do the results, whoever sits where in the list, however the votes are cut into blocks and
whichever process counts them.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .exact import Multiples
from .votes import KINDS, Counts, Floats, Votes

VOTES_IN_BLOCK = 1 << 18
"""About as many votes as a block has: enough that its sums are little beside them."""

Sums = tuple[npt.NDArray[Any], ...]
Rows = tuple[npt.NDArray[Any], ...]


@dataclass(frozen=True, eq=False)
class Block:
    """Some participants and all their votes.

    Attributes
    ----------
    matrix : sparse array of shape (n_participants, 3 * n_statements)
        1 where the vote was cast.
    side_of : int8 array of shape (n_participants,)
        Their sides, −1 for none.
    """

    matrix: sparse.csr_array
    side_of: npt.NDArray[np.int8]

    @cached_property
    def transposed(self) -> sparse.csc_array:
        """The same numbers, read the other way; made once, since a pass is short."""
        return _laid_out(sparse.csc_array, self.matrix.shape[::-1], self.matrix)

    @property
    def n_participants(self) -> int:
        return len(self.side_of)

    @property
    def n_votes_of(self) -> npt.NDArray[np.int64]:
        return np.asarray(np.diff(self.matrix.indptr), np.int64)

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How often each (statement, kind) was cast; shape (3 * n_statements,)."""
        return np.asarray(self.transposed @ np.ones(self.n_participants, np.int64))

    @cached_property
    def _most_votes(self) -> int:
        return int(self.n_votes_of.max(initial=0))

    @cached_property
    def _most_voters(self) -> int:
        return int(self.counts.max(initial=0))

    def bodies(self, n_bodies: int) -> npt.NDArray[np.int8]:
        """Return whose each participant is: their side, or the last of the bodies where they have none."""
        if n_bodies == 1:
            return np.zeros(self.n_participants, np.int8)
        return np.where(self.side_of < 0, np.int8(n_bodies - 1), self.side_of)

    def gathered(
        self, table: Multiples, dtype: npt.DTypeLike = np.float64
    ) -> npt.NDArray[np.floating]:
        """Return the sum of the table's rows over each participant's votes; shape (n_participants, …)."""
        return table.summed(self.matrix, self._most_votes, dtype)

    def scattered(self, rows: Multiples) -> Floats:
        """Return the sum of ``rows`` over the voters of each (statement, kind); (3 * n_statements, …)."""
        return rows.summed(self.transposed, self._most_voters)


def gathered(block: Block, table: Multiples) -> Sums:
    """`Block.gathered`, as a pass hands it to every block."""
    return (block.gathered(table),)


def scattered(block: Block, unit: float, rows: npt.NDArray[Any]) -> Sums:
    """`Block.scattered` of the multiples of ``unit`` nearest to ``rows``, as a pass hands it on."""
    return (block.scattered(Multiples.of(rows, unit)),)


def counts_of(parts: "Parts") -> Counts:
    """Return disagree, pass and agree of each statement; shape (n_statements, 3)."""
    (sums,) = parts.total(_counted)
    return np.asarray(sums.reshape(-1, KINDS))


def _counted(block: Block) -> Sums:
    return (block.counts,)


class Parts(Protocol):
    """All the votes, wherever they are: here in blocks, or on other machines."""

    @property
    def n_statements(self) -> int: ...

    @property
    def most_votes_of_one(self) -> int:
        """Votes of the participant who cast the most."""
        ...

    def total(self, partial: Callable[..., Sums], *given: Any, rows: Rows = ()) -> Sums:
        """Return the sum over all blocks of ``partial(block, *given, *rows of the block)``.

        ``rows`` are arrays with a row for each participant, of which each block gets its own.
        """
        ...

    def joined(self, each: Callable[..., Sums], *given: Any, rows: Rows = ()) -> Sums:
        """Return ``each(block, *given, *rows of the block)`` of all blocks, in the participants' order."""
        ...


@dataclass(frozen=True, eq=False)
class Here:
    """The votes in this process, counted by one thread or several: the answer is the same."""

    blocks: tuple[Block, ...]
    n_statements: int
    most_votes_of_one: int
    n_threads: int = 1

    @classmethod
    def of(cls, votes: Votes, *, n_threads: int = 1, votes_in_block: int = VOTES_IN_BLOCK) -> Self:
        blocks = tuple(_blocks(votes, votes_in_block))
        most_votes = int(votes.n_votes_of.max(initial=0))
        return cls(blocks, votes.n_statements, most_votes, n_threads)

    def total(self, partial: Callable[..., Sums], *given: Any, rows: Rows = ()) -> Sums:
        return added(self._mapped(partial, given, rows))

    def joined(self, each: Callable[..., Sums], *given: Any, rows: Rows = ()) -> Sums:
        parts = list(self._mapped(each, given, rows))
        return tuple(np.concatenate(pieces) for pieces in zip(*parts, strict=True))

    def _mapped(
        self, function: Callable[..., Sums], given: Sequence[Any], rows: Rows
    ) -> Iterator[Sums]:
        calls = list(self._calls(rows))
        if self.n_threads == 1 or len(calls) == 1:
            for block, own in calls:
                yield function(block, *given, *own)
            return
        # A few ahead, not all: memory stays that of a few blocks.
        ahead = 2 * self.n_threads
        with ThreadPoolExecutor(self.n_threads) as threads:
            waiting = deque(
                threads.submit(function, block, *given, *own) for block, own in calls[:ahead]
            )
            for block, own in calls[ahead:]:
                yield waiting.popleft().result()
                waiting.append(threads.submit(function, block, *given, *own))
            while waiting:
                yield waiting.popleft().result()

    def _calls(self, rows: Rows) -> Iterator[tuple[Block, Rows]]:
        first = 0
        for block in self.blocks:
            own = slice(first, first + block.n_participants)
            yield block, tuple(each[own] for each in rows)
            first = own.stop


def added(parts: Iterable[Sums]) -> Sums:
    """Return the sum of some partial results."""
    sums: list[npt.NDArray[Any]] = []
    for part in parts:
        if sums:
            for place, more in enumerate(part):
                sums[place] += more
        else:
            sums = [np.array(each) for each in part]
    return tuple(sums)


def _blocks(votes: Votes, votes_in_block: int) -> Iterator[Block]:
    """Cut the votes between participants; the numbers themselves are not copied."""
    starts, width = votes.starts, KINDS * votes.n_statements
    ones = np.ones(min(votes.n_votes, 2 * votes_in_block), np.int64)
    first = 0
    while True:
        last = int(np.searchsorted(starts, starts[first] + votes_in_block, side="right")) - 1
        last = min(max(last, first + 1), votes.n_participants)
        own = slice(int(starts[first]), int(starts[last]))
        n_votes = own.stop - own.start
        if n_votes > len(ones):
            ones = np.ones(n_votes, np.int64)
        pointers = (starts[first : last + 1] - own.start).astype(np.int32)
        cast = _Cast(ones[:n_votes], votes.codes[own], pointers)
        matrix = _laid_out(sparse.csr_array, (last - first, width), cast)
        yield Block(matrix, votes.side_of[first:last])
        first = last
        if first >= votes.n_participants:
            return


class _Cast(NamedTuple):
    """What a sparse array is made of; a sparse array has the same."""

    data: npt.NDArray[np.int64]
    indices: npt.NDArray[np.int32]
    indptr: npt.NDArray[np.int32]


def _laid_out(kind: Any, shape: tuple[int, int], of: Any) -> Any:
    """Return a sparse array of these very numbers: its constructor copies what is part of a larger array."""
    found = kind(shape, dtype=np.int64)
    found.data, found.indices, found.indptr = of.data, of.indices, of.indptr
    return found

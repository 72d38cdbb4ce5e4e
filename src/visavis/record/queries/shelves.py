"""A long list, one page at a time: how much there is is counted, and only what is shown is read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")
PER_SHELF = 20
"""Of each list, so many on one page of a desk's home."""


@dataclass(frozen=True)
class Shelf(Generic[T]):
    """What one page shows of a list of ``n``; it is gone through like a sequence of this alone."""

    shown: tuple[T, ...] = ()
    n: int = 0
    page: int = 1
    has_more: bool = False

    def __iter__(self) -> Iterator[T]:
        return iter(self.shown)

    def __len__(self) -> int:
        return len(self.shown)

    def of(self, shown: Iterable[U]) -> "Shelf[U]":
        """Return the same page of the same list, with something made of each."""
        return Shelf(tuple(shown), self.n, self.page, self.has_more)


@dataclass(frozen=True)
class Cut:
    """Which part of a list a page shows: pages are counted from 1, and the last answers for any later."""

    n: int
    page: int
    size: int = PER_SHELF

    @classmethod
    def of(cls, n: int, page: int, *, size: int = PER_SHELF) -> "Cut":
        last = max(1, -(-n // size))
        return cls(n, min(max(page, 1), last), size)

    @property
    def part(self) -> slice:
        return slice((self.page - 1) * self.size, self.page * self.size)

    def shelf(self, shown: Sequence[T]) -> Shelf[T]:
        return Shelf(tuple(shown), self.n, self.page, self.page * self.size < self.n)

"""So many at a time: a statement takes only so many values, and memory only so many rows."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
VALUES = 500


def batches(values: Iterable[T], *, size: int = VALUES) -> Iterator[list[T]]:
    """Yield the values in lists of at most ``size``, in order."""
    source = iter(values)
    while some := list(islice(source, size)):
        yield some

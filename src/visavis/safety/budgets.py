"""Budgets: how often something may be tried, and how much of the site anybody may take up at once.

Both are counted in memory alone and forgotten with the process. A name is counted under an HMAC whose key
never leaves memory, so that not even a core dump lists who tried.

Live pages are made in *places*, and places are in pools: `POOLS` is the one table of them. What takes up
one pool takes nothing from another, so no stranger and no other side keeps a desk from its own pages.
"""

import hashlib
import hmac
import os
import secrets
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import BoundedSemaphore, Lock
from types import MappingProxyType


class For(StrEnum):
    """Whom a pool of places is for."""

    CLOSING = "closing"
    EDITORS = "editors"
    JOINING = "joining"
    STRANGERS = "strangers"
    PARTICIPANTS = "participants"
    WITHDRAWING = "withdrawing"
    ARRIVING = "arriving"
    AT_THE_DOOR = "at the door"
    PAPER = "paper"


@dataclass(frozen=True)
class Pool:
    """``places`` requests are worked on at once, ``queue`` more wait, each for at most ``seconds``."""

    places: int
    queue: int
    seconds: float
    is_each_sides: bool = False

    def threads(self, *, n_sides: int) -> int:
        """Return how many threads the pool can hold at once."""
        return (self.places + self.queue) * (n_sides if self.is_each_sides else 1)


POOLS: Mapping[For, Pool] = MappingProxyType(
    {
        # A browser in which an editor is signed in, on a page that closes something.
        For.CLOSING: Pool(places=1, queue=2, seconds=20, is_each_sides=True),
        # A browser in which an editor is signed in, on every other page.
        For.EDITORS: Pool(places=2, queue=4, seconds=10, is_each_sides=True),
        # A browser that has shown a good code and is not signed in yet.
        For.JOINING: Pool(places=1, queue=2, seconds=10),
        # Everybody else: signing in, typing a code, the files of these pages.
        For.STRANGERS: Pool(places=2, queue=4, seconds=5),
        # A browser in which a participant is signed in.
        For.PARTICIPANTS: Pool(places=2, queue=4, seconds=10, is_each_sides=True),
        # The same, on a page on which words are taken back or somebody leaves.
        For.WITHDRAWING: Pool(places=1, queue=3, seconds=20, is_each_sides=True),
        # A browser that has shown a good invitation to take part and is not signed in yet.
        For.ARRIVING: Pool(places=1, queue=2, seconds=10),
        # Everybody else on the pages of participants: signing in, typing an invitation.
        For.AT_THE_DOOR: Pool(places=1, queue=3, seconds=5),
        # Somebody with a code on paper, signed in or not: a detention waits for no other page.
        For.PAPER: Pool(places=1, queue=3, seconds=20),
    }
)
THREADS_FOR_READERS = 7
"""Two of them may be for somebody who takes the whole record, as long as that lasts."""


def threads_of(*, n_sides: int) -> int:
    """Return how many threads a process needs so that full pools leave some for readers."""
    return THREADS_FOR_READERS + sum(pool.threads(n_sides=n_sides) for pool in POOLS.values())


class Places:
    """The places of every pool, for one process."""

    def __init__(self, pools: Mapping[For, Pool] = POOLS) -> None:
        self._pools = pools
        self._there: dict[tuple[For, str], tuple[BoundedSemaphore, BoundedSemaphore]] = {}
        self._lock = Lock()

    @contextmanager
    def taken(self, name: For, *, side: str = "") -> Iterator[bool]:
        """Hold a place while the block runs, after waiting for one; say whether there was one.

        ``side`` counts where the pool is each side's. It comes from an account, never from a request.
        """
        pool = self._pools[name]
        free, line = self._of(name, side if pool.is_each_sides else "")
        if not line.acquire(blocking=False):
            yield False
            return
        try:
            if not free.acquire(timeout=pool.seconds):
                yield False
                return
            try:
                yield True
            finally:
                free.release()
        finally:
            line.release()

    def _of(self, name: For, side: str) -> tuple[BoundedSemaphore, BoundedSemaphore]:
        with self._lock:
            found = self._there.get((name, side))
            if found is None:
                pool = self._pools[name]
                line = pool.places + pool.queue
                found = (BoundedSemaphore(pool.places), BoundedSemaphore(line))
                self._there[name, side] = found
            return found


def share(tries: int) -> int:
    """Return how many of these tries one process may give: together they give no more, or one each."""
    workers = os.environ.get("VISAVIS_WORKERS", "1")  # `serve` sets it
    return max(1, tries // max(1, int(workers) if workers.isdigit() else 1))


class Budget:
    """At most ``tries`` within ``span`` under one name; the oldest of ``names`` is forgotten first."""

    def __init__(self, *, tries: int, span: timedelta, names: int = 10_000) -> None:
        self._tries, self._span, self._names = tries, span, names
        self._key = secrets.token_bytes(32)
        self._spent: OrderedDict[bytes, tuple[datetime, int]] = OrderedDict()
        self._lock = Lock()

    def is_spent(self, name: str, *, at: datetime) -> bool:
        """Return whether nothing is left under this name."""
        with self._lock:
            return self._count(self._hidden(name), at) >= self._tries

    def spend(self, name: str, *, at: datetime) -> None:
        """Count one try; the span begins with the first."""
        hidden = self._hidden(name)
        with self._lock:
            count = self._count(hidden, at)
            since = self._spent[hidden][0] if count else at
            self._spent[hidden] = (since, count + 1)
            self._spent.move_to_end(hidden)
            while len(self._spent) > self._names:
                self._spent.popitem(last=False)

    def _count(self, hidden: bytes, at: datetime) -> int:
        since, count = self._spent.get(hidden, (at, 0))
        return count if at - since < self._span else 0

    def _hidden(self, name: str) -> bytes:
        return hmac.digest(self._key, name.encode(), hashlib.sha256)

"""Budgets: how often something may be tried, counted in memory alone and forgotten with the process.

A name is counted under an HMAC whose key never leaves memory, so that not even a core dump lists who
tried. Nothing is locked from outside: only whoever holds the passphrase can spend the budget of its
codes, and it fills again by itself.
"""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock


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

    def refill(self, name: str) -> None:
        """Forget what was tried under this name."""
        with self._lock:
            self._spent.pop(self._hidden(name), None)

    def _count(self, hidden: bytes, at: datetime) -> int:
        since, count = self._spent.get(hidden, (at, 0))
        return count if at - since < self._span else 0

    def _hidden(self, name: str) -> bytes:
        return hmac.digest(self._key, name.encode(), hashlib.sha256)

"""One act at a time: what an act has read stays so until it is over.

SQLite begins every transaction IMMEDIATE; PostgreSQL waits for a lock.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")
ONE_ACT_AT_A_TIME = 0x7669736176697301  # any number, so long as nothing else locks it
LONGEST_WAIT_FOR_READERS = 1_000
"""Milliseconds."""


@contextmanager
def one_act() -> Iterator[None]:
    """One transaction, while no other act runs."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_ACT_AT_A_TIME])
        yield


def act(change: Callable[P, R]) -> Callable[P, R]:
    """Run ``change`` in one transaction, while no other act runs."""

    @wraps(change)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with one_act():
            return change(*args, **kwargs)

    return alone


def empty_the_log() -> None:
    """Bytes that were overwritten in the database leave its write-ahead log too.

    A reader in the middle of something keeps the log; then the next turn of `housekeeping` empties it.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
            cursor.execute(f"PRAGMA busy_timeout = {LONGEST_WAIT_FOR_READERS}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")

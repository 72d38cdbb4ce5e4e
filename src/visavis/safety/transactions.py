"""One act at a time: what an act has read stays so until it is over. The one door through which rooms write.

Acts wait in a queue (`turns`); then SQLite begins their transaction IMMEDIATE. On PostgreSQL the queue is a
lock of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

from .turns import turn

P = ParamSpec("P")
R = TypeVar("R")
ONE_ACT_AT_A_TIME = 0x7669736176697301  # any number, so long as nothing else locks it
LONGEST_WAIT_FOR_READERS = 100
"""Milliseconds. Others wait meanwhile."""


@contextmanager
def one_act() -> Iterator[None]:
    """One transaction, while no other act runs; within another act, a part of it that can fail alone."""
    with _turn(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_ACT_AT_A_TIME])
        yield


@contextmanager
def one_act_about_persons() -> Iterator[None]:
    """The same; the write-ahead log is emptied as it ends, which would join persons and what they do."""
    with one_act():
        yield
        empty_the_log_in_the_end()


def act(change: Callable[P, R]) -> Callable[P, R]:
    """Run ``change`` as `one_act`."""
    return _as(one_act, change)


def act_about_persons(change: Callable[P, R]) -> Callable[P, R]:
    """Run ``change`` as `one_act_about_persons`."""
    return _as(one_act_about_persons, change)


def empty_the_log_in_the_end() -> None:
    """The log is emptied when the act ends: once, however many acts are parts of this one."""
    if not any(each[1] is empty_the_log for each in connection.run_on_commit):
        transaction.on_commit(empty_the_log)


def empty_the_log() -> None:
    """Bytes that were overwritten in the database leave its write-ahead log too.

    A reader in the middle of something keeps the log; then the next turn of `housekeeping` empties it.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with _turn(), connection.cursor() as cursor:
            (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
            cursor.execute(f"PRAGMA busy_timeout = {LONGEST_WAIT_FOR_READERS}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")


def _as(kind: Callable[[], AbstractContextManager[None]], change: Callable[P, R]) -> Callable[P, R]:
    @wraps(change)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with kind():
            return change(*args, **kwargs)

    return alone


def _turn() -> AbstractContextManager[None]:
    """Return the queue; nothing within a transaction, on PostgreSQL, and where no other process can write."""
    is_in_memory = "mode=memory" in str(connection.settings_dict["NAME"])
    if connection.in_atomic_block or connection.vendor != "sqlite" or is_in_memory:
        return nullcontext()
    return turn()

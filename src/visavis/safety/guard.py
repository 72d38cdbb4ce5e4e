"""An account that acts may still act at the instant in which the act is written.

A request is let in once, at its beginning; an act may take its turn seconds later, and in between the account
can be frozen or removed. So every statement that writes asks again, inside the act's own transaction, on the
database's one write lock. It hangs on the connection: no act has to remember it, none can forget it, and the
engine that writes learns nothing of accounts.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class MayNotActError(Exception):
    """The account of this request may not act any more; nothing of the act is kept."""


@contextmanager
def only_while(may_act: Callable[[], bool], *, but_for: frozenset[str]) -> Iterator[None]:
    """Refuse every write of this thread once ``may_act`` says no; tables named in ``but_for`` are free.

    ``may_act`` must only read. It is asked once in each transaction, and before each write outside of one.
    """
    guard = _Guard(may_act, tuple(f'"{table}"' for table in but_for))
    with connection.execute_wrapper(guard):
        yield


class _Guard:
    def __init__(self, may_act: Callable[[], bool], free: tuple[str, ...]) -> None:
        self._may_act = may_act
        self._free = free

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001 - Django's own signature
        context: Any,
    ) -> Any:
        words = sql.lstrip()[:160]
        if words.upper().startswith(WRITES) and not any(table in words for table in self._free):
            self._ask()
        return execute(sql, params, many, context)

    def _ask(self) -> None:
        # Django drops what waits for the commit when a transaction, or a part of it, is undone: so this mark
        # is there exactly as long as the transaction in which the question was answered.
        asked = any(each[1] == self._asked for each in connection.run_on_commit)
        if asked:
            return
        if not self._may_act():
            raise MayNotActError
        if connection.in_atomic_block:
            connection.on_commit(self._asked)

    def _asked(self) -> None:
        """Do nothing: it only marks the transaction."""

"""Whose turn it is to write: one queue for all threads and processes of a site, in which nobody is passed by.

SQLite's own lock is no queue: who waits for it asks again and again, and beside a busy writer may ask in
vain for as long as it lasts. Closing and freezing must not.

Two empty files are locked, and never written to: their times tell nothing. Who waits for ``acts.turn`` holds
``acts.next`` meanwhile, so that a writer who has just ended cannot begin again before the one who waits. Each
turn opens the files for itself: a lock belongs to an open file, and threads that shared one would share the
lock. When a holder is killed, the kernel lets go of both.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

from visavis.base import data

LONGEST_WAIT = 20.0
"""Seconds, as long as SQLite waits for its own lock. A holder that hangs stops nobody for longer."""
ASKS_EVERY = 0.0005
"""Seconds between two tries of the one who is next; of those behind it, four times as many."""
_mine = threading.local()


class NoTurnError(OperationalError):
    """Others have held the queue for too long; nothing was begun."""


@contextmanager
def turn() -> Iterator[None]:
    """Run the block while no other turn runs. Within a turn of the same thread it is the same one.

    Raises NoTurnError after `LONGEST_WAIT`. Cost: 16 µs where nobody else waits.
    """
    if getattr(_mine, "is_now", False):
        yield
        return
    until = time.monotonic() + LONGEST_WAIT
    whose_turn, who_is_next = data.queue_of_acts()
    own = data.opened_lock(whose_turn)
    try:
        following = data.opened_lock(who_is_next)
        try:
            _lock(following, every=4 * ASKS_EVERY, until=until)
            _lock(own, every=ASKS_EVERY, until=until)
        finally:
            _let_go(following)
        _mine.is_now = True
        try:
            yield
        finally:
            _mine.is_now = False
    finally:
        _let_go(own)


def _lock(file: int, *, every: float, until: float) -> None:
    # The kernel's own waiting knows no end, and a signal for one reaches only the main thread.
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise NoTurnError("others have held the queue of acts for too long") from None
            time.sleep(every)
        else:
            return


def _let_go(file: int) -> None:
    # Closing is not enough: a process that was forked meanwhile has the same open file, and the lock with it.
    fcntl.flock(file, fcntl.LOCK_UN)
    os.close(file)

"""The loop that releases editions while the site is served: at each full hour, or at once.

Nothing that goes wrong in it ends the server. Readers have the edition that was; the loop tries again
after a short pause, until the edition is out. Between editions a thread of its own makes the compressed
copies smaller, and gives way to all others who want the processor. An edition does not: it takes away what
endangers somebody, also while the machine is busy.

At each wake the hour is asked of the clock: none is waited for, so that a clock that was wrong and is set
right, in either direction, costs no edition. A desk that closes "now" is heard within a second: see
`record.public.is_edition_asked_for`.
"""

import logging
import os
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from django.db import close_old_connections

from visavis.base import data
from visavis.record import public as record
from visavis.safety import order
from visavis.safety.housekeeping import forget_what_is_past
from visavis.safety.logs import type_and_line
from visavis.sides.schedule import Schedule, last_slot

from .actions import even_out, public_store, release_edition

log = logging.getLogger(__name__)

ASKS_EVERY = timedelta(seconds=1)
"""How often the clock is asked, and whether a desk wants an edition now; at once: what has changed."""
SETTLES_EVERY = timedelta(minutes=1)
"""At once: how often what only time brings about is looked for: a closing that lapses, an answer's day."""
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=1)
"""Before an edition that failed is tried again. Each pause is twice the one before."""
IMPROVES_FOR_SECONDS = 20.0
POLITENESS = 10


class ReleaseLoop:
    """Releases editions until it is stopped. Tests put a clock and a press of their own in their place."""

    def __init__(
        self,
        schedule: Schedule,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        release: Callable[[datetime], object] = release_edition,
        stop: threading.Event | None = None,
    ) -> None:
        self._schedule = schedule
        self._now = now
        self._release = release
        self._stop = stop or threading.Event()
        self._forgot_on: date | None = None
        self._pause = SHORTEST_PAUSE
        self._is_releasing = threading.Event()
        self._thread = threading.Thread(target=self.run, name="releases", daemon=True)
        self._improver = threading.Thread(target=self._improve, name="improving", daemon=True)

    def start(self) -> None:
        """Run beside the server."""
        self._thread.start()
        self._improver.start()

    def stop(self) -> None:
        """Stop before the next edition. One that is being written may be left: the record survives it."""
        self._stop.set()
        for thread in (self._thread, self._improver):
            if thread.is_alive():
                thread.join(timeout=5)

    def run(self) -> None:
        """Release editions until `stop`."""
        if self._schedule is Schedule.AT_ONCE:
            self._release_at_once()
        else:
            self._release_at_slots()

    def release_of_the_hour(self, slot: datetime) -> bool:
        """Do what a full hour brings: an edition, and neither order nor file times tell of acts any more."""
        is_out = self._try(slot)
        if is_out:
            self._even_out()
        return is_out

    def _release_at_slots(self) -> None:
        done = last_slot(self._now(), schedule=self._schedule)
        while not self._stop.is_set():
            slot = last_slot(self._now(), schedule=self._schedule)
            if slot > done:
                if not self.release_of_the_hour(slot):
                    continue
                # A slot that came while this edition was made is not made up for: the next one will do.
                done = last_slot(self._now(), schedule=self._schedule)
                continue
            # The clock was ahead and is right now: what it has done ahead of time is no hour of today's.
            done = slot
            if self._is_edition_asked_for():
                self._try(self._now())
                continue
            self._stop.wait(ASKS_EVERY.total_seconds())

    def _release_at_once(self) -> None:
        settles_at = self._now()
        while not self._stop.is_set():
            at = self._now()
            # The second half: the clock was ahead, and what was to be looked at then lies far off.
            is_time = at >= settles_at or settles_at - at > SETTLES_EVERY
            if is_time or self._has_changes():
                if not self._try(at):
                    continue
                self._even_out()
                settles_at = at + SETTLES_EVERY
            self._stop.wait(ASKS_EVERY.total_seconds())

    def _try(self, at: datetime) -> bool:
        """Release an edition and return whether it is out; else leave word for `doctor`, and pause."""
        self._is_releasing.set()
        try:
            close_old_connections()
            self._release(at)
        except Exception as error:
            log.error("an edition was not released", exc_info=error)
            _leave_word(error)
            self._stop.wait(self._pause.total_seconds())
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            return False
        else:
            _leave_word(None)
            self._pause = SHORTEST_PAUSE
            return True
        finally:
            self._is_releasing.clear()
            self._forget(at.date())
            self._lose_order()
            close_old_connections()

    def _forget(self, today: date) -> None:
        """Once a day, and at the start: what is kept for a while goes when its time is over."""
        if self._forgot_on == today:
            return
        try:
            forget_what_is_past(today)
            self._forgot_on = today
        except Exception as error:
            log.error("what is past was not forgotten", exc_info=error)

    def _lose_order(self) -> None:
        """With each edition: small tables no longer say what came after what."""
        if self._schedule is Schedule.AT_ONCE:
            return  # on a machine of one's own there is nobody to hide
        try:
            order.write_again()
        except Exception as error:
            log.error("tables were not written again", exc_info=error)

    def _even_out(self) -> None:
        try:
            even_out(self._schedule)
        except Exception as error:
            log.error("the times of files were not evened out", exc_info=error)

    def _has_changes(self) -> bool:
        return _asked(lambda: bool(record.changed().subjects))

    def _is_edition_asked_for(self) -> bool:
        return _asked(record.is_edition_asked_for)

    def _improve(self) -> None:
        """Make copies smaller whenever no edition is being written, until `stop`."""
        _be_polite()

        def stop() -> bool:
            return self._stop.is_set() or self._is_releasing.is_set()

        while not self._stop.is_set():
            try:
                store = public_store()
                if not stop() and store.root() is not None:
                    store.improve_compression(budget_seconds=IMPROVES_FOR_SECONDS, stop=stop)
            except Exception as error:
                log.error("copies were not improved", exc_info=error)
            self._stop.wait(ASKS_EVERY.total_seconds())


def _asked(question: Callable[[], bool]) -> bool:
    """Return the answer of the database; no where there is none, so that the loop goes on."""
    try:
        return question()
    except Exception as error:
        log.error("the list of changes cannot be read", exc_info=error)
        close_old_connections()
        return False


def _leave_word(error: Exception | None) -> None:
    """Say for `doctor`, in a file, of which type an error was and where it arose; nothing else of it."""
    file = data.release_failed_file()
    try:
        if error is None:
            file.unlink(missing_ok=True)
        else:
            data.write_private(file, f"{type_and_line(error)}\n".encode())
    except OSError as trouble:
        log.error("no word could be left of it", exc_info=trouble)


def _be_polite() -> None:
    """Let readers go first: on Linux each thread has a priority of its own."""
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), POLITENESS)
    except (AttributeError, OSError):
        log.debug("this system has no priorities of threads")

"""The loop that releases editions while the site is served: at each slot, or at once.

Nothing that goes wrong in it ends the server. Readers have the edition that was, and it is tried again
until it is done. Between editions the compressed copies are made smaller. The loop gives way to whoever else
wants the processor.
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
from visavis.sides.schedule import Schedule, next_slot

from .actions import release_edition
from .store import Store

log = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(seconds=30)
"""The clock may be set, or the machine may sleep: it is asked again this often."""
TRIES_AGAIN_AFTER = timedelta(seconds=10)
"""At slots: an edition that could not be released is tried again until it is, or the next slot comes."""
ASKS_EVERY = timedelta(seconds=1)
"""At once: how often the list of what changed is read."""
SETTLES_EVERY = timedelta(minutes=1)
"""At once: how often what only time brings about is looked for: a closing that lapses, an answer's day."""
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
        self._thread = threading.Thread(target=self.run, name="releases", daemon=True)

    def start(self) -> None:
        """Run beside the server, giving way to it."""
        self._thread.start()

    def stop(self) -> None:
        """Stop before the next edition. One that is being written may be left: the record survives it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def run(self) -> None:
        """Release editions until `stop`."""
        if threading.current_thread() is self._thread:
            _be_polite()
        if self._schedule is Schedule.AT_ONCE:
            self._release_at_once()
        else:
            self._release_at_slots()

    def _release_at_slots(self) -> None:
        slot = next_slot(self._now(), schedule=self._schedule)
        while not self._stop.is_set():
            left = slot - self._now()
            if left > timedelta():
                if left > LONGEST_WAIT:
                    self._improve()
                    left = min(slot - self._now(), LONGEST_WAIT)
                self._stop.wait(left.total_seconds())
                continue
            if not self._try(slot) and self._now() < self._after(slot):
                # What a desk has closed is not kept in public for an hour more by one lock or full disk.
                self._stop.wait(TRIES_AGAIN_AFTER.total_seconds())
                continue
            # From the slot's own next instant on: a slot is released once, and none is left out in between.
            slot = next_slot(
                max(self._now(), slot + timedelta(microseconds=1)), schedule=self._schedule
            )

    def _after(self, slot: datetime) -> datetime:
        return next_slot(slot + timedelta(microseconds=1), schedule=self._schedule)

    def _release_at_once(self) -> None:
        settles_at = self._now()
        while not self._stop.is_set():
            at = self._now()
            if at >= settles_at or self._has_changes():
                self._try(at)
                settles_at = at + SETTLES_EVERY
            else:
                self._improve(until_something_changes=True)
            self._stop.wait(ASKS_EVERY.total_seconds())

    def _try(self, at: datetime) -> bool:
        try:
            close_old_connections()
            self._release(at)
            return True
        except Exception as error:
            log.error("an edition was not released", exc_info=error)
            return False
        finally:
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

    def _has_changes(self) -> bool:
        try:
            return bool(record.changed().subjects)
        except Exception as error:
            log.error("the list of changes cannot be read", exc_info=error)
            return False

    def _improve(self, *, until_something_changes: bool = False) -> None:
        def stop() -> bool:
            return self._stop.is_set() or (until_something_changes and self._has_changes())

        try:
            store = Store(data.public_directory())
            if store.root() is not None:
                store.improve_compression(budget_seconds=IMPROVES_FOR_SECONDS, stop=stop)
        except Exception as error:
            log.error("copies were not improved", exc_info=error)


def _be_polite() -> None:
    """Let readers go first: on Linux each thread has a priority of its own."""
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), POLITENESS)
    except (AttributeError, OSError):
        log.debug("this system has no priorities of threads")

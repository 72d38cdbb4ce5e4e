"""Whether the site does its work: for a program that asks every minute, and for nobody else.

The answer is one word. What is wrong is said by `visavis doctor`, on the machine itself: outside it would
tell when a disk is full or when an edition is late.
"""

import logging
import shutil
from datetime import date
from threading import Lock
from time import monotonic

from visavis.base import data
from visavis.signing.manifest import Root

log = logging.getLogger(__name__)

LEAST_FREE = 64 << 20
"""Bytes: with less an edition may not find room."""
HOLDS_FOR_SECONDS = 5.0


class Health:
    """Looks at most once in a few seconds, however often it is asked: asking costs nothing."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._looked_at = float("-inf")
        self._is_well = False

    def is_well(self, root: Root | None, *, today: date) -> bool:
        """Return whether there is room, the last edition came out and holds, and the database answers."""
        with self._lock:
            if monotonic() - self._looked_at >= HOLDS_FOR_SECONDS:
                self._is_well = _is_well(root, today=today)
                self._looked_at = monotonic()
            return self._is_well


def _is_well(root: Root | None, *, today: date) -> bool:
    try:
        return (
            (root is None or root.valid_until >= today)
            and data.why_release_failed() is None
            and shutil.disk_usage(data.data_directory()).free >= LEAST_FREE
            and _database_answers()
        )
    except Exception as error:
        log.error("the site is not well", exc_info=error)
        return False


def _database_answers() -> bool:
    from visavis.sides import queries as sides

    sides.is_founded()
    return True

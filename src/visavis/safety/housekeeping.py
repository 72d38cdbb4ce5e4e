"""What is done unasked: at the start, every few seconds, each hour, with each edition, each day.

A room that keeps something for a while says here, when it is loaded, how it goes. The server's parent
process asks for it and knows nothing of accounts. What waits for somebody who can read is done when one of
its desk signs in.
"""

import logging
import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeAlias

from django.db import close_old_connections, connection
from django.utils import timezone

from .transactions import act_about_persons, empty_the_log

log = logging.getLogger(__name__)

Duty: TypeAlias = Callable[[date], None]
_each_day: dict[str, Duty] = {}
_at_start: dict[str, Callable[[], object]] = {}
_each_turn: dict[str, Callable[[], None]] = {}
_each_hour: dict[str, Callable[[], object]] = {}
_at_sign_in: dict[str, Callable[[str, date], None]] = {}

TURN_SECONDS = 90
"""A code of an authenticator counts in three steps of 30 seconds."""
LOG_SECONDS = 5
"""Older words of a draft, and the order of acts, lie no longer than this in the write-ahead log."""
BEAT_SECONDS = 60
"""The times of the database's files say which of these minutes was the last, and not who acted in it."""
THE_SAME_EACH_TIME = 1


def each_day(room: str, duty: Duty) -> None:
    """Have ``duty`` done once a day for this room. Doing it twice must change nothing."""
    _each_day[room] = duty


def at_start(room: str, duty: Callable[[], object]) -> None:
    """Have ``duty`` done before the server answers for the first time."""
    _at_start[room] = duty


def each_turn(room: str, duty: Callable[[], None]) -> None:
    """Have ``duty`` done every `TURN_SECONDS` while the server runs."""
    _each_turn[room] = duty


def each_hour(room: str, duty: Callable[[], object]) -> None:
    """Have ``duty`` done within `LOG_SECONDS` after each full hour. Doing it twice must change nothing."""
    _each_hour[room] = duty


def at_sign_in(room: str, duty: Callable[[str, date], None]) -> None:
    """Have ``duty`` done for a side when somebody of its desk signs in, with the reader of that session."""
    _at_sign_in[room] = duty


def welcome(side: str, today: date) -> None:
    """Do what waited for somebody of this desk. What fails keeps nobody out, and is tried the next time."""
    for duty in _at_sign_in.values():
        try:
            duty(side, today)
        except Exception as error:
            log.error("a duty at signing in failed", exc_info=error)


def forget_what_is_past(today: date) -> None:
    """Every room has let go of what its time is over for, and the write-ahead log keeps none of it."""
    for duty in _each_day.values():
        duty(today)
    empty_the_log()


def begin() -> None:
    """Do what must be done before the first request."""
    for duty in _at_start.values():
        duty()
    empty_the_log()


@act_about_persons
def beat() -> None:
    """Write one fixed number over: the database's files then bear this time, whether anybody acted or not."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA user_version = {THE_SAME_EACH_TIME}")


class Housekeeper:
    """Does the short duties beside the server, in a thread of its parent process."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._hour = _hour_of(timezone.now())
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        seconds = 0
        while not self._stop.wait(LOG_SECONDS):
            seconds += LOG_SECONDS
            self.turn(is_due=seconds % TURN_SECONDS == 0, beats=seconds % BEAT_SECONDS == 0)

    def turn(self, *, is_due: bool = False, beats: bool = False) -> None:
        """Empty the log; do the other duties where their time has come. What fails is tried again."""
        try:
            close_old_connections()
            for duty in _each_turn.values() if is_due else ():
                duty()
            hour = _hour_of(timezone.now())
            if hour != self._hour:
                for hourly in _each_hour.values():
                    hourly()
                self._hour = hour
            if beats:
                beat()
            empty_the_log()
        except Exception as error:
            log.error("housekeeping failed", exc_info=error)
        finally:
            close_old_connections()


def _hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)

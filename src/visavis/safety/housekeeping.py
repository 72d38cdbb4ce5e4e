"""What is forgotten each day, whether or not anybody comes by.

A room that keeps something for a while says here, when it is loaded, how it goes. The loop that
releases editions asks for it once a day and knows nothing of accounts.
"""

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from django.db import connection

Duty: TypeAlias = Callable[[date], None]
_duties: dict[str, Duty] = {}


def each_day(room: str, duty: Duty) -> None:
    """Have ``duty`` done once a day for this room. Doing it twice must change nothing."""
    _duties[room] = duty


def forget_what_is_past(today: date) -> None:
    """Every room has let go of what its time is over for, and the write-ahead log keeps none of it."""
    for duty in _duties.values():
        duty(today)
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

"""When editions come out: at each full hour, or at once on a machine of one's own.

All that was opened within an hour comes out together, so that no page's time betrays who was on line.
"""

from datetime import datetime, timedelta
from enum import StrEnum


class Schedule(StrEnum):
    """At which moments editions are released; a word of the setting VISAVIS_RELEASES."""

    HOURLY = "hour"
    AT_ONCE = "at once"


def last_slot(at: datetime, *, schedule: str) -> datetime:
    """Return the last moment, never after ``at``, at which an edition was to come out."""
    if Schedule(schedule) is Schedule.AT_ONCE:
        return at
    return at.replace(minute=0, second=0, microsecond=0)


def next_slot(at: datetime, *, schedule: str) -> datetime:
    """Return the next moment, never before ``at``, at which an edition may come out."""
    if Schedule(schedule) is Schedule.AT_ONCE:
        return at
    hour = last_slot(at, schedule=schedule)
    return hour if hour == at else hour + timedelta(hours=1)

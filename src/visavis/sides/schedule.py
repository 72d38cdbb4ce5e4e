"""When editions come out: at each full hour, or at once on a machine of one's own.

All that was opened within an hour comes out together, so that no page's time betrays who was on line.
"""

from datetime import datetime, timedelta
from enum import StrEnum


class Releases(StrEnum):
    HOURLY = "hour"
    AT_ONCE = "at once"


def next_slot(at: datetime, *, releases: str) -> datetime:
    """Return the next moment, never before ``at``, at which an edition may come out."""
    if Releases(releases) is Releases.AT_ONCE:
        return at
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour if hour == at else hour + timedelta(hours=1)

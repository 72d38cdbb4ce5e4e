"""When a side may pause, until when a pause lasts, and who ends it.

1. A side pauses alone for 72 hours, counted from the next full hour. Its next pause alone may begin 14 days
   after the last one ended. All sides together pause on any day.
2. A pause begins on the day that its signed bytes bear, or on the next one. Nothing else begins it later: a
   row that somebody writes neither revives an old one nor makes one longer.
3. It is over when its time has passed, or when every side has asked for its end.
4. It holds what is a side's own, and what was made from it, as a closing does. Joint words stay.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from .rules import RecordRefusal

LASTS = timedelta(hours=72)
AGAIN_AFTER = timedelta(days=14)
A_DAY = timedelta(days=1)


def ends_at(begun_at: datetime) -> datetime:
    """Return when a pause that begins now is over: 72 hours from the next full hour."""
    hour = begun_at.replace(minute=0, second=0, microsecond=0)
    return hour + (timedelta(hours=1) if hour < begun_at else timedelta()) + LASTS


def may_begin(signed_on: date, *, today: date) -> bool:
    """Return whether a pause with this day may begin to hold today: on that day or on the next."""
    return signed_on <= today <= signed_on + A_DAY


def is_over(signed_on: date, *, until: datetime, at: datetime) -> bool:
    """Return whether a pause with this day is over that, as its row says, lasts until then.

    Begun on the second day at the latest, it ends on the fifth. Signed on a day that is still to come, by a
    clock that was ahead, it is over at once.
    """
    in_sight = signed_on <= at.date() <= signed_on + A_DAY + LASTS + A_DAY
    return at >= until or not in_sight


def may_be_forgotten(ended_on: date, *, today: date) -> bool:
    """Return whether nothing depends on this pause any more."""
    return not _is_lately(ended_on, today=today)


def why_not_begin(
    *, signed_on: date, is_joint: bool, is_on: bool, ended_on: Collection[date], today: date
) -> RecordRefusal | None:
    """Return why this pause may not be proposed or signed today, or None.

    ``is_on``: another of the same side, or of all sides, is open. ``ended_on`` are the days on which pauses
    of this side alone ended.
    """
    if signed_on != today:
        return RecordRefusal.NOT_TODAY
    if is_on:
        return RecordRefusal.PAUSED
    if not is_joint and any(_is_lately(each, today=today) for each in ended_on):
        return RecordRefusal.PAUSED_LATELY
    return None


def why_not_end(*, side: str, is_on: bool, asked: Collection[str]) -> RecordRefusal | None:
    """Return why this side cannot ask for the end of a pause, or None."""
    if not is_on:
        return RecordRefusal.NOT_PAUSED
    return RecordRefusal.END_ASKED if side in asked else None


def is_ended_by(asked: Collection[str], *, sides: Collection[str]) -> bool:
    """Return whether these requests together end a pause before its time: those of every side."""
    return set(sides) <= set(asked)


def _is_lately(ended_on: date, *, today: date) -> bool:
    """Whether less than 14 days lie between. An end in the future, by a clock that was ahead, counts not."""
    return ended_on <= today < ended_on + AGAIN_AFTER

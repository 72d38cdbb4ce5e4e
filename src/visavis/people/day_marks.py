"""How often somebody has done something today, without a row that says who.

The n-th time on a day has a mark made of the purse. The next day all marks are gone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from visavis.safety.asking import asked, done, placeholders
from visavis.safety.transactions import act_about_persons

from .models import DayMark
from .purse import Purse

THERE = 'SELECT id FROM "people_daymark" WHERE id IN ({marks})'
NEW = 'INSERT INTO "people_daymark" (id, day) VALUES {rows} ON CONFLICT DO NOTHING'


@dataclass(frozen=True)
class Counted:
    """How often something was done today, and the mark of the next time; None where it is not done again."""

    n: int
    next: str | None


def n_today(purse: Purse, what: str, *, today: date, most: int) -> int:
    """Return how often this person did it today, counted up to ``most``. One query."""
    return n_today_of_each(purse, {what: most}, today=today)[what]


def n_today_of_each(purse: Purse, most: Mapping[str, int], *, today: date) -> dict[str, int]:
    """Return the same of several things at once, each counted up to its number. One query."""
    return {what: each.n for what, each in counted(purse, most, today=today).items()}


def counted(purse: Purse, most: Mapping[str, int], *, today: date) -> dict[str, Counted]:
    """Return the same, with the mark that each next time would have. One statement."""
    marks = {what: _marks(purse, what, today, n) for what, n in most.items()}
    every = [mark for some in marks.values() for mark in some]
    there = asked(THERE.format(marks=placeholders(len(every))), every) if every else ()
    used = {mark for (mark,) in there}
    return {
        what: Counted(
            n=sum(mark in used for mark in some),
            next=next((mark for mark in some if mark not in used), None),
        )
        for what, some in marks.items()
    }


def mark(free: Sequence[str], *, today: date) -> bool:
    """These marks are there, within an act; returns whether all of them were free until now."""
    rows = ", ".join(["(%s, %s)"] * len(free))
    values = [value for each in free for value in (each, today)]
    return done(NEW.format(rows=rows), values) == len(free)


def count(purse: Purse, what: str, *, today: date, most: int) -> bool:
    """Once more today, within an act; returns whether that is allowed: no more than ``most`` times."""
    free = counted(purse, {what: most}, today=today)[what].next
    return free is not None and mark([free], today=today)


@act_about_persons
def forget_what_is_past(*, today: date) -> None:
    """Marks of earlier days are gone."""
    DayMark.objects.filter(day__lt=today).delete()


def _marks(purse: Purse, what: str, today: date, most: int) -> list[str]:
    return [purse.slot(f"{what} {today.isoformat()} {n}") for n in range(most)]

"""How often somebody has done something today, without a row that says who.

The n-th time on a day has a mark made of the purse. The next day all marks are gone.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from visavis.safety.transactions import act_about_persons

from .models import DayMark
from .purse import Purse


def n_today(purse: Purse, what: str, *, today: date, most: int) -> int:
    """Return how often this person did it today, counted up to ``most``. One query."""
    return DayMark.objects.filter(pk__in=_marks(purse, what, today, most)).count()


def n_today_of_each(purse: Purse, most: Mapping[str, int], *, today: date) -> dict[str, int]:
    """Return the same of several things at once, each counted up to its number. One query."""
    marks = {mark: what for what, n in most.items() for mark in _marks(purse, what, today, n)}
    found = DayMark.objects.filter(pk__in=marks).values_list("pk", flat=True)
    n = Counter(marks[mark] for mark in found)
    return {what: n[what] for what in most}


def count(purse: Purse, what: str, *, today: date, most: int) -> bool:
    """Once more today, within an act; returns whether that is allowed: no more than ``most`` times."""
    marks = _marks(purse, what, today, most)
    used = set(DayMark.objects.filter(pk__in=marks).values_list("pk", flat=True))
    free = next((mark for mark in marks if mark not in used), None)
    if free is None:
        return False
    DayMark.objects.create(pk=free, day=today)
    return True


@act_about_persons
def forget_what_is_past(*, today: date) -> None:
    """Marks of earlier days are gone."""
    DayMark.objects.filter(day__lt=today).delete()


def _marks(purse: Purse, what: str, today: date, most: int) -> list[str]:
    return [purse.slot(f"{what} {today.isoformat()} {n}") for n in range(most)]

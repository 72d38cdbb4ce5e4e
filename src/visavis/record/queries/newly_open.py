"""What has opened since a day, of what was made from some items. Nobody's words are read here."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from visavis.record import models
from visavis.record.rules import State


class NewlyOpen(NamedTuple):
    """An open item: what it was made from, the day on which it first opened, and the items that it names."""

    item: str
    source: str
    day: date
    names: frozenset[str]


def opened_in(sources: Collection[str], *, kind: str, since: date) -> list[NewlyOpen]:
    """Return what was made from these items and has been open since that day, the newest day first.

    What names nothing is left out: its day is not known. One query, without order among those of one day.
    """
    named = models.Named.objects.filter(
        opened_on__gte=since,
        document__kind=kind,
        document__state=State.OPEN,
        document__made_from__item__in=list(sources),
    )
    return _together(
        named.values_list("document__item", "document__made_from__item", "opened_on", "item")
    )


def open_by(item: str, *, kind: str) -> list[NewlyOpen]:
    """Return what is open of this kind and names the item, as words name their author's card. One query."""
    rows = models.Named.objects.filter(item=item, document__kind=kind, document__state=State.OPEN)
    return _together(
        rows.values_list("document__item", "document__made_from__item", "opened_on", "item")
    )


def _together(rows: Iterable[tuple[str, str, date, str]]) -> list[NewlyOpen]:
    found: dict[tuple[str, str], tuple[date, set[str]]] = {}
    for item, source, day, named in rows:
        found.setdefault((item, source), (day, set()))[1].add(named)
    # By their ids within a day: the order of rows says who came first.
    return sorted(
        (
            NewlyOpen(item, source, day, frozenset(names))
            for (item, source), (day, names) in found.items()
        ),
        key=lambda each: (-each.day.toordinal(), each.item),
    )

"""What was begun in several items since a day: whose turn it is. Days alone are known."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from visavis.kinds.acts import Begun

from . import models
from .rules import State


def begun_in(
    items: Collection[str], *, kind: str, since: date, besides: str = ""
) -> Mapping[str, Sequence[Begun]]:
    """Return, by item, what of this kind was made from it, opened since that day and is below nothing else.

    ``besides`` is left out. One statement, however many items.
    """
    named = models.Named.objects.filter(
        opened_on__gte=since,
        document__kind=kind,
        document__state=State.OPEN,
        document__made_from__item__in=items,
    ).exclude(document__item=besides)
    rows = list(
        named.values_list(
            "document__made_from__item", "document__item", "document__side", "opened_on", "is_below"
        )
    )
    below = {item for _source, item, _side, _day, is_below in rows if is_below}
    begun: dict[str, dict[str, Begun]] = defaultdict(dict)
    for source, item, side, day, _ in rows:
        if item not in below and source in items:
            begun[source][item] = Begun(side, day)
    return {source: tuple(some.values()) for source, some in begun.items()}

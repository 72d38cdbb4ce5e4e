"""Where items are on the lists: the places that `actions.give_places` has given."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from visavis.pages import addresses
from visavis.record.batches import batches
from visavis.safety.asking import asked

from .models import Place
from .page_draws import Placed
from .remembered_lists import is_own_list

FEW = 50
PLACES = "SELECT number, page, item FROM press_place WHERE list = %s"
OF_ITEM = f"{PLACES} AND item = %s"
LAST = f"{PLACES} ORDER BY number DESC LIMIT 1"
BETWEEN = f"{PLACES} AND number BETWEEN %s AND %s ORDER BY number"
ON_PAGE = f"{PLACES} AND page = %s ORDER BY number"
PAGES = "SELECT DISTINCT page FROM press_place WHERE list = %s ORDER BY page"
LISTS_OF = "SELECT list FROM press_place WHERE item = %s"
"""Written out: an edition after one change asks dozens of them, which Django would compose each time."""


def place_of(name: str, item: str) -> Placed | None:
    """Return the item's place on a list, or None before it has one."""
    return next(_placed(OF_ITEM, name, item), None)


def places_on(name: str) -> int:
    """Return how many places a list has given out."""
    last = last_place(name)
    return last.number + 1 if last else 0


def last_place(name: str) -> Placed | None:
    """Return the place that a list has given last, or None."""
    return next(_placed(LAST, name), None)


def items_at(name: str, *, first: int, last: int) -> list[Placed]:
    """Return the places ``first`` to ``last`` of a list, both included, which count from 0."""
    return list(_placed(BETWEEN, name, first, last))


def items_on(name: str, page: int) -> list[Placed]:
    """Return the places on one page of a list, the oldest item first."""
    return list(_placed(ON_PAGE, name, page))


def pages_of(name: str) -> Sequence[int]:
    """Return the numbers of the pages of a list on which places were given, in order."""
    return [page for (page,) in asked(PAGES, [name])]


def own_lists_of(item: str) -> list[str]:
    """Return the items on whose own lists this one has a place."""
    return sorted(name for (name,) in asked(LISTS_OF, [item]) if is_own_list(name))


def own_lists() -> list[str]:
    """Return the ids of the items that have a list of their own."""
    names = Place.objects.order_by("list").values_list("list", flat=True).distinct()
    return [name for name in names if is_own_list(name)]


def _placed(statement: str, *values: object) -> Iterator[Placed]:
    return map(Placed._make, asked(statement, values))


def items_without_place(name: str, *, among: Iterable[str]) -> Iterator[str]:
    """Yield those of these items that have no place on a list yet, in the order given."""
    for some in batches(among):
        placed = set(Place.objects.filter(list=name, item__in=some).values_list("item", flat=True))
        yield from (item for item in some if item not in placed)


def owners_of_addresses(items: Collection[str], *, lists: Collection[str]) -> dict[str, str]:
    """Return which item placed on these lists has each address that one of these would have, by address.

    Ids that begin alike share an address. Cost: one query for each of a few items, one for many.
    """
    rows = Place.objects.filter(list__in=lists).order_by("pk").values_list("item", flat=True)
    if len(items) > FEW:
        placed: Iterable[str] = rows.iterator(chunk_size=5_000)
    else:
        shorts = {addresses.short(item) for item in items}
        placed = [
            item for short in shorts for item in rows.filter(item__gte=short, item__lt=f"{short}g")
        ]
    owners: dict[str, str] = {}
    for item in placed:
        owners.setdefault(addresses.short(item), item)
    return owners

"""Where items are on the lists: the places that `actions.give_places` has given."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from visavis.pages import addresses
from visavis.record.batches import batches

from .models import Place
from .page_draws import Placed
from .remembered_lists import is_own_list

FEW = 50


def place_of(name: str, item: str) -> Placed | None:
    """Return the item's place on a list, or None before it has one."""
    return next(_placed(name, item=item), None)


def places_on(name: str) -> int:
    """Return how many places a list has given out."""
    last = last_place(name)
    return last.number + 1 if last else 0


def last_place(name: str) -> Placed | None:
    """Return the place that a list has given last, or None."""
    return next(_placed(name, order="-number", most=1), None)


def items_at(name: str, *, first: int, last: int) -> list[Placed]:
    """Return the places ``first`` to ``last`` of a list, both included, which count from 0."""
    return list(_placed(name, number__range=(first, last)))


def items_on(name: str, page: int) -> list[Placed]:
    """Return the places on one page of a list, the oldest item first."""
    return list(_placed(name, page=page))


def pages_of(name: str) -> Sequence[int]:
    """Return the numbers of the pages of a list on which places were given, in order."""
    pages = Place.objects.filter(list=name).values_list("page", flat=True)
    return list(pages.order_by("page").distinct())


def own_lists_of(item: str) -> list[str]:
    """Return the items on whose own lists this one has a place."""
    names = Place.objects.filter(item=item).values_list("list", flat=True)
    return sorted(name for name in names if is_own_list(name))


def own_lists() -> list[str]:
    """Return the ids of the items that have a list of their own."""
    names = Place.objects.order_by("list").values_list("list", flat=True).distinct()
    return [name for name in names if is_own_list(name)]


def _placed(
    name: str, *, order: str = "number", most: int | None = None, **more: object
) -> Iterator[Placed]:
    rows = Place.objects.filter(list=name, **more).order_by(order)
    return map(Placed._make, rows.values_list("number", "page", "item")[:most])


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

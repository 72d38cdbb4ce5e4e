"""Where items are on the lists: the numbers that `actions.give_places` has given."""

from collections.abc import Collection, Iterable, Iterator

from visavis.pages import addresses
from visavis.record.batches import batches

from .models import Place

FEW = 50


def place_of(name: str, item: str) -> int | None:
    """Return the item's number on a list, from 0, or None before it has one."""
    return Place.objects.filter(list=name, item=item).values_list("number", flat=True).first()


def places_on(name: str) -> int:
    """Return how many places a list has given out."""
    last = Place.objects.filter(list=name).order_by("-number").first()
    return last.number + 1 if last else 0


def items_at(name: str, *, first: int, last: int) -> list[tuple[int, str]]:
    """Return (number, item) for the places ``first`` to ``last`` of a list, both included."""
    places = Place.objects.filter(list=name, number__range=(first, last))
    return list(places.order_by("number").values_list("number", "item"))


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

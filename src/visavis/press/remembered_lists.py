"""What the press remembers of lists: which pages each has, and which items are on them.

No document says in which order items stand. So the record does: a file for each page of a list, with the
ids of its items as they stand in addresses, newest first, and one file that names these pages.
"""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from visavis.kinds.items import Item
from visavis.pages import addresses
from visavis.pages.making import Page

from .store import Store, StoreError

OWN = re.compile(r"[0-9a-f]{32}")
"""An item's own list has the item's id for a name."""
NAME = re.compile(rf"[a-z][a-z-]{{0,19}}|{OWN.pattern}")
ID = re.compile(r"[0-9a-f]{12}")


class BadListsError(ValueError):
    """These bytes are not what the press remembers of lists."""


def is_own_list(name: str) -> bool:
    """Return whether this names the own list of an item."""
    return bool(OWN.fullmatch(name))


def part(name: str, number: int, items: Iterable[Item]) -> Page:
    """Name the items on one page of a list, newest first."""
    ids = [addresses.short(item.summary.id) for item in items]
    return addresses.list_part(name, number), _as_json(ids)


def index(parts: Iterable[tuple[str, int]]) -> Page:
    """Name the pages that lists have."""
    return addresses.LISTS, _as_json([[name, number] for name, number in parts])


def items_in(data: bytes) -> list[str]:
    """Return the ids on a page of a list, newest first; raise BadListsError for anything else."""
    ids = _read(data)
    if not all(isinstance(each, str) and ID.fullmatch(each) for each in ids):
        raise BadListsError("the items of a list cannot be read")
    return ids


def parts_in(data: bytes) -> list[tuple[str, int]]:
    """Return the pages that lists have; raise BadListsError for anything else."""
    found = []
    for each in _read(data):
        match each:
            case [str(name), int(number)] if NAME.fullmatch(name) and number >= 1:
                found.append((name, number))
            case _:
                raise BadListsError("the pages of lists cannot be read")
    return found


def pages_of(
    name: str, items: Iterable[str], *, store: Store, hidden: Collection[str] = ()
) -> dict[str, int]:
    """Return on which page of a list the last edition has these items, oldest first; raise StoreError.

    Of what is ``hidden``, with others shown below it, the edition has nothing but its place.
    Cost: a look for each item; if the edition has some, every page of the list is read.
    """
    known = {
        addresses.short(each): each
        for each in items
        if each in hidden or store.read(addresses.linked_data(each))
    }
    if not known:
        return {}
    try:
        found = parts_in(store.content(addresses.LISTS) or b"[]")
        return {
            known[short]: number
            for number in sorted(number for each, number in found if each == name)
            for short in reversed(
                items_in(store.content(addresses.list_part(name, number)) or b"[]")
            )
            if short in known
        }
    except BadListsError as error:
        raise StoreError(str(error)) from error


def _read(data: bytes) -> list[Any]:
    try:
        value: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadListsError("the lists cannot be read") from error
    if not isinstance(value, list):
        raise BadListsError("the lists cannot be read")
    return value


def _as_json(value: Sequence[Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"

"""What the press remembers of lists: which pages each has, and which items are on them.

No document says in which order items stand. So the record does: a file for each page of a list, with the
ids of its items as they stand in addresses, newest first, and one file that names these pages.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from visavis.kinds.items import Item
from visavis.pages import addresses
from visavis.pages.making import Page

NAME = re.compile(r"[a-z][a-z-]{0,19}")
ID = re.compile(r"[0-9a-f]{12}")


class BadListsError(ValueError):
    """These bytes are not what the press remembers of lists."""


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

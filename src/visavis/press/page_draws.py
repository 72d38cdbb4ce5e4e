"""How long a page of a list is, and its number: both are drawn, so that nobody can count what is hidden.

Were each page of the same length, a shorter one would tell how many of its items are hidden. Were no number
left out, a missing page would tell that all its items are. So a page has 1 to `LONGEST` items, each length
as likely as the others, and numbers are left out. Neither draw can be made again from what is public.
"""

from collections.abc import Iterable, Iterator
from secrets import randbelow
from typing import NamedTuple

BEFORE_ALL = 0
LONGEST = 25
LEFT_OUT = 4
"""One number in so many is left out."""


class Placed(NamedTuple):
    """An item's place on a list: numbers count from 0, pages ascend with them and leave numbers out."""

    number: int
    page: int
    item: str


def pages_of_next(remembered: Iterable[int | None], *, page: int, n: int) -> Iterator[int]:
    """Yield the page of each next item of a list whose last page, ``page``, has ``n`` items, hidden ones too.

    A page that is remembered is kept, but never one before the last: pages ascend.
    """
    for each in remembered:
        last = page
        if each is not None and each >= page:
            page = each
        elif page == BEFORE_ALL or is_full(n):
            page = number_after(page)
        n = n + 1 if page == last else 1
        yield page


def is_full(n: int) -> bool:
    """Draw whether a page with ``n`` items, at least 1, is full: so every length is as likely, none kept."""
    return n >= LONGEST or randbelow(LONGEST + 1 - n) == 0


def number_after(number: int) -> int:
    """Draw the number of the page after this one."""
    number += 1
    while randbelow(LEFT_OUT) == 0:
        number += 1
    return number

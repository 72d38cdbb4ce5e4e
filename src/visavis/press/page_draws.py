"""How long a page of a list is, and its number: both are drawn, so that nobody can count what is hidden.

Were each page of the same length, a shorter one would tell how many of its items are hidden. Were no number
left out, a missing page would tell that all its items are. So a page has 1 to `LONGEST` items, each length
as likely as the others, and numbers are left out. Neither draw can be made again from what is public.
"""

from secrets import randbelow

LONGEST = 25
LEFT_OUT = 4
"""One number in so many is left out."""


def is_full(n: int) -> bool:
    """Draw whether a page with ``n`` items, at least 1, is full: so every length is as likely, none kept."""
    return n >= LONGEST or randbelow(LONGEST + 1 - n) == 0


def number_after(number: int) -> int:
    """Draw the number of the page after this one; the first page comes after 0."""
    number += 1
    while randbelow(LEFT_OUT) == 0:
        number += 1
    return number

"""Reading keys that tests know: of every desk, and the joint one.

Acts that tests call without a page read and write as if every desk were here. A page has the keys of the
account that is signed in, and no others. Both are the same keys, so that each reads what the other wrote.
"""

import hashlib
from functools import cache

from visavis.safety.reading import JOINT, Reader
from visavis.sides.reading_keys import ReadingKey
from visavis.signing import boxes
from visavis.signing.boxes import Key

NUMBERS = range(1, 6)


def private(holder: str, number: int = 1) -> bytes:
    """Return the private reading key that every test's world has for this holder."""
    return hashlib.sha256(f"a test's reading key {number} of {holder}".encode()).digest()


def key(holder: str, number: int = 1) -> Key:
    return Key.of(private(holder, number))


def public(holder: str, number: int = 1) -> ReadingKey:
    """Return what is in the tables of such a key where none was before it."""
    return ReadingKey(holder, number, boxes.public_of(private(holder, number)))


def reader_of(*holders: str) -> Reader:
    """Return a reader with the keys of these holders: a side's code, or `JOINT`."""
    return Reader({holder: _chain(holder) for holder in holders})


def desk(side: str) -> Reader:
    """Return what one desk reads: its own words, and the joint ones."""
    return reader_of(side, JOINT)


@cache
def everybody() -> Reader:
    """Return a reader with the keys of all sides that tests have."""
    return reader_of(JOINT, "az", "hy", "ka", "ar", "he", "ru", "en", "fr")


@cache
def _chain(holder: str) -> tuple[Key, ...]:
    """Return the first key first: a desk that never let anybody go has no other."""
    return tuple(key(holder, number) for number in NUMBERS)

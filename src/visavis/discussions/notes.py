"""What somebody has ticked off, as their notes keep it: for each discussion a mark.

A mark says "all that opened before this day, and these since". It is a day of contributions, not of their
reader: when somebody looked, or ticked off, is nowhere. Ids are cut to a few digits; what is forgotten, or
taken for another, is at worst shown once more, or not at all with one chance in sixteen million.

Pure: no database, no clock.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

DIGITS = 6
"""Of an id."""
PLACE = 10
"""Digits of a discussion's id."""
MOST_PLACES = 60
SIZE = 4_000
"""Bytes of all notes, always: so a box does not tell by its length how much somebody follows."""


class Opened(NamedTuple):
    """An item and the day on which it opened."""

    item: str
    day: date


@dataclass(frozen=True)
class Mark:
    """All that opened before ``day`` is ticked off, and ``since`` of what opened on it or later.

    ``wanted`` is what was chosen: to see what is new here, or not to; None where nothing was chosen.
    """

    day: date = date.min
    since: frozenset[str] = field(default_factory=frozenset)
    wanted: bool | None = None

    def has(self, opened: Opened) -> bool:
        return opened.day < self.day or opened.item[:DIGITS] in self.since

    def with_(self, other: "Mark") -> "Mark":
        """Return the later mark, or both of one day; the choice stays. An older page takes nothing away."""
        if other.day < self.day:
            return self
        since = other.since if other.day > self.day else self.since | other.since
        return replace(self, day=other.day, since=since)


def mark_of(seen: Iterable[Opened], *, unseen: Iterable[Opened] = ()) -> Mark:
    """Return the mark that has all of ``seen`` and nothing of ``unseen``."""
    seen = list(seen)
    days = [each.day for each in unseen]
    day = min(days) if days else max((each.day for each in seen), default=date.min)
    return Mark(day, frozenset(each.item[:DIGITS] for each in seen if each.day >= day))


@dataclass(frozen=True)
class Notes:
    """Marks by the first digits of a discussion's id."""

    marks: Mapping[str, Mark] = field(default_factory=dict)

    def of(self, discussion: str) -> Mark:
        return self.marks.get(discussion[:PLACE], Mark())

    def with_(self, discussion: str, mark: Mark) -> "Notes":
        return Notes({**self.marks, discussion[:PLACE]: mark})

    def as_bytes(self) -> bytes:
        """Return `SIZE` bytes. Where more was ticked off than fits, the longest list of ids is cut.

        Of more than `MOST_PLACES` discussions those with the oldest marks are forgotten.
        """
        newest = sorted(self.marks.items(), key=lambda each: (each[1].day, each[0]), reverse=True)
        rows = {
            place: [mark.day.toordinal(), _CHOICES.index(mark.wanted), "".join(sorted(mark.since))]
            for place, mark in newest[:MOST_PLACES]
        }
        while len(content := json.dumps(rows, separators=(",", ":")).encode()) > SIZE:
            longest = max(rows.values(), key=lambda row: len(str(row[2])))
            ids = str(longest[2])
            longest[2] = ids[: len(ids) // DIGITS // 2 * DIGITS]
        return content.ljust(SIZE)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Notes":
        """Return the notes; none for what cannot be read."""
        try:
            return cls({place: _mark(*row) for place, row in json.loads(content).items()})
        except (ValueError, TypeError, AttributeError, IndexError, OverflowError):
            return cls()


_MOST_IDS = SIZE // DIGITS * DIGITS
_CHOICES = (None, True, False)


def _mark(day: int, choice: int, ids: str) -> Mark:
    since = frozenset(ids[at : at + DIGITS] for at in range(0, len(ids), DIGITS))
    return Mark(date.fromordinal(day), since, _CHOICES[choice])


def line_of(discussion: str, mark: Mark) -> str:
    """Return a mark as a form carries it."""
    return f"{discussion} {mark.day.isoformat()} {''.join(sorted(mark.since))[:_MOST_IDS]}".strip()


def marks_in(lines: Iterable[str]) -> dict[str, Mark]:
    """Return the marks that a form has sent back, by discussion; what is no such line is left out."""
    found = {}
    for line in lines:
        discussion, _, rest = line.partition(" ")
        day, _, ids = rest.partition(" ")
        try:
            found[discussion] = _mark(date.fromisoformat(day).toordinal(), 0, ids[:_MOST_IDS])
        except ValueError:
            continue
    return found

"""How statements, shares and people are named in words, in the terminal and beside the picture."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .result import OpinionMap

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True, eq=False)
class Names:
    """A map with the words of its statements, where they are known."""

    found: OpinionMap
    texts: Mapping[Any, str] = field(default_factory=dict)

    def id_of(self, statement: int) -> str:
        return visible(str(self.found.statements[statement]))

    def text_of(self, statement: int) -> str:
        """Return what a statement says on one line, "" where that is not known."""
        return visible(" ".join(self.texts.get(self._id(statement), "").split()))

    def _id(self, statement: int) -> Any:
        return self.found.statements[statement].item()

    def side(self, place: int) -> str:
        name = visible(self.found.sides.names[place])
        return "everybody" if self.has_no_sides else f"side {name}"

    @property
    def has_no_sides(self) -> bool:
        """Whether nobody declared sides and none were found: then everybody is one body."""
        return len(self.found.sides.names) <= 1 and not self.found.sides.declared


def visible(text: str) -> str:
    """Return ``text`` with every character spelled out that steers a terminal or hides from the eye."""
    return "".join(
        f"⟨U+{ord(letter):04X}⟩" if unicodedata.category(letter) in _HIDDEN else letter
        for letter in text
    )


def percent(part: int, whole: int) -> str:
    """Return a share in whole percent; 0 % and 100 % only where they are exact.

    >>> percent(1, 3), percent(999, 1000), percent(0, 0)
    ('33 %', '99 %', 'nobody')
    """
    if not whole:
        return "nobody"
    share = round(100 * part / whole)
    if 0 < part < whole:
        share = min(max(share, 1), 99)
    return f"{share} %"


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "person", "people"), counted(1200, "person", "people")
    ('1 person', '1,200 people')
    """
    return f"{number:,} {one if number == 1 else many}"


def people(number: int) -> str:
    return counted(number, "person", "people")

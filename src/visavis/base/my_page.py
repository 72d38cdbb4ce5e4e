"""What a participant's own pages show of the rooms: what waits on "My page", and the parts of the menu.

A room registers when it is loaded. The page asks all rooms, in the order of their names.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for the person: a sentence, and where they see to it."""

    words: str
    address: str = ""
    link: str = ""


@dataclass(frozen=True)
class Part:
    """One part of the menu: ``name`` is that of an address, ``place`` puts the parts in order."""

    place: int
    name: str
    label: str | Promise

    @property
    def address(self) -> str:
        return reverse(self.name)


@dataclass(frozen=True)
class Section:
    """A part of "My page" of a room's own: its template is shown with ``shown`` as its one name."""

    template: str
    shown: object


SectionMaker: TypeAlias = Callable[[HttpRequest], Section | None]
Maker: TypeAlias = Callable[[HttpRequest], Iterable[Waiting]]
_makers: dict[str, Maker] = {}
_sections: dict[str, SectionMaker] = {}
_parts: dict[str, Part] = {}


def show(room: str, maker: Maker) -> None:
    """Have what ``maker`` yields for a participant's request shown on "My page"."""
    _makers[room] = maker


def waiting(request: HttpRequest) -> Iterator[Waiting]:
    """Yield all that waits for the participant of this request."""
    for room in sorted(_makers):
        yield from _makers[room](request)


def show_section(room: str, maker: SectionMaker) -> None:
    """Have what ``maker`` returns shown below what waits; None is nothing."""
    _sections[room] = maker


def sections(request: HttpRequest) -> list[Section]:
    """Return the sections of all rooms for the participant of this request."""
    made = (_sections[room](request) for room in sorted(_sections))
    return [each for each in made if each is not None]


def add_to_menu(name: str, label: str | Promise, *, place: int) -> None:
    """Have the page under this name in the menu. "My page" has place 0, the account 100."""
    _parts[name] = Part(place, name, label)


def menu() -> list[Part]:
    """Return the parts of the menu in their order."""
    return sorted(_parts.values(), key=lambda part: (part.place, part.name))

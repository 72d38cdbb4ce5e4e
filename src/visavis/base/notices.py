"""What every page of the desks says above everything else, as long as it is so.

A room registers what it has to say when it is loaded; the frame of the desks' pages asks them all, for each
page. Nobody has to come by a certain page to see it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from django.http import HttpRequest


@dataclass(frozen=True)
class Notice:
    """A sentence or two; with an address, also a button that sends an empty form there.

    With a ``link``, also a way to the page that has more, under the words of its ``label``.
    """

    words: str
    address: str = ""
    button: str = ""
    link: str = ""
    label: str = ""


Maker: TypeAlias = Callable[[HttpRequest], Iterable[Notice]]
_makers: dict[str, Maker] = {}


def show(room: str, maker: Maker) -> None:
    """Have what ``maker`` yields for a request shown on every page of the desks."""
    _makers[room] = maker


def notices(request: HttpRequest) -> Iterator[Notice]:
    """Yield what there is to say to an editor who is signed in; nothing to anybody else."""
    if getattr(request, "account", None) is not None:
        for room in sorted(_makers):
            yield from _makers[room](request)

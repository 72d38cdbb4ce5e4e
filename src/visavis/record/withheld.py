"""Words are not opened while their author can do nothing any more: rooms above say of which that is so.

The engine knows no accounts. It asks at every key that is turned; a page asks the same before it offers one.
"""

from collections.abc import Callable
from typing import TypeAlias

from visavis.signing.document import Document

Ask: TypeAlias = Callable[[Document], bool]
_asks: dict[str, Ask] = {}


def register(room: str, ask: Ask) -> None:
    """Have no key turned under a document of an author's for which ``ask`` says yes."""
    _asks[room] = ask


def is_withheld(document: Document) -> bool:
    """Return whether these are the words of somebody who can do nothing any more. A desk's own never are."""
    return document.closer is not None and any(ask(document) for ask in _asks.values())

"""What is open for one page, its bodies read once, and what becomes of it there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from visavis.pages.site import Site
from visavis.signing.document import Document, Standing
from visavis.signing.signed import SignedDocument

from .summary import Summary
from .unreadable import Unreadable

if TYPE_CHECKING:
    from .kind import PublicPage

B = TypeVar("B")


class CannotBeShownError(ValueError):
    """These documents make no page. It does not matter who signed them."""


@dataclass(frozen=True)
class Part(Generic[B]):
    """A signed document, and its body as its kind reads it."""

    signed: SignedDocument
    body: B

    @property
    def document(self) -> Document:
        return self.signed.document


@dataclass(frozen=True)
class Gathered(Generic[B]):
    """All that is open for one page.

    ``parts`` are documents shown there that are not the item itself: answers, translations, a note.
    ``unread`` are those whose body their kind cannot read. ``named`` has the open documents that the root
    or a part names, by their ids. ``below`` are the views of what is shown below this item, oldest first.
    """

    root: Part[B]
    parts: tuple[Part[Any], ...] = ()
    unread: tuple[SignedDocument, ...] = ()
    named: Mapping[str, Part[Any]] = field(default_factory=dict)
    below: tuple[Any, ...] = ()

    @property
    def documents(self) -> tuple[SignedDocument, ...]:
        return (self.root.signed, *(part.signed for part in self.parts), *self.unread)


@dataclass(frozen=True)
class Remains:
    """The views of what is shown below an item that is itself not shown any more, for whatever cause."""

    item: str
    below: tuple[Any, ...]


@dataclass(frozen=True)
class View(Generic[B]):
    """What a small kind shows: its one document. A kind with more to say has a view of its own."""

    root: Part[B]
    unread: tuple[SignedDocument, ...] = ()

    @classmethod
    def of(cls, gathered: Gathered[B], _charter: object) -> "View[B]":
        return cls(gathered.root, gathered.unread)

    @property
    def id(self) -> str:
        return self.root.document.id

    @property
    def body(self) -> B:
        return self.root.body

    @property
    def day(self) -> date:
        return self.root.document.day

    @property
    def standing(self) -> Standing:
        return self.root.document.standing

    @property
    def languages(self) -> Sequence[str]:
        return self.root.document.languages

    @property
    def documents(self) -> tuple[SignedDocument, ...]:
        return (self.root.signed, *self.unread)


@dataclass(frozen=True)
class Viewed:
    """What a kind made of the open documents of one page, and what it shows below.

    ``is_hidden``: the item is not shown any more; the view is what remains, where others are shown below it.
    """

    page: "PublicPage[Any]"
    view: Any
    below: "tuple[Viewed, ...]" = ()
    is_hidden: bool = False

    @property
    def documents(self) -> tuple[SignedDocument, ...]:
        """The open documents of the item, its own first; none where it is hidden."""
        return () if self.is_hidden else tuple(self.view.documents)

    @property
    def is_readable(self) -> bool:
        """Whether its kind made the view: a room's cards and sections know no other."""
        return not isinstance(self.view, Unreadable)

    def item(self, number: int, site: Site) -> "Item":
        """Return it at its place on a list. Its summary is made once: an edition asks for it on each list."""
        known = self.__dict__.get("_summary")
        if known is None or known[0] is not site:
            summary = self._of_nothing() if self.is_hidden else self.page.summary(self.view, site)
            known = self.__dict__["_summary"] = (site, summary)  # a frozen class forgets nothing
        return Item(number, self, known[1])

    def _of_nothing(self) -> Summary:
        """No list or feed has what is hidden: it has no title, no words and no page."""
        day = self.below[0].view.documents[0].document.day
        return Summary(
            id=self.view.id, day=day, listed_on=day, original="", titles={}, leads={}, paths={}
        )


@dataclass(frozen=True)
class Item:
    """An open item at its place on a list: ``number`` counts from 0."""

    number: int
    viewed: Viewed
    summary: Summary

    @property
    def page(self) -> "PublicPage[Any]":
        return self.viewed.page

    @property
    def view(self) -> Any:
        return self.viewed.view

    @property
    def is_readable(self) -> bool:
        return self.viewed.is_readable

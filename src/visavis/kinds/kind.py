"""A kind of document as one value, and the tuple of all of them.

A room writes these values for its kinds, and `project.kinds` puts those of all rooms together. Press, lists,
feeds, sitemap, the public menu, the page about the site and the desk's lists follow from the tuple.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from django.utils.functional import Promise
from markupsafe import Markup

from visavis.pages.making import Making, Page
from visavis.pages.site import MenuEntry, Site, Voice
from visavis.signing.charter import Charter, Opens, is_too_weak
from visavis.signing.document import ITEM_ID, Document
from visavis.signing.signed import SignedDocument

from . import unreadable
from .acts import Act, Around, never
from .bodies import BadBodyError
from .cards import CardLines, day_alone, lead_alone
from .items import CannotBeShownError, Gathered, Item, Part, Remains, Viewed
from .nodes import Node, creative_work
from .passages import Contents, Line, Names
from .shapes import Shapes
from .summary import Summary
from .unreadable import Unreadable

B = TypeVar("B")
V = TypeVar("V")

WORD = re.compile(r"[a-z][a-z-]{0,19}")
RESERVED = frozenset(
    {"about", "assets", "documents", "items", "lists", "page", "record", "sitemap"}
)
"""Folders of the public plane that are no list."""


def _nothing_to_view(_gathered: Gathered[Any], _charter: Charter) -> Unreadable:
    raise CannotBeShownError


def no_words(_body: Any) -> Mapping[str, Sequence[str]]:
    """Return nothing: the kind is not written at a desk."""
    return {}


def nobody_elses(_document: Document) -> str | None:
    """Return None: the words are its own side's."""
    return None


def names_nothing(_body: Any) -> Iterable[str]:
    """Name no other item."""
    return ()


def own_desk_alone(_body: Any) -> Iterable[str]:
    """Let no other desk read it before it opens."""
    return ()


def below_nothing(_body: Any) -> str | None:
    """Return None: the item is shown below no other."""
    return None


def no_section(_items: Sequence[Item], _voice: Voice) -> Iterator[Markup]:
    """Show nothing on the home page."""
    return iter(())


@dataclass(frozen=True)
class Opening:
    """What the home page begins with: an item, and its beginning as markup."""

    item: Item
    shown: Markup


@dataclass(frozen=True)
class Instead:
    """What the home page shows above all else; ``is_alone``: nothing else of the lists is beside it."""

    shown: Markup
    is_alone: bool


def nothing_instead(_items: Sequence[Item], _voice: Voice) -> Instead | None:
    """Leave the home page as it is."""
    return None


def nothing_first(_items: Sequence[Item], _voice: Voice) -> Opening | None:
    """Have nothing with which the home page could begin."""
    return None


@dataclass(frozen=True, kw_only=True, eq=False)
class PublicPage(Generic[V]):
    """How a kind's items stand on the public plane, made of open documents and of nothing else.

    ``lists`` are the names of the lists that an item is on; the first is the folder of its address.
    ``in_feeds`` is the whole of an item for a feed in one language.
    ``view`` raises CannotBeShownError for what makes no page.

    ``own_list`` makes a page of an item's own list, beside what ``pages`` makes; its first page is the item's
    own. An item that ``is_on_source`` is on the own list of each item that it was made from, unless it is
    shown below another. ``remains`` makes the view of an item that is not shown any more while others are
    shown below it: that keeps its place on the own list, and has no page. None: they go from the list too.
    """

    lists: tuple[str, ...]
    view: Callable[[Gathered[Any], Charter], V]
    pages: Callable[[V, Making], Iterator[Page]]
    summary: Callable[[V, Site], Summary]
    card: Callable[[V, Summary, Voice], CardLines] = day_alone
    in_feeds: Callable[[V, Summary, Voice], Markup] = lead_alone
    nodes: Callable[[V, Summary, Site], list[Node]] = creative_work
    own_list: Callable[[V, "OwnPage", Making], Iterator[Page]] | None = None
    is_on_source: bool = False
    remains: Callable[[Remains, Charter], V] | None = None

    @property
    def at(self) -> str:
        """The folder of its addresses."""
        return self.lists[0]


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """One page of an item's own list: its items, the oldest first, and the numbers of its neighbours.

    ``older`` is None on the first page, which has the item's own address: the second leads back there.
    """

    items: Sequence[Item]
    number: int
    older: int | None
    newer: int | None
    is_second: bool = False


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A document with seats that are not all filled, as one desk sees it.

    ``page`` names the address where this desk goes on; it takes the document's id. ``is_ours``: this side's
    own part is missing, whether or not it is begun. ``is_other_there``: another side's part
    is there, whatever it says.
    """

    document: Document
    page: str
    until: date
    is_ours: bool
    is_begun: bool
    is_other_there: bool

    def days_left(self, *, today: date) -> int:
        """Return how many days are left, the closing day itself among them; none when it is over."""
        return max(0, (self.until - today).days + 1)


@dataclass(frozen=True, kw_only=True)
class AtDesk:
    """Where a desk writes this kind: names of addresses, each empty where there is none.

    ``begin`` takes no argument, and ``label`` is the text of the link to it. ``draft`` takes the id of a
    draft, ``again`` the digest of what was refused. ``take_back`` is the path of the act that takes a
    proposal back and keeps its words as a draft: ``(*, side, digest, today)``. ``awaited`` is the path of
    what tells which documents wait for a part of this kind: ``(side)``, giving `Awaited`.
    ``queue`` is the page that lists what people have handed in of this kind; the desk's home leads there and
    says ``n_wait`` of how many wait. Where documents of other sides count too, ``waits`` is the path of what
    says so in its place: ``(side)``, giving a sentence or nothing.
    ``is_found_by_page``: ``draft`` takes the id of the item that the draft belongs to, not the draft's own.
    """

    begin: str = ""
    label: str | Promise = ""
    draft: str = ""
    again: str = ""
    take_back: str = ""
    awaited: str = ""
    queue: str = ""
    n_wait: Callable[[int], str] | None = None
    waits: str = ""
    is_found_by_page: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class DocumentKind(Generic[B]):
    """A kind of document.

    ``word`` is in the signed bytes. ``one`` and ``many`` are its names on pages. ``opens`` is what a new
    charter says of it, and no charter may ask for less. ``shapes`` read its bodies. ``title`` takes a body,
    of a draft too, and the language of the page. ``reading`` gives all that a signer must see; its second
    argument is the open document that this one is part of. ``words`` gives the paragraphs of a body by
    language, for an earlier state of a draft. ``why_not`` is the room's rule, asked at every
    act (`visavis.kinds.acts`), ``refusals`` a sentence for each of its answers. ``gives_words_of`` names the
    item whose words a document gives in other words: for a translation, what it translates. ``translates`` is
    False where these words are no translation. ``names`` gives the items that a body names without being made
    from them: its pages change with them, and closing them takes nothing along. ``below`` is one that is
    named, below which an item is shown: both are made from one item, and what is itself shown below another
    has nothing below it. Of an ``is_private`` kind only the own desk reads what is not open, and with it
    the desks of the sides that ``readers`` gives for a body. ``most_waiting`` of a kind that people hand in
    to their desk: so many of one side wait in a line of their own, and take no place in the desks' line.
    ``holds``: while one of its documents is open, the words of the sides whose it is are not shown
    (`visavis.record.pausing`). ``page`` is None for a kind that is shown on the page of what it is part of,
    or nowhere.
    """

    word: str
    one: Promise
    many: Promise
    opens: Opens
    shapes: Shapes[B]
    title: Callable[[B, str], Line]
    reading: Callable[[Part[B], Part[Any] | None, Names], Contents]
    words: Callable[[B], Mapping[str, Sequence[str]]] = no_words
    why_not: Callable[[Document, Act, Around], StrEnum | None] = never
    refusals: Mapping[StrEnum, str | Promise] = field(default_factory=dict)
    gives_words_of: Callable[[Document], str | None] = nobody_elses
    translates: bool = True
    names: Callable[[B], Iterable[str]] = names_nothing
    below: Callable[[B], str | None] = below_nothing
    is_private: bool = False
    readers: Callable[[B], Iterable[str]] = own_desk_alone
    most_waiting: int = 0
    holds: bool = False
    desk: AtDesk = AtDesk()
    page: PublicPage[Any] | None = None

    @property
    def gives_words(self) -> bool:
        """Whether its documents give another item's words in other words."""
        return self.gives_words_of is not nobody_elses

    def is_translation(self, document: Document) -> bool:
        """Return whether this document gives another item's words in another language."""
        return self.translates and self.gives_words_of(document) is not None


@dataclass(frozen=True, kw_only=True, eq=False)
class List:
    """A list that is always there: its name is its address, its title is in the menu.

    ``first`` gives what the home page may begin with, ``home`` makes the list's sections further down. Both
    are given the newest items that can be read and have their address on this list, the last opened first;
    ``home`` without the one that the page begins with. ``part_of`` names the list of which this one shows
    a part: its pages lead to the whole and to the other parts, and the menu names the whole. A list that
    is not ``is_shown`` has no page: its items are in the record, and are seen only where another names them.
    ``instead`` is given all open items of such a list, the oldest first, and may take the home page's place.
    """

    name: str
    title: Promise
    note: Promise
    first: Callable[[Sequence[Item], Voice], Opening | None] = nothing_first
    home: Callable[[Sequence[Item], Voice], Iterator[Markup]] = no_section
    part_of: str = ""
    is_shown: bool = True
    instead: Callable[[Sequence[Item], Voice], Instead | None] = nothing_instead

    @property
    def has_instead(self) -> bool:
        return self.instead is not nothing_instead


class Named(NamedTuple):
    """The items that a document names, and the one among them below which it is shown."""

    items: tuple[str, ...] = ()
    below: str | None = None


class Kinds:
    """All kinds and all lists of a program; raises ValueError where they do not fit one another."""

    def __init__(self, every: Iterable[DocumentKind[Any]], lists: Iterable[List]) -> None:
        self.every, self.lists = tuple(every), tuple(lists)
        self._by_word = {kind.word: kind for kind in self.every}
        self._lists = {each.name: each for each in self.lists}
        fault = self._fault()
        if fault:
            raise ValueError(fault)

    def of(self, document: Document) -> DocumentKind[Any] | None:
        """Return the document's kind, or None for one that this program does not know."""
        return self.called(document.kind)

    def called(self, word: str) -> DocumentKind[Any] | None:
        return self._by_word.get(word)

    def one(self, word: str) -> str:
        """Return the name of a kind by its word; of one that nobody here knows, the word itself."""
        kind = self.called(word)
        return str(kind.one) if kind else word

    def many(self, word: str) -> str:
        """Return the name of several of a kind by its word."""
        kind = self.called(word)
        return str(kind.many) if kind else word

    def on(self, name: str) -> tuple[str, ...]:
        """Return the words of the kinds whose items stand on this list."""
        return tuple(kind.word for kind in self.every if kind.page and name in kind.page.lists)

    @property
    def on_source(self) -> tuple[str, ...]:
        """The words of the kinds whose items are on the lists of what they were made from."""
        return tuple(kind.word for kind in self.every if kind.page and kind.page.is_on_source)

    @property
    def with_own_list(self) -> tuple[str, ...]:
        """The words of the kinds whose items have lists of their own."""
        return tuple(kind.word for kind in self.every if kind.page and kind.page.own_list)

    @property
    def policy(self) -> Mapping[str, Opens]:
        """Return what a new charter says of every kind."""
        return {kind.word: kind.opens for kind in self.every}

    @property
    def refusals(self) -> Mapping[StrEnum, str | Promise]:
        """Return the sentence for each answer of a room's rule."""
        return {reason: words for kind in self.every for reason, words in kind.refusals.items()}

    @property
    def private(self) -> frozenset[str]:
        """The words of the kinds that only their own desk reads before they are open."""
        return frozenset(kind.word for kind in self.every if kind.is_private)

    def readers_of(self, document: Document) -> tuple[str, ...]:
        """Return the sides beside its own whose desks read a private document before it is open."""
        kind, part = self.of(document), self.part_of(document)
        if kind is None or part is None or not kind.is_private:
            return ()
        return tuple(
            side for side in dict.fromkeys(kind.readers(part.body)) if side != document.side
        )

    @property
    def holding(self) -> frozenset[str]:
        """The words of the kinds that hold what their sides have said, as long as they are open."""
        return frozenset(kind.word for kind in self.every if kind.holds)

    @property
    def handed_in(self) -> frozenset[str]:
        """The words of the kinds that people hand in to their desk: each has a line of its own."""
        return frozenset(kind.word for kind in self.every if kind.most_waiting)

    @property
    def menu(self) -> tuple[MenuEntry, ...]:
        return tuple(
            MenuEntry(each.name, each.title)
            for each in self.lists
            if each.is_shown and not each.part_of
        )

    def family(self, of: List) -> tuple[List, ...]:
        """Return a list, or that of which it shows a part, and all its parts; nothing where it has none."""
        whole = of.part_of or of.name
        found = tuple(each for each in self.lists if whole in (each.name, each.part_of))
        return found if len(found) > 1 else ()

    def title_of(self, document: Document, *, language: str) -> Line:
        """Return a line by which an editor knows the document again, on a page in this language."""
        line = self.title_of_body(document.kind, document.shape, document.body, language=language)
        if line is None:
            return Line(language, f"{document.kind} {document.id[:12]}")
        return line if line.text else Line(language, "–")

    def title_of_body(
        self, word: str, shape: str, body: Mapping[str, Any], *, language: str
    ) -> Line | None:
        """Return the same for a body alone, of a draft for one; None for what its kind cannot read."""
        kind = self.called(word)
        try:
            return kind.title(kind.shapes.read(shape, body), language) if kind else None
        except BadBodyError:
            return None

    def words_of_body(
        self, word: str, shape: str, body: Mapping[str, Any]
    ) -> Mapping[str, Sequence[str]]:
        """Return the paragraphs of a body by language; none of what its kind cannot read."""
        kind = self.called(word)
        try:
            return kind.words(kind.shapes.read(shape, body)) if kind else {}
        except BadBodyError:
            return {}

    def part_of(self, document: Document) -> Part[Any] | None:
        """Return a document with its body as read; None for what its kind cannot read."""
        return self._part(SignedDocument(document, ()))

    def named_in(self, document: Document) -> Named:
        """Return which items a document names; nothing for what its kind cannot read.

        A part is shown on the page of what it is part of: it names, and is below nothing.
        """
        kind = self.of(document)
        if kind is None or (kind.names is names_nothing and kind.below is below_nothing):
            return Named()
        try:
            body = kind.shapes.of(document)
        except BadBodyError:
            return Named()
        below = kind.below(body) if document.part_of is None else None
        below = below if below and ITEM_ID.fullmatch(below) else None
        named = dict.fromkeys([*kind.names(body), *((below,) if below else ())])
        return Named(tuple(filter(ITEM_ID.fullmatch, named)), below)

    def gather(
        self,
        documents: Sequence[SignedDocument],
        *,
        named: Mapping[str, SignedDocument] | None = None,
        below: Sequence[Viewed] = (),
    ) -> Gathered[Any] | None:
        """Read the bodies of what is open for one page, its own first; None if nobody can read that."""
        root = self._part(documents[0]) if documents else None
        if root is None:
            return None
        parts = [(each, self._part(each)) for each in documents[1:]]
        names = {item: self._part(each) for item, each in (named or {}).items()}
        return Gathered(
            root=root,
            parts=tuple(part for _, part in parts if part is not None),
            unread=tuple(each for each, part in parts if part is None),
            named={item: part for item, part in names.items() if part is not None},
            below=tuple(each.view for each in below),
        )

    def remains(self, item: str, below: Sequence[Viewed], charter: Charter) -> Viewed | None:
        """Return the view of an item that is not shown, below which these are; None where it has none."""
        page = below[0].page if below else None
        if page is None or page.remains is None:
            return None
        remains = Remains(item, tuple(each.view for each in below))
        return Viewed(page, page.remains(remains, charter), tuple(below), is_hidden=True)

    def viewed(
        self,
        documents: Sequence[SignedDocument],
        charter: Charter,
        *,
        named: Mapping[str, SignedDocument] | None = None,
        below: Sequence[Viewed] = (),
    ) -> Viewed | None:
        """Return what these open documents show on a page of their own, or None if they make none.

        What a kind cannot read still has its page, which says so (`unreadable`).
        """
        kind = self.of(documents[0].document) if documents else None
        if kind is None or kind.page is None:
            return None
        gathered = self.gather(documents, named=named, below=below)
        try:
            if gathered is not None:
                return Viewed(kind.page, kind.page.view(gathered, charter), tuple(below))
        except CannotBeShownError:
            pass
        return self.unreadable(documents)

    def unreadable(self, documents: Sequence[SignedDocument]) -> Viewed | None:
        """Return the page that says that these documents cannot be shown; None for what has no page."""
        kind = self.of(documents[0].document)
        if kind is None or kind.page is None:
            return None
        pages, summary = unreadable.makers_for(kind.page.at)
        page = PublicPage(
            lists=kind.page.lists, view=_nothing_to_view, pages=pages, summary=summary
        )
        return Viewed(page, Unreadable(kind.one, tuple(documents)))

    def _part(self, signed: SignedDocument) -> Part[Any] | None:
        kind = self.of(signed.document)
        if kind is None:
            return None
        try:
            return Part(signed, kind.shapes.read(signed.document.shape, signed.document.body))
        except BadBodyError:
            return None

    def _fault(self) -> str | None:
        if len(self._by_word) != len(self.every) or len(self._lists) != len(self.lists):
            return "a kind or a list is there twice"
        for word in (*self._by_word, *self._lists):
            if not WORD.fullmatch(word):
                return f"{word!r} is no word for a kind or a list"
        if taken := RESERVED.intersection(self._lists):
            return f"folders that are no list: {sorted(taken)}"
        whole = {each.name for each in self.lists if not each.part_of}
        if astray := [each.name for each in self.lists if each.part_of not in {"", *whole}]:
            return f"parts of no whole list: {astray}"
        readers = {name: kind.shapes for kind in self.every for name in kind.shapes.names}
        for kind in self.every:
            if any(readers[name] != kind.shapes for name in kind.shapes.names):
                return f"{kind.word} has a shape of another body"
            missing = set(kind.page.lists if kind.page else ()) - set(self._lists)
            if is_too_weak(kind.word, kind.opens):
                return f"{kind.word} opens with fewer keys than it must"
            if missing or (kind.page and not kind.page.lists):
                return f"{kind.word} names lists that are not there: {sorted(missing)}"
            if kind.page and len(set(kind.page.lists)) < len(kind.page.lists):
                return f"{kind.word} names a list twice"
        return None

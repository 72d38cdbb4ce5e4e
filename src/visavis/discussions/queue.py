"""What waits at a desk of contributions, as readers will see it, with what to look at twice.

Another side's people have nothing here: `record.queries.handed_in` asks for the desk's own side alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from visavis.base.text import Hidden
from visavis.cards.bodies import CARD as CARD_SHAPES
from visavis.cards.bodies import CardBody
from visavis.cards.public import Byline, byline_of, nobody
from visavis.cards.rules import CARD
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.passages import Line
from visavis.record import queries as record
from visavis.record.queries import HandedIn, Shelf, Version
from visavis.record.rules import State
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter
from visavis.signing.document import Document

from . import bodies, reading
from .bodies import ContributionBody, UnitKind
from .marking import hidden_in, marked
from .rules import CONTRIBUTION
from .shown import ShownUnit
from .wording import what_is_marked

MOST_ON_A_PAGE = 100
PER_PAGE = 20
"""Of what is open already."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A contribution that waits, as readers will see it.

    ``units`` are its words with their marks; None for what this program, or this reader, cannot read.
    ``card`` is the digest of the card that is to open with it: empty where that is open, or where there is
    none, and then ``has_card`` says which. ``author`` is that card's item. ``answers`` is what it replies to,
    with the side of that.
    """

    digest: str
    day: date
    item: str = ""
    version: int = 1
    language: str = ""
    discussion: Line | None = None
    discussion_item: str = ""
    who: Byline | None = None
    card: str = ""
    author: str = ""
    has_card: bool = False
    is_answer: bool = False
    answered: Line | None = None
    answered_side: str = ""
    units: tuple[ShownUnit, ...] | None = None
    hidden: tuple[Hidden, ...] = ()

    @property
    def is_tickable(self) -> bool:
        return self.units is not None and self.has_card


def waiting(side: str, *, charter: Charter, page: int = 1) -> Shelf[Waiting]:
    """Return one page of what waits at this desk, the oldest day first. Three queries, however much."""
    shelf = record.handed_in(side, kind=CONTRIBUTION, page=page, size=MOST_ON_A_PAGE)
    return shelf.of(_shown(shelf, side=side, charter=charter))


def one(side: str, digest: str, *, charter: Charter) -> Waiting | None:
    """Return one that waits at this desk, or None."""
    found = record.waiting_among(side, [digest]).get(Digest(digest))
    if found is None or found.kind != CONTRIBUTION:
        return None
    return next(iter(_shown([HandedIn(digest, found.day, found)], side=side, charter=charter)))


@dataclass(frozen=True)
class Opened:
    """An open contribution, and its card where that is open: both can be closed."""

    document: Document
    card: Document | None


def opened(side: str, *, page: int = 1) -> Shelf[Opened]:
    """Return one page of what is open, of all sides, the newest first. Two queries."""
    found, has_more = record.open_page(kinds=[CONTRIBUTION], page=page, size=PER_PAGE)
    words = [(each, _body(each)) for each in found]
    cards = record.seen_by(side, {body.card for _, body in words if body})
    return Shelf(
        tuple(
            Opened(each, _open(cards.get(body.card, [])) if body else None) for each, body in words
        ),
        n=len(found),
        page=page,
        has_more=has_more,
    )


def with_cards(side: str, digests: Iterable[str]) -> list[tuple[Document, Document | None]]:
    """Return those that wait of these contributions, each with its card where that waits too."""
    found = record.waiting_among(side, set(digests))
    words = {digest: _body(each) for digest, each in found.items() if each.kind == CONTRIBUTION}
    cards = record.seen_by(side, {body.card for body in words.values() if body})
    return [
        (found[digest], _waiting_card(cards.get(body.card, []) if body else []))
        for digest, body in words.items()
    ]


def to_sign(side: str) -> list[Document]:
    """Return what is keyed in one sitting, the oldest day first: each card before its contribution."""
    shelf = record.handed_in(side, kind=CONTRIBUTION, size=MOST_ON_A_PAGE)
    pairs = with_cards(side, [each.digest for each in shelf])
    cards: dict[str, Document | None] = {each.digest: card for each, card in pairs}
    documents: dict[str, Document] = {}
    for each in shelf:
        if each.document is not None:
            card = cards.get(each.digest)
            documents |= {one.digest: one for one in (card, each.document) if one}
    return list(documents.values())


def _shown(some: Iterable[HandedIn], *, side: str, charter: Charter) -> list[Waiting]:
    some = list(some)
    words = {each.digest: _body(each.document) for each in some}
    items = {item for body in words.values() if body for item in body.names}
    items |= {one.id for each in some if each.document for one in each.document.made_from}
    around = record.seen_by(side, items)
    return [_one(each, words[each.digest], around, side=side, charter=charter) for each in some]


def _one(
    each: HandedIn,
    body: ContributionBody | None,
    around: Mapping[str, Sequence[Version]],
    *,
    side: str,
    charter: Charter,
) -> Waiting:
    document = each.document
    if document is None or body is None:
        return Waiting(digest=each.digest, day=each.day)
    language = get_language() or "en"
    cards = around.get(body.card, [])
    card, source = _card(cards, side=side), document.made_from[0].id
    discussion = _open(around.get(source, []))
    answered = _open(around.get(body.answers or "", []))
    said = _body(answered)
    name = _name_of(side, charter, language)
    waiting = _waiting_card(cards)
    return Waiting(
        digest=each.digest,
        day=each.day,
        item=document.id,
        version=document.version,
        language=body.original,
        discussion=_title(discussion, language),
        discussion_item=source,
        who=byline_of(card, side=side, charter=charter, name=name, language=language)
        if card
        else nobody(name),
        card=waiting.digest if waiting else "",
        author=body.card,
        has_card=card is not None,
        is_answer=body.answers is not None,
        answered=reading.title_of_contribution(said, language) if said else None,
        answered_side=_name_of(answered.side or "", charter, language) if answered else "",
        units=tuple(
            ShownUnit(unit.kind is UnitKind.QUOTE, marked(unit.text, say=what_is_marked))
            for unit in body.paragraphs
        ),
        hidden=hidden_in(body.text),
    )


def _body(document: Document | None) -> ContributionBody | None:
    try:
        is_one = document is not None and document.kind == CONTRIBUTION
        return bodies.CONTRIBUTION.of(document) if document and is_one else None
    except BadBodyError:
        return None


def _card(versions: Iterable[Version], *, side: str) -> CardBody | None:
    """Return what readers will see of the card: the open one, else the one that waits."""
    for each in sorted(versions, key=lambda each: each.state is not State.OPEN):
        if (each.document.kind, each.document.side) == (CARD, side):
            try:
                return CARD_SHAPES.of(each.document)
            except BadBodyError:
                continue
    return None


def _waiting_card(versions: Iterable[Version]) -> Document | None:
    """Return the card that waits, where none of its item is open."""
    by_state = {each.state: each.document for each in versions if each.document.kind == CARD}
    return None if State.OPEN in by_state else by_state.get(State.PROPOSED)


def _open(versions: Iterable[Version]) -> Document | None:
    return next((each.document for each in versions if each.state is State.OPEN), None)


def _title(discussion: Document | None, language: str) -> Line | None:
    try:
        body = bodies.DISCUSSION.of(discussion) if discussion else None
    except BadBodyError:
        return None
    return reading.title_of_discussion(body, language) if body else None


def _name_of(side: str, charter: Charter, language: str) -> str:
    found = charter.side(side)
    if found is None:
        return side
    return str(found.names.get(language) or found.names[found.languages[0]])

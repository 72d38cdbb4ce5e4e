"""What people have handed in and waits at their desk, as readers will see it, with what to look at twice.

Another side's people have nothing here: `record.queries.handed_in` asks for the desk's own side alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from visavis.cards import queries as card_queries
from visavis.cards import rules as cards
from visavis.cards.rules import CARD
from visavis.record import queries as record
from visavis.record.queries import HandedIn, Shelf, Version
from visavis.record.rules import State
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter
from visavis.signing.document import Document

from . import bodies
from .bodies import ContributionBody
from .heard_rules import HEARING, RESTATEMENT
from .queued import QUEUED, Desk, Waiting, named_by, read, shown, waiting_card, waiting_words
from .rules import CONTRIBUTION

MOST_LOOKED_AT = 500
"""Of cards and of restatements that wait: 0.1 ms each."""
MOST_ON_A_PAGE = 100
PER_PAGE = 20
"""Of what is open already."""


def waiting(side: str, *, charter: Charter, today: date, page: int = 1) -> Shelf[Waiting]:
    """Return one page of what waits at this desk, the oldest day first. At most six queries, however much."""
    shelf = record.handed_in(side, kinds=QUEUED, page=page, size=MOST_ON_A_PAGE)
    return shelf.of(_shown(shelf, side=side, charter=charter, today=today))


def one(side: str, digest: str, *, charter: Charter, today: date) -> Waiting | None:
    """Return one contribution that waits at this desk, or None."""
    found = record.waiting_among(side, [digest]).get(Digest(digest))
    if found is None or found.kind != CONTRIBUTION:
        return None
    some = [HandedIn(digest, found.day, found)]
    return next(iter(_shown(some, side=side, charter=charter, today=today)))


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


@dataclass(frozen=True)
class ToOpen:
    """A document that waits, and what must open before it and waits too: card, then restatement."""

    document: Document
    first: tuple[Document, ...]

    @property
    def all(self) -> tuple[Document, ...]:
        return (*self.first, self.document)


def to_open(side: str, digests: Iterable[str]) -> list[ToOpen]:
    """Return those that wait of these documents, in the order in which one may let the next one open."""
    found = record.waiting_among(side, set(digests))
    some = sorted(
        (each for each in found.values() if each.kind in QUEUED),
        key=lambda each: (QUEUED.index(each.kind), each.day, each.id),
    )
    around = record.seen_by(side, {item for each in some for item in named_by(each)})
    return [ToOpen(each, _first(each, around)) for each in some]


def to_sign(side: str, *, charter: Charter, today: date) -> list[Document]:
    """Return what is keyed in one sitting, the oldest day first: each after what must be open before it."""
    shelf = waiting(side, charter=charter, today=today)
    ready = {each.digest for each in shelf if each.is_tickable}
    groups = to_open(side, ready)
    return list({one.digest: one for each in groups for one in each.all}.values())


def _shown(some: Iterable[HandedIn], *, side: str, charter: Charter, today: date) -> list[Waiting]:
    some = list(some)
    documents = [each.document for each in some if each.document is not None]
    around = record.seen_by(
        side,
        {item for each in documents for item in named_by(each)}
        | {one.id for each in documents for one in each.made_from},
    )
    beside = _beside(documents, around)
    restated = [each for each in documents if each.kind == RESTATEMENT]
    in_use = card_queries.names_in_use(charter) if beside else frozenset[str]()
    desk = Desk(
        side=side,
        charter=charter,
        language=get_language() or "en",
        today=today,
        around=around,
        hearings=_hearings(restated),
        heard={each.digest: each for each in beside if each.kind == RESTATEMENT},
        alike=cards.alike((each for each in beside if each.kind == CARD), in_use=in_use),
    )
    return [shown(each, desk) for each in some]


def _beside(
    documents: Iterable[Document], around: Mapping[str, Sequence[Version]]
) -> list[Document]:
    """Return every card that waits, where one does here, and the restatements that are answered here."""
    kinds = [CARD] if any(waiting_card(each) for each in around.values()) else []
    kinds += [RESTATEMENT] if any(each.kind == HEARING for each in documents) else []
    return [each.document for each in record.waiting(kinds, most=MOST_LOOKED_AT)] if kinds else []


def _hearings(restated: Iterable[Document]) -> list[Document]:
    """Return what has been said to these restatements and is open."""
    sources = [source.id for each in restated for source in each.made_from]
    most = MOST_LOOKED_AT
    return record.open_made_from(sources, kind=HEARING, most=most) if sources else []


def _first(document: Document, around: Mapping[str, Sequence[Version]]) -> tuple[Document, ...]:
    there = (around.get(item, []) for item in named_by(document))
    found = [
        each
        for versions in there
        for each in (waiting_card(versions), waiting_words(versions))
        if each
    ]
    return tuple(sorted(found, key=lambda each: each.kind != CARD))


def _body(document: Document | None) -> ContributionBody | None:
    body: ContributionBody | None = read(bodies.CONTRIBUTION, document, kind=CONTRIBUTION)
    return body


def _open(versions: Iterable[Version]) -> Document | None:
    return next((each.document for each in versions if each.state is State.OPEN), None)

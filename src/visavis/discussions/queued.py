"""One thing that waits in a desk's queue, as readers will see it: of each kind that people hand in.

Nothing is read here: what is around it is given. A kind has one function.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from visavis.base.text import Hidden
from visavis.cards.bodies import CARD as CARD_SHAPES
from visavis.cards.bodies import CardBody
from visavis.cards.public import Byline, byline_of, nobody
from visavis.cards.rules import CARD, Alike
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.passages import Line
from visavis.kinds.shapes import Shapes
from visavis.record.queries import HandedIn, Version
from visavis.record.rules import State
from visavis.signing.charter import Charter
from visavis.signing.document import Document

from . import bodies, heard_rules, reading
from .bodies import ContributionBody, Unit, UnitKind
from .heard_rules import HEARING, RESTATEMENT
from .marking import hidden_in, marked
from .public import Restated
from .rules import CONTRIBUTION
from .shown import ShownUnit
from .translation_rules import TRANSLATION, is_aligned
from .wording import what_is_marked

Maker: TypeAlias = Callable[[Document, Any, "Desk"], dict[str, Any]]
QUEUED = (HEARING, RESTATEMENT, CONTRIBUTION, TRANSLATION)
"""In the order in which one may let the next open."""


@dataclass(frozen=True)
class Desk:
    """Whose queue it is, on which day, and what is around all that is in it.

    ``around`` are the versions that this desk sees of each item; ``hearings`` the open answers to the
    restatements in it; ``heard`` the restatements of other sides that are answered here, by digest;
    ``alike`` the cards that wait and look like another one.
    """

    side: str
    charter: Charter
    language: str
    today: date
    around: Mapping[str, Sequence[Version]]
    hearings: Sequence[Document]
    heard: Mapping[str, Document]
    alike: Mapping[str, Alike]

    def open(self, item: str | None) -> Document | None:
        versions = self.around.get(item or "", [])
        return next((each.document for each in versions if each.state is State.OPEN), None)

    def name(self, side: str | None) -> str:
        found = self.charter.side(side or "")
        if found is None:
            return side or ""
        return str(found.names.get(self.language) or found.names[found.languages[0]])

    def byline(self, card: CardBody | None, side: str) -> Byline:
        name = self.name(side)
        if card is None:
            return nobody(name)
        return byline_of(card, side=side, charter=self.charter, name=name, language=self.language)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something that waits, as readers will see it.

    ``units`` are its words with their marks; None for what this program, or this reader, cannot read.
    ``first`` are the digests of what is to open with it: its card, its restatement. ``card`` is that of the
    card among them. ``author`` is the item of the author's card, where it is known. ``has_card``: one is open
    or waits. ``answered`` is what it replies to, restates or
    translates, with the side of that. ``original`` are the paragraphs beside a translation's, or nothing
    where they do not match. ``passes_on``: a restatement that has not passed yet.
    """

    digest: str
    day: date
    kind: str = CONTRIBUTION
    item: str = ""
    version: int = 1
    language: str = ""
    discussion: Line | None = None
    discussion_item: str = ""
    who: Byline | None = None
    first: tuple[str, ...] = ()
    card: str = ""
    author: str = ""
    has_card: bool = False
    alike: Alike | None = None
    is_answer: bool = False
    answered: Line | None = None
    answered_side: str = ""
    restated: Restated | None = None
    units: tuple[ShownUnit, ...] | None = None
    original: tuple[ShownUnit, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    passes_on: date | None = None
    is_correction: bool = False
    is_by_desk: bool = False

    @property
    def is_tickable(self) -> bool:
        is_ready = self.passes_on is None and not self.is_correction
        return self.units is not None and self.has_card and is_ready

    @property
    def tick(self) -> str:
        """What a form sends back of it: its own digest, and those of what opens with it."""
        return " ".join([self.digest, *self.first])


def shown(each: HandedIn, desk: Desk) -> Waiting:
    """Return what waits as the page of its desk shows it."""
    makers: dict[str, tuple[Maker, Shapes[Any]]] = {
        CONTRIBUTION: (_contribution, bodies.CONTRIBUTION),
        TRANSLATION: (_translation, bodies.TRANSLATED),
        RESTATEMENT: (_restatement, bodies.RESTATEMENT),
        HEARING: (_hearing, bodies.HEARING),
    }
    document = each.document
    if document is None or document.kind not in makers:
        return Waiting(digest=each.digest, day=each.day)
    make, shapes = makers[document.kind]
    body = read(shapes, document, kind=document.kind)
    if body is None:
        return Waiting(digest=each.digest, day=each.day, kind=document.kind)
    return Waiting(
        digest=each.digest,
        day=each.day,
        kind=document.kind,
        item=document.id,
        version=document.version,
        **make(document, body, desk),
    )


def named_by(document: Document) -> tuple[str, ...]:
    """Return the items that it names: card, restatement, what it answers."""
    for shapes, kind in (
        (bodies.CONTRIBUTION, CONTRIBUTION),
        (bodies.TRANSLATED, TRANSLATION),
        (bodies.RESTATEMENT, RESTATEMENT),
    ):
        body = read(shapes, document, kind=kind)
        if isinstance(body, ContributionBody):
            return body.names
        if body is not None:
            card = body.translator if kind == TRANSLATION else body.card
            return (card,) if card else ()
    return ()


def waiting_card(versions: Iterable[Version]) -> Document | None:
    """Return the card that waits, where none of its item is open."""
    return _waiting(versions, kind=CARD)


def waiting_words(versions: Iterable[Version]) -> Document | None:
    """Return the restatement that waits, where none of its item is open."""
    return _waiting(versions, kind=RESTATEMENT)


def read(shapes: Shapes[Any], document: Document | None, *, kind: str) -> Any:
    """Return the body of a document of this kind; None for another kind, and for what cannot be read."""
    try:
        return shapes.of(document) if document and document.kind == kind else None
    except BadBodyError:
        return None


def _contribution(document: Document, body: ContributionBody, desk: Desk) -> dict[str, Any]:
    source = document.made_from[0].id
    answered = desk.open(body.answers)
    said = read(bodies.CONTRIBUTION, answered, kind=CONTRIBUTION)
    restates = desk.around.get(body.restates or "", [])
    words = waiting_words(restates)
    by = _by(body.card, desk, also=[words])
    return {
        **by,
        "language": body.original,
        "discussion": _title(desk.open(source), desk.language),
        "discussion_item": source,
        "is_answer": body.answers is not None,
        "answered": reading.title_of_contribution(said, desk.language) if said else None,
        "answered_side": desk.name(answered.side) if answered else "",
        "restated": _restated(words or desk.open(body.restates), desk.open(body.heard)),
        "units": _units(body.paragraphs),
        "hidden": hidden_in(body.text),
    }


def _translation(document: Document, body: Any, desk: Desk) -> dict[str, Any]:
    source = desk.open(document.made_from[0].id)
    said = read(bodies.CONTRIBUTION, source, kind=CONTRIBUTION)
    is_beside = said is not None and is_aligned(body.paragraphs, of=said.paragraphs)
    by = _by(body.translator, desk) if body.translator else {"who": desk.byline(None, desk.side)}
    return {
        "has_card": True,
        **by,
        "language": body.language,
        "answered": reading.title_of_contribution(said, desk.language) if said else None,
        "answered_side": desk.name(source.side) if source else "",
        "units": _units(body.paragraphs),
        "original": _units(said.paragraphs) if is_beside else (),
        "hidden": hidden_in(body.text),
        "is_by_desk": document.closer is None,
    }


def _restatement(document: Document, body: Any, desk: Desk) -> dict[str, Any]:
    source = desk.open(document.made_from[0].id)
    said = read(bodies.CONTRIBUTION, source, kind=CONTRIBUTION)
    yes = heard_rules.yes_among(desk.hearings, document)
    has_passed = heard_rules.has_passed(document, is_heard=yes is not None, today=desk.today)
    return {
        **_by(body.card, desk),
        "language": body.original,
        "answered": reading.title_of_contribution(said, desk.language) if said else None,
        "answered_side": desk.name(body.asked),
        "restated": Restated(body.words, yes is not None),
        "units": (),
        "hidden": hidden_in("\n".join(body.words.values())),
        "passes_on": None if has_passed else heard_rules.passes_on(document),
    }


def _hearing(document: Document, body: Any, desk: Desk) -> dict[str, Any]:
    source = desk.open(document.made_from[0].id)
    said = read(bodies.CONTRIBUTION, source, kind=CONTRIBUTION)
    card = read(CARD_SHAPES, desk.open(said.card) if said else None, kind=CARD)
    words = read(bodies.RESTATEMENT, desk.heard.get(body.digest), kind=RESTATEMENT)
    return {
        "has_card": True,
        "author": said.card if said and document.closer else "",
        "who": desk.byline(card, desk.side),
        "language": body.original,
        "answered": reading.title_of_contribution(said, desk.language) if said else None,
        "answered_side": desk.name(body.restater),
        "restated": Restated(words.words, is_agreed=True) if words else None,
        "units": () if words or body.correction else None,
        "is_correction": body.correction is not None,
    }


def _by(item: str, desk: Desk, *, also: Iterable[Document | None] = ()) -> dict[str, Any]:
    """Return whose words they are, and what opens with them: the card where it waits, and ``also``."""
    versions = desk.around.get(item, [])
    card, waits = _card(versions, side=desk.side), waiting_card(versions)
    return {
        "who": desk.byline(card, desk.side),
        "first": tuple(each.digest for each in (waits, *also) if each),
        "card": waits.digest if waits else "",
        "author": item,
        "has_card": card is not None,
        "alike": desk.alike.get(item) if waits else None,
    }


def _restated(words: Document | None, yes: Document | None) -> Restated | None:
    body = read(bodies.RESTATEMENT, words, kind=RESTATEMENT)
    if words is None or body is None:
        return None
    return Restated(body.words, heard_rules.confirms(yes, words))


def _units(paragraphs: Iterable[Unit]) -> tuple[ShownUnit, ...]:
    return tuple(
        ShownUnit(unit.kind is UnitKind.QUOTE, marked(unit.text, say=what_is_marked))
        for unit in paragraphs
    )


def _card(versions: Iterable[Version], *, side: str) -> CardBody | None:
    """Return what readers will see of the card: the open one, else the one that waits."""
    for each in sorted(versions, key=lambda each: each.state is not State.OPEN):
        if (each.document.kind, each.document.side) == (CARD, side):
            found: CardBody | None = read(CARD_SHAPES, each.document, kind=CARD)
            if found is not None:
                return found
    return None


def _waiting(versions: Iterable[Version], *, kind: str) -> Document | None:
    by_state = {each.state: each.document for each in versions if each.document.kind == kind}
    return None if State.OPEN in by_state else by_state.get(State.PROPOSED)


def _title(discussion: Document | None, language: str) -> Line | None:
    body = read(bodies.DISCUSSION, discussion, kind="discussion")
    return reading.title_of_discussion(body, language) if body else None

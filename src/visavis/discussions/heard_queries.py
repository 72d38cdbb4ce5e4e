"""Restatements and the answers to them, as who reads now can open them. Missing is None, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from visavis.base.refusal import Refused
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.passages import Line
from visavis.people import detaining
from visavis.record import queries as record
from visavis.record.queries import Waiting
from visavis.signing.document import Document

from . import bodies, heard_rules, reading
from .bodies import ContributionBody, HearingBody, RestatementBody
from .heard_rules import CONTRIBUTION, HEARING, RESTATEMENT, HeardRefusal

MOST_LOOKED_AT = 500


@dataclass(frozen=True)
class Restated:
    """A restatement with what it is about, and what has been said to it as far as this reader can tell.

    ``yes`` is open. ``answer`` waits: a yes at the desk of the person who was asked, or a correction.
    ``is_handed_on``: the person who was asked has it.
    """

    document: Document
    body: RestatementBody
    of: Document
    of_body: ContributionBody
    is_open: bool
    is_handed_on: bool
    yes: Document | None
    answer: Document | None
    answer_body: HearingBody | None
    answer_is_handed_on: bool

    @property
    def title(self) -> Line:
        """How the contribution begins that is restated, in its own language."""
        return reading.title_of_contribution(self.of_body, self.of_body.original)

    @property
    def correction(self) -> tuple[str, str] | None:
        """Language and words of the correction, or None."""
        if self.answer_body is None or self.answer_body.correction is None:
            return None
        return self.answer_body.original, self.answer_body.correction

    @property
    def is_answered(self) -> bool:
        return self.yes is not None or self.answer is not None

    @property
    def passes_on(self) -> date:
        return heard_rules.passes_on(self.document)

    def has_passed(self, today: date) -> bool:
        """Return whether its author may reply now."""
        is_heard = self.yes is not None
        return self.is_open or heard_rules.has_passed(self.document, is_heard=is_heard, today=today)


def own(card: str) -> list[Restated]:
    """Return what the author of this card has restated and waits, oldest first."""
    return [each for each in _waiting() if each.body.card == card]


def own_of(card: str, contribution: str) -> Restated | None:
    """Return what the author of this card has restated of a contribution: what is open before what waits."""
    opened = record.open_made_from([contribution], kind=RESTATEMENT, most=MOST_LOOKED_AT)
    found = [*_restated([(each, False) for each in opened], are_open=True)]
    found += _waiting(made_from=contribution)
    return next((each for each in found if each.body.card == card), None)


def asked_of(card: str) -> list[Restated]:
    """Return what was handed on to the author of this card and waits for their answer, oldest first."""
    return [
        each
        for each in _waiting()
        if each.of_body.card == card and each.body.card != card and not each.is_answered
    ]


def at_desk(side: str) -> list[Restated]:
    """Return what waits and concerns this desk: its own side restates, or is asked. Oldest first."""
    return [each for each in _waiting() if side in {each.document.side, each.body.asked}]


def needs_desk(side: str, found: Restated) -> bool:
    """Return whether this desk has something to do: to hand on, or to turn its key for a yes."""
    if found.correction:
        return found.document.side == side and not found.answer_is_handed_on
    if found.answer:
        return found.body.asked == side
    return found.body.asked == side and not found.is_handed_on and not found.yes


def is_withheld(document: Document) -> bool:
    """Return whether this is the answer of somebody locked out; for an editor of their desk who reads."""
    if document.kind != HEARING:
        return False
    card = _card_of(record.open_version(document.made_from[0].id))
    return card is not None and detaining.since(card, side=document.side or "") is not None


def every_open(card: str) -> list[Document]:
    """Return every open restatement by the author of this card."""
    page, has_more = 1, True
    found: list[Document] = []
    while has_more:
        some, has_more = record.naming(card, kind=RESTATEMENT, page=page, size=100)
        found += [each.document for each in some]
        page += 1
    return found


def _card_of(contribution: Document | None) -> str | None:
    try:
        return bodies.CONTRIBUTION.of(contribution).card if contribution else None
    except BadBodyError:
        return None


def waiting(item: str) -> Restated | None:
    """Return the restatement that waits under this item, if this reader can open it."""
    return next(iter(_waiting(item=item)), None)


def _waiting(*, made_from: str = "", item: str = "") -> list[Restated]:
    found = record.waiting([RESTATEMENT], made_from=made_from, item=item, most=MOST_LOOKED_AT)
    return _restated([(each.document, each.is_handed_on) for each in found])


def _restated(some: Sequence[tuple[Document, bool]], *, are_open: bool = False) -> list[Restated]:
    """Return each that can be read, with what is said to it. Five queries, however many; none for none."""
    if not some:
        return []
    sources = record.open_versions({each.made_from[0].id for each, _ in some})
    naming = record.open_naming({each.id for each, _ in some})
    answers = {} if are_open else _answers()
    found = []
    for document, is_handed_on in some:
        of = sources.get(document.made_from[0].id)
        if of is None or of.kind != CONTRIBUTION:
            continue
        try:
            body, of_body = bodies.RESTATEMENT.of(document), bodies.CONTRIBUTION.of(of)
        except BadBodyError:
            continue
        answer = answers.get(document.digest)
        found.append(
            Restated(
                document=document,
                body=body,
                of=of,
                of_body=of_body,
                is_open=are_open,
                is_handed_on=is_handed_on,
                yes=heard_rules.yes_among(naming.get(document.id, []), document),
                answer=answer[0].document if answer else None,
                answer_body=answer[1] if answer else None,
                answer_is_handed_on=answer[0].is_handed_on if answer else False,
            )
        )
    return found


def _answers() -> dict[str, tuple[Waiting, HearingBody]]:
    """Return the answers that wait and that this reader can open, by the digest of what they answer."""
    found = {}
    for each in record.waiting([HEARING], most=MOST_LOOKED_AT):
        try:
            body = bodies.HEARING.of(each.document)
        except BadBodyError:
            continue
        found[body.digest] = (each, body)
    return found


def through_gate(
    *, side: str, card: str, answered: Document, has_gate: bool, today: date
) -> tuple[str | None, str | None]:
    """Return what a reply names: the restatement before it, and the yes to that; None where there is none.

    Raises Refused where the gate asks for a restatement that is not there, or that has not passed.
    """
    if not has_gate or bodies.CONTRIBUTION.of(answered).card == card:
        return None, None
    found = own_of(card, answered.id)
    if found is None or found.document.side != side:
        raise Refused(HeardRefusal.NOT_RESTATED)
    if not found.has_passed(today):
        raise Refused(HeardRefusal.NOT_PASSED)
    return found.document.id, found.yes.id if found.yes else None

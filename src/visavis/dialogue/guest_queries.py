"""Who is invited to a seat, and what a guest has of their own: found by trying, as no row says whose.

An invitation is sealed to its desk and, unnamed, to the inbox of a card. A participant tries each of their
side's, 50 µs; of the answers that wait each head is tried, 4 µs. What is open names their card.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from visavis.base.missing import NotFound
from visavis.kinds.bodies import BadBodyError
from visavis.people.http import Participant
from visavis.people.purse import Closers
from visavis.record import queries as record
from visavis.record.queries import Authored
from visavis.record.rules import State
from visavis.safety.reading import opened
from visavis.signing.boxes import is_envelope
from visavis.signing.document import RELEASE_NOTE, Document, Seats

from . import bodies, guest_rules
from .bodies import AnswerBody, QuestionBody
from .models import SeatInvitation
from .rules import ANSWER

MOST_OPEN = 100
"""Open answers of one guest that their page lists."""


@dataclass(frozen=True)
class Invitation:
    """The invitation to a seat as a desk has it. ``card`` is empty where this editor cannot open the box."""

    box: bytes
    card: str


@dataclass(frozen=True)
class Asked:
    """An open question as a guest sees it: its own words, and nothing of another seat."""

    document: Document
    body: QuestionBody
    seats: Seats
    is_released: bool

    @property
    def is_settled(self) -> bool:
        """Whether no answer is awaited any more."""
        return self.is_released or bool(self.seats.empty)


@dataclass(frozen=True)
class OwnAnswer:
    """An answer of this guest's. ``is_keyed``: the desk has turned its key, and it waits for the release.

    ``ends_on`` is the day on which the words of what was not opened go.
    """

    document: Document
    body: AnswerBody
    state: State
    is_keyed: bool = False
    ends_on: date | None = None


@dataclass(frozen=True)
class GuestSeat:
    """One seat to which somebody is invited or in which they have answered. ``asked`` is None if not open.

    ``box`` is that of the invitation, empty where there is none.
    """

    question: str
    asked: Asked | None
    box: bytes
    answers: tuple[OwnAnswer, ...]

    @property
    def is_invited(self) -> bool:
        return bool(self.box)

    @property
    def answer(self) -> OwnAnswer | None:
        """What waits, else what is open, else what was not opened."""
        return next(iter(self.answers), None)

    @property
    def waiting(self) -> OwnAnswer | None:
        return next((each for each in self.answers if each.state is State.PROPOSED), None)


def about(side: str, question: str) -> str:
    """Return what an invitation's envelope says of its place. In another row it does not open."""
    return f"dialogue_seatinvitation.box {question} {side}"


def invitation(side: str, question: str) -> Invitation | None:
    """Return who is invited to this side's seat, for its own desk, or None. One query."""
    row = SeatInvitation.objects.filter(question=question, side=side).first()
    if row is None:
        return None
    return Invitation(bytes(row.box), _card_in(bytes(row.box), side, question))


def invitations(participant: Participant) -> dict[str, bytes]:
    """Return the invitations that open for this participant and name their card, by question. One query."""
    side = participant.side_id
    rows = SeatInvitation.objects.filter(side=side).values_list("question", "box")
    return {
        question: bytes(box)
        for question, box in rows
        if _card_in(bytes(box), side, question) == participant.card
    }


def is_over(side: str, question: str, *, today: date) -> bool:
    """Return whether an invitation to this question has had its time: it is not open, settled, or past."""
    asked = _asked(side, [question]).get(question)
    return asked is None or bool(
        guest_rules.why_not_offer(
            is_open=True, is_settled=asked.is_settled, until=asked.seats.until, today=today
        )
    )


def seats_of(participant: Participant) -> list[GuestSeat]:
    """Return every seat that is this participant's business, what waits for them first."""
    invited, answers = invitations(participant), own_answers(participant)
    questions = {*invited, *(each.document.subject for each in answers)}
    asked = _asked(participant.side_id, questions)
    found = [
        GuestSeat(
            question=each,
            asked=asked.get(each),
            box=invited.get(each, b""),
            answers=tuple(own for own in answers if own.document.subject == each),
        )
        for each in questions
    ]
    return sorted(found, key=lambda seat: (not seat.is_invited, seat.question))


def invited_seats(participant: Participant) -> list[GuestSeat]:
    """Return the seats to which this participant is invited. One query where there are none."""
    invited = invitations(participant)
    asked = _asked(participant.side_id, invited)
    return [GuestSeat(each, asked.get(each), invited[each], ()) for each in sorted(invited)]


def seat_of(participant: Participant, question: str) -> GuestSeat:
    """Return one of them, or raise NotFound: for another's as for none."""
    found = next((seat for seat in seats_of(participant) if seat.question == question), None)
    if found is None:
        raise NotFound
    return found


def open_questions(questions: Iterable[str]) -> dict[str, QuestionBody]:
    """Return what the open ones among these questions say. One query."""
    found = {}
    for item, document in record.open_versions(list(questions)).items():
        try:
            found[item] = bodies.QUESTION.of(document)
        except BadBodyError:
            continue
    return found


def _asked(side: str, questions: Iterable[str]) -> dict[str, Asked]:
    items = list(questions)
    documents = record.open_versions(items) if items else {}
    parts = record.parts_for(side, of=items, kinds=[RELEASE_NOTE]) if items else []
    released = {part.subject for part in parts}
    return {
        item: Asked(document, body, document.seats, item in released)
        for item, body in open_questions(items).items()
        if (document := documents[item]).seats is not None
    }


def _card_in(box: bytes, side: str, question: str) -> str:
    """What lies in the clear was written by no desk: it names nobody."""
    words = opened(box, about=about(side, question)) if is_envelope(box) else None
    return words.decode("ascii", "replace") if words else ""


def own_answers(participant: Participant) -> list[OwnAnswer]:
    """Return what this participant has answered as a guest, what waits first. Five queries."""
    side, closer_of = participant.side_id, participant.purse.closer_of
    found: list[Authored] = record.never_open(side, kind=ANSWER)
    found += record.naming(participant.card, kind=ANSWER, page=1, size=MOST_OPEN)[0]
    own = []
    for state, document, ends_on in found:
        if document.closer != closer_of(document.id).public.hex:
            continue
        try:
            body = bodies.ANSWER.of(document)
        except BadBodyError:  # of a newer shape: a newer version reads it
            continue
        own.append(OwnAnswer(document, body, state, ends_on=ends_on))
    keyed = _keyed(side, [each.document.subject for each in own])
    in_order = {State.PROPOSED: 0, State.OPEN: 1, State.CLOSED: 2, State.REFUSED: 3}
    return sorted(
        (
            OwnAnswer(
                each.document, each.body, each.state, each.document.digest in keyed, each.ends_on
            )
            for each in own
        ),
        key=lambda each: (in_order[each.state], each.document.digest),
    )


def every_open(closers: Closers) -> list[Document]:
    """Return all answers by this author that are open, or closed for a time."""
    page, has_more = 1, True
    found: list[Document] = []
    while has_more:
        some, has_more = record.naming(closers.card, kind=ANSWER, page=page, size=MOST_OPEN)
        found += [each.document for each in some]
        page += 1
    return [each for each in found if closers.is_of(each.id, each.closer)]


def _keyed(side: str, questions: Iterable[str]) -> frozenset[str]:
    items = list(questions)
    parts = record.parts_for(side, of=items, kinds=[ANSWER]) if items else []
    return frozenset(part.digest for part in parts if part.side == side and part.is_keyed)

"""What a desk sees of questions and answers. Missing and hidden are the same 404.

Of another side's answer a desk learns that one is there. Not whether its key is turned, not its
length, its languages or its pen name: nothing of it is read here, so that no page can show it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from visavis.base.missing import NotFound
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.kind import Awaited
from visavis.record import queries as record
from visavis.record.queries import Draft, Part, Version
from visavis.record.rules import State
from visavis.sides.order import in_order
from visavis.signing.canonical import Digest
from visavis.signing.document import RELEASE_NOTE, Document, Seats

from . import bodies
from .bodies import QuestionBody
from .rules import ANSWER, QUESTION, SeatState

MOST_LISTED = 100


@dataclass(frozen=True)
class Seat:
    """One side's seat, as one desk sees it. ``digest`` and ``has_draft`` are for the own seat alone."""

    side: str
    is_own: bool
    state: SeatState
    digest: str = ""
    has_draft: bool = False
    is_correction_proposed: bool = False


@dataclass(frozen=True)
class AskedQuestion:
    """A question that is open or before the desks, with the state of its seats.

    ``asks`` are the seats as the document gives them: which sides, until when, which chairs are empty.
    """

    document: Document
    body: QuestionBody
    asks: Seats
    is_open: bool
    is_released: bool
    seats: tuple[Seat, ...]
    change: str = ""

    @property
    def id(self) -> str:
        return self.document.id

    @property
    def digest(self) -> Digest:
        return self.document.digest

    @property
    def stage(self) -> str:
        """Return how far it is: before the desks, waiting for answers, or answered."""
        if not self.is_open:
            return "proposed"
        return "open" if self.is_released else "waiting"

    @property
    def lacks_ours(self) -> bool:
        """Whether it waits for the answer of the side that asks."""
        none = {SeatState.NOTHING, SeatState.DRAFT}
        is_ours = self.own is not None and self.own.state in none
        return is_ours and self.is_open and not self.is_settled

    @property
    def own(self) -> Seat | None:
        return next((seat for seat in self.seats if seat.is_own), None)

    @property
    def has_answers(self) -> bool:
        nothing = {SeatState.NOTHING, SeatState.DRAFT, SeatState.EMPTY}
        return any(seat.state not in nothing for seat in self.seats)

    @property
    def is_settled(self) -> bool:
        """Whether no answer is awaited any more: they are out, or a chair is left empty."""
        return self.is_released or bool(self.asks.empty)


def questions_for(side: str, *, most: int = MOST_LISTED) -> list[AskedQuestion]:
    """Return the questions that are open or before the desks, newest first."""
    return _asked(record.asked_of(QUESTION, most=most), side=side)


def awaited_answers(side: str) -> list[Awaited]:
    """Return the open questions of which a seat is not filled, the one that closes first before the rest.

    Of another side's seat it is said that an answer is there, and no more.
    """
    none = {SeatState.NOTHING, SeatState.DRAFT}
    found = [
        Awaited(
            document=asked.document,
            page="dialogue:draft-answer" if asked.own.state in none else "dialogue:question",
            until=asked.asks.until,
            is_ours=asked.own.state in none,
            is_begun=asked.own.state is SeatState.DRAFT,
            is_other_there=any(not seat.is_own and seat.state not in none for seat in asked.seats),
        )
        for asked in questions_for(side)
        if asked.is_open and not asked.is_settled and asked.own
        if any(seat.state in none for seat in asked.seats)
    ]
    return sorted(found, key=lambda each: (each.until, each.document.id))


def question_for(side: str, item: str) -> AskedQuestion:
    """Return one question that is open or before the desks, or raise NotFound."""
    found = _asked(record.asked_of(QUESTION, item=item), side=side)
    if not found:
        raise NotFound
    return found[0]


def unfilled(asked: AskedQuestion, *, today: date) -> tuple[str, ...]:
    """Return the seats that may be left empty today, in the question's own order.

    There are none before the closing day is over. After it an answer without its desk's key is no answer;
    before it nobody learns whether another side's answer has one.
    """
    if not asked.is_open or today <= asked.asks.until:
        return ()
    answered = record.sides_keyed(of=asked.id, kind=ANSWER) | set(asked.asks.empty)
    return tuple(side for side in asked.asks.sides if side not in answered)


def question_drafts(side: str) -> list[Draft]:
    """Return this side's drafts of questions, oldest first."""
    return record.drafts_of(side, kinds=[QUESTION])


def question_draft(side: str, item: str) -> Draft:
    draft = record.draft_for(side, item)
    if draft.kind != QUESTION:
        raise NotFound
    return draft


def answer_draft(side: str, question: str) -> Draft | None:
    """Return this side's draft of an answer to this question, if it has one."""
    return next(iter(record.drafts_of(side, kinds=[ANSWER], of=question)), None)


def open_answer(side: str, question: str) -> Document | None:
    """Return this side's own open answer to this question."""
    return record.own_part(side, of=question, kind=ANSWER, state=State.OPEN)


def waiting_answer(side: str, question: str) -> Document | None:
    """Return this side's own answer while it waits for a key or for the other seats."""
    return record.own_part(side, of=question, kind=ANSWER, state=State.PROPOSED)


def refused_question(side: str, digest: str) -> Document:
    """Return this desk's own question that was refused, or raise NotFound."""
    return _own_question(side, digest, state=State.REFUSED)


def proposed_question(side: str, digest: str) -> Document:
    """Return this desk's own question that waits for keys, or raise NotFound."""
    return _own_question(side, digest, state=State.PROPOSED)


def _own_question(side: str, digest: str, *, state: State) -> Document:
    found = record.proposal_for(side, digest)
    is_own = found.state is state and found.proposed_by == side
    if found.document.kind != QUESTION or not is_own:
        raise NotFound
    return found.document


def _asked(questions: Iterable[Collection[Version]], *, side: str) -> list[AskedQuestion]:
    """Four queries, however many questions there are."""
    by_item = {
        next(iter(versions)).document.id: {each.state: each.document for each in versions}
        for versions in questions
    }
    parts = record.parts_for(side, of=by_item, kinds=[ANSWER, RELEASE_NOTE])
    drafted = {draft.of for draft in record.drafts_of(side, kinds=[ANSWER])}
    found = []
    for item, versions in by_item.items():
        opened, proposed = versions.get(State.OPEN), versions.get(State.PROPOSED)
        document = opened or versions[State.PROPOSED]
        body, asks = _read(document)
        if body is None or asks is None:
            continue
        around = [part for part in parts if part.subject == item]
        found.append(
            AskedQuestion(
                document=document,
                body=body,
                asks=asks,
                is_open=opened is not None,
                is_released=any(part.kind == RELEASE_NOTE for part in around),
                seats=tuple(
                    _own_seat(side, asks, around, has_draft=item in drafted)
                    if seat == side
                    else _other_seat(seat, asks, around)
                    for seat in in_order(asks.sides, seed=item)
                ),
                change=proposed.digest if opened and proposed else "",
            )
        )
    return found


def _read(question: Document) -> tuple[QuestionBody | None, Seats | None]:
    """Return the body and the seats of a question; None for what this program cannot read."""
    try:
        return bodies.QUESTION.of(question), question.seats
    except BadBodyError:
        return None, None


def _own_seat(side: str, asks: Seats, parts: Iterable[Part], *, has_draft: bool) -> Seat:
    answers = {part.state: part for part in parts if part.side == side and part.kind == ANSWER}
    proposed, opened = answers.get(State.PROPOSED), answers.get(State.OPEN)
    shown = proposed or opened
    if opened:
        state = SeatState.OPEN
    elif proposed:
        state = SeatState.KEYED if proposed.is_keyed else SeatState.PROPOSED
    elif side in asks.empty:
        state = SeatState.EMPTY
    else:
        state = SeatState.DRAFT if has_draft else SeatState.NOTHING
    return Seat(
        side=side,
        is_own=True,
        state=state,
        digest=shown.digest if shown else "",
        has_draft=has_draft,
        is_correction_proposed=bool(opened and proposed),
    )


def _other_seat(seat: str, asks: Seats, parts: Iterable[Part]) -> Seat:
    states = {part.state for part in parts if part.side == seat and part.kind == ANSWER}
    if State.OPEN in states:
        state = SeatState.OPEN
    elif State.PROPOSED in states:
        state = SeatState.THERE
    else:
        state = SeatState.EMPTY if seat in asks.empty else SeatState.NOTHING
    return Seat(side=seat, is_own=False, state=state)

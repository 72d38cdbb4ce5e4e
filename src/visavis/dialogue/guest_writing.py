"""What a guest does with an answer of their own: one function, one act. Time is passed in.

Whose words some bytes are is asked of the bytes: what waits opened for this person, and its ``closer`` is
theirs. The account's row is neither written nor locked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2s

from django.utils import timezone

from visavis.base.refusal import Refused
from visavis.cards import queries as cards
from visavis.cards.closing import close_own
from visavis.cards.queries import CardState
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.writing import written
from visavis.people import day_marks, own_boxes
from visavis.people.http import Participant
from visavis.people.leaving import Choice
from visavis.people.purse import Closers
from visavis.record import actions as record
from visavis.record import public as open_record
from visavis.record import queries as record_queries
from visavis.record.rules import RecordRefusal, State
from visavis.safety.transactions import one_act_about_persons
from visavis.signing.canonical import Digest, new_id
from visavis.signing.document import Document
from visavis.signing.seats import seal_for

from . import actions, bodies, guest_queries, guest_rules
from .bodies import AnswerBody, AnswerWords
from .guest_queries import GuestSeat, OwnAnswer
from .guest_rules import GuestRefusal
from .models import SeatInvitation
from .rules import ANSWER, DialogueRefusal

KEPT = timedelta(days=30)
HANDED_IN = "answered"


@dataclass(frozen=True)
class GuestDraft:
    """What a guest is writing to one question, in its place among their boxes."""

    question: str
    body: AnswerBody
    slot: int = -1

    @property
    def seen(self) -> str:
        """What a page says of the draft that it shows."""
        return blake2s(self.as_bytes(), digest_size=16).hexdigest()

    def as_bytes(self) -> bytes:
        return json.dumps([self.question, self.body.as_json()], ensure_ascii=False).encode()


def draft(participant: Participant, question: str) -> GuestDraft | None:
    """Return this person's draft of an answer to the question, or None. One query."""
    return next((each for each in _drafts(participant) if each.question == question), None)


def keep(
    participant: Participant,
    question: str,
    *,
    original: str,
    versions: Mapping[str, AnswerWords],
    seen: str,
    today: date,
) -> GuestDraft:
    """These words are the guest's draft until 30 days from now. Only they find it, and only they read it.

    Refuses where another window has changed the draft since it was ``seen``, and who has no business at
    this seat as one that is not there.
    """
    guest_queries.seat_of(participant, question)
    body = AnswerBody(
        original=original,
        versions=actions.cleaned_versions(versions, original=original),
        pen_name="",
        card=participant.card,
    )
    with one_act_about_persons():
        there = draft(participant, question)
        if (there.seen if there else "") != seen:
            raise Refused(GuestRefusal.DRAFT_MOVED_ON)
        slot = there.slot if there else _free_slot(participant)
        kept = GuestDraft(question, body, slot)
        own_boxes.keep(
            participant.purse, own_boxes.ANSWERS[slot], kept.as_bytes(), ends_on=today + KEPT
        )
    return kept


def give_up(participant: Participant, question: str, *, seen: str) -> None:
    """The draft is gone; what was handed in of it stays. Refuses where it was written on since."""
    with one_act_about_persons():
        _drop(participant, _draft_seen(participant, question, seen))


def hand_in(participant: Participant, question: str, *, seen: str, today: date) -> Digest:
    """The draft waits at its author's desk, sealed; the draft and the invitation are gone.

    What waited of this author before is wiped in the same act, keyed or not. Returns the document's digest.
    """
    seat = guest_queries.seat_of(participant, question)
    document = prepared(participant, seat, _draft_seen(participant, question, seen), today=today)
    with one_act_about_persons():
        kept = _draft_seen(participant, question, seen)
        if not day_marks.count(
            participant.purse, HANDED_IN, today=today, most=guest_rules.MOST_HANDED_IN
        ):
            raise Refused(GuestRefusal.TOO_OFTEN)
        if seat.waiting is not None:
            _take_back(participant, seat.waiting)
        else:
            _take_up(participant, seat)
        record.propose(document=document, by=participant.side_id, today=today)
        _drop(participant, kept)
    return document.digest


def prepared(
    participant: Participant, seat: GuestSeat, draft: GuestDraft, *, today: date
) -> Document:
    """Return the document that the draft makes, before an act begins; refuse what cannot be handed in."""
    refusal = why_not_write(seat, today=today)
    if refusal or seat.asked is None:
        raise Refused(refusal or DialogueRefusal.NOT_OPEN)
    if cards.own_card(participant).state is not CardState.OPEN:
        raise Refused(GuestRefusal.NO_CARD)
    lacks = guest_rules.what_a_guest_lacks(draft.body, word_limit=seat.asked.body.word_limit)
    if lacks:
        raise Refused(lacks[0])
    charter = open_record.current_charter(on=today)
    if charter is None:
        raise Refused(DialogueRefusal.NO_CHARTER)
    item = seat.waiting.document.id if seat.waiting else new_id()
    return written(
        ANSWER,
        draft.body.as_json(),
        shape=bodies.ANSWER.newest,
        part_of=seat.question,
        site=charter.site,
        languages=tuple(draft.body.versions),
        today=today,
        item=item,
        side=participant.side_id,
        made_from=(seat.asked.document.source,),
        seal=seal_for(seat.asked.document),
        closer=participant.purse.closer_of(item).public.hex,
    )


def why_not_write(
    seat: GuestSeat, *, today: date
) -> guest_rules.GuestRefusal | DialogueRefusal | None:
    """Return why this guest hands in no words at this seat today, or None: asked by page and act."""
    asked = seat.asked
    is_open, is_settled = asked is not None, asked is not None and asked.is_settled
    if seat.waiting is not None:
        return guest_rules.why_not_change(is_open=is_open, is_settled=is_settled)
    if seat.answer is not None and seat.answer.state in {State.OPEN, State.CLOSED}:
        return GuestRefusal.RELEASED
    if not seat.is_invited:
        return GuestRefusal.OVER
    until = asked.seats.until if asked else today
    return guest_rules.why_not_offer(
        is_open=is_open, is_settled=is_settled, until=until, today=today
    )


def withdraw(
    participant: Participant, question: str, *, today: date, is_urgent: bool = False
) -> None:
    """The guest's answer is gone, for good and without any desk; a draft that changes it too.

    What was never open is wiped, also when the desk has turned its key. What is open is closed by its
    author's own key.
    """
    try:
        _withdraw(participant, question, today=today, is_urgent=is_urgent)
    except Refused as refused:
        if refused.reason is not GuestRefusal.NOT_WAITING:
            raise
        # It was released, or left unopened, between the look and the act.
        _withdraw(participant, question, today=today, is_urgent=is_urgent)


def withdraw_on_leaving(participant: Participant) -> None:
    """Somebody leaves: what was never open goes, in the act of leaving."""
    today = timezone.now().date()
    for answer in guest_queries.own_answers(participant):
        if answer.state is not State.OPEN:
            _end(participant, answer, today=today, is_urgent=False)


def close_open(closers: Closers, side: str, choice: Choice | None) -> None:
    """With all words, open answers by this guest are closed for good; within an act.

    What waits is withdrawn in any case: the act of another desk could release it.
    """
    for digest in record_queries.waiting_and_own(side, kind=ANSWER, is_own=closers.is_of):
        record.withdraw(digest=digest, side=side)
    if choice is Choice.EVERYTHING:
        for document in guest_queries.every_open(closers):
            close_own(closers, document, today=timezone.now().date())


def _withdraw(participant: Participant, question: str, *, today: date, is_urgent: bool) -> None:
    seat, kept = guest_queries.seat_of(participant, question), draft(participant, question)
    with one_act_about_persons():
        for answer in seat.answers:
            _end(participant, answer, today=today, is_urgent=is_urgent)
        if kept is not None:
            _drop(participant, kept)


def _end(participant: Participant, answer: OwnAnswer, *, today: date, is_urgent: bool) -> None:
    if answer.state is State.PROPOSED:
        _take_back(participant, answer)
    elif answer.state is State.REFUSED:
        record.forget_refused(digest=answer.document.digest, side=participant.side_id)
    else:
        close_own(participant.purse.closers, answer.document, today=today, is_urgent=is_urgent)


def _take_back(participant: Participant, waiting: OwnAnswer) -> None:
    """What waits is wiped. Refuses where it was released or left unopened since it was read."""
    try:
        record.withdraw(digest=waiting.document.digest, side=participant.side_id)
    except Refused as refused:
        if refused.reason is RecordRefusal.NOT_PROPOSED:
            raise Refused(GuestRefusal.NOT_WAITING) from refused
        raise


def _take_up(participant: Participant, seat: GuestSeat) -> None:
    """The invitation is used. Refuses where it was taken back, or is another one, since it was read."""
    row = SeatInvitation.objects.filter(question=seat.question, side=participant.side_id).first()
    if row is None or bytes(row.box) != seat.box:
        raise Refused(GuestRefusal.OVER)
    row.delete()


def _drafts(participant: Participant) -> list[GuestDraft]:
    found = own_boxes.read(participant.purse, own_boxes.ANSWERS)
    drafts = []
    for slot, name in enumerate(own_boxes.ANSWERS):
        if name in found:
            try:
                question, body = json.loads(found[name])
                drafts.append(GuestDraft(question, AnswerBody.from_json(body), slot))
            except (ValueError, TypeError, BadBodyError):
                continue
    return drafts


def _draft_seen(participant: Participant, question: str, seen: str) -> GuestDraft:
    kept = draft(participant, question)
    if kept is None:
        raise Refused(GuestRefusal.NOTHING_WRITTEN)
    if kept.seen != seen:
        raise Refused(GuestRefusal.DRAFT_MOVED_ON)
    return kept


def _drop(participant: Participant, kept: GuestDraft) -> None:
    own_boxes.drop(participant.purse, [own_boxes.ANSWERS[kept.slot]])


def _free_slot(participant: Participant) -> int:
    name = own_boxes.free(participant.purse, own_boxes.ANSWERS)
    if name is None:
        raise Refused(GuestRefusal.TOO_MANY_DRAFTS)
    return own_boxes.ANSWERS.index(name)

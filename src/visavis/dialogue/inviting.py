"""What a desk does about a guest: one function, one act. Time is passed in."""

from datetime import date

from visavis.base.refusal import Refused
from visavis.cards import bodies as card_shapes
from visavis.cards import queries as cards
from visavis.cards.public import form_for, languages_of
from visavis.cards.queries import OpenCard
from visavis.cards.rules import CARD
from visavis.kinds.bodies import BadBodyError
from visavis.people import card_links
from visavis.record import actions as record
from visavis.record import public as open_record
from visavis.record import queries as record_queries
from visavis.record.rules import RecordRefusal
from visavis.safety.reading import CannotSealError, reader
from visavis.safety.transactions import one_act_about_persons
from visavis.signing import boxes
from visavis.signing.boxes import Envelope

from . import guest_queries, guest_rules, queries, rules
from .guest_rules import GuestRefusal
from .models import SeatInvitation
from .queries import AskedQuestion
from .rules import SeatState


def cards_to_invite(side: str, *, today: date) -> list[OpenCard]:
    """Return the open cards of this desk's own side."""
    charter = open_record.current_charter(on=today)
    return cards.open_of(side, charter) if charter else []


def name_on(card: str, *, side: str, language: str, today: date) -> str:
    """Return the pen name on an open card of this side, for a page in this language; else nothing."""
    charter = open_record.current_charter(on=today)
    document = record_queries.open_version(card) if card else None
    if charter is None or document is None or (document.kind, document.side) != (CARD, side):
        return ""
    try:
        forms = card_shapes.CARD.of(document).pen_name
    except BadBodyError:
        return ""
    return forms[form_for(forms, language=language, own=languages_of(side, charter))]


def why_not_invite_to(
    asked: AskedQuestion, *, is_invited: bool, today: date
) -> guest_rules.GuestRefusal | rules.DialogueRefusal | None:
    """Return why this desk invites nobody to its seat now, whichever card it chose, or None."""
    return _why_not(asked, is_invited=is_invited, is_card_open=True, has_inbox=True, today=today)


def invite(*, side: str, question: str, card: str, today: date) -> None:
    """The holder of this card is invited to the desk's seat. No row says which account that is.

    Refuses a card that is not open or of another side, and one behind which nobody reads.
    """
    inbox = card_links.inbox_of(card)
    is_card_open = card in {each.item for each in cards_to_invite(side, today=today)}
    box = _sealed(side, question, card, inbox=inbox) if inbox and is_card_open else b""
    with one_act_about_persons():
        refusal = _why_not(
            queries.question_for(side, question),
            is_invited=guest_queries.invitation(side, question) is not None,
            is_card_open=is_card_open,
            has_inbox=inbox is not None,
            today=today,
        )
        if refusal:
            raise Refused(refusal)
        SeatInvitation.objects.create(question=question, side=side, box=box)


def take_back(*, side: str, question: str) -> None:
    """Nobody is invited to the desk's seat any more; what the guest has drafted stays theirs."""
    queries.question_for(side, question)
    with one_act_about_persons():
        gone, _ = SeatInvitation.objects.filter(question=question, side=side).delete()
        if not gone:
            raise Refused(GuestRefusal.NOBODY_INVITED)


def leave_unopened(*, side: str, question: str, today: date) -> None:
    """The guest's answer does not wait any longer; its words stay for its author and the desk for a month."""
    queries.question_for(side, question)
    waiting = queries.waiting_answer(side, question)
    if waiting is None or waiting.closer is None:
        raise Refused(GuestRefusal.NOBODY_INVITED)
    record.decline(digest=waiting.digest, side=side, today=today)


def forget_what_is_over(*, today: date) -> None:
    """Invitations to questions that take no guest any more are gone."""
    rows = list(SeatInvitation.objects.values_list("question", "side"))
    for question, side in rows:
        if guest_queries.is_over(side, question, today=today):
            with one_act_about_persons():
                SeatInvitation.objects.filter(question=question, side=side).delete()


def _why_not(
    asked: AskedQuestion, *, is_invited: bool, is_card_open: bool, has_inbox: bool, today: date
) -> guest_rules.GuestRefusal | rules.DialogueRefusal | None:
    if asked.own is None:
        return rules.DialogueRefusal.NO_SEAT
    return guest_rules.why_not_offer(
        is_open=asked.is_open,
        is_settled=asked.is_settled,
        until=asked.asks.until,
        today=today,
    ) or guest_rules.why_not_invite(
        state=SeatState(asked.own.state),
        is_invited=is_invited,
        is_card_open=is_card_open,
        has_inbox=has_inbox,
    )


def _sealed(side: str, question: str, card: str, *, inbox: bytes) -> bytes:
    """Return the envelope for the desk and, unnamed, for the card's inbox."""
    place = guest_queries.about(side, question)
    try:
        envelope = Envelope.from_bytes(reader().shut(card.encode(), about=place, to=side))
    except CannotSealError as error:
        raise Refused(RecordRefusal.NO_READING_KEY) from error
    key = reader().key_of(envelope, about=place)
    return envelope.with_wrap(boxes.for_one_unnamed(key, to=inbox, about=place)).as_bytes()

"""What a participant does with their card, and a desk with the lists. Time is passed in.

A draft lies with its author alone, and nobody else finds it. The account's row is never written here.
"""

import json
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.utils import timezone

from visavis.base import text as safe_text
from visavis.base.refusal import Refused
from visavis.base.text import UnfitTextError
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.writing import written
from visavis.people import card_links, own_boxes
from visavis.people.http import Participant
from visavis.people.leaving import Choice
from visavis.people.purse import Closers
from visavis.record import actions as record
from visavis.record import public as open_record
from visavis.record import queries as record_queries
from visavis.record.rules import State
from visavis.safety.transactions import act, act_about_persons
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter
from visavis.signing.document import Document

from . import bodies, public, queries, rules
from .bodies import CardBody, Cues
from .closing import close_along, close_own
from .models import LeftOut
from .queries import CardState
from .rules import CARD, CardRefusal, CueList, Role

DRAFT = "card"
"""The name of the one box in which a participant's draft of the card lies."""
KEPT = timedelta(days=30)
_SHOWN = frozenset({State.OPEN, State.CLOSED})


class RefusedNamesError(Refused):
    """Some forms of a pen name are not taken: ``by_language`` says which, and why."""

    def __init__(self, by_language: Mapping[str, CardRefusal]) -> None:
        super().__init__(next(iter(by_language.values())))
        self.by_language = by_language


def charter_of(today: date) -> Charter:
    """Return the charter in force, or raise Refused before the first."""
    charter = open_record.current_charter(on=today)
    if charter is None:
        raise Refused(CardRefusal.NO_CHARTER)
    return charter


def drafted(participant: Participant) -> CardBody | None:
    """Return the draft of this participant's card, or None."""
    found = own_boxes.read(participant.purse, [DRAFT]).get(DRAFT)
    try:
        return bodies.CARD.read_newest(json.loads(found)) if found else None
    except (BadBodyError, ValueError):
        return None


def keep_draft(
    participant: Participant, *, pen_name: Mapping[str, str], cues: Cues, today: date
) -> CardBody:
    """The draft of the card says this. Raises RefusedNamesError, or Refused for a list that is left out."""
    body = CardBody(pen_name=_cleaned(pen_name), role=Role(participant.role), cues=cues)
    body.check()
    _check(participant, body, today=today)
    own_boxes.keep(
        participant.purse, DRAFT, json.dumps(body.as_json()).encode(), ends_on=today + KEPT
    )
    return body


def show_without(participant: Participant, *, left: Collection[CueList], today: date) -> None:
    """The draft says nothing of these lists any more."""
    body = _draft(participant)
    keep_draft(participant, pen_name=body.pen_name, cues=body.cues.without(left), today=today)


def hand_in(participant: Participant, *, today: date) -> Digest:
    """The drafted card is before its author's desk; the draft is gone. Returns the document's digest."""
    document = to_hand_in(participant, today=today)
    propose(participant, document, today=today)
    return document.digest


def to_hand_in(participant: Participant, *, today: date) -> Document:
    """Return the drafted card as a document, before an act begins. 0.15 ms for each open card of the site.

    It is asked once more whether the name is free. The next card of the same author is refused: `HAS_CARD`.
    """
    body = _draft(participant)
    charter = _check(participant, body, today=today)
    return written(
        CARD,
        body.as_json(),
        shape=bodies.CARD.newest,
        site=charter.site,
        languages=tuple(body.pen_name),
        today=today,
        item=participant.card,
        side=participant.side_id,
        closer=participant.purse.closer_of(participant.card).public.hex,
    )


@act_about_persons
def propose(participant: Participant, document: Document, *, today: date) -> None:
    """This card, made by `to_hand_in`, is before its author's desk; in one act with what it introduces."""
    card_links.keep(participant)
    record.propose(document=document, by=participant.side_id, today=today)
    own_boxes.drop(participant.purse, [DRAFT])


def close_card(participant: Participant, *, today: date, is_urgent: bool = False) -> None:
    """Pen name, role and cues are closed for good, by the author's own key; no desk is asked.

    Words that named the card stay, as those of a participant of the side. There is no other card then.
    """
    card = queries.own_card(participant)
    if not card.is_there or card.document is None:
        raise Refused(CardRefusal.NO_CARD)
    close_own(participant.purse.closers, card.document, today=today, is_urgent=is_urgent)


def take_back_on_leaving(participant: Participant) -> None:
    """A card that waits goes when its author leaves, within the act of leaving."""
    if queries.own_card(participant).state is CardState.WAITING:
        close_card(participant, today=timezone.now().date())


def close_open(closers: Closers, _side: str, choice: Choice | None) -> None:
    """With either choice this author's card is closed for good; within an act.

    Also one that is closed for a time: it would come back by itself. With all words what went along with
    others' words stays closed, of every kind.
    """
    today = timezone.now().date()
    versions = record_queries.versions_of(closers.card) if choice else []
    card = next((each for state, each in versions if each and state in _SHOWN), None)
    if card is not None and closers.is_of(card.id, card.closer):
        close_own(closers, card, today=today)
    if choice is Choice.EVERYTHING:
        close_along(closers, today=today)


@act
def leave_out(*, side: str, lists: Collection[CueList]) -> None:
    """Cards of this side ask for every list but these. What is handed in or open stays as it is."""
    LeftOut.objects.filter(side=side).exclude(list__in=lists).delete()
    there = queries.left_out(side)
    LeftOut.objects.bulk_create(
        LeftOut(side=side, list=each) for each in lists if each not in there
    )


def _check(participant: Participant, body: CardBody, *, today: date) -> Charter:
    """Raise Refused for a card that cannot be handed in so, or return the charter."""
    charter = charter_of(today)
    state = queries.own_card(participant).state
    if state is not CardState.NOT_THERE:
        raise Refused(CardRefusal.HAS_CARD)
    lacks = rules.what_a_pen_name_lacks(
        body.pen_name,
        languages=public.languages_of_sides(charter),
        taken=queries.shown(charter, but_for=participant.card).taken,
        reserved=public.reserved_names(charter),
    )
    if lacks:
        raise RefusedNamesError(lacks)
    left_out = queries.left_out(participant.side_id)
    if refusal := rules.why_not_leave_out(body.cues.picked, left_out=left_out):
        raise Refused(refusal)
    return charter


def _draft(participant: Participant) -> CardBody:
    body = drafted(participant)
    if body is None:
        raise Refused(CardRefusal.NO_CARD)
    # The role is the invitation's, whatever a draft of an older version says.
    return CardBody(pen_name=body.pen_name, role=Role(participant.role), cues=body.cues)


def _cleaned(pen_name: Mapping[str, str]) -> dict[str, str]:
    try:
        return {code: safe_text.one_line(form) for code, form in pen_name.items()}
    except UnfitTextError as error:
        raise Refused(CardRefusal.HIDDEN) from error

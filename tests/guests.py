"""Guests: participants whose card is open, invited to a seat of their side, and what they answer."""

from typing import Any

import cast
import desks as stage
import reading
from authors import Writer, name, today, writer
from visavis.base.refusal import Refused
from visavis.cards import actions as cards
from visavis.cards.bodies import Cues
from visavis.dialogue import guest_writing, inviting
from visavis.dialogue.bodies import AnswerWords
from visavis.record import queries as record
from visavis.record.rules import State
from visavis.safety.reading import reading_as
from visavis.signing.document import Document


def somebody(desks: stage.Desks, side: str = "az") -> Writer:
    """Return a participant of this side whose card is open."""
    found = writer(side, has_card=False)
    for n in range(500, 600):
        try:
            cards.keep_draft(found.row, pen_name=name(n), cues=Cues(), today=today())
        except Refused:  # somebody else's by now
            continue
        break
    open_card(found, desks)
    return found


def open_card(who: Writer, desks: stage.Desks) -> None:
    """The drafted card of this participant is open."""
    with who.reading():
        cards.hand_in(who.row, today=today())
    with reading_as(lambda: reading.desk(who.row.side_id)):
        for state, card in record.versions_of(who.row.card):
            if state is State.PROPOSED and card is not None:
                cast.turn(card, who.row.side_id, site=desks.site)


def invite(asked: Document, who: Writer, *, side: str = "") -> None:
    side = side or who.row.side_id
    with reading_as(lambda: reading.desk(side)):
        inviting.invite(side=side, question=asked.id, card=who.row.card, today=today())


def words(text: str = "Ağacları.", *, proposal: str = "Hərə bir ağac.") -> dict[str, AnswerWords]:
    return {"az": AnswerWords.of([text], proposal=proposal)}


def draft(asked: Document, who: Writer, text: str = "Ağacları.", **more: Any) -> str:
    """Keep a draft of theirs; return what a page would say of it."""
    with who.reading():
        there = guest_writing.draft(who.row, asked.id)
        seen = there.seen if there else ""
        versions = words(text, **more)
        kept = guest_writing.keep(
            who.row, asked.id, original="az", versions=versions, seen=seen, today=today()
        )
    return kept.seen


def hand_in(asked: Document, who: Writer, text: str = "Ağacları.", **more: Any) -> Document:
    """Return the answer that this guest has handed in, as it waits."""
    seen = draft(asked, who, text, **more)
    with who.reading():
        digest = guest_writing.hand_in(who.row, asked.id, seen=seen, today=today())
    with reading_as(lambda: reading.desk(who.row.side_id)):
        return record.proposal_for(who.row.side_id, digest).document


def answered(asked: Document, who: Writer, text: str = "Ağacları.") -> Document:
    invite(asked, who)
    return hand_in(asked, who, text)


def turned(answer: Document, desks: stage.Desks) -> None:
    """The answer's own desk has turned its key."""
    with reading_as(lambda: reading.desk(answer.side or "")):
        cast.turn(answer, answer.side or "", site=desks.site)

"""Somebody who takes part, with a card and contributions: made without the pages of writing."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.test import Client

import cast
import desks as stage
import participants
from visavis.cards import actions as cards
from visavis.cards import queries as card_queries
from visavis.cards.bodies import Cues
from visavis.cards.rules import Dish, Role
from visavis.discussions import actions
from visavis.discussions.actions import Typed
from visavis.kinds.writing import written
from visavis.people.authors import Author
from visavis.people.models import Participant
from visavis.record import actions as record
from visavis.record import queries as record_queries
from visavis.safety.reading import reading_as
from visavis.signing.canonical import new_id
from visavis.signing.document import Document

NAMES = {
    "az": ("Səhər yeli", "Առավոտյան քամի"),
    "hy": ("Nar çiçəyi", "Նռան ծաղիկ"),
}
CODES = ("az", "hy", "en")


@dataclass
class Person:
    """Somebody who takes part, and their browser."""

    row: Participant
    client: Client

    @property
    def side(self) -> str:
        return str(self.row.side_id)

    def reading(self) -> AbstractContextManager[None]:
        """Let acts of the block read and write as in this person's request."""
        return reading_as(lambda: Author(self.row.purse))


def joined(side: str = "az") -> Person:
    row = participants.joined(side).participant
    return Person(row, participants.signed_in(row))


def with_card(side: str = "az", *, names: tuple[str, str] | None = None) -> Person:
    """Return somebody whose card waits at their desk."""
    person = joined(side)
    az, hy = names or NAMES[side]
    with person.reading():
        cards.keep_draft(
            person.row,
            pen_name={"az": az, "hy": hy},
            cues=Cues(cook=Dish.JAM),
            today=stage.DAY,
        )
        cards.hand_in(person.row, today=stage.DAY)
    return person


def card_of(person: Person) -> Document:
    with person.reading():
        found = card_queries.own_card(person.row).document
    assert found is not None
    return found


def a_discussion(desks: stage.Desks, *, takes_turns: bool = False) -> str:
    """Open a discussion for students; return its item."""
    item = actions.draft_discussion(
        side="az",
        typed={
            code: Typed(f"Water ({code})", f"Whose is it? ({code})", "Be kind.") for code in CODES
        },
        roles=[Role.STUDENT],
        per_day=20,
        word_limit=300,
        takes_turns=takes_turns,
        until=stage.after(30),
        today=stage.DAY,
    )
    digest = actions.propose(side="az", item=item, today=stage.DAY)
    document = record_queries.proposal_for("az", digest).document
    for side in ("az", "hy"):
        cast.turn(document, side, site=desks.site)
    return document.id


def handed_in(
    person: Person, discussion: str, text: str = "Bir söz.", *, answers: str | None = None
) -> Document:
    """Hand a contribution in, as the author's page does; return it."""
    item = new_id()
    language = "az" if person.side == "az" else "hy"
    with person.reading():
        document = actions.contribution(
            side=person.side,
            discussion=discussion,
            card=person.row.card,
            closer=person.row.purse.closer_of(item).public.hex,
            original=language,
            text=text,
            today=stage.DAY,
            answers=answers,
            item=item,
        )
        record.propose(document=document, by=person.side, today=stage.DAY)
    return document


def uncleaned(person: Person, document: Document, text: str) -> Document:
    """Hand in the same with words that no form of ours has cleaned; return it."""
    body = {**document.body, "paragraphs": [{"is": "paragraph", "text": text}]}
    item = new_id()
    made = written(
        document.kind,
        body,
        shape=document.shape,
        site=document.site,
        languages=document.languages,
        today=document.day,
        item=item,
        side=document.side,
        made_from=document.made_from,
        closer=person.row.purse.closer_of(item).public.hex,
    )
    with person.reading():
        record.propose(document=made, by=person.side, today=stage.DAY)
    return made

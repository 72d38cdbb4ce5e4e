"""People who write in discussions: each in a browser of their own, with a card as they like it."""

from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

import cast
import desks as stage
import participants
import reading
import talk
from visavis.cards import actions as cards
from visavis.cards.bodies import Cues
from visavis.discussions import actions, own_words, writing
from visavis.discussions.own_words import OwnDraft, OwnText
from visavis.people.authors import Author
from visavis.people.instruction import Instruction
from visavis.people.models import Participant
from visavis.people.rules import ParticipantRole
from visavis.record import actions as record_actions
from visavis.record import queries as record
from visavis.record.rules import State
from visavis.safety.reading import reading_as
from visavis.safety.secret import Secret
from visavis.signing.canonical import new_id
from visavis.signing.document import Document

AZ = "bcdfghklmnprst"
HY = "բգդղթլխկհձմյնշպջսվտր"


def name(n: int) -> dict[str, str]:
    """Return a pen name that no other number has."""
    return {
        "az": f"Yel {AZ[n % 14]}a{AZ[n // 14 % 14]}a{AZ[n // 196 % 14]}a",
        "hy": f"Քամի {HY[n % 20]}ա{HY[n // 20 % 20]}ա{HY[n // 400 % 20]}ա",
    }


@dataclass
class Writer:
    """Somebody who takes part, their browser and their passphrase."""

    row: Participant
    client: Client
    passphrase: Secret = field(default_factory=lambda: Secret(""))

    def page(self, address: str, *, status: int = 200) -> str:
        response = self.client.get(address)
        assert response.status_code == status, (response.status_code, address)
        return unescape(response.content.decode())

    def post(self, address: str, **fields: Any) -> HttpResponse:
        answer: HttpResponse = self.client.post(address, fields)
        return answer

    def reading(self) -> Any:
        """Let acts of the block read and write as in this person's request."""
        return reading_as(lambda: Author(self.row.purse))

    def draft(self, discussion: str, text: str, **more: Any) -> OwnDraft:
        """Return a draft of theirs that lies in its place."""
        draft = OwnDraft(discussion, more.get("answers"), more.get("of", ""), "az", text)
        kept = writing.keep(self.row, draft, seen="", today=today())
        return own_words.draft_for(self.row, kept.slot)

    def hand_in(self, discussion: str, text: str, **more: Any) -> Document:
        """Return what they have handed in, as it waits."""
        draft = self.draft(discussion, text, **more)
        with self.reading():
            digest = writing.hand_in(self.row, draft.slot, seen=draft.seen, today=today())
            found = [each.document for each in own_words.never_open(self.row)]
        return next(each for each in found if each.digest == digest)

    def proposed(self, discussion: str, text: str, *, card: str) -> Document:
        """Return words of theirs that wait and name some other card: made past the pages."""
        item = new_id()
        document = actions.contribution(
            side=self.row.side_id,
            discussion=discussion,
            card=card,
            closer=self.row.purse.closer_of(item).public.hex,
            original="az",
            text=text,
            today=today(),
            item=item,
        )
        with self.reading():
            record_actions.propose(document=document, by=self.row.side_id, today=today())
        return document

    def never_open(self) -> list[OwnText]:
        with self.reading():
            return own_words.never_open(self.row)

    def open(self) -> list[OwnText]:
        return list(own_words.every_open(self.row))


def today() -> date:
    return timezone.now().date()


_n = iter(range(8_000))


def writer(
    side: str = "az",
    *,
    role: ParticipantRole = ParticipantRole.STUDENT,
    has_card: bool = True,
    said: Instruction | None = None,
) -> Writer:
    taking = participants.joined(side, role=role, said=said)
    client = participants.signed_in(taking.participant)
    found = Writer(taking.participant, client, taking.passphrase)
    if has_card:
        cards.keep_draft(found.row, pen_name=name(next(_n)), cues=Cues(), today=today())
    return found


def turned(document: Document, desks: stage.Desks) -> Document:
    """Return what the author's desk has opened, with the card where that still waits."""
    side = document.side or ""
    with reading_as(lambda: reading.desk(side)):
        # A translation names its author's card only where the author wants that.
        for state, card in record.versions_of(document.body.get("card", "")):
            if state is State.PROPOSED and card is not None:
                cast.turn(card, side, site=desks.site)
        cast.turn(document, side, site=desks.site)
    return document


def refused(document: Document) -> None:
    """The author's own desk has not opened this."""
    side = document.side or ""
    record_actions.decline(digest=document.digest, side=side, today=today())


def discussion(site: cast.SiteKeys, **changes: Any) -> Document:
    """Return a discussion of today that both desks have opened."""
    with reading_as(reading.everybody):
        return cast.open_(talk.a_discussion(site, day=today(), **changes), site)

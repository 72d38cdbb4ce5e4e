"""Participants for tests: accounts with their passphrases, and browsers in which they are signed in."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.test import Client
from django.utils import timezone

import editors
from visavis.people import credentials, detaining, participants, rules, signs_of_life
from visavis.people.instruction import Instruction
from visavis.people.models import Account, Participant
from visavis.people.purse import Purse
from visavis.people.rules import NameWish, ParticipantRole, TextsWish, VoiceWish
from visavis.people.sessions import SessionStore
from visavis.safety import passphrases
from visavis.safety.secret import Secret
from visavis.sides import queries as sides


@dataclass
class Taking:
    """A participant with what they alone know."""

    participant: Participant
    passphrase: Secret

    @property
    def purse(self) -> Purse:
        return self.participant.purse


def wishes(texts: TextsWish = TextsWish.KEEP, **more: Any) -> Instruction:
    """Return what somebody wishes who has answered all questions today."""
    answers = {"name": NameWish.COUNTED, "voice": VoiceWish.QUIET, **more}
    return Instruction(texts, said_on=timezone.now().date(), **answers)


def joined(
    side: str = "az",
    *,
    role: ParticipantRole = ParticipantRole.STUDENT,
    said: Instruction | None = None,
) -> Taking:
    """Return somebody who takes part for this side, as joining leaves them: without a card yet."""
    said = said or wishes()
    passphrase = passphrases.new_passphrase()
    proof = credentials.proof_of(passphrase, sign_in=sides.sign_in())
    row = participants.new_row(side, Purse.drawn(role), proof=proof, said=said)
    row.save()
    return Taking(row, passphrase)


def locked_out(
    editor: Account, card: str, *, desk_passphrase: str = "", on: date | None = None
) -> Instruction | None:
    """Let this editor, who reads already, end the access to which this card leads; return what was wished."""
    return detaining.detain(
        editor,
        card=card,
        passphrase=editors.PASSPHRASES[editor.pk],
        desk_passphrase=Secret(desk_passphrase) if desk_passphrase else None,
        today=on or timezone.now().date(),
    )


def signed_in(participant: Participant, *, client: Client | None = None) -> Client:
    """Return a browser in which this participant is signed in, without the page of signing in."""
    client = client or Client()
    session: SessionBase = SessionStore()
    participants.begin_session(session, participant)
    session.save()
    client.cookies["session"] = key = str(session.session_key)
    now = rules.slot_of(timezone.now())
    client.cookies["life"] = signs_of_life.sign(key, began=now, seen=now)
    return client

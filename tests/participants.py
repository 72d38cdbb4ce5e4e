"""Participants for tests: accounts with their passphrases, and browsers in which they are signed in."""

from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase
from django.test import Client
from django.utils import timezone

from visavis.people import credentials, participants, rules, signs_of_life
from visavis.people.models import Participant
from visavis.people.purse import Purse
from visavis.people.rules import ParticipantRole
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


def joined(side: str = "az", *, role: ParticipantRole = ParticipantRole.STUDENT) -> Taking:
    """Return somebody who takes part for this side, as joining leaves them: without a card yet."""
    passphrase = passphrases.new_passphrase()
    proof = credentials.proof_of(passphrase, sign_in=sides.sign_in())
    row = participants.new_row(side, Purse.drawn(role), proof=proof)
    row.save()
    return Taking(row, passphrase)


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

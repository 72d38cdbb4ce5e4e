"""Somebody who takes part, with a purse, in a browser of their own: made without the pages of joining."""

import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.test import Client
from django.utils import timezone

from visavis.people import rules, signs_of_life
from visavis.people.authors import Author
from visavis.people.middleware import SESSION_MARK, SESSION_PARTICIPANT, SESSION_PURSE
from visavis.people.models import Participant
from visavis.people.purse import Purse
from visavis.people.rules import ParticipantRole
from visavis.people.sessions import SessionStore
from visavis.safety.reading import reading_as


@dataclass
class Person:
    """Somebody who takes part, and their browser."""

    row: Participant
    client: Client

    def page(self, address: str, *, status: int = 200) -> str:
        response = self.client.get(address)
        assert response.status_code == status, (response.status_code, address)
        return response.content.decode()

    def reading(self) -> AbstractContextManager[None]:
        """Let acts of the block read and write as in this person's request."""
        return reading_as(lambda: Author(self.row.purse))


def joined(side: str = "az", role: ParticipantRole = ParticipantRole.STUDENT) -> Person:
    purse = Purse.drawn(role)
    row = Participant.objects.create(
        id=secrets.token_hex(16),
        side_id=side,
        sign_in_tag=secrets.token_hex(32),
        session_mark=secrets.token_hex(16),
        sealed_purse=purse.sealed(half=secrets.token_bytes(32)),
    )
    row.purse = purse
    session = SessionStore()
    session[SESSION_PARTICIPANT] = row.pk
    session[SESSION_MARK] = row.session_mark
    session[SESSION_PURSE] = purse.as_json()
    session.save()
    client = Client()
    client.cookies["session"] = key = str(session.session_key)
    now = rules.slot_of(timezone.now())
    client.cookies["life"] = signs_of_life.sign(key, began=now, seen=now)
    return Person(row, client)

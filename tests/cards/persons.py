"""Somebody who takes part, in a browser of their own: made without the pages of joining."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.test import Client

import participants
from visavis.people.authors import Author
from visavis.people.models import Participant
from visavis.people.rules import ParticipantRole
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
    row = participants.joined(side, role=role).participant
    return Person(row, participants.signed_in(row))

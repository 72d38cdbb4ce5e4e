"""What every story of the world is made of: acts on their days, and the hands that turn keys."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from visavis.record import actions as record
from visavis.record import queries
from visavis.signing.canonical import Digest, digest_of
from visavis.signing.document import Document
from visavis.signing.keys import PrivateKey, Purpose
from visavis.signing.signatures import sign_document


@dataclass(frozen=True)
class Hands:
    """What turns keys: each side's private key, open for as long as the world is made."""

    keys: Mapping[str, PrivateKey]

    def turn(self, digest: Digest, *, sides: Iterable[str], today: date) -> None:
        """Turn the keys of these sides, one after the other."""
        for side in sides:
            document = queries.proposal_for(side, digest).document
            signed = sign_document(document, key=self.keys[side])
            record.turn_key(
                digest=digest,
                side=side,
                public_key=signed.public_key.hex,
                signature=signed.signature,
                seat=signed.seat or "",
                today=today,
            )

    def take_down(self, document: Document, *, side: str, at: datetime) -> None:
        """Close an open document for one side."""
        note = queries.closing_note(document, side=side, today=at.date())
        key = self.keys[side]
        record.take_down(
            digest=document.digest,
            side=side,
            note=note,
            public_key=key.public.hex,
            signature=key.sign(digest_of(note), purpose=Purpose.CLOSING),
            at=at,
        )

    def others(self, side: str) -> list[str]:
        return [code for code in self.keys if code != side]


@dataclass(frozen=True)
class Act:
    """Something that happened so many days before the world is made."""

    days_ago: int
    do: Callable[[date], None]

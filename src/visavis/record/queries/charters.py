"""The charter before the desks, new keys for it, and what a key has signed."""

from visavis.record import models
from visavis.record.models import Document
from visavis.record.rules import State
from visavis.record.stored import document_of
from visavis.signing.canonical import Digest
from visavis.signing.document import CHARTER, RECOVERY, RELEASE_NOTE
from visavis.signing.document import Document as Signed
from visavis.signing.seats import filled_with

from .drafts import Draft, opened_of


def proposed_charter() -> Signed | None:
    """Return the charter that is before the desks, or None."""
    row = Document.objects.filter(kind=CHARTER, state=State.PROPOSED).first()
    return document_of(row) if row else None


def new_keys_of(side: str) -> list[Draft]:
    """Return the keys this side has made for a charter that is not in force yet, the newest day first."""
    rows = models.Draft.objects.filter(side=side, kind=CHARTER)
    return opened_of(rows.order_by("-made_on", "item"))


def bear_key(public_key: str, *, with_waiting: bool) -> frozenset[Digest]:
    """Return every document that this key has signed and would fall without it.

    ``with_waiting``: proposals too. After a theft they are what the thief may have signed, unseen.

    Also each that filled a seat, as its question's note of release names it: that answer may be closed
    for good or have a newer version, and without it the others' answers would be sealed again.
    """
    live = [State.OPEN, State.PROPOSED, State.CLOSED]
    kept = live if with_waiting else [State.OPEN, State.CLOSED]
    rows = models.Signature.objects.filter(public_key=public_key, document__state__in=kept)
    signed = rows.exclude(document__kind__in=[CHARTER, RECOVERY]).values_list(
        "document_id", flat=True
    )
    bearing = {Digest(digest) for digest in signed}
    notes = Document.objects.filter(kind=RELEASE_NOTE, state__in=live).exclude(data=b"")
    for note in map(document_of, notes.iterator()):
        bearing |= filled_with(note, public_key=public_key) if note else set()
    return frozenset(bearing)

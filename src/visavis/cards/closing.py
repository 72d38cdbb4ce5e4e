"""An author's own key closes a document for good: one way, for all that somebody has signed so."""

from datetime import date

from visavis.people.purse import Closers
from visavis.record import actions as record
from visavis.record.queries import authors_note
from visavis.signing.canonical import digest_of
from visavis.signing.document import Document
from visavis.signing.keys import Purpose


def close_own(
    closers: Closers, document: Document, *, today: date, is_urgent: bool = False
) -> None:
    """Every version goes, and what was made from it; no desk is asked. Refuses another author's document."""
    note = authors_note(document, today=today)
    record.close_for_author(
        digest=document.digest,
        note=note,
        signature=closers.key_of(document.id).sign(digest_of(note), purpose=Purpose.CLOSING),
        today=today,
        is_urgent=is_urgent,
    )

"""An author's own key closes a document for good: one way, for all that somebody has signed so."""

from collections.abc import Callable
from datetime import date

from visavis.people.purse import Closers
from visavis.record import actions as record
from visavis.record.queries import authors_note, hidden_words
from visavis.signing.canonical import digest_of
from visavis.signing.document import Document
from visavis.signing.keys import Purpose


def close_own(
    closers: Closers, document: Document, *, today: date, is_urgent: bool = False
) -> None:
    """Every version goes, and what was made from it; no desk is asked. Refuses another author's document.

    By keys that hide it is kept sealed: see `people.hidden`.
    """
    note = authors_note(document, today=today)
    record.close_for_author(
        digest=document.digest,
        note=note,
        signature=closers.key_of(document.id).sign(digest_of(note), purpose=Purpose.CLOSING),
        today=today,
        is_urgent=is_urgent,
        keeper=bytes.fromhex(closers.keeper) if closers.is_hiding else None,
    )


def close_along(closers: Closers, *, today: date) -> None:
    """What is this author's and went along with others' words stays closed when those come back."""
    record.close_along(
        closers.is_of,
        sign=lambda item, note: closers.key_of(item).sign(digest_of(note), purpose=Purpose.CLOSING),
        is_hiding=closers.is_hiding,
        today=today,
    )


def shown_again(closers: Closers, key: bytes) -> Callable[[], None]:
    """Return the step by which what is hidden of this author's, of every kind, is where it was."""
    hidden = hidden_words(closers.is_of, key=key)
    return lambda: record.show_again(hidden, closers.is_of)


def destroyed(closers: Closers, key: bytes) -> Callable[[], None]:
    """Return the step by which nothing of what is hidden of this author's comes back."""
    hidden = hidden_words(closers.is_of, key=key)
    return lambda: record.never_show(hidden, closers.is_of)

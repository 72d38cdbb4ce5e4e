"""What went along when another author's words were closed, and what its own author wishes besides.

A translation is destroyed with the text that it translates, and comes back with it. So its row has no bytes
when its own author leaves or is detained. Then a note of their key lies under its digest too: whatever
becomes of the text, theirs stays closed until their own note is taken back.
"""

import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from visavis.safety.transactions import act, empty_the_log_in_the_end
from visavis.signing.boxes import Envelope
from visavis.signing.canonical import Digest

from . import closings, models
from .closings import Note, SignedNote
from .models import Closing
from .rows import charter_on

IsOwn: TypeAlias = Callable[[str, str], bool]
"""Whether this is an author's own, by the id of an item and the ``closer`` beside it."""
Sign: TypeAlias = Callable[[str, bytes], str]
"""Return the signature of the author's key for an item under the bytes of a note."""


@act
def close_along(is_own: IsOwn, *, sign: Sign, is_hiding: bool, today: date) -> None:
    """What is this author's and went along with others' words is closed by their own key too.

    Unless ``is_hiding``, nobody opens its words any more, the author of those others neither. 60 µs for
    each document that ever went along with an author's.
    """
    rows = _rows(is_own)
    new: dict[str, list[SignedNote]] = {}
    for row in rows:
        if _own_notes(row):
            continue
        note = closings.authors_note(
            site=charter_on(today).site,
            item=row.item,
            digest=Digest(row.digest),
            closer=row.closer,
            today=today,
        )
        new[row.digest] = [SignedNote(note, row.closer, sign(row.item, note))]
    closings.keep_every(new)
    if not is_hiding:
        empty(row.digest for row in rows)


def notes_along(is_own: IsOwn) -> dict[str, list[SignedNote]]:
    """Return the notes that `close_along` has written for this author, by digest. As costly."""
    return {row.digest: notes for row in _rows(is_own) if (notes := _own_notes(row))}


def empty(digests: Iterable[str]) -> None:
    """In place of what is in these boxes lie bytes drawn by lot, as many; within an act."""
    rows: Collection[models.ClosingBox] = models.ClosingBox.objects.filter(pk__in=list(digests))
    for row in rows:
        envelope = Envelope.from_bytes(bytes(row.box))
        nothing = replace(envelope, body=secrets.token_bytes(len(envelope.body)))
        models.ClosingBox.objects.filter(pk=row.pk).update(box=nothing.as_bytes())
    if rows:
        empty_the_log_in_the_end()


def _rows(is_own: IsOwn) -> list[models.Document]:
    by_authors = Closing.objects.filter(side="", reopens_at=None)
    rows = models.Document.objects.filter(
        data=b"", digest__in=by_authors.exclude(with_item="").values("document_id")
    ).exclude(digest__in=by_authors.filter(with_item="").values("document_id"))
    found = rows.exclude(closer="").defer("data").order_by("digest")
    return [row for row in found if is_own(row.item, row.closer)]


def _own_notes(row: models.Document) -> list[SignedNote]:
    every = ((Note.from_bytes(each.note), each) for each in closings.notes_of(row.digest))
    return [each for said, each in every if said and said.closer == row.closer]

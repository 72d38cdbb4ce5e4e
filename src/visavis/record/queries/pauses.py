"""Pauses as a desk sees them: what is on, what lately ended, and which words are its side's own."""

from datetime import date, datetime
from typing import NamedTuple

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from visavis.kinds.installed import installed
from visavis.record import models
from visavis.record.closings import Note
from visavis.record.models import Document
from visavis.record.rules import State
from visavis.record.stored import document_of
from visavis.signing.canonical import Digest, digest_of
from visavis.signing.document import Document as Signed

from .shelves import Cut, Shelf


class Paused(NamedTuple):
    """A pause: whose, until when, and what came of it. ``side`` is empty where all sides pause.

    ``ends_at`` is None until the release in which it begins. ``asked`` are the sides that want its end.
    """

    digest: Digest
    side: str
    ends_at: datetime | None = None
    ended_on: date | None = None
    asked: tuple[str, ...] = ()
    n_held: int = 0
    n_back: int = 0


def pauses() -> tuple[Paused, ...]:
    """Return the pauses that are on or about to begin, then those that lately ended. Two queries."""
    rows = models.Pause.objects.order_by("ends_at", "item")
    known = [
        Paused(
            Digest(each.digest),
            each.side,
            each.ends_at,
            each.ended_on,
            tuple(each.wants_end.split()),
            each.n_held,
            each.n_back,
        )
        for each in rows
    ]
    there = {each.digest for each in known}
    opened = Document.objects.filter(state=State.OPEN, kind__in=sorted(installed().holding))
    new = [
        Paused(Digest(digest), side)
        for digest, side in opened.order_by("digest").values_list("digest", "side")
        if digest not in there
    ]
    return (*new, *sorted(known, key=lambda each: each.ended_on is not None))


def own_words(side: str, *, page: int, size: int) -> Shelf[Signed]:
    """Return the side's own words that are open or held by a pause, newest first: what its desk may close."""
    on = models.Pause.objects.filter(ended_on=None).values("item")
    held = models.Closing.objects.filter(document=OuterRef("digest"), with_item__in=on)
    rows = Document.objects.filter(
        Q(state=State.OPEN) | Q(Exists(held), state=State.CLOSED), owner=side
    )
    rows = rows.exclude(kind__in=sorted(installed().holding)).exclude(data=b"")
    cut = Cut.of(rows.count(), page, size=size)
    found = rows.order_by("-proposed_on", "digest")[cut.part]
    return cut.shelf([each for row in found if (each := document_of(row)) is not None])


def own_notes(side: str, *, site: str, today: date) -> dict[Digest, tuple[Digest, bool]]:
    """Return the side's own words by the digest of today's note of closing, and whether they are gone.

    20 µs for each document that the side has ever had.
    """
    rows = Document.objects.filter(owner=side, state__in=[State.OPEN, State.CLOSED])
    found: dict[Digest, tuple[Digest, bool]] = {}
    gone = ExpressionWrapper(Q(data=b""), output_field=BooleanField())
    for item, digest, is_gone in rows.annotate(is_gone=gone).values_list(
        "item", "digest", "is_gone"
    ):
        words = Digest(digest)
        note = Note(site=site, item=item, digest=words, owner=side, side=side, day=today)
        found[digest_of(note.data)] = (words, is_gone)
    return found

"""What the author of a request has written, found without a list of it: asked in a participant's request.

What was never open is sealed to its desk and its author: each of the side's heads is tried, 4 µs each. What
is open names its author's card. The reader then asks each document for its ``closer``.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import BinaryField, QuerySet
from django.db.models.functions import Substr

from visavis.record import models, sealed, statements
from visavis.record.models import Document
from visavis.record.rules import REFUSED_FOR, State
from visavis.record.stored import document_of
from visavis.safety.reading import opens, reader
from visavis.signing.boxes import is_envelope
from visavis.signing.canonical import Digest
from visavis.signing.document import Document as Signed

HEAD = 1_024
"""Bytes of an envelope in which its wraps are: a desk's, an author's, and what is held until the release."""


class Authored(NamedTuple):
    """One version of something. ``ends_on`` is the day on which the words of what was refused go."""

    state: State
    document: Signed
    ends_on: date | None = None


def never_open(side: str, *, kind: str) -> list[Authored]:
    """Return what of this kind waits, was refused, or went with its source, and opens for this reader.

    A desk's reader opens all of its side's, so this is asked for an author alone. Newest day first.
    """
    of_side = Document.objects.filter(kind=kind, side=side).exclude(data=b"")
    # One statement for each state: each has an index of its own.
    found = [
        digest
        for state in (State.PROPOSED, State.REFUSED, State.CLOSED)
        for digest in _openable(of_side.filter(state=state))
    ]
    return _authored(Document.objects.filter(digest__in=found))


def n_at_desk(side: str, *, kind: str) -> int:
    """Return how many of this kind wait at the side's desk, of all its people."""
    return len(statements.waiting(side, kind, head=0))


def n_waiting(side: str, *, kind: str, is_own: Callable[[str, str], bool]) -> tuple[int, int]:
    """Return how many of this kind wait at the side's desk, and how many of them are this reader's own.

    What opens for this reader is theirs if ``is_own`` says so of the id and the ``closer`` of its row. One
    statement, and no words are opened.
    """
    there, asks = statements.waiting(side, kind, head=HEAD), reader()
    own = sum(
        is_envelope(head) and asks.opens(head, about=sealed.about(digest)) and is_own(item, closer)
        for digest, item, closer, head in there
    )
    return len(there), own


def naming(item: str, *, kind: str, page: int, size: int) -> tuple[list[Authored], bool]:
    """Return one page of what is open of this kind and names the item, and whether there is more.

    With it what is closed for a time. Newest day first.
    """
    start = (page - 1) * size
    named = models.Named.objects.filter(item=item).values("document")
    rows = Document.objects.filter(
        digest__in=named, kind=kind, state__in=[State.OPEN, State.CLOSED]
    ).exclude(data=b"")
    digests = list(_newest_first(rows).values_list("digest", flat=True)[start : start + size + 1])
    return _authored(Document.objects.filter(digest__in=digests[:size])), len(digests) > size


def open_and_own(side: str, *, kind: str, is_own: Callable[[str, str], bool]) -> list[Authored]:
    """Return what is open, or closed for a time, of this kind and by this author. Newest day first.

    For words that name no card. ``is_own`` is asked of the id and the ``closer`` of each of the side's.
    """
    rows = Document.objects.filter(
        kind=kind, side=side, state__in=[State.OPEN, State.CLOSED]
    ).exclude(data=b"")
    every = rows.values_list("digest", "item", "closer")
    own = [digest for digest, item, closer in every if is_own(item, closer)]
    return _authored(Document.objects.filter(digest__in=own))


def waiting_and_own(side: str, *, kind: str, is_own: Callable[[str, str], bool]) -> list[Digest]:
    """Return the digests of what waits of this side, kind and author. Nothing is opened.

    ``is_own`` is asked of the id and the ``closer`` of each.
    """
    there = statements.waiting(side, kind, head=0)
    return sorted(Digest(digest) for digest, item, closer, _ in there if is_own(item, closer))


def _openable(rows: QuerySet[Document]) -> Iterable[str]:
    head = Substr("data", 1, HEAD, output_field=BinaryField())
    for digest, begins in rows.annotate(head=head).values_list("digest", "head"):
        if is_envelope(bytes(begins)) and opens(bytes(begins), about=sealed.about(digest)):
            yield digest


def _newest_first(rows: QuerySet[Document]) -> QuerySet[Document]:
    return rows.order_by("-proposed_on", "digest")


def _authored(rows: QuerySet[Document]) -> list[Authored]:
    found = []
    for row in _newest_first(rows):
        document = document_of(row)
        if document is None:
            continue
        is_refused = row.state == State.REFUSED
        ends_on = (row.ended_on or row.proposed_on) + REFUSED_FOR if is_refused else None
        found.append(Authored(State(row.state), document, ends_on))
    return found

"""What people have handed in to their own side's desk, and what is around it.

Nothing here is ever asked of what another side's people have handed in.
"""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db.models import Q, QuerySet

from visavis.record.batches import batches
from visavis.record.models import Document
from visavis.record.rules import State
from visavis.record.stored import document_of
from visavis.signing.canonical import Digest
from visavis.signing.document import Document as Signed

from .shelves import Cut, Shelf
from .versions import Version


class HandedIn(NamedTuple):
    """A document that waits for its own side's desk alone; ``document`` is None if it does not open here."""

    digest: str
    day: date
    document: Signed | None


def handed_in(side: str, *, kinds: Collection[str], page: int = 1, size: int) -> Shelf[HandedIn]:
    """Return one page of what waits: the oldest day first, those of a day by their ids. Two queries."""
    rows = waiting_for_own(side).filter(kind__in=list(kinds))
    cut = Cut.of(rows.count(), page, size=size)
    in_order = rows.order_by("proposed_on", "item")[cut.part]
    return cut.shelf([HandedIn(row.digest, row.proposed_on, document_of(row)) for row in in_order])


def waiting_among(side: str, digests: Collection[str]) -> dict[str, Signed]:
    """Return those of these documents that wait for this side's desk still, by their digests. One query."""
    rows = waiting_for_own(side).filter(digest__in=list(digests))
    return {row.digest: each for row in rows if (each := document_of(row)) is not None}


def seen_by(side: str, items: Collection[str]) -> dict[str, list[Version]]:
    """Return of each of these items what is open, and what this side's people have handed in. One query."""
    rows = Document.objects.filter(item__in=list(items))
    found: dict[str, list[Version]] = {}
    for row in rows.filter(Q(state=State.OPEN) | Q(state=State.PROPOSED, side=side)):
        if (document := document_of(row)) is not None:
            found.setdefault(row.item, []).append(Version(document, State(row.state)))
    return found


def open_made_from(items: Collection[str], *, kind: str, most: int) -> list[Signed]:
    """Return what is open of a kind and made from these items: the newest, ``most`` of them. One query."""
    rows = Document.objects.filter(state=State.OPEN, kind=kind, made_from__item__in=list(items))
    newest = rows.order_by("-proposed_on", "digest")[:most]
    return [each for row in newest if (each := document_of(row)) is not None]


def newest_open(kind: str, *, most: int) -> list[Digest]:
    """Return the digests of what is open of a kind, newest day first, at most so many. One query."""
    rows = Document.objects.filter(state=State.OPEN, kind=kind).order_by("-proposed_on", "digest")
    return [Digest(digest) for digest in rows.values_list("digest", flat=True)[:most]]


def open_among(digests: Collection[str]) -> list[Signed]:
    """Return those of these documents that are open. One query for each few hundred."""
    rows = (
        row
        for some in batches(digests)
        for row in Document.objects.filter(digest__in=some, state=State.OPEN)
    )
    return [each for row in rows if (each := document_of(row)) is not None]


def waiting_for_own(side: str) -> QuerySet[Document]:
    """Return what waits for this side's own desk, no matter who handed it in."""
    return Document.objects.filter(state=State.PROPOSED, side=side, proposed_by=side)

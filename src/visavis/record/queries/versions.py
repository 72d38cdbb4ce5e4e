"""What is open, and what is beside an item."""

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from visavis.record import models, statements
from visavis.record.models import Document
from visavis.record.rules import State
from visavis.record.stored import document_of, open_now
from visavis.signing.document import Document as Signed


class Version(NamedTuple):
    document: Signed
    state: State


class Part(NamedTuple):
    """What belongs to an item. Of another side's that is not open: that one is there, and nothing else."""

    subject: str
    kind: str
    side: str
    state: State
    digest: str
    is_keyed: bool


def asked_of(kind: str, *, item: str = "", most: int = 1) -> list[list[Version]]:
    """Return what is open or before the desks, newest first, the versions of one item together.

    ``item`` asks for that one alone; without it ``most`` versions are looked at.
    """
    # Each state has an index of its own, which SQLite finds in these words alone.
    is_asked = Q(state=State.OPEN) | Q(state=State.PROPOSED)
    rows = Document.objects.filter(is_asked, kind=kind)
    rows = rows.filter(item=item) if item else rows.order_by("-proposed_on", "digest")[:most]
    by_item: dict[str, list[Version]] = {}
    for row in rows:
        document = document_of(row)
        if document is not None:
            by_item.setdefault(row.item, []).append(Version(document, State(row.state)))
    return list(by_item.values())


def parts_for(side: str, *, of: Collection[str], kinds: Collection[str]) -> list[Part]:
    """Return what belongs to these items and is open or before the desks, as this desk may see it.

    Whether its key is turned is said of this side's own alone. Two statements, however many items.
    """
    parts = list(
        Document.objects.filter(
            subject__in=of, kind__in=kinds, state__in=[State.OPEN, State.PROPOSED]
        ).values_list("subject", "kind", "side", "state", "digest")
    )
    own = [digest for *_, owner, _state, digest in parts if owner == side]
    keyed = set(
        models.Signature.objects.filter(document__in=own, side=side).values_list(
            "document_id", flat=True
        )
    )
    return [
        Part(
            subject=subject,
            kind=kind,
            side=owner,
            state=State(state),
            digest=digest if owner == side or state == State.OPEN else "",
            is_keyed=digest in keyed,
        )
        for subject, kind, owner, state, digest in parts
    ]


def sides_keyed(*, of: str, kind: str) -> frozenset[str]:
    """Return the sides whose part of this kind, beside an item, is open or has their own key."""
    rows = Document.objects.filter(subject=of, kind=kind)
    is_keyed = Q(state=State.OPEN) | Q(state=State.PROPOSED, signatures__side=F("side"))
    return frozenset(rows.filter(is_keyed).values_list("side", flat=True))


def own_part(side: str, *, of: str, kind: str, state: State) -> Signed | None:
    """Return what this side has, in this state, beside an item: its answer to a question, for one."""
    row = Document.objects.filter(subject=of, kind=kind, side=side, state=state).first()
    return document_of(row) if row else None


def open_parts_of(side: str, *, of: Collection[str], kind: str) -> list[Signed]:
    """Return the open documents of this side that belong to these items, in a fixed order."""
    rows = Document.objects.filter(state=State.OPEN, kind=kind, side=side, subject__in=of)
    return [each for row in rows.order_by("digest") if (each := document_of(row)) is not None]


def open_page(*, kinds: Collection[str], page: int, size: int) -> tuple[list[Signed], bool]:
    """Return one page of what is open of these kinds, newest day first, and whether there is more."""
    start = (page - 1) * size
    rows = Document.objects.filter(state=State.OPEN)
    if len(kinds) == 1:
        rows = rows.filter(kind__in=kinds)
    else:
        # Of several kinds the index of days is gone through until the page is full. Databases would go by the
        # index of kinds, and put everything that is open in order.
        rows = rows.alias(any_kind=Coalesce("kind", Value(""))).filter(any_kind__in=kinds)
    found = list(rows.order_by("-proposed_on", "digest")[start : start + size + 1])
    documents = [each for row in found[:size] if (each := document_of(row)) is not None]
    return documents, len(found) > size


def open_version(item: str) -> Signed | None:
    """Return the item's open document, or None."""
    return open_now([item]).get(item)


def open_versions(items: Collection[str]) -> dict[str, Signed]:
    """Return the open documents of these items, by id. One statement."""
    return open_now(sorted(set(items)))


def states_of(item: str) -> list[State]:
    """Return the states of an item's versions, the last one first."""
    return statements.states_of(item)


def versions_of(item: str) -> list[tuple[State, Signed | None]]:
    """Return every version of an item with its state, the last one first.

    The document is None where this reader cannot open it, or where its words are gone.
    """
    rows = Document.objects.filter(item=item).order_by("-version", "digest")
    return [(State(row.state), document_of(row)) for row in rows]


def version_before(document: Signed) -> Signed | None:
    """Return the version that this document replaces, or None for a first one and for words that are gone."""
    if document.replaces is None:
        return None
    row = Document.objects.filter(digest=document.replaces).first()
    return document_of(row) if row else None

"""A desk's drafts: each is seen by its own side alone. The doctor is given their number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.db.models.functions import Length

from visavis.base.missing import NotFound
from visavis.kinds.installed import installed
from visavis.record import models, statements
from visavis.record.rules import State
from visavis.signing.canonical import canonical_bytes, digest_of
from visavis.signing.document import CHARTER, RECOVERY

from .shelves import Cut, Shelf


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a side is still writing. ``of`` is the item it answers, translates or changes, if any.

    ``seen`` changes with every edit: a form that brings back another one was filled in beside other words.
    """

    item: str
    kind: str
    side: str
    of: str
    shape: str
    body: dict[str, Any]
    base_digest: str
    made_on: date
    until: date | None

    @property
    def seen(self) -> str:
        """A digest of all that an edit can change, 32 hexadecimal digits."""
        until = self.until.isoformat() if self.until else ""
        words = {"kind": self.kind, "body": self.body, "until": until}
        return digest_of(canonical_bytes(words))[:32]


class Kept(NamedTuple):
    """How much lies in the tables that is not public."""

    n_drafts: int
    n_proposed: int
    n_private: int
    n_by_state: Mapping[State, int]
    """How many documents there are with bytes that no reader sees, by their state."""
    n_clear: int
    """How many of those before the desks, or refused, lie in the clear where an envelope should."""


def draft_for(side: str, item: str) -> Draft:
    """Return this side's draft; anyone else's answers as if there were none."""
    row = models.Draft.objects.filter(item=item, side=side).first()
    if row is None:
        raise NotFound
    return draft_of(row)


def drafts_of(side: str, *, kinds: Sequence[str] = ()) -> list[Draft]:
    """Return this side's drafts, oldest first. Without kinds all but the keys for a charter."""
    rows = models.Draft.objects.filter(side=side).order_by("made_on", "item")
    rows = rows.filter(kind__in=list(kinds)) if kinds else rows.exclude(kind=CHARTER)
    return [draft_of(row) for row in rows]


def drafts_shown(side: str, *, page: int = 1) -> Shelf[Draft]:
    """Return one page of this side's drafts, oldest first, without the keys for a charter."""
    rows = models.Draft.objects.filter(side=side).exclude(kind=CHARTER).order_by("made_on", "item")
    ids = list(rows.values_list("id", flat=True))
    cut = Cut.of(len(ids), page)
    return cut.shelf([draft_of(row) for row in rows.filter(id__in=ids[cut.part])] if ids else [])


def items_drafted(side: str, *, of: str) -> frozenset[str]:
    """Return the ids of this side's drafts that answer, translate or change this item."""
    rows = models.Draft.objects.filter(side=side, of=of)
    return frozenset(rows.values_list("item", flat=True))


def draft_of(row: models.Draft) -> Draft:
    return Draft(
        item=row.item,
        kind=row.kind,
        side=row.side,
        of=row.of,
        shape=row.shape,
        body=row.body,
        base_digest=row.base_digest,
        made_on=row.made_on,
        until=row.until,
    )


def n_unpublished() -> dict[State, int]:
    """Return how many documents that are not open have bytes here, by state.

    The first words of an answer and charters that were replaced are public, so they are not counted.
    """
    rows = models.Document.objects.annotate(size=Length("data")).filter(size__gt=0)
    public = Q(state=State.OPEN) | Q(state=State.SUPERSEDED, is_sealed=True, version=1)
    hidden = rows.exclude(public).exclude(kind__in=[CHARTER, RECOVERY])
    found = hidden.values_list("state").annotate(n=Count("digest")).order_by("state")
    return {State(state): n for state, n in found}


def kept() -> Kept:
    """Return how much lies here that is not public, for whoever answers for the disk."""
    waiting = models.Document.objects.filter(state=State.PROPOSED).exclude(data=b"")
    return Kept(
        n_drafts=models.Draft.objects.count(),
        n_proposed=waiting.count(),
        n_by_state=n_unpublished(),
        n_clear=statements.n_clear(),
        n_private=waiting.filter(Q(kind__in=installed().private) | Q(is_sealed=True)).count(),
    )

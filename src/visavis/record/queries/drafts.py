"""A desk's drafts: each is seen by its own side alone. The doctor is given their number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import BinaryField, Count, Q
from django.db.models.functions import Length, Substr

from visavis.base.missing import NotFound
from visavis.kinds.installed import installed
from visavis.record import models
from visavis.record.draft_boxes import Words, about, opened
from visavis.record.rules import State
from visavis.safety.reading import opens
from visavis.signing.canonical import canonical_bytes, digest_of
from visavis.signing.document import CHARTER, RECOVERY

from .shelves import Cut, Shelf

HEAD = 256
"""Bytes of a box in which the wrap for its desk lies: 95 are enough."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a side is still writing. ``of`` is the item it answers, translates or changes, if any.

    ``seen`` changes with every edit: a form that brings back another one was filled in beside other words.
    ``box`` are the sealed bytes that were read: an act takes the place of these and of nothing else.
    """

    item: str
    kind: str
    side: str
    of: str
    shape: str
    body: Mapping[str, Any]
    base_digest: str
    made_on: date
    until: date | None
    has_words_of: bool = False
    box: bytes = field(default=b"", repr=False)

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


class EarlierState(NamedTuple):
    """What a draft was before it was written over, and on which day that was."""

    key: int
    words: Words
    made_on: date


def draft_for(side: str, item: str) -> Draft:
    """Return this side's draft; anyone else's answers as if there were none, and what does not open too."""
    row = models.Draft.objects.filter(item=item, side=side).first()
    draft = draft_of(row) if row else None
    if draft is None:
        raise NotFound
    return draft


def drafts_of(side: str, *, kinds: Sequence[str] = (), of: str | None = None) -> list[Draft]:
    """Return this side's drafts, oldest first. Without kinds all but the keys for a charter."""
    rows = models.Draft.objects.filter(side=side).order_by("made_on", "item")
    rows = rows.filter(kind__in=list(kinds)) if kinds else rows.exclude(kind=CHARTER)
    return opened_of(rows if of is None else rows.filter(of=of))


def drafts_shown(side: str, *, page: int = 1) -> Shelf[Draft]:
    """Return one page of this side's drafts, oldest first, without the keys for a charter.

    Of the others only the heads of their boxes are read, which say whether they open.
    """
    rows = models.Draft.objects.filter(side=side).exclude(kind=CHARTER).order_by("made_on", "item")
    heads = rows.annotate(head=_head()).values_list("id", "item", "head")
    ids = [key for key, item, head in heads if opens(bytes(head or b""), about=about(item, side))]
    cut = Cut.of(len(ids), page)
    return cut.shelf(opened_of(rows.filter(id__in=ids[cut.part])) if ids else [])


def items_drafted(side: str, *, of: str) -> frozenset[str]:
    """Return the ids of this side's drafts that answer, translate or change this item."""
    rows = models.Draft.objects.filter(side=side, of=of)
    return frozenset(rows.values_list("item", flat=True))


def earlier_states(side: str, item: str) -> tuple[Draft, list[EarlierState]]:
    """Return this side's draft, and what it was before, newest first."""
    row = models.Draft.objects.filter(item=item, side=side).first()
    found = opened(bytes(row.body), item=item, side=side) if row else None
    draft = draft_of(row) if row else None
    if row is None or found is None or draft is None:
        raise NotFound
    kept = {each.pk: each for each in row.states.all()}
    states = []
    for key in found.earlier:
        state = kept.get(key)
        before = opened(bytes(state.box), item=item, side=side) if state else None
        if state and before:
            states.append(EarlierState(key, before.words, state.made_on))
    return draft, states


def opened_of(rows: Iterable[models.Draft]) -> list[Draft]:
    """Return those of the rows that this reader can open."""
    return [draft for row in rows if (draft := draft_of(row)) is not None]


def draft_of(row: models.Draft) -> Draft | None:
    box = bytes(row.body)
    found = opened(box, item=row.item, side=row.side)
    if found is None:
        return None
    return Draft(
        item=row.item,
        kind=row.kind,
        side=row.side,
        of=row.of,
        shape=found.words.shape,
        body=found.words.body,
        base_digest=row.base_digest,
        made_on=row.made_on,
        until=found.words.until,
        has_words_of=row.has_words_of,
        box=box,
    )


def _head() -> Any:  # the checker takes it for text
    return Substr("body", 1, HEAD, output_field=BinaryField())


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
    """Return how much lies here that is not public, for the one who answers for the disk."""
    waiting = models.Document.objects.filter(state=State.PROPOSED).exclude(data=b"")
    return Kept(
        n_drafts=models.Draft.objects.count(),
        n_proposed=waiting.count(),
        n_by_state=n_unpublished(),
        n_private=waiting.filter(Q(kind__in=installed().private) | Q(is_sealed=True)).count(),
    )

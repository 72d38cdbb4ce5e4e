"""Open documents: the only door from the engine to the press.

Every document that leaves here has been judged again from its bytes (`verified`): digest, charter,
keys, condition of release. The state column only says where to look. A row that somebody wrote into
the table is looked at, judged, and left out.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q

from visavis.safety.transactions import act
from visavis.signing.canonical import Digest
from visavis.signing.document import BadDocumentError, Document

from . import models
from .batches import batches
from .chain import (
    Link,
    chained,
    charter_and_recoveries,
    charter_chain,
    charter_in_force,
    current_charter,
    recoveries_under_way,
    recovery_before,
    sides_missing_on_charter,
    why_not_recovery,
)
from .rules import State
from .verified import of_newer_versions, open_subject, open_together, subject_from

__all__ = [
    "ChangedSubjects",
    "Link",
    "below",
    "chained",
    "changed",
    "charter_and_recoveries",
    "charter_chain",
    "charter_in_force",
    "current_charter",
    "forget_changed",
    "is_edition_asked_for",
    "n_of_earlier_formats",
    "of_newer_versions",
    "on_lists_of_sources",
    "open_digests",
    "open_items",
    "open_kinds",
    "open_subject",
    "open_subjects",
    "open_together",
    "recoveries_under_way",
    "recovery_before",
    "sides_missing_on_charter",
    "subject_from",
    "unread_by_shape",
    "why_not_recovery",
]


_IS_OPEN = Q(document__state=State.OPEN, document__item=F("document__subject"))
"""That the document of a row is open, and has a page of its own."""

EARLIER_FORMAT = b'"format":"visavis-document-1"'


@dataclass(frozen=True)
class ChangedSubjects:
    """What changed since the last edition, and which rows of the list say so."""

    subjects: frozenset[str]
    rows: tuple[int, ...] = ()


def n_of_earlier_formats() -> int:
    """Return how many documents bear a format from before the first release: nothing reads them any more.

    Cost: every document is read once; no column but its bytes is asked for.
    """
    rows = models.Document.objects.values_list("data", flat=True)
    return sum(EARLIER_FORMAT in bytes(data) for data in rows.iterator(chunk_size=500))


def unread_by_shape(read: Callable[[Document], object | None]) -> Mapping[tuple[str, str], int]:
    """Return how many open documents of each kind and shape ``read`` can make nothing of: for `doctor`.

    Cost: the bytes of every open document are read once; no signature is checked.
    """
    found: Counter[tuple[str, str]] = Counter()
    rows = models.Document.objects.filter(state=State.OPEN).values_list("data", flat=True)
    for data in rows.iterator(chunk_size=500):
        with suppress(BadDocumentError):  # of another version, or no document: counted elsewhere
            document = Document.from_bytes(bytes(data))
            if read(document) is None:
                found[document.kind, document.shape] += 1
    return dict(sorted(found.items()))


def open_subjects(*, kinds: Collection[str]) -> Iterator[str]:
    """Yield the id of every subject of these kinds that has an open document, in a fixed order."""
    rows = models.Document.objects.filter(state=State.OPEN, kind__in=list(kinds)).order_by(
        "subject"
    )
    yield from rows.values_list("subject", flat=True).distinct().iterator(chunk_size=5_000)


def changed() -> ChangedSubjects:
    """Return the subjects that changed since `forget_changed` was last called, and all that show them."""
    rows = list(models.Changed.objects.order_by("pk").values_list("pk", "subject"))
    subjects = {subject for _, subject in rows}
    return ChangedSubjects(
        subjects=frozenset(subjects | _where_shown(subjects)), rows=tuple(key for key, _ in rows)
    )


def _where_shown(changed: Collection[str]) -> set[str]:
    """Return the subjects on which one of these is named, and what those or these are shown below."""
    found = set[str]()
    for some in batches(changed):
        naming = models.Named.objects.filter(item__in=some, document__state=State.OPEN)
        found.update(naming.values_list("document__subject", flat=True))
    for some in batches({*changed, *found}):
        above = models.Named.objects.filter(document__subject__in=some, is_below=True)
        found.update(above.values_list("item", flat=True))
    return found


def is_edition_asked_for() -> bool:
    """Return whether a desk has asked for an edition at once, and none has come out since."""
    return models.Changed.objects.filter(is_urgent=True).exists()


@act
def forget_changed(rows: Collection[int]) -> None:
    """Take the rows off the list that an edition has now shown; what came meanwhile stays."""
    for some in batches(rows):
        models.Changed.objects.filter(pk__in=some).delete()


def below(items: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return which open items are shown below each of these, by id; only those that have some."""
    found: dict[str, set[str]] = defaultdict(set)
    for some in batches(items):
        rows = models.Named.objects.filter(_IS_OPEN, item__in=some, is_below=True)
        for item, above in rows.values_list("document__item", "item"):
            found[above].add(item)
    return {item: tuple(sorted(found[item])) for item in sorted(found)}


def on_lists_of_sources(
    *, kinds: Collection[str], among: Collection[str] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield items with each item on whose own list they are, the oldest first: see `PublicPage.is_on_source`.

    Those are the open items of these kinds that are below no other, with what they were made from. After
    them what is not open any more while one of these kinds is shown below it. ``among``: these items alone.
    """
    names = models.Named.objects.filter(is_below=True)
    rows = models.MadeFrom.objects.filter(_IS_OPEN, document__kind__in=list(kinds))
    first = rows.filter(~Exists(names.filter(document=OuterRef("document"))))
    is_there = models.Document.objects.filter(
        state=State.OPEN, item=OuterRef("item"), subject=OuterRef("item")
    )
    hidden = names.filter(~Exists(is_there), _IS_OPEN, document__kind__in=list(kinds))
    columns = ("document__proposed_on", "document__item", "item")
    above = ("document__proposed_on", "item", "document__made_from__item")
    if among is None:
        in_order = first.order_by(*columns).values_list(*columns)
        yield from ((source, item) for _, item, source in in_order.iterator(chunk_size=5_000))
        found = list(hidden.values_list(*above))
    else:
        first_ones = [
            row
            for some in batches(among)
            for row in first.filter(document__item__in=some).values_list(*columns)
        ]
        yield from ((source, item) for _, item, source in sorted(first_ones))
        found = [
            row
            for some in batches(among)
            for row in hidden.filter(item__in=some).values_list(*above)
        ]
    yield from dict.fromkeys((source, item) for _, item, source in sorted(found) if source)


def open_digests(kind: str, *, most: int) -> dict[str, Digest]:
    """Return the digests of the open items of a kind, by their ids, the oldest first. One query.

    Nothing is judged: who goes by it asks `open_together` of each digest once.
    """
    rows = models.Document.objects.filter(state=State.OPEN, kind=kind, item=F("subject"))
    found = rows.order_by("proposed_on", "subject").values_list("subject", "digest")[:most]
    return {item: Digest(digest) for item, digest in found}


def open_kinds(items: Collection[str]) -> frozenset[str]:
    """Return the kinds of those of these items that are open."""
    rows = models.Document.objects.filter(state=State.OPEN, item=F("subject"))
    return frozenset(
        kind
        for some in batches(items)
        for kind in rows.filter(subject__in=some).values_list("kind", flat=True).distinct()
    )


def open_items(*, kinds: Collection[str], among: Collection[str] | None = None) -> Iterator[str]:
    """Yield the ids of the open items of these kinds, the oldest first.

    Without ``among`` every open document is looked at; with it, these items alone.
    """
    rows = models.Document.objects.filter(state=State.OPEN, kind__in=list(kinds), item=F("subject"))
    if among is None:
        in_order = rows.order_by("proposed_on", "subject")
        yield from in_order.values_list("subject", flat=True).iterator(chunk_size=5_000)
        return
    found = [
        row
        for some in batches(among)
        for row in rows.filter(subject__in=some).values_list("proposed_on", "subject")
    ]
    yield from (subject for _, subject in sorted(found))

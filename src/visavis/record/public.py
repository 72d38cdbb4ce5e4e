"""Open documents: the only door from the engine to the press.

Every document that leaves here has been judged again from its bytes (`verified`): digest, charter,
keys, condition of release. The state column only says where to look. A row that somebody wrote into
the table is looked at, judged, and left out.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from django.db.models import F

from visavis.safety.transactions import act
from visavis.signing.document import BadDocumentError, Document

from . import models
from .batches import batches
from .chain import (
    Link,
    chained,
    charter_chain,
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
    "chained",
    "changed",
    "charter_chain",
    "current_charter",
    "forget_changed",
    "is_edition_asked_for",
    "n_of_earlier_formats",
    "of_newer_versions",
    "open_items",
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
    """Return the subjects that changed since `forget_changed` was last called."""
    rows = list(models.Changed.objects.order_by("pk").values_list("pk", "subject"))
    return ChangedSubjects(
        subjects=frozenset(subject for _, subject in rows), rows=tuple(key for key, _ in rows)
    )


def is_edition_asked_for() -> bool:
    """Return whether a desk has asked for an edition at once, and none has come out since."""
    return models.Changed.objects.filter(is_urgent=True).exists()


@act
def forget_changed(rows: Collection[int]) -> None:
    """Take the rows off the list that an edition has now shown; what came meanwhile stays."""
    for some in batches(rows):
        models.Changed.objects.filter(pk__in=some).delete()


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

"""Open documents: the only door from the engine to the press.

Every document that leaves here has been judged again from its bytes (`verified`): digest, charter,
keys, condition of release. The state column only says where to look. A row that somebody wrote into
the table is looked at, judged, and left out.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import F

from visavis.signing.document import Kind

from . import models
from .batches import batches
from .rules import State
from .verified import (
    chained,
    charter_chain,
    current_charter,
    open_subject,
    open_together,
    sides_missing_on_charter,
    subject_from,
)

__all__ = [
    "TouchedSubjects",
    "chained",
    "charter_chain",
    "current_charter",
    "forget_touched",
    "open_subject",
    "open_subjects",
    "open_together",
    "place_of",
    "places_on",
    "sides_missing_on_charter",
    "subject_from",
    "subjects_at",
    "subjects_without_place",
    "touched",
]


@dataclass(frozen=True)
class TouchedSubjects:
    """What changed since the last edition, and how far the list was read."""

    subjects: frozenset[str]
    upto: int


def open_subjects(*, kinds: Collection[Kind]) -> Iterator[str]:
    """Yield the id of every subject of these kinds that has an open document, in a fixed order."""
    rows = models.Document.objects.filter(
        state=State.OPEN, kind__in=[kind.value for kind in kinds]
    ).order_by("subject")
    yield from rows.values_list("subject", flat=True).distinct().iterator(chunk_size=5_000)


def touched() -> TouchedSubjects:
    """Return the subjects that changed since `forget_touched` was last called."""
    rows = list(models.Touched.objects.order_by("pk").values_list("pk", "subject"))
    return TouchedSubjects(
        subjects=frozenset(subject for _, subject in rows),
        upto=rows[-1][0] if rows else 0,
    )


def forget_touched(upto: int) -> None:
    """Take the subjects off the list that an edition has now shown."""
    models.Touched.objects.filter(pk__lte=upto).delete()


def place_of(subject: str) -> int | None:
    """Return the subject's number on its shelf, from 0, or None before it was first shown."""
    return models.Place.objects.filter(subject=subject).values_list("number", flat=True).first()


def subjects_without_place(
    *, kinds: Collection[Kind], among: Collection[str] | None = None
) -> list[str]:
    """Return the subjects of these kinds that are open and have no place yet, oldest first.

    Without ``among`` every open document is looked at; with it, these subjects alone.
    """
    rows = models.Document.objects.filter(
        state=State.OPEN, kind__in=[kind.value for kind in kinds], item=F("subject")
    ).exclude(subject__in=models.Place.objects.values("subject"))
    if among is None:
        return list(rows.order_by("proposed_on", "subject").values_list("subject", flat=True))
    found = [
        row
        for some in batches(among)
        for row in rows.filter(subject__in=some).values_list("proposed_on", "subject")
    ]
    return [subject for _, subject in sorted(found)]


def subjects_at(shelf: str, *, first: int, last: int) -> list[tuple[int, str]]:
    """Return (number, subject) for the places ``first`` to ``last`` of a shelf, both included."""
    places = models.Place.objects.filter(shelf=shelf, number__range=(first, last))
    return list(places.order_by("number").values_list("number", "subject"))


def places_on(shelf: str) -> int:
    """Return how many places a shelf has given out."""
    last = models.Place.objects.filter(shelf=shelf).order_by("-number").first()
    return last.number + 1 if last else 0

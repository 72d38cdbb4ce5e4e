"""Open documents: the only door from the engine to the press.

Every document that leaves here has been judged again from its bytes: digest, charter, keys, condition
of release. The state column only says where to look. A row that somebody wrote into the table is
looked at, judged, and left out.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from visavis.base.data import closings_directory
from visavis.signing.canonical import Digest, digest_of
from visavis.signing.charter import (
    Charter,
    Key,
    sides_that_signed,
    why_not_first_charter,
    why_not_succeed,
)
from visavis.signing.document import BadDocumentError, Document, Kind
from visavis.signing.policy import why_not_open, why_sealed

from . import models
from .closings import closed_for_good
from .rules import State


@dataclass(frozen=True)
class OpenDocument:
    """A document with the keys that open it."""

    document: Document
    keys: tuple[Key, ...]

    @property
    def digest(self) -> Digest:
        return self.document.digest


@dataclass(frozen=True)
class TouchedSubjects:
    """What changed since the last edition, and how far the list was read."""

    subjects: frozenset[str]
    upto: int


def charter_chain(*, on: date | None = None) -> tuple[OpenDocument, ...]:
    """Return the charters that follow rightly from the first, oldest first; empty before there is one."""
    today = on or timezone.now().date()
    rows = models.Document.objects.filter(
        kind=Kind.CHARTER.value, state__in=[State.OPEN, State.SUPERSEDED]
    ).order_by("version")
    chain: list[OpenDocument] = []
    before: Charter | None = None
    for row in rows.prefetch_related("keys"):
        found = _read(row)
        if found is None:
            continue
        try:
            charter = Charter.from_document(found.document)
        except BadDocumentError:
            continue
        if before is None:
            fault = why_not_first_charter(charter, found.keys)
        else:
            fault = why_not_succeed(before, charter, found.keys, on=today)
        if fault is None:
            chain.append(found)
            before = charter
    return tuple(chain)


def current_charter(*, on: date | None = None) -> Charter | None:
    """Return the charter in force, or None before every side has signed the first."""
    chain = charter_chain(on=on)
    return Charter.from_document(chain[-1].document) if chain else None


def charter_keys_missing(document: Document, keys: Collection[Key], *, on: date) -> frozenset[str]:
    """Return the sides that a proposed charter still waits for: those it names and those before it."""
    proposed, before = Charter.from_document(document), current_charter(on=on)
    missing = frozenset(proposed.side_codes) - sides_that_signed(proposed, document.digest, keys)
    if before is not None:
        missing |= frozenset(before.side_codes) - sides_that_signed(before, document.digest, keys)
    return missing


def open_subject(subject: str, *, charter: Charter | None = None) -> tuple[OpenDocument, ...]:
    """Return every open document shown on this subject's page, the subject's own first.

    Of several open versions of one item only the highest counts. Cost: one query for documents, one
    for keys, one signature check for each key.
    """
    charter = charter or current_charter()
    if charter is None:
        return ()
    rows = models.Document.objects.filter(subject=subject, state=State.OPEN)
    found = [
        each
        for each in map(_read, rows.prefetch_related("keys"))
        if each is not None
        and each.document.subject == subject
        and why_not_open(each.document, each.keys, charter=charter) is None
        and not _is_closed_for_good(each, charter)
    ]
    newest = {each.document.id: each for each in sorted(found, key=lambda e: e.document.version)}
    root = newest.get(subject)
    if root is None:
        return ()
    note = next((e for e in newest.values() if e.document.kind is Kind.RELEASE), None)
    parts = sorted(
        (
            each
            for each in newest.values()
            if each is not root
            and not why_sealed(
                each.document,
                charter=charter,
                question=root.document,
                note=note.document if note else None,
                note_keys=note.keys if note else (),
            )
        ),
        key=lambda each: each.document.id,
    )
    return (root, *parts)


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


def subjects_at(shelf: str, *, first: int, last: int) -> list[tuple[int, str]]:
    """Return (number, subject) for the places ``first`` to ``last`` of a shelf, both included."""
    places = models.Place.objects.filter(shelf=shelf, number__range=(first, last))
    return list(places.order_by("number").values_list("number", "subject"))


def places_on(shelf: str) -> int:
    """Return how many places a shelf has given out."""
    last = models.Place.objects.filter(shelf=shelf).order_by("-number").first()
    return last.number + 1 if last else 0


def _read(row: models.Document) -> OpenDocument | None:
    data = bytes(row.data)
    if digest_of(data) != row.digest:
        return None
    try:
        document = Document.from_bytes(data)
    except BadDocumentError:
        return None
    keys = tuple(
        sorted(
            (Key(key.side, key.public_key, key.signature) for key in row.keys.all()),
            key=lambda key: (key.side, key.public_key),
        )
    )
    return OpenDocument(document=document, keys=keys)


def _is_closed_for_good(found: OpenDocument, charter: Charter) -> bool:
    if not (closings_directory() / f"{found.digest}.json").exists():
        return False
    return found.digest in set(closed_for_good(charter))

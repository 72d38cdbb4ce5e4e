"""Documents judged again from their bytes: what no row in a table can talk its way past.

A row says where to look. Whether it opens is asked of the bytes, the charter (`chain`) and the signatures,
each time. What is closed for good lies outside the database (`closings`), because somebody who writes into
the database could write that too.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from django.db.models import Q

from visavis.signing.charter import RELEASE_KEY, Charter, Opens, Signature, keys_that_count
from visavis.signing.document import (
    RELEASE_NOTE,
    BadDocumentError,
    Document,
    NewerDocumentError,
)
from visavis.signing.policy import why_not_open, why_sealed
from visavis.signing.seats import seats_named
from visavis.signing.signed import SignedDocument

from . import closings, models
from .chain import charters_that_closed, current_charter
from .owners import said_owners
from .rules import State
from .stored import named_by, read, read_bytes, signatures_of, true_signatures


def open_subject(subject: str, *, charter: Charter | None = None) -> tuple[SignedDocument, ...]:
    """Return every open document shown on this subject's page, the subject's own first.

    Of several open versions of one item only the highest counts. Cost: one query for documents, one
    for signatures, one check for each of them.
    """
    return open_together([subject], charter=charter)[subject]


def open_together(
    subjects: Collection[str], *, charter: Charter | None = None
) -> dict[str, tuple[SignedDocument, ...]]:
    """Return `open_subject` of each of these, a page of a list or so, for the same two queries."""
    charter = charter or current_charter()
    if charter is None:
        return dict.fromkeys(subjects, ())
    # A row with a note of closing beside it is not open, whatever its state column was made to say.
    is_first = Q(state=State.SUPERSEDED, is_sealed=True)
    rows = models.Document.objects.filter(
        Q(state=State.OPEN) | is_first, subject__in=subjects, closings__isnull=True
    ).prefetch_related("signatures")
    by_subject: dict[str, list[SignedDocument]] = {subject: [] for subject in subjects}
    replaced = set[str]()
    for row in rows:
        found = read(row)
        if found is not None and not _is_closed_for_good(found):
            by_subject[row.subject].append(found)
            replaced |= {row.digest} if row.state == State.SUPERSEDED else set()
    return {
        subject: _without_newest(
            subject_from(found, subject=subject, charter=charter), among=replaced
        )
        for subject, found in by_subject.items()
    }


def _without_newest(
    documents: tuple[SignedDocument, ...], *, among: Collection[str]
) -> tuple[SignedDocument, ...]:
    """Leave out what was replaced by something that is not here: it is shown beside that, or not at all."""
    newest = {
        each.document.id: each.digest for each in documents
    }  # of an item the last version comes last
    return tuple(
        each
        for each in documents
        if each.digest not in among or newest[each.document.id] != each.digest
    )


def subject_from(
    documents: Iterable[SignedDocument], *, subject: str, charter: Charter
) -> tuple[SignedDocument, ...]:
    """Return which of these, each judged from its bytes, a subject's page shows, its own first.

    Of an item the newest version, and of an answer also the one that the release note let out first.
    """
    found = [
        each
        for each in (_opened(each, charter=charter) for each in documents)
        if each is not None and each.document.subject == subject
    ]
    newest = {each.document.id: each for each in sorted(found, key=lambda e: e.document.version)}
    root = newest.get(subject)
    # What is a part, or sealed until something else is there, is never itself the page.
    if root is None or root.document.part_of is not None or root.document.seal is not None:
        return ()
    note = next((e for e in newest.values() if e.document.kind == RELEASE_NOTE), None)
    parts = sorted(
        (
            each
            for each in found
            if (each is newest[each.document.id] or _is_first(each, note))
            and each is not root
            and not _is_sealed(each, charter=charter, question=root, note=note)
        ),
        key=lambda each: (each.document.id, each.document.version),
    )
    return (root, *parts)


def _is_first(each: SignedDocument, note: SignedDocument | None) -> bool:
    """Whether these are the words in which an answer was released, whatever has taken their place since."""
    if each.document.seal is None or note is None:
        return False
    return each.digest in {digest for _, digest, _ in seats_named(note.document)}


def judged(row: models.Document, words: bytes, *, charter: Charter) -> SignedDocument | None:
    """Return the document of these bytes with the row's signatures, if they open it, or None.

    Its seal is not asked here.
    """
    found = read_bytes(row.digest, words, signatures_of(row))
    return None if found is None else _opened(found, charter=charter)


def _opened(found: SignedDocument, *, charter: Charter) -> SignedDocument | None:
    document = found.document
    signatures = _signatures_that_count(found, charter=charter)
    refusal = why_not_open(document, signatures, charter=charter)
    return None if refusal else SignedDocument(document=document, signatures=signatures)


def of_newer_versions() -> Counter[tuple[str, str]]:
    """Count by kind and format what is open but was written by a newer version: it is not shown here."""
    found: Counter[tuple[str, str]] = Counter()
    rows = models.Document.objects.filter(state=State.OPEN).values_list("kind", "data")
    for kind, data in rows.iterator():
        try:
            Document.from_bytes(bytes(data))
        except NewerDocumentError as error:
            found[kind, error.format] += 1
        except BadDocumentError:
            continue
    return found


def _signatures_that_count(found: SignedDocument, *, charter: Charter) -> tuple[Signature, ...]:
    """Return the signatures of this charter's keys, under the names that the charter gives them.

    What else a row holds, a false name or a signature by nobody, would be published with the document.
    """
    document = found.document
    holders = {
        key.hex: side.code for side in charter.sides for key in keys_that_count(side, found.digest)
    }
    holders[charter.release_key.hex] = RELEASE_KEY
    named = tuple(each for each in found.signatures if each.public_key in holders)
    needs_all = charter.opens(document.kind) is Opens.EVERY_SIDE and document.standing.is_joint
    if len(named) <= (len(charter.sides) if needs_all else 1):
        # No more than it takes to open: if one of them is false, the document does not open at all.
        return named_by(named, holders)
    return true_signatures(found, holders)


def _is_sealed(
    part: SignedDocument, *, charter: Charter, question: SignedDocument, note: SignedDocument | None
) -> bool:
    refusal = why_sealed(
        part.document,
        charter=charter,
        question=question.document,
        note=note.document if note else None,
        note_signatures=note.signatures if note else (),
    )
    return refusal is not None


def _is_closed_for_good(found: SignedDocument) -> bool:
    return closings.is_noted(found.digest) and closings.is_closed_for_good(
        found,
        charter=current_charter(),
        charters=charters_that_closed(),
        owners=said_owners(found.document),
    )

"""May these bytes be shown? The one question that press and verifier ask, answered from bytes alone.

1. A document belongs to this site. A kind that the charter does not list needs a key of every side, and
   is never shown alone.
2. A joint document of an *every-side* kind needs a key of every side of the charter.
3. Silence is no veto: such a document may stand alone under one side's key, if its bytes say on which
   day the other was asked and bear a day at least the waiting time later. Never a charter. A chair is
   left empty so only if the others were asked for it after the last day of the seats.
4. An *own-side* kind needs the key of the side whose words it is; *any-side*, the key of one side;
   a computed kind, the release key. Whose words a document of any kind says it is, that side's key
   must be among them: nobody's words are opened by others alone, and the side must be one of the charter's.
5. A document with a seal needs the question that it names, open and in the words that it names, and the
   release note that shows the seal fulfilled: a note, signed with the release key, that names for each
   seat the answer that filled it, with that side's own signature for this seat. Or the question leaves
   the chair empty.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Protocol

from .charter import (
    RELEASE_KEY,
    Charter,
    Opens,
    Signature,
    has_release_key_signed,
    sides_that_signed,
)
from .document import CHARTER, RECOVERY, RELEASE_NOTE, Document, Standing
from .seats import filled_seats


class OpenRefusal(StrEnum):
    """Why these bytes, with these signatures, may not be shown."""

    ANOTHER_SITE = "of another site"
    KEYS_MISSING = "keys are missing"
    NEVER_ALONE = "this can never stand alone"
    STILL_WAITING = "the waiting time has not passed"
    NO_SIDE = "no side of the charter"
    SEALED = "sealed until every seat is filled"
    CHARTER = "a charter or a recovery is judged by the charter before it"


class OfAKind(Protocol):
    """What has a kind: a document, or a row that says of what kind it is."""

    @property
    def kind(self) -> str: ...


class Asking(OfAKind, Protocol):
    """What says whose keys it asks for: a document, or a row that tells as much of one."""

    @property
    def side(self) -> str | None: ...

    @property
    def standing(self) -> Standing: ...


def why_not_open(
    document: Document, signatures: Collection[Signature], *, charter: Charter
) -> OpenRefusal | None:
    """Return why ``document`` may not be shown on its signatures alone, or None. Its seal: `why_sealed`."""
    signed = who_signed(document, signatures, charter=charter)
    return why_not_open_by(document, signed, charter=charter)


def sides_missing(
    document: Document, signatures: Collection[Signature], *, charter: Charter
) -> frozenset[str]:
    """Return the sides whose keys are still asked for; for *any-side* kinds all of them, or none.

    The release key is no side's: of a computed kind nobody is missing.
    """
    return missing_beside(
        who_signed(document, signatures, charter=charter), document, charter=charter
    )


def who_signed(
    document: Document, signatures: Collection[Signature], *, charter: Charter
) -> frozenset[str]:
    """Return the sides whose keys stand under these bytes, and ``release`` if the release key does.

    Cost: one check for each signature by a key that counts.
    """
    signed = sides_that_signed(charter, document.digest, signatures)
    by_release_key = has_release_key_signed(charter, document.digest, signatures)
    return signed | {RELEASE_KEY} if by_release_key else signed


def why_not_open_by(
    document: Document, signed: Collection[str], *, charter: Charter
) -> OpenRefusal | None:
    """Answer `why_not_open` for ``signed``, those whose signatures have been checked: `who_signed`."""
    if document.site != charter.site:
        return OpenRefusal.ANOTHER_SITE
    if document.kind in {CHARTER, RECOVERY}:
        return OpenRefusal.CHARTER
    opens = charter.opens(document.kind)
    if document.side is not None and document.side not in charter.side_codes:
        return OpenRefusal.NO_SIDE
    missing = missing_beside(signed, document, charter=charter)
    if not document.standing.is_joint:
        return _why_not_alone(document, missing, charter=charter)
    if opens is Opens.RELEASE_KEY and RELEASE_KEY not in signed:
        return OpenRefusal.KEYS_MISSING
    if opens is Opens.OWN_SIDE and document.side is None:
        return OpenRefusal.NO_SIDE
    return OpenRefusal.KEYS_MISSING if missing else None


def missing_beside(
    signed: Collection[str], document: Asking, *, charter: Charter
) -> frozenset[str]:
    """Answer `sides_missing` for ``signed``, those whose signatures have been checked: `who_signed`."""
    opens, every = charter.opens(document.kind), frozenset(charter.side_codes)
    signed = every.intersection(
        signed
    )  # the release key is nobody's, whatever a document calls its side
    whose = frozenset({document.side}) if document.side else frozenset[str]()
    if not document.standing.is_joint:
        return (whose | {document.standing.side or ""}).difference(signed)
    if opens is Opens.EVERY_SIDE:
        return every.difference(signed)
    if opens is Opens.OWN_SIDE:
        return frozenset({document.side or ""}).difference(signed)
    if opens is Opens.ANY_SIDE and not whose:
        return every if every.isdisjoint(signed) else frozenset()
    return whose.difference(signed)


def why_not_stand_alone(document: OfAKind, *, charter: Charter) -> OpenRefusal | None:
    """Return why this may never be one side's alone, however long the other is silent, or None."""
    is_listed = charter.policy.get(document.kind) is Opens.EVERY_SIDE
    if not is_listed or document.kind == CHARTER:
        return OpenRefusal.NEVER_ALONE
    return None


def why_sealed(
    document: Document,
    *,
    charter: Charter,
    question: Document | None,
    note: Document | None,
    note_signatures: Collection[Signature] = (),
) -> OpenRefusal | None:
    """Return why the seal inside the document's own bytes still holds, or None.

    ``question`` is the open question that the seal names, ``note`` the open release note made
    from it, with its signatures.
    """
    seal = document.seal
    if seal is None:
        return None
    if (
        question is None
        or note is None
        or not _is_note_of(note, question, note_signatures, charter=charter)
    ):
        return OpenRefusal.SEALED
    seats = question.seats
    if seats is None or question.id != seal.question or question.words != seal.words:
        return OpenRefusal.SEALED
    filled = filled_seats(note, charter=charter)
    if document.side is None or filled.get(document.side) != document.id:
        return OpenRefusal.SEALED
    if set(seats.sides) != set(seal.seats) or not set(seal.seats) <= {*filled, *seats.empty}:
        return OpenRefusal.SEALED
    return None


def _why_not_alone(
    document: Document, missing: Collection[str], *, charter: Charter
) -> OpenRefusal | None:
    refusal = why_not_stand_alone(document, charter=charter)
    if refusal:
        return refusal
    standing = document.standing
    if standing.side not in charter.side_codes or standing.asked_on is None:
        return OpenRefusal.NO_SIDE
    if (document.day - standing.asked_on).days < charter.waiting.days_for(document.kind):
        return OpenRefusal.STILL_WAITING
    seats = document.seats
    if seats is not None and seats.empty and standing.asked_on <= seats.until:
        return OpenRefusal.STILL_WAITING
    return OpenRefusal.KEYS_MISSING if missing else None


def _is_note_of(
    note: Document, question: Document, signatures: Collection[Signature], *, charter: Charter
) -> bool:
    is_about = note.kind == RELEASE_NOTE and note.part_of == question.id
    return is_about and why_not_open(note, signatures, charter=charter) is None

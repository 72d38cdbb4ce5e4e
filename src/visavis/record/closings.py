"""Signed notes of final closings, as files beside the database.

A final closing destroys body and salt. A backup from the day before still has both; so the notes lie
apart from the database, where a newer copy of them can be kept beside an older backup, and whatever they
name is destroyed again before anything is shown. A note says nothing of the words: it bears the digest
of bytes that are gone.

A closing is judged by its notes alone, with one exception: whose words they were. Whoever closes signs
that too, and could sign it falsely; so wherever the bytes are at hand they are asked.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

from visavis.base.data import closings_directory, write_private
from visavis.signing.canonical import (
    Digest,
    NotCanonicalError,
    canonical_bytes,
    digest_of,
    is_digest,
    parse,
)
from visavis.signing.charter import Charter
from visavis.signing.document import Document
from visavis.signing.keys import Purpose

from .rules import are_one_closing, is_closing_final

FORMAT = "visavis-closing-1"
LARGEST_FILE = 4 * 1024 * 1024
"""Of notes that are kept elsewhere: no more of it is read."""


@dataclass(frozen=True)
class SignedNote:
    """A note's canonical bytes and the closing side's signature over their digest."""

    note: bytes
    public_key: str
    signature: str

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read what `as_json` has written; raise KeyError, TypeError or NotCanonicalError for the rest."""
        note, key, signature = value["note"], value["public_key"], value["signature"]
        if len(value) != 3 or not isinstance(note, dict):
            raise TypeError("not the fields of a signed note")
        if not isinstance(key, str) or not isinstance(signature, str):
            raise TypeError("a key or a signature that is no text")
        return cls(note=canonical_bytes(note), public_key=key, signature=signature)

    def as_json(self) -> dict[str, Any]:
        return {
            "note": parse(self.note),
            "public_key": self.public_key,
            "signature": self.signature,
        }


@dataclass(frozen=True)
class FinalClosing:
    """What the notes of one final closing say together. ``owner`` is what its signers say it is."""

    item: str
    digest: Digest
    owner: str | None
    notes: tuple[SignedNote, ...]

    @property
    def sides(self) -> frozenset[str]:
        return frozenset(parse(each.note)["side"] for each in self.notes)

    def is_of(self, document: Document, *, owners: Collection[str | None]) -> bool:
        """Whether this closes just these bytes, and tells truly whose words they are: see `owners`."""
        named = (document.id, document.digest)
        return (self.item, self.digest) == named and self.owner in owners


def closing_note(document: Document, *, side: str, today: date, owner: str | None) -> bytes:
    """Return the bytes that a side signs to close this document's item."""
    return canonical_bytes(
        {
            "format": FORMAT,
            "site": document.site,
            "item": document.id,
            "digest": document.digest,
            "owner": owner,
            "side": side,
            "day": today.isoformat(),
        }
    )


def is_signed(note: SignedNote, *, charter: Charter) -> bool:
    """Return whether the side that the note names has signed it with a key of this charter."""
    try:
        value = parse(note.note)
        side = charter.side(value["side"])
    except (NotCanonicalError, KeyError, TypeError):
        return False
    if side is None or value.get("format") != FORMAT or value.get("site") != charter.site:
        return False
    holders = [key for key in (side.public_key, *side.former_keys) if key.hex == note.public_key]
    digest = digest_of(note.note)
    return any(
        key.has_signed(digest, purpose=Purpose.CLOSING, signature=note.signature) for key in holders
    )


def final_closing(
    notes: Iterable[SignedNote], *, charters: Collection[Charter]
) -> FinalClosing | None:
    """Return the final closing that these notes are together, or None.

    Each must be rightly signed, all about the same bytes; by the words' own side, or by two sides within
    the time in which one may join the other. ``charters`` are all whose sides may have closed something.
    """
    signed = tuple(notes)
    if not all(any(is_signed(each, charter=charter) for charter in charters) for each in signed):
        return None
    said = [parse(each.note) for each in signed]
    try:
        about = {(each["item"], each["digest"], each["owner"]) for each in said}
        days = [(each["side"], date.fromisoformat(each["day"])) for each in said]
    except (KeyError, TypeError, ValueError):
        return None
    if len(about) != 1 or not all(is_digest(digest) for _, digest, _ in about):
        return None
    item, digest, owner = about.pop()
    hours = max(charter.waiting.reopen_hours for charter in charters)
    together = [({side}, day, day) for side, day in days] + [
        ({side, other}, day, then) for side, day in days for other, then in days
    ]
    is_final = any(
        is_closing_final(owner=owner, closed_by=sides)
        and are_one_closing(day, then, reopen_hours=hours)
        for sides, day, then in together
    )
    return FinalClosing(item=item, digest=digest, owner=owner, notes=signed) if is_final else None


def keep_final(digest: str, notes: Sequence[SignedNote]) -> None:
    """Write down that this digest is closed for good. Kept outside the database on purpose.

    What is written down of it already stays: a false note that came first keeps no true one out.
    """
    every = dict.fromkeys((*notes_of(digest), *notes))
    content = canonical_bytes({"digest": digest, "notes": [note.as_json() for note in every]})
    write_private(_file(digest), content)


def is_noted(digest: str) -> bool:
    """Return whether there is a note of this digest at all, rightly signed or not."""
    return _file(digest).exists()


def noted() -> list[str]:
    """Return every digest of which there is a note, rightly signed or not."""
    directory = closings_directory()
    files = sorted(directory.glob("*.json")) if directory.is_dir() else ()
    return [file.stem for file in files if is_digest(file.stem)]


def notes_of(digest: str) -> tuple[SignedNote, ...]:
    """Return the notes that are written down under this digest, unchecked; none for a damaged file."""
    try:
        content = parse(_file(digest).read_bytes())
        if content["digest"] != digest:
            return ()
        return tuple(SignedNote.from_json(note) for note in content["notes"])
    except (OSError, NotCanonicalError, KeyError, TypeError):
        return ()


def closing_that_names(digest: str, *, charters: Collection[Charter]) -> list[FinalClosing]:
    """Return the final closings whose own notes name this digest, rightly signed.

    Of several one may lie about whose words they were: whoever has the bytes asks `FinalClosing.is_of`.
    """
    named: dict[tuple[str, str | None], list[SignedNote]] = {}
    for note in notes_of(digest):
        said = parse(note.note)
        is_true = any(is_signed(note, charter=charter) for charter in charters)
        if is_true and said.get("digest") == digest:
            named.setdefault((said.get("item"), said.get("owner")), []).append(note)
    found = (final_closing(notes, charters=charters) for notes in named.values())
    return [each for each in found if each is not None]


def is_closed_for_good(
    document: Document, *, charters: Collection[Charter], owners: Collection[str | None]
) -> bool:
    """Return whether the final closing of these bytes is written down and rightly signed.

    ``charters`` are all that are or were in force: a side that has left since closed what it closed.
    """
    named = closing_that_names(document.digest, charters=charters)
    return any(each.is_of(document, owners=owners) for each in named) or went_along(
        document.digest, charters=charters
    )


def went_along(digest: str, *, charters: Collection[Charter]) -> bool:
    """Return whether it is written down that this digest went when something else was closed for good.

    The notes name what was closed. That this went with it only this installation has seen: no note that
    is handed in from outside is ever kept under another digest than its own.
    """
    others = [
        note
        for note in notes_of(digest)
        if parse(note.note).get("digest") != digest
        and any(is_signed(note, charter=charter) for charter in charters)
    ]
    about: dict[object, list[SignedNote]] = {}
    for note in others:
        said = parse(note.note)
        about.setdefault((said.get("item"), said.get("owner")), []).append(note)
    return any(final_closing(notes, charters=charters) for notes in about.values())


def _file(digest: str) -> Path:
    return closings_directory() / f"{digest}.json"

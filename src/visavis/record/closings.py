"""Signed notes of final closings, as files beside the database.

A final closing destroys body and salt. A backup from the day before still has both; so the notes lie
apart from the database, where a newer copy of them can be kept beside an older backup, and whatever they
name is destroyed again before anything is shown. A note says nothing of the words: it bears the digest
of bytes that are gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from visavis.base.data import closings_directory, write_private
from visavis.signing.canonical import (
    NotCanonicalError,
    canonical_bytes,
    digest_of,
    is_digest,
    parse,
)
from visavis.signing.charter import Charter
from visavis.signing.document import Document
from visavis.signing.keys import Purpose

from .rules import is_closing_final

FORMAT = "visavis-closing-1"


@dataclass(frozen=True)
class SignedNote:
    """A note's canonical bytes and the closing side's signature over their digest."""

    note: bytes
    public_key: str
    signature: str

    def as_json(self) -> dict[str, Any]:
        return {
            "note": parse(self.note),
            "public_key": self.public_key,
            "signature": self.signature,
        }


def closing_note(document: Document, *, side: str, today: date) -> bytes:
    """Return the bytes that a side signs to close this document's item."""
    return canonical_bytes(
        {
            "format": FORMAT,
            "site": document.site,
            "item": document.id,
            "digest": document.digest,
            "owner": document.side or document.standing.side,
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


def keep_final(digest: str, notes: Sequence[SignedNote]) -> None:
    """Write down that this digest is closed for good. Kept outside the database on purpose."""
    content = canonical_bytes({"digest": digest, "notes": [note.as_json() for note in notes]})
    write_private(_file(digest), content)


def is_noted(digest: str) -> bool:
    """Return whether there is a note of this digest at all, rightly signed or not."""
    return _file(digest).exists()


def noted() -> list[str]:
    """Return every digest of which there is a note, rightly signed or not."""
    directory = closings_directory()
    files = sorted(directory.glob("*.json")) if directory.is_dir() else ()
    return [file.stem for file in files if is_digest(file.stem)]


def is_closed_for_good(digest: str, *, charters: Sequence[Charter]) -> bool:
    """Return whether the final closing of this digest is written down and rightly signed.

    ``charters`` are all that are or were in force: a side that has left since closed what it closed.
    """
    try:
        content = parse(_file(digest).read_bytes())
        if content["digest"] != digest:
            return False
        notes = [
            SignedNote(
                note=canonical_bytes(note["note"]),
                public_key=note["public_key"],
                signature=note["signature"],
            )
            for note in content["notes"]
        ]
        said = [
            parse(note.note)
            for note in notes
            if any(is_signed(note, charter=charter) for charter in charters)
        ]
        if len({note["item"] for note in said}) != 1:
            return False
        return is_closing_final(owner=said[0]["owner"], closed_by={note["side"] for note in said})
    except (OSError, NotCanonicalError, KeyError, TypeError):
        return False


def _file(digest: str) -> Path:
    return closings_directory() / f"{digest}.json"

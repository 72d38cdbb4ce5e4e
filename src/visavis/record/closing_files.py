"""Closing notes outside the server: one file, which a desk keeps and hands in again after a restore.

JSON lines, each the canonical bytes of one value:

1. ``{"format": "visavis-closings-1", "site": …}``
2. one line for each charter after the first, ``{"charter": …, "keys": […]}``: an older backup does not
   know them, and a note may be signed with a key that only they name;
3. one line for each final closing, ``{"notes": [{"note", "public_key", "signature"}, …]}``.

There is no word in it of what was closed, and nothing of any person: random ids, digests of bytes that
are gone, sides and days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from visavis.base.data import closings_directory, write_private
from visavis.signing import formats
from visavis.signing.canonical import NotCanonicalError, canonical_bytes, parse
from visavis.signing.charter import Signature
from visavis.signing.document import BadDocumentError, Document, NewerDocumentError
from visavis.signing.signed import SignedDocument

from .closings import FORMAT as NOTE_FORMAT
from .closings import LARGEST_FILE, FinalClosing, SignedNote

FORMAT = "visavis-closings-1"


class BadClosingsError(ValueError):
    """These bytes are no file of closing notes; ``line`` is the first that is not, counted from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


class NewerClosingsError(BadClosingsError):
    """A newer version wrote this file, or the line of it that ``line`` counts."""


@dataclass(frozen=True)
class HandedIn:
    """What such a file says, unchecked. ``closings`` has the number of each line beside its notes."""

    site: str
    charters: tuple[SignedDocument, ...]
    closings: tuple[tuple[int, tuple[SignedNote, ...]], ...]


def written(
    site: str, *, charters: Iterable[SignedDocument], closings: Iterable[FinalClosing]
) -> bytes:
    """Return the file that says these; the same closings give the same bytes."""
    notes = {
        canonical_bytes({"notes": [note.as_json() for note in closing.notes]})
        for closing in closings
    }
    heading = canonical_bytes({"format": FORMAT, "site": site})
    later = [_line(charter) for charter in charters if charter.document.version > 1]
    return b"".join(line + b"\n" for line in (heading, *later, *sorted(notes)))


def read(content: bytes) -> HandedIn:
    """Read such a file; raise BadClosingsError for anything else. Nothing is believed yet.

    With one line of a newer version the whole file is refused, by a NewerClosingsError.
    """
    if len(content) > LARGEST_FILE:
        raise BadClosingsError(1)
    lines = list(enumerate(content.splitlines(), start=1))
    heading = _value(*lines[0]) if lines else {}
    _refuse_newer(1, heading, than=FORMAT)
    if set(heading) != {"format", "site"} or heading["format"] != FORMAT:
        raise BadClosingsError(1)
    values = [(number, _value(number, line)) for number, line in lines[1:] if line.strip()]
    later = list(takewhile(lambda each: "charter" in each[1], values))
    return HandedIn(
        site=str(heading["site"]),
        charters=tuple(_charter(number, value) for number, value in later),
        closings=tuple((number, _notes(number, value)) for number, value in values[len(later) :]),
    )


def kept_charters() -> tuple[SignedDocument, ...]:
    """Return the charters that came with notes from outside, unchecked; none where the file is damaged."""
    try:
        lines = list(enumerate(_kept_file().read_bytes().splitlines(), start=1))
        return tuple(_charter(number, _value(number, line)) for number, line in lines)
    except (OSError, BadClosingsError):
        return ()


def keep_charters(charters: Iterable[SignedDocument]) -> None:
    """Keep these beside the notes, and those that are kept already."""
    lines = dict.fromkeys(_line(each) for each in (*kept_charters(), *charters))
    if lines:
        write_private(_kept_file(), b"".join(line + b"\n" for line in lines))


def _kept_file() -> Path:
    return closings_directory() / "charters.jsonl"


def _line(charter: SignedDocument) -> bytes:
    keys = [each.as_json() for each in charter.signatures]
    return canonical_bytes({"charter": parse(charter.document.data), "keys": keys})


def _value(number: int, line: bytes) -> dict[str, Any]:
    try:
        value = parse(line.strip())
    except NotCanonicalError as error:
        raise BadClosingsError(number) from error
    if not isinstance(value, dict):
        raise BadClosingsError(number)
    return value


def _charter(number: int, value: dict[str, Any]) -> SignedDocument:
    try:
        document = Document.from_bytes(canonical_bytes(value["charter"]))
        return SignedDocument(document, tuple(Signature(**each) for each in value["keys"]))
    except NewerDocumentError as error:
        raise NewerClosingsError(number) from error
    except (BadDocumentError, KeyError, TypeError) as error:
        raise BadClosingsError(number) from error


def _notes(number: int, value: dict[str, Any]) -> tuple[SignedNote, ...]:
    try:
        for each in value["notes"]:
            _refuse_newer(number, each["note"], than=NOTE_FORMAT)
        notes = tuple(SignedNote.from_json(note) for note in value["notes"])
    except (NotCanonicalError, KeyError, TypeError) as error:
        raise BadClosingsError(number) from error
    if not notes or len(value) != 1:
        raise BadClosingsError(number)
    return notes


def _refuse_newer(number: int, value: Any, *, than: str) -> None:
    if isinstance(value, dict) and formats.newer(value.get("format"), than=than):
        raise NewerClosingsError(number)

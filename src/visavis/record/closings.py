"""Signed notes of final closings, in one file beside the database: a line for each digest.

A final closing destroys body and salt. A backup from the day before still has both; so the notes lie
apart from the database, where a newer copy of them can be kept beside an older backup, and whatever they
name is destroyed again before anything is shown. A note says nothing of the words: it has the digest
of bytes that are gone.

A closing is judged by its notes alone, with one exception: whose words they were. The one who closes signs
that too, and could sign it falsely; so wherever the bytes are at hand they are asked.

An author's note is signed by the document's ``closer``, a key that is used nowhere else. Anyone can make a
key and sign such a note about anything, so that without the bytes it proves nothing at all:

- where the bytes are here, they decide; a note by another key is false;
- where they are not, the note is kept and has no effect, as a side's whose words nobody can tell. It is
  judged when the bytes come. To refuse it would refuse the whole file to an operator who has put back a
  backup from before that document;
- where they are gone because they were closed for good here, there is nothing left to close or to judge
  by, so that only a note which is known already stays: else a stranger's would travel on in the file and
  have it refused where the bytes are;
- that something went along is only ever written down here (`went_along`), where the bytes were asked.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
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
from visavis.signing.charter import Charter, Signature
from visavis.signing.document import ITEM_ID, SIDE_CODE, Document
from visavis.signing.keys import BadKeyError, PublicKey, Purpose
from visavis.signing.signed import SignedDocument

from .rules import are_one_closing, is_closing_final

FORMAT = "visavis-closing-1"
BEGINNING = re.compile(rb'\{"digest":"([0-9a-f]{64})",')
LARGEST_FILE = 4 * 1024 * 1024
"""Of notes that are kept elsewhere: no more of it is read."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a note says: a side closes, and whose words it says these are; or their author does.

    ``closer`` is the author's key. Where it is given, ``owner`` and ``side`` are not. ``is_of_version``:
    these bytes alone are closed, which a later version has replaced, and not their item.
    """

    site: str
    item: str
    digest: Digest
    owner: str | None = None
    side: str | None = None
    closer: str | None = None
    is_of_version: bool = False
    day: date

    @property
    def whose(self) -> str | None:
        """Whose words these are, as the note says: a side's, an author's by the key, or nobody's alone."""
        return self.closer or self.owner

    @property
    def by(self) -> str:
        """Who closes: a side's code, or the author's key. No code is as long as a key."""
        return self.closer or self.side or ""

    @property
    def data(self) -> bytes:
        """The canonical bytes: what is signed."""
        return canonical_bytes(self._as_json())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self | None:
        """Return what these bytes say; None for anything that `data` would not write again."""
        try:
            value = parse(data)
            note = cls(
                site=value["site"],
                item=value["item"],
                digest=value["digest"],
                owner=value.get("owner"),
                side=value.get("side"),
                closer=value.get("closer"),
                is_of_version=value.get("only") == "version",
                day=date.fromisoformat(value["day"]),
            )
        except (NotCanonicalError, KeyError, TypeError, ValueError, AttributeError):
            return None
        return note if note._is_whole() and note._as_json() == value else None

    def _as_json(self) -> dict[str, Any]:
        says = {"closer": self.closer} if self.closer else {"owner": self.owner, "side": self.side}
        return {
            "format": FORMAT,
            "site": self.site,
            "item": self.item,
            "digest": self.digest,
            **says,
            **({"only": "version"} if self.is_of_version else {}),
            "day": self.day.isoformat(),
        }

    def _is_whole(self) -> bool:
        says = _is_key(self.closer) if self.closer else _is_code(self.side)
        return (
            says
            and (self.owner is None or _is_code(self.owner))
            and is_digest(self.digest)
            and all(
                isinstance(each, str) and ITEM_ID.fullmatch(each) for each in (self.site, self.item)
            )
        )


@dataclass(frozen=True)
class SignedNote:
    """A note's canonical bytes, and over their digest the signature of a side or of an author's key."""

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
    """What the notes of one final closing say together. ``owner`` is what its signers say it is.

    An author's closing is one note: ``owner`` is then the author's key.
    """

    item: str
    digest: Digest
    owner: str | None
    notes: tuple[SignedNote, ...]

    @property
    def is_of_version(self) -> bool:
        """Whether these bytes alone are closed, and their item is not."""
        said = Note.from_bytes(self.notes[0].note)
        return said is not None and said.is_of_version

    @property
    def is_authors(self) -> bool:
        """Whether the author's key has signed it, and no side."""
        said = Note.from_bytes(self.notes[0].note)
        return said is not None and said.closer is not None

    @property
    def closed_by(self) -> frozenset[str]:
        """The sides whose notes these are, or the author's key."""
        said = (Note.from_bytes(each.note) for each in self.notes)
        return frozenset(each.by for each in said if each)

    def is_of(self, item: str, digest: str, *, owners: Collection[str | None]) -> bool:
        """Whether this closes just these bytes, and tells truly whose words they are: see `owners`."""
        return (self.item, self.digest) == (item, digest) and self.owner in owners

    def is_by_keys_that_count(
        self, digest: Digest, signatures: Iterable[Signature], *, charter: Charter | None
    ) -> bool:
        """Return whether no note is by a key that its side has given up, unless over what that key opened.

        ``signatures`` are those that lie with the bytes of this digest, unchecked.

        Else a key that was stolen, and replaced for that, would destroy words for ever. ``charter`` is the
        one in force. A true note older than a new key names what was destroyed before that key came.
        """
        former = {
            key.hex for side in (charter.sides if charter else ()) for key in side.former_keys
        }
        under = (each for each in signatures if each.public_key in former)
        opened_by = {
            each.public_key
            for each in under
            if PublicKey(each.public_key).has_signed(
                digest, purpose=Purpose.DOCUMENT, signature=each.signature
            )
        }
        return former.isdisjoint({each.public_key for each in self.notes} - opened_by)


def closing_note(
    document: Document, *, side: str, today: date, owner: str | None, is_of_version: bool = False
) -> bytes:
    """Return the bytes that a side signs to close this document's item, or these bytes alone."""
    note = Note(
        site=document.site,
        item=document.id,
        digest=document.digest,
        owner=owner,
        side=side,
        is_of_version=is_of_version,
        day=today,
    )
    return note.data


def authors_note(*, site: str, item: str, digest: Digest, closer: str | None, today: date) -> bytes:
    """Return the bytes that the author's own key signs to close this item for good."""
    return Note(site=site, item=item, digest=digest, closer=closer, day=today).data


def is_signed(note: SignedNote, *, charter: Charter) -> bool:
    """Return whether the side that the note names has signed it with a key of this charter.

    Of an author's note: whether the key that it names has. Whether this is the key of any document here,
    only the document's bytes can say.
    """
    said = Note.from_bytes(note.note)
    if said is None or said.site != charter.site:
        return False
    digest = digest_of(note.note)
    return any(
        key.has_signed(digest, purpose=Purpose.CLOSING, signature=note.signature)
        for key in _holders(said, charter=charter)
        if key.hex == note.public_key
    )


def _holders(said: Note, *, charter: Charter) -> list[PublicKey]:
    if said.closer:
        return [PublicKey(said.closer)]
    side = charter.side(said.side or "")
    return [side.public_key, *side.former_keys] if side else []


def final_closing(
    notes: Iterable[SignedNote], *, charters: Collection[Charter]
) -> FinalClosing | None:
    """Return the final closing that these notes are together, or None.

    Each must be rightly signed, all about the same bytes; by the words' own side or their author, or by two
    sides within the time in which one may join the other. ``charters`` are all whose sides may have closed
    something.
    """
    signed = tuple(notes)
    if not all(any(is_signed(each, charter=charter) for charter in charters) for each in signed):
        return None
    said = [note for each in signed if (note := Note.from_bytes(each.note))]
    about = {(each.item, each.digest, each.whose, each.is_of_version) for each in said}
    if len(about) != 1:
        return None
    item, digest, owner, _ = about.pop()
    days = [(each.by, each.day) for each in said]
    hours = max(charter.waiting.reopen_hours for charter in charters)
    together = [({one}, day, day) for one, day in days] + [
        ({one, other}, day, then) for one, day in days for other, then in days
    ]
    is_final = any(
        is_closing_final(owner=owner, closed_by=closed_by)
        and are_one_closing(day, then, reopen_hours=hours)
        for closed_by, day, then in together
    )
    return FinalClosing(item=item, digest=digest, owner=owner, notes=signed) if is_final else None


def keep_final(digest: str, notes: Sequence[SignedNote]) -> None:
    """Write down that this digest is closed for good. Kept outside the database on purpose."""
    keep_every({digest: notes})


def keep_every(closed: Mapping[str, Sequence[SignedNote]]) -> None:
    """Write down that these digests are closed for good: all of it in one file, synced once.

    What is written down of one already stays: a false note that came first keeps no true one out.
    Cost is linear in all that was ever closed for good.
    """
    kept = dict(_kept())
    for digest, notes in closed.items():
        every = dict.fromkeys((*notes_of(digest), *notes))
        said = {"digest": digest, "notes": [note.as_json() for note in every]}
        kept[digest] = canonical_bytes(said)
    if kept != _kept():
        # In the order of the digests: the file does not say what was closed before what.
        content = b"".join(kept[digest] + b"\n" for digest in sorted(kept))
        write_private(_file(), content)
    # An author's note of one day is the same each time: made once more, it is taken back no longer.
    taken_back = _taken_back()
    again = {_hash_of(note) for notes in closed.values() for note in notes} if taken_back else set()
    if taken_back & again:
        _write_taken_back(taken_back - again)


def take_back(notes: Collection[SignedNote]) -> None:
    """These notes close nothing any more, here or in a file that was copied before: words come back.

    Of each a hash stays, which nobody can join to a text but who has the note. So a desk that hands in an
    old file does not close again what was hidden by mistake.
    """
    gone = set(notes)
    kept = {}
    for digest in noted():
        left = [note for note in notes_of(digest) if note not in gone]
        if left:
            said = {"digest": digest, "notes": [note.as_json() for note in left]}
            kept[digest] = canonical_bytes(said)
    _write_taken_back({*_taken_back(), *(_hash_of(each) for each in gone)})
    write_private(_file(), b"".join(kept[digest] + b"\n" for digest in sorted(kept)))


def is_taken_back(note: SignedNote) -> bool:
    """Return whether this note closed something that has come back since."""
    return _hash_of(note) in _taken_back()


def _hash_of(note: SignedNote) -> str:
    return hashlib.sha256(canonical_bytes(note.as_json())).hexdigest()


def _taken_back_file() -> Path:
    return closings_directory() / "taken-back"


def _write_taken_back(hashes: Collection[str]) -> None:
    content = "".join(f"{each}\n" for each in sorted(hashes))
    write_private(_taken_back_file(), content.encode())


def _taken_back() -> frozenset[str]:
    try:
        return frozenset(_taken_back_file().read_text(encoding="ascii").split())
    except OSError:
        return frozenset()


def is_noted(digest: str) -> bool:
    """Return whether there is a note of this digest at all, rightly signed or not."""
    return digest in _kept()


def noted() -> list[str]:
    """Return every digest of which there is a note, rightly signed or not."""
    return sorted(_kept())


def notes_of(digest: str) -> tuple[SignedNote, ...]:
    """Return the notes that are written down under this digest, unchecked; none for a damaged line."""
    try:
        content = parse(_kept().get(digest, b""))
        if content["digest"] != digest:
            return ()
        return tuple(SignedNote.from_json(note) for note in content["notes"])
    except (NotCanonicalError, KeyError, TypeError):
        return ()


def closing_that_names(digest: str, *, charters: Collection[Charter]) -> list[FinalClosing]:
    """Return the final closings whose own notes name this digest, rightly signed.

    Of several one may lie about whose words they were: a caller that has the bytes asks `FinalClosing.is_of`.
    """
    named = [
        (said, each) for said, each in _true(notes_of(digest), charters) if said.digest == digest
    ]
    found = (final_closing(notes, charters=charters) for notes in _by_subject(named))
    return [each for each in found if each is not None]


def is_closed_for_good(
    found: SignedDocument,
    *,
    charter: Charter | None,
    charters: Collection[Charter],
    owners: Collection[str | None],
) -> bool:
    """Return whether the final closing of these bytes is written down and rightly signed.

    ``charters`` are all that are or were in force: a side that has left since closed what it closed.
    ``charter`` is the one in force, as the tables have it.
    """
    named = closing_that_names(found.digest, charters=charters)
    return any(
        each.is_of(found.document.id, found.digest, owners=owners)
        and each.is_by_keys_that_count(found.digest, found.signatures, charter=charter)
        for each in named
    ) or went_along(found.digest, charters=charters)


def went_along(digest: str, *, charters: Collection[Charter]) -> bool:
    """Return whether it is written down that this digest went when something else was closed for good.

    The notes name what was closed. That this went with it only this installation has seen: no note that
    is handed in from outside is ever kept under another digest than its own.
    """
    return bool(closings_that_took(digest, charters=charters))


def closings_that_took(digest: str, *, charters: Collection[Charter]) -> list[FinalClosing]:
    """Return the final closings of something else with which this digest went, as it is written down here."""
    others = [
        (said, each) for said, each in _true(notes_of(digest), charters) if said.digest != digest
    ]
    found = (final_closing(notes, charters=charters) for notes in _by_subject(others))
    return [each for each in found if each is not None]


def _true(
    notes: Iterable[SignedNote], charters: Collection[Charter]
) -> Iterable[tuple[Note, SignedNote]]:
    for each in notes:
        said = Note.from_bytes(each.note)
        if said and any(is_signed(each, charter=charter) for charter in charters):
            yield said, each


def _by_subject(notes: Iterable[tuple[Note, SignedNote]]) -> Iterable[list[SignedNote]]:
    """Return together the notes that say the same of whose words they close."""
    about: dict[tuple[str, str | None, bool], list[SignedNote]] = {}
    for said, note in notes:
        about.setdefault((said.item, said.whose, said.is_of_version), []).append(note)
    return about.values()


def _is_code(text: object) -> bool:
    return isinstance(text, str) and bool(SIDE_CODE.fullmatch(text))


def _is_key(text: object) -> bool:
    try:
        return isinstance(text, str) and bool(PublicKey(text))
    except BadKeyError:
        return False


def _file() -> Path:
    return closings_directory() / "notes.jsonl"


def _kept() -> Mapping[str, bytes]:
    """Return the file's lines by the digest that each begins with; nothing for a line that has none."""
    try:
        seen = _file().stat()
    except OSError:
        return {}
    return _lines(_file(), (seen.st_ino, seen.st_mtime_ns, seen.st_size))


@lru_cache(maxsize=1)
def _lines(file: Path, _mark: tuple[int, int, int]) -> Mapping[str, bytes]:
    try:
        found = (BEGINNING.match(line) for line in file.read_bytes().splitlines())
    except OSError:
        return {}
    return MappingProxyType({each[1].decode(): each.string for each in found if each})

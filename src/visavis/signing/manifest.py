"""What the public record says about itself: its names, its one signed root, and what is under way.

A record is a folder (`docs/record-format.md`)::

    manifest.json            the root: edition, day, charters, digest of the top node; signed
    manifest/ab/ab….json     nodes of the trie: path → blob (`trie`)
    blobs/ab/ab…             files under the digest of their bytes; .br and .gz beside, where they help
    pending/1.json           while an edition is being written: what it will add and remove; signed

Everything here is bytes in, values out: no folder is read in this module.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NewType, Self

from . import formats
from .canonical import Digest, NotCanonicalError, canonical_bytes, digest_of, is_digest, parse
from .document import ITEM_ID
from .keys import BadKeyError, PrivateKey, PublicKey, Purpose

FORMAT = "visavis-record-1"
PENDING_FORMAT = "visavis-pending-1"
ROOT_FILE = "manifest.json"
PENDING_FOLDER = "pending"
COPIES = ("br", "gz")
LARGEST_ROOT = 1024 * 1024
LARGEST_PENDING = 4 * 1024 * 1024
LARGEST_BLOB = 64 * 1024 * 1024
LONGEST_PATH = 512
LONGEST_SEGMENT = 160

Name = NewType("Name", str)
"""A file's place inside the record, with forward slashes."""

WINDOWS_KEEPS = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)
"""Names of devices: Windows keeps them in every folder, in any letters and with any suffix."""

_FOLDER = re.compile(r"\.?[A-Za-z0-9_-]+")
_FILE = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
_BLOB_NAME = re.compile(r"blobs/([0-9a-f]{2})/([0-9a-f]{64})(?:\.(br|gz))?")
_NODE_NAME = re.compile(r"manifest/([0-9a-f]{2})/([0-9a-f]{64})\.json")


class BadManifestError(ValueError):
    """These bytes are not a root, a node or a list of what is pending."""


class NewerManifestError(BadManifestError):
    """A root or a list of what is pending, rightly signed, whose format is of a newer version.

    ``keys`` are those whose signatures under it are true.
    """

    def __init__(self, name: str, keys: frozenset[str]) -> None:
        super().__init__(formats.sentence(name))
        self.format, self.keys = name, keys


@dataclass(frozen=True, slots=True)
class Entry:
    """What a path shows: a blob, its size in bytes, and which compressed copies lie beside it."""

    blob: Digest
    size: int
    copies: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[Name, ...]:
        """The files of the record that this entry asks for."""
        return (blob_name(self.blob), *(blob_name(self.blob, copy=copy) for copy in self.copies))


def blob_name(digest: str, *, copy: str = "") -> Name:
    """Return where a blob lies, or its compressed copy."""
    return Name(f"blobs/{digest[:2]}/{digest}{'.' + copy if copy else ''}")


def node_name(digest: str) -> Name:
    """Return where a node of the trie lies."""
    return Name(f"manifest/{digest[:2]}/{digest}.json")


def is_name(text: object) -> bool:
    """Return whether ``text`` is a place in the record that an edition may add to or remove from."""
    if not isinstance(text, str):
        return False
    found = _BLOB_NAME.fullmatch(text) or _NODE_NAME.fullmatch(text)
    return bool(found) and found[1] == found[2][:2] if found else False


def fault_in_path(path: object) -> str | None:
    """Return why ``path`` is no path of a record, or None.

    Folders bear no dot but a first one and files bear one inside, so that nothing is ever both; ASCII
    only, so that a name looks alike on every disk and in every terminal.
    """
    if not isinstance(path, str):
        return "a path is text"
    if not 0 < len(path) <= LONGEST_PATH:
        return "a path is 1 to 512 characters long"
    *folders, file = path.split("/")
    if not all(_FOLDER.fullmatch(folder) for folder in folders):
        return "folders are letters, digits, - and _"
    if not _FILE.fullmatch(file):
        return "a file is letters, digits, - and _, and ends with a dot and a suffix"
    if max(map(len, (*folders, file))) > LONGEST_SEGMENT:
        return "a part of the path is longer than 160 characters"
    if any(part.partition(".")[0].lower() in WINDOWS_KEEPS for part in (*folders, file)):
        return "Windows keeps this name for a device"
    if file.endswith(tuple(f".{copy}" for copy in COPIES)):
        return "compressed copies have no path of their own"
    return None


class Spellings:
    """Finds paths and folders that differ in small and capital letters only: many disks hold but one.

    `note` each path, then ask `other` of each. Memory: only names with capitals are kept.
    """

    def __init__(self) -> None:
        self._noted: dict[str, str] = {}

    def __bool__(self) -> bool:
        """Whether there is any name with a capital: else nothing need be compared."""
        return bool(self._noted)

    def note(self, path: str) -> None:
        if path != path.lower():
            for small, name in _steps(path):
                if name != small:
                    self._noted.setdefault(small, name)

    def other(self, path: str) -> str | None:
        """Return the path or folder that this one, or a folder of it, differs from in this way only."""
        if not self._noted:
            return None
        found = ((self._noted.get(small, name), name) for small, name in _steps(path))
        return next((noted for noted, name in found if noted != name), None)


def _steps(path: str) -> Iterator[tuple[str, str]]:
    """Yield each folder and the file itself, first with its own last part in small letters, then as it is."""
    above = ""
    for part in path.split("/"):
        yield above + part.lower(), above + part
        above += f"{part}/"


@dataclass(frozen=True, kw_only=True)
class Root:
    """One edition: everything else in the record hangs on these few values."""

    site: str
    edition: int
    day: date
    valid_until: date
    charters: tuple[Digest, ...]
    recoveries: tuple[Digest, ...] = ()
    node: Digest
    entries: int

    @property
    def charter(self) -> Digest:
        """The charter in force: the last of the chain."""
        return self.charters[-1]

    @property
    def digest(self) -> Digest:
        """What the release key signs."""
        return digest_of(canonical_bytes(self.as_json()))

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "site": self.site,
            "edition": self.edition,
            "day": self.day.isoformat(),
            "valid_until": self.valid_until.isoformat(),
            "charters": list(self.charters),
            "recoveries": list(self.recoveries),
            "node": self.node,
            "entries": self.entries,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read a root; raise BadManifestError for anything `as_json` would not say again."""
        try:
            root = cls(
                site=value["site"],
                edition=value["edition"],
                day=date.fromisoformat(value["day"]),
                valid_until=date.fromisoformat(value["valid_until"]),
                charters=tuple(value["charters"]),
                recoveries=tuple(value["recoveries"]),
                node=value["node"],
                entries=value["entries"],
            )
            same = root.as_json() == value
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadManifestError("a root with missing or foreign fields") from error
        if not same or not _is_root(root):
            raise BadManifestError("a root with missing or foreign fields")
        return root


def _is_root(root: Root) -> bool:
    return (
        isinstance(root.site, str)
        and bool(ITEM_ID.fullmatch(root.site))
        and _is_count(root.edition)
        and root.edition >= 1
        and _is_count(root.entries)
        and root.day <= root.valid_until
        and len(root.charters) > 0
        and all(map(is_digest, root.charters))
        and len(set(root.charters)) == len(root.charters)
        and all(map(is_digest, root.recoveries))
        and len(set(root.recoveries)) == len(root.recoveries)
        and is_digest(root.node)
    )


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


@dataclass(frozen=True)
class SignedRoot:
    """The bytes of ``manifest.json``: a root and the release key's signature over its digest."""

    root: Root
    public_key: PublicKey
    signature: str

    @property
    def is_signed(self) -> bool:
        """Whether the key that it names has signed it; whose key that is, the charter says."""
        return self.public_key.has_signed(
            self.root.digest, purpose=Purpose.EDITION, signature=self.signature
        )

    @property
    def data(self) -> bytes:
        return canonical_bytes(
            {
                "root": self.root.as_json(),
                "public_key": self.public_key.hex,
                "signature": self.signature,
            }
        )

    @classmethod
    def sign(cls, root: Root, *, key: PrivateKey) -> Self:
        return cls(root, key.public, key.sign(root.digest, purpose=Purpose.EDITION))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read it back; raise BadManifestError for what is no root. The signature is not checked here.

        One of a newer version is a NewerManifestError if the key beside it has signed it.
        """
        value = _parsed(data, largest=LARGEST_ROOT)
        _refuse_newer_root(value)
        try:
            signed = cls(
                Root.from_json(value["root"]), PublicKey(value["public_key"]), value["signature"]
            )
            same = signed.data == data
        except (KeyError, TypeError, NotCanonicalError, BadKeyError) as error:
            raise BadManifestError("not a signed root") from error
        if not same:
            raise BadManifestError("not a signed root")
        return signed


@dataclass(frozen=True, kw_only=True)
class Pending:
    """What one edition is about to add and will then remove; a long list comes in numbered parts.

    It is there before the first file of the edition and goes after the last is removed, so that what a
    killed edition left behind can be distinguished from what a stranger put there.
    """

    site: str
    edition: int
    part: int
    adds: tuple[Name, ...]
    removes: tuple[Name, ...]
    signatures: Mapping[str, str]

    @property
    def name(self) -> Name:
        return Name(f"{PENDING_FOLDER}/{self.part}.json")

    @property
    def digest(self) -> Digest:
        return digest_of(canonical_bytes(self.as_json()))

    def as_json(self) -> dict[str, Any]:
        return {
            "format": PENDING_FORMAT,
            "site": self.site,
            "edition": self.edition,
            "part": self.part,
            "adds": list(self.adds),
            "removes": list(self.removes),
        }

    @property
    def data(self) -> bytes:
        return canonical_bytes({"pending": self.as_json(), "signatures": dict(self.signatures)})

    def is_signed_by(self, key: PublicKey) -> bool:
        return key.has_signed(
            self.digest, purpose=Purpose.PENDING, signature=self.signatures.get(key.hex, "")
        )

    @classmethod
    def sign(
        cls,
        *,
        site: str,
        edition: int,
        part: int,
        adds: Sequence[Name],
        removes: Sequence[Name],
        keys: Sequence[PrivateKey],
    ) -> Self:
        """Sign with the release key, and with the one before it in the edition that changes it."""
        unsigned = cls(
            site=site,
            edition=edition,
            part=part,
            adds=tuple(sorted(adds)),
            removes=tuple(sorted(removes)),
            signatures={},
        )
        signatures = {
            key.public.hex: key.sign(unsigned.digest, purpose=Purpose.PENDING) for key in keys
        }
        return cls(**{**vars(unsigned), "signatures": signatures})

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read it back; raise BadManifestError for anything else. The signatures are not checked here.

        One of a newer version is a NewerManifestError, which names the keys that have signed it.
        """
        value = _parsed(data, largest=LARGEST_PENDING)
        _refuse_newer_pending(value)
        try:
            inner = value["pending"]
            pending = cls(
                site=inner["site"],
                edition=inner["edition"],
                part=inner["part"],
                adds=tuple(inner["adds"]),
                removes=tuple(inner["removes"]),
                signatures=dict(value["signatures"]),
            )
            same = pending.data == data
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadManifestError("not a list of what is pending") from error
        if not same or not _is_pending(pending):
            raise BadManifestError("not a list of what is pending")
        return pending


def _is_pending(pending: Pending) -> bool:
    names = (*pending.adds, *pending.removes)
    return (
        isinstance(pending.site, str)
        and bool(ITEM_ID.fullmatch(pending.site))
        and _is_count(pending.edition)
        and _is_count(pending.part)
        and pending.part >= 1
        and all(map(is_name, names))
        and all(isinstance(text, str) for text in pending.signatures.values())
    )


def _parsed(data: bytes, *, largest: int) -> Any:
    if len(data) > largest:
        raise BadManifestError("larger than it may be")
    try:
        return parse(data)
    except NotCanonicalError as error:
        raise BadManifestError(f"not canonical: {error}") from error


# What is around the signed part is the same in every number, and so is the signed line. So one changed
# letter in the name of a format is found, although nothing inside can be read.


def _refuse_newer_root(value: Any) -> None:
    if not isinstance(value, dict) or set(value) != {"public_key", "root", "signature"}:
        return
    name = _newer_inside(value["root"], than=FORMAT)
    key = value["public_key"]
    if name and isinstance(key, str):
        keys = _keys_under(value["root"], {key: value["signature"]}, purpose=Purpose.EDITION)
        if keys:
            raise NewerManifestError(name, keys)


def _refuse_newer_pending(value: Any) -> None:
    if not isinstance(value, dict) or set(value) != {"pending", "signatures"}:
        return
    name = _newer_inside(value["pending"], than=PENDING_FORMAT)
    signatures = value["signatures"] if name else None
    if name and isinstance(signatures, dict):
        keys = _keys_under(value["pending"], signatures, purpose=Purpose.PENDING)
        raise NewerManifestError(name, keys)


def _newer_inside(value: Any, *, than: str) -> str | None:
    return formats.newer(value.get("format"), than=than) if isinstance(value, dict) else None


def _keys_under(value: Any, signatures: Mapping[Any, Any], *, purpose: Purpose) -> frozenset[str]:
    digest = digest_of(canonical_bytes(value))
    return frozenset(
        key for key, signature in signatures.items() if _has_signed(key, digest, purpose, signature)
    )


def _has_signed(key: Any, digest: Digest, purpose: Purpose, signature: Any) -> bool:
    try:
        return isinstance(signature, str) and PublicKey(key).has_signed(
            digest, purpose=purpose, signature=signature
        )
    except (BadKeyError, TypeError):
        return False

"""What every version wrote, one folder each, as tests read it.

::

    about.json       the day of the last edition, the fingerprint of the charter, what the editors know
    documents/       every document with its keys file; their names are for people
    record.tar.xz    the record of one edition
    data/            the data directory of the same day, its database as SQL
    closings.jsonl   notes of closings, two of them later than the directory
    signature.json   what `visavis key sign` writes, for a proposal that waits in the directory
    keys/            the private keys of the fictional site

``next/`` is what this version writes; `make formats` makes it. A release gives it its number, and its digest
is in ``DIGESTS`` from then on.
"""

import hashlib
import json
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from visavis.sides.keyfiles import key_in
from visavis.signing.canonical import digest_of
from visavis.signing.charter import Signature
from visavis.signing.document import CHARTER, Document
from visavis.signing.keys import PrivateKey
from visavis.signing.signatures import read_keys

HERE = Path(__file__).resolve().parent
DIGESTS = HERE / "DIGESTS"
DATABASE = "visavis.sqlite3"
NEXT = "next"


class Written(NamedTuple):
    """One document of the corpus as it lies there."""

    name: str
    data: bytes
    keys: bytes

    @property
    def document(self) -> Document:
        return Document.from_bytes(self.data)

    @property
    def signatures(self) -> tuple[Signature, ...]:
        return read_keys(self.keys)


@dataclass(frozen=True)
class Folder:
    """What one version wrote."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def about(self) -> dict[str, Any]:
        about: dict[str, Any] = json.loads((self.path / "about.json").read_text())
        return about

    @property
    def day(self) -> date:
        return date.fromisoformat(self.about["day"])

    @property
    def fingerprint(self) -> str:
        return str(self.about["charter"])

    @cached_property
    def written(self) -> tuple[Written, ...]:
        """Every document, in the order in which they came."""
        names = sorted((self.path / "documents").glob("*.keys.json"))
        return tuple(self._written(file) for file in names)

    @property
    def charters(self) -> list[Written]:
        """The chain of charters, the first one first."""
        found = [each for each in self.written if each.document.kind == CHARTER]
        return sorted(found, key=lambda each: each.document.version)

    def key(self, name: str) -> PrivateKey:
        """Return a private key by its name: of a side, ``SIDE.recovery``, ``SIDE.former``, ``release``."""
        return key_in((self.path / "keys" / f"{name}.key").read_text())

    def unpack_record(self, into: Path) -> Path:
        """Write the record into this folder, and return it."""
        with tarfile.open(self.path / "record.tar.xz") as archive:
            archive.extractall(into, filter="data")
        return into

    def restore(self, directory: Path) -> Path:
        """Make the data directory, with its database and its record, as that version left it."""
        for place, content in _files(self.path / "data"):
            if place != "database.sql":
                (directory / place).parent.mkdir(parents=True, exist_ok=True)
                (directory / place).write_bytes(content)
                (directory / place).chmod(0o600)
        statements = (self.path / "data" / "database.sql").read_text(encoding="utf-8")
        with closing(sqlite3.connect(directory / DATABASE)) as database:
            database.executescript(statements)
        self.unpack_record(directory / "public" / "record")
        return directory

    @property
    def digest(self) -> str:
        """The digest of every file with its name: what `DIGESTS` has of a folder that is frozen."""
        rows = (f"{digest_of(content)}  {place}\n" for place, content in _files(self.path))
        return hashlib.sha256("".join(rows).encode()).hexdigest()

    def _written(self, keys: Path) -> Written:
        name = keys.name.removesuffix(".keys.json")
        return Written(name, keys.with_name(f"{name}.json").read_bytes(), keys.read_bytes())


def folders() -> list[Folder]:
    """Return every folder of the corpus, by name."""
    return [Folder(each.parent) for each in sorted(HERE.glob("*/about.json"))]


def frozen() -> dict[str, str]:
    """Return the digest of each folder that a release has frozen."""
    rows = (line.split() for line in DIGESTS.read_text().splitlines() if line)
    return {name: digest for digest, name in rows}


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        yield file.relative_to(folder).as_posix(), file.read_bytes()

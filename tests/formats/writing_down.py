"""How the fictional site is written down: documents, record, data directory, keys, notes."""

import io
import json
import lzma
import subprocess
import sys
import tarfile
from datetime import timedelta
from pathlib import Path

from corpus import DATABASE
from django.db.models.expressions import RawSQL
from fiction import Fiction, at

import cast
from visavis.base import data
from visavis.record import models, queries, sealed
from visavis.record.rules import State
from visavis.sides.keyfiles import key_file
from visavis.signing.charter import Signature
from visavis.signing.document import Document
from visavis.signing.keys import PrivateKey
from visavis.signing.signatures import keys_file, sign_document

DUMP = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).iterdump(), sep='\\n')"
NOT_KEPT = {"public", "press.lock", DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"}
"""What of a data directory is not copied: record and database are written down in another way."""


def everything(world: Fiction, folder: Path) -> None:
    """Write all of it. Two things are closed after the directory is written down: only the notes know."""
    _documents(folder / "documents")
    _keys(world, folder / "keys")
    _about(world, folder)
    proposed = world.named["proposed"]
    signed = sign_document(proposed, key=world.site.key("hy"))
    (folder / "signature.json").write_bytes(signed.data)
    (folder / "record.tar.xz").write_bytes(_packed(data.public_directory() / "record"))
    _directory(folder / "data")
    _notes(world, folder)


def _documents(folder: Path) -> None:
    """Write every document that is not destroyed, in the order in which they came, with its keys."""
    folder.mkdir(parents=True)
    rows = models.Document.objects.exclude(data=b"").order_by(RawSQL("rowid", ()))
    for number, row in enumerate(rows, start=1):
        name = f"{number:02}-{_name(row)}"
        signatures = [
            Signature(each.side, each.public_key, each.signature) for each in row.signatures.all()
        ]
        (folder / f"{name}.json").write_bytes(sealed.words_in(row))
        (folder / f"{name}.keys.json").write_bytes(keys_file(signatures))


def _name(row: models.Document) -> str:
    """Return what this is, for those who look into the folder; nothing is read from it."""
    document = Document.from_bytes(sealed.words_in(row))
    alone = f"alone-{document.standing.side}" if document.standing.side else "joint"
    own = f"-own-{document.side}" if document.side else ""
    state = "" if row.state == State.OPEN else f"-{row.state}"
    return f"{document.kind}-{document.version}-{alone}{own}{state}"


def _keys(world: Fiction, folder: Path) -> None:
    folder.mkdir()
    keys: dict[str, PrivateKey] = {"release": world.site.release_key}
    for side, held in world.site.sides.items():
        keys |= {side: held.key, f"{side}.recovery": held.recovery}
    keys |= {f"{side}.former": key for side, key in world.former.items()}
    for name, key in keys.items():
        (folder / f"{name}.key").write_text(key_file(key))


def _about(world: Fiction, folder: Path) -> None:
    """Write what a test must know beforehand: the day, the fingerprint, what editors know."""
    about = {
        "day": world.day.isoformat(),
        "charter": world.site.charter.digest,
        "desks": world.secrets,
    }
    (folder / "about.json").write_text(json.dumps(about, indent=1) + "\n")


def _packed(record: Path) -> bytes:
    """Return the record in one file: the same bytes for the same files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for file in sorted(each for each in record.rglob("*") if each.is_file()):
            content = file.read_bytes()
            entry = tarfile.TarInfo(str(file.relative_to(record)))
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return lzma.compress(packed.getvalue(), preset=9)


def _directory(folder: Path) -> None:
    """Write the data directory: what lies beside the database, and the database as SQL."""
    folder.mkdir()
    directory = data.data_directory()
    for file in sorted(each for each in directory.rglob("*") if each.is_file()):
        place = file.relative_to(directory)
        if place.parts[0] not in NOT_KEPT:
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(file.read_bytes())
    # In a process of its own: the program's own SQLite cannot write out a database.
    words = [sys.executable, "-I", "-X", "utf8", "-c", DUMP, str(data.database_file())]
    statements = subprocess.run(words, capture_output=True, check=True).stdout
    (folder / "database.sql").write_bytes(statements)


def _notes(world: Fiction, folder: Path) -> None:
    """Close a text of one side and a joint one for good, and write the file of all notes."""
    at_last = at(world.day) + timedelta(hours=1)
    cast.take_down(world.named["own article"], "az", site=world.site, at=at_last)
    for side in world.site.codes:
        cast.take_down(world.named["letter"], side, site=world.site, at=at_last)
    (folder / "closings.jsonl").write_bytes(queries.closing_notes(on=world.day))

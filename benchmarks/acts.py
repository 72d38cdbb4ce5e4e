"""Accepting documents: each act one durable transaction, against the same rows by SQLite alone.

The documents are made and signed before the clock runs: what is measured begins where a desk's page calls
the act. SQLite alone writes the same rows into tables with the same columns, indexes and constraints, as
durably, through the same library; it reads nothing and checks nothing. The two take turns, short ones,
because a disk that others use is not the same for long.
"""

import sqlite3
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection

import cast
import reading as known
from benchmarks.machine import middle, timed
from benchmarks.world import founded, texts
from visavis.base import data
from visavis.record import actions
from visavis.record.rules import State
from visavis.record.statements import COLUMNS
from visavis.safety.reading import reading_as
from visavis.signing.charter import Signature
from visavis.signing.document import Document

N, ROUNDS, PARAGRAPHS, WORDS = 20, 20, 10, 60
TABLES = ("record_document", "record_signature", "record_changed")
ACTS = 3
"""Of each document: it is proposed, a key is turned, and another, with which it opens."""


@dataclass(frozen=True)
class Prepared:
    document: Document
    signatures: tuple[Signature, ...]


def main() -> None:
    with reading_as(known.everybody):
        measured()


def measured() -> None:
    site = founded()
    made = texts(site, N * (ROUNDS + 1), paragraphs=PARAGRAPHS, words=WORDS)
    raw = same_tables()
    ours, alone = [], []
    for number in range(ROUNDS + 1):
        documents = [prepared(each, site) for each in islice(made, N)]
        with timed() as acts:
            for each in documents:
                accept(each, by=site.codes[0])
        rows = [rows_of(each.document.digest) for each in documents]
        with timed() as commits:
            for document, signatures, changed in rows:
                commit(raw, document, signatures, changed)
        if number:  # the first round opens files and fills caches, for both
            ours.append(acts)
            alone.append(commits)
    n = N * ACTS
    for rounds, name in ((ours, "acts"), (alone, "the same rows by SQLite alone")):
        print(
            f"  {name}: {middle([n / each.seconds for each in rounds]):,.0f}/s, "
            f"{middle([1e3 * each.processor / n for each in rounds]):.2f} ms of processor time each, "
            f"{middle([1e3 * (each.seconds - each.processor) / n for each in rounds]):.2f} ms of waiting"
        )
    for name, what in (("speed", "seconds"), ("processor time", "processor")):
        ratios = [getattr(b, what) / getattr(a, what) for a, b in zip(ours, alone, strict=True)]
        print(f"  ratio of {name} {middle(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


def prepared(document: Document, site: cast.SiteKeys) -> Prepared:
    """Return the document as it is read from its bytes, and every side's signature."""
    read = Document.from_bytes(document.data)
    signatures = tuple(cast.sign(read, site.key(side), side=side) for side in site.codes)
    return Prepared(read, signatures)


def accept(each: Prepared, *, by: str) -> None:
    document = each.document
    actions.propose(document=document, by=by, today=document.day)
    for signature in each.signatures:
        state = actions.turn_key(
            digest=document.digest,
            side=signature.side,
            public_key=signature.public_key,
            signature=signature.signature,
            today=document.day,
        )
    assert state is State.OPEN


def same_tables() -> sqlite3.Connection:
    """Return a connection, as durable as ours and set up the same, to empty tables of the same shape."""
    raw = sqlite3.connect(Path(data.data_directory()) / "raw.sqlite3", isolation_level=None)
    raw.executescript(settings.DATABASES["default"]["OPTIONS"]["init_command"])
    raw.execute("PRAGMA foreign_keys=ON")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name IN (%s, %s, %s) AND sql IS NOT NULL "
            "ORDER BY type DESC",
            TABLES,
        )
        for (sql,) in cursor.fetchall():
            raw.execute(sql)
        for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys"):
            (own,) = cursor.execute(f"PRAGMA {name}").fetchone()
            assert raw.execute(f"PRAGMA {name}").fetchone() == (own,), name
    return raw


Row = tuple[object, ...]


def rows_of(digest: str) -> tuple[Row, list[Row], Row]:
    """Return the rows that the acts have written, the document's as it was when it was proposed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM record_document WHERE digest = %s", [digest])
        state = [column[0] for column in cursor.description].index("state")
        document = list(cursor.fetchone())
        document[state] = State.PROPOSED.value
        cursor.execute(
            "SELECT * FROM record_signature WHERE document_id = %s ORDER BY id", [digest]
        )
        signatures = cursor.fetchall()
        cursor.execute(
            "SELECT c.* FROM record_changed c JOIN record_document d ON d.subject = c.subject "
            "WHERE digest = %s",
            [digest],
        )
        return tuple(document), signatures, cursor.fetchone()


def commit(raw: sqlite3.Connection, document: Row, signatures: list[Row], changed: Row) -> None:
    """Write what the three acts wrote, in three transactions."""
    places = ", ".join("?" * len(document))
    raw.execute("BEGIN IMMEDIATE")
    raw.execute(f"INSERT INTO record_document VALUES ({places})", document)
    raw.execute("COMMIT")
    for number, signature in enumerate(signatures):
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(
            f"INSERT INTO record_signature VALUES ({', '.join('?' * len(signature))})", signature
        )
        if number == len(signatures) - 1:
            opened = "UPDATE record_document SET state = 'open', data = ? WHERE digest = ?"
            raw.execute(opened, (document[COLUMNS.index("data")], document[0]))
            raw.execute("INSERT INTO record_changed VALUES (?, ?, ?)", changed)
        raw.execute("COMMIT")


if __name__ == "__main__":
    sys.exit(main())

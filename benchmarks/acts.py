"""Accepting documents: each act one durable transaction, against the same rows by SQLite alone."""

import sqlite3
import sys
from itertools import islice
from pathlib import Path

from django.db import connection

import cast
from benchmarks.machine import middle, timed
from benchmarks.world import founded, texts
from visavis.base import data

N, ROUNDS, PARAGRAPHS, WORDS = 60, 5, 10, 60
TABLES = ("record_document", "record_keyturned", "record_touched")


def main() -> None:
    site = founded()
    made = texts(site, N * ROUNDS, paragraphs=PARAGRAPHS, words=WORDS)
    raw = same_tables()
    ours, alone, ratios = [], [], []
    n = N * 3  # proposed, a key turned, another turned
    for _ in range(ROUNDS):
        documents = list(islice(made, N))
        for each in documents:
            assert each.data  # the bytes are made before the clock runs
        with timed() as acts:
            for each in documents:
                cast.open_(each, site)
        rows = [rows_of(each.digest) for each in documents]
        with timed() as commits:
            for document, keys in rows:
                commit(raw, document, keys)
        ours.append(acts)
        alone.append(commits)
        ratios.append(commits.seconds / acts.seconds)
        for took, name in ((acts, "acts"), (commits, "alone")):
            print(
                f"    {name:<6}{n / took.seconds:7,.0f}/s {1e3 * took.processor / n:6.1f} ms processor"
            )
    for all_of_them, name in ((ours, "acts"), (alone, "the same rows by SQLite alone")):
        a_second = middle([n / each.seconds for each in all_of_them])
        each_ms = middle([1e3 * each.processor / n for each in all_of_them])
        print(f"  {name}: {a_second:,.0f}/s, {each_ms:.1f} ms of processor time each")
    print(f"  ratio of speed {middle(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


def same_tables() -> sqlite3.Connection:
    """Return a connection, as durable as ours, to empty tables of the same shape."""
    raw = sqlite3.connect(Path(data.data_directory()) / "raw.sqlite3", isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("PRAGMA secure_delete=ON")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name IN (%s, %s, %s) AND sql IS NOT NULL "
            "ORDER BY type DESC",
            TABLES,
        )
        for (sql,) in cursor.fetchall():
            raw.execute(sql)
    return raw


def rows_of(digest: str) -> tuple[tuple[object, ...], list[tuple[object, ...]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM record_document WHERE digest = %s", [digest])
        document = cursor.fetchone()
        cursor.execute("SELECT * FROM record_keyturned WHERE document_id = %s", [digest])
        return document, cursor.fetchall()


def commit(
    raw: sqlite3.Connection, document: tuple[object, ...], keys: list[tuple[object, ...]]
) -> None:
    """Write what the three acts wrote, in three transactions."""
    places = ", ".join("?" * len(document))
    raw.execute("BEGIN IMMEDIATE")
    raw.execute(f"INSERT INTO record_document VALUES ({places})", document)
    raw.execute("COMMIT")
    for number, key in enumerate(keys):
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(f"INSERT INTO record_keyturned VALUES ({', '.join('?' * len(key))})", key)
        if number == len(keys) - 1:
            raw.execute("UPDATE record_document SET state = 'open' WHERE digest = ?", document[:1])
            raw.execute("INSERT INTO record_touched (subject) VALUES ('a')")
        raw.execute("COMMIT")


if __name__ == "__main__":
    sys.exit(main())

"""A world that many tests begin with: made once in a process, then put back with its rows and its files.

What a test makes of it goes with the test's transaction and its data directory.
"""

import os
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from visavis.base import data

T = TypeVar("T")
Row = tuple[Any, ...]
TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
NOT_OF_A_WORLD = "django_migrations"
SETTINGS = ("ADDRESS", "KINDS", "PEPPER", "RELEASES", "SECRET_KEY")
"""That rows and files hang on."""


@dataclass(frozen=True)
class Kept:
    """What was made, out of what; each file with its mode and the nanosecond of its last change."""

    of: object
    made: object
    rows: list[tuple[str, list[Row]]]
    files: list[tuple[str, int, int, bytes | None]]


_kept: dict[Hashable, Kept] = {}


def once(name: Hashable, make: Callable[[], T], *, has_clock: bool = True) -> T:
    """Return what ``make`` makes, or what it made before under this name out of the same rows.

    The same thing comes back each time: it must not be one that tests change. ``has_clock`` says that it
    hangs on the time. Only in SQLite within a test's own transaction; elsewhere it is made each time.
    """
    if connection.vendor != "sqlite" or not connection.in_atomic_block:
        return make()
    clock = timezone.now() if has_clock else None
    set_to = [str(getattr(settings, name)) for name in SETTINGS]
    of = (list(_rows()), clock, set_to)
    kept = _kept.get(name)
    if kept is not None and kept.of == of:
        _put_back(kept)
        return cast("T", kept.made)
    made = make()
    _kept[name] = Kept(of, made, list(_rows()), list(_files()))
    return made


def _rows() -> Iterator[tuple[str, list[Row]]]:
    """Yield each table that has rows, with a statement that writes one; values as SQLite has them."""
    raw = connection.connection
    for (table,) in raw.execute(TABLES).fetchall():
        if table == NOT_OF_A_WORLD:
            continue
        columns = [f'"{row[1]}"' for row in raw.execute(f'PRAGMA table_info("{table}")')]
        # With a plus it is an expression, and comes as it lies: no column's converter changes it.
        values = ", ".join(f"+{each}" for each in columns)
        if rows := raw.execute(f'SELECT {values} FROM "{table}"').fetchall():
            marks = ", ".join("?" * len(columns))
            yield f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({marks})', rows


def _files() -> Iterator[tuple[str, int, int, bytes | None]]:
    top = data.data_directory()
    for file in sorted(top.rglob("*")):
        found = file.stat()
        content = None if file.is_dir() else file.read_bytes()
        yield str(file.relative_to(top)), found.st_mode, found.st_mtime_ns, content


def _put_back(kept: Kept) -> None:
    raw = connection.connection
    with transaction.atomic():
        for statement, _ in _rows():
            raw.execute(statement.replace("INSERT INTO", "DELETE FROM").partition(" (")[0])
        for statement, rows in kept.rows:
            raw.executemany(statement, rows)
    top = data.data_directory()
    for name, mode, _, content in kept.files:
        file = top / name
        if content is None:
            file.mkdir(parents=True, exist_ok=True)
        else:
            file.write_bytes(content)
        file.chmod(mode)
    for name, _, changed, _ in reversed(
        kept.files
    ):  # what is written into a folder changes its time
        os.utime(top / name, ns=(changed, changed))

"""A world that many tests begin with: made once in a process, then put back with its rows and its files.

What a test makes of it goes with the test's transaction and its data directory.
"""

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


@dataclass(frozen=True)
class Kept:
    """What was made: the thing itself, the rows of each table that has some, each file with its mode."""

    made: object
    rows: list[tuple[str, list[Row]]]
    files: list[tuple[str, int, bytes | None]]


_kept: dict[Hashable, Kept] = {}


def once(name: Hashable, make: Callable[[], T]) -> T:
    """Return what ``make`` makes, or what it made before under this name, at this time of the clock.

    The same thing comes back each time: it must not be one that tests change.
    Only in an empty SQLite within a test's own transaction; elsewhere it is made each time.
    """
    if connection.vendor != "sqlite" or not connection.in_atomic_block:
        return make()
    key = (name, timezone.now(), settings.SECRET_KEY, str(settings.KINDS))
    is_empty = not any(_rows())
    if key in _kept and is_empty:
        _put_back(_kept[key])
        return cast("T", _kept[key].made)
    made = make()
    if is_empty:
        _kept[key] = Kept(made, list(_rows()), list(_files()))
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


def _files() -> Iterator[tuple[str, int, bytes | None]]:
    top = data.data_directory()
    for file in sorted(top.rglob("*")):
        content = None if file.is_dir() else file.read_bytes()
        yield str(file.relative_to(top)), file.stat().st_mode, content


def _put_back(kept: Kept) -> None:
    with transaction.atomic():
        for statement, rows in kept.rows:
            connection.connection.executemany(statement, rows)
    top = data.data_directory()
    for name, mode, content in kept.files:
        file = top / name
        if content is None:
            file.mkdir(parents=True, exist_ok=True)
        else:
            file.write_bytes(content)
        file.chmod(mode)

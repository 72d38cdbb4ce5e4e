"""Small tables are written again in the order of their keys, which are hashes or drawn by lot.

A table keeps its rows in the order in which they came: in SQLite by a hidden number, and within a page even
where the key is random. A copy of the file would show who joined after whom, and what was done after what.
With each edition that order goes. What came since the last edition shows until the next.
"""

from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper

from .transactions import one_act

MOST_ROWS = 20_000
MOST_BYTES = 16 * 1024 * 1024
NOT_OURS = "django_"


def write_again() -> int:
    """Write every table of ours again whose rows lie in another order than their keys; return how many.

    About 7 µs a row, on the write lock, one transaction a table. What is larger than `MOST_ROWS` or
    `MOST_BYTES` stays as it lies. On PostgreSQL nothing is done: it shows order by other marks as well.
    """
    if connection.vendor != "sqlite":
        return 0
    return sum(_write_again(*each) for each in _tables())


def _tables() -> list[tuple[str, str]]:
    found = []
    for model in apps.get_models(include_auto_created=True):
        table, key = model._meta.db_table, model._meta.pk.column
        if not table.startswith(NOT_OURS):
            found.append((table, str(key)))
    return found


def _write_again(table: str, key: str) -> bool:
    quote = connection.ops.quote_name
    name, by = quote(table), quote(key)
    # Locked before it is looked at: a row that came in between would be lost.
    with one_act(), connection.cursor() as cursor:
        (n_rows,) = cursor.execute(f"SELECT count(*) FROM {name}").fetchone()  # noqa: S608 - our own names
        if not 1 < n_rows <= MOST_ROWS or _n_bytes(cursor, name) > MOST_BYTES:
            return False
        cursor.execute(f"CREATE TEMP TABLE written_again AS SELECT * FROM {name}")  # noqa: S608
        cursor.execute(f"DELETE FROM {name}")  # noqa: S608
        cursor.execute(f"INSERT INTO {name} SELECT * FROM temp.written_again ORDER BY {by}")  # noqa: S608
        cursor.execute("DROP TABLE temp.written_again")
    return True


def _n_bytes(cursor: CursorWrapper, name: str) -> int:
    """Return how much the rows hold, asked of their heads: no long value is read."""
    columns = [row[1] for row in cursor.execute(f"PRAGMA table_info({name})").fetchall()]
    each = " + ".join(
        f"coalesce(octet_length({connection.ops.quote_name(column)}), 0)" for column in columns
    )
    return int(cursor.execute(f"SELECT sum({each}) FROM {name}").fetchone()[0])  # noqa: S608

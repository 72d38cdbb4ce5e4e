"""What really lies in the tables: counted, and looked at where the allow-list says that it is sealed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from visavis.signing.boxes import FORMAT, CannotOpenError, Envelope

from .retention import Box, Holding, holdings

AT_ONCE = 500
LONG_ENOUGH = 4_096
"""Characters or bytes of a value that are looked at: an envelope may hold megabytes."""


@dataclass(frozen=True)
class Values:
    """Of one sealed column: how many values are boxes, are public as their row says, or should be boxes."""

    holding: Holding
    n_sealed: int
    n_public: int
    n_faults: int


def n_rows() -> dict[str, int]:
    """Return how many rows each table of the allow-list has."""
    tables = dict.fromkeys(table for table, _ in holdings())
    return {table: _number(f"SELECT count(*) FROM {_quoted(table)}") for table in tables}  # noqa: S608 - our own names


def sealed_values() -> Iterator[Values]:
    """Yield what lies in each column that says it is sealed. Cost: the head of each of its values is read."""
    for holding in holdings().values():
        if holding.sealed is not None:
            yield _values(holding)


def readers_named() -> frozenset[bytes] | None:
    """Return the ids of all readers whom an envelope in any table names, or None where one cannot be read.

    Cost: the head of each value of a column of envelopes; open documents are passed by in the query.
    """
    found: set[bytes] = set()
    for holding in holdings().values():
        if holding.sealed is None or holding.box is not Box.ENVELOPE:
            continue
        column = _quoted(holding.column)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT substr({column}, 1, {LONG_ENOUGH}) FROM {_quoted(holding.table)} "  # noqa: S608
                f"WHERE substr({column}, 1, {len(FORMAT)}) = %s",
                [FORMAT],
            )
            while rows := cursor.fetchmany(AT_ONCE):
                for (head,) in rows:
                    try:
                        found |= {each.reader for each in Envelope.from_bytes(bytes(head)).wraps}
                    except CannotOpenError:
                        return None
    return frozenset(found)


def _values(holding: Holding) -> Values:
    n_sealed = n_public = n_faults = 0
    column, allowed = _quoted(holding.column), list(holding.clear)
    if holding.box is Box.NUMBERED:  # PostgreSQL keeps JSON in a form of its own
        column = f"CAST({column} AS text)"
    columns = "".join(f", {_quoted(each)}" for each in allowed)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT substr({column}, 1, {LONG_ENOUGH}){columns} FROM {_quoted(holding.table)} "  # noqa: S608
            f"WHERE length({column}) > 0"
        )
        while rows := cursor.fetchmany(AT_ONCE):
            for value, *others in rows:
                content = value.encode() if isinstance(value, str) else bytes(value)
                if holding.box.has(content):
                    n_sealed += 1
                elif any(
                    is_in in holding.clear[name]
                    for name, is_in in zip(allowed, others, strict=True)
                ):
                    n_public += 1
                else:
                    n_faults += 1
    return Values(holding, n_sealed, n_public, n_faults)


def _number(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)

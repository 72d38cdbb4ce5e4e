"""Statements that are written out as SQL: for what is asked so often that composing it would take longer.

They read the same on SQLite and PostgreSQL. The guard wants names of free tables in quotation marks.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection


def asked(statement: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    """Return the rows that a statement finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def done(statement: str, values: Sequence[Any]) -> int:
    """Write what a statement says; returns how many rows it has changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def placeholders(n: int) -> str:
    """Return ``n`` places for values, with commas between them."""
    return ", ".join(["%s"] * n)

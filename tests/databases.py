"""A database in a file, in place of the test database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections

from visavis.project import settings


@contextmanager
def database_in(file: Path) -> Iterator[None]:
    """Let the program work on this SQLite file, set up as in production, in place of the test database."""
    connection = connections["default"]
    before = dict(connection.settings_dict)
    kept = connection.connection  # the in-memory database lives as long as this does
    connection.connection = None
    connection.settings_dict.update(
        NAME=str(file), OPTIONS=settings.DATABASES["default"]["OPTIONS"]
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)
        connection.connection = kept

"""A database in a real file, for what an in-memory one cannot show: its bytes, and two writers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections


@pytest.fixture
def on_disk(data: Path, transactional_db: None) -> Iterator[Path]:
    """The folder of a real SQLite file, set up as in production, in place of the test database."""
    connection = connections["default"]
    if connection.vendor != "sqlite":
        pytest.skip("the bytes of an SQLite file")
    from visavis.project import settings

    folder = data / "database"
    folder.mkdir(parents=True)
    before = dict(connection.settings_dict)
    kept = connection.connection  # the in-memory database lives as long as this does
    connection.connection = None
    connection.settings_dict.update(
        NAME=str(folder / "visavis.sqlite3"), OPTIONS=settings.DATABASES["default"]["OPTIONS"]
    )
    try:
        call_command("migrate", verbosity=0, skip_checks=True)
        yield folder
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)
        connection.connection = kept


@pytest.fixture
def shared_by_threads(request: pytest.FixtureRequest, transactional_db: None) -> None:
    """A database that several connections write to at once: PostgreSQL's own, or a real file."""
    if connections["default"].vendor == "sqlite":
        request.getfixturevalue("on_disk")
        # A new thread's connection reads the settings anew: they must name the file too.
        connections.settings["default"].update(connections["default"].settings_dict)

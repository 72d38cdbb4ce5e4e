"""What every test may ask for: the real input that nobody here wrote, a data directory of its own, a
database in a real file for what an in-memory one cannot show: its bytes, and two writers.
"""

import fcntl
import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import translation
from hypothesis import HealthCheck, settings
from whitenoise.base import WhiteNoise
from whitenoise.responders import StaticFile

import reading as known_keys
from databases import database_in
from visavis.people import own_boxes, tried_out
from visavis.safety import reading
from visavis.sides import reading_keys

# No test is timed: a slow or busy machine is no fault of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Tests keep much alive: looking through all of it so often takes a fourteenth of their time.
gc.set_threshold(200_000, 20, 100)

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    """Say where programs that tests start find their data, and that they release at once.

    Not in a process that only hands tests out: the others would read their settings from its environment.
    """
    if config.getoption("dist", "no") == "no":
        os.environ["VISAVIS_DATA"] = tempfile.mkdtemp(prefix="visavis-tests-")
        os.environ.setdefault("VISAVIS_RELEASES", "at once")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real input; the test is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"real input is not here: {SHARED_DATA.name} beside the project")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory for this test alone."""
    directory = tmp_path / "data"
    monkeypatch.setenv("VISAVIS_DATA", str(directory))
    return directory


@pytest.fixture(autouse=True)
def every_desk_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of a request, in any thread, tests read and write with every desk's key: see `reading`."""
    here = ContextVar("reader", default=known_keys.everybody)
    monkeypatch.setattr(reading, "_here", here)
    monkeypatch.setattr(reading_keys, "new_private", known_keys.private)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """A real SQLite file with every table and no row, made once: its migrations take seconds."""

    @cache
    def made() -> Path:
        file = tmp_path_factory.mktemp("empty") / "visavis.sqlite3"
        with database_in(file):
            call_command("migrate", verbosity=0, skip_checks=True)
        return file  # closed, so its log is in it

    return made


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as `visavis demo` makes it, once for all processes of this run: to be copied, never served."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    directory = shared / "made-demo"
    with (shared / "made-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not directory.exists():
            part = shared / "made-demo.part"
            program = [sys.executable, "-m", "visavis", "demo", "--data", str(part)]
            done = subprocess.run(program, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            part.rename(directory)
    return directory


@pytest.fixture(autouse=True)
def the_first_draft_lies_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft takes the first free place in tests; people's are drawn by lot."""
    monkeypatch.setattr(own_boxes, "draw", itemgetter(0))


@pytest.fixture(autouse=True)
def nobody_has_tried_codes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an earlier test left in memory for a desk, the next page of an editor would write down."""
    monkeypatch.setattr(tried_out, "_sides", set())


@pytest.fixture(scope="session", autouse=True)
def static_files_are_found_once() -> Iterator[None]:
    """Every client of a test starts the program again, and would look at each static file once more."""
    looked_at = WhiteNoise.get_static_file
    known: dict[tuple[str, str], StaticFile] = {}

    def found(self: WhiteNoise, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        if (path, url) not in known:
            known[path, url] = looked_at(self, path, url, stat_cache)
        return known[path, url]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "get_static_file", found)
        yield


@pytest.fixture
def on_disk(
    data: Path, transactional_db: None, empty_database: Callable[[], Path]
) -> Iterator[Path]:
    """The folder of a real SQLite file, set up as in production, in place of the test database."""
    if connections["default"].vendor != "sqlite":
        pytest.skip("the bytes of an SQLite file")
    folder = data / "database"
    folder.mkdir(parents=True)
    file = folder / "visavis.sqlite3"
    shutil.copyfile(empty_database(), file)
    with database_in(file):
        yield folder


@pytest.fixture
def shared_by_threads(request: pytest.FixtureRequest, transactional_db: None) -> None:
    """A database that several connections write to at once: PostgreSQL's own, or a real file."""
    if connections["default"].vendor == "sqlite":
        request.getfixturevalue("on_disk")
        # A new thread's connection reads the settings again: they must name the file too.
        connections.settings["default"].update(connections["default"].settings_dict)


@pytest.fixture(autouse=True)
def no_language_is_inherited() -> Iterator[None]:
    """No test inherits the language of the one before: a request leaves its own active in the thread."""
    yield
    translation.deactivate()

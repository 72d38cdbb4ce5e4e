"""What every test may ask for: the real input that nobody here wrote, and a data directory of its own."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

# No test is timed: a slow or busy machine is no fault of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Settings read this when Django is loaded, before any fixture runs.
os.environ["VISAVIS_DATA"] = tempfile.mkdtemp(prefix="visavis-tests-")
os.environ.setdefault("VISAVIS_RELEASES", "at once")

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


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
def no_language_is_inherited() -> Iterator[None]:
    """No test inherits the language of the one before: a request leaves its own active in the thread."""
    yield
    translation.deactivate()

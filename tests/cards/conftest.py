"""Two desks at work on one day, and sealing that costs little."""

from collections.abc import Iterator

import pytest

import desks as stage
from visavis.signing import sealing


@pytest.fixture(autouse=True)
def _cheap_sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MEMORY_KIB", 8)
    monkeypatch.setattr(sealing, "PASSES", 1)


@pytest.fixture(autouse=True)
def desks(request: pytest.FixtureRequest) -> Iterator[stage.Desks | None]:
    """Let the desks be at work where a test has a database."""
    if "django_db" not in {mark.name for mark in request.node.iter_markers()}:
        yield None
        return
    request.getfixturevalue("db")
    with stage.on(stage.DAY):
        yield stage.at_work()

"""What the tests of discussions share: two desks at work on one day."""

from collections.abc import Iterator

import pytest

import desks as stage
from visavis.signing import sealing


@pytest.fixture(autouse=True)
def _cheap_sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MEMORY_KIB", 8)
    monkeypatch.setattr(sealing, "PASSES", 1)


@pytest.fixture
def desks(db: None) -> Iterator[stage.Desks]:
    with stage.on(stage.DAY):
        yield stage.at_work()

"""What the tests of texts share: two desks at work on one day, and a site of many languages."""

from collections.abc import Iterator

import pytest

import cast
import desks as stage
from visavis.signing import sealing

EVERY = ("az", "hy", "ru", "en", "fr", "ar", "he", "ka", "tr")


@pytest.fixture(autouse=True)
def _cheap_sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MEMORY_KIB", 8)
    monkeypatch.setattr(sealing, "PASSES", 1)


@pytest.fixture
def desks(db: None) -> Iterator[stage.Desks]:
    with stage.on(stage.DAY):
        yield stage.at_work()


@pytest.fixture
def site(db: None) -> Iterator[cast.SiteKeys]:
    """A site of two sides and nine languages, its charter in force."""
    made = cast.a_charter(languages=EVERY)
    with stage.on(stage.DAY):
        cast.found(made)
        yield made

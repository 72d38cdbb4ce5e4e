"""A press for every test that wants one."""

from collections.abc import Callable

import pytest
from printing import Press, an_empty_site, set_up

import cast
from visavis.press import page_draws


@pytest.fixture
def press(db: None) -> Press:
    return Press(an_empty_site())


@pytest.fixture
def press_of(db: None) -> Callable[[cast.SiteKeys], Press]:
    """For a site of another kind."""
    return set_up


@pytest.fixture(autouse=True)
def nothing_drawn(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of twenty, and no number left out, for tests that name pages of lists; not where `drawn` is."""
    if "drawn" in request.fixturenames:
        return
    monkeypatch.setattr(page_draws, "is_full", lambda n: n >= 20)
    monkeypatch.setattr(page_draws, "number_after", lambda number: number + 1)


@pytest.fixture
def drawn() -> None:
    """Pages as long as they are on a site."""

"""A press for every test that wants one."""

from collections.abc import Callable

import pytest
from printing import Press, set_up

import cast


@pytest.fixture
def press(db: None) -> Press:
    return set_up(cast.a_charter())


@pytest.fixture
def press_of(db: None) -> Callable[[cast.SiteKeys], Press]:
    """For a site of another kind."""
    return set_up

"""The cast of this room: sites of two and of three sides, and a small record of the first."""

from collections.abc import Callable
from pathlib import Path

import pytest
from signing_world import World

from visavis.signing.verify import Report, verify


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(params=[("az", "hy"), ("az", "hy", "ka")], ids=["two sides", "three sides"])
def any_world(request: pytest.FixtureRequest) -> World:
    """The same with two sides and with three."""
    return World(codes=request.param)


@pytest.fixture
def public(world: World, tmp_path: Path) -> Path:
    """A public directory with one good edition of everything."""
    world.press(tmp_path / "public", world.documents())
    return tmp_path / "public"


@pytest.fixture
def look(world: World, public: Path) -> Callable[[], Report]:
    """Verify that directory as a reader would."""
    return lambda: verify(public, charter_fingerprint=world.charter.digest, today=world.day)

"""`/health` says in one word whether the site does its work, and to a stranger nothing more."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from django.db import OperationalError
from printing import Press

import cast
from visavis.base import data as places
from visavis.press import health
from visavis.press.health import Health
from visavis.press.serving import HEALTH, LivePlane, PublicPlane, Site
from visavis.sides import queries as sides
from visavis.signing.manifest import Root

pytestmark = pytest.mark.django_db
CANARY = "canary7f3a"


class Usage(NamedTuple):
    """What `shutil.disk_usage` returns, in bytes."""

    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def _served(press: Press) -> None:
    """A data directory as `serve` finds it."""


def asked(tmp_path: Path) -> tuple[str, bytes]:
    """Return status and body of an answer of a site without an edition."""
    said: list[str] = []
    environ = {"PATH_INFO": HEALTH, "REQUEST_METHOD": "GET", "HTTP_HOST": "localhost"}
    site = Site(PublicPlane(tmp_path), LivePlane())
    body = b"".join(site(environ, lambda status, _headers, _info=None: said.append(status)))
    return said[0], body


def test_a_site_that_works_is_well(tmp_path: Path) -> None:
    assert asked(tmp_path) == ("200 OK", b"well\n")


def test_no_stranger_learns_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails() -> bool:
        raise OperationalError(CANARY)

    monkeypatch.setattr(sides, "is_founded", fails)
    assert asked(tmp_path) == ("503 Service Unavailable", b"not well\n")
    assert CANARY not in "".join(capfd.readouterr())


def test_a_full_disk_is_not_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, health.LEAST_FREE - 1))
    assert asked(tmp_path)[0].startswith("503")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, health.LEAST_FREE))
    assert asked(tmp_path)[0].startswith("200")


def test_an_edition_that_did_not_come_out_is_not_well(tmp_path: Path) -> None:
    places.write_private(places.release_failed_file(), b"OSError at visavis/press/store.py:1")
    assert asked(tmp_path)[0].startswith("503")


def test_an_edition_past_its_date_is_not_well() -> None:
    root = Root.__new__(Root)
    object.__setattr__(root, "valid_until", cast.DAY)
    assert Health().is_well(root, today=cast.DAY)
    assert not Health().is_well(root, today=cast.DAY + timedelta(days=1))


def test_asking_often_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr(sides, "is_founded", lambda: looks.append(1) or True)
    found = Health()
    assert all(found.is_well(None, today=cast.DAY) for _ in range(100))
    assert len(looks) == 1

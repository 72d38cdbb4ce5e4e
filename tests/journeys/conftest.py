"""What journeys share: a browser for each file, and one demo site, made once and used by all."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import Reader
from running import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Chromium, or a skip that says why. Its loop goes with it: it and Django's database do not mix."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("Chromium is not on this machine: journeys are told in a real browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def made(made_demo: Path) -> Site:
    """The demo as `visavis demo` makes it, to be copied: nobody serves or changes it."""
    return Site(data=made_demo)


@pytest.fixture(scope="session")
def demo(made: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo site, served by `visavis serve` and only read."""
    site = Site(data=tmp_path_factory.mktemp("demo") / "data")
    shutil.copytree(made.data, site.data)
    with site.served():
        yield site


@pytest.fixture
def reader(browser: "Browser", demo: Site) -> Iterator[Reader]:
    """A reader of the demo, without script."""
    with Reader.of(browser, demo.address) as reader:
        yield reader
        reader.check_nothing_strange()


@pytest.fixture
def pictures() -> Path:
    return Path(__file__).resolve().parent.parent.parent / "docs" / "pictures"

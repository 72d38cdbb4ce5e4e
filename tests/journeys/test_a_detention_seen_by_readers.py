"""Somebody is detained, and somebody leaves, in two copies of one site: readers get the same bytes from both.

Both copies are served for real, and both acts are done on their pages, without script. Every file of both
editions is fetched by HTTP, headers too, and some pages are opened in a browser. Nothing is left out but the
packed copies (`.br`, `.gz`), which a server packs once more when it has time, and the `Date` of an answer.
"""

import http.client
import json
import re
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import Reader
from running import PATIENCE, Authenticator, Site, demo_participants, demo_sign_ins

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]
PEN_NAME = {"hy": "Կապույտ գավաթ", "az": "Mavi fincan"}
"""Who signs in to the demo for hy, and wishes to be hidden."""


def test_readers_cannot_tell_who_is_detained_from_who_has_left(
    browser: "Browser", made: Site, tmp_path: Path
) -> None:
    detained, left = (Site(data=tmp_path / name / "data") for name in ("detained", "left"))
    for each in (detained, left):
        shutil.copytree(made.data, each.data)
    with ExitStack() as stack:
        for each in (detained, left):
            stack.enter_context(each.served())
        before = edition_of(made)
        assert edition_of(detained) == edition_of(left) == before
        pages = pages_with(made)
        for name, words in zip(PEN_NAME.values(), seen(browser, detained, pages), strict=True):
            assert name in words, "the control: it is there"

        for site, act in ((detained, is_detained), (left, leaves)):
            with Reader.of(browser, site.address, width=360) as reader:
                act(reader, site)
        both(lambda site: until(lambda: edition_of(site) == before + 1), detained, left)

        after = both(files_of, detained, left)
        assert sorted(after[0]) == sorted(after[1])
        assert [path for path in after[0] if after[0][path] != after[1][path]] == []
        gone = [seen(browser, site, pages) for site in (detained, left)]
        assert gone[0] == gone[1]
        assert not any(name in words for name in PEN_NAME.values() for words in gone[0])


def is_detained(reader: Reader, site: Site) -> None:
    """Let their desk end the access, and do what they wished."""
    knows = demo_sign_ins(site.data)["hy"]
    reader.open("/en/desk/sign-in/")
    reader.type(passphrase=knows.passphrase, digits=Authenticator(knows.totp).code()).press()
    reader.open("/en/desk/contributions/open/")
    own = reader.page.locator("li, article", has_text=re.compile("|".join(PEN_NAME.values())))
    reader.open(str(own.locator("a[href$='/detained/']").first.get_attribute("href")))
    reader.type(passphrase=knows.passphrase, desk_passphrase=knows.desk_passphrase).press()
    assert "Stop showing my words and my card." in reader.words()


def leaves(reader: Reader, site: Site) -> None:
    """Let them leave, with all their words."""
    passphrase = demo_participants(site.data)["hy"]
    reader.open("/en/taking-part/sign-in/")
    reader.type(passphrase=passphrase).press()
    reader.open("/en/taking-part/account/leave/")
    reader.page.locator("[name=choice][value=everything]").check()
    reader.type(passphrase=passphrase).press("main form button.danger")
    assert not reader.page.locator("main form").count(), reader.words()


def pages_with(site: Site) -> list[str]:
    """Return a page of a discussion in each language of the sides that shows the pen name."""
    root = site.data / "public" / "site"
    found = []
    for language, name in PEN_NAME.items():
        pages = sorted((root / language / "discussions").glob("*/index.html"))
        page = next(each for each in pages if name in each.read_text(encoding="utf-8"))
        found.append(f"/{page.parent.relative_to(root)}/")
    return found


def seen(browser: "Browser", site: Site, pages: list[str]) -> list[str]:
    """Return what a reader sees on each of these pages."""
    with Reader.of(browser, site.address) as reader:
        words = []
        for page in pages:
            reader.open(page)
            words.append(reader.words())
        reader.check_nothing_strange()
    return words


def files_of(site: Site) -> dict[str, tuple[int, list[tuple[str, str]], bytes]]:
    """Return every file of the edition as a machine gets it: status, headers but for the date, and bytes."""
    until(lambda: not_written(site))
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    found = {}
    for path in paths_of(site):
        connection.request("GET", path)
        answer = connection.getresponse()
        headers = [each for each in answer.getheaders() if each[0].lower() != "date"]
        found[path] = (answer.status, headers, answer.read())
    connection.close()
    refused = {path for path, each in found.items() if each[0] != HTTPStatus.OK}
    assert refused == {path for path in found if path.endswith("404.html")}
    return found


def paths_of(site: Site) -> list[str]:
    root = site.data / "public"
    files = [
        *(f"/{path.relative_to(root / 'site')}" for path in below(root / "site")),
        *(f"/{path.relative_to(root)}" for path in below(root / "record")),
    ]
    return sorted(re.sub(r"index\.html$", "", path) for path in files)


def below(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file() and p.suffix not in {".br", ".gz"}]


def not_written(site: Site) -> bool:
    """Return whether nothing of an edition is being written, nor removed."""
    return not below(site.data / "public" / "record" / "pending")


def edition_of(site: Site) -> int:
    manifest = site.data / "public" / "record" / "manifest.json"
    return int(json.loads(manifest.read_bytes())["root"]["edition"])


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.05)


def both(of: Callable[[Site], Any], *sites: Site) -> list[Any]:
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(of, sites))

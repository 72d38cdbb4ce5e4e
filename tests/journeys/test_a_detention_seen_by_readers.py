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
        before = both(files_of, detained, left)
        assert before[0] == before[1], "the control: two copies of one site"
        shown = seen(browser, detained, left)
        for language, name in PEN_NAME.items():
            assert any(name in words for words in shown[language]), "the control: it is there"

        for site, act in ((detained, is_detained), (left, leaves)):
            with Reader.of(browser, site.address, width=360) as reader:
                act(reader, site)
        both(lambda site: until(lambda: edition_of(site) == 1 + edition_of(made)), detained, left)

        after = both(files_of, detained, left)
        assert sorted(after[0]) == sorted(after[1])
        assert [path for path in after[0] if after[0][path] != after[1][path]] == []
        assert after[0] != before[0]
        gone = seen(browser, detained, left)
        for language, name in PEN_NAME.items():
            assert gone[language][0] == gone[language][1]
            assert not any(name in words for words in gone[language])


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


def seen(browser: "Browser", *sites: Site) -> dict[str, list[str]]:
    """Return what a reader sees, in each language, of the page of a discussion: a text for each site."""
    found = {}
    for language in PEN_NAME:
        found[language] = []
        for site in sites:
            with Reader.of(browser, site.address) as reader:
                reader.open(f"/{language}/discussions/")
                links = reader.page.locator("main a[href*='/discussions/']").all()
                pages = [str(link.get_attribute("href")) for link in links]
                words = []
                for page in dict.fromkeys(pages):
                    reader.page.goto(f"{site.address}/{language}/discussions/")
                    reader.page.locator(f"main a[href='{page}']").first.click()
                    words.append(reader.words())
                reader.check_nothing_strange()
            found[language].append("\n".join(words))
    return found


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

"""Every reader can hold and verify everything: the record over the web, as one file and file by file."""

import io
import re
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from printing import Press, a_little_site
from test_serving import NoLivePlane, Reply, asker

import cast
from visavis.base import data as places
from visavis.press import copying, serving
from visavis.press.serving import PublicPlane, Site
from visavis.press.store import Content
from visavis.signing.canonical import digest_of
from visavis.signing.verify import Outcome, verify

Ask = Callable[..., Reply]
LINK = re.compile(r'href="([^"]+)"')


@pytest.fixture
def little(press: Press) -> Press:
    a_little_site(press)
    return press


@pytest.fixture
def site(little: Press, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(serving, "SECONDS_BETWEEN_LOOKS", 0.0)
    return Site(PublicPlane(little.store.folders.record), NoLivePlane())


@pytest.fixture
def ask(site: Site) -> Ask:
    return asker(site)


def outcome(folder: Path, press: Press) -> Outcome:
    digest = press.site.charter.digest
    return verify(folder, charter_fingerprint=digest, today=press.day).outcome


def crawled(ask: Ask, copy: Path) -> int:
    """Follow every link from the first page, as a crawler does; write what is found; return how much."""
    waiting, seen = ["/copy/index.html"], set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        reply = ask(path)
        assert reply.status == "200 OK", path
        place = copy / path.removeprefix("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(reply.body)
        if reply.headers["Content-Type"].startswith("text/html"):
            links = LINK.findall(reply.body.decode())
            waiting += [
                f"/{each[3:]}" if each.startswith("../") else f"/copy/{each}" for each in links
            ]
    return len(seen)


@pytest.mark.parametrize("on_a_page", [1_000, 20, 2])
def test_a_crawlers_copy_is_right(
    ask: Ask, little: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_a_page: int
) -> None:
    """On one page, and on pages parted by one digit and by two."""
    monkeypatch.setattr(copying, "PATHS_ON_A_PAGE", on_a_page)
    crawled(ask, tmp_path / "copy")
    assert outcome(tmp_path / "copy", little) is Outcome.GOOD
    files = [each for each in (tmp_path / "copy/record").rglob("*") if each.is_file()]
    there = [each for each in little.store.folders.record.rglob("*") if each.is_file()]
    assert len(files) == len(there)
    files[0].unlink()
    assert outcome(tmp_path / "copy", little) is Outcome.WRONG, "the control"


def test_the_archive_is_right_and_the_same_bytes_each_time(
    ask: Ask, little: Press, tmp_path: Path
) -> None:
    first, second = ask("/record.tar"), ask("/record.tar")
    assert first.status == "200 OK"
    assert digest_of(first.body) == digest_of(second.body)
    with tarfile.open(fileobj=io.BytesIO(first.body)) as packed:
        assert {each.uid for each in packed} == {0}
        packed.extractall(tmp_path, filter="data")
    assert outcome(tmp_path / "record", little) is Outcome.GOOD
    assert ask("/record.tar", method="HEAD").body == b""
    assert ask("/record.tar", method="POST").status[:3] == "405"


def test_slow_readers_of_the_archive_keep_out_nobody_but_one_another(site: Site, ask: Ask) -> None:
    environ: dict[str, Any] = {"REQUEST_METHOD": "GET", "PATH_INFO": "/record.tar"}
    held = [site(dict(environ), lambda *_: None) for _ in range(serving.ARCHIVES)]
    for each in held:
        next(iter(each))
    assert ask("/record.tar").status[:3] == "503"
    assert ask("/").status == "200 OK"
    held[0].close()  # type: ignore[attr-defined]  # as a server does when a reader goes away
    held[0].close()  # type: ignore[attr-defined]
    assert ask("/record.tar").status == "200 OK"
    assert ask("/record.tar").status == "200 OK", "what is read to its end gives its place back"


def test_an_archive_during_which_an_edition_comes_breaks_off(site: Site, little: Press) -> None:
    """Half of one edition and half of another would be a copy in which things are wrong."""
    pieces = site({"REQUEST_METHOD": "GET", "PATH_INFO": "/record.tar"}, lambda *_: None)
    beginning = iter(pieces)
    next(beginning)
    little.open(cast.an_article(little.site, day=little.day))
    little.release(full=True)
    with pytest.raises(OSError):
        list(beginning)


def test_what_is_staged_for_the_next_edition_is_neither_listed_nor_served(
    ask: Ask, little: Press
) -> None:
    record = places.public_directory() / "record"
    staged = b"not released yet"
    place = record / copying.blob_name(digest_of(staged))
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(staged)
    (record / "pending" / "1.json").parent.mkdir(exist_ok=True)
    (record / "pending" / "1.json").write_bytes(b"{}")
    pages = ask("/copy/index.html").body.decode()
    assert place.name not in pages
    assert "pending" not in pages
    missing = ask("/nowhere/at/all")
    for path in ("/record/pending/1.json", "/record/", "/record/x", "/record/../secret"):
        assert ask(path).body == missing.body, path
        assert ask(path).status == missing.status


def test_a_closed_blob_answers_as_one_that_never_was(ask: Ask, little: Press) -> None:
    path = "en/index.html"
    entry = little.store.read(path)
    assert entry
    name = f"/record/{copying.blob_name(entry.blob)}"
    reply = ask(name)
    assert reply.body == little.store.content(path)
    assert reply.headers["Cache-Control"] == "no-cache", "no cache keeps what may be closed"
    little.store.write_edition(
        {path: Content(b"other")},
        site=little.site.charter.site,
        day=little.day,
        valid_until=little.day,
        charters=[little.site.charter.digest],
        key=little.site.release_key,
    )
    never = ask(f"/record/{copying.blob_name('ab' * 32)}")
    gone = ask(name)
    assert (gone.status, gone.headers, gone.body) == (never.status, never.headers, never.body)


def test_damaged_bytes_are_not_handed_out(ask: Ask, little: Press) -> None:
    entry = little.store.read("en/index.html")
    assert entry
    for copy in ("", *entry.copies):
        place = little.store.file(entry, copy=copy)
        place.chmod(0o600)
        place.write_bytes(b"x" * place.stat().st_size)
        name = copying.blob_name(entry.blob, copy=copy)
        assert ask(f"/record/{name}").status[:3] == "503"


def test_copies_go_out_as_they_lie(ask: Ask, little: Press) -> None:
    entry = little.store.read("en/index.html")
    assert entry
    reply = ask(f"/record/{copying.blob_name(entry.blob, copy='gz')}", accept_encoding="gzip")
    assert "Content-Encoding" not in reply.headers
    assert reply.body == little.store.file(entry, copy="gz").read_bytes()


def test_about_links_all_that_a_crawler_needs_to_hold_every_file(ask: Ask, little: Press) -> None:
    """Links from the first page lead to every path of the edition but the pages of errors."""
    waiting, seen = ["/index.html"], set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(("/record", "/copy")):
            continue
        seen.add(path)
        reply = ask(path)
        if not reply.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for href in re.findall(r'(?:href|src)="([^"#]+)', reply.body.decode()):
            if "://" not in href and not href.startswith(("mailto:", "data:")):
                base = Path(path).parent if not href.startswith("/") else Path("/")
                waiting.append(str((Path("/") / base / href).resolve()))
    assert "/press.json" in seen
    documents = {f"/{path}" for path in little.tree() if path.startswith("documents/")}
    assert documents <= seen, documents - seen

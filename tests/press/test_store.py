"""The writer of editions, apart from Django and from what the pages say."""

import gzip
import os
import random
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import brotli
import pytest

from visavis.press import store_site, store_writing
from visavis.press.store import BadPathError, Content, Entry, Store, StoreError
from visavis.press.store_files import time_of
from visavis.signing.canonical import digest_of, new_id
from visavis.signing.files import read_root
from visavis.signing.keys import PrivateKey

DAY, LATER = date(2030, 5, 2), date(2030, 6, 1)
KEY, SITE = PrivateKey.new(), new_id()
TEXT = b"who plants a tree drinks of its shade " * 30

Press = Callable[..., Any]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "public")


@pytest.fixture
def press(store: Store) -> Press:
    def write(changes: Any, **values: Any) -> Any:
        given = {
            "site": SITE, "day": DAY, "valid_until": LATER, "charters": ["a" * 64], "key": KEY,
            **values,
        }  # fmt: skip
        return store.write_edition(changes, **given)

    return write


def tree(folder: Path) -> dict[str, bytes]:
    return {
        place.relative_to(folder).as_posix(): place.read_bytes()
        for place in sorted(folder.rglob("*"))
        if place.is_file()
    }


def record_of(store: Store, *, copies: bool = True) -> dict[str, bytes]:
    files = tree(store.folders.record)
    del files["manifest.json"]
    return {
        name: data for name, data in files.items() if copies or not name.endswith((".br", ".gz"))
    }


def test_before_the_first_edition_there_is_nothing(store: Store) -> None:
    assert store.root() is None
    assert store.read("index.html") is None
    assert store.content("index.html") is None
    assert list(store.entries()) == []


def test_an_edition_can_be_read_back(store: Store, press: Press) -> None:
    root = press({"index.html": Content(TEXT), "assets/a.1.png": Content(TEXT, compressible=False)})
    assert (root.edition, root.entries, root.day, root.valid_until) == (1, 2, DAY, LATER)
    assert store.root() == root
    assert read_root(store.folders.record).public_key == KEY.public
    entry = store.read("index.html")
    assert entry == Entry(digest_of(TEXT), len(TEXT), ("br", "gz"))
    assert store.content("index.html") == TEXT
    assert brotli.decompress(store.content("index.html", copy="br")) == TEXT
    assert gzip.decompress(store.content("index.html", copy="gz") or b"") == TEXT
    assert store.content("assets/a.1.png", copy="gz") is None
    assert store.content("en/nothing.html") is None
    assert dict(store.entries()).keys() == {"index.html", "assets/a.1.png"}


def test_editions_count_and_change_only_what_they_say(store: Store, press: Press) -> None:
    press({"a.html": Content(b"a"), "b.html": Content(b"b")})
    root = press({"b.html": Content(b"B"), "c.html": Content(b"c")})
    assert (root.edition, root.entries) == (2, 3)
    assert [store.content(f"{name}.html") for name in "abc"] == [b"a", b"B", b"c"]
    assert press({"a.html": None, "never.html": None}).entries == 2
    assert store.read("a.html") is None
    assert press({}).edition == 4


def test_a_full_edition_holds_exactly_what_it_was_given(store: Store, press: Press) -> None:
    press({"a.html": Content(b"a"), "old/b.html": Content(b"b")})
    root = press(iter([("a.html", Content(b"a")), ("c.html", Content(b"c"))]), full=True)
    assert dict(store.entries()).keys() == {"a.html", "c.html"}
    assert root.edition == 2
    assert tree(store.folders.site).keys() == {"a.html", "c.html"}
    assert not (store.folders.site / "old").exists()


def test_what_nothing_needs_any_more_is_gone_from_the_disk(store: Store, press: Press) -> None:
    press({"a.html": Content(b"secret words " * 50)})
    press({"a.html": None})
    left = b"".join(tree(store.folders.public).values())
    assert b"secret" not in left
    assert [name for name in record_of(store) if name.startswith("blobs/")] == []
    assert tree(store.folders.site) == {}


def test_bytes_that_two_paths_share_stay_until_the_last_is_gone(store: Store, press: Press) -> None:
    same, other = Content(TEXT), Content(TEXT, compressible=False)
    press({"a.html": same, "b.html": same, "c.html": other})
    press({"a.html": None})
    assert store.content("b.html", copy="gz")
    press({"b.html": Content(b"else")})
    assert store.content("c.html") == TEXT
    assert not any(name.endswith((".br", ".gz")) for name in record_of(store))
    press({"d.html": same})
    press({"c.html": None})
    assert store.content("d.html", copy="br")
    press({"d.html": None})
    assert len([name for name in record_of(store) if name.startswith("blobs/")]) == 1


def test_a_path_that_moves_keeps_its_bytes(store: Store, press: Press) -> None:
    press({"a.html": Content(TEXT)})
    press({"a.html": None, "b.html": Content(TEXT)})
    assert store.content("b.html", copy="br")


def test_who_shares_what_is_counted_anew_where_the_count_is_lost(
    store: Store, press: Press
) -> None:
    press({"a.html": Content(TEXT), "b.html": Content(TEXT)})
    (store.folders.tmp / "shared.json").unlink()
    press({"a.html": None})
    assert store.content("b.html") == TEXT
    (store.folders.tmp / "shared.json").write_text('{"x": 5')
    press({"b.html": None})
    assert [name for name in record_of(store) if name.startswith("blobs/")] == []


def some_changes(chance: random.Random) -> dict[str, Content | None]:
    changes: dict[str, Content | None] = {}
    for _ in range(chance.randrange(1, 60)):
        path = f"en/{chance.randrange(12)}/{chance.randrange(20)}.html"
        text = b"text %d " % chance.randrange(9) * chance.randrange(1, 60)
        content = Content(text, compressible=chance.random() < 0.7)
        changes[path] = None if chance.random() < 0.35 else content
    return changes


def test_small_steps_and_one_full_press_give_the_same_record(
    store: Store, press: Press, tmp_path: Path
) -> None:
    chance = random.Random(35)  # noqa: S311 - it makes pages, not keys
    now: dict[str, Content] = {}
    for n in range(40):
        changes = some_changes(chance)
        now |= {path: content for path, content in changes.items() if content}
        for path in [path for path, content in changes.items() if content is None]:
            now.pop(path, None)
        root = press(changes if n else now)
        assert dict(store.entries()).keys() == now.keys()
        assert {path: store.content(path) for path in now} == {p: c.data for p, c in now.items()}
    other = Store(tmp_path / "other")
    whole = other.write_edition(
        iter(now.items()), site=SITE, day=DAY, valid_until=LATER, charters=["a" * 64], key=KEY
    )
    assert (whole.node, whole.entries) == (root.node, root.entries)
    assert record_of(other) == record_of(store)
    assert tree(other.folders.site) == tree(store.folders.site)
    full = press(iter(now.items()), full=True)
    assert full.node == root.node
    assert record_of(other) == record_of(store)


def test_many_paths_in_small_batches_come_out_the_same(
    press: Press, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pages = {f"en/{n}/index.html": Content(b"page %d" % n, compressible=False) for n in range(700)}
    expected = press(pages)
    monkeypatch.setattr(store_writing, "BATCH", 7)
    monkeypatch.setattr(store_writing, "MOST_STAGED_FILES", 5)
    other = Store(tmp_path / "other")
    values: dict[str, Any] = {
        "site": SITE, "day": DAY, "valid_until": LATER, "charters": ["a" * 64], "key": KEY,
    }  # fmt: skip
    half = iter(list(pages.items())[:300])
    other.write_edition(half, **values)
    seen: list[int] = []
    root = other.write_edition(iter(pages.items()), full=True, progress=seen.append, **values)
    assert root.node == expected.node
    assert seen == [*range(7, 701, 7)]
    assert record_of(other) == record_of(store)
    root = other.write_edition(((path, None) for path in list(pages)[100:]), **values)
    assert root.entries == 100
    assert len(tree(other.folders.site)) == 100


BAD = [
    "../a.html",
    "/a.html",
    "en//a.html",
    "en/../../a.html",
    "en\\a.html",
    "a",
    "a.html.gz",
    "a\n.html",
]


@pytest.mark.parametrize("path", BAD)
def test_a_path_that_leads_out_is_refused_and_nothing_changes(
    store: Store, press: Press, path: str
) -> None:
    press({"a.html": Content(b"a")})
    before = tree(store.folders.record), tree(store.folders.site)
    for values in ({}, {"full": True}):
        with pytest.raises(BadPathError):
            press({"b.html": Content(b"b"), path: Content(b"out")}, **values)
        assert (tree(store.folders.record), tree(store.folders.site)) == before
    assert press({}).edition == 2


def test_a_path_given_twice_is_refused(store: Store, press: Press) -> None:
    press({"a.html": Content(b"a")})
    twice = [("b.html", Content(b"b")), ("b.html", Content(b"c"))]
    for values in ({}, {"full": True}):
        with pytest.raises(BadPathError, match="twice"):
            press(iter(twice), **values)
    assert store.read("b.html") is None


def test_an_error_while_pages_are_made_leaves_the_edition_before(
    store: Store, press: Press
) -> None:
    press({"a.html": Content(b"a")})
    before = tree(store.folders.record)

    def pages() -> Iterator[tuple[str, Content]]:
        for n in range(600):
            yield f"{n}.html", Content(b"%d" % n)
        raise ZeroDivisionError

    for values in ({}, {"full": True}):
        with pytest.raises(ZeroDivisionError):
            press(pages(), **values)
        assert tree(store.folders.record) == before
        assert list((store.folders.tmp / "new").iterdir()) == []


def test_a_first_edition_that_failed_can_be_tried_again(store: Store, press: Press) -> None:
    with pytest.raises(BadPathError):
        press({"a.html": Content(b"a"), "..": Content(b"b")})
    assert store.root() is None
    assert press({"a.html": Content(b"a")}).edition == 1
    assert len(tree(store.folders.record)) == 3


def test_files_without_a_manifest_are_not_taken_for_leftovers(store: Store, press: Press) -> None:
    press({"a.html": Content(b"a")})
    (store.folders.record / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"manifest\.json"):
        press({"a.html": Content(b"a")})
    assert len(tree(store.folders.record)) == 2


def test_the_time_of_a_file_or_folder_is_its_editions_and_tells_no_hour(
    store: Store, press: Press
) -> None:
    press({"en/a.html": Content(TEXT), "en/b.html": Content(b"b"), "en/d.html": Content(b"d")})
    press({"en/a.html": Content(TEXT + b"more"), "en/b.html": None, "hy/c.html": Content(b"c")})
    midnight = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC).timestamp()
    for top in (store.folders.record, store.folders.site):
        for place in (top, *top.rglob("*")):
            assert place.stat().st_mtime in {midnight + 1, midnight + 2}, place
    times = {
        path: (store.folders.site / path).stat().st_mtime - midnight
        for path in ("en/a.html", "en/d.html", "hy/c.html", "en", "hy")
    }
    assert times == {"en/a.html": 2, "en/d.html": 1, "hy/c.html": 2, "en": 2, "hy": 2}
    assert (store.folders.record / "manifest.json").stat().st_mtime == midnight + 2


def test_editions_of_one_day_are_told_apart_for_more_than_any_day_has() -> None:
    times = [time_of(DAY, edition=edition) for edition in range(1, 86_400)]
    assert times == sorted(set(times))
    assert {datetime.fromtimestamp(each / 1e9, UTC).date() for each in times} == {DAY}
    assert time_of(DAY, edition=86_401) == times[0]


def test_no_path_shows_other_words_under_an_older_or_equal_time(store: Store, press: Press) -> None:
    """Whatever compares times sees each change, also where a path takes bytes that another had before."""
    press({"a.html": Content(b"old"), "b.html": Content(b"old"), "c.html": Content(b"three")})
    seen: dict[str, tuple[bytes, float]] = {}
    for n, words in enumerate((b"new", b"old", b"three", b"new", b"old")):
        press({"a.html": Content(words), "c.html": Content(b"three" if n % 2 else b"other")})
        for path in ("a.html", "c.html"):
            place = store.folders.site / path
            data, time = place.read_bytes(), place.stat().st_mtime
            before, then = seen.get(path, (data, 0.0))
            assert data == before or time > then, (path, n)
            seen[path] = (data, time)


@pytest.mark.skipif(not shutil.which("rsync"), reason="rsync is not on this machine")
def test_a_copy_by_rsync_follows_two_editions_of_one_day(
    store: Store, press: Press, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    command = ["rsync", "-a", "--delete", f"{store.folders.public}/", f"{copy}/"]
    for words in (b"first", b"other"):  # as long as each other, so that only the time differs
        press({"a.html": Content(words)})
        subprocess.run(command, check=True)
        for name in ("record", "site"):
            assert tree(copy / name) == tree(store.folders.public / name)


def test_a_copy_that_takes_newer_files_alone_follows_two_editions_of_one_day(
    store: Store, press: Press, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for words in (b"first", b"other"):
        press({"a.html": Content(words)})
        subprocess.run(["cp", "-au", f"{store.folders.public}/.", str(copy)], check=True)
    for place in (Path("site/a.html"), Path("record/manifest.json")):
        assert (copy / place).read_bytes() == (store.folders.public / place).read_bytes()


def test_a_folder_of_somebody_elses_is_not_taken_for_an_own_one(store: Store, press: Press) -> None:
    theirs = store.folders.site / "index.html"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")
    with pytest.raises(StoreError, match="move it away first"):
        press({"a.html": Content(b"a")})
    assert theirs.read_bytes() == b"theirs"


def test_what_is_not_released_yet_is_no_web_servers(store: Store, press: Press) -> None:
    press({"a.html": Content(b"a")})
    assert store.folders.tmp.stat().st_mode & 0o777 == 0o700


class TestPlainTree:
    """``site/`` is derived from the record, and mended from it."""

    def test_it_is_made_of_hard_links(self, store: Store, press: Press) -> None:
        press({"en/a.html": Content(TEXT)})
        entry = store.read("en/a.html")
        assert entry
        for copy in ("", "br", "gz"):
            name = f"en/a.html.{copy}" if copy else "en/a.html"
            assert (store.folders.site / name).samefile(store.file(entry, copy=copy))

    def test_where_the_disk_has_no_links_the_files_are_copied(
        self, store: Store, press: Press, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def link(*_: object) -> None:
            raise OSError(18, "Invalid cross-device link")

        monkeypatch.setattr(store_site.os, "link", link)
        press({"en/a.html": Content(TEXT)})
        press({"en/a.html": Content(b"new")})
        assert tree(store.folders.site) == {"en/a.html": b"new"}

    def test_empty_folders_are_taken_away(self, store: Store, press: Press) -> None:
        press({"en/a/b/c.html": Content(b"c"), "en/d.html": Content(b"d")})
        press({"en/a/b/c.html": None})
        assert sorted(p.name for p in store.folders.site.rglob("*")) == ["d.html", "en"]

    def test_a_link_in_the_way_is_replaced_and_not_followed(
        self, store: Store, press: Press, tmp_path: Path
    ) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "b.html").write_bytes(b"mine")
        press({"en/a.html": Content(b"a"), "en/b.html": Content(b"b")})
        folder = store.folders.site / "en"
        for place in folder.iterdir():
            place.unlink()
        folder.rmdir()
        folder.symlink_to(outside)
        press({"en/b.html": None})
        assert (outside / "b.html").read_bytes() == b"mine"
        press({"en/c.html": Content(b"c")})
        assert sorted(p.name for p in outside.iterdir()) == ["b.html"]
        assert (folder / "c.html").read_bytes() == b"c"

    def test_a_missing_tree_is_made_again(self, store: Store, press: Press) -> None:
        import shutil

        press({"en/a.html": Content(TEXT), "b.html": Content(b"b")})
        before = tree(store.folders.site)
        shutil.rmtree(store.folders.site)
        store.recover()
        assert tree(store.folders.site) == before

    def test_a_damaged_tree_can_be_rebuilt(self, store: Store, press: Press) -> None:
        press({"en/a.html": Content(TEXT), "b.html": Content(b"b")})
        before = tree(store.folders.site)
        site = store.folders.site
        (site / "en/a.html").unlink()
        (site / "en/a.html.gz").unlink()
        (site / "en/a.html.gz").write_bytes(b"other")
        (site / "x/y").mkdir(parents=True)
        (site / "x/z.html").write_bytes(b"foreign")
        (site / "en/l").symlink_to("/etc")
        (site / "b.html").unlink()
        (site / "b.html").mkdir()
        (site / "b.html" / "c").touch()
        store.rebuild_site()
        assert tree(site) == before
        assert sorted(p.name for p in site.iterdir()) == ["b.html", "en"]

    def test_record_and_site_that_are_links_are_refused(
        self, store: Store, press: Press, tmp_path: Path
    ) -> None:
        press({"a.html": Content(b"a")})
        for folder in (store.folders.site, store.folders.record):
            folder.rename(tmp_path / folder.name)
            folder.symlink_to(tmp_path / folder.name)
            with pytest.raises(StoreError, match="links"):
                press({"b.html": Content(b"b")})
            folder.unlink()
            (tmp_path / folder.name).rename(folder)


class TestBetterCopies:
    """When there is time, the quick copies are replaced by the smallest."""

    def test_they_are_smaller_and_unpack_to_the_same(self, store: Store, press: Press) -> None:
        pages = {
            f"{n}.html": Content(b"".join(b"<p>%d %d</p>" % (n, i * i) for i in range(900)))
            for n in range(6)
        }
        press(pages)
        entries = dict(store.entries())
        quick = {path: len(store.content(path, copy="br") or b"") for path in entries}
        assert store.improve_compression(budget_seconds=0) == 1
        assert store.improve_compression(budget_seconds=60) == 5
        assert store.improve_compression(budget_seconds=60) == 0
        for path, entry in entries.items():
            better = store.content(path, copy="br") or b""
            assert len(better) < quick[path]
            assert brotli.decompress(better) == pages[path].data
            plain = store.folders.site / f"{path}.br"
            assert plain.samefile(store.file(entry, copy="br"))
        assert dict(store.entries()) == entries
        assert not (store.folders.tmp / "to-improve").exists()

    def test_it_stops_when_told_and_goes_on_later(self, store: Store, press: Press) -> None:
        press({f"{n}.html": Content(TEXT * 20 + b"%d" % n) for n in range(4)})
        assert store.improve_compression(budget_seconds=60, stop=lambda: True) <= 1
        press({"0.html": None, "9.html": Content(TEXT * 30)})
        store.improve_compression(budget_seconds=60)
        assert store.content("9.html", copy="br") is not None
        assert store.improve_compression(budget_seconds=60) == 0

    def test_a_better_copy_is_kept_by_the_next_edition(self, store: Store, press: Press) -> None:
        data = b"".join(b"<p>%d</p>" % (i * i) for i in range(2000))
        press({"a.html": Content(data)})
        store.improve_compression(budget_seconds=60)
        better = store.content("a.html", copy="br")
        press({"a.html": Content(data), "b.html": Content(data)})
        press({"a.html": Content(data), "b.html": Content(data)}, full=True)
        assert store.content("b.html", copy="br") == better


def test_a_reader_meets_only_whole_editions_while_they_are_written(
    store: Store, press: Press
) -> None:
    press({f"{n}.html": Content(b"0" * 400) for n in range(20)})
    stop, seen, faults = threading.Event(), set[bytes](), list[Exception]()

    def read() -> None:
        reader = Store(store.folders.public)
        while not stop.is_set():
            try:
                data = reader.content("7.html")
                assert data is not None
                assert len(set(data)) == 1
                assert len(data) == 400
                seen.add(data)
            except Exception as error:  # noqa: BLE001 - told below
                faults.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for edition in range(1, 25):
        press({f"{n}.html": Content(b"%c" % (48 + edition) * 400) for n in range(20)})
    stop.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert len(seen) > 1


def test_two_writers_wait_for_each_other(store: Store, press: Press) -> None:
    press({"a.html": Content(b"a")})
    writers = [
        threading.Thread(target=press, args=({f"{n}.html": Content(b"%d" % n)},)) for n in range(6)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    root = store.root()
    assert root
    assert (root.edition, root.entries) == (7, 7)


def test_a_damaged_blob_is_written_anew_when_its_bytes_come_again(
    store: Store, press: Press
) -> None:
    press({"a.html": Content(TEXT)})
    entry = store.read("a.html")
    assert entry
    store.file(entry).write_bytes(b"damaged")
    store.file(entry, copy="gz").write_bytes(b"damaged")
    press({"b.html": Content(TEXT)})
    assert store.content("b.html") == TEXT
    assert gzip.decompress(store.content("b.html", copy="gz") or b"") == TEXT


def test_files_may_be_read_by_a_web_server_and_written_by_nobody_else(
    store: Store, press: Press
) -> None:
    before = os.umask(0)
    try:
        press({"en/a.html": Content(TEXT)})
    finally:
        os.umask(before)
    for top in (store.folders.record, store.folders.site):
        for place in (top, *top.rglob("*")):
            assert place.stat().st_mode & 0o7777 == (0o755 if place.is_dir() else 0o644), place

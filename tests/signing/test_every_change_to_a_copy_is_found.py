"""C30: flip, cut, extend, rename, swap, remove, replace by a link, add: each is found and named."""

import os
import shutil
import socket
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from signing_world import World

from visavis.press.store import Content
from visavis.signing.copies import brotlied, gzipped, unpack
from visavis.signing.problems import ProblemKind
from visavis.signing.verify import Outcome, Report, verify

Look = Callable[[], Report]


def every_file(public: Path) -> list[str]:
    return sorted(
        place.relative_to(public).as_posix()
        for top in ("record", "site")
        for place in (public / top).rglob("*")
        if place.is_file()
    )


def apart(public: Path) -> None:
    """Let ``site/`` hold files of its own, as after a copy without hard links."""
    plain = public / "plain"
    shutil.copytree(public / "site", plain)
    shutil.rmtree(public / "site")
    plain.rename(public / "site")


def flip(place: Path) -> None:
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 0x10
    place.write_bytes(data)


def flip_first(place: Path) -> None:
    data = bytearray(place.read_bytes())
    data[0] ^= 0x01
    place.write_bytes(data)


def truncate(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:-1])


def empty(place: Path) -> None:
    place.write_bytes(b"")


def extend(place: Path) -> None:
    place.write_bytes(place.read_bytes() + b"\n")


def rename(place: Path) -> None:
    place.rename(place.with_name(f"x{place.name}"))


def remove(place: Path) -> None:
    place.unlink()


def link_to_itself_elsewhere(place: Path) -> None:
    """A link to the very same bytes: right in every byte, and still not a file of this record."""
    elsewhere = Path(os.environ["OUTSIDE"]) / place.name
    shutil.copyfile(place, elsewhere)
    place.unlink()
    place.symlink_to(elsewhere)


def make_folder(place: Path) -> None:
    place.unlink()
    place.mkdir()


def make_fifo(place: Path) -> None:
    place.unlink()
    os.mkfifo(place)


CHANGES = [
    flip, flip_first, truncate, empty, extend, rename, remove, link_to_itself_elsewhere, make_folder,
    make_fifo,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_one_changed_file_is_found_and_named(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], None],
) -> None:
    public, outside = tmp_path / "public", tmp_path / "outside"
    outside.mkdir()
    monkeypatch.setenv("OUTSIDE", str(outside))
    world.press(public, world.documents()[:1])
    apart(public)
    names = every_file(public)
    assert len(names) > 35
    for name in names:
        place = public / name
        before = place.read_bytes()
        change(place)
        report = verify(public, charter_fingerprint=world.charter.digest, today=world.day)
        if report.outcome is Outcome.GOOD:
            # Some bit of a compressed copy means nothing: then what it unpacks to is the same.
            copy = name.rpartition(".")[2]
            original = (public / name).with_suffix("").read_bytes()
            assert copy in {"br", "gz"}
            assert unpack(place.read_bytes(), copy=copy, largest=len(original)) == original
        else:
            assert report.outcome is Outcome.WRONG
            assert name in {problem.file for problem in report.problems}, (name, report.problems)
        restore(place, before)
    assert verify(public, charter_fingerprint=world.charter.digest, today=world.day).outcome == 0


def restore(place: Path, data: bytes) -> None:
    renamed = place.with_name(f"x{place.name}")
    if renamed.exists():
        renamed.unlink()
    if place.is_symlink() or place.is_fifo() or place.is_file():
        place.unlink()
    elif place.is_dir():
        place.rmdir()
    place.write_bytes(data)


def test_a_flip_in_a_hard_link_is_named_in_both_places(public: Path, look: Look) -> None:
    flip(public / "site/en/index.html")
    named = {problem.file for problem in look().problems}
    assert "site/en/index.html" in named
    assert any(name.startswith("record/blobs/") for name in named)


def test_a_good_record_is_good(look: Look) -> None:
    report = look()
    assert report.problems == ()
    assert report.outcome is Outcome.GOOD
    assert report.has_site


WIDE = {
    f"en/library/{n}/index.html": Content(b"page %d" % n, compressible=False) for n in range(120)
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_one_changed_node_of_many_is_found_and_named(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], None],
) -> None:
    monkeypatch.setenv("OUTSIDE", str(tmp_path))
    world.press(tmp_path / "public", [], pages=WIDE)
    record = tmp_path / "public/record"
    nodes = sorted((record / "manifest").rglob("*.json"))
    assert len(nodes) > 10
    for place in nodes[:6]:
        before = place.read_bytes()
        change(place)
        report = verify(record, charter_fingerprint=world.charter.digest, today=world.day)
        named = {problem.file for problem in report.problems}
        assert place.relative_to(record).as_posix() in named
        restore(place, before)
    report = verify(record, charter_fingerprint=world.charter.digest, today=world.day)
    assert report.outcome is Outcome.GOOD


def test_two_swapped_files_are_both_named(world: World, public: Path, look: Look) -> None:
    n_stopped = 0
    world.press(public, [], pages=WIDE, full=True)
    for folder in ("blobs", "manifest"):
        files = [
            place for place in sorted((public / "record" / folder).rglob("*"))
            if place.is_file() and place.suffix not in {".br", ".gz"}
        ]  # fmt: skip
        for one, other in list(zip(files[::2], files[1::2], strict=False))[:8]:
            swap(one, other)
            report = look()
            named = {problem.file for problem in report.problems}
            swapped = {each.relative_to(public).as_posix() for each in (one, other)}
            # Where the charter cannot be read, nothing else is.
            assert swapped & named if report.is_stopped else swapped <= named
            n_stopped += report.is_stopped
            swap(one, other)
    assert n_stopped < 8
    assert look().outcome is Outcome.GOOD


def swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


STRANGE = [
    "notes.txt", "blobs/notes.txt", "blobs/ab.txt", "blobs/zz/x", "manifest/x.json", "pending/x",
    "pending/1.json", ".hidden", "manifest.json.bak", "manifest.sig",
    "blobs/00/" + "0" * 64, "blobs/00/" + "0" * 64 + ".br", "manifest/00/" + "0" * 64 + ".json",
]  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_a_file_that_nobody_released_is_found(public: Path, look: Look, name: str) -> None:
    place = public / "record" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"{}")
    named = {problem.file for problem in look().problems}
    assert f"record/{name}" in named or f"record/{Path(name).parent}/" in named


def test_a_blob_under_its_right_name_that_nothing_asks_for_is_found(
    public: Path, look: Look
) -> None:
    digest = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"  # of "foo"
    place = public / "record/blobs/2c" / digest
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(b"foo")
    assert [(p.file, p.kind) for p in look().problems] == [
        (f"record/blobs/2c/{digest}", ProblemKind.UNLISTED)
    ]


def test_an_added_file_does_not_hide_behind_a_missing_one(public: Path, look: Look) -> None:
    (public / "site/en/index.html").unlink()
    (public / "site/en/other.html").write_bytes(b"added")
    named = {problem.file for problem in look().problems}
    assert {"site/en/index.html", "site/en/other.html"} <= named


@pytest.mark.parametrize("name", ["extra.html", "en/extra.html", "new/index.html", "x/"])
def test_what_does_not_belong_in_the_plain_tree_is_found(
    public: Path, look: Look, name: str
) -> None:
    place = public / "site" / name
    if name.endswith("/"):
        place.mkdir()
    else:
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(b"added")
    assert [(p.file, p.kind) for p in look().problems] == [(f"site/{name}", ProblemKind.UNLISTED)]


def test_a_folder_replaced_by_a_link_is_found(public: Path, look: Look, tmp_path: Path) -> None:
    for name in ("record/blobs", "record/manifest", "site/en", "record", "site"):
        moved = tmp_path / "moved"
        (public / name).rename(moved)
        (public / name).symlink_to(moved)
        report = look()
        assert report.outcome is Outcome.WRONG
        assert any(problem.kind is ProblemKind.LINK for problem in report.problems), name
        (public / name).unlink()
        moved.rename(public / name)
    assert look().outcome is Outcome.GOOD


def test_a_link_to_a_folder_inside_the_record_is_found(
    public: Path, look: Look, tmp_path: Path
) -> None:
    (public / "record/more").symlink_to(tmp_path)
    assert [(p.file, p.kind) for p in look().problems] == [("record/more", ProblemKind.LINK)]


def test_a_huge_file_is_measured_and_not_read(public: Path, look: Look) -> None:
    place = next(p for p in (public / "record/blobs").rglob("*") if p.is_file() and not p.suffix)
    with place.open("r+b") as file:
        file.truncate(1 << 40)  # sparse: a terabyte of nothing
    assert any(
        problem.file.endswith(place.name) and problem.kind is ProblemKind.WRONG_SIZE
        for problem in look().problems
    )


def test_a_huge_root_node_or_pending_list_is_not_read(public: Path, look: Look) -> None:
    node = next(place for place in (public / "record/manifest").rglob("*.json"))
    (public / "record/pending").mkdir(exist_ok=True)
    (public / "record/pending/1.json").touch()
    for place in (node, public / "record/pending/1.json", public / "record/manifest.json"):
        before = place.read_bytes()
        with place.open("r+b") as file:
            file.truncate(1 << 40)
        named = {problem.file: problem.kind for problem in look().problems}
        assert named[place.relative_to(public).as_posix()] is ProblemKind.WRONG_SIZE
        place.write_bytes(before)


def test_a_copy_that_unpacks_to_a_flood_is_stopped(public: Path, look: Look) -> None:
    flood = bytes(200_000_000)
    for suffix, packed in ((".br", brotlied(flood)), (".gz", gzipped(flood)[:400])):
        copies = (public / "record/blobs").rglob(f"*{suffix}")
        # A large one: where a small one should be, so many bytes are too many already.
        place = max(copies, key=lambda copy: copy.stat().st_size)
        before = place.read_bytes()
        place.write_bytes(packed)
        tracemalloc.start()
        report = look()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert [p.kind for p in report.problems if p.file.startswith("record/")] == [
            ProblemKind.BAD_COPY
        ]
        assert peak < 20_000_000
        place.write_bytes(before)


def test_a_right_copy_that_nobody_announced_is_found(public: Path, look: Look) -> None:
    data = bytes(range(256)) * 4
    blob = next(
        place for place in (public / "record/blobs").rglob("*")
        if place.is_file() and place.read_bytes() == data
    )  # fmt: skip
    blob.with_name(f"{blob.name}.gz").write_bytes(gzipped(data))
    assert [p.kind for p in look().problems] == [ProblemKind.UNLISTED]


@pytest.mark.enable_socket
def test_a_socket_in_the_record_is_named(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = tmp_path / "p"
    world.press(public, [])
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(public / "record")
        listening.bind("s")
        report = verify(public, charter_fingerprint=world.charter.digest, today=world.day)
    assert [(p.file, p.kind) for p in report.problems] == [("record/s", ProblemKind.SPECIAL)]


def test_names_that_steer_a_terminal_are_spelled_out(public: Path, look: Look) -> None:
    (public / "record" / "\x1b[2J\u202etxt.good").touch()
    assert [str(problem) for problem in look().problems] == [
        "record/⟨U+001B⟩[2J⟨U+202E⟩txt.good belongs to no part of this edition"
    ]


def test_the_record_alone_can_be_verified_too(public: Path, world: World) -> None:
    report = verify(public / "record", charter_fingerprint=world.charter.digest, today=world.day)
    assert report.outcome is Outcome.GOOD
    assert not report.has_site
    flip(public / "record/manifest.json")
    report = verify(public / "record", charter_fingerprint=world.charter.digest, today=world.day)
    assert [problem.file for problem in report.problems] == ["manifest.json"]

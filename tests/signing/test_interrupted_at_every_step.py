"""C29: a copy that was taken while an edition is written is never called wrong, at whatever step.

Before each file operation of the writer everything is as a kill, or a mirror, would find it. It is
verified there and then, record and plain tree; and a copy of it is recovered.
"""

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from signing_world import PAGES, World

from visavis.press import store_writing
from visavis.press.store import Content, Store
from visavis.signing import trie, verify_files
from visavis.signing.canonical import new_salt
from visavis.signing.problems import ProblemKind
from visavis.signing.verify import ATTEMPTS, Outcome, Report, verify

OPERATIONS = {
    "os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.symlink", "open",
}  # fmt: skip
EDITIONS = {
    "more, other and fewer paths": {
        "index.html": Content(b"another front " * 60),
        "en/index.html": None,
        "en/new/index.html": Content(b"a new page " * 60),
        "404.html": PAGES["index.html"],
        "en/404.html": Content(b"x" * 8, compressible=False),
        "assets/serif.0a1b2c3d.woff2": None,
        **{f"hy/{n}.html": Content(b"page %d" % n, compressible=False) for n in range(9)},
    },
    "back to one list": {f"hy/{n}.html": None for n in range(9)},
    "nothing but another day": {},
}
_step: list[Callable[[], None]] = []


def _told(event: str, arguments: tuple[object, ...]) -> None:
    if _step and event in OPERATIONS and _is_in_public(event, arguments):
        step = _step.pop()  # what the step itself does is no step
        step()
        _step.append(step)


def _is_in_public(event: str, arguments: tuple[object, ...]) -> bool:
    """Whether it changes what a reader or a mirror has: files in ``tmp/`` are nobody's."""
    if event == "open" and arguments[1] in {"r", "rb", None}:
        return False
    places = [str(each) for each in arguments if isinstance(each, str | Path)]
    return any(f"/{folder}" in place for place in places for folder in ("record", "site"))


sys.addaudithook(_told)  # stays for good; without a step it does nothing


@pytest.fixture(autouse=True)
def _no_power_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of editions are written here: let no disk be waited for."""
    for name in ("sync_all", "sync_folder"):
        monkeypatch.setattr(store_writing, name, lambda _: None)


@pytest.fixture(autouse=True)
def _many_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few paths be a list of lists, so that every step can be looked at."""
    monkeypatch.setattr(trie, "FULLEST_LEAF", 4)


@contextmanager
def before_each_operation(step: Callable[[], None]) -> Iterator[None]:
    _step.append(step)
    try:
        yield
    finally:
        _step.clear()


def look(world: World, public: Path) -> Report:
    return verify(public, charter_fingerprint=world.charter.digest, today=world.day)


@pytest.mark.parametrize("is_full", [False, True], ids=["changes", "full"])
def test_at_every_step_of_an_edition_the_copy_is_right_or_interrupted(
    world: World, tmp_path: Path, is_full: bool
) -> None:
    public, seen = tmp_path / "public", Counter[Outcome]()
    world.press(public, world.documents()[:1])

    def step() -> None:
        report = look(world, public)
        assert report.problems == (), [str(each) for each in report.problems]
        seen[report.outcome] += 1

    for pages in EDITIONS.values():
        with before_each_operation(step):
            if is_full:
                here = {path: Content(Store(public).content(path) or b"") for path, _ in
                        Store(public).entries()}  # fmt: skip
                kept = {**here, **pages}
                every = {path: content for path, content in kept.items() if content is not None}
                world.press(public, [], pages=every, full=True)
            else:
                world.press(public, [], pages=pages)
        assert look(world, public).outcome is Outcome.GOOD
    assert set(seen) == {Outcome.GOOD, Outcome.INTERRUPTED}
    assert min(seen.values()) > 20


def test_at_every_step_of_a_first_edition_its_record_is_right_or_not_there(
    world: World, tmp_path: Path
) -> None:
    public, seen = tmp_path / "public", Counter[Outcome]()

    def step() -> None:
        if (public / "record/manifest.json").exists():
            report = look(world, public)
            assert report.problems == (), [str(each) for each in report.problems]
            seen[report.outcome] += 1

    with before_each_operation(step):
        world.press(public, [])
    assert look(world, public).outcome is Outcome.GOOD
    assert seen[Outcome.INTERRUPTED] > 10


def test_what_is_interrupted_at_any_step_is_finished_or_taken_back(
    world: World, tmp_path: Path
) -> None:
    public, n = tmp_path / "public", 0
    world.press(public, world.documents()[:1])

    def step() -> None:
        nonlocal n
        n += 1
        if n % 9 == 0:
            copy = tmp_path / "copy"
            shutil.copytree(public, copy)
            Store(copy).recover()
            report = look(world, copy)
            assert report.outcome is Outcome.GOOD, report.problems
            assert report.n_leftovers == 0
            shutil.rmtree(copy)

    with before_each_operation(step):
        world.press(public, [], pages=EDITIONS["more, other and fewer paths"])
    assert n > 60


@pytest.fixture
def half_done(world: World, tmp_path: Path) -> Path:
    """A copy whose plain tree has still the whole edition before."""
    public, copy = tmp_path / "public", tmp_path / "copy"
    world.press(public, world.documents()[:1])

    def step() -> None:
        is_next = (public / "record/manifest.json").read_bytes() != first
        if is_next and not copy.exists():
            shutil.copytree(public, copy)

    first = (public / "record/manifest.json").read_bytes()
    with before_each_operation(step):
        world.press(public, [], pages=EDITIONS["more, other and fewer paths"])
    assert look(world, copy).outcome is Outcome.INTERRUPTED
    assert look(world, copy).n_before > 12
    return copy


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("site/index.html", b"words of a stranger", ProblemKind.CHANGED),
        ("site/en/index.html", b"words of a stranger", ProblemKind.UNLISTED),
        ("site/en/index.html.br", b"words of a stranger", ProblemKind.UNLISTED),
        ("site/en/new/index.html", b"words of a stranger", ProblemKind.CHANGED),
        ("site/added.html", b"words of a stranger", ProblemKind.UNLISTED),
        # An old page is right under its own path, and under no other.
        ("site/404.html", b"<!doctype html><title>Home</title>" + b"<p>who plants a tree " * 40,
         ProblemKind.CHANGED),
    ],
)  # fmt: skip
def test_in_an_interrupted_copy_what_is_of_neither_edition_is_named(
    world: World, half_done: Path, name: str, data: bytes, kind: ProblemKind
) -> None:
    (half_done / name).parent.mkdir(exist_ok=True)
    (half_done / name).unlink(missing_ok=True)
    (half_done / name).write_bytes(data)
    assert [(each.file, each.kind) for each in look(world, half_done).problems] == [(name, kind)]


def test_without_the_signed_list_the_edition_before_is_a_false_site(
    world: World, half_done: Path
) -> None:
    shutil.rmtree(half_done / "record/pending")
    report = look(world, half_done)
    assert report.outcome is Outcome.WRONG
    assert "site/index.html" in {each.file for each in report.problems}


def test_an_edition_that_comes_while_it_is_read_makes_nobody_a_liar(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = tmp_path / "public"
    world.press(public, [])
    real, n = verify_files.Files.read_folder, 0

    def read(files: verify_files.Files) -> None:
        nonlocal n
        n += 1
        if n <= times:
            world.press(public, [], pages={"index.html": Content(new_salt().encode())})
        real(files)

    monkeypatch.setattr(verify_files.Files, "read_folder", read)
    times = 1
    assert look(world, public).outcome is Outcome.GOOD
    times, n = 99, 0
    report = look(world, public)
    assert report.outcome is Outcome.INTERRUPTED
    assert (report.problems, report.is_replaced, n) == ((), True, ATTEMPTS)

"""C29: whenever the writer is killed, the record verifies as the old edition or the new one."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

from signing_world import World

from visavis.press.store import Content, Store
from visavis.signing.verify import Outcome, verify

KILLS = 210
WRITER = Path(__file__).with_name("writes_until_killed.py")


def test_two_hundred_kills_leave_the_old_edition_or_the_new(world: World, tmp_path: Path) -> None:
    public = tmp_path / "public"
    world.press(public, [])
    plan = {
        "seed": world.release_key.seed.hex(),
        "site": world.charter.site,
        "day": world.day.isoformat(),
        "charters": [world.charter.digest],
    }
    chance = random.Random(29)  # noqa: S311 - it chooses instants, not keys
    edition, n_leftovers, n_unfinished = 1, 0, 0
    longest = 0.12
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(public), json.dumps(plan)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writers:
        assert writers.stdin
        assert writers.stdout
        for n in range(KILLS):
            writers.stdin.write(f"{n}\n")
            writers.stdin.flush()
            child = int(writers.stdout.readline())
            time.sleep(chance.uniform(0.002, longest))
            os.kill(child, signal.SIGKILL)
            assert writers.stdout.readline() == "gone\n"
            report = verify(
                public / "record",
                charter_fingerprint=world.charter.digest,
                at_least=edition,
                today=world.day,
            )
            assert report.outcome is Outcome.GOOD, report.problems
            assert report.root
            # On any machine about half of the kills come before the edition is there.
            longest *= 0.9 if report.root.edition > edition else 1.1
            edition = report.root.edition
            n_leftovers += report.n_leftovers > 0
            n_unfinished += any((public / "tmp/new").glob("*"))
        writers.stdin.close()
    # The kills must have met the writer at work, or they have shown nothing.
    assert edition > KILLS // 10
    assert n_leftovers > 5
    assert n_unfinished > KILLS // 10
    Store(public).recover()
    report = verify(public, charter_fingerprint=world.charter.digest, today=world.day)
    assert report.outcome is Outcome.GOOD, report.problems
    assert report.has_site
    assert report.n_leftovers == 0
    assert list((public / "record/pending").iterdir()) == []
    assert list((public / "tmp/new").iterdir()) == []


def test_leftovers_of_a_killed_edition_must_be_what_their_names_say(
    world: World, tmp_path: Path
) -> None:
    public = tmp_path / "public"
    world.press(public, [])
    killed_before_the_root(world, public)
    report = verify(public, charter_fingerprint=world.charter.digest, today=world.day)
    assert report.outcome is Outcome.GOOD, report.problems
    assert report.n_leftovers == 4  # a blob, its two copies, a node
    digest = sha256(b"new words " * 90).hexdigest()
    added = list((public / "record/blobs").rglob(digest))
    assert len(added) == 1
    added[0].write_bytes(b"other words")
    report = verify(public, charter_fingerprint=world.charter.digest, today=world.day)
    assert [problem.file for problem in report.problems] == [
        added[0].relative_to(public).as_posix()
    ]


def test_what_a_stranger_says_is_pending_is_not_believed(world: World, tmp_path: Path) -> None:
    public, foreign = tmp_path / "public", World()
    world.press(public, [])
    killed_before_the_root(world, public, key=foreign.release_key)
    report = verify(public, charter_fingerprint=world.charter.digest, today=world.day)
    assert "record/pending/1.json" in {problem.file for problem in report.problems}
    assert len(report.problems) == 5


def test_a_pending_list_of_long_ago_is_not_believed(world: World, tmp_path: Path) -> None:
    public = tmp_path / "public"
    world.press(public, [])
    killed_before_the_root(world, public)
    kept = (public / "record/pending/1.json").read_bytes()
    Store(public).recover()
    for _ in range(2):
        world.press(public, [], pages={})
    (public / "record/pending/1.json").write_bytes(kept)
    report = verify(public, charter_fingerprint=world.charter.digest, today=world.day)
    assert [problem.file for problem in report.problems] == ["record/pending/1.json"]


def test_the_edition_that_changes_the_release_key_may_be_killed_too(
    world: World, tmp_path: Path
) -> None:
    public, other = tmp_path / "public", World()
    world.press(public, [])
    killed_before_the_root(world, public, key=other.release_key, key_before=world.release_key)
    report = verify(public, charter_fingerprint=world.charter.digest, today=world.day)
    assert report.outcome is Outcome.GOOD, report.problems
    assert report.n_leftovers == 4


def killed_before_the_root(world: World, public: Path, **keys: object) -> None:
    """Write an edition up to the instant before its root is replaced."""
    child = os.fork()
    if child == 0:
        real = Path.replace

        def replace(self: Path, target: Path) -> Path:
            if target.name == "manifest.json":
                os._exit(0)
            return real(self, target)

        Path.replace = replace  # type: ignore[method-assign]
        world.press(
            public, [], pages={"en/new.html": Content(b"new words " * 90)}, chain=world.chain(),
            **keys,
        )  # fmt: skip
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0

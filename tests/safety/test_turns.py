"""Acts wait in a queue: nobody is passed by, and nobody keeps it for ever."""

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.db import OperationalError, connection

import cast
import editors
from visavis.base import data as places
from visavis.people.models import Account
from visavis.record.models import Changed, Document
from visavis.record.rules import State
from visavis.safety import transactions, turns
from visavis.safety.turns import turn

A_DAY = 86_400
LONG_ENOUGH = 20
HOLDER = """
import os, sys, time
os.environ["VISAVIS_DATA"] = sys.argv[1]
from visavis.safety.turns import turn
with turn():
    if sys.argv[2] == "forks":
        child = os.fork()
        if not child:
            sys.stdin.read()
            os._exit(0)
        print("in", child, flush=True)
    else:
        print("in", flush=True)
        sys.stdin.read()
"""


def somebody_waits() -> bool:
    file = places.opened_lock(places.queue_of_acts()[1])
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def until(holds: Callable[[], bool]) -> bool:
    for _ in range(LONG_ENOUGH * 1_000):
        if holds():
            return True
        time.sleep(0.001)
    return False


def test_one_turn_runs_at_a_time_also_in_threads_of_one_process() -> None:
    inside, most = 0, 0

    def acts() -> None:
        nonlocal inside, most
        for _ in range(20):
            with turn():
                inside += 1
                most = max(most, inside)
                time.sleep(0.0005)
                inside -= 1

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(acts) for _ in range(4)]:
            done.result()
    assert most == 1


def test_who_has_just_written_does_not_pass_by_who_waits() -> None:
    """A busy writer begins again in the very instant in which it has ended."""
    order, has_begun = list[str](), threading.Event()

    def busy() -> None:
        with turn():
            has_begun.set()
            assert until(somebody_waits), "nobody came to be next"
        with turn():
            order.append("busy")

    def waits() -> None:
        assert has_begun.wait(LONG_ENOUGH)
        with turn():
            order.append("waits")

    for _ in range(5):
        has_begun.clear()
        with ThreadPoolExecutor(2) as threads:
            for done in [threads.submit(busy), threads.submit(waits)]:
                done.result()
    assert order == ["waits", "busy"] * 5


@pytest.mark.parametrize("kind", ["freeze", "close"])
def test_a_busy_writer_does_not_keep_a_freezing_or_a_closing_out(
    shared_by_threads: None, kind: str
) -> None:
    """The real acts: the writer's next act comes after the one that waits, and not a moment before."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's own lock is a queue")
    site = cast.a_charter()
    with time_machine.travel(editors.NOW, tick=False):
        if kind == "freeze":
            nadia = editors.joined(editors.found().codes["az"]).account
            leyla = editors.joined(editors.invited(nadia), label="Leyla").account
        else:
            cast.found(site)
            text = cast.open_(cast.an_article(site), site)
    noon = datetime(cast.DAY.year, cast.DAY.month, cast.DAY.day, 12, tzinfo=UTC)
    has_begun, left = threading.Event(), list[bool]()

    def is_done() -> bool:
        if kind == "freeze":
            return Account.objects.get(pk=leyla.pk).is_disabled
        return not Document.objects.filter(digest=text.digest, state=State.OPEN).exists()

    def busy() -> None:
        try:
            with transactions.one_act():
                Changed.objects.create(subject="a" * 32)
                has_begun.set()
                assert until(somebody_waits), "nobody came to be next"
            with transactions.one_act():
                left.append(is_done())
        finally:
            connection.close()

    def waits() -> None:
        try:
            assert has_begun.wait(LONG_ENOUGH)
            if kind == "freeze":
                editors.frozen(nadia, leyla.pk)
            else:
                cast.take_down(text, "az", site=site, at=noon)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(busy), threads.submit(waits)]:
            done.result()
    assert left == [True]


@contextmanager
def holder(data: Path, how: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process of its own that is in the queue, and what it has said of it."""
    pipe = subprocess.PIPE
    args = [sys.executable, "-c", HOLDER, str(data), how]
    with subprocess.Popen(args, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        yield process, process.stdout.readline()


def test_a_holder_that_is_killed_frees_the_queue(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with holder(data, "waits") as (process, said):
        assert said == "in\n"
        with monkeypatch.context() as patch:
            patch.setattr(turns, "LONGEST_WAIT", 0.05)
            with pytest.raises(turns.NoTurnError), turn():  # the control: it is held
                pass
        process.kill()
        process.wait()
        with turn():
            pass


def test_a_process_that_was_forked_in_an_act_does_not_keep_the_queue(data: Path) -> None:
    with holder(data, "forks") as (process, said):
        assert process.wait() == 0
        os.kill(int(said.split()[1]), 0)  # the child is there, with all the files that were open
        with turn():
            pass


def test_a_holder_that_hangs_is_answered_as_a_busy_database(
    on_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.05)
    has_begun, may_end = threading.Event(), threading.Event()

    def hangs() -> None:
        with turn():
            has_begun.set()
            may_end.wait(LONG_ENOUGH)

    with ThreadPoolExecutor(1) as threads:
        hanging = threads.submit(hangs)
        assert has_begun.wait(LONG_ENOUGH)
        with pytest.raises(OperationalError), transactions.one_act():
            pytest.fail("two turns at once")
        may_end.set()
        hanging.result()
    with transactions.one_act():
        pass


def test_an_act_within_an_act_is_a_part_of_it(on_disk: Path) -> None:
    @transactions.act
    def fails() -> None:
        Changed.objects.create(subject="b" * 32)
        raise ZeroDivisionError

    with transactions.one_act():
        Changed.objects.create(subject="a" * 32)
        with pytest.raises(ZeroDivisionError):
            fails()
        assert turns._mine.is_now
    assert not turns._mine.is_now
    assert [row.subject for row in Changed.objects.all()] == ["a" * 32]


def test_a_turn_that_fails_ends(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError), turn():
        raise ZeroDivisionError
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.05)

    def another() -> str:
        with turn():
            return "in"

    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(another).result() == "in"


def test_the_files_of_the_queue_tell_nothing(data: Path) -> None:
    def look() -> list[tuple[int, int, int, int]]:
        there = [file.stat() for file in places.queue_of_acts()]
        return [(each.st_size, each.st_mtime_ns, each.st_ctime_ns, each.st_mode) for each in there]

    with turn():
        pass
    first = look()
    for _ in range(50):
        with turn():
            pass
    assert look() == first
    for size, written, _, mode in first:
        assert (size, written // 10**9 % A_DAY, mode & 0o077) == (0, 0, 0)

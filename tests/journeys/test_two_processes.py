"""Somebody is detained in one process while a form of theirs is on its way in another: nothing of it is kept.

Both serve one data directory. The test holds the queue of acts from outside: so the detention comes first,
when the form has been let in already. Its session was good then, and all about it is in memory there.
"""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from running import PATIENCE, Site, demo_participants, free_port

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]
ROOT = "/en/taking-part/"
TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')
TYPED = {"original": "az", "text": "Su hamınındır.", "rules_read": "on"}
KEPT = ("people_ownbox", "people_daymark", "record_document", "record_changed")
"""Where words of somebody who takes part lie, and what is counted of them."""


@dataclass
class Browser:
    """One person's cookies; ``at`` is the process that is asked, and another may be asked in between."""

    at: str
    jar: CookieJar = field(default_factory=CookieJar)

    def ask(self, path: str, typed: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return status, where it leads, and the page."""
        body = None if typed is None else urlencode(typed).encode()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        try:
            answer = opener.open(self.at + path, body, timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.url.removeprefix(self.at), answer.read().decode()

    def form(self, path: str, **typed: str) -> dict[str, str]:
        """Return what this form hands in, with the token of its page."""
        _, _, page = self.ask(path)
        found = TOKEN.search(page)
        assert found, page
        return {"csrfmiddlewaretoken": found[0], **typed}


@contextlib.contextmanager
def answering(site: Site) -> Iterator[tuple[str, int]]:
    """Let a process answer as a worker of `visavis serve` does; yield its address and its group.

    Nothing else of `serve` runs: its housekeeping and its editions would wait in the queue too.
    """
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    with subprocess.Popen(
        [*command, "visavis.press.worker:application"],
        env=site.environ() | {"DJANGO_SETTINGS_MODULE": "visavis.project.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            until(lambda: is_answered(address))
            yield address, process.pid
        finally:
            os.killpg(process.pid, signal.SIGTERM)


@contextlib.contextmanager
def queue_held(site: Site) -> Iterator[None]:
    """Let no act begin."""
    with (site.data / "acts.turn").open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_next(site: Site) -> bool:
    """Return whether an act is at the head of the queue, and waits."""
    with (site.data / "acts.next").open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def is_in_queue(group: int, site: Site) -> bool:
    """Return whether an act of a process of this group has opened the queue, and waits to begin."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(process.name)) == group:
                files = [each.readlink() for each in (process / "fd").iterdir()]
                if site.data / "acts.next" in files:
                    return True
    return False


def is_answered(address: str) -> bool:
    with contextlib.suppress(OSError):
        urllib.request.urlopen(address, timeout=PATIENCE).close()
        return True
    return False


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.05)


def kept(site: Site) -> dict[str, list[object]]:
    with contextlib.closing(sqlite3.connect(site.data / "visavis.sqlite3")) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in KEPT
        }


def test_a_form_in_flight_in_another_process_is_kept_nowhere(made: Site, tmp_path: Path) -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("here no process says which files it has opened, and so who waits in the queue")
    site = Site(data=tmp_path / "data")
    shutil.copytree(made.data, site.data)
    with (
        answering(site) as (first, _),
        answering(site) as (second, group),
        ThreadPoolExecutor(2) as threads,
    ):
        person = Browser(second)
        passphrase = demo_participants(site.data)["az"]
        person.ask(f"{ROOT}sign-in/", person.form(f"{ROOT}sign-in/", passphrase=passphrase))
        paper = f"{ROOT}account/paper/"
        _, _, page = person.ask(paper, person.form(paper, passphrase=passphrase))
        code = re.findall(r"<code>([^<]+)</code>", page)[0]
        write = re.findall(r'href="([^"]+/write/)"', person.ask(f"{ROOT}discussions/")[2])[0]

        # Alone it is kept, and everything that the second process remembers of this person is warm.
        before = kept(site)
        status, then, _ = person.ask(write, form := person.form(write, **TYPED))
        assert (status, then.endswith("/preview/")) == (200, True)
        assert kept(site) != before
        before = kept(site)

        with queue_held(site):
            paper = {"code": code, "what": "wishes"}
            detained = threads.submit(Browser(first).ask, f"{ROOT}detained/", paper)
            until(lambda: is_next(site))
            in_flight = threads.submit(person.ask, write, {**form, "text": "Hava hamınındır."})
            until(lambda: is_in_queue(group, site))
            assert not detained.done()
            assert not in_flight.done()
        assert detained.result()[0] == 200
        status, then, page = in_flight.result()
        assert (status, then) == (403, write)
        assert "Hava hamınındır." in page
        assert kept(site) == before

        # Such a form from now on is answered alike, by both processes.
        for person.at in (second, first):
            again = person.ask(write, {**form, "text": "Hava hamınındır."})
            assert [TOKEN.sub("", each) for each in again[1:]] == [then, TOKEN.sub("", page)]
        assert kept(site) == before

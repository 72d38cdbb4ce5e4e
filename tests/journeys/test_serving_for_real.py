"""`visavis serve` as readers meet it: over a socket, while editions change, and with nothing kept of them."""

import contextlib
import hashlib
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from running import ANSWERS, PATIENCE, Site, free_port

import canaries
from visavis.press.store import Content, Store
from visavis.signing.keys import PrivateKey

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]

KEY = PrivateKey.new()
N_PAGES = 24


@dataclass
class Running:
    """A server in a process group of its own, with all that it says going to files."""

    site: Site
    folder: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def said(self) -> bytes:
        return b"".join(file.read_bytes() for file in sorted(self.folder.glob("server.*")))

    def start(self, *, releases: str = "hour") -> None:
        self.site.port = free_port()
        environment = {**os.environ, "VISAVIS_DATA": str(self.site.data)}
        with (
            (self.folder / "server.out").open("ab") as out,
            (self.folder / "server.err").open("ab") as err,
        ):
            words = ["serve", "--port", str(self.site.port), "--releases", releases]
            self.process = subprocess.Popen(
                [sys.executable, "-m", "visavis", *words],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        self.wait()

    def wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self.process is not None
            assert self.process.poll() is None, self.said.decode()
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.site.get("/")
                return
            time.sleep(0.05)
        raise AssertionError("serve did not answer")

    def stop(self, number: int = signal.SIGINT) -> int:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        try:
            return self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise

    def worker(self) -> int:
        """Return the process that answers: the child that multiprocessing spawned."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for child in map(int, children.split()):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
        raise AssertionError("no worker")


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a founded site without an edition."""
    folder = tmp_path_factory.mktemp("founded")
    (folder / "answers.toml").write_text(ANSWERS)
    site = Site(data=folder / "site")
    site.run("init", "--answers", str(folder / "answers.toml"))
    return site.data


@pytest.fixture
def running(founded: Path, tmp_path: Path) -> Iterator[Running]:
    """A copy of it, not yet served."""
    site = Site(data=tmp_path / "site")
    shutil.copytree(founded, site.data)
    server = Running(site, tmp_path)
    yield server
    if server.process is not None and server.process.poll() is None:
        server.stop(signal.SIGKILL)


def release(store: Store, changes: dict[str, Content | None]) -> int:
    root = store.write_edition(
        changes,
        site="ab" * 16,
        day=date(2031, 7, 9),
        valid_until=date(2032, 7, 9),
        charters=["cd" * 32],  # type: ignore[list-item]  # serving does not read the charter
        key=KEY,
    )
    return root.edition


def pages(edition: int) -> dict[str, Content | None]:
    """Return every page as this edition has it: each says which edition it is of, in two places."""
    word = f"<p>edition {edition:04}</p>".encode()
    return {
        f"az/{n}/index.html": Content(word + secrets.token_hex(6_000).encode() + word)
        for n in range(N_PAGES)
    }


@dataclass
class Reader(threading.Thread):
    """Reads all pages over and over on one connection, and notes what must not be."""

    port: int
    stop: threading.Event
    wrong: list[str] = field(default_factory=list)
    n_read: int = 0
    editions: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        last, number = 0, 0
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        while not self.stop.is_set():
            number = (number + 7) % N_PAGES
            connection.request("GET", f"/az/{number}/")
            answer = connection.getresponse()
            body = answer.read()
            self.n_read += 1
            if answer.status != 200:
                self.wrong.append(f"status {answer.status}")
                continue
            first, second = body[:19], body[-19:]
            edition = int(body[11:15])
            if first != second or answer.headers["ETag"] != f'"{hashlib.sha256(body).hexdigest()}"':
                self.wrong.append("two editions in one page")
            if edition < last:
                self.wrong.append(f"edition {edition} after {last}")
            last = edition
            self.editions.add(edition)
        connection.close()


def test_while_editions_change_nobody_reads_a_mix_or_an_older_one_again(running: Running) -> None:
    store = Store(running.site.data / "public")
    edition = release(store, pages(1) | {"404.html": Content(b"no"), "index.html": Content(b"f")})
    running.start()
    stop = threading.Event()
    readers = [Reader(running.site.port, stop) for _ in range(6)]
    for reader in readers:
        reader.start()
    end = time.monotonic() + 6
    while time.monotonic() < end or edition < 8:
        edition = release(store, pages(edition + 1))
    time.sleep(1)
    stop.set()
    for reader in readers:
        reader.join(timeout=PATIENCE)
    assert {wrong for reader in readers for wrong in reader.wrong} == set()
    assert all(reader.n_read > 100 and len(reader.editions) > 3 for reader in readers)
    assert all(max(reader.editions) == edition for reader in readers), "the last was not noticed"


def test_stopping_is_quiet_and_frees_the_port(running: Running) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        running.start()
        assert running.stop(number) == 0
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", running.site.port))
    assert b"Traceback" not in running.said
    assert running.said.count(b"Stopped.\n") == 2


def test_a_second_server_of_the_same_site_says_so_and_ends(running: Running) -> None:
    running.start()
    said = running.site.run("serve", "--port", str(free_port()), code=1)
    assert "is being served already. Stop that server first." in said
    assert "Traceback" not in said
    assert running.site.get("/")[0] == 503  # no edition yet, and still answering


def test_nothing_goes_on_when_the_main_process_is_killed(running: Running) -> None:
    """A worker that went on would answer readers, and release no edition any more."""
    running.start()
    worker, process = running.worker(), running.process
    assert process is not None
    process.kill()
    process.wait(timeout=PATIENCE)
    end = time.monotonic() + 10
    while Path(f"/proc/{worker}").exists() and not is_over(worker):
        assert time.monotonic() < end, "the worker lives on"
        time.sleep(0.05)
    running.start()  # the lock is free, and so is the port
    assert running.site.get("/")[0] == 503


def is_over(process: int) -> bool:
    """Whether it has ended and only its parent's last look is missing."""
    return " Z " in Path(f"/proc/{process}/stat").read_text()


def test_a_reader_wakes_neither_django_nor_the_database(running: Running) -> None:
    store = Store(running.site.data / "public")
    release(store, pages(1) | {"404.html": Content(b"no")})
    running.start()
    for path in ("/az/1/", "/az/1", "/nowhere", "/az/desks/"):
        running.site.get(path)
    maps = Path(f"/proc/{running.worker()}/maps").read_text()
    assert "pysqlite3" not in maps
    running.site.get("/en/desk/")
    maps = Path(f"/proc/{running.worker()}/maps").read_text()
    assert "pysqlite3" in maps, "this test would not notice if Django were loaded"


def raw(port: int, data: bytes, *, waits: bool = True) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(data)
        if waits:
            with contextlib.suppress(OSError):
                while connection.recv(65536):
                    pass


def visits(canary: str) -> Iterator[bytes]:
    """Yield requests of every kind, good and bad, each with the canary wherever a visitor has a say."""
    told = (
        f"User-Agent: {canary}\r\nX-Forwarded-For: {canary}\r\nForwarded: for={canary}\r\n"
        f"X-Real-IP: {canary}\r\nReferer: http://{canary}.example/{canary}\r\n"
        f"Accept-Language: {canary}\r\nCookie: session={canary}; csrftoken={canary}\r\n"
        f"Authorization: Basic {canary}\r\nAccept-Encoding: {canary}\r\nIf-None-Match: {canary}\r\n"
        f"Via: {canary}\r\nX-{canary}: {canary}\r\nConnection: close\r\n"
    )
    host = "Host: localhost\r\n"
    form = f"passphrase={canary}&digits={canary}&code={canary}"
    body = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n"
    for path in ("/", "/az/1/", f"/az/{canary}/", f"/?{canary}", "/en/desk/", f"/en/desk/{canary}",
                 "/en/desk/sign-in/", "/en/desk/set-up/", f"/static/{canary}.css",
                 f"/%{canary}", f"/{canary}%00", f"//{canary}/..", f"/en/desk/?next={canary}"):  # fmt: skip
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", canary[:12].upper()):
            yield f"{method} {path} HTTP/1.1\r\n{host}{told}\r\n".encode()
    for path in ("/en/desk/sign-in/", "/en/desk/set-up/", "/az/1/", f"/en/desk/{canary}"):
        yield f"POST {path} HTTP/1.1\r\n{host}{told}{body}\r\n{form}".encode()
        yield f"POST {path} HTTP/1.1\r\nHost: {canary}.example\r\n{told}{body}\r\n{form}".encode()
        yield f"POST {path} HTTP/1.1\r\n{host}Origin: http://{canary}\r\n{told}{body}\r\n{form}".encode()
    yield f"GET / HTTP/9.9\r\n{host}{told}\r\n".encode()
    yield f"{canary}\r\n\r\n".encode()
    yield f"GET / HTTP/1.1\r\n{host}X-Long: {canary * 40_000}\r\n\r\n".encode()
    yield f"GET /{canary * 5_000} HTTP/1.1\r\n{host}{told}\r\n".encode()


def test_nothing_of_a_visit_is_left_anywhere(running: Running) -> None:
    """`threats.md` C1, C9: every byte of the data directory and of what the server said is searched."""
    canary, published = f"Zx{secrets.token_hex(9)}", f"Pq{secrets.token_hex(9)}"
    store = Store(running.site.data / "public")
    release(store, pages(1) | {"404.html": Content(b"no"), "pub.txt": Content(published.encode())})
    running.start(releases="at-once")
    n_sent = 0
    for request in visits(canary):
        with contextlib.suppress(OSError):
            raw(running.site.port, request)
        n_sent += 1
    # An upload that breaks off, and a worker that dies in the middle of one.
    broken = f"POST /en/desk/sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n{canary}"
    raw(running.site.port, broken.encode(), waits=False)
    with socket.create_connection(("127.0.0.1", running.site.port)) as held:
        held.sendall(broken.encode())
        time.sleep(0.3)
        os.kill(running.worker(), signal.SIGKILL)
        time.sleep(0.5)
    running.wait()
    assert running.site.get("/az/1/")[0] == 200, "a worker that died is not replaced"
    running.stop()

    words = [canary, canary[:12], published]
    hits = canaries.found_below(running.site.data, words)
    found = set().union(*hits.values())
    assert published in found, "the search finds nothing at all"
    assert found == {published}, hits
    assert canaries.found_in(running.said, words) == set(), running.said.decode()
    assert n_sent > 100


def test_the_data_directory_holds_what_the_inventory_says(running: Running) -> None:
    """`threats.md` C9: no file of a log, a cache or an upload appears beside what is known."""
    release(Store(running.site.data / "public"), pages(1) | {"404.html": Content(b"no")})
    running.start(releases="at-once")
    for path in ("/", "/az/1/", "/en/desk/", "/en/desk/sign-in/"):
        running.site.get(path)
    known = {"visavis.sqlite3", "visavis.sqlite3-wal", "visavis.sqlite3-shm", "format", "secret", "keys",
             "public", "press.lock", "serve.lock", "closings", "database", "passing", "acts.turn",
             "acts.next"}  # fmt: skip
    assert {file.name for file in running.site.data.iterdir()} <= known
    assert {file.name for file in (running.site.data / "public").iterdir()} <= {
        "record",
        "site",
        "tmp",
    }
    assert running.site.data.stat().st_mode & 0o077 == 0


def test_a_file_that_a_stranger_sends_is_written_nowhere(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C1, C11: a form is read before it is asked who sends it; the disk must not fill, nor remember."""
    canary, scratch = f"Zx{secrets.token_hex(9)}", tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    running.start()
    part = canary.encode() * 500_000  # ten million bytes: far more than is kept in memory of a form
    head = (
        b'--B\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n"
    )
    request = (
        "POST /en/desk/sign-in/ HTTP/1.1\r\nHost: localhost\r\n"
        f"Cookie: csrf={'a' * 32}\r\nContent-Type: multipart/form-data; boundary=B\r\n"
        f"Content-Length: {len(head) + 2 * len(part)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", running.site.port)) as held:
        held.sendall(request.encode() + head + part)
        time.sleep(0.5)
        os.kill(running.worker(), signal.SIGKILL)
        time.sleep(0.5)
    running.stop()
    assert canaries.found_below(tmp_path, [canary]) == {}

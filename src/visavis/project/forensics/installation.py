"""A site of its own in a folder of its own, served as the documentation says, and copied while it runs.

::

    data/        the data directory, as `visavis init` makes it
    tmp/         where the system puts temporary files of these programs
    nginx/       what the proxy writes
    said         what the server writes to its terminal or log
    copies/      what somebody would have found at moments drawn by lot
    logs/        the database with its write-ahead log, one for each time the log was emptied
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from .browser import ForensicsError

CONFIGURATION = Path(__file__).resolve().parent.parent / "nginx.conf"
PATIENCE = 60
WORKERS = 2
ANSWERS = """
languages = ["az", "hy", "en"]
names = { az = "Sınaq", hy = "Փորձ", en = "Trial" }
[[sides]]
code = "az"
languages = ["az"]
names = { az = "A", hy = "A", en = "A" }
[[sides]]
code = "hy"
languages = ["hy"]
names = { az = "B", hy = "B", en = "B" }
"""
CODE = re.compile(r"^\s+([a-z]+)\s+((?:[0-9a-z]{4}-){6}[0-9a-z]{4})\b", re.MULTILINE)


@dataclass
class Installation:
    """One folder as above. ``given`` are settings that differ from this site's own."""

    folder: Path
    given: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    """The server's own."""
    front: int = 0
    """Where a browser comes: nginx where there is one, else the server."""
    server: int = 0
    n_copies: int = 0
    pepper: str = field(default_factory=lambda: secrets.token_hex(32))
    _log: bytes = b""
    _seen: int = 0
    _n_logs: int = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def has_proxy(self) -> bool:
        return self.front != self.port

    def found(self) -> dict[str, str]:
        """Make the site; return the code of each side's first editor."""
        for name in ("tmp", "nginx", "copies", "logs"):
            (self.folder / name).mkdir()
        answers = self.folder / "answers.toml"
        answers.write_text(ANSWERS, encoding="utf-8")
        return dict(CODE.findall(self.run("init", "--answers", str(answers))))

    def run(self, *words: str) -> str:
        """Run ``visavis`` with these words on this site and return what it says."""
        return self._run("-m", "visavis", *words)

    def pass_the_hour(self) -> None:
        """Have done what the server does at each full hour."""
        self._run("-m", "visavis.project.forensics.hour")

    @contextmanager
    def served(self) -> Iterator[None]:
        """Serve it with two workers, behind nginx where this machine has it."""
        self.port = self.front = free_port()
        words = ["-m", "visavis", "serve", "--port", str(self.port), "--workers", str(WORKERS)]
        with (self.folder / "said").open("ab") as said:
            server = subprocess.Popen(
                [sys.executable, *words],
                env=self._environ(),
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
            self.server = server.pid
            try:
                _wait_for(self.port, server)
                with self._proxy():
                    yield
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(server.pid, signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    server.wait(timeout=10)
                with suppress(ProcessLookupError):
                    os.killpg(server.pid, signal.SIGKILL)
                server.wait()

    def kill_a_worker(self) -> bool:
        """End one worker at once, as a crash does; return whether this system shows who they are."""
        workers: list[int] = []
        with suppress(OSError):
            children = Path(f"/proc/{self.server}/task/{self.server}/children").read_text()
            workers += [
                int(child)
                for child in children.split()
                if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
            ]
        for worker in workers[:1]:
            os.kill(worker, signal.SIGKILL)
        return bool(workers)

    # What somebody finds

    def copy(self) -> Path:
        """Copy everything as it is now, file by file, as it is done to a machine that runs."""
        to = self.folder / "copies" / f"{self.n_copies:03d}"
        self.n_copies += 1
        for name in ("data", "tmp", "nginx"):
            for path in sorted((self.folder / name).rglob("*")):
                copied = to / path.relative_to(self.folder)
                copied.parent.mkdir(parents=True, exist_ok=True)
                with suppress(FileNotFoundError):  # it went while the others were being copied
                    if path.is_file() and not path.is_symlink():
                        shutil.copy2(path, copied)
        return to

    @property
    def database(self) -> Path:
        """The built-in database, where that is the one."""
        return self.data / "visavis.sqlite3"

    def watch(self) -> None:
        """Keep the write-ahead log as it is now, once for each time that it was emptied."""
        file = self.database
        beside = Path(f"{file}-wal")
        if not beside.exists() or (seen := beside.stat().st_mtime_ns) == self._seen:
            return
        self._seen, log = seen, beside.read_bytes()
        if not log:
            return
        is_longer = log.startswith(self._log) and self._log
        self._n_logs += not is_longer
        kept = self.folder / "logs" / f"{self._n_logs:04d}.sqlite3"
        if not is_longer:
            shutil.copy2(file, kept)
        Path(f"{kept}-wal").write_bytes(log)
        self._log = log

    def logs(self) -> list[Path]:
        """Return each database that `watch` has kept; its log lies beside it, named ``…-wal``."""
        return sorted((self.folder / "logs").glob("*.sqlite3"))

    # Inside

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words],
            env=self._environ(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 5,
            check=False,
        )
        if done.returncode:
            raise ForensicsError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
        with (self.folder / "said").open("a", encoding="utf-8") as said:
            said.write(done.stderr)
        return done.stdout

    def _environ(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("VISAVIS_") and name != "DATABASE_URL"
        }
        own = {
            "VISAVIS_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": "visavis.project.settings",
            "TMPDIR": str(self.folder / "tmp"),
            # Shared with the program that passes the hour: who has joined comes into being then.
            "VISAVIS_PEPPER": self.pepper,
        }
        return kept | own | dict(self.given)

    @contextmanager
    def _proxy(self) -> Iterator[None]:
        if not shutil.which("nginx"):
            yield
            return
        with nginx(self.folder / "nginx", before=self.port) as (port, _):
            self.front = port
            yield


@contextmanager
def nginx(
    folder: Path, *, before: int, changed: tuple[str, str] = ("", "")
) -> Iterator[tuple[int, int]]:
    """Run nginx as the documentation has it, without its certificate; yield its port and its process."""
    port = free_port()
    text = CONFIGURATION.read_text(encoding="utf-8")
    text = text.replace(*changed) if changed[0] else text
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{before}")
    text = re.sub(r"^ *(listen \[::\]|ssl_).*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    text = text.replace("listen 80", f"listen 127.0.0.1:{free_port()}")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.err;\n"
        f"events {{ worker_connections 256; }}\nhttp {{ {places}\n{text}\n}}",
        encoding="utf-8",
    )
    words = [shutil.which("nginx") or "nginx", "-p", str(folder), "-c", str(file)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port, process, said=folder / "nginx.err")
            yield port, process.pid
        finally:
            process.kill()


def free_port() -> int:
    """Return a port that nobody listens on, below those that connections of others may take."""
    while True:
        port = 10_240 + secrets.randbelow(22_528)
        with socket.socket() as taken, suppress(OSError):
            taken.bind(("127.0.0.1", port))
            return port


def _wait_for(port: int, process: "subprocess.Popen[bytes]", *, said: Path | None = None) -> None:
    """Wait until somebody answers there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with (
            suppress(OSError),
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line,
        ):
            line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            if line.recv(100):
                return
        time.sleep(0.05)
    raise ForensicsError(
        said.read_text() if said and said.exists() else f"nothing answers at {port}"
    )

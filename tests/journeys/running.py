"""A real site in a process of its own: made by the command line, served by `visavis serve`.

Nothing here touches Django in the process of the tests: what a journey knows, it knows from pages, from
files, and from what a command printed.
"""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyotp

PATIENCE = 60
ANSWERS = """
languages = ["az", "hy", "en"]
names = { az = "Birgə sayt", hy = "Համատեղ կայք", en = "Joint site" }
[[sides]]
code = "az"
languages = ["az"]
names = { az = "A", hy = "A", en = "A" }
[[sides]]
code = "hy"
languages = ["hy"]
names = { az = "B", hy = "B", en = "B" }
"""
"""What `visavis init` is told of a site of two sides."""


@dataclass
class Site:
    """A data directory and, while it is served, its address."""

    data: Path
    port: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *words: str, code: int = 0, given: str = "") -> str:
        """Run ``visavis`` with these words on this site; return what it says."""
        done = self.started(*words, given=given)
        said = done.stdout + done.stderr
        assert done.returncode == code, f"visavis {' '.join(words)}: {done.returncode}\n{said}"
        return said

    def started(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "visavis", *words],
            env=self.environ(),
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 3,
            check=False,
        )

    @contextlib.contextmanager
    def served(self) -> Iterator["Site"]:
        """Serve it until the story is told."""
        self.port = free_port()
        with subprocess.Popen(
            [sys.executable, "-m", "visavis", "serve", "--port", str(self.port)],
            env=self.environ(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as server:
            try:
                self._wait_for(server)
                yield self
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(server.pid, signal.SIGTERM)
                try:
                    server.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    os.killpg(server.pid, signal.SIGKILL)

    def get(self, path: str) -> tuple[int, bytes]:
        """Return status and bytes of a public address, as a machine reads it."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=PATIENCE) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def wait_until_there(self, path: str, *, words: str = "", seconds: float = PATIENCE) -> str:
        """Return the page once it is public and says these words; the next edition may take a moment."""
        end = time.monotonic() + seconds
        while True:
            status, body = self.get(path)
            if status == 200 and words in body.decode():
                return body.decode()
            assert time.monotonic() < end, f"{path} is not there: {status}"
            time.sleep(0.2)

    def environ(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith("VISAVIS_")
        }
        return kept | {
            "VISAVIS_DATA": str(self.data),
            "VISAVIS_RELEASES": "at once",
            **self.environment,
        }

    def _wait_for(self, server: "subprocess.Popen[str]") -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if server.poll() is not None:
                raise AssertionError(
                    f"serve stopped: {server.stderr.read() if server.stderr else ''}"
                )
            with contextlib.suppress(OSError):
                self.get("/")
                return
            time.sleep(0.05)
        raise AssertionError("serve did not answer")


@dataclass(frozen=True)
class SignIn:
    """What an editor of the demo knows."""

    side: str
    passphrase: str
    totp: str
    desk_passphrase: str


def demo_sign_ins(data: Path) -> dict[str, SignIn]:
    kept = json.loads((data / "demo.json").read_text())
    return {each["side"]: SignIn(**each) for each in kept["sign_ins"]}


def demo_participants(data: Path) -> dict[str, str]:
    """Return the passphrase of the demo's participant of each side."""
    kept = json.loads((data / "demo.json").read_text())
    return {each["side"]: each["passphrase"] for each in kept["participants"]}


class Authenticator:
    """Shows codes, and never the same one twice: each works once."""

    def __init__(self, secret: str) -> None:
        self._totp = pyotp.TOTP(secret)
        self._last = 0

    def code(self) -> str:
        """Return a code that was not shown before: the last, this or the next one, or wait for one."""
        now = time.time()
        # The code before is still taken, unless the clock moves on while the form is on its way.
        earliest = int(now) // 30 - (now % 30 < 20)
        step = max(earliest, self._last + 1)
        if step > int(now) // 30 + 1:
            time.sleep(step * 30 - 30 - now + 0.5)
        self._last = step
        return self._totp.at(step * 30)


def free_port() -> int:
    """Return a port that nobody listens on, below those that connections of other tests may take."""
    while True:
        port = 10_240 + secrets.randbelow(22_528)  # `random` draws the same in every process
        with socket.socket() as taken, contextlib.suppress(OSError):
            taken.bind(("127.0.0.1", port))
            return port

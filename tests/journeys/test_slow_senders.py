"""Clients that send a form byte by byte: what they do to `serve` alone, and that nginx in front stops it."""

import contextlib
import re
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import ANSWERS, PATIENCE, Site

from visavis.project.forensics.installation import nginx

pytestmark = [
    pytest.mark.journey,
    pytest.mark.enable_socket,
    pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not on this machine"),
]
N_SLOW = 24  # more than all the threads of the server
SECONDS_TO_WAIT = 5.0  # and nobody; who is answered may take as long as a busy machine needs
SIGN_IN = "/en/desk/sign-in/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("founded")
    (folder / "answers.toml").write_text(ANSWERS)
    site = Site(data=folder / "site")
    site.run("init", "--answers", str(folder / "answers.toml"))
    with site.served():
        answers(site.port)  # the first who comes waits until the desks' pages are loaded
        yield site


def answer(port: int, path: str, *, form: bytes = b"", within: float = PATIENCE) -> int:
    """Return the status that somebody gets who sends everything at once; 0 for none within this time."""
    method = "POST" if form else "GET"
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    head += (
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n"
    )
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=within) as line:
            line.sendall(head.encode() + form)
            return int(line.recv(4096).split()[1])
    except (OSError, IndexError):
        return 0


def slow_form() -> bytes:
    """Return a form's head and one byte of a thousand. Without the cookie it would be refused unread."""
    head = f"POST {SIGN_IN} HTTP/1.1\r\nHost: localhost\r\nCookie: csrf={'a' * 32}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na"
    return head.encode()


@contextlib.contextmanager
def slow_senders(port: int) -> Iterator[None]:
    """Open forms that promise a thousand bytes and have sent one, and hold them."""
    head = slow_form()
    with contextlib.ExitStack() as lines:
        for _ in range(N_SLOW):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            line.sendall(head)
        time.sleep(0.5)
        yield


def answers(port: int, *, within: float = PATIENCE) -> tuple[int, int]:
    """Return what an editor gets who asks for the page to sign in, and who sends its form without a token."""
    asked = answer(port, SIGN_IN, within=within)
    return asked, answer(port, SIGN_IN, form=b"passphrase=no", within=within)


SERVED = (200, 403)


def test_slow_senders_hold_nobody_up_behind_the_proxy_of_the_documentation(
    site: Site, tmp_path: Path
) -> None:
    assert answers(site.port) == SERVED
    with slow_senders(site.port):
        assert SERVED[0] not in answers(site.port, within=SECONDS_TO_WAIT), (
            "without a proxy they do: this is the control"
        )
    with nginx(tmp_path, before=site.port) as (port, _):
        assert answers(port) == SERVED
        with slow_senders(port):
            assert answers(port) == SERVED


def test_it_is_the_buffering_that_holds_them_off(site: Site, tmp_path: Path) -> None:
    without = ("proxy_request_buffering on", "proxy_request_buffering off")
    with nginx(tmp_path, before=site.port, changed=without) as (port, _), slow_senders(port):
        assert SERVED[0] not in answers(port, within=SECONDS_TO_WAIT)


@pytest.mark.parametrize(
    ("changed", "is_written"),
    [(("", ""), False), (("client_body_buffer_size 8m", "client_body_buffer_size 8k"), True)],
    ids=["as documented", "with its usual buffer"],
)
def test_no_form_touches_the_disk_of_the_proxy(
    site: Site, tmp_path: Path, changed: tuple[str, str], is_written: bool
) -> None:
    with nginx(tmp_path, before=site.port, changed=changed) as (port, process):
        head = f"POST {SIGN_IN} HTTP/1.1\r\nHost: localhost\r\nCookie: session=a\r\n"
        head += "Content-Length: 4000000\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
            line.sendall(head.encode() + b"passphrase=" + b"x" * 3_000_000)
            time.sleep(1)
            # nginx takes the name of such a file away at once; it is on the disk all the same.
            held = [str(each.readlink()) for each in Path(f"/proc/{process}/fd").iterdir()]
            written = [name for name in held if name.startswith(f"{tmp_path}/client_body/")]
            assert bool(written) is is_written


def status_of(port: int, head: str, *, within: float = PATIENCE) -> int:
    """Return the status that these lines get; 0 for none within this time."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=within) as line:
            line.sendall(f"{head}\r\n\r\n".encode())
            return int(line.recv(4096).split()[1])
    except (OSError, IndexError):
        return 0


def test_memory_of_the_proxy_is_held_by_browsers_with_a_session_and_by_so_many(
    site: Site, tmp_path: Path
) -> None:
    """Strangers get 16 KB each; of large forms as many are taken in as the configuration says."""
    post = f"POST {SIGN_IN} HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
    cookie = "\r\nCookie: csrf=b; session=a"
    with nginx(tmp_path, before=site.port) as (port, _):
        assert status_of(port, f"{post}4000000") == 413
        assert status_of(port, f"{post}9000000{cookie}") == 413
        assert status_of(port, f"{post}4000000{cookie}", within=1) == 0, "taken in: the control"
        with contextlib.ExitStack() as lines:
            for _ in range(32):
                line = lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
                line.sendall(f"{post}4000000{cookie}\r\n\r\na".encode())
            time.sleep(0.5)
            assert status_of(port, f"{post}4000000{cookie}") == 503
            assert answers(port) == SERVED, "small forms have places of their own"


def test_whoever_comes_by_http_is_sent_on_and_no_version_is_named(
    site: Site, tmp_path: Path
) -> None:
    with nginx(tmp_path, before=site.port) as (port, _):
        text = (tmp_path / "nginx.conf").read_text()
        http = next(
            int(p)
            for p in re.findall(r"127\.0\.0\.1:(\d+);\n *server_name", text)
            if int(p) != port
        )
        with socket.create_connection(("127.0.0.1", http), timeout=PATIENCE) as line:
            line.sendall(b"GET /az/ HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n")
            head = line.recv(4096).decode()
        assert head.startswith("HTTP/1.1 301")
        assert "Location: https://example.org/az/" in head
        assert "nginx/" not in head

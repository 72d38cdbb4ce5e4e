"""Strangers who keep asking: what they do to one another, and that no editor waits for them (H4)."""

import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import ANSWERS, PATIENCE, Site

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]
SIGN_IN, HOME = "/en/desk/sign-in/", "/en/desk/editors/"
SECONDS = 3.0
FREE_PLACES = 5
"""Answers in a row after which the strangers of an earlier test are held to be gone."""
AN_EDITOR_IS_SIGNED_IN = """
import sys
from datetime import UTC, datetime
import django
django.setup()
import pyotp
from visavis.people import actions
from visavis.people.sessions import SessionStore
from visavis.people.sign_in import begin_session
from visavis.safety import passphrases
from visavis.safety.secret import Secret
totp, at = pyotp.random_base32(32), datetime.now(UTC)
account = actions.join(
    code=Secret(sys.argv[1]), passphrase=passphrases.new_passphrase(), totp=Secret(totp),
    digits=pyotp.TOTP(totp).at(int(at.timestamp())), label="first", at=at,
)
session = SessionStore()
begin_session(session, account)
session.save()
print(session.session_key)
"""
CODE = re.compile(r"\b[0-9a-z]{4}(?:-[0-9a-z]{4}){6}\b")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """Yield a site that is served, and the session of an editor."""
    folder = tmp_path_factory.mktemp("strangers")
    (folder / "answers.toml").write_text(ANSWERS)
    site = Site(data=folder / "site")
    said = site.run("init", "--answers", str(folder / "answers.toml"))
    code = CODE.search(said)
    assert code, said
    done = subprocess.run(
        [sys.executable, "-c", AN_EDITOR_IS_SIGNED_IN, code[0]],
        env={**site.environ(), "DJANGO_SETTINGS_MODULE": "visavis.project.settings"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with site.served():
        asked(site, SIGN_IN)  # the first who comes waits until the desks' pages are loaded
        yield site, done.stdout.strip()


@pytest.fixture(autouse=True)
def _places_are_free(served: tuple[Site, str]) -> None:
    """Wait until the server has noticed that the strangers of the test before are gone."""
    site, _session = served
    end = time.monotonic() + PATIENCE
    free = 0
    while free < FREE_PLACES:
        free = free + 1 if asked(site, SIGN_IN) == 200 else 0
        assert time.monotonic() < end, "the places of strangers never became free"
        time.sleep(0.05)


def asked(site: Site, path: str, *, session: str = "", form: dict[str, str] | None = None) -> int:
    """Return the status that a browser gets, with this session or with none."""
    cookies = "csrf=" + "a" * 32 + (f"; session={session}" if session else "")
    posted = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(site.address + path, data=posted, headers={"Cookie": cookies})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def meanwhile(
    attack: Callable[[], int], *, n: int, asks: Callable[[], int]
) -> tuple[Counter[int], Counter[int]]:
    """Return what ``n`` attackers who never pause were answered, and one who asked five times a second."""
    over = threading.Event()
    theirs: list[int] = []

    def go_on() -> None:
        while not over.is_set():
            theirs.append(attack())

    threads = [threading.Thread(target=go_on) for _ in range(n)]
    for each in threads:
        each.start()
    time.sleep(0.5)
    end, ours = time.monotonic() + SECONDS, list[int]()
    while time.monotonic() < end:
        ours.append(asks())
        time.sleep(0.2)
    over.set()
    for each in threads:
        each.join()
    return Counter(theirs), Counter(ours)


def test_strangers_who_sign_in_without_pause_refuse_no_editor_a_click(
    served: tuple[Site, str],
) -> None:
    site, session = served
    token = "a" * 32
    form = {"csrfmiddlewaretoken": token, "passphrase": "a b c d e f", "digits": "000000"}
    assert asked(site, SIGN_IN, form=form) == 403
    assert asked(site, HOME, session=session) == 200
    theirs, ours = meanwhile(
        lambda: asked(site, SIGN_IN, form=form),
        n=12,
        asks=lambda: asked(site, HOME, session=session),
    )
    assert set(ours) == {200}
    assert theirs[503], "there were more of them than places: this is the control"
    assert theirs[403], "and those who found one were answered"


def test_strangers_at_the_participants_door_keep_nobody_from_the_desks(
    served: tuple[Site, str],
) -> None:
    site, session = served
    door, token = "/en/taking-part/sign-in/", "a" * 32
    form = {"csrfmiddlewaretoken": token, "passphrase": "a b c d e f"}
    for page, known in ((SIGN_IN, ""), (HOME, session)):
        theirs, ours = meanwhile(
            lambda: asked(site, door, form=form),
            n=12,
            asks=lambda page=page, known=known: asked(site, page, session=known),
        )
        assert set(ours) == {200}, page
        assert theirs[503], "there were more of them than places: this is the control"
        assert theirs[403], "and those who found one were answered"


def test_somebody_who_makes_a_session_up_is_a_stranger(served: tuple[Site, str]) -> None:
    site, session = served
    theirs, ours = meanwhile(
        lambda: asked(site, SIGN_IN, session="b" * 32, form={"passphrase": "x"}),
        n=12,
        asks=lambda: asked(site, HOME, session=session),
    )
    assert set(ours) == {200}
    assert 200 not in theirs


def test_strangers_who_send_slowly_take_no_place_of_an_editor_without_a_proxy_either(
    served: tuple[Site, str], tmp_path: Path
) -> None:
    site, session = served
    head = f"POST {SIGN_IN} HTTP/1.1\r\nHost: localhost\r\nCookie: csrf={'a' * 32}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na"
    lines = [socket.create_connection(("127.0.0.1", site.port), timeout=5) for _ in range(24)]
    try:
        for line in lines:
            line.sendall(head.encode())
        time.sleep(0.5)
        assert asked(site, SIGN_IN) == 503, "their places are taken: this is the control"
        assert [asked(site, HOME, session=session) for _ in range(5)] == [200] * 5
        assert site.get("/")[0] in {200, 503}
    finally:
        for line in lines:
            line.close()

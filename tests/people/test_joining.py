"""A desk's first editor, from the set-up code to the side's keys; then a second one."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pyotp
import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

import editors
from visavis.people.models import Account
from visavis.safety.secret import Secret
from visavis.sides import actions as sides_actions
from visavis.sides import queries as sides

pytestmark = pytest.mark.django_db


def words_on(page: HttpResponse) -> list[str]:
    return re.findall(r"<li><code>([a-z]+)</code></li>", page.content.decode())


def asked_for(page: HttpResponse) -> list[int]:
    return [int(n) for n in re.findall(r"Word number (\d)", page.content.decode())]


def typed(words: list[str], places: list[int]) -> dict[str, str]:
    return {"first": words[places[0] - 1], "second": words[places[1] - 1]}


def join(client: Client, code: Secret, *, at: datetime, label: str = "Nadia") -> editors.Editor:
    """Walk through the pages like somebody with pen and paper."""
    client.post("/en/desk/set-up/", {"code": code.reveal()}, follow=True)
    words = words_on(client.get("/en/desk/set-up/passphrase/"))
    places = asked_for(client.get("/en/desk/set-up/words/"))
    client.post("/en/desk/set-up/words/", typed(words, places))
    page = client.get("/en/desk/set-up/authenticator/").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert secret
    totp = Secret(secret[1].replace(" ", ""))
    digits = pyotp.TOTP(totp.reveal()).at(int(at.timestamp()))
    answer = client.post("/en/desk/set-up/authenticator/", {"label": label, "digits": digits})
    assert answer.status_code == 302
    account = next(each for each in Account.objects.all() if each.label == label)
    return editors.Editor(account, Secret(" ".join(words)), totp)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(editors.NOW, tick=False) as clock:
        yield clock


def test_a_desk_comes_in_makes_its_keys_and_signs_in_again(clock: object) -> None:
    world, browser = editors.found(), Client()
    nadia = join(browser, world.codes["az"], at=editors.NOW)
    assert nadia.account.side_id == "az"
    assert browser.get("/en/desk/key/").status_code == 200

    browser.post("/en/desk/key/new/")
    made = browser.get("/en/desk/key/new/")
    desk_words = words_on(made)
    recovery = browser.get("/en/desk/key/new/recovery.key").content.decode().split()[-1]
    places = asked_for(browser.get("/en/desk/key/new/keep/"))
    answer = browser.post(
        "/en/desk/key/new/keep/", {**typed(desk_words, places), "ending": recovery[-8:]}
    )
    assert answer.status_code == 302
    side = sides.side("az")
    assert side is not None
    assert side.has_keys
    key = sides_actions.open_side_key("az", Secret(" ".join(desk_words)))
    assert key.public.hex == side.public_key

    browser.post("/en/desk/sign-out/")
    assert browser.get("/en/desk/editors/").status_code == 302
    clock.shift(timedelta(minutes=1))  # type: ignore[attr-defined]
    answer = browser.post(
        "/en/desk/sign-in/",
        {
            "passphrase": nadia.passphrase.reveal(),
            "digits": nadia.digits(editors.NOW + timedelta(minutes=1)),
            "next": "/en/desk/editors/",
        },
    )
    assert answer["Location"] == "/en/desk/editors/"
    assert "Nadia" in browser.get("/en/desk/editors/").content.decode()

"""A participant's way in and out, and what a browser keeps of it. Attackers have copies and old pages."""

import re
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

import editors
import participants as taking
from visavis.base.refusal import Refused
from visavis.people import participants
from visavis.people.models import Participant, Session
from visavis.safety import passphrases

pytestmark = pytest.mark.django_db
HOME, SIGN_IN = "/en/taking-part/", "/en/taking-part/sign-in/"


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(editors.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def world() -> editors.World:
    return editors.found()


@pytest.fixture
def mariam(world: editors.World) -> taking.Taking:
    return taking.joined("hy")


def is_in(browser: Client) -> bool:
    return browser.get(HOME).status_code == 200


def test_a_passphrase_alone_lets_in_and_leads_to_the_page_that_was_wanted(
    mariam: taking.Taking,
) -> None:
    browser = Client()
    asked = browser.get("/en/taking-part/account/")
    assert asked["Location"] == f"{SIGN_IN}?next=%2Fen%2Ftaking-part%2Faccount%2F"
    form = {"passphrase": mariam.passphrase.reveal(), "next": "/en/taking-part/account/"}
    answer = browser.post(SIGN_IN, form)
    assert answer["Location"] == "/en/taking-part/account/"
    assert is_in(browser)


def test_a_session_ends_after_half_an_hour_and_after_twelve(
    mariam: taking.Taking, clock: Any
) -> None:
    browser = taking.signed_in(mariam.participant)
    for _ in range(23):
        clock.shift(29 * 60)
        assert is_in(browser)
    clock.shift(3600)
    assert not is_in(browser)
    idle = taking.signed_in(mariam.participant)
    clock.shift(36 * 60)
    assert not is_in(idle)


def test_one_browser_is_an_editors_or_a_participants_and_never_both(
    world: editors.World, mariam: taking.Taking
) -> None:
    nadia = editors.joined(world.codes["az"])
    browser = editors.signed_in(nadia.account)
    browser.post(SIGN_IN, {"passphrase": mariam.passphrase.reveal()})
    assert is_in(browser)
    assert browser.get("/en/desk/account/").status_code == 302
    form = {"passphrase": nadia.passphrase.reveal(), "digits": nadia.digits(editors.NOW)}
    browser.post("/en/desk/sign-in/", form)
    assert browser.get("/en/desk/account/").status_code == 200
    assert not is_in(browser)
    assert Session.objects.count() == 1


def test_leaving_quickly_needs_no_token_and_leaves_no_session(mariam: taking.Taking) -> None:
    browser = taking.signed_in(mariam.participant, client=Client(enforce_csrf_checks=True))
    assert is_in(browser)
    answer = browser.post("/en/taking-part/leave-quickly/", HTTP_SEC_FETCH_SITE="same-origin")
    assert (answer.status_code, answer["Location"]) == (303, "/en/")
    assert not any(cookie.value for cookie in browser.cookies.values())
    assert "cookies" in answer["Clear-Site-Data"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not Session.objects.exists()
    assert not is_in(browser)


def test_another_site_signs_nobody_out(mariam: taking.Taking) -> None:
    browser = taking.signed_in(mariam.participant)
    answer = browser.post("/en/taking-part/leave-quickly/", HTTP_SEC_FETCH_SITE="cross-site")
    assert "Clear-Site-Data" not in answer
    assert is_in(browser)
    assert browser.get("/en/taking-part/leave-quickly/").status_code == 303
    assert is_in(browser)


def test_with_a_new_passphrase_every_other_browser_is_out_and_the_purse_is_the_same(
    mariam: taking.Taking,
) -> None:
    here, elsewhere = taking.signed_in(mariam.participant), taking.signed_in(mariam.participant)
    account = "/en/taking-part/account/"
    assert here.post(account, {"passphrase": "six other words"}).status_code == 409
    here.post(account, {"passphrase": mariam.passphrase.reveal()})
    shown = re.findall(r"<code>(.+?)</code>", here.get(f"{account}passphrase/").text)
    asked = re.findall(r"Word number ([1-6])<", here.get(f"{account}passphrase/words/").text)
    first, second = (shown[int(number) - 1] for number in asked)
    typed = {"first": first, "second": second}
    assert here.post(f"{account}passphrase/words/", typed | {"first": "no"}).status_code == 409
    assert here.post(f"{account}passphrase/words/", typed).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)
    later = Client()
    assert later.post(SIGN_IN, {"passphrase": mariam.passphrase.reveal()}).status_code == 403
    assert later.post(SIGN_IN, {"passphrase": " ".join(shown)}).status_code == 302
    assert Participant.objects.count() == 1
    assert later.get(HOME).wsgi_request.participant.purse == mariam.purse


@pytest.mark.parametrize(
    "page",
    ["desk/sign-in/", "desk/set-up/", "desk/nowhere/", "taking-part/sign-in/"],
)
def test_every_live_page_begins_with_the_way_out(world: editors.World, page: str) -> None:
    body = Client().get(f"/hy/{page}").text.partition("<body")[2]
    first = re.search(r"<(?:a|button|input|select|textarea)\b[^>]*>", body)
    assert first
    form = body[: first.start()].rpartition("<form")[2]
    assert 'action="/hy/taking-part/leave-quickly/"' in form


@pytest.mark.parametrize("page", ["", "account/", "account/leave/", "stay/"])
def test_every_page_of_a_participant_begins_with_the_way_out(
    mariam: taking.Taking, page: str
) -> None:
    browser = taking.signed_in(mariam.participant)
    body = browser.get(f"{HOME}{page}").text.partition("<body")[2]
    assert body.index("/leave-quickly/") < body.index("<a ")


def test_readers_get_no_cookie_from_the_participants_door(world: editors.World) -> None:
    for page in ("", "account/", "leave-quickly/"):
        answer = Client().get(f"{HOME}{page}")
        assert not answer.cookies, page
    assert set(Client().get(SIGN_IN).cookies) == {"csrf"}


def test_a_busy_database_keeps_nobody_on_the_page(
    mariam: taking.Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = taking.signed_in(mariam.participant)

    def busy(*_all: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("visavis.people.sessions.SessionStore.delete", busy)
    answer = browser.post("/en/taking-part/leave-quickly/", HTTP_SEC_FETCH_SITE="same-origin")
    assert answer.status_code == 303
    assert not any(cookie.value for cookie in browser.cookies.values())
    assert not is_in(browser)


def test_a_passphrase_that_has_changed_since_it_was_shown_renews_nothing(
    mariam: taking.Taking,
) -> None:
    shown = participants.prove_again(mariam.participant, passphrase=mariam.passphrase)
    first, second = passphrases.new_passphrase(), passphrases.new_passphrase()
    renewed = participants.renew_passphrase(mariam.participant, shown, passphrase=first)
    with pytest.raises(Refused):
        participants.renew_passphrase(mariam.participant, shown, passphrase=second)
    assert participants.sign_in(passphrase=first).pk == renewed.pk

"""The pages of coming in: few queries, no script, and what was typed is kept where it is no secret."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import editors
from visavis.people import rules, wording
from visavis.people.rules import PeopleRefusal

pytestmark = pytest.mark.django_db
LANGUAGES = ["az", "hy", "en", "ru", "fr"]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(editors.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def world() -> editors.World:
    return editors.found()


@pytest.fixture
def nadia(world: editors.World) -> editors.Editor:
    return editors.joined(world.codes["az"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["account", "editors", "key", "sign-in", "set-up"])
def test_a_page_is_light_and_has_no_script(nadia: editors.Editor, page: str, language: str) -> None:
    browser = editors.signed_in(nadia.account)
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(f"/{language}/desk/{page}/")
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert len(queries) <= 17
    assert len(answer.content) <= 50_000
    assert not re.search(r"<script|\son[a-z]+=|javascript:|<svg|style=", shown)
    assert re.search(rf'<html lang="{language}"', shown)


def test_a_refused_form_keeps_what_was_typed_unless_it_is_a_secret(nadia: editors.Editor) -> None:
    browser = editors.signed_in(nadia.account)
    shown = browser.post("/en/desk/key/", {"public_key": "typed-once"}).content.decode()
    assert 'value="typed-once"' in shown
    shown = browser.post("/en/desk/account/", {"passphrase": "typed-once"}).content.decode()
    assert "typed-once" not in shown
    shown = Client().post("/en/desk/sign-in/", {"passphrase": "typed-once"}).content.decode()
    assert "typed-once" not in shown


def test_what_was_written_comes_back_when_the_session_has_ended(nadia: editors.Editor) -> None:
    """Nothing is kept, and nothing is lost: the words stand on the page, secrets do not."""
    browser = editors.signed_in(nadia.account)
    browser.cookies.pop("session")
    form = {
        "title": "Two words",
        "typed": "First line <b>.\n\nSecond line.",
        "seen": "a" * 64,  # digests of what the page showed: sent again with the words
        "passphrase": "six words nobody may ever see",
        "alone-passphrase": "six other words of the desk",
        "recovery": "c463 3261 68f9",
    }
    answer = browser.post("/en/desk/library/new/", form)
    shown = answer.content.decode()
    assert answer.status_code == 403
    assert "Two words" in shown
    assert "First line &lt;b&gt;.\n\nSecond line." in shown
    assert 'value="/en/desk/library/new/"' in shown
    assert not re.search("nobody may|other words|c463", shown)


def test_without_words_an_ended_session_leads_to_signing_in(nadia: editors.Editor) -> None:
    browser = editors.signed_in(nadia.account)
    browser.cookies.pop("session")
    answer = browser.post("/en/desk/account/", {"passphrase": "some six words"})
    assert answer.status_code == 302
    assert answer["Location"] == "/en/desk/sign-in/"


def test_what_was_typed_is_shown_as_text(nadia: editors.Editor) -> None:
    browser = editors.signed_in(nadia.account)
    shown = browser.post("/en/desk/key/", {"public_key": '"><script>'}).content.decode()
    assert "<script>" not in shown
    assert "&#34;&gt;&lt;script&gt;" in shown


def test_an_invitation_is_shown_once_and_the_list_does_not_show_it_again(
    nadia: editors.Editor,
) -> None:
    browser = editors.signed_in(nadia.account)
    shown = browser.post("/en/desk/editors/invite/").content.decode()
    code = re.search(r"<code>([0-9a-z-]{34})</code>", shown)
    assert code
    assert code[1] not in browser.get("/en/desk/editors/").content.decode()
    on_its_day = editors.NOW + rules.SEEN_FOR
    leyla = editors.joined(editors.Secret(code[1]), label="Leyla", at=on_its_day)
    assert leyla.account.side_id == "az"


def test_removing_is_asked_about_once_more(nadia: editors.Editor) -> None:
    leyla = editors.joined(editors.invited(nadia.account, today=editors.TODAY), label="Leyla")
    browser, address = (
        editors.signed_in(nadia.account),
        f"/en/desk/editors/{leyla.account.pk}/remove/",
    )
    assert "Leyla" in browser.get(address).content.decode()
    assert "Leyla" in browser.get("/en/desk/editors/").content.decode()
    assert browser.post(address).status_code == 302
    assert "11 July 2031" in browser.get("/en/desk/editors/").content.decode()


def test_the_picture_for_the_authenticator_is_a_png_that_nobody_else_gets(
    world: editors.World,
) -> None:
    browser = Client()
    browser.post("/en/desk/set-up/", {"code": world.codes["az"].reveal()})
    words = re.findall(
        r"<li><code>([a-z]+)</code>", browser.get("/en/desk/set-up/passphrase/").content.decode()
    )
    asked = re.findall(r"Word number (\d)", browser.get("/en/desk/set-up/words/").content.decode())
    first, second = (words[int(place) - 1] for place in asked)
    browser.post("/en/desk/set-up/words/", {"first": first, "second": second})
    picture = browser.get("/en/desk/set-up/authenticator.png")
    assert picture.content.startswith(b"\x89PNG")
    assert b"tIME" not in picture.content
    assert b"tEXt" not in picture.content
    assert picture["Cache-Control"] == "no-store"
    assert Client().get("/en/desk/set-up/authenticator.png").status_code == 302


def test_every_refusal_has_words_for_it() -> None:
    assert set(PeopleRefusal) <= set(wording.REFUSALS)

"""A form that cannot be kept gives back what was typed, and the way to keep it; nothing else does (F29)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import OperationalError
from django.test import Client

import desks as stage
import editors
from visavis.base.merging import CHOICE
from visavis.dialogue import forms as dialogue
from visavis.library import forms as library
from visavis.people import actions as people
from visavis.people import given_back
from visavis.project.typed_fields import named
from visavis.record import queries as record_queries
from visavis.signing import sealing

pytestmark = pytest.mark.django_db
ADDRESS = "/en/desk/questions/new/"
WORDS = "What would you keep? <b onclick=x>\"'"
TYPED = {
    "tense": "future",
    "word_limit": "300",
    "closes_on": "2030-06-20",
    "text_az": WORDS,
    "text_hy": "Ի՞նչ",
    "text_en": "What?",
    "passphrase": "six secret words of the desk",
    "recovery": "rnun3 472tf",
    "unknown": "a field of no form",
}
HERE = {"origin": "http://testserver"}
ELSEWHERE = (
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site", "origin": "http://testserver"},
    {"referer": "http://evil.example/testserver"},
)


@pytest.fixture(autouse=True)
def _cheap_sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MEMORY_KIB", 8)
    monkeypatch.setattr(sealing, "PASSES", 1)


@pytest.fixture
def desks(db):
    with stage.on(stage.DAY):
        yield stage.at_work()


def fields_of(html, *, action):
    """Return what the form of this address would send, and whether it is there."""
    form = re.search(
        rf'<form method="post" action="{re.escape(action)}".*?</form>', html, re.DOTALL
    )
    assert form, html
    sent = dict(re.findall(r'<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"', form[0]))
    sent |= dict(
        re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', form[0], re.DOTALL)
    )
    return {name: unescape(value) for name, value in sent.items()}


def drafts():
    return record_queries.drafts_of("az", kinds=["question"])


def is_clean(page, html):
    """No secret, no active content, no label of a number, nothing stored by a browser."""
    assert "six secret words" not in html
    assert "rnun3" not in html
    assert "a field of no form" not in html
    assert "<b onclick" not in html
    assert page["Cache-Control"] == "no-store"
    assert "script-src" not in page["Content-Security-Policy"]
    assert "default-src 'none'" in page["Content-Security-Policy"]
    return True


def test_a_browser_without_any_cookie_signs_in_below_its_words_and_keeps_them(desks):
    with stage.on(stage.DAY) as now:
        code = people.invite(editor=desks.account["az"], today=stage.DAY - timedelta(days=3))
        editor = editors.joined(code, label="Leyla", at=now)
        browser = Client(enforce_csrf_checks=True)
        page = browser.post(ADDRESS, TYPED, headers=HERE)
        html = page.content.decode()
        assert page.status_code == 403
        assert is_clean(page, html)
        assert 'The question · <span lang="hy">Հայերեն</span></label>' in html
        assert "part 1" not in html
        sent = fields_of(html, action="/en/desk/sign-in/")
        wrong = browser.post(
            "/en/desk/sign-in/", {**sent, "passphrase": "no", "digits": "1"}, headers=HERE
        )
        assert wrong.status_code == 403
        sent = fields_of(wrong.content.decode(), action="/en/desk/sign-in/")
        sent |= {"passphrase": editor.passphrase.reveal(), "digits": editor.digits(now)}
        inside = browser.post("/en/desk/sign-in/", sent, headers=HERE)
        assert inside.status_code == 200
        assert editor.passphrase.reveal() not in inside.content.decode()
        # Nothing is kept without the editor's own press.
        assert drafts() == []
        kept = browser.post(
            ADDRESS, fields_of(inside.content.decode(), action=ADDRESS), headers=HERE
        )
        assert kept.status_code == 302
    (draft,) = drafts()
    assert draft.body["versions"]["az"]["text"] == WORDS
    assert draft.body["versions"]["hy"]["text"] == "Ի՞նչ"


@pytest.mark.parametrize("headers", ELSEWHERE)
@pytest.mark.parametrize("is_signed_in", [False, True])
def test_what_another_site_sends_is_neither_shown_nor_kept(desks, headers, is_signed_in):
    """An attacker would have a victim sign in below the attacker's words, and keep them."""
    browser = Client(enforce_csrf_checks=True)
    if is_signed_in:
        browser = editors.signed_in(desks.account["az"], client=browser)
    page = browser.post(ADDRESS, TYPED, headers=headers)
    assert page.status_code == 403
    assert "What would you keep" not in page.content.decode()
    carried = {f"{given_back.CARRIED}{name}": value for name, value in TYPED.items()}
    page = browser.post("/en/desk/sign-in/", {**carried, "next": ADDRESS}, headers=headers)
    assert "What would you keep" not in page.content.decode()
    assert drafts() == []
    # The same form from here is shown: only where it came from made the difference.
    page = browser.post(ADDRESS, TYPED, headers=HERE)
    assert "What would you keep?" in page.content.decode()
    assert drafts() == []


def test_the_form_is_never_sent_to_an_address_that_is_not_the_desks(desks):
    browser = Client(enforce_csrf_checks=True)
    for place in ("https://evil.example/", "//evil.example/", "/az/", "/en/desk/../x/"):
        sent = {f"{given_back.CARRIED}text_az": WORDS, "next": place}
        html = browser.post("/en/desk/sign-in/", sent, headers=HERE).content.decode()
        assert "What would you keep?" in html
        assert "evil.example" not in html
        assert re.findall(r'name="next" value="([^"]*)"', html) in ([], ["/en/desk/sign-in/"])


def test_a_lost_mark_of_the_form_leads_to_the_same_words_and_a_button(desks):
    browser = editors.signed_in(desks.account["az"], client=Client(enforce_csrf_checks=True))
    page = browser.post(ADDRESS, TYPED, headers=HERE)
    html = page.content.decode()
    assert page.status_code == 403
    assert is_clean(page, html)
    assert drafts() == []
    kept = browser.post(ADDRESS, fields_of(html, action=ADDRESS), headers=HERE)
    assert kept.status_code == 302
    assert len(drafts()) == 1


@pytest.mark.parametrize(
    ("error", "status"), [(ValueError("x"), 500), (OperationalError("database is locked"), 503)]
)
def test_a_site_that_fails_gives_the_words_back(desks, monkeypatch, error, status):
    def fails(**_given):
        raise error

    from visavis.dialogue import actions

    monkeypatch.setattr(actions, "draft_question", fails)
    browser = desks.client["az"]
    browser.raise_request_exception = False
    page = browser.post(ADDRESS, TYPED)
    html = page.content.decode()
    assert page.status_code == status
    assert page.has_header("Retry-After") == (status == 503)
    assert is_clean(page, html)
    monkeypatch.undo()
    assert browser.post(ADDRESS, fields_of(html, action=ADDRESS)).status_code == 302


def test_words_too_large_to_be_kept_come_back_for_an_editor_alone(desks, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000
    sent = {"data": f"text_az={'x' * 3_000}", "content_type": "application/x-www-form-urlencoded"}
    page = desks.client["az"].post(ADDRESS, **sent)
    assert page.status_code == 413
    assert "x" * 3_000 in page.content.decode()
    assert "xxx" not in Client().post(ADDRESS, **sent).content.decode()


def test_every_field_that_the_rooms_ask_for_is_given_back_or_known_as_a_button(desks):
    """A developer who adds a field learns here that it must come back."""
    asked = dialogue.QuestionForm(languages=("az",), today=stage.DAY).fields
    asked |= dialogue.AnswerForm(languages=("az",), own_languages=("az",)).fields
    asked |= library.NewTextForm(languages=("az",)).fields
    asked |= library.AddLanguageForm(languages=("az",)).fields
    asked |= library.StrikeForm(is_original=True).fields
    names = {
        *asked,
        f"{CHOICE}text_az",
        "typed_3",
        "left_3",
        "stale_3",
        "fresh_3",
        "beside_3",
        "seen",
    }
    from django.http import QueryDict

    assert {name for name in names if named(name, QueryDict()) is None} == set()
    secret = (
        "passphrase",
        "digits",
        "alone-passphrase",
        "recovery",
        "code",
        "first",
        "ending",
        "signature",
    )
    assert [name for name in secret if named(name, QueryDict())] == []


def test_a_wrong_set_up_code_stays_in_its_field_to_be_compared(desks):
    page = Client().post("/en/desk/set-up/", {"code": "abcd-efgh-2345"})
    assert page.status_code == 409
    assert 'value="abcd-efgh-2345"' in page.content.decode()
    assert page["Cache-Control"] == "no-store"

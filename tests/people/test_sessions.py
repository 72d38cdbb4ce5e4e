"""A session lives in one browser, and dies when its account may do nothing more (C7, C14)."""

import base64
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

import editors
from visavis.people import actions
from visavis.people.models import Account, Session
from visavis.people.sessions import SessionStore

pytestmark = pytest.mark.django_db
EDITORS = "/en/desk/editors/"


@pytest.fixture
def nadia() -> editors.Editor:
    return editors.joined(editors.found().codes["az"])


@pytest.fixture
def leyla(nadia: editors.Editor) -> editors.Editor:
    return editors.joined(editors.invited(nadia.account, today=editors.TODAY), label="Leyla")


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(editors.NOW, tick=False) as clock:
        yield clock


def is_in(browser: Client) -> bool:
    return browser.get(EDITORS).status_code == 200


def test_no_value_of_a_copied_database_is_a_cookie_that_lets_in(nadia: editors.Editor) -> None:
    browsers = [editors.signed_in(nadia.account) for _ in range(50)]
    assert all(is_in(browser) for browser in browsers)
    values = [value for row in Session.objects.values_list() for value in row]
    values += [value for row in Account.objects.values_list() for value in row]
    tried = 0
    for value in map(str, values):
        spellings = {value, value.upper(), base64.b64encode(value.encode()).decode(), value[:32]}
        if len(value) % 2 == 0 and not set(value) - set("0123456789abcdef"):
            spellings.add(base64.b64encode(bytes.fromhex(value)).decode())
            spellings.add(bytes.fromhex(value).decode("latin-1"))
        for spelling in spellings:
            thief = Client()
            thief.cookies["session"] = spelling
            assert not is_in(thief)
            tried += 1
    assert tried > 400


def test_a_session_row_put_in_by_hand_says_nothing_without_its_cookie(
    nadia: editors.Editor,
) -> None:
    browser = editors.signed_in(nadia.account)
    row = Session.objects.get()
    thief = SessionStore()
    thief["anything"] = "else"
    thief.save()
    Session.objects.exclude(pk=row.pk).update(sealed=row.sealed)
    other = Client()
    other.cookies["session"] = str(thief.session_key)
    assert not is_in(other)
    assert is_in(browser)


def test_the_table_of_sessions_does_not_say_whose_they_are(nadia: editors.Editor) -> None:
    editors.signed_in(nadia.account)
    row = str(Session.objects.values_list().get())
    assert nadia.account.pk not in row
    assert nadia.account.session_mark not in row


def test_a_frozen_account_is_out_at_its_next_request(
    nadia: editors.Editor, leyla: editors.Editor
) -> None:
    browsers = [editors.signed_in(leyla.account) for _ in range(3)]
    assert all(is_in(browser) for browser in browsers)
    editors.frozen(nadia.account, leyla.account.pk)
    assert not any(is_in(browser) for browser in browsers)
    editors.unfrozen(nadia.account, leyla.account.pk, today=editors.TODAY)
    assert not any(is_in(browser) for browser in browsers)


def test_a_removed_account_is_out_and_does_nothing_more(
    nadia: editors.Editor, leyla: editors.Editor
) -> None:
    browser = editors.signed_in(leyla.account)
    editors.removed(nadia.account, account_id=leyla.account.pk, today=editors.TODAY)
    assert browser.post("/en/desk/editors/invite/").status_code == 302
    assert not is_in(browser)
    assert actions.queries.n_invitations("az", today=editors.TODAY) == 0


def test_a_flag_set_behind_the_acts_back_is_enough(nadia: editors.Editor) -> None:
    browser = editors.signed_in(nadia.account)
    Account.objects.update(is_disabled=True)
    assert not is_in(browser)


def test_signing_out_ends_the_session_on_both_ends(nadia: editors.Editor) -> None:
    browser = editors.signed_in(nadia.account)
    key = browser.cookies["session"].value
    browser.post("/en/desk/sign-out/")
    assert not Session.objects.exists()
    again = Client()
    again.cookies["session"] = key
    assert not is_in(again)


def test_signing_out_cannot_be_done_by_a_link(nadia: editors.Editor) -> None:
    browser = editors.signed_in(nadia.account)
    assert browser.get("/en/desk/sign-out/").status_code == 405
    assert is_in(browser)


def test_a_session_ends_after_half_an_hour_without_a_click(
    nadia: editors.Editor, clock: time_machine.Traveller
) -> None:
    browser = editors.signed_in(nadia.account)
    for _ in range(3):
        clock.shift(timedelta(minutes=28))
        assert is_in(browser)
    clock.shift(timedelta(minutes=36))
    assert not is_in(browser)


def test_a_session_ends_after_twelve_hours_whatever_is_done_in_it(
    nadia: editors.Editor, clock: time_machine.Traveller
) -> None:
    browser = editors.signed_in(nadia.account)
    for _ in range(12 * 3 - 1):
        clock.shift(timedelta(minutes=20))
        assert is_in(browser)
    clock.shift(timedelta(minutes=20))
    assert not is_in(browser)


def test_the_sign_of_life_of_another_session_keeps_none_alive(
    nadia: editors.Editor, clock: time_machine.Traveller
) -> None:
    browser, other = editors.signed_in(nadia.account), editors.signed_in(nadia.account)
    own = browser.cookies["life"].value
    for sign in (other.cookies["life"].value, "", "00" * 40, own[:-2]):
        browser.cookies["life"] = sign
        assert not is_in(browser)
    browser.cookies["life"] = own
    assert is_in(browser)


def test_a_new_key_is_given_at_sign_in(nadia: editors.Editor) -> None:
    browser = Client()
    planted = SessionStore()
    planted["planted"] = "yes"
    planted.save()
    browser.cookies["session"] = str(planted.session_key)
    browser.post(
        "/en/desk/sign-in/",
        {"passphrase": nadia.passphrase.reveal(), "digits": nadia.digits(editors.NOW)},
    )
    assert browser.cookies["session"].value != planted.session_key
    assert is_in(browser)
    assert not SessionStore(str(planted.session_key)).load()


@pytest.mark.parametrize("page", ["sign-in", "set-up", "editors", "account", "key", "nowhere"])
def test_who_is_not_signing_in_gets_no_session(page: str) -> None:
    visitor = Client()
    visitor.get(f"/en/desk/{page}/")
    assert "session" not in visitor.cookies
    assert not Session.objects.exists()


def test_a_page_without_a_form_sets_no_cookie_at_all() -> None:
    visitor = Client()
    for address in ("/", "/en/", "/en/questions/", "/en/desk/nowhere/", "/en/desk/editors/"):
        visitor.get(address)
    assert not visitor.cookies


def test_renewing_the_passphrase_ends_every_other_session(
    nadia: editors.Editor,
) -> None:
    here, elsewhere = editors.signed_in(nadia.account), editors.signed_in(nadia.account)
    renewal = actions.prove_again(
        editor=nadia.account,
        passphrase=nadia.passphrase,
        digits=nadia.digits(editors.NOW),
        at=editors.NOW,
    )
    new = editors.passphrases.new_passphrase()
    actions.renew_passphrase(editor=nadia.account, renewal=renewal, passphrase=new)
    assert not is_in(here)
    assert not is_in(elsewhere)


def said_until(page: str) -> str:
    (time,) = set(re.findall(r"Signed in until about (\d\d:\d\d) \(UTC\)", page))
    return str(time)


@pytest.mark.parametrize("page", ["", "account/", "editors/", "questions/", "library/", "charter/"])
def test_every_page_says_until_when_and_it_is_so(
    nadia: editors.Editor, clock: time_machine.Traveller, page: str
) -> None:
    """13:37 lies in the slot of 13:35; half an hour after that slot the session is over."""
    browser = editors.signed_in(nadia.account)
    assert said_until(browser.get(f"/en/desk/{page}").content.decode()) == "14:10"
    clock.move_to(editors.NOW.replace(hour=14, minute=9, second=59))
    kept = browser.cookies["life"].value
    assert is_in(browser)
    browser.cookies["life"] = kept  # as if there had been no click
    clock.move_to(editors.NOW.replace(hour=14, minute=10, second=0))
    assert not is_in(browser)


def test_a_page_beside_a_form_makes_the_session_last(
    nadia: editors.Editor, clock: time_machine.Traveller
) -> None:
    browser = editors.signed_in(nadia.account)
    form = browser.get("/en/desk/account/").content.decode()
    assert '<a href="/en/desk/stay/" target="_blank" rel="noopener">' in form
    clock.shift(timedelta(minutes=25))
    page = browser.get("/en/desk/stay/").content.decode()
    assert said_until(page) == "14:35"
    assert "target=" not in page
    clock.shift(timedelta(minutes=25))
    assert is_in(browser)


def test_who_is_signed_out_is_not_made_to_stay() -> None:
    answer = Client().get("/en/desk/stay/")
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/en/desk/sign-in/")
    assert "Signed in until" not in Client().get("/en/desk/sign-in/").content.decode()


def test_in_the_last_half_hour_of_twelve_the_page_offers_no_more(
    nadia: editors.Editor, clock: time_machine.Traveller
) -> None:
    browser = editors.signed_in(nadia.account)
    pages = []
    for _ in range(12 * 3 - 1):
        clock.shift(timedelta(minutes=20))
        pages.append(browser.get(EDITORS).content.decode())
    assert said_until(pages[-1]) == "01:35"
    assert "Twelve hours are over then." in pages[-1]
    assert "/stay/" not in pages[-1]
    assert "Twelve hours are over then." not in pages[-3]

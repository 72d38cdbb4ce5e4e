"""Signing in: one answer for everybody who does not."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

import editors
from visavis.base.refusal import Refused
from visavis.people import actions, credentials, models, queries, sign_in
from visavis.people.rules import PeopleRefusal
from visavis.record.actions import let_out_what_waits
from visavis.safety import housekeeping, passphrases
from visavis.safety.budgets import Budget
from visavis.safety.secret import Secret
from visavis.sides.queries import SignIn
from visavis.sides.rules import SignInCost

pytestmark = pytest.mark.django_db


@pytest.fixture
def nadia() -> editors.Editor:
    return editors.joined(editors.found().codes["az"])


def is_let_in(
    editor: editors.Editor, *, digits: str, at: datetime, browser: Client | None = None
) -> bool:
    """Whether a browser in which these digits are typed on the page opens the pages of the desk."""
    browser = browser or Client()
    with time_machine.travel(at, tick=False):
        typed = {"passphrase": editor.passphrase.reveal(), "digits": digits}
        browser.post("/en/desk/sign-in/", typed)
        return browser.get("/en/desk/editors/").status_code == 200


def test_passphrase_and_code_together_let_an_editor_in(nadia: editors.Editor) -> None:
    account = sign_in.sign_in(
        passphrase=nadia.passphrase, digits=nadia.digits(editors.NOW), at=editors.NOW
    )
    assert account == nadia.account


def test_a_code_counts_once_and_neither_in_the_step_before_nor_after(nadia: editors.Editor) -> None:
    digits = nadia.digits(editors.NOW)
    sign_in.sign_in(passphrase=nadia.passphrase, digits=digits, at=editors.NOW)
    for seconds in (0, 30, -30):
        with pytest.raises(Refused) as refused:
            sign_in.sign_in(
                passphrase=nadia.passphrase,
                digits=digits,
                at=editors.NOW + timedelta(seconds=seconds),
            )
        assert refused.value.reason is PeopleRefusal.CANNOT_SIGN_IN


def test_a_code_seen_over_the_shoulder_lets_no_second_browser_in(nadia: editors.Editor) -> None:
    digits, later = nadia.digits(editors.NOW), editors.NOW + timedelta(seconds=30)
    assert is_let_in(nadia, digits=digits, at=editors.NOW)
    assert not is_let_in(nadia, digits=digits, at=editors.NOW)
    assert not is_let_in(nadia, digits=digits, at=later)
    assert is_let_in(nadia, digits=nadia.digits(later), at=later)


def test_a_code_shown_to_renew_something_does_not_sign_in_afterwards(nadia: editors.Editor) -> None:
    digits, later = nadia.digits(editors.NOW), editors.NOW + timedelta(seconds=30)
    actions.prove_again(
        editor=nadia.account, passphrase=nadia.passphrase, digits=digits, at=editors.NOW
    )
    assert not is_let_in(nadia, digits=digits, at=editors.NOW)
    assert is_let_in(nadia, digits=nadia.digits(later), at=later)


def test_a_frozen_editor_who_types_everything_right_is_not_let_in(nadia: editors.Editor) -> None:
    """Not at once, and not with that browser once the account is free again."""
    leyla = editors.joined(editors.invited(nadia.account, today=editors.TODAY), label="Leyla")
    moments = [editors.NOW + timedelta(seconds=30 * n) for n in range(3)]
    assert is_let_in(leyla, digits=leyla.digits(moments[0]), at=moments[0])
    editors.frozen(nadia.account, leyla.account.pk)
    browser = Client()
    assert not is_let_in(leyla, digits=leyla.digits(moments[1]), at=moments[1], browser=browser)
    assert "session" not in browser.cookies
    editors.unfrozen(nadia.account, leyla.account.pk, today=editors.TODAY)
    assert is_let_in(leyla, digits=leyla.digits(moments[2]), at=moments[2])


def test_a_code_used_before_midnight_is_not_forgotten_at_midnight(nadia: editors.Editor) -> None:
    before = datetime(2031, 7, 9, 23, 59, 50, tzinfo=UTC)
    after, digits = before + timedelta(seconds=20), nadia.digits(before)
    assert is_let_in(nadia, digits=digits, at=before)
    actions.forget_what_is_past(today=after.date())
    actions.forget_used_codes()
    assert not is_let_in(nadia, digits=digits, at=after)
    assert is_let_in(nadia, digits=nadia.digits(after), at=after)


def test_the_code_that_confirmed_a_new_authenticator_does_not_sign_in(
    nadia: editors.Editor,
) -> None:
    renewal = actions.prove_again(
        editor=nadia.account,
        passphrase=nadia.passphrase,
        digits=nadia.digits(editors.NOW),
        at=editors.NOW,
    )
    nadia.totp, later = credentials.new_totp(), editors.NOW + timedelta(seconds=30)
    digits = nadia.digits(editors.NOW)
    actions.renew_totp(
        editor=nadia.account, renewal=renewal, totp=nadia.totp, digits=digits, at=editors.NOW
    )
    assert not is_let_in(nadia, digits=digits, at=editors.NOW)
    assert is_let_in(nadia, digits=nadia.digits(later), at=later)


def test_the_code_that_confirmed_joining_does_not_sign_in(nadia: editors.Editor) -> None:
    joining = editors.NOW - timedelta(minutes=5)
    with pytest.raises(Refused):
        sign_in.sign_in(passphrase=nadia.passphrase, digits=nadia.digits(joining), at=joining)


def test_a_code_is_good_one_step_early_and_late_and_no_longer(nadia: editors.Editor) -> None:
    digits = nadia.digits(editors.NOW)
    for seconds in (-70, 70):
        with pytest.raises(Refused):
            sign_in.sign_in(
                passphrase=nadia.passphrase,
                digits=digits,
                at=editors.NOW + timedelta(seconds=seconds),
            )
    later = editors.NOW + timedelta(seconds=30)
    assert sign_in.sign_in(passphrase=nadia.passphrase, digits=digits, at=later) == nadia.account


# Reckoned from the same passphrase and salt without any code of the site.
KNOWN = {
    "the least cost": (
        SignInCost(memory_kib=8, passes=1),
        "1e8a11dc12e8dfbf520db273c099a4e26bb253fa59466d3693984b9f869db9d7",
        (
            "000102030405060708090a0b"
            "c822a69ca04ed52a84e412fc77680bc6adc28b22b05b227be91d152c57c5d04d"
            "bcb98dba7690d8679132aa0290652288"
        ),
    ),
    "the usual cost": (
        SignInCost(memory_kib=47_104, passes=2),
        "a319c329035339fa787187fe484466271cd21f677f7ca44eecf682777af04e96",
        (
            "000102030405060708090a0b"
            "4e72e6201f4f627a571a06543749506ae27713b54cb5fe3c3fbfe5d10a0934db"
            "f6274873396333b8f47b9617b8fd6244"
        ),
    ),
}


@pytest.mark.parametrize(("cost", "tag", "box"), KNOWN.values(), ids=KNOWN)
def test_a_passphrase_of_years_ago_finds_its_account_and_opens_its_secret(
    cost: SignInCost, tag: str, box: str
) -> None:
    """Another derivation would lock every editor out, and agree with itself in all other tests."""
    proof = credentials.proof_of(
        Secret("olive bridge seven rivers quiet lantern"),
        sign_in=SignIn(salt=bytes(range(16)), cost=cost),
    )
    assert proof.tag == tag
    totp = credentials.opened_totp(box, proof=proof)
    assert totp.reveal() == "JBSWY3DPEHPK3PXP" * 2


def test_capitals_and_spaces_of_a_passphrase_do_not_matter(nadia: editors.Editor) -> None:
    typed = editors.Secret("  " + nadia.passphrase.reveal().upper().replace(" ", "   "))
    assert (
        sign_in.sign_in(passphrase=typed, digits=nadia.digits(editors.NOW), at=editors.NOW)
        == nadia.account
    )


def spend(nadia: editors.Editor, *, n: int = sign_in.TRIES, at: datetime = editors.NOW) -> None:
    """Type wrong codes under the right passphrase, as a thief does."""
    for _ in range(n):
        with pytest.raises(Refused):
            sign_in.sign_in(passphrase=nadia.passphrase, digits="000000x", at=at)


def two_codes(nadia: editors.Editor, at: datetime) -> str:
    """What the authenticator shows at this moment and, half a minute later, after it."""
    return f"{nadia.digits(at)} {nadia.digits(at + timedelta(seconds=30))}"


def test_codes_cannot_be_tried_out_with_a_stolen_passphrase(nadia: editors.Editor) -> None:
    spend(nadia)
    for hours in (0, 1, 23):
        at = editors.NOW + timedelta(hours=hours)
        with pytest.raises(Refused):
            sign_in.sign_in(passphrase=nadia.passphrase, digits=nadia.digits(at), at=at)
    later = editors.NOW + timedelta(hours=24)
    assert sign_in.sign_in(passphrase=nadia.passphrase, digits=nadia.digits(later), at=later)


def test_a_month_of_guessing_with_a_stolen_passphrase_finds_a_code_once_in_a_hundred_at_most() -> (
    None
):
    """Three codes count at a moment; 64 processes, the most that `serve` runs, give one try each."""
    days = 30 * (timedelta(days=1) / sign_in.SPAN)
    assert days * max(sign_in.TRIES, 64) * 3 / 10**6 <= 0.01


def test_whoever_holds_the_passphrase_does_not_shut_its_editor_out(nadia: editors.Editor) -> None:
    """However often a thief tries, and whenever: two codes in a row are the editor's alone."""
    at = editors.NOW
    for _ in range(3):
        spend(nadia, n=25, at=at)
        with pytest.raises(Refused):
            sign_in.sign_in(passphrase=nadia.passphrase, digits=nadia.digits(at), at=at)
        assert sign_in.sign_in(passphrase=nadia.passphrase, digits=two_codes(nadia, at), at=at)
        at += timedelta(minutes=5)


def test_neither_of_two_codes_counts_a_second_time(nadia: editors.Editor) -> None:
    later = editors.NOW + timedelta(seconds=30)
    typed = two_codes(nadia, editors.NOW)
    assert sign_in.sign_in(passphrase=nadia.passphrase, digits=typed, at=later)
    for again in (typed, nadia.digits(editors.NOW), nadia.digits(later), two_codes(nadia, later)):
        with pytest.raises(Refused):
            sign_in.sign_in(passphrase=nadia.passphrase, digits=again, at=later)


def test_two_codes_that_do_not_follow_each_other_are_none(nadia: editors.Editor) -> None:
    now, after = nadia.digits(editors.NOW), nadia.digits(editors.NOW + timedelta(seconds=30))
    before = nadia.digits(editors.NOW - timedelta(seconds=30))
    for typed in (after + now, now + now, before + after, now + after + after):
        with pytest.raises(Refused):
            sign_in.sign_in(passphrase=nadia.passphrase, digits=typed, at=editors.NOW)
    assert sign_in.sign_in(passphrase=nadia.passphrase, digits=now + after, at=editors.NOW)


def test_strangers_do_not_make_the_site_forget_what_a_thief_has_tried(
    nadia: editors.Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "code_budget", Budget(tries=10, span=sign_in.SPAN, names=2))
    spend(nadia)
    for _ in range(5):
        with pytest.raises(Refused):
            sign_in.sign_in(
                passphrase=passphrases.new_passphrase(), digits="123456", at=editors.NOW
            )
    with pytest.raises(Refused):
        sign_in.sign_in(
            passphrase=nadia.passphrase, digits=nadia.digits(editors.NOW), at=editors.NOW
        )


def test_the_desk_learns_that_codes_were_tried_out_and_neither_whose_nor_when(
    nadia: editors.Editor,
) -> None:
    """The other desk learns nothing; after a month it is forgotten."""
    words = "Somebody has entered wrong codes for an account of this desk"
    models.WrongCodes.objects.all().delete()
    with time_machine.travel(editors.NOW, tick=False):
        browser = editors.signed_in(nadia.account)
        spend(nadia, n=sign_in.TRIES - 1)
        assert words not in browser.get("/en/desk/editors/").content.decode(), (
            "a few are typed wrong"
        )
        spend(nadia, n=1)
        assert not models.WrongCodes.objects.exists(), "a sign-in that fails writes nothing"
        assert words in browser.get("/en/desk/editors/").content.decode()
        assert words in browser.get("/en/desk/").content.decode()
    (told,) = models.WrongCodes.objects.values()
    assert told == {"side_id": "az", "on": editors.TODAY}
    assert not queries.wrong_codes(today=editors.TODAY).filter(side="hy").exists()
    later = editors.TODAY + timedelta(days=30)
    assert not queries.wrong_codes(today=later).filter(side="az").exists()
    actions.forget_what_is_past(today=later)
    assert not models.WrongCodes.objects.exists()


def test_the_tenth_try_with_the_right_digits_still_lets_an_editor_in(nadia: editors.Editor) -> None:
    for _ in range(9):
        with pytest.raises(Refused):
            sign_in.sign_in(passphrase=nadia.passphrase, digits="000000x", at=editors.NOW)
    assert sign_in.sign_in(
        passphrase=nadia.passphrase, digits=nadia.digits(editors.NOW), at=editors.NOW
    )


def test_nobody_can_shut_an_editor_out_who_does_not_hold_the_passphrase(
    nadia: editors.Editor,
) -> None:
    for _ in range(40):
        with pytest.raises(Refused):
            sign_in.sign_in(
                passphrase=passphrases.new_passphrase(), digits="123456", at=editors.NOW
            )
    assert sign_in.sign_in(
        passphrase=nadia.passphrase, digits=nadia.digits(editors.NOW), at=editors.NOW
    )


def test_of_two_who_use_one_code_at_the_same_instant_one_gets_in(nadia: editors.Editor) -> None:
    here, there = (
        sign_in.proven(
            passphrase=nadia.passphrase, digits=nadia.digits(editors.NOW), at=editors.NOW
        )
        for _ in range(2)
    )
    sign_in.use_up(here.marks)
    with pytest.raises(Refused) as refused:
        sign_in.use_up(there.marks)
    assert refused.value.reason is PeopleRefusal.CANNOT_SIGN_IN


def test_what_waited_for_somebody_of_the_desk_is_done_at_sign_in_and_keeps_nobody_out(
    nadia: editors.Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    def fails(side: str, today: date) -> None:
        done.append((side, today))
        raise OSError("the disk is full")

    monkeypatch.setitem(housekeeping._at_sign_in, "a room", fails)
    monkeypatch.setitem(housekeeping._at_sign_in, "another", lambda *asked: done.append(asked))
    assert not is_let_in(nadia, digits="000000", at=editors.NOW)
    assert done == []
    assert is_let_in(nadia, digits=nadia.digits(editors.NOW), at=editors.NOW)
    assert done == [("az", editors.NOW.date())] * 2


def test_answers_that_wait_are_looked_after_at_sign_in() -> None:
    """The engine has registered it: that it lets answers out is for its own tests."""
    assert housekeeping._at_sign_in["record"] is let_out_what_waits

"""A desk adds, freezes and removes its own editors, and nobody else's; each renews their own."""

from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
import time_machine

import editors
from visavis.base.refusal import Refused
from visavis.people import actions, sign_in
from visavis.people.models import Account
from visavis.people.rules import PeopleRefusal, why_not_let_go
from visavis.safety import passphrases
from visavis.safety.secret import Secret

pytestmark = pytest.mark.django_db
LATER = editors.NOW + timedelta(minutes=2)


@pytest.fixture
def world() -> editors.World:
    return editors.found()


@pytest.fixture
def nadia(world: editors.World) -> editors.Editor:
    return editors.joined(world.codes["az"])


@pytest.fixture
def samir(world: editors.World) -> editors.Editor:
    return editors.joined(world.codes["hy"], label="Samir")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(editors.NOW, tick=False) as clock:
        yield clock


def can_sign_in(editor: editors.Editor, passphrase: Secret, totp: Secret) -> bool:
    digits = pyotp.TOTP(totp.reveal()).at(int(LATER.timestamp()))
    try:
        who = sign_in.sign_in(passphrase=passphrase, digits=digits, at=LATER)
    except Refused:
        return False
    return who.pk == editor.account.pk


@pytest.mark.parametrize("act", ["remove", "freeze", "unfreeze"])
def test_another_desks_editor_answers_as_one_that_never_was(
    nadia: editors.Editor, samir: editors.Editor, act: str
) -> None:
    browser = editors.signed_in(nadia.account)
    strangers = [samir.account.pk, "0" * 32, "nobody"]
    answers = {
        browser.post(f"/en/desk/editors/{stranger}/{act}/").content for stranger in strangers
    }
    codes = {
        browser.post(f"/en/desk/editors/{stranger}/{act}/").status_code for stranger in strangers
    }
    assert len(answers) == 1
    assert codes == {404}
    assert Account.objects.filter(pk=samir.account.pk, is_disabled=False).exists()


def test_a_desk_does_not_see_the_names_of_another(
    nadia: editors.Editor, samir: editors.Editor
) -> None:
    page = editors.signed_in(nadia.account).get("/en/desk/editors/").content.decode()
    assert "Nadia" in page
    assert "Samir" not in page


@pytest.mark.parametrize("act", [editors.frozen, editors.removed])
def test_the_last_editor_who_can_sign_in_stays(nadia: editors.Editor, act: object) -> None:
    with pytest.raises(Refused) as refused:
        act(nadia.account, account_id=nadia.account.pk, today=editors.TODAY)  # type: ignore[operator]
    assert refused.value.reason is PeopleRefusal.LAST_EDITOR


def test_a_frozen_editor_does_not_count_as_one_who_stays(nadia: editors.Editor) -> None:
    leyla = editors.joined(editors.invited(nadia.account, today=editors.TODAY), label="Leyla")
    editors.frozen(nadia.account, leyla.account.pk)
    with pytest.raises(Refused):
        editors.removed(nadia.account, account_id=nadia.account.pk, today=editors.TODAY)
    editors.removed(nadia.account, account_id=leyla.account.pk, today=editors.TODAY)
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    ("own", "other", "can", "n_who_can", "refusal"),
    [
        ("az", "hy", True, 9, PeopleRefusal.NOT_OF_THIS_DESK),
        ("az", "az", True, 1, PeopleRefusal.LAST_EDITOR),
        ("az", "az", False, 1, None),
        ("az", "az", True, 2, None),
    ],
)
def test_who_may_be_let_go(
    own: str, other: str, can: bool, n_who_can: int, refusal: PeopleRefusal | None
) -> None:
    assert why_not_let_go(own_side=own, side=other, can_sign_in=can, n_who_can=n_who_can) is refusal


def test_a_renewed_passphrase_is_the_only_one(nadia: editors.Editor) -> None:
    renewal = actions.prove_again(
        editor=nadia.account,
        passphrase=nadia.passphrase,
        digits=nadia.digits(editors.NOW),
        at=editors.NOW,
    )
    new = passphrases.new_passphrase()
    actions.renew_passphrase(editor=nadia.account, renewal=renewal, passphrase=new)
    assert not can_sign_in(nadia, nadia.passphrase, nadia.totp)
    assert can_sign_in(nadia, new, nadia.totp)


def test_a_renewed_authenticator_is_the_only_one(nadia: editors.Editor) -> None:
    renewal = actions.prove_again(
        editor=nadia.account,
        passphrase=nadia.passphrase,
        digits=nadia.digits(editors.NOW),
        at=editors.NOW,
    )
    new = Secret(pyotp.random_base32(32))
    actions.renew_totp(
        editor=nadia.account,
        renewal=renewal,
        totp=new,
        digits=pyotp.TOTP(new.reveal()).at(int(editors.NOW.timestamp())),
        at=editors.NOW,
    )
    assert not can_sign_in(nadia, nadia.passphrase, nadia.totp)
    assert can_sign_in(nadia, nadia.passphrase, new)


def test_a_page_left_open_is_not_enough_to_renew(
    nadia: editors.Editor, samir: editors.Editor
) -> None:
    for passphrase, digits in (
        (passphrases.new_passphrase(), nadia.digits(editors.NOW)),
        (nadia.passphrase, "000000x"),
        (samir.passphrase, samir.digits(editors.NOW)),
    ):
        with pytest.raises(Refused) as refused:
            actions.prove_again(
                editor=nadia.account, passphrase=passphrase, digits=digits, at=editors.NOW
            )
        assert refused.value.reason is PeopleRefusal.CANNOT_SIGN_IN


def test_a_renewal_begun_twice_is_finished_once(nadia: editors.Editor) -> None:
    renewal = actions.prove_again(
        editor=nadia.account,
        passphrase=nadia.passphrase,
        digits=nadia.digits(editors.NOW),
        at=editors.NOW,
    )
    actions.renew_passphrase(
        editor=nadia.account, renewal=renewal, passphrase=passphrases.new_passphrase()
    )
    with pytest.raises(Refused):
        actions.renew_passphrase(
            editor=nadia.account, renewal=renewal, passphrase=passphrases.new_passphrase()
        )


@pytest.mark.parametrize("what", ["passphrase", "authenticator"])
def test_renewing_walks_through_its_pages(nadia: editors.Editor, what: str) -> None:
    browser = editors.signed_in(nadia.account)
    form = {"passphrase": nadia.passphrase.reveal(), "digits": nadia.digits(editors.NOW)}
    answer = browser.post("/en/desk/account/", form | {"renew": what}, follow=True)
    assert answer.redirect_chain == [(f"/en/desk/account/{what}/", 302)]
    assert answer.status_code == 200
    picture = browser.get("/en/desk/account/authenticator.png")
    assert picture.content.startswith(b"\x89PNG")
    assert picture["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "page", ["passphrase/", "passphrase/words/", "authenticator/", "authenticator.png"]
)
def test_a_renewal_that_was_left_lying_lets_nobody_take_the_account_over(
    nadia: editors.Editor, clock: time_machine.Traveller, page: str
) -> None:
    """The page shows a passphrase that would be in force: an open browser would be worth the account."""
    browser = editors.signed_in(nadia.account)
    form = {"passphrase": nadia.passphrase.reveal(), "digits": nadia.digits(editors.NOW)}
    browser.post("/en/desk/account/", form | {"renew": "passphrase"})
    address = f"/en/desk/account/{page}"
    clock.move_to(editors.NOW + timedelta(minutes=29))
    assert browser.get(address).status_code == 200
    clock.move_to(editors.NOW + timedelta(minutes=31))
    assert browser.get("/en/desk/account/").status_code == 200
    assert browser.get(address)["Location"] == "/en/desk/account/"


def test_what_is_past_is_forgotten(nadia: editors.Editor) -> None:
    from visavis.people.models import Invitation, Session, UsedCode

    editors.invited(nadia.account, today=editors.TODAY)
    editors.signed_in(nadia.account)
    Session.objects.update(expires_on=editors.TODAY + timedelta(days=1))
    actions.forget_what_is_past(today=editors.TODAY + timedelta(days=1))
    assert Session.objects.exists()
    actions.forget_what_is_past(today=editors.TODAY + timedelta(days=60))
    for _ in range(2):
        assert UsedCode.objects.exists()
        actions.forget_used_codes()
    for model in (UsedCode, Session, Invitation):
        assert not model._default_manager.exists()

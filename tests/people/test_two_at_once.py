"""Editors act in one instant: what holds one after the other holds then too, on every database."""

import pytest

import editors
from together import at_once
from visavis.people import queries, sign_in
from visavis.people.models import Account
from visavis.safety.secret import Secret

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


@pytest.fixture
def nadia(shared_by_threads: None) -> editors.Editor:
    return editors.joined(editors.found().codes["az"])


def invited(nadia: editors.Editor) -> Secret:
    return editors.invited(nadia.account, today=editors.TODAY)


def test_two_who_freeze_each_other_do_not_lock_their_desk_out(nadia: editors.Editor) -> None:
    leyla = editors.joined(invited(nadia), label="Leyla")
    for _ in range(ROUNDS):
        allowed = at_once(
            lambda: editors.frozen(nadia.account, leyla.account.pk),
            lambda: editors.frozen(leyla.account, nadia.account.pk),
        )
        assert sorted(allowed) == [False, True]
        assert queries.n_who_can_sign_in("az") == 1
        Account.objects.update(is_disabled=False)


def test_two_who_remove_each_other_leave_one(nadia: editors.Editor) -> None:
    leyla = editors.joined(invited(nadia), label="Leyla")
    allowed = at_once(
        lambda: editors.removed(nadia.account, account_id=leyla.account.pk, today=editors.TODAY),
        lambda: editors.removed(leyla.account, account_id=nadia.account.pk, today=editors.TODAY),
    )
    assert sorted(allowed) == [False, True]
    assert queries.n_who_can_sign_in("az") == 1


def test_an_invitation_used_by_two_lets_one_in(nadia: editors.Editor) -> None:
    for n in range(ROUNDS):
        code, before = invited(nadia), Account.objects.count()
        allowed = at_once(
            *(lambda label=label: editors.joined(code, label=label) for label in (f"a{n}", f"b{n}"))  # noqa: B023
        )
        assert sorted(allowed) == [False, True]
        assert Account.objects.count() == before + 1


def test_one_code_of_the_authenticator_typed_by_two_lets_one_in(nadia: editors.Editor) -> None:
    digits = nadia.digits(editors.NOW)
    allowed = at_once(
        *[lambda: sign_in.sign_in(passphrase=nadia.passphrase, digits=digits, at=editors.NOW)] * 3
    )
    assert sorted(allowed) == [False, False, True]

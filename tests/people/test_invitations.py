"""A code lets one person in, once, to one desk; afterwards nothing links it to the account."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

import editors
from visavis.base.refusal import Refused
from visavis.people import actions, queries, rules
from visavis.people.models import Account, DeskSize, Invitation
from visavis.people.rules import PeopleRefusal
from visavis.safety import codes
from visavis.safety.secret import Secret
from visavis.sides.models import SetUpCode

pytestmark = pytest.mark.django_db


def why_not_label(label: str) -> PeopleRefusal | None:
    return rules.why_not_label(label, taken=False)


@pytest.mark.parametrize("label", ["N", "Nadia B.", "n" * 40, "Նադիա", "نادیا"])
def test_a_name_of_up_to_40_characters_is_taken(label: str) -> None:
    assert why_not_label(label) is None


@pytest.mark.parametrize(
    "label",
    ["", "n" * 41, *(f"Nadia{char}B." for char in "\xa0\u2003\u3000\u200b\u202e\xad\u3164\n\0")],
    ids=ascii,
)
def test_a_name_with_what_looks_like_a_space_or_like_nothing_is_refused(label: str) -> None:
    """One desk could else have two editors whose names look alike."""
    assert why_not_label(label) is PeopleRefusal.LABEL_MISSING


@pytest.fixture
def world() -> editors.World:
    return editors.found()


@pytest.fixture
def nadia(world: editors.World) -> editors.Editor:
    return editors.joined(world.codes["az"])


def refusal_of(code: Secret, *, label: str = "Other") -> object:
    with pytest.raises(Refused) as refused:
        editors.joined(code, label=label)
    return refused.value.reason


def everything_stored() -> str:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += cursor.fetchall()
    return repr(rows)


def test_a_set_up_code_works_once(world: editors.World, nadia: editors.Editor) -> None:
    assert refusal_of(world.codes["az"]) is PeopleRefusal.BAD_CODE
    assert SetUpCode.objects.filter(side="az").count() == 0
    assert SetUpCode.objects.filter(side="hy").count() == 1


def test_an_invitation_works_once(nadia: editors.Editor) -> None:
    code = editors.invited(nadia.account, today=editors.TODAY)
    assert editors.joined(code, label="Leyla").account.side_id == "az"
    assert refusal_of(code) is PeopleRefusal.BAD_CODE


def test_an_invitation_ends_after_its_days(nadia: editors.Editor) -> None:
    code = actions.invite(editor=nadia.account, today=editors.TODAY - timedelta(days=10))
    assert refusal_of(code) is PeopleRefusal.BAD_CODE
    assert refusal_of(codes.new_code()) is PeopleRefusal.BAD_CODE


def test_a_withdrawn_invitation_lets_nobody_in(nadia: editors.Editor) -> None:
    code = editors.invited(nadia.account, today=editors.TODAY)
    actions.withdraw_invitations(editor=nadia.account)
    assert refusal_of(code) is PeopleRefusal.BAD_CODE


def test_only_the_hash_of_a_code_is_stored(world: editors.World, nadia: editors.Editor) -> None:
    code = editors.invited(nadia.account, today=editors.TODAY)
    stored = everything_stored()
    assert codes.code_hash(code) in stored
    for secret in (code, world.codes["hy"]):
        assert secret.reveal() not in stored
        assert secret.reveal().replace("-", "") not in stored


def test_nothing_links_a_used_invitation_to_the_account(nadia: editors.Editor) -> None:
    code = editors.invited(nadia.account, today=editors.TODAY)
    editors.joined(code, label="Leyla")
    assert codes.code_hash(code) not in everything_stored()
    assert not Invitation.objects.exists()


def test_who_invited_whom_is_not_stored(nadia: editors.Editor) -> None:
    editors.invited(nadia.account, today=editors.TODAY)
    row = Invitation.objects.values().get()
    assert nadia.account.pk not in row.values()
    assert set(row) == {"code_hash", "side_id", "role", "counts_from", "expires_on", "box"}


def test_a_wrong_first_code_leaves_no_account_and_the_invitation_unused(
    world: editors.World,
) -> None:
    with pytest.raises(Refused) as refused:
        actions.join(
            code=world.codes["az"],
            passphrase=Secret("a b c d e f"),
            totp=Secret("JBSWY3DPEHPK3PXP" * 2),
            digits="12345",
            label="Nadia",
            at=editors.NOW,
        )
    assert refused.value.reason is PeopleRefusal.WRONG_DIGITS
    assert not Account.objects.exists()
    assert editors.joined(world.codes["az"])


def test_a_name_that_is_taken_leaves_the_invitation_unused(nadia: editors.Editor) -> None:
    code = editors.invited(nadia.account, today=editors.TODAY)
    assert refusal_of(code, label="Nadia") is PeopleRefusal.LABEL_TAKEN
    assert refusal_of(code, label="") is PeopleRefusal.LABEL_MISSING
    assert editors.joined(code, label="Leyla")
    assert DeskSize.objects.get().n_editors == 2


def test_whoever_is_signed_in_for_one_side_does_not_come_in_for_another(
    world: editors.World, nadia: editors.Editor
) -> None:
    with time_machine.travel(editors.NOW, tick=False):
        browser = editors.signed_in(nadia.account)
        answer = browser.post("/en/desk/set-up/", {"code": world.codes["hy"].reveal()})
    assert answer.status_code == 409
    assert SetUpCode.objects.filter(side="hy").exists()


def test_the_same_passphrase_cannot_stand_for_two_sides(world: editors.World) -> None:
    nadia = editors.joined(world.codes["az"])
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(id="f" * 32, side_id="hy", sign_in_tag=nadia.account.sign_in_tag)


def test_codes_that_do_not_work_answer_alike(nadia: editors.Editor, world: editors.World) -> None:
    withdrawn = editors.invited(nadia.account, today=editors.TODAY)
    actions.withdraw_invitations(editor=nadia.account)
    with time_machine.travel(editors.NOW, tick=False):
        answers = {
            Client().post("/en/desk/set-up/", {"code": code}).content.split(b"csrfmiddle")[0]
            for code in (world.codes["az"].reveal(), withdrawn.reveal(), "nonsense", "")
        }
    assert len(answers) == 1


def test_the_steps_cannot_be_taken_out_of_order() -> None:
    visitor = Client()
    for step in ("passphrase/", "words/", "authenticator/", "authenticator.png"):
        answer = visitor.get(f"/en/desk/set-up/{step}")
        assert answer["Location"] == "/en/desk/set-up/"


def test_the_authenticator_comes_only_after_two_words_were_typed_again(
    world: editors.World,
) -> None:
    browser = Client()
    with time_machine.travel(editors.NOW, tick=False):
        browser.post("/en/desk/set-up/", {"code": world.codes["az"].reveal()})
        assert browser.get("/en/desk/set-up/authenticator/").status_code == 302
        answer = browser.post("/en/desk/set-up/words/", {"first": "wrong", "second": "words"})
    assert answer.status_code == 409
    assert "wrong" in answer.content.decode()


def test_the_other_desks_see_a_number_that_a_freeze_does_not_move(
    nadia: editors.Editor,
) -> None:
    leyla = editors.joined(editors.invited(nadia.account, today=editors.TODAY), label="Leyla")
    assert queries.desk_sizes() == {"az": 2, "hy": 0}
    editors.frozen(nadia.account, leyla.account.pk)
    assert queries.desk_sizes() == {"az": 2, "hy": 0}


def test_a_desk_that_has_grown_and_shrunk_is_told_by_number(nadia: editors.Editor) -> None:
    later = editors.NOW + timedelta(days=3)
    code = editors.invited(nadia.account, today=later.date())
    leyla = editors.joined(code, label="Leyla", at=later)
    latest = later.date() + timedelta(days=1)
    editors.removed(nadia.account, account_id=leyla.account.pk, today=latest)
    news = queries.desk_news(latest)
    assert [(change.before, change.now) for change in news] == [(2, 1), (1, 2)]
    assert queries.desk_news(latest + timedelta(days=40)) == ()


def test_numbers_of_the_past_are_forgotten_but_for_the_last(nadia: editors.Editor) -> None:
    for days, n_editors in ((-90, 1), (-60, 2), (-45, 3)):
        DeskSize.objects.create(
            side_id="az", on=editors.TODAY + timedelta(days=days), n_editors=n_editors
        )
    actions.forget_what_is_past(today=editors.TODAY)
    assert sorted(DeskSize.objects.values_list("n_editors", flat=True)) == [1, 3]

"""One open browser does not empty a desk: what it asks for is seen first, or needs the side's key."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import editors
from visavis.base.refusal import Refused
from visavis.people import actions, queries, rules
from visavis.people.models import Account, Invitation
from visavis.people.rules import PeopleRefusal
from visavis.safety.secret import Secret
from visavis.sides import actions as sides
from visavis.signing.desk_statements import read_statement, sign_statement
from visavis.signing.keys import PrivateKey
from visavis.signing.vault import vault_key_of

pytestmark = pytest.mark.django_db
WORDS = "six words of the desk"
EDITORS = "/en/desk/editors/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(editors.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def key() -> PrivateKey:
    return PrivateKey.new()


@pytest.fixture
def desk(key: PrivateKey) -> list[editors.Editor]:
    """Three editors of a side whose key is sealed on the server."""
    world = editors.found()
    sides.give_keys(
        side="az",
        public_key=key.public.hex,
        recovery_key=PrivateKey.new().public.hex,
        vault_key=vault_key_of(key),
        sealed_key=sides.sealed_for("az", key, passphrase=Secret(WORDS)),
    )
    nadia = editors.joined(world.codes["az"])
    editors.joined(world.codes["hy"], label="Samir")
    return [nadia, *(editors.joined(editors.invited(nadia.account), label=n) for n in "BC")]


def of_az() -> set[str]:
    return {each.label for each in Account.objects.filter(side="az")}


def address(editor: editors.Editor, act: str) -> str:
    return f"{EDITORS}{editor.account.pk}/{act}/"


def test_one_open_browser_cannot_empty_a_desk(desk: list[editors.Editor]) -> None:
    spy, others = editors.signed_in(desk[0].account), desk[1:]
    spy.post(f"{EDITORS}invite/")
    for other in others:
        spy.post(address(other, "remove"))
        spy.post(address(other, "remove"), {"desk_passphrase": "a guess of six other words"})
        spy.post(address(other, "freeze"))
        spy.post(address(other, "remove"))
        spy.post(address(other, "unfreeze"))
    assert of_az() == {"Nadia", "B", "C"}
    assert not Account.objects.filter(is_disabled=True).exists(), "nor keep others from their desk"
    actions.forget_what_is_past(today=editors.TODAY + timedelta(days=1))
    assert of_az() == {"Nadia", "B", "C"}
    form = {"key": "no", "passphrase": desk[0].passphrase.reveal()}
    assert spy.post(address(others[0], "freeze"), form).status_code == 302, "the control"
    actions.forget_what_is_past(today=editors.TODAY + timedelta(days=30))
    assert of_az() == {"Nadia", "B", "C"}

    # The control: the desk's passphrase does what the open browser could not.
    spy = editors.signed_in(desk[0].account)
    for other in others:
        assert spy.post(address(other, "remove"), {"desk_passphrase": WORDS}).status_code == 302
    assert of_az() == {"Nadia"}


def test_a_removal_is_seen_on_every_page_of_the_desk_and_stopped(
    desk: list[editors.Editor], clock: time_machine.Traveller
) -> None:
    nadia, b, c = desk
    editors.signed_in(nadia.account).post(address(c, "remove"))
    browser, stranger = (
        editors.signed_in(b.account),
        editors.signed_in(Account.objects.get(side="hy")),
    )
    for page in ("", "editors/", "account/", "key/", "questions/", "library/"):
        shown = browser.get(f"/en/desk/{page}").content.decode()
        assert "An editor of this desk has asked to remove another one: C." in shown
        assert "11 July 2031" in shown
        assert address(c, "keep") in shown
        assert "has asked to remove" not in stranger.get(f"/en/desk/{page}").content.decode()
    assert browser.post(address(c, "keep")).status_code == 302
    assert "has asked" not in browser.get(EDITORS).content.decode()
    clock.shift(timedelta(days=5))
    actions.forget_what_is_past(today=editors.TODAY + timedelta(days=5))
    assert of_az() == {"Nadia", "B", "C"}


def test_a_removal_that_nobody_stops_counts_on_its_day_and_not_before(
    desk: list[editors.Editor], clock: time_machine.Traveller
) -> None:
    nadia, _, c = desk
    actions.remove_editor(editor=nadia.account, account_id=c.account.pk, today=editors.TODAY)
    for days, is_in in ((1, True), (2, False)):
        clock.move_to(editors.NOW + timedelta(days=days))
        browser = editors.signed_in(c.account)
        assert (browser.get(EDITORS).status_code == 200) is is_in
        actions.forget_what_is_past(today=editors.TODAY + timedelta(days=days))
        assert ("C" in of_az()) is is_in


def test_the_last_who_stays_is_not_removed_on_the_day_either(desk: list[editors.Editor]) -> None:
    nadia, b, c = (each.account for each in desk)
    for other in (b, c):
        actions.remove_editor(editor=nadia, account_id=other.pk, today=editors.TODAY)
    with pytest.raises(Refused) as refused:
        actions.remove_editor(editor=b, account_id=nadia.pk, today=editors.TODAY)
    assert refused.value.reason is PeopleRefusal.LAST_EDITOR
    # Written by hand, as if two acts had passed each other: the day itself asks again.
    Account.objects.filter(side="az").update(leaves_on=editors.TODAY)
    actions.forget_what_is_past(today=editors.TODAY + timedelta(days=3))
    assert queries.n_who_can_sign_in("az", staying=True) == 1


def test_an_invited_one_comes_in_on_the_day_and_not_before(
    desk: list[editors.Editor], clock: time_machine.Traveller
) -> None:
    code = actions.invite(editor=desk[0].account, today=editors.TODAY)
    shown = editors.signed_in(desk[1].account).get("/en/desk/").content.decode()
    assert "has invited 1 new editor" in shown
    answer = Client().post("/en/desk/set-up/", {"code": code.reveal()})
    assert answer.status_code == 409
    assert "is not valid yet" in answer.content.decode()
    with pytest.raises(Refused) as refused:
        editors.joined(code, label="D")
    assert refused.value.reason is PeopleRefusal.CODE_NOT_YET
    clock.shift(rules.SEEN_FOR)
    assert editors.joined(code, label="D", at=editors.NOW + rules.SEEN_FOR)


def test_with_the_desks_passphrase_an_invitation_counts_at_once(
    desk: list[editors.Editor],
) -> None:
    browser = editors.signed_in(desk[0].account)
    wrong = browser.post(f"{EDITORS}invite/", {"desk_passphrase": "six wrong words"})
    assert wrong.status_code == 409
    assert not Invitation.objects.exists()
    assert (
        "It works at once"
        in browser.post(f"{EDITORS}invite/", {"desk_passphrase": WORDS}).content.decode()
    )
    assert Invitation.objects.get().counts_from == editors.TODAY


@pytest.mark.parametrize("act", ["remove", "invite"])
def test_a_statement_signed_elsewhere_does_the_same(
    desk: list[editors.Editor], key: PrivateKey, act: str
) -> None:
    nadia, b, c = desk
    browser = editors.signed_in(nadia.account)
    if act == "invite":
        browser.post(f"{EDITORS}invite/")
        place = f"{EDITORS}invitations/{Invitation.objects.get().pk}/"
        file = f"{place}statement.json"
    else:
        editors.frozen(nadia.account, c.account.pk)
        place, file = address(c, act), f"{EDITORS}{c.account.pk}/{act}/statement.json"

    statement = read_statement(browser.get(file).content)
    assert statement.act == act

    def hand_in(content: bytes) -> int:
        return browser.post(place, {"signed": SimpleUploadedFile("s.json", content)}).status_code

    other = read_statement(browser.get(f"{EDITORS}{b.account.pk}/remove/statement.json").content)
    forged = [
        statement.data,
        sign_statement(statement, key=PrivateKey.new()).data,
        sign_statement(other, key=key).data,
        sign_statement(statement, key=key).data.replace(
            b'"day": "2031-07-09"', b'"day": "2031-07-10"'
        ),
        b"",
    ]
    assert [hand_in(each) for each in forged] == [409] * len(forged)
    assert hand_in(sign_statement(statement, key=key).data) == 302


def test_what_was_opened_once_does_not_unfreeze_who_was_frozen_again(
    desk: list[editors.Editor], key: PrivateKey
) -> None:
    nadia, _, c = desk
    browser, place = editors.signed_in(nadia.account), address(c, "unfreeze")
    editors.frozen(nadia.account, c.account.pk)
    boxes = browser.get(f"{EDITORS}{c.account.pk}/undo.json").content
    opened = editors.opened_elsewhere(boxes, key).signed

    def hand_in() -> int:
        return browser.post(place, {"opened": SimpleUploadedFile("s", opened)}).status_code

    assert hand_in() == 302
    editors.frozen(nadia.account, c.account.pk)
    assert hand_in() == 409


def test_freezing_stops_what_the_desk_has_waiting(desk: list[editors.Editor]) -> None:
    nadia, b, c = (each.account for each in desk)
    actions.remove_editor(editor=nadia, account_id=c.pk, today=editors.TODAY)
    actions.invite(editor=nadia, today=editors.TODAY)
    editors.frozen(b, nadia.pk)
    assert queries.leaving("az") == ()
    assert not Invitation.objects.exists()

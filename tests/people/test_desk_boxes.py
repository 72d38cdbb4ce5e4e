"""Attacks on the reading keys in the tables: each names what somebody has, and what they do not get.

A copy is every row of every table. Somebody who has one tries each key on each box that lies in it, again and
again, until nothing more opens.
"""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from django.test import Client, RequestFactory

import editors
from editors import NOW, TODAY, Editor
from visavis.base.refusal import Refused
from visavis.people import actions, desk_boxes, detained_editors, queries, sessions
from visavis.people.credentials import account_key, proof_of
from visavis.people.middleware import AccountMiddleware
from visavis.people.models import Account, Invitation, Session
from visavis.people.rules import PeopleRefusal
from visavis.press import actions as press
from visavis.record.models import Draft
from visavis.safety import codes, housekeeping, passphrases, sealing
from visavis.safety.reading import JOINT, NOBODY, CannotSealError, Reader, reader, reading_as
from visavis.safety.secret import Secret
from visavis.sides import actions as sides
from visavis.sides import desk_keys, reading_keys
from visavis.sides import queries as side_queries
from visavis.sides.actions import Given
from visavis.sides.models import Joint, ReadingKey
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError, Key
from visavis.signing.desk_statements import DeskAct, sign_statement

pytestmark = pytest.mark.django_db
ABOUT = "some words"
DESK, SHARED = "Yalnız bizim masada".encode(), "Hər iki masada".encode()
LATER = TODAY + timedelta(days=2)


@pytest.fixture(autouse=True)
def as_on_a_real_site(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keys are random here, and outside of a request nobody reads."""
    monkeypatch.setattr(reading_keys, "new_private", lambda _holder, _number: boxes.new_key())
    with reading_as(lambda: NOBODY):
        yield


@dataclass(frozen=True)
class Site:
    world: editors.World
    nadia: Editor
    leyla: Editor
    ani: Editor


@pytest.fixture
def site() -> Site:
    """Nadia and Leyla at the desk of az, Ani at the desk of hy."""
    world = editors.found()
    editors.give_keys(world)
    nadia = editors.joined(world.codes["az"])
    ani = editors.joined(world.codes["hy"], label="Ani")
    with at_work(nadia):
        code = editors.invited(nadia.account)
    return Site(world, nadia, editors.joined(code, label="Leyla"), ani)


def fresh(editor: Editor) -> Account:
    account = queries.editor_of(editor.account.side_id, account_id=editor.account.pk)
    assert account is not None
    account.private_key = editor.account.private_key
    return account


def at_work(editor: Editor) -> AbstractContextManager[None]:
    """Let it be a request of this editor."""
    return reading_as(lambda: desk_boxes.reader_of(fresh(editor)))


def comes_by(editor: Editor) -> None:
    """The editor signs in."""
    account = fresh(editor)
    actions.catch_up(account, today=TODAY)


def words(editor: Editor) -> tuple[bytes, bytes]:
    """Return what the editor writes now: for the own desk, and for all desks."""
    with at_work(editor):
        here = reader()
        own = here.shut(DESK, about=ABOUT, to=editor.account.side_id)
        return own, here.shut(SHARED, about=ABOUT, to=JOINT)


def reads(who: Reader | Editor, *sealed: bytes) -> list[bool]:
    """Return which of these words open."""
    found = who if isinstance(who, Reader) else desk_boxes.reader_of(fresh(who))
    return [_opens(found, each) for each in sealed]


def _opens(who: Reader, sealed: bytes) -> bool:
    try:
        return who.open(sealed, about=ABOUT) in {DESK, SHARED}
    except CannotOpenError:
        return False


def a_copy() -> list[tuple[bytes, str]]:
    """Return every box that lies in the tables, with what it must be opened as."""
    found = [
        (box, f"reading key {number} of {account.side_id}")
        for account in Account.objects.all()
        for number, (box, _mark) in account.desk_boxes.items()
    ]
    found += [(each.box, f"reading key {each.number} of joint") for each in Joint.objects.all()]
    found += [
        (each.sealed_before, f"inside the key after reading key {each.number - 1} of {each.holder}")
        for each in ReadingKey.objects.exclude(sealed_before="")
    ]
    return [(bytes.fromhex(box), about) for box, about in found]


def taken_from(copy: list[tuple[bytes, str]], *known: bytes) -> Reader:
    """Return the reader whom somebody becomes with a copy and these private keys."""
    keys, n = set(known), 0
    while n != len(keys):
        n = len(keys)
        keys |= {made for box, about in copy for key in keys if (made := _tried(key, box, about))}
    return Reader({"thief": [Key.of(key) for key in keys]})


def _tried(key: bytes, box: bytes, about: str) -> bytes | None:
    try:
        return boxes.opened_with(key, box, about=about)
    except CannotOpenError:
        return None


def remove_with_key(site: Site, other: Editor) -> None:
    with at_work(site.nadia):
        about = actions.statement_about(
            site.nadia.account, other.account.pk, act=DeskAct.REMOVE, today=TODAY
        )
    given = Given(signed=sign_statement(about, key=site.world.keys["az"]).data)
    with at_work(site.nadia):
        actions.remove_editor(
            editor=site.nadia.account, account_id=other.account.pk, today=TODAY, given=given
        )


def remove_by_the_day(site: Site, other: Editor) -> None:
    """The day comes while nobody of the desk is there."""
    actions.remove_editor(editor=site.nadia.account, account_id=other.account.pk, today=TODAY)
    actions.forget_what_is_past(today=LATER)


def freeze(site: Site, other: Editor) -> None:
    with at_work(site.nadia):
        editors.frozen(site.nadia.account, other.account.pk)


@pytest.mark.parametrize("going", [remove_with_key, remove_by_the_day, freeze])
def test_a_removed_editor_with_yesterdays_copy_reads_nothing_new(site: Site, going) -> None:
    old, yesterday = words(site.leyla), a_copy()
    key = site.leyla.account.private_key
    assert reads(taken_from(yesterday, key), *old) == [True, True]
    going(site, site.leyla)
    new, of_the_others = words(site.nadia), words(site.ani)
    both = taken_from([*yesterday, *a_copy()], key)
    assert reads(both, *old) == [True, True]  # what was sealed before stays readable
    assert reads(both, *new, *of_the_others) == [False] * 4
    assert reads(site.nadia, *old, *new, of_the_others[1]) == [True] * 5
    assert reads(site.ani, new[1], *of_the_others) == [True] * 3


@pytest.mark.parametrize("going", [remove_with_key, remove_by_the_day, freeze])
def test_no_box_is_left_of_who_has_gone(site: Site, going) -> None:
    going(site, site.leyla)
    assert not Account.objects.filter(pk=site.leyla.account.pk).exclude(desk_boxes={}).exists()
    key = site.leyla.account.private_key
    assert reads(taken_from(a_copy(), key), *words(site.nadia)) == [False, False]


def a_day_passes() -> None:
    desk_keys.drop_unneeded()
    desk_boxes.drop_unneeded()


def numbers() -> dict[str, list[int]]:
    """Return which keys are left, by their holders."""
    rows = ReadingKey.objects.order_by("number")
    return {
        holder: [row.number for row in rows if row.holder == holder]
        for holder in ("az", "hy", JOINT)
    }


@pytest.mark.parametrize("going", [remove_with_key, remove_by_the_day, freeze])
def test_with_all_keys_of_today_and_an_older_copy_of_the_words_nobody_reads_what_is_gone(
    site: Site, going
) -> None:
    """A key goes, with the link to it, once no row names it: not before, and not at the first look."""
    old = words(site.leyla)
    draft = Draft.objects.create(item="d", kind="letter", side="az", body=old[0], made_on=TODAY)
    going(site, site.leyla)
    comes_by(site.nadia)
    for _ in range(3):
        a_day_passes()
    assert numbers() == {"az": [1, 2], "hy": [1], JOINT: [2]}  # the draft names the desk's first
    assert reads(site.nadia, *old) == [True, False]
    draft.delete()
    a_day_passes()
    assert reads(site.nadia, old[0]) == [True]  # a request under way may still have used it
    a_day_passes()
    assert numbers() == {"az": [2], "hy": [1], JOINT: [2]}
    assert reads(site.nadia, *old) == [False, False]
    held = (each.account.private_key for each in (site.nadia, site.leyla, site.ani))
    assert reads(taken_from(a_copy(), *held), *old) == [False, False]
    assert reads(site.nadia, *words(site.nadia), words(site.ani)[1]) == [True] * 3


def test_after_days_without_anybody_the_first_who_comes_by_joins_the_keys(site: Site) -> None:
    with at_work(site.nadia):
        third = editors.joined(editors.invited(site.nadia.account), label="Orxan")
    old = words(site.nadia)
    remove_by_the_day(site, site.leyla)
    between = words(site.ani)
    actions.remove_editor(editor=site.nadia.account, account_id=third.account.pk, today=TODAY)
    actions.forget_what_is_past(today=LATER + timedelta(days=2))
    assert list(fresh(site.nadia).desk_boxes) == ["1", "2", "3"]
    comes_by(site.nadia)
    assert list(fresh(site.nadia).desk_boxes) == ["3"]
    assert not ReadingKey.objects.filter(waits=True).exists()
    assert Joint.objects.count() == 2
    assert reads(site.nadia, *old, between[1], *words(site.nadia)) == [True] * 5
    assert reads(site.ani, old[1], *between) == [True] * 3


def test_a_session_with_its_cookie_opens_nothing_once_the_account_is_gone(site: Site) -> None:
    client = editors.signed_in(site.leyla.account)
    old, cookie = words(site.leyla), client.cookies["session"].value
    content = json.loads(
        sealing.opened(Session.objects.get().sealed, key=sessions._box_key(cookie), label="session")
    )
    key = bytes.fromhex(content["key"])
    assert reads(taken_from(a_copy(), key), *old) == [True, True]
    remove_with_key(site, site.leyla)
    assert reads(taken_from(a_copy(), key), *old, *words(site.nadia)) == [False] * 4
    assert "sign-in" in client.get("/en/desk/editors/").url


def test_a_lost_desk_reads_joint_words_again_and_no_others(site: Site) -> None:
    old = words(site.nadia)
    code = codes.new_code()
    wanted = side_queries.statement("az", DeskAct.WAY_IN, about=codes.code_hash(code), day=TODAY)
    signed = sign_statement(wanted, key=site.world.keys["az"]).data
    sides.let_in(side="az", signed=signed, today=TODAY)
    newcomer = editors.joined(code, label="Rena")
    assert reads(newcomer, *old) == [False, False]
    comes_by(newcomer)
    assert reads(newcomer, *old) == [False, False]
    comes_by(site.ani)
    assert reads(newcomer, *old) == [False, True]
    assert reads(newcomer, *words(newcomer)) == [True, True]
    assert reads(site.ani, *words(newcomer)) == [False, True]


def test_who_comes_back_to_a_lost_desk_waits_to_be_let_in_and_still_has_the_old_words(
    site: Site,
) -> None:
    old = words(site.nadia)
    sides.SetUpCode.objects.create(
        code_hash=codes.code_hash(code := codes.new_code()), side_id="az"
    )
    newcomer = editors.joined(code, label="Rena")
    comes_by(site.ani)
    assert not fresh(site.nadia).can_read
    with at_work(newcomer):
        actions.let_read(editor=newcomer.account, account_id=site.nadia.account.pk)
    assert reads(site.nadia, *old, *words(newcomer)) == [True] * 4
    assert reads(newcomer, *old) == [False, True]


def test_a_code_hash_from_the_table_opens_nothing(site: Site) -> None:
    with at_work(site.nadia):
        code = actions.invite(editor=site.nadia.account, today=TODAY)
    row, key = Invitation.objects.get(), desk_keys.newest("az")
    box = bytes.fromhex(row.box)
    known = [row.code_hash.encode(), bytes.fromhex(row.code_hash), b"", row.side_id.encode()]
    for each in [*known, *(sha256(each).digest() for each in known)]:
        with pytest.raises(CannotOpenError):
            reading_keys.taken(box, of=key, code=each)
    typed = Secret(code.reveal().upper().replace("-", " "))
    private = reading_keys.taken(box, of=key, code=codes.key_material(typed))
    assert boxes.public_of(private) == key.public


def test_who_joins_with_a_code_reads_at_once_what_was_there_before(site: Site) -> None:
    old = words(site.nadia)
    assert reads(site.leyla, *old) == [True, True]
    assert Invitation.objects.count() == 0


def test_a_second_desks_session_never_opens_the_firsts_key(site: Site) -> None:
    own, shared = words(site.nadia)
    assert reads(site.ani, own, shared) == [False, True]
    assert reads(taken_from(a_copy(), site.ani.account.private_key), own) == [False]


def test_the_whole_directory_and_one_passphrase_open_that_desk_and_no_other(site: Site) -> None:
    copy = a_copy()
    of_az, of_hy = words(site.nadia), words(site.ani)
    assert reads(taken_from(copy), *of_az, *of_hy) == [False] * 4
    proof = proof_of(site.ani.passphrase, sign_in=side_queries.sign_in())
    thief = taken_from(copy, account_key(proof.half))
    assert reads(thief, *of_az, *of_hy) == [False, True, True, True]


def a_stranger(site: Site, **more: object) -> bytes:
    """Somebody who can write into the tables has an account at the desk of az; return its private key."""
    key = boxes.new_key()
    mine = {
        "id": "f" * 32,
        "side_id": "az",
        "role": "editor",
        "sign_in_tag": "ab" * 32,
        "sealed_totp": "",
        "session_mark": "cd" * 16,
        "public_key": boxes.public_of(key).hex(),
    }
    Account.objects.create(**mine, **more)
    return key


def forged(site: Site) -> dict[str, list[str]]:
    """The boxes of a colleague, copied."""
    return fresh(site.leyla).desk_boxes


@pytest.mark.parametrize("has_forged", [False, True])
@pytest.mark.parametrize("going", [remove_with_key, remove_by_the_day, freeze])
def test_a_row_written_into_the_table_is_not_let_in(site: Site, going, has_forged: bool) -> None:
    old = words(site.nadia)
    key = a_stranger(site, desk_boxes=forged(site) if has_forged else {})
    comes_by(site.nadia)
    going(site, site.leyla)
    between = a_copy()
    comes_by(site.nadia)
    new = words(site.nadia)
    thief = taken_from([*between, *a_copy()], key)
    assert reads(thief, old[0], *new) == [False] * 3
    assert reads(site.nadia, *old, *new) == [True] * 4
    with at_work(site.nadia):  # somebody of the desk lets the account in, by its name
        actions.let_read(editor=site.nadia.account, account_id="f" * 32)
    assert reads(taken_from(a_copy(), key), *new) == [True] * 2


def test_another_public_key_written_into_a_colleagues_row_is_handed_nothing(site: Site) -> None:
    key = boxes.new_key()
    Account.objects.filter(pk=site.leyla.account.pk).update(public_key=boxes.public_of(key).hex())
    with at_work(site.nadia):
        third = editors.joined(editors.invited(site.nadia.account), label="Orxan")
    freeze(site, third)
    assert reads(taken_from(a_copy(), key), *words(site.nadia)) == [False, False]
    assert not fresh(site.leyla).can_read


def test_who_cannot_read_lets_nobody_read(site: Site) -> None:
    key = a_stranger(site)
    assert key
    Account.objects.filter(pk=site.leyla.account.pk).update(desk_boxes={})
    with at_work(site.leyla), pytest.raises(Refused) as refused:
        actions.let_read(editor=site.leyla.account, account_id="f" * 32)
    assert refused.value.reason is PeopleRefusal.CANNOT_READ


def test_a_stranger_of_another_desk_lets_nobody_read(site: Site) -> None:
    with at_work(site.ani), pytest.raises(Refused) as refused:
        actions.let_read(editor=site.ani.account, account_id=site.leyla.account.pk)
    assert refused.value.reason is PeopleRefusal.NOT_OF_THIS_DESK


def test_with_a_new_passphrase_nothing_is_lost_and_the_old_one_opens_nothing(site: Site) -> None:
    old, before = words(site.leyla), site.leyla.account.private_key
    renewal = actions.prove_again(
        editor=site.leyla.account,
        passphrase=site.leyla.passphrase,
        digits=site.leyla.digits(NOW),
        at=NOW,
    )
    editors.PASSPHRASES[site.leyla.account.pk] = new = passphrases.new_passphrase()
    account = actions.renew_passphrase(editor=site.leyla.account, renewal=renewal, passphrase=new)
    renewed = Editor(account, site.leyla.passphrase, site.leyla.totp)
    assert reads(renewed, *old, *words(renewed)) == [True] * 4
    assert reads(taken_from(a_copy(), before), *old) == [False, False]
    with at_work(renewed):  # the mark is right too: the next key comes to the new passphrase
        editors.frozen(account, site.nadia.account.pk)
    assert reads(renewed, *old, *words(renewed)) == [True] * 4


def test_a_new_authenticator_changes_nothing(site: Site) -> None:
    old, totp = words(site.leyla), actions.credentials.new_totp()
    renewal = actions.prove_again(
        editor=site.leyla.account,
        passphrase=site.leyla.passphrase,
        digits=site.leyla.digits(NOW),
        at=NOW,
    )
    account = actions.renew_totp(
        editor=site.leyla.account,
        renewal=renewal,
        totp=totp,
        digits=Editor(site.leyla.account, site.leyla.passphrase, totp).digits(NOW),
        at=NOW,
    )
    assert account.private_key == site.leyla.account.private_key
    assert reads(Editor(account, site.leyla.passphrase, totp), *old) == [True, True]


def test_who_is_unfrozen_is_handed_the_key_by_who_does_it(site: Site) -> None:
    old = words(site.leyla)
    freeze(site, site.leyla)
    between = words(site.nadia)
    nadia, leyla = site.nadia.account, site.leyla.account.pk
    boxes = detained_editors.boxes_of(nadia, leyla, "shelved")
    given = editors.opened_elsewhere(boxes, site.world.keys["az"])
    with at_work(site.nadia):
        detained_editors.undo(nadia, leyla, given=given, today=TODAY)
    assert reads(site.leyla, *old, *between, *words(site.leyla)) == [True] * 6


def test_open_invitations_carry_no_key_past_a_freeze(site: Site) -> None:
    with at_work(site.nadia):
        code = editors.invited(site.nadia.account)
    row, key = Invitation.objects.get(), desk_keys.newest("az")
    freeze(site, site.leyla)
    assert not Invitation.objects.exists()
    private = reading_keys.taken(bytes.fromhex(row.box), of=key, code=codes.key_material(code))
    assert reads(taken_from(a_copy(), private), *words(site.nadia)) == [False, False]


def from_before() -> None:
    """The tables are as they were before there were reading keys."""
    Account.objects.update(public_key="", desk_boxes={})
    ReadingKey.objects.all().delete()
    Joint.objects.all().delete()


def test_accounts_from_before_are_let_in_one_by_one(site: Site) -> None:
    from_before()
    with at_work(site.leyla), pytest.raises(CannotSealError):
        words(site.leyla)
    comes_by(site.nadia)
    assert desk_keys.sides_without_a_key() == ("hy",)
    with at_work(site.nadia), pytest.raises(Refused) as refused:
        actions.let_read(editor=site.nadia.account, account_id=site.leyla.account.pk)
    assert refused.value.reason is PeopleRefusal.NOT_SEEN_YET
    comes_by(site.leyla)
    assert not fresh(site.leyla).can_read
    comes_by(site.ani)
    assert desk_keys.sides_without_a_key() == desk_keys.sides_without_the_joint_key() == ()
    with at_work(site.nadia):
        actions.let_read(editor=site.nadia.account, account_id=site.leyla.account.pk)
    assert reads(site.leyla, *words(site.nadia), words(site.ani)[1]) == [True] * 3


def test_who_cannot_read_is_shown_who_can_help_and_comes_in_by_a_click(site: Site) -> None:
    from_before()
    comes_by(site.nadia)
    comes_by(site.leyla)
    leyla, nadia = editors.signed_in(site.leyla.account), editors.signed_in(site.nadia.account)
    answer = leyla.get("/en/desk/")
    assert answer.status_code == 409
    assert "An editor of your desk who can read gives you access" in answer.content.decode()
    assert leyla.get("/en/desk/editors/").status_code == 200
    assert leyla.get("/en/desk/account/").status_code == 200
    page = nadia.get("/en/desk/editors/").content.decode()
    assert (address := f"/en/desk/editors/{site.leyla.account.pk}/let-read/") in page
    assert nadia.post(address).status_code == 302
    assert leyla.get("/en/desk/").status_code == 200


def test_a_desk_of_which_nobody_reads_begins_at_the_next_sign_in(site: Site) -> None:
    old = words(site.nadia)
    Account.objects.filter(pk=site.leyla.account.pk).update(desk_boxes={})
    actions.remove_editor(editor=site.leyla.account, account_id=site.nadia.account.pk, today=TODAY)
    actions.forget_what_is_past(today=LATER)
    assert queries.who_read("az") == ()
    assert (
        "sign in again" in editors.signed_in(site.leyla.account).get("/en/desk/").content.decode()
    )
    comes_by(site.leyla)
    comes_by(site.ani)
    assert reads(site.leyla, *old, *words(site.leyla)) == [False, True, True, True]


def test_an_editor_is_told_of_reading_alone(site: Site) -> None:
    ani, nadia = editors.signed_in(site.ani.account), editors.signed_in(site.nadia.account)
    for address in ("/en/desk/", "/en/desk/editors/"):
        assert "You alone can read" in ani.get(address).content.decode()
        assert "You alone can read" not in nadia.get(address).content.decode()
    assert "You alone can read" not in ani.get("/en/desk/account/").content.decode()


def test_a_request_reads_with_the_keys_of_its_account_alone(
    site: Site, django_assert_num_queries
) -> None:
    own, shared = words(site.nadia)
    seen: dict[str, Reader] = {}

    def look(who: str):
        def view(_request: object) -> object:
            with nullcontext() if who == "visitor" else django_assert_num_queries(2):
                seen[who] = reader()
            return object()

        return view

    for who, account in (("nadia", site.nadia), ("ani", site.ani), ("visitor", None)):
        request = RequestFactory().get("/")
        request.session = sessions.SessionStore()
        if account:
            client = editors.signed_in(account.account)
            request.COOKIES = {key: morsel.value for key, morsel in client.cookies.items()}
            request.session = sessions.SessionStore(client.cookies["session"].value)
        # Whatever is set outside: a request has its own reader.
        with reading_as(lambda: desk_boxes.reader_of(fresh(site.nadia))):
            AccountMiddleware(look(who))(request)
    assert reads(seen["nadia"], own, shared) == [True, True]
    assert reads(seen["ani"], own, shared) == [False, True]
    assert reads(seen["visitor"], own, shared) == [False, False]


def test_what_waited_for_a_desk_is_done_with_the_keys_of_who_signs_in(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, shared = words(site.nadia)
    seen = []
    monkeypatch.setitem(housekeeping._at_sign_in, "test", lambda *_: seen.append(reader()))
    with time_machine.travel(NOW, tick=False):
        typed = {"passphrase": site.leyla.passphrase.reveal(), "digits": site.leyla.digits(NOW)}
        assert Client().post("/en/desk/sign-in/", typed).status_code == 302
    assert reads(seen[0], own, shared) == [True, True]


def test_the_press_reads_nothing_whoever_asks_for_an_edition(site: Site, monkeypatch) -> None:
    own, shared = words(site.nadia)
    seen = []
    monkeypatch.setattr(press.record_actions, "settle", lambda **_: seen.append(reader()))
    monkeypatch.setattr(press, "release_key", lambda: None)
    with at_work(site.nadia):
        press.release_edition(NOW)
        assert reads(reader(), own, shared) == [True, True]
    assert reads(seen[0], own, shared) == [False, False]

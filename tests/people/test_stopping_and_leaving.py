"""Who leaves or is stopped is out: in every session, inside an act, and in each later copy of the database.

Attackers have a passphrase, a cookie, a copy, or another desk's account.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

import editors
import participants as taking
from visavis.base.missing import NotFound
from visavis.people import card_links, credentials, desk_boxes, leaving, own_boxes
from visavis.people.leaving import Choice
from visavis.people.models import CardLink, OwnBox, Participant, Session
from visavis.people.purse import Purse
from visavis.people.sessions import SessionStore
from visavis.safety import guard
from visavis.safety.reading import reading_as
from visavis.safety.sealing import CannotOpenError
from visavis.sides import queries as sides

pytestmark = pytest.mark.django_db
HOME, SIGN_IN = "/en/taking-part/", "/en/taking-part/sign-in/"
LEAVE = "/en/taking-part/account/leave/"
CHOICES = pytest.mark.parametrize("choice", list(Choice))


@pytest.fixture(autouse=True)
def clock() -> Iterator[object]:
    with time_machine.travel(editors.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def world() -> editors.World:
    return editors.found()


@pytest.fixture
def nadia(world: editors.World) -> editors.Editor:
    return editors.joined(world.codes["az"])


@pytest.fixture
def aram(world: editors.World) -> editors.Editor:
    return editors.joined(world.codes["hy"], label="Aram")


@pytest.fixture
def mina(nadia: editors.Editor) -> taking.Taking:
    """A participant of az whose card leads to her account."""
    mina = taking.joined("az")
    card_links.keep(mina.participant)
    return mina


@pytest.fixture(autouse=True)
def _no_room_but_this(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "_waiting", {})
    monkeypatch.setattr(leaving, "_open", {})


def stop_page(taken: taking.Taking, *, card: str = "") -> str:
    return f"/en/desk/participants/{card or taken.participant.card}/detained/"


def own_words(editor: editors.Editor) -> dict[str, str]:
    return {"passphrase": editor.passphrase.reveal()}


def is_in(browser: Client) -> bool:
    return browser.get(HOME).status_code == 200


def rows_of_all() -> str:
    """Return every value that the database holds, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [repr(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_a_desk_stops_its_participant_who_is_out_at_the_next_request(
    nadia: editors.Editor, mina: taking.Taking
) -> None:
    browser, desk = taking.signed_in(mina.participant), editors.signed_in(nadia.account)
    assert is_in(browser)
    assert desk.get(stop_page(mina)).status_code == 200
    assert is_in(browser), "reading the page stops nobody"
    assert desk.post(stop_page(mina), own_words(nadia)).status_code == 200
    assert not is_in(browser)
    form = {"passphrase": mina.passphrase.reveal()}
    assert Client().post(SIGN_IN, form).status_code == 403


def test_inside_an_act_too_nothing_is_written_for_who_was_stopped(
    nadia: editors.Editor, mina: taking.Taking
) -> None:
    from visavis.people import queries

    def still() -> bool:
        return queries.may_take_part(mina.participant)

    with guard.only_while(still, but_for=frozenset()):
        own_boxes.keep(mina.purse, "notes", b"a note", ends_on=editors.TODAY)
    assert OwnBox.objects.count() == 1
    with reading_as(lambda: desk_boxes.reader_of(nadia.account)):
        taking.locked_out(nadia.account, mina.participant.card)
    with (
        guard.only_while(still, but_for=frozenset()),
        pytest.raises(guard.MayNotActError),
    ):
        own_boxes.keep(mina.purse, "draft 0", b"a draft", ends_on=editors.TODAY)
    assert OwnBox.objects.count() == 1


def test_a_copy_made_later_opens_with_neither_passphrase_nor_cookie(
    nadia: editors.Editor, mina: taking.Taking
) -> None:
    browser = taking.signed_in(mina.participant)
    cookie = browser.cookies["session"].value
    proof = credentials.proof_of(mina.passphrase, sign_in=sides.sign_in())

    def opened_in_the_copy() -> list[str]:
        """Return what an attacker gets out of all rows with the passphrase and the cookie."""
        found = []
        for row in Participant.objects.all():
            with suppress(CannotOpenError):
                found.append(Purse.opened(row.sealed_purse, half=proof.half).own)
            with suppress(CannotOpenError):
                carried = SessionStore(cookie)["purse"]
                found.append(Purse.of_session(carried, mark=row.session_mark).own)
        return found

    assert opened_in_the_copy() == [mina.purse.own] * 2, "before, both open it"
    before = Participant.objects.get()
    desk = editors.signed_in(nadia.account)
    desk.post(stop_page(mina), own_words(nadia))
    assert opened_in_the_copy() == []
    after = Participant.objects.get()
    assert len(after.sealed_purse) == len(before.sealed_purse), "nothing tells who is stopped"
    assert len(after.sign_in_tag) == len(before.sign_in_tag)
    assert len(after.session_mark) == len(before.session_mark)
    copy = rows_of_all()
    for secret in (before.sign_in_tag, before.session_mark, before.sealed_purse, proof.tag):
        assert secret not in copy


def test_a_strangers_card_and_an_unknown_one_are_the_same_to_a_desk(
    nadia: editors.Editor, aram: editors.Editor, mina: taking.Taking
) -> None:
    browser = taking.signed_in(mina.participant)
    desk = editors.signed_in(aram.account)
    unknown = "0" * 32
    for method in (desk.get, desk.post):
        own, none = (method(stop_page(mina, card=card), own_words(aram)) for card in ("", unknown))
        assert own.status_code == none.status_code == 404
        assert own.content.replace(mina.participant.card.encode(), unknown.encode()) == none.content
    assert is_in(browser)
    with reading_as(lambda: desk_boxes.reader_of(aram.account)), pytest.raises(NotFound):
        taking.locked_out(aram.account, mina.participant.card)


def test_a_row_written_by_hand_leads_no_desk_to_another_account(
    nadia: editors.Editor, aram: editors.Editor, mina: taking.Taking
) -> None:
    theirs = taking.joined("hy")
    CardLink.objects.update(for_editors=theirs.participant.pk.encode())
    desk = editors.signed_in(nadia.account)
    assert desk.post(stop_page(mina), own_words(nadia)).status_code == 404
    assert is_in(taking.signed_in(theirs.participant))


def test_the_link_alone_says_nothing_to_a_copy(mina: taking.Taking) -> None:
    row = CardLink.objects.get()
    assert mina.participant.pk.encode() not in bytes(row.for_editors)
    assert mina.participant.card not in repr(Participant.objects.values_list())


@CHOICES
def test_who_leaves_takes_account_link_drafts_and_notes_along_in_one_act(
    mina: taking.Taking, choice: Choice
) -> None:
    other = taking.joined("az")
    for each in (mina, other):
        own_boxes.keep(each.purse, "draft 19", b"a draft", ends_on=editors.TODAY)
        own_boxes.keep(each.purse, "notes", b"a note", ends_on=editors.TODAY)
    asked: list[Any] = []
    for room in ("below", "above"):
        leaving.register(
            room,
            waiting=lambda who, room=room: asked.append((room, who.card)),  # type: ignore[misc]
            opened=lambda keys, side, what, room=room: asked.append(  # type: ignore[misc]
                (room, keys.card, side, what)
            ),
        )
    here, elsewhere = taking.signed_in(mina.participant), taking.signed_in(mina.participant)
    form = {"passphrase": mina.passphrase.reveal(), "choice": choice.value}
    assert here.post(LEAVE, form).status_code == 200
    card = mina.participant.card
    assert asked == [
        ("above", card),
        ("below", card),
        ("above", card, "az", choice),
        ("below", card, "az", choice),
    ]
    assert not is_in(here)
    assert not is_in(elsewhere)
    assert [row.pk for row in Participant.objects.all()] == [other.participant.pk]
    assert not CardLink.objects.exists()
    assert OwnBox.objects.count() == 2
    assert set(own_boxes.read(other.purse, own_boxes.NAMES)) == {"draft 19", "notes"}
    assert Client().post(SIGN_IN, form).status_code == 403


def test_where_one_room_fails_nothing_of_it_is_done(mina: taking.Taking) -> None:
    own_boxes.keep(mina.purse, "notes", b"a note", ends_on=editors.TODAY)

    def fails(_who: Participant) -> None:
        own_boxes.drop(mina.purse, ["notes"])
        raise RuntimeError

    leaving.register("failing", waiting=fails, opened=lambda *_: None)
    with pytest.raises(RuntimeError):
        leaving.leave(mina.participant, passphrase=mina.passphrase, choice=Choice.CARD)
    assert Participant.objects.exists()
    assert CardLink.objects.exists()
    assert OwnBox.objects.exists()


@pytest.mark.parametrize(
    "form", [{"choice": "card"}, {"passphrase": "no", "choice": "card"}, {"choice": "nothing"}, {}]
)
def test_an_open_page_left_alone_is_not_enough_to_leave(
    mina: taking.Taking, form: dict[str, str]
) -> None:
    browser = taking.signed_in(mina.participant)
    assert browser.post(LEAVE, form).status_code == 409
    assert is_in(browser)


def test_anothers_passphrase_does_not_make_somebody_leave(mina: taking.Taking) -> None:
    other = taking.joined("az")
    browser = taking.signed_in(mina.participant)
    form = {"passphrase": other.passphrase.reveal(), "choice": "everything"}
    assert browser.post(LEAVE, form).status_code == 409
    assert Participant.objects.count() == 2


def test_what_participants_do_with_words_never_writes_their_row(
    mina: taking.Taking, django_assert_num_queries: Any
) -> None:
    from django.test.utils import CaptureQueriesContext

    browser = taking.signed_in(mina.participant)
    with CaptureQueriesContext(connection) as queries:
        own_boxes.keep(mina.purse, "notes", b"a note", ends_on=editors.TODAY)
        own_boxes.drop(mina.purse, own_boxes.NAMES)
        browser.get(HOME)
        browser.get("/en/taking-part/stay/")
    written = [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]
    assert any("people_ownbox" in sql for sql in written)
    assert not any("people_participant" in sql for sql in written)
    assert Session.objects.count() == 1

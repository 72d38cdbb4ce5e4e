"""Somebody is detained: one act, by a desk or with a code on paper; and what attackers try with it.

Attackers have a passphrase, a cookie, an editor's account, a copy of the tables, or the public side.
"""

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import cast
import desks as stage
import editors
import participants
import reading
import refused
from authors import Writer, discussion, today, turned, writer
from detained import ALSO, ANSWER, OWN, SAID, WAITS, World, press, undoing, undone, why
from visavis.base.missing import NotFound
from visavis.discussions import translating
from visavis.discussions.translating import Drafted
from visavis.people import credentials, detaining, leaving, papers, queries
from visavis.people import participants as people
from visavis.people.instruction import Instruction, about
from visavis.people.leaving import Choice
from visavis.people.models import CardLink, Paper, Participant
from visavis.people.purse import Closers
from visavis.people.rules import NameWish, PeopleRefusal, TextsWish
from visavis.record import queries as record
from visavis.record.models import Document as Row
from visavis.record.rules import RecordRefusal, State
from visavis.safety import codes, guard
from visavis.safety.reading import reading_as
from visavis.safety.sealing import CannotOpenError
from visavis.safety.secret import Secret
from visavis.signing import boxes, vault
from visavis.signing.codes import ALPHABET
from visavis.signing.document import Document

pytestmark = pytest.mark.django_db
SIGN_IN, PAPER = "/en/taking-part/sign-in/", "/en/taking-part/detained/"
WISHES = pytest.mark.parametrize("texts", list(TextsWish))
CHOICES = {
    TextsWish.WITHOUT_CARD: Choice.CARD,
    TextsWish.HIDE: Choice.EVERYTHING,
    TextsWish.TAKE_AWAY: Choice.EVERYTHING,
}


@pytest.fixture
def world(desks: stage.Desks) -> World:
    return World(desks)


# ---- what was wished is done


@WISHES
@pytest.mark.parametrize("way", ["desk", "paper"])
def test_what_was_wished_is_done_to_the_words_and_all_that_was_made_of_them(
    desks: stage.Desks, texts: TextsWish, way: str
) -> None:
    world = World(desks, texts)
    world.by_desk() if way == "desk" else world.by_paper()
    gone = texts in {TextsWish.HIDE, TextsWish.TAKE_AWAY}
    shown = State.CLOSED if gone else State.OPEN
    assert world.states == [shown, shown, shown, State.OPEN]
    card = [state for state, _ in record.versions_of(world.card)]
    assert card == [State.OPEN if texts is TextsWish.KEEP else State.CLOSED]
    pages = b"".join(press().values()).decode(errors="replace")
    for words in (SAID, ALSO, OWN):
        assert (words in pages) is not gone
    assert ANSWER in pages
    assert WAITS not in pages
    assert "sign-in" in world.person.client.get("/en/taking-part/").url


@pytest.mark.parametrize("texts", list(CHOICES))
@pytest.mark.parametrize("way", ["desk", "paper"])
def test_attack_a_reader_cannot_tell_a_detention_from_a_departure_by_one_byte(
    desks: stage.Desks, tmp_path: Path, texts: TextsWish, way: str
) -> None:
    world = World(desks, texts)
    before = press()
    with undone(tmp_path / "kept"):
        world.leaves(CHOICES[texts])
        left = press()
    assert press() == before, "the control: nothing has happened yet"
    world.by_desk() if way == "desk" else world.by_paper()
    assert press() == left
    assert left != before


def test_attack_a_reader_sees_nothing_of_a_detention_where_words_stay(world: World) -> None:
    before = press()
    world.by_desk()
    assert press() == before


def test_who_has_answered_nothing_loses_no_word(desks: stage.Desks) -> None:
    world = World(desks)
    nothing = participants.Instruction()
    columns = participants.participants.instruction.said_boxes(
        nothing, world.person.row.purse.closers, side="az", account=world.person.row.pk
    )
    Participant.objects.filter(pk=world.person.row.pk).update(**columns)
    said = world.by_desk()
    assert said is not None
    assert not said.is_answered
    assert set(world.states) == {State.OPEN}


def test_where_something_fails_nothing_of_it_is_done(
    desks: stage.Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(desks, TextsWish.TAKE_AWAY)

    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(leaving._open, "cards", fails)  # the last room that is asked
    with pytest.raises(RuntimeError):
        world.by_desk()
    assert set(world.states) == {State.OPEN}
    assert people.sign_in(passphrase=world.person.passphrase).pk == world.person.row.pk


# ---- no act of that account afterwards


@pytest.mark.parametrize("way", ["desk", "paper"])
def test_attack_no_act_that_has_begun_is_written_after_it(world: World, way: str) -> None:
    def still() -> bool:
        return queries.may_take_part(world.person.row)

    with guard.only_while(still, but_for=frozenset()):
        world.person.draft(discussion(world.desks.site).id, "Əvvəl.")  # the control
    world.by_desk(with_key=False) if way == "desk" else world.by_paper()
    with guard.only_while(still, but_for=frozenset()), pytest.raises(guard.MayNotActError):
        world.person.draft(discussion(world.desks.site).id, "Sonra.")
    answer = Client().post(SIGN_IN, {"passphrase": world.person.passphrase.reveal()})
    unknown = Client().post(SIGN_IN, {"passphrase": "one two three four five six"})
    assert answer.status_code == unknown.status_code == 403


def test_attack_words_that_wait_are_opened_by_no_key(world: World) -> None:
    desk = lambda: reading_as(lambda: reading.desk("az"))  # noqa: E731 - said once, used thrice

    def turn(document: Document) -> None:
        with desk():
            cast.turn(document, "az", site=world.desks.site)

    world.by_desk(with_key=False)
    assert why(lambda: turn(world.waits)) is RecordRefusal.WITHHELD
    assert world.state_of(world.waits) == State.PROPOSED
    page = world.desks.page("az", "/en/desk/contributions/")
    assert WAITS in page
    home = world.desks.page("az", "/en/desk/")
    assert "Access ended on" in home
    assert "Access ended on" not in world.desks.page("hy", "/en/desk/")
    fellow = writer("az")
    theirs = fellow.hand_in(world.said.made_from[0].id, "Mənim sözüm.")
    turned(theirs, world.desks)  # the control: another's words open
    with desk():
        detaining.undo(**undoing(world), today=today())
    turn(world.waits)
    assert world.state_of(world.waits) == State.OPEN


def test_translations_that_wait_name_nobody_and_so_are_withdrawn(world: World) -> None:
    other = turned(world.other.hand_in(world.said.made_from[0].id, "Երկրորդ։"), world.desks)
    with world.person.reading():
        body = translating.body_of(translating.original_for(other.id, "hy"), ["Երկու։"])
        translating.keep(
            world.person.row, Drafted(other.id, other.digest, body), seen="", today=today()
        )
        kept = translating.draft(world.person.row, other.id, "hy")
        assert kept is not None
        digest = translating.hand_in(
            world.person.row, other.id, "hy", seen=kept.seen, today=today()
        )
    world.by_paper()
    assert Row.objects.get(digest=digest).state == State.WITHDRAWN
    assert world.state_of(world.own_translation) == State.OPEN


# ---- who opens what was wished


def test_attack_an_editors_key_and_a_copy_of_the_tables_open_no_wish(world: World) -> None:
    row = Participant.objects.get(pk=world.person.row.pk)
    box, desk = bytes.fromhex(row.for_desk), reading.desk("az")
    privates = [reading.private("az", n) for n in reading.NUMBERS]
    privates.append(editors.PRIVATE[world.desks.account["az"].pk])
    for private in privates:
        with pytest.raises(boxes.CannotOpenError):
            boxes.opened_with(private, box, about=about("for_desk", row.pk))
    assert desk.private_of(boxes.public_of(privates[0])), "the control: it is that desk's key"
    side = world.desks.site.sides["az"]
    opened = boxes.opened_with(vault.private_half(side.key), box, about=about("for_desk", row.pk))
    assert world.person.row.purse.instruction.encode() in opened
    with pytest.raises(CannotOpenError):
        Instruction.opened(row.choice, Closers(world.card, "00" * 32))


def test_attack_neither_a_colleagues_browser_nor_a_wrong_passphrase_does_anything(
    world: World,
) -> None:
    address = f"/en/desk/participants/{world.card}/detained/"
    own = editors.PASSPHRASES[world.desks.account["az"].pk].reveal()
    strange = editors.PASSPHRASES[world.desks.account["hy"].pk].reveal()
    before = Participant.objects.values_list().get(pk=world.person.row.pk)
    for form in (
        {},
        {"passphrase": "no"},
        {"passphrase": strange},
        {"passphrase": own, "desk_passphrase": "not the desk’s"},
        {"passphrase": strange, "desk_passphrase": world.desks.passphrase["az"]},
    ):
        answer = world.desks.post("az", address, form)
        assert answer.status_code == 409, form
        for secret in form.values():
            assert secret not in answer.content.decode() or secret == "no"
    assert Participant.objects.values_list().get(pk=world.person.row.pk) == before
    assert world.desks.post("hy", address, {"passphrase": strange}).status_code == 404
    good = world.desks.post(
        "az", address, {"passphrase": own, "desk_passphrase": world.desks.passphrase["az"]}
    )
    assert good.status_code == 200
    assert "Counted only, without any name." in good.content.decode()
    again = world.desks.page("az", address)
    assert "Counted only" not in again, "it is shown in the act alone"
    assert "This access was ended on" in again


def test_attack_no_copy_tells_who_is_locked_or_who_has_answered(world: World) -> None:
    silent = writer("az", said=participants.Instruction())
    sizes = lambda pk: [  # noqa: E731 - said once, used often
        len(str(value)) if isinstance(value, str) else len(bytes(value))
        for value in Participant.objects.values_list(
            "sign_in_tag", "session_mark", "sealed_purse", "choice", "for_desk", "notice", "shelved"
        ).get(pk=pk)
    ]
    before = sizes(world.person.row.pk)
    assert sizes(silent.row.pk) == before
    world.by_desk()
    assert sizes(world.person.row.pk) == before
    copy = repr(list(Participant.objects.values_list()))
    for secret in (world.card, world.person.row.session_mark, "counted", stage.DAY.isoformat()):
        assert secret not in copy


def test_the_passphrase_opens_nothing_in_a_later_copy_and_the_code_on_paper_no_draft(
    world: World,
) -> None:
    tag = credentials.proof_of(world.person.passphrase, sign_in=credentials_site()).tag
    assert tag in repr(list(Participant.objects.values_list())), "the control"
    code = papers.new_code(world.person.row, passphrase=world.person.passphrase)
    world.by_desk(with_key=False)
    assert tag not in repr(list(Participant.objects.values_list()))
    shown = papers.shown_by(code, is_removal=False)
    assert shown.closers.secret == world.person.row.purse.instruction
    assert world.person.row.purse.own not in repr(vars(shown.closers))


def credentials_site() -> Any:
    from visavis.sides import queries as sides

    return sides.sign_in()


# ---- the code on paper


def test_attack_every_code_that_does_nothing_has_one_answer_by_the_same_steps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = refused.by_paper(
        world.desks.account["az"], desk_passphrase=world.desks.passphrase["az"]
    )
    n_stretched = 0
    stretched = credentials.stretched

    def counted(*args: object, **named: object) -> bytes:
        nonlocal n_stretched
        n_stretched += 1
        return stretched(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(credentials, "stretched", counted)
    answers, steps = set(), set()
    for name, typed in tried.items():
        form, client, before = typed(), Client(enforce_csrf_checks=True), n_stretched
        with CaptureQueriesContext(connection) as queries_:
            answer = client.post(PAPER, form)
        assert n_stretched - before == 1, name
        assert not answer.cookies, name
        answers.add((answer.status_code, answer.content.replace(form["code"].encode(), b"CODE")))
        steps.add(tuple(re.sub(r"'[^']*'", "?", query["sql"]) for query in queries_))
    assert len(answers) == 1
    assert len(steps) == 1
    assert not any("UPDATE" in sql or "INSERT" in sql for sql in steps.pop())
    good = papers.new_code(world.person.row, passphrase=world.person.passphrase).reveal()
    done = Client(enforce_csrf_checks=True).post(PAPER, {"code": good, "what": "wishes"})
    assert (done.status_code, "Done." in done.content.decode()) == (200, True), "the control"


def test_every_slip_of_the_pen_is_found_before_anything_is_asked(world: World) -> None:
    code = papers.new_code(world.person.row, passphrase=world.person.passphrase).reveal()
    signs = code.replace("-", "")
    assert codes.is_checked(Secret(code.upper().replace("0", "O").replace("-", " ")))
    for at in range(len(signs)):
        for sign in ALPHABET:
            wrong = signs[:at] + sign + signs[at + 1 :]
            assert codes.is_checked(Secret(wrong)) is (wrong == signs)
    for at in range(len(signs) - 1):
        turned_round = signs[:at] + signs[at + 1] + signs[at] + signs[at + 2 :]
        assert codes.is_checked(Secret(turned_round)) is (turned_round == signs)
    with CaptureQueriesContext(connection) as queries_:
        answer = Client().post(PAPER, {"code": signs[:-1], "what": "wishes"})
    assert answer.status_code == 409
    assert "not a whole code" in answer.content.decode()
    assert not any("people_" in query["sql"] for query in queries_)


def test_a_desk_that_has_locked_without_its_key_leaves_the_rest_to_the_code(
    desks: stage.Desks,
) -> None:
    world = World(desks, TextsWish.TAKE_AWAY)
    code = papers.new_code(world.person.row, passphrase=world.person.passphrase)
    assert world.by_desk(with_key=False) is None
    assert set(world.states) == {State.OPEN}
    before = Participant.objects.get(pk=world.person.row.pk).shelved
    detaining.detain_by_paper(code, is_removal=False, today=today())
    assert world.states[:3] == [State.CLOSED] * 3
    after = Participant.objects.get(pk=world.person.row.pk).shelved
    assert after == before, "what the vault keeps is not written over by a second lock"


def test_with_the_code_all_words_go_whatever_was_wished_and_it_is_used_up(world: World) -> None:
    code = papers.new_code(world.person.row, passphrase=world.person.passphrase)
    detaining.detain_by_paper(code, is_removal=False, today=today())
    assert set(world.states) == {State.OPEN}
    again = lambda: detaining.detain_by_paper(code, is_removal=False, today=today())  # noqa: E731
    assert why(again) is PeopleRefusal.BAD_PAPER
    detaining.detain_by_paper(code, is_removal=True, today=today())
    assert world.states[:3] == [State.CLOSED] * 3
    assert why(again) is PeopleRefusal.BAD_PAPER
    assert not Paper.objects.exists()


def test_a_new_code_makes_the_one_before_void_and_the_page_shows_it_once(world: World) -> None:
    page = "/en/taking-part/account/paper/"
    own = {"passphrase": world.person.passphrase.reveal()}
    first, second = (
        re.search(r"<code>([^<]+)</code>", world.person.post(page, **own).content.decode())
        for _ in range(2)
    )
    assert first
    assert second
    assert "<code>" not in world.person.page(page)
    old = lambda: papers.shown_by(Secret(first[1]), is_removal=True)  # noqa: E731
    assert why(old) is PeopleRefusal.BAD_PAPER
    assert papers.shown_by(Secret(second[1]), is_removal=True).row.pk == world.person.row.pk
    for wrong in ({}, {"passphrase": "six words of somebody else"}):
        for more in ({}, {"forget": "1"}):
            answer = world.person.post(page, **wrong, **more)
            assert (answer.status_code, "<code>" in answer.content.decode()) == (409, False)
    assert papers.shown_by(Secret(second[1]), is_removal=True), "an open page does nothing alone"
    world.person.post(page, forget="1", **own)
    assert not Paper.objects.exists()


def test_a_new_passphrase_keeps_the_wishes_and_the_code(world: World) -> None:
    code = papers.new_code(world.person.row, passphrase=world.person.passphrase)
    renewal = people.prove_again(world.person.row, passphrase=world.person.passphrase)
    renewed = people.renew_passphrase(
        world.person.row, renewal, passphrase=Secret("six new words for this one account")
    )
    assert people.said(renewed).name is NameWish.COUNTED
    detaining.detain_by_paper(code, is_removal=False, today=today())
    row = Participant.objects.get(pk=world.person.row.pk)
    assert row.session_mark != renewed.session_mark


# ---- a mistake is undone


def test_a_mistake_is_undone_within_seven_days_with_the_desks_passphrase(world: World) -> None:
    browser = world.person.client
    world.by_desk()
    undo = lambda **changes: detaining.undo(  # noqa: E731
        **undoing(world, **changes), today=changes.pop("today", today())
    )
    with reading_as(lambda: reading.desk("az")):
        for changes in (
            {"desk_passphrase": Secret("not the desk’s")},
            {"desk_passphrase": Secret(world.desks.passphrase["hy"])},
            {"passphrase": Secret("not their own")},
        ):
            assert why(lambda changes=changes: undo(**changes)), changes
        late = lambda: detaining.undo(  # noqa: E731
            **undoing(world), today=today() + timedelta(days=8)
        )
        assert why(late) is PeopleRefusal.TOO_LATE_TO_UNDO
        assert why(lambda: people.sign_in(passphrase=world.person.passphrase))
        undo()
        assert why(undo) is PeopleRefusal.NOT_LOCKED
    with reading_as(lambda: reading.desk("hy")), pytest.raises(NotFound):
        detaining.undo(**undoing(world, editor=world.desks.account["hy"]), today=today())
    back = people.sign_in(passphrase=world.person.passphrase)
    assert back.purse == world.person.row.purse
    assert people.said(back).is_done is False
    assert browser.get("/en/taking-part/").status_code == 302, "old sessions stay dead"


def test_what_was_locked_once_can_be_locked_again(world: World) -> None:
    code = papers.new_code(world.person.row, passphrase=world.person.passphrase)
    world.by_desk()
    with reading_as(lambda: reading.desk("az")):
        detaining.undo(**undoing(world), today=today())
    detaining.detain_by_paper(code, is_removal=False, today=today())
    assert why(lambda: people.sign_in(passphrase=world.person.passphrase))
    with reading_as(lambda: reading.desk("az")):
        assert detaining.since(world.card, side="az") == today()


# ---- asked again


def test_it_is_asked_again_after_three_months_and_no_table_has_the_day(world: World) -> None:
    sentence = "Are your wishes for the case that you are detained still the same"
    home = lambda day: asked_on(world, day)  # noqa: E731
    assert sentence not in home(stage.DAY + timedelta(days=89))
    assert sentence in home(stage.DAY + timedelta(days=90))
    with stage.on(stage.DAY + timedelta(days=90)):
        participants.signed_in(world.person.row, client=world.person.client)
        answer = world.person.post(
            "/en/taking-part/account/wishes/", texts="keep", name="counted", voice="quiet"
        )
        assert answer.status_code == 302
    assert sentence not in home(stage.DAY + timedelta(days=179))
    columns = {"for_desk", "choice", "notice", "shelved"}
    assert columns < {field.name for field in Participant._meta.fields}
    assert not any("Date" in type(field).__name__ for field in Participant._meta.fields)
    assert not any("Date" in type(field).__name__ for field in Paper._meta.fields)
    assert not any("Date" in type(field).__name__ for field in CardLink._meta.fields)


def test_attack_an_open_page_changes_no_wish(world: World) -> None:
    """Somebody takes an unlocked telephone, and wants words to stay that their author wishes gone."""
    page = "/en/taking-part/account/wishes/"
    wanted = {"texts": "take-away", "name": "ask", "voice": "quiet", "whom": "the aunt by the sea"}
    own = {"passphrase": world.person.passphrase.reveal()}
    before = stored(world)
    wrong = [{}, {"passphrase": ""}, {"passphrase": world.other.passphrase.reveal()}]
    answers = [world.person.post(page, **wanted, **each) for each in wrong]
    assert {each.status_code for each in answers} == {409}
    shown = {re.sub(r'value="[^"]{64}"', "", each.content.decode()) for each in answers}
    assert len(shown) == 1, "nothing and a wrong one have one answer"
    assert shown.pop().count(" checked") == 3
    assert "the aunt by the sea" in answers[0].content.decode(), "the form keeps what was chosen"
    assert stored(world) == before
    assert world.person.post(page, **wanted, **own).status_code == 302  # the control
    assert stored(world) != before


def test_attack_the_same_wishes_from_an_older_page_undo_no_newer_ones(world: World) -> None:
    """The row that a page has read may be older than what another window has said meanwhile."""
    older = Participant.objects.get(pk=world.person.row.pk)
    older.purse = world.person.row.purse
    newer = replace(participants.wishes(), texts=TextsWish.HIDE)
    say = partial(people.say, passphrase=world.person.passphrase, today=today())
    say(world.person.row, newer)
    nobodys = partial(people.say, passphrase=Secret(""), today=today())
    same = people.said(older)
    assert why(lambda: nobodys(older, same)) is PeopleRefusal.NOT_YOUR_PASSPHRASE
    row = Participant.objects.get(pk=older.pk)
    row.purse = older.purse
    assert people.said(row).texts is TextsWish.HIDE
    nobodys(row, people.said(row))  # the control


def stored(world: World) -> tuple[str, str]:
    row = Participant.objects.get(pk=world.person.row.pk)
    return row.choice, row.for_desk


def asked_on(world: World, day: Any) -> str:
    with stage.on(day):
        row = Participant.objects.get(pk=world.person.row.pk)
        row.purse = world.person.row.purse
        return Writer(row, participants.signed_in(row)).page("/en/taking-part/")

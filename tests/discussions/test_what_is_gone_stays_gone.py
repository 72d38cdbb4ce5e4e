"""Words and cards that their author has taken away, and ways in which they might come back by themselves.

Attackers wait: for the end of a pause, for a closing that lapses, for somebody else's false alarm.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from test_words_out_of_sight import QUOTES, RESTATED, Whole, box_sizes, notes, rows

import cast
import desks as stage
import editors
import participants
import reading
from authors import Writer, discussion, today, turned
from detained import ALSO, SAID, World, press, undoing, undone
from visavis.discussions import heard, heard_queries
from visavis.discussions.bodies import Says
from visavis.people import detaining, leaving, papers
from visavis.people import participants as people
from visavis.people.leaving import Choice
from visavis.people.models import Participant
from visavis.people.rules import TextsWish
from visavis.record import actions as record
from visavis.record import queries as record_queries
from visavis.record.hiding import hidden_words
from visavis.record.models import Document as Row
from visavis.record.rules import State
from visavis.safety.reading import reading_as
from visavis.safety.secret import Secret

pytestmark = pytest.mark.django_db
NOON = datetime.combine(stage.DAY, time(12), tzinfo=UTC)
LATER = stage.after(6)


def wish(who: Writer, texts: TextsWish) -> None:
    row = Participant.objects.get(pk=who.row.pk)
    row.purse = who.row.purse
    wishes = replace(people.said(row), texts=texts)
    people.say(row, wishes, passphrase=who.passphrase, today=today())


def detain(world: World, who: Writer, texts: TextsWish) -> None:
    wish(who, texts)
    side = who.row.side_id
    with reading_as(lambda: reading.desk(side)):
        key = world.desks.passphrase[side]
        participants.locked_out(world.desks.account[side], who.row.card, desk_passphrase=key)


def undo(world: World, who: Writer) -> None:
    side = who.row.side_id
    account = world.desks.account[side]
    given = undoing(world, editor=account, card=who.row.card)
    given["passphrase"] = editors.PASSPHRASES[account.pk]
    given["desk_passphrase"] = Secret(world.desks.passphrase[side])
    with reading_as(lambda: reading.desk(side)):
        detaining.undo(**given, today=today())


def by_paper(who: Writer) -> None:
    code = papers.new_code(who.row, passphrase=who.passphrase)
    detaining.detain_by_paper(code, is_removal=True, today=today())


def leave(who: Writer) -> None:
    with who.reading():
        leaving.leave(who.row, passphrase=who.passphrase, choice=Choice.EVERYTHING)


# ---- the code on paper, with "delete for good"


def test_attack_the_desk_opens_nothing_that_the_code_on_paper_has_deleted_whatever_was_wished(
    desks: stage.Desks, tmp_path: Path
) -> None:
    world = Whole(desks)
    wish(world.person, TextsWish.HIDE)
    with undone(tmp_path / "control"):
        world.by_desk()
        assert world.opens(world.vault) > 0, "the control: what is hidden can be opened"
        world.undo()
        assert world.state_of(world.said) == State.OPEN
    for texts in TextsWish:
        with undone(tmp_path / texts):
            wish(world.person, texts)
            detaining.detain_by_paper(world.code, is_removal=True, today=today())
            own = world.person.row.purse.keeper
            assert world.opens(world.vault) == world.opens(own) == 0, texts
            world.undo()
            assert world.states == [State.CLOSED, State.CLOSED, State.CLOSED, State.OPEN], texts
            assert record_queries.open_version(world.card) is None, texts
            assert SAID not in b"".join(press().values()).decode(errors="replace"), texts


# ---- what is held for a time


def held_by_a_pause(world: World) -> None:
    cast.open_(cast.a_pause(world.desks.site, "az"), world.desks.site)
    record.settle(at=NOON)


def closed_by_the_other_side(world: World) -> None:
    card = record_queries.open_version(world.card)
    assert card is not None
    for document in (card, world.said):
        assert not cast.take_down(document, "hy", site=world.desks.site, at=NOON)


def nothing(_world: World) -> None:
    """The control."""


GONE: dict[str, tuple[Callable[[World], None], bool]] = {
    "leaves": (lambda world: world.leaves(Choice.EVERYTHING), True),
    "the words stay": (lambda world: world.leaves(Choice.CARD), False),
    "delete": (lambda world: detain(world, world.person, TextsWish.TAKE_AWAY), True),
    "hide": (lambda world: detain(world, world.person, TextsWish.HIDE), True),
    "without card": (lambda world: detain(world, world.person, TextsWish.WITHOUT_CARD), False),
    "paper": (lambda world: by_paper(world.person), True),
}


@pytest.mark.parametrize("hold", [held_by_a_pause, closed_by_the_other_side])
def test_attack_no_card_that_was_closed_for_a_time_comes_back_after_its_author_has_gone(
    desks: stage.Desks, tmp_path: Path, hold: Callable[[World], None]
) -> None:
    world = World(desks)
    hold(world)
    assert state_of_card(world) == State.CLOSED
    assert world.state_of(world.said) == State.CLOSED
    for name, (act, takes_words) in {"control": (nothing, False), **GONE}.items():
        with undone(tmp_path / name):
            act(world)
            with stage.on(LATER) as then:
                record.settle(at=then)
            is_control = name == "control"
            assert state_of_card(world) == (State.OPEN if is_control else State.CLOSED), name
            words = bytes(Row.objects.get(item=world.card).data)
            assert bool(words) is is_control, name
            assert world.state_of(world.said) == (State.CLOSED if takes_words else State.OPEN), name


def state_of_card(world: World) -> str:
    return Row.objects.get(item=world.card).state


def test_attack_what_waits_about_held_words_is_opened_by_no_key_after_its_author_has_gone(
    desks: stage.Desks,
) -> None:
    world = World(desks)
    gated = discussion(desks.site, has_gate=True)
    said = turned(world.person.hand_in(gated.id, QUOTES), desks)
    with world.other.reading():
        heard.restate(
            world.other.row,
            contribution=said.id,
            original="hy",
            text=RESTATED,
            translations={"az": "Hamınındır, dedin."},
            today=today(),
        )
        own = heard_queries.own_of(world.other.row.card, said.id)
    assert own is not None
    with reading_as(lambda: reading.desk("az")):
        heard.hand_on(side="az", restatement=own.document.id)
    with world.person.reading():
        answer = heard.hear(
            world.person.row, restatement=own.document.id, says=Says.YES, today=today()
        )
    cast.open_(cast.a_pause(desks.site, "az"), desks.site)
    record.settle(at=NOON)
    every = Row.objects.filter(digest__in=[answer, own.document.digest])
    assert set(every.values_list("state", flat=True)) == {State.PROPOSED}, "the control: both wait"
    for who in (world.person, world.other):
        with who.reading():
            leaving.leave(who.row, passphrase=who.passphrase, choice=Choice.CARD)
    assert set(every.values_list("state", flat=True)) == {State.WITHDRAWN}


# ---- what went along with somebody else's words


def test_attack_no_false_alarm_of_an_author_shows_the_words_of_another_who_has_gone(
    desks: stage.Desks, tmp_path: Path
) -> None:
    world = Whole(desks)
    other = world.other
    made = (world.translation, world.restated)
    detain(world, world.person, TextsWish.HIDE)
    assert [world.state_of(each) for each in made] == [State.CLOSED, State.CLOSED]
    ways: dict[str, Callable[[], None]] = {
        "control": lambda: None,
        "delete": lambda: detain(world, other, TextsWish.TAKE_AWAY),
        "hide": lambda: detain(world, other, TextsWish.HIDE),
        "leaves": lambda: leave(other),
        "paper": lambda: by_paper(other),
    }
    for name, act in ways.items():
        with undone(tmp_path / name):
            act()
            openable = {
                each.digest
                for each in hidden_words(world.person.row.purse.closers.is_of, key=world.vault)
            }
            is_there = name in {"control", "hide"}
            assert [each.digest in openable for each in made] == [is_there, is_there], name
            world.undo()
            assert world.state_of(world.said) == State.OPEN, "the control: theirs are there again"
            pages = b"".join(press().values()).decode(errors="replace")
            for words in (ALSO, RESTATED):
                assert (words in pages) is (name == "control"), (name, words)


def test_after_both_false_alarms_what_went_along_is_where_it_was(desks: stage.Desks) -> None:
    world = Whole(desks)
    before = rows()
    detain(world, world.person, TextsWish.HIDE)
    during, sizes = notes(), box_sizes()
    detain(world, world.other, TextsWish.HIDE)
    assert world.translation.digest.encode() in notes()
    assert notes() != during
    assert box_sizes().items() >= sizes.items()
    undo(world, world.other)
    assert world.state_of(world.translation) == State.CLOSED, "its source is hidden still"
    undo(world, world.person)
    assert rows() == before
    assert notes() == b""

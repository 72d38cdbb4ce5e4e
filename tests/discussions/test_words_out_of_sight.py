"""Words that are hidden: gone like those of somebody who left, and where they were after a false alarm.

Attackers have a copy of the tables, a desk's passphrase, an old file of closing notes, or the public side.
"""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import cast
import desks as stage
import guests
import participants
import reading
from authors import Writer, discussion, today, turned
from detained import ALSO, OWN, SAID, WAITS, World, press, undoing, undone, why
from visavis.base import data
from visavis.discussions import heard, heard_queries
from visavis.discussions.bodies import Says
from visavis.people import detaining, hidden, instruction, papers, returning
from visavis.people import participants as people
from visavis.people.leaving import Choice
from visavis.people.models import Participant
from visavis.people.rules import PeopleRefusal, TextsWish
from visavis.record import actions as record
from visavis.record import closings
from visavis.record import queries as record_queries
from visavis.record.hiding import about, hidden_words
from visavis.record.models import Closing, ClosingBox, MadeFrom, Named, Signature
from visavis.record.models import Document as Row
from visavis.record.rules import RecordRefusal, State
from visavis.safety import codes
from visavis.safety.reading import reading_as
from visavis.safety.secret import Secret
from visavis.signing import boxes, vault
from visavis.signing.boxes import Envelope
from visavis.signing.document import Document

pytestmark = pytest.mark.django_db
NOON = datetime.combine(stage.DAY, time(12), tzinfo=UTC)
QUOTES, RESTATED, SEALED = "Bir sözünü deyirəm.", "Ասացիր՝ բոլորինն է։", "Quyunu bölüşək."


class Whole(World):
    """The same somebody; also restated by the other side, and a guest whose answer is released."""

    def __init__(self, desks: stage.Desks, texts: TextsWish = TextsWish.HIDE) -> None:
        super().__init__(desks, texts)
        self.code = papers.new_code(self.person.row, passphrase=self.person.passphrase)
        gated = discussion(desks.site, has_gate=True)
        self.gated = turned(self.person.hand_in(gated.id, QUOTES), desks)
        self.restated = self._restated()
        asked = cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)
        self.sealed = guests.answered(asked, self.person, SEALED)
        guests.turned(self.sealed, desks)
        cast.open_(cast.an_answer(desks.site, to=asked, side="hy"), desks.site)

    def _restated(self) -> Document:
        with self.other.reading():
            heard.restate(
                self.other.row,
                contribution=self.gated.id,
                original="hy",
                text=RESTATED,
                translations={"az": "Hamınındır, dedin."},
                today=today(),
            )
            own = heard_queries.own_of(self.other.row.card, self.gated.id)
        assert own is not None
        found = own.document
        with reading_as(lambda: reading.desk("az")):
            heard.hand_on(side="az", restatement=found.id)
        with self.person.reading():
            heard.hear(
                self.person.row,
                restatement=found.id,
                says=Says.YES,
                correction="",
                original="az",
                today=today(),
            )
        with reading_as(lambda: reading.desk("az")):
            waiting = heard_queries.waiting(found.id)
            assert waiting is not None
            assert waiting.answer is not None
            cast.turn(waiting.answer, "az", site=self.desks.site)
        with reading_as(lambda: reading.desk("hy")):
            cast.turn(found, "hy", site=self.desks.site)
        return found

    @property
    def vault(self) -> bytes:
        return vault.private_half(self.desks.site.sides["az"].key)

    def undo(self) -> None:
        with reading_as(lambda: reading.desk("az")):
            detaining.undo(**undoing(self), today=today())

    def opens(self, key: bytes) -> int:
        return len(hidden_words(self.person.row.purse.closers.is_of, key=key))


@pytest.fixture
def world(desks: stage.Desks) -> Whole:
    return Whole(desks)


def shown() -> dict[str, bytes]:
    """Return what the next edition shows, without its number."""
    files = {name: each for name, each in press().items() if not name.startswith("tmp/")}
    root = json.loads(files["record/manifest.json"])["root"]
    return files | {"record/manifest.json": root["node"].encode()}


def rows() -> dict[str, list[Any]]:
    """Return what the engine has written down, but for keys drawn by lot and boxes."""
    return {
        "documents": sorted(
            (row[0], *map(str, row[1:-1]), bytes(row[-1]))
            for row in Row.objects.values_list(*[f.name for f in Row._meta.fields])
        ),
        "closings": sorted(
            (each.document_id, each.side, each.with_item, bytes(each.note), each.signature)
            for each in Closing.objects.all()
        ),
        "signatures": sorted(Signature.objects.values_list("document", "public_key", "seat")),
        "sources": sorted(MadeFrom.objects.values_list("document", "item")),
        "names": sorted(Named.objects.values_list("document", "item", "opened_on")),
    }


def notes() -> bytes:
    """Return the file of closing notes, as it lies on the disk."""
    return (data.closings_directory() / "notes.jsonl").read_bytes()


def box_sizes() -> dict[str, tuple[Any, ...]]:
    """Return what a copy of the tables shows of each box: size, and who is named as its reader."""
    found = {}
    for row in ClosingBox.objects.all():
        envelope = Envelope.from_bytes(bytes(row.box))
        wraps = tuple((wrap.reader, len(wrap.box)) for wrap in envelope.wraps)
        found[row.pk] = (len(envelope.body), wraps, row.closed_on)
    return found


# ---- a false alarm


def test_after_a_false_alarm_every_byte_and_row_is_what_it_was(world: Whole) -> None:
    before, written = shown(), rows()
    world.by_desk()
    during = shown()
    pages = b"".join(during.values()).decode(errors="replace")
    for words in (SAID, ALSO, OWN, QUOTES, RESTATED, SEALED):
        assert words not in pages
    file = record_queries.closing_notes(on=today())
    world.undo()
    assert shown() == before
    assert rows() == written
    # A desk that has kept the file of notes from those days closes nothing with it.
    taken = record.take_closings(file, today=today())
    assert (taken.closed, taken.left) == (0, 0)
    assert shown() == before
    assert people.sign_in(passphrase=world.person.passphrase).purse == world.person.row.purse
    world.by_desk()
    assert shown() == during, "and a second alarm hides it once more"


def test_attack_a_copy_of_the_tables_does_not_tell_who_hides_from_who_has_left(
    world: Whole, tmp_path: Path
) -> None:
    with undone(tmp_path / "kept"):
        world.leaves(Choice.EVERYTHING)
        left, left_notes, left_boxes = rows(), notes(), box_sizes()
        assert not world.opens(world.vault), "the control: nothing is in them"
    world.by_desk()
    hides, hidden_boxes = rows(), box_sizes()
    # What waits is withdrawn by who leaves, and withheld of who is detained.
    waits = {world.waits.digest}
    for table in left:
        assert [row for row in hides[table] if row[0] not in waits] == [
            row for row in left[table] if row[0] not in waits
        ], table
    assert notes() == left_notes
    assert hidden_boxes == left_boxes
    assert world.opens(world.vault) == len(hidden_boxes)
    everything = b"".join(bytes(row.box) for row in ClosingBox.objects.all()).decode(
        errors="replace"
    )
    assert SAID not in everything


def test_attack_after_seven_days_the_desks_passphrase_opens_no_hidden_word(world: Whole) -> None:
    world.by_desk()
    n = ClosingBox.objects.count()
    own = world.person.row.purse.keeper
    assert world.opens(world.vault) == world.opens(own) == n > 6
    record.shut_for_desks(today=today() + timedelta(days=7))
    assert world.opens(world.vault) == n
    record.shut_for_desks(today=today() + timedelta(days=8))
    assert world.opens(world.vault) == 0
    assert world.opens(own) == n, "their author and the code on paper still can"
    assert papers.shown_by(world.code, is_removal=True).keeper == own
    editor = boxes.new_key()
    assert world.opens(editor) == 0
    row = ClosingBox.objects.first()
    assert row is not None
    with pytest.raises(boxes.CannotOpenError):
        boxes.unwrapped(Envelope.from_bytes(bytes(row.box)).wraps[0], editor, about=about(row.pk))


def test_with_the_code_on_paper_hidden_words_are_destroyed_and_no_alarm_brings_them_back(
    world: Whole,
) -> None:
    world.by_desk()
    before, written = box_sizes(), shown()
    detaining.detain_by_paper(world.code, is_removal=True, today=today())
    assert box_sizes() == before
    assert world.opens(world.vault) == world.opens(world.person.row.purse.keeper) == 0
    world.undo()
    assert shown() == written


def test_what_was_closed_meanwhile_or_lies_below_it_stays_closed(world: Whole) -> None:
    place = world.said.made_from[0].id
    digest = record_queries.open_version(place)
    assert digest is not None
    world.by_desk()
    for side in ("az", "hy"):  # two keys: the discussion is gone for good
        cast.take_down(digest, side, site=world.desks.site, at=NOON)
    world.undo()
    assert world.state_of(world.said) == State.CLOSED
    assert world.state_of(world.translation) == State.CLOSED
    assert closings.is_noted(world.said.digest)
    assert world.state_of(world.gated) == State.OPEN
    pages = b"".join(press().values()).decode(errors="replace")
    assert (SAID in pages, QUOTES in pages, SEALED in pages) == (False, True, True)


def test_what_lies_below_something_closed_for_a_time_waits_with_it(world: Whole) -> None:
    place = record_queries.open_version(world.said.made_from[0].id)
    assert place is not None
    before = shown()
    world.by_desk()
    cast.take_down(place, "hy", site=world.desks.site, at=NOON)
    world.undo()
    assert world.state_of(world.said) == State.CLOSED
    with stage.on(stage.after(10)) as then:
        record.settle(at=then)
    assert world.state_of(world.said) == State.OPEN
    assert shown() == before


@pytest.mark.parametrize("pausing", ["az", "hy"])
def test_attack_what_a_pause_held_when_it_was_hidden_comes_back_after_the_pause(
    world: Whole, pausing: str
) -> None:
    every = {SAID, ALSO, OWN, QUOTES, RESTATED, SEALED}
    press()
    states = dict(Row.objects.values_list("digest", "state"))
    cast.open_(cast.a_pause(world.desks.site, pausing, day=stage.DAY), world.desks.site)
    press()
    assert world.state_of(world.translation) == State.CLOSED, "the control: it is held"
    world.by_desk()
    with stage.on(stage.after(4)) as then:
        record.settle(at=then)
        world.undo()
        pages = b"".join(press(stage.after(4)).values()).decode(errors="replace")
    assert {words for words in every if words in pages} == every
    now = dict(Row.objects.values_list("digest", "state"))
    assert {digest: now[digest] for digest in states} == states


def test_attack_what_comes_back_during_a_pause_waits_for_its_end(world: Whole) -> None:
    world.by_desk()
    cast.open_(cast.a_pause(world.desks.site, day=stage.DAY), world.desks.site)
    press()
    world.undo()
    assert SAID.encode() not in b"".join(press().values())
    assert SAID.encode() in b"".join(press(stage.after(4)).values())


def test_attack_hidden_once_more_on_one_day_the_note_counts_once_more(
    world: Whole, tmp_path: Path
) -> None:
    world.by_desk()
    world.undo()
    once = record_queries.closing_notes(on=today())
    with undone(tmp_path / "kept"):
        world.by_desk()
        file = record_queries.closing_notes(on=today())
        held = closings.notes_of(world.said.digest)
        assert held
        assert not any(map(closings.is_taken_back, held))
        taken_back = (data.closings_directory() / "taken-back").read_bytes()
    assert file != once
    # An older backup of the tables, and of the notes nothing but what a desk has kept.
    (data.closings_directory() / "taken-back").write_bytes(taken_back)
    assert world.state_of(world.said) == State.OPEN
    assert record.take_closings(file, today=today()).closed > 0
    assert world.state_of(world.said) == State.CLOSED


# ---- somebody comes back later


def test_somebody_comes_back_after_seven_days_in_sight_with_code_and_words(world: Whole) -> None:
    before, sizes = shown(), row_sizes(world)
    old = world.person.passphrase
    world.by_desk()
    given = {**undoing(world)}
    with stage.on(stage.after(7)), reading_as(lambda: reading.desk("az")):
        early = lambda: returning.begin(**given, today=today())  # noqa: E731
        assert why(early) is PeopleRefusal.TOO_EARLY_TO_RETURN
    with stage.on(stage.after(8)), reading_as(lambda: reading.desk("az")):
        assert why(lambda: detaining.undo(**given, today=today())) is PeopleRefusal.TOO_LATE_TO_UNDO
        for wrong in ({"passphrase": Secret("no")}, {"desk_passphrase": Secret("no")}):
            assert why(lambda wrong=wrong: returning.begin(**given | wrong, today=today()))
        returning.begin(**given, today=today())
        hands = lambda: returning.hand_over(**given, today=today())  # noqa: E731
        assert why(hands) is PeopleRefusal.NOT_RETURNING
        assert why(lambda: returning.begin(**given, today=today())) is PeopleRefusal.RETURNS_ALREADY
        assert [each.returns_on for each in detaining.locked("az")] == [stage.after(15)]
        world.by_desk(with_key=False)  # a colleague has doubts
        assert [each.returns_on for each in detaining.locked("az")] == [None]
        returning.begin(**given, today=today())
    with stage.on(stage.after(15)), reading_as(lambda: reading.desk("az")):
        void = hands()
        world.by_desk(with_key=False)
        back = lambda code, words=old: returning.come_back(code, passphrase=words)  # noqa: E731
        assert why(lambda: back(void)) is PeopleRefusal.CANNOT_COME_BACK
        returning.begin(**given, today=today())
    with stage.on(stage.after(22)), reading_as(lambda: reading.desk("az")):
        code = hands()
        assert row_sizes(world) == sizes
        for refused in (
            lambda: back(code, Secret("six words that are not theirs")),
            lambda: back(codes.new_checked_code()),
            lambda: people.sign_in(passphrase=old),
            lambda: people.sign_in(passphrase=code),
        ):
            assert why(refused)
        assert detaining.since(world.card, side="az") == stage.DAY, "and still nothing is keyed"
        new = back(code)
        assert why(lambda: back(code)) is PeopleRefusal.CANNOT_COME_BACK
        assert why(lambda: people.sign_in(passphrase=old))
        assert detaining.since(world.card, side="az") is None
        person = people.sign_in(passphrase=new)
        assert person.purse == world.person.row.purse
        assert row_sizes(world) == sizes
        assert world.state_of(world.said) == State.CLOSED, (
            "their words stay hidden until they say so"
        )
        assert why(lambda: hidden.decided(person, passphrase=old, is_shown=True))
        hidden.decided(person, passphrase=new, is_shown=True)
    assert shown() == before


def test_their_author_destroys_hidden_words_and_a_strangers_browser_does_not(world: Whole) -> None:
    world.by_desk()
    boxes_before = box_sizes()
    with stage.on(stage.after(8)), reading_as(lambda: reading.desk("az")):
        returning.begin(**undoing(world), today=today())
    with stage.on(stage.after(15)), reading_as(lambda: reading.desk("az")):
        code = returning.hand_over(**undoing(world), today=today()).reveal()
    client, old = Client(enforce_csrf_checks=True), world.person.passphrase.reveal()
    slip = client.post("/en/taking-part/back/", {"code": code[:-1], "passphrase": old})
    assert (slip.status_code, "not a whole code" in slip.content.decode()) == (409, True)
    assert old not in slip.content.decode()
    page = client.post("/en/taking-part/back/", {"code": code, "passphrase": old}).content.decode()
    new = Secret(" ".join(re.findall(r"<li><code>([a-z-]+)</code>", page)))
    person = people.sign_in(passphrase=new)
    browser = Writer(person, participants.signed_in(person), new)
    address = "/en/taking-part/account/hidden/"
    assert Client().get(address).status_code == 302
    assert browser.post(address, what="show", passphrase=old).status_code == 409
    assert world.opens(person.purse.keeper) == len(boxes_before)
    assert browser.post(address, what="delete", passphrase=new.reveal()).status_code == 302
    assert world.opens(person.purse.keeper) == 0
    assert box_sizes() == boxes_before


# ---- every order of acts


def come_back(world: Whole, old: Secret) -> tuple[Participant, Secret]:
    """Let the desk begin a return, see it for seven days and hand over a code; return who is back."""
    given = undoing(world)
    with stage.on(stage.after(8)), reading_as(lambda: reading.desk("az")):
        returning.begin(**given, today=today())
    with stage.on(stage.after(15)), reading_as(lambda: reading.desk("az")):
        code = returning.hand_over(**given, today=today())
        new = returning.come_back(code, passphrase=old)
    return people.sign_in(passphrase=new), new


SHOWN = {
    "own text": (SAID,),
    "quoted": (QUOTES,),
    "translated": (ALSO, OWN),
    "restated": (RESTATED,),
    "sealed answer": (SEALED,),
}
GONE = {TextsWish.HIDE, TextsWish.TAKE_AWAY}
WAYS_BACK = ["returned, and shows", "undone", "returned, and deletes"]


class Detention(RuleBasedStateMachine):
    """What it knows: what is wished, whether the access is ended, and which words are gone (C16)."""

    world: Whole
    kept: Path

    @initialize(way=st.sampled_from(WAYS_BACK))
    def begins(self, way: str) -> None:
        """Each story begins with a detention that is over: few draws reach a return otherwise."""
        self.wish, self.is_locked, self.is_gone = TextsWish.HIDE, False, False
        self.is_final = self.is_paper_used = False
        self.passphrase = self.world.person.passphrase
        self.sizes: dict[str, Any] = {}
        self.row_sizes = row_sizes(self.world)
        self.as_it_was = undone(self.kept / str(len(list(self.kept.iterdir()))))
        self.as_it_was.__enter__()
        self.is_back(way)

    def teardown(self) -> None:
        self.as_it_was.__exit__(None, None, None)

    @precondition(lambda self: not self.is_locked)
    @rule(wish=st.sampled_from(list(TextsWish)))
    def wishes(self, wish: TextsWish) -> None:
        row = Participant.objects.get(pk=self.world.person.row.pk)
        row.purse = self.world.person.row.purse
        wishes = replace(people.said(row), texts=wish)
        people.say(row, wishes, passphrase=self.passphrase, today=today())
        self.wish = wish

    @rule(with_key=st.booleans())
    def frozen_by_the_desk(self, with_key: bool) -> None:
        self.world.by_desk(with_key=with_key)
        self._locked(is_done=with_key)

    @precondition(lambda self: not self.is_paper_used)
    @rule(is_removal=st.booleans())
    def frozen_by_paper(self, is_removal: bool) -> None:
        code = self.world.code
        act = lambda: detaining.detain_by_paper(code, is_removal=is_removal, today=today())  # noqa: E731
        self._locked(is_done=why(act) is None)
        if is_removal:
            self.is_gone = self.is_final = self.is_paper_used = True

    @rule(way=st.sampled_from(WAYS_BACK))
    def is_back(self, way: str) -> None:
        if not self.is_locked:
            self.world.by_desk()
            self._locked(is_done=True)
        if way == "undone":
            self.world.undo()
        else:
            person, self.passphrase = come_back(self.world, self.passphrase)
            is_shown = way == "returned, and shows"
            hidden.decided(person, passphrase=self.passphrase, is_shown=is_shown)
            self.is_final |= self.is_gone and not is_shown
        self.is_locked, self.is_gone = False, self.is_final

    def _locked(self, *, is_done: bool) -> None:
        self.is_locked = True
        self.is_gone |= is_done and self.wish in GONE
        self.is_final |= is_done and self.wish is TextsWish.TAKE_AWAY

    @invariant()
    def nothing_that_shall_be_hidden_is_public(self) -> None:
        check_public(is_gone=self.is_gone)

    @invariant()
    def nothing_withheld_can_be_keyed(self) -> None:
        if self.is_locked:
            with reading_as(lambda: reading.desk("az")):
                key = why(lambda: cast.turn(self.world.waits, "az", site=self.world.desks.site))
            assert key is RecordRefusal.WITHHELD

    @invariant()
    def every_box_keeps_its_size(self) -> None:
        assert row_sizes(self.world) == self.row_sizes
        for digest, size in box_sizes().items():
            assert self.sizes.setdefault(digest, size) == size


def check_public(*, is_gone: bool) -> None:
    """Check in every byte of the next edition each kind of words, and that what waits is not there."""
    pages = b"".join(press().values()).decode(errors="replace")
    for of, every in SHOWN.items():
        for words in every:
            assert (words in pages) is not is_gone, of
    assert WAITS not in pages


def row_sizes(world: Whole) -> list[int]:
    columns = ("sign_in_tag", "session_mark", "sealed_purse", "choice", "for_desk", "notice")
    values = Participant.objects.values_list(*columns, "shelved").get(pk=world.person.row.pk)
    return [len(value) for value in values]


def test_in_every_order_of_wishes_and_alarms_what_shall_be_hidden_is(
    world: Whole, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    press()
    over_this = type("OverThis", (Detention,), {"world": world, "kept": kept})
    run_state_machine_as_test(
        over_this,
        settings=settings(
            max_examples=3,
            stateful_step_count=5,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_each_wish_holds_through_a_detention_an_undo_and_a_return(
    world: Whole, tmp_path: Path
) -> None:
    """The whole product: wishes, each kind of words, and what becomes of the detention (C16)."""
    press()
    for wish in TextsWish:
        is_gone = wish in GONE
        with undone(tmp_path / wish):
            row = Participant.objects.get(pk=world.person.row.pk)
            row.purse = world.person.row.purse
            wishes = replace(people.said(row), texts=wish)
            people.say(row, wishes, passphrase=world.person.passphrase, today=today())
            world.by_desk()
            if is_gone:  # an edition takes half a second; where words stay it is looked at last
                check_public(is_gone=True)
                with undone(tmp_path / f"{wish} undone"):
                    world.undo()
                    check_public(is_gone=wish is TextsWish.TAKE_AWAY)
            person, passphrase = come_back(world, world.person.passphrase)
            check_public(is_gone=is_gone)
            if wish is TextsWish.HIDE:
                hidden.decided(person, passphrase=passphrase, is_shown=True)
                check_public(is_gone=False)


def test_attack_a_purse_that_somebody_else_sealed_to_the_vault_comes_back_to_nobody(
    world: Whole,
) -> None:
    """Everybody who writes rows can seal to a vault. Without the digest in the notice it would come back."""
    world.by_desk()
    row = Participant.objects.get(pk=world.person.row.pk)
    given = {**undoing(world)}
    made_up = instruction.shelf("0" * 32, row.sign_in_tag, row.sealed_purse)
    box = instruction.shelved_box("az", row.pk, kept=made_up)
    with stage.on(stage.after(8)), reading_as(lambda: reading.desk("az")):
        Participant.objects.filter(pk=row.pk).update(shelved=box)
        forged = lambda: returning.begin(**given, today=today())  # noqa: E731
        assert why(forged) is PeopleRefusal.OTHER_CONTENT
        Participant.objects.filter(pk=row.pk).update(shelved=row.shelved)
        returning.begin(**given, today=today())  # the control
    with stage.on(stage.after(15)), reading_as(lambda: reading.desk("az")):
        Participant.objects.filter(pk=row.pk).update(shelved=box)
        assert (
            why(lambda: returning.hand_over(**given, today=today())) is PeopleRefusal.OTHER_CONTENT
        )

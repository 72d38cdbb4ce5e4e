"""Attack: somebody wants to read an answer before the others are there. Each desk has its own keys alone.

A held answer opens with the joint key, which every desk has, and the server's half, which no backup has. The
acts go through `record.actions`, each as the desk that does it; nobody reads between them.
"""

import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from judge import assert_all_is_rightly_open, open_digests

import reading as known
from cast import (
    DAY,
    THREE,
    TWO,
    SiteKeys,
    a_charter,
    a_question,
    alone,
    an_answer,
    found,
    next_version,
    propose,
    take_down,
    turn,
    with_empty_chairs,
)
from visavis.base import data as places
from visavis.record import actions, held, models, sealed
from visavis.record.rules import State
from visavis.safety import housekeeping
from visavis.safety.reading import JOINT, NOBODY, CannotOpenError, Reader, reading_as
from visavis.signing import boxes
from visavis.signing.boxes import Envelope, Lock
from visavis.signing.document import Document

pytestmark = pytest.mark.django_db
NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
LATER = DAY + timedelta(days=31)
PRIVATE = b"nobody reads this before its time"


@pytest.fixture(autouse=True)
def nobody_reads_but_in_an_act(every_desk_reads: None) -> Iterator[None]:
    with reading_as(lambda: NOBODY):
        yield


def as_desk(side: str, *, joint: int = 1) -> AbstractContextManager[None]:
    """Let a desk be here, which has the joint keys up to this number; 0 for a desk that has none yet."""
    chain = [known.key(JOINT, number) for number in range(joint, 0, -1)]
    keys = {side: [known.key(side)]} | ({JOINT: chain} if joint else {})
    return reading_as(lambda: Reader(keys))


class Asked:
    """A question to these sides, and the answers that there are."""

    def __init__(self, *sides: str) -> None:
        self.site = a_charter(sides)
        found(self.site)
        self.answers: dict[str, Document] = {}
        question = a_question(self.site)
        with as_desk(sides[0]):
            propose(question, by=sides[0], site=self.site)
        self.turn(question, *sides)
        self.question = question

    def turn(self, document: Document, *sides: str, joint: int = 1) -> State:
        for side in sides:
            with as_desk(side, joint=joint):
                state = turn(document, side, site=self.site)
        return State(state)

    def answer(self, side: str, *, joint: int = 1) -> State:
        """The side answers and turns its key; returns the state of its answer."""
        made = an_answer(self.site, to=self.question, side=side, words=f"{PRIVATE.decode()} {side}")
        with as_desk(side, joint=joint):
            propose(made, site=self.site)
        self.answers[side] = made
        return self.turn(made, side, joint=joint)

    def correct(self, side: str) -> None:
        """The side takes its answer back, key and all, and gives another one."""
        with as_desk(side):
            actions.withdraw(digest=self.answers[side].digest, side=side)
        assert bytes(self.row(side).data) == b""
        self.answer(side)

    def leave_empty(self, empty: Sequence[str], *, last: str) -> None:
        """Every side signs that these chairs are empty, and ``last`` at the end."""
        chair = with_empty_chairs(self.question, *empty, day=LATER)
        with as_desk(last):
            propose(chair, by=last, site=self.site)
        self.turn(chair, *(side for side in self.site.codes if side != last))
        self.nothing_is_out()
        self.turn(chair, last)
        self.question = chair

    def sign_in(self, side: str, *, joint: int = 1) -> None:
        with as_desk(side, joint=joint):
            housekeeping.welcome(side, DAY)

    def row(self, side: str) -> models.Document:
        return models.Document.objects.get(digest=self.answers[side].digest)

    def is_out(self, side: str) -> bool:
        return self.answers[side].digest in open_digests()

    def nothing_is_out(self) -> None:
        """No answer is open, none is there in the clear, and time alone opens none."""
        with reading_as(lambda: NOBODY):
            actions.settle(at=NOON)
        for side in self.answers:
            assert self.row(side).state == State.PROPOSED
            assert PRIVATE not in bytes(self.row(side).data)
            assert not self.is_out(side)

    def all_are_out(self) -> None:
        for side, answer in self.answers.items():
            assert bytes(self.row(side).data) == answer.data
            assert self.is_out(side)
        assert_all_is_rightly_open(self.site)


ORDERS = [*permutations(TWO), *permutations(THREE)]
CHAIRS = [
    (sides, empty, last)
    for sides, empty in [
        (TWO, ("az",)), (TWO, ("hy",)),
        (THREE, ("az",)), (THREE, ("hy",)), (THREE, ("ka",)),
        (THREE, ("az", "hy")), (THREE, ("az", "ka")), (THREE, ("hy", "ka")),
    ]
    for last in sides
]  # fmt: skip


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
@pytest.mark.parametrize("is_corrected", [False, True], ids=["", "corrected"])
def test_answers_come_out_in_the_act_that_fills_the_last_seat(
    order: tuple[str, ...], is_corrected: bool
) -> None:
    asked = Asked(*sorted(order))
    for side in order[:-1]:
        assert asked.answer(side) is State.PROPOSED
        asked.nothing_is_out()
    if is_corrected:
        asked.correct(order[0])
        asked.nothing_is_out()
    assert asked.answer(order[-1]) is State.OPEN
    asked.all_are_out()


@pytest.mark.parametrize(("sides", "empty", "last"), CHAIRS, ids=str)
def test_beside_empty_chairs_they_come_out_with_the_last_key_under_them(
    sides: tuple[str, ...], empty: tuple[str, ...], last: str
) -> None:
    asked = Asked(*sides)
    for side in sides:
        if side not in empty:
            asked.answer(side)
            asked.nothing_is_out()
    asked.leave_empty(empty, last=last)
    asked.all_are_out()


@pytest.mark.parametrize("last", THREE)
def test_with_an_empty_chair_the_last_of_the_others_lets_all_out(last: str) -> None:
    first, chair = (side for side in THREE if side != last)
    asked = Asked(*THREE)
    asked.answer(first)
    asked.leave_empty([chair], last=chair)
    asked.nothing_is_out()
    assert asked.answer(last) is State.OPEN
    asked.all_are_out()


def test_a_late_answer_at_an_empty_chair_opens_in_its_own_act() -> None:
    asked = Asked(*THREE)
    for side in ("az", "hy"):
        asked.answer(side)
    asked.leave_empty(["ka"], last="az")
    assert asked.answer("ka") is State.OPEN
    asked.all_are_out()


# ---- who has what, and reads nothing -----------------------------------------------------------------


def opened_by(asked: Asked, *holders: str) -> bytes:
    """Return az's answer as somebody reads it who has these keys, and the file of the server's half."""
    with reading_as(lambda: known.reader_of(*holders)):
        return held.words_for_release(asked.row("az"))


def test_a_desk_with_the_whole_directory_reads_a_keyed_answer() -> None:
    """What is not promised. It is why no backup has the server's half, and why the threat model says so."""
    asked = Asked(*TWO)
    asked.answer("az")
    assert PRIVATE in opened_by(asked, "hy", JOINT)


@pytest.mark.parametrize("passing", ["left out of the backup", "another server's", "damaged"])
def test_all_other_desks_with_a_backup_read_nothing(passing: str) -> None:
    asked = Asked(*THREE)
    asked.answer("az")
    asked.answer("hy")
    half = places.seats_key_file()
    half.unlink()
    if passing == "another server's":
        held.server_half()
    elif passing == "damaged":
        half.write_bytes(b"not a half")
    with pytest.raises(CannotOpenError):
        opened_by(asked, "hy", "ka", JOINT)
    assert PRIVATE in opened_by(asked, "az"), "its own desk reads it"


@pytest.mark.parametrize("holders", [(), ("hy",), ("hy", "ka")])
def test_the_disk_and_the_servers_half_without_the_joint_key_read_nothing(
    holders: tuple[str, ...],
) -> None:
    asked = Asked(*THREE)
    asked.answer("az")
    with pytest.raises(CannotOpenError):
        opened_by(asked, *holders)
    for wrap in Envelope.from_bytes(bytes(asked.row("az").data)).wraps:
        for key in (held.server_half(), boxes.derived(held.server_half(), "held")):
            for about in (place := sealed.about(asked.row("az").digest), f"HELD key of {place}"):
                with pytest.raises(CannotOpenError):
                    boxes.opened(wrap.box, key=key, about=about)


def test_an_answer_without_its_key_is_its_own_desks_whatever_the_others_have() -> None:
    asked = Asked(*TWO)
    made = an_answer(asked.site, to=asked.question, side="az", words=PRIVATE.decode())
    with as_desk("az"):
        propose(made, site=asked.site)
    asked.answers["az"] = made
    with pytest.raises(CannotOpenError):
        opened_by(asked, "hy", JOINT)
    assert asked.answer("hy") is State.PROPOSED
    asked.sign_in("hy")
    asked.nothing_is_out()


def test_no_page_opens_what_is_held() -> None:
    asked = Asked(*TWO)
    asked.answer("az")
    with as_desk("hy"):
        assert sealed.words_in(asked.row("az")) == b""
    with as_desk("az"):
        assert PRIVATE in sealed.words_in(asked.row("az"))


def test_a_held_wrap_put_into_another_row_opens_nothing() -> None:
    asked, other = Asked(*TWO), None
    asked.answer("az")
    with as_desk("az"):
        question = a_question(asked.site)
        propose(question, by="az", site=asked.site)
    asked.turn(question, *TWO)
    other = an_answer(asked.site, to=question, side="az", words="Another.")
    with as_desk("az"):
        propose(other, site=asked.site)
        turn(other, "az", site=asked.site)
    row = models.Document.objects.get(digest=other.digest)
    row.data = asked.row("az").data
    with (
        reading_as(lambda: known.reader_of("hy", JOINT)),
        pytest.raises(CannotOpenError),
    ):
        held.words_for_release(row)


def test_a_row_that_only_says_it_is_open_gives_nothing_away() -> None:
    asked = Asked(*TWO)
    asked.answer("az")
    models.Document.objects.filter(digest=asked.answers["az"].digest).update(state=State.OPEN)
    with as_desk("hy"):
        assert held.words_for_release(asked.row("az")) == b""
    asked.sign_in("hy")
    assert not asked.is_out("az")


def test_the_answer_taken_back_and_the_next_one_have_no_key_in_common() -> None:
    asked = Asked(*TWO)
    asked.answer("az")
    before = Envelope.from_bytes(bytes(asked.row("az").data))
    with as_desk("az") as _:
        from visavis.safety.reading import reader

        first = reader().key_of(before, about=sealed.about(asked.answers["az"].digest))
    asked.correct("az")
    after = Envelope.from_bytes(bytes(asked.row("az").data))
    with pytest.raises(CannotOpenError):
        after.words(first, about=sealed.about(asked.answers["az"].digest))
    assert not {wrap.box for wrap in before.wraps} & {wrap.box for wrap in after.wraps}


def test_an_answer_that_is_closed_before_its_release_is_held_no_more() -> None:
    """Its question is closed for good, so it never comes out. Its own desk keeps its words."""
    site = a_charter(TWO)
    found(site)
    with reading_as(known.everybody):
        question = open_alone(site, by="az")
        answer = an_answer(site, to=question, side="hy", words=PRIVATE.decode(), day=question.day)
        propose(answer, site=site, today=question.day)
        turn(answer, "hy", site=site, today=question.day)
    row = models.Document.objects.get(digest=answer.digest)
    with reading_as(lambda: known.reader_of("az", JOINT)):
        assert PRIVATE in held.words_for_release(row), "until then the whole directory is enough"
    at = datetime.combine(question.day, NOON.timetz())
    assert take_down(question, "az", site=site, at=at) is True
    row.refresh_from_db()
    assert row.state == State.CLOSED
    assert not [w for w in Envelope.from_bytes(bytes(row.data)).wraps if w.lock is Lock.HELD]
    with as_desk("hy"):
        assert PRIVATE in sealed.words_in(row)


def open_alone(site: SiteKeys, *, by: str) -> Document:
    """Return a question that one side asks under its own name: it alone closes it for good."""
    asked, later = propose(a_question(site), by=by, site=site), DAY + timedelta(days=14)
    lone = alone(asked, side=by, asked_on=DAY, day=later)
    actions.propose_alone(document=lone, asked=asked.digest, by=by, today=later)
    turn(lone, by, site=site, today=later)
    return lone


# ---- what does not open at once ----------------------------------------------------------------------


def test_with_a_new_half_each_desk_holds_its_answer_again_and_then_all_come_out() -> None:
    asked = Asked(*THREE)
    asked.answer("az")
    asked.answer("hy")
    places.seats_key_file().unlink()  # as after a restored backup
    assert asked.answer("ka") is State.PROPOSED
    asked.nothing_is_out()
    for side in ("ka", "az"):
        asked.sign_in(side)
        asked.nothing_is_out()
    asked.sign_in("hy")
    asked.all_are_out()


def test_a_desk_that_is_not_let_in_yet_lets_nothing_out_until_it_is() -> None:
    asked = Asked(*TWO)
    asked.answer("az")
    assert asked.answer("hy", joint=0) is State.PROPOSED
    for side in TWO:
        asked.sign_in(side, joint=0 if side == "hy" else 1)
        asked.nothing_is_out()
    asked.sign_in("hy")
    asked.all_are_out()


def test_under_a_newer_joint_key_an_answer_is_held_again_and_once_only() -> None:
    asked = Asked(*TWO)
    asked.answer("az")
    first = bytes(asked.row("az").data)
    asked.sign_in("az")
    assert bytes(asked.row("az").data) == first, "nothing to do, nothing is written"
    asked.sign_in("hy", joint=2)
    assert bytes(asked.row("az").data) == first, "another desk's answer is not its to hold"
    asked.sign_in("az", joint=2)
    newest = [
        w for w in Envelope.from_bytes(bytes(asked.row("az").data)).wraps if w.lock is Lock.HELD
    ]
    assert [wrap.reader for wrap in newest] == [known.key(JOINT, 2).id]
    assert asked.answer("hy", joint=2) is State.OPEN
    asked.all_are_out()


def test_one_damaged_answer_lets_none_of_the_others_out() -> None:
    asked = Asked(*THREE)
    asked.answer("az")
    asked.answer("hy")
    true = bytes(asked.row("az").data)
    rows = models.Document.objects.filter(digest=asked.answers["az"].digest)
    rows.update(data=true[:-1] + bytes([true[-1] ^ 1]))
    asked.answer("ka")
    for side in THREE:
        asked.sign_in(side)
    asked.nothing_is_out()
    rows.update(data=true)
    asked.sign_in("ka")
    asked.all_are_out()


def test_the_press_lets_nothing_out_that_waits_for_a_desk() -> None:
    asked = Asked(*TWO)
    key = places.release_key_file().read_bytes()
    places.release_key_file().unlink()
    for side in TWO:
        assert asked.answer(side) is State.PROPOSED
    places.write_private(places.release_key_file(), key)
    asked.nothing_is_out()
    actions.let_out_what_waits("az", DAY)  # no matter who calls it: nobody is here who reads
    asked.nothing_is_out()
    asked.sign_in("hy")
    asked.all_are_out()


def test_a_correction_after_the_release_opens_with_its_own_key_and_is_never_held() -> None:
    asked = Asked(*TWO)
    for side in TWO:
        asked.answer(side)
    before = asked.answers["az"]
    better = next_version(before, body={**before.body, "pen_name": "B."})
    with as_desk("az"):
        propose(better, site=asked.site)
    assert asked.turn(better, "az") is State.OPEN
    assert better.digest in open_digests()


# ---- the server's half -------------------------------------------------------------------------------


def test_the_half_is_made_at_the_start_for_its_owner_alone_and_stays() -> None:
    place = places.seats_key_file()
    assert not place.exists()
    housekeeping.begin()
    made = place.read_bytes()
    assert len(made) == 32
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert [each.name for each in place.parent.iterdir()] == ["seats.key"]
    housekeeping.begin()
    assert held.server_half() == made == place.read_bytes()
    assert place in [each.path for each in places.written_again()], "its times tell no hour"


def test_workers_that_make_it_at_once_have_one_half() -> None:
    ready, seen = threading.Barrier(8), []

    def ask() -> None:
        ready.wait()
        seen.append(held.server_half())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(seen) == 8
    assert set(seen) == {places.seats_key_file().read_bytes()}

"""What a participant keeps: found and opened with their purse alone. Attackers have another one."""

from datetime import timedelta

import pytest

from editors import TODAY
from visavis.people import day_marks, own_boxes
from visavis.people.authors import Author
from visavis.people.models import DayMark, OwnBox
from visavis.people.purse import Purse
from visavis.people.rules import ParticipantRole
from visavis.safety import sealing
from visavis.safety.reading import CannotSealError, opens, reading_as
from visavis.sides import reading_keys
from visavis.sides.models import ReadingKey
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError, Envelope

WORDS = "Bağda bir alma ağacı var".encode()
ABOUT = "record_document.data 12ab"
HALF = b"h" * 32


def a_purse() -> Purse:
    return Purse.drawn(ParticipantRole.STUDENT)


def a_desk(side: str = "az") -> bytes:
    """Let a side have a reading key, and return its private half."""
    key, private = reading_keys.first(side, number=1)
    ReadingKey.objects.create(public=key.public.hex(), holder=side, number=1, sealed_before="")
    return private


def test_a_purse_opens_with_its_half_alone() -> None:
    purse = a_purse()
    sealed = purse.sealed(half=HALF)
    assert Purse.opened(sealed, half=HALF) == purse
    with pytest.raises(sealing.CannotOpenError):
        Purse.opened(sealed, half=b"i" * 32)


def test_the_length_of_a_sealed_purse_does_not_tell_the_role() -> None:
    assert len({len(Purse.drawn(role).sealed(half=HALF)) for role in ParticipantRole}) == 1


def test_nothing_made_of_a_purse_is_made_of_another() -> None:
    one, other = a_purse(), a_purse()
    assert one.slot("draft 0") != other.slot("draft 0")
    assert one.slot("draft 0") != one.slot("draft 1")
    assert one.key_at(ABOUT).id != one.key_at("record_document.data 34cd").id
    assert one.closer_of("a" * 32).public != other.closer_of("a" * 32).public
    assert one.inbox != other.inbox


@pytest.mark.django_db
def test_desk_and_author_open_what_is_handed_in_and_nobody_else() -> None:
    private, author = a_desk(), Author(a_purse())
    box = author.shut(WORDS, about=ABOUT, to="az")
    wrap = Envelope.from_bytes(box).wraps[0]
    key = boxes.unwrapped(wrap, private, about=ABOUT)
    assert Envelope.from_bytes(box).words(key, about=ABOUT) == WORDS
    assert author.open(box, about=ABOUT) == WORDS
    with pytest.raises(CannotOpenError):
        Author(a_purse()).open(box, about=ABOUT)
    with pytest.raises(CannotOpenError):
        author.open(box, about="record_document.data elsewhere")


@pytest.mark.django_db
def test_two_texts_of_one_author_have_nothing_in_common_on_the_disk() -> None:
    a_desk()
    author = Author(a_purse())
    first, second = (author.shut(WORDS, about=f"place {n}", to="az") for n in range(2))
    names = [{wrap.reader for wrap in Envelope.from_bytes(box).wraps} for box in (first, second)]
    assert len(names[0] & names[1]) == 1, "the desk's key, and no other"


@pytest.mark.django_db
def test_an_author_finds_their_own_among_others() -> None:
    a_desk()
    author, other = Author(a_purse()), Author(a_purse())
    boxes_there = {
        f"place {n}": (author if n == 2 else other).shut(WORDS, about=f"place {n}", to="az")
        for n in range(4)
    }
    with reading_as(lambda: author):
        found = [about for about, box in boxes_there.items() if opens(box, about=about)]
    assert found == ["place 2"]


@pytest.mark.django_db
def test_words_for_a_desk_without_a_key_are_not_written() -> None:
    with pytest.raises(CannotSealError):
        Author(a_purse()).shut(WORDS, about=ABOUT, to="az")


@pytest.mark.django_db
def test_a_draft_is_found_and_opened_with_its_purse_alone() -> None:
    purse = a_purse()
    own_boxes.keep(purse, "draft 0", WORDS, ends_on=TODAY)
    assert own_boxes.read(purse, ["draft 0", "draft 1"]) == {"draft 0": WORDS}
    assert own_boxes.read(a_purse(), ["draft 0"]) == {}
    row = OwnBox.objects.get()
    assert WORDS not in bytes(row.box)
    own_boxes.keep(purse, "draft 0", b"other words", ends_on=TODAY)
    assert own_boxes.read(purse, ["draft 0"]) == {"draft 0": b"other words"}
    assert OwnBox.objects.count() == 1


@pytest.mark.django_db
def test_a_box_put_under_another_slot_opens_nothing() -> None:
    purse = a_purse()
    own_boxes.keep(purse, "draft 0", WORDS, ends_on=TODAY)
    OwnBox.objects.create(pk=purse.slot("draft 1"), box=OwnBox.objects.get().box, ends_on=TODAY)
    assert own_boxes.read(purse, ["draft 0", "draft 1"]) == {"draft 0": WORDS}


@pytest.mark.django_db
def test_drafts_and_marks_go_after_their_day() -> None:
    purse = a_purse()
    own_boxes.keep(purse, "draft 0", WORDS, ends_on=TODAY)
    assert day_marks.count(purse, "contribution", today=TODAY, most=1)
    own_boxes.forget_what_is_past(today=TODAY)
    day_marks.forget_what_is_past(today=TODAY)
    assert (OwnBox.objects.count(), DayMark.objects.count()) == (1, 1)
    own_boxes.forget_what_is_past(today=TODAY + timedelta(days=1))
    day_marks.forget_what_is_past(today=TODAY + timedelta(days=1))
    assert (OwnBox.objects.count(), DayMark.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_nobody_does_more_a_day_than_is_allowed_and_nobody_counts_for_another() -> None:
    purse = a_purse()
    done = [day_marks.count(purse, "contribution", today=TODAY, most=2) for _ in range(3)]
    assert done == [True, True, False]
    assert day_marks.n_today(purse, "contribution", today=TODAY, most=2) == 2
    assert day_marks.count(a_purse(), "contribution", today=TODAY, most=2)
    assert day_marks.count(purse, "contribution", today=TODAY + timedelta(days=1), most=2)

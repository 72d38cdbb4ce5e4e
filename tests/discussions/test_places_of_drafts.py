"""What two copies of the disk say of drafts: an id that comes back would join what was handed in from it."""

from collections.abc import Iterator

import pytest

import desks as stage
from authors import Writer, discussion, today, writer
from visavis.base.refusal import Refused
from visavis.discussions import own_words, writing
from visavis.people import own_boxes
from visavis.people.models import OwnBox
from visavis.record.models import Document as Row

pytestmark = pytest.mark.django_db
BY_LOT = own_boxes.draw
"""As it is in the program: tests are given the first free place."""


def ids() -> set[str]:
    return set(OwnBox.objects.values_list("pk", flat=True))


def copies(person: Writer, place: str, *, days: Iterator[int]) -> list[str]:
    """Return the id of each draft that is written, and handed in, on these days."""
    found = []
    for day in days:
        with stage.on(stage.after(day)):
            before = ids()
            draft = person.draft(place, f"Söz {len(found)}.")
            found += ids() - before
            with person.reading():
                digest = writing.hand_in(person.row, draft.slot, seen=draft.seen, today=today())
            Row.objects.filter(pk=digest).update(state="withdrawn", data=b"")  # room for the next
    return found


def test_attack_copies_of_many_days_join_no_texts_by_the_place_of_their_draft(
    desks: stage.Desks,
) -> None:
    place, person = discussion(desks.site, per_day=20), writer()
    person.hand_in(place.id, "Kart da gedir.")
    found = copies(person, place.id, days=iter(range(0, 27, own_boxes.DAYS)))
    assert len(found) == len(set(found)) == 9


def test_attack_copies_of_one_day_meet_one_place_by_chance_alone(
    desks: stage.Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_boxes, "draw", BY_LOT)
    place, person = discussion(desks.site, per_day=20), writer()
    person.hand_in(place.id, "Kart da gedir.")
    found = copies(person, place.id, days=iter([0] * 12))
    assert len(set(found)) > 4, "twelve draws of twenty places"


def test_a_draft_is_found_for_thirty_days_and_lies_once(desks: stage.Desks) -> None:
    """The control: what is written on keeps its number, in one row, and goes with its author."""
    place, person = discussion(desks.site), writer()
    card = ids()
    draft = person.draft(place.id, "Bir.")
    for day in range(1, 31):
        with stage.on(stage.after(day)):
            assert own_words.draft_for(person.row, draft.slot) == draft
    with stage.on(stage.after(29)):
        draft = own_words.draft_for(person.row, draft.slot)
        kept = writing.keep(person.row, draft, seen=draft.seen, today=today())
        assert kept.slot == draft.slot
        assert len(ids() - card) == 1
        own_boxes.drop(person.row.purse, own_boxes.NAMES)
        assert not ids()


def test_twenty_places_and_no_more(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer()
    slots = {person.draft(place.id, f"{n}").slot for n in range(20)}
    assert slots == set(range(20))
    with stage.on(stage.after(4)), pytest.raises(Refused):
        person.draft(place.id, "21")

"""What is new since somebody ticked it off: kept in their own sealed notes, and nowhere else."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import desks as stage
from authors import Writer, discussion, today, turned, writer
from visavis.discussions import news, notes
from visavis.discussions.notes import Mark, Notes, Opened
from visavis.pages import addresses
from visavis.people import own_boxes
from visavis.people.models import OwnBox
from visavis.record import public as open_record
from visavis.signing.canonical import new_id
from visavis.signing.document import Document

HOME = "/en/taking-part/"
DAY = date(2031, 5, 4)


def out() -> None:
    """An edition comes out with all that is open."""
    open_record.forget_changed(open_record.changed().rows)


def lines(html: str) -> list[str]:
    return re.findall(r'name="seen" value="([^"]*)"', html)


def new(person: Writer) -> list[str]:
    """Return how each new contribution begins, as the page lists them."""
    return re.findall(r"<q [^>]*>([^<]*)</q>", person.page(HOME))


def ticks_off(person: Writer, html: str | None = None) -> None:
    page = person.page(HOME) if html is None else html
    done = person.post(f"{HOME}discussions/tick-off/", seen=lines(page))
    assert done["Location"] == f"{HOME}#new"


def said(desks: stage.Desks, person: Writer, place: Document, text: str, **more: str) -> Document:
    return turned(person.hand_in(place.id, text, **more), desks)


@pytest.mark.django_db
def test_new_is_what_others_say_where_somebody_has_written_replies_first(
    desks: stage.Desks,
) -> None:
    place, one, other = discussion(desks.site), writer("az"), writer("hy")
    mine = said(desks, one, place, "Bir söz.")
    out()
    assert new(one) == []
    said(desks, other, place, "Մի խոսք։")
    reply = said(desks, other, place, "Պատասխան։", answers=mine.id)
    out()
    html = one.page(HOME)
    assert stage.faults_in(html) == []
    assert new(one) == ["Պատասխան։", "Մի խոսք։"]
    assert html.count("A reply to you:") == 1
    assert f'href="/en/contributions/{addresses.short(reply.id)}/"' in html


@pytest.mark.django_db
def test_what_is_ticked_off_is_gone_and_the_next_is_new(desks: stage.Desks) -> None:
    place, one, other = discussion(desks.site), writer("az"), writer("hy")
    said(desks, one, place, "Bir söz.")
    said(desks, other, place, "Մի խոսք։")
    out()
    before = one.page(HOME)
    said(desks, other, place, "Երկրորդ խոսք։")
    out()
    ticks_off(one, before)
    assert new(one) == ["Երկրորդ խոսք։"], "what opened after the page was made is not ticked off"
    ticks_off(one)
    assert new(one) == []
    assert "Nothing is new." in one.page(HOME)
    ticks_off(one, before)
    assert new(one) == [], "an old page takes nothing away"


@pytest.mark.django_db
def test_what_waits_for_the_next_edition_is_neither_shown_nor_ticked_off(
    desks: stage.Desks,
) -> None:
    place, one, other = discussion(desks.site), writer("az"), writer("hy")
    said(desks, one, place, "Bir söz.")
    said(desks, other, place, "Մի խոսք։")
    out()
    said(desks, other, place, "Երկրորդ խոսք։")
    assert new(one) == ["Մի խոսք։"]
    ticks_off(one)
    assert new(one) == []
    out()
    assert new(one) == ["Երկրորդ խոսք։"]


@pytest.mark.django_db
def test_a_discussion_is_chosen_and_given_up_on_ones_own_page(desks: stage.Desks) -> None:
    place, reader, other = discussion(desks.site), writer("az"), writer("hy")
    said(desks, other, place, "Մի խոսք։")
    out()
    page = f"{HOME}discussions/"
    assert new(reader) == []
    assert "is not shown on your page" in reader.page(page)
    reader.post(f"{page}{place.id}/choose/", wanted="yes")
    html = reader.page(page)
    assert stage.faults_in(html) == []
    assert "What is new here is shown on your page." in html
    assert new(reader) == [], "what was there before is not new"
    said(desks, other, place, "Երկրորդ խոսք։")
    out()
    assert new(reader) == ["Երկրորդ խոսք։"]
    reader.post(f"{page}{place.id}/choose/", wanted="no")
    assert new(reader) == []
    said(desks, reader, place, "Bir söz.")
    out()
    assert new(reader) == [], "who does not want it is not shown it for having written"
    assert reader.client.post(f"{page}{'a' * 32}/choose/", {"wanted": "yes"}).status_code == 404


@pytest.mark.django_db
def test_nothing_on_the_disk_says_who_read_what_or_on_which_day(desks: stage.Desks) -> None:
    """As an attack: with the whole row, on three days, and with the passphrase of another."""
    place, one, other = discussion(desks.site), writer("az"), writer("hy")
    said(desks, one, place, "Bir söz.")
    said(desks, other, place, "Մի խոսք։")
    out()
    ticks_off(one)
    first = OwnBox.objects.get(pk=one.row.purse.slot("notes"))
    assert place.id.encode() not in bytes(first.box)
    assert not own_boxes.read(other.row.purse, ["notes"])
    for days in (1, 40):
        with stage.on(stage.after(days)):
            news.tick_off(one.row, [], today=stage.after(days))
        row = OwnBox.objects.get(pk=first.pk)
        assert (row.ends_on, len(row.box)) == (first.ends_on, len(first.box))
    assert (first.ends_on.month, first.ends_on.day) == (12, 31)
    # What somebody follows is not told by the length either.
    news.choose(one.row, place.id, is_wanted=True, today=today())
    assert len(OwnBox.objects.get(pk=first.pk).box) == len(first.box)
    assert own_boxes.read(one.row.purse, ["notes"])["notes"].count(place.id[:10].encode()) == 1


@pytest.mark.django_db
def test_what_a_form_says_of_other_discussions_is_not_kept(desks: stage.Desks) -> None:
    one = writer("az")
    place = discussion(desks.site)
    bad = [f"{new_id()} {today().isoformat()}", "", "a b c", f"{place.id} 9999-99-99", "\x00 " * 9]
    one.post(
        f"{HOME}discussions/tick-off/", seen=[*bad, f"{place.id} {today().isoformat()} abcdef"]
    )
    assert set(news.notes_of(one.row).marks) == {place.id[:10]}


@pytest.mark.django_db
def test_my_page_asks_as_much_for_forty_new_contributions_as_for_two(desks: stage.Desks) -> None:
    place, one, other = discussion(desks.site, per_day=20), writer("az"), writer("hy")
    said(desks, one, place, "Bir söz.")
    counts = []
    for n in (2, 12):
        for k in range(n):
            said(desks, other, place, f"Մի խոսք {n} {k}։")
        out()
        one.page(HOME)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            one.page(HOME)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# ---- without a database


def opened(n: int, *, days: int = 0) -> Opened:
    return Opened(f"{n:032x}"[::-1], DAY + timedelta(days=days))


def test_a_mark_has_what_was_seen_and_nothing_of_what_was_not() -> None:
    seen = [opened(n, days=n % 3) for n in range(1, 9)]
    mark = notes.mark_of(seen)
    assert all(map(mark.has, seen))
    assert not mark.has(opened(99, days=2)), "of the last day only what was seen"
    assert mark.has(opened(99, days=1)), "and all of the days before"
    late = [opened(50, days=0)]
    held = notes.mark_of(seen, unseen=late)
    assert all(map(held.has, seen))
    assert not held.has(late[0])


def test_notes_have_one_size_and_come_back_as_they_were() -> None:
    some = Notes({"0123456789": replace(notes.mark_of([opened(1)]), wanted=True), "a": Mark()})
    assert Notes.from_bytes(some.as_bytes()) == some
    assert len(Notes().as_bytes()) == len(some.as_bytes()) == notes.SIZE
    for content in (b"", b"[]", b'{"a": 1}', b'{"a": [1, 9, ""]}', b'{"a": [-5, 0, ""]}'):
        assert Notes.from_bytes(content) == Notes()


def test_notes_of_ten_thousand_on_one_day_keep_their_size_and_show_some_again() -> None:
    seen = [Opened(new_id(), DAY) for _ in range(10_000)]
    kept = Notes({"a" * 10: notes.mark_of(seen)})
    content = kept.as_bytes()
    assert len(content) == notes.SIZE
    mark = Notes.from_bytes(content).of("a" * 10)
    assert mark.has(Opened(new_id(), DAY - timedelta(days=1)))
    assert 0 < sum(map(mark.has, seen)) < len(seen), "what is forgotten is shown once more"
    many = {f"{n:010d}": Mark(DAY + timedelta(days=n)) for n in range(500)}
    left = Notes.from_bytes(Notes(many).as_bytes()).marks
    assert set(left) == {f"{n:010d}" for n in range(440, 500)}

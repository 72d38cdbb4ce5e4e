"""Somebody writes: from the first word to what readers see, corrected, and gone."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

import desks as stage
import participants
import reading
from authors import Writer, discussion, refused, today, turned, writer
from visavis.base.refusal import Refused
from visavis.cards import queries as cards
from visavis.cards.queries import CardState
from visavis.discussions import own_words, rules, writing
from visavis.discussions.rules import DiscussionRefusal
from visavis.people import leaving
from visavis.people.leaving import Choice
from visavis.people.rules import ParticipantRole
from visavis.record.models import Document as Row
from visavis.record.rules import State
from visavis.safety.reading import reading_as
from visavis.signing.document import Document

pytestmark = pytest.mark.django_db
HOME = "/en/taking-part/"
WORDS = f"{HOME}words/"
TYPED = {"original": "az", "text": "Su *soyuq* idi.", "rules_read": "on"}


def why_not(act: object, *args: object, **more: object) -> object:
    with pytest.raises(Refused) as refusal:
        act(*args, **more)  # type: ignore[operator]
    return refusal.value.reason


def waiting(person: Writer) -> list[Document]:
    return [each.document for each in person.never_open() if each.state is State.PROPOSED]


def hand_in(person: Writer, slot: int) -> Document:
    draft = own_words.draft_for(person.row, slot)
    with person.reading():
        digest = writing.hand_in(person.row, slot, seen=draft.seen, today=today())
    return next(each for each in waiting(person) if each.digest == digest)


def change(person: Writer, item: str, text: str) -> int:
    """Draft other words in place of these; returns the draft's place."""
    with person.reading():
        slot = writing.change(person.row, item, today=today())
    kept = own_words.draft_for(person.row, slot)
    person.post(f"{WORDS}draft/{slot}/", original="az", text=text, seen=kept.seen)
    return slot


def test_words_are_written_previewed_handed_in_and_withdrawn(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer()
    address = f"{HOME}discussions/{place.id}/write/"
    assert "Water (en)" in person.page(f"{HOME}discussions/")
    form = person.page(address)
    assert stage.faults_in(form) == []
    assert form.index("Be kind. (en)") < form.index("<textarea") < form.index("rules_read")
    unread = person.post(address, original="az", text="Su soyuq idi.")
    assert unread.status_code == 422
    assert "Su soyuq idi." in unread.content.decode()
    kept = person.post(address, **TYPED)
    assert kept["Location"] == f"{WORDS}draft/0/preview/"
    preview = person.page(kept["Location"])
    assert stage.faults_in(preview) == []
    assert "Su <em>soyuq</em> idi." in preview
    assert "Words: 3 of at most 100" in preview
    draft = own_words.draft_for(person.row, 0)
    done = person.post(f"{WORDS}draft/0/hand-in/", seen=draft.seen)
    assert done["Location"] == f"{WORDS}?done=handed-in"
    assert own_words.drafts(person.row) == []
    kinds = sorted(Row.objects.filter(state=State.PROPOSED).values_list("kind", flat=True))
    assert kinds == ["card", "contribution"]
    mine = person.page(WORDS)
    assert stage.faults_in(mine) == []
    assert "Waiting at your desk" in mine
    (document,) = waiting(person)
    assert document.closer == person.row.purse.closer_of(document.id).public.hex
    assert document.made_from == (place.source,)
    assert document.body["card"] == person.row.card
    assert stage.faults_in(person.page(f"{WORDS}{document.id}/withdraw/")) == []
    gone = person.post(f"{WORDS}{document.id}/withdraw/")
    assert gone["Location"] == f"{WORDS}?done=withdrawn"
    row = Row.objects.get(item=document.id)
    assert (row.state, bytes(row.data)) == (State.WITHDRAWN, b"")
    assert person.page(WORDS).count("Su soyuq") == 0


def test_a_reply_shows_what_it_replies_to_and_names_it(desks: stage.Desks) -> None:
    place, first, second = discussion(desks.site), writer("az"), writer("hy")
    said = turned(first.hand_in(place.id, "Su soyuq idi."), desks)
    address = f"{HOME}discussions/{place.id}/write/?to={said.id}"
    form = second.page(address)
    assert form.index("Su soyuq idi.") < form.index("<textarea")
    kept = second.post(address, original="hy", text="Ջուրը սառն էր։", rules_read="on")
    assert "In reply to:" in second.page(kept["Location"])
    reply = hand_in(second, 0)
    assert (reply.body["answers"], reply.body["thread"]) == (said.id, said.id)
    turned(reply, desks)
    with first.reading():
        writing.withdraw(first.row, said.id, today=today())
    assert Row.objects.get(digest=reply.digest).state == State.OPEN
    assert "no longer shown" in second.page(address)
    late = second.post(address, original="hy", text="Մի խոսք էլ։")
    assert late.status_code == 302, "the words are kept, though nobody can reply to it any more"
    assert why_not(hand_in, second, 0) is DiscussionRefusal.NOT_WHAT_IT_ANSWERS
    assert own_words.draft_for(second.row, 0).text == "Մի խոսք էլ։"


def test_what_waits_is_changed_in_one_act_and_counts_once(desks: stage.Desks) -> None:
    place, person = discussion(desks.site, per_day=1), writer()
    first = person.hand_in(place.id, "Birinci söz.")
    slot = change(person, first.id, "İkinci söz.")
    second = hand_in(person, slot)
    assert (second.id, second.version) == (first.id, 1)
    assert waiting(person) == [second]
    assert bytes(Row.objects.get(digest=first.digest).data) == b""
    assert why_not(person.hand_in, place.id, "Üçüncü söz.") is DiscussionRefusal.ENOUGH_TODAY


def test_a_cap_counts_a_person_a_discussion_and_a_day(desks: stage.Desks) -> None:
    place, other = discussion(desks.site, per_day=1), discussion(desks.site, title="Bread")
    person, colleague = writer(), writer()
    person.hand_in(place.id, "Birinci.")
    assert "You cannot hand in anything more here today" in person.page(f"{HOME}discussions/")
    assert why_not(person.hand_in, place.id, "İkinci.") is DiscussionRefusal.ENOUGH_TODAY
    person.hand_in(other.id, "Başqa yerdə.")
    colleague.hand_in(place.id, "Mən də.")
    with stage.on(stage.after(1)):
        person.hand_in(place.id, "Sabah.")


def test_what_is_open_is_corrected_as_a_next_version_that_waits(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer()
    first = turned(person.hand_in(place.id, "Yanlış söz."), desks)
    slot = change(person, first.id, "Düzgün söz.")
    second = hand_in(person, slot)
    assert (second.id, second.version, second.replaces) == (first.id, 2, first.digest)
    assert Row.objects.get(digest=first.digest).state == State.OPEN
    mine = person.page(WORDS)
    assert mine.index("Düzgün söz.") < mine.index("Yanlış söz.")
    third = hand_in(person, change(person, first.id, "Daha düzgün söz."))
    assert waiting(person) == [third]
    turned(third, desks)
    assert [each.document for each in person.open()] == [third]
    assert person.never_open() == []


def test_who_withdraws_what_is_open_destroys_every_version(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer()
    first = turned(person.hand_in(place.id, "Birinci."), desks)
    second = turned(hand_in(person, change(person, first.id, "İkinci.")), desks)
    third = hand_in(person, change(person, first.id, "Üçüncü."))
    change(person, first.id, "Dördüncü.")
    page = person.page(f"{WORDS}{first.id}/withdraw/")
    assert "Replies to them stay." in page
    person.post(f"{WORDS}{first.id}/withdraw/", when="now")
    for document in (first, second, third):
        assert bytes(Row.objects.get(digest=document.digest).data) == b""
    assert own_words.drafts(person.row) == []
    assert person.open() == person.never_open() == []
    person.page(f"{WORDS}{first.id}/withdraw/", status=404)


def test_what_the_desk_decides_meanwhile_is_said_and_nothing_is_lost(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer()
    document = person.hand_in(place.id, "Birinci.")
    slot = change(person, document.id, "İkinci.")
    draft = own_words.draft_for(person.row, slot)
    with person.reading():
        ready = writing.prepared(person.row, draft, today=today())
    assert ready.replaced is not None
    turned(document, desks)
    with person.reading():
        found = why_not(writing._take_back, person.row, ready.replaced)
        assert found is DiscussionRefusal.NOT_WAITING
    assert own_words.draft_for(person.row, slot).text == "İkinci."
    assert hand_in(person, slot).version == 2


def test_refused_words_can_be_taken_up_or_destroyed(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer()
    kept, gone = person.hand_in(place.id, "Saxla."), person.hand_in(place.id, "At.")
    for each in (kept, gone):
        refused(each)
    assert "has not opened 2 contributions" in person.page(HOME)
    assert "Not opened by your desk" in person.page(WORDS)
    again = person.post(f"{WORDS}again/{kept.digest}/")
    assert again["Location"] == f"{WORDS}draft/0/"
    assert own_words.draft_for(person.row, 0).text == "Saxla."
    assert hand_in(person, 0).id != kept.id
    person.post(f"{WORDS}{gone.id}/withdraw/")
    row = Row.objects.get(digest=gone.digest)
    assert (row.state, bytes(row.data)) == (State.REFUSED, b"")
    assert bytes(Row.objects.get(digest=kept.digest).data) != b""


@pytest.mark.parametrize("choice", list(Choice))
def test_who_leaves_takes_along_what_they_choose(desks: stage.Desks, choice: Choice) -> None:
    place, person, other = discussion(desks.site, per_day=5), writer(), writer()
    opened = turned(person.hand_in(place.id, "Açıq."), desks)
    waits, no = person.hand_in(place.id, "Gözləyir."), person.hand_in(place.id, "Açılmadı.")
    refused(no)
    correction = hand_in(person, change(person, opened.id, "Düzəliş."))
    theirs = other.hand_in(place.id, "Başqasının.")
    person.draft(place.id, "Qaralama.")
    with person.reading():
        leaving.leave(person.row, passphrase=person.passphrase, choice=choice)
    for gone in (waits, no, correction):
        assert bytes(Row.objects.get(digest=gone.digest).data) == b""
    stays = bytes(Row.objects.get(digest=opened.digest).data) != b""
    assert stays is (choice is Choice.CARD)
    assert cards.own_card(person.row).state is CardState.GONE
    assert own_words.drafts(person.row) == []
    assert waiting(other) == [theirs]


def test_two_windows_lose_no_words(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer()
    old = person.draft(place.id, "Birinci pəncərə.")
    address = f"{WORDS}draft/{old.slot}/"
    person.post(address, original="az", text="Bir.", seen=old.seen)
    beside = person.post(address, original="az", text="İki.", seen=old.seen)
    assert beside["Location"] == f"{WORDS}draft/1/preview/?done=beside"
    assert "Nothing is lost" in person.page(beside["Location"])
    assert [each.text for each in own_words.drafts(person.row)] == ["Bir.", "İki."]
    again = person.post(address, original="az", text="Bir.", seen=old.seen)
    assert again["Location"] == f"{WORDS}draft/0/preview/", "pressed twice"
    late = person.post(f"{address}hand-in/", seen=old.seen)
    assert late.status_code == 409
    assert waiting(person) == []
    assert person.post(f"{address}give-up/", seen=old.seen).status_code == 409
    assert own_words.draft_for(person.row, 0).text == "Bir."


def test_twenty_drafts_are_kept_and_the_words_of_another_stay_in_the_form(
    desks: stage.Desks,
) -> None:
    place, person, other = discussion(desks.site), writer(), writer()
    for n in range(20):
        person.draft(place.id, f"Qaralama {n}.")
    answer = person.post(f"{HOME}discussions/{place.id}/write/", original="az", text="21-ci.")
    assert answer.status_code == 409
    assert "21-ci." in answer.content.decode()
    other.draft(place.id, "Mənim birincim.")
    assert len(own_words.drafts(other.row)) == 1


def test_a_draft_lasts_thirty_days_from_when_it_was_kept_last(desks: stage.Desks) -> None:
    from visavis.people import own_boxes

    place, person = discussion(desks.site), writer()
    kept = person.draft(place.id, "Sözlər.")
    with stage.on(stage.after(20)):
        with person.reading():
            writing.keep(person.row, kept, seen=kept.seen, today=today())
        own_boxes.forget_what_is_past(today=stage.after(50))
        assert own_words.draft(person.row, kept.slot) is not None
        own_boxes.forget_what_is_past(today=stage.after(51))
        assert own_words.draft(person.row, kept.slot) is None


def test_what_is_typed_is_given_back_whatever_happens(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer()
    address = f"{HOME}discussions/{place.id}/write/"
    too_long = person.post(address, **{**TYPED, "text": "ha " * 7_000})
    assert too_long.status_code == 422
    assert "ha ha ha" in too_long.content.decode()
    hidden = person.post(address, **{**TYPED, "text": "Su\u202e soyuq."})
    assert hidden.status_code == 422
    assert "Su soyuq." in hidden.content.decode()
    out = Client().post(address, TYPED)
    assert out.status_code == 403
    assert "Su *soyuq* idi." in unescape(out.content.decode())
    with stage.on(stage.after(1)):  # the session is over
        lost = person.client.post(address, TYPED)
    assert lost.status_code == 403
    assert "Su *soyuq* idi." in unescape(lost.content.decode())
    nowhere = writer().client.post(f"{HOME}words/draft/3/", TYPED)
    assert nowhere.status_code == 404
    assert "Su *soyuq* idi." in unescape(nowhere.content.decode())


def test_more_words_than_the_limit_are_a_draft_that_says_so(desks: stage.Desks) -> None:
    place, person = discussion(desks.site, word_limit=20), writer()
    draft = person.draft(place.id, "söz " * 21)
    page = person.page(f"{WORDS}draft/{draft.slot}/preview/")
    assert "Words: 21 of at most 20" in page
    assert "more words than this discussion allows" in page
    assert "hand-in" not in page
    assert why_not(hand_in, person, draft.slot) is DiscussionRefusal.TOO_MANY_WORDS
    monster = person.draft(place.id, "s" * 20_001)
    assert why_not(hand_in, person, monster.slot) is DiscussionRefusal.TOO_LONG


def test_roles_and_days_are_said_before_the_first_word(desks: stage.Desks) -> None:
    place, person = discussion(desks.site, roles=["journalist"]), writer()
    page = person.page(f"{HOME}discussions/")
    assert "You may read these." in page
    assert f"{place.id}/write/" not in page
    form = person.page(f"{HOME}discussions/{place.id}/write/")
    assert "The role on the card may not write" in form
    assert "<textarea" not in form
    draft = person.draft(place.id, "Yenə də.")
    assert why_not(hand_in, person, draft.slot) is DiscussionRefusal.NOT_THIS_ROLE
    journalist = writer(role=ParticipantRole.JOURNALIST)
    journalist.hand_in(place.id, "Mən də.")
    with stage.on(stage.after(31)):
        late = journalist.draft(place.id, "Gec.")
        assert why_not(hand_in, journalist, late.slot) is DiscussionRefusal.IS_OVER


def test_without_a_card_nothing_is_handed_in(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer(has_card=False)
    draft = person.draft(place.id, "Salam.")
    page = person.page(f"{WORDS}draft/{draft.slot}/preview/")
    assert "Fill in the card" in page
    assert why_not(hand_in, person, draft.slot) is DiscussionRefusal.NO_DRAFT_OF_CARD


def test_the_turn_is_said_and_keeps_nobody_from_handing_in(desks: stage.Desks) -> None:
    place, person = discussion(desks.site, takes_turns=True), writer()
    assert "Your side may begin a thread." in person.page(f"{HOME}discussions/")
    turned(person.hand_in(place.id, "Birinci."), desks)
    page = person.page(f"{HOME}discussions/")
    assert re.search(r"On this day your side may again:\s+\S", page)
    with stage.on(stage.DAY + timedelta(days=1)):
        participants.signed_in(person.row, client=person.client)
        person.hand_in(place.id, "İkinci.")
    assert rules.TURN_DAYS == 3


def test_pages_of_an_author_ask_few_questions(
    desks: stage.Desks, django_assert_max_num_queries: object
) -> None:
    places = [discussion(desks.site, title=f"Water {n}") for n in range(3)]
    person = writer()
    for place in places:
        turned(person.hand_in(place.id, "Açıq."), desks)
        person.hand_in(place.id, "Gözləyir.")
        person.draft(place.id, "Qaralama.")
    for address in (WORDS, f"{HOME}discussions/", f"{WORDS}draft/0/preview/"):
        with django_assert_max_num_queries(24):  # type: ignore[operator]
            person.page(address)


def test_the_own_desk_reads_what_waits_and_the_other_does_not(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer("az")
    document = person.hand_in(place.id, "Ancaq bizim üçün.")
    for side, reads in (("az", True), ("hy", False)):
        with reading_as(lambda side=side: reading.desk(side)):  # type: ignore[misc]
            found = own_words.record.versions_of(document.id)
        assert [each is not None for _state, each in found] == [reads]

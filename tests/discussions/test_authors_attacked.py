"""Attacks on people who write: by another participant, by floods, by who writes rows or has a copy."""

import secrets
from itertools import combinations
from typing import Any

import pytest
from django.db import connection

import cast
import desks as stage
import participants as people
from authors import Writer, discussion, refused, today, turned, writer
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.discussions import own_words, rules, writing
from visavis.discussions.kinds import CONTRIBUTION
from visavis.discussions.rules import DiscussionRefusal
from visavis.people import card_links
from visavis.people.models import OwnBox
from visavis.record import actions as record
from visavis.record import models
from visavis.record.models import Document as Row
from visavis.record.queries import authors_note
from visavis.record.rules import MOST_PROPOSED, RecordRefusal, State
from visavis.signing.boxes import Envelope
from visavis.signing.canonical import digest_of
from visavis.signing.document import Document
from visavis.signing.keys import Purpose

pytestmark = pytest.mark.django_db
WORDS = "/en/taking-part/words/"


def bytes_of(document: Document) -> bytes:
    return bytes(Row.objects.get(digest=document.digest).data)


def why_not(act: Any, *args: Any, **more: Any) -> object:
    with pytest.raises(Refused) as refusal:
        act(*args, **more)
    return refusal.value.reason


@pytest.mark.parametrize("side", ["az", "hy"])
def test_another_participant_with_the_id_does_nothing(desks: stage.Desks, side: str) -> None:
    place, victim, attacker = discussion(desks.site, per_day=5), writer("az"), writer(side)
    opened = turned(victim.hand_in(place.id, "Açıq."), desks)
    waits, no = victim.hand_in(place.id, "Gözləyir."), victim.hand_in(place.id, "Açılmadı.")
    refused(no)
    before = [bytes_of(each) for each in (opened, waits, no)]
    nowhere = attacker.client.get(f"{WORDS}{secrets.token_hex(16)}/withdraw/").content
    for document in (opened, waits, no):
        for act in ("withdraw", "change"):
            answer = attacker.post(f"{WORDS}{document.id}/{act}/")
            assert answer.status_code == 404
        found = attacker.client.get(f"{WORDS}{document.id}/withdraw/")
        assert found.content == nowhere, "unknown and forbidden look the same"
        assert attacker.post(f"{WORDS}again/{document.digest}/").status_code == 404
        with attacker.reading():
            for act in (writing.withdraw, writing.change):
                with pytest.raises(NotFound):
                    act(attacker.row, document.id, today=today())
            draft = attacker.draft(place.id, "Mənimki.", of=document.id)
            ready = writing.prepared(attacker.row, draft, today=today())
            assert ready.replaced is None
            assert ready.document.id != document.id
    assert [bytes_of(each) for each in (opened, waits, no)] == before
    victim.post(f"{WORDS}{waits.id}/withdraw/")  # the control
    assert bytes_of(waits) == b""


def test_who_writes_rows_takes_no_words_over(desks: stage.Desks) -> None:
    place, victim, attacker = discussion(desks.site), writer(), writer()
    opened = turned(victim.hand_in(place.id, "Açıq."), desks)
    turned(attacker.hand_in(place.id, "Mənimki."), desks)
    models.Named.objects.create(
        document_id=opened.digest, item=attacker.row.card, is_below=False, opened_on=today()
    )
    mine = attacker.row.purse.closer_of(opened.id)
    Row.objects.filter(digest=opened.digest).update(closer=mine.public.hex)
    assert opened.id not in {each.id for each in attacker.open()}
    assert opened.id in {each.id for each in victim.open()}, "the control"
    note = authors_note(opened, today=today())
    for key in (mine, attacker.row.purse.closer_of(attacker.row.card)):
        signature = key.sign(digest_of(note), purpose=Purpose.CLOSING)
        close = {"digest": opened.digest, "note": note, "signature": signature, "today": today()}
        assert why_not(record.close_for_author, **close) is RecordRefusal.NOT_ITS_AUTHOR
    with pytest.raises(NotFound):
        writing.withdraw(attacker.row, opened.id, today=today())
    assert Row.objects.get(digest=opened.digest).state == State.OPEN


def test_an_envelope_in_another_row_is_nobodys(desks: stage.Desks) -> None:
    """A row that holds another's bytes, under the attacker's own digest, opens for no one."""
    place, victim, attacker = discussion(desks.site), writer(), writer()
    theirs, mine = victim.hand_in(place.id, "Onun."), attacker.hand_in(place.id, "Mənim.")
    data = bytes_of(theirs)
    Row.objects.filter(digest=mine.digest).update(data=data)
    assert attacker.never_open() == []
    assert [each.document for each in victim.never_open()] == [theirs]


def test_a_stopped_participants_open_page_acts_on_nothing(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer()
    opened = turned(person.hand_in(place.id, "Açıq."), desks)
    waits, draft = person.hand_in(place.id, "Gözləyir."), person.draft(place.id, "Qaralama.")
    address = f"{WORDS}draft/{draft.slot}/"
    assert person.post(address, original="az", text="Qaralama.", seen=draft.seen).status_code == 302
    import reading
    from visavis.safety.reading import reading_as

    with reading_as(lambda: reading.desk("az")):
        people.locked_out(desks.account["az"], person.row.card)
    before = list(Row.objects.order_by("digest").values_list("digest", "state"))
    boxes = list(OwnBox.objects.values_list("pk", "box"))
    for answer in (
        person.post(address, original="az", text="Sonra.", seen=draft.seen),
        person.post(f"{address}hand-in/", seen=draft.seen),
        person.post(f"{address}give-up/", seen=draft.seen),
        person.post(f"{WORDS}{waits.id}/withdraw/"),
        person.post(f"{WORDS}{opened.id}/withdraw/"),
        person.post(f"{WORDS}{opened.id}/change/"),
    ):
        assert answer.status_code in {302, 403}
        assert "/sign-in/" in answer.get("Location", "/sign-in/")
    assert list(Row.objects.order_by("digest").values_list("digest", "state")) == before
    assert list(OwnBox.objects.values_list("pk", "box")) == boxes


def test_a_stop_between_look_and_act_wins(
    desks: stage.Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, person = discussion(desks.site), writer()
    card_links.keep(person.row)
    draft = person.draft(place.id, "Qaralama.")
    prepared = writing.prepared

    def stopped_meanwhile(*args: Any, **more: Any) -> Any:
        ready = prepared(*args, **more)
        with (
            connection.cursor() as cursor
        ):  # as another process would: the guard sees no write of this one
            cursor.execute(
                "WITH one AS (SELECT 1) UPDATE people_participant SET session_mark = %s WHERE id = %s",
                [secrets.token_hex(16), person.row.pk],
            )
        return ready

    monkeypatch.setattr(writing, "prepared", stopped_meanwhile)
    answer = person.post(f"{WORDS}draft/{draft.slot}/hand-in/", seen=draft.seen)
    assert answer.status_code in {302, 403}
    assert not Row.objects.filter(kind=rules.CONTRIBUTION).exists()


def test_words_of_participants_take_no_place_in_the_desks_line(
    desks: stage.Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack: as many of a side's people as its desk may have proposals hand something in."""
    place = discussion(desks.site)
    for _ in range(MOST_PROPOSED // 2):  # each with a card
        writer("az").hand_in(place.id, "Salam.")
    own_line = cast.propose(cast.an_article(desks.site), by="az", site=desks.site)
    assert Row.objects.get(digest=own_line.digest).asked_on == today()
    monkeypatch.setattr("visavis.kinds.installed.Kinds.handed_in", frozenset(), raising=True)
    late = cast.an_article(
        desks.site
    )  # the control: without lines of their own the desk is shut out
    propose = {"document": late, "by": "az", "today": today()}
    assert why_not(record.propose, **propose) is RecordRefusal.TOO_MANY_PROPOSED


def test_nobody_keeps_others_out_by_words_that_wait(
    desks: stage.Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "ROOM_LEFT", ((6, 3), (9, 2), (12, 1)))
    place, greedy, friend = discussion(desks.site, per_day=20), writer(), writer()
    for n in range(3):
        greedy.hand_in(place.id, f"{n}")
    assert why_not(greedy.hand_in, place.id, "3") is DiscussionRefusal.TOO_MANY_WAITING
    for n in range(3):
        friend.hand_in(place.id, f"{n}")
    assert why_not(greedy.hand_in, place.id, "4") is DiscussionRefusal.TOO_MANY_WAITING
    third = writer()
    third.hand_in(place.id, "0")
    third.hand_in(place.id, "1")
    assert why_not(third.hand_in, place.id, "2") is DiscussionRefusal.TOO_MANY_WAITING
    for _ in range(4):
        writer().hand_in(place.id, "Yeni.")
    latest = writer()
    assert why_not(latest.hand_in, place.id, "12") is DiscussionRefusal.TOO_MANY_WAITING
    writer("hy").hand_in(place.id, "Մյուս կողմից։")  # another line
    withdrawn = next(each for each in greedy.never_open() if each.state is State.PROPOSED)
    with greedy.reading():
        writing.withdraw(greedy.row, withdrawn.id, today=today())
    latest.hand_in(place.id, "İndi.")


def test_the_line_has_an_end_whatever_the_rule_of_persons_says(
    desks: stage.Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = discussion(desks.site)
    object.__setattr__(CONTRIBUTION, "most_waiting", 2)
    try:
        for _ in range(2):
            writer().hand_in(place.id, "Salam.")
        assert why_not(writer().hand_in, place.id, "Salam.") is RecordRefusal.LINE_FULL
        writer("hy").hand_in(place.id, "Բարև։")
    finally:
        object.__setattr__(CONTRIBUTION, "most_waiting", rules.MOST_WAITING)


def test_two_windows_hand_in_no_more_than_one_would(
    desks: stage.Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both look while there is room for one more; the second act finds that the first has been."""
    monkeypatch.setattr(rules, "ROOM_LEFT", ((100, 1),))
    place, person = discussion(desks.site), writer()
    one, other = person.draft(place.id, "Bir."), person.draft(place.id, "İki.")
    prepared = writing.prepared
    with person.reading():
        ready = prepared(person.row, other, today=today())
        writing.hand_in(person.row, one.slot, seen=one.seen, today=today())
        monkeypatch.setattr(writing, "prepared", lambda *_args, **_more: ready)
        late = why_not(writing.hand_in, person.row, other.slot, seen=other.seen, today=today())
    assert late is DiscussionRefusal.HANDED_IN_MEANWHILE
    assert own_words.draft_for(person.row, other.slot).text == "İki."
    assert len(person.never_open()) == 1


def test_nobody_hands_in_without_end(desks: stage.Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes take no place and no turn, so they have an end of their own."""
    monkeypatch.setattr(rules, "MOST_HANDED_IN", 3)
    place, person = discussion(desks.site), writer()
    document = person.hand_in(place.id, "0")
    for n in range(2):
        person.hand_in(place.id, f"dəyişiklik {n}", of=document.id)
    many = why_not(person.hand_in, place.id, "dəyişiklik", of=document.id)
    assert many is DiscussionRefusal.HANDED_IN_TOO_OFTEN
    assert len(person.never_open()) == 1


def marks_on(document: Document) -> set[str]:
    """Return every value of the rows about a document that could be one's own: what a copy could join."""
    row = Row.objects.values().get(digest=document.digest)
    envelope = Envelope.from_bytes(bytes(row.pop("data")))
    found = {str(value) for value in row.values() if len(str(value)) >= 16}
    found |= {wrap.reader.hex() for wrap in envelope.wraps} | {w.box.hex() for w in envelope.wraps}
    return found | {envelope.body[at : at + 16].hex() for at in range(0, len(envelope.body), 16)}


def test_two_texts_of_one_author_have_nothing_more_in_common_than_two_of_two(
    desks: stage.Desks,
) -> None:
    place, person, other = discussion(desks.site), writer(), writer()
    mine = [person.hand_in(place.id, "Eyni sözlər.") for _ in range(2)]
    both = [mine[0], other.hand_in(place.id, "Eyni sözlər.")]
    drafts = [person.draft(place.id, "Eyni sözlər.") for _ in range(2)]
    assert len(drafts) == len(set(OwnBox.objects.values_list("pk", flat=True))) == 2
    own, strangers = (set.intersection(*map(marks_on, some)) for some in (mine, both))
    assert own == strangers, "the own desk's key, and nothing of the author's"
    boxes = [bytes(box) for box in OwnBox.objects.values_list("box", flat=True)]
    ids = [{wrap.reader for wrap in Envelope.from_bytes(box).wraps} for box in boxes]
    assert all(not one & other for one, other in combinations(ids, 2))


def test_no_row_beside_words_says_whose_they_are(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer()
    document = person.hand_in(place.id, "Soyuq çay suyu.")
    draft = person.draft(place.id, "Soyuq çay suyu.")
    secret = [person.row.pk, person.row.card, person.row.purse.own, "Soyuq çay suyu."]
    for table in ("record_document", "people_ownbox", "people_daymark"):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = repr(
                [r for r in cursor.fetchall() if document.kind in r or table != "record_document"]
            )
        assert not [each for each in secret if each in rows], table
    assert draft.text == "Soyuq çay suyu."
    turned(document, desks)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM record_document WHERE digest = %s", [document.digest])
        ((data,),) = cursor.fetchall()
    assert "Soyuq çay suyu.".encode() in bytes(data), "the control: what is open is found"


def test_a_flood_of_waiting_words_does_not_hide_ones_own(desks: stage.Desks) -> None:
    place, person = discussion(desks.site), writer()
    own = person.hand_in(place.id, "Mənim sözüm.")
    for _ in range(12):
        Writer.hand_in(writer(), place.id, "Başqası.")
    assert [each.document for each in person.never_open()] == [own]

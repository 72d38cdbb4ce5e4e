"""Somebody translates a contribution beside its original, and so does a desk: kept, handed in, gone."""

import pytest

import cast
import desks as stage
import reading
from authors import Writer, discussion, today, turned, writer
from talk import a_card, a_contribution
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.discussions import bodies, translating
from visavis.discussions.translating import Drafted
from visavis.discussions.translation_rules import TRANSLATION, TranslationRefusal
from visavis.people import own_boxes
from visavis.people.leaving import Choice
from visavis.people.models import OwnBox
from visavis.record import actions as record
from visavis.record import models, queries
from visavis.record.models import Document as Row
from visavis.record.rules import State
from visavis.safety.reading import reading_as
from visavis.signing.canonical import digest_of
from visavis.signing.document import Document
from visavis.signing.keys import PrivateKey, Purpose

pytestmark = pytest.mark.django_db
TEXT = "Su *soyuqdur*.\n\n> Qar əriyir."
KEY = PrivateKey.new()


@pytest.fixture
def original(desks: stage.Desks) -> Document:
    """A contribution of side az, open."""
    place = discussion(desks.site)
    with reading_as(reading.everybody):
        card = cast.open_(a_card(desks.site, "az", day=today()), desks.site)
        said = a_contribution(
            desks.site,
            place,
            side="az",
            card=card.id,
            text=TEXT,
            day=today(),
            closer=KEY.public.hex,
        )
        return cast.open_(said, desks.site)


def address(original: Document, language: str = "hy", *, desk: bool = False) -> str:
    room = "desk" if desk else "taking-part"
    return f"/en/{room}/contributions/{original.id}/translate/?in={language}"


def fields(original: Document, *texts: str, seen: str = "", **more: str) -> dict[str, str]:
    typed = {f"paragraph_{n}": text for n, text in enumerate(texts)}
    return {**typed, "seen": seen, "base": original.digest, **more}


def seen_on(html: str) -> str:
    return html.split('name="seen" value="', 1)[1].split('"', 1)[0]


def handed_in(person: Writer, original: Document, *texts: str, **more: str) -> Document:
    """Return what this person has handed in, as it waits."""
    done = person.post(
        address(original),
        **fields(original, *(texts or ("Ջուր։", "Ձյուն։")), then="finish", **more),
    )
    assert done["Location"].endswith("translations/?done=handed-in"), done["Location"]
    with person.reading():
        waiting = [e for e in translating.own(person.row) if e.state is State.PROPOSED]
    return waiting[0].document


def test_a_translation_is_typed_beside_the_original_kept_and_handed_in(desks, original) -> None:
    person = writer("hy")
    form = person.page(address(original))
    assert "Su *soyuqdur*." in form
    assert form.count("<textarea") == 2
    kept = person.post(address(original), **fields(original, "Ջուրը սառն է։", "", then="keep"))
    assert kept["Location"] == f"{address(original)}&done=kept"
    again = person.page(kept["Location"])
    assert "Ջուրը սառն է։" in again
    assert "The draft is saved." in again
    # One paragraph is missing: it says so, and the draft stays.
    early = person.post(
        address(original),
        **fields(original, "Ջուրը սառն է։", "", then="finish", seen=seen_on(again)),
    )
    assert "A paragraph has no translation yet." in person.page(early["Location"])
    waiting = handed_in(
        person,
        original,
        "Ջուրը *սառն* է։",
        "Ձյունը հալչում է։",
        seen=seen_on(person.page(address(original))),
    )
    assert waiting.body["translator"] is None
    assert waiting.part_of == original.id
    assert [source.digest for source in waiting.made_from] == [original.digest]
    assert waiting.closer == person.row.purse.closer_of(waiting.id).public.hex
    assert translating.drafts(person.row) == []
    mine = person.page("/en/taking-part/translations/")
    assert "Waiting at your desk" in mine
    assert "Ջուրը սառն է։" in mine
    for somebody in (writer("hy"), writer("az")):
        assert "Ջուրը" not in somebody.page("/en/taking-part/translations/")


def test_the_desk_reads_it_beside_the_original_and_another_desk_does_not(desks, original) -> None:
    waiting = handed_in(writer("hy"), original, "Ջուրը սառն է։", "Ձյունը հալչում է։")
    assert "1 translation waits" in desks.page("hy", "/en/desk/")
    queue = desks.page("hy", "/en/desk/translated/")
    assert "Ջուրը սառն է։" in queue
    page = desks.page("hy", f"/en/desk/read/{waiting.digest}/")
    for words in ("soyuqdur", "Qar əriyir.", "Ջուրը սառն է։", "Ձյունը հալչում է։"):
        assert words in page
    assert "Ջուրը" not in desks.page("az", "/en/desk/translated/")
    desks.page("az", f"/en/desk/read/{waiting.digest}/", status=404)
    turned(waiting, desks)
    assert queries.open_version(waiting.id) is not None
    assert "Nothing waits." in desks.page("hy", "/en/desk/translated/")


def test_the_pen_name_is_there_only_where_it_was_ticked(desks, original) -> None:
    person = writer("hy")
    assert "is_named" not in person.page(address(original))
    place = discussion(desks.site)
    person.hand_in(place.id, "Mən.")
    assert "is_named" in person.page(address(original))
    assert handed_in(person, original).body["translator"] is None
    with person.reading():
        (before,) = translating.own(person.row)
    named = handed_in(person, original, "Մեկ։", "Երկու։", is_named="on")
    assert named.body["translator"] == person.row.card
    assert named.id == before.document.id
    assert Row.objects.get(digest=before.document.digest).state == State.WITHDRAWN


def test_two_windows_lose_no_words(desks, original) -> None:
    person = writer("hy")
    person.post(address(original), **fields(original, "Մեկ։", "Երկու։", then="keep"))
    seen = seen_on(person.page(address(original)))
    first = person.post(
        address(original), **fields(original, "Առաջին։", "Երկու։", seen=seen, then="keep")
    )
    assert first.status_code == 302
    # The other paragraph alone was changed in the second window: both changes are kept.
    second = person.post(
        address(original), **fields(original, "Մեկ։", "Երկրորդ։", seen=seen, then="keep")
    )
    assert second.status_code == 302
    (draft,) = translating.drafts(person.row)
    assert [unit.text for unit in draft.body.paragraphs] == ["Առաջին։", "Երկրորդ։"]
    # The same paragraph in both: neither goes without a choice.
    clash = person.post(
        address(original), **fields(original, "Երրորդ։", "Երկրորդ։", seen=seen, then="finish")
    )
    assert clash.status_code == 409
    shown = clash.content.decode()
    assert "Առաջին։" in shown
    assert "Երրորդ։" in shown


def test_what_was_typed_stays_when_the_original_has_changed_meanwhile(desks, original) -> None:
    person = writer("hy")
    person.post(address(original), **fields(original, "Մեկ։", "Երկու։", then="keep"))
    words = [{"is": "paragraph", "text": "Başqa."}]
    with reading_as(reading.everybody):
        cast.open_(
            cast.next_version(original, body={**original.body, "paragraphs": words}, day=today()),
            desks.site,
        )
    sent = person.post(
        address(original),
        **fields(original, "Մեկ նոր։", "Երկու։", seen="", then="finish"),
    )
    assert sent.status_code == 409
    assert "Մեկ նոր։" in sent.content.decode()
    draft = translating.draft(person.row, original.id, "hy")
    assert draft is not None
    with person.reading(), pytest.raises(Refused) as refused:
        translating.hand_in(person.row, original.id, "hy", seen=draft.seen, today=today())
    assert refused.value.reason is TranslationRefusal.NOT_ALIGNED


def test_its_author_withdraws_it_waiting_and_open(desks, original) -> None:
    person = writer("hy")
    waiting = handed_in(person, original)
    page = f"/en/taking-part/translations/{waiting.id}/withdraw/"
    writer("hy").page(page, status=404)
    person.page(page)
    assert person.post(page)["Location"].endswith("done=withdrawn")
    row = Row.objects.get(digest=waiting.digest)
    assert (row.state, bytes(row.data)) == (State.WITHDRAWN, b"")
    opened = turned(handed_in(person, original), desks)
    assert "As readers see it" in person.page("/en/taking-part/translations/")
    page = f"/en/taking-part/translations/{opened.id}/withdraw/"
    writer("hy").page(page, status=404)
    assert person.post(page)["Location"].endswith("done=withdrawn")
    assert queries.open_version(opened.id) is None
    assert bytes(Row.objects.get(digest=opened.digest).data) == b""
    assert queries.open_version(original.id) is not None


def test_a_next_version_takes_the_place_of_ones_own_open_translation(desks, original) -> None:
    person = writer("hy")
    opened = turned(handed_in(person, original), desks)
    assert "Ջուր։" in person.page(address(original))
    again = handed_in(person, original, "Ջուրը։", "Ձյունը։")
    assert (again.id, again.version) == (opened.id, 2)
    turned(again, desks)
    now = queries.open_version(opened.id)
    assert now is not None
    assert now.digest == again.digest


@pytest.mark.parametrize("choice", Choice)
def test_what_goes_when_the_translator_leaves(desks, original, choice) -> None:
    person = writer("hy")
    opened = turned(handed_in(person, original), desks)
    handed_in(person, original, "Մեկ։", "Երկու։")
    with person.reading():
        translating.withdraw_on_leaving(person.row)
        translating.close_open(person.row.purse.closers, "hy", choice)
    assert (queries.open_version(opened.id) is None) is (choice is Choice.EVERYTHING)
    assert not Row.objects.filter(kind=TRANSLATION, state=State.PROPOSED).exists()


def test_attack_words_of_a_translation_that_waits_or_is_drafted_after_the_author_withdrew(
    desks, original
) -> None:
    """What waits, and a desk's draft, are destroyed; an author's own draft nobody else can find or read."""
    person = writer("hy")
    waiting = handed_in(person, original)
    person.post(address(original, "en"), **fields(original, "Water.", "Snow.", then="keep"))
    desks.post(
        "hy", address(original, "en", desk=True), fields(original, "Desk.", "Snow.", then="keep")
    )
    assert models.Draft.objects.filter(of=original.id).exists()
    note = queries.authors_note(original, today=today())
    record.close_for_author(
        digest=original.digest,
        note=note,
        signature=KEY.sign(digest_of(note), purpose=Purpose.CLOSING),
        today=today(),
    )
    assert bytes(Row.objects.get(digest=waiting.digest).data) == b""
    assert not models.Draft.objects.filter(of=original.id).exists()
    assert all(b"Water" not in bytes(row.box) for row in OwnBox.objects.all())
    person.page(address(original, "en"), status=404)
    desks.page("hy", address(original, "en", desk=True), status=404)


def test_a_desk_translates_and_keys_it(desks, original) -> None:
    at = address(original, desk=True)
    form = desks.page("hy", at)
    assert "is_named" not in form
    kept = desks.post("hy", at, fields(original, "Մեկ։", "", then="keep"))
    assert kept["Location"].endswith("&done=kept")
    assert "Մեկ։" not in desks.page("az", at)
    sent = desks.post(
        "hy",
        at,
        fields(original, "Մեկ։", "Երկու։", then="finish", seen=seen_on(desks.page("hy", at))),
    )
    assert sent["Location"].startswith("/en/desk/read/")
    assert "Երկու։" in desks.page("hy", sent["Location"])
    row = Row.objects.get(kind=TRANSLATION)
    assert (row.side, row.closer, row.state) == ("hy", "", State.PROPOSED)
    with reading_as(lambda: reading.desk("hy")):
        (document,) = [
            each.document
            for each in queries.handed_in("hy", kinds=[TRANSLATION], size=9)
            if each.document
        ]
    turned(document, desks)
    assert not models.Draft.objects.filter(kind=TRANSLATION).exists()
    assert "Մեկ։" in desks.page("hy", at)
    again = desks.post("hy", at, fields(original, "Մեկ նոր։", "Երկու։", then="finish"))
    assert again["Location"].startswith("/en/desk/read/")
    assert Row.objects.filter(kind=TRANSLATION, version=2, item=document.id).exists()


def test_a_desk_does_not_open_one_and_its_author_still_reads_it(desks, original) -> None:
    person = writer("hy")
    waiting = handed_in(person, original)
    desks.post("az", f"/en/desk/translated/{waiting.digest}/no/")
    assert Row.objects.get(digest=waiting.digest).state == State.PROPOSED
    desks.post("hy", f"/en/desk/translated/{waiting.digest}/no/")
    assert Row.objects.get(digest=waiting.digest).state == State.REFUSED
    assert "Not opened by your desk" in person.page("/en/taking-part/translations/")


@pytest.mark.parametrize("language", ["az", "ka", "xx", "<b>"])
def test_a_language_that_nobody_translates_into_is_no_page(desks, original, language) -> None:
    writer("hy").page(address(original, language), status=404)
    desks.page("hy", address(original, language, desk=True), status=404)


def test_without_a_language_the_page_offers_those_of_the_site(desks, original) -> None:
    for html in (
        writer("hy").page(address(original).split("?", 1)[0]),
        desks.page("hy", address(original, desk=True).split("?", 1)[0]),
    ):
        assert "?in=hy" in html
        assert "?in=az" not in html


def test_the_eleventh_draft_is_refused_and_shown_again(desks, original) -> None:
    person = writer("hy")
    body = bodies.TranslatedBody(language="hy", paragraphs=())
    for n in range(len(own_boxes.TRANSLATIONS)):
        translating.keep(person.row, Drafted(f"{n:032x}", "", body), seen="", today=today())
    sent = person.post(address(original), **fields(original, "Մեկ։", "Երկու։", then="keep"))
    assert sent.status_code == 409
    assert "ten unfinished translations" in sent.content.decode()
    assert "Մեկ։" in sent.content.decode()


def test_an_id_says_whose_it_is_to_its_author_alone(desks, original) -> None:
    one, other = writer("hy").row.purse, writer("hy").row.purse
    item = translating.own_id(one.closers)
    closer = one.closer_of(item).public.hex
    assert translating.is_own(one.closers, item, closer)
    assert not translating.is_own(other.closers, item, closer)
    assert not translating.is_own(one.closers, item, other.closer_of(item).public.hex)
    assert translating.own_id(one.closers)[16:] != item[16:]
    with pytest.raises(NotFound):
        translating.withdraw(writer("hy").row, item, today=today())

"""Closing: one key, at once; final by the words' own side or by two; what was made from it goes too."""

import json
import re

import pytest

import cast
import desks as stage
from visavis.desk.rules import DeskRefusal
from visavis.desk.wording import SENTENCES
from visavis.dialogue import actions as dialogue
from visavis.library import actions as library
from visavis.record.models import Changed, Draft
from visavis.record.models import Document as Row
from visavis.record.public import changed, forget_changed, is_edition_asked_for
from visavis.record.queries import closing_note
from visavis.record.rules import State
from visavis.signing.canonical import digest_of
from visavis.signing.keys import Purpose

pytestmark = pytest.mark.django_db
HOME = "/en/desk/"


@pytest.fixture(params=[("az", "hy"), ("az", "hy", "ka")], ids=["two sides", "three sides"])
def desks(request, db):
    with stage.on(stage.DAY):
        yield stage.at_work(*request.param)


@pytest.fixture
def article(desks):
    return cast.open_(cast.an_article(desks.site, side="az"), desks.site)


def address(document):
    return f"{HOME}close/{document.digest}/"


def take_down(desks, side, document):
    return desks.post(side, address(document), {"passphrase": desks.passphrase[side]})


def row(document):
    return Row.objects.get(digest=document.digest)


def test_the_desk_of_the_words_closes_for_good_and_is_told_so_first(desks, article):
    page = desks.page("az", address(article))
    assert "This is for good." in page
    assert "Close it for good" in page
    assert take_down(desks, "az", article)["Location"] == f"{HOME}?done=closed-for-good"
    assert row(article).state == State.CLOSED
    assert bytes(row(article).data) == b""
    assert desks.client["hy"].get(f"{HOME}read/{article.digest}/").status_code == 404


def test_another_desks_closing_lapses_and_the_page_says_when(desks, article):
    page = desks.page("hy", address(article))
    assert "This lapses after 72 hours." in page
    assert "for good.</strong>" not in page
    assert take_down(desks, "hy", article)["Location"] == f"{HOME}?done=closed"
    assert row(article).state == State.CLOSED
    assert "Opens again on 17 May 2030 at 09:00 (UTC)" in desks.page("az", HOME)


def test_closing_waits_for_the_next_release_unless_the_desk_says_now(desks, article, settings):
    settings.RELEASES = "hour"
    page = desks.page("az", address(article))
    assert re.search(r'value="next"[^>]* checked', page)
    assert not re.search(r'value="now"[^>]* checked', page)
    assert "somebody at a desk was online just then" in page, "the price is named"
    take_down(desks, "az", article)
    assert not is_edition_asked_for()
    assert Changed.objects.exists()


@pytest.mark.parametrize("side", ["az", "hy"])
def test_closing_now_asks_for_an_edition_in_the_same_act(desks, article, settings, side):
    settings.RELEASES = "hour"
    given = {"passphrase": desks.passphrase[side], "when": "now"}
    refused = desks.post(side, address(article), {**given, "passphrase": "wrong"})
    assert re.search(r'value="now"[^>]* checked', refused.content.decode()), "it is kept"
    assert not is_edition_asked_for(), "what is refused asks for nothing"
    answer = desks.post(side, address(article), given)
    assert answer["Location"].endswith("-now")
    assert is_edition_asked_for()
    assert "after a few seconds" in desks.page(side, answer["Location"])
    forget_changed(changed().rows)
    assert not is_edition_asked_for(), "nothing of it is kept beyond the edition"


def test_where_each_change_comes_out_by_itself_there_is_nothing_to_choose(desks, article, settings):
    settings.RELEASES = "at once"
    page = desks.page("az", address(article))
    assert 'name="when"' not in page
    assert "Readers no longer see it after a few seconds." in page
    assert take_down(desks, "az", article)["Location"] == f"{HOME}?done=closed-for-good-now"


def test_no_desk_is_told_that_it_is_gone_before_it_is(desks, article, settings):
    """Until the next edition the public pages have every word."""
    settings.RELEASES = "hour"
    said = desks.page("az", take_down(desks, "az", article)["Location"])
    assert "Readers no longer see it after the next release." in said
    assert "no longer exist" not in said


def test_a_second_side_joins_and_it_is_for_good(desks, article):
    take_down(desks, "hy", article)
    other = desks.site.codes[-1] if desks.site.codes[-1] != "hy" else "az"
    page = desks.page(other, address(article))
    assert "Close it too" in page
    assert "Already closed by:" in page
    assert "This is for good." in page
    assert take_down(desks, other, article)["Location"] == f"{HOME}?done=closed-for-good"
    assert bytes(row(article).data) == b""


def test_whoever_has_closed_cannot_join_themselves(desks, article):
    take_down(desks, "hy", article)
    assert desks.client["hy"].get(address(article)).status_code == 404


def test_the_page_says_what_goes_with_it_and_it_goes(desks, article):
    translation = cast.open_(
        cast.a_translation(desks.site, of=article, language="en", side="hy"), desks.site
    )
    page = desks.page("hy", address(article))
    assert "Translation (Հայկական կողմ)" in page
    take_down(desks, "hy", article)
    assert row(translation).state == State.CLOSED
    home = desks.page("az", HOME)
    assert "Closed together with the document it is based on." in home
    assert address(translation) not in home


def test_where_nothing_else_was_made_the_page_says_so(desks, article):
    assert "Nothing else is based on it." in desks.page("az", address(article))


def test_a_wrong_passphrase_closes_nothing(desks, article):
    refused = desks.post("az", address(article), {"passphrase": "wrong"})
    assert refused.status_code == 409
    assert "does not open your side’s key" in refused.content.decode()
    assert row(article).state == State.OPEN


def test_a_closing_is_signed_on_another_machine_too(desks, article):
    note = desks.client["hy"].get(f"{address(article)}note/")
    assert note.content == closing_note(article, side="hy", today=stage.DAY)
    key = desks.site.key("hy")
    signed = {
        "format": "visavis-signature-1",
        "digest": digest_of(note.content),
        "public_key": key.public.hex,
        "signature": key.sign(digest_of(note.content), purpose=Purpose.CLOSING),
    }
    for_document = key.sign(digest_of(note.content), purpose=Purpose.DOCUMENT)
    wrong = desks.post(
        "hy", address(article), {"signature": json.dumps({**signed, "signature": for_document})}
    )
    assert wrong.status_code == 409
    done = desks.post("hy", address(article), {"signature": json.dumps(signed)})
    assert done["Location"] == f"{HOME}?done=closed"


@pytest.mark.parametrize("text", ["[]", "{", '{"digest": 1}', "null"])
def test_nonsense_in_place_of_a_signature_closes_nothing(desks, article, text):
    refused = desks.post("hy", address(article), {"signature": text})
    assert refused.status_code == 409
    assert str(SENTENCES[DeskRefusal.NOT_A_SIGNATURE]) in refused.content.decode()


def test_what_is_not_open_is_not_closed(desks, article):
    proposed = cast.propose(cast.a_question(desks.site), by="az", site=desks.site)
    charter = desks.site.document
    for each in (proposed, charter):
        assert desks.client["az"].get(address(each)).status_code == 404
        assert take_down(desks, "az", each).status_code == 404


def test_a_joint_document_is_closed_for_good_by_two_sides_only(desks):
    asked = cast.open_(cast.a_question(desks.site), desks.site)
    assert "This lapses after 72 hours." in desks.page("az", address(asked))
    take_down(desks, "az", asked)
    assert "This is for good." in desks.page("hy", address(asked))


def test_the_pages_of_closing_can_be_used_by_keyboard_and_by_ear(desks, article):
    for side in ("az", "hy"):
        assert stage.faults_in(desks.page(side, address(article))) == []


def test_no_draft_of_any_desk_keeps_words_that_are_closed_for_good(desks):
    """A translation begun holds the words it is made of, and a question begun again is the question."""
    site = desks.site
    text = cast.open_(cast.an_article(site, side="az", texts={"az": ["Su."]}), site)
    asked = cast.open_(cast.a_question(site, deadline=stage.after(3)), site)
    other = cast.open_(cast.a_question(site, deadline=stage.after(3)), site)
    words = library.words_from(title="A title", typed="Some words.")
    library.translate(side="hy", of=text.id, language="hy", words=words, today=stage.DAY)
    for question in (asked, other):
        dialogue.change_question(side="hy", item=question.id, today=stage.DAY)
    assert Draft.objects.count() == 3
    with stage.on(stage.DAY) as now:
        assert cast.take_down(text, "az", site=site, at=now)
        cast.take_down(asked, "az", site=site, at=now)
        assert Draft.objects.count() == 2
        assert cast.take_down(asked, "hy", site=site, at=now)
    assert Draft.objects.get().of == other.id

"""Translations of contributions as readers see them, whose they are, and how they go."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from printing import Press, set_up
from test_discussions_come_out import is_whole, nowhere, page

import cast
import desks as stage
from talk import Talk, a_translation
from visavis.base.refusal import Refused
from visavis.discussions.translation_rules import TranslationRefusal
from visavis.pages.addresses import item, linked_data
from visavis.record import actions as record
from visavis.record import queries
from visavis.record.rules import RecordRefusal
from visavis.signing.canonical import digest_of
from visavis.signing.document import Document
from visavis.signing.keys import PrivateKey, Purpose

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[cast.TWO, cast.THREE], ids=["two sides", "three sides"])
def press(request, db) -> Press:
    return set_up(cast.a_charter(request.param))


@pytest.fixture
def talk(press) -> Talk:
    return Talk(press)


def own_page(press, document, language="en"):
    return page(press, document, language, at="contributions")


def text_of(html):
    return unescape(re.sub(r"<[^>]+>", "", html))


def rows_of(html):
    """The rows of a contribution beside its translation: two texts each, and their languages."""
    rows = re.findall(
        r'<div class="row">\s*<div class="prose" lang="(\w+)" dir="(\w+)">(.*?)</div>\s*'
        r'<div class="prose" lang="(\w+)" dir="(\w+)">(.*?)</div>',
        html,
        re.DOTALL,
    )
    return [(one, text_of(a).strip(), other, text_of(b).strip()) for one, _, a, other, _, b in rows]


def owner_signs(translation, press, side="az"):
    """The side whose words they are puts its key under the same bytes."""
    signed = cast.sign(translation, press.site.key(side), side=side)
    record.add_key(
        digest=translation.digest,
        side=side,
        public_key=signed.public_key,
        signature=signed.signature,
        today=press.day,
    )


# ---- what readers see


def test_a_page_shows_a_contribution_in_its_own_language_where_a_translation_is_open(press, talk):
    first = talk.says("az", "Su *azdır*.\n\n> Az sözdür.")
    reply = talk.says("hy", "Ջուր։", to=first)
    talk.translates(first, "hy", "hy", "Ջուրը *քիչ* է։", "Քիչ խոսք։")
    talk.translates(reply, "az", "az", "Su.")
    press.release()
    html = page(press, talk.discussion, "hy")
    assert "Ջուրը <em>քիչ</em> է։" in html
    assert '<blockquote class="quote">Քիչ խոսք։</blockquote>' in html
    assert "Su <em>azdır</em>" not in html
    assert "Ջուր։" in html
    own = page(press, talk.discussion, "az")
    assert "Su <em>azdır</em>" in own
    assert "<p>Su.</p>" in own
    for code in ("en", "ru", "fr"):
        other = page(press, talk.discussion, code)
        assert "Su <em>azdır</em>" in other
        assert other.count('<div class="prose" lang="az" dir="ltr">') == 1
    assert page(press, talk.discussion).count("Not yet translated. Language here:") == 2
    for code in cast.SITE_LANGUAGES:
        assert stage.faults_in(page(press, talk.discussion, code)) == []
    is_whole(press)


def test_its_own_page_has_original_and_translation_paragraph_by_paragraph(press, talk):
    first = talk.says("az", "Bir.\n\nİki.")
    reply = talk.says("hy", "Երեք։", to=first)
    talk.translates(first, "hy", "hy", "Մեկ։", "Երկու։")
    press.release()
    html = own_page(press, first, "hy")
    assert rows_of(html) == [("az", "Bir.", "hy", "Մեկ։"), ("az", "İki.", "hy", "Երկու։")]
    assert "Երեք։" in html
    assert f'id="c-{first.id[:12]}"' in html or html.count('id="c-') == 2
    assert rows_of(own_page(press, first, "az")) == rows_of(own_page(press, first, "en")) == []
    # From the page in the original's language, and from any other, it is one click away.
    for code in ("az", "en"):
        assert "Azərbaycanca | Հայերեն" in text_of(own_page(press, first, code))
    assert rows_of(own_page(press, reply, "az")) == []
    for code in cast.SITE_LANGUAGES:
        assert stage.faults_in(own_page(press, first, code)) == []
    is_whole(press)


def test_a_right_to_left_translation_says_its_direction(db):
    press = set_up(cast.a_charter(("ar", "hy"), languages=("ar", "hy", "en")))
    talk = Talk(press)
    first = talk.says("hy", "Ջուր։", by=talk.cards["hy"])
    talk.translates(first, "ar", "ar", "ماء.")
    press.release()
    html = page(press, talk.discussion, "ar")
    assert '<div class="prose" lang="ar" dir="rtl">' in html
    both = own_page(press, first, "ar")
    assert '<div class="prose" lang="hy" dir="ltr">' in both
    assert '<div class="prose" lang="ar" dir="rtl">' in both
    assert stage.faults_in(both) == []


def test_it_bears_the_name_of_its_side_wherever_it_is_until_the_owner_signs_it(press, talk):
    first = talk.says("az", "Su azdır.")
    later = talk.translates(first, "hy", "hy", "Ջուրը քիչ է։")
    press.release()
    pages = [
        page(press, talk.discussion, "hy"),
        own_page(press, first, "hy"),
        press.page("hy/contributions/index.html"),
        press.page("hy/atom.xml"),
        press.page(linked_data(first.id)),
    ]
    mark = "թարգմանություն"
    for html in pages:
        assert "Ջուրը քիչ է" in text_of(html)
        assert mark in text_of(html).lower()
        assert "Side hy (hy)" in text_of(html)
    nodes = json.loads(pages[-1])["@graph"]
    of_hy = next(n for n in nodes if n.get("inLanguage") == "hy" and n["@type"] == "Comment")
    assert "author" not in of_hy
    owner_signs(later, press)
    press.release()
    for html in (page(press, talk.discussion, "hy"), own_page(press, first, "hy")):
        assert "Ջուրը քիչ է" in html
        assert 'class="whose"' not in html
    is_whole(press)


def test_the_owners_own_comes_first_then_a_signed_one_then_the_earlier(press, talk):
    first = talk.says("az", "Su azdır.")
    press.release()
    sides = [side for side in press.site.codes if side != "az"]
    for side in sides:
        talk.translates(first, side, "en", f"Water, {side}.")
        press.day += timedelta(days=1)
    press.release()
    assert f"Water, {sides[0]}." in page(press, talk.discussion)
    if len(sides) > 1:
        owner_signs(press.opened[-1], press)
        press.release()
        assert f"Water, {sides[1]}." in page(press, talk.discussion)
        assert nowhere(press, f"Water, {sides[0]}.") == []
    own = talk.translates(first, "az", "en", "Water, az.")
    press.release()
    assert "Water, az." in page(press, talk.discussion)
    assert all(nowhere(press, f"Water, {side}.") == [] for side in sides)
    talk.closes(own)
    press.release()
    assert "Water, hy." in page(press, talk.discussion) or len(sides) > 1
    is_whole(press)


def test_one_that_is_older_than_the_original_says_so(press, talk):
    first = talk.says("az", "Bir.\n\nİki.")
    older = talk.translates(first, "hy", "en", "One.", "Two.")
    press.day += timedelta(days=1)
    words = [{"is": "paragraph", "text": "Bir və iki."}]
    now = press.open(
        cast.next_version(first, body={**first.body, "paragraphs": words}, day=press.day)
    )
    press.release()
    said = "The original has changed since it was translated."
    html = own_page(press, first)
    assert said in html
    assert rows_of(html) == [("az", "Bir və iki.", "en", "One.\nTwo.")]
    assert said in page(press, talk.discussion)
    again = cast.next_version(
        older,
        body={**older.body, "paragraphs": [{"is": "paragraph", "text": "One and two."}]},
        made_from=(now.source,),
        day=press.day,
    )
    press.open(again)
    press.release()
    html = own_page(press, first)
    assert said not in html
    assert rows_of(html) == [("az", "Bir və iki.", "en", "One and two.")]
    assert nowhere(press, "One.") == []
    is_whole(press)


def test_the_translator_is_named_by_a_card_and_no_more_once_that_is_closed(press, talk):
    first = talk.says("az", "Su azdır.")
    talk.translates(first, "hy", "hy", "Ջուրը քիչ է։")
    press.release()
    assert "Նարե" not in page(press, talk.discussion, "hy")
    second = talk.says("az", "Çay.")
    talk.translates(second, "hy", "hy", "Գետ։", translator=talk.cards["hy"])
    press.release()
    assert text_of(page(press, talk.discussion, "hy")).count("Նարե") == 1
    talk.closes(talk.cards["hy"])
    press.release()
    assert nowhere(press, "Նարե") == []
    assert "Գետ։" in page(press, talk.discussion, "hy")
    is_whole(press)


# ---- how it goes


def withdrawn(document: Document, key: PrivateKey, press: Press) -> None:
    note = queries.authors_note(document, today=press.day)
    record.close_for_author(
        digest=document.digest,
        note=note,
        signature=key.sign(digest_of(note), purpose=Purpose.CLOSING),
        today=press.day,
    )


def on_disk() -> bytes:
    """Every byte of the database as it would lie in its file."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        found = b""
        for (table,) in cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall():
            rows = cursor.execute(f'SELECT * FROM "{table}"').fetchall()
            found += b"\n".join(
                bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                for row in rows
                for value in row
            )
    return found


def test_attack_words_that_stay_in_a_translation_after_their_author_has_withdrawn_them(press, talk):
    """Open and waiting ones, of every side, in edition and record; another contribution's stays."""
    key = PrivateKey.new()
    first = talk.says("az", "Gizlin asıl canary.", closer=key.public.hex)
    kept = talk.says("az", "Qalan.")
    talk.translates(first, "hy", "hy", "Թաքուն canary բառ։")
    talk.translates(first, "az", "en", "Hidden canary word.")
    talk.translates(kept, "hy", "hy", "Մնացող canary-of-another։")
    waiting = a_translation(press.site, first, side="hy", language="ru", texts=["Тайное canary."])
    cast.propose(waiting, by="hy", site=press.site)
    press.release()
    words = ["Gizlin asıl", "Թաքուն canary", "Hidden canary"]
    for each in words:
        assert nowhere(press, each)
        assert each.encode() in on_disk()
    withdrawn(first, key, press)
    press.release()
    for each in (*words, "Тайное canary"):
        assert nowhere(press, each) == []
        assert each.encode() not in on_disk()
    assert press.store.content(item("hy", "contributions", first.id)) is None
    assert "canary-of-another" in page(press, talk.discussion, "hy")
    assert queries.open_version(waiting.id) is None
    with pytest.raises(Refused) as refused:
        cast.turn(waiting, "hy", site=press.site)
    assert refused.value.reason is not None
    is_whole(press)


def test_the_owner_of_the_words_closes_a_translation_of_them_for_good(press, talk):
    first = talk.says("az", "Su azdır.")
    later = talk.translates(first, "hy", "hy", "Սխալ canary։")
    press.release()
    assert nowhere(press, "Սխալ canary")
    assert cast.take_down(later, "az", site=press.site, at=press.at) is True
    press.release()
    assert nowhere(press, "Սխալ canary") == []
    assert "Su azdır." in page(press, talk.discussion, "hy")
    is_whole(press)


def test_its_author_withdraws_a_translation_and_leaves_the_original(press, talk):
    key = PrivateKey.new()
    first = talk.says("az", "Su azdır.")
    later = talk.translates(first, "hy", "hy", "Ջուր canary։", closer=key.public.hex)
    press.release()
    withdrawn(later, key, press)
    press.release()
    assert nowhere(press, "canary") == []
    assert b"canary" not in on_disk()
    assert "Su azdır." in page(press, talk.discussion, "hy")


# ---- attacks on the real engine


ATTACKS = {
    "fewer paragraphs": TranslationRefusal.NOT_ALIGNED,
    "more paragraphs": TranslationRefusal.NOT_ALIGNED,
    "a quotation made a paragraph": TranslationRefusal.NOT_ALIGNED,
    "an empty paragraph": TranslationRefusal.PARAGRAPH_MISSING,
    "too long": TranslationRefusal.TOO_LONG,
    "the original's language": TranslationRefusal.NOT_A_LANGUAGE,
    "a language that the site has not": TranslationRefusal.NOT_A_LANGUAGE,
    "another contribution's page": TranslationRefusal.NOT_ON_ITS_PAGE,
    "two contributions": TranslationRefusal.NOT_ON_ITS_PAGE,
    "of a discussion": TranslationRefusal.NOT_OPEN,
    "the other side's card": TranslationRefusal.NOT_THE_TRANSLATOR,
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_bytes_that_no_page_would_write(press, talk, attack):
    first = talk.says("az", "Bir.\n\n> İki.")
    other = talk.says("az", "Üç.\n\n> Dörd.")
    good = {"side": "hy", "language": "hy", "texts": ["Մեկ։", "Երկու։"]}
    units = [{"is": "paragraph", "text": "Մեկ։"}, {"is": "quote", "text": "Երկու։"}]
    sources = [first.source, other.source]
    bad = {
        "fewer paragraphs": {"body": {"paragraphs": units[:1]}},
        "more paragraphs": {"body": {"paragraphs": [*units, *units]}},
        "a quotation made a paragraph": {"body": {"paragraphs": [units[0], units[0]]}},
        "an empty paragraph": {"texts": ["Մեկ։", " "]},
        "too long": {"texts": ["Մեկ։", "ա" * 20_000]},
        "the original's language": {"language": "az"},
        "a language that the site has not": {"language": "ka"},
        "another contribution's page": {"part_of": other.id, "made_from": sources},
        "two contributions": {"made_from": sources},
        "of a discussion": {
            "made_from": [talk.discussion.source],
            "part_of": talk.discussion.id,
        },
        "the other side's card": {"translator": talk.cards["az"]},
    }[attack]
    with pytest.raises(Refused) as refused:
        cast.propose(a_translation(press.site, first, **{**good, **bad}), by="hy", site=press.site)
    assert refused.value.reason is ATTACKS[attack]
    press.open(a_translation(press.site, first, **good))


def test_attack_a_translation_under_the_name_of_the_side_whose_words_they_are(press, talk):
    first = talk.says("az", "Su azdır.")
    forged = a_translation(press.site, first, side="az", language="hy")
    with pytest.raises(Refused) as refused:
        cast.propose(forged, by="hy", site=press.site)
    assert refused.value.reason is RecordRefusal.NOT_OUR_WORDS
    cast.propose(forged, by="az", site=press.site)
    with pytest.raises(Refused):
        cast.turn(forged, "hy", site=press.site)
    with pytest.raises(Refused):
        cast.turn(forged, "az", site=press.site, key=press.site.key("hy"))
    press.release()
    assert "[hy]" not in page(press, talk.discussion, "hy")


def test_attack_a_desk_names_somebody_who_has_not_translated(press, talk):
    """Without an author's key the desk alone has written it."""
    first = talk.says("az", "Su azdır.")
    named = a_translation(
        press.site, first, side="hy", language="hy", body={"translator": talk.cards["hy"].id}
    )
    with pytest.raises(Refused) as refused:
        cast.propose(named, by="hy", site=press.site)
    assert refused.value.reason is TranslationRefusal.NOT_THE_TRANSLATOR


def test_a_side_has_one_translation_into_a_language_and_what_only_waits_is_in_nobodys_way(
    press, talk
):
    first = talk.says("az", "Su azdır.")
    mine, theirs = (
        a_translation(press.site, first, side="hy", language="hy", texts=[text])
        for text in ("Մեկ։", "Երկու։")
    )
    cast.propose(mine, by="hy", site=press.site)
    cast.propose(theirs, by="hy", site=press.site)
    cast.turn(theirs, "hy", site=press.site)
    with pytest.raises(Refused) as refused:
        cast.turn(mine, "hy", site=press.site)
    assert refused.value.reason is TranslationRefusal.THERE_ALREADY
    with pytest.raises(Refused) as refused:
        talk.translates(first, "hy", "hy")
    assert refused.value.reason is TranslationRefusal.THERE_ALREADY
    talk.translates(first, "hy", "ru")
    talk.translates(first, "az", "hy")
    press.open(cast.next_version(theirs, body={**theirs.body}))


def test_a_next_version_keeps_contribution_and_language(press, talk):
    first = talk.says("az", "Su azdır.")
    later = talk.translates(first, "hy", "hy")
    moved = cast.next_version(later, body={**later.body, "language": "ru"}, languages=("ru",))
    with pytest.raises(Refused) as refused:
        cast.propose(moved, by="hy", site=press.site)
    assert refused.value.reason is TranslationRefusal.MOVED


def test_nothing_is_made_from_a_contribution_that_is_not_open(press, talk):
    first = talk.written("az", "Su azdır.")
    cast.propose(first, by="az", site=press.site)
    with pytest.raises(Refused):
        talk.translates(first, "hy", "hy")

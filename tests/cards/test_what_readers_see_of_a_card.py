"""Bylines, and what an edition has of a card: its document, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.template import engines
from django.utils import translation

import cast
import desks as stage
from visavis.base import data
from visavis.cards.bodies import CardBody, Cues
from visavis.cards.public import Byline, byline, form_for
from visavis.cards.rules import Dish, Generation, Role
from visavis.kinds.installed import installed
from visavis.pages.site import Site
from visavis.press.actions import release_edition
from visavis.press.store import Store
from visavis.record import actions as record
from visavis.record import queries as record_queries
from visavis.signing.canonical import digest_of
from visavis.signing.document import Document
from visavis.signing.keys import PrivateKey, Purpose

SITE = cast.a_charter()
AUTHOR = PrivateKey.new()
BODY = CardBody(
    pen_name={"az": "Səhər yeli", "hy": "Առավոտյան քամի"},
    role=Role.STUDENT,
    cues=Cues(generation=Generation.S1980, cook=Dish.JAM, reads=("az", "ru")),
)


def a_card(site: cast.SiteKeys = SITE, *, side: str = "az", body: CardBody = BODY) -> Document:
    made = cast.a_document(
        site, kind="card", body=body.as_json(), languages=sorted(body.pen_name), side=side
    )
    return replace(made, closer=AUTHOR.public.hex)


def shown(language: str, *, side: str = "az", card: Document | None = None) -> Byline:
    voice = Site(SITE.charter).in_language(language, at=f"{language}/index.html")
    part = installed().part_of(card) if card else None
    with translation.override(language):
        return byline(part, side=side, voice=voice)


def test_a_reader_meets_name_role_and_cues_in_their_own_language() -> None:
    found = shown("hy", card=a_card())
    assert (found.pen_name, found.language) == ("Առավոտյան քամի", "hy")
    assert found.role == "ուսանող"
    assert [each.name for each in found.cues] == [
        "Դպրոցական տարիները",
        "Ինչ եմ պատրաստում",
        "Ինչ լեզուներով եմ կարդում",
    ]
    assert found.cues[1].picked == "մուրաբա"
    assert found.side == "Side az (hy)"
    assert not found.sentence


@pytest.mark.parametrize(
    ("language", "form"), [("az", "az"), ("en", "az"), ("fr", "az"), ("ru", "az")]
)
def test_a_reader_of_another_language_is_shown_a_form_that_they_can_read_or_the_authors(
    language: str, form: str
) -> None:
    assert shown(language, card=a_card()).language == form


def test_of_several_forms_in_one_script_that_of_the_authors_side_is_shown() -> None:
    assert form_for({"az": "", "tr": "", "hy": ""}, language="en", own=("tr",)) == "tr"
    assert form_for({"az": "", "hy": ""}, language="ru", own=("hy",)) == "hy"
    assert form_for({"az": "", "hy": ""}, language="en", own=("hy",)) == "az"


def test_one_sentence_stands_for_every_card_that_is_not_there() -> None:
    sentences = {
        shown("en").sentence,
        shown("en", card=a_card(side="hy")).sentence,
        shown("en", card=cast.an_article(SITE)).sentence,
        shown("en", card=replace(a_card(), body={**BODY.as_json(), "town": "Hrazdan"})).sentence,
    }
    assert sentences == {"A participant of: Side az (en)"}


@pytest.mark.parametrize("language", cast.SITE_LANGUAGES)
def test_a_byline_is_markup_in_every_language(language: str) -> None:
    with translation.override(language):
        html = html_of(shown(language, card=a_card()))
    assert "<details>" in html
    assert html.count("<dt>") == 3


def test_markup_in_a_pen_name_is_letters() -> None:
    body = replace_name("<b>Yel</b>")
    html = html_of(shown("az", card=a_card(body=body)))
    assert "<b>" not in html
    assert "&lt;b&gt;Yel" in html


def test_a_turned_name_turns_nothing_else() -> None:
    body = replace_name("Yel\u202elyel")
    assert "\u202e" not in html_of(shown("az", card=a_card(body=body)))


def replace_name(name: str) -> CardBody:
    return CardBody(pen_name={"az": name}, role=Role.OTHER, cues=Cues())


def html_of(who: Byline) -> str:
    made: Any = engines.all()[0]
    source = '{% import "cards/public/byline.html" as card %}{{ card.byline(who) }}'
    return str(made.from_string(source).render({"who": who}))


@pytest.mark.django_db
def test_an_edition_has_a_cards_document_and_no_page_and_after_closing_nothing(
    desks: stage.Desks,
) -> None:
    site = desks.site
    at = datetime.combine(cast.DAY, time(12, tzinfo=UTC))
    card = cast.open_(a_card(site), site)
    release_edition(at)
    assert paths_with("Səhər yeli") == [f"documents/{card.digest}.json"]
    assert not any(path.startswith(("en/cards", "lists/cards")) for path in every_path())
    note = record_queries.authors_note(card, today=cast.DAY)
    signature = AUTHOR.sign(digest_of(note), purpose=Purpose.CLOSING)
    record.close_for_author(digest=card.digest, note=note, signature=signature, today=cast.DAY)
    release_edition(at)
    assert paths_with("Səhər yeli") == []
    assert not any(card.digest in path for path in every_path())


def every_path() -> list[str]:
    return [path for path, _entry in Store(data.public_directory()).entries()]


def paths_with(words: str) -> list[str]:
    store = Store(data.public_directory())
    return [path for path in every_path() if words.encode() in (store.content(path) or b"")]

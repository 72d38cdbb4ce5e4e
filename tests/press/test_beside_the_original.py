"""A text whose original is in a third language, and what a page says of the languages that it lacks."""

import re
from collections.abc import Callable

import pytest
from printing import Press

import cast
from visavis.pages.addresses import item, linked_data, list_of, side_by_side
from visavis.signing.document import Document


@pytest.fixture
def press(press_of: Callable[[cast.SiteKeys], Press]) -> Press:
    return press_of(cast.a_charter(languages=("az", "hy", "en", "fr")))


@pytest.fixture
def letter(press: Press) -> Document:
    """A French letter, put into the languages of both sides and into no other."""
    texts = {"fr": ["Ma chère amie,", "La source est vieille."], "az": ["Bir."], "hy": ["Մեկ։"]}
    opened = press.open(cast.an_article(press.site, texts=texts, original="fr"))
    press.release()
    return opened


def test_every_translation_stands_beside_its_original(press: Press, letter: Document) -> None:
    tree = press.tree()
    for left, right in (("az", "fr"), ("hy", "fr"), ("fr", "az"), ("fr", "hy"), ("az", "hy")):
        path = side_by_side(left, right, "library", letter.id)
        assert path in tree, path
    alone = press.page(item("az", "library", letter.id))
    assert "az-fr/index.html" in alone
    assert re.search(r'<a href="[^"]*/fr/library/[^"]+" hreflang="fr">', alone.split("<main")[1])
    assert "az-fr" in press.page(linked_data(letter.id)), "the next edition can take it away"


def test_pages_beside_the_original_go_with_the_text(press: Press, letter: Document) -> None:
    cast.take_down(letter, "az", site=press.site, at=press.at)
    press.release()
    assert not any(letter.id[:12] in path for path in press.tree())


def test_the_menu_says_which_languages_a_text_lacks(press: Press, letter: Document) -> None:
    page = press.page(item("az", "library", letter.id))
    top = page.split("<header", 1)[1].split("</header>", 1)[0]
    menu, lacking = top.split('<p class="lacking">')
    assert 'hreflang="en"' not in menu
    assert re.findall(r'hreflang="(\w+)"', lacking) == ["en"]
    assert "Tərcüməsi hələ yoxdur" in lacking
    assert 'class="lacking"' not in press.page(list_of("az", "library"))


def test_a_list_says_that_a_title_is_in_another_language(press: Press, letter: Document) -> None:
    assert "Not translated into this language yet. Language here: French" in press.page(
        list_of("en", "library")
    )
    assert "Not translated" not in press.page(list_of("az", "library"))


def test_an_answer_in_one_language_says_so_and_leads_to_the_others(press: Press) -> None:
    question = press.open(cast.a_question(press.site))
    for side in ("az", "hy"):
        press.open(cast.an_answer(press.site, to=question, side=side, words=f"Of {side}."))
    press.release()
    answer = press.opened[1]
    there = set(answer.body["versions"])
    lacking = next(code for code in ("fr", "en", "hy") if code not in there)
    page = press.page(item(lacking, "questions", question.id))
    sentence = {"fr": "Langue du texte", "en": "Language here", "hy": "Այստեղ լեզուն"}[lacking]
    assert sentence in page


def test_paragraphs_are_paragraphs(press: Press, letter: Document) -> None:
    page = press.page(item("fr", "library", letter.id))
    assert "<p>La source est vieille.</p>" in page
    assert "La source est vieille" in page.split('name="description"')[1][:120], (
        "more than the salutation"
    )

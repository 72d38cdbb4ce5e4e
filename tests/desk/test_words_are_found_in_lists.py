"""Above each long list of a desk is a field for words: found without case, accents and dots."""

from collections.abc import Iterator

import pytest

import cast
import desks as stage
from visavis.base.finding import LookedFor
from visavis.dialogue import queries as dialogue
from visavis.discussions import queries as discussions
from visavis.library import queries as library


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("", "anything"),
        ("işıq", "İŞIQ və su"),
        ("isiq SU", "İşıq və su"),
        ("ЁЛКА", "елка"),
        ("եւ", "և մենք"),
        ("francais", "En français"),
        ("zola aurore", "L’Aurore, Émile Zola"),
    ],
)
def test_words_are_found_as_people_type_them(typed: str, text: str) -> None:
    assert LookedFor(typed).is_in(text)


def test_each_word_is_asked_for_and_a_long_line_costs_no_more() -> None:
    assert not LookedFor("su od").is_in("İşıq və su")
    assert len(LookedFor("x " * 10_000).typed) <= 100


@pytest.fixture
def desks(db: None) -> Iterator[stage.Desks]:
    with stage.on(stage.DAY):
        yield stage.at_work()


def test_lists_show_what_has_the_words_and_say_when_nothing_has(desks: stage.Desks) -> None:
    site = desks.site
    for author in ("Zola", "Ani of the poplars"):
        cast.open_(cast.an_article(site, author=author), site)
    for text in ("Who planted the poplar?", "Who sings?"):
        cast.open_(cast.a_question(site, text=text), site)
    page = desks.page("hy", "/en/desk/library/?words=ZOLA+title")
    assert page.count("Title (az)") == 1
    assert 'value="ZOLA title"' in page
    page = desks.page("hy", "/en/desk/library/?words=title&only=article")
    assert 'href="?only=letter&amp;words=title"' in page  # another filter keeps the words
    page = desks.page("hy", "/en/desk/questions/?words=poplar+planted&only=open")
    assert "poplar" in page
    assert "sings" not in page
    for part in ("library", "questions", "discussions"):
        page = desks.page("hy", f"/en/desk/{part}/?words=%3Cb%3Enothing")
        assert "Nothing here contains these words." in page
        assert "<b>nothing" not in page


def test_a_draft_is_found_by_its_own_desk_alone(desks: stage.Desks) -> None:
    typed = {"kind": "letter", "language": "az", "title": "Sirli söz", "typed": "Söz."}
    assert desks.post("az", "/en/desk/library/new/", typed).status_code == 302
    assert "Sirli söz" in desks.page("az", "/en/desk/library/?words=SIRLI")
    assert "Sirli söz" not in desks.page("az", "/en/desk/library/?words=other")
    assert "Sirli söz" not in desks.page("hy", "/en/desk/library/?words=SIRLI")


def test_no_more_is_looked_through_than_the_page_says(
    desks: stage.Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "MOST_LOOKED_AT", 2)
    monkeypatch.setattr(library, "LOOKED_AT_ONCE", 1)
    for _ in range(3):
        cast.open_(cast.an_article(desks.site), desks.site)
    assert "There may be more" in desks.page("hy", "/en/desk/library/?words=nothing")


def test_a_field_for_words_asks_the_database_no_more_than_a_page_may(
    desks: stage.Desks, django_assert_max_num_queries
) -> None:
    assert dialogue.MOST_LISTED == discussions.MOST_LISTED == 100
    for part in ("library", "questions", "discussions"):
        with django_assert_max_num_queries(stage.MOST_QUERIES):
            desks.page("hy", f"/en/desk/{part}/?words=x")

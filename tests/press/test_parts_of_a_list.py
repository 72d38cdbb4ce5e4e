"""The library's articles and letters are lists of their own, and cost what a list costs."""

import re
from datetime import date

import pytest
from printing import Press

import cast
from visavis.kinds.kind import Kinds, List
from visavis.pages.addresses import list_of
from visavis.project.kinds import KINDS


def shown_on(press: Press, name: str) -> list[str]:
    """Return the ids in the addresses of a list's first page in English, in its order."""
    return re.findall(r'<h3><a href="[^"]*library/([0-9a-f]{12})/', press.page(list_of("en", name)))


def test_each_part_shows_its_own_kind_and_leads_to_the_whole(press: Press) -> None:
    letter = press.open(cast.a_letter(press.site)).id[:12]
    article = press.open(cast.an_article(press.site)).id[:12]
    press.release()
    assert sorted(shown_on(press, "library")) == sorted([letter, article])
    assert shown_on(press, "articles") == [article]
    assert shown_on(press, "letters") == [letter]
    for name in ("library", "articles", "letters"):
        page = press.page(list_of("en", name))
        ways = re.search(r'<ul class="parts">(.*?)</ul>', page, re.DOTALL)
        assert ways
        assert re.findall(r'href="\.\./\.\./en/(\w+)/', ways[1]) == [
            "library",
            "articles",
            "letters",
        ]
        assert f'{name}/index.html" aria-current="page"' in ways[1]
        menu = page.split('<ul class="menu">')[1].split("</ul>")[0]
        assert len(re.findall("aria-current", menu)) == 1
        assert re.search(r'library/index.html" aria-current', menu)
    assert '<ul class="parts">' not in press.page(list_of("en", "questions"))


def test_a_letter_leaves_the_list_of_articles_as_it_was(press: Press) -> None:
    press.open(cast.an_article(press.site))
    press.release()
    before = press.tree()
    press.open(cast.a_letter(press.site))
    press.release()
    after = press.tree()
    assert {path: after[path] for path in before if "/articles/" in path} == {
        path: before[path] for path in before if "/articles/" in path
    }
    assert before[list_of("en", "letters")] != after[list_of("en", "letters")]


def test_a_page_of_a_list_names_the_years_of_what_is_on_it(press: Press) -> None:
    this_year = press.day.year
    for day in (press.day, date(this_year + 2, 1, 1), date(this_year + 2, 2, 1)):
        press.day = day
        press.open(cast.an_article(press.site, day=day))
    press.release()
    page = press.page(list_of("en", "library"))
    years = re.findall(r'<h2 id="year-\d+">(\d+)</h2>', page)
    assert years == [str(this_year + 2), str(this_year)]
    newer, older = page.split(f'id="year-{this_year}"')
    assert (newer.count("<h3>"), older.count("<h3>")) == (2, 1)


def test_a_part_of_a_list_that_is_not_there_is_refused() -> None:
    (whole, *_) = KINDS.lists
    for part_of in ("nothing", "part"):
        part = List(name="part", title=whole.title, note=whole.note, part_of=part_of)
        with pytest.raises(ValueError, match="no whole list"):
            Kinds(KINDS.every, (*KINDS.lists, part))

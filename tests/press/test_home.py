"""What the home page begins with, and when it changes."""

import re
from datetime import timedelta

import pytest
from printing import Press, a_little_site

import cast
from visavis.pages.addresses import home
from visavis.press import lists

WHY = 'aria-labelledby="why"'


def headings(page: str) -> list[str]:
    """Return what is in the headings of a page, level first."""
    found = re.findall(r"<h([1-6])[^>]*>(.*?)</h\1>", page, re.DOTALL)
    return [f"{level} {re.sub('<[^>]+>', '', words).strip()}" for level, words in found]


def answered(press: Press, *, words: str = "Words.", languages: tuple[str, ...] = ("en",)) -> str:
    """Open a question with an answer from each side; return its id."""
    question = press.open(cast.a_question(press.site))
    for side in ("az", "hy"):
        press.open(
            cast.an_answer(press.site, to=question, side=side, words=words, languages=languages)
        )
    return question.id


def test_it_begins_with_the_newest_answers_then_says_why_then_shows_what_waits(
    press: Press,
) -> None:
    little = a_little_site(press)
    for code in cast.SITE_LANGUAGES:
        page = press.page(home(code))
        first, why = page.index('aria-labelledby="newest"'), page.index(WHY)
        assert little.empty.id[:12] in page[first:why], "its answer and its empty chair came last"
        assert first < why < page.index('aria-labelledby="waiting"')
        assert why < page.index('aria-labelledby="texts"')
        assert page[first:why].count('<article class="column">') == 2
        assert '<h1 class="unseen"' in page


def test_each_answer_stands_in_its_own_language_where_there_is_no_other(press: Press) -> None:
    answered(press, languages=("en",))
    press.release()
    shown = press.page(home("ru")).split('aria-labelledby="newest"')[1].split(WHY)[0]
    for code in ("az", "hy"):
        assert shown.count(f'<div class="prose" lang="{code}" dir="ltr">') == 1
    assert shown.count('<p class="note">') == 3, "both say which language that is, the question too"
    assert shown.count('hreflang="en"') == 2, "and both lead to the others"


def test_of_a_long_answer_only_the_first_words_are_there(press: Press) -> None:
    answered(press, words=f"Begins. {'word ' * 150}ends.")
    press.release()
    shown = press.page(home("en")).split(WHY, 1)[0]
    assert shown.count("Begins.") == 2
    assert "ends." not in shown
    assert shown.count("word…") == 2


def test_without_answers_it_begins_with_the_newest_text_and_does_not_show_it_twice(
    press: Press,
) -> None:
    older = press.open(cast.an_article(press.site))
    press.open(cast.a_question(press.site))
    press.day += timedelta(days=1)
    text = press.open(cast.an_article(press.site, day=press.day, author="Nərgiz"))
    press.release()
    page = press.page(home("az"))
    first, rest = page.split(WHY, 1)
    assert text.id[:12] in first
    assert first.count("Birinci.") == first.count("Առաջին։") == 1, "both languages face each other"
    assert '<div class="prose" lang="hy" dir="ltr">' in first
    assert text.id[:12] not in rest
    assert older.id[:12] in rest


def test_with_nothing_to_show_it_says_why_under_its_own_name(press: Press) -> None:
    press.release()
    page = press.page(home("en"))
    assert len(headings(page)) == 2
    assert headings(page)[0].startswith("1 ")
    assert 'class="unseen"' not in page


def test_it_does_not_change_with_what_it_does_not_show(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "IN_A_WINDOW", 2)
    answered(press)
    texts = []
    for _ in range(4):
        texts.append(press.open(cast.an_article(press.site)))
        press.release()
    before = press.tree()
    cast.take_down(texts[0], "hy", site=press.site, at=press.at)
    press.release()
    after = press.tree()
    changed = {path for path in before.keys() | after if before.get(path) != after.get(path)}
    assert any(texts[0].id[:12] in path for path in changed)
    assert not changed & {home(code) for code in cast.SITE_LANGUAGES}
    cast.take_down(texts[3], "hy", site=press.site, at=press.at)
    press.release()
    assert press.tree()[home("en")] != after[home("en")]

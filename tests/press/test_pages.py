"""What is on the public pages, and what never may."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from posixpath import normpath

import pytest
from printing import LittleSite, Press, a_little_site

import cast
from visavis.base.languages import day_in
from visavis.pages.addresses import item
from visavis.record import actions as record

FORBIDDEN = re.compile(
    r"<script|<svg|<style|<iframe|<object|\sstyle=|\son[a-z]+=|javascript:|@import", re.IGNORECASE
)


@pytest.fixture
def little(press: Press) -> LittleSite:
    return a_little_site(press)


class Links(HTMLParser):
    """Every address on a page, every id, and whether each element that was opened is closed."""

    VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.headings: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        for name, value in attrs:
            if name in {"href", "src"} and value:
                self.addresses.append(value)
            if name == "id" and value:
                self.ids.append(value)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def html_paths(press: Press) -> list[str]:
    return [path for path in press.tree() if path.endswith(".html")]


BY_SERVE = {"record.tar", "copy/index.html"}
"""What the page about the site links and only `visavis serve` makes, out of the record: decision 0049."""


def test_every_link_on_every_page_leads_to_something_in_the_edition(little: LittleSite) -> None:
    paths = set(little.press.tree())
    for path in html_paths(little.press):
        folder = path.rpartition("/")[0]
        for address in Links(little.press.page(path)).addresses:
            if address.startswith(("https://example.org/", "#")):
                continue
            where = (
                address[1:]
                if address.startswith("/")
                else normpath(f"{folder}/{address}").lstrip("/")
            )
            if address.endswith("/"):
                where = normpath(f"{where}/index.html").lstrip("/")
            assert where in paths | BY_SERVE, f"{path} links to {address}"


def test_no_page_but_the_one_for_missing_ones_knows_where_the_root_is(little: LittleSite) -> None:
    """So a copy works from a folder, a stick and any host name."""
    for path in html_paths(little.press):
        if not path.endswith("404.html"):
            assert not [a for a in Links(little.press.page(path)).addresses if a.startswith("/")]


def test_no_page_has_anything_that_could_run_or_be_fetched_from_elsewhere(
    little: LittleSite,
) -> None:
    for path in html_paths(little.press):
        page = little.press.page(path)
        assert not FORBIDDEN.search(page), path
        assert "default-src 'none'" in page
        assert not re.search(r'<(link|img|source)[^>]+(href|src)="(https?:)?//', page), path


def test_every_page_has_one_first_heading_and_no_id_twice(little: LittleSite) -> None:
    for path in html_paths(little.press):
        found = Links(little.press.page(path))
        assert found.headings.count("h1") == 1, path
        assert found.headings[0] == "h1", path
        assert len(found.ids) == len(set(found.ids)), path


def test_a_released_question_shows_both_answers_and_what_each_proposes(little: LittleSite) -> None:
    page = little.press.page(item("en", "questions", little.released.id)).split("<body", 1)[1]
    assert (
        page.count("Words of az, <em>indeed</em>.")
        == page.count("Words of hy, <em>indeed</em>.")
        == 1
    )
    assert page.count("Let both plant one.") == 2
    assert "empty" not in page


def test_the_columns_stand_in_one_order_in_every_language(little: LittleSite) -> None:
    orders = set()
    for code in cast.SITE_LANGUAGES:
        page = little.press.page(item(code, "questions", little.released.id))
        orders.add(page.index("Words of az") < page.index("Words of hy"))
    assert len(orders) == 1


def test_a_sealed_question_says_nothing_of_who_has_answered(press: Press) -> None:
    """Byte for byte the page is the same before and after the first answer is keyed."""
    question = press.open(cast.a_question(press.site))
    press.release()
    before = press.tree()
    press.open(cast.an_answer(press.site, to=question, side="az"))
    press.release()
    assert press.tree() == before
    page = press.page(item("en", "questions", question.id))
    assert "sealed" in page
    assert "We would keep the trees." not in page


def test_an_empty_chair_has_one_sentence_and_no_reason(little: LittleSite) -> None:
    page = little.press.page(item("en", "questions", little.empty.id))
    assert page.count("This chair is empty.") == 2
    assert "Words of az" in page


def test_a_chair_left_empty_by_one_side_alone_says_whose_version_that_is(press: Press) -> None:
    site = press.site
    asked = press.open(cast.a_question(site, deadline=press.day))
    for side, words in (("az", "Words of az."), ("hy", "Never keyed.")):
        answer = cast.an_answer(site, to=asked, side=side, words=words, languages=["en"])
        cast.propose(answer, site=site, today=press.day)
        if side == "az":
            cast.turn(answer, side, site=site, today=press.day)
    asked_on = press.day + timedelta(days=1)
    chair = cast.with_empty_chairs(asked, "hy", day=asked_on)
    cast.propose(chair, by="az", site=site, today=asked_on)
    press.day = asked_on + timedelta(days=14)
    alone = cast.alone(chair, side="az", asked_on=asked_on, day=press.day)
    record.propose_alone(document=alone, asked=chair.digest, by="az", today=press.day)
    cast.turn(alone, "az", site=site, today=press.day)
    press.release()
    page = press.page(item("en", "questions", asked.id))
    assert "Only one side shows this version of the question: Side az (en)." in page
    assert "In this version the seats without an answer stay empty." in page
    assert "The other side has not answered this proposal." in page
    assert "Shown by" not in page
    assert "Words of az." in page
    assert "Never keyed." not in page
    assert page.count("This chair is empty.") == 2


def test_a_question_asked_by_one_side_alone_is_shown_by_it_alone(press: Press) -> None:
    asked_on = press.day
    own = cast.propose(cast.a_question(press.site), by="az", site=press.site, today=asked_on)
    press.day += timedelta(days=14)
    alone = cast.alone(own, side="az", asked_on=asked_on, day=press.day)
    record.propose_alone(document=alone, asked=own.digest, by="az", today=press.day)
    cast.turn(alone, "az", site=press.site, today=press.day)
    press.release()
    page = press.page(item("en", "questions", own.id))
    assert "Shown by one side only: Side az (en)." in page
    assert "This version of the question" not in page


def test_what_was_cut_is_counted_and_can_be_shown_and_what_is_withheld_is_not_there(
    little: LittleSite,
) -> None:
    page = little.press.page(item("az", "library", little.letter.id))
    assert re.search(r"<summary[^>]*>\[…\] 2 .*</summary> <del>Su axı</del>", page)
    assert re.search(r'class="withheld"[^>]*>\[…\] 7 ', page)


def test_a_paragraph_older_than_the_original_says_so_in_words(little: LittleSite) -> None:
    page = little.press.page(item("hy", "library", little.letter.id))
    stale = page[page.index('class="stale"') :]
    assert "Գաղտնի։" in stale
    assert "is-stale" in page[: page.index('class="prose"')]


def test_what_stands_alone_says_whose_it_is_and_nothing_else_does(little: LittleSite) -> None:
    alone = little.press.page(item("hy", "library", little.alone.id))
    joint = little.press.page(item("hy", "library", little.joint.id))
    assert 'class="notice"' in alone
    assert "Side hy (hy)" in alone
    assert 'class="notice"' not in joint


def test_side_by_side_each_row_holds_what_belongs_together(little: LittleSite) -> None:
    page = little.press.page(f"hy/library/{little.joint.id[:12]}/hy-az/index.html")
    rows = page.split('<div class="row">')[1:]
    assert ["Առաջին։" in rows[0], "Birinci." in rows[0]] == [True, True]
    assert ["Երկրորդ։" in rows[1], "İkinci." in rows[1]] == [True, True]
    assert rows[0].index("Առաջին։") < rows[0].index("Birinci.")
    assert '<html lang="hy"' in page


def test_a_source_is_linked_only_where_it_is_a_web_address(press: Press) -> None:
    source = {"title": "Trap", "address": "javascript:alert(1)", "copy": None}
    text = cast.an_article(press.site)
    text.body["source"] = source  # type: ignore[index]  # what no form would let through
    press.open(text)
    press.release()
    tree = press.tree()
    path = item("az", "library", text.id)
    assert path not in tree or 'href="javascript' not in press.page(path)


def test_words_that_look_like_markup_stay_words(press: Press) -> None:
    trap = '<img src=x onerror=alert(1)> "><script>x</script>\x00title\x00'.replace("\x00", "")
    text = press.open(
        cast.an_article(press.site, texts={"az": [trap], "hy": [trap]}, author=trap, place=trap)
    )
    press.open(cast.a_question(press.site, text=trap, note=trap))
    press.release()
    for path in html_paths(press):
        assert not FORBIDDEN.search(re.sub(r"&lt;.*", "", press.page(path))), path
        Links(press.page(path))
    assert "&lt;img src=x" in press.page(item("az", "library", text.id))


def test_a_site_from_right_to_left_is_mirrored_and_speaks_english(press_of) -> None:  # type: ignore[no-untyped-def]
    press = press_of(cast.a_charter(sides=("ar", "he"), languages=("ar", "he")))
    texts = {"ar": ["نبع قديم."], "he": ["מעיין ישן."]}
    text = press.open(cast.an_article(press.site, texts=texts, original="ar"))
    press.release()
    page = press.page(f"ar/library/{text.id[:12]}/ar-he/index.html")
    assert '<html lang="ar" dir="rtl">' in page
    assert '<body lang="en" class="mirrored">' in page
    assert '<div class="prose" lang="he" dir="rtl"><p>מעיין ישן.' in page


def test_three_sides_stand_in_three_equal_columns(press_of) -> None:  # type: ignore[no-untyped-def]
    press = press_of(cast.a_charter(sides=cast.THREE, languages=("az", "hy", "ka", "en")))
    question = press.open(cast.a_question(press.site))
    for side in cast.THREE:
        press.open(cast.an_answer(press.site, to=question, side=side, words=f"Of {side}."))
    press.release()
    page = press.page(item("ka", "questions", question.id))
    assert page.count('<div class="facing of-3">') == 2
    assert page.count('<article class="column">') == 3


def test_what_a_language_lacks_is_said_once_and_the_cells_below_are_empty(press: Press) -> None:
    texts = {"az": ["Bir.", "İki.", "Üç."], "hy": ["Մեկ։"]}
    text = press.open(cast.an_article(press.site, texts=texts))
    press.release()
    page = press.page(f"az/library/{text.id[:12]}/az-hy/index.html")
    assert page.count('<div class="row">') == 3
    assert page.count('class="absent"') == 1
    assert page.count('<div class="prose" lang="hy" dir="ltr"></div>') == 1


def test_a_list_shows_the_days_by_which_it_is_ordered(press: Press) -> None:
    """A text keeps the day of its first version; the day of its last is told beside it."""
    first, second, third = (cast.DAY + timedelta(days=n) for n in (0, 10, 15))
    english = {"texts": {"en": ["One."]}, "original": "en"}
    older = press.open(cast.an_article(press.site, day=first, **english))
    press.day = second
    press.open(cast.a_letter(press.site, day=second, **english))
    press.day = third
    body = {**older.body, "history": [first.isoformat(), third.isoformat()]}
    press.open(cast.next_version(older, body=body, day=third))
    press.release()
    written = [day_in(day, language="en") for day in (second, first, third)]
    for path in ("en/library/index.html", "en/index.html"):
        page = press.page(path)
        assert re.findall("|".join(written), page) == written
        assert page.count(f"Last changed: {written[2]}") == page.count("Last changed") == 1


NOT_FOR_READERS = re.compile(
    r"\b(bytes?|digest|hash|plane|press|standing|turn(ed|s)? (the|its) key)\b", re.IGNORECASE
)


def test_no_page_speaks_to_readers_in_words_of_the_software(little: LittleSite) -> None:
    """A word of ours that cannot be done without, such as fingerprint or record, is explained beside it."""
    pages = {path: little.press.page(path) for path in html_paths(little.press)}
    english = {path: page for path, page in pages.items() if path.startswith("en/")}
    assert len(english) > 10
    for path, page in english.items():
        words = re.sub(r"<pre.*?</pre>|<[^>]+>", " ", page.split("<body", 1)[1], flags=re.DOTALL)
        assert not NOT_FOR_READERS.search(words), path
    about = pages["en/about/index.html"]
    for word, said in (
        ("charter", "an agreement that all of them have signed"),
        ("key", "a secret number"),
        ("record", "all that is public here"),
        ("mirror", "a copy of it elsewhere"),
        ("edition", "all pages change together"),
        ("recovery key", "a second key kept apart"),
        ("release key", "the site’s own key"),
        ("fingerprint", "worked out from all its letters"),
    ):
        assert word in about
        assert said.casefold() in about.casefold(), word

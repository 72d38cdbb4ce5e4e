"""What readers see of a text is made of open documents and of nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

import cast
from views import viewed
from visavis.kinds.unreadable import Unreadable
from visavis.library import cuts, drafting
from visavis.library.bodies import TextBody, Unit, UnitKind, Version, Why
from visavis.library.public import (
    Original,
    Shortened,
    Stale,
    StandingRow,
    Text,
    Translated,
)
from visavis.signing.signed import SignedDocument

SITE = cast.a_charter()
LATER = cast.DAY + timedelta(days=6)


def seen(*documents) -> Text | Unreadable | None:
    """The text as the press would see it. Whether these are open is the record's to say."""
    return viewed([SignedDocument(each, ()) for each in documents], SITE.charter)


def shown(*documents) -> Text:
    text = seen(*documents)
    assert isinstance(text, Text)
    return text


def words(text: Text, language: str) -> list[str]:
    return ["".join(str(run.html) for run in u.runs) for u in text.versions[language].units]


def behind(text: Text) -> list[str]:
    return [each.digest for each in text.documents]


def changed(document, *paragraphs: str, original: str = "az"):
    """The next version of an article, in which the original says something else."""
    body = drafting.reopened(TextBody.from_json(document.body), salt=document.salt)
    units = tuple(Unit(UnitKind.PARAGRAPH, text) for text in paragraphs)
    version = drafting.edited(body.first, title=body.first.title, units=units)
    later = cast.next_version(document, day=LATER)
    made = drafting.finished(
        body.with_version(original, version),
        salt=later.salt,
        before=TextBody.from_json(document.body).history,
        today=LATER,
    )
    return replace(later, body=made.as_json())


def test_a_text_is_shown_in_each_of_its_languages() -> None:
    document = cast.an_article(SITE, texts={"az": ["*Bir* <b>.", "İki."], "hy": ["Մեկ։", "Երկու։"]})
    text = shown(document)
    assert words(text, "az") == ["<em>Bir</em> &lt;b&gt;.", "İki."]
    assert text.versions["az"].is_original
    assert not text.versions["hy"].is_original
    assert behind(text) == [document.digest]
    assert text.rows(left="az", right="hy") == (
        StandingRow((0,), (0,), False),
        StandingRow((1,), (1,), False),
    )
    assert text.rows(left="hy", right="az") == text.rows(left="az", right="hy")
    assert text.versions["hy"].stale_since is None


def test_an_original_has_a_lineage_of_one_step() -> None:
    text = shown(cast.an_article(SITE, written_on="2029-01-02"))
    (step,) = text.lineage("az").steps
    assert step == Original("az", text.details.written_on, None)


def test_a_changed_original_makes_the_translation_stale_since_that_day() -> None:
    document = cast.an_article(SITE)
    text = shown(changed(document, "Birinci.", "Başqa."))
    version = text.versions["hy"]
    assert [unit.is_stale for unit in version.units] == [False, True]
    assert (version.stale_since, version.n_stale) == (LATER, 1)
    assert text.lineage("hy").steps[-1] == Stale(LATER, 1)
    assert [row.is_stale for row in text.rows(left="az", right="hy")] == [False, True]


def test_a_new_paragraph_of_the_original_is_an_empty_cell_that_is_stale() -> None:
    text = shown(changed(cast.an_article(SITE), "Birinci.", "Yeni.", "İkinci."))
    assert text.rows(left="az", right="hy") == (
        StandingRow((0,), (0,), False),
        StandingRow((1,), (), True),
        StandingRow((2,), (1,), False),
    )
    assert text.versions["hy"].n_stale == 1


def test_a_translation_that_came_later_is_shown_beside_under_its_own_side() -> None:
    document = cast.an_article(SITE)
    later = cast.a_translation(SITE, of=document, language="ru", side="hy", translator="P. N.")
    text = shown(document, later)
    assert text.versions["ru"].side == "hy"
    assert text.lineage("ru").steps[-1] == Translated("ru", "P. N.", "hy")
    assert behind(text) == [document.digest, later.digest]
    assert text.rows(left="hy", right="ru") == (
        StandingRow((0,), (0,), False),
        StandingRow((1,), (1,), False),
    )
    assert text.versions["ru"].units[0].is_stale is False


def test_the_language_inside_the_text_comes_before_a_later_one() -> None:
    document = cast.an_article(SITE)
    later = cast.a_translation(SITE, of=document, language="hy", side="hy")
    assert words(shown(document, later), "hy") == ["Առաջին։", "Երկրորդ։"]


def test_of_two_later_translations_the_fresher_is_shown() -> None:
    document = cast.an_article(SITE)
    old = cast.a_translation(SITE, of=document, language="en", side="az", paragraphs=["Old.", "O."])
    newer = changed(document, "Birinci.", "Başqa.")
    fresh = cast.a_translation(SITE, of=newer, language="en", side="hy", paragraphs=["New.", "N."])
    for order in ((old, fresh), (fresh, old)):
        assert words(shown(newer, *order), "en") == ["New.", "N."]
    stale = shown(newer, old).versions["en"]
    assert [unit.is_stale for unit in stale.units] == [False, True]
    assert stale.stale_since == LATER


def test_no_word_is_shown_of_what_is_no_text() -> None:
    document = cast.an_article(SITE)
    assert seen() is None
    for wrong in ({"body": {}}, {"body": {**document.body, "more": 1}}):
        assert isinstance(seen(replace(document, **wrong)), Unreadable)
    bad_rows = {**document.body["versions"]["hy"], "rows": [[[0], [0]]]}
    versions = {**document.body["versions"], "hy": bad_rows}
    bad = replace(document, body={**document.body, "versions": versions})
    assert isinstance(seen(bad), Unreadable)


def test_a_language_that_the_site_does_not_have_is_left_out() -> None:
    document = cast.an_article(SITE, texts={"az": ["Bir."], "ka": ["ერთი."]})
    assert set(shown(document).versions) == {"az"}
    foreign = cast.an_article(SITE, texts={"ka": ["ერთი."]}, original="ka")
    assert isinstance(seen(foreign), Unreadable)


def test_a_broken_or_foreign_translation_is_left_out_and_the_text_stays() -> None:
    document, other = cast.an_article(SITE), cast.an_article(SITE)
    foreign = cast.a_translation(SITE, of=other, language="en", side="az")
    broken = replace(cast.a_translation(SITE, of=document, language="ru", side="az"), body={"a": 1})
    assert set(shown(document, foreign, broken).versions) == {"az", "hy"}


def test_the_lineage_tells_a_cut_only_of_the_languages_in_which_it_was_made() -> None:
    document = cast.an_article(SITE, texts={"az": ["bir iki üç dörd"], "hy": ["մեկ երկու"]})
    body = TextBody.from_json(document.body)
    cut = cuts.Cut(unit=0, start=4, end=10, why=Why.LENGTH, words=0)
    body = body.with_version("az", cuts.strike(body.first, cut, language="az"))
    text = shown(replace(document, body=body.as_json()))
    original = Original("az", None, None)
    assert text.lineage("az").steps == (original, Shortened(2, 4))
    assert text.lineage("hy").steps == (original, Translated("hy", None, None))
    runs = text.versions["az"].units[0].runs
    assert [(str(run.html), run.cut and run.cut.words) for run in runs] == [
        ("bir ", None),
        ("iki üç", 2),
        (" dörd", None),
    ]


@pytest.mark.parametrize("why", [Why.SAFETY, Why.THIRD_PERSON])
def test_withheld_words_leave_a_mark_without_words(why: Why) -> None:
    version = Version(title="t", units=(Unit(UnitKind.PARAGRAPH, "ask Samir now"),))
    cut = cuts.Cut(unit=0, start=4, end=9, why=why, words=0)
    body = TextBody(original="en", versions={"en": cuts.strike(version, cut, language="en")})
    document = cast.an_article(SITE, texts={"en": ["x"]}, original="en")
    made = drafting.finished(body, salt=document.salt, before=(), today=document.day)
    text = shown(replace(document, body=made.as_json()))
    (mark,) = [run for run in text.versions["en"].units[0].runs if run.cut]
    assert (str(mark.html), mark.cut.words, mark.cut.is_withheld) == ("", 1, True)
    assert text.versions["en"].n_words == 3


def test_a_star_in_a_title_is_a_star() -> None:
    document = cast.an_article(SITE)
    version = {**document.body["versions"]["az"], "title": "*A* <b>"}
    versions = {**document.body["versions"], "az": version}
    text = shown(replace(document, body={**document.body, "versions": versions}))
    assert text.versions["az"].title == "*A* <b>"

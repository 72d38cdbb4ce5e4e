"""Shortening by striking: the stored text stays whole, and everything can be counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.base.text import clean, count_words, inline, sanitised
from visavis.library.bodies import Cut, Unit, UnitKind, Version, Why
from visavis.library.cuts import (
    StrikeRefusal,
    carried_over,
    n_words,
    n_words_cut,
    runs,
    spans_from_to,
    strike,
    unstrike,
    whole_unit,
    why_not_strike,
    withheld,
)

TEXTS = st.lists(
    st.sampled_from(
        ["word", "Ինչո՞ւ", "l’homme", "*a*", "[b](https://c.example)", " ", ", ", "—", "1"]
    ),
    max_size=14,
).map(lambda parts: clean("".join(parts)))
LANGUAGES = st.sampled_from(["en", "hy", "fr"])


def version(*texts: str) -> Version:
    return Version(title="t", units=tuple(Unit(UnitKind.PARAGRAPH, text) for text in texts))


def cut(unit: int, start: int, end: int, why: Why = Why.LENGTH) -> Cut:
    return Cut(unit=unit, start=start, end=end, why=why, words=0)


@st.composite
def struck(draw: st.DrawFn) -> tuple[Version, str]:
    language = draw(LANGUAGES)
    made = version(*draw(st.lists(TEXTS, min_size=1, max_size=3)))
    for _ in range(draw(st.integers(0, 6))):
        unit = draw(st.integers(0, len(made.units) - 1))
        places = st.integers(0, len(made.units[unit].text))
        span = cut(unit, *sorted((draw(places), draw(places))), draw(st.sampled_from(Why)))
        if why_not_strike(made, span, language=language) is None:
            made = strike(made, span, language=language)
        if draw(st.integers(0, 5)) == 0:
            made = withheld(made)
    return made, language


@given(struck())
def test_shown_and_cut_together_are_the_stored_text(made: tuple[Version, str]) -> None:
    for number, unit in enumerate(made[0].units):
        assert "".join(run.text for run in runs(made[0], number)) == unit.text


@given(struck())
def test_words_shown_and_words_cut_add_up(made: tuple[Version, str]) -> None:
    text, language = made
    shown = sum(
        count_words(run.text, language)
        for number in range(len(text.units))
        for run in runs(text, number)
        if run.cut is None
    )
    assert shown + n_words_cut(text) == n_words(text, language)


@given(struck())
def test_withholding_changes_no_count_and_leaves_no_withheld_word(
    made: tuple[Version, str],
) -> None:
    text, _language = made
    published = withheld(text)
    assert withheld(published) == published
    assert n_words_cut(published) == n_words_cut(text)
    assert len(published.cuts) == len(text.cuts)
    for number in range(len(text.units)):
        whole, left = runs(text, number), runs(published, number)
        gone = "".join(run.text for run in whole if not (run.cut and run.cut.is_withheld))
        assert "".join(run.text for run in left) == gone


@given(struck())
def test_a_version_with_cuts_is_read_back_as_it_was_written(made: tuple[Version, str]) -> None:
    for text in (made[0], withheld(made[0])):
        assert Version.from_json(text.as_json()) == text


@given(struck())
def test_each_run_is_the_same_markup_when_sanitised_again(made: tuple[Version, str]) -> None:
    for number in range(len(made[0].units)):
        for run in runs(made[0], number):
            assert sanitised(inline(run.text)) == inline(run.text)


@given(struck())
def test_undoing_every_strike_gives_the_whole_text_again(made: tuple[Version, str]) -> None:
    text = made[0]
    for each in text.cuts:
        text = unstrike(text, each)
    assert text == Version(title="t", units=made[0].units)


def test_a_span_grows_to_whole_words() -> None:
    made = strike(version("one Ինչո՞ւ three."), cut(0, 7, 8), language="hy")
    assert [run.text for run in runs(made, 0)] == ["one ", "Ինչո՞ւ", " three."]
    assert made.cuts[0].words == 1


def test_spans_of_one_reason_that_touch_become_one() -> None:
    made = strike(version("one two three four"), cut(0, 0, 3), language="en")
    made = strike(made, cut(0, 4, 7), language="en")
    made = strike(made, cut(0, 5, 13), language="en")
    assert made.cuts == (Cut(unit=0, start=0, end=13, why=Why.LENGTH, words=3),)


def test_where_two_reasons_meet_the_weightier_keeps_its_words() -> None:
    named = strike(version("ask Samir at home"), cut(0, 4, 9, Why.SAFETY), language="en")
    made = strike(named, whole_unit(named, 0, why=Why.LENGTH), language="en")
    assert [(run.text, run.cut and run.cut.why) for run in runs(made, 0)] == [
        ("ask ", Why.LENGTH),
        ("Samir", Why.SAFETY),
        (" at home", Why.LENGTH),
    ]
    assert [c.words for c in made.cuts] == [1, 1, 2]
    first = strike(version("ask Samir at home"), cut(0, 0, 17), language="en")
    assert strike(first, cut(0, 4, 9, Why.SAFETY), language="en") == made


def test_a_strike_in_two_pieces_takes_the_words_of_a_lighter_reason_in_both() -> None:
    made = version("one two three four five")
    made = strike(made, whole_unit(made, 0, why=Why.LENGTH), language="en")
    made = strike(made, cut(0, 8, 13, Why.SAFETY), language="en")
    made = strike(made, whole_unit(made, 0, why=Why.LAW), language="en")
    assert [each.why for each in made.cuts] == [Why.LAW, Why.SAFETY, Why.LAW]
    assert Version.from_json(made.as_json()) == made


def test_a_strike_of_which_heavier_reasons_leave_nothing_changes_nothing() -> None:
    made = version("one two three")
    made = strike(made, cut(0, 0, 3, Why.SAFETY), language="en")
    made = strike(made, cut(0, 8, 13, Why.LENGTH), language="en")
    assert strike(made, cut(0, 0, 3, Why.LAW), language="en") == made


def test_withheld_words_leave_the_text_and_stay_counted() -> None:
    made = strike(version("ask Samir at home"), cut(0, 4, 9, Why.THIRD_PERSON), language="en")
    published = withheld(made)
    assert published.units[0].text == "ask  at home"
    assert published.cuts == (Cut(unit=0, start=4, end=4, why=Why.THIRD_PERSON, words=1),)
    assert n_words(published, "en") == 4
    assert "Samir" not in str(published.as_json())


def test_a_strike_over_a_withheld_place_goes_round_it() -> None:
    made = withheld(strike(version("ask Samir at home"), cut(0, 4, 9, Why.SAFETY), language="en"))
    made = strike(made, whole_unit(made, 0, why=Why.LENGTH), language="en")
    assert [(run.text, run.cut and run.cut.words) for run in runs(made, 0)] == [
        ("ask ", 1),
        ("", 1),
        (" at home", 2),
    ]


def test_nothing_can_be_struck_where_there_are_no_words() -> None:
    made = version("one — two", "")
    assert why_not_strike(made, cut(0, 3, 6), language="en") is StrikeRefusal.NO_WORDS
    assert why_not_strike(made, cut(1, 0, 0), language="en") is StrikeRefusal.NO_WORDS
    assert why_not_strike(made, cut(2, 0, 3), language="en") is StrikeRefusal.NO_SUCH_UNIT
    assert why_not_strike(made, cut(0, 0, 3), language="en") is None


def test_what_is_struck_cannot_be_struck_again() -> None:
    made = strike(version("one two"), cut(0, 0, 7), language="en")
    assert why_not_strike(made, cut(0, 0, 3), language="en") is StrikeRefusal.ALREADY_STRUCK
    assert why_not_strike(made, cut(0, 0, 3, Why.SAFETY), language="en") is None


def test_emphasis_and_links_are_struck_whole_or_not_at_all() -> None:
    made = version("a *b c* [d e](https://f.example) g")
    assert why_not_strike(made, cut(0, 3, 4), language="en") is StrikeRefusal.SPLITS_A_MARK
    assert why_not_strike(made, cut(0, 9, 10), language="en") is StrikeRefusal.SPLITS_A_MARK
    assert why_not_strike(made, cut(0, 2, 7), language="en") is None
    assert why_not_strike(made, cut(0, 8, 32), language="en") is None


def test_words_are_found_as_they_are_typed() -> None:
    text = "one two three two four"
    assert list(spans_from_to(text, first="two", last="two")) == [(4, 7), (14, 17)]
    assert list(spans_from_to(text, first="three", last="two")) == [(8, 17)]
    assert list(spans_from_to(text, first="four", last="one")) == []
    assert list(spans_from_to(text, first="", last="one")) == []


def test_cuts_stay_where_their_words_stay_after_an_edit() -> None:
    made = strike(version("one two", "three four five"), cut(0, 0, 3), language="en")
    made = strike(made, cut(1, 6, 10), language="en")
    new = version("new", "one two", "three, four, six").units
    kept = carried_over(made.units, new, made.cuts, places={0: 1, 1: 2})
    assert [new[c.unit].text[c.start : c.end] for c in kept] == ["one", "four"]
    assert carried_over(made.units, version("x").units, made.cuts, places={0: 0}) == ()


@pytest.mark.parametrize(
    ("struck", "edited", "place"),
    [
        ((4, 7), "one three four", 3),
        ((4, 7), "now one three and four", 7),
        ((0, 3), "two three, five", 0),
        ((14, 18), "zero, two three", 15),
        ((4, 7), "one and three four", None),
        ((4, 7), "one three one three", None),
    ],
)
def test_the_mark_of_what_is_withheld_stays_between_its_words(struck, edited, place) -> None:
    whole = strike(version("one two three four"), cut(0, *struck, Why.SAFETY), language="en")
    made = withheld(whole)
    kept = carried_over(made.units, version(edited).units, made.cuts, places={0: 0})
    assert [(c.start, c.end, c.words) for c in kept] == (
        [] if place is None else [(place, place, 1)]
    )

"""A translation is beside its original, paragraph by paragraph, and stays there when either changes."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.library.alignment import (
    aligned,
    composed,
    numbers_in,
    places_after,
    realigned,
    standing_now,
)
from visavis.library.bodies import Rows, Unit, UnitKind, why_not_rows

HEADING, PARAGRAPH, QUOTE = UnitKind.HEADING, UnitKind.PARAGRAPH, UnitKind.QUOTE
LANGUAGES = ("az", "hy", "ru", "en", "fr", "tr", "ka", "ar", "he")
UNITS = st.lists(
    st.builds(Unit, st.sampled_from(UnitKind), st.text("ab 1٢", max_size=30)), max_size=14
)
TEXTS = st.lists(st.sampled_from("abcdefgh"), max_size=9)


@st.composite
def rows_of(draw: st.DrawFn, n_original: int, n_own: int) -> Rows:
    """Any rows that could be: every unit once, in order, none empty."""
    n = draw(st.integers(0, n_original + n_own))
    ends = [
        [0, *sorted(draw(st.lists(st.integers(0, most), min_size=n, max_size=n))), most]
        for most in (n_original, n_own)
    ]
    columns = ([tuple(range(a, b)) for a, b in itertools.pairwise(column)] for column in ends)
    return tuple((left, right) for left, right in zip(*columns, strict=True) if left or right)


def paragraphs(*texts: str) -> list[Unit]:
    return [Unit(PARAGRAPH, text) for text in texts]


def declaration(folder: Path, language: str) -> tuple[list[Unit], list[int]]:
    """The units of the Universal Declaration, and where each of the thirty articles begins."""
    sections = json.loads((folder / "udhr" / f"{language}.json").read_text())["sections"]
    units: list[Unit] = []
    starts = []
    for section in sections:
        starts.append(len(units))
        units += [Unit(HEADING, section["heading"]), *paragraphs(*section["paragraphs"])]
    return units, starts[-30:]


@pytest.mark.parametrize(("left", "right"), list(itertools.permutations(LANGUAGES, 2)))
def test_every_article_of_the_declaration_stands_beside_itself(
    shared_data: Path, left: str, right: str
) -> None:
    original, here = declaration(shared_data, left)
    translation, there = declaration(shared_data, right)
    rows = aligned(original, translation)

    assert why_not_rows(rows, n_original=len(original), n_own=len(translation)) is None
    articles = [row for row in rows if min(row[0], default=-1) >= here[0]]
    n_units = len(original) - here[0]
    assert articles == [((here[0] + i,), (there[0] + i,)) for i in range(n_units)]
    assert all((start,) in {row[0] for row in articles} for start in here)
    preamble = rows[: len(rows) - len(articles)]
    if "he" in {left, right}:
        assert all(not row[0] or not row[1] for row in preamble)
    else:
        assert preamble[0] == ((0,), (0,))
        assert all(row[0] and row[1] for row in preamble)


@given(UNITS, UNITS)
def test_every_unit_stands_in_exactly_one_row(
    original: list[Unit], translation: list[Unit]
) -> None:
    rows = aligned(original, translation)
    assert why_not_rows(rows, n_original=len(original), n_own=len(translation)) is None
    for left, right in rows:
        kinds = {original[i].kind for i in left} | {translation[j].kind for j in right}
        if left and right and HEADING in kinds:
            assert kinds == {HEADING}


@given(UNITS)
def test_a_text_stands_beside_itself(units: list[Unit]) -> None:
    assert aligned(units, units) == tuple(((i,), (i,)) for i in range(len(units)))


def test_two_paragraphs_stand_beside_the_one_that_was_made_of_them() -> None:
    original = paragraphs("a" * 200, "b" * 300, "c" * 310, "d" * 120)
    translation = paragraphs("a" * 210, "b" * 630, "d" * 115)
    assert aligned(original, translation) == (((0,), (0,)), ((1, 2), (1,)), ((3,), (2,)))


def test_a_paragraph_that_was_left_out_has_an_empty_cell() -> None:
    original = paragraphs("a" * 200, "b" * 900, "c" * 80, "d" * 400)
    translation = paragraphs("a" * 200, "c" * 80, "d" * 400)
    assert aligned(original, translation)[1] == ((1,), ())


def test_numbers_hold_together_what_length_would_part() -> None:
    texts = ["a" * 200, "7 " + "b" * 150, "8 " + "c" * 150, "d" * 450]
    without_7 = [texts[0], "٨ " + "ب" * 150, texts[3]]
    without_8 = [texts[0], "٧ " + "ب" * 150, texts[3]]
    assert ((2,), (1,)) in aligned(paragraphs(*texts), paragraphs(*without_7))
    assert ((1,), (1,)) in aligned(paragraphs(*texts), paragraphs(*without_8))


def test_numbers_are_read_in_any_digits() -> None:
    assert numbers_in("Article 11, ١١, १२ and 2014-08-05") == {11, 12, 2014, 8, 5}
    assert numbers_in("Maddə yeddi") == frozenset()


def test_a_large_gap_in_a_long_text_is_found() -> None:
    original = paragraphs(*("a" * (40 + i * i * 7919 % 701) for i in range(400)))
    rows = aligned(original, original[90:])
    assert rows[-1] == ((399,), (309,))
    assert sum(1 for left, right in rows if left and not right) == 90


# after an edit


@given(st.data(), TEXTS, TEXTS, st.integers(0, 6), st.sampled_from([0, 1]))
def test_rows_are_whole_after_any_edit(
    data: st.DataObject, old: list[str], new: list[str], n_other: int, column: int
) -> None:
    counts = (len(old), n_other) if column == 0 else (n_other, len(old))
    rows = data.draw(rows_of(*counts))
    after = realigned(old, new, rows, column=column)
    counts = (len(new), n_other) if column == 0 else (n_other, len(new))
    assert why_not_rows(after, n_original=counts[0], n_own=counts[1]) is None


@given(st.data(), TEXTS, st.integers(0, 6))
def test_an_edit_that_changes_nothing_leaves_the_rows(
    data: st.DataObject, old: list[str], n_other: int
) -> None:
    rows = data.draw(rows_of(len(old), n_other))
    assert realigned(old, old, rows) == rows
    standing = standing_now(old, old, rows)
    assert [(row.left, row.right, row.is_stale) for row in standing] == [
        (*row, False) for row in rows
    ]


def test_a_new_paragraph_has_a_row_of_its_own_and_a_removed_one_leaves_its_row() -> None:
    rows = (((0,), (0,)), ((1,), (1,)), ((2,), (2,)))
    assert realigned("abc", "axbc", rows) == (
        ((0,), (0,)),
        ((1,), ()),
        ((2,), (1,)),
        ((3,), (2,)),
    )
    assert realigned("abc", "ac", rows) == (((0,), (0,)), ((), (1,)), ((1,), (2,)))
    assert realigned("abc", "axc", rows) == rows


def test_what_comes_between_two_units_of_one_row_joins_it() -> None:
    assert realigned("ab", "axb", (((0, 1), (0,)),)) == (((0, 1, 2), (0,)),)
    assert realigned("ab", "xab", (((0, 1), (0,)),)) == (((0,), ()), ((1, 2), (0,)))


def test_places_after_an_edit_follow_the_words() -> None:
    assert places_after(["a", "b", "c"], ["c", "a", "x"]) == {0: 1, 1: 2}


# staleness


def test_a_row_is_stale_when_its_original_changed_or_went_or_grew() -> None:
    rows = (((0,), (0,)), ((1,), (1,)), ((2, 3), (2,)), ((4,), (3,)))
    stale = [(r.left, r.right, r.is_stale) for r in standing_now("ab", "aX", rows[:2])]
    assert stale == [((0,), (0,), False), ((1,), (1,), True)]
    assert [r.is_stale for r in standing_now("abcde", "abcd", rows)] == [False, False, False, True]
    assert [r.is_stale for r in standing_now("abcde", "abcdef", rows)] == [False] * 4 + [True]


@given(st.data(), TEXTS, TEXTS, st.integers(0, 6))
def test_a_row_that_is_not_stale_was_made_of_the_very_words_beside_it(
    data: st.DataObject, made_of: list[str], now: list[str], n_own: int
) -> None:
    rows = data.draw(rows_of(len(made_of), n_own))
    before = {right: left for left, right in rows if right}
    for row in standing_now(made_of, now, rows):
        if not row.is_stale and row.right:
            assert [now[i] for i in row.left] == [made_of[i] for i in before[row.right]]


def test_staleness_of_five_thousand_units_is_found() -> None:
    made_of = [str(i) for i in range(5000)]
    now = [*made_of[:100], "new", *made_of[101:3000], *made_of[3001:]]
    rows = tuple(((i,), (i,)) for i in range(5000))
    stale = [row for row in standing_now(made_of, now, rows) if row.is_stale]
    assert [(row.left, row.right) for row in stale] == [((100,), (100,)), ((), (3000,))]


# two translations beside each other


@given(st.data(), st.integers(0, 6), UNITS, UNITS)
def test_two_translations_are_composed_through_their_original(
    data: st.DataObject, n_original: int, left: list[Unit], right: list[Unit]
) -> None:
    left_rows = data.draw(rows_of(n_original, len(left)))
    right_rows = data.draw(rows_of(n_original, len(right)))
    rows = composed(left_rows, right_rows, left=left, right=right)
    assert why_not_rows(rows, n_original=len(left), n_own=len(right)) is None


def test_what_both_translations_have_and_the_original_lacks_stands_side_by_side(
    shared_data: Path,
) -> None:
    (he, _), (en, _), (fr, _) = (declaration(shared_data, code) for code in ("he", "en", "fr"))
    rows = composed(aligned(he, en), aligned(he, fr), left=en, right=fr)
    assert rows == aligned(en, fr)


def test_rows_that_share_units_of_the_original_become_one() -> None:
    left = paragraphs("a", "b")
    right = paragraphs("c", "d", "e")
    rows = composed(
        (((0,), (0,)), ((1, 2), (1,))),
        (((0, 1), (0,)), ((2,), (1, 2))),
        left=left,
        right=right,
    )
    assert rows == (((0, 1), (0, 1, 2)),)


def test_several_paragraphs_stand_beside_the_one_that_was_made_of_them() -> None:
    lines = ("a" * 40, "b" * 34, "c" * 41, "d" * 31)
    rest = ("e" * 57, "f" * 9)
    original, translation = paragraphs(*lines, *rest), paragraphs("x" * 148, "y" * 59, "z" * 8)
    beside = (((0, 1, 2, 3), (0,)), ((4,), (1,)), ((5,), (2,)))
    assert aligned(original, translation) == beside
    assert aligned(translation, original) == tuple((right, left) for left, right in beside)


@pytest.mark.parametrize(
    "begins", ["[1] ", "* ", "Note: ", "Qeyd: ", "Примечание: ", "Ծանոթագրություն՝ "]
)
def test_notes_at_the_end_push_no_row_out_of_its_place(begins: str) -> None:
    lengths = (75, 52, 33, 36, 140, 24, 9, 7)
    original = paragraphs(*("a" * n for n in lengths))
    notes = (begins + "n" * 36, begins + "n" * 32)
    translation = paragraphs(*("b" * round(1.35 * n) for n in lengths), *notes)
    beside = tuple(((i,), (i,)) for i in range(8))
    assert aligned(original, translation) == (*beside, ((), (8,)), ((), (9,)))


def test_a_long_run_at_the_end_costs_little_more_than_a_short_one() -> None:
    lengths = (225, 156, 399, 108, 420, 72)
    original = paragraphs(*(f"{i} {'a' * n}" for i, n in enumerate(lengths)))
    own = (f"{i} {'b' * n}" for i, n in enumerate(lengths))
    translation = paragraphs(*own, *("c" * 60 for _ in range(3)))
    beside = tuple(((i,), (i,)) for i in range(6))
    assert aligned(original, translation) == (*beside, *(((), (6 + i,)) for i in range(3)))

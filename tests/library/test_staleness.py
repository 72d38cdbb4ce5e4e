"""A translation knows what it was made of: what changed since is older, and stays so until compared."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from visavis.library import cuts, drafting
from visavis.library.bodies import TextBody, Unit, UnitKind, Version, Why, unit_hash
from visavis.library.drafting import TypedRow

DAYS = [date(2030, 5, day) for day in (1, 8, 20)]
TEXTS = st.lists(st.sampled_from("abcdef"), max_size=6)


def units(*texts: str) -> tuple[Unit, ...]:
    return tuple(Unit(UnitKind.PARAGRAPH, text) for text in texts)


def original(*texts: str) -> Version:
    return Version(title="t", units=units(*texts))


def body(*texts: str, translation: tuple[str, ...] = ()) -> TextBody:
    """A text with a translation that is beside it one by one."""
    first = original(*texts)
    own = translation or tuple(text.upper() for text in texts)
    made = drafting.translated(first, title="T", units=units(*own), translator=None, of_version=1)
    rows = tuple(((i,), (i,)) for i in range(len(texts)))
    return TextBody(original="az", versions={"az": first, "hy": replace(made, rows=rows)})


def edited(text: TextBody, *texts: str) -> TextBody:
    version = drafting.edited(text.first, title="t", units=units(*texts))
    return text.with_version("az", version)


def stale(text: TextBody) -> list[bool]:
    return [row.is_stale for row in drafting.standing(text.versions["hy"], text.first)]


def test_a_new_translation_is_not_stale() -> None:
    assert stale(body("a", "b")) == [False, False]


def test_a_changed_paragraph_makes_its_translation_stale_and_no_other() -> None:
    assert stale(edited(body("a", "b", "c"), "a", "x", "c")) == [False, True, False]


def test_a_new_paragraph_has_an_empty_cell_that_is_stale() -> None:
    text = edited(body("a", "b"), "a", "n", "b")
    rows = drafting.standing(text.versions["hy"], text.first)
    assert [(r.left, r.right, r.is_stale) for r in rows] == [
        ((0,), (0,), False),
        ((1,), (), True),
        ((2,), (1,), False),
    ]


def test_a_translation_of_what_went_is_stale() -> None:
    assert stale(edited(body("a", "b", "c"), "a", "c")) == [False, True, False]


def test_words_written_beside_the_new_original_are_fresh_only_when_compared() -> None:
    text = edited(body("a", "b"), "a", "x")
    for compared in (False, True):
        made = drafting.rewritten(
            text.versions["hy"],
            text.first,
            title="T",
            translator=None,
            rows=[TypedRow((0,), "A", True), TypedRow((1,), "X", compared)],
            this_version=2,
        )
        after = text.with_version("hy", made)
        assert stale(after) == [False, not compared]
        assert made.of_version == (2 if compared else 1)


@given(TEXTS, TEXTS)
def test_writing_row_by_row_what_is_there_changes_nothing_readers_see(
    before: list[str], now: list[str]
) -> None:
    text = edited(body(*before), *now)
    version = text.versions["hy"]
    made = drafting.rewritten(
        version,
        text.first,
        title="T",
        translator=None,
        rows=drafting.typed_rows(version, text.first),
        this_version=2,
    )
    assert [unit.text for unit in made.units] == [unit.text for unit in version.units]
    assert sum(stale(text.with_version("hy", made))) == sum(stale(text))


def test_several_paragraphs_in_one_field_share_a_row() -> None:
    text = body("a", "b")
    made = drafting.rewritten(
        text.versions["hy"],
        text.first,
        title="T",
        translator="Pen",
        rows=[TypedRow((0,), "A\n\n# B", True), TypedRow((1,), "", True), TypedRow((), "C", True)],
        this_version=1,
    )
    assert made.rows == (((0,), (0, 1)), ((1,), ()), ((), (2,)))
    assert [unit.kind.value for unit in made.units] == ["paragraph", "heading", "paragraph"]
    assert made.translator == "Pen"


def test_mending_rows_keeps_marks_of_age() -> None:
    text = edited(body("a", "b", "c"), "a", "x", "c")
    rows = drafting.rows_from_numbers([(0, 0), (1, 2), (2, 2)], n_original=3)
    assert rows == (((0,), (0,)), ((1, 2), (1, 2)))
    assert rows is not None
    made = drafting.mended(text.versions["hy"], text.first, rows=rows)
    assert stale(text.with_version("hy", made)) == [False, True]


def test_numbers_that_go_back_or_name_no_paragraph_make_no_rows() -> None:
    assert drafting.rows_from_numbers([(1, 1), (0, 0)], n_original=2) is None
    assert drafting.rows_from_numbers([(0, 2)], n_original=2) is None
    assert drafting.rows_from_numbers([(1, 0)], n_original=2) is None
    assert drafting.rows_from_numbers([(0, 0), None, (0, 0)], n_original=2) is None
    assert drafting.rows_from_numbers([None, (1, 1)], n_original=3) == (
        ((), (0,)),
        ((0,), ()),
        ((1,), (1,)),
        ((2,), ()),
    )


# through documents


def signed(text: TextBody, *, salt: str, before: list[date], today: date) -> TextBody:
    made = drafting.finished(text, salt=salt, before=before, today=today)
    assert TextBody.from_json(made.as_json()) == made
    return made


def test_a_signed_translation_holds_hashes_of_what_it_was_made_of() -> None:
    made = signed(body("a", "b"), salt="s1", before=[], today=DAYS[0])
    assert made.versions["hy"].made_of == (unit_hash("a", salt="s1"), unit_hash("b", salt="s1"))
    assert made.versions["hy"].of_version == 1
    assert made.history == (DAYS[0],)


def test_marks_of_age_live_through_versions_and_salts() -> None:
    first = signed(body("a", "b", "c"), salt="s1", before=[], today=DAYS[0])
    second = edited(drafting.reopened(first, salt="s1"), "a", "x", "c")
    assert stale(second) == [False, True, False]
    second = signed(second, salt="s2", before=[DAYS[0]], today=DAYS[1])
    assert second.versions["hy"].of_version == 1
    third = edited(drafting.reopened(second, salt="s2"), "a", "x", "y")
    assert stale(third) == [False, True, True]
    third = signed(third, salt="s3", before=DAYS[:2], today=DAYS[2])
    assert third.versions["hy"].of_version == 1
    assert stale(drafting.reopened(third, salt="s3")) == [False, True, True]


def test_a_version_that_changes_nothing_moves_the_day_from_which_a_translation_is_stale() -> None:
    first = signed(body("a", "b"), salt="s1", before=[], today=DAYS[0])
    second = signed(drafting.reopened(first, salt="s1"), salt="s2", before=[DAYS[0]], today=DAYS[1])
    assert second.versions["hy"].of_version == 2
    third = edited(drafting.reopened(second, salt="s2"), "a", "x")
    assert signed(third, salt="s3", before=DAYS[:2], today=DAYS[2]).versions["hy"].of_version == 2


# withheld words


def with_cut(text: TextBody, language: str, unit: int, why: Why) -> TextBody:
    version = text.versions[language]
    cut = cuts.whole_unit(version, unit, why=why)
    return text.with_version(language, cuts.strike(version, cut, language=language))


def test_withheld_words_are_neither_in_the_document_nor_in_a_hash() -> None:
    text = body("the name is Samir", "b")
    start = len("the name is ")
    version = text.first
    cut = cuts.Cut(unit=0, start=start, end=start + 5, why=Why.SAFETY, words=0)
    text = text.with_version("az", cuts.strike(version, cut, language="az"))
    made = signed(text, salt="s", before=[], today=DAYS[0])
    assert "Samir" not in str(made.as_json()["versions"]["az"])
    assert unit_hash("the name is Samir", salt="s") not in (made.versions["hy"].made_of or ())
    assert stale(drafting.reopened(made, salt="s")) == [False, False]


def test_typing_again_what_is_open_keeps_every_mark_of_what_is_withheld() -> None:
    """What is withheld left two spaces behind, or a paragraph without words: neither can be typed."""
    text = body("the name of Samir is not here", "all of it", "b")
    for language in ("az", "hy"):
        version = text.versions[language]
        for cut in (cuts.Cut(0, 12, 17, Why.SAFETY, 0), cuts.Cut(1, 0, 9, Why.SAFETY, 0)):
            version = cuts.strike(version, cut, language=language)
        text = text.with_version(language, version)
    again = drafting.reopened(signed(text, salt="s", before=[], today=DAYS[0]), salt="s")
    typed = drafting.units_from(f"{drafting.typed_from(again.first.units)}\n\nnew")
    now = again.with_version("az", drafting.edited(again.first, title="t", units=typed))
    assert [(c.unit, c.words) for c in now.first.cuts] == [(0, 1), (1, 3)]
    assert now.first.cuts == again.first.cuts
    assert stale(now) == [False, False, False, True]
    assert drafting.withheld_elsewhere(now) is None
    version = again.versions["hy"]
    written = drafting.rewritten(
        version, again.first, title="T", translator=None, this_version=2,
        rows=drafting.typed_rows(version, again.first),
    )  # fmt: skip
    assert written.units == version.units
    assert written.cuts == version.cuts


def test_words_withheld_now_are_in_no_hash_of_older_words_either() -> None:
    text = edited(body("the name is Samir", "b"), "the name is not given", "b")
    made = signed(text, salt="s", before=[], today=DAYS[0])
    assert unit_hash("the name is Samir", salt="s") not in (made.versions["hy"].made_of or ())


def test_what_is_withheld_in_one_language_must_be_withheld_in_each() -> None:
    text = with_cut(body("a b", "c d"), "az", 0, Why.SAFETY)
    assert drafting.withheld_elsewhere(text) == "hy"
    assert drafting.withheld_elsewhere(with_cut(text, "hy", 0, Why.THIRD_PERSON)) is None
    assert drafting.withheld_elsewhere(with_cut(body("a b"), "hy", 0, Why.SAFETY)) == "az"
    assert drafting.withheld_elsewhere(with_cut(body("a b"), "az", 0, Why.LENGTH)) is None

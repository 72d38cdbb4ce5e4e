"""What is typed or pasted becomes units, and units become what could have been typed."""

import pytest
from django.http import QueryDict
from hypothesis import example, given
from hypothesis import strategies as st

from visavis.base.lines import folded
from visavis.base.refusal import Refused
from visavis.base.text import LoneSurrogateError, clean, one_line
from visavis.library.actions import words_from
from visavis.library.bodies import Unit, UnitKind
from visavis.library.drafting import typed_from, units_from
from visavis.library.forms import StrikeForm
from visavis.library.rules import LibraryRefusal
from visavis.library.wording import REFUSALS

HEADING, PARAGRAPH, QUOTE, ITEM = (
    UnitKind.HEADING,
    UnitKind.PARAGRAPH,
    UnitKind.QUOTE,
    UnitKind.ITEM,
)
LETTERS = "aé #>-\\*_1\u00a0ա"
WORDS = st.text(st.sampled_from(LETTERS), min_size=1).map(one_line).filter(bool)
LINES = (
    st.lists(st.text(st.sampled_from(LETTERS)), max_size=5).map("\n".join).map(folded).filter(bool)
)
LONG = st.lists(st.integers(1, 120).map(lambda n: ("word " * n).strip()), max_size=5).map("\n".join)


def test_an_empty_line_parts_paragraphs_and_a_mark_says_what_they_are() -> None:
    typed = "First\nstill first.\n\n## Head\nunder it\n \n> said\n> more\n\n- one\n- two\nof two\n"
    assert units_from(typed) == (
        Unit(PARAGRAPH, "First\nstill first."),
        Unit(HEADING, "Head"),
        Unit(PARAGRAPH, "under it"),
        Unit(QUOTE, "said\nmore"),
        Unit(ITEM, "one"),
        Unit(ITEM, "two of two"),
    )


@pytest.mark.parametrize("typed", ["", " \n\n\u2028 ", "# ", "> \n\n- "])
def test_nothing_typed_is_no_unit(typed: str) -> None:
    assert units_from(typed) == ()


@pytest.mark.parametrize("typed", ["#hashtag", "-5 degrees", ">x", "1. one", "\\# text"])
def test_what_only_looks_like_a_mark_is_a_paragraph(typed: str) -> None:
    assert [unit.kind for unit in units_from(typed)] == [PARAGRAPH]


@given(st.lists(st.builds(Unit, st.sampled_from(UnitKind), WORDS | LINES | LONG.filter(bool))))
@example([Unit(PARAGRAPH, "a\\\nb"), Unit(ITEM, "one\n- two"), Unit(QUOTE, "- a\n> b")])
def test_what_could_have_been_typed_makes_the_same_units(units: list[Unit]) -> None:
    assert units_from(typed_from(units)) == tuple(units)


@given(st.text(st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\ufffd")))
def test_units_are_clean_lines_and_reading_them_again_changes_nothing(typed: str) -> None:
    units = units_from(typed)
    assert all(unit.text and unit.text == clean(folded(unit.text)) for unit in units)
    assert units_from(typed_from(units)) == units


def test_half_of_a_character_is_refused() -> None:
    with pytest.raises(LoneSurrogateError):
        units_from("a\ud800b")


@pytest.mark.parametrize("newer", ["\U0001fae8", "\U00016d67\U00016d67"])
def test_a_character_newer_than_unicode_14_is_refused_by_name(newer: str) -> None:
    for words in ({"title": newer, "typed": ""}, {"title": "", "typed": newer}):
        with pytest.raises(Refused) as refused:
            words_from(**words)
        assert refused.value.reason is LibraryRefusal.NEWER_CHARACTER
        assert "newer than Unicode 14.0" in str(REFUSALS[refused.value.reason])
    form = StrikeForm(QueryDict(f"quoted={newer}&why=length"), is_original=False)
    assert "newer than Unicode 14.0" in str(form.errors["quoted"])

"""What is typed or pasted becomes units, and units become what could have been typed."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from visavis.base.refusal import Refused
from visavis.base.text import LoneSurrogateError
from visavis.library.actions import words_from
from visavis.library.bodies import Unit, UnitKind
from visavis.library.drafting import one_line, typed_from, units_from
from visavis.library.forms import StrikeForm
from visavis.library.rules import LibraryRefusal
from visavis.library.wording import REFUSALS

HEADING, PARAGRAPH, QUOTE, ITEM = (
    UnitKind.HEADING,
    UnitKind.PARAGRAPH,
    UnitKind.QUOTE,
    UnitKind.ITEM,
)
WORDS = st.text(st.sampled_from("aé #>-\\*_1\u00a0ա"), min_size=1).map(one_line).filter(bool)


def test_an_empty_line_parts_paragraphs_and_a_mark_says_what_they_are() -> None:
    typed = "First\nstill first.\n\n## Head\nunder it\n \n> said\n> more\n\n- one\n- two\nof two\n"
    assert units_from(typed) == (
        Unit(PARAGRAPH, "First still first."),
        Unit(HEADING, "Head"),
        Unit(PARAGRAPH, "under it"),
        Unit(QUOTE, "said more"),
        Unit(ITEM, "one"),
        Unit(ITEM, "two of two"),
    )


@pytest.mark.parametrize("typed", ["", " \n\n\u2028 ", "# ", "> \n\n- "])
def test_nothing_typed_is_no_unit(typed: str) -> None:
    assert units_from(typed) == ()


@pytest.mark.parametrize("typed", ["#hashtag", "-5 degrees", ">x", "1. one", "\\# text"])
def test_what_only_looks_like_a_mark_is_a_paragraph(typed: str) -> None:
    assert [unit.kind for unit in units_from(typed)] == [PARAGRAPH]


@given(st.lists(st.builds(Unit, st.sampled_from(UnitKind), WORDS)))
def test_what_could_have_been_typed_makes_the_same_units(units: list[Unit]) -> None:
    assert units_from(typed_from(units)) == tuple(units)


@given(st.text(st.characters(exclude_categories=["Cs", "Cn"])))
def test_units_are_clean_lines_and_reading_them_again_changes_nothing(typed: str) -> None:
    units = units_from(typed)
    assert all(unit.text and unit.text == one_line(unit.text) for unit in units)
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

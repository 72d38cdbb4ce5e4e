"""The short way through `clean` and the long one end at the same characters."""

import sys

import pytest

from visavis.base.text import EVERYDAY, UNMARKED, _is_kept, clean, inline, sanitised


def test_every_everyday_character_is_kept_wherever_it_stands() -> None:
    everyday = [char for char in map(chr, range(sys.maxunicode + 1)) if EVERYDAY.fullmatch(char)]
    assert len(everyday) > 1_000
    for char in everyday:
        for rtl in (True, False):
            assert all(
                _is_kept(char, after=after, then="", has_right_to_left=rtl)
                for after in ("", "a", char)
            )


def test_what_is_shown_as_it_stands_is_every_everyday_character_that_markup_leaves_alone() -> None:
    for char in map(chr, range(sys.maxunicode + 1)):
        is_unmarked = bool(UNMARKED.fullmatch(char))
        is_left_alone = (
            char not in "*_[]\\" and EVERYDAY.fullmatch(char) and sanitised(char) == char
        )
        assert is_unmarked == bool(is_left_alone), char


@pytest.mark.parametrize(
    "char", ["&", "<", ">", "\xa0", " *a*", "\\*", "[a](https://a.example)", "\u202e"]
)
def test_one_character_with_a_meaning_leads_the_long_way_to_markup(char: str) -> None:
    assert inline("Söz") == "Söz"
    assert inline(f"Söz{char}") != f"Söz{char}"


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u200b", "\xad", "\u2066", "\ufeff", "\x07", "\u061c", "\u2060"]
)
def test_one_hidden_character_leads_the_long_way(hidden: str) -> None:
    assert clean(f"Söz{hidden} söz") == "Söz söz"


def test_letters_and_marks_apart_are_still_joined() -> None:
    assert clean("e\u0301") == "\xe9"

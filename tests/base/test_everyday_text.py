"""The short way through `clean` and the long one end at the same characters."""

import sys

import pytest

from visavis.base.text import EVERYDAY, _is_kept, clean


def test_every_everyday_character_is_kept_wherever_it_stands() -> None:
    everyday = [char for char in map(chr, range(sys.maxunicode + 1)) if EVERYDAY.fullmatch(char)]
    assert len(everyday) > 1_000
    for char in everyday:
        for rtl in (True, False):
            assert all(
                _is_kept(char, after=after, has_right_to_left=rtl) for after in ("", "a", char)
            )


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u200b", "\xad", "\u2066", "\ufeff", "\x07", "\u061c", "\u2060"]
)
def test_one_hidden_character_leads_the_long_way(hidden: str) -> None:
    assert clean(f"Söz{hidden} söz") == "Söz söz"


def test_letters_and_marks_apart_are_still_joined() -> None:
    assert clean("e\u0301") == "\xe9"

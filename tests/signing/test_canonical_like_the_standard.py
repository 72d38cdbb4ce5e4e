"""The bytes are those of RFC 8785, whichever way they are written."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from visavis.signing.canonical import (
    LARGEST_NUMBER,
    NotCanonicalError,
    canonical_bytes,
    normalised,
    parse,
)
from visavis.signing.characters import newer_character

TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cn"]).filter(lambda char: not newer_character(char))
)
KEYS = st.one_of(st.text(st.characters(max_codepoint=127)), TEXT)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_NUMBER, LARGEST_NUMBER) | TEXT,
    lambda inside: st.lists(inside) | st.dictionaries(KEYS, inside),
    max_leaves=20,
)


@given(VALUES)
def test_canonical_bytes_are_those_of_the_standard(value):
    value = normalised(value)
    assert canonical_bytes(value) == rfc8785.dumps(value)


def test_every_character_that_is_escaped_is_escaped_as_the_standard_says():
    value = {"a": "".join(map(chr, range(0x100))) + "\u2028\u2029\ufeff"}
    assert canonical_bytes(value) == rfc8785.dumps(value)


def test_keys_outside_ascii_are_ordered_as_the_standard_says():
    value = {"\U0001f600": 1, "\ufb33": 2, "a": {"\u20ac": 3, "\U0001f600": 4, "\uffee": 5}}
    assert canonical_bytes(normalised(value)) == rfc8785.dumps(normalised(value))


@pytest.mark.parametrize("text", ["\n\u0300", "\t\u0308", "\x1c\u0301", '"\u0301', "\\\u0301"])
def test_an_accent_does_not_combine_with_what_is_written_for_the_sign_before_it(text):
    """`\\n` and a grave accent look like ǹ in the bytes; the string itself has nothing to combine."""
    assert parse(canonical_bytes([text])) == [text]
    assert canonical_bytes([text]) == rfc8785.dumps([text])
    with pytest.raises(NotCanonicalError):
        canonical_bytes([text + "n\u0300"])
    with pytest.raises(NotCanonicalError):
        parse(rfc8785.dumps([text + "n\u0300"]))

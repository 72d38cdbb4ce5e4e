"""One value has one encoding: what is read is what would be written, letter for letter."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.signing.canonical import (
    LARGEST_NUMBER,
    NotCanonicalError,
    canonical_bytes,
    digest_of,
    is_digest,
    normalised,
    parse,
)
from visavis.signing.characters import newer_character

ASSIGNED = st.characters(exclude_categories=["Cs", "Cn"]).filter(
    lambda char: not newer_character(char)
)
TEXT = st.text(ASSIGNED).map(lambda text: unicodedata.normalize("NFC", text))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_NUMBER, LARGEST_NUMBER) | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=20,
)


@given(VALUES)
def test_every_value_comes_back_from_its_bytes(value: Any) -> None:
    data = canonical_bytes(value)
    assert parse(data) == value
    assert canonical_bytes(parse(data)) == data


@given(VALUES, st.integers(0, 500), st.integers(0, 7))
def test_no_changed_bit_leaves_the_same_value(value: Any, place: int, bit: int) -> None:
    data = bytearray(canonical_bytes(value))
    data[place % len(data)] ^= 1 << bit
    try:
        other = parse(bytes(data))
    except NotCanonicalError:
        return
    assert canonical_bytes(other) == bytes(data)
    assert digest_of(bytes(data)) != digest_of(canonical_bytes(value))


@given(VALUES)
def test_other_spellings_of_a_value_are_refused(value: Any) -> None:
    data = canonical_bytes(value)
    for other in (
        json.dumps(value, indent=1),
        json.dumps(value, ensure_ascii=True),
        json.dumps(value) + " ",
    ):
        if other.encode() != data:
            with pytest.raises(NotCanonicalError):
                parse(other.encode())


@pytest.mark.parametrize(
    "data",
    [
        b"", b" 1", b"1 ", b"1\n", b"01", b"1.0", b"1e2", b"-0", b"NaN", b"Infinity", b"9007199254740992",
        b'{"a":1,"a":1}', b'{"b":1,"a":1}', b'{"a" :1}', b'["\\u0061"]', b'["\\/"]', b'["\\ud800"]',
        b'"\xed\xa0\x80"', b'"\xc0\xaf"', b'\xef\xbb\xbf1', '"e\u0301"'.encode(), '{"e\u0301":1}'.encode(),
        b"'a'", b"[1,]", b"//\n1", b"[" * 100_000, b"[" * 40 + b"]" * 40, b'"\x00"', "1".encode("utf-16"),
        b"9" * 5000, b'{"a":{"b":1,"a":1}}', b'[{"a":1,"a":1}]', b'{"a":1 }', b'["a",\t"b"]', b"[1e5]",
        b"[1E5]", b"[-0]", b"[0.5]", b"[9007199254740993]", b'["a",NaN]', '["a","e\u0301"]'.encode(),
        '["=\u0338"]'.encode(), '{"e\u0301":"a"}'.encode(), '{"\uffee":1,"😀":2}'.encode(),
        b"[" * 34 + b"]" * 34, b'{"a":' * 33 + b"1" + b"}" * 33,
        b'{"a":[' * 17 + b"1" + b"]}" * 17, b'[{"a":' * 30 + b"1" + b"}]" * 30,
    ],
)  # fmt: skip
def test_what_nobody_would_write_is_refused(data: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        parse(data)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":{"a":1,"b":1}}', '[{"a":1},{"a":1}]', "[100000]", "[-1]", "[9007199254740991]",
        '["a","é"]', '["\u0338"]', '{"é":"a"}', '{"😀":1,"\uffee":2}', '["\\n\u0301"]', '["\\\\","\\""]',
        "[" * 33 + "]" * 33, '{"a":[' * 16 + "1" + "]}" * 16, '{"a":' * 32 + "1" + "}" * 32,
        '["[[","{"]', "[true,null]",
    ],
)  # fmt: skip
def test_what_stands_beside_it_is_accepted(text: str) -> None:
    """The same spellings as above, each made right: it is that one fault that is refused."""
    assert canonical_bytes(parse(text.encode())) == text.encode()


def test_keys_are_sorted_as_rfc_8785_sorts_them() -> None:
    """By UTF-16 units: an emoji's first surrogate comes before U+E000, though its number is higher."""
    assert parse(canonical_bytes({"\ue000": 1, "😀": 2, "1": 3})) == {"1": 3, "😀": 2, "\ue000": 1}
    assert canonical_bytes({"\uffee": 1, "😀": 2}).startswith('{"😀"'.encode())


@pytest.mark.parametrize(
    "value", [1.5, "\ud800", "e\u0301", {"e\u0301": 1}, {1: 1}, b"bytes", {"a": {1, 2}}, 2**53]
)
def test_values_without_canonical_bytes_are_refused(value: Any) -> None:
    with pytest.raises(NotCanonicalError):
        canonical_bytes(value)


def test_what_a_form_hands_in_is_made_canonical() -> None:
    assert (
        canonical_bytes(normalised({"e\u0301": ["e\u0301", 1, None]}))
        == '{"é":["é",1,null]}'.encode()
    )


@given(st.text(max_size=70))
def test_a_digest_is_64_small_hexadecimal_digits(text: str) -> None:
    assert is_digest(text) == (len(text) == 64 and all(c in "0123456789abcdef" for c in text))


@pytest.mark.parametrize(
    "text", ["A" * 64, "０" * 64, "a" * 63, "a" * 65, "a" * 63 + "\n", None, 5, b"a" * 64]
)
def test_what_is_no_digest(text: object) -> None:
    assert not is_digest(text)
    assert is_digest("a" * 64)

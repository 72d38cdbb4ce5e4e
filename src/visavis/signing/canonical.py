"""Canonical bytes: one value has exactly one encoding, so that one digest means one text.

The encoding is RFC 8785 (JSON Canonicalization Scheme) in UTF-8, narrowed so that nothing is left to
chance: every string is in Unicode form NFC (UAX #15) and has only characters that Unicode 14.0 assigns,
numbers are whole and below 2**53, and there are no lone surrogates. `parse` accepts only bytes that this
encoding itself would have written.
"""

import hashlib
import json
import re
import secrets
import unicodedata
from typing import Any, NewType, TypeAlias

import rfc8785

from .characters import UNICODE, newer_character

Digest = NewType("Digest", str)
Json: TypeAlias = Any  # str, int, bool, None, and lists and string-keyed dicts of these

LARGEST_NUMBER = 2**53 - 1
DEEPEST = 32


class NotCanonicalError(ValueError):
    """The value has no canonical bytes, or the bytes are not the canonical ones."""


def canonical_bytes(value: Json) -> bytes:
    """Return the one encoding of ``value``. Cost is linear in its size."""
    try:
        return _canonical_text(value).encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError("a lone surrogate") from error


def parse(data: bytes) -> Json:
    """Return the value that ``data`` encodes; raise NotCanonicalError for any other spelling of it."""
    try:
        text = data.decode("utf-8")
    except ValueError as error:
        raise NotCanonicalError("not JSON in UTF-8") from error
    _check_characters(text)
    try:
        try:
            return _spelt_in_one_way(text)
        except _InDoubtError:
            value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotCanonicalError("not JSON in UTF-8") from error
    if _canonical_text(value) != text:
        raise NotCanonicalError("not the canonical bytes of this value")
    return value


# Nearly every document can be seen to be canonical without being written again. In a text without a
# backslash each string is written as itself, between two quotation marks; what else a value can be spelt
# with in more than one way is keys, numbers and spaces, and these are looked at one by one.


class _InDoubtError(Exception):
    """This may or may not be the canonical spelling: it takes writing the value again to tell."""


def _spelt_in_one_way(text: str) -> Json:
    """Return the value of canonical ``text``; raise _InDoubtError where that cannot be seen."""
    if "\\" in text:
        raise _InDoubtError
    value = _with_keys_in_order(text)
    between = "".join(text.split('"')[::2])
    if OTHER_THAN_PLAIN.search(between) or not _is_flat(between):
        raise _InDoubtError
    # Nothing composes with a quotation mark: of a text in form NFC every string is, and keys are too.
    if not unicodedata.is_normalized("NFC", text):
        raise _InDoubtError
    return value


# Spaces, signs, fractions, exponents, NaN, and numbers that may be beyond 2**53; all JSON else is plain.
OTHER_THAN_PLAIN = re.compile(r"[^\[\]{}:,a-z0-9]|[0-9][a-z]|[0-9]{16}")
NO_BRACKETS = {code: None for code in range(128) if chr(code) not in "[]{}"}
INNERMOST = re.compile(r"\[\]|\{\}")


def _object_in_order(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    keys = list(value)
    # Outside ASCII the standard's order is another than Python's.
    if len(keys) != len(pairs) or keys != sorted(keys) or not "".join(keys).isascii():
        raise _InDoubtError
    return value


_with_keys_in_order = json.JSONDecoder(object_pairs_hook=_object_in_order).decode


def _is_flat(between: str) -> bool:
    """Return whether what is between strings is nested no more than `DEEPEST` deep."""
    brackets = between.translate(NO_BRACKETS)
    for _ in range(DEEPEST):
        brackets = INNERMOST.sub("", brackets)  # one level at a time, whichever brackets
    return not brackets


def normalised(value: Json) -> Json:
    """Return ``value`` with every string, keys included, in NFC: what a form hands in, made canonical."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list | tuple):
        return [normalised(item) for item in value]
    if isinstance(value, dict):
        return {normalised(key): normalised(item) for key, item in value.items()}
    return value


def digest_of(data: bytes) -> Digest:
    """Return the SHA-256 of ``data`` in lower-case hexadecimal."""
    return Digest(hashlib.sha256(data).hexdigest())


def is_digest(text: object) -> bool:
    """Return whether ``text`` is 64 lower-case hexadecimal digits."""
    return isinstance(text, str) and len(text) == 64 and not set(text) - set("0123456789abcdef")


def new_salt() -> str:
    """Return 32 random bytes: without them nobody can tell a digest's words by guessing."""
    return secrets.token_hex(32)


def new_id() -> str:
    """Return 16 random bytes: an id says nothing about when it was made, or after what."""
    return secrets.token_hex(16)


_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _canonical_text(value: Json) -> str:
    """Return the one encoding as text; lone surrogates in strings are left to the caller."""
    if _check_shape(value):
        _check_strings(value)
        return rfc8785.dumps(value).decode()
    # With ASCII keys and whole numbers the standard library writes the same text, several times faster:
    # the two differ in how they order keys outside ASCII, and in fractions. A test holds them equal.
    text = _written(value)
    _check_characters(text)
    # Where the whole text is in NFC, so is each string in it: a part of an NFC text is NFC (UAX #15), and the
    # quotes, backslashes and escapes between the parts are ASCII for what nothing combines with. Not the
    # other way round: an accent after a line's end must not be taken for one on the n of its escape.
    if not unicodedata.is_normalized("NFC", text):
        _check_strings(value)
    return text


def _check_characters(text: str) -> None:
    """Refuse what another version of Unicode may normalise in another way."""
    newer = newer_character(text)
    if newer:
        raise NotCanonicalError(f"U+{ord(newer):04X}, which Unicode {UNICODE} does not assign")


def _check_shape(value: Json) -> bool:
    """Refuse what JSON in this form does not have; return whether any key is outside ASCII."""
    beyond, level = False, [value]
    for _ in range(DEEPEST + 1):
        inside: list[Json] = []
        for each in level:
            if isinstance(each, str) or each is None:
                continue
            if isinstance(each, dict):
                beyond |= not _keys(each).isascii()
                inside += each.values()
            elif isinstance(each, list | tuple):
                inside += each
            elif not isinstance(each, int):
                raise NotCanonicalError(f"no canonical form for {type(each).__name__}")
            elif abs(each) > LARGEST_NUMBER:
                raise NotCanonicalError("a number beyond 2**53")
        if not inside:
            return beyond
        level = inside
    raise NotCanonicalError(f"nested more than {DEEPEST} deep")


def _keys(value: dict[Any, Json]) -> str:
    try:
        return "".join(value)
    except TypeError as error:
        raise NotCanonicalError("a key that is not a string") from error


def _check_strings(value: Json) -> None:
    """Refuse a string, keys included, that is not in NFC or has no UTF-8."""
    if isinstance(value, str):
        _check_string(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_string(key)
            _check_strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_strings(item)


def _check_string(text: str) -> None:
    _check_characters(text)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonicalError("a lone surrogate") from error
    if not unicodedata.is_normalized("NFC", text):
        raise NotCanonicalError("a string that is not in form NFC")

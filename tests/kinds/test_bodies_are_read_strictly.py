"""A body is what its room would write, letter for letter, or it is no body."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.dialogue.bodies import AnswerBody, QuestionBody
from visavis.kinds.bodies import BadBodyError, Body
from visavis.library.bodies import TextBody, TranslationBody, Version

ORIGINAL = {
    "title": "Trees",
    "units": [
        {"is": "heading", "text": "One"},
        {"is": "paragraph", "text": "Two words."},
        {"is": "quote", "text": "Three  more."},
        {"is": "item", "text": "Four"},
    ],
    "cuts": [
        {"unit": 1, "from": 0, "to": 3, "why": "length", "words": 1},
        {"unit": 1, "from": 4, "to": 4, "why": "safety", "words": 2},
        {"unit": 2, "from": 6, "to": 6, "why": "third-person", "words": 1},
        {"unit": 3, "from": 0, "to": 4, "why": "law", "words": 1},
    ],
    "translator": None,
    "of_version": None,
    "made_of": None,
    "rows": None,
    "author": None,
    "place": None,
    "permission": None,
}
TRANSLATED = {
    "title": "Ağaclar",
    "units": [{"is": "paragraph", "text": "Bir."}, {"is": "paragraph", "text": "İki."}],
    "cuts": [],
    "translator": "L.",
    "of_version": 2,
    "made_of": ["0" * 32, None, "2" * 32, "3" * 32],
    "rows": [[[0, 1], [0]], [[2], []], [[], [1]], [[3], []]],
    "author": "A. Ə.",
    "place": None,
    "permission": None,
}
TEXT = {
    "original": "en",
    "versions": {"az-Latn": TRANSLATED, "en": ORIGINAL},
    "history": ["2026-01-31", "2026-02-01"],
    "author": "A. N.",
    "written_on": "1989-12-31",
    "place": None,
    "source": {"title": "A paper", "address": "https://paper.example", "copy": "f" * 64},
    "permission": None,
}
QUESTION = {
    "versions": {"az": {"text": "Nə?", "note": ""}, "en": {"text": "What?", "note": "A note."}},
    "tense": "future",
    "word_limit": 600,
}


def words() -> dict[str, Any]:
    return {"units": [{"is": "paragraph", "text": text} for text in ("Both.", "Again.")]}


ANSWER = {
    "original": "hy",
    "versions": {
        "en": {**words(), "proposal": "A walk.", "translator": "L."},
        "hy": {**words(), "proposal": "A walk.", "translator": None},
    },
    "pen_name": "A. N.",
    "card": None,
}
EXAMPLES: dict[str, tuple[type[Body], dict[str, Any]]] = {
    "text": (TextBody, TEXT),
    "translation": (TranslationBody, {"language": "az", "version": TRANSLATED}),
    "version": (Version, ORIGINAL),
    "question": (QuestionBody, QUESTION),
    "answer": (AnswerBody, ANSWER),
}
OTHERS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 7, 1.0, 0.5, 2**53, 2**70, "", "1", "true", "null", "paragraph", "past",
    "law", "en", "EN", "en\n", "az-latn", "\ud800", "2026-01-31", "20260131", "2026-W05-6", "2026-1-31",
    "2026-01-31T00:00:00", "2026-02-30", " 2026-01-31", date(2026, 1, 31), b"2026", [], {}, [None],
    [[]], [[[], []]], {"": None}, {"is": "paragraph", "text": "x"}, {"text": "x"}, ("az", "hy"),
)  # fmt: skip


def places(value: Any, *, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where every value inside a value is, the whole itself first."""
    yield at
    if isinstance(value, dict):
        for name in value:
            yield from places(value[name], at=(*at, name))
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from places(each, at=(*at, number))


def at(value: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        value = value[step]
    return value


def with_other(value: Any, place: tuple[Any, ...], other: Any) -> Any:
    """Return the value with another one at a place."""
    if not place:
        return other
    changed = deepcopy(value)
    at(changed, place[:-1])[place[-1]] = other
    return changed


def other_values(value: Any) -> Iterator[Any]:
    """Yield what could be where this is, and is not the same."""
    yield from OTHERS
    yield from ([value], {"value": value}, repr(value))
    if isinstance(value, dict):
        yield from ({key: each for key, each in value.items() if key != left} for left in value)
        yield from ({**value, "likes": 3}, {**value, "kind": "x"}, {**value, 3: "x"})
        yield from ({**value, f"{key} ": each} for key, each in value.items())
        yield from ({**value, str(key).upper(): each} for key, each in value.items())
        yield from (list(value), list(value.values()), list(value.items()))
        yield dict(reversed(value.items()))
    if isinstance(value, list):
        yield from (value[::-1], [*value, *value], [*value, None], value[1:], value[:-1])
        yield from (tuple(value), dict(enumerate(value)), {str(n): e for n, e in enumerate(value)})
    if isinstance(value, str):
        yield from (
            f"{value} ",
            f"{value}\n",
            value.upper(),
            value.encode(errors="replace"),
            list(value),
            value[:-1],
        )
    if isinstance(value, int):
        yield from (value + 1, value - 1, float(value), bool(value), str(value))


def changed(value: dict[str, Any]) -> Iterator[Any]:
    """Yield the value with one change, for every place and every change."""
    for place in places(value):
        for other in other_values(at(value, place)):
            yield with_other(value, place, other)


def is_refused_or_the_same(read: type[Body], value: Any) -> bool:
    try:
        body = read.from_json(value)
    except BadBodyError:
        return True
    # Each type is compared as well: 1, 1.0 and True are equal in Python, and are three values here.
    return json.dumps(body.as_json(), sort_keys=True) == json.dumps(value, sort_keys=True)


def is_refused(read: type[Body], value: Any) -> bool:
    try:
        read.from_json(value)
    except BadBodyError:
        return True
    return False


@pytest.fixture(params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> tuple[type[Body], dict[str, Any]]:
    return EXAMPLES[request.param]


def test_a_body_is_written_again_as_it_stood(example: tuple[type[Body], dict[str, Any]]) -> None:
    read, value = example
    written = read.from_json(value).as_json()
    assert json.dumps(written, sort_keys=True) == json.dumps(value, sort_keys=True)
    assert read.from_json(read.from_json(value).as_json()) == read.from_json(value)


def test_a_changed_body_is_refused_or_written_again_as_it_stood(
    example: tuple[type[Body], dict[str, Any]],
) -> None:
    read, value = example
    assert [other for other in changed(value) if not is_refused_or_the_same(read, other)] == []


@given(st.data())
def test_a_body_changed_in_two_places_is_refused_or_written_again_as_it_stood(
    data: st.DataObject,
) -> None:
    read, value = data.draw(st.sampled_from(list(EXAMPLES.values())))
    for _ in range(2):
        place = data.draw(st.sampled_from(list(places(value))[1:]))
        other = data.draw(st.sampled_from(list(other_values(at(value, place)))))
        value = with_other(value, place, other)
    assert is_refused_or_the_same(read, value)


def languages_of(value: dict[str, Any]) -> tuple[tuple[Any, ...], ...]:
    return (("versions",),) if "versions" in value else ()


def test_no_member_may_be_missing_or_be_one_too_many(
    example: tuple[type[Body], dict[str, Any]],
) -> None:
    read, value = example
    for place in places(value):
        found = at(value, place)
        if not isinstance(found, dict) or place in languages_of(value):
            continue
        assert is_refused(read, with_other(value, place, {**found, "likes": 3})), place
        for name in found:
            left = {key: each for key, each in found.items() if key != name}
            assert is_refused(read, with_other(value, place, left)), (place, name)


def test_no_value_of_another_type_is_taken_for_one(
    example: tuple[type[Body], dict[str, Any]],
) -> None:
    read, value = example
    for place in places(value):
        found = at(value, place)
        for other in (True, 1.0, 0.5, b"2026", date(2026, 1, 31), [None], {"": None}):
            if isinstance(found, list) and other == [None]:
                continue  # a passage of the original may be unknown
            assert is_refused(read, with_other(value, place, other)), (place, other)
        if isinstance(found, int):
            assert is_refused(read, with_other(value, place, str(found))), place


@pytest.mark.parametrize("day", ["20260301", "2026-W09-7", "2026-3-1", "2026-03-01T00:00", "0"])
def test_a_day_has_one_spelling(day: str) -> None:
    assert is_refused(TextBody, {**TEXT, "written_on": day})
    assert is_refused(TextBody, {**TEXT, "history": [day]})


@pytest.mark.parametrize("code", ["", "EN", "english", "en\n", "en-latn", "en_Latn"])
def test_a_text_is_in_languages_that_have_a_code(code: str) -> None:
    assert is_refused(TextBody, {**TEXT, "versions": {**TEXT["versions"], code: TRANSLATED}})
    assert is_refused(TranslationBody, {"language": code, "version": TRANSLATED})


@pytest.mark.parametrize(
    "wrong",
    [
        {"of_version": None},
        {"of_version": 0},
        {"made_of": None},
        {"rows": None},
        {"rows": [[[0, 1], [1]], [[2], []], [[], [0]], [[3], []]]},
        {"rows": [[[0, 1, 2, 3], [0]]]},
        {"rows": [[[0, 1, 2, 3], [0, 1]], [[], []]]},
        {"cuts": [{"unit": 2, "from": 0, "to": 1, "why": "law", "words": 1}]},
        {"cuts": [{"unit": 0, "from": 0, "to": 9, "why": "law", "words": 1}]},
        {"cuts": [{"unit": 0, "from": 2, "to": 1, "why": "law", "words": 1}]},
        {"cuts": [{"unit": 0, "from": 1, "to": 1, "why": "law", "words": 1}]},
        {"cuts": [{"unit": 0, "from": 0, "to": 1, "why": "law", "words": 0}]},
        {"cuts": [{"unit": 0, "from": 0, "to": 2, "why": "law", "words": 1}] * 2},
    ],
    ids=str,
)
def test_a_translation_whose_rows_or_cuts_do_not_fit_is_refused(wrong: dict[str, Any]) -> None:
    assert is_refused(Version, {**TRANSLATED, **wrong})
    assert is_refused(TranslationBody, {"language": "az", "version": {**TRANSLATED, **wrong}})
    versions = {"en": ORIGINAL, "az": {**TRANSLATED, **wrong}}
    assert is_refused(TextBody, {**TEXT, "versions": versions})


@pytest.mark.parametrize(
    "wrong",
    [
        {"original": "hy"},
        {"original": "az-Latn"},
        {"versions": {"en": TRANSLATED}},
        {"versions": {"en": ORIGINAL, "az": ORIGINAL}},
        {"history": ["2026-02-01", "2026-01-31"]},
    ],
    ids=["no such language", "a translation", "no original", "two originals", "history"],
)
def test_a_text_that_contradicts_itself_is_refused(wrong: dict[str, Any]) -> None:
    assert is_refused(TextBody, {**TEXT, **wrong})
    assert is_refused(TranslationBody, {"language": "az", "version": ORIGINAL})


def test_a_question_has_words_and_a_translator_a_name() -> None:
    assert is_refused(QuestionBody, {**QUESTION, "versions": {}})
    unnamed = {"en": {**words(), "proposal": "A walk.", "translator": ""}}
    assert is_refused(AnswerBody, {**ANSWER, "versions": unnamed})

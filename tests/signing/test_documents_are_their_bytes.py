"""A document's fields are inside the signed bytes, and its bytes say nothing else."""

import json
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing_world import World

from visavis.signing.canonical import Digest, canonical_bytes
from visavis.signing.document import (
    LARGEST_DOCUMENT,
    BadDocumentError,
    Document,
    Seats,
    SeatsFilled,
    Source,
    Standing,
)

WORLD = World()


def examples() -> list[Document]:
    return [document for document, _ in [*WORLD.documents(), *WORLD.chain()]]


@pytest.mark.parametrize("document", examples(), ids=lambda d: d.kind)
def test_a_document_comes_back_from_its_bytes(document: Document) -> None:
    again = Document.from_bytes(document.data)
    assert again == document
    assert again.digest == document.digest
    assert again.data == document.data


OTHER: dict[str, Any] = {
    "site": "0" * 32, "kind": "letter", "id": "1" * 32, "version": 3, "replaces": "2" * 64,
    "made_from": (Source("3" * 64, "4" * 32, 1),), "standing": Standing("az", date(2030, 1, 1)),
    "part_of": "4" * 32, "closer": WORLD.keys["az"].public.hex,
    "seats": Seats(("az", "hy"), date(2030, 1, 1)),
    "seal": SeatsFilled("4" * 32, ("az", "hy"), Digest("7" * 64)), "shape": "article-2",
    "side": "hy", "day": date(2030, 1, 2),
    "salt": "6" * 64, "languages": ("en", "fr"), "body": {"other": True},
}  # fmt: skip


def test_every_field_is_inside_the_digest() -> None:
    document = replace(
        WORLD.document(), version=2, replaces="a" * 64, made_from=OTHER["made_from"], side="az"
    )
    assert OTHER.keys() == {field.name for field in fields(Document)}
    for name, other_value in OTHER.items():
        beside = {"part_of": OTHER["part_of"]} if name == "seal" else {}
        value = other_value
        if name == "made_from":
            value = (*other_value, Source("8" * 64, "9" * 32, 1))
        other = replace(document, **beside, **{name: value})
        assert other.digest != document.digest, name
        assert Document.from_bytes(other.data) == other


def test_words_without_their_salt_do_not_give_the_digest() -> None:
    one, other = WORLD.document(id="a" * 32), WORLD.document(id="a" * 32)
    assert one.body == other.body
    assert one.digest != other.digest


SEATS: dict[str, Any] = {"sides": ["az", "hy"], "until": "2030-01-01", "empty": []}
SEAL: dict[str, Any] = {
    "when": "seats-filled", "question": "b" * 32, "seats": ["az"], "words": "c" * 64,
}  # fmt: skip
BAD: dict[str, list[Any]] = {
    "format": ["visavis-document-1", "visavis-document-3", None, 5],
    "site": ["", "0" * 31, "A" * 32, None, 5],
    "kind": ["Poem", "", None, ["article"]],
    "id": ["", "0" * 33, "g" * 32, None],
    "version": [0, -1, True, "1", None, 2],
    "replaces": ["a" * 64, "", 5],
    "made_from": [None, {}, [5], [{"digest": "a" * 64, "id": "b" * 32}], "",
                  [{"digest": "a" * 64, "id": "b" * 32, "version": True}],
                  [{"digest": "a", "id": "b" * 32, "version": 1}],
                  [{"digest": "a" * 64, "id": "b" * 32, "version": 1, "more": 1}]],
    "standing": [None, {}, {"as": "alone"}, {"as": "joint", "side": "az"}, {"as": "both"}, "joint",
                 {"as": "alone", "side": "az", "asked_on": None}, {"as": "alone", "side": None,
                 "asked_on": "2030-01-01"}, {"as": "alone", "side": "az", "asked_on": "20300101"},
                 {"as": "alone", "side": "AZ", "asked_on": "2030-01-01"}],
    "side": ["", "AZ", "1a", "a" * 17, 5, []],
    "part_of": ["", "a" * 32, "Z" * 32, 5, []],
    "closer": ["", "0" * 64, "a" * 63, 5, {}],
    "seats": [{}, True, "", 0, [], SEATS | {"sides": []}, SEATS | {"sides": ["az", "az"]},
              SEATS | {"sides": [5]}, SEATS | {"sides": "az"}, SEATS | {"until": "20300101"},
              SEATS | {"until": None}, SEATS | {"empty": ["az"]}, SEATS | {"empty": None},
              SEATS | {"more": 1}, {"sides": ["az", "hy"], "until": "2030-01-01"}],
    "seal": [{}, True, "", 0, SEAL, SEAL | {"when": "now"}, SEAL | {"seats": []},
             SEAL | {"words": None}, SEAL | {"question": "z"}],
    "shape": ["", "text", "text-0", "text-01", "Text-1", "text-10000", None, 5],
    "day": ["2030-1-2", "20300102", "2030-02-30", "2030-01-02T10:00", "", None, "٢٠٣٠-٠١-٠٢"],
    "salt": ["", "0" * 63, "A" * 64, None],
    "languages": [["en", "en"], ["fr", "en"], ["EN"], ["english"], "en", None, [5], [["en"]]],
    "body": [None, [], "text", 5],
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_field_that_no_document_has_is_refused(name: str) -> None:
    good = WORLD.document().as_json()
    assert Document.from_bytes(canonical_bytes(good))
    for value in BAD[name]:
        with pytest.raises(BadDocumentError):
            Document.from_bytes(canonical_bytes({**good, name: value}))
    with pytest.raises(BadDocumentError):
        Document.from_bytes(canonical_bytes({k: v for k, v in good.items() if k != name}))
    with pytest.raises(BadDocumentError):
        Document.from_bytes(canonical_bytes({**good, f"{name}2": 1}))


def test_a_first_version_replaces_nothing_and_a_later_one_something() -> None:
    first = WORLD.document()
    for values in ({"replaces": "a" * 64}, {"version": 2}):
        with pytest.raises(BadDocumentError):
            Document.from_bytes(replace(first, **values).data)
    assert Document.from_bytes(replace(first, version=2, replaces=first.digest).data)


def test_a_part_belongs_to_something_that_it_was_made_from() -> None:
    question = WORLD.question()
    answer, note = WORLD.answer(question, "az"), WORLD.note(question, {})
    assert Document.from_bytes(answer.data).subject == question.id
    for document, values in (
        (answer, {"made_from": ()}),
        (answer, {"part_of": None}),
        (answer, {"part_of": answer.id, "seal": None}),
        (note, {"part_of": None}),
    ):
        with pytest.raises(BadDocumentError):
            Document.from_bytes(replace(document, **values).data)


def test_a_chair_is_left_empty_in_a_later_version_after_the_closing_day() -> None:
    question = WORLD.question(empty=["hy"])
    assert question.seats is not None
    assert Document.from_bytes(question.data) == question
    for other in (
        replace(question, version=1, replaces=None),
        replace(question, seats=replace(question.seats, until=question.day)),
        replace(question, seats=replace(question.seats, empty=("ka",))),
        replace(question, seats=replace(question.seats, empty=("hy", "hy"))),
    ):
        with pytest.raises(BadDocumentError):
            Document.from_bytes(other.data)


def test_a_later_day_or_an_empty_chair_keeps_the_words() -> None:
    question = WORLD.question()
    assert question.seats is not None
    later = replace(question, seats=replace(question.seats, until=date(2031, 1, 1)), salt="0" * 64)
    assert (later.words, later.digest == question.digest) == (question.words, False)
    assert replace(question, body={**question.body, "tense": "now"}).words != question.words


def test_other_spellings_of_the_same_document_are_refused() -> None:
    document = WORLD.document()
    value = json.loads(document.data)
    for data in (document.data + b"\n", json.dumps(value).encode(), b" " + document.data):
        with pytest.raises(BadDocumentError):
            Document.from_bytes(data)


def test_a_document_larger_than_any_may_be_is_not_read() -> None:
    body = {"text": "x" * LARGEST_DOCUMENT}
    with pytest.raises(BadDocumentError, match="larger"):
        Document.from_bytes(WORLD.document(body=body).data)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_refused(data: bytes) -> None:
    with pytest.raises(BadDocumentError):
        Document.from_bytes(data)


@given(st.data())
def test_no_changed_byte_leaves_the_same_document(data: st.DataObject) -> None:
    document = WORLD.document()
    changed = bytearray(document.data)
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        other = Document.from_bytes(bytes(changed))
    except BadDocumentError:
        return
    assert other.digest != document.digest
    assert other.data == bytes(changed)

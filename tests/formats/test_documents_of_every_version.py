"""Each document that any version wrote is read, is written again as it stood, and says what it said."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from corpus import Folder, Written, folders

from visavis.kinds.installed import installed
from visavis.signing.canonical import digest_of
from visavis.signing.charter import (
    Charter,
    Opens,
    why_not_first_charter,
    why_not_succeed,
)
from visavis.signing.document import RECOVERY, RELEASE_NOTE
from visavis.signing.keys import PublicKey, Purpose
from visavis.signing.recovery import followed
from visavis.signing.signatures import keys_file, read_signature
from visavis.signing.signed import SignedDocument


def every() -> Iterator[Written]:
    """Yield the documents of all folders."""
    for folder in folders():
        yield from folder.written


def test_each_document_and_keys_file_is_written_again_byte_for_byte(folder: Folder) -> None:
    for each in folder.written:
        document = each.document
        del document.__dict__["data"]  # what was read is kept there: it is to be made again
        assert document.data == each.data, each.name
        assert keys_file(each.signatures) == each.keys, each.name


def test_each_signature_is_true(folder: Folder) -> None:
    for each in folder.written:
        digest = digest_of(each.data)
        for signed in each.signatures:
            key = PublicKey(signed.public_key)
            assert key.has_signed(digest, purpose=Purpose.DOCUMENT, signature=signed.signature)


def test_each_body_is_read_and_has_a_title(folder: Folder) -> None:
    for each in folder.written:
        part = installed().part_of(each.document)
        assert part is not None, f"{each.name}: {each.document.shape} cannot be read"
        for language in ("az", "hy", "en"):
            assert installed().title_of(each.document, language=language).text, each.name


def test_what_is_in_the_newest_shape_is_written_again_as_it_stood(folder: Folder) -> None:
    for each in folder.written:
        kind = installed().of(each.document)
        assert kind is not None
        if each.document.shape != kind.shapes.newest:
            continue
        body = kind.shapes.of(each.document)
        again = body.as_json() if hasattr(body, "as_json") else body
        assert json.dumps(again, sort_keys=True) == json.dumps(
            dict(each.document.body), sort_keys=True
        ), each.name


def held(charter: Charter, recoveries: list[Written], *, on: date) -> Charter:
    """Return the charter with the recoveries of it that are in force; every one of them must be right."""
    own = [
        SignedDocument(each.document, each.signatures)
        for each in recoveries
        if each.document.body["charter"] == charter.digest
    ]
    found = followed(charter, own, on=on)
    assert found.faults == {}
    return found.charter


def test_the_chain_of_charters_holds(folder: Folder) -> None:
    first, *others = folder.charters
    recoveries = [each for each in folder.written if each.document.kind == RECOVERY]
    before = Charter.from_document(first.document)
    assert why_not_first_charter(before, first.signatures) is None
    for each in others:
        charter = Charter.from_document(each.document)
        before = held(before, recoveries, on=charter.document.day)
        assert why_not_succeed(before, charter, each.signatures) is None
        before = charter
    before = held(before, recoveries, on=folder.day)
    assert before.digest == folder.fingerprint
    for side in before.sides:
        assert side.public_key == folder.key(side.code).public
        assert side.recovery_key == folder.key(f"{side.code}.recovery").public


def test_a_signature_file_is_taken(folder: Folder) -> None:
    signed = read_signature((folder.path / "signature.json").read_bytes())
    assert signed.public_key in {folder.key("hy").public, folder.key("az").public}
    assert signed.digest in {each.document.digest for each in folder.written}


# ---- that the corpus is whole: what is missing here is not tried on later versions


def test_every_shape_of_every_kind_is_in_some_folder() -> None:
    there = {(each.document.kind, each.document.shape) for each in every()}
    known = {(kind.word, shape) for kind in installed().every for shape in kind.shapes.names}
    assert known - there == set(), "tell a story of it in fiction.py, then: make formats"


def test_every_kind_is_in_some_folder_in_each_standing_that_it_may_have() -> None:
    there = {(each.document.kind, standing(each)) for each in every()}
    for kind in installed().every:
        # What is in the name of all sides or not at all is shown on no list.
        lists = [each for each in installed().lists if kind.page and each.name in kind.page.lists]
        if kind.opens is Opens.EVERY_SIDE and any(each.is_shown for each in lists):
            assert {(kind.word, "joint"), (kind.word, "alone")} <= there, kind.word
        if kind.opens is Opens.OWN_SIDE:
            assert (kind.word, "own") in there, kind.word
    assert {("article", "own"), ("letter", "own")} <= there


def standing(each: Written) -> str:
    document = each.document
    if not document.standing.is_joint:
        return "alone"
    return "own" if document.side else "joint"


@pytest.mark.parametrize("n_keys", [1, 2])
def test_a_translation_is_there_under_the_translators_key_and_under_two(n_keys: int) -> None:
    found = [each for each in every() if each.document.kind == "translation"]
    assert any(len(each.signatures) == n_keys for each in found)


def test_a_question_is_there_with_an_empty_chair_and_an_answer_sealed_and_released() -> None:
    seats = [each.document.seats for each in every() if each.document.seats]
    assert any(each.empty for each in seats)
    named = {
        seat["digest"]
        for each in every()
        if each.document.kind == RELEASE_NOTE
        for seat in each.document.body["seats"].values()
    }
    sealed = {each.document.digest for each in every() if each.document.seal}
    assert named & sealed
    assert sealed - named

"""What is signed has only characters of Unicode 14.0, so that every version has the same form NFC."""

import sys
import time
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from signing_world import World, files_of

from visavis.press.store import Content
from visavis.signing.canonical import Digest, NotCanonicalError, canonical_bytes, digest_of, parse
from visavis.signing.characters import UNASSIGNED, UNICODE, newer_character
from visavis.signing.document import BadDocumentError, Document
from visavis.signing.manifest import blob_name
from visavis.signing.problems import ProblemKind
from visavis.signing.signatures import keys_file
from visavis.signing.verify import Outcome, verify

# In form NFC by 14.0, and no more since 15.0 or 16.0: joined to one character, or put in another order.
NO_LONGER_IN_FORM_NFC = [
    "\U00016d67\U00016d67",
    "\U000105d2\u0307",
    "\U0001611e\U0001611e",
    "\U000113c2\U000113c2",
    "\u0301\U00010efd",
    "a\u0301\U00010efd",
]
NEWER = [*NO_LONGER_IN_FORM_NFC, "\U0001fae8", "\u1c89", "\U0010fffe", "\ufffe"]
ASSIGNED = [
    "Ինչո՞ւ",
    "Gözəl",
    "👩🏽\u200d💻",
    "\U0001faf6",
    "\ue000",
    "\U000f0000",
    "\U0010fffd",
    "\u0890",
]


@pytest.fixture(params=["older", "newer"], autouse=True)
def unicode_of_this_machine(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Form NFC as this Python has it; and as a machine has it that knows all these characters."""
    if request.param == "older":
        return
    is_normalized = unicodedata.is_normalized

    def by_a_newer_version(form: str, text: str) -> bool:
        return is_normalized(form, text) and not any(each in text for each in NO_LONGER_IN_FORM_NFC)

    monkeypatch.setattr(unicodedata, "is_normalized", by_a_newer_version)


@pytest.mark.skipif(
    unicodedata.unidata_version != f"{UNICODE}.0", reason="this Python has another Unicode"
)
def test_the_table_is_what_unicode_14_leaves_unassigned() -> None:
    ranges: list[tuple[int, int]] = []
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) != "Cn":
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    written = [f"{a:04X}" if a == b else f"{a:04X}-{b:04X}" for a, b in ranges]
    assert UNASSIGNED.split() == written
    for char in map(chr, range(sys.maxunicode + 1)):
        assert newer_character(char) == (char if unicodedata.category(char) == "Cn" else "")


@pytest.mark.parametrize("newer", NEWER, ids=ascii)
@pytest.mark.parametrize("around", ["{}", "a{}", "Ինչո՞ւ {} Gözəl", "\\{}", "😀{}"])
def test_a_newer_character_has_no_canonical_bytes(newer: str, around: str) -> None:
    text = around.format(newer)
    for value in (text, [text], {"words": text}, {text: 1}):
        with pytest.raises(NotCanonicalError, match=r"which Unicode 14\.0 does not assign"):
            canonical_bytes(value)


@pytest.mark.parametrize("newer", NEWER, ids=ascii)
@pytest.mark.parametrize("around", ['"{}"', '["a{}"]', '{{"{}":1}}', '"\\n{}"'])
def test_bytes_with_a_newer_character_are_not_read(newer: str, around: str) -> None:
    with pytest.raises(NotCanonicalError, match=r"which Unicode 14\.0 does not assign"):
        parse(around.format(newer).encode())


@pytest.mark.parametrize("text", ASSIGNED, ids=ascii)
def test_what_unicode_14_assigns_and_private_use_have_canonical_bytes(text: str) -> None:
    assert parse(canonical_bytes({"words": text})) == {"words": text}


@pytest.mark.parametrize("newer", NO_LONGER_IN_FORM_NFC, ids=ascii)
def test_one_sides_own_words_with_a_newer_character_are_named_in_a_record(
    world: World, tmp_path: Path, newer: str
) -> None:
    """One key is enough to put them there: else the record would be right here and wrong elsewhere."""
    good = world.document(body={"author": "Nar"})
    with pytest.raises(NotCanonicalError):
        assert replace(good, body={"author": newer}).data
    data = good.data.replace(b"Nar", newer.encode())
    with pytest.raises(BadDocumentError, match=r"Unicode 14\.0"):
        Document.from_bytes(data)
    digest = digest_of(data)
    world.press(tmp_path / "public", [], pages=forged(good, data, digest))
    report = verify(
        tmp_path / "public/record", charter_fingerprint=world.charter.digest, today=world.day
    )
    assert report.outcome is Outcome.WRONG
    (problem,) = report.problems
    assert problem.kind is ProblemKind.BAD_DOCUMENT
    assert problem.file == blob_name(digest)


def forged(good: Document, data: bytes, digest: Digest) -> dict[str, Content | None]:
    assert dict(files_of(good, ()))
    return {
        f"documents/{digest}.json": Content(data),
        f"documents/{digest}.keys.json": Content(keys_file(())),
    }


@pytest.mark.parametrize("word", ["Ինչո՞ւ ", "söz ", "\U0001f600", "\U00020000"], ids=ascii)
def test_looking_at_every_character_takes_no_time_worth_naming(word: str) -> None:
    """A document of four megabytes, of whatever script, in a second at most: more than ten times less."""
    text = word * (4 * 1024 * 1024 // len(word.encode()))
    began = time.process_time()
    assert newer_character(text) == ""
    assert time.process_time() - began < 1

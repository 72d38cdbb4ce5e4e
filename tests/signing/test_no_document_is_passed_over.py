"""The release key alone tries to slip a document past the verifier: none is right that was not judged.

The one who holds that key writes the list of paths, and so says how large each file is and what it is
called. A file that the verifier would not read, for whatever reason, must not count as read.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from signing_world import PAGES, World, files_of

from visavis.press.store import Content, Store
from visavis.signing import verify_documents
from visavis.signing.canonical import Digest, digest_of, new_id
from visavis.signing.charter import RELEASE_KEY
from visavis.signing.document import LARGEST_DOCUMENT, Document
from visavis.signing.files import FileError, FileFault, read_blob
from visavis.signing.manifest import blob_name
from visavis.signing.problems import ProblemKind
from visavis.signing.signatures import LARGEST_KEYS_FILE
from visavis.signing.verify import Outcome, Report, verify

Look = Callable[[], Report]
Slip = Callable[..., None]


@pytest.fixture
def slip(world: World, public: Path) -> Slip:
    """Put these files into a good record with the release key alone, as its holder can."""

    def write(files: dict[str, Content | None]) -> None:
        store = Store(public)
        root = store.root()
        assert root is not None
        store.write_edition(
            files,
            site=root.site,
            day=root.day,
            valid_until=root.valid_until,
            charters=root.charters,
            key=world.release_key,
        )

    return write


def found(report: Report) -> set[tuple[str, ProblemKind]]:
    """What is wrong in the record; the same file in ``site/`` is wrong with it."""
    return {
        (problem.file.removeprefix("record/"), problem.kind)
        for problem in report.problems
        if not problem.file.startswith("site/")
    }


def padded(document: Document, size: int) -> Document:
    """The same with so long a body that its bytes are of this size."""
    bare = replace(document, body={**document.body, "words": ""})
    return replace(bare, body={**bare.body, "words": "x" * (size - len(bare.data))})


def test_a_joint_document_of_the_largest_size_with_every_key_is_right(
    world: World, look: Look, slip: Slip
) -> None:
    document = padded(world.document(), LARGEST_DOCUMENT)
    assert len(document.data) == LARGEST_DOCUMENT
    slip(dict(files_of(document, world.signed(document, *world.codes))))
    report = look()
    assert report.outcome is Outcome.GOOD, report.problems
    assert report.counts["joint"] == 3


def test_a_keys_file_too_large_to_be_read_does_not_stand_for_the_sides_keys(
    world: World, look: Look, slip: Slip
) -> None:
    lie = world.document(body={"author": "nobody signed this"})
    keys = Content(b"A" * (LARGEST_KEYS_FILE + 1))
    slip(
        {
            f"documents/{lie.digest}.json": Content(lie.data),
            f"documents/{lie.digest}.keys.json": keys,
        }
    )
    report = look()
    assert report.outcome is Outcome.WRONG
    assert found(report) == {(blob_name(digest_of(keys.data)), ProblemKind.BAD_KEYS)}
    assert f"documents/{lie.digest}.keys.json" in report.problems[0].detail


@pytest.mark.parametrize(
    "signers", [(RELEASE_KEY,), ("az", "hy")], ids=["release key", "both sides"]
)
def test_a_document_padded_until_it_is_too_large_to_be_read_is_named(
    world: World, look: Look, slip: Slip, signers: tuple[str, ...]
) -> None:
    lie = padded(world.document(), LARGEST_DOCUMENT + 1)
    slip(dict(files_of(lie, world.signed(lie, *signers))))
    report = look()
    assert report.outcome is Outcome.WRONG
    assert found(report) == {(blob_name(lie.digest), ProblemKind.BAD_DOCUMENT)}
    assert f"documents/{lie.digest}.json" in report.problems[0].detail


def test_real_signatures_taken_off_and_an_oversized_file_in_their_place_are_named(
    world: World, look: Look, slip: Slip
) -> None:
    document = world.document()
    slip(dict(files_of(document, world.signed(document, *world.codes))))
    assert look().outcome is Outcome.GOOD
    keys = Content(b"{" * (LARGEST_KEYS_FILE + 1))
    slip({f"documents/{document.digest}.keys.json": keys})
    assert found(look()) == {(blob_name(digest_of(keys.data)), ProblemKind.BAD_KEYS)}


def test_a_charter_too_large_to_be_read_is_named(world: World, look: Look, slip: Slip) -> None:
    keys = Content(b" " * (LARGEST_KEYS_FILE + 1))
    slip({f"documents/{world.charter.digest}.keys.json": keys})
    assert (blob_name(digest_of(keys.data)), ProblemKind.BAD_KEYS) in found(look())


@pytest.mark.parametrize(
    "path",
    [
        "documents/{digest}.txt",
        "documents/{digest}.json.json",
        "documents/{digest}.keys.json.json",
        "documents/{digest}.Json",
        "documents/{digest}.KEYS.json",
        "documents/{capitals}.json",
        "documents/{capitals}.keys.json",
        "documents/x{digest}.json",
        "documents/en/{digest}.json",
    ],
)
def test_a_document_under_an_odd_name_is_named(
    world: World, look: Look, slip: Slip, path: str
) -> None:
    lie = world.document(body={"author": "nobody signed this"})
    named = path.format(digest=lie.digest, capitals=lie.digest.upper())
    slip({named: Content(lie.data)})
    report = look()
    assert report.outcome is Outcome.WRONG
    assert found(report) == {(blob_name(lie.digest), ProblemKind.BAD_DOCUMENT)}
    assert report.problems[0].detail == named


@pytest.mark.parametrize(
    "path", ["Documents/{digest}.json", "DOCUMENTS/{digest}.keys.json", "dOcUmEnTs/readme.txt"]
)
def test_a_document_in_a_folder_that_some_disks_take_for_another_is_named(
    world: World, look: Look, slip: Slip, path: str
) -> None:
    lie = world.document(body={"author": "nobody signed this"})
    slip({path.format(digest=lie.digest): Content(lie.data)})
    assert {problem.kind for problem in look().problems} == {ProblemKind.ONLY_CAPITALS}


@pytest.mark.parametrize("suffix", ["json", "keys.json"])
def test_a_document_without_keys_file_and_a_keys_file_without_document_are_named(
    world: World, look: Look, slip: Slip, suffix: str
) -> None:
    document = world.document()
    files = dict(files_of(document, world.signed(document, *world.codes)))
    slip({f"documents/{document.digest}.{suffix}": files[f"documents/{document.digest}.{suffix}"]})
    assert look().outcome is Outcome.WRONG


@pytest.mark.parametrize("fault", list(FileFault))
def test_a_document_that_the_disk_gives_once_and_not_again_is_named(
    world: World, look: Look, slip: Slip, monkeypatch: pytest.MonkeyPatch, fault: FileFault
) -> None:
    """Its bytes were looked at with all files, so no fault of the file has been named."""
    document = world.document()
    slip(dict(files_of(document, world.signed(document, *world.codes))))
    assert look().outcome is Outcome.GOOD

    def read(record: Path, digest: Digest, *, largest: int) -> bytes:
        if digest == document.digest:
            raise FileError(blob_name(digest), fault)
        return read_blob(record, digest, largest=largest)

    monkeypatch.setattr(verify_documents, "read_blob", read)
    report = look()
    assert report.outcome is Outcome.WRONG
    assert found(report) == {(f"documents/{document.digest}.json", ProblemKind.NOT_JUDGED)}


def test_a_second_release_note_is_judged_like_the_first(world: World, tmp_path: Path) -> None:
    """Whichever of the two is the last, one that calls an article an answer is named."""
    question, article = world.question(), world.document()
    answers = {code: world.answer(question, code) for code in world.codes}
    # One of 1,000 lies on either side of a digest from the middle; of one at the end, seldom.
    many = (world.note(question, answers) for _ in range(100))
    true = next(note for note in many if "4" <= note.digest[0] < "c")
    false = world.note(question, {**answers, "hy": article})
    again = (replace(false, id=new_id()) for _ in range(1_000))
    notes = {note.digest < true.digest: note for note in again}
    assert len(notes) == 2
    for is_before, note in notes.items():
        public = tmp_path / f"{is_before}"
        world.press(
            public,
            [
                (question, world.signed(question, *world.codes)),
                (article, world.signed(article, *world.codes)),
                *((each, world.signed(each, RELEASE_KEY)) for each in (true, note)),
                *((answer, world.signed(answer, code)) for code, answer in answers.items()),
            ],
            pages=PAGES,
        )
        report = verify(public, charter_fingerprint=world.charter.digest, today=world.day)
        assert (blob_name(note.digest), ProblemKind.SEALED) in found(report)

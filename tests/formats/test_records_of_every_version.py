"""A copy of a record that any version pressed is verified, and its pages can be made again."""

from datetime import timedelta
from pathlib import Path

import pytest
from corpus import Folder

from visavis.press.remaking import made_again
from visavis.signing.problems import ProblemKind
from visavis.signing.verify import Outcome, Report, verify

DECADES = timedelta(days=365 * 30)


@pytest.fixture(scope="module")
def record(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder.unpack_record(tmp_path_factory.mktemp("record"))


def look(folder: Folder, record: Path, *, after: timedelta = timedelta(0)) -> Report:
    return verify(record, charter_fingerprint=folder.fingerprint, today=folder.day + after)


def test_it_is_right_on_its_day_and_past_its_date_later(folder: Folder, record: Path) -> None:
    assert look(folder, record).outcome is Outcome.GOOD
    assert look(folder, record, after=DECADES).outcome is Outcome.EXPIRED


def test_a_fingerprint_of_any_charter_of_the_chain_will_do(folder: Folder, record: Path) -> None:
    for charter in folder.charters:
        report = verify(record, charter_fingerprint=charter.document.digest, today=folder.day)
        assert report.outcome is Outcome.GOOD


def test_every_document_that_is_open_is_counted(folder: Folder, record: Path) -> None:
    report = look(folder, record)
    assert report.n_documents == sum(report.shapes.values()) > 10
    assert set(report.shapes) <= {
        (each.document.kind, each.document.shape) for each in folder.written
    }


def test_one_changed_byte_is_still_found(folder: Folder, tmp_path: Path) -> None:
    copy = folder.unpack_record(tmp_path)
    blob = max((copy / "blobs").rglob("*"), key=lambda file: file.stat().st_size * file.is_file())
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")
    assert look(folder, copy).outcome is Outcome.WRONG


def test_its_pages_are_made_again_and_no_document_differs(folder: Folder, record: Path) -> None:
    pages = made_again(look(folder, record), today=folder.day).pages
    assert pages is not None
    assert pages.newer == ""
    if pages.is_same_software:
        assert pages.differing == ()
    lost = [
        each
        for each in pages.differing
        if each.file.startswith("documents/")
        or (each.kind is ProblemKind.PAGE_MISSING and each.file.endswith(".keys.json"))
    ]
    assert lost == []

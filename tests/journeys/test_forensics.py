"""A copy of the whole installation, taken at any time: every kind of request, then all bytes searched.

`make forensics` does 1,000 requests in place of one of each kind.
"""

import os
from pathlib import Path

import pytest

from visavis.project import forensics
from visavis.project.forensics import installation, kinds, telling

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]
REQUESTS = int(os.environ.get("REQUESTS", "0"))
ENOUGH = (
    "comes under another name",
    "reads a page",
    "writes a question",
    "a text is closed for good",
)
"""Kinds that meet each defence of `without_defences`."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> forensics.Report:
    return forensics.examine(tmp_path_factory.mktemp("examined"), n_requests=REQUESTS)


def found(report: forensics.Report, promise: str) -> list[str]:
    search = report.searches[promise]
    assert search.n_planted
    assert search.missed == [], "the search itself is blind"
    return search.found


def test_each_kind_of_request_was_made_and_copies_were_taken(report: forensics.Report) -> None:
    assert report.n_kinds >= 60
    assert report.n_requests >= max(REQUESTS, 200)
    assert report.n_words > 2_000
    assert report.n_copies >= 5
    assert report.n_acts > 50
    assert report.n_killed


def test_no_copy_shows_an_unpublished_word_a_secret_or_a_visitor(report: forensics.Report) -> None:
    assert found(report, "words") == []


def test_no_act_in_the_log_puts_a_person_beside_words(report: forensics.Report) -> None:
    assert found(report, "links") == []


def test_after_the_hour_no_rows_lie_as_they_came(report: forensics.Report) -> None:
    assert found(report, "order") == []


def test_no_copy_says_at_which_hour_anybody_acted(report: forensics.Report) -> None:
    assert found(report, "hours") == []


def test_each_defence_that_is_taken_out_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One site without any of them, so that one run shows what each of them keeps."""
    logging = installation.CONFIGURATION.read_text().replace(
        "access_log off;", f"access_log {tmp_path}/nginx/access.log;"
    )
    (tmp_path / "logging.conf").write_text(logging)
    monkeypatch.setattr(installation, "CONFIGURATION", tmp_path / "logging.conf")
    monkeypatch.setattr(forensics, "KINDS", {name: kinds.KINDS[name] for name in ENOUGH})
    spoiled = {
        "DJANGO_SETTINGS_MODULE": "without_defences",
        "PYTHONPATH": str(Path(__file__).parent),
    }
    report = forensics.examine(tmp_path, given=spoiled)
    words, hours = report.searches["words"].found, report.searches["hours"].found
    if report.has_proxy:
        assert any("nginx/access.log (" in each for each in words), "a proxy that keeps a log"
    assert any(each.startswith("said (") for each in words), "a log that says what came"
    assert any("closed for good" in each for each in words), "bytes that stay after deleting"
    assert report.searches["links"].found, "an act that writes an account beside a draft"
    assert report.searches["order"].found, "rows that are never written again"
    assert any("sqlite3" in each for each in hours), "a second in a row"
    assert any(each.endswith("its file time") for each in hours), "times of private files"
    said = list(telling.sentences(report))
    assert [is_well for is_well, _, _ in said] == [True, False, False, False, False]
    assert not report.holds


def test_nothing_of_the_site_itself_is_touched(tmp_path: Path) -> None:
    """The folder is its own, and gone afterwards, with all that was in it."""
    with forensics.folder_of_its_own() as folder:
        (folder / "file").write_text("")
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()

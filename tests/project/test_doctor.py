"""What `visavis doctor` finds, and what it says to do about it."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from pytest_django.fixtures import Settings

import cast
import editors
from visavis.base import data as places
from visavis.people.models import Session
from visavis.press.actions import release_edition
from visavis.press.commands import _only_server
from visavis.press.releases import ReleaseLoop
from visavis.press.remaking import made_again
from visavis.project import catalogues, doctor
from visavis.project.doctor import CHECKS, Finding, Mark
from visavis.record import verified as record
from visavis.record.models import Document, Draft
from visavis.safety import kept, retention
from visavis.sides.keyfiles import key_file
from visavis.sides.models import Side
from visavis.sides.schedule import Schedule
from visavis.signing.canonical import canonical_bytes
from visavis.signing.commands import verify
from visavis.signing.keys import PrivateKey

AT = datetime(2031, 7, 9, 13, 37, 41, tzinfo=UTC)


def found(name: str, *, at: datetime = AT) -> list[Finding]:
    return list(CHECKS[name](at))


def faults(name: str, *, at: datetime = AT) -> str:
    return "\n".join(
        f"{each.says} {each.do}" for each in found(name, at=at) if each.mark is Mark.FAULT
    )


@pytest.fixture
def site(db: None, data: Path, settings: Settings) -> cast.SiteKeys:
    """A sound installation with its first edition."""
    site = cast.a_charter()
    places.make_private(data)
    places.write_private(places.secret_file(), b"s" * 64)
    places.write_format()
    places.write_private(places.release_key_file(), key_file(site.release_key).encode())
    cast.found(site)
    settings.ALLOWED_HOSTS = ["localhost"]
    release_edition(datetime.combine(cast.DAY, AT.timetz()))
    return site


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "faults", list)
    monkeypatch.setattr(catalogues, "are_compiled", lambda: True)


def test_a_sound_installation_has_no_fault(site: cast.SiteKeys, complete: None) -> None:
    for name in CHECKS:
        at = datetime.combine(cast.DAY, AT.timetz())
        assert faults(name, at=at) == ""


def test_what_is_closed_for_good_is_a_reminder_to_keep_its_notes_elsewhere(
    site: cast.SiteKeys,
) -> None:
    assert [each.mark for each in found("Closings")] == [Mark.GOOD]
    text = cast.open_(cast.an_article(site, side="az"), site)
    cast.take_down(text, "az", site=site, at=datetime.combine(cast.DAY, AT.timetz()))
    (reminder,) = found("Closings")
    assert reminder.mark is Mark.NOTE
    assert "visavis closings export FILE" in reminder.do


def test_a_directory_that_an_older_version_wrote_is_a_fault(site: cast.SiteKeys) -> None:
    (sound,) = found("Directory")
    assert (sound.mark, "visavis-data-1" in sound.says) == (Mark.GOOD, True)
    places.format_file().unlink()
    assert "visavis upgrade" in faults("Directory")


def test_what_is_open_in_a_newer_format_is_not_shown_and_is_counted_without_its_words(
    site: cast.SiteKeys,
) -> None:
    assert [each.mark for each in found("Documents")] == [Mark.GOOD]
    text = cast.open_(cast.an_article(site, side="az"), site)
    assert [each.digest for each in record.open_subject(text.id)] == [text.digest]
    newer = canonical_bytes({**text.as_json(), "format": "visavis-document-3"})
    Document.objects.filter(digest=text.digest).update(data=newer)
    assert record.open_subject(text.id) == ()
    (finding,) = found("Documents")
    assert finding.mark is Mark.FAULT
    assert "1 of kind article in the format visavis-document-3" in finding.says
    Document.objects.filter(digest=text.digest).update(data=b"no document at all")
    assert [each.mark for each in found("Documents")] == [Mark.GOOD]


def test_every_fault_says_what_to_do(site: cast.SiteKeys, settings: Settings) -> None:
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]
    places.release_key_file().unlink()
    every = [finding for name in CHECKS for finding in found(name)]
    wrong = [finding for finding in every if finding.mark is Mark.FAULT]
    assert len(wrong) >= 3
    assert all(finding.do for finding in wrong)


@pytest.mark.parametrize(
    ("hosts", "https", "expected"),
    [
        (["localhost", "127.0.0.1", "[::1]", ".onion"], False, ""),
        (["joint.example"], True, ""),
        (["joint.example"], False, "joint.example is served without https"),
        (["*"], True, "Any host name is answered for"),
    ],
)
def test_hosts_and_encryption_belong_together(
    site: cast.SiteKeys, settings: Settings, hosts: list[str], https: bool, expected: str
) -> None:
    settings.ALLOWED_HOSTS, settings.HTTPS = hosts, https
    assert faults("Configuration").startswith(expected)
    assert bool(faults("Configuration")) is bool(expected)


def test_a_short_secret_is_a_fault(site: cast.SiteKeys) -> None:
    places.write_private(places.secret_file(), b"short")
    assert "The signing secret is too short." in faults("Configuration")


def test_a_system_sqlite_that_can_damage_the_database_is_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import sqlite3

    assert faults("Versions") == ""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 2))
    assert "can damage a database" in faults("Versions")


@pytest.mark.parametrize(
    "place", [places.data_directory, places.secret_file, places.release_key_file]
)
@pytest.mark.parametrize("mode", [0o040, 0o004, 0o002])
def test_what_others_can_reach_is_a_fault(
    site: cast.SiteKeys, place: Callable[[], Path], mode: int
) -> None:
    assert faults("Permissions") == ""
    place().chmod(place().stat().st_mode | mode)
    assert str(place()) in faults("Permissions")
    assert "chmod" in faults("Permissions")


def test_a_catalogue_with_gaps_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "faults", lambda: ["hy: not translated: 'x'"])
    monkeypatch.setattr(catalogues, "are_compiled", lambda: False)
    assert "1 faults" in faults("Languages")
    assert "python -m visavis.project.catalogues" in faults("Languages")


def test_the_next_edition_is_named_to_the_minute(site: cast.SiteKeys, settings: Settings) -> None:
    settings.RELEASES = "hour"
    assert found("Editions")[0].says == "The next edition is due at 14:00 UTC, in 23 min."
    settings.RELEASES = "at once"
    assert found("Editions")[0].mark is Mark.NOTE


def test_the_charters_fingerprint_is_shown(site: cast.SiteKeys) -> None:
    assert any(site.charter.digest in finding.says for finding in found("Editions"))


def test_a_record_signed_by_another_key_is_a_fault(site: cast.SiteKeys) -> None:
    another = key_file(PrivateKey.new()).encode()
    places.write_private(places.release_key_file(), another)
    assert "is not the one that the charter names" in faults("Editions")


def test_a_record_whose_root_was_changed_is_a_fault(site: cast.SiteKeys) -> None:
    root = places.public_directory() / "record" / "manifest.json"
    data = root.read_bytes()
    root.chmod(0o600)
    root.write_bytes(data.replace(b'"edition":1', b'"edition":7'))
    assert root.read_bytes() != data
    assert "The record's root is not what it should be" in faults("Editions")


def test_an_edition_of_a_day_to_come_is_named_as_a_wrong_clock_and_gives_way(
    site: cast.SiteKeys,
) -> None:
    at = datetime.combine(cast.DAY, AT.timetz())
    assert release_edition(at + timedelta(days=40), full=True)
    assert "later than today: a clock is or was wrong" in faults("Editions", at=at)
    said = verified(places.public_directory(), charter=site.charter.digest, on=cast.DAY)
    assert said.exit_code == 7
    assert "your clock or the site's is wrong" in said.output
    released = release_edition(at)
    assert released
    assert released.day == cast.DAY, "the clock is right: nobody has to wait for forty days"
    assert faults("Editions", at=at) == ""
    assert (
        verified(places.public_directory(), charter=site.charter.digest, on=cast.DAY).exit_code == 0
    )
    assert release_edition(at) is None


def verified(folder: Path, *, charter: str, on: date) -> Result:
    with time_machine.travel(datetime.combine(on, AT.timetz()), tick=False):
        return CliRunner().invoke(verify, [str(folder), "--charter", charter], obj=made_again)


def test_an_edition_that_did_not_come_out_is_a_fault_with_its_cause_and_no_content(
    site: cast.SiteKeys,
) -> None:
    def fail(_: datetime) -> None:
        raise OSError(28, "canary-3b7a")

    stop = threading.Event()
    loop = ReleaseLoop(Schedule.HOURLY, release=fail, stop=stop)
    stop.set()
    assert not loop._try(AT)
    said = faults("Editions")
    assert "did not come out: OSError at" in said
    assert "canary" not in said
    ReleaseLoop(Schedule.HOURLY, release=lambda _: None, stop=stop)._try(AT)
    assert "did not come out" not in faults("Editions")


def test_whether_anybody_serves_the_site_is_said(site: cast.SiteKeys) -> None:
    def says() -> str:
        return "\n".join(each.says for each in found("Editions"))

    assert "Nobody serves this site now" in says()
    with _only_server():
        assert "Nobody serves this site now" not in says()
    assert "Nobody serves this site now" in says()


def test_an_edition_past_its_date_is_a_fault(site: cast.SiteKeys) -> None:
    later = datetime(cast.DAY.year + 1, 1, 1, tzinfo=UTC)
    assert "is out of date since" in faults("Editions", at=later)


def test_a_full_disk_is_a_fault(site: cast.SiteKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults("Disk") == ""
    monkeypatch.setattr(doctor, "LEAST_FREE", 1 << 80)
    assert "Make room" in faults("Disk")


def test_the_command_ends_with_1_when_something_is_wrong_and_tells_of_a_seizure(
    site: cast.SiteKeys, complete: None
) -> None:
    places.secret_file().chmod(0o644)
    result = CliRunner().invoke(doctor.doctor)
    assert result.exit_code == 1
    assert "Faults: " in result.stdout
    assert "If this disk were seized" in result.stdout
    assert "They have not, because it is not kept:" in result.stdout


def test_a_directory_without_a_site_is_said_to_have_none(data: Path) -> None:
    result = CliRunner().invoke(doctor.doctor)
    assert result.exit_code == 1
    assert "There is no site in" in result.stdout


def test_the_command_that_the_doctor_names_for_every_file_is_complete(site: cast.SiteKeys) -> None:
    named = "\n".join(
        each.do for each in found("Editions", at=datetime.combine(cast.DAY, AT.timetz()))
    )
    _, _, arguments = named.partition("visavis verify ")
    at_that_day = [*arguments.split(), "--json"]
    with time_machine.travel(datetime.combine(cast.DAY, AT.timetz()), tick=False):
        assert CliRunner().invoke(verify, at_that_day, obj=made_again).exit_code == 0


def test_a_database_without_the_charters_that_were_in_force_is_a_fault(site: cast.SiteKeys) -> None:
    places.write_private(places.charters_file(), b"ab" * 32 + b"\n")
    assert "does not hold the charters" in faults("Editions")


def test_what_a_seizure_surrenders_counts_the_answers_that_wait(site: cast.SiteKeys) -> None:
    question = cast.open_(cast.a_question(site), site)
    cast.open_(cast.an_answer(site, to=question, side="az"), site)
    told = " ".join(doctor.what_a_seizure_surrenders())
    assert "by state: 1 proposed; 1 of those before the desks are for one desk alone" in told


def test_what_a_seizure_surrenders_is_the_allow_list_and_the_rows_that_are_there(
    site: cast.SiteKeys,
) -> None:
    Session.objects.create(
        key_hash="a" * 64, sealed="ab" * 60, expires_on=cast.DAY + timedelta(days=1)
    )
    told = " ".join(" ".join(doctor.what_a_seizure_surrenders()).split())
    assert "people_session, rows: 1. In plain text: key_hash, expires_on." in told
    assert "sealed, sealed: 1. What opens it: the browser that has the cookie." in told
    assert "people_account" not in told, "there is no row"
    n_rows = kept.n_rows()
    for (table, column), holding in retention.holdings().items():
        if n_rows[table] and holding.concerns is not retention.Concerns.MACHINE:
            assert column in told


PLANTED = [
    ("people_session", {"sealed": '{"account": "0123456789abcdef0123456789abcdef"}'}),
    ("people_session", {"sealed": "abcd"}),
    ("record_document", {"data": b'{"body": "canary"}', "state": "proposed"}),
    ("record_document", {"data": b'{"body": "canary"}', "state": "refused"}),
    ("sides_side", {"sealed_key": "ab" * 60}),
]


@pytest.mark.parametrize(("table", "values"), PLANTED)
def test_a_sealed_column_that_holds_clear_words_is_a_fault(
    site: cast.SiteKeys, table: str, values: dict[str, object]
) -> None:
    """Somebody, or an older version, has written into the tables."""
    text = cast.open_(cast.an_article(site, side="az"), site)
    Session.objects.create(
        key_hash="a" * 64, sealed="ab" * 60, expires_on=cast.DAY + timedelta(days=1)
    )
    found_site = editors.found() if table == "sides_side" else None
    assert [each.mark for each in found("Sealed")] == [Mark.GOOD]
    rows = {"people_session": Session, "record_document": Document, "sides_side": Side}[
        table
    ].objects
    if table == "record_document":
        rows = rows.filter(digest=text.digest)
    elif found_site:
        editors.give_keys(found_site)
        rows = rows.filter(code="az")
    assert rows.update(**values) == 1
    (column, *_) = values
    assert f"{table}.{column}: 1." in faults("Sealed")
    assert "canary" not in faults("Sealed"), "it says where, and never what"
    result = CliRunner().invoke(doctor.doctor)
    assert (result.exit_code, f"{table}.{column}" in result.stdout) == (1, True)


def test_a_draft_in_plain_text_is_a_fault(site: cast.SiteKeys) -> None:
    row = Draft.objects.create(
        item="a" * 32, kind="article", side="az", body=b'{"body": "canary"}', made_on=cast.DAY
    )
    assert "record_draft.body: 1." in faults("Sealed")
    row.kind = "charter"  # holds a key that a passphrase seals, and no words
    row.save()
    assert faults("Sealed") == ""


@pytest.mark.parametrize("state", ["open", "superseded", "closed"])
def test_words_that_are_public_lie_in_plain_text_and_are_counted(
    site: cast.SiteKeys, state: str
) -> None:
    text = cast.open_(cast.an_article(site, side="az"), site)
    Document.objects.filter(digest=text.digest).update(state=state)
    assert faults("Sealed") == ""
    assert "in plain text, as its row allows: 2" in " ".join(doctor.what_a_seizure_surrenders())


def test_the_doctor_changes_nothing(site: cast.SiteKeys, complete: None, data: Path) -> None:
    def state() -> dict[str, tuple[int, bytes]]:
        return {
            str(file): (file.stat().st_mtime_ns, file.read_bytes())
            for file in data.rglob("*")
            if file.is_file()
        }

    before = state()
    CliRunner().invoke(doctor.doctor)
    assert state() == before

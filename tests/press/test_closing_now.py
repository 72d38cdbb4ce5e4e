"""A desk that cannot wait for the hour: its edition, and what the disk tells of it afterwards."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from printing import Press

import cast
from visavis.base import data as places
from visavis.press import releases
from visavis.press.actions import even_out, release_edition
from visavis.press.releases import ReleaseLoop
from visavis.record import actions as record
from visavis.record import queries
from visavis.record.public import is_edition_asked_for
from visavis.sides.schedule import Schedule
from visavis.signing.canonical import digest_of
from visavis.signing.document import Document
from visavis.signing.keys import PrivateKey, Purpose
from visavis.signing.verify import Outcome, verify

FULL_HOUR_LATER = timedelta(minutes=60)


class Minute(threading.Event):
    """A minute that begins at twenty-two past, in seconds that nobody waits for."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at, self.end = at, at + timedelta(minutes=1)

    def now(self) -> datetime:
        return self.at

    def wait(self, timeout: float | None = None) -> bool:
        self.at += timedelta(seconds=timeout or 1)
        if self.at >= self.end:
            self.set()
        return self.is_set()


@pytest.fixture
def article(press: Press) -> Document:
    article = press.open(cast.an_article(press.site, side="az"))
    press.release()
    return article


def at_22_past(press: Press) -> datetime:
    return press.at + timedelta(minutes=22)


def close(press: Press, document: Document, *, is_urgent: bool) -> None:
    at = at_22_past(press)
    note = queries.closing_note(document, side="az", today=at.date())
    key = press.site.key("az")
    record.take_down(
        digest=document.digest,
        side="az",
        note=note,
        public_key=key.public.hex,
        signature=key.sign(digest_of(note), purpose=Purpose.CLOSING),
        at=at,
        is_urgent=is_urgent,
    )


def run(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a minute of the hourly loop go by, with the real press and the real list of changes."""
    monkeypatch.setattr(releases, "forget_what_is_past", lambda _: None)
    minute = Minute(at_22_past(press))
    ReleaseLoop(Schedule.HOURLY, now=minute.now, stop=minute).run()


def is_shown(press: Press, document: Document) -> bool:
    return any(document.id[:12] in path for path in press.tree())


def test_what_is_closed_now_is_gone_before_the_hour(
    press: Press, article: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(press, article, is_urgent=False)
    run(press, monkeypatch)
    assert is_shown(press, article), "the control: other closings wait for the hour"
    record.statements.touch(article.subject, is_urgent=True)
    run(press, monkeypatch)
    assert not is_shown(press, article)
    assert not is_edition_asked_for()


def test_an_authors_closing_can_be_as_fast(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    key = PrivateKey.new()
    own = press.open(replace(cast.an_article(press.site, side="az"), closer=key.public.hex))
    press.release()
    note = queries.authors_note(own, today=press.day)
    record.close_for_author(
        digest=own.digest,
        note=note,
        signature=key.sign(digest_of(note), purpose=Purpose.CLOSING),
        today=press.day,
        is_urgent=True,
    )
    run(press, monkeypatch)
    assert not is_shown(press, own)


def changed_since(top: Path, since: float) -> set[str]:
    return {
        place.relative_to(top).as_posix()
        for place in (top, *top.rglob("*"))
        if place.lstat().st_ctime >= since
    }


def test_after_the_next_full_hour_no_file_tells_when_a_desk_closed(
    press: Press, article: Document
) -> None:
    """An open disk: times of content, of the last change, and, by another inode, of birth."""
    public, closings = places.public_directory(), places.closings_directory()
    press.open(cast.an_article(press.site, side="hy"))
    before = time.time()
    time.sleep(0.05)  # a disk's clock has coarse steps
    close(press, article, is_urgent=True)
    assert release_edition(at_22_past(press))
    told = changed_since(public / "record", before) | changed_since(public / "site", before)
    told |= changed_since(closings, before)
    assert {"manifest.json", "index.html"} <= told or any("index.html" in each for each in told)
    assert "notes.jsonl" in told, "the control: they do tell until then"
    inodes = {place: place.stat().st_ino for place in files_of(public, closings)}

    time.sleep(0.05)
    evened = time.time()
    time.sleep(0.05)
    release_edition(at_22_past(press).replace(minute=0) + FULL_HOUR_LATER)
    even_out(Schedule.HOURLY)
    for place in files_of(public, closings):
        there = place.stat()
        is_old = there.st_ctime < before
        assert is_old or there.st_ctime >= evened, place
        assert is_old or there.st_ino != inodes[place], f"{place} was born with the closing"
        assert there.st_mtime % 86_400 < 100, place
    assert not list(closings.glob(".*"))
    digest = press.site.charter.digest
    assert verify(public, charter_fingerprint=digest, today=press.day).outcome is Outcome.GOOD


def files_of(public: Path, closings: Path) -> list[Path]:
    found = [each for each in closings.iterdir() if each.is_file()]
    found.append(public / "tmp" / "shared.json")
    for top in ("record", "site"):
        found += [each for each in (public / top).rglob("*") if each.is_file()]
    return found


def test_a_private_file_tells_the_day_at_once_and_never_the_hour(data: Path) -> None:
    places.write_private(places.charters_file(), b"")
    assert places.charters_file().stat().st_mtime % 86_400 < 60
    assert data.stat().st_mtime % 86_400 < 60
    written = places.charters_file().stat()
    assert datetime.fromtimestamp(written.st_mtime, UTC).date() == datetime.now(UTC).date()


def test_a_note_that_an_act_writes_meanwhile_is_not_lost(data: Path) -> None:
    place = places.closings_directory() / "note.json"
    places.write_private(place, b"first")
    (again,) = places.written_again()
    places.write_private(place, b"second")
    again.swap()
    assert place.read_bytes() == b"second"
    assert list(place.parent.iterdir()) == [place]
    for each in places.written_again():
        each.swap()
    assert place.read_bytes() == b"second"
    assert places.written_again() == [], "each is written again once"

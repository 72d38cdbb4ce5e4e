"""What a copy of the disk says of accounts: no hour, no click, no order, and nobody who has gone.

The bytes are read, the write-ahead log among them, not the tables.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.db.backends.sqlite3.base import Database

import canaries
import editors
from visavis.people import actions, credentials, peppering, sign_in
from visavis.people.models import Session, UsedCode
from visavis.record.models import Changed, Draft
from visavis.safety import housekeeping, order, sealing

WAL = "visavis.sqlite3-wal"
HEAD = 100
"""Bytes of SQLite's own, with a number that counts the beats."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(editors.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def nadia(on_disk: Path) -> editors.Editor:
    return editors.joined(editors.found().codes["az"])


def marks_without_pepper(editor: editors.Editor, *, pepper: bytes = b"") -> set[str]:
    """What disk and passphrase reckon together: a mark for every half minute of two days."""
    proof = credentials.proof_of(editor.passphrase, sign_in=credentials_of_the_disk())
    totp = credentials.opened_totp(editor.account.sealed_totp, proof=proof).reveal()
    key = sealing.key_for("visavis-1 used code", secret=proof.half + totp.encode())
    now = int(editors.NOW.timestamp()) // 30
    made = (hmac.digest(key, str(step).encode(), "sha256") for step in range(now - 5_760, now + 2))
    if pepper:
        return {hmac.new(pepper, own, hashlib.sha256).hexdigest() for own in made}
    return {own.hex() for own in made} | {
        hmac.new(b"", own, hashlib.sha256).hexdigest() for own in made
    }


def credentials_of_the_disk() -> credentials.SignIn:
    from visavis.sides import queries

    return queries.sign_in()


def test_disk_and_passphrase_do_not_say_when_somebody_signed_in(nadia: editors.Editor) -> None:
    digits = nadia.digits(editors.NOW)
    sign_in.sign_in(passphrase=nadia.passphrase, digits=digits, at=editors.NOW)
    kept = set(UsedCode.objects.values_list("mark", flat=True))
    assert len(kept) == 2
    assert not kept & marks_without_pepper(nadia)
    # The control: with what only the memory has, the same reckoning finds both.
    assert kept <= marks_without_pepper(nadia, pepper=settings.PEPPER.encode())


def test_used_codes_are_gone_after_two_turns_and_count_until_then(nadia: editors.Editor) -> None:
    digits = nadia.digits(editors.NOW)
    sign_in.sign_in(passphrase=nadia.passphrase, digits=digits, at=editors.NOW)
    keeper = housekeeping.Housekeeper()
    keeper.turn(is_due=True)
    with pytest.raises(Exception, match="cannot sign in"):
        sign_in.sign_in(passphrase=nadia.passphrase, digits=digits, at=editors.NOW)
    assert UsedCode.objects.exists()
    keeper.turn(is_due=True)
    assert not UsedCode.objects.exists()


def test_a_code_used_before_a_restart_does_not_count_after_it(
    nadia: editors.Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = nadia.digits(editors.NOW)
    sign_in.sign_in(passphrase=nadia.passphrase, digits=digits, at=editors.NOW)
    monkeypatch.setenv("VISAVIS_PEPPER", "")
    monkeypatch.setenv("VISAVIS_CODES_AFTER", "")
    peppering.begin()
    assert not UsedCode.objects.exists()
    assert os.environ["VISAVIS_PEPPER"] == settings.PEPPER
    # A worker of the new server, with a pepper of its own.
    monkeypatch.setattr(settings, "PEPPER", "another")
    monkeypatch.setattr(settings, "CODES_AFTER", int(os.environ["VISAVIS_CODES_AFTER"]))
    with pytest.raises(Exception, match="cannot sign in"):
        sign_in.sign_in(passphrase=nadia.passphrase, digits=digits, at=editors.NOW)
    later = editors.NOW + timedelta(seconds=90)
    assert sign_in.sign_in(passphrase=nadia.passphrase, digits=nadia.digits(later), at=later)


def test_a_start_after_a_quiet_while_keeps_nobody_waiting(
    nadia: editors.Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    UsedCode.objects.all().delete()
    monkeypatch.setenv("VISAVIS_PEPPER", "")
    monkeypatch.setenv("VISAVIS_CODES_AFTER", "")
    peppering.begin()
    assert os.environ["VISAVIS_CODES_AFTER"] == "0"


def test_a_click_writes_nothing_into_the_log(
    nadia: editors.Editor, on_disk: Path, clock: time_machine.Traveller
) -> None:
    browser = editors.signed_in(nadia.account)
    before = (on_disk / "visavis.sqlite3").read_bytes()
    for _ in range(20):
        clock.shift(timedelta(minutes=11))
        assert browser.get("/en/desk/editors/").status_code == 200
    assert (on_disk / WAL).stat().st_size == 0
    assert (on_disk / "visavis.sqlite3").read_bytes() == before
    # The control: what does write is in the file.
    browser.post("/en/desk/key/new/")
    assert (on_disk / "visavis.sqlite3").read_bytes() != before


def places_on_disk(file: Path, words: list[str]) -> list[int]:
    content = file.read_bytes()
    return [content.index(word.encode()) for word in words]


def rank_correlation(places: list[int]) -> float:
    """Spearman's, of the order of acts and the order of places."""
    ranks = [sorted(places).index(place) for place in places]
    n = len(ranks)
    return 1 - 6 * sum((a - b) ** 2 for a, b in enumerate(ranks)) / (n * (n * n - 1))


def test_no_order_of_rows_says_who_came_before_whom(nadia: editors.Editor, on_disk: Path) -> None:
    """The bytes of the file, page by page, before and after an edition (L6)."""
    names = [f"name{n:02d}xyz" for n in range(30)]
    keys = [f"{hashlib.sha256(name.encode()).hexdigest()}" for name in names]
    for name, key in zip(names, keys, strict=True):
        editors.joined(editors.invited(nadia.account), label=name)
        Session.objects.create(key_hash=key, sealed=f"{name}{'s' * 40}", expires_on=editors.TODAY)
        Draft.objects.create(item=key[:32], kind="letter", side="az", made_on=editors.TODAY)
        Changed.objects.create(subject=key[:32])
    housekeeping.Housekeeper().turn()
    file = on_disk / "visavis.sqlite3"
    before = abs(rank_correlation(places_on_disk(file, names)))
    assert before > 0.9, "the search itself does not work"

    rows = {
        table: sorted(_all(table), key=repr) for table in connection.introspection.table_names()
    }
    assert order.write_again() > 3
    housekeeping.Housekeeper().turn()
    assert abs(rank_correlation(places_on_disk(file, names))) < 0.6
    for table, column in (("people_session", "key_hash"), ("record_draft", "item")):
        with connection.cursor() as cursor:
            in_rows = cursor.execute(f"SELECT {column} FROM {table} ORDER BY rowid").fetchall()
        came = [key[: len(in_rows[0][0])] for key in keys]
        assert abs(rank_correlation([in_rows.index((key,)) for key in came])) < 0.6
    assert rows == {table: sorted(_all(table), key=repr) for table in rows}


def _all(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        return list(cursor.execute(f"SELECT * FROM {table}").fetchall())


def test_no_table_of_sequences_counts_rows_of_ours(nadia: editors.Editor) -> None:
    with connection.cursor() as cursor:
        made = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    counting = {name for name, sql in made if re.search(r"\bAUTOINCREMENT\b", sql or "")}
    ours = {name for name in counting if not name.startswith(("django_", "auth_"))}
    assert ours == {"press_place"}, "the places of lists are public, nothing else is counted"


def test_who_was_removed_is_in_no_byte_of_the_disk_right_after(
    nadia: editors.Editor, on_disk: Path
) -> None:
    editor = editors.joined(editors.invited(nadia.account), label="canary-of-leyla")
    words = [editor.account.sign_in_tag, editor.account.sealed_totp]
    assert canaries.found_below(on_disk, ["canary-of-leyla"]) == {}, "the name is sealed all along"
    assert set().union(*canaries.found_below(on_disk, words).values()) == set(words)
    editors.removed(nadia.account, account_id=editor.account.pk)
    actions.keep_editor(editor=nadia.account, account_id=nadia.account.pk)
    assert canaries.found_below(on_disk, words) == {}


def test_older_words_of_a_draft_leave_the_log_within_a_turn(
    nadia: editors.Editor, on_disk: Path
) -> None:
    draft = Draft.objects.create(
        item="a" * 32, kind="letter", side="az", body=b"canary-older", made_on=editors.TODAY
    )
    draft.body = b"newer"
    draft.save()
    assert canaries.found_below(on_disk, ["canary-older"])
    housekeeping.Housekeeper().turn()
    assert canaries.found_below(on_disk, ["canary-older"]) == {}


def test_the_files_of_the_database_tell_no_time_of_an_act(on_disk: Path) -> None:
    """Each minute a fixed number is written over; nobody has done anything."""
    editors.found()
    files = [on_disk / name for name in ("visavis.sqlite3", WAL)]
    keeper = housekeeping.Housekeeper()
    another = Database.connect(files[0])  # as while the site is served: the log is there
    another.execute("SELECT count(*) FROM people_account").fetchall()
    for _ in range(3):
        for file in files:
            os.utime(file, (0, 0))
        keeper.turn()
        assert files[0].stat().st_mtime == 0, "the control: a turn alone is none"
        before = files[0].read_bytes()[HEAD:]
        keeper.turn(beats=True)
        assert all(file.stat().st_mtime > 0 for file in files)
        assert files[0].read_bytes()[HEAD:] == before, "it says nothing of its own either"
    another.close()


def test_a_beat_comes_each_minute_and_the_short_duties_each_minute_and_a_half(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keeper, turns = housekeeping.Housekeeper(), list[tuple[bool, bool]]()
    monkeypatch.setattr(keeper, "turn", lambda **due: turns.append((due["is_due"], due["beats"])))

    class Stop:
        def wait(self, seconds: float) -> bool:
            assert seconds == housekeeping.LOG_SECONDS
            return len(turns) == 36

    monkeypatch.setattr(keeper, "_stop", Stop())
    keeper._run()
    seconds = [5 * n for n in range(1, 37)]
    assert [at for at, (is_due, _) in zip(seconds, turns, strict=True) if is_due] == [90, 180]
    assert [at for at, (_, beats) in zip(seconds, turns, strict=True) if beats] == [60, 120, 180]

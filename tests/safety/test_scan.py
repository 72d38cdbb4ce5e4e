"""The searches themselves: each finds what it is for, in whatever form, and nothing else."""

import hashlib
import os
import random
import sqlite3
import struct
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from visavis.safety import scan, traces

WORDS = ("canarymark00001", "անծանօթբառ", "a b+c/d?e&f and more")
AT = datetime(2031, 7, 9, 13, 37, 41, 250_000, tzinfo=UTC)
WITHIN = (AT - timedelta(minutes=2), AT + timedelta(minutes=2))


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_found_in_each_spelling_and_packing(word: str, tmp_path: Path) -> None:
    search = scan.Search([word, "somethingelse"])
    planted = scan.planted(word)
    assert len(planted) >= 15
    missed = [form for form, content in planted.items() if search.in_bytes(content) != {word}]
    assert missed == []
    assert all(search.around(content) for content in planted.values())


def test_a_word_is_found_in_the_name_of_a_file_and_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "canarymark00001" / "file").mkdir(parents=True)
    (tmp_path / "canary.txt").write_bytes(b"")
    found = scan.Search(WORDS).below(tmp_path)
    assert set(found) == {"canarymark00001", "canarymark00001/file"}


def test_a_word_that_chance_would_find_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        scan.Search(["short"])


@pytest.mark.parametrize("offset", range(6))
@pytest.mark.parametrize("after", range(5))
def test_base64_is_found_wherever_the_word_begins(offset: int, after: int) -> None:
    import base64

    content = base64.urlsafe_b64encode(b"?" * offset + "անծանօթբառ".encode() + b"~" * after)
    assert scan.Search(["անծանօթբառ"]).in_bytes(content)


def test_random_bytes_hold_no_word_and_no_hour() -> None:
    noise = random.Random(1).randbytes(1_000_000)  # noqa: S311 - the same each time
    assert not scan.Search(WORDS[:2]).in_bytes(noise)
    assert not traces.times_in(noise, WITHIN)


def test_a_time_is_found_in_each_form_and_another_time_is_not() -> None:
    for form, content in traces.planted_times(AT).items():
        assert traces.times_in(content, WITHIN), form
    for form, content in traces.planted_times(AT + timedelta(days=1, hours=1)).items():
        assert not traces.times_in(content, WITHIN), form
    assert not traces.times_in(b"2031-07-09, edition 12 of 2031-07-09T00:00", WITHIN)


@pytest.fixture
def database(tmp_path: Path) -> sqlite3.Connection:
    opened = sqlite3.connect(tmp_path / "file.sqlite3", isolation_level=None)
    opened.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;"
        "CREATE TABLE person (id TEXT PRIMARY KEY, mark TEXT); CREATE TABLE thing (id TEXT, words TEXT);"
    )
    with opened:
        opened.execute("BEGIN")
        for n in range(400):  # many pages, so that inner pages are followed
            opened.execute("INSERT INTO person VALUES (?, ?)", (f"person{n:04d}", "m" * 40))
            opened.execute("INSERT INTO thing VALUES (?, ?)", (f"thing{n:04d}", "w" * 90))
    opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with closing(opened):
        yield opened


def acts(folder: Path) -> list[set[str]]:
    file = folder / "file.sqlite3"
    return traces.acts_in(
        Path(f"{file}-wal").read_bytes(), database=file.read_bytes(), roots=traces.roots_of(file)
    )


def test_what_one_commit_writes_together_is_found(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    database.execute("UPDATE person SET mark = 'new' WHERE id = 'person0399'")
    database.execute("INSERT INTO thing VALUES ('new', 'words')")
    apart = acts(tmp_path)
    assert apart == [{"person"}, {"thing"}]
    assert not traces.together(apart, persons={"person"}, things={"thing"})
    database.executescript(
        "BEGIN; UPDATE person SET mark = 'joint' WHERE id = 'person0200';"
        "DELETE FROM thing WHERE id = 'thing0007'; COMMIT"
    )
    assert traces.together(acts(tmp_path), persons={"person"}, things={"thing"}) == {
        "person and thing"
    }


def test_numbers_in_rows_are_read_as_times(database: sqlite3.Connection, tmp_path: Path) -> None:
    assert traces.times_in_rows(tmp_path / "file.sqlite3", WITHIN) == set()
    for n, unit in enumerate(traces.UNITS.values()):
        database.execute(f"CREATE TABLE at{n} (clicked)")
        database.execute(f"INSERT INTO at{n} VALUES (?)", (int(AT.timestamp() * unit),))
    found = traces.times_in_rows(tmp_path / "file.sqlite3", WITHIN)
    assert found == {"at0.clicked", "at1.clicked", "at2.clicked", "at3.clicked"}


def test_order_shows_where_rows_lie_as_they_came(
    database: sqlite3.Connection, tmp_path: Path
) -> None:
    keys = [hashlib.sha256(bytes([n])).hexdigest() for n in range(30)]
    database.executemany("INSERT INTO thing VALUES (?, '')", [(key,) for key in keys])
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file = tmp_path / "file.sqlite3"
    assert traces.order_shown(file.read_bytes(), keys) > 0.9
    database.execute("CREATE TEMP TABLE again AS SELECT * FROM thing ORDER BY id")
    database.executescript("DELETE FROM thing; INSERT INTO thing SELECT * FROM again; VACUUM")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert traces.order_shown(file.read_bytes(), keys) < 0.9
    assert traces.order_shown(b"", keys) == 0.0


def test_a_file_of_the_interval_is_fresh(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    now = datetime.now(UTC)
    os.utime(tmp_path / "file", (0, 0))
    assert traces.fresh_files(tmp_path, (now - timedelta(5), now + timedelta(5))) == {"file"}
    assert traces.fresh_files(tmp_path, (now + timedelta(1), now + timedelta(5))) == set()


def test_four_bytes_are_looked_for_in_small_files_alone() -> None:
    packed = struct.pack(">I", int(AT.timestamp()))
    assert traces.times_in(packed, WITHIN)
    assert not traces.times_in(packed + bytes(5_000), WITHIN)

"""The two-key engine, accounts and closing once more, on PostgreSQL: a site that has outgrown SQLite.

A real server, thrown away afterwards, that listens on a socket in a folder of its own and on no port. The
tests that matter run against it in a process of their own, since which database it is is in the settings.
"""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from visavis.project import forensics
from visavis.project.forensics.kinds import KINDS

ROOT = Path(__file__).resolve().parent.parent.parent
DEBIAN = Path("/usr/lib/postgresql")
WRITING = (
    "reads a page",
    "writes it again",
    "a proposal waits, with one key",
    "refuses a proposal",
    "an answer waits, sealed",
    "a text is typed and translated",
    "a text is closed for good",
    "joins and goes",
)
LIMIT = "words of what is closed for good"
MATTERS = {
    # Every statement that the engine writes out, its constraints, and what two do at once. The rules that
    # they serve are asked before a database is, the same for any.
    "two keys and closing": [
        "tests/record/test_races.py",
        "tests/record/test_raw_sql.py",
        "tests/record/test_record_answers.py",
        "tests/record/test_record_closing.py",
        "tests/record/test_record_tables.py",
        "tests/record/test_two_keys_open.py",
        "tests/press/test_places.py",
    ],
    "accounts": [
        "tests/people/test_access.py",
        "tests/people/test_daily_forgetting.py",
        "tests/people/test_desk_affairs.py",
        "tests/people/test_invitations.py",
        "tests/people/test_sign_in.py",
        "tests/people/test_two_at_once.py",
    ],
    "desks": [
        "tests/desk/test_closing.py",
        "tests/desk/test_signing.py",
        "tests/dialogue/test_answering.py",
        "tests/sides/test_founding.py",
        "tests/sides/test_keys.py",
    ],
}


def postgresql(program: str) -> str:
    """Return where a program of PostgreSQL is; Debian keeps those of servers out of the way."""
    debian = sorted(DEBIAN.glob(f"*/bin/{program}"))
    found = shutil.which(program) or (str(debian[-1]) if debian else None)
    if found is None:
        pytest.skip("PostgreSQL is not on this machine")
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Return the address of an empty database on a server that nobody else uses."""
    initdb, pg_ctl = postgresql("initdb"), postgresql("pg_ctl")
    # The path of a socket is short, so not the folders of pytest.
    with tempfile.TemporaryDirectory(prefix="visavis-pg-") as folder:
        who = {}
        if os.geteuid() == 0:  # which PostgreSQL refuses to be run by
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}

        def run(*words: str) -> None:
            subprocess.run(words, check=True, cwd=folder, stdout=subprocess.DEVNULL, **who)  # type: ignore[call-overload]

        log, files = f"{folder}/log", f"{folder}/files"
        run(initdb, "-D", files, "-U", "visavis", "-A", "trust", "-E", "UTF8", "--no-sync")
        how = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run(pg_ctl, "start", "-D", files, "-l", log, "-w", "-o", how)
        try:
            yield f"postgresql://visavis@/postgres?host={folder}"
        finally:
            run(pg_ctl, "stop", "-D", files, "-m", "immediate", "-w")


@pytest.mark.enable_socket
def test_no_copy_of_postgresqls_files_shows_an_unpublished_word(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own files, the log among them, and every value as it would be dumped, which may lie compressed."""
    folder, name = server.partition("host=")[2], "examined"
    how = ["-h", folder, "-U", "visavis"]
    subprocess.run([postgresql("createdb"), *how, name], check=True)

    def beside(to: Path) -> None:
        with (to / "dumped").open("wb") as dumped:
            subprocess.run([postgresql("pg_dump"), *how, name], stdout=dumped, check=True)
        for part in ("base", "pg_wal"):
            found = Path(folder, "files", part).rglob("*")
            for number, file in enumerate(each for each in found if each.is_file()):
                with contextlib.suppress(FileNotFoundError):  # renamed, as the log goes on
                    shutil.copy(file, to / f"{part}-{number}")

    monkeypatch.setattr(forensics, "KINDS", {each: KINDS[each] for each in WRITING})
    given = {"DATABASE_URL": server.replace("/postgres?", f"/{name}?")}
    report = forensics.examine(tmp_path, given=given, beside=beside)
    assert set(report.searches) == {"words"}
    assert report.searches["words"].missed == []
    found = report.searches["words"].found
    assert [each for each in found if not each.endswith(LIMIT)] == []
    assert found, (
        "dead rows and the log keep what was public: the limit that the documentation names"
    )


def without_ours(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("VISAVIS_")}


@pytest.mark.parametrize("what", MATTERS)
def test_what_matters_holds_on_postgresql_too(server: str, what: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", *MATTERS[what]],
        env={**without_ours(os.environ), "DATABASE_URL": server},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_demo_is_made_on_postgresql_and_its_record_verifies(server: str, data: Path) -> None:
    def visavis(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "visavis", *words],
            env={**os.environ, "DATABASE_URL": server},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    visavis("demo", "--data", str(data))
    assert not (data / "visavis.sqlite3").exists()
    told = visavis("doctor", "--data", str(data))
    assert "The database is postgresql." in told
    charter = re.findall(r"charter in force is ([0-9a-f]{64})", told)
    visavis("verify", str(data / "public" / "record"), "--charter", *charter)

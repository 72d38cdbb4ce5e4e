"""A data directory of another version: refused where it must be, and brought up to this one."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from visavis.base import data as places
from visavis.base.tables import changes_to_make
from visavis.project.commandline import COMMANDS, main

OLDER = "An older version wrote"
BACK = """
import sys
from visavis.project.commandline import set_up_django
set_up_django(["--data", sys.argv[1]])
from django.core.management import call_command
call_command("migrate", "press", "zero", verbosity=0)
"""
KILLED = 9
KILL = f"""
import os, sys
os.environ["VISAVIS_DATA"] = sys.argv[1]
from visavis.project.commandline import set_up_django
set_up_django(["--data", sys.argv[1]])
from visavis.project import upgrade
upgrade.release_edition = lambda *_, **__: os._exit({KILLED})
upgrade.upgrade.main(["--data", sys.argv[1]])
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """A command as an operator gives it: a process of its own."""
    return python("-m", "visavis", *words)


def python(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "VISAVIS_DATA"}
    return subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, check=False
    )


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(each): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}


def take_tables_back(directory: Path) -> None:
    """Take away tables that can be made again without a loss: places on lists."""
    result = python("-c", BACK, str(directory))
    assert result.returncode == 0, result.stderr


@pytest.fixture
def current(made_demo: Path, tmp_path: Path) -> Path:
    shutil.copytree(made_demo, tmp_path / "demo")
    return tmp_path / "demo"


@pytest.fixture
def older(current: Path) -> Path:
    """The demo as a version made it that knew no format, and not the newest tables."""
    (current / "format").unlink()
    take_tables_back(current)
    return current


def test_what_init_and_demo_make_is_of_this_version_and_private(made_demo: Path) -> None:
    assert (made_demo / "format").read_text() == "visavis-data-1\n"
    assert (made_demo / "format").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("words", [("serve",), ("press",), ("demo",)])
def test_an_older_directory_is_refused_with_one_sentence_and_left_alone(
    older: Path, words: tuple[str, ...]
) -> None:
    before = bytes_of(older)
    result = run(*words, "--data", str(older))
    assert result.returncode == 1
    assert f"{OLDER} {older}" in result.stderr
    assert "visavis upgrade" in result.stderr
    assert bytes_of(older) == before


def test_serve_and_press_refuse_a_directory_that_lacks_only_its_mark(current: Path) -> None:
    (current / "format").unlink()
    for word in ("serve", "press"):
        assert OLDER in run(word, "--data", str(current)).stderr


def test_serve_and_press_refuse_a_directory_that_lacks_only_tables(current: Path) -> None:
    take_tables_back(current)
    assert (current / "format").exists()
    for word in ("serve", "press"):
        assert OLDER in run(word, "--data", str(current)).stderr


def test_a_dry_run_says_what_would_be_done_and_changes_no_byte(older: Path) -> None:
    before = bytes_of(older)
    result = run("upgrade", "--data", str(older), "--dry-run")
    assert result.returncode == 0, result.stderr
    assert "Would change the tables: press.0001_" in result.stdout
    assert "visavis-data-1. Nothing was changed." in result.stdout
    assert bytes_of(older) == before


def test_an_older_directory_is_brought_up_and_then_pressed_and_right(older: Path) -> None:
    result = run("upgrade", "--data", str(older))
    assert result.returncode == 0, result.stderr
    assert "Changing the tables: press.0001_" in result.stdout
    assert "Edition " in result.stdout
    assert (older / "format").read_text() == "visavis-data-1\n"
    assert run("press", "--data", str(older)).stdout.startswith("Nothing has changed")
    again = run("upgrade", "--data", str(older))
    assert (again.returncode, "of this version already" in again.stdout) == (0, True)
    fingerprint = run("key", "fingerprint", str(older / "public")).stdout.split()[-1]
    verified = run("verify", str(older / "public"), "--charter", fingerprint, "--pages")
    assert verified.returncode == 0, verified.stdout


def test_an_upgrade_that_is_killed_before_the_press_is_finished_by_the_next_one(
    older: Path,
) -> None:
    assert python("-c", KILL, str(older)).returncode == KILLED
    assert not (older / "format").exists()
    assert OLDER in run("press", "--data", str(older)).stderr
    result = run("upgrade", "--data", str(older))
    assert result.returncode == 0, result.stderr
    assert "Changing the tables" not in result.stdout, "that was done before"
    assert "Edition " in result.stdout
    assert run("press", "--data", str(older)).returncode == 0


def test_a_current_directory_with_older_tables_loses_its_mark_until_the_upgrade_is_done(
    older: Path,
) -> None:
    (older / "format").write_text("visavis-data-1\n")
    assert python("-c", KILL, str(older)).returncode == KILLED
    assert not (older / "format").exists()


def those_with_data() -> Iterator[tuple[str, click.Command]]:
    """Yield every command that opens a data directory."""
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        inside = command.commands if isinstance(command, click.Group) else {"": command}
        for word, each in inside.items():
            if any("--data" in option.opts for option in each.params):
                yield f"{name} {word}".strip(), each


NEEDED = {
    "closings export": ["file"],
    "closings import": ["file"],
    "import text": ["file", "--side", "az"],
    "way-in": ["az"],
}


def test_every_command_that_opens_a_directory_refuses_a_newer_one_and_touches_nothing(
    data: Path, tmp_path: Path
) -> None:
    places.write_private(data / "secret", b"s" * 64)
    places.write_private(data / "format", b"visavis-data-2\n")
    before, seen = bytes_of(data), set()
    for name, command in those_with_data():
        result = CliRunner().invoke(command, NEEDED.get(name, []))
        assert (result.exit_code, result.stderr) == (
            1,
            f"Error: A newer version wrote {data} (visavis-data-2). Install that version again.\n",
        ), name
        seen.add(name)
    assert {"init", "demo", "serve", "press", "upgrade", "doctor", *NEEDED} <= seen
    assert bytes_of(data) == before


@pytest.mark.parametrize("text", [b"", b"visavis-data-01", b"visavis-data-2x", b"\xff" * 9999])
def test_a_damaged_mark_is_refused_and_never_written_over(data: Path, text: bytes) -> None:
    places.write_private(data / "secret", b"s" * 64)
    places.write_private(data / "format", text)
    for name, command in those_with_data():
        result = CliRunner().invoke(command, NEEDED.get(name, []))
        assert result.exit_code == 1, name
        assert "names no version's format" in result.stderr
    assert (data / "format").read_bytes() == text


def test_an_older_number_is_opened_and_is_not_current(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places.write_private(data / "format", b"visavis-data-1\n")
    assert (places.why_not_open(), places.is_current()) == (None, True)
    monkeypatch.setattr(places, "FORMAT", "visavis-data-2")
    monkeypatch.setattr(places, "OLDER", frozenset({"visavis-data-1"}))
    assert (places.why_not_open(), places.is_current()) == (None, False)


def test_help_is_given_beside_a_newer_directory(data: Path) -> None:
    places.write_private(data / "format", b"visavis-data-2\n")
    for name, command in those_with_data():
        assert CliRunner().invoke(command, ["--help"]).exit_code == 0, name


@pytest.mark.django_db
def test_a_directory_without_a_site_cannot_be_upgraded(data: Path) -> None:
    (upgrade,) = (command for name, command in those_with_data() if name == "upgrade")
    result = CliRunner().invoke(upgrade)
    assert (result.exit_code, "There is no site in" in result.stderr) == (1, True)
    places.write_private(data / "secret", b"s" * 64)
    result = CliRunner().invoke(upgrade)
    assert (result.exit_code, "is not founded yet" in result.stderr) == (1, True)
    assert changes_to_make() == []


def test_documents_of_the_format_before_the_first_release_are_not_brought_up(older: Path) -> None:
    """Nothing reads them: the sentence says so before anything is changed."""
    with sqlite3.connect(older / "visavis.sqlite3") as database:
        database.execute(
            "UPDATE record_document SET data = ?", (b'{"format":"visavis-document-1"}',)
        )
    database.close()
    before = bytes_of(older)
    result = run("upgrade", "--data", str(older))
    assert result.returncode == 1
    assert "Make a new site" in result.stderr
    assert bytes_of(older) == before

"""Commands end with the exit code that is documented, on every terminal."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from visavis.project import commandline
from visavis.project.commandline import COMMANDS, main


@pytest.mark.parametrize("encoding", ["ascii", "koi8-r"])
def test_no_terminal_lacks_the_letters_to_read_help(encoding: str) -> None:
    for words in (["init"], ["verify"], ["key", "sign"]):
        said = subprocess.run(
            [sys.executable, "-m", "visavis", *words, "--help"],
            env={**os.environ, "PYTHONIOENCODING": encoding},
            capture_output=True,
            check=False,
        )
        assert (said.returncode, said.stderr) == (0, b"")
        assert b"Examples" in said.stdout


def test_a_command_that_is_stopped_by_hand_ends_as_a_shell_expects(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stops() -> None:
        raise KeyboardInterrupt

    command = click.Command("stops", callback=stops)
    monkeypatch.setattr(commandline.Rooms, "get_command", lambda *_: command)
    assert CliRunner().invoke(main, ["stops"]).exit_code == commandline.STOPPED_BY_HAND


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_said_in_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(
            [sys.executable, "-m", "visavis", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert said.returncode == 1
    assert said.stderr == "Error: No space left on device.\n"


def test_an_unknown_command_is_a_wrong_option() -> None:
    said = CliRunner().invoke(main, ["nothing"])
    assert said.exit_code == 2
    assert "nothing" not in COMMANDS
    assert "No such command" in said.stderr

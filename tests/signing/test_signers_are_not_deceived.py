"""C26: what an editor is shown before signing cannot hide words, nor speak in the program's own voice."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from signing_world import World

from visavis.signing import sealing
from visavis.signing.differences import changed_paragraphs
from visavis.signing.key_commands import key
from visavis.signing.key_files import KeyFile

Run = Callable[..., Result]
PHRASE = "a passphrase of my own"
COLUMNS = 60


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MEMORY_KIB", 64)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "az.key").write_bytes(KeyFile.new(passphrase=PHRASE).data)
    return lambda *arguments, given="n\n": CliRunner().invoke(key, list(arguments), input=given)


def text(*paragraphs: str) -> dict[str, object]:
    units = [{"is": "paragraph", "text": paragraph} for paragraph in paragraphs]
    return {"title": "The well", "units": units}


def test_one_text_does_not_take_the_place_of_another(
    run: Run, world: World, tmp_path: Path
) -> None:
    """A body of two shapes at once: the words of one would be signed and never shown."""
    body = {"versions": {"en": text("signed, unseen")}, "version": text("seen"), "language": "en"}
    (tmp_path / "p.json").write_bytes(world.document(body=body).data)
    output = run("sign", "p.json", "--key", "az.key").output
    assert "│ seen" in output or ": seen" in output
    assert "signed, unseen" in output


UNSEEN = {
    "a filler": "\u3164", "a braille blank": "\u2800", "a joiner of letters": "\u034f",
    "a selector": "\ufe01", "a far selector": "\U000e0123", "a Mongolian selector": "\u180b",
    "a stroke through the letter": "\u0336",
}  # fmt: skip


@pytest.mark.parametrize("letter", UNSEEN.values(), ids=UNSEEN)
def test_letters_that_nobody_sees_are_spelled_out(
    run: Run, world: World, tmp_path: Path, letter: str
) -> None:
    document = world.document(body={"versions": {"en": text(f"well{letter}s")}})
    (tmp_path / "p.json").write_bytes(document.data)
    output = run("sign", "p.json", "--key", "az.key").output
    assert f"well⟨U+{ord(letter):04X}⟩s" in output


def test_a_language_that_is_a_sentence_heads_nothing(
    run: Run, world: World, tmp_path: Path
) -> None:
    code = "en. Sign these exact words? [y/N]: y"
    (tmp_path / "p.json").write_bytes(world.document(body={"versions": {code: text("x")}}).data)
    output = run("sign", "p.json", "--key", "az.key").output
    asked = [line for line in output.splitlines() if "Sign these exact words?" in line]
    assert [line.startswith("│ ") for line in asked] == [True, True, True, False]


def test_the_name_of_a_file_does_not_steer_the_terminal(
    run: Run, world: World, tmp_path: Path
) -> None:
    name = "p\x1b]0;owned\x07.json"
    (tmp_path / name).write_bytes(world.document().data)
    signed = run("sign", name, "--key", "az.key", given=f"y\n{PHRASE}\n")
    again = run("sign", name, "--key", "az.key", given=f"y\n{PHRASE}\n")
    assert (signed.exit_code, again.exit_code) == (0, 1)
    assert "\x1b" not in signed.output + again.output


def test_a_flood_of_empty_lines_is_told_without_comparing_each_with_each() -> None:
    changes = changed_paragraphs(["a"] * 400_000, ["b"] * 400_000)
    assert len(changes.paragraphs) == 400_000
    assert not changes.is_same


def in_a_terminal(*arguments: str, folder: Path) -> str:
    """Return what a terminal of `COLUMNS` columns shows of the command, answered with no."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", "LC_ALL": "C.UTF-8", "PAGER": "cat"}
    process = subprocess.Popen(
        [sys.executable, "-m", "visavis", "key", *arguments],
        stdin=child, stdout=child, stderr=child, cwd=folder, env=environment,
    )  # fmt: skip
    os.close(child)
    os.write(parent, b"n\n")
    shown = b""
    try:
        while part := os.read(parent, 65_536):
            shown += part
    except OSError:  # how Linux says that the other end is closed
        pass
    finally:
        os.close(parent)
    assert process.wait(timeout=60) == 1
    return shown.decode()


def as_seen(shown: str) -> list[str]:
    """The rows of the screen: a line longer than the screen is wide goes on in the next row."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown).replace("\r", "")
    return [
        line[start : start + COLUMNS]
        for line in plain.split("\n")
        for start in range(0, max(len(line), 1), COLUMNS)
    ]


def test_a_long_line_does_not_come_out_from_behind_its_bar(
    run: Run, world: World, tmp_path: Path
) -> None:
    """Spaces up to the edge of the screen, then words that look like the program's own."""
    question = "Sign these exact words? [y/N]: y"
    lines = (" " * n + question for n in range(COLUMNS - 6, COLUMNS + 3))
    document = world.document(body={"versions": {"en": text("x" * 500, "水" * 200, *lines)}})
    (tmp_path / "p.json").write_bytes(document.data)
    rows = as_seen(in_a_terminal("sign", "p.json", "--key", "az.key", folder=tmp_path))
    assert sum(row.startswith("Sign these") for row in rows) == 1
    told = rows[rows.index("In the language en") + 1 :]
    told = told[: told.index("")]
    assert sum(row.count("x") for row in told) == 500 + question.count("x") * 9
    assert sum(row.count("水") for row in told) == 200
    assert all(row.startswith("│ ") for row in told)
    assert all(len(row) + row.count("水") <= COLUMNS for row in told)


def test_in_a_terminal_changes_are_marked_by_words_too(
    run: Run, world: World, tmp_path: Path
) -> None:
    """Colours and strokes are lost on some screens and some eyes."""
    old = world.document(body={"versions": {"en": text("The well is deep.")}})
    new = replace(
        old, version=2, replaces=old.digest, body={"versions": {"en": text("The well is dry.")}}
    )
    for name, document in (("old", old), ("new", new)):
        (tmp_path / f"{name}.json").write_bytes(document.data)
    shown = in_a_terminal(
        "sign", "new.json", "--key", "az.key", "--open", "old.json", folder=tmp_path
    )
    assert "│ The well is [-deep.-]{+dry.+}" in as_seen(shown)

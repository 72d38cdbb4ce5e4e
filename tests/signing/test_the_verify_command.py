"""``visavis verify``: what a reader sees, the exit codes, and that no Django is loaded."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from signing_world import World

from visavis.signing.commands import verify
from visavis.signing.verify import Report


@pytest.fixture
def run(world: World, public: Path) -> object:
    def command(*arguments: str, on: int = 0) -> Result:
        moment = datetime.combine(world.day, datetime.min.time(), UTC) + timedelta(days=on, hours=9)
        with time_machine.travel(moment, tick=False):
            return CliRunner().invoke(verify, [str(public), *arguments])

    return command


def test_a_good_record_is_summed_up_in_plain_words(world: World, run) -> None:  # type: ignore[no-untyped-def]
    result = run("--charter", world.charter.digest)
    assert result.exit_code == 0
    assert "Edition 1 of 2030-05-02, 21 paths, valid until 2030-06-01." in result.output
    assert (
        "8 documents: 2 joint, 1 by Side hy alone, 2 in Side az's own words, "
        "1 in Side hy's own words, 1 computed, 1 charter." in result.output
    )
    for key in (*world.keys.values(), world.release_key):
        assert key.public.hex in result.output
    assert result.output.splitlines()[-1].startswith("RIGHT: ")


def test_each_bad_file_is_named_on_a_line_of_its_own(  # type: ignore[no-untyped-def]
    world: World, public: Path, run
) -> None:
    (public / "record/one").touch()
    (public / "site/two.html").touch()
    result = run("--charter", world.charter.digest)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0] == "record/one belongs to no part of this edition"
    assert lines[1] == "site/two.html belongs to no part of this edition"
    assert lines[-1] == "WRONG: 2 things are not as the sides released it."


def test_older_and_expired_have_exit_codes_of_their_own(world: World, run) -> None:  # type: ignore[no-untyped-def]
    digest = world.charter.digest
    assert run("--charter", digest, "--at-least", "1").exit_code == 0
    older = run("--charter", digest, "--at-least", "2")
    assert older.exit_code == 3
    assert "RIGHT, BUT OLDER than edition 2" in older.output
    expired = run("--charter", digest, on=31)
    assert expired.exit_code == 4
    assert "RIGHT, BUT PAST ITS DATE" in expired.output


def test_a_command_given_wrongly_is_2(world: World, public: Path, run) -> None:  # type: ignore[no-untyped-def]
    assert run().exit_code == 2
    wrong = run("--charter", "12 34")
    assert wrong.exit_code == 2
    assert "64 hexadecimal digits" in wrong.output
    assert run("--charter", world.charter.digest, "--at-least", "0").exit_code == 2
    missing = CliRunner().invoke(
        verify, [str(public / "nowhere"), "--charter", world.charter.digest]
    )
    assert missing.exit_code == 2


def test_machines_are_answered_in_json(world: World, public: Path, run) -> None:  # type: ignore[no-untyped-def]
    good = json.loads(run("--charter", world.charter.digest, "--json").stdout)
    assert (good["outcome"], good["edition"], good["problems"]) == ("good", 1, [])
    assert good["documents"] == {
        "alone:hy": 1, "charter": 1, "computed": 1, "joint": 2, "own:az": 2, "own:hy": 1,
    }  # fmt: skip
    shapes = {(each["kind"], each["shape"]): each["documents"] for each in good["shapes"]}
    assert shapes["charter", "charter-1"] == shapes["release", "release-1"] == 1
    assert sum(shapes.values()) == sum(good["documents"].values())
    (public / "record/\u202eone").touch()
    result = run("--charter", world.charter.digest, "--json")
    assert result.exit_code == 1
    bad = json.loads(result.stdout)
    assert bad["problems"] == [{"file": "record/\u202eone", "kind": "unlisted", "detail": ""}]
    assert "\u202e" not in result.stdout


@pytest.mark.parametrize("encoding", ["latin-1", "cp1251", "utf-8"])
def test_a_report_is_printed_to_its_end_where_the_terminal_lacks_a_letter(
    world: World, public: Path, encoding: str
) -> None:
    (public / "site/\u202eone\u0531").touch()
    done = subprocess.run(
        [sys.executable, "-m", "visavis", "verify", str(public), "--charter", world.charter.digest],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=False,
    )
    assert done.stderr == b""
    assert done.returncode == 1
    lines = done.stdout.decode(encoding).splitlines()
    (added,) = (line for line in lines if "U+202E" in line)
    assert ("\u0531" in added) is (encoding == "utf-8")
    assert ("\\u0531" in added) is (encoding != "utf-8")
    assert lines[-1].startswith("WRONG: ")


def test_a_charters_names_cannot_steer_the_terminal(tmp_path: Path) -> None:
    from dataclasses import replace

    from signing_world import written

    world = World()
    names = dict.fromkeys(world.charter.languages, "Side\x1b[2J\u202ehy")
    sides = (world.charter.sides[0], replace(world.charter.sides[1], names=names))
    world.charter = written(replace(world.charter, sides=sides))
    world.charter_signatures = world.signed(world.charter.document, *world.codes)
    world.press(tmp_path / "p", [])
    result = CliRunner().invoke(verify, [str(tmp_path / "p"), "--charter", world.charter.digest])
    assert "Side⟨U+001B⟩[2J⟨U+202E⟩hy" in result.output
    assert "\x1b" not in result.output


def test_neither_verifying_nor_signing_loads_django(world: World, public: Path) -> None:
    script = (
        "import sys\n"
        "from visavis.__main__ import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print('django' in sys.modules, 'sqlite3' in sys.modules, file=sys.stderr)\n"
    )
    charter = str(public / "site/documents" / f"{world.charter.digest}.json")
    for arguments in (
        ["verify", str(public), "--charter", world.charter.digest],
        ["key", "fingerprint", charter],
        ["key", "sign", "--help"],
        ["key", "new", str(public.parent / "new.key")],
    ):
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False
        )
        assert done.stderr.splitlines()[-1] == "False False", done.stderr
        assert done.stdout


def test_help_has_an_example_and_every_exit_code() -> None:
    text = CliRunner().invoke(verify, ["--help"]).output
    assert "visavis verify copy --charter" in text
    assert all(f"  {code}  " in text for code in range(6))


def test_the_room_alone_makes_no_pages_and_says_who_does(world: World, run) -> None:  # type: ignore[no-untyped-def]
    result = run("--charter", world.charter.digest, "--pages")
    assert result.exit_code == 2
    assert "visavis verify" in result.output


def test_pages_are_not_made_again_where_a_document_is_wrong(world: World, public: Path) -> None:
    """What is wrong already is told without putting its documents through the press."""
    (public / "record/one").touch()

    def never(report: Report, **_: object) -> Report:
        pytest.fail(f"pages of {report.directory} were made")

    result = CliRunner().invoke(
        verify, [str(public), "--charter", world.charter.digest, "--pages"], obj=never
    )
    assert result.exit_code == 1

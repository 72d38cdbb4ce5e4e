"""``visavis opinion``, from the files to what stands in the terminal and beside it."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from visavis.project.commandline import main

STATEMENTS = ("Open the bridge on Sundays", "Move the market", "Close the library", "=Plant trees")


def opinion(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["opinion", *map(str, arguments)])


def rows_in(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text().splitlines()))


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A folder of two halves of 30: both agree with statement 0, and differ on the others."""
    folder = tmp_path / "river"
    folder.mkdir()
    with (folder / "participants-votes.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            [
                "participant",
                "group-id",
                "n-comments",
                "n-votes",
                "n-agree",
                "n-disagree",
                0,
                1,
                2,
                3,
            ]
        )
        for person in range(60):
            votes = [1, 1, -1, 1] if person < 30 else [1, -1, 1, 1 if person % 2 else -1]
            agreed, disagreed = votes.count(1), votes.count(-1)
            rows.writerow(
                [person, int(person >= 30), int(person < 4), 4, agreed, disagreed, *votes]
            )
    with (folder / "comments.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            [
                "timestamp",
                "comment-id",
                "author-id",
                "agrees",
                "disagrees",
                "moderated",
                "comment-body",
            ]
        )
        agrees, disagrees = (60, 30, 30, 45), (0, 30, 30, 15)
        authors = (0, 1, 40, 3)
        for place, text in enumerate(STATEMENTS):
            rows.writerow(
                [
                    1500000000 + place,
                    place,
                    authors[place],
                    agrees[place],
                    disagrees[place],
                    1,
                    text,
                ]
            )
    return folder


@pytest.fixture
def sides(tmp_path: Path) -> Path:
    file = tmp_path / "sides.csv"
    rows = [f"{person},{'East' if person < 30 else 'West'}" for person in range(60)]
    file.write_text("\n".join(["participant,side", *rows]) + "\n")
    return file


def test_common_ground_between_declared_sides_is_told(export: Path, sides: Path) -> None:
    answer = opinion(export, "--sides", sides)
    assert answer.exit_code == 0, answer.output
    said = flat(answer.stdout)
    assert "Opinion map of river" in said
    assert "Open the bridge on Sundays side East: 100 % of 30, side West: 100 % of 30" in said
    assert "FOUND IN THE VOTES" not in said
    assert answer.stderr == ""


def test_all_files_are_of_the_same_map(export: Path, sides: Path, tmp_path: Path) -> None:
    written = {name: tmp_path / name for name in ("map.json", "members.csv", "rows.csv", "map.png")}
    answer = opinion(
        export, "--sides", sides, "--json", written["map.json"], "--members",
        written["members.csv"], "--statements", written["rows.csv"], "--png", written["map.png"],
    )  # fmt: skip
    assert answer.exit_code == 0, answer.output
    found = json.loads(written["map.json"].read_text())
    members = rows_in(written["members.csv"])
    groups = ["" if group < 0 else str(group) for group in found["groups"]["of_participant"]]
    assert [row["group"] for row in members] == groups
    assert [int(row["participant"]) for row in members] == list(range(60))
    rows = rows_in(written["rows.csv"])
    assert rows[1]["side_East_agree"] == "30"
    assert rows[1]["side_West_disagree"] == "30"
    assert [int(row["agree"]) for row in rows] == [60, 30, 30, 45]
    assert rows[3]["text"] == "'=Plant trees"
    with Image.open(written["map.png"]) as picture:
        assert picture.size == (1600, 1200)
    said = flat(answer.stdout)
    assert said.index("COMMON GROUND") < said.index("THE PICTURE") < said.index("To the right:")


def test_the_same_votes_give_the_same_bytes_whoever_counts(export: Path, tmp_path: Path) -> None:
    made = []
    for workers in (1, 2):
        files = [tmp_path / f"{workers}.{end}" for end in ("json", "csv", "png")]
        answer = opinion(
            export,
            "--workers",
            workers,
            "--json",
            files[0],
            "--members",
            files[1],
            "--png",
            files[2],
        )
        made.append([answer.stdout, *(file.read_bytes() for file in files)])
    assert made[0] == made[1]


def test_a_number_of_groups_can_be_asked_for(export: Path, tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    assert opinion(export, "--groups", 1, "--members", file).exit_code == 0
    assert {row["group"] for row in rows_in(file)} == {"0"}
    assert opinion(export, "--groups", 2, "--members", file).exit_code == 0
    assert {row["group"] for row in rows_in(file)} == {"0", "1"}


def test_no_common_ground_is_an_answer(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    vote = np.tile([1, -1], 40)
    table = {"participant": np.arange(80), "statement": np.zeros(80, int), "vote": vote}
    table["side"] = np.where(np.arange(80) % 2, "West", "East")
    parquet.write_table(pyarrow.table(table), tmp_path / "votes.parquet")
    answer = opinion(tmp_path / "votes.parquet")
    assert answer.exit_code == 0, answer.output
    assert "There is no common ground" in flat(answer.stdout)


def test_too_few_votes_to_tell_is_an_answer(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = {"participant": [1, 2, 3], "statement": [1, 1, 1], "vote": [1, 1, -1]}
    parquet.write_table(pyarrow.table(table), tmp_path / "votes.parquet")
    answer = opinion(tmp_path / "votes.parquet", "--png", tmp_path / "map.png")
    assert answer.exit_code == 0, answer.output
    assert "Too few votes to tell" in flat(answer.stdout)
    assert (tmp_path / "map.png").stat().st_size > 0


def test_what_cannot_be_used_is_refused_and_no_file_is_touched(tmp_path: Path) -> None:
    junk, old = tmp_path / "junk.parquet", tmp_path / "map.json"
    junk.write_bytes(b"\x00\x1b[31mjunk" * 50)
    old.write_text("before")
    answer = opinion(junk, "--json", old, "--members", tmp_path / "members.csv")
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert "junk.parquet" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert "\x1b" not in answer.stderr
    assert old.read_text() == "before"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["junk.parquet", "map.json"]


def test_a_target_that_cannot_be_written_is_refused_before_the_votes_are_read(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from visavis.opinion import read

    monkeypatch.setattr(read, "votes_in", lambda *_, **__: pytest.fail("it was read"))
    answer = opinion(export, "--members", tmp_path / "m.csv", "--png", tmp_path / "no" / "map.png")
    assert answer.exit_code == 1
    assert "cannot be written" in answer.stderr
    assert not (tmp_path / "m.csv").exists()


@pytest.mark.parametrize("option", ["--json", "--members", "--statements", "--png"])
def test_what_is_read_is_never_written_over(option: str, export: Path, sides: Path) -> None:
    before = {file: file.read_bytes() for file in [*export.iterdir(), sides]}
    for target in before:
        answer = opinion(export, "--sides", sides, option, target)
        assert answer.exit_code == 2
        assert "written over" in answer.stderr
    assert {file: file.read_bytes() for file in [*export.iterdir(), sides]} == before


def test_two_outputs_cannot_share_a_file(export: Path, tmp_path: Path) -> None:
    answer = opinion(export, "--json", tmp_path / "x", "--png", tmp_path / "." / "x")
    assert answer.exit_code == 2
    assert not (tmp_path / "x").exists()


def test_a_failure_in_the_last_file_leaves_none(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from visavis.opinion import drawing

    def broken(*_: object, **__: object) -> None:
        raise click.Abort

    monkeypatch.setattr(drawing, "write_picture", broken)
    answer = opinion(export, "--json", tmp_path / "map.json", "--png", tmp_path / "map.png")
    assert answer.exit_code == 130, "it was stopped by hand"
    assert [each.name for each in tmp_path.iterdir()] == ["river"]


@pytest.mark.parametrize("arguments", [["--groups", "0"], ["--agree", "2"], ["--compat", "x"]])
def test_a_wrong_option_is_two(arguments: list[str], export: Path) -> None:
    assert opinion(export, *arguments).exit_code == 2


def test_help_is_light() -> None:
    code = (
        "import sys; from visavis.project.commandline import main\n"
        "try: main(['opinion', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'numpy', 'scipy', 'django', 'PIL', 'rich'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.splitlines()[-1] == "[]"


def test_no_django_is_loaded_to_compute(export: Path) -> None:
    code = (
        "import sys; from visavis.project.commandline import main\n"
        f"try: main(['opinion', {str(export)!r}])\n"
        "except SystemExit: pass\n"
        "print('django' in sys.modules, 'PIL' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.splitlines()[-1] == "False False"


def test_a_terminal_without_the_letters_gets_question_marks_and_no_error(export: Path) -> None:
    out = subprocess.run(
        [sys.executable, "-m", "visavis", "opinion", str(export)],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        check=True,
    )
    assert b"pass 0, disagree ?1" in out.stdout
    assert out.stderr == b""

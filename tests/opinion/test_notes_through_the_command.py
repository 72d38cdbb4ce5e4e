"""Ratings of Community Notes through `visavis opinion`: told, written, drawn, and what is refused."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from visavis.opinion.community_notes import notes_map
from visavis.opinion.read import ratings_in
from visavis.project.commandline import main

HEAD = (
    "noteId", "raterParticipantId", "createdAtMillis", "version", "agree", "disagree", "helpful",
    "notHelpful", "helpfulnessLevel",
)  # fmt: skip
N_RATERS, N_NOTES = 60, 12
NOTE = "15000000000000000"


def level_of(rater: int, note: int) -> str:
    """Notes 0 to 3 help everybody, 4 and 5 nobody, 6 to 8 the first half, 9 to 11 the second."""
    if (rater * 7 + note * 3) % 11 == 0:
        return "SOMEWHAT_HELPFUL"
    helps = note < 4 or (note >= 6 and (rater < N_RATERS // 2) == (note < 9))
    return "HELPFUL" if helps else "NOT_HELPFUL"


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    rows = [
        (
            f"{NOTE}{note:02}",
            f"R{rater:02}",
            1_700_000_000_000,
            2,
            0,
            0,
            0,
            0,
            level_of(rater, note),
        )
        for rater in range(N_RATERS)
        for note in range(N_NOTES)
    ]
    file = tmp_path / "ratings.tsv"
    file.write_text("".join("\t".join(map(str, row)) + "\n" for row in [HEAD, *rows]))
    return file


def opinion(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["opinion", *map(str, arguments)])


def notes_of(*arguments: object) -> Result:
    return opinion(*arguments, "--compat", "community-notes")


def rows_in(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text().splitlines()))


def test_notes_are_told_by_status(ratings: Path) -> None:
    answer = notes_of(ratings)
    assert (answer.exit_code, answer.stderr) == (0, "")
    said = " ".join(answer.stdout.split())
    assert "Notes of ratings.tsv 60 people, 12 notes, 720 ratings" in said
    assert "helpful 4 33 % not helpful 2 17 % needs more ratings 6 50 %" in said
    assert "Raters' factors are negative for 30, positive for 30" in said
    assert "Polarised: the factor is ±0.50 or beyond (6)" in said
    assert max(map(len, answer.stdout.splitlines())) <= 80


def test_the_file_of_statements_has_a_row_for_each_note(ratings: Path, tmp_path: Path) -> None:
    file, members = tmp_path / "notes.csv", tmp_path / "members.csv"
    assert notes_of(ratings, "--statements", file, "--members", members).exit_code == 0
    rows, found = rows_in(file), notes_map(ratings_in(ratings))
    assert [row["statement"] for row in rows] == found.notes.tolist()
    for note, row in enumerate(rows):
        levels = [level_of(rater, note) for rater in range(N_RATERS)]
        for column in ("helpful", "somewhat_helpful", "not_helpful"):
            assert int(row[column]) == levels.count(column.upper())
        assert float(row["intercept"]) == found.note_intercepts[note]
        assert float(row["factor"]) == found.note_factors[note]
        assert row["status"] == found.status[note]
        assert row["common_ground"] == row["intercept"]
        assert row["group_informed_consensus"] == ""
    assert [row["group"] for row in rows_in(members)] == [""] * N_RATERS


def test_all_of_it_is_in_the_json(ratings: Path, tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    assert notes_of(ratings, "--json", file).exit_code == 0
    written, found = json.loads(file.read_text()), notes_map(ratings_in(ratings))
    assert written["format"]["name"] == "visavis-notes-map"
    assert written["digest"] == found.digest
    assert written["counts"] == found.counts.tolist()
    assert np.array_equal(written["rater_factors"], found.rater_factors)
    assert written["status"] == list(found.status)


@pytest.mark.parametrize("dark", [[], ["--dark"]])
def test_notes_are_drawn_and_the_picture_says_so(
    dark: list[str], ratings: Path, tmp_path: Path
) -> None:
    file = tmp_path / "notes.png"
    answer = notes_of(ratings, "--png", file, *dark)
    assert answer.exit_code == 0, answer.output
    with Image.open(file) as picture:
        assert picture.size == (1600, 1200)
        description = picture.info["Description"]
    assert "triangle in blue helpful (4)" in description
    assert description in " ".join(answer.stdout.split())


def test_the_same_ratings_give_the_same_bytes(ratings: Path, tmp_path: Path) -> None:
    made = []
    for name in ("one", "other"):
        files = [tmp_path / f"{name}.{end}" for end in ("json", "csv", "png")]
        options = zip(("--json", "--statements", "--png"), files, strict=True)
        assert notes_of(ratings, *(each for pair in options for each in pair)).exit_code == 0
        made.append([file.read_bytes() for file in files])
    assert made[0] == made[1]


@pytest.mark.parametrize("options", [[], ["--compat", "polis"]])
def test_ratings_are_no_votes_and_the_advice_works(options: list[str], ratings: Path) -> None:
    answer = opinion(ratings, *options)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "--compat community-notes" in answer.stderr
    assert notes_of(ratings).exit_code == 0


def test_options_that_would_change_nothing_are_refused(ratings: Path, tmp_path: Path) -> None:
    sides = tmp_path / "sides.csv"
    sides.write_text("participant,side\nR00,East\n")
    for option, value in (("--groups", 3), ("--sides", sides), ("--agree", "-1")):
        answer = notes_of(ratings, option, value)
        assert answer.exit_code == 2
        assert option in answer.stderr


def test_one_rating_is_too_few_to_tell(ratings: Path, tmp_path: Path) -> None:
    one = tmp_path / "one.tsv"
    one.write_text("".join(ratings.read_text().splitlines(keepends=True)[:2]))
    answer = notes_of(one, "--png", tmp_path / "one.png", "--json", tmp_path / "one.json")
    assert answer.exit_code == 0, answer.output
    assert "1 note has fewer than 5 ratings" in " ".join(answer.stdout.split())

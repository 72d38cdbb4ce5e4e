"""The files that a map is written to."""

import csv
import io
import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hand_made import map_of, two_halves

from visavis.opinion import export
from visavis.opinion.problems import UnusableInputError
from visavis.opinion.result import OpinionMap
from visavis.opinion.votes import Votes


def json_of(found: OpinionMap) -> str:
    file = io.StringIO()
    export.write_json(found, file)
    return file.getvalue()


def rows_of(found: OpinionMap, votes: Votes, texts: dict | None = None) -> list[dict[str, str]]:
    file = io.StringIO()
    export.write_statements(found, file, counts=votes.counts, texts=texts or {})
    return list(csv.DictReader(io.StringIO(file.getvalue())))


@pytest.fixture
def halves() -> tuple[Votes, OpinionMap]:
    votes, half = two_halves()
    half = half.copy()
    half[5] = -1
    return votes, map_of(votes, half, names=("East", "West"), declared=True)


def test_the_json_has_every_field_of_the_map(halves: tuple[Votes, OpinionMap]) -> None:
    written = json.loads(json_of(halves[1]))
    assert written.keys() == {field.name for field in fields(OpinionMap)} | {"format"}
    for name in ("sides", "groups", "common_ground", "positions"):
        part = getattr(halves[1], name)
        assert written[name].keys() == {field.name for field in fields(part)}
    assert written["format"]["votes"] == {"agree": 1, "pass": 0, "disagree": -1}


def test_the_json_has_the_numbers_of_the_map_to_the_last_bit(
    halves: tuple[Votes, OpinionMap],
) -> None:
    found, written = halves[1], json.loads(json_of(halves[1]))
    for one, other in (
        (found.positions.of_participant, written["positions"]["of_participant"]),
        (found.groups.of_participant, written["groups"]["of_participant"]),
        (found.sides.tally.counts, written["sides"]["tally"]["counts"]),
        (found.common_ground.score, written["common_ground"]["score"]),
    ):
        np.testing.assert_array_equal(one, np.array(other, float))
    first = found.representative[0][0]
    assert written["representative"][0][0]["z_ratio"] == first.z_ratio


def test_what_is_undefined_is_null_and_never_a_word_that_json_lacks() -> None:
    votes, half = two_halves()
    found = map_of(votes, half)
    assert np.isnan(found.common_ground.score).any()
    text = json_of(found)
    assert json.loads(text, parse_constant=pytest.fail)["common_ground"]["score"][3] is None


def test_the_keys_are_sorted_and_the_bytes_the_same(halves: tuple[Votes, OpinionMap]) -> None:
    text = json_of(halves[1])
    assert text == json_of(halves[1])
    written = json.loads(text)
    assert list(written) == sorted(written)
    assert list(written["groups"]) == sorted(written["groups"])


def test_a_large_map_is_written_in_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    votes, half = two_halves()
    whole = json_of(map_of(votes, half))
    monkeypatch.setattr(export, "_ROWS_AT_ONCE", 7)
    assert json_of(map_of(votes, half)) == whole


def test_an_empty_map_is_written() -> None:
    votes = Votes.from_arrays([], [], [])
    found = map_of(votes, np.zeros(0, np.int64))
    assert json.loads(json_of(found))["participants"] == []
    assert rows_of(found, votes) == []


def test_members_are_ids_as_given_and_an_empty_group_is_none(
    halves: tuple[Votes, OpinionMap],
) -> None:
    file = io.StringIO()
    export.write_members(halves[1], file)
    lines = file.getvalue().split("\n")
    assert lines[0] == "participant,group"
    assert lines[1:8] == ["0,0", "1,0", "2,0", "3,0", "4,0", "5,", "6,0"]
    assert len(lines) == 1 + 80 + 1


def test_ids_that_are_texts_stay_as_they_are() -> None:
    ids = ["=p1", "p,2", 'p"3', "Արև", "p\r5"]
    votes = Votes.from_arrays(ids, [0] * 5, [1, 1, -1, -1, 0])
    file = io.StringIO()
    export.write_members(map_of(votes, np.zeros(5, np.int64)), file)
    read = [row["participant"] for row in csv.DictReader(io.StringIO(file.getvalue()))]
    assert sorted(read) == sorted(ids)


def test_a_statement_has_its_counts_by_everybody_side_and_group(
    halves: tuple[Votes, OpinionMap],
) -> None:
    votes, found = halves
    first, second, *_ = rows_of(found, votes)
    assert (first["agree"], first["disagree"], first["pass"]) == ("80", "0", "0")
    assert (second["side_East_agree"], second["side_West_disagree"]) == ("39", "40")
    assert (second["group_0_agree"], second["group_1_disagree"]) == ("39", "40")
    assert "text" not in first


def test_scores_are_written_in_full_and_empty_where_undefined(
    halves: tuple[Votes, OpinionMap],
) -> None:
    votes, found = halves
    rows = rows_of(found, votes)
    assert float(rows[0]["common_ground"]) == found.common_ground.score[0]
    for row, exact in zip(rows, found.group_informed_consensus, strict=True):
        assert row["group_informed_consensus"] == repr(float(exact))
    assert rows[3]["common_ground"] == ""
    assert [row["kind"] for row in rows] == ["common", "divisive", "refused", ""]


def test_a_rejected_statement_keeps_its_own_counts() -> None:
    votes, half = two_halves()
    rejected = np.array([True, False, False, False])
    first, second, *_ = rows_of(map_of(votes, half, rejected=rejected), votes)
    assert (first["rejected"], second["rejected"], first["agree"]) == ("1", "0", "80")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_formula_injection_through_a_statement(
    start: str, halves: tuple[Votes, OpinionMap]
) -> None:
    attack = f"{start}cmd|' /C calc'!A0"
    rows = rows_of(halves[1], halves[0], {0: attack, 1: "An honest text - with = signs"})
    assert rows[0]["text"] == f"'{attack}"
    assert rows[1]["text"] == "An honest text - with = signs"


def test_formula_injection_through_the_name_of_a_side() -> None:
    votes, half = two_halves()
    found = map_of(votes, half, names=("=1+1", "West\nEast"), declared=True)
    names = rows_of(found, votes)[0].keys()
    assert not [name for name in names if name.startswith(export.FORMULA_STARTS)]
    assert "side_West East_agree" in names


def test_text_is_the_last_column_and_keeps_its_lines(halves: tuple[Votes, OpinionMap]) -> None:
    rows = rows_of(halves[1], halves[0], {0: 'Open, "the" bridge\non Sundays'})
    assert list(rows[0])[-1] == "text"
    assert rows[0]["text"] == 'Open, "the" bridge\non Sundays'
    assert rows[1]["text"] == ""


def test_a_failure_half_way_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text("before")
    with pytest.raises(OSError, match="full"), export.files_to_be([old, new]) as files:  # noqa: PT012
        files[old].write(b"half")
        raise OSError("the disk is full")
    assert old.read_text() == "before"
    assert list(tmp_path.iterdir()) == [old]


def test_files_take_their_places_together_and_are_their_owners_alone(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    with export.files_to_be([one, other]) as files:
        files[one].write(b"1")
        assert not one.exists()
        files[other].write(b"2")
    assert (one.read_bytes(), other.read_bytes()) == (b"1", b"2")
    assert one.stat().st_mode & 0o077 == 0


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("before")
    link.symlink_to(real)
    with export.files_to_be([link]) as files:
        files[link].write(b"after")
    assert link.is_symlink()
    assert real.read_text() == "after"


@pytest.mark.parametrize("place", ["nowhere/file", ".", "/dev/null", "notes/inside"])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_done(
    place: str, tmp_path: Path
) -> None:
    (tmp_path / "notes").write_text("an ordinary file")
    first = tmp_path / "first"
    with (
        pytest.raises(UnusableInputError, match="Name another file"),
        export.files_to_be([first, tmp_path / place]),
    ):
        pytest.fail("nothing may be computed")
    assert [each.name for each in tmp_path.iterdir()] == ["notes"]

"""Every folder of open data through `visavis opinion` as its users run it: told, written, drawn, refused.

What is expected is counted here from the files with `csv` alone.
"""

import csv
import json
import shutil
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from command_process import Answer, answer_of
from PIL import Image

NAMES = (
    "15-per-hour-seattle", "american-assembly.bowling-green", "brexit-consensus",
    "canadian-electoral-reform", "ssis.land-bank-farmland.2rumnecbeh.2021-08-01", "vtaiwan.uberx",
)  # fmt: skip
SMALL = "brexit-consensus"


def rows_in(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def named_rows_in(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def counted_in(export: Path) -> tuple[list[str], dict[str, Counter[str]]]:
    """Return the participants of the matrix, and the cells of each statement."""
    head, *rows = rows_in(export / "participants-votes.csv")
    first = head.index("n-disagree") + 1
    counts = {
        statement: Counter(row[first + place] for row in rows)
        for place, statement in enumerate(head[first:])
    }
    return [row[0] for row in rows], counts


def column(rows: list[dict[str, str]], name: str) -> int:
    return sum(int(row[name]) for row in rows)


def width_of(line: str) -> int:
    """Columns that a line takes in a terminal: Chinese letters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


@pytest.fixture(scope="module", params=NAMES)
def export(request: pytest.FixtureRequest, shared_data: Path) -> Path:
    return shared_data / "polis" / request.param


@pytest.fixture(scope="module")
def answer(export: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Answer, Path]:
    """The command once over the folder, with all files, and where they are."""
    folder = tmp_path_factory.mktemp("answer")
    answer = answer_of(
        folder, export, "--json", folder / "map.json", "--members", folder / "members.csv",
        "--statements", folder / "statements.csv", "--png", folder / "map.png",
    )  # fmt: skip
    return answer, folder


def test_it_is_computed_and_told_in_80_columns(answer: tuple[Answer, Path]) -> None:
    said = answer[0]
    assert (said.code, said.err) == (0, "")
    assert max(map(width_of, said.out.splitlines())) <= 80
    for title in ("WHAT WAS TAKEN FOR GRANTED", "SIDES", "GROUPS", "COMMON GROUND", "THE PICTURE"):
        assert title in said.out
    assert said.memory < 300


def test_the_files_have_everybody_and_every_vote(export: Path, answer: tuple[Answer, Path]) -> None:
    folder = answer[1]
    people, cells = counted_in(export)
    members, statements = (
        named_rows_in(folder / f"{each}.csv") for each in ("members", "statements")
    )
    assert sorted(row["participant"] for row in members) == sorted(people)
    by_id = {row["statement"]: row for row in statements}
    for statement, counts in cells.items():
        row = by_id.pop(statement)
        assert [int(row[name]) for name in ("agree", "disagree", "pass")] == [
            counts["1"], counts["-1"], counts["0"]
        ]  # fmt: skip
    assert all(
        int(row["agree"]) + int(row["disagree"]) + int(row["pass"]) == 0 for row in by_id.values()
    )
    texts = {
        row["comment-id"]: row["comment-body"] for row in named_rows_in(export / "comments.csv")
    }
    for row in statements:
        text = texts.get(row["statement"], "").strip()
        assert row["text"] in {text, f"'{text}"}


def test_the_files_agree_with_one_another(answer: tuple[Answer, Path]) -> None:
    folder = answer[1]
    found = json.loads((folder / "map.json").read_text(encoding="utf-8"))
    members = named_rows_in(folder / "members.csv")
    statements = named_rows_in(folder / "statements.csv")
    groups = found["groups"]
    assert [int(row["group"] or -1) for row in members] == groups["of_participant"]
    in_groups = Counter(row["group"] for row in members if row["group"])
    assert [in_groups[str(place)] for place in range(len(groups["sizes"]))] == groups["sizes"]
    assert min(groups["sizes"]) > 0
    for group, counts in enumerate(groups["tally"]["counts"]):
        disagree, passed, agree = (sum(row[kind] for row in counts) for kind in range(3))
        assert column(statements, f"group_{group}_agree") == agree
        assert column(statements, f"group_{group}_disagree") == disagree
        assert column(statements, f"group_{group}_pass") == passed
    scores = found["common_ground"]["score"]
    assert [row["common_ground"] for row in statements] == [
        "" if score is None else repr(score) for score in scores
    ]
    assert [int(row["rejected"]) for row in statements] == list(map(int, found["rejected"]))


def test_what_stands_for_a_group_was_seen_by_ten_of_it(answer: tuple[Answer, Path]) -> None:
    found = json.loads((answer[1] / "map.json").read_text(encoding="utf-8"))
    marks = [mark for of_group in found["representative"] for mark in of_group]
    assert marks
    assert min(mark["n_votes"] for mark in marks) >= 10


def test_the_picture_can_be_opened_and_says_what_it_shows(answer: tuple[Answer, Path]) -> None:
    with Image.open(answer[1] / "map.png") as picture:
        picture.load()
        assert picture.size == (1600, 1200)
        assert len(picture.getcolors(1 << 24) or ()) > 100
        description = str(picture.info["Description"])
    told = " ".join(answer[0].out.split("THE PICTURE")[1].split())
    assert "".join(description.split())[:200] in "".join(told.split())


def test_chinese_words_arrive_whole(shared_data: Path, tmp_path: Path) -> None:
    export = shared_data / "polis" / "vtaiwan.uberx"
    texts = {
        row["comment-id"]: row["comment-body"] for row in named_rows_in(export / "comments.csv")
    }
    said = answer_of(tmp_path, export)
    told = "".join(said.out.split())
    assert "".join(texts["40"].split()) in told
    assert "⟨U+" not in said.out


def test_as_polis_would(shared_data: Path, tmp_path: Path) -> None:
    said = answer_of(tmp_path, shared_data / "polis" / SMALL, "--compat", "polis")
    assert said.code == 0
    assert "groups as Polis makes them" in said.out


@pytest.mark.parametrize("asked", [1, 2, 12, 20])
def test_as_many_groups_as_asked_for_or_it_is_said(
    asked: int, shared_data: Path, tmp_path: Path
) -> None:
    members = tmp_path / "members.csv"
    export = shared_data / "polis" / "15-per-hour-seattle"
    said = answer_of(tmp_path, export, "--groups", asked, "--members", members)
    assert said.code == 0, said.err
    groups = {row["group"] for row in named_rows_in(members)} - {""}
    assert groups == {str(place) for place in range(len(groups))}
    told = " ".join(said.out.split())
    assert (len(groups) < asked) == (
        f"{asked} groups were asked for, {len(groups)} came out" in told
    )
    if asked == 1:
        assert "the votes do not fall into two" not in told


@pytest.fixture
def copy(shared_data: Path, tmp_path: Path) -> Path:
    """A copy of a real folder, to be damaged."""
    return Path(shutil.copytree(shared_data / "polis" / SMALL, tmp_path / "copy"))


def write(file: Path, rows: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)


def turned(rows: list[list[str]], first: int, counts: tuple[int, ...] = ()) -> list[list[str]]:
    """Return the rows with the sign of every vote changed, from column ``first`` on."""
    other = {"1": "-1", "-1": "1"}
    found = [rows[0]]
    for row in rows[1:]:
        votes = [other.get(cell, cell) for cell in row[first:]]
        found.append([*row[:first], *votes])
        if counts:
            agree, disagree = counts
            found[-1][agree], found[-1][disagree] = row[disagree], row[agree]
    return found


def test_a_copy_of_the_other_sign_is_turned_and_that_is_said(copy: Path, tmp_path: Path) -> None:
    write(copy / "votes.csv", turned(rows_in(copy / "votes.csv"), 4))
    matrix = rows_in(copy / "participants-votes.csv")
    write(copy / "participants-votes.csv", turned(matrix, matrix[0].index("n-disagree") + 1))
    _, cells = counted_in(copy)
    statements = tmp_path / "statements.csv"
    said = answer_of(tmp_path, copy, "--statements", statements)
    assert said.code == 0, said.err
    assert "In these files -1 means agree" in said.out.replace("−", "-")
    rows = named_rows_in(statements)
    assert column(rows, "agree") == sum(counts["-1"] for counts in cells.values())


def test_log_and_matrix_of_opposite_signs_are_read_alike_and_it_is_said(
    copy: Path, tmp_path: Path
) -> None:
    before = tmp_path / "before.csv"
    assert answer_of(tmp_path, copy, "--statements", before).code == 0
    write(copy / "votes.csv", turned(rows_in(copy / "votes.csv"), 4))
    after = tmp_path / "after.csv"
    said = answer_of(tmp_path, copy, "--statements", after)
    assert said.code == 0
    assert "votes.csv has the opposite sign of the matrix" in said.out
    assert after.read_bytes() == before.read_bytes()


def refused(tmp_path: Path, path: Path, *arguments: object, naming: str) -> Answer:
    """Run the command, which must refuse in words, and leave the file that was asked for unmade."""
    file = tmp_path / "members.csv"
    said = answer_of(tmp_path, path, *arguments, "--members", file)
    assert (said.code, said.out) == (1, ""), said.out
    assert naming in said.err
    assert "Traceback" not in said.err
    assert not file.exists()
    return said


def test_a_file_cut_off_is_refused(copy: Path, tmp_path: Path) -> None:
    for name in ("votes.csv", "participants-votes.csv"):
        whole = (copy / name).read_bytes()
        (copy / name).write_bytes(whole[: len(whole) // 2 + 3])
        refused(tmp_path, copy, naming=name)
        (copy / name).write_bytes(whole)
    assert answer_of(tmp_path, copy).code == 0


def exchange(file: Path, one: int, other: int) -> None:
    """Exchange what stands under two columns; their names stay where they are."""
    rows = rows_in(file)
    for row in rows[1:]:
        row[one], row[other] = row[other], row[one]
    write(file, rows)


def test_people_and_statements_exchanged_are_refused(copy: Path, tmp_path: Path) -> None:
    exchange(copy / "votes.csv", 2, 3)
    refused(tmp_path, copy, naming="votes.csv")


def test_agree_and_disagree_exchanged_are_counted_anew_and_that_is_said(
    copy: Path, tmp_path: Path
) -> None:
    exchange(copy / "participants-votes.csv", 4, 5)
    said = answer_of(tmp_path, copy)
    assert said.code == 0
    assert "n-agree and n-disagree are exchanged in 189 lines" in " ".join(said.out.split())

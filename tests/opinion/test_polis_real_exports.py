"""Real exports of the open data, held against a plain reading of their own with nothing but `csv`."""

import csv
import time

import numpy as np
import polis_exports as exports
import pytest

from visavis.opinion.problems import UnusableInputError
from visavis.opinion.read import votes_in

# People, statements, disagree / pass / agree, rejected, sizes of Polis' groups, authors' own votes.
# Counted by a separate short script on csv, not with this program.
EXPECTED = {
    "15-per-hour-seattle": (339, 54, (922, 592, 1358), 23, {-1: 201, 0: 99, 1: 39}, 41),
    "american-assembly.bowling-green": (
        2031, 896, (38647, 77125, 109752), 289, {-1: 450, 0: 753, 1: 828}, 804),
    "brexit-consensus": (204, 50, (1952, 666, 2685), 0, {-1: 7, 0: 106, 1: 91}, 19),
    "canadian-electoral-reform": (448, 174, (2831, 1914, 7205), 22, {-1: 167, 0: 16, 1: 265}, 127),
    "ssis.land-bank-farmland.2rumnecbeh.2021-08-01": (
        404, 297, (9672, 6573, 17218), 105, {-1: 49, 0: 264, 1: 91}, 228),
    "vtaiwan.uberx": (1921, 197, (11894, 6520, 31029), 78, {-1: 702, 0: 330, 1: 889}, 151),
}  # fmt: skip
WITH_LOG = sorted(set(EXPECTED) - {"american-assembly.bowling-green"})


@pytest.fixture
def export(shared_data):
    return lambda name: shared_data / "polis" / name


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_export_has_the_numbers_that_were_counted_apart(export, name):
    people, statements, kinds, rejected, groups, authors = EXPECTED[name]
    reading = votes_in(export(name))
    assert (reading.votes.n_participants, reading.votes.n_statements) == (people, statements)
    assert tuple(reading.votes.counts.sum(axis=0).tolist()) == kinds
    assert int(reading.rejected.sum()) == rejected
    found, sizes = np.unique(reading.polis_groups, return_counts=True)
    assert dict(zip(found.tolist(), sizes.tolist(), strict=True)) == groups
    assert any(f"by {authors} of {authors} authors' votes" in each for each in reading.assumptions)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_cell_of_a_real_matrix_is_where_a_plain_reading_finds_it(export, name):
    with (export(name) / "participants-votes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    first = rows[0].index("n-disagree") + 1
    cells = {
        (int(row[0]), int(statement)): int(cell)
        for row in rows[1:]
        for statement, cell in zip(rows[0][first:], row[first:], strict=True)
        if cell
    }
    reading = votes_in(export(name))
    assert exports.cells_of(reading.votes) == cells
    groups = {int(row[0]): int(row[rows[0].index("group-id")] or -1) for row in rows[1:]}
    assert (
        dict(zip(reading.votes.participants.tolist(), reading.polis_groups.tolist(), strict=True))
        == groups
    )


@pytest.mark.parametrize("name", WITH_LOG)
def test_log_and_matrix_of_a_real_export_say_the_same_when_read_alone(export, name, tmp_path):
    whole = votes_in(export(name))
    for missing in ("votes.csv", "participants-votes.csv"):
        folder = tmp_path / missing
        folder.mkdir()
        for file in export(name).iterdir():
            if file.name != missing:
                (folder / file.name).symlink_to(file)
        assert votes_in(folder).votes.digest == whole.votes.digest


@pytest.mark.parametrize("name", EXPECTED)
def test_texts_of_a_real_export_are_those_of_a_plain_reading(export, name):
    with (export(name) / "comments.csv").open(encoding="utf-8", newline="") as file:
        texts = {
            int(row["comment-id"]): row["comment-body"].strip() for row in csv.DictReader(file)
        }
    assert votes_in(export(name)).texts == texts


@pytest.mark.parametrize("name", EXPECTED)
def test_a_wrong_sign_copy_of_a_real_export_is_turned_and_said(export, name, tmp_path):
    for file in export(name).iterdir():
        with file.open(encoding="utf-8", newline="") as source:
            rows = list(csv.reader(source))
        if file.name == "votes.csv":
            rows = [rows[0], *([*row[:4], str(-int(row[4]))] for row in rows[1:])]
        elif file.name == "participants-votes.csv":
            first = rows[0].index("n-disagree") + 1
            turn = {"1": "-1", "-1": "1"}
            rows = [
                rows[0],
                *(
                    [*row[:first], *(turn.get(each, each) for each in row[first:])]
                    for row in rows[1:]
                ),
            ]
        with (tmp_path / file.name).open("w", encoding="utf-8", newline="") as target:
            csv.writer(target, lineterminator="\n").writerows(rows)
    reading = votes_in(tmp_path)
    assert reading.votes.digest == votes_in(export(name)).votes.digest
    assert any("-1 means agree" in each for each in reading.assumptions)


def test_a_real_matrix_cut_off_anywhere_in_its_second_half_is_refused(export, tmp_path):
    source = export("american-assembly.bowling-green")
    whole = (source / "participants-votes.csv").read_bytes()
    for name in ("comments.csv", "summary.csv"):
        (tmp_path / name).symlink_to(source / name)
    for length in (len(whole) // 2, len(whole) * 2 // 3, len(whole) - 700, len(whole) - 2):
        (tmp_path / "participants-votes.csv").write_bytes(whole[:length])
        with pytest.raises(UnusableInputError, match=r"participants-votes\.csv"):
            votes_in(tmp_path)


def test_reading_the_largest_matrix_takes_no_time_worth_waiting_for(export):
    started = time.process_time()
    votes_in(export("american-assembly.bowling-green"))
    assert time.process_time() - started < 3  # 0.2 s; ten times as much would be another program

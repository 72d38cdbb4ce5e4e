import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.opinion.problems import UnusableInputError
from visavis.opinion.read import parquet as reader
from visavis.opinion.read import votes_in
from visavis.opinion.votes import Votes

pa = pytest.importorskip("pyarrow", reason="the extra “parquet” is not installed")
pq = pytest.importorskip("pyarrow.parquet")

SMALL = st.integers(0, 6)
WIDE = st.sampled_from([-5, 0, 3, 2**40, 2**62])
TEXTS = st.sampled_from(["anna", "ben", "çiçək", "Դավիթ", "10", "9"])
IDS = st.sampled_from([SMALL, WIDE, TEXTS])


@st.composite
def rows(draw):
    people, subjects = draw(IDS), draw(IDS)
    return draw(
        st.lists(st.tuples(people, subjects, st.sampled_from([-1, 0, 1])), min_size=1, max_size=40)
    )


def _write(path, participant, statement, vote, **more):
    pq.write_table(
        pa.table({"participant": participant, "statement": statement, "vote": vote, **more}), path
    )
    return path


@given(
    cast=rows(), coded=st.booleans(), rows_in_a_group=st.integers(1, 50), at_once=st.integers(1, 50)
)
def test_what_is_written_is_read_re_votes_and_all_whatever_the_pieces(
    tmp_path_factory, cast, coded, rows_in_a_group, at_once
):
    who, what, vote = (list(column) for column in zip(*cast, strict=True))
    table = pa.table({"participant": who, "statement": what, "vote": pa.array(vote, pa.int8())})
    if coded:
        table = table.set_column(0, "participant", table.column("participant").dictionary_encode())
    path = tmp_path_factory.mktemp("votes") / "votes.parquet"
    pq.write_table(table, path, row_group_size=rows_in_a_group)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "ROWS_AT_ONCE", at_once)
        patch.setattr("visavis.opinion.read.packed.STEP", at_once)
        reading = votes_in(path)
    assert reading.votes.digest == Votes.from_arrays(who, what, vote).digest


@given(
    cast=st.lists(st.tuples(SMALL, SMALL, st.sampled_from([-1, 0, 1])), min_size=1),
    names=st.integers(0, 3),
)
def test_sides_in_the_file_are_those_of_the_arrays(tmp_path_factory, cast, names):
    who, what, vote = (list(column) for column in zip(*cast, strict=True))
    side = [None if not names else ["", "east", "west", None][(each + names) % 4] for each in who]
    path = tmp_path_factory.mktemp("votes") / "votes.parquet"
    _write(path, who, what, vote, side=pa.array(side, pa.string()))
    expected = Votes.from_arrays(who, what, vote, np.array(side, object))
    assert votes_in(path).votes.digest == expected.digest


def test_the_last_of_several_votes_counts_across_partitions_in_natural_order(tmp_path):
    for number, vote in ((2, -1), (9, 0), (10, 1)):
        _write(tmp_path / f"part.{number}.parquet", [1, number], [1, 1], [vote, 1])
    (tmp_path / "_metadata.parquet").write_bytes(b"not looked at")
    reading = votes_in(tmp_path)
    assert reading.votes.participants.tolist() == [1, 2, 9, 10]
    assert reading.votes.counts.tolist() == [[0, 0, 4]]
    assert any("2 votes were replaced" in each for each in reading.assumptions)


@pytest.mark.parametrize(
    "kind",
    ["int8", "int16", "int32", "int64", "uint8", "uint64", "float64", "string", "large_string"],
)
def test_ids_of_any_type_are_read(tmp_path, kind):
    ids = ["3", "1", "2"] if "string" in kind else [3, 1, 2]
    path = _write(tmp_path / "a.parquet", pa.array(ids, getattr(pa, kind)()), [1, 1, 1], [1, 0, -1])
    assert votes_in(path).votes.participants.tolist() == sorted(ids)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"vote": [1, 1, 2]}, "Row 3 has the vote 2"),
        ({"vote": [1, -2, 0]}, "Row 2 has the vote -2"),
        ({"vote": [1, None, 0]}, "Row 2 has no vote"),
        ({"vote": [1.0, 0.5, 0.0]}, "Row 2 has the vote 0.5"),
        ({"vote": ["1", "0", "0"]}, "column vote has the type"),
        ({"vote": [True, False, True]}, "column vote has the type"),
        ({"participant": [1, None, 2]}, "Row 2 has no participant"),
        ({"participant": ["a", "", "b"]}, "Row 2 has no participant"),
        ({"participant": [1.0, float("nan"), 2.0]}, "Row 2 has the participant"),
        ({"participant": [b"a", b"b", b"c"]}, "column participant has the type"),
        ({"statement": [1, 2, None]}, "Row 3 has no statement"),
        ({"side": ["east", "west", "west"], "participant": [1, 1, 2]}, "another side"),
        ({"side": [str(each) for each in range(20)], "participant": list(range(20)), "statement": [1] * 20,
          "vote": [1] * 20}, "more than 16 sides"),
    ],
)  # fmt: skip
def test_what_is_no_id_vote_or_side_is_refused_with_its_row(tmp_path, columns, words):
    given_columns = {
        "participant": [1, 2, 3],
        "statement": [1, 1, 1],
        "vote": [1, 0, -1],
        **columns,
    }
    with pytest.raises(UnusableInputError, match=words):
        votes_in(_write(tmp_path / "a.parquet", **given_columns))


def test_a_missing_column_is_named(tmp_path):
    pq.write_table(pa.table({"participant": [1], "opinion": [1]}), tmp_path / "a.parquet")
    with pytest.raises(UnusableInputError, match="no column statement and no column vote"):
        votes_in(tmp_path / "a.parquet")


def test_a_damaged_file_is_refused_wherever_it_was_cut_or_changed(tmp_path):
    path = _write(tmp_path / "a.parquet", list(range(500)), [1] * 500, [1] * 500)
    whole = path.read_bytes()
    for content in (
        b"",
        whole[:-1],
        whole[: len(whole) // 2],
        b"PAR1",
        b"PAR1PAR1",
        b"x" * 99,
        b"PAR1" + b"\0" * 99 + b"PAR1",
    ):
        path.write_bytes(content)
        with pytest.raises(UnusableInputError):
            votes_in(path)


def test_numbers_in_one_partition_and_texts_in_another_are_refused(tmp_path):
    _write(tmp_path / "1.parquet", [1], [1], [1])
    _write(tmp_path / "2.parquet", ["1"], [1], [1])
    with pytest.raises(UnusableInputError, match="partly numbers, partly texts"):
        votes_in(tmp_path)


def test_a_table_of_ids_that_begins_after_plain_numbers_begins_anew(tmp_path):
    _write(tmp_path / "1.parquet", [5, 6], [1, 1], [1, 0])
    _write(tmp_path / "2.parquet", pa.array([6, 7]).dictionary_encode(), [1, 1], [1, 0])
    assert (
        votes_in(tmp_path).votes.digest
        == Votes.from_arrays([5, 6, 6, 7], [1] * 4, [1, 0, 1, 0]).digest
    )


def test_without_pyarrow_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    path = _write(tmp_path / "a.parquet", [1], [1], [1])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UnusableInputError, match=r"pip install 'visavis\[parquet\]'"):
        votes_in(path)


def test_a_folder_of_both_kinds_and_a_turned_sign_are_refused(tmp_path):
    path = _write(tmp_path / "a.parquet", [1], [1], [1])
    with pytest.raises(UnusableInputError, match="1 always means agree"):
        votes_in(path, agree=-1)
    (tmp_path / "votes.csv").write_text("timestamp,datetime,comment-id,voter-id,vote\n")
    with pytest.raises(UnusableInputError, match="a folder of its own"):
        votes_in(tmp_path)


def test_no_votes_are_no_votes(tmp_path):
    empty = pa.array([], pa.int64())
    assert votes_in(_write(tmp_path / "a.parquet", empty, empty, empty)).votes.n_votes == 0


def test_progress_goes_up_to_one(tmp_path):
    shares = []
    votes_in(_write(tmp_path / "a.parquet", [1], [1], [1]), progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

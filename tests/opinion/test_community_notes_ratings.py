import pytest

from visavis.opinion.problems import UnusableInputError
from visavis.opinion.read import Kind, kind_of, ratings_in, votes_in

HEADER = (
    "noteId", "raterParticipantId", "createdAtMillis", "version", "agree", "disagree",
    "helpful", "notHelpful", "helpfulnessLevel", "helpfulOther",
)  # fmt: skip


def _row(note, rater, at, level, helpful=0, not_helpful=0):
    return (note, rater, at, 2, 0, 0, helpful, not_helpful, level, 0)


ROWS = (
    _row("1500000000000000001", "CC77", 1_700_000_000_000, "HELPFUL"),
    _row("1500000000000000001", "AA11", 1_700_000_000_001, "NOT_HELPFUL"),
    _row("1400000000000000002", "AA11", 1_700_000_000_002, "SOMEWHAT_HELPFUL"),
    _row("1400000000000000002", "CC77", 1_620_000_000_000, "", helpful=1),
)


def _file(path, rows=ROWS, header=HEADER, more=()):
    lines = [*([header] if header else []), *rows]
    path.write_text(
        "".join("\t".join(map(str, (*line, *more))) + "\n" for line in lines), encoding="utf-8"
    )
    return path


@pytest.mark.parametrize("header", [HEADER, None, tuple(f"c{place}" for place in range(10))])
@pytest.mark.parametrize("more", [(), ("later", "columns")])
def test_ratings_are_read_by_name_or_place_with_columns_behind_them(tmp_path, header, more):
    ratings = ratings_in(_file(tmp_path / "ratings.tsv", header=header, more=more))
    assert ratings.participants.tolist() == ["AA11", "CC77"]
    assert ratings.notes.tolist() == ["1400000000000000002", "1500000000000000001"]
    assert ratings.starts.tolist() == [0, 2, 4]
    assert ratings.note.tolist() == [0, 1, 0, 1]
    assert ratings.level.tolist() == [1, 0, 2, 2]
    assert bool(ratings.assumptions) == (header != HEADER)


def test_columns_in_another_order_are_found_by_name(tmp_path):
    turned = [tuple(reversed(row)) for row in ROWS]
    ratings = ratings_in(_file(tmp_path / "ratings.tsv", turned, tuple(reversed(HEADER))))
    assert ratings.level.tolist() == [1, 0, 2, 2]


def test_of_several_ratings_the_latest_counts_and_equal_times_the_later_line(tmp_path):
    note = "1500000000000000001"
    again = [
        _row(note, "CC77", 1_800_000_000_000, "NOT_HELPFUL"),
        _row(note, "AA11", 1_600_000_000_000, "HELPFUL"),
        _row(note, "CC77", 1_800_000_000_000, "SOMEWHAT_HELPFUL"),
    ]
    ratings = ratings_in(_file(tmp_path / "ratings.tsv", [*again, *ROWS]))
    assert ratings.level.tolist() == [1, 0, 2, 1]
    assert any("3 ratings were replaced" in each for each in ratings.assumptions)


def test_a_rating_that_says_nothing_is_left_out_and_counted(tmp_path):
    ratings = ratings_in(
        _file(tmp_path / "ratings.tsv", [*ROWS, _row("7", "BB22", 1_620_000_000_000, "")])
    )
    assert ratings.participants.tolist() == ["AA11", "CC77"]
    assert any("1 ratings say neither" in each for each in ratings.assumptions)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (_row("1", "AA11", 1, "VERY_HELPFUL"), "VERY_HELPFUL"),
        (_row("1", "AA11", "today", "HELPFUL"), "today"),
        (_row("1", "", 1, "HELPFUL"), "no rater"),
        (("1", "AA11", 1), "has 3 columns"),
        (HEADER, "createdAtMillis|helpfulnessLevel"),
    ],
)
def test_what_is_no_rating_is_refused_with_its_line(tmp_path, row, words):
    with pytest.raises(UnusableInputError, match=words) as refused:
        ratings_in(_file(tmp_path / "ratings.tsv", [*ROWS, row]))
    assert refused.value.line == 6


def test_a_file_that_ends_inside_a_line_is_refused(tmp_path):
    path = _file(tmp_path / "ratings.tsv")
    path.write_text(path.read_text()[:-4])
    with pytest.raises(UnusableInputError, match="cut off"):
        ratings_in(path)


def test_ratings_are_never_read_as_votes(tmp_path):
    path = _file(tmp_path / "ratings.tsv")
    assert kind_of(path) is Kind.COMMUNITY_NOTES
    with pytest.raises(UnusableInputError, match="which are no votes"):
        votes_in(path)


def test_a_file_of_something_else_is_not_taken_for_ratings(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear neighbours,\nthe garden opens at dawn.\n")
    with pytest.raises(UnusableInputError, match="not clear what this file is"):
        votes_in(path)
    path.write_text("\t".join(HEADER[:5]) + "\n")
    with pytest.raises(UnusableInputError, match="no column helpfulnessLevel"):
        ratings_in(path)

import polis_exports as exports
import pytest

from visavis.opinion.problems import UnusableInputError
from visavis.opinion.read import votes_in
from visavis.opinion.read.sides import sides_in, with_sides
from visavis.opinion.votes import Votes


def _read(tmp_path, text):
    file = tmp_path / "sides.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return votes_in(exports.whole_export(tmp_path / "talk"), sides=file)


def test_sides_are_given_by_number_and_who_is_unknown_or_missing_is_counted(tmp_path):
    reading = _read(tmp_path, "participant,side\n1,east\n 02 ,west\n3,west\n77,east\n4,\n")
    assert reading.votes.sides == ("east", "west")
    assert reading.votes.side_of.tolist() == [-1, 0, 1, 1, -1]
    assert any(
        "1 participants in the file of sides are not in the votes" in each
        for each in reading.assumptions
    )
    assert any("2 participants have no side" in each for each in reading.assumptions)


def test_marks_line_ends_quotes_and_further_columns_are_fine(tmp_path):
    text = b'\xef\xbb\xbfnote,"side",participant\r\n"a, b",east,1\r\nc,"west",2\r\n'
    assert _read(tmp_path, text).votes.side_of.tolist() == [-1, 0, 1, -1, -1]


def test_texts_are_compared_letter_by_letter(tmp_path):
    votes = Votes.from_arrays(["01", "1"], ["a", "a"], [1, 1])
    file = tmp_path / "sides.csv"
    file.write_text("participant,side\n1,east\n01,west\n")
    assert with_sides(votes, sides_in(file))[0].side_of.tolist() == [1, 0]


def test_sides_of_a_file_replace_those_that_came_with_the_votes_and_it_is_said(tmp_path):
    votes = Votes.from_arrays([1, 2], [1, 1], [1, 1], ["north", "south"])
    file = tmp_path / "sides.csv"
    file.write_text("participant,side\n1,east\n2,west\n")
    found, said = with_sides(votes, sides_in(file))
    assert found.sides == ("east", "west")
    assert "set aside" in said[0]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("participant,side\n1,east\n2,east\n1,west\n", 4, "another side than in line 2"),
        ("participant,side\n1,east\n1,\n", 3, "another side than in line 2"),
        ("participant;side\n1;east\n", 1, "semicolons"),
        ("1,east\n2,west\n", 1, "no column participant"),
        ("participant,side\n1\n", 2, "has 1 columns"),
        ("participant,side\n,east\n", 2, "no participant"),
        ("participant,side\n1,east\n2,we", 3, "cut off"),
        ('participant,side\n1,"east\n', 2, "no CSV"),
        ("participant,side\n1,east\n01,west\n", None, "participant 1 stands on two sides"),
        ("participant,side\n100,east\n101,west\n", None, "None of the 2 participants"),
        (
            "participant,side\n" + "".join(f"{n},s{n}\n" for n in range(17)),
            None,
            "There are 17 sides",
        ),
        ("", None, "empty"),
    ],
)
def test_what_gives_nobody_one_side_is_refused(tmp_path, text, line, words):
    with pytest.raises(UnusableInputError, match=words) as refused:
        _read(tmp_path, text)
    assert refused.value.line == line
    assert refused.value.file.name == "sides.csv"

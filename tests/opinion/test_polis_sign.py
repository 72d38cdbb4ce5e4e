import json

import polis_exports as exports
import pytest

from visavis.opinion.problems import UnusableInputError
from visavis.opinion.read import votes_in

MINUS = "agree=-1;disagree=+1;pass=0;format=polis-export/1"


def _wrong_sign(folder, **instead):
    texts = {"votes": exports.votes_csv(sign=-1), "participants_votes": exports.matrix_csv(sign=-1)}
    return exports.whole_export(folder, **{**texts, **instead})


def test_a_wrong_sign_without_declaration_is_turned_by_the_authors_votes_and_said(tmp_path):
    reading = votes_in(_wrong_sign(tmp_path / "talk"))
    assert exports.cells_of(reading.votes) == exports.LAST
    assert any("-1 means agree" in each and "was turned" in each for each in reading.assumptions)


def test_the_right_sign_is_said_with_its_reason(tmp_path):
    said = votes_in(exports.whole_export(tmp_path / "talk")).assumptions
    assert any("1 means agree (by 4 of 4 authors' votes" in each for each in said)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_declaration_that_the_authors_contradict_stops_the_reading(tmp_path, sign):
    declared = exports.DECLARATION if sign == -1 else MINUS
    folder = exports.whole_export(
        tmp_path / "talk",
        votes=exports.votes_csv(sign=sign),
        participants_votes=exports.matrix_csv(sign=sign),
        summary=exports.summary_csv(declared),
    )
    with pytest.raises(UnusableInputError, match="authors agree with themselves"):
        votes_in(folder)


def test_a_declared_minus_that_the_authors_confirm_is_turned(tmp_path):
    folder = _wrong_sign(tmp_path / "talk", summary=exports.summary_csv(MINUS))
    reading = votes_in(folder)
    assert exports.cells_of(reading.votes) == exports.LAST
    assert any("declared by summary.csv" in each for each in reading.assumptions)


@pytest.mark.parametrize("agree", [1, -1])
def test_where_nothing_tells_the_reader_must_and_is_followed(tmp_path, agree):
    folder = exports.write(tmp_path / "talk", votes=exports.votes_csv(sign=agree))
    with pytest.raises(UnusableInputError, match=r"--agree \+1 or --agree -1"):
        votes_in(folder)
    assert exports.cells_of(votes_in(folder, agree=agree).votes) == exports.LAST


def test_a_reader_who_says_what_the_authors_contradict_is_stopped(tmp_path):
    with pytest.raises(UnusableInputError, match="authors agree with themselves"):
        votes_in(exports.whole_export(tmp_path / "talk"), agree=-1)


def test_two_files_that_declare_differently_stop_the_reading(tmp_path):
    folder = exports.whole_export(
        tmp_path / "talk",
        summary=exports.summary_csv(exports.DECLARATION),
        format=json.dumps({"vote": {"agree": -1, "disagree": 1, "pass": 0}}),
    )
    with pytest.raises(UnusableInputError, match="declared twice"):
        votes_in(folder)


@pytest.mark.parametrize(
    "declaration",
    [
        "agree=+1",
        "agree=+1;disagree=+1;pass=0",
        "agree=yes;disagree=no;pass=0",
        "agree=+1;agree=-1;disagree=-1;pass=0",
        "agree=+1;disagree=-1;pass=0;format=polis-export/9",
        "agree=+1;disagree=-1;pass=0;maybe=2",
    ],
)
def test_a_declaration_that_cannot_be_read_is_no_declaration_but_a_refusal(tmp_path, declaration):
    with pytest.raises(UnusableInputError, match=r"summary\.csv"):
        votes_in(exports.whole_export(tmp_path / "talk", summary=exports.summary_csv(declaration)))


def test_the_first_author_and_seeds_do_not_count(tmp_path):
    all_by_the_first = [
        (number, 0, moderated, text) for number, _, moderated, text in exports.STATEMENTS
    ]
    folder = exports.whole_export(
        tmp_path / "talk", comments=exports.comments_csv(all_by_the_first)
    )
    with pytest.raises(UnusableInputError, match="Nothing says whether 1 means agree"):
        votes_in(folder)
    seeds = exports.comments_with_flags_csv().replace(",false,0.5", ",true,0.5")
    with pytest.raises(UnusableInputError, match="Nothing says whether 1 means agree"):
        votes_in(exports.whole_export(tmp_path / "seeds", comments=seeds))


def test_only_an_authors_first_vote_counts(tmp_path):
    later = [
        (1_900_000_000_000, number, author, -1) for number, author, _, _ in exports.STATEMENTS[1:]
    ]
    text = exports.votes_csv([*later, *exports.EVENTS])
    folder = exports.whole_export(tmp_path / "talk", votes=text, participants_votes=None)
    assert exports.cells_of(votes_in(folder).votes)[1, 1] == -1


def test_a_log_of_the_other_sign_than_the_matrix_is_said(tmp_path):
    folder = exports.whole_export(tmp_path / "talk", votes=exports.votes_csv(sign=-1))
    reading = votes_in(folder)
    assert exports.cells_of(reading.votes) == exports.LAST
    assert any("opposite sign of the matrix" in each for each in reading.assumptions)
    declared = exports.whole_export(
        tmp_path / "declared",
        votes=exports.votes_csv(sign=-1),
        summary=exports.summary_csv(exports.DECLARATION),
    )
    with pytest.raises(UnusableInputError, match="opposite signs"):
        votes_in(declared)


def test_counts_of_a_row_against_a_declaration_stop_the_reading_where_authors_are_silent(tmp_path):
    folder = exports.write(
        tmp_path / "talk",
        participants_votes=exports.matrix_csv(sign=-1, count_sign=1),
        summary=exports.summary_csv(exports.DECLARATION),
    )
    with pytest.raises(
        UnusableInputError, match="n-agree is the number of votes that mean disagree"
    ):
        votes_in(folder)


def test_exchanged_counts_beside_authors_who_tell_are_said(tmp_path):
    folder = exports.whole_export(
        tmp_path / "talk", participants_votes=exports.matrix_csv(count_sign=-1)
    )
    assert any(
        "n-agree and n-disagree are exchanged" in each for each in votes_in(folder).assumptions
    )

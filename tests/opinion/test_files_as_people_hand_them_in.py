"""Ballots as people hand them in, from a stick or a spreadsheet: read as they are, or refused."""

import unicodedata
import zipfile
from pathlib import Path

import pytest

from visavis.opinion.problems import UnusableInputError
from visavis.opinion.read import kind_of, ratings_in, votes_in
from visavis.opinion.read.polis_comments import statements_in

HEADER = "timestamp,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
VOTES = (
    "timestamp,comment-id,voter-id,vote\n1700000000,0,0,1\n1700000001,1,1,-1\n1700000002,0,1,1\n"
)
COMMENTS = HEADER + "1690000000,0,0,2,0,1,One\n1690000001,1,1,0,1,1,Two\n"


def a_folder(folder: Path, **changes: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in {"votes.csv": VOTES, "comments.csv": COMMENTS, **changes}.items():
        (folder / name).write_text(text)
    return folder


def refused(act) -> str:
    with pytest.raises(UnusableInputError) as error:
        act()
    return str(error.value)


def test_a_statement_that_looks_like_a_line_of_the_file_invents_no_statement(
    tmp_path: Path,
) -> None:
    path = tmp_path / "comments.csv"
    forged = '"A statement\n1690000009,55,0,9,9,1,invented, by a stranger"'
    path.write_text(
        f'{HEADER}1690000000,0,0,2,0,1,{forged}\n1690000001,1,0,0,1,1,"They said ""no"", twice"\n'
    )
    found = statements_in(path)
    assert [each.id for each in found] == [0, 1]
    assert found[1].text == 'They said "no", twice'
    path.write_text(f"{HEADER}1690000000,0,0,2,0,1,One, and on\n1690000001,1,0,0,1,1,Two\n")
    assert [each.text for each in statements_in(path)] == ["One, and on", "Two"]


def test_a_notes_id_that_a_spreadsheet_rounded_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "ratings.tsv"
    head = "noteId\traterParticipantId\tcreatedAtMillis\thelpfulnessLevel\n"
    path.write_text(f"{head}1700000000000000001\tA\t1\tHELPFUL\n1.7E+18\tA\t2\tHELPFUL\n")
    said = refused(lambda: ratings_in(path))
    assert "line 3" in said
    assert "1.7E+18" in said
    again = "".join(f"17\tA\t{n}\tHELPFUL\n" for n in range(5))
    path.write_text(head + again)
    assert "4 of 5 ratings would be replaced" in refused(lambda: ratings_in(path))


def test_what_a_mac_lays_beside_a_file_is_not_looked_at(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "talk", **{"._votes.csv": "\0", ".DS_Store": "\0"})
    (folder / "votes.csv").rename(folder / "my-votes.csv")
    (folder / "._votes.csv").rename(folder / "._my-votes.csv")
    assert votes_in(folder, agree=1).votes.n_participants == 2


@pytest.mark.parametrize(
    "name", ["votes (1).csv", "votes(2).csv", "Votes copy.csv", "votes - Kopie.csv"]
)
def test_a_file_with_nearly_the_right_name_is_named(tmp_path: Path, name: str) -> None:
    folder = a_folder(tmp_path / "talk")
    (folder / "votes.csv").rename(folder / name)
    said = refused(lambda: votes_in(folder, agree=1))
    assert name in said
    assert "rename it to votes.csv" in said


def test_one_side_in_two_spellings_is_one_side(tmp_path: Path) -> None:
    sides = tmp_path / "sides.csv"
    apart = unicodedata.normalize("NFD", "Şərq")
    sides.write_text(f"participant,side\n0,Şərq\n1,{apart}\n")
    assert votes_in(a_folder(tmp_path / "talk"), sides=sides, agree=1).votes.sides == ("Şərq",)


def test_sides_that_differ_by_capitals_only_are_refused(tmp_path: Path) -> None:
    sides = tmp_path / "sides.csv"
    sides.write_text("participant,side\n0,North\n1,north\n")
    assert "differ by capitals" in refused(
        lambda: votes_in(a_folder(tmp_path / "talk"), sides=sides, agree=1)
    )


@pytest.mark.parametrize("name", ["votes.csv", "comments.csv"])
def test_what_a_first_line_declares_is_used(tmp_path: Path, name: str) -> None:
    line = "# vote-convention: agree=-1;disagree=+1;pass=0;format=polis-export/1\n"
    turned = VOTES.replace(",1\n", ",x\n").replace(",-1\n", ",1\n").replace(",x\n", ",-1\n")
    files = {"votes.csv": turned, "comments.csv": COMMENTS}
    folder = a_folder(tmp_path / "talk", **{**files, name: line + files[name]})
    reading = votes_in(folder)
    assert any(f"declared by {name}" in said for said in reading.assumptions)
    assert (
        reading.votes.counts.tolist()
        == votes_in(a_folder(tmp_path / "b"), agree=1).votes.counts.tolist()
    )


def test_a_ballot_without_a_vote_is_named(tmp_path: Path) -> None:
    folder = a_folder(
        tmp_path / "talk", **{"votes.csv": VOTES.split("\n")[0] + "\n", "comments.csv": HEADER}
    )
    assert "Nobody has voted" in refused(lambda: votes_in(folder))


def test_a_zip_archive_is_called_one(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("votes.csv", VOTES)
    assert "Unpack it" in refused(lambda: kind_of(path))

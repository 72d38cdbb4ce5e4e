import os
import time

import polis_exports as exports
import pytest

from visavis.opinion.problems import UnusableInputError
from visavis.opinion.read import votes_in

VOTES, MATRIX, COMMENTS = exports.votes_csv(), exports.matrix_csv(), exports.comments_csv()


def _refusal(folder):
    with pytest.raises(UnusableInputError) as refused:
        votes_in(folder)
    assert refused.value.advice
    assert refused.value.file is not None
    return refused.value


def _with_line(text, number, line):
    lines = text.split("\n")
    lines[number - 1] = line
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("participants_votes", MATRIX.replace(",-1", ",2", 1), 3, "is “2”"),
        ("participants_votes", MATRIX.replace(",-1", ",1.0", 1), 3, "is “1.0”"),
        ("participants_votes", MATRIX + MATRIX.splitlines()[2] + "\n", 7, "stands in line 3 already"),
        ("participants_votes", MATRIX + MATRIX, 7, "The header stands here a second time"),
        ("participants_votes", MATRIX.replace(",4\n", ",3\n", 1), 1, "column 3 twice"),
        ("participants_votes", MATRIX.replace(",4\n", ",03\n", 1), 1, "statement 3 has two columns"),
        ("participants_votes", MATRIX.replace("\n3,", "\n" + "9" * 30 + ",", 1), 5, "participant is"),
        ("participants_votes", MATRIX.replace("\n3,", "\n-3,", 1), 5, "participant is"),
        ("participants_votes", MATRIX.replace("\n3,", "\nthree,", 1), 5, "participant is"),
        ("participants_votes", MATRIX.replace("\n3,1,", "\n3,", 1), 5, "has 10 columns, the header has 11"),
        ("participants_votes", MATRIX.replace(",", ";"), 1, "separated by semicolons"),
        ("votes", VOTES.replace(",", "\t"), 1, "separated by tabs"),
        ("votes", _with_line(VOTES, 5, "1,x,0,2,2"), 5, "vote is “2”"),
        ("votes", _with_line(VOTES, 5, "1,x,0,2,"), 5, "vote is “”"),
        ("votes", _with_line(VOTES, 5, "soon,x,0,2,1"), 5, "timestamp is “soon”"),
        ("votes", _with_line(VOTES, 5, "1,x,-4,2,1"), 5, "comment-id is “-4”"),
        ("votes", _with_line(VOTES, 5, "1,x,0," + "1" * 40 + ",1"), 5, "voter-id is"),
        ("votes", _with_line(VOTES, 5, "1,x,0,2"), 5, "has 4 columns, the header has 5"),
        ("votes", _with_line(VOTES, 5, '1,"x,0,2,1'), 5, "no CSV"),
        ("votes", VOTES + VOTES, 15, "The header stands here a second time"),
        ("votes", VOTES.replace(",vote\n", ",opinion\n"), 1, "no column vote"),
        ("votes", VOTES.replace("1,1,1\n", "1,1\x00,1\n"), 7, "NUL"),
        ("comments", COMMENTS + COMMENTS.splitlines()[1] + "\n", 7, "statement 0 stands here a second time"),
        ("comments", COMMENTS.replace(",-1,", ",-2,"), 5, "moderated is -2"),
        ("comments", COMMENTS + '17,Tue,8,1,0,0,1,"never closed\n', 7, "no CSV"),
        ("comments", COMMENTS + "17,Tue,8,1,0,0,1,no end", 7, "cut off"),
        ("comments", COMMENTS.replace("comment-id,author-id", "author,comment"), 1, "no column comment-id"),
        ("summary", 'topic,"Never closed\nvoters,5\n', 1, "no CSV"),
        ("summary", "voters,5\nvoters,6\n", 2, "second time"),
    ],
)  # fmt: skip
def test_what_a_line_may_not_have_is_refused_with_its_file_and_line(
    tmp_path, name, text, line, words
):
    refused = _refusal(exports.whole_export(tmp_path / "talk", **{name: text}))
    assert words in str(refused)
    assert refused.file.name == name.replace("_", "-") + ".csv"
    assert line is None or refused.line == line


@pytest.mark.parametrize("name", ["votes", "participants_votes", "comments"])
def test_a_file_cut_off_at_any_byte_is_refused_or_loses_nothing(tmp_path, name):
    whole = {"votes": VOTES, "participants_votes": MATRIX, "comments": COMMENTS}[name].encode()
    expected = votes_in(exports.whole_export(tmp_path / "whole"))
    for length in range(len(whole)):
        folder = exports.whole_export(tmp_path / "cut", **{name: whole[:length]})
        try:
            reading = votes_in(folder)
        except UnusableInputError:
            continue
        assert exports.cells_of(reading.votes) == exports.cells_of(expected.votes), length
        lost = set(expected.texts) - set(reading.texts)
        assert all(reading.texts[each] == expected.texts[each] for each in reading.texts), length
        assert not lost or whole[:length].endswith((b"\n", b'"')), length


def test_a_matrix_alone_that_was_cut_between_lines_is_found_by_the_summary(tmp_path):
    cut = "".join(MATRIX.splitlines(keepends=True)[:4])
    refused = _refusal(exports.whole_export(tmp_path / "talk", participants_votes=cut, votes=None))
    assert "here are 3" in str(refused)


def test_a_log_alone_that_was_cut_between_lines_is_found_by_the_totals(tmp_path):
    cut = "".join(VOTES.splitlines(keepends=True)[:8])
    summary = exports.summary_csv(voters=3)
    refused = _refusal(
        exports.whole_export(tmp_path / "talk", participants_votes=None, votes=cut, summary=summary)
    )
    assert "comments.csv speaks of" in str(refused)


def test_exchanged_columns_of_a_log_are_found_by_the_statements_and_by_the_matrix(tmp_path):
    turned = VOTES.replace("comment-id,voter-id", "voter-id,comment-id")
    refused = _refusal(exports.whole_export(tmp_path / "talk", votes=turned))
    assert "do not belong together" in str(refused)
    many = [(at, what, who + 100, vote) for at, what, who, vote in exports.EVENTS]
    turned = exports.votes_csv(many).replace("comment-id,voter-id", "voter-id,comment-id")
    folder = exports.whole_export(tmp_path / "alone", votes=turned, participants_votes=None)
    assert "columns comment-id and voter-id exchanged" in str(_refusal(folder))


def test_exchanged_columns_of_a_matrix_are_refused(tmp_path):
    for first, second in (("participant", "group-id"), ("n-comments", "n-votes")):
        turned = MATRIX.replace(first, "?").replace(second, first).replace("?", second)
        _refusal(exports.whole_export(tmp_path / "talk", participants_votes=turned))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1"])
def test_other_encodings_are_refused_by_name_or_place(tmp_path, encoding):
    text = COMMENTS.replace("quinces", "pâquerettes").encode(encoding)
    refused = _refusal(exports.whole_export(tmp_path / "talk", comments=text))
    assert "UTF-8" in str(refused)
    assert refused.line == (3 if encoding == "latin-1" else 1)


def test_the_mark_before_utf_8_and_line_ends_of_windows_are_fine(tmp_path):
    texts = {"votes": VOTES, "participants_votes": MATRIX, "comments": COMMENTS}
    folder = exports.whole_export(
        tmp_path / "talk",
        **{
            name: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
            for name, text in texts.items()
        },
    )
    assert exports.cells_of(votes_in(folder).votes) == exports.LAST


@pytest.mark.parametrize("name", ["votes", "participants_votes", "comments", "summary"])
@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused_as_empty(tmp_path, name, content):
    assert "empty" in str(_refusal(exports.whole_export(tmp_path / "talk", **{name: content})))


@pytest.mark.parametrize("name", ["votes", "participants_votes", "comments", "summary", "format"])
@pytest.mark.parametrize("behind", ["nothing", "a header"])
def test_two_hundred_megabytes_of_junk_are_refused_at_once(tmp_path, name, behind):
    heads = {
        "votes": VOTES,
        "participants_votes": MATRIX,
        "comments": COMMENTS,
        "summary": "topic,x\n",
    }
    head = heads.get(name, "").splitlines(keepends=True)[:1] if behind == "a header" else []
    folder = exports.whole_export(tmp_path / "talk", **{name: "".join(head).encode()})
    path = folder / ("format.json" if name == "format" else name.replace("_", "-") + ".csv")
    with path.open("ab") as file:
        file.write(b"junk " * 100_000)
        file.truncate(200_000_000)
    started = time.process_time()
    _refusal(folder)
    assert time.process_time() - started < 5


def test_a_folder_without_the_files_says_which_it_should_have(tmp_path):
    assert "votes.csv" in str(_refusal(tmp_path))
    with pytest.raises(UnusableInputError, match="cannot be opened"):
        votes_in(tmp_path / "nowhere")


def test_one_file_of_an_export_asks_for_its_folder(tmp_path):
    with pytest.raises(UnusableInputError, match="Give the folder"):
        votes_in(exports.whole_export(tmp_path / "talk") / "votes.csv")


def test_links_in_a_loop_pipes_and_folders_in_place_of_files_are_refused(tmp_path):
    folder = exports.whole_export(tmp_path / "talk", votes=None)
    (folder / "votes.csv").symlink_to(folder / "votes.csv")
    assert "cannot be opened" in str(_refusal(folder))
    (folder / "votes.csv").unlink()
    os.mkfifo(folder / "votes.csv")
    assert "no ordinary file" in str(_refusal(folder))
    (folder / "votes.csv").unlink()
    (folder / "votes.csv").mkdir()
    assert "no ordinary file" in str(_refusal(folder))
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(UnusableInputError, match="cannot be opened"):
        votes_in(loop)


def test_two_matrices_or_two_ballots_in_one_folder_are_refused(tmp_path):
    assert "two matrices" in str(
        _refusal(exports.whole_export(tmp_path / "a", participant_votes=MATRIX))
    )
    folder = exports.write(tmp_path / "b", spring_votes=VOTES, autumn_votes=VOTES)
    assert "several files votes.csv" in str(_refusal(folder))


def test_format_json_that_is_none_is_refused(tmp_path):
    for text in ("{", "[]", "[" * 5000, '{"format": "polis-export/9"}', '{"vote": {"agree": 1}}'):
        assert "format.json" in str(_refusal(exports.whole_export(tmp_path / "talk", format=text)))

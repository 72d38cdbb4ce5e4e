import json

import polis_exports as exports
import pytest

from visavis.opinion.problems import UnusableInputError
from visavis.opinion.read import votes_in


def test_an_old_export_is_read_with_last_votes_groups_texts_and_rejected_statements(tmp_path):
    reading = votes_in(exports.whole_export(tmp_path / "talk"))
    assert exports.cells_of(reading.votes) == exports.LAST
    assert reading.votes.participants.tolist() == [0, 1, 2, 3, 4]
    assert reading.rejected.tolist() == [False, False, False, True, False]
    assert reading.polis_groups.tolist() == [-1, 0, 0, 1, 1]
    assert reading.texts == {number: text for number, _, _, text in exports.STATEMENTS}
    assert any("say the same of all 12 votes" in sentence for sentence in reading.assumptions)


def test_a_log_alone_counts_the_last_vote_by_time_not_by_line(tmp_path):
    reading = votes_in(exports.whole_export(tmp_path / "talk", participants_votes=None))
    assert exports.cells_of(reading.votes) == exports.LAST
    assert reading.polis_groups is None


def test_of_two_votes_at_one_time_the_later_line_counts(tmp_path):
    events = [*exports.EVENTS, (1_700_000_020_000, 0, 2, -1)]
    folder = exports.whole_export(
        tmp_path / "talk", votes=exports.votes_csv(events), participants_votes=None
    )
    assert exports.cells_of(votes_in(folder).votes)[2, 0] == -1


def test_seconds_and_milliseconds_are_told_apart(tmp_path):
    events = [(at // 1000, what, who, vote) for at, what, who, vote in exports.EVENTS]
    later = (1_700_000_030_500, 1, 1, -1)
    folder = exports.whole_export(
        tmp_path / "talk", votes=exports.votes_csv([later, *events]), participants_votes=None
    )
    assert exports.cells_of(votes_in(folder).votes) == {**exports.LAST, (1, 1): -1}


def test_the_newer_form_of_comments_without_datetime_is_read(tmp_path):
    reading = votes_in(
        exports.whole_export(tmp_path / "talk", comments=exports.comments_with_flags_csv())
    )
    assert reading.texts[2] == 'The path should be called "Linden Walk".'
    assert any("is-meta" in sentence for sentence in reading.assumptions)


def test_bodies_without_quotes_keep_their_commas_and_quotes(tmp_path):
    folder = exports.whole_export(tmp_path / "talk", comments=exports.comments_without_quotes_csv())
    reading = votes_in(folder)
    assert reading.texts == {number: text for number, _, _, text in exports.STATEMENTS}
    assert any("agrees and disagrees are exchanged" in sentence for sentence in reading.assumptions)
    assert exports.cells_of(reading.votes) == exports.LAST


def test_bodies_without_quotes_keep_their_line_ends(tmp_path):
    text = exports.comments_without_quotes_csv().replace(
        "Buy a tractor.", 'Buy a tractor,\nor two,\n"old" ones.'
    )
    reading = votes_in(exports.whole_export(tmp_path / "talk", comments=text))
    assert reading.texts[3] == 'Buy a tractor,\nor two,\n"old" ones.'
    assert reading.texts[4] == "Leave the meadow as it is."


def test_a_quoted_body_keeps_its_line_ends(tmp_path):
    text = exports.comments_csv(
        [(*exports.STATEMENTS[0][:3], "One\ntwo, three"), *exports.STATEMENTS[1:]]
    )
    assert (
        votes_in(exports.whole_export(tmp_path / "talk", comments=text)).texts[0]
        == "One\ntwo, three"
    )


def test_a_report_export_is_read_under_its_own_names_and_with_the_talks_name_before_them(tmp_path):
    folder = tmp_path / "talk"
    folder.mkdir()
    for name, text in (
        ("votes", exports.votes_csv()),
        ("participant-votes", exports.matrix_csv()),
        ("comments", exports.comments_csv()),
        ("summary", exports.summary_csv(exports.DECLARATION)),
    ):
        (folder / f"2024-lindenau-{name}.csv").write_text(text)
    reading = votes_in(folder)
    assert exports.cells_of(reading.votes) == exports.LAST
    assert reading.polis_groups.tolist() == [-1, 0, 0, 1, 1]


def test_words_come_from_comment_groups_where_there_are_no_comments(tmp_path):
    groups = exports.csv_text(
        [("comment-id", "comment", "total-votes"), (0, "The garden, at dawn", 4)]
    )
    folder = exports.write(
        tmp_path / "talk",
        participant_votes=exports.matrix_csv(),
        comment_groups=groups,
        summary=exports.summary_csv(exports.DECLARATION),
    )
    reading = votes_in(folder)
    assert reading.texts == {0: "The garden, at dawn"}
    assert any(
        "which statements were rejected is not known" in each for each in reading.assumptions
    )


def test_a_declaration_in_either_file_is_enough_without_authors(tmp_path):
    declared = {
        "vote-convention": exports.DECLARATION,
        "vote": {"agree": 1, "disagree": -1, "pass": 0},
    }
    by_format = exports.write(
        tmp_path / "a", votes=exports.votes_csv(), format=json.dumps(declared)
    )
    by_summary = exports.write(
        tmp_path / "b",
        votes=exports.votes_csv(),
        summary=exports.summary_csv(exports.DECLARATION, voters=5),
    )
    assert exports.cells_of(votes_in(by_format).votes) == exports.cells_of(
        votes_in(by_summary).votes
    )
    bare = exports.write(tmp_path / "c", votes=exports.votes_csv())
    with pytest.raises(UnusableInputError, match="--agree"):
        votes_in(bare)


def test_statements_without_votes_are_kept_and_ids_missing_from_the_matrix_are_no_hole(tmp_path):
    statements = [*exports.STATEMENTS, (9, 1, 1, "Nobody has seen this.")]
    folder = exports.whole_export(
        tmp_path / "talk",
        comments=exports.comments_csv(statements),
        participants_votes=exports.matrix_csv(people=[4, 2, 3, 1, 0]),
    )
    reading = votes_in(folder)
    assert reading.votes.statements.tolist() == [0, 1, 2, 3, 4, 9]
    assert reading.votes.counts[5].tolist() == [0, 0, 0]
    assert reading.polis_groups.tolist() == [-1, 0, 0, 1, 1]
    assert any("1 statements have no vote" in sentence for sentence in reading.assumptions)


def test_columns_are_found_by_name_in_any_order_and_in_quotes(tmp_path):
    rows = [line.split(",") for line in exports.matrix_csv().splitlines()]
    moved = "\n".join(",".join(f'"{cell}"' for cell in [*row[6:], *row[:6]]) for row in rows) + "\n"
    events = [line.split(",") for line in exports.votes_csv().splitlines()]
    turned = "\r\n".join(",".join(f'"{cell}"' for cell in reversed(row)) for row in events) + "\r\n"
    folder = exports.whole_export(tmp_path / "talk", participants_votes=moved, votes=turned)
    reading = votes_in(folder)
    assert exports.cells_of(reading.votes) == exports.LAST
    assert reading.polis_groups.tolist() == [-1, 0, 0, 1, 1]


def test_the_name_in_another_system_is_nowhere_in_what_is_read_or_said(tmp_path):
    xid = dict.fromkeys(range(5), "secret-name, with comma")
    text = exports.matrix_csv(xid=xid)
    reading = votes_in(exports.whole_export(tmp_path / "talk", participants_votes=text))
    assert exports.cells_of(reading.votes) == exports.LAST
    assert "secret" not in repr(reading) + repr(vars(reading.votes))
    wrong = exports.whole_export(tmp_path / "wrong", participants_votes=text.replace(",-1", ",2"))
    with pytest.raises(UnusableInputError) as refused:
        votes_in(wrong)
    assert "secret" not in str(refused.value)


def test_where_log_and_matrix_differ_the_matrix_counts_and_the_differences_are_counted(tmp_path):
    events = [*exports.EVENTS, *((1_800_000_000_000, 100, who, 1) for who in range(100, 220))]
    last = {**exports.LAST, **{(who, 100): 1 for who in range(100, 219)}, (100, 100): -1}
    people = [*range(5), *range(100, 219)]
    statements = [*exports.STATEMENTS, (100, 1, 1, "Plant limes.")]
    text = exports.comments_csv(statements).replace(",100,1,0,0,1,", ",100,1,120,0,1,")
    folder = exports.whole_export(
        tmp_path / "talk",
        votes=exports.votes_csv(events),
        participants_votes=exports.matrix_csv(last, people=people, statements=[0, 1, 2, 3, 4, 100]),
        comments=text,
        summary=exports.summary_csv(voters=124),
    )
    reading = votes_in(folder)
    assert exports.cells_of(reading.votes) == last
    assert any(
        "1 differ from votes.csv and 0 are not there; 1 votes" in each
        for each in reading.assumptions
    )

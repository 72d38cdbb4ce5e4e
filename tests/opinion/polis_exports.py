"""Small exports of Polis in every form that it ever had, written for tests."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from visavis.opinion.votes import KINDS, Votes

DECLARATION = "agree=+1;disagree=-1;pass=0;format=polis-export/1"

# The statements of the garden of Lindenau: id, author, moderated, text. Author 0 opened the ballot.
STATEMENTS = (
    (0, 0, 1, "The garden opens at dawn."),
    (1, 1, 1, "Plant pears, apples and quinces."),
    (2, 2, 1, 'The path should be called "Linden Walk".'),
    (3, 3, -1, "Buy a tractor."),
    (4, 4, 0, "Leave the meadow as it is."),
)
# timestamp, statement, participant, vote, in the order of the file; the fourth changes the third.
EVENTS = (
    (1_700_000_000_000, 0, 0, 0),
    (1_700_000_001_000, 0, 1, 1),
    (1_700_000_009_000, 0, 2, -1),
    (1_700_000_020_000, 0, 2, 1),
    (1_700_000_002_000, 0, 4, 1),
    (1_700_000_010_000, 1, 1, 1),
    (1_700_000_011_000, 1, 2, -1),
    (1_700_000_012_000, 1, 3, -1),
    (1_700_000_013_000, 2, 2, 1),
    (1_700_000_014_000, 2, 1, 0),
    (1_700_000_015_000, 3, 3, 1),
    (1_700_000_016_000, 4, 4, 1),
    (1_700_000_017_000, 4, 1, -1),
)
LAST = {
    (0, 0): 0, (1, 0): 1, (2, 0): 1, (4, 0): 1, (1, 1): 1, (2, 1): -1, (3, 1): -1, (2, 2): 1,
    (1, 2): 0, (3, 3): 1, (4, 4): 1, (1, 4): -1,
}  # fmt: skip
GROUPS = {0: "", 1: "0", 2: "0", 3: "1", 4: "1"}


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def votes_csv(events: Iterable[tuple[int, int, int, int]] = EVENTS, sign: int = 1) -> str:
    rows = [
        (at, "Tue Nov 14 22:13:20 WIB 2023", what, who, sign * vote)
        for at, what, who, vote in events
    ]
    return csv_text([("timestamp", "datetime", "comment-id", "voter-id", "vote"), *rows])


def matrix_csv(
    cells: Mapping[tuple[int, int], int] = LAST,
    *,
    sign: int = 1,
    count_sign: int | None = None,
    xid: Mapping[int, str] | None = None,
    people: Iterable[int] = GROUPS,
    statements: Sequence[int] = tuple(row[0] for row in STATEMENTS),
    groups: Mapping[int, str] = GROUPS,
) -> str:
    count_sign = sign if count_sign is None else count_sign
    xid_name = ("xid",) if xid else ()
    head = (
        "participant",
        *xid_name,
        "group-id",
        "n-comments",
        "n-votes",
        "n-agree",
        "n-disagree",
        *statements,
    )
    rows: list[Sequence[object]] = [head]
    for person in people:
        mine = [cells.get((person, statement)) for statement in statements]
        said = [count_sign * vote for vote in mine if vote is not None]
        rows.append(
            (
                person,
                *((xid[person],) if xid else ()),
                groups.get(person, ""),
                0,
                len(said),
                said.count(1),
                said.count(-1),
                *("" if vote is None else sign * vote for vote in mine),
            )
        )
    return csv_text(rows)


def totals(statement: int) -> tuple[int, int]:
    """Agrees and disagrees as Polis counts them: every event."""
    votes = [vote for _, what, _, vote in EVENTS if what == statement]
    return votes.count(1), votes.count(-1)


def comments_csv(statements: Iterable[tuple[int, int, int, str]] = STATEMENTS) -> str:
    head = (
        "timestamp",
        "datetime",
        "comment-id",
        "author-id",
        "agrees",
        "disagrees",
        "moderated",
        "comment-body",
    )
    rows = [
        (1_699_999_999_000 + number, "Tue Nov 14", number, author, *totals(number), moderated, text)
        for number, author, moderated, text in statements
    ]
    return csv_text([head, *rows])


def comments_with_flags_csv() -> str:
    head = (
        "timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated", "is-meta", "is-seed",
        "group-informed-consensus", "comment-body",
    )  # fmt: skip
    rows = [
        (1_699_999_999_000 + number, number, author, *totals(number), moderated, str(number == 4).lower(),
         "false", 0.5, text)
        for number, author, moderated, text in STATEMENTS
    ]  # fmt: skip
    return csv_text([head, *rows])


def comments_without_quotes_csv() -> str:
    """As report exports of 2024: bodies as they are, agrees and disagrees exchanged."""
    lines = ["timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body"]
    for number, author, moderated, text in STATEMENTS:
        agrees, disagrees = totals(number)
        lines.append(
            f"{1_699_999_999_000 + number},Tue Nov 14,{number},{author},"
            f"{disagrees},{agrees},{moderated},{text}"
        )
    return "\n".join(lines) + "\n"


def summary_csv(declaration: str | None = None, voters: int = 5) -> str:
    rows = [
        ("topic", "The garden of Lindenau"),
        ("voters", voters),
        ("conversation-description", 'A garden,\n"ours",\n\nfor all.\n'),
    ]
    return csv_text([*rows, *([("vote-convention", declaration)] if declaration else [])])


def write(folder: Path, **texts: str | bytes | None) -> Path:
    """Write files, named by what stands before `.csv`, with `_` for `-`."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, text in texts.items():
        path = folder / ("format.json" if name == "format" else name.replace("_", "-") + ".csv")
        if isinstance(text, bytes):
            path.write_bytes(text)
        elif text is not None:
            path.write_text(text, encoding="utf-8")
    return folder


def whole_export(folder: Path, **instead: str | bytes | None) -> Path:
    """Write a complete export of the old form, with other texts for some of its files."""
    texts: dict[str, str | bytes | None] = {
        "votes": votes_csv(),
        "participants_votes": matrix_csv(),
        "comments": comments_csv(),
        "summary": summary_csv(),
    }
    return write(folder, **{**texts, **instead})


def cells_of(votes: Votes) -> dict[tuple[object, object], int]:
    """The votes by (participant, statement)."""
    who = np.repeat(votes.participants, votes.n_votes_of).tolist()
    what = votes.statements[votes.codes // KINDS].tolist()
    return dict(zip(zip(who, what, strict=True), (votes.codes % KINDS - 1).tolist(), strict=True))

"""The matrix of a real conversation as Polis exported it, read with the standard library alone."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visavis.opinion.votes import Votes


@dataclass(frozen=True, eq=False)
class Exported:
    votes: Votes
    rejected: np.ndarray
    group: np.ndarray
    """Polis' own group of each participant, −1 for none."""


def exported(folder: Path) -> Exported:
    rows = _rows(folder / "participants-votes.csv")
    head, people = rows[0], rows[1:]
    group_at, first = head.index("group-id"), head.index("n-disagree") + 1
    statements = [int(name) for name in head[first:]]
    cast = [
        (int(row[0]), statement, int(cell))
        for row in people
        for statement, cell in zip(statements, row[first:], strict=True)
        if cell
    ]
    who, what, said = np.array(cast).T
    ids = np.array([int(row[0]) for row in people])
    votes = Votes.from_arrays(who, what, said, participants=ids, statements=statements)
    group = np.array([int(row[group_at] or -1) for row in people])
    return Exported(votes, _rejected(folder, votes), group[np.argsort(ids)])


def _rejected(folder: Path, votes: Votes) -> np.ndarray:
    head, *comments = _rows(folder / "comments.csv")
    id_at, moderated_at = head.index("comment-id"), head.index("moderated")
    found = {int(row[id_at]) for row in comments if row[moderated_at] == "-1"}
    return np.isin(votes.statements, sorted(found))


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))

"""What one file of a Polis export says of another: do they belong together, is one of them cut off?

Each check returns sentences for `Reading.assumptions`, or refuses. Small differences are usual (the files
are made one after the other while people go on voting) and are said; large ones mean that the files are
of different ballots, that one lost a part, or that columns were exchanged.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from visavis.opinion.problems import UnusableInputError
from visavis.opinion.votes import KINDS, Votes

from .polis_comments import Statement
from .polis_matrix import Matrix

Numbers = npt.NDArray[np.int64]

LEAST_SHARE = 0.9
"""Of what one file says, at least this much must be in the other."""
LEAST_SHARE_OF_TOTALS = 0.75
"""The same for a matrix beside the totals of `comments.csv`, which count a changed vote twice."""
_TOGETHER = "Get all files again, at one time, and change nothing in them."


@dataclass(frozen=True)
class Comparison:
    """The last votes of the log beside the cells of the matrix, for the statements of the matrix."""

    n_same: int
    n_opposite: int
    n_different: int
    n_only_in_log: int
    n_only_in_matrix: int
    n_same_and_no_pass: int

    @property
    def is_opposite(self) -> bool:
        """Whether one of the two has the other sign: nearly every vote that is no pass is negated."""
        n_votes = self.n_opposite + self.n_same_and_no_pass
        return n_votes > 0 and self.n_opposite >= LEAST_SHARE * n_votes


def compared(log: Votes, matrix: Votes) -> Comparison:
    """Return how the last votes of a log stand to the cells of a matrix; linear but for one sort."""
    people = np.union1d(log.participants, matrix.participants)
    subjects = np.union1d(log.statements, matrix.statements)
    where = [_keys(votes, people, subjects) for votes in (log, matrix)]
    in_matrix = np.isin(subjects[where[0] % max(len(subjects), 1)], matrix.statements)
    keys_of_log, said_in_log = where[0][in_matrix], said(log)[in_matrix]
    _, of_log, of_matrix = np.intersect1d(
        keys_of_log, where[1], assume_unique=True, return_indices=True
    )
    first, second = said_in_log[of_log], said(matrix)[of_matrix]
    same = first == second
    opposite = (first == -second) & (first != 0)
    return Comparison(
        n_same=int(same.sum()),
        n_opposite=int(opposite.sum()),
        n_different=int((~same).sum()),
        n_only_in_log=len(keys_of_log) - len(of_log),
        n_only_in_matrix=len(where[1]) - len(of_matrix),
        n_same_and_no_pass=int((same & (first != 0)).sum()),
    )


def log_and_matrix(found: Comparison, folder: Path) -> list[str]:
    """Say how many cells differ; refuse files that do not belong together."""
    n_both = found.n_same + found.n_different
    for n_bad, n_all, what in (
        (found.n_different, n_both, "votes that are in both files differ"),
        (
            found.n_only_in_log,
            n_both + found.n_only_in_log,
            "votes of votes.csv are not in the matrix",
        ),
        (
            found.n_only_in_matrix,
            n_both + found.n_only_in_matrix,
            "votes of the matrix are not in votes.csv",
        ),
    ):
        if n_bad > (1 - LEAST_SHARE) * n_all:
            raise UnusableInputError(
                f"votes.csv and the matrix do not belong together: {n_bad:,} of {n_all:,} {what}.",
                advice="Is one of them cut off, or of another ballot, or were its columns exchanged? "
                + _TOGETHER,
                file=folder,
            )
    if not (found.n_different or found.n_only_in_log or found.n_only_in_matrix):
        return [f"votes.csv and the matrix say the same of all {n_both:,} votes."]
    return [
        (
            "The matrix was read, since Polis made its groups of it. Of its votes "
            f"{found.n_different:,} differ from votes.csv and {found.n_only_in_matrix:,} are not there; "
            f"{found.n_only_in_log:,} votes of "
            "votes.csv are not in the matrix and were left out."
        )
    ]


def known_statements(log: Votes, known: Iterable[int], path: Path) -> list[str]:
    """Say how many votes are on statements that no other file knows; refuse if they are many."""
    strange = ~np.isin(log.statements, np.fromiter(known, np.int64))
    n_strange = int(log.counts[strange].sum())
    if n_strange > (1 - LEAST_SHARE) * log.n_votes:
        raise UnusableInputError(
            f"{n_strange:,} of {log.n_votes:,} votes are on statements that comments.csv does not have.",
            advice="Were the columns comment-id and voter-id exchanged, or is comments.csv cut off or of "
            "another ballot? " + _TOGETHER,
            file=path,
        )
    return (
        [f"{n_strange:,} votes of votes.csv are on statements that comments.csv does not have."]
        if n_strange
        else []
    )


def counts_of_rows(matrix: Matrix, votes: Votes, *, sign_is_sure: bool, path: Path) -> list[str]:
    """Say where `n-votes`, `n-agree`, `n-disagree` are not what the cells are; ``votes`` has its sign."""
    order = np.argsort(matrix.participants, kind="stable")
    counted = matrix.counted[order]
    has_counts = (counted >= 0).all(axis=1)
    table = _table_of_people(votes)
    disagree, agree = table[has_counts, 0], table[has_counts, 2]
    n_votes, n_agree, n_disagree = counted[has_counts].T
    wrong = int((n_votes != votes.n_votes_of[has_counts]).sum())
    if wrong > len(n_votes) // 2:
        raise UnusableInputError(
            f"In {wrong:,} of {len(n_votes):,} lines n-votes is not the number of votes.",
            advice="Were columns moved or exchanged? " + _TOGETHER,
            file=path,
        )
    sentences = (
        [
            f"In {wrong:,} lines of the matrix n-votes is not the number of votes; they were counted anew."
        ]
        if wrong
        else []
    )
    telling = agree != disagree
    n_right = int((telling & (n_agree == agree) & (n_disagree == disagree)).sum())
    n_exchanged = int((telling & (n_agree == disagree) & (n_disagree == agree)).sum())
    if n_exchanged > n_right:
        if not sign_is_sure:
            raise UnusableInputError(
                f"In {n_exchanged:,} lines n-agree is the number of votes that mean disagree.",
                advice="Either the sign is not what was declared, or these two columns were exchanged. "
                + _TOGETHER,
                file=path,
            )
        sentences.append(
            f"n-agree and n-disagree are exchanged in {n_exchanged:,} lines of the matrix; its cells and the "
            "authors' votes say so. They were counted anew."
        )
    return sentences


def totals_reached(
    statements: Iterable[Statement], cast: Votes, *, is_log: bool, path: Path
) -> None:
    """Refuse a file with fewer votes than comments.csv speaks of, whichever sign it has.

    ``cast`` has every vote, also those that were changed later, where the log is there. Polis counts
    them all, so a log gives its totals exactly and a matrix somewhat less.
    """
    agrees, disagrees, counted = _totals(statements, cast)
    n_counted, n_said = int(counted.sum()), int(agrees.sum() + disagrees.sum())
    if n_counted < (LEAST_SHARE if is_log else LEAST_SHARE_OF_TOTALS) * n_said:
        raise UnusableInputError(
            f"comments.csv speaks of {n_said:,} votes, here are {n_counted:,}.",
            advice="Is the file cut off, or of another ballot? " + _TOGETHER,
            file=path,
        )


def totals_of_statements(statements: Iterable[Statement], cast: Votes) -> list[str]:
    """Say where `agrees` and `disagrees` of comments.csv are not what was counted; ``cast`` has its sign."""
    agrees, disagrees, counted = _totals(statements, cast)
    straight = np.abs(counted[:, 1] - agrees) + np.abs(counted[:, 0] - disagrees)
    crossed = np.abs(counted[:, 0] - agrees) + np.abs(counted[:, 1] - disagrees)
    if crossed.sum() < straight.sum():
        return [
            (
                "agrees and disagrees are exchanged in comments.csv, as in report exports of 2024; they were "
                "counted anew."
            )
        ]
    n_other = int((straight > 0).sum())
    if not n_other:
        return []
    return [
        (
            f"{n_other:,} statements have other totals in comments.csv, where a vote that was changed counts "
            "twice; they were counted anew."
        )
    ]


def voters_of_summary(summary: dict[str, str], n_participants: int, path: Path) -> list[str]:
    """Say it if the summary speaks of other numbers of people; refuse a file that lost many of them."""
    value = summary.get("voters", "")
    if not (value.isdecimal() and value.isascii() and len(value) < 10):
        return []
    n_voters = int(value)
    if n_participants < LEAST_SHARE * n_voters:
        raise UnusableInputError(
            f"summary.csv speaks of {n_voters:,} voters, here are {n_participants:,}.",
            advice="Is the file cut off, or of another ballot? " + _TOGETHER,
            file=path,
        )
    if n_participants == n_voters:
        return []
    return [f"summary.csv speaks of {n_voters:,} voters; there are {n_participants:,}."]


def _totals(statements: Iterable[Statement], cast: Votes) -> tuple[Numbers, Numbers, Numbers]:
    """Return `agrees`, `disagrees`, and the counted disagree and agree beside them, shape (n, 2)."""
    place = {each: at for at, each in enumerate(cast.statements.tolist())}
    rows = [
        (each.agrees, each.disagrees, place[each.id])
        for each in statements
        if each.agrees is not None and each.disagrees is not None and each.id in place
    ]
    agrees, disagrees, at = np.array(rows, np.int64).reshape(-1, 3).T
    return agrees, disagrees, cast.counts[at][:, [0, 2]]


def said(votes: Votes) -> npt.NDArray[np.int32]:
    """Return 1, 0 or -1 for each vote, in the order of ``votes.codes``."""
    return votes.codes % KINDS - 1


def turned(votes: Votes) -> Votes:
    """Return the votes with agree and disagree exchanged."""
    return replace(votes, codes=votes.codes + 2 - 2 * (votes.codes % KINDS))


def _keys(
    votes: Votes, people: npt.NDArray[np.int64], subjects: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    who = np.repeat(np.searchsorted(people, votes.participants), votes.n_votes_of)
    what = np.searchsorted(subjects, votes.statements)[votes.codes // KINDS]
    return who * len(subjects) + what


def _table_of_people(votes: Votes) -> npt.NDArray[np.int64]:
    """Return disagree, pass and agree of each participant; shape (n_participants, 3)."""
    who = np.repeat(np.arange(votes.n_participants), votes.n_votes_of)
    flat = np.bincount(who * KINDS + votes.codes % KINDS, minlength=KINDS * votes.n_participants)
    return flat.reshape(-1, KINDS)

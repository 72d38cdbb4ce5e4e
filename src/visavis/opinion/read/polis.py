"""A folder exported from Polis, of any of its generations, as votes.

What is true where the files differ: the matrix, where there is one, since Polis computed its groups from
it; else the last vote of each person on each statement in `votes.csv`. The other file is held against
it. What the votes mean is `polis_sign`; what is said and what is refused, `polis_checks`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from visavis.opinion.problems import UnusableInputError
from visavis.opinion.reading import Reading
from visavis.opinion.votes import KINDS, Votes

from . import polis_checks, polis_declaration, polis_sign
from .polis_comments import REJECTED, Statement, statements_in, texts_of_groups_file
from .polis_folder import Export, export_in
from .polis_matrix import NO_GROUP, Matrix, matrix_in
from .polis_votes import Events, events_in

Numbers = npt.NDArray[np.int64]
Kinds = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class _Log:
    """The log as three sets of votes: each pair's first, each pair's last, and every one that was cast."""

    first: Votes
    last: Votes
    cast: Votes


def polis_reading(
    folder: Path,
    *,
    agree: Literal[1, -1] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Reading:
    """Return the votes of an export, whole, with agree = 1.

    Parameters
    ----------
    folder : Path
    agree : 1 or -1, optional
        What means agree in the files, for exports that neither declare it nor show it.
    progress : callable, optional
        Called with the share that is done, from 0 to 1.

    Raises
    ------
    UnusableInputError
        If a file cannot be read, is cut off or contradicts another, or if nothing says what means agree.
    """
    report = progress or _nothing
    export = export_in(folder)
    statements = statements_in(export.comments) if export.comments else ()
    report(0.1)
    events = events_in(export.votes) if export.votes else None
    report(0.5)
    matrix = matrix_in(export.matrix) if export.matrix else None
    report(0.9)
    reading = _reading(export, statements, events, matrix, agree)
    report(1.0)
    return reading


def _reading(
    export: Export,
    statements: tuple[Statement, ...],
    events: Events | None,
    matrix: Matrix | None,
    agree: Literal[1, -1] | None,
) -> Reading:
    ids = [statement.id for statement in statements]
    said: list[str] = []
    log = _log(events, ids) if events is not None else None
    cells = _votes_of_matrix(matrix, ids) if matrix is not None else None
    declared = _declared(export, agree)
    if log and export.votes and statements:
        known = [*ids, *(matrix.statements.tolist() if matrix else [])]
        said += polis_checks.known_statements(log.last, known, export.votes)
    if log and cells:
        comparison = polis_checks.compared(log.last, cells)
        if comparison.is_opposite:
            _check_that_nothing_is_declared(declared, export)
            log = _Log(*(polis_checks.turned(each) for each in (log.first, log.last, log.cast)))
            comparison = polis_checks.compared(log.last, cells)
            said.append(
                "votes.csv has the opposite sign of the matrix; what follows is of the matrix."
            )
        said += polis_checks.log_and_matrix(comparison, export.folder)

    votes = cells or _last(log)
    cast = log.cast if log else votes
    file_of_votes = export.matrix or export.votes or export.folder
    if not votes.counts.sum():
        raise UnusableInputError(
            "Nobody has voted.",
            advice="Export the ballot again once there are votes.",
            file=file_of_votes,
        )
    if export.summary:
        summary = polis_declaration.summary_in(export.summary)
        said += polis_checks.voters_of_summary(summary, votes.n_participants, file_of_votes)
    counted_file = export.votes or file_of_votes
    polis_checks.totals_reached(statements, cast, is_log=bool(log), path=counted_file)
    source = log.first if log else votes
    evidence = polis_sign.evidence_of_authors(statements, _own_votes(source, statements))
    why_not = polis_sign.why_not_decided(declared=declared.values(), evidence=evidence)
    if why_not:
        raise UnusableInputError(why_not, advice=_advice_on_sign(declared), file=export.folder)
    sign = next(iter(declared.values()), None) or evidence.agree
    said.append(_sentence_on_sign(sign, declared, evidence))
    if sign == -1:
        votes, cast = polis_checks.turned(votes), polis_checks.turned(cast)

    if matrix and export.matrix:
        sure = evidence.agree is not None
        said += polis_checks.counts_of_rows(matrix, votes, sign_is_sure=sure, path=export.matrix)
    said += polis_checks.totals_of_statements(statements, cast)
    texts = _texts(export, statements)
    said += _what_else(export, statements, votes, texts)
    rejected = {statement.id for statement in statements if statement.moderated == REJECTED}
    return Reading(
        votes=votes,
        rejected=np.array([each in rejected for each in votes.statements.tolist()], np.bool_),
        texts=texts,
        polis_groups=_groups(matrix) if matrix is not None else None,
        assumptions=tuple(said),
    )


def _log(events: Events, statements: Iterable[int]) -> _Log:
    people = np.unique(events.participant)
    subjects = np.union1d(events.statement, np.fromiter(statements, np.int64))

    def votes(who: Numbers, what: Numbers, vote: Kinds) -> Votes:
        return Votes.from_arrays(who, what, vote, participants=people, statements=subjects)

    backwards = slice(None, None, -1)
    n_events = np.arange(len(events.vote))
    return _Log(
        first=votes(
            events.participant[backwards], events.statement[backwards], events.vote[backwards]
        ),
        last=votes(events.participant, events.statement, events.vote),
        # Every event as a participant of its own, so that none supersedes another.
        cast=Votes.from_arrays(
            n_events, events.statement, events.vote, participants=n_events, statements=subjects
        ),
    )


def _last(log: _Log | None) -> Votes:
    if log is None:
        raise ValueError("an export has votes or a matrix")
    return log.last


def _votes_of_matrix(matrix: Matrix, statements: Iterable[int]) -> Votes:
    return Votes.from_arrays(
        matrix.participants[matrix.row],
        matrix.statements[matrix.column],
        matrix.vote,
        participants=matrix.participants,
        statements=np.union1d(matrix.statements, np.fromiter(statements, np.int64)),
    )


def _groups(matrix: Matrix) -> Numbers | None:
    if (matrix.groups == NO_GROUP).all():
        return None
    return matrix.groups[np.argsort(matrix.participants, kind="stable")]


def _own_votes(votes: Votes, statements: Iterable[Statement]) -> dict[tuple[int, int], int]:
    """Return what authors gave their own statements, by (participant, statement)."""
    person = {each: place for place, each in enumerate(votes.participants.tolist())}
    subject = {each: place for place, each in enumerate(votes.statements.tolist())}
    found = {}
    for statement in statements:
        who, what = person.get(statement.author), subject.get(statement.id)
        if who is None or what is None:
            continue
        codes = votes.codes[votes.starts[who] : votes.starts[who + 1]]
        place = int(np.searchsorted(codes, KINDS * what))
        if place < len(codes) and codes[place] // KINDS == what:
            found[statement.author, statement.id] = int(codes[place]) % KINDS - 1
    return found


def _declared(export: Export, agree: Literal[1, -1] | None) -> dict[str, int]:
    """Return who declares which number to mean agree."""
    found: dict[str, int | None] = {"whoever reads it": agree}
    if export.format:
        found["format.json"] = polis_declaration.agree_in_format(export.format)
    if export.summary:
        summary = polis_declaration.summary_in(export.summary)
        found["summary.csv"] = polis_declaration.agree_in_summary(summary, export.summary)
    for path in (export.votes, export.matrix, export.comments):
        if path:
            found[path.name] = polis_declaration.agree_in_comment(path)
    return {who: value for who, value in found.items() if value is not None}


def _check_that_nothing_is_declared(declared: dict[str, int], export: Export) -> None:
    if declared:
        raise UnusableInputError(
            f"votes.csv and the matrix have opposite signs, but {' and '.join(declared)} declares one.",
            advice="Keep the one of the two files that has the declared sign.",
            file=export.folder,
        )


def _advice_on_sign(declared: dict[str, int]) -> str:
    if declared:
        return (
            f"Find out what the files mean. Declared by: {', '.join(declared)}; "
            "a declaration that the data contradict is not followed."
        )
    return "Say it, if you know it: --agree +1 or --agree -1 (in Python agree=1 or agree=-1)."


def _sentence_on_sign(
    sign: int | None, declared: dict[str, int], evidence: polis_sign.Evidence
) -> str:
    n_votes = evidence.n_plus + evidence.n_minus
    n_with = evidence.n_plus if sign == 1 else evidence.n_minus
    authors = f"{n_with} of {n_votes} authors' votes on their own statements"
    if declared:
        reason = f"declared by {' and '.join(declared)}"
        reason += f", and {authors} agree with it" if evidence.agree else ""
    else:
        reason = f"by {authors}; the files declare nothing"
    if sign == -1:
        return f"In these files -1 means agree ({reason}): the sign of every vote was turned."
    return f"In these files 1 means agree ({reason})."


def _texts(export: Export, statements: Iterable[Statement]) -> dict[int, str]:
    if export.comments is None and export.groups is not None:
        return texts_of_groups_file(export.groups)
    return {statement.id: statement.text for statement in statements}


def _what_else(
    export: Export, statements: tuple[Statement, ...], votes: Votes, texts: dict[int, str]
) -> list[str]:
    said = []
    if not export.comments:
        said.append("There is no comments.csv: which statements were rejected is not known.")
    n_unseen = int((votes.counts.sum(axis=1) == 0).sum())
    if n_unseen:
        said.append(f"{n_unseen:,} statements have no vote; they are kept.")
    n_without_words = sum(each not in texts for each in votes.statements.tolist())
    if export.comments and n_without_words:
        said.append(f"{n_without_words:,} statements are not in comments.csv and have no words.")
    n_meta = sum(statement.is_meta for statement in statements)
    if n_meta:
        said.append(
            f"{n_meta:,} statements are about the ballot itself (is-meta); they are read as all."
        )
    people = set(votes.participants.tolist())
    n_authors = len({statement.author for statement in statements} - people)
    if n_authors:
        said.append(f"{n_authors:,} authors of statements have no votes of their own.")
    return said


def _nothing(share: float) -> None:
    """Report to nobody."""

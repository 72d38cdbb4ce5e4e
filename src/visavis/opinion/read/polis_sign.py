"""Which number means agree in an export of Polis. Files disagree on it, and a wrong guess turns every result.

The rules, in order:

1. What the files declare, or whoever reads them, holds: but a declaration that the data contradict stops
   the reading.
2. Else authors tell: people agree with what they wrote themselves. Of each statement whose author's
   first vote on it is known and is no pass, the first author's and seeds left out (who opens a ballot
   often passes on what is only a beginning, or tries the buttons), nearly all must have one sign. In the
   open data of Polis 4,465 of 4,471 such votes are +1 and the rest are passes; none is -1.
3. Else nobody knows, and the reading asks.

Sources: Polis' `docs/export-format.md`; compdemocracy/polis issue 2554.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .polis_comments import Statement

ENOUGH_VOTES = 3
"""Fewer of them prove nothing."""
CLEAR = 0.9
"""Share of the authors' votes that must have one sign."""


@dataclass(frozen=True)
class Evidence:
    """How often authors gave 1 and -1 to their own statements."""

    n_plus: int
    n_minus: int

    @property
    def agree(self) -> int | None:
        """The number that means agree by these votes, or None where they do not tell."""
        n_votes = self.n_plus + self.n_minus
        if n_votes < ENOUGH_VOTES:
            return None
        if self.n_plus >= CLEAR * n_votes:
            return 1
        return -1 if self.n_minus >= CLEAR * n_votes else None


def evidence_of_authors(
    statements: Iterable[Statement], own_vote: Mapping[tuple[int, int], int]
) -> Evidence:
    """Return what authors say of the sign; ``own_vote`` has votes by (participant, statement)."""
    written = sorted(statements, key=lambda each: (each.written_at or 0, each.id))
    votes = [
        own_vote.get((each.author, each.id), 0)
        for each in written
        if each.author != written[0].author and not each.is_seed
    ]
    return Evidence(votes.count(1), votes.count(-1))


def why_not_decided(*, declared: Iterable[int], evidence: Evidence) -> str | None:
    """Return in words why the sign is not known, or None if it is."""
    declarations = set(declared)
    if len(declarations) > 1:
        return "It is declared twice, and differently, what 1 means."
    by_authors = evidence.agree
    if declarations and by_authors is not None and by_authors not in declarations:
        n_votes = evidence.n_plus + evidence.n_minus
        n_against = evidence.n_minus if by_authors == -1 else evidence.n_plus
        return (
            f"It is declared that agree is {declarations.pop():+d}, but {n_against} of {n_votes} authors' "
            f"votes on their own statements are {by_authors:+d}, and authors agree with themselves."
        )
    if not declarations and by_authors is None:
        return (
            "Nothing says whether 1 means agree or disagree: nothing declares it, and of authors' votes on "
            f"their own statements {evidence.n_plus} are 1 and {evidence.n_minus} are -1."
        )
    return None

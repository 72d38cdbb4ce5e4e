"""What comes out: plain frozen dataclasses of numbers, each field with its shape, range and gaps.

Every array is in the order of `OpinionMap.participants` or `OpinionMap.statements`, sides in the order
of `Sides.names`, groups from the largest to the smallest. The last axis of a count is disagree,
pass, agree.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from .votes import AGREE, DISAGREE, PASS, Counts, Floats, Ids

NOT_GROUPED = -1
"""The group of a participant who has voted too little to be placed."""

Indices = npt.NDArray[np.int64]


class Method(StrEnum):
    DEFAULT = "default"
    POLIS = "polis"
    COMMUNITY_NOTES = "community-notes"


class Verdict(StrEnum):
    """Whether there is common ground, said once for the whole ballot."""

    FOUND = "found"
    NONE = "none"
    """Enough people of every side have voted; on no statement do all sides surely agree."""
    TOO_FEW_VOTES = "too-few-votes"
    """On no statement have enough people of every side taken a position."""


@dataclass(frozen=True, eq=False)
class Tally:
    """How each body (a side, or a group) voted.

    Attributes
    ----------
    counts : int64 array of shape (n_bodies, n_statements, 3)
        Members who disagreed, passed, agreed. Unseen is not counted anywhere.
    """

    counts: Counts

    @property
    def disagree(self) -> Counts:
        return self.counts[:, :, DISAGREE + 1]

    @property
    def passed(self) -> Counts:
        return self.counts[:, :, PASS + 1]

    @property
    def agree(self) -> Counts:
        return self.counts[:, :, AGREE + 1]

    @property
    def seen(self) -> Counts:
        """Members who voted on each statement in any way; shape (n_bodies, n_statements)."""
        return np.asarray(self.counts.sum(axis=2))

    @property
    def positions(self) -> Counts:
        """Members who agreed or disagreed; shape (n_bodies, n_statements)."""
        return self.agree + self.disagree


@dataclass(frozen=True, eq=False)
class Sides:
    """The sides between which common ground is looked for.

    Attributes
    ----------
    names : tuple of str
        Declared names, ascending; "1", "2" for sides that were found, the larger first; one name, "all",
        where none were declared and the votes do not fall into two.
    declared : bool
        Whether the sides were declared. False: they were found in the votes, and a page that shows
        them says so.
    of_participant : int8 array of shape (n_participants,)
        Index into ``names``; −1 for nobody's side: none declared, or too few votes to tell.
    sizes : int64 array of shape (n_sides,)
        Participants of each side.
    tally : Tally
        The votes of each side.
    """

    names: tuple[str, ...]
    declared: bool
    of_participant: npt.NDArray[np.int8]
    sizes: Counts
    tally: Tally


@dataclass(frozen=True)
class Trial:
    """One number of groups that was tried on votes that were held out.

    Attributes
    ----------
    n_groups : int
        The number tried, 1 or more.
    gain : float
        Mean gain, in nats a held-out vote, over one group; 0 for one group. Higher is better.
    standard_error : float
        Of the gain, 0 or more, over participants.
    """

    n_groups: int
    gain: float
    standard_error: float


@dataclass(frozen=True)
class Curve:
    """The numbers of groups that were tried, in one side or among everybody.

    Attributes
    ----------
    of : str
        The side's name, or "" for everybody.
    trials : tuple of Trial
        Ascending numbers of groups, from 1; empty where nothing was tried.
    chosen : int
        The number of groups that this part of the map began with.
    """

    of: str
    trials: tuple[Trial, ...]
    chosen: int


@dataclass(frozen=True, eq=False)
class Groups:
    """The opinion groups found in the votes; they need not follow the sides.

    Attributes
    ----------
    of_participant : int64 array of shape (n_participants,)
        Most likely group, 0 to n_groups − 1; −1 where there are too few votes to tell.
    membership : float array of shape (n_participants, n_groups)
        Probability of each group, 0 to 1; rows sum to 1 up to 1e-5. In a row without any vote that
        takes a position it is the share of each group in the whole.
    sizes : int64 array of shape (n_groups,)
        Participants placed in each group, descending.
    tally : Tally
        The votes of each group's placed participants.
    curves : tuple of Curve
        How the number of groups was chosen.
    """

    of_participant: Indices
    membership: Floats
    sizes: Counts
    tally: Tally
    curves: tuple[Curve, ...]

    @property
    def n_groups(self) -> int:
        return len(self.sizes)


@dataclass(frozen=True)
class Representative:
    """A statement on which a group stands apart from all others.

    Attributes
    ----------
    statement : int
        Index of the statement.
    vote : int
        1 where the group stands out by agreeing, −1 by disagreeing.
    n_votes, n_alike : int
        Members who voted on it, passes included; those of them who voted so.
    share : float
        (n_alike + 1) / (n_votes + 2), above 0 and below 1.
    ratio : float
        This share over the same share of all who are in other groups, above 0; 1 is no difference.
    z_share, z_ratio : float
        One- and two-proportion tests, in standard deviations; above 1.2816 is beyond chance at 90 %.
    """

    statement: int
    vote: int
    n_votes: int
    n_alike: int
    share: float
    ratio: float
    z_share: float
    z_ratio: float


@dataclass(frozen=True, eq=False)
class CommonGround:
    """Where all sides agree, where they differ, and where nobody can tell yet.

    Attributes
    ----------
    verdict : Verdict
        In one word.
    agreement : float array of shape (n_sides, n_statements)
        Smoothed share of agreement among those of a side who took a position, (A + 1) / (A + D + 2),
        above 0 and below 1; nan where nobody of the side saw the statement.
    lower : float array of shape (n_sides, n_statements)
        What that share surely exceeds, one-sided, at 90 %. Same gaps.
    upper : float array of shape (n_sides, n_statements)
        What it surely stays below. Same gaps.
    score : float array of shape (n_statements,)
        **Common ground**: the smallest ``lower`` over the sides; higher is more. nan where some side
        has not seen the statement.
    common, refused, divisive, uncertain : int64 arrays
        Statements, the strongest first. Common: the majority of every side surely agrees. Refused: the
        majority of every side surely disagrees. Divisive: one side's surely agrees, another's surely
        disagrees. Uncertain: enough of every side have seen it, and it is none of these, or half of a side
        passed. A statement is in one at most; one that too few have seen is in none.
    """

    verdict: Verdict
    agreement: Floats
    lower: Floats
    upper: Floats
    score: Floats
    common: Indices
    refused: Indices
    divisive: Indices
    uncertain: Indices


@dataclass(frozen=True, eq=False)
class Positions:
    """The picture: everybody in a plane, near whom they vote like.

    Attributes
    ----------
    of_participant : float array of shape (n_participants, 2)
        Position along the first two principal axes of the votes, each stretched by
        sqrt(statements seen by anybody / votes of the participant). (0, 0) without votes.
    of_statement : float array of shape (n_statements, 2)
        Weight of agreeing with each statement in each axis; columns have length 1, or 0 where the votes
        have no such axis. The weight of largest amount in each column is positive.
    explained : float array of shape (2,)
        Share of all the variation that each axis carries, 0 to 1, the larger first.
    """

    of_participant: Floats
    of_statement: Floats
    explained: Floats


@dataclass(frozen=True, eq=False)
class Model:
    """What the groups are, apart from who is in them: enough to place somebody new, or to go on from.

    Attributes
    ----------
    agreement : float array of shape (n_statements, n_groups)
        Share of each group that agrees with a statement, of those who take a position; above 0 and below
        1; nan for statements that nobody saw or a moderator rejected.
    weights : float array of shape (n_bodies, n_groups)
        Share of each group in each body of people; rows sum to 1. One body is everybody; or one for each
        declared side and a last one for who has none.
    side_of_group : int8 array of shape (n_groups,)
        The side in which each group was found, as an index into the names of the sides.
    """

    agreement: Floats
    weights: Floats
    side_of_group: npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class OpinionMap:
    """Everything that was computed from one ballot.

    Attributes
    ----------
    method : Method
        How.
    version : str
        Version of this code. The same votes under the same version give the same bits.
    digest : str
        SHA-256 of the votes, in hexadecimal: `Votes.digest`.
    participants, statements : arrays of shape (n_participants,) and (n_statements,)
        Ids, ascending.
    n_votes : int
        Votes that counted: the last of each participant on each statement.
    rejected : bool array of shape (n_statements,)
        Statements that a moderator had rejected; their votes are left out of everything but their own counts.
    sides : Sides
    groups : Groups
    common_ground : CommonGround
    group_informed_consensus : float array of shape (n_statements,)
        Product over the groups of (A + 1) / (S + 2), S counting passes too; 0 to 1; nan without groups.
    representative : tuple of tuples of Representative, one for each group
        The strongest first; empty where a group stands out by nothing.
    positions : Positions
    model : Model or None
        Of the default method; None for the others.
    """

    method: Method
    version: str
    digest: str
    participants: Ids
    statements: Ids
    n_votes: int
    rejected: npt.NDArray[np.bool_]
    sides: Sides
    groups: Groups
    common_ground: CommonGround
    group_informed_consensus: Floats
    representative: tuple[tuple[Representative, ...], ...]
    positions: Positions
    model: Model | None = None

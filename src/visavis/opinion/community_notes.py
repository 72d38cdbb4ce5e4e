"""Notes scored as Community Notes does: what is found helpful whatever one's point of view.

A rating is 1 for helpful, 1/2 for somewhat helpful, 0 for not helpful. It is explained (`explaining`) by a
mean, an intercept and a factor of its rater and of its note. The product of the factors takes up what a
point of view explains; the note's intercept is what is left: how helpful it is found beyond that. A penalty
five times as heavy on intercepts as on factors has a note need ratings from different points of view.

Votes on statements can be read so too: agree is helpful, disagree is not, and a pass is no rating. The other
way about is never done: "somewhat helpful" is not a pass.

Sources: Wojcik et al. (2022), https://doi.org/10.48550/arXiv.2210.15723; for what makes a note helpful,
twitter/communitynotes, scoring/src/scoring/{scoring_rules,note_ratings,mf_core_scorer}.py (read, not copied).
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

import visavis

from .common_ground import common_ground
from .consensus import group_informed_consensus
from .declared import declared_sides, tally_of
from .explaining import Half, explained
from .passes import Here, Parts, scattered
from .plane import positions_on
from .read.community_notes import Ratings
from .result import (
    NOT_GROUPED,
    CommonGround,
    Groups,
    Indices,
    Method,
    OpinionMap,
    Positions,
    Verdict,
)
from .votes import KINDS, NO_SIDE, PASS, Counts, Floats, Ids, Votes

NOT_HELPFUL_LEVEL, HELPFUL_LEVEL = 0, KINDS - 1

FEWEST_RATINGS = 5
HELPFUL_INTERCEPT = 0.40
MOST_POLARISED = 0.50
NOT_HELPFUL_INTERCEPT, NOT_HELPFUL_BY_FACTOR = -0.05, 0.8
NET_HELPFUL_BEYOND_DOUBT = 10
FEWEST_NET_HELPFUL, LEAST_NET_HELPFUL_SHARE = 4, 0.05


class NoteStatus(StrEnum):
    HELPFUL = "helpful"
    NOT_HELPFUL = "not-helpful"
    NEEDS_MORE_RATINGS = "needs-more-ratings"


@dataclass(frozen=True, eq=False)
class NotesMap:
    """Ratings explained.

    Attributes
    ----------
    version : str
        Version of this code. The same ratings under the same version give the same bits.
    digest : str
        SHA-256 of the ratings, in hexadecimal.
    participants, notes : arrays of shape (n_participants,) and (n_notes,)
        Ids, ascending.
    mean : float
        What every rating has in common; 0 without ratings. It is penalised too, so below the plain mean.
    rater_intercepts, rater_factors : float arrays of shape (n_participants,)
        How generously each rates, and from which point of view; nan for who has rated nothing.
    note_intercepts, note_factors : float arrays of shape (n_notes,)
        How helpful each is found whatever the point of view, and how much that depends on it; nan for what
        nobody has rated.
    counts : int64 array of shape (n_notes, 3)
        Ratings of each note that say not helpful, somewhat helpful, helpful.
    net_helpful : int64 array of shape (2, n_notes)
        Helpful less not helpful ratings, by raters whose factor is negative and by those whose is positive.
    status : tuple of n_notes NoteStatus
    loss : float
        The loss above, at the end; 0 without ratings.
    n_rounds : int
        How often each half was solved.

    Notes
    -----
    Factors could all change sign together. Here most raters' factors are negative, as in Community Notes;
    where as many are positive, the sign is that of the first principal axis.
    """

    version: str
    digest: str
    participants: Ids
    notes: Ids
    mean: float
    rater_intercepts: Floats
    rater_factors: Floats
    note_intercepts: Floats
    note_factors: Floats
    counts: Counts
    net_helpful: Counts
    status: tuple[NoteStatus, ...]
    loss: float
    n_rounds: int

    @property
    def n_ratings(self) -> Counts:
        """Ratings of each note; shape (n_notes,)."""
        return np.asarray(self.counts.sum(axis=1))


@dataclass(frozen=True, eq=False)
class InOrder:
    """Notes of each kind as indices, the strongest first; those with fewer than 5 ratings are in none.

    Attributes
    ----------
    helpful, not_helpful : int64 arrays
        By status; from the intercept furthest above zero, and furthest below.
    polarised : int64 array
        Of the others those whose factor is ±0.50 or beyond, the furthest first.
    undecided : int64 array
        The rest, from the highest intercept.
    """

    helpful: Indices
    not_helpful: Indices
    polarised: Indices
    undecided: Indices


def in_order(found: NotesMap) -> InOrder:
    """Return which notes are helpful, not helpful, polarised, undecided."""
    intercepts = np.nan_to_num(found.note_intercepts)
    factors = np.abs(np.nan_to_num(found.note_factors))
    helpful = np.array([each is NoteStatus.HELPFUL for each in found.status], np.bool_)
    not_helpful = np.array([each is NoteStatus.NOT_HELPFUL for each in found.status], np.bool_)
    others = (found.n_ratings >= FEWEST_RATINGS) & ~helpful & ~not_helpful
    is_polarised = factors >= MOST_POLARISED
    return InOrder(
        helpful=_ranked(helpful, intercepts),
        not_helpful=_ranked(not_helpful, -intercepts),
        polarised=_ranked(others & is_polarised, factors),
        undecided=_ranked(others & ~is_polarised, intercepts),
    )


def notes_map(ratings: Ratings) -> NotesMap:
    """Return the ratings explained, and which notes are helpful.

    Raters with fewer than 10 ratings and notes with fewer than 5 are in it too: Community Notes leaves them
    out beforehand, and whoever compares does the same. `note_status` has the rule.
    """
    codes = KINDS * ratings.note + ratings.level
    nobody = np.full(len(ratings.participants), NO_SIDE, np.int8)
    table = Votes(ratings.participants, ratings.notes, ratings.starts, codes, nobody)
    return _notes_map(table, _picture(table))


def notes_map_of_votes(votes: Votes, *, rejected: npt.NDArray[np.bool_]) -> OpinionMap:
    """Return the opinion map that has each statement's note intercept as its common ground.

    Parameters
    ----------
    votes : Votes
    rejected : bool array of shape (n_statements,)
        Statements that a moderator rejected; their votes are left out.

    Returns
    -------
    OpinionMap
        ``common_ground.score`` is the note intercept, nan where nobody took a position; ``common`` are the
        statements whose `note_status` is helpful, ``refused`` those that are not helpful, ``divisive`` others
        with 5 positions or more whose factor is ±0.50 or beyond, the furthest first, ``uncertain`` the rest
        with 5 or more. ``agreement``, ``lower`` and ``upper`` are those of the declared sides, or of
        everybody, as always. There are no groups, and the picture is made of the votes without passes.
    """
    is_rating = ~rejected[votes.codes // KINDS] & (votes.codes % KINDS != PASS + 1)
    before = np.concatenate([[0], np.cumsum(is_rating)])
    table = replace(votes, starts=before[votes.starts], codes=votes.codes[is_rating])
    picture = _picture(table)
    found = _notes_map(table, picture)
    sides = declared_sides(votes)
    groups = _no_groups(votes)
    return OpinionMap(
        method=Method.COMMUNITY_NOTES,
        version=visavis.__version__,
        digest=votes.digest,
        participants=votes.participants,
        statements=votes.statements,
        n_votes=votes.n_votes,
        rejected=rejected,
        sides=sides,
        groups=groups,
        common_ground=_ground(found, np.where(rejected[:, None], 0.0, sides.tally.counts)),
        group_informed_consensus=group_informed_consensus(groups.tally),
        representative=(),
        positions=picture,
    )


def note_status(
    *, intercept: float, factor: float, n_ratings: int, net_helpful: tuple[int, int]
) -> NoteStatus:
    """Return what Community Notes' core rule says of a note.

    Helpful: at least 5 ratings, an intercept of 0.40 or more, a factor within ±0.50, and from the raters of
    either sign of factor at least 10 more helpful ratings than not, or at least 4 more that are also 5 % of
    all its ratings. Not helpful: at least 5 ratings and an intercept below −0.05 − 0.8 × |factor|. Else it
    needs more.

    >>> note_status(intercept=0.45, factor=0.1, n_ratings=40, net_helpful=(6, 4)).value
    'helpful'
    >>> note_status(intercept=0.45, factor=0.1, n_ratings=40, net_helpful=(30, 1)).value
    'needs-more-ratings'
    """
    if n_ratings < FEWEST_RATINGS:
        return NoteStatus.NEEDS_MORE_RATINGS
    if intercept < NOT_HELPFUL_INTERCEPT - NOT_HELPFUL_BY_FACTOR * abs(factor):
        return NoteStatus.NOT_HELPFUL
    fewest = min(net_helpful)
    from_both = fewest >= NET_HELPFUL_BEYOND_DOUBT or (
        fewest >= FEWEST_NET_HELPFUL and fewest >= LEAST_NET_HELPFUL_SHARE * n_ratings
    )
    if intercept >= HELPFUL_INTERCEPT and abs(factor) < MOST_POLARISED and from_both:
        return NoteStatus.HELPFUL
    return NoteStatus.NEEDS_MORE_RATINGS


def _picture(table: Votes) -> Positions:
    return positions_on(table, np.flatnonzero(table.counts.sum(axis=1) > 0))


def _notes_map(table: Votes, picture: Positions) -> NotesMap:
    """Return the ratings explained; codes are 3 × note + level, laid out as votes are."""
    counting = np.flatnonzero(table.counts.sum(axis=1) > 0)
    rated = table.on(counting)
    parts = Here.of(rated)
    # Factors of mean square 1/4: about what ratings between 0 and 1 can have.
    start = picture.of_statement[counting, 0] * np.sqrt(len(counting)) / 2
    found = explained(parts, rated.counts, rated.n_votes_of, start=start)
    note_intercepts, note_factors = np.full((2, table.n_statements), np.nan)
    note_intercepts[counting], note_factors[counting] = found.notes.intercepts, found.notes.factors
    net_helpful = np.zeros((2, table.n_statements), np.int64)
    net_helpful[:, counting] = _net_helpful(parts, found.raters)
    has_rated = table.n_votes_of > 0
    return NotesMap(
        version=visavis.__version__,
        digest=table.digest,
        participants=table.participants,
        notes=table.statements,
        mean=found.mean,
        rater_intercepts=np.where(has_rated, found.raters.intercepts, np.nan),
        rater_factors=np.where(has_rated, found.raters.factors, np.nan),
        note_intercepts=note_intercepts,
        note_factors=note_factors,
        counts=table.counts,
        net_helpful=net_helpful,
        status=_statuses(note_intercepts, note_factors, table.counts.sum(axis=1), net_helpful),
        loss=found.loss,
        n_rounds=found.n_rounds,
    )


def _net_helpful(parts: Parts, raters: Half) -> Counts:
    signs = np.stack([raters.factors < 0, raters.factors > 0], axis=1)
    (sums,) = parts.total(scattered, 1.0, rows=(signs,))
    by_level = sums.reshape(-1, KINDS, 2)
    return np.asarray(
        (by_level[:, HELPFUL_LEVEL] - by_level[:, NOT_HELPFUL_LEVEL]).T.astype(np.int64)
    )


def _statuses(
    intercepts: Floats, factors: Floats, n_ratings: Counts, net_helpful: Counts
) -> tuple[NoteStatus, ...]:
    return tuple(
        note_status(intercept=i, factor=f, n_ratings=n, net_helpful=(negative, positive))
        for i, f, n, (negative, positive) in zip(
            intercepts.tolist(),
            factors.tolist(),
            n_ratings.tolist(),
            net_helpful.T.tolist(),
            strict=True,
        )
    )


def _no_groups(votes: Votes) -> Groups:
    nobody = np.full(votes.n_participants, NOT_GROUPED, np.int64)
    return Groups(
        of_participant=nobody,
        membership=np.zeros((votes.n_participants, 0)),
        sizes=np.zeros(0, np.int64),
        tally=tally_of(votes, nobody, n_bodies=0),
        curves=(),
    )


def _ground(found: NotesMap, counts: Floats) -> CommonGround:
    """Return the sides' shares of agreement with Community Notes' own score and its own verdicts."""
    order = in_order(found)
    enough = (found.n_ratings >= FEWEST_RATINGS).any()
    verdict = Verdict.NONE if enough else Verdict.TOO_FEW_VOTES
    return replace(
        common_ground(counts),
        verdict=Verdict.FOUND if len(order.helpful) else verdict,
        score=found.note_intercepts,
        common=order.helpful,
        refused=order.not_helpful,
        divisive=order.polarised,
        uncertain=order.undecided,
    )


def _ranked(chosen: npt.NDArray[np.bool_], strength: Floats) -> Indices:
    places = np.flatnonzero(chosen)
    return places[np.argsort(-strength[places], kind="stable")]

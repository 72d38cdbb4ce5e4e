"""``opinion_map``: from the votes of a ballot to everything that is computed from them.

The default method, in order: the sides, declared or found in the votes; within each side groups of people who
vote alike, as many as votes that were held out ask for; then all groups together, everybody in each with a
probability; common ground between the sides; the plane of the picture. Nothing in it is left to chance or
to the order of the votes: the same votes give the same bits.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

import visavis

from . import grouping, mixture
from .axes import Axes, principal_axes
from .ballot import Ballot
from .colours import Colouring, colouring
from .common_ground import common_ground
from .consensus import group_informed_consensus
from .exact import Multiples
from .going_on import going_on
from .grouping import Found
from .mixture import SHARE_UNIT
from .passes import Block, Here, Sums, counts_of
from .representative import representative_statements
from .result import (
    NOT_GROUPED,
    Groups,
    Indices,
    Method,
    Model,
    OpinionMap,
    Positions,
    Sides,
    Tally,
)
from .sampling import sample_of
from .votes import KINDS, NO_SIDE, Counts, Floats, Votes

VOTES_TO_BE_PLACED = 7
"""Votes that somebody needs to be placed in a group, or one on every statement; Polis' own threshold."""

WORTH_BEGINNING_ON_A_SAMPLE = 4

Progress = Callable[[float, str], None]


def opinion_map(
    votes: Votes,
    *,
    rejected: npt.NDArray[np.bool_] | None = None,
    n_groups: int | None = None,
    compat: str | None = None,
    n_threads: int = 1,
    start: OpinionMap | None = None,
    progress: Progress | None = None,
) -> OpinionMap:
    """Return the opinion map of a ballot.

    Parameters
    ----------
    votes : Votes
        With sides, or without: then two sides are looked for in the votes.
    rejected : bool array of shape (n_statements,), optional
        Statements that a moderator rejected.
    n_groups : int, optional
        How many groups; default: as many as held-out votes ask for. Fewer come out where people do not vote
        in so many ways: a group in which nobody would be placed is none.
    compat : {"polis", "community-notes"}, optional
        Compute what another system would.
    n_threads : int
        Threads that count; the answer is the same.
    start : OpinionMap, optional
        An earlier map, to go on from when more votes have come: much faster. What comes out is near the map
        made from nothing, not the same bits.
    progress : function of (share done, what is being done), optional

    Notes
    -----
    Time and memory are linear in votes; nothing is quadratic in people, and nothing is ever a full table.
    """
    left_out = np.zeros(votes.n_statements, np.bool_) if rejected is None else np.asarray(rejected)
    if compat is not None:
        return _as_another_would(votes, left_out, n_groups, Method(compat))
    ballot = _ballot(votes, left_out, n_threads)
    return map_of(ballot, n_groups=n_groups, start=start, progress=progress, rejected=left_out)


def _as_another_would(
    votes: Votes, rejected: npt.NDArray[np.bool_], n_groups: int | None, method: Method
) -> OpinionMap:
    if method is Method.POLIS:
        from .polis import polis_map

        return polis_map(votes, rejected=rejected, n_groups=n_groups)
    from .community_notes import notes_map_of_votes

    return notes_map_of_votes(votes, rejected=rejected)


def _ballot(votes: Votes, rejected: npt.NDArray[np.bool_], n_threads: int) -> Ballot:
    counted, parts = votes, Here.of(votes, n_threads=n_threads)
    counting = np.flatnonzero((counts_of(parts).sum(axis=1) > 0) & ~rejected)
    if len(counting) < votes.n_statements:
        counted = votes.on(counting)
        parts = Here.of(counted, n_threads=n_threads)
    return Ballot(
        parts,
        counted.selected,
        votes.participants,
        votes.statements,
        counting,
        votes.side_of,
        votes.sides,
        counted.n_votes_of,
        votes.n_votes,
        votes.digest,
    )


def map_of(
    ballot: Ballot,
    *,
    rejected: npt.NDArray[np.bool_],
    n_groups: int | None = None,
    start: OpinionMap | None = None,
    progress: Progress | None = None,
) -> OpinionMap:
    """Return the map of a ballot whose votes are anywhere; `opinion_map` and `cluster` call this."""
    tell = progress or _silent
    parts = ballot.parts
    tell(0.0, "counting votes")
    counts = counts_of(parts)
    mean = mixture.mean_agreement(counts)
    if start is not None:
        tell(0.2, "going on from the earlier map")
        found, axes = going_on(start, ballot, counts, mean)
        found = replace(found, fits=mixture.improved(parts, found.fits, mean).fits)
        return _map(ballot, found, axes, _as_before, rejected)
    tell(0.1, "drawing a sample")
    colours = colouring(parts, counts)
    chosen = sample_of(colours.participants, ballot.side_of, ballot.n_votes_of, len(counts))
    sample = ballot.picked(chosen)
    tell(0.2, "looking for sides and groups")
    found = grouping.begun(sample, colours.of(chosen), n_groups=n_groups)
    if not chosen.all():
        found = grouping.finished(Here.of(sample), found, mean)
    tell(0.6, "placing everybody in the groups")
    found = grouping.finished(parts, found, mean)
    tell(0.8, "drawing the plane")
    axes = _axes(ballot, counts, colours, sample)
    tell(0.9, "counting for each side and group")
    return _map(ballot, found, axes, _largest_first(colours), rejected, keeping_empty=False)


def _silent(share: float, what: str) -> None:
    """Tell nobody how far the computation is."""
    del share, what


def _axes(ballot: Ballot, counts: Counts, colours: Colouring, sample: Votes) -> Axes:
    """Return the two axes of the plane, begun on the sample where that saves more than it costs."""
    start = None
    if ballot.n_votes > WORTH_BEGINNING_ON_A_SAMPLE * sample.n_votes:
        of_sample = principal_axes(
            Here.of(sample), sample.counts, colours.statements, n_axes=2, with_passes=True
        )
        start = of_sample.weights
    return principal_axes(
        ballot.parts, counts, colours.statements, n_axes=2, with_passes=True, start=start
    )


def _map(
    ballot: Ballot,
    found: Found,
    axes: Axes,
    in_order: Callable[[Indices, int], Indices],
    rejected: npt.NDArray[np.bool_],
    *,
    keeping_empty: bool = True,
) -> OpinionMap:
    fits, n_groups, n_sides = found.fits, found.fits.n_groups, found.n_sides
    membership, positions = ballot.parts.joined(_placed, fits.table(), axes.table, fits.prior)
    enough = ballot.n_votes_of >= min(VOTES_TO_BE_PLACED, max(1, len(ballot.counting)))
    group = np.where(enough, membership.argmax(axis=1), NOT_GROUPED)
    sizes = grouping.sizes_in_order(group, n_groups)
    if not keeping_empty and sizes.any() and not sizes.all():
        return _map(ballot, found.only(sizes > 0), axes, in_order, rejected)
    in_side = np.stack(
        [membership[:, found.side_of_group == side].sum(axis=1) for side in range(n_sides)], axis=1
    )
    side = ballot.side_of
    if not found.declared:
        side = np.where(enough, in_side.argmax(axis=1), NO_SIDE).astype(np.int8)
        in_side = np.where(enough[:, None], in_side, 0.0)
    else:
        in_side = (side[:, None] == np.arange(n_sides)).astype(np.float64)
    (sums,) = ballot.parts.total(_by_body, n_groups, n_sides, rows=(group, side, in_side))
    by_body = _on_all_statements(sums, ballot)
    order = in_order(group, n_groups)
    rank = np.append(np.argsort(order), NOT_GROUPED)
    groups = Groups(
        rank[group],
        membership[:, order],
        grouping.sizes_in_order(rank[group], n_groups),
        Tally(by_body[:n_groups][order].astype(np.int64)),
        found.curves,
    )
    sides = Sides(
        found.names,
        found.declared,
        side,
        np.bincount(side[side >= 0], minlength=n_sides),
        Tally(by_body[n_groups : n_groups + n_sides].astype(np.int64)),
    )
    ground = common_ground(by_body[n_groups + n_sides :])
    stretch = np.sqrt(len(ballot.counting) / np.maximum(ballot.n_votes_of, 1))
    weights = np.zeros((len(ballot.statements), 2))
    weights[ballot.counting] = axes.weights
    agreement = np.full((len(ballot.statements), n_groups), np.nan)
    agreement[ballot.counting] = fits.agreement[:, 0, order]
    return OpinionMap(
        Method.DEFAULT,
        visavis.__version__,
        ballot.digest,
        ballot.participants,
        ballot.statements,
        ballot.n_votes,
        rejected,
        sides,
        groups,
        ground,
        group_informed_consensus(groups.tally),
        representative_statements(groups.tally),
        Positions(positions * stretch[:, None], weights, axes.explained),
        Model(agreement, fits.weights[:, 0, order], found.side_of_group[order]),
    )


def _placed(block: Block, table: Multiples, weights: Multiples, prior: Floats) -> Sums:
    """Return memberships and positions of a block's participants."""
    likelihood = block.gathered(table) + prior[block.bodies(len(prior))]
    return mixture.memberships(likelihood)[0], block.gathered(weights)


def _by_body(  # noqa: PLR0917 - a pass hands its arguments on in order
    block: Block,
    n_groups: int,
    n_sides: int,
    group: Indices,
    side: npt.NDArray[np.int8],
    in_side: Floats,
) -> Sums:
    """Return the votes of each group, each side, and each side by likelihood; shape (3 * n_statements, …)."""
    surely = np.hstack([group[:, None] == np.arange(n_groups), side[:, None] == np.arange(n_sides)])
    sums = [Multiples.of(surely, 1.0), Multiples.of(in_side, SHARE_UNIT)]
    return (np.hstack([block.scattered(each) for each in sums]),)


def _on_all_statements(sums: Floats, ballot: Ballot) -> Floats:
    """Return counts of shape (n_bodies, n_statements, 3), zeros for statements that do not count."""
    counts = np.zeros((sums.shape[1], len(ballot.statements), KINDS))
    counts[:, ballot.counting] = sums.T.reshape(sums.shape[1], -1, KINDS)
    return counts


def _largest_first(colours: Colouring) -> Callable[[Indices, int], Indices]:
    """Return how groups are put in order: the largest first, equal ones as no renumbering changes it."""

    def in_order(group: Indices, n_groups: int) -> Indices:
        sizes = grouping.sizes_in_order(group, n_groups)
        marks = np.zeros(n_groups, np.uint64)
        np.add.at(marks, group[group >= 0], colours.participants[group >= 0])
        return np.lexsort((marks, -sizes))

    return in_order


def _as_before(group: Indices, n_groups: int) -> Indices:  # noqa: ARG001 - one of two ways to put groups in order
    """Return the groups in the order they have: going on from a map, a group keeps its number."""
    return np.arange(n_groups)

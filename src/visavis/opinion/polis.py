"""The opinion map as Polis makes it, step by step, so that its published groups can be compared with.

1. Every gap is filled with its statement's mean, a pass being 0; the first two principal axes.
2. Each participant is projected by the votes they cast, stretched by √(statements / their votes).
3. Who has cast 7 votes, or one on every statement, is in the conversation; if those are fewer than 15, the
   participants with most votes join them up to 15.
4. k-means puts them into 100 base clusters; k-means of the base clusters, each as heavy as it has people,
   makes 2 to 5 groups. At most 2 + ⌊base clusters / 12⌋.
5. The silhouette of the base clusters chooses how many.

A rejected statement is *not* left out by Polis: it becomes 0 for everybody, unseen or not. It then says
nothing in step 1, but counts as a statement and as everybody's vote in step 2, and as cast in step 3.

Where Polis' groups depend on the past (each computation goes on from the last, and the number of groups
changes only after four computations ask for it), this begins anew: base clusters from people evenly spaced
along the first axis, groups from slices of it that hold equally many people. The order of participants
does not matter, while Polis begins with the first it comes upon. And a participant belongs to the nearest
group, not to that of their base cluster: the two differ for a few on a border.

Sources: C. Small, M. Bjorkegren, T. Erkkilä, L. Shaw and C. Megill (2021), Polis: Scaling deliberation by
mapping high dimensional opinion spaces, Recerca 26(2), https://doi.org/10.6035/recerca.5516;
compdemocracy/polis, math/src/polismath/math/{conversation,pca,clusters}.clj (read, not copied).
"""

import numpy as np
import numpy.typing as npt

import visavis

from .common_ground import common_ground
from .consensus import group_informed_consensus
from .declared import declared_sides, tally_of
from .k_means import (
    Clusters,
    clustered,
    means_of_slices,
    nearest_centres,
    silhouette,
    spaced_points,
)
from .plane import positions_on
from .problems import UnusableInputError
from .representative import representative_statements
from .result import (
    NOT_GROUPED,
    Curve,
    Groups,
    Indices,
    Method,
    OpinionMap,
)
from .votes import Counts, Floats, Votes

VOTES_TO_BE_IN = 7
LEAST_PEOPLE = 15
BASE_CLUSTERS = 100
BASE_MOVES = 101
FEWEST_GROUPS, MOST_GROUPS = 2, 5
BASE_CLUSTERS_FOR_ONE_MORE = 12
GROUP_MOVES = 21


def polis_map(
    votes: Votes, *, rejected: npt.NDArray[np.bool_], n_groups: int | None = None
) -> OpinionMap:
    """Return the map that Polis would make of these votes.

    Parameters
    ----------
    votes : Votes
        Sides change nothing in the groups; common ground is looked for between them, or among everybody
        where none are declared.
    rejected : bool array of shape (n_statements,)
        Statements that a moderator rejected.
    n_groups : int, optional
        How many groups; fewer come out where people stand in fewer places. Default: chosen, 2 to 5.

    Returns
    -------
    OpinionMap
        ``groups.membership`` is 1 for one's group and 0 for the others; ``groups.curves`` holds no trials,
        since a silhouette is not a gain on held-out votes. There are no groups if nobody has voted, and one
        if everybody stands in one place. Rejected statements keep their counts, in the sides and groups too,
        and have no weight in the picture.

    Raises
    ------
    UnusableInputError
        If ``n_groups`` is below 1.

    Notes
    -----
    Linear in votes, apart from the silhouettes of at most 100 base clusters. The same bits at every run, and
    whatever the order of participants and statements.
    """
    if n_groups is not None and n_groups < 1:
        raise UnusableInputError(f"{n_groups} groups are asked for.", advice="Ask for 1 or more.")
    seen = votes.counts.sum(axis=1) > 0
    counting = np.flatnonzero(seen & ~rejected)
    positions = positions_on(votes, counting, n_for_everybody=int(seen[rejected].sum()))
    people = _in_conversation(votes.n_votes_of, n_statements=int(seen.sum()))
    found = _groups_of(positions.of_participant[people], n_groups)
    group = np.full(votes.n_participants, NOT_GROUPED, np.int64)
    group[people] = found.of_point
    sides, groups = declared_sides(votes), _groups(votes, group, len(found))
    on_what_counts = np.where(rejected[:, None], 0.0, sides.tally.counts)
    return OpinionMap(
        method=Method.POLIS,
        version=visavis.__version__,
        digest=votes.digest,
        participants=votes.participants,
        statements=votes.statements,
        n_votes=votes.n_votes,
        rejected=rejected,
        sides=sides,
        groups=groups,
        common_ground=common_ground(on_what_counts),
        group_informed_consensus=group_informed_consensus(groups.tally),
        representative=representative_statements(groups.tally, rejected=rejected, fewest_votes=0),
        positions=positions,
    )


def _in_conversation(n_votes_of: Counts, *, n_statements: int) -> Indices:
    """Step 3: return who is in the conversation; of those with equally many votes, the first join."""
    enough = (n_votes_of >= min(VOTES_TO_BE_IN, n_statements)) & (n_votes_of > 0)
    n_missing = max(LEAST_PEOPLE - int(enough.sum()), 0)
    others = np.flatnonzero(~enough & (n_votes_of > 0))
    by_votes = others[np.argsort(-n_votes_of[others], kind="stable")]
    return np.union1d(np.flatnonzero(enough), by_votes[:n_missing])


def _groups_of(places: Floats, n_groups: int | None) -> Clusters:
    """Steps 4 and 5: return the groups of the people at these places, the largest first."""
    if not len(places):
        return Clusters(np.zeros(0, np.int64), np.zeros((0, 2)))
    base = clustered(
        places,
        np.ones(len(places), np.int64),
        spaced_points(places, BASE_CLUSTERS),
        most_moves=BASE_MOVES,
    )
    heads = np.bincount(base.of_point, minlength=len(base))
    chosen = _chosen(base.centres, heads, n_groups)
    nearest, _ = nearest_centres(places, chosen.centres)
    sizes = np.bincount(nearest, minlength=len(chosen))
    order = np.lexsort((*chosen.centres.T[::-1], -sizes))
    order = order[sizes[order] > 0]
    rank = np.zeros(len(chosen), np.int64)
    rank[order] = np.arange(len(order))
    return Clusters(rank[nearest], chosen.centres[order])


def _chosen(centres: Floats, heads: Counts, n_groups: int | None) -> Clusters:
    """Return the groups of the base clusters whose silhouette is best, the fewest of several as good."""

    def into(n: int) -> Clusters:
        start = means_of_slices(centres, heads, n)
        return clustered(centres, heads, start, most_moves=GROUP_MOVES)

    if n_groups is not None:
        return into(n_groups)
    most = min(MOST_GROUPS, FEWEST_GROUPS + len(centres) // BASE_CLUSTERS_FOR_ONE_MORE)
    tried = [into(n) for n in range(FEWEST_GROUPS, most + 1)]
    across, up = (axis[:, None] - axis for axis in centres.T)
    distances = np.hypot(across, up)
    scores = [silhouette(distances, each.of_point) for each in tried]
    return tried[int(np.argmax(np.nan_to_num(scores, nan=-1.0)))]


def _groups(votes: Votes, group: Indices, n_groups: int) -> Groups:
    sizes = np.bincount(group[group >= 0], minlength=n_groups)
    membership = (group[:, None] == np.arange(n_groups)).astype(np.float64)
    membership[group == NOT_GROUPED] = sizes / max(int(sizes.sum()), 1)
    curves = (Curve(of="", trials=(), chosen=n_groups),)
    return Groups(group, membership, sizes, tally_of(votes, group, n_bodies=n_groups), curves)

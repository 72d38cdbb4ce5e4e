"""What of a ballot may be shown: figures from which nobody's vote can be worked out.

`suppress` takes an opinion map and the releases before it, and returns `Shown`, the only thing that
leaves. How, in the order in which it is done:

1.  Counts below k are hidden, all others rounded to five; the same count is always the same figure, so
    asking again averages nothing out.
2.  No total is counted. Totals, scores and common ground are reckoned from the figures shown, so
    there is nothing to subtract from.
3.  A row of figures leaves room for k − 1 more people in its body (`figures.lowered`): a side that agrees
    as one is shown as nearly all, and those who kept silent are hidden like a kind of vote.
4.  A figure follows an earlier one only if surely k people differ (`figures.continued_rows`); sides are
    known by name, statements by id. Sides that were found, and groups, are other people each
    time: they are shown once and repeated. So is all, where sides are declared only afterwards.
5.  Groups are shown beside sides only where no hidden cell of either could then be bounded (`crossing`).
    Groups below k are not shown. Where groups would leave fewer than k − 1 people of a side over, their
    figures are lowered (`crossing.leaving_room`), so that side less groups is no small cell either.

**What is guaranteed.** Take a reader who knows these rules and has every release. For every count of a side
below k that is hidden and any number from 0 to k − 1 there is a ballot, with all other hidden counts of
that side and statement 0, that would have been shown alike: the feasible interval holds 0 … k − 1. For a
release with groups the same holds of each single cell of a side or a group, within the two tables of a
statement, for a reader who knows besides which side each group lies in. How many of a body kept
silent, or said something and are in no shown group, may be k − 1 or more, and nine or more counts
remain possible. A figure that is shown stands for at least three counts, none of them below k, or
for counts below k too where it is an earlier one shown again.

**What is not.** A reader who knows the votes of t people in a cell learns of the others what is left: k − t
values. A reader who knows every vote but one may see that one tip a figure over; leave at least k new
voters between two releases. That groups are missing for a statement says that something there is small,
though not what. A reader who knows from elsewhere how many of each side are in each group can bound more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .common_ground import common_ground
from .crossing import Table, leaving_room, safe_together
from .figures import HIDDEN, STEP, continued, continued_rows, figures_of, highest, lowered, lowest
from .result import CommonGround, Groups, Method, OpinionMap, Sides
from .votes import AGREE, KINDS, Counts, Floats, Ids

EVERYBODY = ("all",)
"""Sides that were found and yet are the same people each time."""


@dataclass(frozen=True, eq=False)
class Figures:
    """How each body (a side, or a group) voted, as far as that is shown.

    Attributes
    ----------
    names : tuple of str, one for each body
    sizes : int64 array of shape (n_bodies,)
        People, to the nearest five or a little less; −1 where fewer than k.
    counts : int64 array of shape (n_bodies, n_statements, 3)
        Who disagreed, passed, agreed, to the nearest five; −1 where hidden: fewer than k, or withheld.
        A body that spoke as one has at least k fewer here than it has people.
    """

    names: tuple[str, ...]
    sizes: Counts
    counts: Counts

    @property
    def totals(self) -> Counts:
        """Sums of the figures that are shown, shape (n_statements, 3); −1 where none is."""
        any_shown = (self.counts != HIDDEN).any(axis=0)
        sums = np.where(self.counts == HIDDEN, 0, self.counts).sum(axis=0)
        return np.where(any_shown, sums, HIDDEN)

    def likely(self, k: int) -> Floats:
        """Return the counts with k / 2 for a hidden one, and nothing in a row that is hidden whole."""
        row_shown = (self.counts != HIDDEN).any(axis=2, keepdims=True)
        return np.where(row_shown, np.where(self.counts == HIDDEN, k / 2, self.counts), 0.0)


@dataclass(frozen=True, eq=False)
class Shown:
    """All that may leave of a ballot: no person, no position, no membership, no digest, no exact count.

    Attributes
    ----------
    method : Method
    version : str
        Version of the code that made the map.
    k : int
        Counts below it are hidden.
    statements : array of shape (n_statements,)
        Ids, ascending, without those a moderator rejected.
    declared : bool
        Whether the sides were declared; otherwise they were found in the votes.
    sides : Figures
    groups : Figures or None
        None where there are none to show. Named "1", "2", … from the largest.
    """

    method: Method
    version: str
    k: int
    statements: Ids
    declared: bool
    sides: Figures
    groups: Figures | None

    @cached_property
    def common_ground(self) -> CommonGround:
        """Common ground as the figures have it; see `Figures.likely`."""
        return common_ground(self.sides.likely(self.k))

    @cached_property
    def group_informed_consensus(self) -> Floats:
        """Product over the shown groups of (A + 1) / (S + 2); nan where a group's row is hidden."""
        if self.groups is None:
            return np.full(len(self.statements), np.nan)
        counts = self.groups.likely(self.k)
        seen = counts.sum(axis=2)
        shares = (counts[:, :, AGREE + 1] + 1.0) / (seen + 2.0)
        return np.where((seen > 0).all(axis=0), shares.prod(axis=0), np.nan)


def suppress(
    result: OpinionMap, k: int = 10, *, before: Sequence[Shown] = (), with_groups: bool = True
) -> Shown:
    """Return what may be shown of a ballot.

    Parameters
    ----------
    result : OpinionMap
        The map; it stays where it is.
    k : int
        Counts below it are hidden: a multiple of 5, at least 5.
    before : sequence of Shown
        **Every** earlier release of this ballot, oldest first. What a reader may already have decides
        what may follow.
    with_groups : bool
        False keeps groups for a later release: they are shown once, and from then on repeated.

    Raises
    ------
    ValueError
        If k is no such number, or differs from that of an earlier release.

    Notes
    -----
    Linear in bodies × statements. What is guaranteed, and what is not, stands at the head of this module.
    """
    if k < STEP or k % STEP:
        raise ValueError(f"k is {k}; give a multiple of {STEP}.")
    if any(each.k != k for each in before):
        raise ValueError(f"An earlier release hid counts below another number than {k}.")
    if before and not _are_the_same_people(result.sides, before[-1]):
        return before[-1]
    kept = np.flatnonzero(~result.rejected)
    statements = result.statements[kept]
    earlier = _Earlier.of(before, result.sides.names, statements)
    sizes = figures_of(result.sides.sizes, k)
    if earlier is not None:
        sizes = np.where(earlier.has_size, continued(sizes, earlier.sizes, k), sizes)
    room = lowest(sizes, k)[:, None]
    fresh = figures_of(result.sides.tally.counts[:, kept], k)
    fresh[sizes == HIDDEN] = HIDDEN
    rows = lowered(fresh, room, k)
    if earlier is not None:
        room_before = lowest(earlier.sizes, k)[:, None]
        following = continued_rows(fresh, earlier.counts, room, room_before, k)
        rows = np.where(earlier.has_row[..., None], following, rows)
    sides = Figures(result.sides.names, sizes, rows)
    groups = _repeated(before, statements)
    if groups is None and with_groups:
        groups = _beside(sides, result, kept, k)
    return Shown(result.method, result.version, k, statements, result.sides.declared, sides, groups)


def _are_the_same_people(sides: Sides, shown: Shown) -> bool:
    if sides.declared:
        return shown.declared
    return sides.names == shown.sides.names == EVERYBODY


@dataclass(frozen=True, eq=False)
class _Earlier:
    """The last figures of each side and statement, laid out as they are now."""

    sizes: Counts
    has_size: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    counts: Counts
    has_row: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

    @classmethod
    def of(
        cls, before: Sequence[Shown], names: tuple[str, ...], statements: Ids
    ) -> "_Earlier | None":
        if not before:
            return None
        sizes = np.full(len(names), HIDDEN, np.int64)
        counts = np.full((len(names), len(statements), KINDS), HIDDEN, np.int64)
        has_size = np.zeros(len(names), np.bool_)
        has_row = np.zeros((len(names), len(statements)), np.bool_)
        for shown in before:
            here, there = _common(statements, shown.statements)
            for place, name in enumerate(names):
                if name in shown.sides.names:
                    body = shown.sides.names.index(name)
                    sizes[place], has_size[place] = shown.sides.sizes[body], True
                    counts[place, here] = shown.sides.counts[body, there]
                    has_row[place, here] = True
        return cls(sizes, has_size, counts, has_row)


def _common(statements: Ids, earlier: Ids) -> tuple[Counts, Counts]:
    _, here, there = np.intersect1d(statements, earlier, assume_unique=True, return_indices=True)
    return here, there


def _repeated(before: Sequence[Shown], statements: Ids) -> Figures | None:
    """Return the groups of the release that showed them, with nothing on later statements."""
    for shown in before:
        if shown.groups is not None:
            counts = np.full((len(shown.groups.names), len(statements), KINDS), HIDDEN, np.int64)
            here, there = _common(statements, shown.statements)
            counts[:, here] = shown.groups.counts[:, there]
            return replace(shown.groups, counts=counts)
    return None


def _beside(sides: Figures, result: OpinionMap, kept: Counts, k: int) -> Figures | None:
    """Return the groups as far as they may be shown beside these sides."""
    sizes = figures_of(result.groups.sizes, k)
    blocks = _blocks(result.groups, result.sides, sizes, k)
    sideless = 0
    if not _is_nested(result.groups, result.sides, k):
        sideless = int(lowest(figures_of((result.sides.of_participant < 0).sum(), k), k))
    for members, own_sides in blocks:
        most = highest(sides.sizes[own_sides], k).sum() + sideless
        sizes[members] = leaving_room(sizes[members], most, k)
    if (sizes == HIDDEN).all():
        return None
    rows = figures_of(result.groups.tally.counts[:, kept], k)
    rows[sizes == HIDDEN] = HIDDEN
    rows = lowered(rows, lowest(sizes, k)[:, None], k)
    safe = np.ones(len(kept), np.bool_)
    for members, own_sides in blocks:
        right = Table.of(sides.counts[own_sides], sides.sizes[own_sides], k).with_rest(sideless)
        own = members[sizes[members] != HIDDEN]
        rows[own] = leaving_room(rows[own], right.high.sum(axis=0), k)
        # Nobody outside knows how many are in no group: as many as the sizes allow.
        most = highest(sides.sizes[own_sides], k).sum() + sideless
        rest = int(most - lowest(sizes[own], k).sum())
        left = Table.of(rows[own], sizes[own], k).with_rest(rest)
        safe &= safe_together(left, right, k)
    rows[:, ~safe] = HIDDEN
    large = np.flatnonzero(sizes != HIDDEN)
    names = tuple(str(place + 1) for place in range(len(large)))
    return Figures(names, sizes[large], rows[large])


def _members(groups: Groups, sides: Sides) -> Counts:
    """Return how many of each group stand on each side; shape (n_groups, n_sides)."""
    placed = (groups.of_participant >= 0) & (sides.of_participant >= 0)
    n_sides = len(sides.names)
    cell = groups.of_participant[placed] * n_sides + sides.of_participant[placed]
    return np.bincount(cell, minlength=groups.n_groups * n_sides).reshape(groups.n_groups, n_sides)


def _is_nested(groups: Groups, sides: Sides, k: int) -> bool:
    """Tell whether each group that is large enough lies, but for fewer than k people, in one side."""
    outside = groups.sizes - _members(groups, sides).max(axis=1, initial=0)
    return bool((outside[groups.sizes >= k] < k).all())


def _blocks(groups: Groups, sides: Sides, sizes: Counts, k: int) -> list[tuple[Counts, Counts]]:
    """Return groups with the sides they are part of: each side with its own, or all with all."""
    large = np.flatnonzero(sizes != HIDDEN)
    n_sides = len(sides.names)
    if not _is_nested(groups, sides, k):
        return [(large, np.arange(n_sides))]
    home = _members(groups, sides)[large].argmax(axis=1) if n_sides else np.zeros(0, np.int64)
    return [
        (large[home == side], np.array([side])) for side in range(n_sides) if (home == side).any()
    ]

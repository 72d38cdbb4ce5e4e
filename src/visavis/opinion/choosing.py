"""How many groups, and where to begin: tried on votes that were held out.

A number of groups is good if it tells votes it has not seen. So a part of everybody's votes is laid
aside, groups are fitted to the rest, and each number of groups is asked how likely it finds what was
laid aside. The likelihood of seen votes always rises with more groups, and the usual penalties for
that are too harsh or too lax on sparse votes; votes laid aside need no penalty.

Fits begin from several places, since EM finds only the nearest summit: people far apart in the first
axes are drawn as the seeds of groups (k-means++; Arthur and Vassilvitskii, 2007).
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from . import mixture
from .axes import principal_axes
from .colours import Colours, colouring, drawn, mixed
from .exact import rounded
from .mixture import Fits
from .passes import Block, Here, Sums
from .result import Curve, Trial
from .votes import KINDS, PASS, Counts, Floats, Votes

HELD_OUT = 0.15
"""Share of the votes that take a position which is laid aside."""
MOST_GROUPS = 6
"""Most groups tried in one body of people."""
N_STARTS = 2
ROUNDS_OF_K_MEANS = 5
ROUNDS_TO_COMPARE = 7
ROUNDS_TO_FIT = 5
FURTHER = 0.7
N_AXES = MOST_GROUPS - 1
POSITION_UNIT = 2.0**-16
ENOUGH = 1.0
"""Standard errors by which one more group must tell the held-out votes better."""


@dataclass(frozen=True, eq=False)
class Choice:
    """The groups that a body of people falls into, to begin with.

    ``tried`` has the fit of each number of groups that was tried, from one up.
    """

    curve: Curve
    tried: tuple[Fits, ...]

    @property
    def fits(self) -> Fits:
        return self.tried[self.curve.chosen - 1]

    def gain(self, n_groups: int) -> float:
        """Return what so many groups tell of the held-out votes, nats a vote; −inf if they were not tried."""
        if n_groups > len(self.curve.trials):
            return -np.inf
        return self.curve.trials[n_groups - 1].gain

    def with_exactly(self, n_groups: int) -> Self:
        return replace(self, curve=replace(self.curve, chosen=n_groups))


@dataclass(frozen=True, eq=False)
class _Body:
    """What the trials of one body of people share."""

    fitted: Here
    held: Here
    mean: Floats
    colours: Colours
    positions: Floats
    n_held: Counts


def choose(
    votes: Votes,
    *,
    of: str,
    most_groups: int = MOST_GROUPS,
    exactly: int | None = None,
    to_the_end: bool = False,
) -> Choice:
    """Return the groups of these people, as many as the held-out votes ask for, or ``exactly`` so many.

    Trials go up from one group and end with the first that tells the held-out votes no better, by more than
    one standard error, than the best before it; or, ``to_the_end``, with ``most_groups``.
    """
    body = _body(votes)
    one = mixture.from_memberships(body.fitted, np.ones((votes.n_participants, 1, 1)), body.mean)
    most = exactly or min(most_groups, max(1, votes.n_participants // 2))
    told = _told(body, one)
    tried, trials = [one], [Trial(1, 0.0, 0.0)]
    base, best_told, chosen = told, told, 1
    for n_groups in range(2, most + 1):
        fits = _fitted(body, n_groups, tried[-1])
        told = _told(body, fits)
        tried.append(fits)
        trials.append(Trial(n_groups, *_mean_and_error(told - base, body.n_held)))
        step, error = _mean_and_error(told - best_told, body.n_held)
        if step > ENOUGH * error:
            best_told, chosen = told, n_groups
        elif not (exactly or to_the_end):
            break
    return Choice(Curve(of, tuple(trials), exactly or chosen), tuple(tried))


def _body(votes: Votes) -> _Body:
    whole = Here.of(votes)
    colours = colouring(whole, votes.counts)
    fitted, held = _split(votes, colours.participants, colours.statements)
    parts = Here.of(fitted)
    counts = fitted.counts
    axes = principal_axes(
        parts,
        counts,
        colours.statements,
        n_axes=N_AXES,
        with_passes=False,
        tolerance=0.02,
        most_rounds=8,
    )
    (positions,) = parts.joined(_positions, axes.table)
    stretch = np.sqrt(votes.n_statements / np.maximum(fitted.n_votes_of, 1))
    return _Body(
        parts,
        Here.of(held),
        mixture.mean_agreement(counts),
        colours.participants,
        rounded(positions * stretch[:, None], POSITION_UNIT),
        held.n_votes_of,
    )


def _positions(block: Block, table: Floats) -> Sums:
    return (block.gathered(table),)


def _split(votes: Votes, of_participants: Colours, of_statements: Colours) -> tuple[Votes, Votes]:
    """Return the votes to fit and those held out; passes take no position and are in neither."""
    row = np.repeat(of_participants, votes.n_votes_of)
    statement, kind = votes.codes // KINDS, votes.codes % KINDS
    held = drawn(row ^ mixed(of_statements)[statement], 0) < HELD_OUT
    takes_position = kind != PASS + 1
    return _only(votes, takes_position & ~held), _only(votes, takes_position & held)


def _only(votes: Votes, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Votes:
    before = np.concatenate([[0], np.cumsum(chosen)])
    return replace(votes, starts=before[votes.starts], codes=votes.codes[chosen])


def _fitted(body: _Body, n_groups: int, before: Fits) -> Fits:
    """Return the best of several fits: all for some rounds, then the one that tells most.

    Some begin from people who are near each other, some from the groups of ``before``, of which one is cut in two.
    """
    starts = [_started(body, n_groups, start) for start in range(N_STARTS)]
    if n_groups > 2:
        starts += _cut_in_two(body, before)
    fits = mixture.from_memberships(body.fitted, np.stack(starts, axis=1), body.mean)
    fits = mixture.improved(body.fitted, fits, body.mean).fits
    for _ in range(ROUNDS_TO_COMPARE):
        step = mixture.improved(body.fitted, fits, body.mean, further=FURTHER)
        fits = step.fits
    fits = fits.only(int(step.log_likelihood.argmax()))
    for _ in range(ROUNDS_TO_FIT):
        fits = mixture.improved(body.fitted, fits, body.mean, further=FURTHER).fits
    return mixture.improved(body.fitted, fits, body.mean).fits


def _cut_in_two(body: _Body, before: Fits) -> list[Floats]:
    """Return the groups of ``before`` as memberships, each time with another one cut across the next axis."""
    (likelihood,) = body.fitted.joined(_likelihood, before.table)
    group = (likelihood + before.prior).argmax(axis=1)
    across = body.positions[:, min(before.n_groups - 1, body.positions.shape[1] - 1)]
    found = []
    for cut in range(before.n_groups):
        inside = group == cut
        middle = np.median(across[inside]) if inside.any() else 0.0
        halves = np.where(inside & (across > middle), before.n_groups, group)
        found.append(_as_memberships(halves, before.n_groups + 1))
    return found


def _as_memberships(group: np.ndarray[tuple[int], np.dtype[np.int64]], n_groups: int) -> Floats:
    return (group[:, None] == np.arange(n_groups)).astype(np.float64)


def _started(body: _Body, n_groups: int, start: int) -> Floats:
    """Return groups of people near each other in the first axes, as memberships.

    As many axes as can tell so many groups apart, no more: the others are noise. A few rounds of k-means
    (Lloyd, 1982, doi:10.1109/TIT.1982.1056489) from seeds drawn far apart.
    """
    positions = body.positions[:, : max(1, n_groups - 1)]
    seeds = _seeds(positions, body.colours, n_groups, start)
    for _ in range(ROUNDS_OF_K_MEANS):
        nearest = _nearest(positions, seeds)
        members = np.bincount(nearest, minlength=n_groups)
        sums = [np.bincount(nearest, column, minlength=n_groups) for column in positions.T]
        seeds = np.where(members[:, None] > 0, np.stack(sums, axis=1) / np.maximum(members, 1)[:, None], seeds)
    return _as_memberships(_nearest(positions, seeds), n_groups)


def _seeds(positions: Floats, colours: Colours, n_groups: int, start: int) -> Floats:
    """Return ``n_groups`` people's positions, each drawn with a chance as its squared distance to those before."""
    seeds: list[Floats] = []
    distance = np.ones(len(positions))
    for place in range(n_groups):
        luck = -np.log(-np.log(drawn(colours, 1 + start * 64 + place) + 1e-12) + 1e-12)
        with np.errstate(divide="ignore"):
            seed = positions[int((np.log(distance) + luck).argmax())]
        to_seed = ((positions - seed) ** 2).sum(axis=1)
        distance = np.minimum(distance, to_seed) if seeds else to_seed
        seeds.append(seed)
    return np.stack(seeds)


def _nearest(positions: Floats, seeds: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    distances = np.stack([((positions - seed) ** 2).sum(axis=1) for seed in seeds], axis=1)
    return distances.argmin(axis=1)


def _told(body: _Body, fits: Fits) -> Floats:
    """Return the log-likelihood of each participant's held-out votes, given the fitted ones."""
    (before,) = body.fitted.joined(_likelihood, fits.table)
    (held,) = body.held.joined(_likelihood, fits.table)
    prior = before + fits.prior
    return mixture.memberships(prior + held)[1] - mixture.memberships(prior)[1]


def _likelihood(block: Block, table: Floats) -> Sums:
    return (block.gathered(table),)


def _mean_and_error(gains: Floats, n_held: Counts) -> tuple[float, float]:
    """Return the mean gain a held-out vote, and its standard error over participants."""
    n_votes = max(float(n_held.sum()), 1.0)
    mean = float(gains.sum()) / n_votes
    spread = float(((gains - mean * n_held) ** 2).sum())
    return mean, float(np.sqrt(spread)) / n_votes

"""How many groups, and where to begin: tried on votes that were held out.

A number of groups is good if it tells votes it has not seen. So a part of everybody's votes is laid
aside, groups are fitted to the rest, and each number of groups is asked how likely it finds what was
laid aside. The likelihood of seen votes always rises with more groups, and the usual penalties for
that are too harsh or too lax on sparse votes; votes laid aside need no penalty.

EM climbs to the nearest summit, so each number of groups begins from several places: the groups of the number
before, of which another one each time is cut in two, across the axis that tells its people apart.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from . import mixture
from .axes import principal_axes
from .colours import Colouring, drawn, mixed
from .exact import rounded
from .mixture import COARSE_LOG_UNIT, Fits
from .passes import Here, gathered
from .result import Curve, Trial
from .votes import KINDS, PASS, Counts, Floats, Votes

HELD_OUT = 0.15
"""Share of the votes that take a position which is laid aside."""
MOST_GROUPS = 6
"""Most groups tried in one body of people."""
MOST_PAIRS_OF_ROUNDS = 5
STILL = 1.5e-3
"""Mean change of a group's share of agreement, in two rounds, at which the groups stand still."""
MOST_AXES = 3
CLEAR_ENOUGH = 0.1
MOST_ROUNDS_OF_AXES = 6
POSITION_UNIT = 2.0**-16
GAIN_UNIT = 2.0**-16
ENOUGH = 2.0
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
        if n_groups > len(self.tried):
            return -np.inf
        return self.curve.trials[n_groups - 1].gain

    def with_exactly(self, n_groups: int) -> Self:
        return replace(self, curve=replace(self.curve, chosen=n_groups))


@dataclass(frozen=True, eq=False)
class Trials:
    """Some people's votes, divided into those that are fitted and those held out.

    Attributes
    ----------
    fitted, held : Votes
        Votes that take a position; passes are in neither.
    colours : Colouring
        Of these people and of the statements, from the whole ballot.
    """

    fitted: Votes
    held: Votes
    colours: Colouring

    @classmethod
    def of(cls, votes: Votes, colours: Colouring) -> Self:
        return cls(*_split(votes, colours), colours)

    @property
    def n_participants(self) -> int:
        return self.fitted.n_participants

    @property
    def n_votes(self) -> int:
        return self.fitted.n_votes + self.held.n_votes

    def selected(self, chosen: npt.NDArray[np.bool_]) -> Self:
        """Return the same of the participants where ``chosen`` is true."""
        return replace(
            self,
            fitted=self.fitted.selected(chosen),
            held=self.held.selected(chosen),
            colours=self.colours.of(chosen),
        )


@dataclass(frozen=True, eq=False)
class _Body:
    """What the trials of one body of people share."""

    fitted: Here
    held: Here
    mean: Floats
    positions: Floats
    n_held: Counts


def choose(
    votes: Trials,
    *,
    of: str,
    most_groups: int = MOST_GROUPS,
    exactly: int | None = None,
    to_the_end: bool = False,
) -> Choice:
    """Return the groups of these people, as many as the held-out votes ask for, or ``exactly`` so many.

    Trials go up from one group and end with the first that tells the held-out votes no better, by more than
    two standard errors, than the best before it; or, ``to_the_end``, with ``most_groups``. There are never
    more groups than people, also where more are asked for.
    """
    most = min(exactly, max(1, votes.n_participants)) if exactly else 0
    most = most or min(most_groups, max(1, votes.n_participants // 2))
    body = _body(votes, n_axes=min(most, MOST_AXES))
    one = mixture.from_memberships(
        body.fitted, np.ones((votes.n_participants, 1, 1), np.bool_), body.mean
    )
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
    return Choice(Curve(of, tuple(trials), most if exactly else chosen), tuple(tried))


def _body(votes: Trials, *, n_axes: int) -> _Body:
    parts, counts = Here.of(votes.fitted), votes.fitted.counts
    axes = principal_axes(
        parts,
        counts,
        votes.colours.statements,
        n_axes=n_axes,
        with_passes=False,
        tolerance=CLEAR_ENOUGH,
        most_rounds=MOST_ROUNDS_OF_AXES,
    )
    (positions,) = parts.joined(gathered, axes.table)
    stretch = np.sqrt(len(counts) / np.maximum(votes.fitted.n_votes_of, 1))
    return _Body(
        parts,
        Here.of(votes.held),
        mixture.mean_agreement(counts),
        rounded(positions * stretch[:, None], POSITION_UNIT),
        votes.held.n_votes_of,
    )


def _split(votes: Votes, colours: Colouring) -> tuple[Votes, Votes]:
    """Return the votes to fit and those held out; passes take no position and are in neither."""
    row = np.repeat(colours.participants, votes.n_votes_of)
    statement, kind = votes.codes // KINDS, votes.codes % KINDS
    held = drawn(row ^ mixed(colours.statements)[statement], 0) < HELD_OUT
    takes_position = kind != PASS + 1
    return _only(votes, takes_position & ~held), _only(votes, takes_position & held)


def _only(votes: Votes, chosen: npt.NDArray[np.bool_]) -> Votes:
    before = np.concatenate([[0], np.cumsum(chosen)])
    return replace(votes, starts=before[votes.starts], codes=votes.codes[chosen])


def _fitted(body: _Body, n_groups: int, before: Fits) -> Fits:
    """Return the best of several fits: after every few rounds the half of them that tells more goes on.

    Two groups begin as the two halves of an axis, the first or the second; more begin as the groups of
    ``before``, of which one, each in turn, is cut in two.
    """
    if n_groups == 2:
        starts = [_halves(column) for column in body.positions.T[:2]]
    else:
        starts = _cut_in_two(body, before)
    fits = mixture.from_memberships(body.fitted, np.stack(starts, axis=1), body.mean)
    fits = mixture.improved(body.fitted, fits, body.mean).fits
    while fits.n_fits > 1:
        step = mixture.improved_twice(body.fitted, fits, body.mean)
        best = np.argsort(-step.log_likelihood, kind="stable")[: fits.n_fits // 2]
        fits = step.fits.only(best)
    return mixture.at_rest(
        body.fitted, fits, body.mean, still=STILL, most_pairs=MOST_PAIRS_OF_ROUNDS
    )


def _halves(positions: Floats) -> npt.NDArray[np.bool_]:
    return _as_memberships((positions > 0).astype(np.int64), 2)


def _cut_in_two(body: _Body, before: Fits) -> list[npt.NDArray[np.bool_]]:
    """Return the groups of ``before`` as memberships, each time with another one cut across an axis.

    The next axis, which so many groups have not used; of two groups also the one after it.
    """
    (likelihood,) = body.fitted.joined(gathered, before.table(COARSE_LOG_UNIT))
    group = (likelihood + before.prior).argmax(axis=1)
    last = body.positions.shape[1]
    axes = body.positions.T[min(before.n_groups - 1, last - 1) :][
        : 2 if before.n_groups == 2 else 1
    ]
    found = []
    for cut in range(before.n_groups):
        inside = group == cut
        for across in axes:
            middle = np.median(across[inside]) if inside.any() else 0.0
            halves = np.where(inside & (across > middle), before.n_groups, group)
            found.append(_as_memberships(halves, before.n_groups + 1))
    return found


def _as_memberships(group: npt.NDArray[np.int64], n_groups: int) -> npt.NDArray[np.bool_]:
    return np.asarray(group[:, None] == np.arange(n_groups))


def _told(body: _Body, fits: Fits) -> Floats:
    """Return the log-likelihood of each participant's held-out votes, given the fitted ones."""
    table = fits.table(COARSE_LOG_UNIT)
    (before,) = body.fitted.joined(gathered, table)
    (held,) = body.held.joined(gathered, table)
    prior = before + fits.prior
    return mixture.memberships(prior + held)[1] - mixture.memberships(prior)[1]


def _mean_and_error(gains: Floats, n_held: Counts) -> tuple[float, float]:
    """Return the mean gain a held-out vote, and its standard error over participants."""
    n_votes = max(float(n_held.sum()), 1.0)
    mean = float(gains.sum()) / n_votes
    spread = float((rounded(gains - mean * n_held, GAIN_UNIT) ** 2).sum())
    return mean, float(np.sqrt(spread)) / n_votes

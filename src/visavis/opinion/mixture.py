"""People who vote alike: a latent-class model of agreeing and disagreeing, fitted by EM.

Everybody belongs to one of some groups; of a group, the same share agrees with a statement, whoever
it is. Passing and not having seen say nothing here: groups of people who pass a lot are no groups of
opinion. Expectation: how likely is each group, given how somebody voted. Maximisation: what share of
each group agrees, given who is likely in it. (Goodman, 1974, doi:10.1093/biomet/61.2.215; Dempster,
Laird and Rubin, 1977, doi:10.1111/j.2517-6161.1977.tb01600.x)

Several fits may be carried on at once, side by side in one pass: ``n_fits`` of ``n_groups`` each, which
makes ``n_fits * n_groups`` lanes.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from .exact import Multiples, rounded
from .passes import Block, Parts, Sums, scattered
from .votes import AGREE, DISAGREE, KINDS, Counts, Floats

LOG_UNIT = 2.0**-20
EXP_UNIT = 2.0**-40
COARSE_EXP_UNIT = 2.0**-16
SHARE_UNIT = 2.0**-20
"""Memberships that are shown are multiples of this."""
COARSE_LOG_UNIT = 2.0**-9
COARSE_SHARE_UNIT = 2.0**-10
"""On the way coarser numbers do: three travel in one (`exact`), and what a vote tells is coarser yet."""
DRAWN_TO_MEAN = 10.0
"""Votes of the whole ballot's opinion that are added to each group's own on each statement."""
LEAST_SHARE = 1e-3
"""No group is quite sure of anything: shares of agreement stay this far from 0 and 1."""
LEAST_WEIGHT = 1e-6
FURTHER = 0.7


@dataclass(frozen=True, eq=False)
class Fits:
    """Some fits of equally many groups.

    Attributes
    ----------
    log_odds : float array of shape (n_statements, n_fits, n_groups)
        log p − log (1 − p), where p is the share of each group that agrees, of those who take a position.
    weights : float array of shape (n_bodies, n_fits, n_groups)
        Share of each group in each body; rows sum to 1. One body is everybody; or one for each side, and a
        last one for who has none.
    """

    log_odds: Floats
    weights: Floats

    @classmethod
    def of(cls, agreement: Floats, weights: Floats) -> Self:
        """Return the fits with these shares of agreement, above 0 and below 1."""
        return cls(np.log(agreement) - np.log1p(-agreement), weights)

    @property
    def n_fits(self) -> int:
        return int(self.log_odds.shape[1])

    @property
    def n_groups(self) -> int:
        return int(self.log_odds.shape[2])

    @cached_property
    def agreement(self) -> Floats:
        """Share of each group that agrees; the shape of ``log_odds``."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.log_odds)), np.float64)

    def table(self, unit: float = LOG_UNIT) -> Multiples:
        """Return the log-likelihood of each (statement, kind) in each group, 3 * n_statements of n_lanes."""
        agreeing = np.log(np.asarray(self.agreement, self.log_odds.dtype))
        found = np.zeros((*self.log_odds.shape[1:], len(self.log_odds), KINDS))
        found[..., AGREE + 1] = np.moveaxis(agreeing, 0, -1)
        found[..., DISAGREE + 1] = np.moveaxis(agreeing - self.log_odds, 0, -1)
        return Multiples.of(found.reshape(self.n_fits * self.n_groups, -1).T, unit)

    @property
    def prior(self) -> Floats:
        """Log of the weights; shape (n_bodies, n_lanes)."""
        logs = np.log(np.maximum(self.weights, LEAST_WEIGHT))
        return rounded(logs.reshape(len(logs), self.n_fits * self.n_groups), LOG_UNIT)

    def only(self, chosen: npt.NDArray[np.int64]) -> Self:
        """Return the fits with these numbers alone."""
        return type(self)(self.log_odds[:, chosen], self.weights[:, chosen])


@dataclass(frozen=True, eq=False)
class Round:
    """One round of EM: the fits after it, and how likely those before it found the votes, shape (n_fits,)."""

    fits: Fits
    log_likelihood: Floats


def memberships(log_likelihood: Floats) -> tuple[Floats, Floats]:
    """Return the probability of each group, and the log-likelihood of all, over the last axis.

    Both are multiples of a power of two, and do not depend on the order of the groups.
    """
    shares, told = _shares(log_likelihood, EXP_UNIT, SHARE_UNIT)
    shares *= SHARE_UNIT
    return shares, rounded(told, LOG_UNIT)


def _shares(
    log_likelihood: npt.NDArray[Any], exp_unit: float, unit: float
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return the probability of each group, in whole units, and the log-likelihood of all."""
    top = _over_groups(np.maximum, log_likelihood)
    shares = log_likelihood - top[..., None]
    np.exp(shares, out=shares)
    shares *= 1.0 / exp_unit
    np.rint(shares, out=shares)
    total = _over_groups(np.add, shares)
    shares *= (1.0 / unit) / total[..., None]
    np.rint(shares, out=shares)
    return shares, np.log(total * exp_unit) + top


def _over_groups(function: np.ufunc, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Reduce the last axis: it is short and the others long, which numpy's own reduction is slow at."""
    found = values[..., 0].copy(order="K")
    for group in range(1, values.shape[-1]):
        function(found, values[..., group], out=found)
    return found


def improved(parts: Parts, fits: Fits, mean: Floats, *, further: float = 0.0) -> Round:
    """Return one round of EM over all votes. Two halves of a pass.

    With ``further`` above 0 each share is moved on by so much of its own step, in log-odds.
    """
    table, prior = fits.table(COARSE_LOG_UNIT), fits.prior.astype(np.float32)
    sums, mass, told = parts.total(_expected, table, prior, fits.n_fits, fits.n_groups)
    after = _maximised(sums, mass, fits, mean)
    if further:
        step = after.log_odds - fits.log_odds
        after = Fits(_within(after.log_odds + further * step), after.weights)
    return Round(after, told)


def improved_twice(parts: Parts, fits: Fits, mean: Floats) -> Round:
    """Return two rounds of EM, the first over-relaxed (Salakhutdinov and Roweis, 2003), the second plain.

    Most shares reach their place in one plain round: going further overshoots, which the plain round mends.
    A few creep, and these the other brings on. Together they are worth some three of either kind.
    """
    return improved(parts, improved(parts, fits, mean, further=FURTHER).fits, mean)


def at_rest(parts: Parts, fits: Fits, mean: Floats, *, still: float, most_pairs: int) -> Fits:
    """Return the fits after pairs of rounds, until one moves shares of agreement by less on average."""
    for _ in range(most_pairs):
        after = improved_twice(parts, fits, mean).fits
        moved = float(np.abs(after.agreement - fits.agreement).mean())
        fits = after
        if moved < still:
            break
    return fits


def _within(log_odds: Floats) -> Floats:
    most = log_odds.dtype.type(np.log((1.0 - LEAST_SHARE) / LEAST_SHARE))
    return np.clip(log_odds, -most, most)


def from_memberships(parts: Parts, rows: npt.NDArray[np.bool_], mean: Floats) -> Fits:
    """Return the fits that known groups give; ``rows`` has shape (n_participants, n_fits, n_groups)."""
    n_fits, n_groups = rows.shape[1:]
    (sums,) = parts.total(scattered, 1.0, rows=(rows.reshape(len(rows), n_fits * n_groups),))
    nothing = Fits(np.zeros((parts.n_statements, n_fits, n_groups)), np.ones((1, n_fits, n_groups)))
    return _maximised(sums, rows.sum(axis=0).reshape(1, -1), nothing, mean)


def _expected(block: Block, table: Multiples, prior: Floats, n_fits: int, n_groups: int) -> Sums:
    likelihood = block.gathered(table, np.float32)
    bodies = block.bodies(len(prior))
    likelihood += prior[bodies] if len(prior) > 1 else prior
    # Lanes first, as they lie in memory.
    by_fit = np.moveaxis(likelihood.T.reshape(n_fits, n_groups, -1), -1, 0)
    shares, told = _shares(by_fit, COARSE_EXP_UNIT, COARSE_SHARE_UNIT)
    whole = np.moveaxis(shares, 0, -1).reshape(n_fits * n_groups, -1).astype(np.int64)
    mass = whole.sum(axis=1)[None]
    if len(prior) > 1:
        mass = np.stack([whole[:, bodies == body].sum(axis=1) for body in range(len(prior))])
    rows = Multiples(whole, COARSE_SHARE_UNIT, int(1.0 / COARSE_SHARE_UNIT), signed=False)
    told = np.rint(told * (1.0 / COARSE_LOG_UNIT)).sum(axis=0, dtype=np.float64)
    return block.scattered(rows), mass * COARSE_SHARE_UNIT, told * COARSE_LOG_UNIT


def _maximised(sums: Floats, mass: Floats, like: Fits, mean: Floats) -> Fits:
    by_kind = sums.T.reshape(like.n_fits, like.n_groups, -1, KINDS)
    drawn = DRAWN_TO_MEAN * mean
    agree, disagree = by_kind[..., AGREE + 1] + drawn, by_kind[..., DISAGREE + 1] - drawn
    odds = (agree / (disagree + DRAWN_TO_MEAN)).astype(np.float32)
    log_odds = np.moveaxis(np.log(odds), -1, 0)
    weights = (mass + 1.0).reshape(like.weights.shape)
    weights /= weights.sum(axis=-1, keepdims=True)
    return Fits(_within(log_odds), weights)


def mean_agreement(counts: Counts) -> Floats:
    """Return the smoothed share of agreement with each statement among those who take a position."""
    agree, disagree = counts[:, AGREE + 1], counts[:, DISAGREE + 1]
    return np.asarray((agree + 1.0) / (agree + disagree + 2.0))

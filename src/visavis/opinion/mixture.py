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
from typing import Self

import numpy as np
import numpy.typing as npt

from .exact import rounded
from .passes import Block, Parts, Sums, scattered
from .votes import AGREE, DISAGREE, KINDS, Counts, Floats

LOG_UNIT = 2.0**-24
EXP_UNIT = 2.0**-40
SHARE_UNIT = 2.0**-20
"""Memberships are multiples of this: exact in sums over more than a thousand million votes."""
DRAWN_TO_MEAN = 10.0
"""Votes of the whole ballot's opinion that are added to each group's own on each statement."""
LEAST_SHARE = 1e-3
"""No group is quite sure of anything: shares of agreement stay this far from 0 and 1."""
LEAST_WEIGHT = 1e-6


@dataclass(frozen=True, eq=False)
class Fits:
    """Some fits of equally many groups.

    Attributes
    ----------
    agreement : float array of shape (n_statements, n_fits, n_groups)
        Share of each group that agrees, of those who take a position; above 0 and below 1.
    weights : float array of shape (n_bodies, n_fits, n_groups)
        Share of each group in each body; rows sum to 1. One body is everybody; or one for each side, and a
        last one for who has none.
    """

    agreement: Floats
    weights: Floats

    @property
    def n_fits(self) -> int:
        return int(self.agreement.shape[1])

    @property
    def n_groups(self) -> int:
        return int(self.agreement.shape[2])

    @property
    def table(self) -> Floats:
        """Log-likelihood of each (statement, kind) in each group; shape (3 * n_statements, n_lanes)."""
        found = np.zeros((len(self.agreement), KINDS, self.n_fits * self.n_groups))
        flat = self.agreement.reshape(len(self.agreement), self.n_fits * self.n_groups)
        found[:, AGREE + 1] = np.log(flat)
        found[:, DISAGREE + 1] = np.log1p(-flat)
        return rounded(found.reshape(KINDS * len(found), found.shape[2]), LOG_UNIT)

    @property
    def prior(self) -> Floats:
        """Log of the weights; shape (n_bodies, n_lanes)."""
        logs = np.log(np.maximum(self.weights, LEAST_WEIGHT))
        return rounded(logs.reshape(len(logs), self.n_fits * self.n_groups), LOG_UNIT)

    def only(self, chosen: npt.NDArray[np.int64]) -> Self:
        """Return the fits with these numbers alone."""
        return type(self)(self.agreement[:, chosen], self.weights[:, chosen])


@dataclass(frozen=True, eq=False)
class Round:
    """One round of EM: the fits after it, and how likely those before it found the votes, shape (n_fits,)."""

    fits: Fits
    log_likelihood: Floats


def memberships(log_likelihood: Floats) -> tuple[Floats, Floats]:
    """Return the probability of each group, and the log-likelihood of all, over the last axis.

    Both are multiples of a power of two, and do not depend on the order of the groups.
    """
    top = _over_groups(np.maximum, log_likelihood)
    shares = log_likelihood - top[..., None]
    np.exp(shares, out=shares)
    shares *= 1.0 / EXP_UNIT
    np.rint(shares, out=shares)
    total = _over_groups(np.add, shares)
    shares *= (1.0 / SHARE_UNIT) / total[..., None]
    np.rint(shares, out=shares)
    shares *= SHARE_UNIT
    told = rounded(np.log(total * EXP_UNIT), LOG_UNIT) + top
    return shares, told


def _over_groups(function: np.ufunc, values: Floats) -> Floats:
    """Reduce the last axis: it is short and the others long, which numpy's own reduction is slow at."""
    found = values[..., 0].copy()
    for group in range(1, values.shape[-1]):
        function(found, values[..., group], out=found)
    return found


def improved(parts: Parts, fits: Fits, mean: Floats, *, further: float = 0.0) -> Round:
    """Return one round of EM over all votes. Two halves of a pass.

    With ``further`` above 0 and below 1 each share is moved on by so much of its own step, in log-odds: the
    same summit in about half the rounds (over-relaxed EM; Salakhutdinov and Roweis, 2003).
    """
    sums, mass, told = parts.total(_expected, fits.table, fits.prior, fits.n_fits, fits.n_groups)
    after = _maximised(sums, mass, fits, mean)
    if further:
        old, new = _log_odds(fits.agreement), _log_odds(after.agreement)
        agreement = 1.0 / (1.0 + np.exp(-(new + further * (new - old))))
        after = Fits(np.clip(agreement, LEAST_SHARE, 1 - LEAST_SHARE), after.weights)
    return Round(after, told)


def _log_odds(shares: Floats) -> Floats:
    return np.asarray(np.log(shares) - np.log1p(-shares))


def from_memberships(parts: Parts, rows: Floats, mean: Floats) -> Fits:
    """Return the fits that known memberships give; ``rows`` has shape (n_participants, n_fits, n_groups)."""
    n_fits, n_groups = rows.shape[1:]
    (sums,) = parts.total(scattered, rows=(rows.reshape(len(rows), n_fits * n_groups),))
    nothing = Fits(
        np.full((parts.n_statements, n_fits, n_groups), 0.5), np.ones((1, n_fits, n_groups))
    )
    return _maximised(sums, rows.sum(axis=0).reshape(1, -1), nothing, mean)


def _expected(block: Block, table: Floats, prior: Floats, n_fits: int, n_groups: int) -> Sums:
    likelihood = block.gathered(table)
    bodies = block.bodies(len(prior))
    likelihood += prior[bodies] if len(prior) > 1 else prior
    shares, told = memberships(likelihood.reshape(-1, n_fits, n_groups))
    flat = shares.reshape(len(shares), n_fits * n_groups)
    mass = flat.sum(axis=0)[None]
    if len(prior) > 1:
        mass = np.stack([flat[bodies == body].sum(axis=0) for body in range(len(prior))])
    return block.scattered(flat), mass, told.sum(axis=0)


def _maximised(sums: Floats, mass: Floats, like: Fits, mean: Floats) -> Fits:
    by_kind = sums.reshape(-1, KINDS, like.n_fits, like.n_groups)
    agree, disagree = by_kind[:, AGREE + 1], by_kind[:, DISAGREE + 1]
    drawn = DRAWN_TO_MEAN * mean[:, None, None]
    agreement = (agree + drawn) / (agree + disagree + DRAWN_TO_MEAN)
    weights = (mass + 1.0).reshape(like.weights.shape)
    weights /= weights.sum(axis=-1, keepdims=True)
    return Fits(np.clip(agreement, LEAST_SHARE, 1 - LEAST_SHARE), weights)


def mean_agreement(counts: Counts) -> Floats:
    """Return the smoothed share of agreement with each statement among those who take a position."""
    agree, disagree = counts[:, AGREE + 1], counts[:, DISAGREE + 1]
    return np.asarray((agree + 1.0) / (agree + disagree + 2.0))

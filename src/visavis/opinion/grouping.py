"""From votes to sides and groups: begun on a sample, finished on everybody."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from . import mixture
from .choosing import MOST_GROUPS, Choice, Trials, choose
from .colours import Colouring
from .exact import Multiples
from .mixture import Fits
from .passes import Block, Here, Parts, Sums
from .result import Curve
from .votes import Counts, Floats, Votes

MOST_PAIRS_OF_ROUNDS = 20
STILL = 4e-3
"""Mean change of a group's share of agreement, in two rounds, at which the groups stand still."""
ABROAD = 0.05
"""Share of each side that may at first belong to groups found in another."""

EVERYBODY = "all"
"""Name of the one side there is where none were declared and none found."""


@dataclass(frozen=True, eq=False)
class Found:
    """Groups, the sides they were found in, and how many were tried.

    Attributes
    ----------
    fits : Fits
        One fit of all groups together.
    side_of_group : int8 array of shape (n_groups,)
        The side in which each group was found.
    names : tuple of str
        Of the sides.
    declared : bool
        Whether the sides were declared.
    curves : tuple of Curve
    """

    fits: Fits
    side_of_group: npt.NDArray[np.int8]
    names: tuple[str, ...]
    declared: bool
    curves: tuple[Curve, ...]

    @property
    def n_sides(self) -> int:
        return len(self.names)

    def only(self, kept: npt.NDArray[np.bool_]) -> "Found":
        """Return the same with fewer groups; sides that were found are given up if one has no group left."""
        weights = self.fits.weights[:, :, kept]
        fits = Fits(self.fits.log_odds[:, :, kept], weights / weights.sum(axis=-1, keepdims=True))
        side_of_group, names = self.side_of_group[kept], self.names
        if not self.declared and len(np.unique(side_of_group)) < self.n_sides:
            side_of_group, names = np.zeros_like(side_of_group), (EVERYBODY,)
        return replace(self, fits=fits, side_of_group=side_of_group, names=names)


def begun(sample: Votes, colours: Colouring, *, n_groups: int | None) -> Found:
    """Return the groups of a sample: within each side, declared or found, then all together."""
    declared = bool(sample.sides)
    everybody = Trials.of(sample, colours)
    side_of, names = (sample.side_of, sample.sides) if declared else _found_sides(everybody)
    if n_groups is not None and n_groups < len(names):
        return _of_everybody(everybody, n_groups, names, declared=declared)
    bodies = [everybody.selected(side_of == side) for side in range(len(names))]
    choices = _choices(bodies, names if len(names) > 1 else ("",), n_groups)
    fits = _together(choices, [body.n_participants for body in bodies], declared=declared)
    curves = tuple(choice.curve for choice in choices)
    return Found(fits, _sides_of_groups(choices), names, declared, curves)


def finished(parts: Parts, found: Found, mean: Floats) -> Found:
    """Return the groups after EM over all votes, carried on until they stand still."""
    fits = found.fits
    if fits.n_groups == 1:
        return replace(found, fits=mixture.improved(parts, fits, mean).fits)
    fits = mixture.at_rest(parts, fits, mean, still=STILL, most_pairs=MOST_PAIRS_OF_ROUNDS)
    return replace(found, fits=fits)


def _found_sides(everybody: Trials) -> tuple[npt.NDArray[np.int8], tuple[str, ...]]:
    """Return the side of each participant, the larger first; one side where two tell no more."""
    choice = choose(everybody, of="", most_groups=2)
    if choice.fits.n_groups == 1:
        return np.zeros(everybody.n_participants, np.int8), (EVERYBODY,)
    (side,) = Here.of(everybody.fitted).joined(_likeliest, choice.fits.table(), choice.fits.prior)
    if 2 * side.sum() > len(side):
        side = 1 - side
    return side.astype(np.int8), ("1", "2")


def _likeliest(block: Block, table: Multiples, prior: Floats) -> Sums:
    return ((block.gathered(table) + prior).argmax(axis=1),)


def _choices(bodies: list[Trials], names: tuple[str, ...], n_groups: int | None) -> list[Choice]:
    if n_groups is None:
        most = max(1, MOST_GROUPS - len(bodies) // 2)
        return [
            choose(body, of=name, most_groups=most)
            for body, name in zip(bodies, names, strict=True)
        ]
    if n_groups == len(bodies):
        return [choose(body, of=name, exactly=1) for body, name in zip(bodies, names, strict=True)]
    tried = [
        choose(body, of=name, most_groups=n_groups - len(bodies) + 1, to_the_end=True)
        for body, name in zip(bodies, names, strict=True)
    ]
    numbers = _shared_out(tried, [body.n_votes for body in bodies], n_groups)
    return [choice.with_exactly(number) for choice, number in zip(tried, numbers, strict=True)]


def _shared_out(tried: list[Choice], n_votes: list[int], n_groups: int) -> list[int]:
    """Return how many groups each body gets: each further one goes where it tells most held-out votes.

    All together are fewer than ``n_groups`` where there are too few people to try so many.
    """
    numbers = [1] * len(tried)
    for _ in range(n_groups - len(tried)):
        steps = [
            votes * (choice.gain(number + 1) - choice.gain(number))
            if number < len(choice.tried)
            else -np.inf
            for choice, number, votes in zip(tried, numbers, n_votes, strict=True)
        ]
        if np.isneginf(steps).all():
            break
        numbers[int(np.argmax(steps))] += 1
    return numbers


def _of_everybody(
    everybody: Trials, n_groups: int, names: tuple[str, ...], *, declared: bool
) -> Found:
    """Return fewer groups than there are sides; sides that were found are then given up."""
    choice = choose(everybody, of="", exactly=n_groups)
    n_bodies = len(names) + 1 if declared else 1
    fits = Fits(choice.fits.log_odds, choice.fits.weights.repeat(n_bodies, axis=0))
    side_of_group = np.zeros(fits.n_groups, np.int8)
    return Found(
        fits, side_of_group, names if declared else (EVERYBODY,), declared, (choice.curve,)
    )


def _together(choices: list[Choice], sizes: list[int], *, declared: bool) -> Fits:
    """Return all bodies' groups as one fit; declared sides keep weights of their own."""
    log_odds = np.concatenate([choice.fits.log_odds for choice in choices], axis=2)
    n_groups = log_odds.shape[2]
    share = np.array(sizes, np.float64) + 1.0
    share /= share.sum()
    own = [choice.fits.weights[0, 0] for choice in choices]
    everybody = np.concatenate([weights * part for weights, part in zip(own, share, strict=True)])
    if not declared:
        return Fits(log_odds, everybody.reshape(1, 1, n_groups))
    rows, first = [], 0
    for weights in own:
        row = ABROAD * everybody
        row[first : first + len(weights)] += (1.0 - ABROAD) * weights
        rows.append(row / row.sum())
        first += len(weights)
    rows.append(everybody)
    return Fits(log_odds, np.stack(rows)[:, None, :])


def _sides_of_groups(choices: list[Choice]) -> npt.NDArray[np.int8]:
    return np.repeat(
        np.arange(len(choices), dtype=np.int8), [choice.fits.n_groups for choice in choices]
    )


def sizes_in_order(of_participant: npt.NDArray[np.int64], n_groups: int) -> Counts:
    """Return how many participants are placed in each group."""
    return np.bincount(of_participant[of_participant >= 0], minlength=n_groups)

"""Opinion maps made by hand: small ballots counted honestly, and crowds strewn in the plane."""

import numpy as np

from visavis.opinion.common_ground import common_ground
from visavis.opinion.consensus import group_informed_consensus
from visavis.opinion.reading import Reading
from visavis.opinion.representative import representative_statements
from visavis.opinion.result import (
    Curve,
    Groups,
    Method,
    OpinionMap,
    Positions,
    Sides,
    Tally,
    Trial,
)
from visavis.opinion.votes import KINDS, Votes


def tally_of(votes: Votes, body: np.ndarray, n_bodies: int) -> Tally:
    counts = np.zeros((n_bodies, votes.n_statements * KINDS), np.int64)
    who = np.repeat(np.arange(votes.n_participants), votes.n_votes_of)
    placed = body[who] >= 0
    np.add.at(counts, (body[who][placed], votes.codes[placed]), 1)
    return Tally(counts.reshape(n_bodies, votes.n_statements, KINDS))


def map_of(
    votes: Votes,
    group: np.ndarray,
    *,
    side: np.ndarray | None = None,
    names: tuple[str, ...] = ("1", "2"),
    declared: bool = False,
    places: np.ndarray | None = None,
    rejected: np.ndarray | None = None,
) -> OpinionMap:
    """Return a map with these groups and sides, everything else counted from the votes."""
    n_groups = int(group.max(initial=-1)) + 1
    side = (group.astype(np.int8) if side is None else side).astype(np.int8)
    by_side, by_group = tally_of(votes, side, len(names)), tally_of(votes, group, n_groups)
    membership = (group[:, None] == np.arange(n_groups)).astype(np.float64)
    if places is None:
        turn = 2 * np.pi * (group + 1) / (n_groups + 1)
        places = np.stack([np.cos(turn), np.sin(turn)], axis=1) * (group >= 0)[:, None]
    weights = np.zeros((votes.n_statements, 2))
    for axis in range(min(2, votes.n_statements)):
        weights[axis, axis] = 1.0
    curve = Curve("", (Trial(1, 0.0, 0.0), Trial(max(n_groups, 1), 0.1, 0.01)), max(n_groups, 1))
    return OpinionMap(
        Method.DEFAULT,
        "0.1.0",
        votes.digest,
        votes.participants,
        votes.statements,
        votes.n_votes,
        np.zeros(votes.n_statements, np.bool_) if rejected is None else rejected,
        Sides(names, declared, side, np.bincount(side[side >= 0], minlength=len(names)), by_side),
        Groups(
            group.astype(np.int64),
            membership,
            np.bincount(group[group >= 0], minlength=n_groups),
            by_group,
            (curve,),
        ),
        common_ground(by_side.counts.astype(np.float64)),
        group_informed_consensus(by_group),
        representative_statements(by_group),
        Positions(places, weights, np.array([0.4, 0.1])),
    )


def reading_of(votes: Votes, texts: dict | None = None, **more: object) -> Reading:
    nothing = np.zeros(votes.n_statements, np.bool_)
    return Reading(votes=votes, rejected=nothing, texts=texts or {}, **more)  # type: ignore[arg-type]


def two_halves(each: int = 40) -> tuple[Votes, np.ndarray]:
    """Return votes on four statements, and the half of each person.

    Both halves agree with the first; the second divides them; nobody agrees with the third; the fourth was
    seen by three people.
    """
    half = np.repeat([0, 1], each)
    who, what, vote = [], [], []
    for person, side in enumerate(half):
        said = [1, 1 if side == 0 else -1, -1]
        if person < 3:
            said.append(1)
        for statement, answer in enumerate(said):
            who.append(person)
            what.append(statement)
            vote.append(answer)
    return Votes.from_arrays(who, what, vote), half


def crowd(
    n: int, *, n_sides: int, n_groups: int
) -> tuple[Votes, np.ndarray, np.ndarray, np.ndarray]:
    """Return one vote of each of many people, their groups, sides, and places in clouds."""
    chance = np.random.default_rng(7)
    group = np.sort(chance.integers(0, n_groups, n))
    side = (group % n_sides).astype(np.int8)
    turn = 2 * np.pi * np.arange(n_groups) / n_groups
    middle = 3 * np.stack([1.4 * np.cos(turn), np.sin(turn)], axis=1)
    places = middle[group] + chance.normal(0, 0.8, (n, 2))
    group[chance.random(n) < 0.02] = -1
    votes = Votes.from_arrays(np.arange(n), np.arange(n) % 5, chance.integers(-1, 2, n))
    return votes, group, side, places

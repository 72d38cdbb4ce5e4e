"""Small opinion maps made by hand: of people one by one, or only of their counts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visavis.opinion.common_ground import common_ground
from visavis.opinion.result import Groups, Method, OpinionMap, Positions, Sides, Tally
from visavis.opinion.votes import KINDS, Counts

UNSEEN = 9
"""Stands in a table of votes where somebody has not voted."""

Table = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class People:
    """Everybody's side, group (−1 for none) and votes, one row a person."""

    side: Counts
    group: Counts
    votes: Table

    def map(self, *, n_sides: int, n_groups: int, declared: bool = True) -> OpinionMap:
        return map_of_counts(
            self.side,
            self.group,
            counted(self.side, self.votes, n_sides),
            counted(self.group, self.votes, n_groups),
            declared=declared,
        )


def counted(body: Counts, votes: Table, n_bodies: int) -> Counts:
    """Return how each body voted; shape (n_bodies, n_statements, 3)."""
    return np.array(
        [
            [[(of_body == kind).sum() for kind in (-1, 0, 1)] for of_body in votes[body == each].T]
            for each in range(n_bodies)
        ],
        np.int64,
    ).reshape(n_bodies, votes.shape[1], KINDS)


def map_of_counts(
    side: Counts,
    group: Counts,
    of_sides: Counts,
    of_groups: Counts,
    *,
    declared: bool = True,
    names: tuple[str, ...] | None = None,
) -> OpinionMap:
    n_people, n_statements, n_groups = len(side), of_sides.shape[1], len(of_groups)
    every = [
        np.bincount(body[body >= 0], minlength=n)
        for body, n in ((side, len(of_sides)), (group, n_groups))
    ]
    names = names or tuple("ABCD"[: len(of_sides)])
    return OpinionMap(
        method=Method.DEFAULT,
        version="0",
        digest="5ec2e7" * 10,
        participants=np.arange(n_people) + 7_000_000,
        statements=np.arange(n_statements),
        n_votes=int(of_sides.sum()),
        rejected=np.zeros(n_statements, np.bool_),
        sides=Sides(names, declared, side.astype(np.int8), every[0], Tally(of_sides)),
        groups=Groups(group, np.zeros((n_people, n_groups)), every[1], Tally(of_groups), ()),
        common_ground=common_ground(of_sides.astype(np.float64)),
        group_informed_consensus=np.full(n_statements, np.nan),
        representative=((),) * n_groups,
        positions=Positions(np.zeros((n_people, 2)), np.zeros((n_statements, 2)), np.zeros(2)),
    )


def sides_only(
    *rows: tuple[int, list[list[int]]], names: tuple[str, ...] | None = None
) -> OpinionMap:
    """Return a map without groups: for each side its size, and disagree, pass, agree of each statement."""
    side = np.repeat(np.arange(len(rows)), [size for size, _ in rows])
    counts = np.array([row for _, row in rows], np.int64)
    nobody = np.zeros((0, *counts.shape[1:]), np.int64)
    return map_of_counts(side, np.full(len(side), -1), counts, nobody, names=names)

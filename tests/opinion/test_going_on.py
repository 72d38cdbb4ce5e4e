"""A map that is gone on from when more votes have come."""

import numpy as np
import pytest
from planted_ballot import planted
from sklearn.metrics import adjusted_rand_score

from visavis.opinion.mapping import opinion_map
from visavis.opinion.problems import UnusableInputError
from visavis.opinion.votes import Votes

BALLOT = planted(600, 40, votes_each=(10, 30), seed=8)


def part(share: float, *, declared: bool = False) -> Votes:
    n = int(len(BALLOT.who) * share)
    side = BALLOT.side[BALLOT.who[:n]] if declared else None
    return Votes.from_arrays(BALLOT.who[:n], BALLOT.what[:n], BALLOT.said[:n], side)


def test_groups_keep_their_numbers_and_the_plane_its_directions() -> None:
    before = opinion_map(part(0.9))
    after = opinion_map(part(1.0), start=before)
    n = len(before.participants)
    assert adjusted_rand_score(before.groups.of_participant, after.groups.of_participant[:n]) > 0.9
    same = (before.groups.of_participant == after.groups.of_participant[:n]).mean()
    assert same > 0.9
    assert np.array_equal(before.positions.of_statement, after.positions.of_statement)


def test_it_is_near_the_map_made_from_nothing() -> None:
    gone_on = opinion_map(part(1.0), start=opinion_map(part(0.9)))
    anew = opinion_map(part(1.0))
    assert (gone_on.sides.of_participant == anew.sides.of_participant).mean() > 0.98
    assert np.abs(gone_on.common_ground.score - anew.common_ground.score).max() < 0.02
    assert np.array_equal(gone_on.common_ground.common, anew.common_ground.common)


def test_a_new_statement_is_counted_at_once() -> None:
    known = BALLOT.what < 39
    before = opinion_map(
        Votes.from_arrays(BALLOT.who[known], BALLOT.what[known], BALLOT.said[known])
    )
    after = opinion_map(part(1.0), start=before)
    assert len(after.statements) == 40
    assert after.sides.tally.seen[:, 39].sum() == (BALLOT.what == 39).sum()


def test_other_sides_cannot_be_gone_on_from() -> None:
    before = opinion_map(part(0.9))
    with pytest.raises(UnusableInputError, match="other sides"):
        opinion_map(part(1.0, declared=True), start=before)

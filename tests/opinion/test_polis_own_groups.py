"""The groups that Polis itself exported, found again from the votes alone."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from visavis.opinion.polis import polis_map
from visavis.opinion.read import votes_in
from visavis.opinion.reading import Reading
from visavis.opinion.result import OpinionMap

AGREEMENT = {
    "canadian-electoral-reform": 0.96,
    "ssis.land-bank-farmland.2rumnecbeh.2021-08-01": 0.96,
    "vtaiwan.uberx": 0.94,
    "brexit-consensus": 0.89,
}
"""Least adjusted Rand index, of what 1 is the same groups. In two others Polis' groups hang on their past."""


def conversation(shared_data: Path, name: str) -> Reading:
    folder = shared_data / "polis" / name
    if not folder.is_dir():
        pytest.skip(f"the conversation {name} is not here")
    return votes_in(folder)


def agreement(found: OpinionMap, given: Reading) -> float:
    group = found.groups.of_participant
    both = (group >= 0) & (given.polis_groups >= 0)
    return float(adjusted_rand_score(given.polis_groups[both], group[both]))


@pytest.mark.parametrize("name", AGREEMENT)
def test_the_groups_are_those_that_polis_found(shared_data: Path, name: str) -> None:
    given = conversation(shared_data, name)
    found = polis_map(given.votes, rejected=given.rejected)
    assert found.groups.n_groups == len(set(given.polis_groups[given.polis_groups >= 0]))
    assert agreement(found, given) >= AGREEMENT[name]


@pytest.mark.parametrize("name", AGREEMENT)
def test_who_is_in_a_group_was_in_one_at_polis(shared_data: Path, name: str) -> None:
    """Polis keeps whoever was once in, so it may have a few more."""
    given = conversation(shared_data, name)
    placed = polis_map(given.votes, rejected=given.rejected).groups.of_participant >= 0
    assert not (placed & (given.polis_groups < 0)).any()
    assert ((given.polis_groups >= 0) & ~placed).sum() <= 0.05 * placed.sum()


def test_leaving_rejected_statements_out_would_lose_the_groups(shared_data: Path) -> None:
    given = conversation(shared_data, "ssis.land-bank-farmland.2rumnecbeh.2021-08-01")
    left_out = given.votes.on(np.flatnonzero(~given.rejected))
    nothing_rejected = np.zeros(left_out.n_statements, np.bool_)
    kept = agreement(polis_map(given.votes, rejected=given.rejected, n_groups=2), given)
    lost = agreement(polis_map(left_out, rejected=nothing_rejected, n_groups=2), given)
    assert lost < kept - 0.1

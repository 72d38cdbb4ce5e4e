"""Representative statements and group-informed consensus, beside plain computations of the same."""

from fractions import Fraction
from math import prod, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.opinion.consensus import group_informed_consensus
from visavis.opinion.representative import (
    BEYOND_CHANCE,
    one_proportion_z,
    representative_statements,
    two_proportion_z,
)
from visavis.opinion.result import Tally


@st.composite
def tallies(draw: st.DrawFn, *, most: int = 40) -> Tally:
    n_groups, n_statements = draw(st.integers(1, 4)), draw(st.integers(1, 12))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return Tally(numbers.integers(0, most, (n_groups, n_statements, 3)))


@given(tallies(most=5_000))
def test_consensus_is_the_product_of_smoothed_shares(tally: Tally) -> None:
    found = group_informed_consensus(tally)
    for statement in range(tally.counts.shape[1]):
        exact = prod(
            Fraction(int(agree) + 1, int(disagree + passed + agree) + 2)
            for disagree, passed, agree in tally.counts[:, statement]
        )
        assert found[statement] == pytest.approx(float(exact), rel=1e-12)


def test_a_pass_counts_against_consensus() -> None:
    without = group_informed_consensus(Tally(np.array([[[1, 0, 8]]])))
    with_passes = group_informed_consensus(Tally(np.array([[[1, 5, 8]]])))
    assert with_passes < without


def test_without_groups_consensus_is_undefined() -> None:
    assert np.isnan(group_informed_consensus(Tally(np.zeros((0, 3, 3), np.int64)))).all()


def z_of_share(s: int, n: int) -> float:
    return 2 * sqrt(n + 1) * ((s + 1) / (n + 1) - 0.5)


def z_of_ratio(s: int, n: int, t: int, m: int) -> float:
    pooled = (s + t + 2) / (n + m + 2)
    if pooled == 1:
        return 0.0
    spread = sqrt(pooled * (1 - pooled) * (1 / (n + 1) + 1 / (m + 1)))
    return ((s + 1) / (n + 1) - (t + 1) / (m + 1)) / spread


@given(tallies(), st.sampled_from([0, 10]))
def test_chosen_are_those_beyond_chance_by_both_tests_and_no_others(
    tally: Tally, fewest: int
) -> None:
    """Written out one by one, as the source has it."""
    chosen = representative_statements(tally, at_most=1_000, fewest_votes=fewest)
    for group, kept in enumerate(chosen):
        own, others = tally.counts[group], np.delete(tally.counts, group, axis=0).sum(axis=0)
        expected = {}
        for statement in range(len(own)):
            n, m = int(own[statement].sum()), int(others[statement].sum())
            for vote in (-1, 1):
                s, t = int(own[statement, vote + 1]), int(others[statement, vote + 1])
                z_share, z_ratio = z_of_share(s, n), z_of_ratio(s, n, t, m)
                if min(n, m) >= fewest and min(z_share, z_ratio) > BEYOND_CHANCE:
                    share = (s + 1) / (n + 2)
                    ratio = share / ((t + 1) / (m + 2))
                    expected[statement, vote] = (share, ratio, z_share, z_ratio)
        found = {
            (each.statement, each.vote): (each.share, each.ratio, each.z_share, each.z_ratio)
            for each in kept
        }
        assert found.keys() == expected.keys()
        for key, figures in found.items():
            assert figures == pytest.approx(expected[key], rel=1e-9)
        strengths = [prod(expected[each.statement, each.vote]) for each in kept]
        assert strengths == sorted(strengths, reverse=True)


@given(tallies())
def test_no_statement_stands_for_a_group_both_ways(tally: Tally) -> None:
    for kept in representative_statements(tally, at_most=1_000):
        assert len({each.statement for each in kept}) == len(kept)


@given(tallies())
def test_a_few_are_the_strongest_of_all(tally: Tally) -> None:
    every, few = representative_statements(tally, at_most=1_000), representative_statements(tally)
    assert few == tuple(kept[:5] for kept in every)


def test_a_group_that_stands_out_by_nothing_gets_nothing() -> None:
    alike = np.array([[[10, 5, 30]], [[20, 10, 60]]])
    assert representative_statements(Tally(alike)) == ((), ())


@pytest.mark.parametrize(("own", "others"), [(2, 800), (9, 800), (800, 9)])
def test_a_statement_that_hardly_anybody_has_seen_sets_nobody_apart(own: int, others: int) -> None:
    tally = Tally(np.array([[[0, 0, own]], [[others, 0, 0]]]))
    assert [len(kept) for kept in representative_statements(tally)] == [0, 0]
    of_polis = representative_statements(tally, fewest_votes=0)
    assert [(each.n_alike, each.n_votes) for each in of_polis[0]] == [(own, own)]


def test_ten_of_a_group_and_ten_of_the_others_are_enough() -> None:
    tally = Tally(np.array([[[0, 0, 10]], [[10, 0, 0]]]))
    assert [len(kept) for kept in representative_statements(tally)] == [1, 1]


def test_one_group_has_nobody_to_stand_apart_from() -> None:
    assert representative_statements(Tally(np.array([[[0, 0, 500]]]))) == ((),)


def test_a_rejected_statement_stands_for_nobody() -> None:
    tally = Tally(np.array([[[1, 0, 40]], [[40, 0, 1]]]))
    assert [len(kept) for kept in representative_statements(tally)] == [1, 1]
    assert representative_statements(tally, rejected=np.array([True])) == ((), ())


def test_what_only_passes_meet_is_no_position() -> None:
    tally = Tally(np.array([[[0, 60, 0]], [[30, 0, 30]]]))
    assert representative_statements(tally)[0] == ()


def test_all_alike_is_no_difference() -> None:
    assert two_proportion_z(7, 7, 9, 9) == 0


def test_half_is_no_majority() -> None:
    assert one_proportion_z(4, 9) == 0

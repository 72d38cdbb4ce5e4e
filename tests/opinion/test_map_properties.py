"""What holds of every map: nothing depends on who stands where, or on how the votes are counted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_ballot import planted
from same_bits import assert_same

from visavis.opinion import mapping, sampling
from visavis.opinion.mapping import opinion_map
from visavis.opinion.passes import Here
from visavis.opinion.result import NOT_GROUPED, OpinionMap, Verdict
from visavis.opinion.votes import Votes

BALLOT = planted(400, 40, votes_each=(8, 25), seed=3)


@st.composite
def some_votes(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = draw(st.integers(0, 120))
    numbers = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    people, statements = draw(st.integers(1, 25)), draw(st.integers(1, 12))
    return (
        numbers.integers(0, people, n),
        numbers.integers(0, statements, n),
        numbers.integers(-1, 2, n),
    )


def of_participants(found: OpinionMap) -> tuple[np.ndarray, ...]:
    return (
        found.groups.of_participant,
        found.groups.membership,
        found.positions.of_participant,
        found.sides.of_participant,
    )


def of_statements(found: OpinionMap) -> tuple[np.ndarray, ...]:
    ground = found.common_ground
    return (
        ground.score,
        ground.agreement.T,
        ground.lower.T,
        found.group_informed_consensus,
        found.positions.of_statement,
        np.moveaxis(found.groups.tally.counts, 1, 0),
        np.moveaxis(found.sides.tally.counts, 1, 0),
    )


def assert_bits(one: tuple[np.ndarray, ...], other: tuple[np.ndarray, ...]) -> None:
    for left, right in zip(one, other, strict=True):
        assert np.array_equal(left, right, equal_nan=True)


@pytest.mark.parametrize("declared", [True, False])
def test_the_same_votes_give_the_same_bits(declared: bool) -> None:
    votes = BALLOT.votes(declared=declared)
    assert_same(opinion_map(votes), opinion_map(votes))


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("votes_in_block", [50, 333, 10**6])
def test_votes_may_be_cut_into_blocks_anywhere(
    declared: bool, votes_in_block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    votes = BALLOT.votes(declared=declared)
    whole = opinion_map(votes)
    in_blocks = lambda of, **given: Here.of(of, votes_in_block=votes_in_block, **given)  # noqa: E731
    monkeypatch.setattr(mapping, "Here", type("Cut", (), {"of": staticmethod(in_blocks)}))
    assert_same(whole, opinion_map(votes, n_threads=2))


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("sampled", [True, False])
def test_reordering_participants_permutes_the_map(
    declared: bool, sampled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sampled:
        monkeypatch.setattr(sampling, "LEAST_VOTES", 2_000)
        monkeypatch.setattr(sampling, "VOTES_A_STATEMENT", 1)
    votes = BALLOT.votes(declared=declared)
    place = np.random.default_rng(1).permutation(votes.n_participants)
    moved = BALLOT.votes(declared=declared, participants=place)
    one, other = opinion_map(votes), opinion_map(moved)
    assert_bits(of_participants(one), tuple(each[place] for each in of_participants(other)))
    assert_bits(of_statements(one), of_statements(other))


@pytest.mark.parametrize("declared", [True, False])
def test_reordering_statements_permutes_the_map(declared: bool) -> None:
    votes = BALLOT.votes(declared=declared)
    place = np.random.default_rng(2).permutation(votes.n_statements)
    moved = BALLOT.votes(declared=declared, statements=place)
    one, other = opinion_map(votes), opinion_map(moved)
    assert_bits(of_statements(one), tuple(each[place] for each in of_statements(other)))
    assert_bits(of_participants(one), of_participants(other))


def test_exchanging_the_sides_exchanges_them_and_nothing_else() -> None:
    votes = BALLOT.votes(declared=True)
    exchanged = BALLOT.votes(declared=True, exchanged=True)
    one, other = opinion_map(votes), opinion_map(exchanged)
    assert np.array_equal(one.sides.of_participant, 1 - other.sides.of_participant)
    assert np.array_equal(one.sides.tally.counts, other.sides.tally.counts[::-1])
    assert_bits(
        (one.groups.membership, one.groups.of_participant, one.common_ground.score),
        (other.groups.membership, other.groups.of_participant, other.common_ground.score),
    )
    assert np.array_equal(one.common_ground.lower, other.common_ground.lower[::-1])


@settings(max_examples=40, deadline=None)
@given(some_votes())
def test_a_statement_that_nobody_has_seen_moves_nobody(
    cast: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    who, what, said = cast
    statements = np.unique(np.append(what, 0))
    one = opinion_map(Votes.from_arrays(who, what, said, statements=statements))
    more = np.append(statements, 99)
    other = opinion_map(Votes.from_arrays(who, what, said, statements=more))
    assert_bits(of_participants(one), of_participants(other))
    assert np.isnan(other.common_ground.score[-1])
    assert_bits(of_statements(one), tuple(each[:-1] for each in of_statements(other)))


@pytest.mark.parametrize("declared", [True, False])
def test_a_copied_participant_joins_its_twin(declared: bool) -> None:
    votes = BALLOT.votes(declared=declared)
    for copied in (0, 17, 200):
        found = opinion_map(BALLOT.votes(declared=declared, copied=copied))
        assert found.groups.of_participant[copied] == found.groups.of_participant[-1]
        for each in of_participants(found):
            assert np.array_equal(each[copied], each[-1])
    assert found.groups.sizes.sum() == len(votes.participants) + 1


@settings(max_examples=40, deadline=None)
@given(some_votes(), st.integers(0, 2**32 - 1))
def test_votes_cast_again_count_as_their_last(
    cast: tuple[np.ndarray, np.ndarray, np.ndarray], seed: int
) -> None:
    who, what, said = cast
    earlier = np.random.default_rng(seed).integers(-1, 2, len(said))
    last = opinion_map(Votes.from_arrays(who, what, said))
    again = Votes.from_arrays(np.tile(who, 2), np.tile(what, 2), np.append(earlier, said))
    assert_same(last, opinion_map(again))


@pytest.mark.parametrize(
    ("who", "what", "said"),
    [
        ([], [], []),
        ([1], [1], [1]),
        ([1], [1], [0]),
        ([1] * 9, range(9), [1, -1, 0] * 3),
        (range(9), [1] * 9, [1, -1, 0] * 3),
        (np.repeat(range(20), 8), np.tile(range(8), 20), [0] * 160),
        (np.repeat(range(20), 8), np.tile(range(8), 20), [1] * 160),
    ],
    ids=["empty", "one vote", "one pass", "one person", "one statement", "all pass", "all agree"],
)
def test_the_least_input_has_an_answer(who: list[int], what: list[int], said: list[int]) -> None:
    found = opinion_map(Votes.from_arrays(who, what, said))
    assert found.sides.names == ("all",)
    assert found.groups.n_groups == 1
    assert np.isfinite(found.positions.of_participant).all()
    assert np.isfinite(found.groups.membership).all()
    everybody_agrees = len(said) == 160 and said[0] == 1
    one_statement = len(said) == 9 and len(set(what)) == 1
    expected = Verdict.FOUND if everybody_agrees else Verdict.TOO_FEW_VOTES
    assert found.common_ground.verdict is expected or one_statement
    assert found.n_votes == len(said)


def test_who_has_voted_too_little_is_in_no_group_and_on_no_side_that_was_found() -> None:
    votes = BALLOT.votes(declared=False, newcomer_votes=3)
    found = opinion_map(votes)
    assert found.groups.of_participant[-1] == NOT_GROUPED
    assert found.sides.of_participant[-1] == -1
    assert found.groups.of_participant[0] != NOT_GROUPED


def test_random_votes_have_no_sides_no_groups_and_no_common_ground() -> None:
    numbers = np.random.default_rng(5)
    who, what = np.divmod(np.arange(300 * 30), 30)
    found = opinion_map(Votes.from_arrays(who, what, numbers.choice((-1, 1), 9_000)))
    assert found.sides.names == ("all",)
    assert not found.sides.declared
    assert found.groups.n_groups == 1
    assert found.common_ground.verdict is not Verdict.TOO_FEW_VOTES

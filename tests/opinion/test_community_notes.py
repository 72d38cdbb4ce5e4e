"""Notes scored as Community Notes does: the loss, how small it is made, and what makes a note helpful."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_ballot import planted
from same_bits import assert_same
from scipy.optimize import minimize

from visavis.opinion.community_notes import (
    NotesMap,
    NoteStatus,
    note_status,
    notes_map,
    notes_map_of_votes,
)
from visavis.opinion.read import Ratings
from visavis.opinion.result import Method, Verdict
from visavis.opinion.votes import KINDS, Votes


def rater_of(given: Ratings) -> np.ndarray:
    """The rater of each rating."""
    return np.repeat(np.arange(len(given.participants)), np.diff(given.starts))


def rated(
    rater: np.ndarray, note: np.ndarray, level: np.ndarray, *, n_raters: int, n_notes: int
) -> Ratings:
    order = np.lexsort((note, rater))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rater, minlength=n_raters))])
    return Ratings(
        np.array([f"r{each:04}" for each in range(n_raters)], np.str_),
        np.array([f"n{each:04}" for each in range(n_notes)], np.str_),
        starts,
        note[order].astype(np.int32),
        level[order].astype(np.int8),
    )


def two_points_of_view(n_raters: int = 60, n_notes: int = 20, *, seed: int = 0) -> Ratings:
    """Raters of two points of view: the first quarter of the notes is helpful to all, the last to none."""
    numbers = np.random.default_rng(seed)
    rater, note = np.nonzero(numbers.random((n_raters, n_notes)) < 0.6)
    view = np.where(np.arange(n_raters) < n_raters // 3, 1, -1)
    chance = 0.5 + 0.4 * view[:, None] * np.where(np.arange(n_notes) % 2, 1, -1)
    chance[:, : n_notes // 4], chance[:, -n_notes // 4 :] = 0.95, 0.05
    drawn = numbers.random(len(rater)) - chance[rater, note]
    level = np.where(np.abs(drawn) < 0.05, 1, np.where(drawn < 0, 2, 0))
    return rated(rater, note, level, n_raters=n_raters, n_notes=n_notes)


def loss(given: Ratings, mean: float, *of_each: np.ndarray) -> float:
    """The loss as Community Notes' code has it, with nothing of ours."""
    rater_intercepts, rater_factors, note_intercepts, note_factors = of_each
    explained = (
        mean
        + rater_intercepts[rater_of(given)]
        + note_intercepts[given.note]
        + rater_factors[rater_of(given)] * note_factors[given.note]
    )
    fit = np.mean((given.level / 2 - explained) ** 2)
    intercepts = mean**2 + np.nanmean(rater_intercepts**2) + np.nanmean(note_intercepts**2)
    factors = np.nanmean(rater_factors**2) + np.nanmean(note_factors**2)
    return float(fit + 0.15 * intercepts + 0.03 * factors)


def loss_of(given: Ratings, found: NotesMap) -> float:
    return loss(
        given,
        found.mean,
        found.rater_intercepts,
        found.rater_factors,
        found.note_intercepts,
        found.note_factors,
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_loss_that_is_told_is_the_loss(seed: int) -> None:
    given = two_points_of_view(seed=seed)
    found = notes_map(given)
    assert found.loss == pytest.approx(loss_of(given, found), rel=1e-10)


def slope(given: Ratings, mean: float, *of_each: np.ndarray) -> np.ndarray:
    """How fast the loss rises with each of its numbers."""
    rater_intercepts, rater_factors, note_intercepts, note_factors = of_each
    rater, note = rater_of(given), given.note
    explained = (
        mean
        + rater_intercepts[rater]
        + note_intercepts[note]
        + rater_factors[rater] * note_factors[note]
    )
    each = 2 * (explained - given.level / 2) / len(note)
    n_raters, n_notes = len(rater_factors), len(note_factors)

    def over(place: np.ndarray, values: np.ndarray, own: np.ndarray, penalty: float) -> np.ndarray:
        return np.bincount(place, values, minlength=len(own)) + 2 * penalty * own / len(own)

    assert (len(set(rater)), len(set(note))) == (n_raters, n_notes)
    return np.concatenate(
        [
            [each.sum() + 2 * 0.15 * mean],
            over(rater, each, rater_intercepts, 0.15),
            over(rater, each * note_factors[note], rater_factors, 0.03),
            over(note, each, note_intercepts, 0.15),
            over(note, each * rater_factors[rater], note_factors, 0.03),
        ]
    )


@pytest.mark.parametrize("seed", range(2))
def test_descent_from_random_starts_finds_no_smaller_loss(seed: int) -> None:
    given = two_points_of_view(40, 16, seed=seed)
    n_raters, n_notes = len(given.participants), len(given.notes)
    cuts = np.cumsum([1, n_raters, n_raters, n_notes])

    def parted(values: np.ndarray) -> list[np.ndarray]:
        mean, *rest = np.split(values, cuts)
        return [mean[0], *rest]

    numbers = np.random.default_rng(seed)
    descended = [
        minimize(
            lambda values: loss(given, *parted(values)),
            numbers.normal(0, 0.3, cuts[-1] + n_notes),
            jac=lambda values: slope(given, *parted(values)),
            method="L-BFGS-B",
            options={"maxiter": 500},
        )
        for _ in range(3)
    ]
    least = min(each.fun for each in descended)
    assert notes_map(given).loss == pytest.approx(least, rel=1e-6)
    assert notes_map(given).loss <= least * (1 + 1e-7)


def test_no_single_number_could_be_moved_to_a_smaller_loss() -> None:
    given = two_points_of_view()
    found = notes_map(given)
    least = loss_of(given, found)
    for name in ("rater_intercepts", "rater_factors", "note_intercepts", "note_factors"):
        for place in (0, 7):
            for step in (-0.02, 0.02):
                values = getattr(found, name).copy()
                values[place] += step
                assert loss_of(given, replace(found, **{name: values})) > least
    for step in (-0.01, 0.01):
        assert loss_of(given, replace(found, mean=found.mean + step)) > least


def test_notes_that_all_points_of_view_find_helpful_score_highest() -> None:
    found = notes_map(two_points_of_view(200, 20))
    intercepts = found.note_intercepts
    assert intercepts[:5].min() > intercepts[5:].max()
    assert intercepts[-5:].max() < intercepts[:-5].min()
    assert np.abs(found.note_factors[5:15]).min() > np.abs(found.note_factors[:5]).max()
    assert set(found.status[:5]) <= {NoteStatus.HELPFUL, NoteStatus.NEEDS_MORE_RATINGS}
    assert NoteStatus.HELPFUL not in found.status[5:]


def test_most_raters_factors_are_negative() -> None:
    found = notes_map(two_points_of_view())
    assert (found.rater_factors < 0).sum() > (found.rater_factors > 0).sum()


def test_net_helpful_ratings_are_counted_by_the_sign_of_their_raters_factor() -> None:
    given = two_points_of_view()
    found = notes_map(given)
    for row, is_of_sign in enumerate((found.rater_factors < 0, found.rater_factors > 0)):
        own = is_of_sign[rater_of(given)]
        helpful = np.bincount(given.note[own & (given.level == 2)], minlength=len(given.notes))
        not_helpful = np.bincount(given.note[own & (given.level == 0)], minlength=len(given.notes))
        assert np.array_equal(found.net_helpful[row], helpful - not_helpful)


def test_the_same_ratings_give_the_same_bits() -> None:
    assert_same(notes_map(two_points_of_view()), notes_map(two_points_of_view()))


def test_reordering_raters_and_notes_permutes_the_scores() -> None:
    given = two_points_of_view()
    numbers = np.random.default_rng(5)
    raters, notes = (
        numbers.permutation(len(given.participants)),
        numbers.permutation(len(given.notes)),
    )
    moved = rated(
        raters[rater_of(given)],
        notes[given.note],
        given.level,
        n_raters=len(raters),
        n_notes=len(notes),
    )
    one, other = notes_map(given), notes_map(moved)
    assert (one.mean, one.loss, one.n_rounds) == (other.mean, other.loss, other.n_rounds)
    assert np.array_equal(one.note_intercepts, other.note_intercepts[notes])
    assert np.array_equal(one.note_factors, other.note_factors[notes])
    assert np.array_equal(one.rater_factors, other.rater_factors[raters])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 3), st.integers(0, 3))
def test_who_has_rated_nothing_changes_nothing(
    seed: int, more_raters: int, more_notes: int
) -> None:
    given = two_points_of_view(12, 6, seed=seed)
    wider = rated(
        rater_of(given), given.note, given.level, n_raters=12 + more_raters, n_notes=6 + more_notes
    )
    one, other = notes_map(given), notes_map(wider)
    assert np.array_equal(one.note_intercepts, other.note_intercepts[:6], equal_nan=True)
    assert np.array_equal(one.rater_factors, other.rater_factors[:12], equal_nan=True)
    assert np.isnan(other.rater_intercepts[12:]).all()
    assert np.isnan(other.note_intercepts[6:]).all()
    assert other.loss == one.loss


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 11))
def test_a_copied_rater_is_explained_as_their_twin(seed: int, twin: int) -> None:
    given = two_points_of_view(12, 6, seed=seed)
    own = rater_of(given) == twin
    copied = rated(
        np.append(rater_of(given), np.full(own.sum(), 12)),
        np.append(given.note, given.note[own]),
        np.append(given.level, given.level[own]),
        n_raters=13,
        n_notes=6,
    )
    found = notes_map(copied)
    of_both = (found.rater_intercepts[[twin, 12]], found.rater_factors[[twin, 12]])
    for left, right in of_both:
        assert left == right or np.isnan([left, right]).all()


NONE = np.zeros(0, np.int64)


@pytest.mark.parametrize(("n_raters", "n_notes"), [(0, 0), (3, 2)])
def test_without_ratings_nothing_is_known(n_raters: int, n_notes: int) -> None:
    found = notes_map(rated(NONE, NONE, NONE, n_raters=n_raters, n_notes=n_notes))
    assert (found.mean, found.loss, found.n_rounds) == (0.0, 0.0, 0)
    assert np.isnan(found.note_intercepts).all()
    assert found.status == (NoteStatus.NEEDS_MORE_RATINGS,) * n_notes


@pytest.mark.parametrize("level", [0, 1, 2])
def test_where_all_rate_alike_there_are_no_points_of_view(level: int) -> None:
    rater, note = np.nonzero(np.ones((30, 4)))
    given = rated(rater, note, np.full(120, level), n_raters=30, n_notes=4)
    found = notes_map(given)
    assert not found.note_factors.any()
    assert not found.rater_factors.any()
    assert found.loss == pytest.approx(loss_of(given, found), rel=1e-10, abs=1e-12)
    assert NoteStatus.HELPFUL not in found.status


@pytest.mark.parametrize(
    ("intercept", "factor", "n_ratings", "net_helpful", "expected"),
    [
        (0.40, 0.49, 20, (4, 4), NoteStatus.HELPFUL),
        (0.39, 0.00, 20, (4, 4), NoteStatus.NEEDS_MORE_RATINGS),
        (0.40, 0.50, 20, (4, 4), NoteStatus.NEEDS_MORE_RATINGS),
        (0.40, -0.50, 20, (4, 4), NoteStatus.NEEDS_MORE_RATINGS),
        (0.40, 0.00, 20, (3, 15), NoteStatus.NEEDS_MORE_RATINGS),
        (0.40, 0.00, 81, (4, 70), NoteStatus.NEEDS_MORE_RATINGS),
        (0.40, 0.00, 80, (4, 70), NoteStatus.HELPFUL),
        (0.40, 0.00, 900, (10, 700), NoteStatus.HELPFUL),
        (0.90, 0.00, 4, (2, 2), NoteStatus.NEEDS_MORE_RATINGS),
        (-0.06, 0.00, 20, (-4, -4), NoteStatus.NOT_HELPFUL),
        (-0.05, 0.00, 20, (-4, -4), NoteStatus.NEEDS_MORE_RATINGS),
        (-0.40, 0.50, 20, (-4, 2), NoteStatus.NEEDS_MORE_RATINGS),
        (-0.06, 0.00, 4, (-2, -2), NoteStatus.NEEDS_MORE_RATINGS),
    ],
)
def test_the_rule_of_a_note(
    intercept: float,
    factor: float,
    n_ratings: int,
    net_helpful: tuple[int, int],
    expected: NoteStatus,
) -> None:
    status = note_status(
        intercept=intercept, factor=factor, n_ratings=n_ratings, net_helpful=net_helpful
    )
    assert status is expected


BALLOT = planted(150, 24, votes_each=(5, 20), seed=4)


def of_votes(votes: Votes, rejected: np.ndarray | None = None):  # type: ignore[no-untyped-def]
    nothing = np.zeros(votes.n_statements, np.bool_)
    return notes_map_of_votes(votes, rejected=nothing if rejected is None else rejected)


def test_a_pass_is_no_rating_and_never_somewhat_helpful() -> None:
    votes = BALLOT.votes(declared=False)
    positions = votes.codes % KINDS != 1
    who = np.repeat(np.arange(votes.n_participants), votes.n_votes_of)[positions]
    codes = votes.codes[positions]
    as_ratings = rated(
        who,
        codes // KINDS,
        np.where(codes % KINDS == 2, 2, 0),
        n_raters=votes.n_participants,
        n_notes=votes.n_statements,
    )
    assert np.array_equal(
        of_votes(votes).common_ground.score, notes_map(as_ratings).note_intercepts, equal_nan=True
    )


def test_a_rejected_statement_has_no_score_and_moves_no_other() -> None:
    votes = BALLOT.votes(declared=True)
    rejected = np.arange(votes.n_statements) % 6 == 0
    found = of_votes(votes, rejected)
    without = of_votes(votes.on(np.flatnonzero(~rejected)))
    assert np.isnan(found.common_ground.score[rejected]).all()
    assert np.array_equal(found.common_ground.score[~rejected], without.common_ground.score)
    assert np.array_equal(found.positions.of_participant, without.positions.of_participant)


def test_a_map_of_notes_says_how_it_was_made_and_has_no_groups() -> None:
    found = of_votes(BALLOT.votes(declared=True))
    assert found.method is Method.COMMUNITY_NOTES
    assert found.groups.n_groups == 0
    assert found.sides.names == ("0", "1")
    assert np.isnan(found.group_informed_consensus).all()
    assert_same(found, of_votes(BALLOT.votes(declared=True)))


def test_a_statement_is_in_one_list_at_most_and_the_strongest_stands_first() -> None:
    ground = of_votes(
        planted(600, 40, votes_each=(15, 30), seed=1).votes(declared=False)
    ).common_ground
    listed = np.concatenate([ground.common, ground.refused, ground.divisive, ground.uncertain])
    assert len(ground.common)
    assert ground.verdict is Verdict.FOUND
    assert len(listed) == len(set(listed.tolist()))
    assert (np.diff(ground.score[ground.common]) <= 0).all()


@pytest.mark.parametrize("said", [-1, 0, 1])
def test_one_voice_is_too_few_to_tell(said: int) -> None:
    found = of_votes(Votes.from_arrays([1], [1], [said]))
    assert found.common_ground.verdict is Verdict.TOO_FEW_VOTES


def test_no_votes_at_all_are_too_few_to_tell() -> None:
    assert of_votes(Votes.from_arrays([], [], [])).common_ground.verdict is Verdict.TOO_FEW_VOTES

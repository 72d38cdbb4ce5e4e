"""Readers who subtract, compare releases and know the rules: each fails, until its defence is removed."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from small_ballots import UNSEEN, People, map_of_counts, sides_only
from table_attacker import Attacker, attacker_of, hidden_cells

from visavis.opinion import figures, suppression
from visavis.opinion.crossing import Table, leaving_room
from visavis.opinion.figures import HIDDEN, Yes, figures_of, lowest
from visavis.opinion.result import OpinionMap
from visavis.opinion.suppression import Figures, Shown, suppress
from visavis.opinion.votes import KINDS, Counts

K = 10


def same(one: Shown, other: Shown) -> bool:
    """Tell whether two releases cannot be told apart."""

    def everything(shown: Shown) -> list[object]:
        tables = [shown.sides] + ([shown.groups] if shown.groups is not None else [])
        return [
            shown.method,
            shown.version,
            shown.k,
            shown.declared,
            shown.statements.tolist(),
            [(table.names, table.sizes.tolist(), table.counts.tolist()) for table in tables],
        ]

    return everything(one) == everything(other)


def unguarded(left: Table, _right: Table, _k: int) -> Yes:
    """Stand in for `safe_together`: whatever the tables, both are shown."""
    return np.ones(left.low.shape[1], np.bool_)


def not_lowered(rows: Counts, _room: Counts, _k: int) -> Counts:
    return rows


def is_protected(interval: tuple[int, int]) -> bool:
    return interval[0] <= 0 and interval[1] >= K - 1


# One release, one side


def test_a_hidden_cell_is_not_what_is_left_of_the_side() -> None:
    shown = suppress(sides_only((100, [[3, 40, 57]])))
    reader = attacker_of(shown, 0)
    assert hidden_cells(shown, 0) == [("side", "A", 0)]
    assert is_protected(reader.interval(("side", "A", 0)))


def test_deleting_small_cells_alone_lets_the_reader_subtract() -> None:
    reader = Attacker()
    reader.knows(("A", 0), 0, K - 1)
    reader.knows(("A", 1), 40, 40)
    reader.knows(("A", 2), 57, 57)
    reader.knows("total", 100, 100)
    reader.knows_equal([("A", 0), ("A", 1), ("A", 2)], ["total"])
    assert reader.interval(("A", 0)) == (3, 3)


def test_a_side_that_agrees_as_one_is_shown_as_nearly_all() -> None:
    shown = suppress(sides_only((100, [[0, 0, 100]])))
    assert shown.sides.counts[0, 0].tolist() == [HIDDEN, HIDDEN, 90]
    for kind in (0, 1):
        assert is_protected(attacker_of(shown, 0).interval(("side", "A", kind)))


def test_without_lowering_unanimity_is_plain_to_see(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression, "lowered", not_lowered)
    shown = suppress(sides_only((100, [[0, 0, 100]])))
    assert attacker_of(shown, 0).interval(("side", "A", 0)) == (0, 4)


def test_totals_and_scores_say_no_more_than_the_figures() -> None:
    one = suppress(sides_only((60, [[1, 12, 33]]), (60, [[9, 28, 15]])))
    other = suppress(sides_only((62, [[7, 11, 37]]), (58, [[0, 32, 13]])))
    assert same(one, other)
    assert one.sides.totals.tolist() == other.sides.totals.tolist()
    assert one.common_ground.score.tolist() == other.common_ground.score.tolist()


def test_scores_of_the_map_itself_would_tell_ballots_apart() -> None:
    one = sides_only((60, [[1, 12, 33]]), (60, [[9, 28, 15]]))
    other = sides_only((62, [[7, 11, 37]]), (58, [[0, 32, 13]]))
    assert one.common_ground.score[0] != other.common_ground.score[0]


def test_nothing_of_a_person_is_in_what_leaves() -> None:
    """The digest counts: who has all votes but one could try the three possible ones against it."""
    result = sides_only((60, [[10, 12, 33]]), (60, [[9, 28, 15]]))
    shown = suppress(result)
    told = repr(dataclasses.asdict(shown)) + repr(vars(shown))
    assert result.digest not in told
    assert not any(str(person) in told for person in result.participants.tolist())
    assert {field.name for field in dataclasses.fields(Shown)} == {
        "method", "version", "k", "statements", "declared", "sides", "groups",
    }  # fmt: skip


# Several releases

TENTH_PERSON = (
    sides_only((60, [[9, 20, 20]])),
    sides_only((61, [[10, 20, 20]])),
)


def test_the_tenth_person_does_not_lift_the_nine() -> None:
    first = suppress(TENTH_PERSON[0])
    second = suppress(TENTH_PERSON[1], before=[first])
    assert same(first, second)


def test_without_history_the_tenth_person_lifts_the_nine() -> None:
    """The reader knows that one person came: 10 to 12 now is 9 to 11 before, and hidden is at most 9."""
    first, second = (suppress(each) for each in TENTH_PERSON)
    reader = Attacker()
    reader.knows("then", 0, K - 1)
    reader.knows("now", 10, 12)
    reader.knows("came", 1, 1)
    reader.knows_equal(["now"], ["then", "came"])
    assert [each.sides.counts[0, 0, 0] for each in (first, second)] == [HIDDEN, 10]
    assert reader.interval("then") == (9, 9)


def test_without_rounding_each_new_release_shows_how_the_newcomer_voted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ballots = sides_only((60, [[20, 20, 15]])), sides_only((61, [[20, 20, 16]]))
    rounded = [suppress(each).sides.counts[0, 0].tolist() for each in ballots]
    assert rounded[0] == rounded[1]
    monkeypatch.setattr(figures, "STEP", 1)
    monkeypatch.setattr(figures, "OFF", 0)
    exact = [suppress(each).sides.counts[0, 0].tolist() for each in ballots]
    assert exact[1][2] - exact[0][2] == 1


def test_asking_again_averages_nothing_out() -> None:
    result = sides_only((60, [[13, 22, 21]]))
    releases: list[Shown] = []
    for _ in range(5):
        releases.append(suppress(result, before=releases))
    assert all(same(each, releases[0]) for each in releases)


def test_a_side_that_melts_away_is_not_counted_down() -> None:
    first = suppress(sides_only((60, [[14, 20, 20]])))
    later = suppress(sides_only((60, [[0, 20, 20]])), before=[first])
    assert later.sides.counts[0, 0, 0] == first.sides.counts[0, 0, 0] == 15


def test_a_statement_that_was_away_comes_back_with_its_figures() -> None:
    result = sides_only((60, [[9, 20, 20], [14, 15, 20]]))
    without = dataclasses.replace(result, rejected=np.array([True, False]))
    first = suppress(result)
    second = suppress(without, before=[first])
    assert second.statements.tolist() == [1]
    again = sides_only((60, [[10, 20, 20], [14, 15, 20]]))
    third = suppress(again, before=[first, second])
    assert third.sides.counts[0, 0].tolist() == first.sides.counts[0, 0].tolist()


def test_found_sides_are_shown_once() -> None:
    found = dataclasses.replace
    one, other = sides_only((60, [[9, 20, 20]])), sides_only((90, [[40, 10, 30]]))
    maps = [found(each, sides=found(each.sides, declared=False)) for each in (one, other)]
    first = suppress(maps[0])
    assert suppress(maps[1], before=[first]) is first


def test_other_people_after_two_releases_get_the_second_again() -> None:
    first = suppress(sides_only((60, [[9, 20, 20]])))
    second = suppress(sides_only((90, [[40, 20, 30]])), before=[first])
    assert not same(first, second)
    others = sides_only((70, [[20, 30, 10]]))
    found = dataclasses.replace(others, sides=dataclasses.replace(others.sides, declared=False))
    assert suppress(found, before=[first, second]) is second


@st.composite
def rows(draw: st.DrawFn, size: int, n_statements: int) -> list[list[int]]:
    found = []
    for _ in range(n_statements):
        first, second, third = sorted(draw(st.integers(0, size)) for _ in range(3))
        found.append(draw(st.permutations([first, second - first, third - second])))
    return found


@st.composite
def ballots(draw: st.DrawFn) -> OpinionMap:
    n_statements = 2
    sizes = draw(st.lists(st.integers(0, 130), min_size=2, max_size=3))
    return sides_only(
        *((size, draw(rows(size, n_statements))) for size in sizes),
        names=tuple("ABC"[: len(sizes)]),
    )


@st.composite
def later(draw: st.DrawFn, earlier: OpinionMap) -> OpinionMap:
    """Return the ballot after some votes were added, changed, or erased with their people."""
    found = []
    for size, row in zip(
        earlier.sides.sizes.tolist(), earlier.sides.tally.counts.tolist(), strict=True
    ):
        moved = [
            [
                max(0, count + draw(st.sampled_from([0, 0, 1, -1, 5, -9, 12, 30, -40])))
                for count in counts
            ]
            for counts in row
        ]
        new_size = max(0, size + draw(st.sampled_from([0, 1, -1, 8, 40, -30])))
        found.append((max(new_size, *(sum(counts) for counts in moved)), moved))
    return sides_only(*found, names=earlier.sides.names)


@st.composite
def histories(draw: st.DrawFn) -> list[OpinionMap]:
    found = [draw(ballots())]
    for _ in range(draw(st.integers(0, 3))):
        found.append(draw(later(found[-1])))
    return found


def twin(shown: Shown, side: int, statement: int, kind: int, count: int) -> OpinionMap:
    """Return the ballot that a reader cannot tell from the true one, with this count in a hidden cell."""
    counts = lowest(shown.sides.counts, K)
    counts[side, statement, kind] = count
    sizes = lowest(shown.sides.sizes, K).tolist()
    return sides_only(*zip(sizes, counts.tolist(), strict=True), names=shown.sides.names)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(histories())
def test_for_every_hidden_cell_any_number_below_k_would_be_shown_alike(
    history: list[OpinionMap],
) -> None:
    """The whole rule is known to the reader, and still each of the k ballots leaves the same release."""
    releases: list[Shown] = []
    for result in history:
        shown = suppress(result, before=releases)
        for side in np.flatnonzero(shown.sides.sizes != HIDDEN):
            for statement, kind in np.argwhere(shown.sides.counts[side] == HIDDEN):
                for count in (0, 1, K // 2, K - 1):
                    other = twin(shown, int(side), int(statement), int(kind), count)
                    assert same(suppress(other, before=releases), shown)
        releases.append(shown)


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(histories())
def test_a_linear_program_bounds_no_hidden_cell_of_any_release(history: list[OpinionMap]) -> None:
    releases: list[Shown] = []
    for result in history:
        releases.append(suppress(result, before=releases))
        shown = releases[-1]
        for statement in range(len(shown.statements)):
            reader = attacker_of(shown, statement)
            for cell in hidden_cells(shown, statement):
                if shown.sides.sizes[shown.sides.names.index(str(cell[1]))] != HIDDEN:
                    assert is_protected(reader.interval(cell))


@settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
@given(ballots(), st.data())
def test_fewer_than_k_people_change_nothing(result: OpinionMap, data: st.DataObject) -> None:
    """Fewer than k come, go or change their minds after the first release: the second is the same."""
    first = suppress(result)
    found = []
    for size, row in zip(
        result.sides.sizes.tolist(), result.sides.tally.counts.tolist(), strict=True
    ):
        came = data.draw(st.integers(1 - K, K - 1))
        assume(size + came >= 0)
        moved = [
            [max(0, c + data.draw(st.integers(1 - K, K - 1))) for c in counts] for counts in row
        ]
        assume(all(sum(counts) <= size + came for counts in moved))
        found.append((size + came, moved))
    assert same(suppress(sides_only(*found, names=result.sides.names), before=[first]), first)


def test_the_twins_are_found_out_where_rows_are_not_lowered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(suppression, "lowered", not_lowered)
    shown = suppress(sides_only((100, [[0, 0, 100]])))
    other = twin(shown, 0, 0, 0, K - 1)
    assert other.sides.tally.counts[0, 0].sum() > other.sides.sizes[0], "no such ballot exists"


# Groups beside sides


TELLING = [[30, 30, 8], [9, 30, 9], [30, 30, 8]]
"""Disagree, pass, agree of three groups: with the side beside them, the 9 of the second would show."""


def of_cells(cells: list[list[int]], silent: int = 0) -> OpinionMap:
    """Return one side "A" in nested groups; each group's disagree, pass, agree of one statement."""
    groups = np.array(cells, np.int64)[:, None, :]
    sizes = groups.sum(axis=(1, 2)) + silent
    group = np.repeat(np.arange(len(cells)), sizes)
    side = np.zeros(len(group), np.int64)
    return map_of_counts(side, group, groups.sum(axis=0, keepdims=True), groups)


def test_groups_of_a_handful_are_not_shown_at_all() -> None:
    side = np.repeat([0, 1], 40)
    group = np.concatenate([np.repeat([0, 1], [6, 5]), np.full(69, -1)])
    shown = suppress(People(side, group, np.ones((80, 3), np.int64)).map(n_sides=2, n_groups=2))
    assert shown.groups is None
    assert (shown.sides.counts != HIDDEN).any()
    nobody = np.zeros((0, 3, KINDS), np.int64)
    assert leaving_room(nobody, np.full((3, KINDS), 40), 10).shape == nobody.shape


def test_side_less_group_does_not_show_the_other_group() -> None:
    result = of_cells(TELLING)
    shown = suppress(result)
    home = dict.fromkeys("123", "A")
    reader = attacker_of(shown, 0, home)
    assert all(is_protected(reader.interval(cell)) for cell in hidden_cells(shown, 0))


def test_without_the_look_at_both_tables_side_less_group_does_show_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(suppression, "safe_together", unguarded)
    shown = suppress(of_cells(TELLING))
    reader = attacker_of(shown, 0, dict.fromkeys("123", "A"))
    assert reader.interval(("group", "2", 0)) == (1, 9)


@st.composite
def grouped(draw: st.DrawFn, *, nested: bool) -> tuple[OpinionMap, dict[str, str] | None]:
    n_sides = draw(st.integers(1, 3))
    n_groups = draw(st.integers(1, 6))
    home = [draw(st.integers(0, n_sides - 1)) for _ in range(n_groups)]
    side, group = [], []
    for each in range(n_groups):
        for of_side in range(n_sides):
            if of_side == home[each] or not nested:
                size = draw(st.integers(0, 70))
                side += [of_side] * size
                group += [each] * size
    for of_side in range(n_sides):
        size = draw(st.sampled_from([0, 3, 12, 40]))
        side += [of_side] * size
        group += [-1] * size
    assume(side)
    chance = np.random.default_rng(draw(st.integers(0, 10_000)))
    votes = np.full((len(side), 3), UNSEEN, np.int64)
    for each in range(-1, n_groups):
        own = np.array(group) == each
        for statement in range(3):
            lean = chance.dirichlet(
                np.array([1.0, 0.3, 1.0, 0.4]) * draw(st.sampled_from([0.5, 5.0]))
            )
            votes[own, statement] = chance.choice([-1, 0, 1, UNSEEN], own.sum(), p=lean)
    order = np.argsort(
        -np.bincount(np.array(group)[np.array(group) >= 0], minlength=n_groups), kind="stable"
    )
    rank = np.append(np.argsort(order), -1)
    people = People(np.array(side), rank[group], votes)
    result = people.map(n_sides=n_sides, n_groups=n_groups)
    names = {str(place + 1): result.sides.names[home[each]] for place, each in enumerate(order)}
    return result, names if nested else None


def check_both_tables(result: OpinionMap, home: dict[str, str] | None) -> int:
    """Attack every statement; return how many cells were attacked beside groups."""
    shown = suppress(result)
    n_attacked = 0
    for statement in range(len(shown.statements)):
        beside = shown.groups is not None and (shown.groups.counts[:, statement] != HIDDEN).any()
        if beside:
            n_sideless = int((result.sides.of_participant < 0).sum())
            reader = attacker_of(shown, statement, home, n_sideless=n_sideless)
            for cell in hidden_cells(shown, statement):
                assert is_protected(reader.interval(cell)), cell
                n_attacked += 1
    return n_attacked


@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(grouped(nested=True))
def test_groups_within_sides_bound_no_hidden_cell(
    case: tuple[OpinionMap, dict[str, str] | None],
) -> None:
    check_both_tables(*case)


@settings(deadline=None, max_examples=10, suppress_health_check=list(HealthCheck))
@given(grouped(nested=False))
def test_groups_across_sides_bound_no_hidden_cell(
    case: tuple[OpinionMap, dict[str, str] | None],
) -> None:
    result, _ = case
    check_both_tables(result, None)


def across(
    members: list[list[int]], of_sides: list[list[int]], of_groups: list[list[int]]
) -> OpinionMap:
    """Return groups, last of all those in none, with so many people of each side and of no side."""
    found = np.array(members, np.int64)
    n_groups, n_sides = len(members) - 1, len(of_sides)
    cells = [(s, g) for g in (*range(n_groups), -1) for s in (*range(n_sides), -1)]
    side, group = np.repeat(np.array(cells), found.reshape(-1), axis=0).T
    tables = (np.array(each, np.int64)[:, None, :] for each in (of_sides, of_groups))
    return map_of_counts(side, group, *tables)


ACROSS = {
    "one group": across(
        [[27, 72, 0], [40, 40, 0]],
        [[9, 14, 44], [30, 34, 48]],
        [[35, 48, 16]],
    ),
    "two groups": across(
        [[21, 111, 0], [17, 110, 0], [0, 12, 0]],
        [[21, 11, 6], [127, 50, 53]],
        [[84, 13, 35], [53, 48, 23]],
    ),
    "three groups": across(
        [[109, 27, 0], [27, 88, 0], [4, 56, 0], [12, 0, 0]],
        [[115, 9, 21], [48, 29, 53]],
        [[131, 0, 3], [10, 24, 52], [18, 12, 13]],
    ),
}
SIDELESS = (
    across([[118, 14, 15], [40, 3, 0]], [[54, 11, 72], [5, 1, 10]], [[22, 13, 88]]),
    across([[82, 21, 19], [3, 3, 0]], [[36, 1, 32], [9, 1, 7]], [[60, 1, 39]]),
    across([[70, 40, 25], [60, 60, 10]], [[60, 8, 40], [50, 8, 30]], [[70, 12, 40]]),
)


@pytest.mark.parametrize("result", ACROSS.values(), ids=ACROSS)
def test_a_group_with_many_people_of_another_side_bounds_no_hidden_cell(
    result: OpinionMap,
) -> None:
    """A rule that takes each group for part of one side would show what is left of the other."""
    assert check_both_tables(result, None) > 0


def test_a_group_with_many_people_of_no_side_bounds_no_hidden_cell() -> None:
    """A rule that grants more people without a side than there are would show what is left of a side."""
    assert sum(check_both_tables(result, None) for result in SIDELESS) > 0


def test_there_are_groups_to_attack_and_unguarded_they_fall(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = of_cells([[40, 60, 3], [60, 40, 20], [50, 5, 50]], silent=60)
    home = dict.fromkeys("123", "A")
    assert check_both_tables(result, home) > 0
    monkeypatch.setattr(suppression, "safe_together", unguarded)
    with pytest.raises(AssertionError):
        check_both_tables(of_cells(TELLING), home)


def test_a_group_below_k_is_not_what_the_others_leave_of_a_side() -> None:
    result = of_cells([[20, 20, 20], [12, 12, 12], [1, 2, 3]])
    shown = suppress(result)
    assert shown.groups is not None
    assert len(shown.groups.names) == 2
    most = int(shown.sides.sizes[0]) + 2
    assert most - sum(int(size) - 2 for size in shown.groups.sizes) >= K - 1


def test_groups_are_shown_once_and_repeated() -> None:
    first = suppress(of_cells([[20, 20, 20], [30, 30, 30]], silent=30))
    later_on = suppress(of_cells([[60, 20, 70], [30, 80, 30]], silent=30), before=[first])
    assert first.groups is not None
    assert later_on.groups is not None
    assert later_on.groups.counts.tolist() == first.groups.counts.tolist()
    assert later_on.sides.counts.tolist() != first.sides.counts.tolist()


def test_the_consensus_that_is_shown_is_reckoned_from_the_figures_shown() -> None:
    counts = [
        [[20, 10, 30], [20, 10, 30], [20, 10, 30]],
        [[HIDDEN, 10, 15], [10, HIDDEN, HIDDEN], [HIDDEN, HIDDEN, HIDDEN]],
    ]
    groups = Figures(("1", "2"), np.array([75, 60]), np.array(counts))
    shown = dataclasses.replace(suppress(of_cells(TELLING)), groups=groups)
    first = (30 + 1) / (60 + 2)
    assert shown.group_informed_consensus[:2].tolist() == [
        first * (15 + 1) / (5 + 10 + 15 + 2),
        first * (5 + 1) / (10 + 5 + 5 + 2),
    ]
    assert np.isnan(shown.group_informed_consensus[2]), "one group's row is hidden"
    alone = dataclasses.replace(shown, groups=None)
    assert np.isnan(alone.group_informed_consensus).all()


@pytest.mark.parametrize("k", [0, 3, 11, -5])
def test_a_k_that_is_no_multiple_of_five_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match=f"k is {k}"):
        suppress(sides_only((60, [[13, 22, 21]])), k=k)


def test_k_stays_what_it_was() -> None:
    first = suppress(sides_only((60, [[13, 22, 21]])))
    with pytest.raises(ValueError, match="another number"):
        suppress(sides_only((60, [[13, 22, 21]])), k=5, before=[first])


def test_figures_of_shares_no_class() -> None:
    """Every count has one figure, and a figure stands for one stretch of counts."""
    counts = np.arange(200)
    found = figures_of(counts, K)
    assert ((lowest(found, K) <= counts) & (counts <= figures.highest(found, K))).all()
    assert (np.diff(found) >= 0).all()

"""Neither side comes first by habit, and no page's time says who was on line."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.sides.order import in_order
from visavis.sides.schedule import next_slot

CODES = st.lists(st.from_regex(r"[a-z]{2,5}", fullmatch=True), min_size=2, max_size=5, unique=True)
MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone itself
    max_value=datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(CODES, st.text(max_size=40), st.randoms())
def test_the_order_depends_on_the_seed_and_not_on_how_the_sides_are_given(
    codes: list[str], seed: str, chance: object
) -> None:
    shuffled = codes.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert in_order(codes, seed=seed) == in_order(shuffled, seed=seed)
    assert sorted(in_order(codes, seed=seed)) == sorted(codes)


@pytest.mark.parametrize("sides", [("az", "hy"), ("az", "hy", "ka")])
def test_over_many_documents_each_side_comes_first_alike(sides: tuple[str, ...]) -> None:
    firsts = Counter(in_order(sides, seed=f"{n:032x}")[0] for n in range(6_000))
    expected = 6_000 / len(sides)
    assert all(abs(firsts[side] - expected) < 0.1 * expected for side in sides)


@given(MOMENTS)
def test_editions_come_out_at_the_full_hour(at: datetime) -> None:
    slot = next_slot(at, schedule="hour")
    assert (slot.minute, slot.second, slot.microsecond) == (0, 0, 0)
    assert timedelta(0) <= slot - at < timedelta(hours=1)


@given(MOMENTS)
def test_a_moment_that_is_a_slot_is_its_own(at: datetime) -> None:
    slot = next_slot(at, schedule="hour")
    assert next_slot(slot, schedule="hour") == slot


def test_on_a_machine_of_ones_own_they_come_at_once() -> None:
    at = datetime(2031, 7, 9, 13, 37, 41, tzinfo=UTC)
    assert next_slot(at, schedule="at once") == at


def test_a_setting_that_means_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="sometimes"):
        next_slot(datetime(2031, 7, 9, tzinfo=UTC), schedule="sometimes")

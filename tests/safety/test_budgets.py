"""Budgets are counted in memory, under names that memory does not show."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from visavis.safety.budgets import Budget, For, Places, Pool, share

NOW = datetime(2031, 7, 9, 13, 37, tzinfo=UTC)


def test_a_budget_is_spent_after_its_tries_and_fills_again_by_itself() -> None:
    budget = Budget(tries=3, span=timedelta(minutes=10))
    for _ in range(3):
        assert not budget.is_spent("a", at=NOW)
        budget.spend("a", at=NOW)
    assert budget.is_spent("a", at=NOW)
    assert not budget.is_spent("b", at=NOW)
    assert not budget.is_spent("a", at=NOW + timedelta(minutes=10))


def test_trying_on_does_not_put_the_refill_off() -> None:
    budget = Budget(tries=1, span=timedelta(minutes=10))
    for minute in range(10):
        budget.spend("a", at=NOW + timedelta(minutes=minute))
    assert not budget.is_spent("a", at=NOW + timedelta(minutes=10))


def test_memory_is_bounded_and_the_oldest_name_goes_first() -> None:
    budget = Budget(tries=1, span=timedelta(minutes=10), names=2)
    for name in "abc":
        budget.spend(name, at=NOW)
    assert [budget.is_spent(name, at=NOW) for name in "abc"] == [False, True, True]


def test_memory_does_not_hold_the_names() -> None:
    budget = Budget(tries=1, span=timedelta(minutes=10))
    budget.spend("canary-7f3a", at=NOW)
    assert "canary-7f3a" not in repr(vars(budget))


def test_whoever_finds_no_place_waits_for_one_and_beyond_the_queue_nobody_waits() -> None:
    places = Places({For.STRANGERS: Pool(places=1, queue=1, seconds=30)})
    waiting, got = threading.Event(), list[bool]()

    def second() -> None:
        waiting.set()
        with places.taken(For.STRANGERS) as is_there:
            got.append(is_there)

    thread = threading.Thread(target=second)
    with places.taken(For.STRANGERS) as first:
        thread.start()
        waiting.wait()
        while places._of(For.STRANGERS, "")[1]._value:  # until the second is in the queue
            pass
        with places.taken(For.STRANGERS) as third:
            assert (first, third) == (True, False)
        assert got == []
    thread.join()
    assert got == [True]
    with places.taken(For.STRANGERS) as after:
        assert after, "every place came back"


def test_each_side_has_places_of_its_own_and_no_wait_goes_on_for_ever() -> None:
    places = Places({For.EDITORS: Pool(places=1, queue=1, seconds=0, is_each_sides=True)})
    with (
        places.taken(For.EDITORS, side="az"),
        places.taken(For.EDITORS, side="az") as again,
        places.taken(For.EDITORS, side="hy") as other,
    ):
        assert (again, other) == (False, True)


@pytest.mark.parametrize(("workers", "each"), [("1", 10), ("2", 5), ("4", 2), ("64", 1), ("x", 10)])
def test_processes_share_the_tries(
    monkeypatch: pytest.MonkeyPatch, workers: str, each: int
) -> None:
    monkeypatch.setenv("VISAVIS_WORKERS", workers)
    assert share(10) == each

"""Budgets are counted in memory, under names that memory does not show."""

from datetime import UTC, datetime, timedelta

from visavis.safety.budgets import Budget

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

"""When a pause may begin and when it is over, to the hour and to the day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from visavis.record import pause_rules as rules
from visavis.record.rules import RecordRefusal

DAY = date(2026, 3, 10)
SECOND = timedelta(seconds=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begun", "over"),
    [
        (at(10, 12), at(13, 12)),
        (at(10, 12, 1), at(13, 13)),
        (at(10, 23, 59), at(14, 0)),
        (at(11, 23, 59), at(15, 0)),
    ],
)
def test_it_lasts_72_hours_from_the_next_full_hour(begun, over):
    until = rules.ends_at(begun)
    assert until == over
    assert not rules.is_over(DAY, until=until, at=until - SECOND)
    assert rules.is_over(DAY, until=until, at=until)


def test_a_row_that_says_more_makes_it_no_longer():
    far = at(31, 0)
    assert not rules.is_over(DAY, until=far, at=at(15, 23, 59))
    assert rules.is_over(DAY, until=far, at=at(16, 0))


def test_what_a_clock_signed_that_was_ahead_is_over_at_once():
    assert rules.is_over(DAY + timedelta(days=1), until=at(14, 12), at=at(10, 12))
    assert not rules.may_begin(DAY + timedelta(days=1), today=DAY)


def test_it_begins_on_its_day_or_on_the_next():
    days = [DAY + timedelta(days=n) for n in range(-1, 3)]
    assert [rules.may_begin(DAY, today=day) for day in days] == [False, True, True, False]


def why_not(**changed):
    asked = {"signed_on": DAY, "is_joint": False, "is_on": False, "ended_on": (), "today": DAY}
    return rules.why_not_begin(**{**asked, **changed})


def test_a_side_alone_waits_14_days_and_all_sides_together_wait_for_nothing():
    assert why_not() is None
    assert why_not(signed_on=DAY - timedelta(days=1)) is RecordRefusal.NOT_TODAY
    assert why_not(is_on=True) is RecordRefusal.PAUSED
    lately, before = DAY - timedelta(days=13), DAY - timedelta(days=14)
    assert why_not(ended_on=[before, lately]) is RecordRefusal.PAUSED_LATELY
    assert why_not(ended_on=[before]) is None
    assert why_not(ended_on=[lately], is_joint=True) is None
    assert not rules.may_be_forgotten(lately, today=DAY)
    assert rules.may_be_forgotten(before, today=DAY)


def test_an_end_that_is_still_to_come_keeps_nobody_from_a_pause():
    assert why_not(ended_on=[DAY + timedelta(days=300)]) is None


def test_every_side_ends_it_and_none_alone():
    assert rules.why_not_end(side="az", is_on=False, asked=()) is RecordRefusal.NOT_PAUSED
    assert rules.why_not_end(side="az", is_on=True, asked=["az"]) is RecordRefusal.END_ASKED
    assert rules.why_not_end(side="hy", is_on=True, asked=["az"]) is None
    assert not rules.is_ended_by(["az"], sides=("az", "hy"))
    assert rules.is_ended_by(["az", "hy"], sides=("az", "hy"))

"""When a running server releases editions, by a clock of our own."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from visavis.base import data as places
from visavis.press import releases
from visavis.press.releases import ReleaseLoop
from visavis.sides.schedule import Schedule

START = datetime(2031, 7, 9, 13, 37, 41, 250_000, tzinfo=UTC)


class Clock(threading.Event):
    """Stands still but for waiting, and stops the loop when its time is over."""

    def __init__(self, *, lasts: timedelta, at: datetime = START) -> None:
        super().__init__()
        self.at, self.end = at, at + lasts
        self.waits = 0

    def now(self) -> datetime:
        return self.at

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        assert timeout > 0, "a loop that never waits takes the whole processor"
        self.waits += 1
        self.at += timedelta(seconds=timeout)
        if self.at >= self.end:
            self.set()
        return self.is_set()


@pytest.fixture(autouse=True)
def changes(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether anything has changed; empty: nothing."""
    waiting: list[bool] = []
    monkeypatch.setattr(ReleaseLoop, "_has_changes", lambda _: bool(waiting and waiting.pop()))
    monkeypatch.setattr(ReleaseLoop, "_is_edition_asked_for", lambda _: False)
    monkeypatch.setattr(ReleaseLoop, "_even_out", lambda _: None)
    monkeypatch.setattr(releases, "forget_what_is_past", lambda _: None)
    monkeypatch.setattr(releases, "close_old_connections", lambda: None)
    return waiting


def released(clock: Clock, mode: Schedule, *, takes: timedelta = timedelta()) -> list[datetime]:
    at: list[datetime] = []

    def release(slot: datetime) -> None:
        at.append(slot)
        clock.at += takes

    ReleaseLoop(mode, now=clock.now, release=release, stop=clock).run()
    return at


def test_an_edition_comes_out_at_each_full_hour() -> None:
    at = released(Clock(lasts=timedelta(hours=3)), Schedule.HOURLY)
    assert at == [datetime(2031, 7, 9, hour, tzinfo=UTC) for hour in (14, 15, 16)]


def test_no_slot_is_released_twice_and_a_long_pressing_leaves_none_out() -> None:
    clock = Clock(lasts=timedelta(hours=3))
    at = released(clock, Schedule.HOURLY, takes=timedelta(minutes=59, seconds=59))
    assert at == [datetime(2031, 7, 9, hour, tzinfo=UTC) for hour in (14, 15, 16)]


def test_pressing_for_more_than_an_hour_waits_for_the_next_full_hour() -> None:
    at = released(Clock(lasts=timedelta(hours=4)), Schedule.HOURLY, takes=timedelta(minutes=90))
    assert at == [datetime(2031, 7, 9, hour, tzinfo=UTC) for hour in (14, 16)]


def test_the_clock_is_asked_again_so_that_a_sleeping_machine_misses_no_slot() -> None:
    class Sleeper(Clock):
        def wait(self, timeout: float | None = None) -> bool:
            if self.waits == 3:
                self.at += timedelta(hours=1)
            return super().wait(timeout)

    at = released(Sleeper(lasts=timedelta(hours=2)), Schedule.HOURLY)
    assert at[0] == datetime(2031, 7, 9, 14, tzinfo=UTC)


def test_at_once_follows_a_change_within_a_second(changes: list[bool]) -> None:
    changes.extend([True, False, False, True, False])
    at = released(Clock(lasts=timedelta(seconds=10)), Schedule.AT_ONCE)
    seconds = [(each - START).total_seconds() for each in at]
    assert seconds == [0, 2, 5]  # the first look, then one look a second


def test_at_once_also_looks_for_what_only_time_brings_about() -> None:
    at = released(Clock(lasts=timedelta(minutes=3)), Schedule.AT_ONCE)
    assert [(each - START).total_seconds() for each in at] == [0, 60, 120]


@pytest.mark.parametrize("mode", list(Schedule))
def test_a_press_that_fails_is_tried_again_and_named_without_details(
    mode: Schedule, caplog: pytest.LogCaptureFixture
) -> None:
    clock, tried = Clock(lasts=timedelta(hours=2)), []

    def fail(slot: datetime) -> None:
        tried.append(slot)
        raise OSError(28, "canary-51c0")

    ReleaseLoop(mode, now=clock.now, release=fail, stop=clock).run()
    assert len(tried) >= 60, "tried again within the hour"
    assert "OSError at" in caplog.text
    word = places.release_failed_file().read_text()
    assert re.fullmatch(r"OSError at [a-z_/]+\.py:[0-9]+: the disk is full\n", word)
    assert "canary" not in caplog.text + word


@pytest.mark.parametrize("mode", list(Schedule))
def test_what_kept_an_edition_from_coming_out_is_over_within_a_minute_of_its_end(
    mode: Schedule,
) -> None:
    """The database was locked at the full hour, or the disk was full: nobody has to come by."""
    clock, out = Clock(lasts=timedelta(hours=2)), []
    ends = datetime(2031, 7, 9, 14, 20, tzinfo=UTC)

    def locked(slot: datetime) -> None:
        if clock.at < ends:
            raise OperationalError("database is locked")
        out.append(clock.at)

    ReleaseLoop(mode, now=clock.now, release=locked, stop=clock).run()
    assert timedelta() <= out[0] - ends <= releases.LONGEST_PAUSE
    assert not places.release_failed_file().exists(), "and doctor has nothing to say of it any more"


def test_the_first_pause_is_short() -> None:
    clock, tried = Clock(lasts=timedelta(hours=1)), []

    def fail_twice(slot: datetime) -> None:
        tried.append(clock.at)
        if len(tried) < 3:
            raise OSError(28, "full")

    ReleaseLoop(Schedule.HOURLY, now=clock.now, release=fail_twice, stop=clock).run()
    assert tried[2] - tried[0] < timedelta(seconds=10)
    assert len(tried) == 3, "once it is out, the hour is done"


class SetRight(Clock):
    """A clock that is wrong by so much for its first half minute."""

    def __init__(self, *, wrong_by: timedelta, lasts: timedelta) -> None:
        super().__init__(lasts=lasts)
        self.wrong_by = wrong_by

    def now(self) -> datetime:
        is_right = self.at >= START + timedelta(seconds=30)
        return self.at if is_right else self.at + self.wrong_by


@pytest.mark.parametrize(
    "wrong_by",
    [timedelta(hours=4), timedelta(days=1825), -timedelta(hours=4), -timedelta(days=1825)],
    ids=str,
)
def test_a_clock_that_is_set_right_costs_no_edition(wrong_by: timedelta) -> None:
    clock = SetRight(wrong_by=wrong_by, lasts=timedelta(hours=2))
    at = released(clock, Schedule.HOURLY)
    assert at[-2:] == [datetime(2031, 7, 9, hour, tzinfo=UTC) for hour in (14, 15)]
    assert len(at) <= 3, "a jump ahead may bring one more, and no jump a row of them"


def test_at_once_too_a_clock_that_is_set_right_is_followed() -> None:
    clock = SetRight(wrong_by=timedelta(days=1825), lasts=timedelta(minutes=3))
    at = released(clock, Schedule.AT_ONCE)
    assert at[1] - START <= timedelta(minutes=1)


def test_a_desk_that_cannot_wait_does_not_wait_for_the_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = START + timedelta(seconds=10)
    clock = Clock(lasts=timedelta(minutes=1))
    out: list[datetime] = []
    monkeypatch.setattr(
        ReleaseLoop, "_is_edition_asked_for", lambda _: clock.at >= asked and not out
    )
    ReleaseLoop(Schedule.HOURLY, now=clock.now, release=out.append, stop=clock).run()
    assert len(out) == 1, "the control above asks for none and gets none before the hour"
    assert timedelta() <= out[0] - asked <= timedelta(seconds=1)


def test_a_slot_that_failed_is_tried_again_until_it_is_done_and_not_an_hour_later() -> None:
    """A process that holds the database at the full hour does not keep in public what a desk has closed."""
    clock, tried = Clock(lasts=timedelta(hours=2)), []

    def held_for_a_while(slot: datetime) -> None:
        tried.append((slot.hour, clock.at - slot))
        if len(tried) <= 3:
            raise OSError(28, "no space")

    ReleaseLoop(Schedule.HOURLY, now=clock.now, release=held_for_a_while, stop=clock).run()
    pause, first = releases.SHORTEST_PAUSE, tried[0][1]
    assert [(hour, late - first) for hour, late in tried[:4]] == [
        (14, pause * n) for n in (0, 1, 3, 7)
    ]
    assert [hour for hour, _ in tried[4:]] == [15]


def test_a_slot_that_fails_for_an_hour_gives_way_to_the_next() -> None:
    clock, tried = Clock(lasts=timedelta(hours=2, minutes=1)), []

    def fail(slot: datetime) -> None:
        tried.append(slot.hour)
        raise OSError(28, "no space")

    ReleaseLoop(Schedule.HOURLY, now=clock.now, release=fail, stop=clock).run()
    assert set(tried) == {14, 15}
    assert tried == sorted(tried)


def test_stopping_ends_the_waiting_at_once() -> None:
    loop = ReleaseLoop(Schedule.HOURLY, release=lambda _: None)
    loop.start()
    loop.stop()
    assert not loop._thread.is_alive()

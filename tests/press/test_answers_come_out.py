"""The last answer's key: where editions come out at once, they come out within seconds of it."""

from datetime import UTC, datetime, timedelta

import pytest
from printing import Press

import cast
from visavis.desk.queries import is_every_seat_filled
from visavis.press.actions import release_edition
from visavis.record import public as record


def test_the_last_key_is_a_change_that_the_press_sees_and_the_first_is_none(press: Press) -> None:
    question = press.open(cast.a_question(press.site))
    press.release()
    assert record.changed().subjects == frozenset()
    first, last = (cast.an_answer(press.site, to=question, side=side) for side in ("az", "hy"))
    press.open(first)
    assert record.changed().subjects == frozenset(), (
        "a sealed answer changes nothing that anyone sees"
    )
    assert not is_every_seat_filled(first)
    press.open(last)
    assert record.changed().subjects == {question.id}
    assert is_every_seat_filled(last)
    press.release()
    assert record.changed().subjects == frozenset()
    for answer in (first, last):
        assert press.store.content(f"documents/{answer.digest}.json") == answer.data


def test_an_empty_chair_counts_as_a_seat_that_is_filled(press: Press) -> None:
    question = press.open(cast.a_question(press.site, deadline=press.day))
    answer = cast.an_answer(press.site, to=question, side="az")
    press.open(answer)
    press.day += timedelta(days=1)
    assert not is_every_seat_filled(answer)
    press.open(cast.with_empty_chairs(question, "hy", day=press.day))
    assert is_every_seat_filled(answer)
    press.release()
    assert press.store.content(f"documents/{answer.digest}.json") == answer.data


@pytest.mark.parametrize("days", [40, 4_000])
def test_an_edition_of_the_future_gives_way_as_soon_as_the_clock_is_right(
    press: Press, days: int
) -> None:
    press.open(cast.an_article(press.site))
    ahead = release_edition(press.at + timedelta(days=days))
    assert ahead
    right = press.release()
    assert right
    assert (right.edition, right.day) == (ahead.edition + 1, press.day)
    assert press.release() is None, "and once is enough"
    assert (
        datetime.fromtimestamp(
            (press.store.folders.record / "manifest.json").stat().st_mtime, UTC
        ).date()
        == press.day
    )

"""What it asks of the tables to hand a contribution in: counted, not timed."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

import cast
import desks as stage
import talk
from authors import today, writer
from visavis.discussions import writing
from visavis.safety.transactions import empty_the_log, one_act_about_persons

pytestmark = pytest.mark.django_db


def test_a_hand_in_asks_six_statements_before_the_lock_and_eleven_within(
    desks: stage.Desks,
) -> None:
    place = cast.open_(talk.a_discussion(desks.site, day=today(), per_day=20), desks.site)
    person, others = writer(), [writer() for _ in range(3)]
    for each in (person, *others):
        each.hand_in(place.id, "Birinci.")  # and the card
    draft = person.draft(place.id, "İkinci.")
    with person.reading(), CaptureQueriesContext(connection) as asked:
        writing.hand_in(person.row, draft.slot, seen=draft.seen, today=today())
    said = [each["sql"] for each in asked]
    lock = next(n for n, sql in enumerate(said) if sql.startswith("SAVEPOINT"))
    before, within = said[:lock], [sql for sql in said[lock:] if "SAVEPOINT" not in sql]
    assert (len(before), len(within)) == (6, 11)
    assert any("sides_readingkey" in sql for sql in before), "it is sealed before the lock"
    assert not any("sides_readingkey" in sql for sql in within)


def test_the_log_is_emptied_once_for_an_act_and_its_parts() -> None:
    def n_waiting() -> int:
        return sum(each[1] is empty_the_log for each in connection.run_on_commit)

    def an_act_that_fails() -> None:
        with one_act_about_persons():
            pass
        raise ZeroDivisionError

    with one_act_about_persons():
        with one_act_about_persons():
            pass
        with pytest.raises(ZeroDivisionError), one_act_about_persons():
            raise ZeroDivisionError
        assert n_waiting() == 1
    assert n_waiting() == 1
    # A part that is undone takes its wish along, and the whole has its own.
    transaction.get_connection().run_on_commit.clear()
    with one_act_about_persons(), pytest.raises(ZeroDivisionError), transaction.atomic():
        an_act_that_fails()
    assert n_waiting() == 1

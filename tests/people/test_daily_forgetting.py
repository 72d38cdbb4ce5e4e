"""What is kept for a while goes, also on a site that nobody visits."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import canaries
import editors
from visavis.people.models import Account, Invitation, Session
from visavis.press.releases import ReleaseLoop
from visavis.safety.housekeeping import forget_what_is_past
from visavis.sides.schedule import Schedule

TODAY = date(2031, 7, 9)


@pytest.fixture
def sessions(db):
    Session.objects.create(key_hash="a" * 64, sealed="", expires_on=TODAY - timedelta(days=1))
    Session.objects.create(key_hash="b" * 64, sealed="", expires_on=TODAY)


def test_a_session_is_gone_the_day_after_it_ends(sessions):
    forget_what_is_past(TODAY)
    assert list(Session.objects.values_list("key_hash", flat=True)) == ["b" * 64]


def test_forgetting_twice_changes_nothing(sessions):
    forget_what_is_past(TODAY)
    forget_what_is_past(TODAY)
    assert Session.objects.count() == 1


@pytest.mark.django_db(transaction=True)  # the loop closes its connection
def test_the_loop_of_releases_forgets_even_when_an_edition_fails(sessions, caplog):
    def failing(at):
        raise OSError

    loop = ReleaseLoop(Schedule.AT_ONCE, release=failing)
    loop._try(datetime(2031, 7, 9, 13, tzinfo=UTC))
    assert Session.objects.count() == 1


def test_what_a_day_forgets_is_in_no_byte_of_the_database_and_of_its_log(on_disk: Path) -> None:
    """Somebody takes the disk the day after: free pages and the write-ahead log are read too (C5)."""
    codes = editors.found(on=TODAY).codes
    past, kept = TODAY - timedelta(days=2), "kept-sealed-content"
    gone = ["session-hash-that-goes", "sealed-that-goes", "code-that-goes"]
    Session.objects.create(key_hash=gone[0], sealed=gone[1] * 600, expires_on=past)
    Session.objects.create(key_hash="b" * 64, sealed=kept, expires_on=TODAY)
    Invitation.objects.create(
        code_hash=gone[2], side_id="az", role="editor", counts_from=past, expires_on=past
    )
    world = editors.joined(codes["az"])
    leyla = editors.joined(editors.invited(world.account), label="Leyla")
    gone.append(leyla.account.pk)
    Account.objects.filter(pk=leyla.account.pk).update(leaves_on=TODAY)
    there = canaries.found_below(on_disk, [*gone, kept])
    assert set.union(*there.values()) == {*gone, kept}

    forget_what_is_past(TODAY)
    there = canaries.found_below(on_disk, [*gone, kept])
    assert set().union(*there.values()) == {kept}

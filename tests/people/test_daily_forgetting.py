"""What is kept for a while goes, also on a site that nobody visits."""

from datetime import UTC, date, datetime, timedelta

import pytest

from visavis.people.models import Session
from visavis.press.releases import ReleaseLoop
from visavis.safety.housekeeping import forget_what_is_past
from visavis.sides.schedule import Releases

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


def test_the_loop_of_releases_forgets_even_when_an_edition_fails(sessions, caplog):
    def failing(at):
        raise OSError

    loop = ReleaseLoop(Releases.AT_ONCE, release=failing)
    loop._try(datetime(2031, 7, 9, 13, tzinfo=UTC))
    assert Session.objects.count() == 1

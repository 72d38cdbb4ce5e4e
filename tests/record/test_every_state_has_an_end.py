"""Attack: somebody copies the database. No body lies in it that no page shows, in whatever state it is."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from judge import open_digests
from rows import words_of
from test_record_closing import answered, traces

from cast import (
    DAY,
    SiteKeys,
    a_charter,
    a_question,
    a_translation,
    alone,
    an_answer,
    an_article,
    found,
    next_version,
    open_,
    propose,
    shown,
    take_down,
    turn,
)
from visavis.base.missing import NotFound
from visavis.record import actions, models, queries
from visavis.record.rules import REFUSED_FOR, RefusalReason, State
from visavis.signing.canonical import Digest
from visavis.signing.document import CHARTER, RECOVERY

NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def site(db: None) -> SiteKeys:
    site = a_charter()
    found(site)
    return site


def readers_of(digest: str, site: SiteKeys) -> set[str]:
    """Return the sides whose desk has a page with this document's words."""
    sides = set()
    for side in site.codes:
        try:
            queries.proposal_for(side, Digest(digest))
        except NotFound:
            closed = queries.glance_for(side, charter=site.charter).closed
            if digest not in {each.digest for each in closed if each.document}:
                continue
        sides.add(side)
    return sides


def every_state(site: SiteKeys) -> None:
    """Build something in each state that there is."""
    open_(an_article(site), site)
    propose(an_article(site), site=site)
    actions.withdraw(digest=propose(an_article(site), site=site).digest, side="az")
    refused = propose(an_article(site), site=site)
    actions.refuse(digest=refused.digest, side="hy", reason=RefusalReason.FACTS, today=DAY)
    open_(next_version(open_(an_article(site), site)), site)
    take_down(open_(an_article(site, side="hy"), site), "az", site=site, at=NOON)
    gone = open_(an_article(site, side="az"), site)
    open_(a_translation(site, of=gone, language="en", side="hy"), site)
    take_down(gone, "az", site=site, at=NOON)
    _, (ours, theirs), _ = answered(site)
    shown()
    second = open_(next_version(ours), site)
    open_(next_version(second), site)
    open_(next_version(theirs), site)
    question = open_(a_question(site), site)
    open_(an_answer(site, to=question, side="az"), site)
    waiting = propose(an_answer(site, to=question, side="hy"), site=site)
    actions.withdraw(digest=waiting.digest, side="hy")
    asked = propose(an_article(site), by="az", site=site)
    later = DAY + timedelta(days=14)
    lone = alone(asked, side="az", asked_on=DAY, day=later)
    actions.propose_alone(document=lone, asked=asked.digest, by="az", today=later)


def test_no_body_is_there_that_no_page_shows(site: SiteKeys) -> None:
    every_state(site)
    rows = list(models.Document.objects.exclude(kind__in=[CHARTER, RECOVERY]))
    assert {row.state for row in rows} == {each.value for each in State} - {State.DRAFT}
    public = open_digests()
    for row in rows:
        is_shown = row.digest in public or readers_of(row.digest, site)
        assert bool(row.data) <= bool(is_shown), (row.kind, row.state, row.version)
        if row.state == State.WITHDRAWN:
            assert not row.data
        if row.state == State.SUPERSEDED:
            assert bool(row.data) == (row.is_sealed and row.version == 1)
        if not row.data:
            assert not row.signatures.exists()
    counted = queries.kept().n_by_state
    hidden = [row for row in rows if row.data and row.digest not in public]
    assert counted == {
        state: n for state in State if (n := sum(row.state == state for row in hidden))
    }
    assert set(counted) == {State.PROPOSED, State.REFUSED, State.CLOSED}


def test_what_is_taken_back_is_gone_in_the_act(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    actions.withdraw(digest=text.digest, side="az")
    assert words_of(text) == b""
    for side in site.codes:
        with pytest.raises(NotFound):
            queries.proposal_for(side, text.digest)


def test_what_was_refused_stays_thirty_days_for_its_own_desk(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    actions.refuse(digest=text.digest, side="hy", reason=RefusalReason.FACTS, today=DAY)
    (refused,) = queries.glance_for("az", charter=site.charter).refused
    assert refused.until == DAY + REFUSED_FOR
    actions.settle(at=NOON + REFUSED_FOR - timedelta(days=1))
    assert words_of(text) == text.data
    actions.settle(at=NOON + REFUSED_FOR)
    assert words_of(text) == b""
    assert queries.glance_for("az", charter=site.charter).refused.n == 0


def test_a_name_that_version_two_withholds_is_nowhere_in_version_one(
    site: SiteKeys,
) -> None:
    """The attack: the other desk downloads the version before by its digest."""
    first = open_(an_article(site, author="A name"), site)
    second = propose(next_version(first, body={**first.body, "author": None}), by="az", site=site)
    assert queries.proposal_for("hy", first.digest).document == first, "while it is open"
    for side in site.codes:
        turn(second, side, site=site)
    for side in site.codes:
        with pytest.raises(NotFound):
            queries.proposal_for(side, first.digest)
    assert words_of(first) == b""
    assert queries.version_before(second) is None
    assert open_digests() == {second.digest}


def test_whose_words_a_replaced_version_was_is_still_known(site: SiteKeys) -> None:
    """A version that one side signed alone takes the place of a joint one: it is no side's own to destroy."""
    joint = open_(an_article(site), site)
    later = DAY + timedelta(days=14)
    asked = propose(next_version(joint), by="az", site=site)
    lone = alone(asked, side="az", asked_on=DAY, day=later)
    actions.propose_alone(document=lone, asked=asked.digest, by="az", today=later)
    turn(lone, "az", site=site, today=later)
    assert words_of(joint) == words_of(asked) == b""
    assert take_down(lone, "az", site=site, at=NOON + timedelta(days=14)) is False


@pytest.mark.django_db(transaction=True)
def test_an_older_backup_loses_a_replaced_version_too(on_disk: Path) -> None:
    site = a_charter()
    found(site)
    canaries = ["canary-of-the-first-" + "x" * 20, "canary-of-the-second-" + "x" * 20]
    first = open_(an_article(site, side="az", place=canaries[0]), site)
    connection.close()
    backup = on_disk.parent / "backup"
    shutil.copytree(on_disk, backup)
    second = open_(next_version(first, body={**first.body, "place": canaries[1]}), site)
    connection.close()
    assert {each for _, each in traces(on_disk, canaries)} == {canaries[1]}, "it went with the next"
    take_down(second, "az", site=site, at=NOON)
    connection.close()
    for file in on_disk.iterdir():
        file.unlink()
    for file in backup.iterdir():
        shutil.copy(file, on_disk / file.name)
    assert open_digests() == set()
    actions.settle(at=NOON)
    connection.close()
    assert traces(on_disk, canaries) == set()

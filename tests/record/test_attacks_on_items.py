"""One desk hands over documents that no page of its own would make: chosen ids, other kinds, other pages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from judge import open_digests

from cast import (
    DAY,
    THREE,
    TWO,
    SiteKeys,
    a_charter,
    a_question,
    a_recovery,
    a_translation,
    an_answer,
    an_article,
    announce,
    found,
    next_version,
    open_,
    propose,
    turn,
)
from visavis.base.refusal import Refused
from visavis.record import actions, public
from visavis.record.rules import RecordRefusal
from visavis.signing.charter import Waiting

pytestmark = pytest.mark.django_db
WAIT = timedelta(days=30)


@pytest.fixture(params=[TWO, THREE], ids=["two sides", "three sides"])
def site(request: pytest.FixtureRequest) -> SiteKeys:
    site = a_charter(request.param)
    found(site)
    return site


def test_own_words_do_not_take_the_place_of_joint_ones_as_their_next_version(
    site: SiteKeys,
) -> None:
    article = open_(an_article(site), site)
    other = open_(an_article(site), site)
    translation = a_translation(site, of=other, language="ru", side="hy")
    over = replace(translation, id=article.id, version=2, replaces=article.digest)
    with pytest.raises(Refused):
        open_(over, site, by="hy")
    assert article.digest in open_digests()


def test_own_words_do_not_take_the_place_of_the_others_translation(site: SiteKeys) -> None:
    article = open_(an_article(site), site)
    own = open_(a_translation(site, of=article, language="ru", side="az"), site)
    over = next_version(own, side="hy")
    with pytest.raises(Refused):
        open_(over, site, by="hy")
    assert own.digest in open_digests()


def test_an_answer_does_not_take_the_place_of_the_others_answer(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    for side in site.codes:
        if side != "hy":
            open_(an_answer(site, to=question, side=side), site)
    mine = open_(an_answer(site, to=question, side="hy"), site)
    noon = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
    actions.settle(at=noon)
    theirs = next(d for d in public.open_subject(question.id) if d.document.side == "az").document
    over = next_version(theirs, side="hy")
    with pytest.raises(Refused):
        open_(over, site, by="hy")
    assert {theirs.digest, mine.digest} <= open_digests()


def test_a_recovery_that_lay_unsigned_for_the_waiting_time_is_not_in_force_at_once(
    site: SiteKeys,
) -> None:
    document, new = a_recovery(site, "hy")
    propose(document, by="hy", site=site)
    later = DAY + WAIT
    for key in (site.sides["hy"].recovery, new.key("hy")):
        with pytest.raises(Refused, match=f"^{RecordRefusal.NOT_TODAY.value}$"):
            turn(document, "hy", site=site, key=key, today=later)
    charter = public.current_charter(on=later)
    assert charter is not None
    assert charter.side("hy").public_key == site.key("hy").public  # type: ignore[union-attr]
    actions.withdraw(digest=document.digest, side="hy")
    announce(site, "hy", day=later, today=later)


def test_what_takes_a_recovery_back_is_not_signed_once_that_is_in_force(site: SiteKeys) -> None:
    """Else a stolen recovery key, which is none any more, would undo its own replacement."""
    document, new = announce(site, "hy", new_recovery=True)
    back, _ = a_recovery(site, "hy", before=document, taken_back=True, day=DAY + timedelta(days=1))
    propose(back, by="hy", site=site)
    with pytest.raises(Refused, match=f"^{RecordRefusal.NOT_TODAY.value}$"):
        turn(back, "hy", site=site, key=site.sides["hy"].recovery, today=DAY + WAIT)
    charter = public.current_charter(on=DAY + WAIT)
    assert charter is not None
    assert charter.side("hy").public_key == new.key("hy").public  # type: ignore[union-attr]


def test_of_two_recoveries_on_one_day_only_the_first_is_announced() -> None:
    """Where no waiting time is asked, the order of digests would choose between the two keys."""
    site = a_charter(waiting=Waiting(recovery_days=0))
    found(site)
    _, first = announce(site, "hy")
    again, _ = a_recovery(first, "hy")
    with pytest.raises(Refused, match=f"^{RecordRefusal.NOT_THE_NEXT_VERSION.value}$"):
        propose(again, by="hy", site=first)
    tomorrow = DAY + timedelta(days=1)
    _, second = announce(first, "hy", day=tomorrow)
    charter = public.current_charter(on=tomorrow)
    assert charter is not None
    assert charter.side("hy").public_key == second.key("hy").public  # type: ignore[union-attr]

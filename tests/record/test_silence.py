"""Silence is no veto, and a refusal is not silence (C27)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from judge import assert_all_is_rightly_open, everything_open, open_digests

from cast import (
    DAY,
    THREE,
    SiteKeys,
    a_charter,
    a_question,
    alone,
    an_answer,
    an_article,
    found,
    next_version,
    open_,
    propose,
    turn,
    with_empty_chairs,
    with_new_key,
)
from visavis.base.refusal import Refused
from visavis.record import actions, models, queries
from visavis.record.rules import RecordRefusal, RefusalReason, State
from visavis.signing.charter import Waiting
from visavis.signing.document import Document, Standing

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=14)


@pytest.fixture
def site() -> SiteKeys:
    site = a_charter()
    found(site)
    return site


def refused(reason: RecordRefusal):  # type: ignore[no-untyped-def]
    return pytest.raises(Refused, match=f"^{reason.value}$")


def stand_alone(asked: Document, *, by: str = "az", **change: object) -> Document:
    fields = {"side": by, "asked_on": DAY, "day": LATER} | change
    document = alone(asked, **fields)  # type: ignore[arg-type]
    actions.propose_alone(document=document, asked=asked.digest, by=by, today=document.day)
    return document


def test_after_the_waiting_time_the_proposal_stands_under_one_sides_name(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    own = stand_alone(text)
    assert open_digests() == set()
    assert turn(own, "az", site=site) is State.OPEN
    assert assert_all_is_rightly_open(site) == {own.digest}
    assert own.standing == Standing(side="az", asked_on=DAY)
    assert models.Document.objects.get(digest=text.digest).state == State.WITHDRAWN


def test_one_day_before_the_waiting_time_it_does_not(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    with refused(RecordRefusal.STILL_WAITING):
        stand_alone(text, day=LATER - timedelta(days=1))
    stand_alone(text)


def test_the_waiting_time_is_the_charters() -> None:
    site = a_charter(waiting=Waiting(unanswered_days=2))
    found(site)
    text = propose(an_article(site), site=site)
    with refused(RecordRefusal.STILL_WAITING):
        stand_alone(text, day=DAY + timedelta(days=1))
    stand_alone(text, day=DAY + timedelta(days=2))


def test_nobody_backdates_the_day_on_which_the_other_was_asked(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    for day in (DAY, LATER):
        with refused(RecordRefusal.STILL_WAITING):
            stand_alone(text, asked_on=DAY - timedelta(days=1), day=day)


def test_nothing_stands_alone_that_the_other_was_never_asked(site: SiteKeys) -> None:
    never_asked = alone(an_article(site), side="az", asked_on=DAY - timedelta(days=14), day=DAY)
    with refused(RecordRefusal.STILL_WAITING):
        propose(never_asked, by="az", site=site)
    assert open_digests() == set()


@pytest.mark.parametrize(
    "change", [{"body": {"place": "x"}}, {"side": "az"}, {"languages": ("az",)}]
)
def test_only_the_very_words_that_went_unanswered_stand_alone(
    site: SiteKeys, change: dict[str, object]
) -> None:
    from dataclasses import replace

    text = propose(an_article(site), site=site)
    other = replace(
        alone(text, side="az", asked_on=DAY, day=LATER),
        **change,  # type: ignore[arg-type]
    )
    with refused(RecordRefusal.NOT_THE_SAME_WORDS):
        actions.propose_alone(document=other, asked=text.digest, by="az", today=LATER)


def test_only_the_desk_that_asked_stands_alone_and_only_as_itself(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    with refused(RecordRefusal.NOT_OWN_PROPOSAL):
        stand_alone(text, by="hy")
    document = alone(text, side="hy", asked_on=DAY, day=LATER)
    with refused(RecordRefusal.NOT_OWN_PROPOSAL):
        actions.propose_alone(document=document, asked=text.digest, by="az", today=LATER)


def test_a_refusal_is_an_answer(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    actions.refuse(digest=text.digest, side="hy", reason=RefusalReason.WORDING, today=DAY)
    with refused(RecordRefusal.NOT_PROPOSED):
        stand_alone(text)


def test_who_forgot_its_own_key_was_not_left_without_an_answer(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    turn(text, "hy", site=site)
    with refused(RecordRefusal.ANSWERED):
        stand_alone(text)
    assert turn(text, "az", site=site, today=LATER) is State.OPEN


def test_of_three_sides_one_silent_one_is_enough() -> None:
    site = a_charter(THREE)
    found(site)
    text = propose(an_article(site), site=site)
    turn(text, "hy", site=site)
    own = stand_alone(text)
    turn(own, "az", site=site, today=LATER)
    assert assert_all_is_rightly_open(site) == {own.digest}


def test_a_charter_never_stands_alone(site: SiteKeys) -> None:
    new = with_new_key(site, "hy").document
    propose(new, by="az", site=site)
    with refused(RecordRefusal.NEVER_ALONE):
        stand_alone(new)


def test_a_chair_is_left_empty_after_silence_by_one_side_alone(site: SiteKeys) -> None:
    question = open_(a_question(site, deadline=DAY), site)
    asked_on = DAY + timedelta(days=1)
    chair = propose(with_empty_chairs(question, "hy"), by="az", site=site)
    later = asked_on + timedelta(days=14)
    own = alone(chair, side="az", asked_on=asked_on, day=later)
    with refused(RecordRefusal.STILL_WAITING):
        early = replace(own, day=later - timedelta(days=1))
        actions.propose_alone(document=early, asked=chair.digest, by="az", today=early.day)
    actions.propose_alone(document=own, asked=chair.digest, by="az", today=later)
    assert turn(own, "az", site=site, today=later) is State.OPEN
    assert assert_all_is_rightly_open(site) == {own.digest}


def test_nothing_stands_alone_that_was_not_asked_first(site: SiteKeys) -> None:
    own = stand_alone(propose(a_question(site), site=site))
    turn(own, "az", site=site)
    declared = replace(with_empty_chairs(own, "hy"), standing=own.standing)
    with refused(RecordRefusal.STILL_WAITING):
        propose(declared, by="az", site=site)


def test_own_words_never_stand_alone(site: SiteKeys) -> None:
    question = open_(a_question(site), site)
    answer = propose(an_answer(site, to=question, side="az"), site=site)
    with refused(RecordRefusal.NEVER_ALONE):
        stand_alone(answer)


def test_what_stands_alone_is_not_proposed_alone_once_more(site: SiteKeys) -> None:
    own = stand_alone(propose(an_article(site), site=site))
    again = alone(own, side="az", asked_on=LATER, day=LATER + timedelta(days=14))
    with refused(RecordRefusal.NEVER_ALONE):
        actions.propose_alone(document=again, asked=own.digest, by="az", today=again.day)


def test_the_other_side_neither_signs_nor_refuses_what_stands_alone(site: SiteKeys) -> None:
    own = stand_alone(propose(an_article(site), site=site))
    with refused(RecordRefusal.NOT_ASKED):
        turn(own, "hy", site=site)
    with refused(RecordRefusal.NOT_ASKED):
        actions.refuse(digest=own.digest, side="hy", reason=RefusalReason.LAW, today=LATER)


def test_what_stood_alone_becomes_joint_with_every_key(site: SiteKeys) -> None:
    own = stand_alone(propose(an_article(site), site=site))
    turn(own, "az", site=site)
    joint = next_version(own, standing=Standing(), day=LATER)
    open_(joint, site)
    assert assert_all_is_rightly_open(site) == {joint.digest}


def test_a_joint_text_is_not_replaced_by_one_side_that_waited(site: SiteKeys) -> None:
    text = open_(an_article(site), site)
    second = propose(next_version(text, body={**text.body, "place": "x"}), by="az", site=site)
    own = stand_alone(second)
    turn(own, "az", site=site)
    ((shown,),) = everything_open().values()
    assert shown.document.standing.side == "az"


def test_a_refusal_is_recorded_by_side_with_its_reason(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    with refused(RecordRefusal.OWN_PROPOSAL):
        actions.refuse(digest=text.digest, side="az", reason=RefusalReason.LAW, today=DAY)
    with refused(RecordRefusal.NOT_ASKED):
        actions.refuse(digest=text.digest, side="ka", reason=RefusalReason.LAW, today=DAY)
    actions.refuse(digest=text.digest, side="hy", reason=RefusalReason.LAW, today=DAY)
    reasons = (("hy", RefusalReason.LAW),)
    assert queries.refusals_of(text.digest) == reasons
    (found,) = queries.glance_for("az", charter=site.charter).refused
    assert (found.document.digest, found.reasons) == (text.digest, reasons)
    assert queries.glance_for("hy", charter=site.charter).refused.n == 0


def test_a_side_that_has_turned_its_key_can_no_longer_refuse() -> None:
    site = a_charter(THREE)
    found(site)
    text = propose(an_article(site), site=site)
    turn(text, "hy", site=site)
    with refused(RecordRefusal.NOT_ASKED):
        actions.refuse(digest=text.digest, side="hy", reason=RefusalReason.LAW, today=DAY)
    actions.refuse(digest=text.digest, side="ka", reason=RefusalReason.LAW, today=DAY)
    assert open_digests() == set()


def test_only_the_proposing_desk_withdraws(site: SiteKeys) -> None:
    text = propose(an_article(site), site=site)
    with refused(RecordRefusal.NOT_OWN_PROPOSAL):
        actions.withdraw(digest=text.digest, side="hy")
    actions.withdraw(digest=text.digest, side="az")

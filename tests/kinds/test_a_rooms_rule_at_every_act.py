"""A room's rule is asked before every act that brings its document nearer to readers, and at no other."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import pytest

import cast
from cast import DAY, SiteKeys, alone, an_answer, an_article, propose, take_down, turn
from visavis.base.refusal import Refused
from visavis.kinds.acts import Act
from visavis.kinds.installed import installed
from visavis.kinds.kind import Kinds
from visavis.record import actions, models
from visavis.record.rules import RefusalReason, State
from visavis.signing.document import Document

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=14)
NOON = datetime.combine(DAY, time(12), tzinfo=UTC)


class RoomRefusal(StrEnum):
    NO = "the room says no"


class Rule:
    """A rule that refuses the acts it is given, and remembers what it was asked."""

    def __init__(self) -> None:
        self.refuses: frozenset[Act] = frozenset()
        self.asked: list[Act] = []

    def __call__(self, _document: Document, act: Act, _around: Any) -> RoomRefusal | None:
        self.asked.append(act)
        return RoomRefusal.NO if act in self.refuses else None


@pytest.fixture
def site() -> SiteKeys:
    site = cast.a_charter()
    cast.found(site)
    return site


@pytest.fixture
def rule(settings: Any) -> Rule:
    """Every kind has this rule in place of its own."""
    rule, now = Rule(), installed()
    settings.KINDS = Kinds([replace(kind, why_not=rule) for kind in now.every], now.lists)
    return rule


def state_of(document: Document) -> str:
    return models.Document.objects.get(digest=document.digest).state


def test_what_a_room_refuses_is_not_proposed(site: SiteKeys, rule: Rule) -> None:
    rule.refuses = frozenset({Act.PROPOSE})
    with pytest.raises(Refused, match="the room says no"):
        propose(an_article(site), site=site)
    assert not models.Document.objects.filter(kind="article").exists()


def test_what_a_room_refuses_is_signed_by_no_side(site: SiteKeys, rule: Rule) -> None:
    text = propose(an_article(site), site=site)
    turn(text, "az", site=site)
    rule.refuses = frozenset({Act.SIGN})
    with pytest.raises(Refused, match="the room says no"):
        turn(text, "hy", site=site)
    assert state_of(text) == State.PROPOSED
    assert models.Signature.objects.filter(document=text.digest).count() == 1


def test_what_a_room_refuses_is_never_one_sides_alone(site: SiteKeys, rule: Rule) -> None:
    text = propose(an_article(site), site=site)
    own = alone(text, side="az", asked_on=DAY, day=LATER)
    rule.refuses = frozenset({Act.ALONE})
    with pytest.raises(Refused, match="the room says no"):
        actions.propose_alone(document=own, asked=text.digest, by="az", today=LATER)
    assert state_of(text) == State.PROPOSED


def test_an_answer_that_a_room_refuses_stays_sealed_and_the_edition_comes_out(
    site: SiteKeys, rule: Rule
) -> None:
    question = cast.open_(cast.a_question(site), site)
    answers = [an_answer(site, to=question, side=side) for side in site.codes]
    rule.refuses = frozenset({Act.OPEN})
    for answer in answers:
        turn(propose(answer, site=site), answer.side or "", site=site)
    actions.settle(at=NOON)
    actions.let_out_what_waits("az", DAY)
    assert {state_of(answer) for answer in answers} == {State.PROPOSED}
    rule.refuses = frozenset()
    actions.let_out_what_waits("az", DAY)
    assert {state_of(answer) for answer in answers} == {State.OPEN}


def test_a_recovery_that_a_room_refuses_waits_and_nothing_else_does(
    site: SiteKeys, rule: Rule
) -> None:
    text = cast.open_(an_article(site), site)
    take_down(text, "hy", site=site, at=NOON)
    rule.refuses = frozenset(Act)
    actions.settle(at=NOON + timedelta(hours=73))
    assert state_of(text) == State.OPEN


def test_no_rule_keeps_a_desk_from_refusing_withdrawing_or_taking_down(
    site: SiteKeys, rule: Rule
) -> None:
    text = cast.open_(an_article(site), site)
    refused, withdrawn = (propose(an_article(site), site=site) for _ in range(2))
    rule.refuses, rule.asked = frozenset(Act), []
    actions.refuse(digest=refused.digest, side="hy", reason=RefusalReason.SAFETY, today=DAY)
    actions.withdraw(digest=withdrawn.digest, side="az")
    take_down(text, "hy", site=site, at=NOON)
    assert rule.asked == []


def test_every_answer_of_a_rooms_rule_has_a_sentence() -> None:
    for kind in installed().every:
        for reason in {type(reason) for reason in kind.refusals}:
            assert set(reason) <= set(kind.refusals)

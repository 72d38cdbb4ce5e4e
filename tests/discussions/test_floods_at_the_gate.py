"""Floods of what is handed in beside contributions: restatements and translations of many, and of one."""

from typing import Any

import pytest

import desks as stage
from gate import Gate, at, reads
from visavis.base.refusal import Refused
from visavis.discussions import heard, heard_queries, rules, translating, translation_rules
from visavis.discussions.bodies import Says
from visavis.discussions.heard_rules import HEARING, HeardRefusal
from visavis.discussions.rules import DiscussionRefusal
from visavis.discussions.translating import Drafted
from visavis.discussions.translation_rules import TranslationRefusal
from visavis.people.models import Participant
from visavis.record.models import Document as Row
from visavis.signing.document import Document

pytestmark = pytest.mark.django_db


@pytest.fixture
def gate(db):
    with stage.on(stage.DAY):
        yield Gate(stage.at_work("az", "hy", "ka"))


def test_attack_a_flood_of_restatements_hides_no_other_sides(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Side ka sends as many as anybody looks at. Without the mend nobody sees what hy has restated."""
    monkeypatch.setattr(heard_queries, "MOST_LOOKED_AT", 3)
    flood = [gate.restates(who=gate.joins("ka")) for _ in range(4)]
    late = gate.restates(today=stage.after(1))
    for side in ("az", "hy"):
        with at(side):
            assert late in [each.document for each in heard_queries.at_desk(side)], side
    gate.handed_on("az", late)
    with reads(gate.spoke):
        assert late in [each.document for each in heard_queries.asked_of(gate.spoke.card)]
    with reads(gate.replies):
        assert [each.document for each in heard_queries.own(gate.replies.card)] == [late]
    with at(
        "ka"
    ):  # the control: they are there, and those who sent them see no more than may be looked at
        assert len([e for e in heard_queries.at_desk("ka") if e.document in flood]) == 3


def test_attack_a_flood_of_ones_own_side_hides_nobodys_own(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heard_queries, "MOST_LOOKED_AT", 3)
    flood = [gate.restates(who=gate.joins("hy")) for _ in range(4)]
    late = gate.restates(today=stage.after(1))
    with reads(gate.replies):
        assert [each.document for each in heard_queries.own(gate.replies.card)] == [late]
    with at("hy"):
        assert len([e for e in heard_queries.at_desk("hy") if e.document in flood]) == 3


def refused(act: Any, *args: Any, **more: Any) -> object:
    with pytest.raises(Refused) as found:
        act(*args, **more)
    return found.value.reason


def test_attack_one_person_fills_the_line_of_restatements(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten a day for as long as nobody replies: without a share of the line the last place is theirs too."""
    monkeypatch.setattr(rules, "ROOM_LEFT", ((2, 1), (5, 0)))
    said = [gate.said, *(gate.contributes(gate.spoke, f"{n}.", today=stage.DAY) for n in range(2))]

    def restates(n: int) -> Document:
        gate.said = said[n]
        return gate.restates()

    first, _second = restates(0), restates(1)
    assert refused(restates, 2) is HeardRefusal.TOO_MANY_WAITING
    gate.said = said[0]
    with reads(gate.replies):
        heard.take_back(gate.replies, first.made_from[0].id, today=stage.DAY)
    restates(2)  # the control: with room there is one more


def test_a_restatement_without_a_reply_ends(gate: Gate) -> None:
    waits = gate.restates()
    heard.forget_what_is_past(today=stage.after(90))
    assert bytes(Row.objects.get(pk=waits.digest).data), "the control"
    heard.forget_what_is_past(today=stage.after(91))
    assert not bytes(Row.objects.get(pk=waits.digest).data)


def test_attack_one_person_fills_the_line_of_translations(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "ROOM_LEFT", ((5, 1), (1_000, 0)))
    monkeypatch.setattr(translation_rules, "TIMES", 2)
    said = [gate.said, *(gate.contributes(gate.spoke, f"{n}.", today=stage.DAY) for n in range(2))]

    def hands_in(of: Document, who: Participant) -> str:
        original = translating.original_for(of.id, "hy")
        drafted = Drafted(of.id, of.digest, translating.body_of(original, ["Ջուր։"]))
        with reads(who):
            there = translating.draft(who, of.id, "hy")
            seen = there.seen if there else ""
            translating.keep(who, drafted, seen=seen, today=stage.DAY)
            return translating.hand_in(who, of.id, "hy", seen=drafted.seen, today=stage.DAY)

    for each in said[:2]:
        hands_in(each, gate.replies)
    assert refused(hands_in, said[2], gate.replies) is TranslationRefusal.TOO_MANY_WAITING
    hands_in(said[1], gate.replies)  # what replaces one that waits takes no place
    hands_in(said[2], gate.other)  # the control: somebody else finds room


def test_attack_two_windows_restate_once_and_answer_once(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second window has looked before the first one's act: it would make a round that nobody counts."""
    inner = [heard.written]

    def meanwhile(act: Any) -> Any:
        def written(*args: Any, **more: Any) -> Document:
            monkeypatch.setattr(heard, "written", inner[0])
            act()
            return inner[0](*args, **more)

        return written

    monkeypatch.setattr(heard, "written", meanwhile(lambda: gate.restates("First.")))
    assert refused(gate.restates, "Second.") is DiscussionRefusal.HANDED_IN_MEANWHILE
    with reads(gate.replies):
        (found,) = heard_queries.own(gate.replies.card)
    assert found.body.text == "First.", "the control"
    gate.handed_on("az", found.document)
    monkeypatch.setattr(heard, "written", meanwhile(lambda: gate.hears(found.document)))
    late = refused(gate.hears, found.document, Says.NOT_QUITE)
    assert late is DiscussionRefusal.HANDED_IN_MEANWHILE
    assert Row.objects.filter(kind=HEARING).count() == 1

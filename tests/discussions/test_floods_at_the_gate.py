"""Floods of what is handed in beside contributions: restatements and translations of many, and of one."""

import pytest

import desks as stage
from gate import Gate, at, reads
from visavis.discussions import heard_queries

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
    with at("ka"):  # the control: they are there, and those who sent them see no more than may be looked at
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

"""A document moves only along the table, and the rules never say what the table does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cast
from visavis.record import wording
from visavis.record.rules import (
    NEXT_STATES,
    RecordRefusal,
    RefusalReason,
    State,
    may_become,
    why_not_refuse,
    why_not_take_down,
    why_not_turn_key,
    why_not_withdraw,
)

STATES = st.sampled_from(State)
SIDES = st.sampled_from(["az", "hy", "ka"])
SOME_SIDES = st.frozensets(SIDES)


def test_every_state_has_its_row_and_every_end_is_reached() -> None:
    assert set(NEXT_STATES) == set(State)
    reached, waiting = {State.DRAFT}, [State.DRAFT]
    while waiting:
        new = NEXT_STATES[waiting.pop()] - reached
        reached |= new
        waiting += new
    assert reached == set(State)


def test_what_was_refused_withdrawn_or_superseded_stays_so() -> None:
    for end in (State.REFUSED, State.WITHDRAWN, State.SUPERSEDED):
        assert not NEXT_STATES[end]


def test_nothing_opens_but_a_proposal_and_a_lapsed_closing() -> None:
    opens = {state for state in State if may_become(state, State.OPEN)}
    assert opens == {State.PROPOSED, State.CLOSED}


def test_nobody_can_propose_what_was_open_before() -> None:
    assert {state for state in State if may_become(state, State.PROPOSED)} == {State.DRAFT}


@given(STATES, SIDES, SOME_SIDES, SOME_SIDES, st.booleans(), st.booleans())
def test_a_key_turns_only_for_a_proposal_that_asks_for_it(
    state: State,
    side: str,
    missing: frozenset[str],
    turned: frozenset[str],
    is_next: bool,
    made_from_open: bool,
) -> None:
    refusal = why_not_turn_key(
        state=state,
        side=side,
        missing=missing,
        turned=turned,
        is_next=is_next,
        made_from_open=made_from_open,
    )
    may = (
        state is State.PROPOSED
        and side in missing
        and side not in turned
        and is_next
        and made_from_open
    )
    assert (refusal is None) == may


@given(STATES, SIDES, SIDES, SOME_SIDES)
def test_only_another_desk_that_is_asked_refuses(
    state: State, side: str, proposed_by: str, missing: frozenset[str]
) -> None:
    refusal = why_not_refuse(state=state, side=side, proposed_by=proposed_by, missing=missing)
    may = state is State.PROPOSED and side != proposed_by and side in missing
    assert (refusal is None) == may
    assert not may or may_become(state, State.REFUSED)


@given(STATES, SIDES, SIDES)
def test_only_the_proposing_desk_withdraws(state: State, side: str, proposed_by: str) -> None:
    refusal = why_not_withdraw(state=state, side=side, proposed_by=proposed_by)
    assert (refusal is None) == (state is State.PROPOSED and side == proposed_by)


@given(st.sampled_from(sorted(cast.POLICY)), STATES, SIDES, SOME_SIDES, st.booleans())
def test_only_what_is_open_is_closed_and_never_a_charter_or_a_release_note(
    kind: str, state: State, side: str, closed_by: frozenset[str], is_final: bool
) -> None:
    refusal = why_not_take_down(
        kind=kind, state=state, side=side, closed_by=closed_by, is_final=is_final
    )
    joins = state is State.CLOSED and side not in closed_by
    may = (
        kind not in {"charter", "recovery", "release"}
        and not is_final
        and (state is State.OPEN or joins)
    )
    assert (refusal is None) == may


@pytest.mark.parametrize(
    ("words", "of"),
    [
        (wording.REFUSALS, RecordRefusal),
        (wording.REASONS, RefusalReason),
        (wording.STATES, State),
    ],
)
def test_everything_that_can_be_said_has_a_sentence_of_its_own(words: dict, of: type) -> None:
    assert set(words) == set(of)
    assert len({str(sentence) for sentence in words.values()}) == len(words)

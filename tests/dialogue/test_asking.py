"""Asking: a question is in every language before it is proposed, and is open under every key."""

from datetime import UTC, datetime, time, timedelta

import pytest

import cast
import desks as stage
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.dialogue import actions, queries, rules, wording
from visavis.dialogue.bodies import QuestionWords
from visavis.dialogue.rules import DialogueRefusal, SeatState, Tense
from visavis.record import actions as acts
from visavis.record import queries as record
from visavis.record.rules import RecordRefusal

pytestmark = pytest.mark.django_db
LANGUAGES = ("az", "hy", "en")


def drafted(side="az", *, languages=LANGUAGES, word_limit=600, closes_in=30, item="", text="Why?"):
    return actions.draft_question(
        side=side,
        versions={code: QuestionWords(text=f"{text} ({code})") for code in languages},
        tense=Tense.FUTURE,
        word_limit=word_limit,
        deadline=stage.after(closes_in),
        today=stage.DAY,
        item=item,
    )


def why_not_proposed(**draft):
    with pytest.raises(Refused) as refused:
        actions.propose_question(side="az", item=drafted(**draft), today=stage.DAY)
    return refused.value.reason


def test_a_proposed_question_has_a_seat_for_every_side_of_the_charter(desks):
    digest = actions.propose_question(side="az", item=drafted(), today=stage.DAY)
    seats = record.proposal_for("hy", digest).document.seats
    assert set(seats.sides) == {"az", "hy"}
    assert seats.empty == ()


def test_a_question_is_needed_in_every_language_of_the_site(desks):
    assert why_not_proposed(languages=("az", "hy")) is DialogueRefusal.LANGUAGE_MISSING


@pytest.mark.parametrize("limit", [49, 2001])
def test_the_word_limit_is_from_50_to_2000(desks, limit):
    assert why_not_proposed(word_limit=limit) is DialogueRefusal.WORD_LIMIT


@pytest.mark.parametrize("limit", [50, 2000])
def test_both_ends_of_the_word_limit_are_taken(desks, limit):
    assert actions.propose_question(side="az", item=drafted(word_limit=limit), today=stage.DAY)


def test_the_closing_day_is_tomorrow_at_the_earliest(desks):
    assert why_not_proposed(closes_in=0) is DialogueRefusal.CLOSES_TOO_SOON
    assert actions.propose_question(side="az", item=drafted(closes_in=1), today=stage.DAY)


def test_a_question_of_an_essays_length_is_refused(desks):
    assert why_not_proposed(text="w" * 601) is DialogueRefusal.QUESTION_TOO_LONG


def test_without_a_charter_nothing_is_asked(db):
    stage.at_work(with_charter=False)
    with pytest.raises(Refused) as refused:
        actions.propose_question(side="az", item=drafted(), today=stage.DAY)
    assert refused.value.reason is DialogueRefusal.NO_CHARTER


def test_what_cannot_be_seen_is_taken_out_of_a_draft(desks):
    item = drafted(text="Why\u202e now\u200b?")
    body = actions.question_drafted(queries.question_draft("az", item))
    assert body.versions["az"].text == "Why now? (az)"


def test_a_draft_is_written_over_and_gone_once_it_is_proposed(desks):
    item = drafted()
    assert drafted(item=item, text="Else?") == item
    digest = actions.propose_question(side="az", item=item, today=stage.DAY)
    assert "Else?" in record.proposal_for("az", digest).document.body["versions"]["en"]["text"]
    assert queries.question_drafts("az") == []


def test_another_desks_draft_is_not_there(desks):
    item = drafted()
    assert queries.question_drafts("hy") == []
    with pytest.raises(queries.NotFound):
        actions.propose_question(side="hy", item=item, today=stage.DAY)


def test_a_question_is_open_when_the_last_key_is_turned(desks):
    digest = actions.propose_question(side="az", item=drafted(), today=stage.DAY)
    document = record.proposal_for("az", digest).document
    cast.turn(document, "az", site=desks.site)
    assert not queries.question_for("hy", document.id).is_open
    cast.turn(document, "hy", site=desks.site)
    assert queries.question_for("hy", document.id).is_open


def test_words_that_nobody_has_answered_can_be_changed_under_every_key(desks):
    asked = cast.open_(cast.a_question(desks.site), desks.site)
    item = actions.change_question(side="hy", item=asked.id, today=stage.DAY)
    drafted("hy", item=item, text="In other words?")
    digest = actions.propose_question(side="hy", item=item, today=stage.DAY)
    document = record.proposal_for("az", digest).document
    assert (document.id, document.version, document.replaces) == (asked.id, 2, asked.digest)
    assert queries.question_drafts("hy") == []
    for side in desks.site.codes:
        cast.turn(document, side, site=desks.site)
    assert queries.question_for("az", asked.id).digest == digest


def test_words_that_somebody_has_answered_stay_as_they_are(desks):
    asked = cast.open_(cast.a_question(desks.site), desks.site)
    item = actions.change_question(side="az", item=asked.id, today=stage.DAY)
    drafted(item=item)
    cast.propose(cast.an_answer(desks.site, to=asked, side="hy"), site=desks.site)
    for change in (
        lambda: actions.change_question(side="az", item=asked.id, today=stage.DAY),
        lambda: actions.propose_question(side="az", item=item, today=stage.DAY),
    ):
        with pytest.raises(Refused) as refused:
            change()
        assert refused.value.reason is DialogueRefusal.HAS_ANSWERS


@pytest.mark.parametrize(
    ("is_open", "has_answers", "why"),
    [
        (True, False, None),
        (True, True, DialogueRefusal.HAS_ANSWERS),
        (False, False, DialogueRefusal.NOT_OPEN),
        (False, True, DialogueRefusal.NOT_OPEN),
    ],
)
def test_only_an_open_question_that_nobody_has_answered_is_changed(is_open, has_answers, why):
    assert rules.why_not_change_question(is_open=is_open, has_answers=has_answers) is why


def test_a_question_that_is_only_proposed_cannot_be_changed(desks):
    proposed = cast.propose(cast.a_question(desks.site), site=desks.site)
    with pytest.raises(Refused) as refused:
        actions.change_question(side="az", item=proposed.id, today=stage.DAY)
    assert refused.value.reason is DialogueRefusal.NOT_OPEN


def test_a_question_that_is_closed_is_not_there_to_be_changed(desks):
    closed = cast.open_(cast.a_question(desks.site), desks.site)
    noon = datetime.combine(stage.DAY, time(12), tzinfo=UTC)
    cast.take_down(closed, "hy", site=desks.site, at=noon)
    with pytest.raises(NotFound):
        actions.change_question(side="az", item=closed.id, today=stage.DAY)


def test_a_question_that_was_refused_is_a_draft_again_for_its_own_desk_alone(desks):
    from visavis.record import actions as acts
    from visavis.record.rules import RefusalReason

    digest = actions.propose_question(side="az", item=drafted(), today=stage.DAY)
    acts.refuse(digest=digest, side="hy", reason=RefusalReason.WORDING, today=stage.DAY)
    with pytest.raises(queries.NotFound):
        actions.draft_question_again(side="hy", digest=digest, today=stage.DAY)
    item = actions.draft_question_again(side="az", digest=digest, today=stage.DAY)
    assert actions.propose_question(side="az", item=item, today=stage.DAY) != digest


def test_chairs_cannot_be_empty_before_the_closing_day_has_passed(desks):
    asked = cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)
    with pytest.raises(Refused) as refused:
        actions.propose_empty_chairs(side="az", question=asked.id, today=stage.after(3))
    assert refused.value.reason is DialogueRefusal.BEFORE_CLOSING_DAY
    with stage.on(stage.after(4)):
        assert actions.propose_empty_chairs(side="az", question=asked.id, today=stage.after(4))


def test_only_seats_without_an_answer_are_declared_empty_and_every_key_is_needed(desks):
    asked = cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)
    answer = cast.an_answer(desks.site, to=asked, side="az")
    cast.open_(answer, desks.site)
    today = stage.after(4)
    digest = actions.propose_empty_chairs(side="az", question=asked.id, today=today)
    found = record.proposal_for("az", digest)
    assert found.document.seats.empty == ("hy",)
    assert found.document.words == asked.words
    assert found.missing == {"az", "hy"}
    cast.turn(found.document, "az", site=desks.site, today=today)
    assert queries.question_for("az", asked.id).own.state is SeatState.KEYED
    cast.turn(found.document, "hy", site=desks.site, today=today)
    assert queries.question_for("hy", asked.id).own.state is SeatState.EMPTY


def test_where_an_answer_is_there_for_every_seat_no_chair_is_empty(desks):
    asked = cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)
    for side in desks.site.codes:
        cast.open_(cast.an_answer(desks.site, to=asked, side=side), desks.site)
    with pytest.raises(Refused) as refused:
        actions.propose_empty_chairs(side="az", question=asked.id, today=stage.after(4))
    assert refused.value.reason is DialogueRefusal.NO_EMPTY_CHAIR


def test_an_answer_that_is_never_keyed_holds_no_other_answer_hostage(desks):
    asked = cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)
    cast.open_(cast.an_answer(desks.site, to=asked, side="az"), desks.site)
    late = cast.propose(cast.an_answer(desks.site, to=asked, side="hy"), site=desks.site)
    today, later = stage.after(4), stage.after(18)
    assert queries.unfilled(queries.question_for("az", asked.id), today=stage.after(3)) == ()
    digest = actions.propose_empty_chairs(side="az", question=asked.id, today=today)
    chair = record.proposal_for("az", digest).document
    own = cast.alone(chair, side="az", asked_on=today, day=later)
    acts.propose_alone(document=own, asked=digest, by="az", today=later)
    cast.turn(own, "az", site=desks.site, today=later)
    seats = queries.question_for("az", asked.id).seats
    assert {seat.side: seat.state for seat in seats if seat.side == "az"} == {"az": SeatState.OPEN}
    with pytest.raises(Refused) as refused:
        cast.turn(late, "hy", site=desks.site, today=later)
    assert refused.value.reason is DialogueRefusal.CHAIR_EMPTY


def test_no_chair_is_left_empty_whose_answer_was_keyed_meanwhile(desks):
    asked = cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)
    late = cast.propose(cast.an_answer(desks.site, to=asked, side="hy"), site=desks.site)
    today = stage.after(4)
    digest = actions.propose_empty_chairs(side="az", question=asked.id, today=today)
    chair = record.proposal_for("az", digest).document
    assert set(chair.seats.empty) == {"az", "hy"}
    cast.turn(late, "hy", site=desks.site, today=today)
    with pytest.raises(Refused) as refused:
        cast.turn(chair, "az", site=desks.site, today=today)
    assert refused.value.reason is DialogueRefusal.ALREADY_ANSWERED


def test_a_closing_day_is_put_off_above_answers_that_are_there(desks):
    asked = cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)
    given = cast.propose(cast.an_answer(desks.site, to=asked, side="hy"), site=desks.site)
    digest = actions.propose_later_deadline(
        side="az", question=asked.id, deadline=stage.after(9), today=stage.DAY
    )
    later = record.proposal_for("hy", digest).document
    assert (later.words, later.seats.until) == (asked.words, stage.after(9))
    for side in desks.site.codes:
        cast.turn(later, side, site=desks.site)
    cast.turn(given, "hy", site=desks.site)
    assert queries.question_for("hy", asked.id).asks.until == stage.after(9)
    with pytest.raises(Refused) as refused:
        actions.propose_empty_chairs(side="hy", question=asked.id, today=stage.after(9))
    assert refused.value.reason is DialogueRefusal.BEFORE_CLOSING_DAY


def test_a_closing_day_that_has_passed_is_put_off_as_long_as_no_chair_is_left_empty(desks):
    asked = cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)
    late = stage.after(6)
    digest = actions.propose_later_deadline(
        side="az", question=asked.id, deadline=stage.after(9), today=late
    )
    acts.withdraw(digest=digest, side="az")
    chair = cast.with_empty_chairs(asked, "az")
    cast.open_(chair, desks.site)
    with pytest.raises(Refused) as refused:
        actions.propose_later_deadline(
            side="az", question=asked.id, deadline=stage.after(9), today=late
        )
    assert refused.value.reason is DialogueRefusal.NOTHING_AWAITED


@pytest.mark.parametrize(
    ("is_open", "is_settled", "deadline", "today", "why"),
    [
        (True, False, 4, 0, None),
        (True, False, 3, 0, DialogueRefusal.NOT_LATER),
        (True, False, 2, 0, DialogueRefusal.NOT_LATER),
        (True, False, 8, 7, None),
        (True, False, 7, 7, DialogueRefusal.CLOSES_TOO_SOON),
        (True, True, 8, 0, DialogueRefusal.NOTHING_AWAITED),
        (False, False, 8, 0, DialogueRefusal.NOT_OPEN),
        (False, True, 2, 7, DialogueRefusal.NOT_OPEN),
    ],
)
def test_a_closing_day_is_put_off_beyond_itself_and_today(
    is_open, is_settled, deadline, today, why
):
    refusal = rules.why_not_put_off(
        is_open=is_open,
        is_settled=is_settled,
        until=stage.after(3),
        deadline=stage.after(deadline),
        today=stage.after(today),
    )
    assert refusal is why


def test_one_proposal_of_a_question_at_a_time(desks):
    asked = cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)
    today = stage.after(4)
    actions.propose_empty_chairs(side="az", question=asked.id, today=today)
    with pytest.raises(Refused) as refused:
        actions.propose_empty_chairs(side="hy", question=asked.id, today=today)
    assert refused.value.reason is RecordRefusal.ALREADY_PROPOSED


def test_every_refusal_state_and_tense_has_words():
    assert set(wording.REFUSALS) == set(DialogueRefusal)
    assert set(wording.SEATS) == set(SeatState)
    assert set(wording.TENSES) == set(Tense)


def test_a_first_day_and_a_last_day_of_waiting_are_no_mistake_by_one():
    deadline = stage.DAY
    for day, why in (
        (deadline, DialogueRefusal.BEFORE_CLOSING_DAY),
        (deadline + timedelta(1), None),
    ):
        refusal = rules.why_not_declare_empty(
            is_open=True, deadline=deadline, today=day, unfilled=["hy"]
        )
        assert refusal is why


@pytest.mark.parametrize("newer", ["\U0001fae8", "\U00016d67\U00016d67"])
def test_a_character_newer_than_unicode_14_is_refused_by_name(newer):
    for cleaned in (actions.one_line, actions.paragraphs_of):
        with pytest.raises(Refused) as refused:
            cleaned(f"Why? {newer}")
        assert refused.value.reason is DialogueRefusal.NEWER_CHARACTER
        assert "newer than Unicode 14.0" in str(wording.REFUSALS[refused.value.reason])

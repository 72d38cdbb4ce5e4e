"""Answering: one answer a seat, under a pen name, sealed until every seat is filled."""

import pytest

import cast
import desks as stage
from visavis.base.refusal import Refused
from visavis.dialogue import actions, queries
from visavis.dialogue.bodies import AnswerWords
from visavis.dialogue.rules import DialogueRefusal, SeatState
from visavis.record import actions as record_actions
from visavis.record import queries as record
from visavis.record.rules import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(desks):
    return cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)


def draft(
    asked, side="az", *, words="First.\n\nSecond.", proposal="A walk.", pen_name="A. N.", **more
):
    original = more.get("original", side)
    versions = {original: AnswerWords.of([words], proposal=proposal)}
    return actions.draft_answer(
        side=side,
        question=asked.id,
        original=original,
        versions={**versions, **more.get("versions", {})},
        pen_name=pen_name,
        today=stage.DAY,
    )


def proposed(asked, side="az", **more):
    draft(asked, side, **more)
    return actions.propose_answer(side=side, question=asked.id, today=stage.DAY)


def keyed(desks, asked, side, **more):
    digest = proposed(asked, side, **more)
    return cast.turn(record.proposal_for(side, digest).document, side, site=desks.site)


def why_not(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reason


def state(asked, side, *, seen_by=None):
    seats = queries.question_for(seen_by or side, asked.id).seats
    return next(seat.state for seat in seats if seat.side == side)


def test_an_answer_bears_the_condition_of_its_release_and_the_question_it_was_made_from(asked):
    document = record.proposal_for("az", proposed(asked)).document
    assert document.seal.question == asked.id
    assert set(document.seal.seats) == {"az", "hy"}
    assert document.made_from == (asked.source,)
    assert document.side == "az"


def test_an_empty_line_begins_a_new_paragraph_and_a_lone_line_end_does_not(asked):
    digest = proposed(asked, words="One\nand on.\r\n \r\n\r\nTwo.")
    units = record.proposal_for("az", digest).document.body["versions"]["az"]["units"]
    assert [unit["text"] for unit in units] == ["One\nand on.", "Two."]


def test_languages_without_words_are_left_out_and_the_original_names_no_translator(asked):
    digest = proposed(
        asked,
        versions={
            "az": AnswerWords.of(["Söz."], proposal="Gəzinti.", translator="Nobody"),
            "hy": AnswerWords.of([""], proposal=" "),
            "en": AnswerWords.of(["A word."], proposal="A walk.", translator="L."),
        },
    )
    document = record.proposal_for("az", digest).document
    assert document.languages == ("az", "en")
    assert document.body["versions"]["az"]["translator"] is None
    assert document.body["versions"]["en"]["translator"] == "L."


@pytest.mark.parametrize(
    ("lack", "reason"),
    [
        ({"words": " \n "}, DialogueRefusal.NO_ORIGINAL),
        ({"words": "", "proposal": ""}, DialogueRefusal.NO_WORDS),
        ({"proposal": ""}, DialogueRefusal.NO_PROPOSAL),
        ({"pen_name": "  "}, DialogueRefusal.NO_PEN_NAME),
        ({"words": "word " * 599, "proposal": "two words"}, DialogueRefusal.TOO_MANY_WORDS),
        (
            {"versions": {"en": AnswerWords.of(["Words."], proposal="")}},
            DialogueRefusal.NO_PROPOSAL,
        ),
        (
            {"versions": {"en": AnswerWords.of([], proposal="A walk.")}},
            DialogueRefusal.NO_WORDS,
        ),
    ],
)
def test_an_incomplete_answer_is_kept_as_a_draft_and_not_proposed(asked, lack, reason):
    draft(asked, **lack)
    act = lambda: actions.propose_answer(side="az", question=asked.id, today=stage.DAY)  # noqa: E731
    assert why_not(act) is reason
    assert queries.answer_draft("az", asked.id) is not None


def test_exactly_as_many_words_as_allowed_are_taken(asked):
    assert proposed(asked, words="word " * 598, proposal="two words")


def test_a_translation_may_be_longer_than_the_original_was_allowed_to_be(asked):
    longer = AnswerWords.of(["word " * 700], proposal="A walk.")
    assert proposed(asked, versions={"en": longer})


def test_the_other_desk_learns_that_an_answer_is_there_and_not_whether_it_is_keyed(desks, asked):
    assert state(asked, "az", seen_by="hy") is SeatState.NOTHING
    draft(asked)
    assert state(asked, "az", seen_by="hy") is SeatState.NOTHING
    actions.propose_answer(side="az", question=asked.id, today=stage.DAY)
    assert state(asked, "az") is SeatState.PROPOSED
    assert state(asked, "az", seen_by="hy") is SeatState.THERE
    cast.turn(queries.waiting_answer("az", asked.id), "az", site=desks.site)
    assert state(asked, "az") is SeatState.KEYED
    assert state(asked, "az", seen_by="hy") is SeatState.THERE


def test_no_question_no_second_answer_and_no_seat_of_another_side(desks, asked):
    proposed(asked)
    assert why_not(lambda: draft(asked)) is DialogueRefusal.ALREADY_ANSWERED
    unopened = cast.propose(cast.a_question(desks.site), site=desks.site)
    assert why_not(lambda: draft(unopened)) is DialogueRefusal.NOT_OPEN
    narrow = cast.open_(cast.a_question(desks.site, seats=["hy"]), desks.site)
    assert why_not(lambda: draft(narrow)) is DialogueRefusal.NO_SEAT


def test_an_answer_is_taken_back_even_when_its_key_is_turned_and_its_words_are_a_draft_again(
    desks, asked
):
    assert keyed(desks, asked, "az", words="Unsaid.") is State.PROPOSED
    actions.take_back_answer(side="az", question=asked.id, today=stage.DAY)
    assert state(asked, "az") is SeatState.DRAFT
    body = actions.answer_drafted(queries.answer_draft("az", asked.id))
    assert body.versions["az"].paragraphs == ("Unsaid.",)
    assert state(asked, "az", seen_by="hy") is SeatState.NOTHING
    assert proposed(asked, words="Said.")


def test_answers_are_released_together_and_an_open_one_is_corrected_by_its_own_desk_alone(
    desks, asked
):
    keyed(desks, asked, "az")
    assert not queries.question_for("hy", asked.id).is_released
    assert keyed(desks, asked, "hy") is State.OPEN
    assert queries.question_for("hy", asked.id).is_released
    assert why_not(lambda: draft(asked)) is DialogueRefusal.ALREADY_ANSWERED
    actions.correct_answer(side="az", question=asked.id, today=stage.DAY)
    cast.shown()
    assert keyed(desks, asked, "az", words="Corrected.") is State.OPEN
    opened = queries.open_answer("az", asked.id)
    assert opened.version == 2
    assert opened.body["versions"]["az"]["units"][0]["text"] == "Corrected."


def test_there_is_nothing_to_correct_or_take_back_before_there_is_an_answer(asked):
    for act in (actions.correct_answer, actions.take_back_answer):
        reason = why_not(lambda act=act: act(side="az", question=asked.id, today=stage.DAY))
        assert reason is DialogueRefusal.NOT_ANSWERED
    reason = why_not(lambda: actions.propose_answer(side="az", question=asked.id, today=stage.DAY))
    assert reason is DialogueRefusal.NOTHING_WRITTEN


def test_a_chair_that_was_left_empty_is_not_filled_by_one_who_has_read_the_others(desks, asked):
    keyed(desks, asked, "az")
    late = proposed(asked, "hy")
    record_actions.withdraw(digest=late, side="hy")
    today = stage.after(4)
    empty = actions.propose_empty_chairs(side="az", question=asked.id, today=today)
    proposed(asked, "hy")  # while the desks still think about it
    for side in desks.site.codes:
        cast.turn(record.proposal_for("az", empty).document, side, site=desks.site, today=today)
    assert queries.question_for("az", asked.id).is_released
    waiting = queries.waiting_answer("hy", asked.id)
    reason = why_not(lambda: cast.turn(waiting, "hy", site=desks.site, today=today))
    assert reason is DialogueRefusal.CHAIR_EMPTY
    record_actions.withdraw(digest=waiting.digest, side="hy")
    assert why_not(lambda: draft(asked, "hy")) is DialogueRefusal.CHAIR_EMPTY


def test_words_of_the_desk_are_cleaned_before_they_are_kept(asked):
    digest = proposed(asked, words="Se\u200ben\u202e.", pen_name="A\u2066. N.")
    body = record.proposal_for("az", digest).document.body
    assert body["versions"]["az"]["units"][0]["text"] == "Seen."
    assert body["pen_name"] == "A. N."

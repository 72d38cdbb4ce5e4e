"""Nobody changes the question above somebody's answer: not by waiting, not by silence, not by mistake."""

from dataclasses import replace
from datetime import timedelta

import pytest

import cast
import desks as stage
from visavis.base.refusal import Refused
from visavis.dialogue.rules import DialogueRefusal
from visavis.record import actions as record
from visavis.signing.keys import PrivateKey

pytestmark = pytest.mark.django_db
LATER = stage.DAY + timedelta(days=14)


@pytest.fixture
def asked(desks):
    return cast.open_(cast.a_question(desks.site, text="What would you plant?"), desks.site)


@pytest.fixture
def changed(desks, asked):
    """Other words for the question, proposed while nobody has answered."""
    other = cast.a_question(desks.site, text="Why did you begin it?")
    return cast.propose(cast.next_version(asked, body=other.body), by="az", site=desks.site)


def answer(desks, asked, side="hy"):
    return cast.propose(cast.an_answer(desks.site, to=asked, side=side), site=desks.site)


def why_not(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.reason


def stand_alone(changed, day=LATER):
    own = cast.alone(changed, side="az", asked_on=stage.DAY, day=day)
    record.propose_alone(document=own, asked=changed.digest, by="az", today=day)


def test_one_side_cannot_wait_until_its_other_words_stand_above_an_answer(desks, asked, changed):
    answer(desks, asked)
    assert why_not(lambda: stand_alone(changed)) is DialogueRefusal.HAS_ANSWERS


def test_a_late_key_turned_by_mistake_changes_nothing_above_an_answer(desks, asked, changed):
    answer(desks, asked)
    assert why_not(lambda: cast.turn(changed, "hy", site=desks.site)) is DialogueRefusal.HAS_ANSWERS


def test_while_nobody_has_answered_other_words_may_be_asked(desks, asked, changed):
    stand_alone(changed)


def test_after_an_answer_was_taken_back_other_words_may_be_asked(desks, asked, changed):
    given = answer(desks, asked)
    record.withdraw(digest=given.digest, side="hy")
    stand_alone(changed)


def test_a_chair_may_be_declared_empty_beside_an_answer(desks, asked):
    answer(desks, asked)
    chair = cast.with_empty_chairs(asked, "az")
    cast.propose(chair, by="hy", site=desks.site)


@pytest.mark.parametrize("asked_early", [True, False])
def test_a_closing_day_is_put_off_and_never_brought_forward(desks, asked, asked_early):
    """Words of the future: an earlier day would leave a chair empty before its side had its time."""
    answer(desks, asked)
    until = asked.seats.until + timedelta(days=-1 if asked_early else 1)
    other = cast.next_version(asked, seats=replace(asked.seats, until=until))
    propose = lambda: cast.propose(other, by="hy", site=desks.site)  # noqa: E731
    if asked_early:
        assert why_not(propose) is DialogueRefusal.HAS_ANSWERS
    else:
        propose()


def test_no_chair_is_left_empty_before_the_day_that_stands_open(desks, asked):
    early = replace(asked.seats, until=asked.day - timedelta(days=1), empty=("az",))
    other = cast.next_version(asked, seats=early)
    refusal = why_not(lambda: cast.propose(other, by="hy", site=desks.site))
    assert refusal is DialogueRefusal.BEFORE_CLOSING_DAY


def test_the_page_says_it_before_a_key_is_tried(desks, asked, changed):
    answer(desks, asked)
    page = desks.page("hy", f"/en/desk/read/{changed.digest}/")
    assert "Somebody has answered these words" in page


def test_no_question_has_a_key_with_which_one_alone_destroys_all_answers(desks):
    asked = cast.a_question(desks.site)
    named = replace(asked, closer=PrivateKey.new().public.hex)
    refused = why_not(lambda: cast.propose(named, by="az", site=desks.site))
    assert refused is DialogueRefusal.AUTHORS_KEY
    assert cast.propose(asked, by="az", site=desks.site)

"""A question as readers see it: made of open documents alone, chairs alike until all are released."""

import random
from dataclasses import replace

import pytest

import cast
import desks as stage
from views import viewed
from visavis.kinds.unreadable import Unreadable
from visavis.record import actions as record
from visavis.record import queries
from visavis.record.public import open_subject
from visavis.signing.canonical import digest_of
from visavis.signing.keys import Purpose

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[("az", "hy"), ("az", "hy", "ka")], ids=["two sides", "three sides"])
def desks(request, db):
    with stage.on(stage.DAY):
        yield stage.at_work(*request.param)


@pytest.fixture
def asked(desks):
    return cast.open_(
        cast.a_question(desks.site, note="See *this*.", deadline=stage.after(3)), desks.site
    )


def seen(desks, asked):
    charter = desks.site.charter
    return viewed(open_subject(asked.id, charter=charter), charter)


def fill(desks, asked, *sides, **more):
    for side in sides:
        cast.open_(cast.an_answer(desks.site, to=asked, side=side, **more), desks.site)


def test_before_release_every_chair_looks_the_same_whoever_has_answered(desks, asked):
    before = seen(desks, asked)
    fill(desks, asked, *desks.site.codes[:-1])
    after = seen(desks, asked)
    assert after == before
    assert not after.is_released
    assert all(chair.answer is None for chair in after.chairs)
    assert len(after.documents) == 1


def test_all_answers_are_released_together_under_their_pen_names(desks, asked):
    fill(desks, asked, *desks.site.codes, words="We *would* <b>keep</b> it.", proposal="Plant.")
    question = seen(desks, asked)
    assert question.is_released
    assert {chair.side for chair in question.chairs} == set(desks.site.codes)
    for chair in question.chairs:
        assert chair.answer.pen_name == "A. N."
        version = chair.answer.versions[chair.answer.original]
        assert version.units == ("We <em>would</em> &lt;b&gt;keep&lt;/b&gt; it.",)
        assert version.proposal == "Plant."
    assert len(question.documents) == 2 + len(desks.site.codes)


def test_a_question_bears_its_words_as_text_and_its_note_with_markup(desks, asked):
    question = seen(desks, asked)
    assert question.versions["en"].text == "What would you keep? (en)"
    assert question.versions["en"].note == "See <em>this</em>."
    assert (question.id, question.day, question.word_limit) == (asked.id, stage.DAY, 600)


def test_the_order_of_the_columns_is_drawn_at_release_and_stays(desks, asked):
    fill(desks, asked, *desks.site.codes)
    documents = list(open_subject(asked.id, charter=desks.site.charter))
    order = [chair.side for chair in seen(desks, asked).chairs]
    for seed in range(5):
        shuffled = [documents[0], *random.Random(seed).sample(documents[1:], len(documents) - 1)]  # noqa: S311
        again = viewed(shuffled, desks.site.charter)
        assert [chair.side for chair in again.chairs] == order
    corrected = cast.next_version(
        next(each.document for each in documents if each.document.side == order[0])
    )
    cast.shown()
    cast.open_(corrected, desks.site)
    assert [chair.side for chair in seen(desks, asked).chairs] == order


def test_each_side_comes_first_on_about_as_many_questions_as_any_other(desks):
    from visavis.sides.order import in_order

    n = 3_000
    firsts = [in_order(desks.site.codes, seed=f"{i:032x}")[0] for i in range(n)]
    fair = n / len(desks.site.codes)
    for side in desks.site.codes:
        assert abs(firsts.count(side) - fair) < 6 * fair**0.5


def test_beside_an_empty_chair_the_other_answers_are_released(desks, asked):
    *filled, empty = desks.site.codes
    fill(desks, asked, *filled)
    assert not seen(desks, asked).is_released
    cast.open_(cast.with_empty_chairs(asked, empty), desks.site)
    assert seen(desks, asked).is_released
    chairs = {chair.side: chair.answer for chair in seen(desks, asked).chairs}
    assert chairs[empty] is None
    assert all(chairs[side] for side in filled)


def test_a_closed_answer_leaves_a_chair_like_one_that_nobody_filled(desks, asked):
    fill(desks, asked, *desks.site.codes)
    before = seen(desks, asked)
    side = desks.site.codes[0]
    answer = next(each.document for each in before.documents if each.document.side == side)
    with stage.on(stage.DAY) as now:
        note = queries.closing_note(answer, side=side, today=stage.DAY)
        key = desks.site.key(side)
        record.take_down(
            digest=answer.digest,
            side=side,
            note=note,
            public_key=key.public.hex,
            signature=key.sign(digest_of(note), purpose=Purpose.CLOSING),
            at=now,
        )
    after = seen(desks, asked)
    assert [chair.side for chair in after.chairs] == [chair.side for chair in before.chairs]
    assert {chair.side: chair.answer for chair in after.chairs}[side] is None


def test_a_closed_question_is_no_question(desks, asked):
    with stage.on(stage.DAY) as now:
        cast.take_down(asked, desks.site.codes[0], site=desks.site, at=now)
    assert seen(desks, asked) is None


def test_of_a_question_of_another_shape_no_word_is_shown_whoever_signed_it(desks, asked):
    odd = cast.a_question(desks.site)
    odd = cast.open_(replace(odd, body={**odd.body, "votes": 3}), desks.site)
    assert isinstance(seen(desks, odd), Unreadable)


def test_an_answer_of_another_shape_is_not_shown_and_its_chair_is_not_called_empty(desks, asked):
    odd, *others = desks.site.codes
    answer = cast.an_answer(desks.site, to=asked, side=odd)
    cast.open_(replace(answer, body={**answer.body, "likes": 43}), desks.site)
    fill(desks, asked, *others)
    chairs = {chair.side: chair for chair in seen(desks, asked).chairs}
    assert chairs[odd].answer is None
    assert chairs[odd].is_unread
    assert all(chairs[side].answer for side in others)

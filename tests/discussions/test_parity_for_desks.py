"""How even a discussion is: desks see it, and no page of readers says it."""

import pytest
from handing_in import a_discussion, card_of, handed_in, with_card

import cast
import desks as stage
from visavis.discussions import parity, queries, writing
from visavis.discussions.parity import Parity

pytestmark = pytest.mark.django_db
PAGE = "/en/desk/discussions/"


def opened(desks, person, discussion, text, **more):
    document = handed_in(person, discussion, text, **more)
    cast.turn(document, person.side, site=desks.site)
    return document


@pytest.fixture
def people(desks):
    az, hy = with_card("az"), with_card("hy")
    for person in (az, hy):
        cast.turn(card_of(person), person.side, site=desks.site)
    return az, hy


def seen_from(side, discussion, *, days=0) -> Parity:
    _document, body = queries.open_discussion(discussion)
    return parity.parity_of(
        {discussion: body}, side=side, sides=("az", "hy"), today=stage.after(days)
    )[discussion]


def test_words_are_counted_by_side(desks, people):
    az, hy = people
    discussion = a_discussion(desks)
    opened(desks, az, discussion, "Bir iki üç.")
    opened(desks, az, discussion, "Dörd.")
    opened(desks, hy, discussion, "Մեկ երկու։")
    handed_in(hy, discussion, "Սպասող խոսք, որ բաց չէ։")
    even = seen_from("az", discussion)
    assert dict(even.words) == {"az": 4, "hy": 2}
    assert dict(even.contributions) == {"az": 2, "hy": 1}
    assert even.may_begin is None


def test_who_waits_for_a_reply_of_our_side_is_named_after_three_days(desks, people):
    az, hy = people
    discussion = a_discussion(desks)
    first = opened(desks, hy, discussion, "Առաջին։")
    answered = opened(desks, hy, discussion, "Երկրորդ։")
    opened(desks, az, discussion, "Cavab.", answers=answered.id)
    assert seen_from("az", discussion, days=3).unanswered == ()
    assert [each.id for each in seen_from("az", discussion, days=4).unanswered] == [first.id]
    assert seen_from("hy", discussion, days=4).unanswered == ()


def test_whose_turn_it_is_is_what_the_rule_says(desks, people):
    az, _hy = people
    discussion = a_discussion(desks, takes_turns=True)
    assert seen_from("az", discussion).may_begin == ("az", "hy")
    opened(desks, az, discussion, "Birinci.")
    assert seen_from("az", discussion).may_begin == ("hy",)
    assert seen_from("az", discussion, days=4).may_begin == ("az", "hy")


def test_each_desk_sees_it_on_its_page_of_discussions(desks, people):
    discussion = a_discussion(desks, takes_turns=True)
    opened(desks, people[1], discussion, "Առաջին խոսք այստեղ։")
    with desks.on(stage.after(5)):
        html = desks.page("az", PAGE)
    assert stage.faults_in(html) == []
    assert "How evenly the sides speak in open discussions" in html
    assert "Words: 3" in html
    assert "for more than three days: 1" in html
    assert "Առաջին խոսք" in html


def test_a_contribution_is_read_once_and_forgotten_when_it_is_closed(
    desks, people, django_assert_num_queries
):
    az, hy = people
    discussion = a_discussion(desks)
    first, second = (opened(desks, az, discussion, text) for text in ("Bir.", "İki söz."))
    assert seen_from("az", discussion).words["az"] == 3
    _document, body = queries.open_discussion(discussion)
    with django_assert_num_queries(1):  # the newest digests; no words
        parity.parity_of({discussion: body}, side="az", sides=("az", "hy"), today=stage.DAY)
    with az.reading():
        writing.withdraw(az.row, first.id, today=stage.DAY)
    opened(desks, hy, discussion, "Մեկ։")
    assert dict(seen_from("az", discussion).words) == {"az": 2, "hy": 1}
    assert first.digest not in parity._read
    assert second.digest in parity._read


def test_the_newest_are_counted_and_the_page_says_so(desks, people, monkeypatch):
    discussion = a_discussion(desks)
    opened(desks, people[0], discussion, "Köhnə söz.")
    assert "Only the newest" not in desks.page("az", PAGE)
    monkeypatch.setattr(parity, "MOST_COUNTED", 2)
    opened(desks, people[1], discussion, "Մեկ։")
    opened(desks, people[1], discussion, "Երկու։")
    even = seen_from("az", discussion)
    html = desks.page("az", PAGE)
    assert sum(even.contributions.values()) == 2
    assert "Only the newest contributions are counted: 2" in html
    assert stage.faults_in(html) == []

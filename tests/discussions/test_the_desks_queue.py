"""A desk's queue: what waits, as readers will see it, and opened many at once."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from handing_in import a_discussion, card_of, handed_in, joined, uncleaned, with_card

import cast
import desks as stage
from visavis.record import actions as record
from visavis.record.models import Document as Row
from visavis.record.rules import State
from visavis.signing.several import read_documents, signatures_file
from visavis.signing.signatures import sign_document

pytestmark = pytest.mark.django_db
QUEUE = "/en/desk/contributions/"
HOME = "/en/desk/"
MOST_QUERIES = 10
"""That the page itself may ask, beside what every page of a desk asks."""


def state(document):
    return State(Row.objects.get(digest=document.digest).state)


def ticks(html):
    return re.findall(r'name="digest" value="([^"]*)"', html)


def key(desks, ticked, side="az", **given):
    given = given or {"passphrase": desks.passphrase[side]}
    return desks.post(side, QUEUE, {"digest": ticked, **given})


@pytest.fixture
def discussion(desks):
    return a_discussion(desks)


def test_what_waits_is_shown_as_readers_will_see_it(desks, discussion):
    person = with_card()
    one = handed_in(person, discussion, "Bir *söz*.\n\n> Bir sitat.")
    html = desks.page("az", QUEUE)
    for words in ("Səhər yeli", "Water (en)", "<em>söz</em>", '<blockquote class="quote">'):
        assert words in html
    assert "What I cook" in html or "jam" in html.lower()
    assert stage.faults_in(html) == []
    assert ticks(html) == [f"{one.digest} {card_of(person).digest}"]
    assert "1 contribution waits" in desks.page("az", HOME)


def test_a_contribution_and_its_card_open_in_one_act(desks, discussion):
    person = with_card()
    one = handed_in(person, discussion)
    (tick,) = ticks(desks.page("az", QUEUE))
    done = key(desks, [tick])
    assert done["Location"] == f"{QUEUE}?done=contributions-opened"
    assert (state(one), state(card_of(person))) == (State.OPEN, State.OPEN)
    html = desks.page("az", done["Location"])
    assert "Nothing waits." in html
    assert "What was ticked is open." in html


def test_nothing_opens_whose_card_is_neither_open_nor_ticked(desks, discussion):
    person = with_card()
    one = handed_in(person, discussion)
    refused = key(desks, [one.digest])
    assert refused.status_code == 409
    assert "Open the card first." in refused.content.decode()
    assert state(one) is State.PROPOSED


def test_two_first_contributions_of_one_card_open_together(desks, discussion):
    person = with_card()
    some = [handed_in(person, discussion, f"Söz {n}.") for n in range(3)]
    assert key(desks, ticks(desks.page("az", QUEUE))).status_code == 302
    assert {state(each) for each in some} == {State.OPEN}


def test_what_cannot_open_is_named_and_keeps_none_of_the_others(desks):
    discussion = a_discussion(desks, takes_turns=True)
    person = with_card()
    some = [handed_in(person, discussion, f"Söz {n}.") for n in range(2)]
    refused = key(desks, ticks(desks.page("az", QUEUE)))
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "These did not open." in html
    assert "another side begins the next thread" in html
    assert sorted(map(state, some)) == [State.OPEN, State.PROPOSED]
    assert stage.faults_in(html) == []
    assert desks.passphrase["az"] not in html


def test_words_that_changed_since_the_page_was_made_are_not_keyed(desks, discussion):
    person = with_card()
    first, other = handed_in(person, discussion), handed_in(person, discussion, "Başqa.")
    ticked = ticks(desks.page("az", QUEUE))
    record.withdraw(digest=first.digest, side="az")
    changed = handed_in(person, discussion, "Bir başqa söz.")
    refused = key(desks, ticked)
    assert refused.status_code == 409
    assert first.digest[:12] in refused.content.decode()
    assert (state(changed), state(other)) == (State.PROPOSED, State.OPEN)


def test_a_card_that_changed_since_is_not_keyed_either(desks, discussion):
    person = with_card()
    one = handed_in(person, discussion)
    (tick,) = ticks(desks.page("az", QUEUE))
    record.withdraw(digest=card_of(person).digest, side="az")
    from visavis.cards import actions as cards

    with person.reading():
        names = {"az": "Axşam yeli", "hy": "Երեկոյան քամի"}
        cards.keep_draft(person.row, pen_name=names, cues=cards.Cues(), today=stage.DAY)
        cards.hand_in(person.row, today=stage.DAY)
    assert key(desks, [tick]).status_code == 409
    assert (state(one), state(card_of(person))) == (State.PROPOSED, State.PROPOSED)


def test_the_other_desk_sees_and_opens_nothing_of_it(desks, discussion):
    person = with_card()
    one = handed_in(person, discussion, "Gizli söz.")
    html = desks.page("hy", QUEUE)
    assert "Nothing waits." in html
    assert "contribution" not in desks.page("hy", HOME).split("</header>")[-1].lower()
    for digest in (one.digest, "0" * 64):
        refused = key(desks, [digest], side="hy")
        assert refused.status_code == 409
        told = refused.content.decode().replace(digest[:12], "")
        assert "no longer reviewing this" in told
    assert state(one) is State.PROPOSED
    desks.page("hy", f"{QUEUE}documents.json", status=404)
    desks.page("hy", f"{HOME}read/{one.digest}/", status=404)


def test_an_editor_without_the_reading_key_sees_no_word(desks, discussion):
    handed_in(with_card(), discussion, "Gizli söz.")
    account = desks.account["az"]
    boxes, account.desk_boxes = account.desk_boxes, {}
    account.save()
    html = desks.page("az", QUEUE, status=409)
    assert "Gizli" not in html
    account.desk_boxes = boxes
    account.save()
    assert "Gizli" in desks.page("az", QUEUE)


def test_other_lists_of_the_desk_name_no_contribution(desks, discussion):
    handed_in(with_card(), discussion, "Gizli söz.")
    question = cast.propose(cast.a_question(desks.site), by="az", site=desks.site)
    for address in (HOME, f"{HOME}sign/"):
        html = desks.page("az", address)
        assert question.digest in html
        assert "Gizli" not in html
        assert "Səhər yeli" not in html


def test_people_never_keep_their_desk_from_proposing(desks, discussion, monkeypatch):
    from visavis.record import rules

    monkeypatch.setattr(rules, "MOST_PROPOSED", 2)
    person = with_card()
    for n in range(5):
        handed_in(person, discussion, f"Söz {n}.")
    cast.propose(cast.a_question(desks.site), by="az", site=desks.site)


def queries_for(desks, address):
    with CaptureQueriesContext(connection) as asked:
        desks.page("az", address)
    # Its reading keys are asked for by each page of a desk that opens anything.
    return sum("sides_readingkey" not in q["sql"] and "sides_joint" not in q["sql"] for q in asked)


def test_a_page_asks_as_much_for_a_hundred_as_for_three_and_one_file_opens_all(desks, discussion):
    names = iter_names()
    for n_each, n_persons in ((3, 1), (25, 4)):
        for _ in range(n_persons):
            person = with_card(names=next(names))
            for k in range(n_each):
                handed_in(person, discussion, f"Söz {k}.")
        asked = queries_for(desks, QUEUE) - queries_for(desks, "/en/desk/cards/")
        assert asked <= MOST_QUERIES
    html = desks.page("az", QUEUE)
    assert len(ticks(html)) == 100
    assert "?page=2" in html
    file = desks.client["az"].get(f"{QUEUE}documents.json").content
    read = read_documents(file)
    assert len([each for each in read if each.document.kind == "contribution"]) == 100
    signed = signatures_file(
        sign_document(each.document, key=desks.site.key("az")) for each in read
    )
    done = key(desks, [], signature=signed.decode())
    assert done.status_code == 302, done.content.decode()[:3000]
    waiting = Row.objects.filter(state=State.PROPOSED, kind="contribution")
    assert waiting.count() == 3


def iter_names():
    letters = "abcdefgh"
    armenian = "աբգդեզէը"
    for latin, other in zip(letters, armenian, strict=True):
        yield f"Yel {latin * 3}", f"Քամի {other * 3}"


HIDES = (
    "Ar\u200bam Pet\u00adrosyan",
    "Ar\u202eam Petrosyan\u202c",
    "Ar\u030dam Petros\u030dyan",
    "*Aram* Petrosyan",
    "Aram\u2003Petrosyan",
    "Aram_Petrosyan",
    "AramPetrosyan",
)


@pytest.mark.parametrize("words", HIDES)
def test_no_hidden_character_hides_a_name(desks, discussion, words):
    person = with_card()
    plain = handed_in(person, discussion, "Bu gün hava yaxşıdır.")
    html = desks.page("az", QUEUE)
    assert "person’s name:" not in html
    uncleaned(person, plain, f"{words} gəldi.")
    html = desks.page("az", QUEUE)
    assert "Perhaps a person’s name:" in html


def test_hidden_characters_are_named(desks, discussion):
    person = with_card()
    uncleaned(person, handed_in(person, discussion), "Bir\u200b söz\u202e.")
    html = desks.page("az", QUEUE)
    assert "U+200B" in html
    assert "right-to-left override" in html
    assert "\u202e" not in html


def test_a_link_leads_nowhere_and_its_address_is_beside_it(desks, discussion):
    handed_in(with_card(), discussion, "[Burada](https://elsewhere.example/a) və 050 123 45 67.")
    html = desks.page("az", QUEUE)
    assert 'href="https://elsewhere.example' not in html
    assert "<code>https://elsewhere.example/a</code>" in html
    assert "050 123 45 67</mark>" in html


def test_a_visitor_and_a_participant_are_asked_to_sign_in(desks, discussion):
    person = joined()
    assert person.client.get(QUEUE).status_code == 302

"""Restatements, answers to them and translations in a desk's queue; and cards that look alike."""

import re
from html import unescape

import pytest
from handing_in import a_discussion, card_of, handed_in, with_card

import desks as stage
import editors
from authors import discussion, turned, writer
from gate import BETTER, IN_AZ, WORDS, Gate, days_later
from visavis.cards import queries as card_queries
from visavis.cards.queries import CardState
from visavis.discussions import deciding
from visavis.discussions.bodies import Says
from visavis.discussions.rules import NotOpened
from visavis.record.models import Document as Row
from visavis.record.queries import versions_of
from visavis.record.rules import State
from visavis.signing.document import Document
from visavis.signing.several import read_documents, signatures_file
from visavis.signing.signatures import sign_document

pytestmark = pytest.mark.django_db
QUEUE = "/en/desk/contributions/"
IN_USE = "An open card has this pen name"
TWO_WAIT = "Another card that waits has this pen name"


def ticks(html: str) -> list[str]:
    return re.findall(r'name="digest" value="([^"]*)"', html)


def state(document: Document) -> State:
    return State(Row.objects.get(digest=document.digest).state)


def keyed(desks: stage.Desks, side: str, ticked: list[str]) -> str:
    """Turn the desk's key for what is ticked; returns what the page says then."""
    given = {"digest": ticked, "passphrase": desks.passphrase[side]}
    done = desks.post(side, QUEUE, given)
    if done.status_code == 302:
        return ""
    assert done.status_code == 409
    assert stage.faults_in(done.content.decode()) == []
    return unescape(done.content.decode())


@pytest.fixture
def gate(desks: stage.Desks) -> Gate:
    return Gate(desks)


def reply(gate: Gate, today: object) -> Document:
    """Return a reply of that day; its desk is signed in again by then."""
    gate.desks.client["hy"] = editors.signed_in(gate.desks.account["hy"])
    return gate.hands_in(gate.replies, "Այո։", today=today, to=gate.said)  # type: ignore[arg-type]


# ---- the heard gate


def test_a_restatement_and_its_reply_open_with_one_tick(gate: Gate) -> None:
    restatement = gate.restates()
    with days_later(7) as today:
        answer = reply(gate, today)
        html = gate.desks.page("hy", QUEUE)
        assert stage.faults_in(html) == []
        assert html.count(WORDS) == 2, "by itself, and above the reply as readers will see it"
        assert IN_AZ in html
        assert "Not agreed" in html
        assert ticks(html) == [restatement.digest, f"{answer.digest} {restatement.digest}"]
        assert keyed(gate.desks, "hy", [f"{answer.digest} {restatement.digest}"]) == ""
    assert (state(restatement), state(answer)) == (State.OPEN, State.OPEN)


def test_both_ticks_open_each_once(gate: Gate) -> None:
    restatement = gate.restates()
    with days_later(7) as today:
        answer = reply(gate, today)
        assert keyed(gate.desks, "hy", ticks(gate.desks.page("hy", QUEUE))) == ""
        assert "Nothing waits." in gate.desks.page("hy", QUEUE)
    assert (state(restatement), state(answer)) == (State.OPEN, State.OPEN)


def test_a_reply_alone_does_not_open_before_its_restatement(gate: Gate) -> None:
    restatement = gate.restates()
    with days_later(7) as today:
        answer = reply(gate, today)
        keyed(gate.desks, "hy", [answer.digest])
    assert (state(restatement), state(answer)) == (State.PROPOSED, State.PROPOSED)


def test_a_restatement_that_has_not_passed_has_no_tick_and_does_not_open(gate: Gate) -> None:
    """As an attack: somebody sends a tick that the page does not have."""
    restatement = gate.restates()
    html = gate.desks.page("hy", QUEUE)
    assert WORDS in html
    assert "A reply can be written after a yes" in html
    assert ticks(html) == []
    assert keyed(gate.desks, "hy", [restatement.digest])
    assert state(restatement) is State.PROPOSED
    gate.confirmed(restatement)
    assert ticks(gate.desks.page("hy", QUEUE)) == [restatement.digest]
    assert keyed(gate.desks, "hy", [restatement.digest]) == ""
    assert state(restatement) is State.OPEN


def test_a_yes_is_keyed_in_the_queue_of_the_asked_and_a_correction_never(gate: Gate) -> None:
    restatement = gate.restates()
    gate.handed_on("az", restatement)
    gate.hears(restatement)
    yes = gate.answer(restatement)
    html = gate.desks.page("az", QUEUE)
    assert stage.faults_in(html) == []
    assert "Yes, that is what I said" in html
    assert WORDS in html, "the yes is to these words"
    assert ticks(html) == [yes.digest]
    assert keyed(gate.desks, "az", ticks(html)) == ""
    assert state(yes) is State.OPEN


def test_a_correction_has_no_tick(gate: Gate) -> None:
    restatement = gate.restates()
    gate.handed_on("az", restatement)
    gate.hears(restatement, Says.NOT_QUITE, correction=BETTER)
    html = gate.desks.page("az", QUEUE)
    assert "never opens" in html
    assert ticks(html) == []
    assert keyed(gate.desks, "az", [gate.answer(restatement).digest])
    assert state(gate.answer(restatement)) is State.PROPOSED


def test_another_desk_sees_nothing_of_it(gate: Gate) -> None:
    gate.restates()
    for side in ("az", "ka") if "ka" in gate.desks.client else ("az",):
        assert WORDS not in gate.desks.page(side, QUEUE)


def test_one_file_signs_each_after_what_must_be_open_before_it(gate: Gate) -> None:
    restatement = gate.restates()
    with days_later(7) as today:
        answer = reply(gate, today)
        file = gate.desks.client["hy"].get(f"{QUEUE}documents.json").content
        read = [each.document for each in read_documents(file)]
        assert [each.digest for each in read] == [restatement.digest, answer.digest]
        key = gate.desks.site.key("hy")
        signed = signatures_file(sign_document(each, key=key) for each in read)
        done = gate.desks.post("hy", QUEUE, {"digest": [], "signature": signed.decode()})
        assert done.status_code == 302
    assert (state(restatement), state(answer)) == (State.OPEN, State.OPEN)


# ---- translations


def test_a_translation_is_read_beside_its_original_and_keyed_in_the_queue(desks) -> None:
    place, one, other = discussion(desks.site), writer("az"), writer("hy")
    said = turned(one.hand_in(place.id, "Su soyuqdur."), desks)
    address = f"/en/taking-part/contributions/{said.id}/translate/?in=hy"
    typed = {"paragraph_0": "Ջուրը սառն է, Արամ Արամյան։", "base": said.digest, "seen": ""}
    assert other.post(address, **typed, then="finish").status_code == 302
    html = desks.page("hy", QUEUE)
    assert stage.faults_in(html) == []
    assert "Su soyuqdur." in html
    assert "<mark>" in html, "names are marked in a translation too"
    (tick,) = ticks(html)
    assert "1 translation waits" in desks.page("hy", "/en/desk/")
    assert keyed(desks, "hy", [tick]) == ""
    assert State(Row.objects.get(digest=tick).state) is State.OPEN
    assert Row.objects.get(digest=tick).kind == "translated-words"


# ---- cards that look alike


def test_two_waiting_cards_of_one_look_are_marked_and_the_second_is_refused(desks) -> None:
    place = a_discussion(desks)
    # The second has the letters of another alphabet where they look the same.
    one, other = with_card(), with_card(names=("Səhər yeli", "Առավոտյան-քամի"))
    handed_in(one, place, "Bir.")
    handed_in(other, place, "İki.")
    alone = with_card(names=("Başqa yel", "Այլ քամի"))
    handed_in(alone, place, "Üç.")
    html = desks.page("az", QUEUE)
    assert stage.faults_in(html) == []
    assert html.count(TWO_WAIT) == 2
    said = keyed(desks, "az", ticks(html))
    assert "These did not open." in said
    assert "An open card has this pen name" in said
    cards = [card_of(each) for each in (one, other)]
    assert sorted(map(state, cards)) == [State.OPEN, State.PROPOSED]
    assert state(card_of(alone)) is State.OPEN
    again = desks.page("az", QUEUE)
    assert again.count(IN_USE) == 1
    assert TWO_WAIT not in again
    # Not by the page of one document either.
    late = next(each for each in cards if state(each) is State.PROPOSED)
    turn = f"/en/desk/sign/{late.digest}/"
    page = desks.page("az", f"/en/desk/read/{late.digest}/")
    action = re.search(r'action="([^"]*sign[^"]*|[^"]*turn[^"]*)"', page)
    refused = desks.post(
        "az", action[1] if action else turn, {"passphrase": desks.passphrase["az"]}
    )
    assert refused.status_code == 409
    assert state(late) is State.PROPOSED


def test_a_card_of_another_side_takes_the_name_too(desks) -> None:
    place = a_discussion(desks)
    one, other = with_card(), with_card("hy", names=("Səhər yeli", "Առավոտյան քամի"))
    handed_in(one, place, "Bir.")
    handed_in(other, place, "Երկու։")
    for side, n in (("az", 0), ("hy", 0)):
        assert desks.page(side, QUEUE).count(TWO_WAIT) == n, "no desk sees what waits elsewhere"
    assert keyed(desks, "az", ticks(desks.page("az", QUEUE))) == ""
    html = desks.page("hy", QUEUE)
    assert IN_USE in html
    assert "An open card has this pen name" in keyed(desks, "hy", ticks(html))
    assert state(card_of(other)) is State.PROPOSED


def test_for_its_pen_name_a_card_goes_back_to_its_author(desks) -> None:
    place, person = a_discussion(desks), with_card()
    said = handed_in(person, place, "Bir.")
    card = card_of(person)
    deciding.not_open(
        side="az", digest=said.digest, reason=NotOpened.PEN_NAME, note="", today=stage.DAY
    )
    assert (state(said), state(card)) == (State.REFUSED, State.REFUSED)
    with person.reading():
        assert card_queries.own_card(person.row).state is CardState.NOT_THERE
        assert set(deciding.why_not_opened(person.row, [said.digest])) == {said.digest}
        assert [each for each, _ in versions_of(person.row.card)] == [State.REFUSED]
    page = person.client.get("/en/taking-part/card/").content.decode()
    assert 'name="name_az"' in page


def test_for_another_reason_the_card_stays_where_it_is(desks) -> None:
    place, person = a_discussion(desks), with_card()
    said = handed_in(person, place, "Bir.")
    deciding.not_open(
        side="az", digest=said.digest, reason=NotOpened.NOT_KIND, note="", today=stage.DAY
    )
    assert state(card_of(person)) is State.PROPOSED


# ---- a note typed in the second window


def test_a_second_editor_gets_the_typed_note_back(desks) -> None:
    place, person = a_discussion(desks), with_card()
    said = handed_in(person, place, "Bir.")
    address, note = f"{QUEUE}{said.digest}/no/", "Bu adı yazmayın, xahiş edirəm."
    assert desks.post("az", address, {"reason": "not kind", "note": "A."}).status_code == 302
    late = desks.post("az", address, {"reason": "names a person", "note": note})
    assert late.status_code == 404
    html = unescape(late.content.decode())
    assert "This is no longer here" in html
    assert note in html
    assert stage.faults_in(html) == []
    # The same for what never was, and for another desk's.
    for side, digest in (("az", "0" * 64), ("hy", said.digest)):
        other = desks.post(side, f"{QUEUE}{digest}/no/", {"reason": "other", "note": note})
        assert other.status_code == 404
        assert note in unescape(other.content.decode())

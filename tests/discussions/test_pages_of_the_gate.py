"""The heard gate on its pages: two people and two desks, from "Reply" to what readers see."""

import re
from datetime import UTC, date, datetime, time
from html import unescape

import pytest
from django.test import Client

import desks as stage
import participants
from gate import BETTER, IN_AZ, WORDS, Gate, at
from visavis.base import data
from visavis.discussions import heard_queries
from visavis.pages.addresses import item
from visavis.people.models import Participant
from visavis.press.actions import release_edition
from visavis.press.store import Store
from visavis.record.models import Document as Row
from visavis.signing.document import Document

pytestmark = pytest.mark.django_db
TODAY = stage.DAY
TYPED = {
    "original": "en",
    "restated": WORDS,
    "other_language": "az",
    "restated_in_theirs": IN_AZ,
}


@pytest.fixture
def gate(desks) -> Gate:
    return Gate(desks)


def browser(who: Participant) -> Client:
    return participants.signed_in(who)


def page(client: Client, address: str, *, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, (response.status_code, address)
    html = response.content.decode()
    if status == 200:
        assert stage.faults_in(html) == []
    return unescape(html)


def sent(client: Client, address: str, data=None, *, status: int = 302) -> str:
    response = client.post(address, dict(data or {}))
    assert response.status_code == status, (response.status_code, response.content.decode()[-3000:])
    return (
        response.headers.get("Location", "")
        if status == 302
        else unescape(response.content.decode())
    )


def restate_address(gate: Gate) -> str:
    return f"/en/taking-part/contributions/{gate.said.id}/restate/"


def reply_address(gate: Gate) -> str:
    return f"/en/taking-part/discussions/{gate.discussion.id}/write/?to={gate.said.id}"


def waits(gate: Gate) -> heard_queries.Restated:
    with at("az"):
        (found,) = heard_queries.at_desk("az")
    return found


def keyed(gate: Gate, side: str, document: Document) -> None:
    """The desk reads the page of a document and turns its key there."""
    read = gate.desks.page(side, f"/en/desk/read/{document.digest}/")
    address = re.search(r'action="([^"]*/sign/[^"]*|[^"]*turn[^"]*)"', read)
    assert address, "no form for the key"
    answer = gate.desks.post(side, address[1], {"passphrase": gate.desks.passphrase[side]})
    assert answer.status_code == 302, unescape(answer.content.decode())[-2000:]


def test_from_reply_to_readers_through_a_correction(gate: Gate) -> None:
    writer, asked = browser(gate.replies), browser(gate.spoke)
    assert writer.get(reply_address(gate)).headers["Location"] == restate_address(gate)
    assert "Çay heç kimin deyil." in page(writer, restate_address(gate))
    sent(writer, restate_address(gate), TYPED)
    assert WORDS in page(writer, restate_address(gate))
    assert "Somebody says what they have understood" not in page(asked, "/en/taking-part/")
    first = waits(gate)

    # The desk of who is asked learns of it on its first page, or nobody would hand it on.
    assert "1 restatement needs your desk" in page(gate.desks.client["az"], "/en/desk/")
    assert "1 restatement waits" in page(gate.desks.client["hy"], "/en/desk/")
    az = page(gate.desks.client["az"], "/en/desk/discussions/heard/")
    assert WORDS in az
    assert IN_AZ in az
    sent(gate.desks.client["az"], f"/en/desk/discussions/heard/{first.document.id}/hand-on/")
    assert "Somebody says what they have understood" in page(asked, "/en/taking-part/")
    assert WORDS in page(asked, "/en/taking-part/heard/")
    answer_at = f"/en/taking-part/heard/{first.document.id}/"
    assert WORDS in page(asked, answer_at)
    sent(asked, answer_at, {"says": "not quite", "original": "en", "correction": BETTER})

    assert "1 restatement waits" in page(gate.desks.client["az"], "/en/desk/")
    assert "1 restatement needs your desk" in page(gate.desks.client["hy"], "/en/desk/")
    assert BETTER not in page(writer, restate_address(gate))
    assert BETTER in page(gate.desks.client["hy"], "/en/desk/discussions/heard/")
    sent(gate.desks.client["hy"], f"/en/desk/discussions/heard/{first.document.id}/hand-on/")
    assert "corrected once" in page(writer, "/en/taking-part/")
    assert BETTER in page(writer, restate_address(gate))
    sent(writer, restate_address(gate), {**TYPED, "restated": "You said: it belongs to all."})

    second = waits(gate)
    assert second.body.round == 2
    sent(gate.desks.client["az"], f"/en/desk/discussions/heard/{second.document.id}/hand-on/")
    assert "not agreed" in page(asked, answer_at)
    sent(asked, answer_at, {"says": "yes"})
    assert "1 restatement needs your desk" in page(gate.desks.client["az"], "/en/desk/")
    keyed(gate, "az", waits(gate).answer)
    assert "1 restatement waits" in page(gate.desks.client["az"], "/en/desk/")
    assert "1 restatement waits" in page(gate.desks.client["hy"], "/en/desk/")
    assert "You can reply" in page(writer, "/en/taking-part/")

    form = page(writer, reply_address(gate))
    assert "You said: it belongs to all." in form
    kept = sent(writer, reply_address(gate), {"original": "hy", "text": "Այո։", "rules_read": "on"})
    preview = page(writer, kept)
    assert "You said: it belongs to all." in preview
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', preview)
    assert seen
    sent(writer, kept.replace("preview", "hand-in"), {"seen": seen[1]})
    # The desk reads both and ticks once: the restatement opens with the reply, in one act.
    queue = "/en/desk/contributions/"
    html = page(gate.desks.client["hy"], queue)
    assert html.index("You said: it belongs to all.") < html.index("Այո։")
    ticks = re.findall(r'name="digest" value="([^"]+)"', html)
    (ticked,) = (each for each in ticks if len(each.split()) > 1)
    assert second.document.digest in ticked.split()
    typed = {"digest": ticked, "passphrase": gate.desks.passphrase["hy"]}
    sent(gate.desks.client["hy"], queue, typed)

    released(TODAY)
    for code in ("en", "az", "hy"):
        html = read(gate, code)
        assert html.index("You said: it belongs to all.") < html.index("Այո։")
        assert IN_AZ in html
        assert WORDS not in html
        assert BETTER not in html
    assert "Not agreed" not in read(gate, "en")


def released(day: date) -> None:
    release_edition(datetime.combine(day, time(13), tzinfo=UTC))


def read(gate: Gate, language: str) -> str:
    """Return what readers of this language see of the discussion."""
    found = Store(data.public_directory()).content(
        item(language, "discussions", gate.discussion.id)
    )
    assert found is not None
    return unescape(found.decode())


def test_a_reply_whose_restatement_is_not_ticked_along_does_not_open(gate: Gate) -> None:
    restatement = gate.restates()
    gate.confirmed(restatement)
    reply = gate.hands_in(gate.replies, "Այո։", today=TODAY, to=gate.said)
    queue = "/en/desk/contributions/"
    typed = {"passphrase": gate.desks.passphrase["hy"]}
    html = sent(gate.desks.client["hy"], queue, {**typed, "digest": reply.digest}, status=409)
    assert "The restatement is not open yet." in html
    sent(
        gate.desks.client["hy"], queue, {**typed, "digest": f"{reply.digest} {restatement.digest}"}
    )
    states = Row.objects.filter(pk__in=[reply.digest, restatement.digest]).values_list("state")
    assert set(states) == {("open",)}


def test_silence_has_one_mark_for_readers(gate: Gate) -> None:
    restatement = gate.restates()
    with stage.on(stage.after(7)):
        later = stage.after(7)
        reply = gate.hands_in(gate.replies, "Այո։", today=later, to=gate.said)
        gate.keyed(restatement, today=later)
        gate.keyed(reply, today=later)
        released(later)
    html = read(gate, "en")
    assert WORDS in html
    assert "Not agreed" in html
    assert "Heard: 0 of 1" in html


def test_pages_are_for_those_whom_they_concern(gate: Gate) -> None:
    restatement = gate.restates()
    hear = f"/en/taking-part/heard/{restatement.id}/"
    for who in (gate.spoke, gate.replies, gate.other):
        page(browser(who), hear, status=404)  # nobody has handed it on
    gate.handed_on("az", restatement)
    page(browser(gate.spoke), hear)
    for who in (gate.replies, gate.other):
        page(browser(who), hear, status=404)
    with stage.on(stage.after(1)):
        answer = f"/en/desk/discussions/heard/{restatement.id}/answer/"
        with gate.desks.on(stage.after(1)):
            gate.desks.page("az", answer)
            gate.desks.page("hy", answer, status=404)


def test_what_was_typed_stays_in_a_form_that_is_refused(gate: Gate) -> None:
    html = sent(
        browser(gate.replies),
        restate_address(gate),
        {**TYPED, "restated": "word " * 81},
        status=409,
    )
    assert "Say it in fewer" in html
    assert "word word" in html
    assert not Row.objects.filter(kind="restatement").exists()


def test_a_desk_chooses_the_gate(desks: stage.Desks) -> None:
    assert "has_gate" in desks.page("az", "/en/desk/discussions/new/")


def test_a_page_of_many_asks_as_little_as_one_of_one(gate: Gate) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            gate.desks.page("az", "/en/desk/discussions/heard/")
        return len(found)

    gate.restates()
    one = asked()
    gate.restates(who=gate.other)
    for _ in range(3):
        gate.restates(who=gate.joins("hy"))
    assert asked() == one <= stage.MOST_QUERIES

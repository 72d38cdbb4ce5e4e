"""A pause at the desk: no session begins or ends one without a key, and own texts are closed together."""

from datetime import timedelta

import pytest

import cast
import desks as stage
from visavis.base.refusal import Refused
from visavis.desk import wording
from visavis.desk.rules import DeskRefusal
from visavis.pauses import rules
from visavis.record import actions as record
from visavis.record import wording as record_wording
from visavis.record.models import Document as Row
from visavis.record.models import Pause
from visavis.record.queries import pauses, proposal_for
from visavis.record.rules import RecordRefusal, State
from visavis.signing.signatures import sign_document

pytestmark = pytest.mark.django_db
PAUSE, TEXTS = "/en/desk/pause/", "/en/desk/pause/texts/"


@pytest.fixture
def texts(desks):
    return [
        cast.open_(cast.an_article(desks.site, side=side), desks.site)
        for side in ("az", "az", "az", "hy")
    ]


def state(document):
    return State(Row.objects.get(digest=document.digest).state)


def text_of(response):
    return response.content.decode().replace("&#39;", "'")


def begun(desks, side="az"):
    """What the button of the page leads to."""
    answer = desks.post(side, PAUSE, {"act": "own"})
    assert answer.status_code == 302
    return answer["Location"].split("/")[-2]


def settle():
    with stage.on(stage.DAY, 10) as now:
        record.settle(at=now)


def test_a_pause_is_begun_and_ended_with_keys(desks, texts):
    digest = begun(desks)
    given = {"passphrase": desks.passphrase["az"]}
    assert desks.post("az", f"/en/desk/read/{digest}/turn-key/", given).status_code == 302
    assert "72 hours after the next release" in desks.page("az", PAUSE)
    settle()
    assert [state(each) for each in texts] == [*[State.CLOSED] * 3, State.OPEN]
    assert stage.faults_in(desks.page("az", PAUSE)) == []
    assert desks.page("az", "/en/desk/").count("Opens again") == 0
    end = f"{PAUSE}{digest}/end/"
    assert stage.faults_in(desks.page("hy", end)) == []
    for side in ("hy", "az"):
        assert state(texts[0]) is State.CLOSED
        done = desks.post(side, end, {"passphrase": desks.passphrase[side]})
        assert str(wording.ACTS["pause-end"]) in desks.page(side, done["Location"])
        settle()
    assert [state(each) for each in texts] == [State.OPEN] * 4
    shown = desks.page("az", PAUSE)
    assert "After the pause" in shown
    assert desks.page("hy", end, status=404)


def test_a_stolen_session_alone_neither_begins_nor_ends_a_pause(desks, texts):
    """An editor's open browser holds no key: with none, a wrong one or the other desk's nothing happens."""
    digest = begun(desks)
    wrong = [{}, {"passphrase": "no six words"}, {"passphrase": desks.passphrase["hy"]}]
    for given in wrong:
        answer = desks.post("az", f"/en/desk/read/{digest}/turn-key/", given)
        assert answer.status_code == 409
        settle()
        assert [state(each) for each in texts] == [State.OPEN] * 4
    # Positive control: the desk's own key holds, and asks for the end.
    right = {"passphrase": desks.passphrase["az"]}
    desks.post("az", f"/en/desk/read/{digest}/turn-key/", right)
    settle()
    assert state(texts[0]) is State.CLOSED
    for given in wrong:
        assert desks.post("az", f"{PAUSE}{digest}/end/", given).status_code == 409
        assert pauses()[0].asked == ()
        assert desks.post("az", TEXTS, {**given, "digest": texts[0].digest}).status_code == 409
        assert Row.objects.get(digest=texts[0].digest).data
    desks.post("az", f"{PAUSE}{digest}/end/", right)
    assert pauses()[0].asked == ("az",)


def test_a_signature_made_elsewhere_begins_one(desks, texts):
    digest = begun(desks)
    signed = sign_document(proposal_for("az", digest).document, key=desks.site.key("az"))
    given = {"signature": signed.data.decode()}
    assert desks.post("az", f"/en/desk/read/{digest}/turn-key/", given).status_code == 302
    settle()
    assert state(texts[0]) is State.CLOSED


def test_another_desk_does_not_see_that_a_pause_waits_for_its_key(desks):
    digest = begun(desks)
    desks.page("hy", f"/en/desk/read/{digest}/", status=404)
    assert digest not in desks.page("hy", "/en/desk/")
    assert digest in desks.page("az", "/en/desk/")


def test_a_pause_that_waited_over_midnight_is_not_begun(desks, texts):
    digest = begun(desks)
    with desks.on(stage.after(1)):
        given = {"passphrase": desks.passphrase["az"]}
        answer = desks.post("az", f"/en/desk/read/{digest}/turn-key/", given)
    assert answer.status_code == 409
    assert str(record_wording.REFUSALS[RecordRefusal.NOT_TODAY]) in text_of(answer)
    assert not Pause.objects.exists()


def test_own_texts_are_ticked_and_closed_together_or_none_is(desks, texts):
    shown = desks.page("az", TEXTS)
    assert stage.faults_in(shown) == []
    assert [each.digest in shown for each in texts] == [True, True, True, False]
    given = {"passphrase": desks.passphrase["az"]}
    for ticked, refusal in (
        ([], DeskRefusal.NOTHING_TICKED_TO_CLOSE),
        ([texts[0].digest, texts[3].digest], DeskRefusal.NOT_OWN_TEXTS),
        (["ab" * 32 for _ in range(1)] * 51, None),
    ):
        answer = desks.post("az", TEXTS, {**given, "digest": ticked})
        assert answer.status_code == (409 if refusal else 404)
        if refusal:
            assert str(wording.REFUSALS[refusal]) in text_of(answer)
        assert [state(each) for each in texts] == [State.OPEN] * 4
    done = desks.post("az", TEXTS, {**given, "digest": [each.digest for each in texts[:2]]})
    assert str(wording.ACTS["closed-several"]) in desks.page("az", done["Location"])
    assert [state(each) for each in texts] == [*[State.CLOSED] * 2, *[State.OPEN] * 2]
    assert [bool(Row.objects.get(digest=each.digest).data) for each in texts[:3]] == [
        False,
        False,
        True,
    ]
    # A second window, in which one of them was ticked as well.
    again = desks.post("az", TEXTS, {**given, "digest": texts[0].digest})
    assert again.status_code == 404


def test_the_statement_is_written_in_every_language_and_signed_by_all(desks):
    page = f"{PAUSE}statement/"
    codes = desks.site.charter.languages
    words = {f"heading_{code}": f"Calm {code}" for code in codes}
    words |= {f"statement_{code}": f"We go on. {code}\n\nAll of us." for code in codes}
    lacking = {**words, "act": "propose", f"statement_{codes[0]}": " "}
    answer = desks.post("az", page, lacking)
    assert answer.status_code == 422
    assert f"Calm {codes[1]}" in text_of(answer)
    digest = desks.post("az", page, {**words, "act": "propose"})["Location"].split("/")[-2]
    assert "There is no calm-weather statement" in desks.page("az", PAUSE)
    for side in ("az", "hy"):
        given = {"passphrase": desks.passphrase[side]}
        assert stage.faults_in(desks.page(side, f"/en/desk/read/{digest}/")) == []
        desks.post(side, f"/en/desk/read/{digest}/turn-key/", given)
    assert "There is no calm-weather statement" not in desks.page("az", PAUSE)
    # The form begins with the open words, and what it makes is their next version.
    assert "All of us." in desks.page("hy", page)
    second = desks.post("hy", page, {**words, "act": "propose", f"heading_{codes[0]}": "Later"})
    row = Row.objects.get(digest=second["Location"].split("/")[-2])
    assert (row.kind, row.version) == (rules.SITE_PAGE, 2)
    # Refused by the other desk, it is written again from its own words.
    desks.post("az", f"/en/desk/read/{row.digest}/refuse/", {"reason": "wording"})
    assert "Later" in desks.page("hy", f"{page}again/{row.digest}/")
    desks.page("az", f"{page}again/{row.digest}/", status=404)


def test_the_statement_of_one_side_alone_is_none(desks):
    statement = cast.a_statement(desks.site)
    cast.propose(statement, by="az", site=desks.site)
    later = stage.DAY + timedelta(days=15)
    alone = cast.alone(statement, side="az", asked_on=stage.DAY, day=later)
    with pytest.raises(Refused) as refused:
        record.propose_alone(document=alone, asked=statement.digest, by="az", today=later)
    assert refused.value.reason is rules.PauseRefusal.NEVER_ALONE

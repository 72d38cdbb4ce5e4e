"""A flooded desk refuses in bulk: one reason, each proposal for itself, nothing lost on the way."""

import re

import pytest

import cast
import desks as stage
from visavis.desk import actions, wording
from visavis.desk.rules import MOST_AT_ONCE, DeskRefusal
from visavis.record import rules as record_rules
from visavis.record import wording as record_wording
from visavis.record.models import Document as Row
from visavis.record.models import Refusal
from visavis.record.rules import RecordRefusal, RefusalReason, State

pytestmark = pytest.mark.django_db
SEVERAL = "/en/desk/sign/"


@pytest.fixture
def flood(desks):
    return [
        cast.propose(cast.a_question(desks.site, text=f"No. {n}?"), by="az", site=desks.site)
        for n in range(4)
    ]


def refuse(desks, documents, *, reason="scope", side="hy", page=""):
    digests = [getattr(each, "digest", each) for each in documents]
    data = {"digest": digests, "reason": reason, "act": "refuse"}
    return desks.post(side, f"{SEVERAL}{page}", data)


def state(document):
    return State(Row.objects.get(digest=document.digest).state)


def text_of(response):
    return response.content.decode().replace("&#39;", "'")


def test_what_is_ticked_is_refused_for_one_reason_and_nothing_else(desks, flood):
    done = refuse(desks, flood[:3])
    assert done["Location"] == "/en/desk/?done=refused-several"
    assert str(wording.ACTS["refused-several"]) in desks.page("hy", done["Location"])
    assert [state(each) for each in flood] == [*[State.REFUSED] * 3, State.PROPOSED]
    assert {(each.side, each.reason) for each in Refusal.objects.all()} == {
        ("hy", RefusalReason.SCOPE.value)
    }


def test_what_cannot_be_refused_is_named_and_keeps_none_of_the_others(desks, flood):
    own = cast.propose(cast.a_question(desks.site, text="Ours?"), by="hy", site=desks.site)
    actions.withdraw(digest=flood[1].digest, side="az", today=stage.DAY)
    answer = refuse(desks, [flood[0], flood[1], own])
    assert answer.status_code == 409
    told = text_of(answer)
    assert state(flood[0]) is State.REFUSED
    assert state(own) is State.PROPOSED
    (notice,) = re.findall(
        r'<div class="notice is-error" role="alert">(.*?)</div>', told, re.DOTALL
    )
    assert "Ours?" in notice
    assert str(record_wording.REFUSALS[RecordRefusal.OWN_PROPOSAL]) in notice
    assert f"{flood[1].digest[:12]}…" in notice
    assert "No. 1?" not in notice
    assert str(record_wording.REFUSALS[RecordRefusal.NOT_PROPOSED]) in notice
    assert "No. 0?" not in told
    assert stage.faults_in(answer.content.decode()) == []


@pytest.mark.parametrize(
    ("n", "reason", "why"),
    [
        (2, "", DeskRefusal.NO_REASON),
        (2, "I do not like it", DeskRefusal.NO_REASON),
        (0, "scope", DeskRefusal.NOTHING_TICKED_TO_REFUSE),
    ],
)
def test_what_is_not_complete_refuses_nothing_and_keeps_the_ticks(desks, flood, n, reason, why):
    answer = refuse(desks, flood[:n], reason=reason)
    assert answer.status_code == 409
    told = text_of(answer)
    assert str(wording.SENTENCES[why]) in told
    assert told.count(" checked") == n
    if reason == "scope":
        assert '<option value="scope" selected>' in told
    assert {state(each) for each in flood} == {State.PROPOSED}


def test_more_than_fifty_are_refused_page_by_page(desks):
    many = [
        cast.propose(cast.a_question(desks.site, text=f"No. {n}?"), by="az", site=desks.site)
        for n in range(MOST_AT_ONCE + 5)
    ]
    page = desks.page("hy", SEVERAL)
    assert page.count('name="digest"') == MOST_AT_ONCE
    assert 'href="?page=2"' in page
    assert desks.page("hy", f"{SEVERAL}?page=2").count('name="digest"') == 5
    answer = refuse(desks, many)
    assert str(wording.SENTENCES[DeskRefusal.TOO_MANY_TO_REFUSE]) in text_of(answer)
    assert refuse(desks, many[:MOST_AT_ONCE]).status_code == 302
    assert refuse(desks, many[MOST_AT_ONCE:]).status_code == 302
    assert {state(each) for each in many} == {State.REFUSED}


def test_nobody_refuses_here_what_is_not_theirs_to_refuse(desks, flood):
    """An answer is its own desk's until it is open: it is as unknown here as a digest of nothing."""
    question = cast.open_(cast.a_question(desks.site), desks.site)
    sealed = cast.propose(
        cast.an_answer(desks.site, to=question, side="az"), by="az", site=desks.site
    )
    told = [text_of(refuse(desks, [each])) for each in (sealed.digest, "0" * 64)]
    notices = [re.findall(r"…</span> · (.*?)</li>", each) for each in told]
    assert notices[0] == notices[1] != []
    assert state(sealed) is State.PROPOSED


def test_a_desk_whose_key_is_being_renewed_can_still_refuse(desks, flood):
    cast.announce(desks.site, "hy")
    page = desks.page("hy", SEVERAL)
    assert 'name="passphrase"' not in page
    assert refuse(desks, flood).status_code == 302


def test_the_desk_reads_from_which_day_silence_counts(desks):
    many = [
        cast.propose(cast.a_question(desks.site, text=f"No. {n}?"), by="az", site=desks.site)
        for n in range(record_rules.MOST_ASKED + 2)
    ]
    behind = [e for e in many if Row.objects.get(digest=e.digest).asked_on is None]
    assert len(behind) == 2
    home = desks.page("hy", "/en/desk/")
    assert home.count("Silence does not count yet.") == 2
    assert "Older proposals that wait before it: 10" in home
    assert "Older proposals that wait before it: 11" in home
    page = desks.page("hy", f"/en/desk/read/{behind[0].digest}/")
    assert "Silence does not count yet." in page
    with desks.on(stage.after(14)):
        late = desks.page("az", f"/en/desk/read/{behind[0].digest}/")
        assert 'id="alone"' not in late
        told = desks.post(
            "az", f"/en/desk/read/{behind[0].digest}/alone/", {"alone-passphrase": ""}
        )
        assert told.status_code == 409
        first = next(each for each in many if each not in behind)
        assert 'id="alone"' in desks.page("az", f"/en/desk/read/{first.digest}/")
    with desks.on(stage.after(15)):
        assert refuse(desks, [each for each in many if each not in behind]).status_code == 302
        home = desks.page("hy", "/en/desk/")
        assert "Silence does not count yet." not in home
        assert "Answer awaited since 29 May 2030." in home


def test_the_home_goes_through_its_lists_page_by_page(desks):
    for n in range(25):
        cast.propose(cast.a_question(desks.site, text=f"No. {n}?"), by="az", site=desks.site)
    home = desks.page("hy", "/en/desk/")
    assert home.count("/en/desk/read/") == 20
    assert '<a href="?ours=2#ours">Newer</a>' in home
    assert home.count("Silence does not count yet.") == 10, "what silence counts for is seen first"
    later = desks.page("hy", "/en/desk/?ours=2")
    assert later.count("Silence does not count yet.") == 5
    assert later.count("/en/desk/read/") == 5
    assert '<a href="?ours=1#ours">Older</a>' in later
    for odd in ("0", "-1", "999999999999", "x", "²"):
        assert desks.page("hy", f"/en/desk/?ours={odd}").count("/en/desk/read/") in {5, 20}
    assert stage.faults_in(later) == []


def test_a_full_budget_says_what_to_do(desks, monkeypatch):
    monkeypatch.setattr(record_rules, "MOST_PROPOSED", 1)
    from visavis.base.refusal import Refused
    from visavis.desk.views import pages

    cast.propose(cast.a_question(desks.site), by="az", site=desks.site)
    with pytest.raises(Refused) as refused:
        cast.propose(cast.a_question(desks.site), by="az", site=desks.site)
    assert "Withdraw a proposal, or wait" in str(pages.sentence(refused.value))

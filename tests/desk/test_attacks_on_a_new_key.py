"""An open browser of a desk, without any key, against the new key that the desk has on its way."""

from dataclasses import replace

import pytest
from test_charter import CHARTER, HOME, announced, digest_in, propose_key, turn

import cast
import desks as stage
from visavis.record import actions as record
from visavis.record import queries as record_queries
from visavis.record.public import current_charter, open_subject, recoveries_under_way
from visavis.signing.keys import PrivateKey
from visavis.signing.signatures import sign_document
from visavis.signing.vault import PublicLine

pytestmark = pytest.mark.django_db


def brought(**more):
    return {"public_key": str(PublicLine.of(PrivateKey.new())), "recovery_key": "", **more}


def signs_with(desks, side, passphrase, *, day):
    """Whether the desk's new passphrase turns its key on this day."""
    with desks.on(day):
        asked = cast.propose(cast.a_question(desks.site, day=day), by="hy", site=desks.site)
        return turn(desks, side, asked.digest, passphrase=passphrase).status_code == 302


ACTS = {
    "nothing": None,
    "a charter": ("brought-key/", {}),
    "a recovery": ("brought-key/", {"why": "recovery"}),
    "what takes it back": ("take-back/", {"how": "file"}),
}


@pytest.mark.parametrize("act", ACTS)
def test_the_key_of_a_recovery_under_way_is_thrown_away_by_no_unsigned_proposal(desks, act):
    made, _ = announced(desks, "az")
    if ACTS[act]:
        address, data = ACTS[act]
        answer = desks.post("az", f"{CHARTER}{address}", brought(**data))
        desks.post("az", f"{HOME}read/{digest_in(answer)}/withdraw/")
    with desks.on(stage.after(30)):
        assert current_charter().side("az").public_key == made.key.public
    assert signs_with(desks, "az", made.passphrase, day=stage.after(30))


def test_the_key_of_a_charter_that_waits_is_thrown_away_by_no_unsigned_recovery(desks):
    desks.post("az", f"{CHARTER}new-key/", {"why": "renewal"})
    made, answer = propose_key(desks, "az")
    assert desks.post("az", f"{CHARTER}brought-key/", brought(why="recovery")).status_code == 302
    assert turn(desks, "hy", digest_in(answer)).status_code == 302
    assert current_charter().side("az").public_key == made.key.public
    assert signs_with(desks, "az", made.passphrase, day=stage.DAY)


def test_an_unsigned_proposal_of_a_recovery_keeps_nobody_with_the_recovery_key_waiting(desks):
    announced(desks, "az")
    assert desks.post("az", f"{CHARTER}brought-key/", brought(why="recovery")).status_code == 302
    recovery = desks.site.sides["az"].recovery.seed.hex()
    taken = desks.post("az", f"{CHARTER}take-back/", {"recovery": recovery, "how": "here"})
    assert taken.status_code == 302
    assert recoveries_under_way() == ()
    assert desks.post("az", f"{CHARTER}brought-key/", brought(why="recovery")).status_code == 302
    made, _ = announced(desks, "az")
    assert [each.keys.public_key for each in recoveries_under_way()] == [made.key.public]


def test_a_recovery_that_waited_for_its_signature_overnight_is_announced_anew(desks):
    new = PrivateKey.new()
    keys = {"public_key": str(PublicLine.of(new)), "recovery_key": "", "why": "recovery"}
    digest = digest_in(desks.post("az", f"{CHARTER}brought-key/", keys))
    with desks.on(stage.after(1)):
        document = record_queries.proposal_for("az", digest).document
        signed = sign_document(document, key=desks.site.sides["az"].recovery).data.decode()
        assert turn(desks, "az", digest, signature=signed).status_code == 409
        desks.post("az", f"{HOME}read/{digest}/withdraw/")
        digest = digest_in(desks.post("az", f"{CHARTER}brought-key/", keys))
        document = record_queries.proposal_for("az", digest).document
        for key in (desks.site.sides["az"].recovery, new):
            signed = sign_document(document, key=key).data.decode()
            assert turn(desks, "az", digest, signature=signed).status_code == 302
        assert [each.day for each in recoveries_under_way()] == [stage.after(1)]


def test_a_desk_sees_whose_key_may_close_what_it_signs(desks):
    closer = PrivateKey.new().public.hex
    without = cast.propose(cast.an_article(desks.site), by="az", site=desks.site)
    asked = replace(cast.an_article(desks.site), closer=closer)
    cast.propose(asked, by="az", site=desks.site)
    assert closer in desks.page("hy", f"{HOME}read/{asked.digest}/")
    assert closer not in desks.page("hy", f"{HOME}read/{without.digest}/")


def test_the_others_charter_from_before_a_recovery_keeps_no_desk_from_signing(desks):
    desks.post("hy", f"{CHARTER}new-key/", {"why": "renewal"})
    _made, answer = propose_key(desks, "hy")
    assert answer.status_code == 302
    made, _ = announced(desks, "az")
    assert signs_with(desks, "az", made.passphrase, day=stage.after(30))


def test_what_a_stolen_key_signed_and_still_waits_is_not_carried_over(desks):
    """The attack: a thief signs proposals, and the desk's own recovery would keep them signed."""
    waiting = cast.propose(cast.a_question(desks.site), by="az", site=desks.site)
    assert turn(desks, "az", waiting.digest).status_code == 302
    opened = cast.open_(cast.a_question(desks.site), desks.site)
    made, _ = announced(desks, "az")
    for place in (
        HOME,
        f"{HOME}questions/",
        f"{HOME}library/",
        f"{HOME}account/",
        f"{HOME}editors/",
    ):
        for side in desks.site.codes:
            page = desks.page(side, place)
            assert "A new key is announced for one side." in page
            assert ("loses that signature on that day" in page) is (side == "az")
            assert stage.faults_in(page) == []
    several = desks.page("az", f"{HOME}sign/")
    assert "Turn the key for what is ticked" not in several
    with desks.on(stage.after(30)) as now:
        record.settle(at=now)
        cast.turn(waiting, "hy", site=desks.site, today=stage.after(30))
        assert open_subject(opened.id)
        assert not open_subject(waiting.id), "the thief's signature does not count"
        page = desks.page("az", f"{HOME}read/{waiting.digest}/")
        assert "That signature is no longer valid." in page
        assert stage.faults_in(page) == []
        answer = turn(desks, "az", waiting.digest, passphrase=made.passphrase)
        assert answer.status_code == 302
        assert open_subject(waiting.id)
        assert "A new key is announced" not in desks.page("az", HOME)

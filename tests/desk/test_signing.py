"""Turning keys, refusing, taking back, standing alone: with two sides and with three."""

from dataclasses import replace

import pytest

import cast
import desks as stage
from views import viewed
from visavis.base.refusal import Refused
from visavis.desk import actions, wording
from visavis.desk.actions import Given
from visavis.desk.rules import DeskRefusal
from visavis.dialogue.bodies import AnswerWords
from visavis.record import queries as record
from visavis.record.models import Document as Row
from visavis.record.models import Signature
from visavis.record.rules import RefusalReason, State
from visavis.safety.secret import Secret
from visavis.signing.signatures import sign_document

pytestmark = pytest.mark.django_db
HOME = "/en/desk/"


@pytest.fixture(params=[("az", "hy"), ("az", "hy", "ka")], ids=["two sides", "three sides"])
def desks(request, db):
    with stage.on(stage.DAY):
        yield stage.at_work(*request.param)


@pytest.fixture
def proposed(desks):
    return cast.propose(cast.a_question(desks.site), by="az", site=desks.site)


def read(document):
    return f"{HOME}read/{document.digest}/"


def turn(desks, side, document, **given):
    given = given or {"passphrase": desks.passphrase[side]}
    return desks.post(side, f"{read(document)}turn-key/", given)


def state(document):
    return State(Row.objects.get(digest=document.digest).state)


def told(response, reason):
    """Return whether the page was refused in place, with the sentence for this reason."""
    assert response.status_code == 409
    return str(wording.SENTENCES[reason]) in response.content.decode().replace("&#39;", "'")


def test_a_document_is_open_when_the_last_side_has_typed_its_passphrase(desks, proposed):
    *first, last = desks.site.codes
    for side in first:
        response = turn(desks, side, proposed)
        assert response["Location"] == f"{read(proposed)}?done=signed"
        assert state(proposed) is State.PROPOSED
    assert turn(desks, last, proposed)["Location"] == f"{read(proposed)}?done=opened"
    assert state(proposed) is State.OPEN
    assert "it is open" in desks.page(last, f"{read(proposed)}?done=opened")


def test_a_key_by_file_is_the_same_key_as_by_passphrase(desks, proposed):
    signed = sign_document(proposed, key=desks.site.key("az"))
    turn(desks, "az", proposed)
    by_passphrase = record.signatures_of(proposed.digest)
    Signature.objects.filter(document=proposed.digest).delete()
    turn(desks, "az", proposed, signature=signed.data.decode())
    assert record.signatures_of(proposed.digest) == by_passphrase


def test_a_signature_is_handed_in_as_a_file_or_pasted(desks, proposed):
    from django.core.files.uploadedfile import SimpleUploadedFile

    signed = sign_document(proposed, key=desks.site.key("az"))
    file = SimpleUploadedFile("it.signature", signed.data)
    assert turn(desks, "az", proposed, signature_file=file).status_code == 302
    assert [each.side for each in record.signatures_of(proposed.digest)] == ["az"]


def test_a_wrong_passphrase_is_told_in_place_and_not_shown_again(desks, proposed):
    from visavis.sides.rules import SideRefusal

    response = turn(desks, "az", proposed, passphrase="six quite wrong words indeed here")
    assert told(response, SideRefusal.WRONG_PASSPHRASE)
    assert "quite wrong" not in response.content.decode()
    assert record.signatures_of(proposed.digest) == ()


def test_another_desks_passphrase_is_a_wrong_one(desks, proposed):
    response = turn(desks, "az", proposed, passphrase=desks.passphrase["hy"])
    assert response.status_code == 409
    assert record.signatures_of(proposed.digest) == ()


def test_neither_nothing_nor_both_nor_nonsense_turns_a_key(desks, proposed):
    signed = sign_document(proposed, key=desks.site.key("az")).data.decode()
    both = {"passphrase": desks.passphrase["az"], "signature": signed}
    for given, reason in (
        ({"passphrase": ""}, DeskRefusal.NO_KEY_GIVEN),
        (both, DeskRefusal.BOTH_GIVEN),
        ({"signature": "{}"}, DeskRefusal.NOT_A_SIGNATURE),
        ({"signature": "not json"}, DeskRefusal.NOT_A_SIGNATURE),
    ):
        response = turn(desks, "az", proposed, **given)
        assert told(response, reason), reason
    assert "not json" in response.content.decode()
    assert record.signatures_of(proposed.digest) == ()


def test_a_signature_under_other_words_turns_no_key(desks, proposed):
    other = cast.propose(cast.a_question(desks.site), by="az", site=desks.site)
    signed = sign_document(other, key=desks.site.key("az")).data.decode()
    assert told(turn(desks, "az", proposed, signature=signed), DeskRefusal.OTHER_WORDS)
    assert record.signatures_of(proposed.digest) == record.signatures_of(other.digest) == ()


def test_a_signature_of_another_side_turns_no_key(desks, proposed):
    from visavis.record.rules import RecordRefusal

    signed = sign_document(proposed, key=desks.site.key("hy")).data.decode()
    assert told(turn(desks, "az", proposed, signature=signed), RecordRefusal.WRONG_KEY)


def test_the_key_stands_under_the_digest_that_was_read_and_no_other(desks, proposed):
    """A proposal that was replaced while it was read is not signed in its new words."""
    assert desks.post("az", f"{read(proposed)}withdraw/").status_code == 302
    again = replace(proposed, salt="ab" * 32)
    cast.propose(again, by="az", site=desks.site)
    assert desks.client["hy"].post(f"{read(proposed)}turn-key/").status_code == 404
    assert record.signatures_of(again.digest) == ()


def test_a_key_is_turned_once(desks, proposed):
    from visavis.record.rules import RecordRefusal

    turn(desks, "az", proposed)
    assert told(turn(desks, "az", proposed), RecordRefusal.ALREADY_TURNED)
    assert "Turn your side’s key" not in desks.page("az", read(proposed))


def test_several_are_signed_with_one_passphrase_only_where_each_is_ticked(desks, proposed):
    others = [
        cast.propose(cast.a_question(desks.site, text=f"No. {n}"), by="hy", site=desks.site)
        for n in range(3)
    ]
    page = desks.page("az", f"{HOME}sign/")
    for each in (proposed, *others):
        assert page.count(each.digest) >= 2
    assert " checked" not in page
    ticked = [others[0].digest, others[2].digest]
    passphrase = desks.passphrase["az"]
    done = desks.post("az", f"{HOME}sign/", {"digest": ticked, "passphrase": passphrase})
    assert done.status_code == 302
    signed = {each.digest for each in (proposed, *others) if record.signatures_of(each.digest)}
    assert signed == set(ticked)


def test_nothing_ticked_signs_nothing_and_a_refusal_signs_none(desks, proposed):
    passphrase = desks.passphrase["az"]
    nothing = desks.post("az", f"{HOME}sign/", {"passphrase": passphrase})
    assert told(nothing, DeskRefusal.NOTHING_TICKED)
    opened = cast.open_(cast.a_question(desks.site), desks.site)
    both = {"digest": [proposed.digest, opened.digest], "passphrase": passphrase}
    refused = desks.post("az", f"{HOME}sign/", both)
    assert told(refused, DeskRefusal.NOT_LISTED)
    assert f'value="{proposed.digest}" checked' in refused.content.decode()
    wrong = {"digest": [proposed.digest], "passphrase": "no"}
    assert desks.post("az", f"{HOME}sign/", wrong).status_code == 409
    assert record.signatures_of(proposed.digest) == ()


def test_a_refusal_needs_a_reason_from_the_list_and_ends_the_proposal(desks, proposed):
    empty = desks.post("hy", f"{read(proposed)}refuse/", {"reason": "I do not like it"})
    assert told(empty, DeskRefusal.NO_REASON)
    assert state(proposed) is State.PROPOSED
    done = desks.post("hy", f"{read(proposed)}refuse/", {"reason": RefusalReason.FACTS.value})
    assert done.status_code == 302
    assert state(proposed) is State.REFUSED
    page = desks.page("az", read(proposed))
    assert "Something in it is not correct." in page
    assert "Begin a draft from these words" in page
    again = desks.post("az", f"{HOME}questions/again/{proposed.digest}/")
    assert "/draft/" in again["Location"]
    assert desks.client["hy"].get(read(proposed)).status_code == 404


def test_a_desk_does_not_refuse_its_own_proposal_nor_take_back_anothers(desks, proposed):
    from visavis.record.rules import RecordRefusal

    own = desks.post("az", f"{read(proposed)}refuse/", {"reason": "facts"})
    assert told(own, RecordRefusal.OWN_PROPOSAL)
    others = desks.post("hy", f"{read(proposed)}withdraw/")
    assert told(others, RecordRefusal.NOT_OWN_PROPOSAL)


def test_what_is_taken_back_is_a_draft_again_and_no_desk_finds_the_proposal(desks, proposed):
    answer = desks.post("az", f"{read(proposed)}withdraw/")
    assert answer["Location"] == f"{HOME}?done=withdrawn-to-draft"
    page = desks.page("az", answer["Location"])
    assert "Its words are among your drafts." in page
    (draft,) = record.drafts_of("az")
    assert draft.kind == proposed.kind
    assert f"/draft/{draft.item}/" in page
    assert record.drafts_of("hy") == []
    for side in desks.site.codes:
        assert desks.client[side].get(read(proposed)).status_code == 404


def test_silence_is_no_veto_and_counts_only_after_the_waiting_time(desks, proposed):
    from visavis.record.rules import RecordRefusal

    turn(desks, "az", proposed)
    given = {"alone-passphrase": desks.passphrase["az"]}
    with desks.on(stage.after(13)):
        assert "Sign again as our own" not in desks.page("az", read(proposed))
        early = desks.post("az", f"{read(proposed)}alone/", given)
        assert told(early, RecordRefusal.STILL_WAITING)
    with desks.on(stage.after(14)):
        assert "Sign again as our own" in desks.page("az", read(proposed))
        assert "Sign again as our own" not in desks.page("hy", read(proposed))
        done = desks.post("az", f"{read(proposed)}alone/", given)
        assert done.status_code == 302
        opened = Row.objects.get(item=proposed.id, state=State.OPEN.value)
        document = record.open_version(proposed.id)
        assert (document.standing.side, document.standing.asked_on) == ("az", stage.DAY)
        assert document.body == proposed.body
        assert done["Location"] == f"{HOME}read/{opened.digest}/?done=alone"
        assert "Proposed on 14 May 2030" in desks.page("hy", done["Location"])
    assert state(proposed) is State.WITHDRAWN


def test_alone_without_a_passphrase_it_waits_for_a_signature_made_elsewhere(desks, proposed):
    with desks.on(stage.after(14)):
        done = desks.post("az", f"{read(proposed)}alone/")
        document = record.proposal_for("az", done["Location"].rstrip("/").split("/")[-1]).document
        signed = sign_document(document, key=desks.site.key("az")).data.decode()
        turn(desks, "az", document, signature=signed)
        assert state(document) is State.OPEN


def test_a_wrong_passphrase_leaves_the_joint_proposal_as_it_was(desks, proposed):
    with desks.on(stage.after(14)):
        refused = desks.post("az", f"{read(proposed)}alone/", {"alone-passphrase": "wrong"})
        assert refused.status_code == 409
        assert state(proposed) is State.PROPOSED
        assert Row.objects.filter(item=proposed.id).count() == 1


def test_the_paragraph_hashes_of_a_text_still_hold_when_it_stands_alone(desks):
    from visavis.record.public import open_subject

    article = cast.propose(cast.an_article(desks.site), by="az", site=desks.site)
    with desks.on(stage.after(14)):
        desks.post("az", f"{read(article)}alone/", {"alone-passphrase": desks.passphrase["az"]})
        charter = desks.site.charter
        text = viewed(open_subject(article.id, charter=charter), charter)
        assert text.versions["hy"].n_stale == 0


def test_an_answer_needs_its_own_desks_key_alone_and_stays_sealed(desks):
    from visavis.dialogue import actions as dialogue

    asked = cast.open_(cast.a_question(desks.site), desks.site)
    dialogue.draft_answer(
        side="az",
        question=asked.id,
        original="az",
        versions={"az": AnswerWords.of(["Söz."], proposal="Gəzinti.")},
        pen_name="A.",
        today=stage.DAY,
    )
    digest = dialogue.propose_answer(side="az", question=asked.id, today=stage.DAY)
    answer = record.proposal_for("az", digest).document
    assert turn(desks, "hy", answer).status_code == 404
    done = turn(desks, "az", answer)
    assert "The answer stays sealed" in desks.page("az", done["Location"])
    assert record.proposal_for("az", digest).is_sealed
    assert "Sealed" in desks.page("az", read(answer))


def test_a_key_for_an_answer_to_a_closed_question_is_refused_with_a_sentence(desks):
    from visavis.record.rules import RecordRefusal

    asked = cast.open_(cast.a_question(desks.site), desks.site)
    answer = cast.propose(cast.an_answer(desks.site, to=asked, side="az"), site=desks.site)
    with stage.on(stage.DAY) as now:
        cast.take_down(asked, "hy", site=desks.site, at=now)
    assert told(turn(desks, "az", answer), RecordRefusal.MADE_FROM_WHAT_IS_NOT_OPEN)


def test_whoever_acts_is_not_asked_nor_kept(desks, proposed):
    turn(desks, "az", proposed)
    columns = {field.name for field in Signature._meta.get_fields()}
    assert columns == {"id", "document", "side", "public_key", "signature", "seat"}


def test_every_refusal_has_a_sentence():
    assert set(DeskRefusal) <= set(wording.SENTENCES)


def test_acts_answer_to_posts_alone(desks, proposed):
    for act in ("turn-key/", "refuse/", "withdraw/", "alone/"):
        assert desks.client["az"].get(read(proposed) + act).status_code == 405


def test_an_act_without_a_page_refuses_as_the_page_does(desks, proposed):
    with pytest.raises(Refused) as refused:
        actions.turn_key(
            digest=proposed.digest,
            side="az",
            given=Given(passphrase=Secret("wrong")),
            today=stage.DAY,
        )
    assert refused.value.reason in wording.SENTENCES

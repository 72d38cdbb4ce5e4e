"""A guest in a side's seat: invited by the desk, sealed to desk and author, theirs to correct and withdraw.

What others try is attacked on the real stack: each attack has its control beside it.
"""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

import cast
import desks as stage
import guests
import participants
import reading
from authors import Writer, today
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.dialogue import actions, guest_queries, guest_rules, guest_writing, inviting, queries
from visavis.dialogue.bodies import AnswerWords
from visavis.dialogue.guest_rules import GuestRefusal
from visavis.dialogue.models import SeatInvitation
from visavis.dialogue.rules import DialogueRefusal, SeatState
from visavis.people import detaining, leaving, papers
from visavis.people.leaving import Choice
from visavis.people.models import CardLink, OwnBox, Participant
from visavis.record import actions as record_actions
from visavis.record import queries as record
from visavis.record.models import Document as Row
from visavis.record.models import Named
from visavis.record.rules import RecordRefusal, State
from visavis.safety.reading import reader, reading_as
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError, Envelope
from visavis.signing.canonical import new_salt
from visavis.signing.document import Document

pytestmark = pytest.mark.django_db
OWN = "/en/taking-part/answers/"
SECRET = "Quyunun yanında on dörd nəfər"


@pytest.fixture
def asked(desks: stage.Desks) -> Document:
    return cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)


@pytest.fixture
def guest(desks: stage.Desks) -> Writer:
    return guests.somebody(desks)


def why_not(act: Any, *args: Any, **more: Any) -> object:
    with pytest.raises(Refused) as refusal:
        act(*args, **more)
    return refusal.value.reason


def as_desk(side: str) -> Any:
    return reading_as(lambda: reading.desk(side))


def state_of(document: Document) -> str:
    return Row.objects.get(digest=document.digest).state


def release(desks: stage.Desks, asked: Document, answer: Document) -> Document:
    """Both seats are filled and keyed: the guest's, and the other side's."""
    guests.turned(answer, desks)
    other = cast.an_answer(desks.site, to=asked, side="hy", words="Պատասխան։")
    return cast.open_(other, desks.site)


def the_question(side: str, asked: Document) -> queries.AskedQuestion:
    with as_desk(side):
        return queries.question_for(side, asked.id)


# What happens when nobody attacks


def test_a_guest_is_invited_answers_and_is_read_under_the_name_of_their_card(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    desks.post("az", f"/en/desk/questions/{asked.id}/invite/", {"card": guest.row.card})
    assert "invites you to answer" in guest.page("/en/taking-part/")
    assert "Your desk invites you" in guest.page(OWN)
    fields = {"original": "az", "words_az": SECRET, "proposal_az": "Bir ağac.", "seen": ""}
    answer = guest.post(f"{OWN}{asked.id}/", **fields)
    assert answer.headers["Location"] == f"{OWN}{asked.id}/preview/"
    assert SECRET in guest.page(f"{OWN}{asked.id}/preview/")
    with guest.reading():
        draft = guest_writing.draft(guest.row, asked.id)
    assert draft is not None
    guest.post(f"{OWN}{asked.id}/hand-in/", seen=draft.seen)
    assert "invites you to answer" not in guest.page("/en/taking-part/")
    assert "sealed. It waits for your desk’s key" in guest.page(OWN)
    with as_desk("az"):
        waiting = queries.waiting_answer("az", asked.id)
    assert waiting is not None
    assert SECRET in unescape(desks.page("az", f"/en/desk/read/{waiting.digest}/"))
    guests.turned(waiting, desks)
    assert "signed by your desk" in guest.page(OWN)
    cast.open_(cast.an_answer(desks.site, to=asked, side="hy"), desks.site)
    assert state_of(waiting) == State.OPEN
    assert "Your answer is open" in guest.page(OWN)


def test_a_guest_puts_other_words_in_the_place_of_keyed_ones_until_the_release(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    first = guests.answered(asked, guest, SECRET)
    guests.turned(first, desks)
    second = guests.hand_in(asked, guest, "Başqa sözlər.")
    assert second.id == first.id
    assert bytes(Row.objects.get(digest=first.digest).data) == b""
    assert the_question("az", asked).own.state is SeatState.PROPOSED, "the key was of other bytes"
    release(desks, asked, second)
    assert state_of(second) == State.OPEN


def test_a_guest_withdraws_before_and_after_the_release_without_any_desk(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    waits = guests.answered(asked, guest, SECRET)
    guests.turned(waits, desks)
    guest.post(f"{OWN}{asked.id}/withdraw/")
    assert bytes(Row.objects.get(digest=waits.digest).data) == b""
    assert the_question("az", asked).own.state is SeatState.NOTHING
    again = guests.answered(asked, guest)
    release(desks, asked, again)
    assert "Readers then see an empty chair" in guest.page(f"{OWN}{asked.id}/withdraw/")
    guest.post(f"{OWN}{asked.id}/withdraw/")
    assert bytes(Row.objects.get(digest=again.digest).data) == b""


def test_leaving_takes_a_guests_answers_along_as_chosen(
    desks: stage.Desks, asked: Document
) -> None:
    for choice, is_left in ((Choice.EVERYTHING, False), (Choice.CARD, True)):
        question = cast.open_(cast.a_question(desks.site, deadline=stage.after(3)), desks.site)
        who = guests.somebody(desks)
        waits, opened = guests.answered(asked, who), guests.answered(question, who)
        release(desks, question, opened)
        with who.reading():
            leaving.leave(who.row, passphrase=who.passphrase, choice=choice)
        assert bytes(Row.objects.get(digest=waits.digest).data) == b""
        assert bool(Row.objects.get(digest=opened.digest).data) is is_left


def test_a_desk_and_its_guest_do_not_write_beside_one_another(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    written = {
        "side": "az",
        "question": asked.id,
        "original": "az",
        "versions": {"az": AnswerWords.of(["Söz."], proposal="Bir.")},
        "pen_name": "A. N.",
        "today": today(),
    }
    guests.invite(asked, guest)
    with as_desk("az"):
        assert why_not(actions.draft_answer, **written) is GuestRefusal.INVITED
        other = guests.somebody(desks)
        assert why_not(guests.invite, asked, other) is GuestRefusal.INVITED
        inviting.take_back(side="az", question=asked.id)
        actions.draft_answer(**written)
        assert why_not(guests.invite, asked, guest) is GuestRefusal.DESK_WRITES
        actions.give_up_answer(side="az", question=asked.id)
    guests.invite(asked, guest)


def test_who_is_invited_between_the_look_and_the_act_keeps_the_desks_draft_waiting(
    desks: stage.Desks, asked: Document, guest: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_desk("az"):
        actions.draft_answer(
            side="az",
            question=asked.id,
            original="az",
            versions=guests.words(),
            pen_name="A. N.",
            today=today(),
        )
        check = actions._check_may_answer

        def and_then_invites(*args: Any, **more: Any) -> Any:
            found = check(*args, **more)
            SeatInvitation.objects.create(question=asked.id, side="az", box=b"VVS1 somebody")
            return found

        monkeypatch.setattr(actions, "_check_may_answer", and_then_invites)
        refusal = why_not(actions.propose_answer, side="az", question=asked.id, today=today())
        assert refusal is GuestRefusal.INVITED
        assert queries.answer_draft("az", asked.id) is not None


def test_invitations_end_with_the_closing_day_and_with_the_release(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    guests.invite(asked, guest)
    seen = guests.draft(asked, guest)
    inviting.forget_what_is_over(today=stage.after(3))
    assert SeatInvitation.objects.exists()
    with stage.on(stage.after(4)), guest.reading():
        refusal = why_not(
            guest_writing.hand_in, guest.row, asked.id, seen=seen, today=stage.after(4)
        )
        assert refusal is GuestRefusal.OVER
        assert not list(guest_queries.seats_of(guest.row)[0].answers)
    with as_desk("az"):
        later = guests.somebody(desks)
        refusal = why_not(
            inviting.invite,
            side="az",
            question=asked.id,
            card=later.row.card,
            today=stage.after(4),
        )
    assert refusal is GuestRefusal.OVER
    inviting.forget_what_is_over(today=stage.after(4))
    assert not SeatInvitation.objects.exists()


def test_what_a_desk_leaves_unopened_stays_for_its_author_and_the_seat_is_free(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    answer = guests.answered(asked, guest, SECRET)
    guests.turned(answer, desks)
    desks.post("az", f"/en/desk/questions/{asked.id}/answer/leave-unopened/")
    assert state_of(answer) == State.REFUSED
    assert SECRET in guest.page(OWN)
    row = Row.objects.get(digest=answer.digest)
    assert all(
        each.lock is not boxes.Lock.HELD for each in Envelope.from_bytes(bytes(row.data)).wraps
    )
    guests.invite(asked, guest)
    guest.post(f"{OWN}{asked.id}/withdraw/")
    assert bytes(Row.objects.get(digest=answer.digest).data) == b""


# Attacks


def test_no_row_says_who_is_invited_and_only_desk_and_guest_open_the_box(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    beside = guests.somebody(desks)
    guests.invite(asked, guest)
    row = SeatInvitation.objects.get()
    inbox = CardLink.objects.get(pk=guest.row.card).inbox
    for known in (guest.row.card, guest.row.pk, inbox, boxes.id_of(bytes.fromhex(inbox)).hex()):
        assert known.encode() not in bytes(row.box)
        assert known not in bytes(row.box).hex()
    place = guest_queries.about("az", asked.id)
    for stranger in (beside, guests.somebody(desks, "hy")):
        with stranger.reading():
            assert guest_queries.invitations(stranger.row) == {}
        with pytest.raises(CannotOpenError), stranger.reading():
            reader().open(bytes(row.box), about=place)
    with as_desk("hy"):
        assert guest_queries.invitation("az", asked.id).card == ""
    with as_desk("az"):  # the controls
        assert guest_queries.invitation("az", asked.id).card == guest.row.card
    with guest.reading():
        assert list(guest_queries.invitations(guest.row)) == [asked.id]


@pytest.mark.parametrize("side", ["az", "hy"])
def test_who_is_not_invited_finds_no_seat_and_answers_nothing(
    desks: stage.Desks, asked: Document, guest: Writer, side: str
) -> None:
    attacker = guests.somebody(desks, side)
    answer = guests.answered(asked, guest, SECRET)
    guests.turned(answer, desks)
    before = bytes(Row.objects.get(digest=answer.digest).data)
    nowhere = attacker.client.get(f"{OWN}{'0' * 32}/").content
    assert attacker.client.get(f"{OWN}{asked.id}/").content == nowhere
    for act in ("", "hand-in/", "give-up/", "withdraw/"):
        assert attacker.post(f"{OWN}{asked.id}/{act}", original="az").status_code == 404
    assert SECRET not in attacker.page(OWN)
    with attacker.reading():
        for act, more in (
            (guest_writing.keep, {"original": "az", "versions": guests.words(), "seen": ""}),
            (guest_writing.hand_in, {"seen": ""}),
            (guest_writing.withdraw, {}),
        ):
            with pytest.raises(NotFound):
                act(attacker.row, asked.id, today=today(), **more)
    assert bytes(Row.objects.get(digest=answer.digest).data) == before
    guest.post(f"{OWN}{asked.id}/withdraw/")  # the control
    assert bytes(Row.objects.get(digest=answer.digest).data) == b""


def test_a_participant_of_the_other_side_is_never_invited(
    desks: stage.Desks, asked: Document
) -> None:
    theirs = guests.somebody(desks, "hy")
    refusal = why_not(guests.invite, asked, theirs, side="az")
    assert refusal is GuestRefusal.NO_CARD
    answer = desks.post("az", f"/en/desk/questions/{asked.id}/invite/", {"card": theirs.row.card})
    assert answer.status_code == 409
    assert not SeatInvitation.objects.exists()
    guests.invite(asked, theirs)  # the control: by their own desk


def shown_to_the_other(desks: stage.Desks, asked: Document) -> str:
    page = desks.page("hy", f"/en/desk/questions/{asked.id}/")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_the_other_desk_sees_what_it_sees_of_a_desks_own_answer(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    nothing = shown_to_the_other(desks, asked)
    guests.invite(asked, guest)
    assert shown_to_the_other(desks, asked) == nothing, "of an invitation nothing at all"
    by_guest = guests.hand_in(asked, guest, SECRET)
    seen = shown_to_the_other(desks, asked)
    guests.turned(by_guest, desks)
    assert shown_to_the_other(desks, asked) == seen
    assert desks.client["hy"].get(f"/en/desk/read/{by_guest.digest}/").status_code == 404
    with as_desk("hy"), pytest.raises(NotFound):
        record.proposal_for("hy", by_guest.digest)
    with guest.reading():
        guest_writing.withdraw(guest.row, asked.id, today=today())
    own = cast.an_answer(desks.site, to=asked, side="az")
    with as_desk("az"):
        cast.propose(own, by="az", site=desks.site)
    assert shown_to_the_other(desks, asked) == seen, "a desk's own answer looks the same"


def test_a_copy_of_the_tables_shows_neither_words_nor_name_before_the_release(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    guests.invite(asked, guest)
    guests.draft(asked, guest, SECRET)
    drafted = b"".join(bytes(each.box) for each in OwnBox.objects.all())
    answer = guests.hand_in(asked, guest, SECRET)
    guests.turned(answer, desks)
    row = Row.objects.get(digest=answer.digest)
    held_data = bytes(row.data)
    for known in (SECRET, guest.row.card, guest.row.pk):
        assert known.encode() not in drafted + held_data
    with as_desk("hy"), pytest.raises(CannotOpenError):
        reader().open(held_data, about=f"record_document.data {row.digest}")
    cast.open_(cast.an_answer(desks.site, to=asked, side="hy"), desks.site)
    assert SECRET.encode() in bytes(Row.objects.get(digest=answer.digest).data)  # the control


def test_an_invitation_to_an_account_that_is_gone_or_stopped_does_nothing(
    desks: stage.Desks, asked: Document
) -> None:
    gone, stopped = guests.somebody(desks), guests.somebody(desks)
    guests.invite(asked, stopped)
    with as_desk("az"):
        participants.locked_out(desks.account["az"], stopped.row.card)
    assert stopped.client.get(OWN).status_code == 302, "asked to sign in"
    assert stopped.post(f"{OWN}{asked.id}/", original="az").status_code == 302
    now = Participant.objects.get(pk=stopped.row.pk)
    assert now.sealed_purse != stopped.row.sealed_purse
    with as_desk("az"):
        assert guest_queries.invitation("az", asked.id) is not None
        inviting.take_back(side="az", question=asked.id)
    CardLink.objects.filter(pk=gone.row.card).delete()  # as leaving does
    assert why_not(guests.invite, asked, gone) is GuestRefusal.NOBODY_THERE
    guests.invite(asked, guests.somebody(desks))  # the control


def test_attack_an_answer_that_waits_is_released_by_nobody_after_a_detention(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    guests.invite(asked, guest)
    guests.draft(asked, guest, SECRET)
    answer = guests.hand_in(asked, guest, SECRET)
    guests.turned(answer, desks)
    assert Row.objects.get(digest=answer.digest).state == State.PROPOSED, "keyed, and held"
    code = papers.new_code(guest.row, passphrase=guest.passphrase)
    detaining.detain_by_paper(code, is_removal=False, today=today())
    assert Row.objects.get(digest=answer.digest).state == State.WITHDRAWN
    cast.open_(cast.an_answer(desks.site, to=asked, side="hy"), desks.site)
    assert SECRET.encode() not in bytes(Row.objects.get(digest=answer.digest).data)


def test_an_invitation_taken_back_takes_nothing_in(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    guests.invite(asked, guest)
    seen = guests.draft(asked, guest)
    desks.post("az", f"/en/desk/questions/{asked.id}/invite/take-back/")
    with guest.reading(), pytest.raises(NotFound):
        guest_writing.hand_in(guest.row, asked.id, seen=seen, today=today())
    guests.invite(asked, guests.somebody(desks))
    with guest.reading(), pytest.raises(NotFound):
        guest_writing.hand_in(guest.row, asked.id, seen=seen, today=today())


def test_an_invitation_taken_back_during_the_act_takes_nothing_in(
    desks: stage.Desks, asked: Document, guest: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    guests.invite(asked, guest)
    seen, prepared = guests.draft(asked, guest), guest_writing.prepared

    def and_then_is_taken_back(*args: Any, **more: Any) -> Document:
        made = prepared(*args, **more)
        SeatInvitation.objects.all().delete()
        return made

    monkeypatch.setattr(guest_writing, "prepared", and_then_is_taken_back)
    with guest.reading():
        refusal = why_not(guest_writing.hand_in, guest.row, asked.id, seen=seen, today=today())
        assert refusal is GuestRefusal.OVER
        assert guest_writing.draft(guest.row, asked.id) is not None
    assert not Row.objects.filter(kind="answer").exists()


def test_after_the_release_nobody_changes_a_guests_words(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    answer = guests.answered(asked, guest)
    release(desks, asked, answer)
    assert "can no longer be changed" in guest.page(f"{OWN}{asked.id}/")
    seen = guests.draft(asked, guest, "Başqa.")
    with guest.reading():
        refusal = why_not(guest_writing.hand_in, guest.row, asked.id, seen=seen, today=today())
    assert refusal is GuestRefusal.RELEASED
    with as_desk("az"):
        refusal = why_not(actions.correct_answer, side="az", question=asked.id, today=today())
        assert refusal is GuestRefusal.GUESTS_WORDS
        before = queries.open_answer("az", asked.id)
        versions = {"az": {**before.body["versions"]["az"], "proposal": "Masa."}}
        body = {**before.body, "versions": versions}
        for closer, why in (
            (before.closer, GuestRefusal.GUESTS_WORDS),
            (None, RecordRefusal.ANOTHER_CLOSER),
        ):
            forged = cast.next_version(before, body=body, closer=closer)
            reason = why_not(record_actions.propose, document=forged, by="az", today=today())
            assert reason is why
    assert state_of(answer) == State.OPEN


def test_a_desk_takes_no_guests_words_as_its_own(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    answer = guests.answered(asked, guest)
    with as_desk("az"):
        refusal = why_not(actions.take_back_answer, side="az", question=asked.id, today=today())
        assert refusal is GuestRefusal.GUESTS_WORDS
        assert queries.answer_draft("az", asked.id) is None
    assert desks.post("az", f"/en/desk/read/{answer.digest}/withdraw/").status_code == 409
    assert state_of(answer) == State.PROPOSED


@pytest.mark.parametrize("names", ["card", "closer", "another side's card", "nobody's card"])
def test_what_is_half_a_guests_is_refused_at_the_act(
    desks: stage.Desks, asked: Document, guest: Writer, names: str
) -> None:
    good = guests.answered(asked, guest)
    with guest.reading():
        guest_writing.withdraw(guest.row, asked.id, today=today())
    theirs = guests.somebody(desks, "hy")
    card = {"closer": None, "another side's card": theirs.row.card, "nobody's card": "0" * 32}
    body = {**good.body, "card": card.get(names, guest.row.card)}
    if names == "closer":
        body["pen_name"] = "A. N."
    closer = None if names == "card" else good.closer
    forged = replace(good, body=body, closer=closer, salt=new_salt())
    with guest.reading():
        reason = why_not(record_actions.propose, document=forged, by="az", today=today())
        is_card = names.endswith("'s card")
        assert reason is (GuestRefusal.NO_CARD if is_card else GuestRefusal.NOT_A_GUESTS)
        control = replace(good, salt=new_salt())
        record_actions.propose(document=control, by="az", today=today())


def test_a_row_in_the_clear_invites_nobody(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    SeatInvitation.objects.create(question=asked.id, side="az", box=guest.row.card.encode())
    with guest.reading():
        assert guest_queries.invitations(guest.row) == {}


def test_who_writes_rows_takes_no_open_answer_over(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    attacker, answer = guests.somebody(desks), guests.answered(asked, guest)
    release(desks, asked, answer)
    Named.objects.create(
        document_id=answer.digest, item=attacker.row.card, is_below=False, opened_on=today()
    )
    mine = attacker.row.purse.closer_of(answer.id)
    Row.objects.filter(digest=answer.digest).update(closer=mine.public.hex)
    assert attacker.post(f"{OWN}{asked.id}/withdraw/").status_code == 404
    assert state_of(answer) == State.OPEN


def test_two_windows_of_a_guest_lose_no_words(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    guests.invite(asked, guest)
    typed = {"original": "az", "proposal_az": "Bir.", "seen": ""}
    guest.post(f"{OWN}{asked.id}/", words_az="Bir quyu.", **typed)
    second = guest.post(f"{OWN}{asked.id}/", words_az="İki quyu.", **typed)
    assert second.status_code == 409
    page = unescape(second.content.decode())
    assert "İki quyu." in page
    assert "Bir quyu." in guest.page(f"{OWN}{asked.id}/preview/")


def test_what_is_typed_first_is_in_the_language_that_was_chosen(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    guests.invite(asked, guest)
    fields = {"original": "az", "words_en": SECRET, "proposal_en": "Bir.", "seen": ""}
    guest.post(f"{OWN}{asked.id}/", **fields)
    with guest.reading():
        draft = guest_writing.draft(guest.row, asked.id)
    assert draft is not None
    assert list(draft.body.versions) == ["az"]
    both = {**fields, "words_az": "Bir quyu.", "words_en": "One well.", "seen": draft.seen}
    guest.post(f"{OWN}{asked.id}/", **both)
    with guest.reading():
        draft = guest_writing.draft(guest.row, asked.id)
    assert draft is not None
    assert draft.body.versions["en"].paragraphs == ("One well.",)
    assert draft.body.versions["az"].paragraphs == ("Bir quyu.",)


def test_nothing_of_an_incomplete_answer_is_handed_in_and_the_page_says_why(
    desks: stage.Desks, asked: Document, guest: Writer
) -> None:
    guests.invite(asked, guest)
    seen = guests.draft(asked, guest, "söz " * 900, proposal="")
    page = guest.page(f"{OWN}{asked.id}/preview/")
    assert "more words than the question allows" in page
    assert "What do you propose?”, is needed" in page
    assert "hand-in/" not in page
    assert guest.post(f"{OWN}{asked.id}/hand-in/", seen=seen).status_code == 409
    assert SeatInvitation.objects.exists()


# The rules themselves


def test_a_seat_is_offered_only_where_it_is_free() -> None:
    free = {"is_invited": False, "is_card_open": True, "has_inbox": True}
    for state in SeatState:
        refusal = guest_rules.why_not_invite(state=state, **free)
        assert (refusal is None) is (state is SeatState.NOTHING)
    for name, said in (
        ("is_invited", GuestRefusal.INVITED),
        ("is_card_open", GuestRefusal.NO_CARD),
        ("has_inbox", GuestRefusal.NOBODY_THERE),
    ):
        changed = {**free, name: name == "is_invited"}
        assert guest_rules.why_not_invite(state=SeatState.NOTHING, **changed) is said


def test_a_question_that_is_not_open_takes_no_guest() -> None:
    day = today()
    offered = {"is_open": True, "is_settled": False, "until": day, "today": day}
    assert guest_rules.why_not_offer(**offered) is None
    closed = guest_rules.why_not_offer(**{**offered, "is_open": False})
    assert closed is DialogueRefusal.NOT_OPEN
    assert guest_rules.why_not_offer(**{**offered, "is_settled": True}) is GuestRefusal.OVER
    assert guest_rules.why_not_change(is_open=True, is_settled=False) is None
    assert guest_rules.why_not_change(is_open=True, is_settled=True) is GuestRefusal.RELEASED

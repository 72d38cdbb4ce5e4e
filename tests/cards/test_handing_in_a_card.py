"""A card from its draft to its end: who reads it when, and who can do what with it."""

import json
from dataclasses import replace

import pytest
from django.utils import timezone
from persons import Person, joined

import cast
import desks as stage
import participants
import reading
from visavis.base.refusal import Refused
from visavis.cards import actions, queries, rules
from visavis.cards.actions import RefusedNamesError
from visavis.cards.bodies import CardBody, Cues
from visavis.cards.models import LeftOut
from visavis.cards.queries import CardState
from visavis.cards.rules import CardRefusal, CueList, Dish, Missed
from visavis.people import card_links, leaving
from visavis.people.authors import Author
from visavis.people.models import CardLink, OwnBox, Participant
from visavis.people.purse import Purse
from visavis.people.rules import ParticipantRole
from visavis.record import actions as record
from visavis.record import public as open_record
from visavis.record.models import Document as Row
from visavis.record.rules import RecordRefusal
from visavis.safety.reading import reading_as
from visavis.signing import boxes
from visavis.signing.document import Document

pytestmark = pytest.mark.django_db
NAME = {"az": "Səhər yeli", "hy": "Առավոտյան քամի"}
CUES = Cues(cook=Dish.JAM, miss=Missed.SNOW)


def keep(person: Person, name: dict[str, str] | None = None, cues: Cues = CUES) -> CardBody:
    return actions.keep_draft(person.row, pen_name=name or NAME, cues=cues, today=stage.DAY)


def handed_in(person: Person, name: dict[str, str] | None = None, cues: Cues = CUES) -> Document:
    keep(person, name, cues)
    with person.reading():
        actions.hand_in(person.row, today=stage.DAY)
        found = queries.own_card(person.row).document
    assert found is not None
    return found


def opened(person: Person, desks: stage.Desks, **more: object) -> Document:
    document = handed_in(person, **more)  # type: ignore[arg-type]
    cast.turn(document, document.side or "", site=desks.site)
    return document


def test_a_card_goes_from_its_draft_to_readers(desks: stage.Desks) -> None:
    person = joined()
    document = handed_in(person)
    assert document.id == person.row.card
    assert document.closer == person.row.purse.closer_of(person.row.card).public.hex
    assert document.body["role"] == "student"
    assert not OwnBox.objects.exists()
    with person.reading():
        assert queries.own_card(person.row).state is CardState.WAITING
    cast.turn(document, document.side or "", site=desks.site)
    assert queries.own_card(person.row).state is CardState.OPEN
    (shown,) = open_record.open_subject(document.id)
    assert shown.document == document


def test_what_waits_is_read_by_its_desk_and_its_author_and_by_nobody_else(
    desks: stage.Desks,
) -> None:
    person, colleague = joined(), joined()
    document = handed_in(person)
    for read, whose in (
        (True, lambda: reading.desk("az")),
        (False, lambda: reading.desk("hy")),
    ):
        with reading_as(whose):
            assert (queries.own_card(person.row).document is not None) is read
    with colleague.reading():
        assert queries.own_card(person.row).document is None
    assert NAME["az"].encode() not in bytes(Row.objects.get(pk=document.digest).data)
    assert "az" not in desks.client or desks.page(
        "hy", f"/en/desk/read/{document.digest}/", status=404
    )
    assert NAME["az"] in desks.page("az", f"/en/desk/read/{document.digest}/")


def test_a_draft_is_read_by_its_author_alone() -> None:
    person, other = joined(), joined()
    keep(person)
    assert actions.drafted(person.row) is not None
    assert actions.drafted(other.row) is None
    (box,) = OwnBox.objects.all()
    assert NAME["az"].encode() not in bytes(box.box)
    assert person.row.pk not in json.dumps([box.pk, str(box.ends_on)])


def test_there_is_one_card_an_account(desks: stage.Desks) -> None:
    person = joined()
    handed_in(person)
    with person.reading(), pytest.raises(Refused) as refused:
        keep(person)
    assert refused.value.reason is CardRefusal.HAS_CARD


def test_nobody_hands_in_another_ones_card(desks: stage.Desks) -> None:
    """The attacker has put the victim's card into a purse of their own."""
    victim, attacker = joined(), joined()
    mine = attacker.row.purse
    attacker.row.purse = Purse(
        mine.own, mine.instruction, mine.ballots, card=victim.row.card, role=mine.role
    )
    document = opened(victim, desks)
    with attacker.reading():
        with pytest.raises(Refused) as refused:
            keep(attacker, {"az": "Başqa ad", "hy": "Ուրիշ անուն"})
        assert refused.value.reason is CardRefusal.HAS_CARD
        forged = cast.next_version(document, body={**document.body, "role": "expert"})
        forged = replace(forged, closer=attacker.row.purse.closer_of(document.id).public.hex)
        with pytest.raises(Refused) as refused:
            record.propose(document=forged, by="az", today=stage.DAY)
        assert refused.value.reason is RecordRefusal.ANOTHER_CLOSER
        with pytest.raises(Refused) as refused:
            actions.close_card(attacker.row, today=stage.DAY)
        assert refused.value.reason is RecordRefusal.NOT_ITS_AUTHOR
    assert queries.own_card(victim.row).state is CardState.OPEN
    actions.close_card(victim.row, today=stage.DAY)  # the control: its author's key does
    assert queries.own_card(victim.row).state is CardState.GONE


def test_closing_destroys_name_and_cues_without_any_desk(desks: stage.Desks) -> None:
    person = joined()
    document = opened(person, desks)
    assert b"jam" in bytes(Row.objects.get(pk=document.digest).data)
    actions.close_card(person.row, today=stage.DAY)
    assert not bytes(Row.objects.get(pk=document.digest).data)
    assert open_record.open_subject(document.id) == ()
    with pytest.raises(Refused) as refused:
        keep(person)
    assert refused.value.reason is CardRefusal.HAS_CARD


def test_a_waiting_card_is_taken_back_and_another_one_handed_in(desks: stage.Desks) -> None:
    person = joined()
    first = handed_in(person)
    with person.reading():
        actions.close_card(person.row, today=stage.DAY)
    assert not bytes(Row.objects.get(pk=first.digest).data)
    assert queries.own_card(person.row).state is CardState.NOT_THERE
    second = opened(person, desks, name={"az": "Başqa ad", "hy": "Ուրիշ անուն"})
    record.settle(at=timezone.now())
    (shown,) = open_record.open_subject(second.id)
    assert shown.document == second


def test_there_is_nothing_to_close_before_there_is_a_card() -> None:
    with pytest.raises(Refused) as refused:
        actions.close_card(joined().row, today=stage.DAY)
    assert refused.value.reason is CardRefusal.NO_CARD


@pytest.mark.parametrize(
    "attack",
    [
        {"az": "Səhəryeli", "hy": "Ուրիշ քամի"},
        {"az": "SƏHƏR YELİ", "hy": "Ուրիշ քամի"},
        {"az": "Сәһәр јели".replace("л", "l").replace("и", "i"), "hy": "Ուրիշ քամի"},
        {"az": "Başqa ad", "hy": "ԱՌԱՎՈՏՅԱՆ ՔԱՄԻ"},
    ],
)
def test_a_look_alike_of_an_open_card_is_not_handed_in(
    attack: dict[str, str], desks: stage.Desks
) -> None:
    opened(joined("hy"), desks)
    person = joined()
    with pytest.raises(RefusedNamesError) as refused:
        keep(person, attack)
    assert set(refused.value.by_language.values()) <= {
        CardRefusal.NOT_FREE,
        CardRefusal.MIXED_SCRIPTS,
    }
    assert not OwnBox.objects.exists()
    keep(person, {"az": "Başqa ad", "hy": "Ուրիշ անուն"})


def test_a_name_that_was_taken_meanwhile_is_refused_at_the_last_step(desks: stage.Desks) -> None:
    person = joined()
    keep(person)
    opened(joined("hy"), desks)
    with person.reading(), pytest.raises(RefusedNamesError):
        actions.hand_in(person.row, today=stage.DAY)
    assert Row.objects.filter(item=person.row.card).count() == 0
    assert actions.drafted(person.row) is not None


def test_a_closed_name_is_free_again(desks: stage.Desks) -> None:
    person = joined()
    opened(person, desks)
    actions.close_card(person.row, today=stage.DAY)
    keep(joined())


def test_the_role_is_the_invitations() -> None:
    assert keep(joined(role=ParticipantRole.EXPERT)).role.value == "expert"


def test_a_desk_leaves_lists_out_for_its_own_side() -> None:
    actions.leave_out(side="az", lists=[CueList.COOK, CueList.READS])
    assert queries.left_out("az") == {CueList.COOK, CueList.READS}
    assert queries.left_out("hy") == frozenset()
    with pytest.raises(Refused) as refused:
        keep(joined("az"))
    assert refused.value.reason is CardRefusal.LEFT_OUT
    keep(joined("hy"))
    actions.leave_out(side="az", lists=[])
    assert not LeftOut.objects.exists()
    keep(joined("az"))


def test_a_list_left_out_meanwhile_is_on_no_card() -> None:
    person = joined()
    keep(person)
    actions.leave_out(side="az", lists=[CueList.COOK])
    with person.reading(), pytest.raises(Refused) as refused:
        actions.hand_in(person.row, today=stage.DAY)
    assert refused.value.reason is CardRefusal.LEFT_OUT
    actions.show_without(person.row, left=[CueList.COOK], today=stage.DAY)
    with person.reading():
        actions.hand_in(person.row, today=stage.DAY)


def test_cards_are_counted_once_an_edition_has_them(desks: stage.Desks) -> None:
    opened(joined(), desks)
    charter = desks.site.charter
    found = queries.shown(charter)
    assert not found.profiles
    assert found.taken >= rules.looks_of(NAME.values())
    open_record.forget_changed(open_record.changed().rows)
    (profile,) = queries.shown(charter).profiles
    assert profile.cues == {"cook": {"jam"}, "miss": {"snow"}}


def test_no_act_about_a_card_writes_the_accounts_row(desks: stage.Desks) -> None:
    person = joined()
    before = Participant.objects.filter(pk=person.row.pk).values().get()
    opened(person, desks)
    actions.close_card(person.row, today=stage.DAY)
    assert Participant.objects.filter(pk=person.row.pk).values().get() == before


def test_the_own_desk_alone_finds_the_account_behind_a_card() -> None:
    person = joined()
    keep(person)
    assert not CardLink.objects.exists()
    with person.reading():
        actions.hand_in(person.row, today=stage.DAY)
    link = CardLink.objects.get(pk=person.row.card)
    found = []
    for whose in (reading.desk("az"), reading.desk("hy"), Author(joined().row.purse)):
        with reading_as(lambda: whose):  # noqa: B023 - asked at once
            found.append(card_links.account_of(person.row.card, side="az"))
    assert found == [person.row.pk, None, None]
    assert person.row.pk.encode() not in bytes(link.for_editors)
    assert link.inbox == boxes.public_of(person.row.purse.inbox).hex()


@pytest.mark.parametrize("choice", leaving.Choice)
def test_the_card_goes_with_its_author_whatever_else_stays(
    desks: stage.Desks, choice: leaving.Choice
) -> None:
    who = participants.joined("az")
    person = Person(who.participant, participants.signed_in(who.participant))
    document = opened(person, desks)
    keep(stays := joined("hy"), {"az": "Başqa ad", "hy": "Ուրիշ անուն"})
    leaving.leave(who.participant, passphrase=who.passphrase, choice=choice)
    assert open_record.open_subject(document.id) == ()
    assert not CardLink.objects.filter(pk=person.row.card).exists()
    assert actions.drafted(stays.row) is not None


def test_a_draft_of_a_card_goes_with_its_author() -> None:
    who = participants.joined("az")
    keep(Person(who.participant, participants.signed_in(who.participant)))
    assert OwnBox.objects.count() == 1
    leaving.leave(who.participant, passphrase=who.passphrase, choice=leaving.Choice.CARD)
    assert not OwnBox.objects.exists()

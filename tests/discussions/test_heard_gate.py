"""The heard gate as attacks: who passes it, who reads what waits, and what silence looks like."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial

import pytest
from msgspec import structs

import cast
import desks as stage
import reading
from gate import BETTER, IN_AZ, WORDS, Gate, at, days_later, reads
from visavis.base.refusal import Refused
from visavis.discussions import bodies, heard, heard_queries, heard_rules
from visavis.discussions.bodies import Says
from visavis.discussions.heard_rules import HEARING, RESTATEMENT, HeardRefusal
from visavis.kinds.writing import written
from visavis.people.leaving import Choice
from visavis.people.models import CardLink
from visavis.record import actions as record
from visavis.record import queries as record_queries
from visavis.record.models import Document as Row
from visavis.record.models import MadeFrom, Signature
from visavis.record.rules import RecordRefusal, State
from visavis.safety.reading import reading_as
from visavis.signing import boxes
from visavis.signing.boxes import Envelope
from visavis.signing.canonical import digest_of
from visavis.signing.document import Document
from visavis.signing.keys import PrivateKey, Purpose

pytestmark = pytest.mark.django_db
TODAY = stage.DAY


@pytest.fixture
def desks(db):
    with stage.on(TODAY):
        yield stage.at_work("az", "hy", "ka")


@pytest.fixture
def gate(desks) -> Gate:
    return Gate(desks)


def refused(act) -> object:
    with pytest.raises(Refused) as found:
        act()
    return found.value.reason


def at_nine(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)


def state_of(document: Document) -> str:
    return Row.objects.get(pk=document.digest).state


def reply_by_hand(gate: Gate, *, today=TODAY, **changes: object) -> Document:
    """A reply as somebody would write it who goes around this program's forms."""
    body = bodies.ContributionBody(
        original="hy",
        paragraphs=bodies.CONTRIBUTION.of(gate.said).paragraphs,
        card=gate.replies.card,
        answers=gate.said.id,
        thread=gate.said.id,
    )
    return written(
        "contribution",
        structs.replace(body, **changes).as_json(),
        shape=bodies.CONTRIBUTION.newest,
        site=gate.site.site,
        languages=("hy",),
        today=today,
        side="hy",
        made_from=(gate.discussion.source,),
        closer=PrivateKey.new().public.hex,
    )


def put_before_the_desk(document: Document, *, today=TODAY) -> None:
    record.propose(document=document, by=document.side or "", today=today)


# Through the gate


def test_a_confirmed_restatement_opens_the_reply(gate: Gate) -> None:
    restatement = gate.restates()
    yes = gate.confirmed(restatement)
    reply = gate.hands_in(gate.replies, "Bəli.", today=TODAY, to=gate.said)
    assert (reply.body["restates"], reply.body["heard"]) == (restatement.id, yes)
    gate.keyed(restatement, today=TODAY)
    gate.keyed(reply, today=TODAY)
    assert state_of(reply) == State.OPEN


def test_without_a_restatement_nobody_replies_whatever_the_form_says(gate: Gate) -> None:
    """The act names the restatement itself, and the rule asks for it at the desk's act too."""
    by_form = refused(lambda: gate.hands_in(gate.replies, "Xeyr.", today=TODAY, to=gate.said))
    assert by_form is HeardRefusal.NOT_RESTATED
    by_hand = reply_by_hand(gate)
    assert refused(lambda: put_before_the_desk(by_hand)) is HeardRefusal.NOT_RESTATED


def test_before_the_yes_and_before_seven_days_nobody_replies(gate: Gate) -> None:
    restatement = gate.restates()
    early = refused(lambda: gate.hands_in(gate.replies, "Xeyr.", today=TODAY, to=gate.said))
    assert early is HeardRefusal.NOT_PASSED
    # By hand it can be put before the desk, which can open neither.
    by_hand = reply_by_hand(gate, restates=restatement.id)
    put_before_the_desk(by_hand)
    for document, why in (
        (by_hand, HeardRefusal.NOT_OPEN),
        (restatement, HeardRefusal.NOT_PASSED),
    ):
        keyed = partial(gate.keyed, document, today=TODAY)
        assert refused(keyed) is why
        assert state_of(document) == State.PROPOSED


def test_a_restatement_of_something_else_opens_no_reply(gate: Gate) -> None:
    restatement = gate.restates()
    gate.confirmed(restatement)
    gate.keyed(restatement, today=TODAY)
    second = gate.contributes(gate.spoke, "Dağ da.", today=TODAY)
    attack = reply_by_hand(gate, restates=restatement.id, answers=second.id, thread=second.id)
    assert refused(lambda: put_before_the_desk(attack)) is HeardRefusal.NOT_ITS_RESTATEMENT
    put_before_the_desk(reply_by_hand(gate, restates=restatement.id))  # of what it restates


def test_somebody_elses_restatement_opens_no_reply(gate: Gate) -> None:
    restatement = gate.restates()
    gate.confirmed(restatement)
    gate.keyed(restatement, today=TODAY)
    attack = reply_by_hand(gate, restates=restatement.id, card=gate.other.card)
    assert refused(lambda: put_before_the_desk(attack)) is HeardRefusal.NOT_ITS_RESTATEMENT
    form = refused(lambda: gate.hands_in(gate.other, "Xeyr.", today=TODAY, to=gate.said))
    assert form is HeardRefusal.NOT_RESTATED


def test_a_yes_to_other_words_is_no_yes(gate: Gate) -> None:
    """The first round was heard; the words that come out are others."""
    restatement = gate.restates()
    yes = gate.confirmed(restatement)
    with days_later(7) as later:
        body = bodies.RESTATEMENT.of(restatement)
        other = replace(
            restatement,
            body=structs.replace(body, text="You said: war.").as_json(),
            day=later,
            salt="0" * 64,
        )
        with reads(gate.replies):
            record.withdraw(digest=restatement.digest, side="hy")
            put_before_the_desk(other, today=later)
        assert not heard_rules.confirms(heard_document(yes), other)
        assert refused(lambda: gate.keyed(other, today=later)) is HeardRefusal.NOT_PASSED
        attack = reply_by_hand(gate, restates=restatement.id, heard=yes, today=later)
        put_before_the_desk(attack, today=later)
        assert refused(lambda: gate.keyed(attack, today=later)) is HeardRefusal.NOT_OPEN


def heard_document(item: str) -> Document:
    found = record_queries.open_version(item)
    assert found is not None
    return found


def test_ones_own_words_need_no_restatement(gate: Gate) -> None:
    gate.contributes(gate.spoke, "Və daha bir söz.", today=TODAY, to=gate.said)
    own = refused(lambda: gate.restates(who=gate.spoke))
    assert own is HeardRefusal.OWN_WORDS


def test_without_the_gate_nothing_is_restated_and_replies_open(desks) -> None:
    gate = Gate(desks, has_gate=False)
    assert refused(gate.restates) is HeardRefusal.NO_GATE
    reply = gate.contributes(gate.replies, "Bəli.", today=TODAY, to=gate.said)
    assert reply.body["restates"] is None


# Silence


@pytest.mark.parametrize("is_handed_on", [True, False])
def test_who_never_answers_blocks_nobody(gate: Gate, is_handed_on: bool) -> None:
    """A desk that hands nothing on, and a person who says nothing: after seven days both are one."""
    restatement = gate.restates()
    if is_handed_on:
        gate.handed_on("az", restatement)
    with days_later(6) as early:
        assert refused(lambda: gate.keyed(restatement, today=early)) is HeardRefusal.NOT_PASSED
    with days_later(7) as later:
        reply = gate.hands_in(gate.replies, "Bəli.", today=later, to=gate.said)
        gate.keyed(restatement, today=later)
        gate.keyed(reply, today=later)
    assert (reply.body["restates"], reply.body["heard"]) == (restatement.id, None)


def test_time_alone_opens_nothing(gate: Gate) -> None:
    restatement = gate.restates()
    with days_later(20) as later:
        record.settle(at=at_nine(later))
        assert state_of(restatement) == State.PROPOSED
        assert Envelope.from_bytes(bytes(Row.objects.get(pk=restatement.digest).data))


def test_a_no_and_silence_look_the_same_to_readers(gate: Gate) -> None:
    """Of a correction nothing is open: no document, no signature, no name."""
    silent, corrected = gate.restates(who=gate.other), gate.restates()
    gate.handed_on("az", corrected)
    gate.hears(corrected, Says.NOT_QUITE)
    with days_later(7) as later:
        for restatement in (silent, corrected):
            gate.keyed(restatement, today=later)
    opened = {
        each: (
            state_of(each),
            Signature.objects.filter(document=each.digest).count(),
            record_queries.open_naming([each.id]),
        )
        for each in (silent, corrected)
    }
    assert opened[silent] == opened[corrected] == (State.OPEN, 1, {})
    assert not Row.objects.filter(kind=HEARING, state=State.OPEN).exists()


def test_in_the_second_round_there_is_no_no_to_tell_from_silence(gate: Gate) -> None:
    second = second_round(gate)
    gate.handed_on("az", second)
    again = refused(lambda: gate.hears(second, Says.NOT_QUITE))
    assert again is HeardRefusal.NO_SECOND_CORRECTION
    found = gate.own()
    assert not found.is_answered
    assert found.correction is None


def test_a_yes_that_waits_at_its_desk_looks_like_silence(gate: Gate) -> None:
    restatement = gate.restates()
    gate.handed_on("az", restatement)
    gate.hears(restatement)
    for who in (lambda: reads(gate.replies), lambda: at("hy")):
        with who():
            assert not gate.seen(restatement).is_answered


# Rounds


def second_round(gate: Gate) -> Document:
    first = gate.restates()
    gate.handed_on("az", first)
    gate.hears(first, Says.NOT_QUITE)
    gate.handed_on("hy", first)
    return gate.restates("You said: the river belongs to all.")


def test_after_a_correction_there_is_a_second_round_and_the_first_is_gone(gate: Gate) -> None:
    first = gate.restates()
    gate.handed_on("az", first)
    correction = gate.hears(first, Says.NOT_QUITE)
    assert gate.own().correction is None  # their desk has not handed it on
    assert refused(lambda: gate.restates("Again.")) is HeardRefusal.WAITS_ALREADY
    gate.handed_on("hy", first)
    assert gate.own().correction == ("en", BETTER)
    second = gate.restates("You said: the river belongs to all.")
    assert (second.id, second.body["round"]) == (first.id, 2)
    for digest in (first.digest, correction):
        row = Row.objects.get(pk=digest)
        assert (row.state, bytes(row.data)) == (State.WITHDRAWN, b"")


def test_there_is_no_third_round(gate: Gate) -> None:
    second = second_round(gate)
    assert refused(lambda: gate.restates("Again.")) is HeardRefusal.NO_THIRD_ROUND
    assert state_of(second) == State.PROPOSED


def test_a_third_round_is_in_no_body(gate: Gate) -> None:
    body = bodies.RESTATEMENT.of(gate.restates()).as_json()
    bodies.RESTATEMENT.read("restatement-1", body)
    with pytest.raises(bodies.BadBodyError):
        bodies.RESTATEMENT.read("restatement-1", {**body, "round": 3})


def test_what_is_open_stays_as_it_is(gate: Gate) -> None:
    restatement = gate.restates()
    gate.confirmed(restatement)
    gate.keyed(restatement, today=TODAY)
    assert refused(lambda: gate.restates("Other words.")) is HeardRefusal.SETTLED
    body = bodies.RESTATEMENT.of(restatement)
    attack = written(
        RESTATEMENT,
        structs.replace(body, text="You said: war.").as_json(),
        shape=bodies.RESTATEMENT.newest,
        site=gate.site.site,
        languages=tuple(body.words),
        today=TODAY,
        before=restatement,
        side="hy",
        made_from=restatement.made_from,
        closer=restatement.closer,
    )
    assert refused(lambda: put_before_the_desk(attack)) is HeardRefusal.SETTLED


# Who answers


def test_only_whom_it_was_handed_to_answers(gate: Gate) -> None:
    restatement = gate.restates()
    assert refused(lambda: gate.hears(restatement)) is HeardRefusal.NOT_THERE  # not handed on
    gate.handed_on("az", restatement)
    stranger = gate.joins("az")
    for who in (gate.other, gate.replies, stranger):
        assert refused(partial(gate.hears, restatement, who=who)) is HeardRefusal.NOT_THERE
    gate.hears(restatement)
    assert refused(lambda: gate.hears(restatement)) is HeardRefusal.IS_ANSWERED


def test_the_desk_of_the_asked_answers_in_their_stead_from_the_day_after(gate: Gate) -> None:
    restatement = gate.restates()

    def answers(side: str, today) -> str:
        with at(side):
            return heard.hear_for_desk(
                side=side, restatement=restatement.id, says=Says.YES, today=today
            )

    assert refused(lambda: answers("az", TODAY)) is HeardRefusal.TOO_EARLY
    with days_later(1) as later:
        for side in ("hy", "ka"):
            assert refused(partial(answers, side, later)) is HeardRefusal.NOT_THERE
        answers("az", later)
        gate.keyed(gate.answer(restatement), today=later)
        gate.keyed(restatement, today=later)
    assert state_of(restatement) == State.OPEN


def test_another_side_confirms_nothing(gate: Gate) -> None:
    restatement = gate.restates()
    body = bodies.HearingBody(
        restatement=restatement.id,
        digest=restatement.digest,
        says=Says.YES,
        restater="hy",
        original="az",
    )
    attack = written(
        HEARING,
        body.as_json(),
        shape=bodies.HEARING.newest,
        site=gate.site.site,
        languages=("az",),
        today=TODAY,
        side="hy",
        made_from=(gate.said.source,),
    )
    assert refused(lambda: put_before_the_desk(attack)) is HeardRefusal.NOT_ASKED


def test_a_correction_is_never_opened(gate: Gate) -> None:
    restatement = gate.restates()
    gate.handed_on("az", restatement)
    gate.hears(restatement, Says.NOT_QUITE)
    answer = gate.answer(restatement)
    assert refused(lambda: gate.keyed(answer, today=TODAY)) is HeardRefusal.NEVER_SHOWN


# Who reads


def test_what_waits_is_read_by_both_desks_and_its_author_and_by_nobody_else(gate: Gate) -> None:
    """A copy of the disk, with the third side's keys, and with those of everybody else who takes part."""
    restatement = gate.restates()
    data = bytes(Row.objects.get(pk=restatement.digest).data)
    for words in (WORDS, IN_AZ):
        assert words.encode() not in data

    def opens(who) -> bool:
        with who():
            return heard_queries.waiting(restatement.id) is not None

    readers = [lambda: at("az"), lambda: at("hy"), lambda: reads(gate.replies)]
    others = [
        lambda: at("ka"),
        lambda: reads(gate.spoke),
        lambda: reads(gate.other),
        lambda: reading_as(lambda: reading.reader_of("joint")),
    ]
    assert all(map(opens, readers))
    assert not any(map(opens, others))
    gate.handed_on("az", restatement)
    assert opens(lambda: reads(gate.spoke))
    others.remove(others[1])
    assert not any(map(opens, others))


def test_the_envelope_does_not_say_to_whom_it_was_handed(gate: Gate) -> None:
    restatement = gate.restates()
    gate.handed_on("az", restatement)
    data = bytes(Row.objects.get(pk=restatement.digest).data)
    inbox = bytes.fromhex(CardLink.objects.get(pk=gate.spoke.card).inbox)
    assert boxes.id_of(inbox) not in data
    assert inbox not in data
    assert boxes.UNNAMED in {each.reader for each in Envelope.from_bytes(data).wraps}


def test_a_correction_is_read_by_both_desks_and_handed_on_by_the_restaters(gate: Gate) -> None:
    restatement = gate.restates()
    gate.handed_on("az", restatement)
    gate.hears(restatement, Says.NOT_QUITE)
    for side, is_read in (("az", True), ("hy", True), ("ka", False)):
        with at(side):
            found = heard_queries.waiting(restatement.id)
            assert (found is not None and found.correction == ("en", BETTER)) is is_read
    assert refused(lambda: gate.handed_on("az", restatement)) is HeardRefusal.CANNOT_HAND_ON
    assert refused(lambda: gate.handed_on("ka", restatement)) is HeardRefusal.NOT_THERE


def test_who_cannot_read_hands_nothing_on(gate: Gate) -> None:
    restatement = gate.restates()
    with at("ka"):
        attack = refused(lambda: record.hand_on(digest=restatement.digest, to=bytes(32)))
    assert attack is RecordRefusal.NO_READING_KEY
    assert refused(lambda: record.hand_on(digest=gate.said.digest, to=bytes(32))) is (
        RecordRefusal.NOT_PROPOSED
    )


def test_the_third_desk_sees_no_page_of_what_waits(gate: Gate) -> None:
    restatement = gate.restates()
    address = f"/en/desk/read/{restatement.digest}/"
    assert WORDS in gate.desks.page("hy", address)
    gate.desks.page("ka", address, status=404)


# What goes with what


def closes_own(gate: Gate, document: Document, key: PrivateKey) -> None:
    note = record_queries.authors_note(document, today=TODAY)
    record.close_for_author(
        digest=document.digest,
        note=note,
        signature=key.sign(digest_of(note), purpose=Purpose.CLOSING),
        today=TODAY,
    )


@pytest.mark.parametrize("is_by_author", [True, False])
def test_what_was_restated_takes_the_restatement_along_and_leaves_the_reply(
    gate: Gate, is_by_author: bool
) -> None:
    restatement = gate.restates()
    yes = heard_document(gate.confirmed(restatement))
    gate.keyed(restatement, today=TODAY)
    reply = gate.contributes(gate.replies, "Bəli.", today=TODAY, to=gate.said)
    waiting = gate.restates(who=gate.other)
    if is_by_author:
        closes_own(gate, gate.said, gate.spoke.purse.closer_of("one"))
    else:
        cast.take_down(
            gate.said,
            "az",
            site=gate.site,
            at=at_nine(TODAY),
        )
    for gone in (gate.said, yes):
        assert bytes(Row.objects.get(pk=gone.digest).data) == b""
    for gone in (restatement, waiting):
        row = Row.objects.get(pk=gone.digest)
        assert row.state in {State.CLOSED, State.WITHDRAWN}
        assert (bytes(row.data) == b"") is is_by_author
    assert state_of(reply) == State.OPEN
    assert not MadeFrom.objects.filter(item=gate.said.id, document__state=State.OPEN).exists()


def test_an_answer_that_nobody_took_up_is_gone_after_thirty_days(gate: Gate) -> None:
    restatement = gate.restates()
    gate.handed_on("az", restatement)
    digest = gate.hears(restatement, Says.NOT_QUITE)
    heard.forget_what_is_past(today=stage.after(30))
    assert Row.objects.get(pk=digest).data
    heard.forget_what_is_past(today=stage.after(31))
    assert not Row.objects.get(pk=digest).data


@pytest.mark.parametrize("is_open", [True, False])
def test_its_author_takes_a_restatement_back_without_any_desk(gate: Gate, is_open: bool) -> None:
    restatement = gate.restates()
    if is_open:
        gate.confirmed(restatement)
        gate.keyed(restatement, today=TODAY)
    with reads(gate.other):
        theirs = refused(lambda: heard.take_back(gate.other, gate.said.id, today=TODAY))
    assert theirs is HeardRefusal.NOT_THERE
    with reads(gate.replies):
        heard.take_back(gate.replies, gate.said.id, today=TODAY)
    assert bytes(Row.objects.get(pk=restatement.digest).data) == b""
    assert state_of(restatement) == (State.CLOSED if is_open else State.WITHDRAWN)


def test_who_leaves_takes_what_waits_along(gate: Gate) -> None:
    restatement, other = gate.restates(), gate.restates(who=gate.other)
    gate.handed_on("az", restatement)
    answer = gate.hears(restatement)
    with reads(gate.spoke):
        heard.take_back_on_leaving(gate.spoke)
    assert not Row.objects.get(pk=answer).data
    with reads(gate.replies):
        heard.take_back_on_leaving(gate.replies)
    assert not Row.objects.get(pk=restatement.digest).data
    assert Row.objects.get(pk=other.digest).data


def test_who_leaves_with_all_words_takes_what_is_open_along(gate: Gate) -> None:
    restatement = gate.restates()
    gate.confirmed(restatement)
    gate.keyed(restatement, today=TODAY)
    with reads(gate.replies):
        heard.take_back_on_leaving(gate.replies)
        heard.close_open(gate.replies.purse.closers, "hy", Choice.CARD)
        assert state_of(restatement) == State.OPEN
        heard.close_open(gate.replies.purse.closers, "hy", Choice.EVERYTHING)
    assert not Row.objects.get(pk=restatement.digest).data


# Words


@pytest.mark.parametrize(
    ("text", "translations", "reason"),
    [
        ("word " * 80, {"az": "söz " * 80}, None),
        ("word " * 81, {"az": IN_AZ}, HeardRefusal.TOO_MANY_WORDS),
        (WORDS, {"az": "söz " * 81}, HeardRefusal.TOO_MANY_WORDS),
        (f"{WORDS}\n\nAnd more.", {"az": IN_AZ}, HeardRefusal.ONE_PARAGRAPH),
        (" ", {"az": IN_AZ}, HeardRefusal.NO_WORDS),
        (WORDS, {"az": ""}, HeardRefusal.NO_WORDS),
        (WORDS, {}, HeardRefusal.NO_LANGUAGE_OF_ASKED),
        (WORDS, {"fr": "Le fleuve."}, HeardRefusal.NO_LANGUAGE_OF_ASKED),
    ],
)
def test_a_restatement_has_one_paragraph_in_a_language_of_the_asked(
    gate: Gate, text: str, translations: dict[str, str], reason: HeardRefusal | None
) -> None:
    def hand_in() -> None:
        with reads(gate.replies):
            heard.restate(
                gate.replies,
                contribution=gate.said.id,
                original="en",
                text=text,
                translations=translations,
                today=TODAY,
            )

    if reason is None:
        hand_in()
    else:
        assert refused(hand_in) is reason
        assert not Row.objects.filter(kind=RESTATEMENT).exists()

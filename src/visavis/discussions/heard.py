"""Every act at the heard gate: one function, one act. Time is passed in.

Who restates and who is asked write under keys of their own, and each document waits at its own side's desk.
What goes from one side to a person of the other is handed to them by their own desk, and by nobody else.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils import timezone

from visavis.base import text as safe_text
from visavis.base.refusal import Refused
from visavis.base.text import UnfitTextError
from visavis.cards import actions as cards
from visavis.cards.closing import close_own
from visavis.cards.rules import Role
from visavis.kinds.writing import written
from visavis.people import card_links, day_marks
from visavis.people.http import Participant
from visavis.people.leaving import Choice
from visavis.people.purse import Closers
from visavis.record import actions as record
from visavis.record import queries as record_queries
from visavis.safety.transactions import one_act_about_persons
from visavis.signing.canonical import Digest, new_id
from visavis.signing.document import Document

from . import bodies, heard_queries, heard_rules, queries, rules, writing
from .bodies import HearingBody, RestatementBody, Says
from .heard_queries import Restated
from .heard_rules import HEARING, RESTATEMENT, HeardRefusal
from .rules import DiscussionRefusal

COUNTED = "heard"
MOST_A_DAY = 10
"""Restatements and answers to them that one person hands in on a day."""
KEPT = timedelta(days=30)
"""An answer that nobody took up is gone after that."""
RESTATEMENT_KEPT = timedelta(days=90)
"""A restatement to which no reply was written is gone after that: it could have passed twelve times."""


def restate(
    participant: Participant,
    *,
    contribution: str,
    original: str,
    text: str,
    translations: Mapping[str, str],
    today: date,
) -> Digest:
    """What was understood of a contribution is before its author's desk; returns the document's digest.

    After a correction it is the second and last round, and takes the first one's place. The drafted card is
    handed in along, where there was none.
    """
    side, card, purse = participant.side_id, participant.card, participant.purse
    n_before = _n_today(participant, today)
    of = queries.open_contribution(contribution)
    if of is None:
        raise Refused(HeardRefusal.NOT_THERE)
    source, terms = queries.open_discussion(of.made_from[0].id)
    before = heard_queries.own_of(card, contribution)
    refusal = (
        (None if terms.has_gate else HeardRefusal.NO_GATE)
        or rules.why_not_contribute(terms, role=Role(participant.role), on=today)
        or _why_not_again(before)
    )
    if refusal:
        raise Refused(refusal)
    body = RestatementBody(
        original=original,
        text=_cleaned(text),
        translations={code: _cleaned(each) for code, each in translations.items()},
        card=card,
        asked=of.side or "",
        round=before.body.round + 1 if before else 1,
    )
    if before is None:
        _check_room(participant)
    new_card = writing.card_to_hand_in(participant, today=today)
    item = before.document.id if before else new_id()
    document = written(
        RESTATEMENT,
        body.as_json(),
        shape=bodies.RESTATEMENT.newest,
        site=source.site,
        languages=tuple(body.words),
        today=today,
        item=item,
        side=side,
        made_from=(of.source,),
        closer=purse.closer_of(item).public.hex,
    )
    with one_act_about_persons():
        _count(participant, today, n_before=n_before)
        if before is not None:
            _give_up(before)
        if new_card is not None:
            cards.propose(participant, new_card, today=today)
        record.propose(document=document, by=side, today=today)
    return document.digest


def take_back(participant: Participant, contribution: str, *, today: date) -> None:
    """What this person has restated of a contribution is gone; what is open for good, by their own key."""
    found = heard_queries.own_of(participant.card, contribution)
    if found is None:
        raise Refused(HeardRefusal.NOT_THERE)
    with one_act_about_persons():
        if found.is_open:
            close_own(participant.purse.closers, found.document, today=today)
        else:
            _give_up(found)


def take_back_on_leaving(participant: Participant) -> None:
    """Somebody leaves: what waits goes, in the act of leaving, also where what it is about is held."""
    for each in heard_queries.own(participant.card):
        _give_up(each)
    side, is_own = participant.side_id, participant.purse.closers.is_of
    for kind in (RESTATEMENT, HEARING):
        for digest in record_queries.waiting_and_own(side, kind=kind, is_own=is_own):
            record.withdraw(digest=digest, side=side)


def close_open(closers: Closers, _side: str, choice: Choice | None) -> None:
    """With all words, open restatements by this author are closed for good; within an act."""
    if choice is Choice.EVERYTHING:
        for document in heard_queries.every_open(closers.card):
            if closers.is_of(document.id, document.closer):
                close_own(closers, document, today=timezone.now().date())


def hand_on(*, side: str, restatement: str) -> None:
    """The desk hands on what waits for one of its own: a restatement to whom it asks, or a correction.

    They read it from now on. Raises Refused where there is nothing to hand on, or nobody with an inbox.
    """
    found = _found(restatement)
    if found.body.asked == side and not found.is_answered:
        digest, card = found.document.digest, found.of_body.card
    elif found.document.side == side and found.answer is not None and found.correction:
        digest, card = found.answer.digest, found.body.card
    else:
        raise Refused(HeardRefusal.CANNOT_HAND_ON)
    inbox = card_links.inbox_of(card)
    if inbox is None:
        raise Refused(HeardRefusal.CANNOT_HAND_ON)
    record.hand_on(digest=digest, to=inbox)


def hear(
    participant: Participant,
    *,
    restatement: str,
    says: Says,
    correction: str = "",
    original: str = "",
    today: date,
) -> Digest:
    """The person who was asked answers; it waits at their desk. Returns the document's digest."""
    n_before = _n_today(participant, today)
    found = _found(restatement)
    is_theirs = found.of_body.card == participant.card
    if not is_theirs or participant.side_id != found.body.asked:
        raise Refused(HeardRefusal.NOT_THERE)
    item = new_id()
    document = _hearing(
        found,
        says,
        correction,
        original,
        for_desk=False,
        today=today,
        item=item,
        closer=participant.purse.closer_of(item).public.hex,
    )
    with one_act_about_persons():
        _count(participant, today, n_before=n_before)
        record.propose(document=document, by=participant.side_id, today=today)
    return document.digest


def hear_for_desk(
    *,
    side: str,
    restatement: str,
    says: Says,
    correction: str = "",
    original: str = "",
    today: date,
) -> Digest:
    """The desk of the person who was asked answers in their stead, from the day after."""
    found = _found(restatement)
    if found.body.asked != side:
        raise Refused(HeardRefusal.NOT_THERE)
    document = _hearing(found, says, correction, original, for_desk=True, today=today)
    record.propose(document=document, by=side, today=today)
    return document.digest


def forget_what_is_past(*, today: date) -> None:
    """Answers that nobody took up are gone, with their words, and restatements without a reply."""
    for kind, kept in ((HEARING, KEPT), (RESTATEMENT, RESTATEMENT_KEPT)):
        for digest, side in record_queries.past(kind, before=today - kept):
            record.withdraw(digest=digest, side=side)


def _hearing(
    found: Restated,
    says: Says,
    correction: str,
    original: str,
    *,
    for_desk: bool,
    today: date,
    item: str = "",
    closer: str | None = None,
) -> Document:
    is_yes = says is Says.YES
    words = None if is_yes else _cleaned(correction)
    language = found.of_body.original if is_yes or not original else original
    refusal = heard_rules.why_not_hear(
        found.document,
        found.body,
        says=says,
        is_answered=found.is_answered,
        for_desk=for_desk,
        today=today,
    ) or (heard_rules.why_not_words({language: words}) if words is not None else None)
    if refusal:
        raise Refused(refusal)
    body = HearingBody(
        restatement=found.document.id,
        digest=found.document.digest,
        says=says,
        restater=found.document.side or "",
        original=language,
        correction=words,
    )
    return written(
        HEARING,
        body.as_json(),
        shape=bodies.HEARING.newest,
        site=found.document.site,
        languages=(language,),
        today=today,
        item=item,
        side=found.body.asked,
        made_from=(found.of.source,),
        closer=closer,
    )


def _why_not_again(before: Restated | None) -> HeardRefusal | None:
    if before is None:
        return None
    if before.is_open:
        return HeardRefusal.SETTLED
    is_corrected = before.correction is not None
    return heard_rules.why_not_again(round_=before.body.round, is_corrected=is_corrected)


def _give_up(before: Restated) -> None:
    """The first round is over: its words, and the correction of it, are gone."""
    record.withdraw(digest=before.document.digest, side=before.document.side or "")
    if before.answer is not None:
        record.withdraw(digest=before.answer.digest, side=before.answer.side or "")


def _found(restatement: str) -> Restated:
    found = heard_queries.waiting(restatement)
    if found is None:
        raise Refused(HeardRefusal.NOT_THERE)
    return found


def _n_today(participant: Participant, today: date) -> int:
    return day_marks.n_today(participant.purse, COUNTED, today=today, most=MOST_A_DAY)


def _count(participant: Participant, today: date, *, n_before: int) -> None:
    """Once more today. Refused where another window has done so since it was looked what waits."""
    if _n_today(participant, today) != n_before:
        raise Refused(DiscussionRefusal.HANDED_IN_MEANWHILE)
    if not day_marks.count(participant.purse, COUNTED, today=today, most=MOST_A_DAY):
        raise Refused(HeardRefusal.TOO_MANY_TODAY)


def _check_room(participant: Participant) -> None:
    at_desk = record_queries.n_at_desk(participant.side_id, kind=RESTATEMENT)
    most = rules.most_of_one(at_desk, times=heard_rules.TIMES)
    if len(heard_queries.own(participant.card)) >= most:
        raise Refused(HeardRefusal.TOO_MANY_WAITING)


def _cleaned(text: str) -> str:
    try:
        return safe_text.clean(text).strip()
    except UnfitTextError as error:
        raise Refused(rules.why_unfit(error)) from error

"""What an author does with their own words. One function is one act; time is passed in.

Whose words some bytes are is asked of the bytes: what waits opened for this person, and its ``closer`` is
theirs. The record learns the side alone. Nothing here writes or locks the account's row.

Limits of one person are counted before the act, for each of the side's texts is tried. The act asks a mark of
the day whether the same person has handed something in meanwhile.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.cards import actions as cards
from visavis.cards import queries as own_cards
from visavis.cards.closing import close_own
from visavis.cards.queries import CardState
from visavis.cards.rules import Role
from visavis.people import day_marks, own_boxes
from visavis.people.http import Participant
from visavis.people.leaving import Choice
from visavis.people.purse import Closers
from visavis.record import actions as record
from visavis.record.rules import RecordRefusal, State
from visavis.safety.transactions import one_act_about_persons
from visavis.signing.canonical import Digest, new_id
from visavis.signing.document import Document

from . import actions, own_words, queries, rules, units
from .bodies import DiscussionBody
from .models import Reason
from .own_words import OwnDraft, OwnText
from .queries import OpenDiscussion
from .rules import DiscussionRefusal

KEPT = timedelta(days=30)
HANDED_IN = "handed in"
"""What is counted each time: an act that finds its mark there, made since it was counted, is refused."""


@dataclass(frozen=True)
class Kept:
    """Where words were kept: in another place where the draft had changed in another window."""

    slot: int
    is_beside_other: bool = False


@dataclass(frozen=True)
class Ready:
    """What an act hands in. ``marks`` are of the day: that this person has done it once more."""

    document: Document
    replaced: OwnText | None
    card: Document | None
    marks: tuple[str, ...]


def contributed_to(discussion: str) -> str:
    """Return under which name it is counted how often somebody contributes to this discussion in a day."""
    return f"contributed to {discussion}"


def keep(participant: Participant, draft: OwnDraft, *, seen: str, today: date) -> Kept:
    """These words are a draft until 30 days from now.

    ``draft.slot`` is its place; below 0 it begins a new one. Where something else than was ``seen`` lies
    there, the words get a place of their own: of two windows neither loses any. Refuses the 21st.
    """
    with one_act_about_persons():
        there = own_words.draft(participant, draft.slot) if draft.slot >= 0 else None
        is_same = there is not None and there.as_bytes() == draft.as_bytes()
        is_beside_other = draft.slot >= 0 and not is_same and (there is None or there.seen != seen)
        slot = draft.slot
        if slot < 0 or is_beside_other:
            slot = _free_slot(participant)
        own_boxes.keep(
            participant.purse, own_boxes.DRAFTS[slot], draft.as_bytes(), ends_on=today + KEPT
        )
    return Kept(slot, is_beside_other)


def give_up(participant: Participant, slot: int, *, seen: str) -> None:
    """The draft is gone; what was handed in of it stays. Refuses where it was written on since."""
    with one_act_about_persons():
        _check_seen(own_words.draft_for(participant, slot), seen)
        own_boxes.drop(participant.purse, [own_boxes.DRAFTS[slot]])


def hand_in(participant: Participant, slot: int, *, seen: str, today: date) -> Digest:
    """The draft waits at its author's desk, with the card where that was never handed in; the draft is gone.

    What it changes is wiped where that still waits, and stays open until the desk opens the correction.
    Returns the document's digest.
    """
    draft = own_words.draft_for(participant, slot)
    _check_seen(draft, seen)
    ready = prepared(participant, draft, today=today)
    data = record.prepared(ready.document)
    with one_act_about_persons():
        _check_seen(own_words.draft_for(participant, slot), seen)
        if not day_marks.mark(ready.marks, today=today):
            raise Refused(DiscussionRefusal.HANDED_IN_MEANWHILE)
        if ready.replaced is not None:
            _take_back(participant, ready.replaced)
        if ready.card is not None:
            cards.propose(participant, ready.card, today=today)
        record.propose_prepared(
            document=ready.document, data=data, by=participant.side_id, today=today
        )
        own_boxes.take_away(participant.purse, [own_boxes.DRAFTS[slot]])
    return ready.document.digest


def prepared(participant: Participant, draft: OwnDraft, *, today: date) -> Ready:
    """Return what the draft makes, before an act begins. Refuses what cannot be handed in so today."""
    most = {HANDED_IN: rules.MOST_HANDED_IN}
    replaced, document, terms = _made_of(participant, draft, today=today)
    card = card_to_hand_in(participant, today=today)
    if replaced is None:
        _check_room(participant)
        if document.version == 1:
            most[contributed_to(draft.discussion)] = terms.per_day
    counted = day_marks.counted(participant.purse, most, today=today)
    marks = [each.next for each in counted.values() if each.next is not None]
    if counted[HANDED_IN].next is None:
        raise Refused(DiscussionRefusal.HANDED_IN_TOO_OFTEN)
    if len(marks) < len(most):
        raise Refused(DiscussionRefusal.ENOUGH_TODAY)
    return Ready(document, replaced, card, tuple(marks))


def change(participant: Participant, item: str, *, today: date) -> int:
    """What waits, or is open, is a draft as well, to be changed; returns its place. It stays where it is."""
    found = own_words.versions_for(participant, item).newest
    if found is None:
        raise Refused(DiscussionRefusal.NOT_WAITING)
    kept = own_words.draft_of(participant, item)
    return kept.slot if kept else _drafted(participant, found, of=item, today=today)


def take_up(participant: Participant, digest: str, *, today: date) -> int:
    """Words that the desk did not open are a draft once more; returns its place. Raises NotFound."""
    refused = next(
        (
            each
            for each in own_words.never_open(participant)
            if each.document.digest == digest and each.state is State.REFUSED
        ),
        None,
    )
    if refused is None:
        raise NotFound
    is_correction = refused.document.version > 1
    return _drafted(participant, refused, of=refused.id if is_correction else "", today=today)


def withdraw(participant: Participant, item: str, *, today: date, is_urgent: bool = False) -> None:
    """The words are gone, for good and without any desk; a draft that changes them too.

    What was never open is wiped. What is open is closed for good by its author's own key, in every version,
    and what was made from it goes along; what answers it stays.
    """
    try:
        _withdraw(participant, item, today=today, is_urgent=is_urgent)
    except Refused as refused:
        if refused.reason is not DiscussionRefusal.NOT_WAITING:
            raise
        # The desk has opened or refused it between the look and the act.
        _withdraw(participant, item, today=today, is_urgent=is_urgent)


def withdraw_on_leaving(participant: Participant) -> None:
    """Somebody leaves: what was never open goes, in the act of leaving."""
    for text in own_words.never_open(participant):
        _end(participant, text, today=timezone.now().date())


def close_open(closers: Closers, _side: str, choice: Choice | None) -> None:
    """With all words, what is open of this author's is closed for good; within an act."""
    if choice is Choice.EVERYTHING:
        for text in own_words.every_open_of(closers):
            close_own(closers, text.document, today=timezone.now().date())


def _withdraw(participant: Participant, item: str, *, today: date, is_urgent: bool) -> None:
    found = own_words.versions_for(participant, item)
    drafted = own_words.draft_of(participant, item)
    with one_act_about_persons():
        if found.open is not None:
            close_own(
                participant.purse.closers, found.open.document, today=today, is_urgent=is_urgent
            )
        else:
            for text in found.never_open:
                _end(participant, text, today=today)
        if drafted is not None:
            own_boxes.drop(participant.purse, [own_boxes.DRAFTS[drafted.slot]])


def _made_of(
    participant: Participant, draft: OwnDraft, *, today: date
) -> tuple[OwnText | None, Document, DiscussionBody]:
    """Return what waits and is to be replaced, if anything, the document that the draft makes, and the terms.

    Where what it was to change is gone, or was not opened, it is a contribution of its own.
    """
    found = own_words.versions_of(participant, draft.of) if draft.of else None
    if found is not None and found.open is not None:
        _source, terms = _open_discussion(found.open.discussion)
        correction = actions.correction(
            item=draft.of, original=draft.original, text=draft.text, today=today
        )
        return found.waiting, correction, terms
    opened = _open_discussion(draft.discussion)
    terms = opened[1]
    if refusal := rules.why_not_contribute(terms, role=Role(participant.role), on=today):
        raise Refused(refusal)
    waiting = found.waiting if found else None
    item = waiting.id if waiting else new_id()
    contribution = actions.contribution(
        side=participant.side_id,
        discussion=draft.discussion,
        card=participant.card,
        closer=participant.purse.closer_of(item).public.hex,
        original=draft.original,
        text=draft.text,
        today=today,
        answers=draft.answers,
        item=item,
        opened=opened,
    )
    return waiting, contribution, terms


def _open_discussion(item: str) -> OpenDiscussion:
    try:
        return queries.open_discussion(item)
    except NotFound as error:
        raise Refused(DiscussionRefusal.NOT_OPEN) from error


def card_to_hand_in(participant: Participant, *, today: date) -> Document | None:
    """Return the drafted card, or None where it was handed in. Refuses where there is none."""
    state = own_cards.state_of_own_card(participant)
    if state is CardState.GONE:
        raise Refused(DiscussionRefusal.CARD_IS_GONE)
    if state is not CardState.NOT_THERE:
        return None
    if cards.drafted(participant) is None:
        raise Refused(DiscussionRefusal.NO_DRAFT_OF_CARD)
    return cards.to_hand_in(participant, today=today)


def _check_room(participant: Participant) -> None:
    at_desk, own = own_words.n_waiting(participant)
    refusal = rules.why_not_wait(own=own, n_at_desk=at_desk)
    if refusal:
        raise Refused(refusal)


def _end(participant: Participant, text: OwnText, *, today: date) -> None:
    """What was never open is wiped."""
    if text.state is State.PROPOSED:
        _take_back(participant, text)
    elif text.state is State.REFUSED:
        record.forget_refused(digest=text.document.digest, side=participant.side_id)
        Reason.objects.filter(pk=text.document.digest).delete()
    else:  # it went with its discussion: the note keeps it from coming back with an older copy
        close_own(participant.purse.closers, text.document, today=today)


def _take_back(participant: Participant, waiting: OwnText) -> None:
    """What waits is wiped. Refuses where the desk has decided about it since it was read."""
    try:
        record.withdraw(digest=waiting.document.digest, side=participant.side_id)
    except Refused as refused:
        if refused.reason is RecordRefusal.NOT_PROPOSED:
            raise Refused(DiscussionRefusal.NOT_WAITING) from refused
        raise


def _drafted(participant: Participant, text: OwnText, *, of: str, today: date) -> int:
    draft = OwnDraft(
        discussion=text.discussion,
        answers=text.body.answers,
        of=of,
        original=text.body.original,
        text=units.typed(text.body.paragraphs),
    )
    return keep(participant, draft, seen="", today=today).slot


def _free_slot(participant: Participant) -> int:
    name = own_boxes.free(participant.purse, own_boxes.DRAFTS)
    if name is None:
        raise Refused(DiscussionRefusal.TOO_MANY_DRAFTS)
    return own_boxes.DRAFTS.index(name)


def _check_seen(draft: OwnDraft, seen: str) -> None:
    if draft.seen != seen:
        raise Refused(DiscussionRefusal.DRAFT_MOVED_ON)

"""When a participant may sit in their side's seat, and whose words theirs are.

1. A seat has one invitation at a time, to a card of the seat's side. Desk and guest do not write beside one
   another: while somebody is invited the desk enters no answer, and while it has a draft it invites nobody.
2. The invitation is over when the guest has handed in, when the answers are out or a chair is left empty,
   when the closing day is over, and when the desk takes it back.
3. A guest's answer names the guest's card and no pen name. It has a ``closer``: the guest can withdraw it
   for ever. Until the release they may put other words in its place, which their desk then signs.
4. Nobody changes a guest's words but the guest, and after the release nobody does: no next version.
   A desk that does not sign them leaves them unopened.
"""

from datetime import date
from enum import StrEnum

from visavis.cards.rules import CARD
from visavis.kinds.acts import Act, Around
from visavis.kinds.bodies import BadBodyError
from visavis.signing.document import Document

from . import bodies, rules
from .bodies import AnswerBody
from .rules import QUESTION, DialogueRefusal, SeatState

MOST_HANDED_IN = 20
"""Answers that one person hands in on a day, changes among them."""


class GuestRefusal(StrEnum):
    """Why a seat is not offered, not taken, or not given up."""

    INVITED = "somebody is invited"
    DESK_WRITES = "the desk has a draft"
    NO_CARD = "no open card of this side"
    NOBODY_THERE = "nobody reads at this card"
    NOBODY_INVITED = "nobody is invited"
    OVER = "the invitation is over"
    RELEASED = "the answers are out"
    GUESTS_WORDS = "a guest's words"
    NOT_A_GUESTS = "closer and card do not go together"
    NOT_WAITING = "it does not wait any more"
    DRAFT_MOVED_ON = "the draft has changed in another window"
    NOTHING_WRITTEN = "no draft"
    TOO_MANY_DRAFTS = "five drafts"
    TOO_OFTEN = "handed in too often today"


def why_not_offer(
    *, is_open: bool, is_settled: bool, until: date, today: date
) -> GuestRefusal | DialogueRefusal | None:
    """Return why today nobody can be invited to this question or sit down as a guest, or None."""
    if not is_open:
        return DialogueRefusal.NOT_OPEN
    return GuestRefusal.OVER if is_settled or today > until else None


def why_not_invite(
    *, state: SeatState, is_invited: bool, is_card_open: bool, has_inbox: bool
) -> GuestRefusal | DialogueRefusal | None:
    """Return why a desk cannot invite the holder of a card to its seat, in this ``state``, or None."""
    if is_invited:
        return GuestRefusal.INVITED
    if state is SeatState.DRAFT:
        return GuestRefusal.DESK_WRITES
    if state is SeatState.EMPTY:
        return DialogueRefusal.CHAIR_EMPTY
    if state is not SeatState.NOTHING:
        return DialogueRefusal.ALREADY_ANSWERED
    if not is_card_open:
        return GuestRefusal.NO_CARD
    return None if has_inbox else GuestRefusal.NOBODY_THERE


def why_not_change(*, is_open: bool, is_settled: bool) -> GuestRefusal | DialogueRefusal | None:
    """Return why a guest cannot put other words in the place of those that wait, or None."""
    if not is_open:
        return DialogueRefusal.NOT_OPEN
    return GuestRefusal.RELEASED if is_settled else None


def why_not_desks(*, is_guests: bool) -> GuestRefusal | None:
    """Return why a desk does not change these words: they are a guest's. Else return None."""
    return GuestRefusal.GUESTS_WORDS if is_guests else None


def why_not_act_on_answer(
    answer: Document, act: Act, around: Around
) -> GuestRefusal | DialogueRefusal | None:
    """Return why this answer is not taken, or None. Every act asks it of guests' and desks' answers alike."""
    if answer.version > 1 and answer.closer is not None:
        return GuestRefusal.GUESTS_WORDS
    refusal = rules.why_not_act_on_answer(answer, act, around)
    if refusal or act is Act.OPEN:
        return refusal
    body = _read(answer)
    names_card = body is not None and body.card is not None
    if names_card != (answer.closer is not None):
        return GuestRefusal.NOT_A_GUESTS
    if body is None or body.card is None:
        return None
    return _why_not_card(answer, around.named.get(body.card), act) or _why_not_words(body, around)


def _why_not_card(answer: Document, card: Document | None, act: Act) -> GuestRefusal | None:
    """That the card was closed before the desk signs is no reason against the words."""
    if card is None:
        return GuestRefusal.NO_CARD if act is Act.PROPOSE else None
    is_own = card.kind == CARD and card.side == answer.side
    return None if is_own else GuestRefusal.NO_CARD


def _why_not_words(body: AnswerBody, around: Around) -> DialogueRefusal | None:
    question = next((each for each in around.sources if each.kind == QUESTION), None)
    if question is None:
        return DialogueRefusal.NOT_OPEN
    try:
        most = bodies.QUESTION.of(question).word_limit
    except BadBodyError:
        return DialogueRefusal.NOT_OPEN
    return next(iter(what_a_guest_lacks(body, word_limit=most)), None)


def what_a_guest_lacks(body: AnswerBody, *, word_limit: int) -> tuple[DialogueRefusal, ...]:
    """Return all that a guest's answer still lacks. The card takes the pen name's place."""
    return rules.what_an_answer_lacks(
        original=body.original,
        words={code: "\n".join(words.paragraphs) for code, words in body.versions.items()},
        proposals={code: words.proposal for code, words in body.versions.items()},
        pen_name=body.card or "",
        word_limit=word_limit,
    )


def _read(answer: Document) -> AnswerBody | None:
    try:
        return bodies.ANSWER.of(answer)
    except BadBodyError:
        return None

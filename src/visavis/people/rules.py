"""Who may come in, who may be let go, and what a code from an authenticator is worth.

Pure decisions: values in, a decision out.

1. A code (RFC 6238: six digits, 30 seconds) counts in its own step and one step on either side, once.
2. An account belongs to one side. Its own desk alone adds, freezes and removes it; a desk's last
   editor who can sign in is neither frozen nor removed, or nobody could let anyone in again.
3. Somebody who is signed in does not come in a second time with another code: one editor, one side.
4. Removing and inviting count at once with the side's key. Without it they count after `SEEN_FOR`, in days
   and never in hours, in sight of the whole desk; any editor of it stops them until then.
5. Freezing is the one act for an editor who is detained. It asks for the own passphrase and counts at once.
   It stops what its desk has waiting: a frozen editor cannot. Undoing it, within `UNDONE_WITHIN`, and
   removing who is frozen, ask for the side's key, as soon as the side has one.
6. The desk's reading key is handed to nobody by itself: an invitation brings it, or a colleague who has it
   lets an editor read. Somebody who goes has it no more, and the next one follows at once.
7. A desk sees how many codes of its batches are used only from `FEWEST_SHOWN` upwards. The limit of open
   codes counts what it sees, and so tells no more. Every desk sees how large the others' batches are.
8. Somebody who has joined hands in nothing before the next full hour, when the account comes into being.
9. What somebody wishes for a detention has no default, and is asked again after `ASKED_AGAIN_AFTER`. A desk
   undoes a lock within `UNDONE_WITHIN`, with the side's key. Later somebody comes back with a code that the
   desk makes with that key, once all of it has seen the return for `RETURN_SEEN_FOR`.
10. A session ends when nobody has clicked in it for `IDLE_SLOTS`, and after `LONGEST_SLOTS` in any case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from visavis.sides.rules import SEEN_FOR
from visavis.signing.problems import is_hidden

LONGEST_LABEL = 40
STEP_SECONDS = 30
INVITATION_DAYS = 7
BATCH_DAYS = 60
MOST_IN_BATCH = 50
MOST_OPEN = 500
"""Codes of one desk that may be open at once; of a batch, those that its desk cannot know to be used."""
FEWEST_SHOWN = 3
"""So many codes of a batch must be used before its desk sees a number."""
A_DAY = timedelta(days=1)
NEWS = timedelta(days=30)
LONGEST_WHOM = 80
ASKED_AGAIN_AFTER = timedelta(days=90)
UNDONE_WITHIN = timedelta(days=7)
RETURN_SEEN_FOR = timedelta(days=7)
SLOT_SECONDS = 5 * 60
IDLE_SLOTS = 6
LONGEST_SLOTS = 144
"""Half an hour and twelve hours: a browser says no more of its time than a slot."""


class Role(StrEnum):
    EDITOR = "editor"


class ParticipantRole(StrEnum):
    """As whom somebody takes part: a word of the card's signed bytes."""

    CIVIL_SOCIETY = "civil-society"
    JOURNALIST = "journalist"
    STUDENT = "student"
    YOUTH = "youth"
    EXPERT = "expert"
    OTHER = "other"


class TextsWish(StrEnum):
    """What becomes of somebody's open words when they are detained."""

    KEEP = "keep"
    WITHOUT_CARD = "without-card"
    HIDE = "hide"
    TAKE_AWAY = "take-away"


class NameWish(StrEnum):
    """How somebody is named in a register of the detained."""

    FULL = "full"
    INITIALS = "initials"
    COUNTED = "counted"
    ASK = "ask"


class VoiceWish(StrEnum):
    """Whether others speak of it in public."""

    LOUD = "loud"
    QUIET = "quiet"
    ASK = "ask"


class PeopleRefusal(StrEnum):
    """Why somebody does not come in, or why an account is not changed."""

    CANNOT_SIGN_IN = "cannot sign in"
    BAD_CODE = "no such code"
    SIGNED_IN = "signed in already"
    WORDS_DIFFER = "not the words of the passphrase"
    WRONG_DIGITS = "not the digits the authenticator shows"
    LABEL_MISSING = "no name for the desk"
    LABEL_TAKEN = "another editor of the desk has this name"
    LAST_EDITOR = "the last editor who can sign in"
    NOT_OF_THIS_DESK = "not of this desk"
    TEXT_DIFFERS = "not the end of the recovery key"
    CODE_NOT_YET = "the code does not count yet"
    KEY_NEEDED = "asks for the side's key"
    NOT_SEEN_YET = "has not signed in since there are reading keys"
    CANNOT_READ = "cannot read what could be handed on"
    BAD_CARD_CODE = "no such code on a card"
    SIGNED_IN_HERE = "signed in already, and so not joining"
    NOT_THE_SIX = "not the six words of the passphrase"
    TOO_OFTEN = "the code was tried too often"
    ARRIVING = "the account is there from the next full hour on"
    NOT_SO_MANY = "a batch has from one to fifty codes"
    NO_ROLE = "no such role"
    TOO_MANY_OPEN = "the desk has too many open codes"
    SHOWN_ALREADY = "the codes of this batch were shown"
    NOTHING_CHOSEN = "nothing chosen"
    CANNOT_TAKE_PART = "not the passphrase of somebody who takes part"
    NOT_ALL_ANSWERED = "not all three questions answered"
    NOBODY_TO_ASK = "nobody to ask"
    WHOM_TOO_LONG = "too long, or with hidden characters"
    SLIP_OF_THE_PEN = "check signs that do not fit"
    BAD_PAPER = "no such code on paper"
    NOT_YOUR_PASSPHRASE = "not one's own passphrase"  # noqa: S105 - a reason
    OTHER_KEY = "sealed to an earlier key of the side"
    NOT_SAID = "not said whether somebody may sign"
    OTHER_CONTENT = "not what was in the box"
    NOT_LOCKED = "the account is not locked"
    TOO_LATE_TO_UNDO = "locked more than seven days ago"
    TOO_EARLY_TO_RETURN = "locked not so long ago"
    RETURNS_ALREADY = "the return has begun"
    NOT_RETURNING = "no return has begun, or not for so long"
    CANNOT_COME_BACK = "no such code, or not its passphrase"


@dataclass(frozen=True)
class DeskChange:
    """A desk that has grown or shrunk, by number."""

    side: str
    on: date
    before: int
    now: int


def steps_around(at: datetime) -> tuple[int, int, int]:
    """Return the time steps whose codes count at this moment: the one before, this one, the next."""
    step = int(at.timestamp()) // STEP_SECONDS
    return step - 1, step, step + 1


def why_not_let_go(
    *, own_side: str, side: str, can_sign_in: bool, n_who_can: int
) -> PeopleRefusal | None:
    """Return why a desk may not freeze or remove this editor, or None.

    Who is to be removed on a day to come counts, for a removal, as one who cannot sign in already.
    """
    if own_side != side:
        return PeopleRefusal.NOT_OF_THIS_DESK
    if can_sign_in and n_who_can <= 1:
        return PeopleRefusal.LAST_EDITOR
    return None


def why_not_remove_frozen(
    *, is_frozen: bool, side_has_key: bool, with_key: bool
) -> PeopleRefusal | None:
    """Return why a frozen editor is not removed so: a frozen one cannot stop it."""
    return PeopleRefusal.KEY_NEEDED if is_frozen and side_has_key and not with_key else None


def why_not_unfreeze(*, side_has_key: bool, with_key: bool) -> PeopleRefusal | None:
    """Return why a frozen editor does not sign in again yet, or None."""
    return PeopleRefusal.KEY_NEEDED if side_has_key and not with_key else None


def why_not_let_read(*, is_frozen: bool, has_public_key: bool) -> PeopleRefusal | None:
    """Return why an editor of the own desk is not handed its reading key, or None."""
    if is_frozen:
        return PeopleRefusal.NOT_OF_THIS_DESK
    return None if has_public_key else PeopleRefusal.NOT_SEEN_YET


def counts_from(today: date, *, with_key: bool) -> date:
    """Return the day from which an invitation, or a removal, counts."""
    return today if with_key else today + SEEN_FOR


def why_not_code(*, counts_from: date, expires_on: date, today: date) -> PeopleRefusal | None:
    """Return why an invitation does not let in today, or None."""
    if expires_on < today:
        return PeopleRefusal.BAD_CODE
    return PeopleRefusal.CODE_NOT_YET if today < counts_from else None


def slot_of(at: datetime) -> int:
    """Return the slot of five minutes in which this moment lies."""
    return int(at.timestamp()) // SLOT_SECONDS


def is_session_over(*, began: int, seen: int, now: int) -> bool:
    """Return whether a session of these slots has ended: idle, too long, or of a time to come."""
    return now - seen > IDLE_SLOTS or now - began >= LONGEST_SLOTS or not began <= seen <= now


def session_ends_before(*, began: int, now: int) -> int:
    """Return the first slot in which a session that began so is over, if nobody clicks after this one."""
    return min(now + IDLE_SLOTS + 1, began + LONGEST_SLOTS)


def why_not_label(label: str, *, taken: bool) -> PeopleRefusal | None:
    """Return why a desk does not know an editor by this name, or None."""
    is_seen = label.isprintable() and not any(map(is_hidden, label))
    if not label or len(label) > LONGEST_LABEL or not is_seen:
        return PeopleRefusal.LABEL_MISSING
    return PeopleRefusal.LABEL_TAKEN if taken else None


def why_not_batch(n: int, *, n_open: int) -> PeopleRefusal | None:
    """Return why a desk may not make a batch of ``n`` codes while it has ``n_open``, or None."""
    if not 1 <= n <= MOST_IN_BATCH:
        return PeopleRefusal.NOT_SO_MANY
    return PeopleRefusal.TOO_MANY_OPEN if n_open + n > MOST_OPEN else None


def n_used_shown(size: int, *, n_left: int) -> int | None:
    """Return how many codes of a batch are used, as its desk may know it; None: fewer than `FEWEST_SHOWN`."""
    n_used = size - n_left
    return n_used if n_used >= FEWEST_SHOWN else None


def why_not_card_code(
    *, is_there: bool, is_waiting: bool, expires_on: date, today: date
) -> PeopleRefusal | None:
    """Return why the code of a card lets nobody in, or None. One reason for all: anyone may ask."""
    is_good = is_there and not is_waiting and today <= expires_on
    return None if is_good else PeopleRefusal.BAD_CARD_CODE


def why_not_words(*, is_arriving: bool) -> PeopleRefusal | None:
    """Return why somebody may not hand in anything yet, or None: asked by each act on words."""
    return PeopleRefusal.ARRIVING if is_arriving else None


def why_not_instruction(
    texts: TextsWish | None, name: NameWish | None, voice: VoiceWish | None, *, whom: str
) -> PeopleRefusal | None:
    """Return why these are no instruction, or None: three answers, and whom to ask where that is wished."""
    if texts is None or name is None or voice is None:
        return PeopleRefusal.NOT_ALL_ANSWERED
    if len(whom) > LONGEST_WHOM or not whom.isprintable() or any(map(is_hidden, whom)):
        return PeopleRefusal.WHOM_TOO_LONG
    asks = name is NameWish.ASK or voice is VoiceWish.ASK
    return PeopleRefusal.NOBODY_TO_ASK if asks and not whom else None


def is_asked_again(said_on: date | None, *, today: date) -> bool:
    """Return whether somebody is asked whether they still wish what they have said."""
    return said_on is None or today - said_on >= ASKED_AGAIN_AFTER


def is_news(since: date, *, today: date) -> bool:
    """Return whether every page of the desk still says what happened on that day; its home always does."""
    return today - since <= NEWS


def why_not_undo(locked_since: date | None, *, today: date) -> PeopleRefusal | None:
    """Return why a desk does not undo a lock, or None."""
    if locked_since is None:
        return PeopleRefusal.NOT_LOCKED
    is_late = today - locked_since > UNDONE_WITHIN
    return PeopleRefusal.TOO_LATE_TO_UNDO if is_late else None


def why_not_begin_return(
    locked_since: date, returns_on: date | None, *, today: date
) -> PeopleRefusal | None:
    """Return why a desk does not begin a return, or None. Within seven days it is undone instead."""
    if returns_on:
        return PeopleRefusal.RETURNS_ALREADY
    is_late = today - locked_since > UNDONE_WITHIN
    return None if is_late else PeopleRefusal.TOO_EARLY_TO_RETURN


def returns_on(today: date) -> date:
    """The first day on which the code of a return that begins today is made."""
    return today + RETURN_SEEN_FOR


def why_not_hand_over(returns_on: date | None, *, today: date) -> PeopleRefusal | None:
    """Return why no code is made for somebody who comes back, or None."""
    return None if returns_on and today >= returns_on else PeopleRefusal.NOT_RETURNING


def batch_ends(today: date) -> date:
    """The last day on which the codes of a batch made today count."""
    return today + timedelta(days=BATCH_DAYS)


def invitation_ends(counts_from: date) -> date:
    return counts_from + timedelta(days=INVITATION_DAYS)


def session_ends(today: date) -> date:
    """The last day on which a session counts. A day, not an hour: an hour would say who was here when."""
    return today + A_DAY


def desk_changes(sizes: Mapping[str, Mapping[date, int]], *, today: date) -> tuple[DeskChange, ...]:
    """Return each change of a desk's number within the last 30 days, the newest first."""
    since = today - NEWS
    changes = []
    for side, by_day in sizes.items():
        days = sorted(by_day)
        for earlier, later in pairwise(days):
            if by_day[earlier] != by_day[later] and later > since:
                changes.append(DeskChange(side, later, by_day[earlier], by_day[later]))
    return tuple(sorted(changes, key=lambda change: (change.on, change.side), reverse=True))

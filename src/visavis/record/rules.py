"""When a document may be proposed, opened, refused, withdrawn and closed.

1. A document moves only along `NEXT_STATES`.
2. It is proposed by one desk, on its own day, as the next version of its item; one proposal of an
   item at a time. Somebody's own words are proposed by their own desk.
3. A key is a signature by a side's own key, as the charter names it, over the document's bytes. When
   the charter's keys are all there, the document opens in the same act, unless its bytes seal it.
4. Any other desk may refuse a proposal, with a reason from the list; the proposing desk may withdraw it.
   What somebody has handed in, their own desk may leave unopened: why, is said to them alone.
5. After the charter's waiting time without an answer, the proposing desk may propose the same body to
   stand alone. Not a charter, and not what was refused. Hours that the charter gives for a kind count
   as whole days, rounded up.
6. Whose words an open translation gives may put its key under it afterwards: then it is in that name too.
7. One key closes an open item at once: for good by the desk whose words all its versions are, or whose words
   they give; else until the waiting time has passed, unless one more side joins. What was made from it is
   closed with it; destroyed is only what belongs to those who close.
8. The key of a document's author, where its bytes name one, closes it for good in any state, opened or not.
9. A side has at most `MOST_PROPOSED` documents of `MOST_BYTES_PROPOSED` before the desks. Charters,
   recoveries and sealed answers need no place there: one of each waits, and an answer for each question.
   What people hand in to their desk waits in a line of its own, as long as its kind says.
10. Silence counts only for what a desk could have read: the oldest of each side's proposals, `MOST_ASKED` of
   them, of `MOST_BYTES_ASKED` in sum. A later one is asked about from the day on which it comes among these.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter, Opens, is_less
from visavis.signing.document import CHARTER, OWN_SHAPES, RECOVERY, Document
from visavis.signing.policy import why_not_stand_alone as why_never_alone


class State(StrEnum):
    """The state of a document. A draft has no bytes yet and is private to its desk."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    OPEN = "open"
    CLOSED = "closed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


NEXT_STATES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.PROPOSED}),
    State.PROPOSED: frozenset({State.OPEN, State.REFUSED, State.WITHDRAWN, State.CLOSED}),
    State.OPEN: frozenset({State.CLOSED, State.SUPERSEDED}),
    State.CLOSED: frozenset({State.OPEN}),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.SUPERSEDED: frozenset(),
}
"""A closed document opens again only when a lone closing lapses; a final one has no bytes left.

What an author has hidden is closed for good too, and comes back as it was: see `hiding`."""


class RefusalReason(StrEnum):
    """Why a desk refuses a proposal: recorded by side, from this list and in no other words."""

    FACTS = "facts"
    TRANSLATION = "translation"
    WORDING = "wording"
    SAFETY = "safety"
    LAW = "law"
    SCOPE = "scope"
    TIMING = "timing"


class RecordRefusal(StrEnum):
    """Why an act on a document is not allowed."""

    NO_CHARTER = "no charter"
    ANOTHER_SITE = "of another site"
    NOT_OUR_WORDS = "another side's words"
    NOT_TODAY = "not of this day"
    NOT_THE_NEXT_VERSION = "not the next version"
    ALREADY_PROPOSED = "already proposed"
    TOO_MANY_PROPOSED = "too many are proposed"
    LINE_FULL = "too many of this kind wait at the desk"
    NOT_LISTED = "the charter does not list this kind yet"
    ADDRESS_OF_ANOTHER = "another item has this address"
    MADE_FROM_WHAT_IS_NOT_OPEN = "made from what is not open"
    COMPUTED = "computed by the site"
    DRAFT_MOVED_ON = "the draft changed meanwhile"
    NO_DRAFT_KEY = "no key to this desk's drafts"
    NOT_PROPOSED = "not proposed"
    NOT_OPEN = "not open"
    NO_SUCH_SIDE = "no such side"
    WRONG_KEY = "not this side's key"
    WRONG_SIGNATURE = "not a signature over these words"
    ALREADY_TURNED = "key already turned"
    NOT_ASKED = "this key is not asked for"
    NOT_HANDED_IN = "not handed in to this desk"
    OWN_PROPOSAL = "own proposal"
    NOT_OWN_PROPOSAL = "another desk's proposal"
    STILL_WAITING = "still waiting"
    NEVER_ALONE = "never alone"
    NOT_THE_SAME_WORDS = "not the same words"
    ANSWERED = "the others have answered"
    NOT_A_SEAT = "no seat at this question"
    SEAT_TAKEN = "the seat is taken"
    ALREADY_CLOSED = "already closed by this side"
    CLOSED_FOR_GOOD = "closed for good"
    NOT_CLOSINGS = "not a file of closing notes"
    NEWER_CLOSINGS = "closings of a newer version"
    FALSE_NOTE = "a closing that is not signed as it must be"
    NOT_ITS_AUTHOR = "not by a key of its author's"
    ANOTHER_CLOSER = "another key of its author's"
    NO_READING_KEY = "no key to seal these words with"
    WITHHELD = "its author's access is ended"
    PAUSED = "this side pauses"
    PAUSED_LATELY = "this side paused a short while ago"
    NOT_PAUSED = "no pause is on"
    END_ASKED = "this side has asked for its end"


REFUSED_FOR = timedelta(days=30)
EARLIER_FOR = timedelta(days=7)
SHOWN_AGAIN_WITHIN = timedelta(days=7)
"""As long as what was written over in a draft can be brought back."""
MOST_EARLIER = 10
"""States of one draft."""
"""How long the words of a refused proposal stay for the desk that proposed them."""

MOST_PROPOSED = 60
"""Documents that one side may have before the desks: more than two desks read in weeks of work."""
MOST_BYTES_PROPOSED = 8 * 1024 * 1024
"""Bytes of these in sum: two of the largest documents, or some hundred of the usual length."""
MOST_ASKED = 10
"""Proposals of one side about which silence counts at a time: less than one a day in fourteen days."""
MOST_BYTES_ASKED = 1024 * 1024
"""Bytes of these in sum, some thick books. The oldest is always one of them, however long it is."""


class InLine(NamedTuple):
    """A proposal in the line of its side, as its row says. ``asked_on`` is None while older ones wait."""

    digest: str
    kind: str
    is_sealed: bool
    is_alone: bool
    proposed_on: date
    asked_on: date | None
    n_bytes: int


def stays_when_replaced(*, is_of_the_chain: bool, is_sealed: bool, version: int) -> bool:
    """Return whether the bytes of this version stay when the next one opens.

    Charters and recoveries are public for ever. Of an answer readers can go back to the first released words.
    """
    return is_of_the_chain or (is_sealed and version == 1)


def is_past(ended_on: date, *, today: date) -> bool:
    """Return whether the words of what was refused on this day go today."""
    return today >= ended_on + REFUSED_FOR


def may_become(now: State, then: State) -> bool:
    """Return whether a document may go from one state to the other."""
    return then in NEXT_STATES[now]


def why_not_propose(
    document: Document,
    *,
    by: str,
    charter: Charter | None,
    today: date,
    open_version: tuple[Digest, int] | None,
    last_version: int,
    is_proposed: bool,
    made_from_open: bool,
    waiting: Collection[InLine] = (),
    is_line_full: bool = False,
    after_silence: bool = False,
    has_address_of_another: bool = False,
    before: Document | None = None,
) -> RecordRefusal | None:
    """Return why this desk may not put this document before the others today, or None.

    ``open_version`` is the item's open digest and version, ``last_version`` the highest that any
    document of the item ever opened with, 0 for a new item. ``waiting`` is what this side has before the
    desks; ``is_line_full`` is of a kind that has a line of its own. ``after_silence`` is true where
    `why_not_propose_alone` was asked first: nothing else may stand alone, and it takes the place of what was
    asked. ``has_address_of_another``: an id is the proposing desk's to choose, and its page must never take
    another item's place.
    ``before`` is the open version. Its next one stays what it is: else words that open with fewer keys
    would take the place of joint ones, or one side's that of another's. Nor does it take its author's key
    away, or put one there that could close what others have signed.
    """
    if charter is None and document.kind != CHARTER:
        return RecordRefusal.NO_CHARTER
    if charter is not None:
        if document.site != charter.site:
            return RecordRefusal.ANOTHER_SITE
        if by not in charter.side_codes:
            return RecordRefusal.NO_SUCH_SIDE
        opens = charter.opens(document.kind)
        if opens is Opens.RELEASE_KEY:
            return RecordRefusal.COMPUTED
        is_own = opens in {Opens.OWN_SIDE, Opens.RECOVERY_KEY}
        if document.side != by and (is_own or document.side is not None):
            return RecordRefusal.NOT_OUR_WORDS
    if not document.standing.is_joint and not after_silence:
        return RecordRefusal.STILL_WAITING
    # The first charter has the day on which the site was founded, however late a desk proposes it.
    if document.day != today and not (charter is None and document.day < today):
        return RecordRefusal.NOT_TODAY
    if is_proposed:
        return RecordRefusal.ALREADY_PROPOSED
    if document.version == 1 and has_address_of_another:
        return RecordRefusal.ADDRESS_OF_ANOTHER
    if (document.replaces, document.version) != _next_version(open_version, last_version):
        return RecordRefusal.NOT_THE_NEXT_VERSION
    if not made_from_open:
        return RecordRefusal.MADE_FROM_WHAT_IS_NOT_OPEN
    refusal = _why_not_follow(document, before) if before else None
    too_many = RecordRefusal.LINE_FULL if is_line_full else _why_too_many(document, waiting)
    return refusal or (None if after_silence else too_many)


def who_is_asked(waiting: Iterable[InLine], *, charter: Charter) -> tuple[str, ...]:
    """Return the digests of those about which silence begins to count now.

    ``waiting`` is what one side has before the desks. Each side has a line of its own, so that none keeps
    another's proposals waiting. What is asked about stays so until it is over; then the oldest follows.
    Nothing is passed over for its length: else short ones would hold back what is long.
    """
    line = [each for each in waiting if _has_a_place(each, charter=charter)]
    asked = [each for each in line if each.asked_on is not None]
    n, n_bytes = len(asked), sum(each.n_bytes for each in asked)
    begun = []
    for each in in_order(each for each in line if each.asked_on is None):
        if n and (n >= MOST_ASKED or n_bytes + each.n_bytes > MOST_BYTES_ASKED):
            break
        begun.append(each.digest)
        n, n_bytes = n + 1, n_bytes + each.n_bytes
    return tuple(begun)


def n_before(digest: str, waiting: Iterable[InLine], *, charter: Charter) -> int:
    """Return how many older ones of its side wait before this one; 0 once silence about it counts."""
    line = [each for each in waiting if _has_a_place(each, charter=charter)]
    ahead = [each.digest for each in line if each.asked_on is not None]
    if digest in ahead:
        return 0
    ahead += [each.digest for each in in_order(each for each in line if each.asked_on is None)]
    return ahead.index(digest) if digest in ahead else 0


def in_order(waiting: Iterable[InLine]) -> list[InLine]:
    """Return these from the oldest day; of one day by digest, since no hour is kept."""
    return sorted(waiting, key=lambda each: (each.proposed_on, each.digest))


def why_not_listed(
    kind: str, *, opens: Opens | None, charter: Charter | None
) -> RecordRefusal | None:
    """Return why a kind is switched off, or None; ``opens`` is its own rule, None for no known kind.

    What the charter does not list opens with every side's key: another promise than the kind's own. What it
    lists with fewer keys than the kind asks for would open too easily. Either waits for the next charter.
    """
    if charter is None or opens is None:
        return None
    listed = charter.policy.get(kind)
    is_fit = opens is Opens.EVERY_SIDE if listed is None else not is_less(listed, than=opens)
    return None if is_fit else RecordRefusal.NOT_LISTED


def why_not_propose_alone(
    document: Document,
    *,
    asked: Document,
    by: str,
    asked_by: str,
    asked_state: State,
    asked_on: date | None,
    silent: Collection[str],
    today: date,
    charter: Charter,
) -> RecordRefusal | None:
    """Return why the proposal ``asked`` may not now stand alone as ``document``, or None.

    ``silent`` are the other sides whose keys are still missing: where there are none, they have answered.
    ``asked_on`` is the day from which silence counts. The new bytes have it, so that a verifier of them
    holds the waiting time against this day, and not against the one on which it was proposed.
    """
    if asked_state is not State.PROPOSED:
        return RecordRefusal.NOT_PROPOSED
    if asked_by != by or document.standing.side != by:
        return RecordRefusal.NOT_OWN_PROPOSAL
    if not asked.standing.is_joint or why_never_alone(document, charter=charter):
        return RecordRefusal.NEVER_ALONE
    if asked_on is None or asked_on < asked.day or document.standing.asked_on != asked_on:
        return RecordRefusal.STILL_WAITING
    if today < silence_counts_from(asked_on, kind=document.kind, charter=charter):
        return RecordRefusal.STILL_WAITING
    if not silent:
        return RecordRefusal.ANSWERED
    as_asked = replace(document, standing=asked.standing, day=asked.day, salt=asked.salt)
    return None if as_asked == asked else RecordRefusal.NOT_THE_SAME_WORDS


def why_not_sit(*, fits: bool, is_taken: bool) -> RecordRefusal | None:
    """Return why an answer cannot take its side's seat, or None.

    It fits when its bytes seal it by exactly the question's seats, and its side has one of them; else
    it would let the others' answers out and never be shown itself. A side has one answer a question.
    """
    if not fits:
        return RecordRefusal.NOT_A_SEAT
    return RecordRefusal.SEAT_TAKEN if is_taken else None


def silence_counts_from(asked_on: date, *, kind: str, charter: Charter) -> date:
    """Return the first day on which no answer about a document of this kind counts as silence."""
    return asked_on + timedelta(days=charter.waiting.days_for(kind))


def why_not_turn_key(
    *,
    state: State,
    side: str,
    missing: Collection[str],
    turned: Collection[str],
    is_next: bool,
    made_from_open: bool,
    is_announced_late: bool = False,
) -> RecordRefusal | None:
    """Return why this side's key cannot be turned for this document now, or None.

    ``is_announced_late``: it is a recovery with an earlier day. Its waiting time is counted from that
    day, so nobody would see it coming.
    """
    if state is not State.PROPOSED:
        return RecordRefusal.NOT_PROPOSED
    if side in turned:
        return RecordRefusal.ALREADY_TURNED
    if side not in missing:
        return RecordRefusal.NOT_ASKED
    if is_announced_late:
        return RecordRefusal.NOT_TODAY
    if not is_next:
        return RecordRefusal.NOT_THE_NEXT_VERSION
    if not made_from_open:
        return RecordRefusal.MADE_FROM_WHAT_IS_NOT_OPEN
    return None


def why_not_add_key(
    *, state: State, side: str, words_of: Collection[str], signed: Collection[str]
) -> RecordRefusal | None:
    """Return why this side's key cannot be put under an open document of another side, or None.

    ``words_of`` are the sides whose words it gives again, ``signed`` those whose keys are under it.
    """
    if state is not State.OPEN or side not in words_of:
        return RecordRefusal.NOT_ASKED
    return RecordRefusal.ALREADY_TURNED if side in signed else None


def why_not_refuse(
    *,
    state: State,
    side: str,
    proposed_by: str,
    missing: Collection[str],
) -> RecordRefusal | None:
    """Return why this desk cannot refuse this proposal, or None: only a desk that is asked may refuse."""
    if state is not State.PROPOSED:
        return RecordRefusal.NOT_PROPOSED
    if side == proposed_by:
        return RecordRefusal.OWN_PROPOSAL
    if side not in missing:
        return RecordRefusal.NOT_ASKED
    return None


def why_not_hand_on(*, state: State, is_private: bool) -> RecordRefusal | None:
    """Return why nobody more is let read this, or None: only what waits and is private needs it."""
    is_so = state is State.PROPOSED and is_private
    return None if is_so else RecordRefusal.NOT_PROPOSED


def why_not_decline(
    *, state: State, side: str, owner: str, is_handed_in: bool
) -> RecordRefusal | None:
    """Return why this desk cannot leave this unopened, or None: only what its own side's people hand in."""
    if state is not State.PROPOSED:
        return RecordRefusal.NOT_PROPOSED
    return None if is_handed_in and side == owner else RecordRefusal.NOT_HANDED_IN


def why_not_withdraw(*, state: State, side: str, proposed_by: str) -> RecordRefusal | None:
    """Return why this desk cannot take this proposal back, or None."""
    if state is not State.PROPOSED:
        return RecordRefusal.NOT_PROPOSED
    return None if side == proposed_by else RecordRefusal.NOT_OWN_PROPOSAL


def why_not_forget(*, state: State, side: str, proposed_by: str) -> RecordRefusal | None:
    """Return why this side cannot destroy the words of this before its time, or None."""
    is_own = state is State.REFUSED and side == proposed_by
    return None if is_own else RecordRefusal.NOT_OWN_PROPOSAL


def why_not_take_down(
    *,
    kind: str,
    state: State,
    side: str,
    closed_by: Collection[str],
    is_final: bool,
    is_own_first: bool = False,
) -> RecordRefusal | None:
    """Return why this side cannot take this document down, or join in it, or None.

    ``is_own_first``: these are the side's own first released words, which it has replaced since.
    """
    if kind in OWN_SHAPES:
        return RecordRefusal.NOT_OPEN
    if is_final:
        return RecordRefusal.CLOSED_FOR_GOOD
    if state is State.CLOSED:
        return RecordRefusal.ALREADY_CLOSED if side in closed_by else None
    return None if state is State.OPEN or is_own_first else RecordRefusal.NOT_OPEN


def is_own_first(*, state: State, is_sealed: bool, owner: str | None, side: str) -> bool:
    """Return whether these are a side's own first released words, still here, and replaced since."""
    return state is State.SUPERSEDED and is_sealed and owner == side


def why_not_close_for_author(
    *, kind: str | None, is_by_closer: bool, day: date | None, today: date
) -> RecordRefusal | None:
    """Return why a note of this day does not close a document of this kind for its author, or None.

    ``kind`` is None where there is no such document, or none any more: that, a key that is not the one
    it names, and that it names none are one answer. Only the holder of the key learns that the day is over.
    """
    if kind is None or kind in OWN_SHAPES or not is_by_closer:
        return RecordRefusal.NOT_ITS_AUTHOR
    return None if day == today else RecordRefusal.NOT_TODAY


def may_be_shown_again(*, is_closed_otherwise: bool, is_source_there: bool) -> bool:
    """Return whether what is hidden comes back: it was closed by nothing else, and is below something."""
    return is_source_there and not is_closed_otherwise


def owner_of(document: Document) -> str | None:
    """Return the side whose words these are and whose closing is final; None for joint words."""
    return document.side or document.standing.side


def is_closing_final(*, owner: str | None, closed_by: Collection[str]) -> bool:
    """Return whether these sides together close for good: the words' own side, or any two."""
    return owner in closed_by or len(set(closed_by)) >= 2


def is_destroyed_along(
    *, owner: str | None, is_computed: bool, gives_authors_words: bool, closed_by: Collection[str]
) -> bool:
    """Return whether what was made from something is destroyed when that is closed for good.

    Only what belongs to those who close: their words, joint words if two sides close, what the site computed.
    ``gives_authors_words``: a closing by their author's key, who holds no key of a translation. The rest is
    closed with it, and its bytes stay with the desk whose words they are.
    """
    if is_computed or gives_authors_words:
        return True
    return len(set(closed_by)) >= 2 if owner is None else owner in closed_by


def are_one_closing(day: date, then: date, *, reopen_hours: int) -> bool:
    """Return whether notes of these days can be a closing and its joining: the first had not lapsed.

    Notes bear days, closings lapse at a full hour: up to a day too much is allowed, never too little.
    """
    longest = timedelta(hours=24 + 1 + reopen_hours) // timedelta(days=1)
    return abs((then - day).days) <= longest


def reopens_at(closed_at: datetime, *, charter: Charter) -> datetime:
    """Return when a lone closing lapses: the waiting time, counted from the next full hour.

    The hour is no finer than what every reader sees, since the page goes at the next release slot.
    """
    hour = closed_at.replace(minute=0, second=0, microsecond=0)
    if hour < closed_at:
        hour += timedelta(hours=1)
    return hour + timedelta(hours=charter.waiting.reopen_hours)


def _why_too_many(document: Document, waiting: Collection[InLine]) -> RecordRefusal | None:
    if document.kind in {CHARTER, RECOVERY} or document.seal is not None:
        return None
    counted = [e for e in waiting if e.kind not in {CHARTER, RECOVERY} and not e.is_sealed]
    n_bytes = sum(each.n_bytes for each in counted) + len(document.data)
    is_too_much = len(counted) >= MOST_PROPOSED or n_bytes > MOST_BYTES_PROPOSED
    return RecordRefusal.TOO_MANY_PROPOSED if is_too_much else None


def _has_a_place(each: InLine, *, charter: Charter) -> bool:
    """Whether this waits in the line: silence about it can count at all, and it asks every side."""
    return not each.is_alone and why_never_alone(each, charter=charter) is None


def _why_not_follow(document: Document, before: Document) -> RecordRefusal | None:
    """Return why this is no next version of that one, or None: its kind, its side and its page are others."""
    what, was = (
        (each.kind, each.side, each.part_of, each.seal is None) for each in (document, before)
    )
    if what != was:
        return RecordRefusal.NOT_THE_NEXT_VERSION
    return RecordRefusal.ANOTHER_CLOSER if document.closer != before.closer else None


def _next_version(
    open_version: tuple[Digest, int] | None, last_version: int
) -> tuple[Digest | None, int] | None:
    if open_version is not None:
        return open_version[0], open_version[1] + 1
    return (None, 1) if last_version == 0 else None

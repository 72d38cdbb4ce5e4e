"""What a discussion must have, and who may contribute to it, when and to what.

1. A discussion has a title, opening words and house rules in every language of the site. Its last day is
   tomorrow or later when it is proposed. Title and opening stay once somebody has contributed; all else may
   change with the key of every side.
2. A contribution belongs to one open discussion. It is its own side's, and has a key of its author's, with
   which it can be withdrawn for ever. Its card says as whom its author takes part: a role that may write.
   The card may wait beside it when it is handed in; when the contribution opens, the card is open.
3. It is handed in until the last day, that day included, and keeps to the word limit.
4. It answers a contribution that is open in the same discussion, or begins a thread. Threads have two
   levels: what answers an answer names it, and is shown below the first contribution of their thread.
5. Where sides take turns, another side begins the next thread: no side may be one ahead of all others,
   counted from the last day on which another side began one. Days are all that is known of time here, so
   sides that began as many on that day may both go on. Once a side's last thread is more than three days
   old, it may begin another in any case: who stays away keeps nobody out. What waits at a desk takes no
   turn; it waits for one. Answers and corrections take none.
6. A correction keeps its discussion, its card and what it answers.
7. In a discussion with the heard gate, what answers somebody else names a restatement of theirs that has
   passed: see `heard_rules`.
8. What is handed in waits in its side's own line, with room for `MOST_WAITING`. One person has at most five
   waiting, two once half of the room is taken, one in the last fifth. So who has nothing waiting finds the
   line full only after several hundred others, and the other side's line is another one. Restatements and
   translations have lines of their own, with the same shares of a larger number.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from visavis.base.text import LostLetterError, NewerCharacterError, UnfitTextError, count_words
from visavis.cards.rules import CARD, Role
from visavis.kinds.acts import Act, Around, Begun
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.shapes import Shapes
from visavis.signing.document import Document

from . import bodies, heard_rules
from .bodies import ContributionBody, DiscussionBody
from .heard_rules import HeardRefusal

DISCUSSION, CONTRIBUTION = "discussion", heard_rules.CONTRIBUTION
QUESTION = "question"
"""A kind of another room: to one of these a discussion may belong."""

LEAST_WORDS = 20
MOST_WORDS = 1_000
LONGEST_TEXT = 20_000
"""Characters of a contribution: a word can be of any length."""
USUAL_WORDS = 300
MOST_A_DAY = 20
USUAL_A_DAY = 3
LONGEST_TITLE = 200
LONGEST_OPENING = 20_000
MOST_RULES = 20
LONGEST_RULE = 500
TURN_DAYS = 3
MOST_WAITING = 1_000
"""Contributions of one side at its desk."""
ROOM_LEFT = ((500, 5), (800, 2), (MOST_WAITING, 1))
"""Below so many waiting at the desk, so many of one person."""
MOST_HANDED_IN = 40
"""How often one person hands something in on a day, changes and corrections among it."""


LONGEST_NOTE = 200
KEPT_DAYS = 30
"""So long lies what a desk says to an author, or somebody to a desk."""
MOST_TOLD_A_DAY = 5
"""By one person, to all desks."""


class DiscussionRefusal(StrEnum):
    """Why a discussion or a contribution is not taken so."""

    NO_CHARTER = "no charter"
    TITLE_MISSING = "the title is missing in a language"
    OPENING_MISSING = "the opening words are missing in a language"
    RULES_MISSING = "the house rules are missing in a language"
    TITLE_TOO_LONG = "the title is too long"
    RULES_TOO_LONG = "the house rules are too long"
    NO_ROLE = "no role may write"
    PER_DAY = "no such number a day"
    WORD_LIMIT = "no such word limit"
    ENDS_TOO_SOON = "the last day is too soon"
    HAS_CONTRIBUTIONS = "somebody has contributed"
    AUTHORS_KEY = "a discussion with a key of its author's"
    NOT_OPEN = "the discussion is not open"
    IS_OVER = "the last day is over"
    NOT_ITS_OWN = "no item of its own"
    NO_CLOSER = "no key of its author's"
    NO_CARD = "no open card of this side"
    NOT_THIS_ROLE = "this role does not write here"
    NO_WORDS = "no words"
    TOO_MANY_WORDS = "over the word limit"
    NOT_WHAT_IT_ANSWERS = "what it answers is not open here"
    WRONG_THREAD = "another thread than that of what it answers"
    NOT_OUR_TURN = "another side begins the next thread"
    MOVED = "a correction changes where it belongs"
    CANNOT_BE_READ = "words of another version"
    DAMAGED_TEXT = "half of a character"
    NEWER_CHARACTER = "a character newer than Unicode 14.0"
    LOST_LETTER = "a letter was lost before"
    NO_REASON = "no reason chosen"
    NO_NOTE = "another reason without words"
    NOTE_TOO_LONG = "the note is too long"
    TOLD_ENOUGH = "pointed out enough for today"
    DRAFT_MOVED_ON = "the draft has changed"
    TOO_LONG = "too many characters"
    ENOUGH_TODAY = "as many as one person may today"
    HANDED_IN_TOO_OFTEN = "handed in too often today"
    TOO_MANY_WAITING = "as many as one person may have waiting"
    TOO_MANY_DRAFTS = "as many drafts as anybody has"
    CARD_IS_GONE = "the card is closed for good"
    NO_DRAFT_OF_CARD = "no card yet"
    NOT_WAITING = "it does not wait any more"
    HANDED_IN_MEANWHILE = "something was handed in meanwhile"


class NotOpened(StrEnum):
    """Why a desk does not open a contribution: said to its author alone."""

    NAMES_A_PERSON = "names a person"
    NOT_KIND = "not kind"
    OFF_SUBJECT = "off the subject"
    NOT_UNDERSTOOD = "not understood"
    ENDANGERS = "would endanger somebody"
    PEN_NAME = "the pen name"
    OTHER = "other"


class PointedOut(StrEnum):
    """What somebody who takes part points out of an open contribution: said to its desk alone."""

    NAMES_A_PERSON = "names a person"
    NOT_KIND = "not kind"
    OFF_SUBJECT = "off the subject"
    ENDANGERS = "endangers somebody"
    WRONG_TRANSLATION = "a wrong translation"
    OTHER = "other"


def why_not_say(reason: str, note: str, *, among: type[StrEnum]) -> DiscussionRefusal | None:
    """Return why a desk, or somebody, does not say this, or None. Only what is other needs words."""
    if reason not in set(among):
        return DiscussionRefusal.NO_REASON
    if reason == "other" and not note:
        return DiscussionRefusal.NO_NOTE
    return DiscussionRefusal.NOTE_TOO_LONG if len(note) > LONGEST_NOTE else None


def why_unfit(error: UnfitTextError) -> DiscussionRefusal:
    """Return why words that were handed in cannot be signed."""
    if isinstance(error, NewerCharacterError):
        return DiscussionRefusal.NEWER_CHARACTER
    if isinstance(error, LostLetterError):
        return DiscussionRefusal.LOST_LETTER
    return DiscussionRefusal.DAMAGED_TEXT


# Discussions


def what_a_discussion_lacks(
    body: DiscussionBody, *, languages: Collection[str], today: date
) -> tuple[DiscussionRefusal, ...]:
    """Return every reason why this discussion cannot be put before the desks today; none if it can."""
    words = body.versions.values()
    found = {
        DiscussionRefusal.TITLE_MISSING: bool(languages_without("title", body, languages)),
        DiscussionRefusal.OPENING_MISSING: bool(languages_without("opening", body, languages)),
        DiscussionRefusal.RULES_MISSING: bool(languages_without("rules", body, languages)),
        DiscussionRefusal.TITLE_TOO_LONG: any(len(each.title) > LONGEST_TITLE for each in words),
        DiscussionRefusal.RULES_TOO_LONG: any(
            len(each.rules) > MOST_RULES or any(len(rule) > LONGEST_RULE for rule in each.rules)
            for each in words
        ),
        DiscussionRefusal.NO_ROLE: not body.roles,
        DiscussionRefusal.PER_DAY: not 1 <= body.per_day <= MOST_A_DAY,
        DiscussionRefusal.WORD_LIMIT: not LEAST_WORDS <= body.word_limit <= MOST_WORDS,
        DiscussionRefusal.ENDS_TOO_SOON: ends_too_soon(body.until, today=today),
    }
    return tuple(refusal for refusal, is_so in found.items() if is_so)


def languages_without(
    part: str, body: DiscussionBody, languages: Collection[str]
) -> tuple[str, ...]:
    """Return the languages in which nothing is written for this part of a discussion."""
    return tuple(
        code
        for code in languages
        if code not in body.versions or not getattr(body.versions[code], part)
    )


def ends_too_soon(until: date, *, today: date) -> bool:
    """Return whether nobody could be expected to contribute by this day."""
    return until <= today


def why_not_change_words(
    before: DiscussionBody, after: DiscussionBody, *, has_contributions: bool
) -> DiscussionRefusal | None:
    """Return why title or opening do not change so, or None. A language may be added, none reworded."""
    if not has_contributions:
        return None
    is_same = all(
        code in after.versions
        and (words.title, words.opening)
        == (after.versions[code].title, after.versions[code].opening)
        for code, words in before.versions.items()
    )
    return None if is_same else DiscussionRefusal.HAS_CONTRIBUTIONS


def why_not_act_on_discussion(
    discussion: Document, act: Act, around: Around
) -> DiscussionRefusal | None:
    """Return why this is no discussion to be opened by all sides, or None: at every act."""
    if discussion.closer is not None:  # with it one key would destroy everybody's contributions
        return DiscussionRefusal.AUTHORS_KEY
    if act is Act.OPEN or around.charter is None:
        return None
    body = _read(bodies.DISCUSSION, discussion)
    if body is None:
        return DiscussionRefusal.CANNOT_BE_READ
    lacks = what_a_discussion_lacks(body, languages=around.charter.languages, today=around.today)
    if lacks:
        return lacks[0]
    before = _read(bodies.DISCUSSION, around.before) if around.before else None
    if before is None:
        return None
    return why_not_change_words(before, body, has_contributions=around.is_source)


# Contributions


def why_not_contribute(
    discussion: DiscussionBody, *, role: Role | None, on: date
) -> DiscussionRefusal | None:
    """Return why nobody of this role contributes on this day, or None. A role of None is not known yet."""
    if on > discussion.until:
        return DiscussionRefusal.IS_OVER
    if role is not None and role not in discussion.roles:
        return DiscussionRefusal.NOT_THIS_ROLE
    return None


def why_not_words(body: ContributionBody, *, word_limit: int) -> DiscussionRefusal | None:
    """Return why these words are no contribution, or None."""
    if not body.paragraphs or not body.text.strip():
        return DiscussionRefusal.NO_WORDS
    if len(body.text) > LONGEST_TEXT:
        return DiscussionRefusal.TOO_LONG
    is_too_long = n_words(body) > min(word_limit, MOST_WORDS)
    return DiscussionRefusal.TOO_MANY_WORDS if is_too_long else None


def most_of_one(n_at_desk: int, *, room: int = MOST_WAITING, times: int = 1) -> int:
    """Return how many one person may have waiting where so many of the side wait: ``times`` as many as of
    contributions, in a line with room for so many.
    """
    taken = n_at_desk * MOST_WAITING // room
    return times * next((n for below, n in ROOM_LEFT if taken < below), 0)


def why_not_wait(*, own: int, n_at_desk: int) -> DiscussionRefusal | None:
    """Return why one more of somebody who has ``own`` waiting is not taken by their desk now, or None."""
    return None if own < most_of_one(n_at_desk) else DiscussionRefusal.TOO_MANY_WAITING


def n_words(body: ContributionBody) -> int:
    """Return how many words count against the limit."""
    return count_words(body.text, body.original)


def why_not_answer(
    body: ContributionBody, *, discussion: str, named: Mapping[str, Document]
) -> DiscussionRefusal | None:
    """Return why this does not answer what it names, or None. ``named`` are open items, by their ids."""
    if body.answers is None:
        return None
    answered = named.get(body.answers)
    words = _read(bodies.CONTRIBUTION, answered) if answered else None
    if answered is None or words is None or not is_of(answered, discussion):
        return DiscussionRefusal.NOT_WHAT_IT_ANSWERS
    if body.thread != thread_of(answered.id, words):
        return DiscussionRefusal.WRONG_THREAD
    return None


def thread_of(answered: str, words: ContributionBody) -> str:
    """Return the thread of what answers this: its own, or the one that it begins."""
    return words.thread or answered


def is_of(contribution: Document, discussion: str) -> bool:
    """Return whether it is a contribution to this discussion."""
    sources = [source.id for source in contribution.made_from]
    return contribution.kind == CONTRIBUTION and sources == [discussion]


def why_not_begin(begun: Iterable[Begun], *, side: str, today: date) -> DiscussionRefusal | None:
    """Return why this side does not begin the next thread today, or None.

    ``begun`` are the threads that stay open of those begun since `turn_since`.
    """
    days = [(each.side, each.opened_on) for each in begun if each.opened_on >= turn_since(today)]
    own = [day for whose, day in days if whose == side]
    last = max((day for whose, day in days if whose != side), default=date.min)
    others = [whose for whose, day in days if whose != side and day == last]
    level = max(map(others.count, others), default=0)
    ahead = sum(day > last for day in own) + max(0, own.count(last) - level)
    return DiscussionRefusal.NOT_OUR_TURN if ahead > 0 else None


def turn_since(today: date) -> date:
    """Return the first day that still counts for whose turn it is."""
    return today - timedelta(days=TURN_DAYS)


def turn_is_free_on(begun: Iterable[Begun], *, side: str) -> date | None:
    """Return the day from which this side may go on, whatever others do; None where it has begun none."""
    last = max((each.opened_on for each in begun if each.side == side), default=None)
    return last and last + timedelta(days=TURN_DAYS + 1)


def why_not_act_on_contribution(
    contribution: Document, act: Act, around: Around
) -> DiscussionRefusal | HeardRefusal | None:
    """Return why this contribution is not taken, or None: at every act."""
    refusal: DiscussionRefusal | None = _why_no_contribution(contribution)
    if refusal or act is Act.OPEN:
        return refusal
    body = _read(bodies.CONTRIBUTION, contribution)
    source = next(iter(around.sources), None)
    discussion = _read(bodies.DISCUSSION, source) if source else None
    if source is None or source.kind != DISCUSSION:
        return DiscussionRefusal.NOT_OPEN
    if body is None or discussion is None or contribution.languages != (body.original,):
        return DiscussionRefusal.CANNOT_BE_READ
    card = around.named.get(body.card)
    reasons = (
        _why_not_correct(contribution, body, around.before),
        why_not_words(body, word_limit=discussion.word_limit),
        _why_not_card(contribution, card, is_needed=act is not Act.PROPOSE),
        # What is open is corrected at any time.
        why_not_contribute(
            discussion,
            role=_role_of(card),
            on=discussion.until if contribution.replaces else contribution.day,
        ),
    )
    refusal = next(filter(None, reasons), None)
    if refusal or around.before is not None:
        return refusal
    if body.answers is not None:
        return why_not_answer(
            body, discussion=source.id, named=around.named
        ) or heard_rules.why_not_pass_gate(
            contribution,
            body,
            has_gate=discussion.has_gate,
            named=around.named,
            is_needed=act is not Act.PROPOSE,
        )
    if act is Act.PROPOSE or not discussion.takes_turns:
        return None
    begun = around.begun_since(turn_since(around.today))
    return why_not_begin(begun, side=contribution.side or "", today=around.today)


def _why_no_contribution(contribution: Document) -> DiscussionRefusal | None:
    """Ask what lies outside the body, which nobody may be able to read."""
    if contribution.closer is None:
        return DiscussionRefusal.NO_CLOSER
    outer = (contribution.part_of, contribution.seats, contribution.seal)
    if any(member is not None for member in outer):
        return DiscussionRefusal.NOT_ITS_OWN
    return None if len(contribution.made_from) == 1 else DiscussionRefusal.NOT_OPEN


def _why_not_correct(
    contribution: Document, body: ContributionBody, before: Document | None
) -> DiscussionRefusal | None:
    if before is None:
        return None
    was = _read(bodies.CONTRIBUTION, before)
    is_there = was is not None and was.names == body.names and was.answers == body.answers
    sources = {tuple(each.id for each in some.made_from) for some in (before, contribution)}
    return None if is_there and len(sources) == 1 else DiscussionRefusal.MOVED


def _why_not_card(
    contribution: Document, card: Document | None, *, is_needed: bool
) -> DiscussionRefusal | None:
    if card is None:
        return DiscussionRefusal.NO_CARD if is_needed else None
    is_own = card.kind == CARD and card.side == contribution.side
    return None if is_own and _role_of(card) else DiscussionRefusal.NO_CARD


def _role_of(card: Document | None) -> Role | None:
    """Return the role that a card says. Its body is another room's, and may be of any shape."""
    word = card.body.get("role") if card else None
    return next((role for role in Role if role == word), None)


def _read(shapes: Shapes[Any], document: Document | None) -> Any:
    """Return the body of a document; None for what cannot be read here."""
    try:
        return shapes.of(document) if document else None
    except BadBodyError:
        return None

"""When a question may be asked and answered, and when a chair is empty.

1. A question is in every language of the site, and the note that leads up to it in every one or in
   none. Its seats are all the sides of the charter, its
   word limit is from 50 to 2,000, and its closing day is at least the day after it is proposed.
2. Its words do not change once somebody has answered them.
3. An answer belongs to an open question that gives its side a seat. In every language it is given in
   it has words and the last field: what do you propose? It keeps to the word limit, counted over the
   original with its proposal: translations may be longer.
   It is sealed by the question's seats and words.
4. One answer for a seat. Until it is open its desk may take it back; afterwards it may correct it, once
   readers have been given the answers as they were released: else it could read the others' and reply.
   The page says that it was changed, and has the first words too, until their own desk closes them.
5. Until the closing day every seat is kept. It may be set later, never earlier. After it, an answer
   without its desk's key is no answer, and the desks may leave the seats without one empty; after
   silence one desk may. A later answer would be written after reading the others: a chair stays empty.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum

from visavis.base.text import LostLetterError, NewerCharacterError, UnfitTextError, count_words
from visavis.kinds.acts import Act, Around
from visavis.signing.document import RELEASE_NOTE, Document, Seats

QUESTION, ANSWER = "question", "answer"
LEAST_WORDS = 50
MOST_WORDS = 2_000
USUAL_WORDS = 600
LONGEST_QUESTION = 600
LONGEST_NOTE = 3_000
LONGEST_PEN_NAME = 60


class Tense(StrEnum):
    """What a question is about. Questions of the future ask what could be done together."""

    PAST = "past"
    NOW = "now"
    FUTURE = "future"


class SeatState(StrEnum):
    """The state of an answer, as a desk may know it. For another side's: nothing, there, open, empty."""

    NOTHING = "nothing"
    DRAFT = "draft"
    PROPOSED = "proposed"
    KEYED = "keyed"
    THERE = "there"
    OPEN = "open"
    EMPTY = "empty"


class DialogueRefusal(StrEnum):
    """Why a question or an answer is not taken so."""

    NO_CHARTER = "no charter"
    LANGUAGE_MISSING = "a language is missing"
    QUESTION_TOO_LONG = "the question is too long"
    WORD_LIMIT = "no such word limit"
    CLOSES_TOO_SOON = "the closing day is too soon"
    HAS_ANSWERS = "somebody has answered"
    NOT_OPEN = "the question is not open"
    NO_SEAT = "no seat for this side"
    CHAIR_EMPTY = "the chair is declared empty"
    ALREADY_ANSWERED = "an answer is there"
    NOT_ANSWERED = "no answer to correct"
    NO_WORDS = "no words"
    NO_ORIGINAL = "no words in the original language"
    NO_PROPOSAL = "the last field is empty"
    NO_PEN_NAME = "no pen name"
    TOO_MANY_WORDS = "over the word limit"
    NOTHING_WRITTEN = "no draft"
    BEFORE_CLOSING_DAY = "before the closing day"
    NO_EMPTY_CHAIR = "no seat without an answer"
    NOT_LATER = "no later than the closing day"
    NOTHING_AWAITED = "no answer is awaited any more"
    DAMAGED_TEXT = "half of a character"
    NEWER_CHARACTER = "a character newer than Unicode 14.0"
    LOST_LETTER = "a letter was lost before"
    NOT_SHOWN_YET = "the release is in no edition yet"
    AUTHORS_KEY = "a question with a key of its author's"
    NOTE_MISSING = "the note is missing in a language"
    DRAFT_MOVED_ON = "the draft has changed"


def why_unfit(error: UnfitTextError) -> DialogueRefusal:
    """Return why words that were handed in cannot be signed."""
    if isinstance(error, NewerCharacterError):
        return DialogueRefusal.NEWER_CHARACTER
    if isinstance(error, LostLetterError):
        return DialogueRefusal.LOST_LETTER
    return DialogueRefusal.DAMAGED_TEXT


def what_a_question_lacks(
    *,
    texts: Mapping[str, str],
    notes: Mapping[str, str],
    languages: Collection[str],
    word_limit: int,
    deadline: date,
    today: date,
) -> tuple[DialogueRefusal, ...]:
    """Return every reason why this question cannot be put before the desks today; none if it can."""
    found = {
        DialogueRefusal.LANGUAGE_MISSING: bool(languages_without(texts, languages)),
        DialogueRefusal.NOTE_MISSING: bool(notes_missing(notes, languages)),
        DialogueRefusal.QUESTION_TOO_LONG: any(
            len(text) > LONGEST_QUESTION for text in texts.values()
        ),
        DialogueRefusal.WORD_LIMIT: not LEAST_WORDS <= word_limit <= MOST_WORDS,
        DialogueRefusal.CLOSES_TOO_SOON: closes_too_soon(deadline, today=today),
    }
    return tuple(refusal for refusal, is_so in found.items() if is_so)


def closes_too_soon(deadline: date, *, today: date) -> bool:
    """Return whether a closing day is no day on which a question could still be open."""
    return deadline < today + timedelta(days=1)


def languages_without(words: Mapping[str, str], languages: Collection[str]) -> tuple[str, ...]:
    """Return the languages in which nothing is written."""
    return tuple(language for language in languages if not words.get(language, "").strip())


def notes_missing(notes: Mapping[str, str], languages: Collection[str]) -> tuple[str, ...]:
    """Return the languages whose readers alone would see no note; none where nobody sees one."""
    without = languages_without(notes, languages)
    return () if len(without) == len(languages) else without


def why_not_change_question(*, is_open: bool, has_answers: bool) -> DialogueRefusal | None:
    """Return why the words of this question stay as they are, or None."""
    if not is_open:
        return DialogueRefusal.NOT_OPEN
    return DialogueRefusal.HAS_ANSWERS if has_answers else None


def why_not_enter_answer(
    *,
    is_open: bool,
    side: str,
    seats: Collection[str],
    empty_chairs: Collection[str],
    state: SeatState,
    is_correction: bool = False,
) -> DialogueRefusal | None:
    """Return why this desk cannot enter an answer now, or None. ``state`` is that of its own seat."""
    if not is_open:
        return DialogueRefusal.NOT_OPEN
    if side not in seats:
        return DialogueRefusal.NO_SEAT
    if state in {SeatState.PROPOSED, SeatState.KEYED}:
        return DialogueRefusal.ALREADY_ANSWERED
    if state is SeatState.OPEN:
        return None if is_correction else DialogueRefusal.ALREADY_ANSWERED
    if is_correction:
        return DialogueRefusal.NOT_ANSWERED
    return DialogueRefusal.CHAIR_EMPTY if side in empty_chairs else None


def what_an_answer_lacks(
    *,
    original: str,
    words: Mapping[str, str],
    proposals: Mapping[str, str],
    pen_name: str,
    word_limit: int,
) -> tuple[DialogueRefusal, ...]:
    """Return every reason why this is no complete answer. Both mappings are by language."""
    own = words.get(original, ""), proposals.get(original, "")
    found = {
        DialogueRefusal.NO_ORIGINAL: bool(words) and not own[0].strip(),
        DialogueRefusal.NO_WORDS: not words
        or bool(set(languages_without(words, words)) - {original}),
        DialogueRefusal.NO_PROPOSAL: bool(languages_without(proposals, words)),
        DialogueRefusal.NO_PEN_NAME: not pen_name.strip(),
        DialogueRefusal.TOO_MANY_WORDS: n_words(*own, language=original) > word_limit,
    }
    return tuple(refusal for refusal, is_so in found.items() if is_so)


def n_words(words: str, proposal: str, *, language: str) -> int:
    """Return how many words count against the limit: the answer with its proposal."""
    return count_words(words, language) + count_words(proposal, language)


def why_not_declare_empty(
    *, is_open: bool, deadline: date, today: date, unfilled: Collection[str]
) -> DialogueRefusal | None:
    """Return why the seats without an answer cannot be declared empty today, or None."""
    if not is_open:
        return DialogueRefusal.NOT_OPEN
    if today <= deadline:
        return DialogueRefusal.BEFORE_CLOSING_DAY
    return None if unfilled else DialogueRefusal.NO_EMPTY_CHAIR


def why_not_put_off(
    *, is_open: bool, is_settled: bool, until: date, deadline: date, today: date
) -> DialogueRefusal | None:
    """Return why the closing day ``until`` cannot be put off to ``deadline`` today, or None.

    ``is_settled``: the answers are released, or a chair is left empty. Then no answer is awaited.
    """
    if not is_open:
        return DialogueRefusal.NOT_OPEN
    if is_settled:
        return DialogueRefusal.NOTHING_AWAITED
    if deadline <= until:
        return DialogueRefusal.NOT_LATER
    return DialogueRefusal.CLOSES_TOO_SOON if deadline <= today else None


def why_not_sign_answer(
    *, side: str, empty_chairs: Collection[str], is_released: bool
) -> DialogueRefusal | None:
    """Return why a key may not be turned for a waiting answer, or None: its chair was left empty."""
    return DialogueRefusal.CHAIR_EMPTY if is_released and side in empty_chairs else None


def why_not_correct(*, is_correction: bool, waits_for_edition: bool) -> DialogueRefusal | None:
    """Return why an open answer is not changed now, or None: readers have not been given the release."""
    if is_correction and waits_for_edition:
        return DialogueRefusal.NOT_SHOWN_YET
    return None


def why_not_change_seats(
    before: Seats, after: Seats, *, has_answers: bool, keyed: Collection[str], today: date
) -> DialogueRefusal | None:
    """Return why the seats of a question do not change so, or None.

    ``keyed`` are the sides whose answer has their desk's key, or is open.
    """
    if has_answers and (after.sides != before.sides or after.until < before.until):
        return DialogueRefusal.HAS_ANSWERS
    if not set(before.empty) <= set(after.empty):
        return DialogueRefusal.CHAIR_EMPTY
    emptied = set(after.empty) - set(before.empty)
    if emptied and today <= before.until:
        return DialogueRefusal.BEFORE_CLOSING_DAY
    return DialogueRefusal.ALREADY_ANSWERED if emptied & set(keyed) else None


def why_not_act_on_question(
    question: Document, _act: Act, around: Around
) -> DialogueRefusal | None:
    """Return why this is not asked in place of what was asked before, or None: at every act.

    Between a draft and the last key somebody may have answered. What is answered keeps its words; only
    its closing day may come later, and chairs may be left empty.
    """
    before = around.before
    if question.seats is None:
        return DialogueRefusal.NO_SEAT
    if question.closer is not None:  # with it one key would destroy every side's answer
        return DialogueRefusal.AUTHORS_KEY
    if before is None or before.seats is None:
        return None
    is_same = (question.words, question.seats) == (before.words, before.seats)
    answers = () if is_same else [each for each in around.beside if each.kind == ANSWER]
    refusal = None
    if question.words != before.words:
        refusal = why_not_change_question(is_open=True, has_answers=bool(answers))
    return refusal or why_not_change_seats(
        before.seats,
        question.seats,
        has_answers=bool(answers),
        keyed={each.side or "" for each in answers if around.is_keyed(each)},
        today=around.today,
    )


def why_not_act_on_answer(answer: Document, act: Act, around: Around) -> DialogueRefusal | None:
    """Return why this answer is not taken, or None: it must be sealed, and its chair not left empty."""
    if answer.seal is None:
        return DialogueRefusal.NO_SEAT
    refusal = why_not_correct(
        is_correction=answer.version > 1,
        waits_for_edition=answer.version > 1 and around.waits_for_edition,
    )
    if refusal or act is not Act.SIGN:
        return refusal
    seats = next((source.seats for source in around.sources if source.seats), None)
    return why_not_sign_answer(
        side=answer.side or "",
        empty_chairs=seats.empty if seats else (),
        is_released=any(each.kind == RELEASE_NOTE for each in around.beside),
    )

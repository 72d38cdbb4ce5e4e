"""Every change to a question or an answer: one function, one act, one transaction. Time is passed in.

``seen`` is what `Draft.seen` said when a page was made, "" where there was no draft: an act on other words
than its editor saw is refused. None asks nothing: for what is no page.

Drafts and proposals themselves are the record's; what is here gives them their shape, asks the rules,
and cleans the words once, as they come in. All of that is done before the record's act begins, which
compares what was read and writes: it holds the site's only lock.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from msgspec import structs

from visavis.base import lines
from visavis.base import text as safe_text
from visavis.base.refusal import Refused
from visavis.base.text import UnfitTextError
from visavis.kinds.writing import written
from visavis.record import actions as record
from visavis.record import public as open_record
from visavis.record import queries as record_queries
from visavis.record.queries import Draft
from visavis.safety.transactions import one_act
from visavis.signing.canonical import Digest, new_id
from visavis.signing.charter import Charter
from visavis.signing.document import Document, Seats
from visavis.signing.seats import seal_for

from . import bodies, guest_queries, guest_rules, queries, rules
from .bodies import AnswerBody, AnswerWords, QuestionBody, QuestionWords
from .guest_rules import GuestRefusal
from .queries import AskedQuestion
from .rules import ANSWER, QUESTION, DialogueRefusal, SeatState, Tense


def draft_question(
    *,
    side: str,
    versions: Mapping[str, QuestionWords],
    tense: Tense,
    word_limit: int,
    deadline: date,
    today: date,
    item: str = "",
    seen: str | None = None,
) -> str:
    """The desk's draft holds these words, complete or not; returns the draft's id.

    ``item`` is a draft of this desk that is written over; empty begins a new one.
    """
    kept = queries.question_draft(side, item) if item else None
    _check_seen(kept, seen)
    return _keep_question(
        side=side,
        draft=kept,
        body=QuestionBody(
            versions={
                language: QuestionWords(text=one_line(words.text), note=in_lines(words.note))
                for language, words in versions.items()
            },
            tense=tense,
            word_limit=word_limit,
        ),
        deadline=deadline,
        changes=kept.of if kept else "",
        today=today,
    )


def draft_question_again(*, side: str, digest: str, today: date) -> str:
    """A question of this desk that was refused is a draft once more; returns its id."""
    return _draft_again(queries.refused_question(side, digest), side=side, today=today)


def take_back_question(*, side: str, digest: str, today: date) -> None:
    """A question that this desk proposed is a draft once more, and no proposal any longer.

    What only puts off the closing day, or leaves chairs empty, has no words of its own to be kept.
    """
    document = queries.proposed_question(side, digest)
    before = record_queries.open_version(document.id)
    with one_act():
        record.withdraw(digest=document.digest, side=side)
        if before is None or before.words != document.words:
            _draft_again(document, side=side, today=today)


def _draft_again(question: Document, *, side: str, today: date) -> str:
    return _keep_question(
        side=side,
        draft=None,
        body=bodies.QUESTION.of(question),
        deadline=question.seats.until if question.seats else today,
        changes=question.id if question.replaces else "",
        today=today,
    )


def change_question(*, side: str, item: str, today: date) -> str:
    """The open question is a draft of this desk, to become its next version; returns the draft's id.

    Refuses a question that somebody has answered. A draft that is being written stays as it is.
    """
    asked = queries.question_for(side, item)
    refusal = rules.why_not_change_question(is_open=asked.is_open, has_answers=asked.has_answers)
    if refusal:
        raise Refused(refusal)
    drafted = next((each for each in queries.question_drafts(side) if each.of == item), None)
    if drafted is not None:
        return drafted.item
    return _keep_question(
        side=side,
        draft=None,
        body=asked.body,
        deadline=asked.asks.until,
        changes=asked.id,
        today=today,
    )


def give_up_question(*, side: str, item: str, seen: str | None = None) -> None:
    """The draft is gone, as if it had never been."""
    draft = queries.question_draft(side, item)
    _check_seen(draft, seen)
    record.give_up_draft(item=draft.item, side=side, drafted=draft.box)


def propose_question(*, side: str, item: str, today: date, seen: str | None = None) -> Digest:
    """The drafted question is before every desk; returns its digest."""
    draft = queries.question_draft(side, item)
    _check_seen(draft, seen)
    charter = _charter(today)
    drafted, deadline = question_drafted(draft), deadline_drafted(draft)
    lacks = what_question_lacks(
        drafted, deadline=deadline, languages=charter.languages, today=today
    )
    if lacks:
        raise Refused(lacks[0])
    body = structs.replace(
        drafted,
        versions={language: drafted.versions[language] for language in charter.languages},
    )
    seats = Seats(sides=charter.side_codes, until=deadline)
    changes = draft.of
    if changes:
        document = _next_question(_to_change(side, changes), body=body, seats=seats, today=today)
    else:
        document = written(
            QUESTION,
            body.as_json(),
            shape=bodies.QUESTION.newest,
            seats=seats,
            site=charter.site,
            languages=tuple(body.versions),
            today=today,
            item=draft.item,
        )
    with one_act():
        record.propose(
            document=document, by=side, today=today, drafted=draft.box, of_draft=draft.item
        )
        if changes:
            record.give_up_draft(item=draft.item, side=side)
    return document.digest


def propose_empty_chairs(*, side: str, question: str, today: date) -> Digest:
    """The question's next version declares the seats without an answer empty; every desk is asked.

    Refuses before the closing day has passed, and where a keyed answer is there for every seat.
    """
    asked = queries.question_for(side, question)
    unfilled = queries.unfilled(asked, today=today)
    refusal = rules.why_not_declare_empty(
        is_open=asked.is_open,
        deadline=asked.asks.until,
        today=today,
        unfilled=unfilled,
    )
    if refusal:
        raise Refused(refusal)
    seats = replace(asked.asks, empty=(*asked.asks.empty, *unfilled))
    document = _next_question(asked, body=asked.body, seats=seats, today=today)
    record.propose(document=document, by=side, today=today)
    return document.digest


def propose_later_deadline(*, side: str, question: str, deadline: date, today: date) -> Digest:
    """The question's next version, in the same words, waits for answers until a later day.

    Possible also when somebody has answered: every desk is asked, and the answers keep their words.
    """
    asked = queries.question_for(side, question)
    refusal = rules.why_not_put_off(
        is_open=asked.is_open,
        is_settled=asked.is_settled,
        until=asked.asks.until,
        deadline=deadline,
        today=today,
    )
    if refusal:
        raise Refused(refusal)
    seats = replace(asked.asks, until=deadline)
    document = _next_question(asked, body=asked.body, seats=seats, today=today)
    record.propose(document=document, by=side, today=today)
    return document.digest


def draft_answer(
    *,
    side: str,
    question: str,
    original: str,
    versions: Mapping[str, AnswerWords],
    pen_name: str,
    today: date,
    seen: str | None = None,
) -> str:
    """The desk's draft of its author's answer holds these words, complete or not; returns its id.

    Languages without any words are left out. Refuses where the desk cannot enter an answer now.
    """
    draft = queries.answer_draft(side, question)
    _check_seen(draft, seen)
    is_correction = bool(draft and draft.base_digest)
    _check_may_answer(side, question, is_correction=is_correction)
    body = AnswerBody(
        original=original,
        versions=cleaned_versions(versions, original=original),
        pen_name=one_line(pen_name),
    )
    return _keep_answer(
        side=side,
        question=question,
        item=draft.item if draft else new_id(),
        base=Digest(draft.base_digest) if draft else Digest(""),
        body=body,
        today=today,
        instead_of=draft.box if draft else b"",
    )


def give_up_answer(*, side: str, question: str, seen: str | None = None) -> None:
    """The draft of an answer is gone, as if it had never been."""
    draft = _answer_draft(side, question)
    _check_seen(draft, seen)
    record.give_up_draft(item=draft.item, side=side, drafted=draft.box)


def propose_answer(*, side: str, question: str, today: date, seen: str | None = None) -> Digest:
    """The drafted answer waits for its own desk's key, sealed by its own bytes; returns its digest.

    Refuses incomplete words, words over the limit, and a seat that is filled or declared empty.
    """
    draft = _answer_draft(side, question)
    _check_seen(draft, seen)
    charter = _charter(today)
    asked = _check_may_answer(side, question, is_correction=bool(draft.base_digest))
    body = answer_drafted(draft)
    lacks = what_answer_lacks(body, word_limit=asked.body.word_limit)
    if lacks:
        raise Refused(lacks[0])
    before = record_queries.open_version(draft.item) if draft.base_digest else None
    if draft.base_digest and (before is None or before.digest != draft.base_digest):
        raise Refused(DialogueRefusal.NOT_ANSWERED)
    document = written(
        ANSWER,
        body.as_json(),
        shape=bodies.ANSWER.newest,
        part_of=asked.id,
        site=charter.site,
        languages=tuple(body.versions),
        today=today,
        item=draft.item,
        before=before,
        side=side,
        made_from=(asked.document.source,),
        seal=seal_for(asked.document),
    )
    with one_act():
        _check_nobody_invited(side, question)
        record.propose(document=document, by=side, today=today, drafted=draft.box)
    return document.digest


def take_back_answer(*, side: str, question: str, today: date) -> str:
    """The answer no longer waits: it is a draft of its desk again; returns the draft's id.

    Possible until it is open, also when its key is turned: nobody else has read it.
    """
    waiting = queries.waiting_answer(side, question)
    if waiting is None:
        raise Refused(DialogueRefusal.NOT_ANSWERED)
    _check_is_desks(waiting)
    body = bodies.ANSWER.of(waiting)
    with one_act():
        record.withdraw(digest=waiting.digest, side=side)
        return _keep_answer(
            side=side,
            question=question,
            item=waiting.id,
            base=waiting.replaces or Digest(""),
            body=body,
            today=today,
        )


def take_back_this_answer(*, side: str, digest: str, today: date) -> None:
    """The same by the answer's digest, as its page at the desk has it."""
    answer = record_queries.proposal_for(side, digest).document
    take_back_answer(side=side, question=answer.subject, today=today)


def correct_answer(*, side: str, question: str, today: date) -> str:
    """The desk's open answer is a draft as well, to become its next version; returns the draft's id.

    A correction that is being written stays as it is.
    """
    drafted = queries.answer_draft(side, question)
    if drafted is not None:
        return drafted.item
    opened = queries.open_answer(side, question)
    if opened is None:
        raise Refused(DialogueRefusal.NOT_ANSWERED)
    _check_is_desks(opened)
    _check_may_answer(side, question, is_correction=True)
    return _keep_answer(
        side=side,
        question=question,
        item=opened.id,
        base=opened.digest,
        body=bodies.ANSWER.of(opened),
        today=today,
    )


def question_drafted(draft: Draft) -> QuestionBody:
    """Return what a draft of a question holds."""
    return bodies.QUESTION.of(draft)


def deadline_drafted(draft: Draft) -> date:
    """Return until when a drafted question keeps its seats."""
    return draft.until or draft.made_on


def answer_drafted(draft: Draft) -> AnswerBody:
    """Return what a draft of an answer holds."""
    return bodies.ANSWER.of(draft)


def what_question_lacks(
    body: QuestionBody, *, deadline: date, languages: Collection[str], today: date
) -> tuple[DialogueRefusal, ...]:
    """Return all that a drafted question still lacks: asked by the preview and by the act."""
    return rules.what_a_question_lacks(
        texts={language: words.text for language, words in body.versions.items()},
        notes={language: words.note for language, words in body.versions.items()},
        languages=languages,
        word_limit=body.word_limit,
        deadline=deadline,
        today=today,
    )


def what_answer_lacks(body: AnswerBody, *, word_limit: int) -> tuple[DialogueRefusal, ...]:
    """Return all that a drafted answer still lacks: asked by the preview and by the act."""
    return rules.what_an_answer_lacks(
        original=body.original,
        words={language: "\n".join(words.paragraphs) for language, words in body.versions.items()},
        proposals={language: words.proposal for language, words in body.versions.items()},
        pen_name=body.pen_name,
        word_limit=word_limit,
    )


def one_line(text: str) -> str:
    """Return the words as one clean line."""
    try:
        return safe_text.one_line(text)
    except UnfitTextError as error:
        raise Refused(rules.why_unfit(error)) from error


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Return the paragraphs of what was typed: an empty line parts them, lines stay (`base.lines`)."""
    try:
        return lines.paragraphs_of(text)
    except UnfitTextError as error:
        raise Refused(rules.why_unfit(error)) from error


def in_lines(text: str) -> str:
    """Return the words as one clean paragraph; its lines stay."""
    return "\n".join(paragraphs_of(text))


def cleaned_versions(
    versions: Mapping[str, AnswerWords], *, original: str
) -> dict[str, AnswerWords]:
    """Return what was typed as clean words; languages without any are left out."""
    return {
        language: given
        for language, words in versions.items()
        if (given := _cleaned(words, is_original=language == original)) is not None
    }


def _cleaned(words: AnswerWords, *, is_original: bool) -> AnswerWords | None:
    paragraphs = tuple(paragraph for text in words.paragraphs for paragraph in paragraphs_of(text))
    proposal, translator = in_lines(words.proposal), one_line(words.translator or "")
    if not paragraphs and not proposal:
        return None
    return AnswerWords.of(
        paragraphs,
        proposal=proposal,
        translator=None if is_original else translator or None,
    )


def _keep_question(
    *,
    side: str,
    draft: Draft | None,
    body: QuestionBody,
    deadline: date,
    changes: str,
    today: date,
) -> str:
    item = draft.item if draft else new_id()
    record.keep_draft(
        item=item,
        kind=QUESTION,
        side=side,
        shape=bodies.QUESTION.newest,
        body=body.as_json(),
        until=deadline,
        today=today,
        of=changes,
        has_words_of=bool(changes),
        instead_of=draft.box if draft else b"",
    )
    return item


def _keep_answer(
    *,
    side: str,
    question: str,
    item: str,
    base: Digest,
    body: AnswerBody,
    today: date,
    instead_of: bytes | None = None,
) -> str:
    record.keep_draft(
        item=item,
        kind=ANSWER,
        side=side,
        shape=bodies.ANSWER.newest,
        body=body.as_json(),
        today=today,
        base_digest=base,
        of=question,
        instead_of=instead_of,
    )
    return item


def _answer_draft(side: str, question: str) -> Draft:
    draft = queries.answer_draft(side, question)
    if draft is None:
        raise Refused(DialogueRefusal.NOTHING_WRITTEN)
    return draft


def _check_may_answer(side: str, question: str, *, is_correction: bool) -> AskedQuestion:
    asked = queries.question_for(side, question)
    refusal = rules.why_not_enter_answer(
        is_open=asked.is_open,
        side=side,
        seats=asked.asks.sides,
        empty_chairs=asked.asks.empty,
        state=_state_of(asked),
        is_correction=is_correction,
    )
    if refusal:
        raise Refused(refusal)
    _check_nobody_invited(side, question)
    return asked


def _check_nobody_invited(side: str, question: str) -> None:
    if guest_queries.invitation(side, question) is not None:
        raise Refused(GuestRefusal.INVITED)


def _check_is_desks(answer: Document) -> None:
    refusal = guest_rules.why_not_desks(is_guests=answer.closer is not None)
    if refusal:
        raise Refused(refusal)


def _check_seen(draft: Draft | None, seen: str | None) -> None:
    if seen is not None and (draft.seen if draft else "") != seen:
        raise Refused(DialogueRefusal.DRAFT_MOVED_ON)


def _state_of(asked: AskedQuestion) -> SeatState:
    own = asked.own
    if own is None:
        return SeatState.NOTHING
    return SeatState.PROPOSED if own.is_correction_proposed else own.state


def _to_change(side: str, item: str) -> AskedQuestion:
    asked = queries.question_for(side, item)
    refusal = rules.why_not_change_question(is_open=asked.is_open, has_answers=asked.has_answers)
    if refusal:
        raise Refused(refusal)
    return asked


def _next_question(
    asked: AskedQuestion, *, body: QuestionBody, seats: Seats, today: date
) -> Document:
    return written(
        QUESTION,
        body.as_json(),
        shape=bodies.QUESTION.newest,
        seats=seats,
        site=asked.document.site,
        languages=tuple(body.versions),
        today=today,
        before=asked.document,
    )


def _charter(today: date) -> Charter:
    charter = open_record.current_charter(on=today)
    if charter is None:
        raise Refused(DialogueRefusal.NO_CHARTER)
    return charter

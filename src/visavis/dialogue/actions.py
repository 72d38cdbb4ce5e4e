"""Every change to a question or an answer: one function, one act, one transaction. Time is passed in.

Drafts and proposals themselves are the record's; what is here gives them their shape, asks the rules,
and cleans the words once, as they come in.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db import transaction
from msgspec import structs

from visavis.base.refusal import Refused
from visavis.base.text import UnfitTextError, clean
from visavis.record import actions as record
from visavis.record import public as open_record
from visavis.record import queries as record_queries
from visavis.record.models import Draft
from visavis.signing.canonical import Digest, new_id, new_salt
from visavis.signing.charter import Charter
from visavis.signing.document import ANSWER, JOINT, QUESTION, Document
from visavis.signing.policy import seal_for

from . import queries, rules
from .bodies import AnswerBody, AnswerWords, QuestionBody, QuestionWords
from .queries import AskedQuestion
from .rules import DialogueRefusal, SeatState, Tense

SPACES = re.compile(r"[ \n]+")
BETWEEN_PARAGRAPHS = re.compile(r"\n[ ]*(?:\n[ ]*)+")


@transaction.atomic
def draft_question(
    *,
    side: str,
    versions: Mapping[str, QuestionWords],
    tense: Tense,
    word_limit: int,
    deadline: date,
    today: date,
    item: str = "",
) -> str:
    """The desk's draft holds these words, complete or not; returns the draft's id.

    ``item`` is a draft of this desk that is written over; empty begins a new one.
    """
    kept = queries.question_draft(side, item) if item else None
    return _keep_question(
        side=side,
        draft=kept,
        body=QuestionBody(
            versions={
                language: QuestionWords(text=one_line(words.text), note=one_line(words.note))
                for language, words in versions.items()
            },
            tense=tense,
            seats=(),
            word_limit=word_limit,
            deadline=deadline,
        ),
        changes=kept.of if kept else "",
        today=today,
    )


@transaction.atomic
def draft_question_again(*, side: str, digest: str, today: date) -> str:
    """A question of this desk that was refused or taken back is a draft once more; returns its id."""
    body = QuestionBody.from_json(queries.refused_question(side, digest).body)
    return _keep_question(side=side, draft=None, body=body, changes="", today=today)


@transaction.atomic
def change_question(*, side: str, item: str, today: date) -> str:
    """The open question is a draft of this desk, to become its next version; returns the draft's id.

    Refuses a question that somebody has answered.
    """
    asked = queries.question_for(side, item)
    refusal = rules.why_not_change_question(is_open=asked.is_open, has_answers=asked.has_answers)
    if refusal:
        raise Refused(refusal)
    return _keep_question(side=side, draft=None, body=asked.body, changes=asked.id, today=today)


@transaction.atomic
def give_up_question(*, side: str, item: str) -> None:
    """The draft is gone, as if it had never been."""
    record.give_up_draft(item=queries.question_draft(side, item).item, side=side)


@transaction.atomic
def propose_question(*, side: str, item: str, today: date) -> Digest:
    """The drafted question is before every desk; returns its digest."""
    draft = queries.question_draft(side, item)
    charter = _charter(today)
    drafted = question_drafted(draft)
    refusal = rules.why_not_ask(
        texts={language: words.text for language, words in drafted.versions.items()},
        languages=charter.languages,
        word_limit=drafted.word_limit,
        deadline=drafted.deadline,
        today=today,
    )
    if refusal:
        raise Refused(refusal)
    body = structs.replace(
        drafted,
        versions={language: drafted.versions[language] for language in charter.languages},
        seats=charter.side_codes,
    )
    changes = draft.of
    if changes:
        document = _next_question(_to_change(side, changes), body=body, today=today)
    else:
        document = _document(charter, kind=QUESTION, item=draft.item, body=body, today=today)
    record.propose(document=document, by=side, today=today)
    if changes:
        record.give_up_draft(item=draft.item, side=side)
    return document.digest


@transaction.atomic
def propose_empty_chairs(*, side: str, question: str, today: date) -> Digest:
    """The question's next version declares the seats without an answer empty; every desk is asked.

    Refuses before the closing day has passed, and where an answer is there for every seat.
    """
    asked = queries.question_for(side, question)
    refusal = rules.why_not_declare_empty(
        is_open=asked.is_open,
        deadline=asked.body.deadline,
        today=today,
        unfilled=asked.unfilled,
    )
    if refusal:
        raise Refused(refusal)
    body = structs.replace(asked.body, empty_chairs=(*asked.body.empty_chairs, *asked.unfilled))
    document = _next_question(asked, body=body, today=today)
    record.propose(document=document, by=side, today=today)
    return document.digest


@transaction.atomic
def draft_answer(
    *,
    side: str,
    question: str,
    original: str,
    versions: Mapping[str, AnswerWords],
    pen_name: str,
    today: date,
) -> str:
    """The desk's draft of its author's answer holds these words, complete or not; returns its id.

    Languages without any words are left out. Refuses where the desk cannot enter an answer now.
    """
    draft = queries.answer_draft(side, question)
    is_correction = bool(draft and draft.base_digest)
    _check_may_answer(side, question, is_correction=is_correction)
    body = AnswerBody(
        original=original,
        versions={
            language: given
            for language, words in versions.items()
            if (given := _cleaned(words, is_original=language == original)) is not None
        },
        pen_name=one_line(pen_name),
    )
    return _keep_answer(
        side=side,
        question=question,
        item=draft.item if draft else new_id(),
        base=Digest(draft.base_digest) if draft else Digest(""),
        body=body,
        today=today,
    )


@transaction.atomic
def give_up_answer(*, side: str, question: str) -> None:
    """The draft of an answer is gone, as if it had never been."""
    draft = _answer_draft(side, question)
    record.give_up_draft(item=draft.item, side=side)


@transaction.atomic
def propose_answer(*, side: str, question: str, today: date) -> Digest:
    """The drafted answer waits for its own desk's key, sealed by its own bytes; returns its digest.

    Refuses incomplete words, words over the limit, and a seat that is filled or declared empty.
    """
    draft = _answer_draft(side, question)
    charter = _charter(today)
    asked = _check_may_answer(side, question, is_correction=bool(draft.base_digest))
    body = answer_drafted(draft)
    refusal = rules.why_not_these_words(
        original=body.original,
        words={language: "\n".join(words.paragraphs) for language, words in body.versions.items()},
        proposals={language: words.proposal for language, words in body.versions.items()},
        pen_name=body.pen_name,
        word_limit=asked.body.word_limit,
    )
    if refusal:
        raise Refused(refusal)
    document = replace(
        _document(charter, kind=ANSWER, item=draft.item, body=body, today=today),
        made_from=(asked.document.source,),
        side=side,
        seal=seal_for(asked.document),
    )
    if draft.base_digest:
        before = record_queries.open_version(draft.item)
        if before is None:
            raise Refused(DialogueRefusal.NOT_ANSWERED)
        document = replace(document, version=before.version + 1, replaces=Digest(draft.base_digest))
    record.propose(document=document, by=side, today=today)
    return document.digest


@transaction.atomic
def take_back_answer(*, side: str, question: str, today: date) -> str:
    """The answer no longer waits: it is a draft of its desk again; returns the draft's id.

    Possible until it is open, also when its key is turned: nobody else has read it.
    """
    waiting = queries.waiting_answer(side, question)
    if waiting is None:
        raise Refused(DialogueRefusal.NOT_ANSWERED)
    record.withdraw(digest=waiting.digest, side=side)
    return _keep_answer(
        side=side,
        question=question,
        item=waiting.id,
        base=waiting.replaces or Digest(""),
        body=AnswerBody.from_json(waiting.body),
        today=today,
    )


@transaction.atomic
def correct_answer(*, side: str, question: str, today: date) -> str:
    """The desk's open answer is a draft as well, to become its next version; returns the draft's id."""
    opened = queries.open_answer(side, question)
    if opened is None:
        raise Refused(DialogueRefusal.NOT_ANSWERED)
    _check_may_answer(side, question, is_correction=True)
    return _keep_answer(
        side=side,
        question=question,
        item=opened.id,
        base=opened.digest,
        body=AnswerBody.from_json(opened.body),
        today=today,
    )


def question_drafted(draft: Draft) -> QuestionBody:
    """Return what a draft of a question holds."""
    return QuestionBody.from_json(draft.body)


def answer_drafted(draft: Draft) -> AnswerBody:
    """Return what a draft of an answer holds."""
    return AnswerBody.from_json(draft.body)


def one_line(text: str) -> str:
    """Return the words as one clean line."""
    try:
        return SPACES.sub(" ", clean(text)).strip()
    except UnfitTextError as error:
        raise Refused(rules.why_unfit(error)) from error


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Return the paragraphs of what was typed: an empty line parts them."""
    try:
        parts = BETWEEN_PARAGRAPHS.split(clean(text))
    except UnfitTextError as error:
        raise Refused(rules.why_unfit(error)) from error
    lines = (SPACES.sub(" ", part).strip() for part in parts)
    return tuple(line for line in lines if line)


def _cleaned(words: AnswerWords, *, is_original: bool) -> AnswerWords | None:
    paragraphs = tuple(paragraph for text in words.paragraphs for paragraph in paragraphs_of(text))
    proposal, translator = one_line(words.proposal), one_line(words.translator or "")
    if not paragraphs and not proposal:
        return None
    return AnswerWords.of(
        paragraphs,
        proposal=proposal,
        translator=None if is_original else translator or None,
    )


def _keep_question(
    *, side: str, draft: Draft | None, body: QuestionBody, changes: str, today: date
) -> str:
    kept = record.keep_draft(
        item=draft.item if draft else new_id(),
        kind=QUESTION,
        side=side,
        body=structs.replace(body, seats=(), empty_chairs=()).as_json(),
        today=today,
        of=changes,
        has_words_of=bool(changes),
    )
    return kept.item


def _keep_answer(
    *, side: str, question: str, item: str, base: Digest, body: AnswerBody, today: date
) -> str:
    kept = record.keep_draft(
        item=item,
        kind=ANSWER,
        side=side,
        body=body.as_json(),
        today=today,
        base_digest=base,
        of=question,
    )
    return kept.item


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
        seats=asked.body.seats,
        empty_chairs=asked.body.empty_chairs,
        state=_state_of(asked),
        is_correction=is_correction,
    )
    if refusal:
        raise Refused(refusal)
    return asked


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


def _document(
    charter: Charter, *, kind: str, item: str, body: QuestionBody | AnswerBody, today: date
) -> Document:
    return Document(
        site=charter.site,
        kind=kind,
        id=item,
        version=1,
        replaces=None,
        made_from=(),
        standing=JOINT,
        side=None,
        seal=None,
        day=today,
        salt=new_salt(),
        languages=tuple(sorted(body.versions)),
        body=body.as_json(),
    )


def _next_question(asked: AskedQuestion, *, body: QuestionBody, today: date) -> Document:
    return replace(
        asked.document,
        version=asked.document.version + 1,
        replaces=asked.digest,
        standing=JOINT,
        day=today,
        salt=new_salt(),
        languages=tuple(sorted(body.versions)),
        body=body.as_json(),
    )


def _charter(today: date) -> Charter:
    charter = open_record.current_charter(on=today)
    if charter is None:
        raise Refused(DialogueRefusal.NO_CHARTER)
    return charter

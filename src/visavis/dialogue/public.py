"""Questions as readers see them, made of open documents and of nothing else.

Until the release note is there, every chair looks the same, whoever has answered: a page that showed
how many seats are filled would tell who is silent. The order of the columns is drawn at release from
the ids that the note names, by a hash that anyone can compute again; a version, a closing or a new
edition does not change it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from visavis.base.text import inline, plain
from visavis.sides.order import in_order
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter
from visavis.signing.document import Document, Kind, Standing
from visavis.signing.policy import filled_seats
from visavis.signing.signed import SignedDocument

from .bodies import AnswerBody, BadBodyError, QuestionBody
from .rules import Tense


@dataclass(frozen=True)
class QuestionVersion:
    """The question in one language: ``text`` without markup, for titles too, and a note."""

    text: str
    note: Markup


@dataclass(frozen=True)
class AnswerVersion:
    units: tuple[Markup, ...]
    proposal: Markup
    translator: str | None


@dataclass(frozen=True)
class Answer:
    """One side's answer in all its languages, under a pen name."""

    side: str
    pen_name: str
    original: str
    versions: Mapping[str, AnswerVersion]
    day: date
    digest: Digest


@dataclass(frozen=True)
class Chair:
    """A side's seat. Without an answer in a released question it is empty, whatever the cause."""

    side: str
    answer: Answer | None


@dataclass(frozen=True, kw_only=True)
class Question:
    id: str
    day: date
    standing: Standing
    versions: Mapping[str, QuestionVersion]
    tense: Tense
    chairs: tuple[Chair, ...]
    word_limit: int
    deadline: date
    released_on: date | None
    digests: tuple[Digest, ...]
    documents: tuple[SignedDocument, ...]

    @property
    def is_released(self) -> bool:
        return self.released_on is not None

    @property
    def shown_on(self) -> date:
        """The day on which its answers opened; while it waits for them, its own."""
        return self.released_on or self.day


def question_from(documents: Sequence[SignedDocument], *, charter: Charter) -> Question | None:
    """Return the question that these open documents make, its own first; None if they make none."""
    if not documents or documents[0].document.kind is not Kind.QUESTION:
        return None
    asked, *parts = (each.document for each in documents)
    try:
        body = QuestionBody.from_json(asked.body)
    except BadBodyError:
        return None
    note = next((part for part in parts if part.kind is Kind.RELEASE_NOTE), None)
    answers = _answers(parts, note=note, charter=charter) if note else {}
    return Question(
        id=asked.id,
        day=asked.day,
        standing=asked.standing,
        versions=question_versions(body),
        tense=body.tense,
        chairs=tuple(
            Chair(side=side, answer=answers.get(side))
            for side in _order(body.seats, question=asked, note=note, charter=charter)
        ),
        word_limit=body.word_limit,
        deadline=body.deadline,
        released_on=note.day if note else None,
        digests=tuple(each.digest for each in documents),
        documents=tuple(documents),
    )


def question_versions(body: QuestionBody) -> dict[str, QuestionVersion]:
    """Return the question in each language, made safe to show."""
    return {
        language: QuestionVersion(text=plain(words.text), note=inline(words.note))
        for language, words in body.versions.items()
    }


def answer_versions(body: AnswerBody) -> dict[str, AnswerVersion]:
    """Return the answer in each language, made safe to show."""
    return {
        language: AnswerVersion(
            units=tuple(inline(text) for text in words.paragraphs),
            proposal=inline(words.proposal),
            translator=words.translator,
        )
        for language, words in body.versions.items()
    }


def _answers(parts: Sequence[Document], *, note: Document, charter: Charter) -> dict[str, Answer]:
    filled = filled_seats(note, charter=charter)
    answers = {}
    for part in parts:
        if part.kind is not Kind.ANSWER or part.side is None or filled.get(part.side) != part.id:
            continue
        try:
            body = AnswerBody.from_json(part.body)
        except BadBodyError:
            continue
        answers[part.side] = Answer(
            side=part.side,
            pen_name=body.pen_name,
            original=body.original,
            versions=answer_versions(body),
            day=part.day,
            digest=part.digest,
        )
    return answers


def _order(
    seats: Sequence[str], *, question: Document, note: Document | None, charter: Charter
) -> tuple[str, ...]:
    """Before release the order is drawn for the question's id, then for the ids of what was released."""
    if note is None:
        return in_order(seats, seed=question.id)
    ids = "".join(sorted(filled_seats(note, charter=charter).values()))
    return in_order(seats, seed=hashlib.sha256(ids.encode()).hexdigest())

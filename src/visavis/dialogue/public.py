"""Questions as readers see them, made of open documents and of nothing else.

Until the release note is there, every chair looks the same, no matter who has answered: a page that showed
how many seats are filled would tell who is silent. The order of the columns is drawn at release from
the ids that the note names, by a hash that anyone can compute again; a version, a closing or a new
edition does not change it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from markupsafe import Markup

from visavis.base.text import as_it_is, inline, without_tags
from visavis.kinds.items import CannotBeShownError, Gathered, Part
from visavis.sides.order import in_order
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter
from visavis.signing.document import RELEASE_NOTE, Document, Standing
from visavis.signing.seats import filled_seats, seats_named
from visavis.signing.signed import SignedDocument

from .bodies import AnswerBody, QuestionBody, QuestionWords
from .rules import ANSWER, Tense


@dataclass(frozen=True)
class QuestionVersion:
    """The question in one language: ``text`` as it is, for titles too, and a note."""

    text: str
    note: Markup


@dataclass(frozen=True)
class AnswerVersion:
    units: tuple[Markup, ...]
    proposal: Markup
    translator: str | None

    @property
    def plain(self) -> str:
        """The words without markup, a line for each paragraph; what is proposed is the last."""
        return "\n".join(without_tags(unit) for unit in (*self.units, self.proposal))


@dataclass(frozen=True)
class Answer:
    """One side's answer in all its languages, under a pen name.

    A guest's names a card, and no pen name: ``card`` is None where that is not open any more.
    ``changed_on`` is the day of a version that came after the answers were open, ``first`` the answer as it
    was released: None where it still is so, or where its side has closed those words.
    """

    side: str
    pen_name: str
    original: str
    versions: Mapping[str, AnswerVersion]
    day: date
    digest: Digest
    is_guests: bool = False
    card: Part[Any] | None = None
    changed_on: date | None = None
    first: "Answer | None" = None


@dataclass(frozen=True)
class Chair:
    """A side's seat. Without an answer in a released question it is empty, whatever the cause."""

    side: str
    answer: Answer | None
    is_unread: bool = False
    """An answer is there, and this program cannot read it."""


@dataclass(frozen=True, kw_only=True)
class Question:
    id: str
    day: date
    version: int
    standing: Standing
    has_empty_chairs: bool
    """Whether this version leaves a chair empty. A chair may have lost its answer for another cause."""

    versions: Mapping[str, QuestionVersion]
    tense: Tense
    chairs: tuple[Chair, ...]
    word_limit: int
    deadline: date
    released_on: date | None
    documents: tuple[SignedDocument, ...]
    unread: tuple[SignedDocument, ...] = ()

    @property
    def is_released(self) -> bool:
        return self.released_on is not None

    @property
    def answers(self) -> tuple[Answer, ...]:
        """The answers that can be read, in the order of the chairs; none before the release."""
        return tuple(chair.answer for chair in self.chairs if self.is_released and chair.answer)

    @property
    def shown_on(self) -> date:
        """The day on which its answers opened; while it waits for them, its own."""
        return self.released_on or self.day

    @property
    def changed_on(self) -> date | None:
        """The day on which an answer was changed last after the answers were open, or None."""
        days = [each.answer.changed_on for each in self.chairs if each.answer]
        return max((day for day in days if day), default=None)


def question_from(gathered: Gathered[QuestionBody], charter: Charter) -> Question:
    """Return the question that these open documents make, in the languages of the site.

    Raises CannotBeShownError where it has words in none of them, or gives no seats.
    """
    asked, body, seats = gathered.root.document, gathered.root.body, gathered.root.document.seats
    if seats is None:
        raise CannotBeShownError("a question that asks nobody")
    shown = {code: words for code, words in body.versions.items() if code in charter.languages}
    if not shown:
        raise CannotBeShownError("in no language of the site")
    note = next(
        (part.document for part in gathered.parts if part.document.kind == RELEASE_NOTE), None
    )
    filled = filled_seats(note, charter=charter) if note else {}
    whole = [part for part in gathered.parts if not _lacks_its_original(part)]
    lacking = [part.signed for part in gathered.parts if _lacks_its_original(part)]
    unread = (*gathered.unread, *lacking)
    answers = _answers(whole, filled=filled, note=note, named=gathered.named)
    sides_unread = _sides_unread(unread, filled=filled)
    return Question(
        id=asked.id,
        day=asked.day,
        version=asked.version,
        standing=asked.standing,
        has_empty_chairs=bool(seats.empty),
        versions=question_versions(shown),
        tense=body.tense,
        chairs=tuple(
            Chair(side=side, answer=answers.get(side), is_unread=side in sides_unread)
            for side in _order(seats.sides, question=asked, filled=filled if note else None)
        ),
        word_limit=body.word_limit,
        deadline=seats.until,
        released_on=note.day if note else None,
        documents=gathered.documents,
        unread=unread,
    )


def question_versions(versions: Mapping[str, QuestionWords]) -> dict[str, QuestionVersion]:
    """Return the question in each of these languages, made safe to show."""
    return {
        language: QuestionVersion(text=as_it_is(words.text), note=inline(words.note))
        for language, words in versions.items()
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


def _answers(
    parts: Sequence[Part[Any]],
    *,
    filled: Mapping[str, str],
    note: Document | None,
    named: Mapping[str, Part[Any]],
) -> dict[str, Answer]:
    """Return each side's answer as it reads now, with the words beside it in which it was released."""
    released = {digest for _, digest, _ in seats_named(note)} if note else set()
    found: dict[str, Answer] = {}
    firsts: dict[str, Answer] = {}
    for part in sorted(parts, key=lambda part: part.document.version):
        side = part.document.side
        is_answer = part.document.kind == ANSWER and part.document.seal is not None
        if not is_answer or side is None or filled.get(side) != part.document.id:
            continue
        answer = _answer(side, part, card=named.get(part.body.card or ""))
        if answer.digest in released:
            firsts[side] = found[side] = answer
        else:
            found[side] = replace(answer, changed_on=answer.day, first=firsts.get(side))
    return found


def _lacks_its_original(part: Part[Any]) -> bool:
    """Whether this is an answer without words in the language it calls its original: no page can show it."""
    if part.document.kind != ANSWER:
        return False
    words = part.body.versions.get(part.body.original)
    return words is None or not words.units


def _sides_unread(unread: Sequence[SignedDocument], *, filled: Mapping[str, str]) -> frozenset[str]:
    """Return the sides whose answer filled its seat and cannot be read."""
    documents = (each.document for each in unread)
    return frozenset(
        document.side
        for document in documents
        if document.kind == ANSWER
        and document.side is not None
        and filled.get(document.side) == document.id
    )


def _answer(side: str, part: Part[AnswerBody], *, card: Part[Any] | None) -> Answer:
    return Answer(
        side=side,
        pen_name=part.body.pen_name,
        original=part.body.original,
        versions=answer_versions(part.body),
        day=part.document.day,
        digest=part.document.digest,
        is_guests=part.body.card is not None,
        card=card,
    )


def _order(
    seats: Sequence[str], *, question: Document, filled: Mapping[str, str] | None
) -> tuple[str, ...]:
    """Before release the order is drawn for the question's id, then for the ids of what was released.

    ``filled`` is None before release.
    """
    if filled is None:
        return in_order(seats, seed=question.id)
    ids = "".join(sorted(filled.values()))
    return in_order(seats, seed=hashlib.sha256(ids.encode()).hexdigest())

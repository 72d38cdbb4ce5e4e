"""What a desk sees of a question, an answer and a release note before it turns its key."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.kinds.items import Part
from visavis.kinds.passages import (
    NONE,
    Contents,
    Line,
    Names,
    Passage,
    beside,
    passage,
    plain,
    values_of,
)

from .bodies import AnswerBody, QuestionBody
from .wording import TENSES


def title_of_question(body: QuestionBody, language: str) -> Line:
    """Return the question, in this language if it has words in it."""
    words = {code: version.text for code, version in body.versions.items() if version.text}
    code = language if language in words else next(iter(words), language)
    return Line(code, words.get(code, ""))


def title_of_answer(body: AnswerBody, language: str) -> Line:
    """Return whose answer it is: its words are nobody's to read in a list."""
    if body.card is not None:
        return Line(language, _("Answer by a guest"))
    return Line(language, _("Answer by %(name)s") % {"name": body.pen_name or "–"})


def words_of_question(body: QuestionBody) -> dict[str, tuple[str, ...]]:
    """Return the question and its note by language."""
    return {code: (version.text, version.note) for code, version in body.versions.items()}


def words_of_answer(body: AnswerBody) -> dict[str, tuple[str, ...]]:
    """Return the answer's paragraphs by language, its proposal last."""
    return {
        code: (*version.paragraphs, version.proposal) for code, version in body.versions.items()
    }


def question(part: Part[QuestionBody], _source: Part[Any] | None, names: Names) -> Contents:
    """Return the question in every language, none of them the original, and its terms."""
    body, seats, words = part.body, part.document.seats, {}
    for code, version in body.versions.items():
        notes = (passage("note", version.note),) if version.note else ()
        words[code] = beside(code, (Passage("question", plain(version.text)), *notes))
    return Contents(
        left=next((code for code in names.prefer if code in words), next(iter(words))),
        is_left_original=False,
        words=words,
        facts=(
            (_("What is it about?"), str(TENSES[body.tense])),
            (_("Seats"), names.all_of(seats.sides) if seats else NONE),
            (
                _("Word limit"),
                ngettext("%(n)s word", "%(n)s words", body.word_limit)
                % {"n": names.number(body.word_limit)},
            ),
            (_("Closing day"), names.day(seats.until) if seats else NONE),
            (
                _("Empty chairs"),
                names.all_of(seats.empty) if seats and seats.empty else NONE,
            ),
        ),
    )


def answer(part: Part[AnswerBody], _source: Part[Any] | None, names: Names) -> Contents:
    """Return the answer in every language it is given in, and whom it names."""
    body = part.body
    who = (_("Card of its author"), body.card) if body.card else (_("Pen name"), body.pen_name)
    facts = [who, (_("Original"), names.tongue_alone(body.original))]
    words = {}
    for code, version in body.versions.items():
        paragraphs = [passage("paragraph", text) for text in version.paragraphs]
        words[code] = beside(code, (*paragraphs, passage("proposal", version.proposal)))
        if code != body.original:
            name = _("Translator (%(language)s)") % {"language": names.tongue(code)}
            facts.append((name, version.translator or _("Not named")))
    left = body.original if body.original in words else next(iter(words), body.original)
    return Contents(left=left, words=words, facts=tuple(facts))


def title_of_release_note(_body: Mapping[str, Any], language: str) -> Line:
    return Line(language, _("Joint release of answers"))


def release_note(
    part: Part[Mapping[str, Any]], _source: Part[Any] | None, _names: Names
) -> Contents:
    """Return the note's every value: no desk signs it, and each may compare it with what it has."""
    return Contents(left="", words={}, facts=tuple(values_of(part.body)))

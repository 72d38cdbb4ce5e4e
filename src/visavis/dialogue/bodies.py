"""The shape of a question and of an answer: what stands in the bodies of their documents.

These dataclasses are written to the signed bytes and read back from them, and reading is strict: a
body that says anything this module would not write again is neither, whoever signed it.

==============  ====================================================================================
seats           the sides that are asked, one answer each
closes_on       until this day every seat is kept: `deadline` in code
empty_chairs    the seats that this version declares empty; none in a first version
proposal        the last field of every answer: what do you propose?
translator      whom a translation of the answer names; null for the original and by default
==============  ====================================================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from visavis.kinds.bodies import BadBodyError

from .rules import Tense


@dataclass(frozen=True)
class QuestionWords:
    """The question in one language, and a note that leads up to it."""

    text: str
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "note": self.note}


@dataclass(frozen=True, kw_only=True)
class QuestionBody:
    versions: Mapping[str, QuestionWords]
    tense: Tense
    seats: tuple[str, ...]
    word_limit: int
    deadline: date
    empty_chairs: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "versions": {language: words.as_json() for language, words in self.versions.items()},
            "tense": self.tense.value,
            "seats": list(self.seats),
            "word_limit": self.word_limit,
            "closes_on": self.deadline.isoformat(),
            "empty_chairs": list(self.empty_chairs),
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read the body back; raise BadBodyError for anything that `as_json` would not write."""
        try:
            body = cls(
                versions={
                    language: QuestionWords(text=_text(words["text"]), note=_text(words["note"]))
                    for language, words in value["versions"].items()
                },
                tense=Tense(value["tense"]),
                seats=tuple(_text(side) for side in value["seats"]),
                word_limit=_whole(value["word_limit"]),
                deadline=date.fromisoformat(value["closes_on"]),
                empty_chairs=tuple(_text(side) for side in value["empty_chairs"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadBodyError("not a question") from error
        if body.as_json() != value or not body.versions:
            raise BadBodyError("not a question")
        return body


@dataclass(frozen=True)
class AnswerWords:
    """The answer in one language: its paragraphs, its proposal, and whom a translation names."""

    paragraphs: tuple[str, ...]
    proposal: str
    translator: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "units": [{"is": "paragraph", "text": text} for text in self.paragraphs],
            "proposal": self.proposal,
            "translator": self.translator,
        }


@dataclass(frozen=True, kw_only=True)
class AnswerBody:
    original: str
    versions: Mapping[str, AnswerWords]
    pen_name: str

    def as_json(self) -> dict[str, Any]:
        return {
            "original": self.original,
            "versions": {language: words.as_json() for language, words in self.versions.items()},
            "pen_name": self.pen_name,
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read the body back; raise BadBodyError for anything that `as_json` would not write."""
        try:
            body = cls(
                original=_text(value["original"]),
                versions={
                    language: AnswerWords(
                        paragraphs=tuple(_text(unit["text"]) for unit in words["units"]),
                        proposal=_text(words["proposal"]),
                        translator=_text(words["translator"]) if words["translator"] else None,
                    )
                    for language, words in value["versions"].items()
                },
                pen_name=_text(value["pen_name"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadBodyError("not an answer") from error
        if body.as_json() != value:
            raise BadBodyError("not an answer")
        return body


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadBodyError("not a text")
    return value


def _whole(value: object) -> int:
    if type(value) is not int:
        raise BadBodyError("not a whole number")
    return value

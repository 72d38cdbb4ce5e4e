"""The shape of a question and of an answer: what stands in the bodies of their documents.

These values are written to the signed bytes and read back from them, and reading is strict: a body
that says anything this module would not write again is neither. It does not matter who signed it.

==============  ====================================================================================
seats           the sides that are asked, one answer each
closes_on       until this day every seat is kept: `deadline` in code
empty_chairs    the seats that this version declares empty; none in a first version
proposal        the last field of every answer: what do you propose?
translator      whom a translation of the answer names; null for the original and by default
==============  ====================================================================================
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Self

from msgspec import Meta

from visavis.kinds.bodies import Body, Filled

from .rules import Tense


class QuestionWords(Body):
    """The question in one language, and a note that leads up to it."""

    text: str
    note: str = ""


class QuestionBody(Body, kw_only=True, rename={"deadline": "closes_on"}):
    versions: Annotated[Mapping[str, QuestionWords], Meta(min_length=1)]
    tense: Tense
    seats: tuple[str, ...]
    word_limit: int
    deadline: date
    empty_chairs: tuple[str, ...] = ()


class Paragraph(Body, tag_field="is", tag="paragraph"):
    text: str


class AnswerWords(Body):
    """The answer in one language: its paragraphs, its proposal, and whom a translation names."""

    units: tuple[Paragraph, ...]
    proposal: str
    translator: Filled | None = None

    @classmethod
    def of(cls, paragraphs: Iterable[str], *, proposal: str, translator: str | None = None) -> Self:
        units = tuple(Paragraph(text) for text in paragraphs)
        return cls(units=units, proposal=proposal, translator=translator)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(unit.text for unit in self.units)


class AnswerBody(Body, kw_only=True):
    original: str
    versions: Mapping[str, AnswerWords]
    pen_name: str

"""The shape of a question and of an answer: what is in the bodies of their documents.

These values are written to the signed bytes and read back from them, and reading is strict: a body
that says anything this module would not write again is neither. It does not matter who signed it.

==============  ====================================================================================
card            the card of the guest who wrote an answer, an item; null where the desk's author did. It is
                named, so that closing it takes the pen name away and leaves the words
proposal        the last field of every answer: what do you propose?
translator      whom a translation of the answer names; null for the original and by default
==============  ====================================================================================

Who is asked, until when, and which chair is empty, is outside the body, in the document's ``seats``.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Self

from msgspec import Meta

from visavis.kinds.bodies import BadBodyError, Body, Filled, ItemId
from visavis.kinds.shapes import Shapes

from .rules import Tense


class QuestionWords(Body):
    """The question in one language, and a note that leads up to it."""

    text: str
    note: str = ""


class QuestionBody(Body, kw_only=True):
    versions: Annotated[Mapping[str, QuestionWords], Meta(min_length=1)]
    tense: Tense
    word_limit: int


QUESTION = Shapes("question-1", QuestionBody.from_json)


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
    card: ItemId | None = None

    def check(self) -> None:
        if self.card is not None and self.pen_name:
            raise BadBodyError("a pen name beside a card")

    @property
    def names(self) -> tuple[str, ...]:
        """The items that it names without being made from them."""
        return (self.card,) if self.card else ()


ANSWER = Shapes("answer-1", AnswerBody.from_json)

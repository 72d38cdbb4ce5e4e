"""The shape of a discussion, a contribution and its translation: what is in the bodies of their documents.

These values are written to the signed bytes and read back from them, and reading is strict: a body
that says anything this module would not write again is neither. It does not matter who signed it.

==============  ====================================================================================
until           the last day on which a contribution may be handed in
question        the item to which the discussion belongs; null where it is on its own
card            the item that says who writes: pen name, role, human cues. It is named, so that closing
                it takes the name away and leaves the words
answers         what the contribution answers; null where it begins a thread
thread          the first contribution of its thread, below which it is shown; null where it begins one
translator      the card of who translated, where that is to be shown; null otherwise
==============  ====================================================================================

Whose words they are is outside the body, in the document's ``side``; its discussion is the one thing that a
contribution is made from, and its ``closer`` is a key of its author's.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeAlias

from msgspec import Meta

from visavis.cards.rules import Role
from visavis.kinds.bodies import BadBodyError, Body, Language, Whole
from visavis.kinds.shapes import Shapes

ItemId: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]


class UnitKind(StrEnum):
    PARAGRAPH = "paragraph"
    QUOTE = "quote"


class Unit(Body, rename={"kind": "is"}):
    """A paragraph, or a quotation of one. Its lines stay, and its few marks are marks."""

    kind: UnitKind
    text: str


class DiscussionWords(Body):
    """A discussion in one language: its title, its opening words, and the rules of the house."""

    title: str
    opening: tuple[Unit, ...]
    rules: tuple[str, ...]


class DiscussionBody(Body, kw_only=True):
    versions: Annotated[Mapping[str, DiscussionWords], Meta(min_length=1)]
    roles: tuple[Role, ...]
    per_day: Whole
    word_limit: Whole
    takes_turns: bool
    has_gate: bool
    until: date
    question: ItemId | None = None

    def check(self) -> None:
        if len(set(self.roles)) != len(self.roles):
            raise BadBodyError("a role twice")


DISCUSSION = Shapes("discussion-1", DiscussionBody.from_json)


class ContributionBody(Body, kw_only=True):
    original: Language
    paragraphs: tuple[Unit, ...]
    card: ItemId
    answers: ItemId | None = None
    thread: ItemId | None = None

    def check(self) -> None:
        if (self.answers is None) != (self.thread is None):
            raise BadBodyError("what answers is in a thread")

    @property
    def text(self) -> str:
        """The words with their marks, a line for each paragraph."""
        return "\n".join(unit.text for unit in self.paragraphs)

    @property
    def names(self) -> tuple[str, ...]:
        """The items that it names without being made from them."""
        named = (self.card, self.answers, self.thread)
        return tuple(dict.fromkeys(item for item in named if item))


CONTRIBUTION = Shapes("contribution-1", ContributionBody.from_json)


class TranslatedBody(Body, kw_only=True):
    """A contribution in one more language: its paragraphs one by one, as the original has them."""

    language: Language
    paragraphs: tuple[Unit, ...]
    translator: ItemId | None = None

    @property
    def text(self) -> str:
        """The words with their marks, a line for each paragraph."""
        return "\n".join(unit.text for unit in self.paragraphs)


TRANSLATED = Shapes("translated-words-1", TranslatedBody.from_json)

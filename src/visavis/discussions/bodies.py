"""The shapes of this room's bodies: discussions, contributions, and what is said before a reply.

These values are written to the signed bytes and read back from them, and reading is strict: a body
that says anything this module would not write again is neither. It does not matter who signed it.

==============  ====================================================================================
until           the last day on which a contribution may be handed in
question        the item to which the discussion belongs; null where it is on its own
card            the item that says who writes: pen name, role, human cues. It is named, so that closing
                it takes the name away and leaves the words
answers         what the contribution answers; null where it begins a thread
thread          the first contribution of its thread, below which it is shown; null where it begins one
restates        the restatement that was made before it; null where none was asked for
heard           the hearing that confirms that restatement; null where it was not agreed
translator      the card of who translated, where that is to be shown; null otherwise
==============  ====================================================================================

Whose words they are is outside the body, in the document's ``side``; its discussion is the one thing that a
contribution is made from, and its ``closer`` is a key of its author's.

A restatement says what somebody understood, and a hearing what the person says to it whose words they were.
Both are made from the contribution that was restated, so that they go with it.

==============  ====================================================================================
text            what was understood, in the words of its author: one paragraph
translations    the same by language; one of them at least is a language of the person who is asked
card            the item that says who restates
asked           the side of the person who is asked; its desk reads what waits
round           1, or 2 after a correction
restatement     the item of the restatement, and ``digest`` the very bytes that were heard
correction      what the person would rather have said of them; null with a yes
restater        the side of the restatement; its desk reads a correction that waits
==============  ====================================================================================
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeAlias

from msgspec import Meta

from visavis.cards.rules import Role
from visavis.kinds.bodies import BadBodyError, Body, ItemId, Language, Whole
from visavis.kinds.shapes import Shapes

Side: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,15}\Z")]
DigestHex: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]


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
    restates: ItemId | None = None
    heard: ItemId | None = None

    def check(self) -> None:
        if (self.answers is None) != (self.thread is None):
            raise BadBodyError("what answers is in a thread")
        if self.restates is not None and self.answers is None:
            raise BadBodyError("what restates answers it")
        if self.heard is not None and self.restates is None:
            raise BadBodyError("what was heard is restated")

    @property
    def text(self) -> str:
        """The words with their marks, a line for each paragraph."""
        return "\n".join(unit.text for unit in self.paragraphs)

    @property
    def names(self) -> tuple[str, ...]:
        """The items that it names without being made from them."""
        named = (self.card, self.answers, self.thread, self.restates, self.heard)
        return tuple(dict.fromkeys(item for item in named if item))


CONTRIBUTION = Shapes("contribution-1", ContributionBody.from_json)


class RestatementBody(Body, kw_only=True):
    original: Language
    text: str
    translations: Mapping[str, str]
    card: ItemId
    asked: Side
    round: Annotated[int, Meta(ge=1, le=2)]

    def check(self) -> None:
        if self.original in self.translations:
            raise BadBodyError("a translation into its own language")

    @property
    def words(self) -> dict[str, str]:
        """The text by language, the original first."""
        return {self.original: self.text, **self.translations}


RESTATEMENT = Shapes("restatement-1", RestatementBody.from_json)


class Says(StrEnum):
    YES = "yes"
    NOT_QUITE = "not quite"


class HearingBody(Body, kw_only=True):
    restatement: ItemId
    digest: DigestHex
    says: Says
    restater: Side
    original: Language
    correction: str | None = None

    def check(self) -> None:
        if (self.says is Says.YES) != (self.correction is None):
            raise BadBodyError("a correction is what was not quite right")


HEARING = Shapes("hearing-1", HearingBody.from_json)


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

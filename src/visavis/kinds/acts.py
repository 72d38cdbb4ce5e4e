"""The acts at which a room's rule is asked of its document, and what the rule may look at.

The engine asks in one place, before an act writes anything: when a document is proposed, each time a key
is turned for it, when it is to be one side's alone, and when time opens it. It never asks whether a desk
may refuse, withdraw or take down: a rule there would be a veto.

A rule is a promise of this program. What must hold against somebody who writes rows is in the signed
bytes, or in the room's view.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from visavis.signing.charter import Charter
from visavis.signing.document import Document


class Act(StrEnum):
    """What is about to happen to a document."""

    PROPOSE = "propose"
    SIGN = "sign"
    ALONE = "alone"
    OPEN = "open"
    """By time alone. Nobody is there to read a body, so a rule looks at no more than the outer members."""


class Begun(NamedTuple):
    """An open item that is shown below no other: whose it is, and the day on which it opened."""

    side: str
    opened_on: date


class Around(Protocol):
    """What a rule may look up about a document's surroundings. Each is read when it is asked for."""

    @property
    def today(self) -> date: ...

    @property
    def charter(self) -> Charter | None:
        """The charter in force; None before the first."""

    @property
    def before(self) -> Document | None:
        """The open version of the same item."""

    @property
    def sources(self) -> tuple[Document, ...]:
        """The open version of each item that it is made from, in that order; those not open are left out."""

    @property
    def named(self) -> Mapping[str, Document]:
        """The open version of each item that it names, by item; those not open are left out."""

    @property
    def naming(self) -> tuple[Document, ...]:
        """The open documents that name this item."""

    @property
    def is_source(self) -> bool:
        """Whether something was made from the same item that is open or waits."""

    def begun_since(self, day: date) -> Sequence[Begun]:
        """Return the other items of its kind that were made from what it is made from and opened since."""

    @property
    def beside(self) -> tuple[Document, ...]:
        """Other items' documents on the same page, open or proposed."""

    @property
    def waits_for_edition(self) -> bool:
        """Whether something on the same page has changed that no edition shows yet."""

    def is_keyed(self, document: Document) -> bool:
        """Return whether one of ``beside`` is open, or has its own side's key."""


def never(_document: Document, _act: Act, _around: Around) -> StrEnum | None:
    """Refuse nothing."""
    return None

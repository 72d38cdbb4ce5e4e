"""The shape of a card: what is in the body of its document. Reading is strict (`kinds.bodies`).

==========  ======================================================================================
pen_name    the name in each language of the sides, by language
role        of the invitation with which somebody joined
cues        what was picked from the fixed lists; null, or an empty list, for what was left out
==========  ======================================================================================
"""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Self

from msgspec import Meta

from visavis.kinds.bodies import BadBodyError, Body, Filled, Language
from visavis.kinds.shapes import Shapes

from .rules import (
    MOST_READ,
    READ,
    CueList,
    Dish,
    Generation,
    Missed,
    Profile,
    Role,
    Trade,
)


class Cues(Body, kw_only=True):
    generation: Generation | None = None
    trade: Trade | None = None
    cook: Dish | None = None
    miss: Missed | None = None
    reads: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Return the cues with these values, by list; raise BadBodyError for one that is on no list."""
        given = {
            name: list(value) if name == CueList.READS else value
            for name, value in values.items()
            if value
        }
        return cls.from_json({**cls().as_json(), **given})

    @property
    def picked(self) -> dict[str, tuple[str, ...]]:
        """What was picked, by list, in the order of the lists; lists left out are not there."""
        single = {
            CueList.GENERATION: self.generation,
            CueList.TRADE: self.trade,
            CueList.COOK: self.cook,
            CueList.MISS: self.miss,
        }
        found: dict[str, tuple[str, ...]] = {
            name.value: (each.value,) for name, each in single.items() if each
        }
        return found | ({CueList.READS.value: self.reads} if self.reads else {})

    def without(self, left: Collection[CueList]) -> "Cues":
        """Return the same with nothing picked from these lists."""
        return Cues(
            generation=None if CueList.GENERATION in left else self.generation,
            trade=None if CueList.TRADE in left else self.trade,
            cook=None if CueList.COOK in left else self.cook,
            miss=None if CueList.MISS in left else self.miss,
            reads=() if CueList.READS in left else self.reads,
        )


class CardBody(Body, kw_only=True):
    pen_name: Annotated[Mapping[Language, Filled], Meta(min_length=1)]
    role: Role
    cues: Cues

    def check(self) -> None:
        """Raise BadBodyError for languages that are not on the list, in disorder, or too many."""
        reads = self.cues.reads
        if list(reads) != sorted(set(reads)) or not set(reads) <= set(READ):
            raise BadBodyError("languages that a card cannot name")
        if len(reads) > MOST_READ:
            raise BadBodyError("more languages than a card can name")

    def profile(self, side: str) -> Profile:
        """Return what is counted when the site asks how many people a card fits."""
        picked = self.cues.picked
        return Profile(
            side, self.role.value, {name: frozenset(some) for name, some in picked.items()}
        )


CARD = Shapes("card-1", CardBody.from_json)

"""The shapes that a kind's body has had: one strict reader for the newest, one small step up from each older.

A document names the shape of its body in its signed bytes, and keeps it for ever. What is written is
written in the newest. A step never claims what the signers did not say: what is unknown stays null.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from visavis.signing.document import is_shape

from .bodies import BadBodyError

B = TypeVar("B")
Values: TypeAlias = Mapping[str, Any]
Step: TypeAlias = Callable[[Values], Values]


class HasBody(Protocol):
    """What has a body, and says of which shape: a document, a draft."""

    @property
    def shape(self) -> str: ...

    @property
    def body(self) -> Values: ...


@dataclass(frozen=True)
class Shapes(Generic[B]):
    """``newest`` is the shape that is written, ``read_newest`` its reader, which raises BadBodyError.

    ``steps`` are the older shapes, oldest first, each with what makes a body of it one of the next.
    """

    newest: str
    read_newest: Callable[[Values], B]
    steps: tuple[tuple[str, Step], ...] = ()

    def __post_init__(self) -> None:
        names = self.names
        numbers = [int(name.rpartition("-")[2]) for name in names if is_shape(name)]
        words = {name.rpartition("-")[0] for name in names}
        if (
            len(numbers) < len(names)
            or len(words) > 1
            or any(b != a + 1 for a, b in pairwise(numbers))
        ):
            raise ValueError(f"no row of shapes: {', '.join(names)}")

    def of(self, kept: HasBody) -> B:
        """Return the body of a document or a draft."""
        return self.read(kept.shape, kept.body)

    @property
    def names(self) -> tuple[str, ...]:
        """Every shape that can be read, oldest first."""
        return (*(name for name, _ in self.steps), self.newest)

    def read(self, shape: str, body: Values) -> B:
        """Return a body of this shape as the newest; raise BadBodyError for what is none."""
        names = self.names
        if shape not in names:
            raise BadBodyError(f"a shape that is not known here: {shape}")
        for _, step in self.steps[names.index(shape) :]:
            body = step(body)
        return self.read_newest(body)


def adding(**fields: Any) -> Step:
    """Return the step to a shape that has these members more, with these values where nobody said."""

    def step(body: Values) -> Values:
        known = fields.keys() & body.keys()
        if known:
            raise BadBodyError(f"members of a newer shape: {', '.join(sorted(known))}")
        return {**body, **fields}

    return step


def as_it_is(body: Values) -> Values:
    """Read a body whose reader is below this room: a charter, a release note."""
    return body

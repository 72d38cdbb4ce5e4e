"""How a body is read: into values whose types say nearly all, and strictly.

A room writes what is in its documents as classes below `Body`, one field for each member. `from_json`
takes what these classes themselves would write, and nothing else: no member too many or too few, no
number for a text, no other spelling of a day. What no type says is in the room's own `check`.

Pure, so that rules may be asked of what was read.
"""

from typing import Annotated, Any, Self, TypeAlias, dataclass_transform

import msgspec

from visavis.signing.document import ITEM_ID, LANGUAGE_CODE

Whole: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
"""A whole number that is not below nothing."""

Language: TypeAlias = Annotated[str, msgspec.Meta(pattern=rf"\A(?:{LANGUAGE_CODE.pattern})\Z")]
Filled: TypeAlias = Annotated[str, msgspec.Meta(min_length=1)]
ItemId: TypeAlias = Annotated[str, msgspec.Meta(pattern=rf"\A(?:{ITEM_ID.pattern})\Z")]


class BadBodyError(ValueError):
    """These values are not a body of this kind."""


@dataclass_transform(frozen_default=True)
class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body, or one part of it. Its fields are the members of its JSON, by their names in the bytes."""

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read a body; raise BadBodyError for anything that `as_json` would not write again."""
        try:
            body = msgspec.convert(value, cls)
            is_what_stood_there = body.as_json() == value
        except (msgspec.ValidationError, UnicodeEncodeError) as error:
            raise BadBodyError(str(error)) from error
        # A field with a default may be left out as far as `convert` is concerned: only this finds it.
        if not is_what_stood_there:
            raise BadBodyError("members are missing, or are spelt in another way")
        body.check()
        return body

    def as_json(self) -> dict[str, Any]:
        """Return the body as it is written, every field of it, with lists in place of tuples."""
        written: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return written

    def check(self) -> None:
        """Raise BadBodyError for what no type says. It is asked of what is read, not of what is made."""

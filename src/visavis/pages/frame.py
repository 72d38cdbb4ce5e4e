"""A frame: what all pages of one kind in one language share, with holes for what they do not.

Jinja2 renders the template once, with a mark in place of each value; the text is cut at the marks. A
page is then its pieces and the frame's, joined: some hundred times faster than rendering it again, and
escaped by the same rule, since whatever is put in a hole is escaped unless it is `Markup`.

Pieces are kept in UTF-8, as the page is written: a paragraph on several pages is encoded
once. A `Fragment` is such a piece, safe already.
"""

import re
from collections.abc import Callable, Iterable
from typing import NewType

from markupsafe import Markup, escape

Fragment = NewType("Fragment", bytes)

MARK = re.compile("\x00([A-Za-z0-9_-]+)\x00")


class Frame:
    """Rendered text with holes, each with a name; one hole may stand in several places."""

    def __init__(self, text: str) -> None:
        parts = MARK.split(text)
        self._fixed = [part.encode() for part in parts[0::2]]
        self._holes = parts[1::2]

    @classmethod
    def made_by(
        cls, render: Callable[[dict[str, Markup]], str], *, holes: tuple[str, ...]
    ) -> "Frame":
        """Make a frame of what ``render`` writes when each hole is given its mark for a value."""
        frame = cls(render({hole: Markup(f"\x00{hole}\x00") for hole in holes}))  # noqa: S704 - a mark
        if set(frame._holes) != set(holes):
            raise ValueError(
                f"holes that the template never shows: {set(holes) - set(frame._holes)}"
            )
        return frame

    def filled(self, **values: str | Fragment) -> Fragment:
        """Return the text with these values in its holes. A value that is missing is an error."""
        pieces = {name: fragment(value) for name, value in values.items()}
        parts = [self._fixed[0]]
        for hole, fixed in zip(self._holes, self._fixed[1:], strict=True):
            parts.append(pieces[hole])
            parts.append(fixed)
        return joined(parts)

    def around(self, *holes: str) -> list[Fragment]:
        """Return what is before, between and after these holes, all that there are, in this order.

        For what is filled hundreds of times a page: the caller joins the pieces.
        """
        if tuple(self._holes) != holes:
            raise ValueError(f"the holes are {self._holes}")
        return [Fragment(fixed) for fixed in self._fixed]


def fragment(value: str | Fragment) -> Fragment:
    """Return a value as a page shows it: markup as it is, any other text escaped."""
    if isinstance(value, str):
        return Fragment((value if type(value) is Markup else escape(value)).encode())
    return value


def joined(parts: Iterable[bytes]) -> Fragment:
    """Return fragments as one."""
    return Fragment(b"".join(parts))

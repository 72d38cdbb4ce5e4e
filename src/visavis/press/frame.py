"""A frame: what all pages of one kind in one language share, with holes for what they do not.

Jinja2 renders the template once, with a mark in place of each value; the text is cut at the marks. A
page is then its pieces and the frame's, joined: some hundred times faster than rendering it anew, and
escaped by the same rule, since whatever is put in a hole is escaped unless it is `Markup`.
"""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

MARK = re.compile("\x00([A-Za-z_-]+)\x00")


class Frame:
    """Rendered text with holes, each with a name; one hole may stand in several places."""

    def __init__(self, text: str) -> None:
        parts = MARK.split(text)
        self._fixed = parts[0::2]
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

    def filled(self, **values: str) -> Markup:
        """Return the text with these values in its holes. A value that is missing is an error."""
        # `escape` asks of each value what it is; most are markup, and every page has dozens.
        escaped = {
            name: value if type(value) is Markup else str(escape(value))
            for name, value in values.items()
        }
        parts = [self._fixed[0]]
        for hole, fixed in zip(self._holes, self._fixed[1:], strict=True):
            parts.append(escaped[hole])
            parts.append(fixed)
        return Markup("".join(parts))  # noqa: S704 - a template's own text, and what was escaped here

"""What a page says of itself in its head: for search engines, and for somebody who is sent a link to it."""

import re
from dataclasses import dataclass

IN_A_DESCRIPTION = 160
IN_A_SUMMARY = 300
FOLDED = re.compile(r"[ \t\n]+")
"""What becomes one space; a no-break space stays."""


@dataclass(frozen=True)
class AboutPage:
    """``description`` is one line without markup, ``author`` empty where nobody is named."""

    description: str
    author: str = ""
    is_article: bool = False


def shortened(text: str, n: int) -> str:
    """Return a text in one line of at most ``n`` characters, cut between two words."""
    line = FOLDED.sub(" ", text).strip()
    if len(line) <= n:
        return line
    kept = line[: n - 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept else kept).rstrip(" ,;:–—-") + "…"

"""Words that somebody looks for in a list: found whatever their case, their accents and their dots.

Lists of a desk have titles of every language. No table can be asked for them: what is not open lies sealed.
So a page looks through what it has read, of which there is a limit.
"""

import unicodedata

LONGEST = 100
MOST_LOOKED_AT = 1_000
"""Items of a list, the newest first: a page reads no more to find words in them."""


class LookedFor:
    """What was typed into the field above a list. Empty: everything is found."""

    def __init__(self, typed: str) -> None:
        self.typed = " ".join(typed[:LONGEST].split())
        self._words = _folded(self.typed).split()

    def __bool__(self) -> bool:
        return bool(self._words)

    def is_in(self, *texts: str | None) -> bool:
        """Return whether each word, or its beginning or its end, is in one of the texts."""
        where = _folded("\n".join(text for text in texts if text))
        return all(word in where for word in self._words)


def _folded(text: str) -> str:
    """Return letters without case and marks. The dotless i is an i: who types Azerbaijani writes either."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = (letter for letter in apart if unicodedata.category(letter) != "Mn")
    return "".join(plain).replace("ı", "i").replace("և", "եւ")

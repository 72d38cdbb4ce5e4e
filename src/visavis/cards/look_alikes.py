"""What a name looks like, whatever letters it is written in.

Two names are look-alikes if `looks` gives them one look in common. A look is a skeleton in the sense of
Unicode's TR39: marks, spaces and signs are left out, and a letter is replaced by the Latin one that it can
be taken for. There are two looks, since a capital I looks like a small l, and a reader takes no notice
of capitals at all.

The table has the letters of Latin, Cyrillic and Armenian: the scripts in which names of these sides meet.
It is stricter than Unicode's, for the price of an error is only another name.

Pure: no database, no clock.
"""

import unicodedata

LATIN_FOR = {
    "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "н": "h", "і": "i", "ј": "j", "к": "k",
    "м": "m", "п": "n", "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t", "у": "y", "ү": "y",
    "ԝ": "w", "х": "x", "ә": "ə", "ө": "o", "ҝ": "k", "ҹ": "ч", "и": "u",
    "ա": "w", "գ": "q", "զ": "q", "է": "t", "ը": "n", "լ": "l", "հ": "h", "ղ": "n", "յ": "j", "ո": "n",
    "ռ": "n", "ս": "u", "տ": "s", "ց": "g", "ւ": "l", "ք": "p", "օ": "o", "ֆ": "s",
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ɑ": "a", "ɡ": "g", "ɵ": "o", "ɩ": "i",
}  # fmt: skip
"""Small letters, and the Latin letter that each, or its capital, can be taken for."""
AS_L = str.maketrans("IІΙ|", "llll")
"""Capitals that are drawn as a small l."""
FROM_SMALL = str.maketrans(LATIN_FOR)


def looks(name: str) -> frozenset[str]:
    """Return what this name can be taken for; nothing for a name without letters."""
    found = (_skeleton(name), _skeleton(name.translate(AS_L)))
    return frozenset(look for look in found if look)


def _skeleton(name: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(char for char in apart if char.isalpha()).translate(FROM_SMALL)

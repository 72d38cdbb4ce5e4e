"""Look for words in every byte of a folder, in each spelling in which a program might have left them.

Not only the database's own file is read: what a plain search of it does not find may lie in the ``-wal``
beside it.
"""

import base64
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote


def spellings(word: str) -> set[bytes]:
    """Return the word in every encoding it is looked for in, in small letters where letters have sizes."""
    plain = word.encode()
    found = {
        plain.lower(),
        word.lower().encode("utf-16-le"),
        word.lower().encode("utf-16-be"),
        plain.hex().encode(),
        quote(word, safe="").lower().encode(),
    }
    for offset in range(3):
        # What stands before shifts the letters; those that depend on it, or on what follows, are cut off.
        coded = base64.b64encode(b"\0" * offset + plain)
        kept = coded[(0, 2, 3)[offset] : len(coded) - 4]
        if len(kept) >= 8:
            found.add(kept.lower())
    return found


def found_in(content: bytes, words: Iterable[str]) -> set[str]:
    """Return those of the words that lie in these bytes, however they are spelled."""
    folded = content.lower()
    return {word for word in words if any(each in folded for each in spellings(word))}


def found_below(folder: Path, words: Iterable[str]) -> dict[str, set[str]]:
    """Return, for each file below the folder that has any of the words, which ones; names count too."""
    wanted = list(words)
    hits = {}
    for file in sorted(folder.rglob("*")):
        name = str(file.relative_to(folder))
        content = file.read_bytes() if file.is_file() else b""
        if hit := found_in(content + b"\n" + name.encode(), wanted):
            hits[name] = hit
    return hits

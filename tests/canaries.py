"""Look for words in every byte of a folder: what `safety.scan` finds, as plain sets."""

from collections.abc import Iterable
from pathlib import Path

from visavis.safety.scan import Search


def found_in(content: bytes, words: Iterable[str]) -> set[str]:
    """Return those of the words that lie in these bytes, however they are spelled or packed."""
    return set(Search(words).in_bytes(content))


def found_below(folder: Path, words: Iterable[str]) -> dict[str, set[str]]:
    """Return, for each file below the folder that has any of the words, which ones; names count too."""
    return {name: set(hit) for name, hit in Search(words).below(folder).items()}

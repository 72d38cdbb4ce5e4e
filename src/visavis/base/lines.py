r"""Lines: which of them are one paragraph, where a text is typed, pasted or read from a file.

An empty line parts paragraphs; a line of nothing but white space, of whatever kind, is empty. Lines that
have none between them are read in one of three ways:

- *joined*, where they fill a column, as mail programs wrap them: no line has room for the next one's first
  word. Lines that each begin with a capital or a digit are verse or a list, unless other paragraphs of the
  same text fill the same column;
- *apart*, each a paragraph, where one is longer than any column, as word processors save plain text;
- *kept*, otherwise: verse, addresses, signatures.

A backslash at the end of a line keeps the line, whatever the others look like; the rest of that paragraph
is joined. `typed` writes one wherever lines would be read otherwise than they are.

Pure. Doors: `Lines`, `blocks`, `column_of`, `ends_hard`, `read`, `reading_of`, `folded`, `typed`,
`paragraphs_of`.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import pairwise

from .text import clean

SPACES = re.compile(r"[ \t]+")
NARROWEST = 50
"""Characters: no program wraps mail in a narrower column, and most verse has shorter lines."""
WIDEST = 90
"""Characters: mail is wrapped at 65 to 80. A longer line is a paragraph."""
WIDEST_OF_MANY = 130
MANY = 4
"""So many lines that fill a column do so on purpose, be it as wide as a window."""


class Lines(StrEnum):
    """What becomes of the ends of lines inside a paragraph."""

    JOINED = "joined"
    APART = "apart"
    KEPT = "kept"


def blocks(text: str) -> list[list[str]]:
    """Return the lines of each paragraph, spaces folded and none in front. Raises UnfitTextError."""
    found: list[list[str]] = [[]]
    for line in clean(text).split("\n"):
        if line.strip():
            # A space at its end stays: with it a mark that nothing follows is still a mark.
            found[-1].append(SPACES.sub(" ", line).lstrip(" "))
        elif found[-1]:
            found.append([])
    return found if found[-1] else found[:-1]


def column_of(many: Iterable[Sequence[str]]) -> int:
    """Return the widest column that some paragraph fills, in characters; 0 if none does."""
    filled = (_column(lines) for lines in many if reading_of(lines) is Lines.JOINED)
    return max(filled, default=0)


def reading_of(lines: Sequence[str], *, column: int = 0) -> Lines:
    """Return how lines without an empty one between them are read.

    ``column`` is the one that other paragraphs of the same text fill, or 0.
    """
    widest = _column(lines)
    if len(lines) < 2 or widest < NARROWEST:
        return Lines.KEPT
    fits = widest <= (WIDEST if len(lines) < MANY else WIDEST_OF_MANY)
    if fits and _fill(lines, max(column, widest)) and (column or not _begin_like_verse(lines[1:])):
        return Lines.JOINED
    return Lines.APART if widest > WIDEST else Lines.KEPT


def ends_hard(line: str) -> bool:
    """Return whether the end of this line was asked for."""
    return line.endswith("\\")


def read(lines: Sequence[str], *, how: Lines) -> tuple[str, ...]:
    """Return the paragraphs that these lines are, those that are kept with line feeds between them."""
    *others, last = [line.strip(" ") for line in lines]
    if any(map(ends_hard, others)):
        hard = (f"{line[:-1]}\n" if ends_hard(line) else f"{line} " for line in others)
        found = ["".join(hard) + last]
    elif how is Lines.APART:
        found = [*others, last]
    else:
        found = [("\n" if how is Lines.KEPT else " ").join([*others, last])]
    return tuple(text for text in map(folded, found) if text)


def folded(text: str) -> str:
    """Return a paragraph as it can be typed: no space but one between words, and no empty line."""
    lines = (SPACES.sub(" ", line).strip(" ") for line in text.split("\n"))
    return "\n".join(line for line in lines if line.strip())


def typed(text: str, *, how: Lines | None = None) -> str:
    """Return what could have been typed to make this paragraph.

    ``how`` says how its lines would be read if that is known, as of an item's.
    """
    lines = folded(text).split("\n")
    would_be = how or reading_of(lines)
    if would_be is Lines.KEPT and not any(map(ends_hard, lines[:-1])):
        return "\n".join(lines)
    return "\\\n".join(lines)


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text without marks, as they are signed. Raises UnfitTextError."""
    found = blocks(text)
    column = column_of(found)
    return tuple(
        clean(paragraph)
        for lines in found
        for paragraph in read(lines, how=reading_of(lines, column=column))
    )


def _column(lines: Sequence[str]) -> int:
    """How wide the lines are; an address on the web is as long as it is, and fills no column."""
    return max((len(line) for line in lines if " " in line), default=0)


def _fill(lines: Sequence[str], column: int) -> bool:
    return all(
        len(line) + 1 + len(after.split(" ", 1)[0]) > column for line, after in pairwise(lines)
    )


def _begin_like_verse(lines: Sequence[str]) -> bool:
    firsts = (next((char for char in line if char.isalnum()), "") for line in lines)
    return all(first.isupper() or first.isdecimal() for first in firsts)

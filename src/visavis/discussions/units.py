"""How a text is typed: an empty line parts paragraphs, and lines that begin with ``>`` are a quotation.

Pure. Doors: `units_of`, `typed`, `lines_of`.
"""

from collections.abc import Iterable, Sequence

from visavis.base import lines
from visavis.base import text as safe_text

from .bodies import Unit, UnitKind

QUOTE = ">"


def units_of(text: str) -> tuple[Unit, ...]:
    """Return the paragraphs and quotations of a text, as they are signed. Raises UnfitTextError."""
    found = [_read(block) for block in lines.blocks(text)]
    column = lines.column_of(block for _, block in found)
    return tuple(
        Unit(kind, safe_text.clean(paragraph))
        for kind, block in found
        for paragraph in lines.read(block, how=lines.reading_of(block, column=column))
    )


def typed(units: Iterable[Unit]) -> str:
    """Return what could have been typed to make these units."""
    return "\n\n".join(map(_typed, units))


def typed_alone(text: str) -> str:
    """Return what could have been typed in a field that holds one paragraph."""
    return lines.typed(text)


def lines_of(text: str) -> tuple[str, ...]:
    """Return each line that says something, clean. Raises UnfitTextError."""
    every = (safe_text.one_line(line) for line in safe_text.clean(text).split("\n"))
    return tuple(line for line in every if line)


def _typed(unit: Unit) -> str:
    words = lines.typed(unit.text)
    if unit.kind is not UnitKind.QUOTE:
        return words
    return "\n".join(f"{QUOTE} {line}" for line in words.split("\n"))


def _read(block: Sequence[str]) -> tuple[UnitKind, list[str]]:
    """Return what the lines between two empty ones are, and their words."""
    if not all(line.startswith(QUOTE) for line in block):
        return UnitKind.PARAGRAPH, list(block)
    return UnitKind.QUOTE, [line.lstrip(f"{QUOTE} ") for line in block]

"""What has changed between two versions of a text, word by word. Pure.

Paragraphs are compared first; words only within the stretches that changed, so that a long text with
one new sentence costs what the sentence costs. A word is what is between spaces: a comma that came
marks the word it came to. Put together, what is the same or gone is the old text, what is the same or
added is the new one, letter for letter.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Indel

TOKEN = re.compile(
    "\ufdd0[^\ufdd4]*\ufdd4|\ufdd1|\ufdd2[^\ufdd4]*\ufdd4"  # marks that a page puts in: one token each
    r"|\s+|[^\s" + "\ufdd0-\ufdef]+|[\ufdd0-\ufdef]"
)
MOST_TOKENS = 20_000
END = "\n\n"


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True)
class Piece:
    """A stretch of words and what became of it."""

    change: Change
    text: str


@dataclass(frozen=True)
class Changes:
    """Each new paragraph in pieces; and the old paragraphs that are gone, by the place before which."""

    paragraphs: tuple[tuple[Piece, ...], ...]
    gone: Mapping[int, tuple[str, ...]]

    @property
    def is_same(self) -> bool:
        same = all(piece.change is Change.SAME for each in self.paragraphs for piece in each)
        return same and not self.gone


def unchanged(paragraphs: Sequence[str]) -> Changes:
    """Return the paragraphs as they are where there is nothing to compare them with."""
    return Changes(tuple((Piece(Change.SAME, text),) for text in paragraphs), {})


def changed_paragraphs(old: Sequence[str], new: Sequence[str]) -> Changes:
    """Return how the old paragraphs became the new ones.

    Cost: linear in the paragraphs that stayed; within each stretch that changed, the words of the old
    times the words of the new, by 64 at a time. A stretch of more than 20,000 words is not compared, nor
    are texts of more than 20,000 paragraphs.
    """
    if len(old) + len(new) > MOST_TOKENS:
        # A flood of empty lines would take all the memory there is.
        return Changes(tuple((Piece(Change.ADDED, text),) for text in new), {0: tuple(old)})
    paragraphs: list[tuple[Piece, ...]] = []
    gone: dict[int, tuple[str, ...]] = {}
    for before, after in _stretches(old, new):
        if before == after:
            paragraphs.extend((Piece(Change.SAME, text),) for text in after)
            continue
        kept, lost = _within(before, after)
        gone.update(
            {
                len(paragraphs) + place: (*gone.get(len(paragraphs) + place, ()), *texts)
                for place, texts in lost.items()
            }
        )
        paragraphs.extend(kept)
    return Changes(tuple(paragraphs), gone)


def changed_words(old: str, new: str) -> tuple[Piece, ...]:
    """Return how one text became another."""
    return tuple(_merged(_words(TOKEN.findall(old), TOKEN.findall(new))))


def _stretches(
    old: Sequence[str], new: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Yield stretches of paragraphs that stayed, and stretches that changed, in order."""
    old_at = new_at = 0
    for op in Indel.opcodes(old, new):
        if op.tag != "equal":
            continue
        if (old_at, new_at) != (op.src_start, op.dest_start):
            yield old[old_at : op.src_start], new[new_at : op.dest_start]
        yield old[op.src_start : op.src_end], new[op.dest_start : op.dest_end]
        old_at, new_at = op.src_end, op.dest_end
    if old_at < len(old) or new_at < len(new):
        yield old[old_at:], new[new_at:]


def _within(
    old: Sequence[str], new: Sequence[str]
) -> tuple[list[tuple[Piece, ...]], dict[int, tuple[str, ...]]]:
    """Return the new paragraphs of a changed stretch in pieces, and what is gone altogether."""
    if not new or not old:
        return [(Piece(Change.ADDED, text),) for text in new], ({0: tuple(old)} if old else {})
    paragraphs: list[list[Piece]] = [[]]
    for piece in _words(_tokens(old), _tokens(new)):
        if piece.text != END:
            paragraphs[-1].append(piece)
        elif piece.change is Change.GONE:
            paragraphs[-1].append(Piece(Change.GONE, " "))
        else:
            paragraphs.append([])
    return [tuple(_merged(each)) for each in paragraphs], {}


def _tokens(paragraphs: Sequence[str]) -> list[str]:
    tokens: list[str] = []
    for number, text in enumerate(paragraphs):
        tokens.extend([END] if number else [])
        tokens.extend(token for token in TOKEN.findall(text))
    return tokens


def _words(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if len(old) + len(new) > MOST_TOKENS:
        yield from (Piece(Change.GONE, text) for text in old)
        yield from (Piece(Change.ADDED, text) for text in new)
        return
    for op in Indel.opcodes(old, new):
        if op.tag == "equal":
            yield from (Piece(Change.SAME, text) for text in new[op.dest_start : op.dest_end])
        elif op.tag == "delete":
            yield from (Piece(Change.GONE, text) for text in old[op.src_start : op.src_end])
        else:
            yield from (Piece(Change.ADDED, text) for text in new[op.dest_start : op.dest_end])


def _merged(pieces: Iterator[Piece] | Sequence[Piece]) -> Iterator[Piece]:
    """Join neighbours; within a stretch that changed, what is gone comes before what was added."""
    kept: list[Piece] = []
    for piece in _without_lone_spaces(list(pieces)):
        if kept and kept[-1].change is piece.change:
            kept[-1] = Piece(piece.change, kept[-1].text + piece.text)
        else:
            kept.append(piece)
    yield from kept


def _without_lone_spaces(pieces: list[Piece]) -> Iterator[Piece]:
    """Between two changed words a space that stayed would split one change into many."""
    run: list[Piece] = []
    for place, piece in enumerate(pieces):
        after = pieces[place + 1] if place + 1 < len(pieces) else None
        is_between = (
            piece.change is Change.SAME
            and piece.text.isspace()
            and bool(run)
            and after is not None
            and after.change is not Change.SAME
        )
        if piece.change is not Change.SAME:
            run.append(piece)
        elif is_between:
            run.extend((Piece(Change.GONE, piece.text), Piece(Change.ADDED, piece.text)))
        else:
            yield from _sorted(run)
            run = []
            yield piece
    yield from _sorted(run)


def _sorted(run: list[Piece]) -> Iterator[Piece]:
    yield from (piece for piece in run if piece.change is Change.GONE)
    yield from (piece for piece in run if piece.change is Change.ADDED)

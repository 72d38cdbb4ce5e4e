"""What a desk does with a draft, without a database: read what was typed, edit, translate, mend, finish.

A draft holds the same shape as a document (`bodies`), with the words of the original in ``made_of``
instead of their hashes, None where they are no longer known, and with withheld words still in place.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from visavis.base.lines import Lines, blocks, column_of, ends_hard, folded, read, reading_of, typed
from visavis.base.text import clean

from . import cuts
from .alignment import StandingRow, aligned, places_after, realigned, standing_now
from .bodies import NOTES, Notes, Row, Rows, TextBody, Unit, UnitKind, Version, unit_hash

MARKS = {"# ": UnitKind.HEADING, "> ": UnitKind.QUOTE, "- ": UnitKind.ITEM}
BEGINS_LIKE_A_MARK = re.compile(r"\\*(?:#+|>|-) ")
HEADING = re.compile(r"#{1,6} ")
ALL_WITHHELD = "[…]"
ONE_LINE = frozenset({UnitKind.HEADING, UnitKind.ITEM})
"""Kinds whose lines are joined, unless a backslash keeps them."""


# What was typed


def units_from(words: str, *, how: Lines | None = None) -> tuple[Unit, ...]:
    """Return the units of what was typed, pasted or read from a file.

    An empty line parts paragraphs; ``# `` begins a heading, ``> `` a quotation, ``- `` an item, and each
    line of items is one. A backslash before such a mark makes it text. What becomes of other line ends
    is said by ``how``, or seen from the lines (`base.lines`). Raises UnfitTextError.
    """
    return tuple(unit for unit, _how in _read(words, how=how))


def title_and_rest(words: str) -> tuple[str, str]:
    """Return the first line of a plain text, without the mark of a heading, and all after it."""
    title, _, rest = words.lstrip().partition("\n")
    return HEADING.sub("", title, count=1), rest


def readings_of(words: str, *, how: Lines | None = None) -> Counter[Lines]:
    """Return how often lines were joined, kept or read as paragraphs of their own."""
    return Counter(found for _unit, found in _read(words, how=how) if found)


def typed_from(units: Iterable[Unit]) -> str:
    """Return what could have been typed to make these units: `units_from` reads it back.

    A unit of which every word is withheld is typed as its mark, `ALL_WITHHELD`.
    """
    marks = {kind: mark for mark, kind in MARKS.items()}
    found = []
    for unit in units:
        mark = marks.get(unit.kind, "")
        every = mark if unit.kind is UnitKind.QUOTE else ""
        text = typed(unit.text, how=Lines.JOINED if unit.kind in ONE_LINE else None)
        lines = [
            f"\\{line}" if BEGINS_LIKE_A_MARK.match(line) else line for line in text.split("\n")
        ]
        found.append(mark + f"\n{every}".join(lines) if text else mark + ALL_WITHHELD)
    return "\n\n".join(found)


# Editing


def edited(version: Version, *, title: str, units: Sequence[Unit]) -> Version:
    """Return a version with other words. Rows follow the words, and cuts stay where their words stay."""
    new = _with_gaps(units, before=version.units)
    old_texts, new_texts = _texts(version.units), _texts(new)
    places = places_after(old_texts, new_texts)
    kept = cuts.carried_over(version.units, new, version.cuts, places=places)
    rows = version.rows
    if rows is not None:
        rows = realigned(old_texts, new_texts, rows, column=1)
    return replace(version, title=title, units=new, cuts=kept, rows=rows)


def translated(
    original: Version, *, title: str, units: Sequence[Unit], translator: str | None, of_version: int
) -> Version:
    """Return a new translation, aligned by length and numbers; rows can be mended by hand."""
    return Version(
        title=title,
        units=tuple(units),
        translator=translator,
        of_version=of_version,
        made_of=tuple(_texts(original.units)),
        rows=aligned(original.units, units),
    )


def standing(version: Version, original: Version) -> tuple[StandingRow, ...]:
    """Return the rows of a drafted translation beside the original as it is drafted now."""
    if version.made_of is None or version.rows is None:
        return ()
    unknown = (f"\x00{index}" for index in range(len(version.made_of)))
    made_of = [next(unknown) if known is None else known for known in version.made_of]
    return standing_now(made_of, _texts(original.units), version.rows)


def noted(version: Version, notes: Notes) -> Version:
    """Return a translation with these forms of what is known of the text."""
    return replace(version, **{name: getattr(notes, name) for name in NOTES})


def as_given(body: TextBody, *, before: Notes | None = None) -> TextBody:
    """Return the body without forms of what its original does not say, or said otherwise ``before``.

    A name that was changed or taken away, perhaps for somebody's safety, must not live on in a translation.
    """
    gone = [
        name
        for name in NOTES
        if not getattr(body, name)
        or (before is not None and getattr(before, name) != getattr(body, name))
    ]
    versions = {
        code: replace(version, **dict.fromkeys(gone)) for code, version in body.versions.items()
    }
    return replace(body, versions=versions)


def n_stale(version: Version, original: Version) -> int:
    return sum(row.is_stale for row in standing(version, original))


def n_unplaced(version: Version, original: Version) -> int:
    """Return how many paragraphs a translation has where none of them is beside its original; else 0.

    Readers would see two half-empty columns.
    """
    has_row = any(row.left and row.right for row in standing(version, original))
    return 0 if has_row else len(version.units)


@dataclass(frozen=True)
class TypedRow:
    """One row of the page where a translation is written: what is beside which originals."""

    left: tuple[int, ...]
    typed: str
    is_up_to_date: bool


def typed_rows(version: Version, original: Version) -> list[TypedRow]:
    """Return a translation as it would be typed row by row: `rewritten` makes the same of it."""
    return [
        TypedRow(row.left, typed_from(version.units[i] for i in row.right), not row.is_stale)
        for row in standing(version, original)
    ]


def rewritten(
    version: Version,
    original: Version,
    *,
    title: str,
    translator: str | None,
    rows: Sequence[TypedRow],
    this_version: int,
) -> Version:
    """Return the translation as it was written row by row beside the original as it is now.

    A row that is not marked as up to date stays what it was: stale, if it was stale.
    """
    units: list[Unit] = []
    stale: list[bool] = []
    placed: list[Row] = []
    for row in rows:
        own = units_from(row.typed)
        if not row.left and not own:
            continue
        placed.append((row.left, tuple(range(len(units), len(units) + len(own)))))
        stale.append(not row.is_up_to_date)
        units += own
    made_of, over = _made_of(placed, stale, original)
    new = _with_gaps(units, before=version.units)
    kept = cuts.carried_over(
        version.units,
        new,
        version.cuts,
        places=places_after(_texts(version.units), _texts(new)),
    )
    return replace(
        version,
        title=title,
        translator=translator,
        units=new,
        cuts=kept,
        made_of=made_of,
        rows=over,
        of_version=version.of_version if any(stale) else this_version,
    )


def mended(version: Version, original: Version, *, rows: Rows) -> Version:
    """Return the translation with other rows beside the original as it is now; marks of age stay."""
    before = standing(version, original)
    stale_units = {index for row in before if row.is_stale for index in row.right}
    empty_stale = {index for row in before if row.is_stale and not row.right for index in row.left}
    stale = [
        not stale_units.isdisjoint(right) or (not right and not empty_stale.isdisjoint(left))
        for left, right in rows
    ]
    made_of, over = _made_of(rows, stale, original)
    return replace(version, made_of=made_of, rows=over)


def rows_from_numbers(beside: Sequence[tuple[int, int] | None], *, n_original: int) -> Rows | None:
    """Return the rows in which each unit of a translation is beside the paragraphs given for it.

    ``beside`` has for each unit the first and last original (from 0, both included), or None where it
    is alone in its row. Units that share a paragraph share a row. None if they do not follow in order.
    """
    rows: list[tuple[list[int], list[int]]] = []
    covered = 0
    for own, span in enumerate(beside):
        if span is None:
            rows.append(([], [own]))
            continue
        first, last = span
        if not 0 <= first <= last < n_original:
            return None
        if first < covered:
            # It shares a paragraph with the unit before it, which must be the one just above.
            if not rows or not rows[-1][0] or first < rows[-1][0][0]:
                return None
            rows[-1][0].extend(range(covered, last + 1))
            rows[-1][1].append(own)
        else:
            rows += [([index], []) for index in range(covered, first)]
            rows.append((list(range(first, last + 1)), [own]))
        covered = max(covered, last + 1)
    rows += [([index], []) for index in range(covered, n_original)]
    return tuple((tuple(left), tuple(right)) for left, right in rows)


# Finishing


def finished(body: TextBody, *, salt: str, before: Sequence[date], today: date) -> TextBody:
    """Return the body as it is signed: withheld words gone, ``made_of`` hashed with the new salt."""
    history = (*before, today)
    published = {
        language: _finished(version, body.first, salt=salt, this_version=len(history))
        for language, version in body.versions.items()
    }
    return replace(body, versions=published, history=history)


def finished_translation(
    version: Version, original: Version, *, salt: str, of_version: int
) -> Version:
    """Return a translation as it is signed as a document of its own, beside the open original."""
    return _finished(version, original, salt=salt, this_version=of_version)


def reopened(body: TextBody, *, salt: str) -> TextBody:
    """Return an open text as a draft of its next version: what was stale stays so, all else is fresh."""
    return replace(
        body,
        versions={
            language: reopened_version(version, body.first, salt=salt, now=len(body.history))
            for language, version in body.versions.items()
        },
    )


def reopened_version(version: Version, original: Version, *, salt: str, now: int) -> Version:
    """Return a version of an open document as a draft has it: words of the original for their hashes."""
    if version.made_of is None or version.rows is None:
        return version
    hashes = [unit_hash(unit.text, salt=salt) for unit in original.units]
    rows = standing_now([known or "" for known in version.made_of], hashes, version.rows)
    stale = [row.is_stale for row in rows]
    made_of, over = _made_of([(row.left, row.right) for row in rows], stale, original)
    of_version = version.of_version if any(stale) else now
    return replace(version, made_of=made_of, rows=over, of_version=of_version)


def withheld_elsewhere(body: TextBody) -> str | None:
    """Return a language in which words still stand that are withheld in another, or None.

    Where something is withheld in a paragraph of the original, the paragraphs beside it withhold
    something too, and the other way round.
    """
    for language, version in body.versions.items():
        for row in standing(version, body.first):
            pairs = ((body.first, row.left), (version, row.right))
            holds = [_withholds(side, units) for side, units in pairs]
            if all(units for _side, units in pairs) and holds[0] != holds[1]:
                return language if holds[0] else body.original
    return None


def _finished(version: Version, original: Version, *, salt: str, this_version: int) -> Version:
    if version.made_of is None or version.rows is None:
        return cuts.withheld(version)
    published = {
        drafted.text: unit.text
        for drafted, unit in zip(original.units, cuts.withheld(original).units, strict=True)
    }
    # Words that the original no longer has are hashed as unknown: they may be what is withheld now.
    hashes = tuple(
        unit_hash(published.get(known, f"\x00{index}") if known else f"\x00{index}", salt=salt)
        for index, known in enumerate(version.made_of)
    )
    fresh = n_stale(version, original) == 0
    of_version = this_version if fresh else min(version.of_version or this_version, this_version)
    return replace(cuts.withheld(version), made_of=hashes, of_version=of_version)


def _made_of(
    rows: Sequence[Row], stale: Sequence[bool], original: Version
) -> tuple[tuple[str | None, ...], Rows]:
    """Return what rows beside the present original were made of, and the rows over that.

    A stale row was made of words that are not known any more; one whose original went keeps a place for
    them, so that it stays stale.
    """
    made_of: list[str | None] = []
    over: list[Row] = []
    for (left, right), is_stale in zip(rows, stale, strict=True):
        known = [None if is_stale else original.units[index].text for index in left]
        if is_stale and not left:
            known = [None]
        over.append((tuple(range(len(made_of), len(made_of) + len(known))), right))
        made_of += known
    return tuple(made_of), tuple(over)


def _withholds(version: Version, units: Sequence[int]) -> bool:
    return any(cut.is_withheld and cut.unit in units for cut in version.cuts)


def _kind_of(line: str) -> UnitKind | None:
    if HEADING.match(line):
        return UnitKind.HEADING
    return MARKS.get(line[:2])


def _without_mark(line: str, kind: UnitKind | None) -> str:
    if kind is UnitKind.HEADING:
        line = HEADING.sub("", line, count=1)
    elif kind is not None:
        line = line[2:]
    return line[1:] if line.startswith("\\") and BEGINS_LIKE_A_MARK.match(line) else line


def _read(words: str, *, how: Lines | None) -> Iterator[tuple[Unit, Lines | None]]:
    """Yield each unit, with how its lines were read where there were several."""
    found = blocks(words)
    column = column_of(found)
    for block in found:
        for kind, lines in _groups(block):
            taken = Lines.JOINED if kind in ONE_LINE else how or reading_of(lines, column=column)
            covered = taken if len(lines) > 1 and kind not in ONE_LINE else None
            for number, text in enumerate(read(lines, how=taken)):
                # Once more by itself: a mark of direction may stay only where its own words need one.
                yield Unit(kind, clean(text)), None if number else covered


def _groups(block: Sequence[str]) -> Iterator[tuple[UnitKind, list[str]]]:
    """Yield the lines of each unit of a block, without their marks."""
    kind = UnitKind.PARAGRAPH
    gathered: list[str] = []
    for line in block:
        begins = _kind_of(line)
        is_new = begins is not None and not (begins is UnitKind.QUOTE is kind)
        is_after_heading = kind is UnitKind.HEADING and not (gathered and ends_hard(gathered[-1]))
        if gathered and (is_new or is_after_heading):
            yield kind, gathered
            gathered = []
        if begins is not None or not gathered:
            kind = begins or UnitKind.PARAGRAPH
        gathered.append(_without_mark(line, begins).strip(" "))
    yield kind, gathered


def _with_gaps(units: Iterable[Unit], *, before: Iterable[Unit]) -> tuple[Unit, ...]:
    """Return the units with the spaces that what is withheld left behind, which nobody can type.

    Without them an unchanged paragraph would look changed, and its mark would go.
    """
    gaps = {folded(unit.text) or ALL_WITHHELD: unit.text for unit in before}
    return tuple(replace(unit, text=gaps.get(unit.text, unit.text)) for unit in units)


def _texts(units: Iterable[Unit]) -> list[str]:
    return [unit.text for unit in units]


def n_bytes(body: TextBody) -> int:
    """Return how many bytes the words of all languages take."""
    return sum(len(unit.text.encode()) for each in body.versions.values() for unit in each.units)


def languages_of(body: TextBody) -> Mapping[str, int]:
    """Return the languages of a draft, the original first, each with its number of units."""
    codes = [body.original, *(code for code in body.versions if code != body.original)]
    return {code: len(body.versions[code].units) for code in codes}

"""Many strikes at once, as they are marked on paper: whole paragraphs, and places by their words.

A place is quoted on a line of its own. Short ones are quoted in full; of a longer one its first and last
words are enough, with an ellipsis between. If they stand there more than once, write the number of
their paragraph and a colon before them. A line is read in the plainest way in
which it is found: as it is, then without its number, then as two ends.

Pure: nothing is kept here. What cannot be struck is reported, line by line; the rest is struck all the same,
so that a preview shows as much as there is to see.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from . import cuts, drafting
from .bodies import Cut, TextBody, Version, Why
from .cuts import StrikeRefusal

ELLIPSIS = re.compile(r"\s*(?:…|\.{3,})\s*")
NUMBERED = re.compile(r"([0-9]{1,5})\s*:\s*(?=\S)")
MOST_ELLIPSES = 8
"""So many ellipses of a line are tried as the place of words left out: each costs a reading of the text."""

Reading = tuple[int | None, str, str]


@dataclass(frozen=True, kw_only=True)
class Striking:
    """What is to be struck: units by number, from 0, and lines that quote. One reason holds for all.

    ``in_translations``: a whole unit of the original is struck in the translations as well, wherever
    they have it in a row of its own.
    """

    why: Why
    whole: tuple[int, ...] = ()
    quoted: tuple[str, ...] = ()
    in_translations: bool = False


@dataclass(frozen=True)
class Fault:
    """Why a unit, by its number, or a line, as it was typed, cannot be struck."""

    what: int | str
    refusal: StrikeRefusal


@dataclass(frozen=True)
class Struck:
    """The text with all struck that can be, and what cannot be."""

    body: TextBody
    faults: tuple[Fault, ...]


def struck(body: TextBody, language: str, striking: Striking) -> Struck:
    """Return the text with this struck in this language."""
    if not striking.whole and not striking.quoted:
        return Struck(body, (Fault("", StrikeRefusal.NOTHING_CHOSEN),))
    faults: list[Fault] = []
    beside = _beside(body) if striking.in_translations and language == body.original else {}
    for unit in striking.whole:
        cut = cuts.whole_unit(body.versions[language], unit, why=striking.why)
        refusal, body = _struck(body, language, cut)
        if refusal:
            faults.append(Fault(unit, refusal))
        for other, number in () if refusal else beside.get(unit, ()):
            cut = cuts.whole_unit(body.versions[other], number, why=striking.why)
            _refusal, body = _struck(body, other, cut)
    for line in striking.quoted:
        places = _places(body.versions[language], line)
        if len(places) != 1:
            refusal = StrikeRefusal.STANDS_TWICE if places else StrikeRefusal.WORDS_NOT_FOUND
        else:
            unit, start, end = places[0]
            cut = Cut(unit=unit, start=start, end=end, why=striking.why, words=0)
            refusal, body = _struck(body, language, cut)
        if refusal:
            faults.append(Fault(line, refusal))
    return Struck(body, tuple(faults))


def _struck(body: TextBody, language: str, cut: Cut) -> tuple[StrikeRefusal | None, TextBody]:
    version = body.versions[language]
    refusal = cuts.why_not_strike(version, cut, language=language)
    if refusal:
        return refusal, body
    return None, body.with_version(language, cuts.strike(version, cut, language=language))


def _beside(body: TextBody) -> dict[int, list[tuple[str, int]]]:
    """Return, for each unit of the original, the units of translations that stand beside it alone."""
    found: dict[int, list[tuple[str, int]]] = {}
    for other, version in body.versions.items():
        for row in drafting.standing(version, body.first):
            if len(row.left) == 1:
                found.setdefault(row.left[0], []).extend((other, unit) for unit in row.right)
    return found


def _places(version: Version, line: str) -> list[tuple[int, int, int]]:
    """Return the places that the line quotes, as unit, start and end: none, one, or two of several.

    The text is read at most once for each way to read the line.
    """
    for number, first, last in _readings(line):
        found = (
            (unit, start, end)
            for unit, words in enumerate(version.units)
            if number is None or unit == number
            for start, end in cuts.spans_from_to(words.text, first=first, last=last)
        )
        if places := list(islice(found, 2)):
            return places
    return []


def _readings(line: str) -> Iterator[Reading]:
    """Yield the ways to read a line, the plainest first: the unit it names, its first and last words."""
    numbered = NUMBERED.match(line)
    lines: list[tuple[int | None, str]] = [(None, line)]
    if numbered:
        lines.append((int(numbered[1]) - 1, line[numbered.end() :]))
    yield from ((number, words, words) for number, words in lines)
    for number, words in lines:
        for ellipsis in islice(ELLIPSIS.finditer(words), MOST_ELLIPSES):
            first, last = words[: ellipsis.start()], words[ellipsis.end() :]
            if first and last:
                yield number, first, last

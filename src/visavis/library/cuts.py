"""Honest shortening: words are struck, never rewritten, and what was struck can be counted.

1. The stored text stays whole. A cut is a span of one unit, in code points; what is shown is the text
   without its spans, each replaced by a mark that offers what was cut.
2. A strike takes whole words: a span that begins or ends inside a word grows to its edge. Spans struck
   for one reason that touch or overlap become one; where two reasons meet, the weightier keeps its words
   and the other takes what is left.
3. Shown and cut together are the stored text, letter for letter, and their words add up.
4. For safety and for a third person's sake the words themselves leave the document (`withheld`): the
   cut has no length any more, and only the number of words stays.
5. A strike that would split emphasis or a link is not taken: the pieces would show their marks.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec.structs import replace

from visavis.base.text import count_words, plain, word_spans

from .bodies import Cut, Unit, Version, Why

Span = tuple[int, int]
WHITE_SPACE = re.compile(r"\s")

WEIGHT = {Why.LENGTH: 0, Why.LAW: 1, Why.THIRD_PERSON: 2, Why.SAFETY: 3}


class StrikeRefusal(StrEnum):
    """Why these words cannot be struck."""

    NO_SUCH_UNIT = "no such paragraph"
    NO_WORDS = "no words between these places"
    ALREADY_STRUCK = "already struck"
    NOTHING_CHOSEN = "nothing ticked and nothing quoted"
    WORDS_NOT_FOUND = "the words are not there"
    STANDS_TWICE = "the words are there more than once"
    SPLITS_A_MARK = "begins or ends inside emphasis or a link"


@dataclass(frozen=True)
class Run:
    """A stretch of one unit: shown if it has no cut, else what the cut covers (empty if withheld)."""

    text: str
    cut: Cut | None


def strike(version: Version, cut: Cut, *, language: str) -> Version:
    """Return the version with one more span struck, grown to whole words and joined to its neighbours.

    The words of each cut are counted here, whatever ``cut`` says itself.
    """
    text = version.units[cut.unit].text
    here = cuts_of(version, cut.unit)
    live = [other for other in here if other.start < other.end]
    points = [other for other in here if other.start == other.end]

    new = [_whole_words(text, cut.start, cut.end, language=language)]
    spans: list[tuple[Span, Why]] = []
    lighter: list[tuple[Span, Why]] = []
    for other in live:
        span = (other.start, other.end)
        if other.why is cut.why:
            new.append(span)
        elif WEIGHT[other.why] > WEIGHT[cut.why]:
            new = _without(new, span)
            spans.append((span, other.why))
        else:
            lighter.append((span, other.why))
    # Only now is it known what of the new span is left: heavier cuts may have taken any part of it, or all.
    for span, why in lighter:
        left = [span]
        for each in new:
            left = _without(left, each)
        spans += [(part, why) for part in left]
    places = [point.start for point in points]
    spans += [(span, cut.why) for span in _split(_joined(new, text), places)]

    counted = [*_counted(text, cut.unit, spans, language=language), *points]
    elsewhere = [other for other in version.cuts if other.unit != cut.unit]
    return replace(version, cuts=tuple(sorted([*elsewhere, *counted], key=_place)))


def unstrike(version: Version, cut: Cut) -> Version:
    """Return the version without this cut; what was withheld in an open version does not come back."""
    return replace(version, cuts=tuple(other for other in version.cuts if other != cut))


def why_not_strike(version: Version, cut: Cut, *, language: str) -> StrikeRefusal | None:
    """Return why this span cannot be struck, or None."""
    if not 0 <= cut.unit < len(version.units):
        return StrikeRefusal.NO_SUCH_UNIT
    text = version.units[cut.unit].text
    start, end = _whole_words(text, cut.start, cut.end, language=language)
    if start >= end or not n_words_in(text, replace(cut, start=start, end=end), language=language):
        return StrikeRefusal.NO_WORDS
    after = strike(version, cut, language=language)
    if after == version:
        return StrikeRefusal.ALREADY_STRUCK
    pieces = [run.text for run in runs(after, cut.unit)]
    if "".join(map(plain, pieces)) != plain(text):
        return StrikeRefusal.SPLITS_A_MARK
    return None


def whole_unit(version: Version, unit: int, *, why: Why) -> Cut:
    """Return the cut that strikes one unit from end to end; an empty one where there is no such unit."""
    there = 0 <= unit < len(version.units)
    end = len(version.units[unit].text) if there else 0
    return Cut(unit=unit, start=0, end=end, why=why, words=0)


def spans_from_to(text: str, *, first: str, last: str) -> Iterator[Span]:
    """Yield each span that begins at ``first`` and ends with the next ``last``.

    The text is read once, however often ``first`` occurs in it. Any white space counts for any: words that
    are copied from a page lose what kind of space it was.
    """
    text, first, last = (WHITE_SPACE.sub(" ", each) for each in (text, first, last))
    start = text.find(first) if first and last else -1
    end = -1
    while start >= 0:
        if end < start:
            end = text.find(last, start)
        if end < 0:
            return
        yield start, end + len(last)
        start = text.find(first, start + 1)


def runs(version: Version, unit: int) -> tuple[Run, ...]:
    """Return the stretches of one unit in order; together they are its stored text."""
    return tuple(_runs(version.units[unit].text, cuts_of(version, unit)))


def cuts_of(version: Version, unit: int) -> tuple[Cut, ...]:
    return tuple(cut for cut in version.cuts if cut.unit == unit)


def n_words(version: Version, language: str) -> int:
    """Return the number of words of the whole text: shown, cut and withheld. Titles do not count."""
    stored = sum(count_words(unit.text, language) for unit in version.units)
    return stored + sum(cut.words for cut in version.cuts if cut.start == cut.end)


def n_words_cut(version: Version) -> int:
    return sum(cut.words for cut in version.cuts)


def n_words_in(text: str, cut: Cut, *, language: str) -> int:
    """Return how many words of the unit's text lie in the span."""
    spans = word_spans(text, language=language)
    return sum(1 for a, b in spans if cut.start < b and a < cut.end)


def withheld(version: Version) -> Version:
    """Return the version as it may be published: what is withheld is gone, its number of words stays.

    Withholding what is withheld already changes nothing.
    """
    units: list[Unit] = []
    cuts: list[Cut] = []
    for number, unit in enumerate(version.units):
        text, gone = "", 0
        at = 0
        for cut in cuts_of(version, number):
            text += unit.text[at : cut.start]
            at = cut.end
            if cut.is_withheld:
                cuts.append(replace(cut, start=len(text), end=len(text)))
                gone += cut.end - cut.start
            else:
                cuts.append(replace(cut, start=cut.start - gone, end=cut.end - gone))
                text += unit.text[cut.start : cut.end]
        units.append(replace(unit, text=text + unit.text[at:]))
    return replace(version, units=tuple(units), cuts=tuple(cuts))


def carried_over(
    old: Sequence[Unit], new: Sequence[Unit], cuts: Sequence[Cut], *, places: Mapping[int, int]
) -> tuple[Cut, ...]:
    """Return the cuts that still fit after an edit; ``places`` says where each old unit is now.

    A cut stays where its words stay: all of them, once, in the unit that took the place of its own.
    What was withheld has no words any more: its mark stays between the words on both sides of it.
    """
    kept: list[Cut] = []
    for cut in cuts:
        place = places.get(cut.unit)
        if place is None:
            continue
        before, after = old[cut.unit].text, new[place].text
        if before == after:
            kept.append(replace(cut, unit=place))
        elif cut.start == cut.end:
            start = _between(after, before[: cut.start].split(), before[cut.start :].split())
            if start is not None:
                kept.append(replace(cut, unit=place, start=start, end=start))
        elif cut.start < cut.end and after.count(before[cut.start : cut.end]) == 1:
            start = after.index(before[cut.start : cut.end])
            kept.append(replace(cut, unit=place, start=start, end=start + cut.end - cut.start))
    return _apart(sorted(kept, key=_place))


def _between(text: str, left: Sequence[str], right: Sequence[str]) -> int | None:
    """Return where, in a text without needless spaces, two words still meet; None if nowhere or twice."""
    text = WHITE_SPACE.sub(" ", text)
    one, other = left[-1:], right[:1]
    if not one or not other:
        edge = " ".join([*one, *other])
        stays = text.startswith(edge) if other else text.endswith(edge)
        return (0 if other else len(text)) if stays else None
    meeting = f"{one[0]} {other[0]}"
    return text.index(meeting) + len(one[0]) if text.count(meeting) == 1 else None


def _runs(text: str, cuts: Sequence[Cut]) -> Iterator[Run]:
    at = 0
    for cut in cuts:
        if at < cut.start:
            yield Run(text[at : cut.start], None)
        yield Run(text[cut.start : cut.end], cut)
        at = cut.end
    if at < len(text):
        yield Run(text[at:], None)


def _whole_words(text: str, start: int, end: int, *, language: str) -> tuple[int, int]:
    start, end = max(0, min(start, len(text))), max(0, min(end, len(text)))
    for a, b in word_spans(text, language=language):
        if a < start < b:
            start = a
        if a < end < b:
            end = b
    return start, end


def _without(spans: Sequence[Span], taken: Span) -> list[Span]:
    """Return the spans less one, in pieces where it lay inside."""
    left = []
    for start, end in spans:
        left += [(start, min(end, taken[0])), (max(start, taken[1]), end)]
    return [(start, end) for start, end in left if start < end]


def _joined(spans: Sequence[Span], text: str) -> list[Span]:
    """Return the spans with those made one that touch, overlap, or have only spaces between them."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _split(spans: Sequence[Span], places: Sequence[int]) -> list[Span]:
    """Return the spans in pieces, so that what was withheld between them keeps its place."""
    for place in places:
        spans = [
            piece
            for start, end in spans
            for piece in (
                ((start, place), (place, end)) if start < place < end else ((start, end),)
            )
        ]
    return list(spans)


def _counted(
    text: str, unit: int, spans: Sequence[tuple[Span, Why]], *, language: str
) -> list[Cut]:
    """Return the cuts of these spans, each word counted once; a span without a word is no cut."""
    words = word_spans(text, language=language)
    cuts: list[Cut] = []
    at = 0
    for (start, end), why in sorted(spans):
        while at < len(words) and words[at][1] <= start:
            at += 1
        first = at
        while at < len(words) and words[at][0] < end:
            at += 1
        if at > first:
            cuts.append(Cut(unit=unit, start=start, end=end, why=why, words=at - first))
    return cuts


def _apart(cuts: Sequence[Cut]) -> tuple[Cut, ...]:
    kept: list[Cut] = []
    for cut in cuts:
        if not kept or (kept[-1].unit, kept[-1].end) <= (cut.unit, cut.start):
            kept.append(cut)
    return tuple(kept)


def _place(cut: Cut) -> tuple[int, int, int]:
    return cut.unit, cut.start, cut.end

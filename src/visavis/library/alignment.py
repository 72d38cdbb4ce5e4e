"""Which paragraph of a translation belongs beside which of its original.

Two passes of the same dynamic programme, after Gale and Church, "A program for aligning sentences in
bilingual corpora", Computational Linguistics 19 (1993): https://aclanthology.org/J93-1004/.

1. Sections (a heading and what follows it) are aligned by their length, by how many units they have,
   and by the numbers in them: *Article 11* and *المادة 11* say the same in any script.
2. Inside aligned sections units are aligned by their length, their kind and their numbers; a heading
   is beside a heading or beside nothing.

A step takes one unit from each column, two from each, one beside several, or one from one column alone. Its
cost is a negative log likelihood: how unlikely the two lengths are for one meaning, plus how rare the step
is. What one column has more at its beginning or end, a translator's notes say, costs little; a note (`[1]`,
`*`, "Note") is beside a note or beside nothing, if that can be.

Afterwards the rows are data: `realigned` carries them over when a column is edited, `standing_now` shows
them beside the original as it is today, `composed` puts two translations beside each other.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import TypeAlias

from rapidfuzz.distance import Indel

from .bodies import Row, Rows, Unit, UnitKind

# How unlikely a step is before anything is known of the words: paragraphs nearly always stand one to one.
STEPS = {
    (1, 1): 0.0,
    (1, 0): 5.0,
    (0, 1): 5.0,
    (2, 1): 3.2,
    (1, 2): 3.2,
    (2, 2): 6.0,
    **{step: 3.2 + 2.2 * (n - 2) for n in range(3, 6) for step in ((n, 1), (1, n))},
}
MOST_UNITS_OF_SEVERAL = 200
"""In longer texts at most two stand beside one: each further step costs time in every cell."""
QUICK_STEPS = {step: rarity for step, rarity in STEPS.items() if max(step) < 3}
SPREAD = (
    17.0  # variance of a paragraph's length per character: 2.5 times a sentence's (Gale and Church)
)
STILL_ALONE = 1.5  # a part is left out whole: after the first paragraph the next is no surprise
STILL_AT_AN_END = 0.8  # a preface, notes, a signature: one column often has a run of them alone
OTHER_NOTE = 4.0
NOTE_ALONE = 1.0
NOTE = re.compile(
    r"\[\d{1,3}\]|\*|†|(?:note|remarque|n\. ?d\. ?t|qeyd|примеч|прим\.|ծանոթ)", re.IGNORECASE
)
WORST_LENGTH = 12.0  # no difference of length alone outweighs three missing paragraphs
OTHER_NUMBERS = 3.0
OTHER_KIND = 1.5
OTHER_HEADING = 4.0
NEVER = math.inf
# How far from the straight line a column may wander: as far as it likes in texts of up to a few hundred
# units, less in longer ones, so that five thousand units beside five thousand take seconds.
LEAST_BAND = 60
MOST_CELLS = 600_000


@dataclass(frozen=True)
class Piece:
    """What the search knows of a unit or a section: how long, of what kind, which numbers."""

    length: int
    n_units: int
    kind: UnitKind | None
    numbers: frozenset[int]
    heading_numbers: frozenset[int]
    is_note: bool = False


@dataclass(frozen=True)
class Section:
    """A heading, if there is one, and the units up to the next."""

    units: tuple[Unit, ...]
    first: int

    @cached_property
    def piece(self) -> Piece:
        heading = self.units[0].text if self.units[0].kind is UnitKind.HEADING else ""
        texts = [unit.text for unit in self.units]
        return Piece(
            length=sum(map(len, texts)),
            n_units=len(self.units),
            kind=None,
            numbers=numbers_in(" ".join(texts)),
            heading_numbers=numbers_in(heading),
        )


def aligned(original: Sequence[Unit], translation: Sequence[Unit]) -> Rows:
    """Return the rows that put ``translation`` beside ``original``; each unit is in exactly one row.

    Five thousand units beside five thousand take some seconds; a declaration of a hundred, some
    milliseconds.
    """
    found = [
        _aligned(original, translation, ratio=ratio) for ratio in _ratios(original, translation)
    ]
    return min(found, key=lambda pair: pair[0])[1]


def realigned(old: Sequence[str], new: Sequence[str], rows: Rows, *, column: int = 0) -> Rows:
    """Return ``rows`` after the texts of one column changed from ``old`` to ``new``.

    What stayed keeps its row; what was rewritten in place too; what is new has a row of its own until
    somebody mends it; what went leaves its row. ``column`` is 0 for the original, 1 for the translation.
    """
    moved = dict(_pairs(old, new))
    owner: dict[int, int] = {}
    for place, row in enumerate(rows):
        for index in row[column]:
            if index in moved:
                owner[moved[index][0]] = place
    placed: list[Row] = []
    waiting = place = 0
    for index in range(len(new)):
        number = owner.get(index)
        if number is None:
            placed.append(_row((index,), (), column=column))
        elif number < waiting:  # the row has one already: what came between them joins it
            between = [unit for row in placed[place:] for unit in row[column]]
            other = placed[place][1 - column]
            placed[place:] = [_row((*between, index), other, column=column)]
        else:
            placed += _only_other(rows[waiting:number], column=column)
            place, waiting = len(placed), number + 1
            placed.append(_row((index,), rows[number][1 - column], column=column))
    return (*placed, *_only_other(rows[waiting:], column=column))


@dataclass(frozen=True)
class StandingRow:
    """A row beside the original as it is now; stale if its words were made of other words."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    is_stale: bool


def standing_now(made_of: Sequence[str], now: Sequence[str], rows: Rows) -> tuple[StandingRow, ...]:
    """Return the rows of a translation beside the original as it is ``now``.

    ``made_of`` and ``now`` are the hashes of the original's units, then and now. A row is stale when a
    unit it was made of has changed or gone, and when the original has gained a unit it does not have.
    Five thousand units take some milliseconds.
    """
    if list(made_of) == list(now):  # as nearly all are: every row is where it was
        return tuple(StandingRow(left, right, is_stale=False) for left, right in rows)
    moved = dict(_pairs(made_of, now))
    stale_before = [
        any(index not in moved or not moved[index][1] for index in left) for left, _right in rows
    ]
    current = realigned(made_of, now, rows)
    unchanged = {place for place, same in moved.values() if same}
    was_stale = {
        right: stale for (_left, right), stale in zip(rows, stale_before, strict=True) if right
    }
    return tuple(
        StandingRow(
            left=left,
            right=right,
            is_stale=was_stale.get(right, False) or any(place not in unchanged for place in left),
        )
        for left, right in current
    )


def composed(
    left_rows: Rows, right_rows: Rows, *, left: Sequence[Unit], right: Sequence[Unit]
) -> Rows:
    """Return the rows of one translation beside another, through the original of both.

    Where both have something that the original lacks (a preamble, say), these are aligned by themselves.
    """
    rows: list[Row] = []
    here, there = 0, 0
    while here < len(left_rows) or there < len(right_rows):
        extra_left, here = _without_original(left_rows, here)
        extra_right, there = _without_original(right_rows, there)
        rows += _aligned_apart(extra_left, extra_right, left=left, right=right)
        if here == len(left_rows) and there == len(right_rows):
            break
        own_left, own_right, here, there = _one_group(left_rows, right_rows, here, there)
        if own_left or own_right:
            rows.append((own_left, own_right))
    return tuple(rows)


def places_after(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return where each unit is after an edit: the same words, or what took their place."""
    return {index: place for index, (place, _same) in _pairs(old, new)}


def numbers_in(text: str) -> frozenset[int]:
    """Return the whole numbers in a text, whatever digits they are written in."""
    found, digits = set(), ""
    for char in f"{text} ":
        if char.isdecimal():
            digits += str(unicodedata.decimal(char))
        elif digits:
            found.add(int(digits[:18]))
            digits = ""
    return frozenset(found)


def _aligned(
    original: Sequence[Unit], translation: Sequence[Unit], *, ratio: float
) -> tuple[float, Rows]:
    left, right = _sections(original), _sections(translation)
    rows: list[Row] = []
    total, steps = _path([s.piece for s in left], [s.piece for s in right], ratio=ratio)
    for some_left, some_right in steps:
        in_left = [unit for index in some_left for unit in left[index].units]
        in_right = [unit for index in some_right for unit in right[index].units]
        first_left = left[some_left[0]].first if some_left else 0
        first_right = right[some_right[0]].first if some_right else 0
        cost, inside = _path(
            [_piece(u) for u in in_left], [_piece(u) for u in in_right], ratio=ratio
        )
        total += cost
        rows += [
            (tuple(first_left + i for i in a), tuple(first_right + j for j in b)) for a, b in inside
        ]
    return total, tuple(rows)


def _sections(units: Sequence[Unit]) -> list[Section]:
    starts = [
        index
        for index, unit in enumerate(units)
        if index == 0
        or (unit.kind is UnitKind.HEADING and units[index - 1].kind is not UnitKind.HEADING)
    ]
    return [Section(tuple(units[a:b]), a) for a, b in pairwise([*starts, len(units)])]


def _piece(unit: Unit) -> Piece:
    numbers = numbers_in(unit.text)
    return Piece(
        length=len(unit.text),
        n_units=1,
        kind=unit.kind,
        numbers=numbers,
        heading_numbers=frozenset(),
        is_note=bool(NOTE.match(unit.text)),
    )


def _ratios(original: Sequence[Unit], translation: Sequence[Unit]) -> list[float]:
    """How long the translation may be for each character of the original: by the sum, by the middle.

    Where a whole part is missing the sum misleads; where paragraphs were joined, the middle does.
    """
    here = [len(unit.text) for unit in original] or [0]
    there = [len(unit.text) for unit in translation] or [0]
    by_sum = (sum(there) + 1) / (sum(here) + 1)
    by_middle = (median(there) + 1) / (median(here) + 1)
    ratios = [min(max(ratio, 0.4), 2.5) for ratio in (by_sum, by_middle)]
    return ratios[:1] if 0.9 < ratios[0] / ratios[1] < 1.1 else ratios


# What a run at an end costs, and how long it is. It is carried beside the cheapest way, since its first unit
# alone may look dear; and it is no longer than what its column has more.
Run: TypeAlias = tuple[float, int]
NO_RUN: Run = (NEVER, 0)


def _run(before: Run, begun: float) -> Run:
    """Return the run with one unit more, or one that begins here, whichever costs less."""
    return min((before[0] + STILL_AT_AN_END, before[1] + 1), (begun, 1))


def _path(  # noqa: PLR0912, PLR0915 - one hot loop
    left: Sequence[Piece], right: Sequence[Piece], *, ratio: float
) -> tuple[float, list[Row]]:
    """Return the cheapest steps through both columns, and what they cost."""
    n, m = len(left), len(right)
    band = max(LEAST_BAND, MOST_CELLS // (2 * max(n, m, 1))) + max(n, m) // max(min(n, m), 1)
    several = max(n, m) <= MOST_UNITS_OF_SEVERAL
    rarities = STEPS if several else QUICK_STEPS
    costs: list[list[float]] = []
    taken: list[list[tuple[int, int]]] = []
    lows: list[int] = []
    down: dict[int, Run] = {}
    for i in range(n + 1):
        across = NO_RUN
        middle = round(i * m / n) if n else 0
        low, high = max(0, middle - band), min(m, middle + band)
        lows.append(low)
        costs.append([NEVER] * (high - low + 1))
        taken.append([(0, 0)] * (high - low + 1))
        for j in range(low, high + 1):
            if i == j == 0:
                costs[0][0] = 0.0
                continue
            cheapest, by = NEVER, (0, 0)
            if i in {0, n} and j > low:
                begun = costs[i][j - 1 - low] + _first_alone(right[j - 1])
                across = _run(across, begun)
                if across[0] < cheapest and across[1] <= m - n:
                    cheapest, by = across[0], (0, across[1])
            if j in {0, m} and i:
                begun = _at(costs, lows, i - 1, j) + _first_alone(left[i - 1])
                down[j] = _run(down.get(j, NO_RUN), begun)
                if down[j][0] < cheapest and down[j][1] <= n - m:
                    cheapest, by = down[j][0], (down[j][1], 0)
            for (a, b), rarity in rarities.items():
                before = _at(costs, lows, i - a, j - b)
                if a + b == 1 and before < NEVER:
                    is_still = taken[i - a][j - b - lows[i - a]] == (a, b)
                    first = _first_alone(left[i - 1] if a else right[j - 1])
                    before += STILL_ALONE if is_still else first
                else:
                    before += rarity
                if before < cheapest:
                    cost = before + _cost(left[i - a : i], right[j - b : j], ratio=ratio)
                    if cost < cheapest:
                        cheapest, by = cost, (a, b)
            costs[i][j - low], taken[i][j - low] = cheapest, by
    steps: list[Row] = []
    i, j = n, m
    while i or j:
        a, b = taken[i][j - lows[i]]
        if a and b:
            steps.append((tuple(range(i - a, i)), tuple(range(j - b, j))))
        else:  # each by itself, from the last to the first
            steps += [((place,), ()) for place in reversed(range(i - a, i))]
            steps += [((), (place,)) for place in reversed(range(j - b, j))]
        i, j = i - a, j - b
    return costs[n][m - lows[n]], steps[::-1]


def _first_alone(piece: Piece) -> float:
    """How rare it is that this is beside nothing, and what is before it is not alone."""
    return NOTE_ALONE if piece.is_note else STEPS[1, 0]


def _at(costs: list[list[float]], lows: list[int], i: int, j: int) -> float:
    """The cost of reaching this place; infinite outside the band."""
    if i < 0 or j < 0:
        return NEVER
    place = j - lows[i]
    return costs[i][place] if 0 <= place < len(costs[i]) else NEVER


def _cost(left: Sequence[Piece], right: Sequence[Piece], *, ratio: float) -> float:
    if not left or not right:
        return 0.0
    pieces = (*left, *right)
    kinds = {piece.kind for piece in pieces}
    if UnitKind.HEADING in kinds and (len(kinds) > 1 or len(pieces) > 2):
        return NEVER
    here, there = sum([p.length for p in left]), sum([p.length for p in right])
    cost = _cost_of_length(here, there, ratio=ratio) + _cost_of_numbers(left, right)
    if len(kinds) > 1:
        cost += OTHER_KIND
    if len({piece.is_note for piece in pieces}) > 1:
        cost += OTHER_NOTE
    if None in kinds:  # sections
        cost += 2 * abs(math.log(sum(p.n_units for p in left) / sum(p.n_units for p in right)))
    return cost


def _cost_of_length(left: int, right: int, *, ratio: float) -> float:
    expected = left * ratio
    variance = SPREAD * (expected + right + 2) / 2
    return min((expected - right) ** 2 / (2 * variance), WORST_LENGTH)


def _cost_of_numbers(left: Sequence[Piece], right: Sequence[Piece]) -> float:
    here = frozenset[int]().union(*[piece.numbers for piece in left])
    there = frozenset[int]().union(*[piece.numbers for piece in right])
    if not here and not there:
        return 0.0
    cost = OTHER_NUMBERS * _apart(here, there) if here and there else OTHER_NUMBERS / 6
    here = frozenset[int]().union(*[piece.heading_numbers for piece in left])
    there = frozenset[int]().union(*[piece.heading_numbers for piece in right])
    return cost + OTHER_HEADING * _apart(here, there) if here and there else cost


def _apart(some: frozenset[int], others: frozenset[int]) -> float:
    """0 for the same numbers, 1 for no number in common."""
    return 1 - 2 * len(some & others) / (len(some) + len(others))


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, tuple[int, bool]]]:
    """Return old index → new index, and whether the two are the same; what went has no entry.

    Between two stretches that stayed, what is gone and what is new stand in for each other one by one.
    """
    pairs: list[tuple[int, tuple[int, bool]]] = []
    gone: list[int] = []
    come: list[int] = []
    for code in Indel.opcodes(old, new):
        if code.tag == "equal":
            pairs += _replaced(gone, come)
            gone, come = [], []
            pairs += [
                (code.src_start + step, (code.dest_start + step, True))
                for step in range(code.src_end - code.src_start)
            ]
        else:
            gone += range(code.src_start, code.src_end)
            come += range(code.dest_start, code.dest_end)
    return pairs + _replaced(gone, come)


def _replaced(gone: Sequence[int], come: Sequence[int]) -> list[tuple[int, tuple[int, bool]]]:
    return [(a, (b, False)) for a, b in zip(gone, come, strict=False)]


def _row(changed: tuple[int, ...], other: tuple[int, ...], *, column: int) -> Row:
    return (changed, other) if column == 0 else (other, changed)


def _only_other(rows: Sequence[Row], *, column: int) -> list[Row]:
    return [_row((), row[1 - column], column=column) for row in rows if row[1 - column]]


def _without_original(rows: Rows, start: int) -> tuple[list[int], int]:
    found: list[int] = []
    while start < len(rows) and not rows[start][0]:
        found += rows[start][1]
        start += 1
    return found, start


def _aligned_apart(
    some_left: Sequence[int],
    some_right: Sequence[int],
    *,
    left: Sequence[Unit],
    right: Sequence[Unit],
) -> list[Row]:
    apart = aligned([left[index] for index in some_left], [right[index] for index in some_right])
    return [(tuple(some_left[i] for i in a), tuple(some_right[j] for j in b)) for a, b in apart]


def _one_group(
    left_rows: Rows, right_rows: Rows, here: int, there: int
) -> tuple[tuple[int, ...], tuple[int, ...], int, int]:
    """Take rows from both until they have covered the same units of the original."""
    own_left: tuple[int, ...] = ()
    own_right: tuple[int, ...] = ()
    told_left, told_right = -1, -1
    while True:
        if there == len(right_rows) or (told_left <= told_right and here < len(left_rows)):
            originals, own = left_rows[here]
            own_left += own
            told_left = max(told_left, *originals, -1)
            here += 1
        else:
            originals, own = right_rows[there]
            own_right += own
            told_right = max(told_right, *originals, -1)
            there += 1
        if told_left == told_right or (here == len(left_rows) and there == len(right_rows)):
            return own_left, own_right, here, there

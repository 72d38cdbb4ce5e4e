"""Ratings of Community Notes: who found which note helpful, somewhat helpful or not helpful.

They are kept apart from votes. "Somewhat helpful" is a judgement, a pass is none; and a note is no
statement that one agrees with.

The file is the ratings TSV of the public data (https://communitynotes.x.com/guide/en/under-the-hood/download-data).
Its columns grew over the years; the four that are read have kept their names and places. Where the
header is missing or has other names, the places count. Columns behind them are not looked at.
"""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from visavis.opinion.problems import UnusableInputError

from . import files
from .numbers import MOST_DIGITS

LEVELS = ("NOT_HELPFUL", "SOMEWHAT_HELPFUL", "HELPFUL")
"""In the order of the numbers 0, 1, 2: half of such a number is the rating from 0 to 1."""
NOTE, RATER, AT, LEVEL = "noteId", "raterParticipantId", "createdAtMillis", "helpfulnessLevel"
PLACES = {NOTE: 0, RATER: 1, AT: 2, LEVEL: 8}
OLD_HELPFUL, OLD_NOT_HELPFUL = "helpful", "notHelpful"
OLD_PLACES = {OLD_HELPFUL: 6, OLD_NOT_HELPFUL: 7}
"""The first ratings, of 2021, have no level but 1 in one of these two."""
_LEVEL_OF = {level: number for number, level in enumerate(LEVELS)}
_REPORT_EVERY = 1 << 16

Places = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings sorted by participant, then by note, each pair once.

    Attributes
    ----------
    participants : array of str, shape (n_participants,)
        Ids of the raters, ascending.
    notes : array of str, shape (n_notes,)
        Ids of the notes, ascending.
    starts : int64 array of shape (n_participants + 1,)
        The ratings of participant i are ``note[starts[i]:starts[i + 1]]``.
    note : int32 array of shape (n_ratings,)
        Index into ``notes``.
    level : int8 array of shape (n_ratings,)
        0 not helpful, 1 somewhat helpful, 2 helpful; half of it is the rating.
    assumptions : tuple of str
        What the file left open and how it was read.
    """

    participants: npt.NDArray[np.str_]
    notes: npt.NDArray[np.str_]
    starts: npt.NDArray[np.int64]
    note: npt.NDArray[np.int32]
    level: npt.NDArray[np.int8]
    assumptions: tuple[str, ...] = ()


def ratings_in(path: Path, *, progress: Callable[[float], None] | None = None) -> Ratings:
    """Return the ratings of a TSV file. Of several ratings of one note by one person the latest counts.

    Raises
    ------
    UnusableInputError
        If the file has neither the header nor the places, a line lacks columns, a time is no number, a
        level is none of the three, or the file is cut off.
    """
    size = max(path.stat().st_size, 1) if path.exists() else 1
    lines = files.lines(path)
    first = next(lines)
    places, rest, said = _places(first, lines, path)
    needed = max(places.values())
    people: dict[bytes, int] = {}
    notes: dict[bytes, int] = {}
    who, what, at, said_level = array("i"), array("i"), array("q"), array("b")
    n_without, n_read, n_columns = 0, 0, first.content.count(b"\t") + 1
    for line in rest:
        n_read += len(line.content) + 1
        fields = line.content.split(b"\t")
        if len(fields) <= needed or (not line.ended and len(fields) < n_columns):
            raise files.wrong_number_of_columns(line, len(fields), n_columns, path)
        if not line.ended and needed == len(fields) - 1:
            raise files.cut_off(line, path)
        level = _level(fields, places, line, path)
        if level is None:
            n_without += 1
            continue
        note, rater = fields[places[NOTE]], fields[places[RATER]]
        if not note or not rater:
            raise UnusableInputError(
                "This line has no note or no rater.",
                advice="Is it a file of ratings?",
                file=path,
                line=line.number,
            )
        if not note.isdigit():
            raise UnusableInputError(
                f"The {NOTE} is {files.shown(note)}.",
                advice=(
                    "A note's id is decimal digits; a spreadsheet may have rounded it. Get the file again"
                    " and do not save it from a spreadsheet."
                ),
                file=path,
                line=line.number,
            )
        who.append(people.setdefault(rater, len(people)))
        what.append(notes.setdefault(note, len(notes)))
        at.append(_time(fields[places[AT]], line, path))
        said_level.append(level)
        if progress and not len(who) % _REPORT_EVERY:
            progress(min(n_read / size, 1.0))
    if n_without:
        said += (f"{n_without:,} ratings say neither helpful nor not helpful and were left out.",)
    raters, place_of_rater = _ids(people, path)
    subjects, place_of_note = _ids(notes, path)
    row = place_of_rater[np.asarray(who, np.int32)]
    column = place_of_note[np.asarray(what, np.int32)]
    row, column, levels = _last_of_each(
        row, column, np.asarray(at, np.int64), np.asarray(said_level)
    )
    starts = np.zeros(len(raters) + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=len(raters)), out=starts[1:])
    n_replaced = len(who) - len(levels)
    if n_replaced > len(levels):
        raise UnusableInputError(
            f"{n_replaced:,} of {len(who):,} ratings would be replaced by a later one of the same note by"
            " the same person.",
            advice="Were ids rounded by a spreadsheet, or several files put into one? Get the file again.",
            file=path,
        )
    if n_replaced:
        said += (f"{n_replaced:,} ratings were replaced by a later one of the same person.",)
    if progress:
        progress(1.0)
    return Ratings(raters, subjects, starts, column, levels, said)


def looks_like_ratings(path: Path) -> bool:
    """Return whether the first line of a file is that of ratings, with or without a header."""
    first = next(files.lines(path))
    fields = first.content.split(b"\t")
    return NOTE.encode() in fields or _is_rating(fields)


def _places(
    first: files.Line, lines: Iterator[files.Line], path: Path
) -> tuple[dict[str, int], Iterator[files.Line], tuple[str, ...]]:
    """Return where the columns are, the lines that are ratings, and what was assumed."""
    names = files.decoded(first.content, path, first.number).split("\t")
    named = [name for name in PLACES if name in names]
    if len(named) == len(PLACES):
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise UnusableInputError(
                f"The header names the column {twice[0]} twice.",
                advice="Get the file again.",
                file=path,
                line=first.number,
            )
        old = [name for name in OLD_PLACES if name in names]
        return {name: names.index(name) for name in (*PLACES, *old)}, lines, ()
    by_place = PLACES | OLD_PLACES
    if _is_rating(first.content.split(b"\t")):
        said = "The file has no header; the columns were taken by their place."
        return by_place, chain([first], lines), (said,)
    second = next(lines, None)
    if not named and second is not None and _is_rating(second.content.split(b"\t")):
        said = "The header names no known column; the columns were taken by their place."
        return by_place, chain([second], lines), (said,)
    missing = [name for name in PLACES if name not in names]
    raise UnusableInputError(
        f"The header has no column {' and no column '.join(missing)}.",
        advice="Give the ratings file of Community Notes as it was downloaded, separated by tabs.",
        file=path,
        line=first.number,
    )


def _is_rating(fields: list[bytes]) -> bool:
    return (
        len(fields) > max(PLACES.values())
        and fields[PLACES[NOTE]].isdigit()
        and fields[PLACES[AT]].isdigit()
        and fields[PLACES[LEVEL]].decode(errors="replace") in ("", *LEVELS)
    )


def _level(fields: list[bytes], places: dict[str, int], line: files.Line, path: Path) -> int | None:
    value = fields[places[LEVEL]].decode(errors="replace")
    if value in _LEVEL_OF:
        return _LEVEL_OF[value]
    if value:
        raise UnusableInputError(
            f"The {LEVEL} is {files.shown(value)}.",
            advice=f"It must be {', '.join(LEVELS)} or empty; were columns moved?",
            file=path,
            line=line.number,
        )
    helpful, not_helpful = (
        name in places and fields[places[name]] == b"1" for name in (OLD_HELPFUL, OLD_NOT_HELPFUL)
    )
    if helpful == not_helpful:
        return None
    return _LEVEL_OF["HELPFUL" if helpful else "NOT_HELPFUL"]


def _time(value: bytes, line: files.Line, path: Path) -> int:
    if value.isdigit() and len(value) <= MOST_DIGITS:
        return int(value)
    again = "The header stands here a second time. " if value.decode(errors="replace") == AT else ""
    raise UnusableInputError(
        f"{again}The {AT} is {files.shown(value)}.",
        advice="It must be a whole number; were columns moved?",
        file=path,
        line=line.number,
    )


def _last_of_each(
    row: Places, column: Places, at: npt.NDArray[np.int64], level: npt.NDArray[np.int8]
) -> tuple[Places, Places, npt.NDArray[np.int8]]:
    """Return the ratings sorted by row and column, of equal ones the latest; equal times: the later line."""
    order = np.lexsort((at, column, row))
    row, column, level = row[order], column[order], level[order]
    is_last = np.ones(len(order), np.bool_)
    is_last[:-1] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    return row[is_last], column[is_last], level[is_last]


def _ids(
    places: dict[bytes, int], path: Path
) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.int32]]:
    try:
        ids = np.array([each.decode() for each in places], np.str_)
    except UnicodeDecodeError as error:
        raise UnusableInputError(
            "An id is not UTF-8.", advice="Save the file again as UTF-8.", file=path
        ) from error
    order = np.argsort(ids, kind="stable")
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return ids[order], place

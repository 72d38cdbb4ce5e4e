"""`votes.csv` of Polis: one line for every time somebody voted, re-votes included."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from visavis.opinion.problems import UnusableInputError

from . import files, numbers

COLUMNS = ("timestamp", "comment-id", "voter-id", "vote")
IN_MILLISECONDS = 10**11
"""Timestamps above this are milliseconds: as seconds they would lie in the year 5138."""

Columns = list[npt.NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class Events:
    """The events of a log in the order they happened, equal times in the order of the file.

    Attributes
    ----------
    participant, statement : int64 arrays of shape (n_events,)
    vote : int8 array of shape (n_events,)
        1, 0 or -1 as the file has it; what 1 means is for the sign rule to say.
    """

    participant: npt.NDArray[np.int64]
    statement: npt.NDArray[np.int64]
    vote: npt.NDArray[np.int8]


def events_in(path: Path) -> Events:
    """Return the events of a `votes.csv`, by the names of its columns; `datetime` is not looked at.

    Raises
    ------
    UnusableInputError
        Where a line has not the columns of the header, an id or time is no whole number from 0, a vote
        is not 1, 0 or -1, or the file is cut off.
    """
    names = files.header(next(files.lines(path)), path, required=COLUMNS)
    places = [names.index(name) for name in COLUMNS]
    parts = [
        _columns_at_once(piece, len(names), places) or _columns(piece, first, names, places, path)
        for first, piece in files.blocks(path)
    ]
    if not parts:
        nothing = np.zeros(0, np.int64)
        return Events(nothing, nothing, np.zeros(0, np.int8))
    at, statement, participant, vote = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    milliseconds = np.where(at > IN_MILLISECONDS, at, at * 1000)
    order = np.argsort(milliseconds, kind="stable")
    return Events(participant[order], statement[order], vote[order].astype(np.int8))


def _columns_at_once(piece: bytes, n_columns: int, places: list[int]) -> Columns | None:
    """Return the columns of a piece in which everything is as it should be, or None: then `_columns`."""
    if not piece.endswith(b"\n") or b'"' in piece or b"\r" in piece or b"\0" in piece:
        return None
    buffer = np.frombuffer(piece, np.uint8)
    starts, ends = numbers.bounds(buffer)
    if len(ends) % n_columns:
        return None
    starts, ends = starts.reshape(-1, n_columns), ends.reshape(-1, n_columns)
    n_lines = piece.count(b"\n")
    if len(ends) != n_lines or not (buffer[ends[:, -1]] == numbers.LINE_END).all():
        return None
    columns = []
    for name, place in zip(COLUMNS, places, strict=True):
        values, right = numbers.whole_numbers(buffer, starts[:, place], ends[:, place])
        if not (right & _is_allowed(values, name)).all():
            return None
        columns.append(values)
    return columns


def _columns(piece: bytes, first: int, names: list[str], places: list[int], path: Path) -> Columns:
    """Return the columns of a piece line by line: with quotes, without a last line end, or refused."""
    rows = []
    for line in files.lines_of(piece, first, path):
        fields = files.split(line, path)
        if len(fields) != len(names):
            raise files.wrong_number_of_columns(line, len(fields), len(names), path)
        if not line.ended and names[-1] in COLUMNS and names[-1] != "vote":
            raise files.cut_off(line, path)  # an id could have had more digits; a vote could not
        rows.append(
            [
                _number(fields[place], name, line, path)
                for name, place in zip(COLUMNS, places, strict=True)
            ]
        )
    return list(np.array(rows, np.int64).reshape(-1, len(COLUMNS)).T)


def _is_allowed(values: npt.NDArray[np.int64], name: str) -> npt.NDArray[np.bool_]:
    return np.abs(values) <= 1 if name == "vote" else values >= 0


def _number(value: str, name: str, line: files.Line, path: Path) -> int:
    buffer = np.frombuffer(value.encode() or b",", np.uint8)
    found, right = numbers.whole_numbers(buffer, np.array([0]), np.array([len(value.encode())]))
    if not (right & _is_allowed(found, name)).all():
        raise _wrong_value(name, value, line, path)
    return int(found[0])


def _wrong_value(name: str, value: str, line: files.Line, path: Path) -> UnusableInputError:
    if value == name:
        return UnusableInputError(
            "The header stands here a second time.",
            advice="Were two files put into one? Give one ballot at a time.",
            file=path,
            line=line.number,
        )
    if not line.ended:
        return files.cut_off(line, path)
    allowed = "1, 0 or -1" if name == "vote" else "a whole number from 0, of at most 18 digits"
    return UnusableInputError(
        f"The {name} is {files.shown(value)}.",
        advice=f"It must be {allowed}.",
        file=path,
        line=line.number,
    )

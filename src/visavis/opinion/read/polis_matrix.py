"""The matrix of Polis (`participants-votes.csv`, `participant-votes.csv`): a line for each participant.

Whoever made the export may have put a column `xid` in it, the participant's name in another system. It
is dropped while its line is read, before anything else is done with the line, and never shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from visavis.opinion.problems import UnusableInputError

from . import files, numbers

NO_GROUP = -1
BYTES_AT_ONCE = 1 << 20
COUNTED = ("n-votes", "n-agree", "n-disagree")


@dataclass(frozen=True, eq=False)
class Matrix:
    """What the cells say, and what the columns before them say.

    Attributes
    ----------
    participants : int64 array of shape (n_participants,)
        In the order of the file.
    statements : int64 array of shape (n_statements,)
        In the order of the columns.
    row, column : int32 arrays of shape (n_cells,)
        Where each cell stands that is not empty, by participant.
    vote : int8 array of shape (n_cells,)
    groups : int64 array of shape (n_participants,)
        Polis' group, -1 where the cell is empty.
    counted : int64 array of shape (n_participants, 3)
        The columns `n-votes`, `n-agree`, `n-disagree`; -1 where there is none.
    """

    participants: npt.NDArray[np.int64]
    statements: npt.NDArray[np.int64]
    row: npt.NDArray[np.int32]
    column: npt.NDArray[np.int32]
    vote: npt.NDArray[np.int8]
    groups: npt.NDArray[np.int64]
    counted: npt.NDArray[np.int64]


def matrix_in(path: Path) -> Matrix:
    """Return the matrix of a Polis export; a column whose name is a number is a statement.

    Raises
    ------
    UnusableInputError
        Where a participant stands twice or is no whole number, a cell is not 1, 0, -1 or empty, a line
        has not the columns of the header, or the file is cut off.
    """
    lines = files.lines(path)
    names = files.header(next(lines), path, required=("participant",))
    subjects = [place for place, name in enumerate(names) if name.isdecimal() and name.isascii()]
    statements = np.array(
        [_number(names[place], "statement", path, 1) for place in subjects], np.int64
    )
    _check_that_none_is_twice(statements, path)
    cells = _Cells(path, statements)
    head_of = _head(names)
    heads: list[list[int]] = []
    seen: dict[int, int] = {}
    for line in lines:
        fields, rest = _parts(line, len(names), subjects, path)
        head = head_of(fields, line, path)
        first = seen.setdefault(head[0], line.number)
        if first != line.number:
            raise UnusableInputError(
                f"The participant {head[0]} stands in line {first} already.",
                advice="Everybody has one line; were two files put into one?",
                file=path,
                line=line.number,
            )
        heads.append(head)
        cells.add(line, rest)
        if not line.ended:
            cells.check_last_line(line, head)
    row, column, vote = cells.all()
    table = np.array(heads, np.int64).reshape(-1, 5)
    return Matrix(table[:, 0], statements, row, column, vote, table[:, 1], table[:, 2:])


class _Cells:
    """The cells of many lines, parsed together: a line by itself is too little work for numpy."""

    def __init__(self, path: Path, statements: npt.NDArray[np.int64]) -> None:
        self.path, self.statements = path, statements
        self.waiting: list[bytes] = []
        self.numbers: list[files.Line] = []
        self.size, self.n_rows = 0, 0
        self.parts: list[
            tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int8]]
        ] = []

    def add(self, line: files.Line, rest: bytes) -> None:
        self.waiting.append(rest)
        self.numbers.append(files.Line(line.number, b"", line.ended))
        self.size += len(rest)
        if self.size > BYTES_AT_ONCE:
            self._parse()

    def check_last_line(self, line: files.Line, head: Sequence[int]) -> None:
        """Refuse a last line without an end unless its own counts say that its cells are whole."""
        self._parse()
        last = self.parts[-1] if self.parts else None
        mine = last[2][last[0] == self.n_rows - 1] if last else np.zeros(0, np.int8)
        if head[2] != len(mine):
            raise files.cut_off(line, self.path)

    def all(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int8]]:
        self._parse()
        if not self.parts:
            return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int8)
        row, column, vote = zip(*self.parts, strict=True)
        return np.concatenate(row), np.concatenate(column), np.concatenate(vote)

    def _parse(self) -> None:
        width = len(self.statements)
        if self.waiting and width:
            buffer = np.frombuffer(b"\n".join(self.waiting) + b"\n", np.uint8)
            starts, ends = numbers.bounds(buffer)
            filled = np.flatnonzero(ends > starts)
            vote, right = numbers.whole_numbers(buffer, starts[filled], ends[filled])
            right &= (np.abs(vote) <= 1) & (ends[filled] - starts[filled] <= 2)
            if not right.all():
                self._refuse(int(filled[~right][0]), buffer, starts, ends)
            row, column = np.divmod(filled.astype(np.int64), width)
            self.parts.append(
                (
                    (row + self.n_rows).astype(np.int32),
                    column.astype(np.int32),
                    vote.astype(np.int8),
                )
            )
        self.n_rows += len(self.waiting)
        self.waiting, self.numbers, self.size = [], [], 0

    def _refuse(
        self,
        cell: int,
        buffer: npt.NDArray[np.uint8],
        starts: npt.NDArray[np.int64],
        ends: npt.NDArray[np.int64],
    ) -> None:
        line = self.numbers[cell // len(self.statements)]
        statement = self.statements[cell % len(self.statements)]
        value = buffer[starts[cell] : ends[cell]].tobytes()
        if not line.ended and value == b"-":
            raise files.cut_off(line, self.path)
        raise UnusableInputError(
            f"The vote on statement {statement} is {files.shown(value)}.",
            advice="A cell is 1, 0, -1 or empty.",
            file=self.path,
            line=line.number,
        )


def _parts(
    line: files.Line, n_columns: int, subjects: list[int], path: Path
) -> tuple[list[bytes], bytes]:
    """Return the fields of a line, the cells left out, and its cells joined by commas."""
    if b'"' in line.content:
        fields = [field.encode() for field in files.split(line, path)]
        found = len(fields)
    else:
        found = line.content.count(b",") + 1
        first = subjects[0] if subjects else n_columns
        if found == n_columns and subjects == list(range(first, n_columns)):
            fields = line.content.split(b",", first)
            return fields, fields.pop() if subjects else b""
        fields = line.content.split(b",")
    if found != n_columns:
        raise files.wrong_number_of_columns(line, found, n_columns, path)
    cells = [fields[place] for place in subjects]
    if any(b"," in cell or b"\n" in cell for cell in cells):
        raise UnusableInputError(
            "A cell has a comma in it.",
            advice="A cell is 1, 0, -1 or empty.",
            file=path,
            line=line.number,
        )
    return fields, b",".join(cells)


def _head(names: list[str]) -> Callable[[list[bytes], files.Line, Path], list[int]]:
    """Return a function that reads participant, group and counts; it touches no other column."""
    wanted = ("participant", "group-id", *COUNTED)
    places = [names.index(name) if name in names else None for name in wanted]

    def head(fields: list[bytes], line: files.Line, path: Path) -> list[int]:
        found = []
        for name, place in zip(wanted, places, strict=True):
            value = fields[place] if place is not None else b""
            if value.isdigit() and len(value) <= numbers.MOST_DIGITS:
                found.append(int(value))
            elif not value and name != "participant":
                found.append(NO_GROUP)
            else:
                found.append(_number(value.decode(errors="replace"), name, path, line.number))
        return found

    return head


def _number(value: str, name: str, path: Path, line: int) -> int:
    if value.isdecimal() and value.isascii() and len(value) <= numbers.MOST_DIGITS:
        return int(value)
    if value == name:
        raise UnusableInputError(
            "The header stands here a second time.",
            advice="Were two files put into one? Give one ballot at a time.",
            file=path,
            line=line,
        )
    raise UnusableInputError(
        f"The {name} is {files.shown(value)}.",
        advice="It must be a whole number from 0, of at most 18 digits; were columns moved?",
        file=path,
        line=line,
    )


def _check_that_none_is_twice(statements: npt.NDArray[np.int64], path: Path) -> None:
    values, times = np.unique(statements, return_counts=True)
    if len(values) < len(statements):
        raise UnusableInputError(
            f"The statement {values[times > 1][0]} has two columns.",
            advice="Every statement has one.",
            file=path,
            line=1,
        )

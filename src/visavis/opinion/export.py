"""An opinion map as files: all of it as JSON, its people and its statements as CSV.

A file appears whole or not at all: it is written beside its place, under another name, and takes the place
of what was there in one step. It can be read by its owner alone, since it says who voted like whom.

In both formats agree is 1, pass 0 and disagree −1, and a group has the same number as in `Groups`. The same
map gives the same bytes.
"""

import csv
import io
import json
import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import numpy as np
import numpy.typing as npt

from .problems import UnusableInputError
from .result import NOT_GROUPED, OpinionMap
from .votes import AGREE, DISAGREE, PASS, Counts

if TYPE_CHECKING:
    from _csv import Writer

FORMAT = {
    "name": "visavis-opinion-map",
    "version": 1,
    "votes": {"agree": AGREE, "disagree": DISAGREE, "pass": PASS},
    "counts": ["disagree", "pass", "agree"],
}
"""What a reader of the JSON file needs to know besides the names of its fields."""

KINDS_OF_STATEMENTS = ("common", "refused", "divisive", "uncertain")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, wide forms too."""
_ROWS_AT_ONCE = 4096


@contextmanager
def files_to_be(targets: Iterable[Path]) -> Iterator[Mapping[Path, BinaryIO]]:
    """Yield an open file for each target; all take their places at the end, or none does.

    Raises
    ------
    UnusableInputError
        At once, if a target cannot be written: nothing was computed in vain.
    """
    opened: dict[Path, BinaryIO] = {}
    try:
        for target in targets:
            opened[target] = _beside(target)
        yield opened
        for target, file in opened.items():
            with _refused(target):
                file.flush()
                os.fsync(file.fileno())
                file.close()
        for target, file in opened.items():
            with _refused(target):
                Path(file.name).replace(target.resolve())
    finally:
        for file in opened.values():
            file.close()
            Path(file.name).unlink(missing_ok=True)


def _beside(target: Path) -> BinaryIO:
    """Return an open temporary file in the target's folder."""
    place = target.resolve()
    if place.exists() and not place.is_file():
        raise UnusableInputError("This is no ordinary file.", advice=_ADVICE, file=target)
    if place.exists() and not os.access(place, os.W_OK):
        raise UnusableInputError("This file must not be changed.", advice=_ADVICE, file=target)
    with _refused(target):
        number, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name[:64]}.")
        os.close(number)
        return Path(name).open("wb")


_ADVICE = "Name another file to write to."


@contextmanager
def _refused(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnusableInputError(
            f"This cannot be written: {error.strerror}.", advice=_ADVICE, file=target
        ) from error


@contextmanager
def as_text(file: BinaryIO) -> Iterator[TextIO]:
    """Yield an open file to write text to, in UTF-8, line ends as they are."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    yield text
    text.detach()


def write_json(found: OpinionMap, file: TextIO) -> None:
    """Write the whole map: the fields of `OpinionMap` by name, and `FORMAT` under "format"."""
    write_fields(found, FORMAT, file)


def write_fields(found: Any, about: Mapping[str, Any], file: TextIO) -> None:
    """Write a dataclass as JSON: its fields by name, and what the reader needs to know under "format".

    Keys are sorted, what is undefined is null, and there is no time in it. Large arrays are written in
    stretches, so that memory does not grow with the text.
    """
    file.writelines(chain(_pieces(_by_name(found) | {"format": about}), "\n"))


def _by_name(part: Any) -> dict[str, Any]:
    return {field.name: getattr(part, field.name) for field in fields(part)}


def _pieces(value: Any) -> Iterator[str]:
    """Yield the JSON text of a value, piece by piece."""
    if is_dataclass(value):
        value = _by_name(value)
    if isinstance(value, Mapping):
        for place, name in enumerate(sorted(value)):
            yield f"{',' if place else '{'}{json.dumps(name)}:"
            yield from _pieces(value[name])
        yield "}" if value else "{}"
    elif isinstance(value, tuple):
        yield "["
        for place, each in enumerate(value):
            yield "," if place else ""
            yield from _pieces(each)
        yield "]"
    elif isinstance(value, np.ndarray):
        yield from _pieces_of_array(value)
    else:
        yield _dumped(value)


def _pieces_of_array(array: npt.NDArray[Any]) -> Iterator[str]:
    yield "["
    for start in range(0, len(array), _ROWS_AT_ONCE):
        yield "," if start else ""
        yield _dumped(array[start : start + _ROWS_AT_ONCE].tolist())[1:-1]
    yield "]"


def _dumped(value: Any) -> str:
    return json.dumps(
        _without_nan(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def _without_nan(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nan(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value


@dataclass(frozen=True)
class _Rows:
    """Ends rows with a line feed alone, and still quotes cells with a carriage return.

    Python's module quotes only what is in its own line end, which therefore is both.
    """

    file: TextIO

    def write(self, row: str) -> None:
        self.file.write(row.removesuffix("\r\n") + "\n")


def rows_into(file: TextIO) -> "Writer":
    """Return a writer of CSV rows."""
    return csv.writer(_Rows(file))


def write_members(found: OpinionMap, file: TextIO) -> None:
    """Write `participant,group`, a row for each participant; without a group the second cell is empty."""
    rows = rows_into(file)
    rows.writerow(("participant", "group"))
    groups = found.groups.of_participant.tolist()
    rows.writerows(
        (participant, "" if group == NOT_GROUPED else group)
        for participant, group in zip(found.participants.tolist(), groups, strict=True)
    )


def write_statements(
    found: OpinionMap, file: TextIO, *, counts: Counts, texts: Mapping[Any, str]
) -> None:
    """Write a row for each statement.

    Columns: `statement`; `agree`, `disagree`, `pass` of everybody; the same of each side as `side_NAME_agree`
    and of each group as `group_0_agree`; `common_ground` and `group_informed_consensus`, empty where they
    are undefined; `kind`, one of `KINDS_OF_STATEMENTS` or empty; `rejected`, 1 or 0; `text` where the
    texts are known.

    Parameters
    ----------
    counts : int64 array of shape (n_statements, 3)
        Everybody's votes, those on rejected statements too: `Votes.counts`.
    texts : mapping from statement id to str
        May be empty.
    """
    rows = rows_into(file)
    names, tables = ["agree", "disagree", "pass"], [_in_order(counts)]
    sides, groups = found.sides, found.groups
    for name, of_body in chain(
        zip((f"side_{_one_line(name)}" for name in sides.names), sides.tally.counts, strict=True),
        zip(
            (f"group_{place}" for place in range(groups.n_groups)), groups.tally.counts, strict=True
        ),
    ):
        names += [f"{name}_agree", f"{name}_disagree", f"{name}_pass"]
        tables.append(_in_order(of_body))
    last = ["text"] if texts else []
    rows.writerow(
        [
            "statement",
            *names,
            "common_ground",
            "group_informed_consensus",
            "kind",
            "rejected",
            *last,
        ]
    )
    kinds = _kinds(found)
    every = np.hstack(tables).tolist()
    for place, statement in enumerate(found.statements.tolist()):
        rows.writerow(
            [
                statement,
                *every[place],
                number_or_nothing(found.common_ground.score[place]),
                number_or_nothing(found.group_informed_consensus[place]),
                kinds[place],
                int(found.rejected[place]),
                *([as_cell(texts.get(statement, ""))] if texts else []),
            ]
        )


def _in_order(counts: Counts) -> Counts:
    """Return agree, disagree, pass."""
    return counts[:, [AGREE + 1, DISAGREE + 1, PASS + 1]]


def _kinds(found: OpinionMap) -> Sequence[str]:
    kinds = [""] * len(found.statements)
    for kind in KINDS_OF_STATEMENTS:
        for place in getattr(found.common_ground, kind).tolist():
            kinds[place] = kind
    return kinds


def number_or_nothing(value: float) -> str:
    """Return a number as a cell, empty where it is undefined."""
    return "" if np.isnan(value) else repr(float(value))


def _one_line(name: str) -> str:
    return " ".join(name.split())


def as_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe stands before what could be one.

    >>> as_cell("=1+1"), as_cell("Open the bridge")
    ("'=1+1", 'Open the bridge')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text

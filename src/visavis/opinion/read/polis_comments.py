"""`comments.csv` of Polis in each of its forms: what the statements say, who wrote them, which were rejected.

Three generations wrote it:

1. the old exports: bodies in quotes where they need them, `timestamp,datetime,comment-id,author-id,
   agrees,disagrees,moderated,comment-body`;
2. a newer form without `datetime`, with `is-meta,is-seed,group-informed-consensus` before the body;
3. report exports of 2024, whose bodies stand without quotes: everything behind the last column's comma
   is the body, further commas, quotes and line ends included.

Columns are found by name. A file is read as CSV, as the first two are. Only where that fails, or a record
has another number of columns, and each record begins as one of the third kind does, is it read as such: a
pattern that a body can hold decides nothing.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from visavis.opinion.problems import UnusableInputError

from . import files
from .numbers import MOST_DIGITS

REQUIRED = ("comment-id", "author-id", "moderated", "comment-body")
BODY = "comment-body"
REJECTED = -1
_WHOLE = {"timestamp", "comment-id", "author-id", "agrees", "disagrees"}
_YES = {"true", "t", "1"}
_TWICE = "One statement has one line; were two files put into one?"


@dataclass(frozen=True)
class Statement:
    """One line of the file; counts and times are None where the file has no such column or value."""

    id: int
    author: int
    written_at: int | None
    agrees: int | None
    disagrees: int | None
    moderated: int
    is_meta: bool
    is_seed: bool
    text: str


def statements_in(path: Path) -> tuple[Statement, ...]:
    """Return the statements in the order of the file.

    Raises
    ------
    UnusableInputError
        Where a column is missing, an id or count is no number, a statement stands twice, `moderated` is not
        1, 0 or -1, or the file is cut off, also inside a quoted body.
    """
    first = next(files.lines(path))
    names = files.header(first, path, required=REQUIRED)
    text = _without_comment(files.whole_text(path), path)
    try:
        records = list(_records(text, names, path))
    except UnusableInputError:
        start_of_record = _start_of_record(names)
        if not start_of_record or not _bodies_lack_quotes(text, start_of_record):
            raise
        records = list(_records_without_quotes(text, names, start_of_record, path))
    found: dict[int, Statement] = {}
    for line, fields in records:
        statement = _statement(dict(zip(names, fields, strict=True)), line, path)
        if statement.id in found:
            raise UnusableInputError(
                f"The statement {statement.id} stands here a second time.",
                advice=_TWICE,
                file=path,
                line=line,
            )
        found[statement.id] = statement
    return tuple(found.values())


def _without_comment(text: str, path: Path) -> str:
    return text if files.comment_in(path) is None else text.partition("\n")[2]


def _start_of_record(names: Sequence[str]) -> re.Pattern[str] | None:
    """Return what all columns before the body look like; None where the body is not the last."""
    if names[-1] != BODY:
        return None
    looks = [
        r"\d+" if name in _WHOLE else r"-?[01]" if name == "moderated" else r"[^,\n]*"
        for name in names[:-1]
    ]
    return re.compile("^" + ",".join(looks) + ",", re.MULTILINE | re.ASCII)


def _bodies_lack_quotes(text: str, start_of_record: re.Pattern[str]) -> bool:
    for start in start_of_record.finditer(text):
        body = text[start.end() : text.find("\n", start.end())]
        if "," in body and not body.startswith('"'):
            return True
    return False


def _records(text: str, names: Sequence[str], path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    n_before = files.comment_in(path) is not None
    started = 1 + n_before
    try:
        for number, fields in enumerate(reader):
            if number and len(fields) != len(names):
                line = files.Line(started, b"", ended=reader.line_num < text.count("\n"))
                raise files.wrong_number_of_columns(line, len(fields), len(names), path)
            if number:
                yield started, fields
            started = reader.line_num + 1 + n_before
    except csv.Error as error:
        raise files.no_csv(error, path, started) from error
    if not files.ends_with_a_line_end(path) and not text.endswith('"\n'):
        last = files.Line(text.count("\n"), b"", ended=False)
        raise files.cut_off(last, path)  # a body without quotes could have gone on


def _records_without_quotes(
    text: str, names: Sequence[str], start_of_record: re.Pattern[str], path: Path
) -> Iterator[tuple[int, list[str]]]:
    if not files.ends_with_a_line_end(path):
        raise files.cut_off(files.Line(text.count("\n"), b"", ended=False), path)
    after_header = text.index("\n") + 1
    starts = list(start_of_record.finditer(text, after_header))
    if not starts or starts[0].start() != after_header:
        raise UnusableInputError(
            "This line is not what the header says.",
            advice="Were columns moved? Export the ballot again.",
            file=path,
            line=2,
        )
    line = 2 + (files.comment_in(path) is not None)
    for place, start in enumerate(starts):
        end = starts[place + 1].start() if place + 1 < len(starts) else len(text)
        yield line, text[start.start() : end].split(",", len(names) - 1)
        line += text.count("\n", start.start(), end)


def _statement(row: dict[str, str], line: int, path: Path) -> Statement:
    def number(name: str) -> int:
        value = row[name].strip()
        digits = value.removeprefix("-") if name == "moderated" else value
        if digits.isdecimal() and digits.isascii() and len(digits) <= MOST_DIGITS:
            return int(value)
        again = "The header stands here a second time. " if value == name else ""
        raise UnusableInputError(
            f"{again}The {name} is {files.shown(value)}.",
            advice="It must be a whole number; were columns moved?",
            file=path,
            line=line,
        )

    def number_or_none(name: str) -> int | None:
        return number(name) if row.get(name, "").strip() else None

    moderated = number("moderated")
    if abs(moderated) > 1:
        raise UnusableInputError(
            f"The column moderated is {moderated}.",
            advice="It must be -1 (rejected), 0 (not yet) or 1 (accepted); were columns moved?",
            file=path,
            line=line,
        )
    return Statement(
        id=number("comment-id"),
        author=number("author-id"),
        written_at=number_or_none("timestamp"),
        agrees=number_or_none("agrees"),
        disagrees=number_or_none("disagrees"),
        moderated=moderated,
        is_meta=row.get("is-meta", "").strip().lower() in _YES,
        is_seed=row.get("is-seed", "").strip().lower() in _YES,
        text=row[BODY].strip(),
    )


def texts_of_groups_file(path: Path) -> dict[int, str]:
    """Return the words of the statements in a `comment-groups.csv`; all else in it is counted anew."""
    first = next(files.lines(path))
    names = files.header(first, path, required=("comment-id", "comment"))
    found = {}
    for line, fields in _records(_without_comment(files.whole_text(path), path), names, path):
        row = dict(zip(names, fields, strict=True))
        number = row["comment-id"].strip()
        if not (number.isdecimal() and number.isascii() and len(number) <= MOST_DIGITS):
            raise UnusableInputError(
                f"The comment-id is {files.shown(number)}.",
                advice="It must be a whole number; were columns moved?",
                file=path,
                line=line,
            )
        found[int(number)] = row["comment"].strip()
    return found

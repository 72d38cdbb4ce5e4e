"""Files of text, opened with suspicion: what a file cannot be is found from its head, not after all of it.

Everything here is refused with the file and the line. A file is read once, in order, and never held whole
by `lines`; `whole_text` is for the small files that come with the votes.
"""

import codecs
import csv
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from visavis.opinion.problems import UnusableInputError

MOST_EMPTY_LINES = 100_000
"""Empty lines that may stand in a file: a few at the end are common, a file full of them is junk."""
LONGEST_LINE = 1 << 22
"""Bytes. A matrix of 500,000 statements still has shorter lines."""
BLOCK = 1 << 20
LARGEST_TEXT = 1 << 26
"""Bytes of a file that is held whole."""

_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_SAVE_AGAIN = "Save the file again as UTF-8, or export it once more."
_GET_AGAIN = "Get the file again, whole."


COMMENT = b"#"


class Line(NamedTuple):
    """One line: its number (the first is 1), its bytes without the end, and whether it has an end."""

    number: int
    content: bytes
    ended: bool


def opened(path: Path) -> BinaryIO:
    """Open an ordinary file for reading, or refuse what is none: a folder, a device, a loop of links."""
    try:
        kind = path.stat().st_mode
        if not stat.S_ISREG(kind):
            raise UnusableInputError(
                "This is no ordinary file.", advice="Give a file that can be read twice.", file=path
            )
        return path.open("rb")
    except OSError as error:
        raise not_opened(error, path) from error


def not_opened(error: OSError, path: Path) -> UnusableInputError:
    return UnusableInputError(
        f"This cannot be opened ({error.strerror or error}).",
        advice="Is the path right, and may you read it?",
        file=path,
    )


def no_csv(error: csv.Error, path: Path, line: int) -> UnusableInputError:
    """Return the refusal of a record that begins in this line."""
    return UnusableInputError(
        f"What begins in this line is no CSV ({error}).",
        advice="Is the file cut off inside quotes? Get it again, whole.",
        file=path,
        line=line,
    )


def lines(path: Path) -> Iterator[Line]:
    """Yield the lines of a file one by one, without the mark that some programs put before UTF-8.

    Lines end with LF or CR LF; those with nothing in them are left out, and so is a first line that begins
    with ``#``: exports of Polis since 2026 declare there what a vote means (`comment_in`).

    Refused: an empty file, another encoding that says so, a NUL byte, a line longer than `LONGEST_LINE`,
    more than `MOST_EMPTY_LINES`.
    """
    with opened(path) as file:
        number = n_empty = 0
        while raw := file.readline(LONGEST_LINE + 1):
            number += 1
            line = _line(raw, number, path)
            if number == 1 and line.content.startswith(COMMENT):
                continue
            if line.content:
                yield line
                continue
            n_empty += 1
            if n_empty > MOST_EMPTY_LINES:
                raise UnusableInputError(
                    f"The file has more than {MOST_EMPTY_LINES:,} empty lines.",
                    advice="This is no file of votes; is it the right one?",
                    file=path,
                    line=number,
                )
        if n_empty == number:
            raise UnusableInputError("The file is empty.", advice=_GET_AGAIN, file=path)


def blocks(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield what follows the header in pieces of whole lines, each with the number of its first line.

    Nothing is checked: what a piece has that should not be there, `lines_of` finds.
    """
    with opened(path) as file:
        first = file.readline(LONGEST_LINE + 1)
        number = 1 + bool(first)
        if first.removeprefix(codecs.BOM_UTF8).startswith(COMMENT):
            number += bool(file.readline(LONGEST_LINE + 1))
        while piece := file.read(BLOCK):
            if not piece.endswith(b"\n"):
                piece += file.readline(LONGEST_LINE + 1)
            yield number, piece
            number += piece.count(b"\n")


def lines_of(piece: bytes, first: int, path: Path) -> Iterator[Line]:
    """Yield the lines of a piece as `lines` does, with the same refusals."""
    for number, raw in enumerate(piece.splitlines(keepends=True), start=first):
        line = _line(raw, number, path)
        if line.content:
            yield line


def comment_in(path: Path) -> str | None:
    """Return what the first line says behind its ``#``, or None where it has none."""
    with opened(path) as file:
        line = _line(file.readline(LONGEST_LINE + 1), 1, path)
    if not line.content.startswith(COMMENT):
        return None
    return decoded(line.content, path, 1).removeprefix("#").strip()


def whole_text(path: Path) -> str:
    """Return the text of a file of at most `LARGEST_TEXT` bytes, its line ends all LF, the last added.

    Raises
    ------
    UnusableInputError
        As `lines`, and where a byte is not UTF-8.
    """
    with opened(path) as file:
        raw = file.read(LARGEST_TEXT + 1)
    if len(raw) > LARGEST_TEXT:
        raise UnusableInputError(
            f"The file has more than {LARGEST_TEXT:,} bytes.",
            advice="This is no file of a ballot; is it the right one?",
            file=path,
        )
    raw = _without_mark(raw, path)
    try:
        text = raw.decode()
        wrong = raw.find(b"\0")
    except UnicodeDecodeError as error:
        wrong = error.start
    if wrong >= 0:
        number = raw.count(b"\n", 0, wrong) + 1
        start = raw.rfind(b"\n", 0, wrong) + 1
        end = raw.find(b"\n", wrong)
        line = _line(raw[start : end if end >= 0 else None], number, path)
        decoded(line.content, path, number)
    if not text.strip():
        raise UnusableInputError("The file is empty.", advice=_GET_AGAIN, file=path)
    text = text.replace("\r\n", "\n")
    return text if text.endswith("\n") else text + "\n"


def ends_with_a_line_end(path: Path) -> bool:
    """Return whether the last line of a file has its end; a file that was cut off mostly lacks it."""
    with opened(path) as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"


def decoded(content: bytes, path: Path, number: int) -> str:
    """Return one line as text, or refuse it: another encoding would put wrong letters in its place."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise UnusableInputError(
            f"Byte {error.start + 1} of this line is not UTF-8.",
            advice=_SAVE_AGAIN,
            file=path,
            line=number,
        ) from error


def split(line: Line, path: Path, *, delimiter: str = ",") -> list[str]:
    """Return the fields of a line that has no line ends inside quotes."""
    text = decoded(line.content, path, line.number)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnusableInputError(
            f"This line is no CSV ({error}).", advice=_GET_AGAIN, file=path, line=line.number
        ) from error


def header(line: Line, path: Path, *, required: Sequence[str]) -> list[str]:
    """Return the names of the columns; refuse a name twice, a required one missing, another delimiter."""
    text = decoded(line.content[:LONGEST_LINE], path, line.number)
    for wrong, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if "," not in text and wrong in text:
            raise UnusableInputError(
                f"The columns are separated by {name}.",
                advice="Save the file with commas.",
                file=path,
                line=line.number,
            )
    names = [name.strip() for name in split(line, path)]
    missing = [name for name in required if name not in names]
    if missing:
        raise UnusableInputError(
            f"The header has no column {' and no column '.join(missing)}.",
            advice=f"The first line names the columns {', '.join(required)}; is it the right file?",
            file=path,
            line=line.number,
        )
    twice = sorted({name for name in names if names.count(name) > 1}) if _has_twice(names) else []
    if twice:
        raise UnusableInputError(
            f"The header names the column {twice[0]} twice.",
            advice=_GET_AGAIN,
            file=path,
            line=line.number,
        )
    return names


def wrong_number_of_columns(
    line: Line, found: int, expected: int, path: Path
) -> UnusableInputError:
    """Return the refusal of a line with more or fewer columns than the header."""
    if not line.ended and found < expected:
        return cut_off(line, path)
    return UnusableInputError(
        f"This line has {found} columns, the header has {expected}.",
        advice="Was the file cut, or were its columns moved? " + _GET_AGAIN,
        file=path,
        line=line.number,
    )


def cut_off(line: Line, path: Path) -> UnusableInputError:
    """Return the refusal of a file whose last line is not whole."""
    return UnusableInputError(
        "The file is cut off in this line.", advice=_GET_AGAIN, file=path, line=line.number
    )


def shown(value: bytes | str) -> str:
    """Return a wrong value as a message may show it: short, and on one line."""
    text = value.decode(errors="replace") if isinstance(value, bytes) else value
    text = "".join(each if each.isprintable() else "�" for each in text[:21])
    return f"“{text[:20]}…”" if len(text) > 20 else f"“{text}”"


def _line(raw: bytes, number: int, path: Path) -> Line:
    if number == 1:
        raw = _without_mark(raw, path)
    if len(raw) > LONGEST_LINE:
        raise UnusableInputError(
            f"This line has more than {LONGEST_LINE:,} bytes.",
            advice="This is no file of votes; is it the right one?",
            file=path,
            line=number,
        )
    if b"\0" in raw:
        raise UnusableInputError(
            "This line has a NUL byte, which no text has.",
            advice=_SAVE_AGAIN,
            file=path,
            line=number,
        )
    return Line(number, raw.rstrip(b"\r\n"), raw.endswith(b"\n"))


def _has_twice(names: Sequence[str]) -> bool:
    return len(set(names)) < len(names)


def _without_mark(raw: bytes, path: Path) -> bytes:
    for mark, encoding in _OTHER_ENCODINGS:
        if raw.startswith(mark):
            raise UnusableInputError(
                f"The file is written in {encoding}.", advice=_SAVE_AGAIN, file=path, line=1
            )
    return raw.removeprefix(codecs.BOM_UTF8)

"""What an export of Polis declares of itself: `format.json`, `summary.csv`, and the first lines of its files.

Since 2026 each can say which number means agree, in the words
``agree=+1;disagree=-1;pass=0;format=polis-export/1``.
"""

import csv
import json
from pathlib import Path
from typing import Any

from visavis.opinion.problems import UnusableInputError

from . import files

KNOWN_FORMAT = "polis-export/1"
CONVENTION = "vote-convention"
_ADVICE = (
    "It should be “agree=+1;disagree=-1;pass=0;format=polis-export/1”. "
    "Find out what the export means before you go on."
)


def summary_in(path: Path) -> dict[str, str]:
    """Return the keys and values of a `summary.csv`, which has no header; values may run over lines.

    Raises
    ------
    UnusableInputError
        If quotes are not closed, as in a file that is cut off, or a key stands twice.
    """
    text = files.whole_text(path)
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    found: dict[str, str] = {}
    started = 1
    try:
        for fields in reader:
            key = fields[0].strip() if fields else ""
            if key in found:
                raise UnusableInputError(
                    f"The key {files.shown(key)} stands here a second time.",
                    advice="Were two files put into one?",
                    file=path,
                    line=started,
                )
            if key:
                found[key] = ",".join(fields[1:]).strip()
            started = reader.line_num + 1
    except csv.Error as error:
        raise files.no_csv(error, path, started) from error
    return found


def agree_in_summary(summary: dict[str, str], path: Path) -> int | None:
    """Return the number that the summary declares to mean agree, 1 or -1; None without declaration."""
    return _agree(summary[CONVENTION], path) if CONVENTION in summary else None


def agree_in_comment(path: Path) -> int | None:
    """Return the number that a file's first line, ``# vote-convention: …``, declares; None without it."""
    said = files.comment_in(path) or ""
    name, _, convention = said.partition(":")
    return _agree(convention.strip(), path) if name.strip() == CONVENTION else None


def agree_in_format(path: Path) -> int | None:
    """Return the number that a `format.json` declares to mean agree, 1 or -1; None if it declares none.

    Raises
    ------
    UnusableInputError
        If the file is no JSON, names a format that is not known, or contradicts itself.
    """
    text = files.whole_text(path)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnusableInputError(
            "This is no JSON.", advice="Get the file again, or take it away.", file=path
        ) from error
    if not isinstance(found, dict):
        raise UnusableInputError("This is no JSON object.", advice=_ADVICE, file=path)
    if found.get("format", KNOWN_FORMAT) != KNOWN_FORMAT:
        raise _unknown_format(str(found["format"]), path)
    declared = set()
    if CONVENTION in found:
        declared.add(_agree(str(found[CONVENTION]), path))
    if "vote" in found:
        declared.add(_agree_of(found["vote"], path))
    if len(declared) > 1:
        raise UnusableInputError("The file contradicts itself.", advice=_ADVICE, file=path)
    return declared.pop() if declared else None


def _agree(convention: str, path: Path) -> int:
    parts = [part.partition("=") for part in convention.split(";") if part.strip()]
    values = {key.strip(): value.strip() for key, _, value in parts}
    if len(values) < len(parts):
        raise UnusableInputError(
            f"The declaration {files.shown(convention)} says a thing twice.",
            advice=_ADVICE,
            file=path,
        )
    name = values.pop("format", KNOWN_FORMAT)
    if name != KNOWN_FORMAT:
        raise _unknown_format(name, path)
    try:
        return _agree_of({key: int(value) for key, value in values.items()}, path)
    except ValueError as error:
        if isinstance(error, UnusableInputError):
            raise
        raise UnusableInputError(
            f"The declaration {files.shown(convention)} cannot be read.", advice=_ADVICE, file=path
        ) from error


def _agree_of(values: Any, path: Path) -> int:
    for agree in (1, -1):
        if values == {"agree": agree, "disagree": -agree, "pass": 0}:
            return agree
    raise UnusableInputError(
        "The declaration of what a vote means cannot be read.", advice=_ADVICE, file=path
    )


def _unknown_format(name: str, path: Path) -> UnusableInputError:
    return UnusableInputError(
        f"The files declare the format {files.shown(name)}, which is not known.",
        advice=f"What can be read is {KNOWN_FORMAT}; is there a newer version of this program?",
        file=path,
    )

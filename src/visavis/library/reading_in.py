"""Reading texts in from files: one JSON file a language, or plain text for letters.

A JSON file has the shape ``{"language", "direction", "title", "sections": [{"heading", "paragraphs"}]}``.
In a plain text the first line is the title and an empty line parts paragraphs; its language is given,
or stands at the end of the file's name: ``letter-fr.txt``.

Every file is read and judged before anything is kept. What a file could hide (letters whose order is
turned round, characters without width) is named and refused, unless whoever reads it in asks for it to
be cleaned.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visavis.base.text import Hidden, NewerCharacterError, UnfitTextError, hidden_characters
from visavis.signing.document import LANGUAGE_CODE

from . import drafting
from .bodies import Unit, UnitKind
from .rules import DEEPEST_FILE, LARGEST_FILE, LONGEST_TITLE, LONGEST_UNIT, MOST_UNITS

LANGUAGE_IN_NAME = re.compile(r"-([a-z]{2,3}(?:-[A-Z][a-z]{3})?)$")
KEYS = {"language", "direction", "title", "sections"}


class CannotReadError(ValueError):
    """This file cannot be read in; the message names it and says what to do."""

    def __init__(self, file: Path, message: str) -> None:
        super().__init__(f"{file}: {message}")


@dataclass(frozen=True, kw_only=True)
class ReadText:
    """One language as a file has it, clean."""

    file: Path
    language: str
    title: str
    units: tuple[Unit, ...]
    removed: tuple[Hidden, ...]


def read_files(
    files: Sequence[Path], *, languages: Sequence[str], language: str = "", clean: bool = False
) -> list[ReadText]:
    """Return what the files hold, in their order; raise CannotReadError for the first that is wrong.

    ``languages`` are the site's; ``language`` is that of plain texts that do not tell it by their name.
    """
    found: list[ReadText] = []
    for file in files:
        text = read_file(file, language=language, clean=clean)
        if text.language not in languages:
            raise CannotReadError(
                file,
                f"“{text.language}” is not a language of this site."
                f" Its languages are: {', '.join(languages)}.",
            )
        twice = next((other for other in found if other.language == text.language), None)
        if twice:
            raise CannotReadError(
                file,
                f"“{text.language}” is the language of {twice.file} too. Leave one of them out.",
            )
        found.append(text)
    return found


def read_file(file: Path, *, language: str = "", clean: bool = False) -> ReadText:
    """Return what one file holds, or raise CannotReadError."""
    content = _content(file)
    if file.suffix.lower() == ".json":
        code, title, units = _from_json(file, content)
    else:
        code, title, units = _from_plain(file, content, language=language)
    if not LANGUAGE_CODE.fullmatch(code):
        raise CannotReadError(
            file, f"“{code[:20]}” is not a language code. Write it like “az”, “hy” or “sr-Cyrl”."
        )
    removed = _hidden(file, [title, *(unit.text for unit in units)], clean=clean)
    cleaned = [Unit(unit.kind, drafting.one_line(unit.text)) for unit in units]
    text = ReadText(
        file=file,
        language=code,
        title=drafting.one_line(title),
        units=tuple(unit for unit in cleaned if unit.text),
        removed=removed,
    )
    _check_sizes(text)
    return text


def _content(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise CannotReadError(
            file, f"cannot be opened ({error.strerror}). Check its name and who may read it."
        ) from error
    if len(data) > LARGEST_FILE:
        size = file.stat().st_size / 1_048_576
        raise CannotReadError(
            file,
            f"is {size:.1f} MiB; a text may have {LARGEST_FILE // 1_048_576} MiB."
            " Divide it into several texts.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotReadError(
            file, f"is not UTF-8: byte {error.start + 1} fits no character. Save it as UTF-8."
        ) from error


def _from_json(file: Path, content: str) -> tuple[str, str, list[Unit]]:
    if _depth(content) > DEEPEST_FILE:
        raise CannotReadError(file, "is nested deeper than any text. Its shape must be " + SHAPE)
    try:
        value = json.loads(content)
    except ValueError as error:
        raise CannotReadError(
            file, f"is not JSON ({error}). Plain text must have a name that ends in .txt."
        ) from error
    if not isinstance(value, dict) or not {"language", "title", "sections"} <= set(value) <= KEYS:
        raise CannotReadError(file, f"has not the shape of a text. It must be {SHAPE}.")
    for name in ("language", "title"):
        if not isinstance(value[name], str):
            raise CannotReadError(file, f"“{name}” is not a string. It must be {SHAPE}.")
    if not isinstance(value["sections"], list):
        raise CannotReadError(file, f"“sections” is not a list. It must be {SHAPE}.")
    units: list[Unit] = []
    for number, section in enumerate(value["sections"], start=1):
        units += _section(file, number, section)
    return value["language"], value["title"], units


SHAPE = '{"language": "az", "title": "…", "sections": [{"heading": "…", "paragraphs": ["…", "…"]}]}'


def _section(file: Path, number: int, section: Any) -> list[Unit]:
    if not isinstance(section, dict) or set(section) != {"heading", "paragraphs"}:
        raise CannotReadError(
            file, f"section {number} must have “heading” and “paragraphs” and nothing else."
        )
    heading, paragraphs = section["heading"], section["paragraphs"]
    if heading is not None and not isinstance(heading, str):
        raise CannotReadError(file, f"the heading of section {number} is not a string.")
    if not isinstance(paragraphs, list) or not all(isinstance(each, str) for each in paragraphs):
        raise CannotReadError(
            file, f"the paragraphs of section {number} are not a list of strings."
        )
    units = [Unit(UnitKind.PARAGRAPH, text) for text in paragraphs]
    return [Unit(UnitKind.HEADING, heading), *units] if heading else units


def _from_plain(file: Path, content: str, *, language: str) -> tuple[str, str, list[Unit]]:
    in_name = LANGUAGE_IN_NAME.search(file.stem)
    code = in_name[1] if in_name else language
    if not code:
        raise CannotReadError(
            file, "its language is not known. Give --language, or name it like “letter-fr.txt”."
        )
    title, _, rest = content.lstrip().partition("\n")
    # The units are cut before they are cleaned, so that what is hidden in them can still be counted.
    return code, title.strip(), _plain_units(file, rest)


def _plain_units(file: Path, text: str) -> list[Unit]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        drafting.one_line(lines)
    except UnfitTextError as error:
        raise CannotReadError(file, _unfit(error)) from error
    blocks = drafting.BETWEEN_UNITS.split(lines)
    return [Unit(UnitKind.PARAGRAPH, block) for block in blocks if block.strip()]


HALF = (
    "holds half of a character (a lone surrogate), so it was damaged before. Export it again from"
    " where it came."
)


def _unfit(error: UnfitTextError) -> str:
    if not isinstance(error, NewerCharacterError):
        return HALF
    return (
        f"holds {error}, a character that is newer than Unicode 14.0. Not every computer could check"
        " what is signed: write it otherwise, or take it out."
    )


def _hidden(file: Path, texts: Sequence[str], *, clean: bool) -> tuple[Hidden, ...]:
    counted: dict[str, int] = {}
    for text in texts:
        try:
            drafting.one_line(text)
        except UnfitTextError as error:
            raise CannotReadError(file, _unfit(error)) from error
        for hidden in hidden_characters(text):
            counted[hidden.character] = counted.get(hidden.character, 0) + hidden.count
    found = tuple(Hidden(character, count) for character, count in counted.items())
    if found and not clean:
        named = "; ".join(f"{each.count} × {each.code} ({each.name})" for each in found[:8])
        more = f"; and {len(found) - 8} more" if len(found) > 8 else ""
        raise CannotReadError(
            file,
            f"holds characters that nobody can see: {named}{more}. They can make a text read"
            " otherwise than it is. Look at it, then take them out with --clean.",
        )
    return found


def _check_sizes(text: ReadText) -> None:
    if not text.title:
        raise CannotReadError(text.file, "has no title. Give it one.")
    if not text.units:
        raise CannotReadError(text.file, "has no words but its title.")
    if len(text.title) > LONGEST_TITLE:
        raise CannotReadError(
            text.file, f"its title has more than {LONGEST_TITLE} characters. Shorten it."
        )
    if len(text.units) > MOST_UNITS:
        raise CannotReadError(
            text.file, f"has more than {MOST_UNITS:,} paragraphs. Divide it into several texts."
        )
    for number, unit in enumerate(text.units, start=1):
        if len(unit.text) > LONGEST_UNIT:
            raise CannotReadError(
                text.file,
                f"paragraph {number} has more than {LONGEST_UNIT:,} characters."
                " Put an empty line where a new one begins.",
            )


def _depth(content: str) -> int:
    """How deep brackets are nested outside strings: asked before a parser goes down there."""
    deepest = depth = 0
    in_string = escaped = False
    for char in content:
        if in_string:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > DEEPEST_FILE:
                break
        elif char in "]}":
            depth -= 1
    return deepest

"""Reading texts in from files: one JSON file a language, or plain text for letters.

A JSON file has the shape ``{"language", "direction", "title", "sections": [{"heading", "paragraphs"}]}``;
a line feed inside a paragraph is a line of it. In a plain text the first line is the title, and the rest is
read as a desk's page reads what is typed: the same empty lines, the same marks. Its language is given, or
is at the end of the file's name: ``letter-fr.txt``.

Every file is read and judged before anything is kept. A file that is no plain text is known by its first
bytes (`telling_apart`). What a file could hide (letters whose order is turned round, characters without
width, signs of private use) is named and refused, unless the caller asks for it to be cleaned. What nobody
could read is refused: lost letters, and a text without a letter of its language's script.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visavis.base.languages import name_of
from visavis.base.lines import Lines, blocks
from visavis.base.scripts import scripts_missing
from visavis.base.text import (
    Hidden,
    LostLetterError,
    NewerCharacterError,
    UnfitTextError,
    clean,
    hidden_characters,
    one_line,
)
from visavis.signing.document import LANGUAGE_CODE

from . import drafting
from .bodies import Unit, UnitKind
from .rules import DEEPEST_FILE, LARGEST_FILE, LONGEST_TITLE, LONGEST_UNIT, MOST_UNITS
from .telling_apart import NotPlainError, words_of

LANGUAGE_IN_NAME = re.compile(r"-([a-z]{2,3}(?:-[A-Z][a-z]{3})?)$")
KEYS = {"language", "direction", "title", "sections"}


class CannotReadError(ValueError):
    """This file cannot be read in; the message names it and says what to do."""

    def __init__(self, file: Path, message: str) -> None:
        super().__init__(f"{file}: {message}")


@dataclass(frozen=True, kw_only=True)
class ReadText:
    """One language as a file has it, clean; ``readings`` says what became of its line ends."""

    file: Path
    language: str
    title: str
    units: tuple[Unit, ...]
    removed: tuple[Hidden, ...]
    readings: Counter[Lines]


def read_files(
    files: Sequence[Path],
    *,
    languages: Sequence[str],
    language: str = "",
    clean: bool = False,
    how: Lines | None = None,
) -> list[ReadText]:
    """Return what the files hold, in their order; raise CannotReadError for the first that is wrong.

    ``languages`` are the site's; ``language`` is that of plain texts that do not tell it by their name;
    ``how`` says what becomes of line ends in plain texts, where it should not be seen from the lines.
    """
    found: list[ReadText] = []
    for file in files:
        text = read_file(file, language=language, clean=clean, how=how)
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


def read_file(
    file: Path, *, language: str = "", clean: bool = False, how: Lines | None = None
) -> ReadText:
    """Return what one file holds, or raise CannotReadError."""
    content = _content(file)
    if file.suffix.lower() == ".json":
        read = _from_json(file, content)
    else:
        read = _from_plain(file, content, language=language, how=how)
    if not LANGUAGE_CODE.fullmatch(read.language):
        raise CannotReadError(
            file,
            f"“{read.language[:20]}” is not a language code. Write it like “az”, “hy” or “sr-Cyrl”.",
        )
    if read.removed and not clean:
        raise CannotReadError(file, _named(read.removed))
    _check_sizes(read)
    _check_script(read)
    return read


def _content(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise CannotReadError(
            file, f"cannot be opened ({error.strerror}). Check its name and who may read it."
        ) from error
    try:
        return words_of(data, size=file.stat().st_size)
    except NotPlainError as error:
        raise CannotReadError(file, str(error)) from error


def _from_json(file: Path, content: str) -> ReadText:
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
    given: list[Unit] = []
    for number, section in enumerate(value["sections"], start=1):
        given += _section(file, number, section)
    removed: Counter[str] = Counter()
    units: list[Unit] = []
    for kind, text in ((unit.kind, unit.text) for unit in given):
        removed.update(_hidden(text))
        units += (Unit(kind, part) for part in _in_lines(file, text))
    removed.update(_hidden(value["title"]))
    return ReadText(
        file=file,
        language=value["language"],
        title=_title(file, value["title"]),
        units=tuple(units),
        removed=tuple(Hidden(character, count) for character, count in removed.items()),
        readings=Counter(),
    )


def _in_lines(file: Path, text: str) -> list[str]:
    """Return a paragraph as it was given: its line feeds are its lines, an empty line parts it."""
    try:
        return [clean("\n".join(line.strip(" ") for line in lines)) for lines in blocks(text)]
    except UnfitTextError as error:
        raise CannotReadError(file, _unfit(error)) from error


def _hidden(text: str) -> dict[str, int]:
    return {each.character: each.count for each in hidden_characters(text)}


def _title(file: Path, text: str) -> str:
    try:
        return one_line(text)
    except UnfitTextError as error:
        raise CannotReadError(file, _unfit(error)) from error


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


def _from_plain(file: Path, content: str, *, language: str, how: Lines | None) -> ReadText:
    in_name = LANGUAGE_IN_NAME.search(file.stem)
    code = in_name[1] if in_name else language
    if not code:
        raise CannotReadError(
            file, "its language is not known. Give --language, or name it like “letter-fr.txt”."
        )
    try:
        title, rest = drafting.title_and_rest(clean(content))
        units = drafting.units_from(rest, how=how)
        readings = drafting.readings_of(rest, how=how)
    except UnfitTextError as error:
        raise CannotReadError(file, _unfit(error)) from error
    return ReadText(
        file=file,
        language=code,
        title=one_line(title),
        units=units,
        removed=hidden_characters(content),
        readings=readings,
    )


HALF = (
    "holds half of a character (a lone surrogate), so it was damaged before. Export it again from"
    " where it came."
)


LOST = (
    "holds U+FFFD (�) where letters were lost before. Export it again from where it came, as UTF-8, or"
    " write the letters in."
)


def _unfit(error: UnfitTextError) -> str:
    if isinstance(error, LostLetterError):
        return LOST
    if not isinstance(error, NewerCharacterError):
        return HALF
    return (
        f"holds {error}, a character that is newer than Unicode 14.0. Not every computer could check"
        " what is signed: write it otherwise, or take it out."
    )


def _named(found: Sequence[Hidden]) -> str:
    named = "; ".join(f"{each.count} × {each.code} ({each.name})" for each in found[:8])
    more = f"; and {len(found) - 8} more" if len(found) > 8 else ""
    signs = (
        " Signs of private use are bullets or letters of one font, and something else in every other:"
        " write a hyphen and a space for a bullet."
        if any(each.is_private for each in found)
        else ""
    )
    return (
        f"holds characters that nobody can see or read: {named}{more}. They can make a text read"
        f" otherwise than it is.{signs} Look at it, then take them out with --clean."
    )


def _check_script(text: ReadText) -> None:
    missing = scripts_missing(
        "\n".join([text.title, *(unit.text for unit in text.units)]), language=text.language
    )
    if missing:
        raise CannotReadError(
            text.file,
            f"has no {' or '.join(missing)} letter, and is said to be in"
            f" {name_of(text.language, among='en')}."
            " Is the language right? A text that was typed with an old font must first be converted to"
            " Unicode.",
        )


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

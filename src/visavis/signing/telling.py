"""A document in plain words for someone about to sign it on their own machine. Nothing is left out.

Every value inside the signed bytes is told: first what the document is and whose, then its words, one
language after the other, paragraph by paragraph, then whatever else its body says, each under its
place. Where a version before it is given, the words that came and went are marked between the two.

Nothing from the document reaches the terminal as it is: characters that steer a terminal, change the
direction or hide are spelled out, and each line of it stands behind a bar, also where a terminal is too
narrow for it, so that no text can pass for a question of this program.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .differences import Change, Changes, Piece, changed_paragraphs, unchanged
from .document import LANGUAGE_CODE, Document
from .problems import shown

BAR = "│ "
WORDS = re.compile(r" +|[^ ]+")
_MARKS = {Change.ADDED: ("{+", "+}"), Change.GONE: ("[-", "-]"), Change.SAME: ("", "")}


@dataclass(frozen=True)
class Line:
    """A heading of ours, or a line of the document in pieces."""

    pieces: tuple[Piece, ...]
    is_heading: bool = False


def told(document: Document, *, before: Document | None) -> Iterator[Line]:
    """Yield the whole document, changes since ``before`` marked by words."""
    yield _heading("What you are asked to sign")
    yield from _lines(_facts(document), _facts(before) if before else None)
    old = _blocks(before) if before else {}
    new = _blocks(document)
    for name, paragraphs in new.items():
        yield _heading(name)
        yield from _lines(paragraphs, old.get(name, ()) if before else None)
    for name in old.keys() - new.keys():
        yield _heading(f"{name}: gone since the version before")
        yield from _lines((), old[name])


def as_text(line: Line) -> str:
    """Return one line with its changes in brackets: ``[-gone-]``, ``{+added+}``."""
    if line.is_heading:
        return f"\n{line.pieces[0].text}"
    return BAR + "".join(
        _MARKS[piece.change][0] + visible(piece.text) + _MARKS[piece.change][1]
        for piece in line.pieces
    )


def in_rows(line: Line, *, width: int) -> Iterator[tuple[tuple[Change, str], ...]]:
    """Yield a line, its marks among the words, in rows of at most ``width`` columns of a terminal."""
    row: list[tuple[Change, str]] = []
    left = width
    for change, word in _marked_words(line):
        if row and _columns(word) > left:
            yield tuple(row)
            row, left = [], width
        for letter in word if _columns(word) > width else (word,):
            if _columns(letter) > left:
                yield tuple(row)
                row, left = [], width
            row.append((change, letter))
            left -= _columns(letter)
    yield tuple(row)


def _marked_words(line: Line) -> Iterator[tuple[Change, str]]:
    for piece in line.pieces:
        before, after = _MARKS[piece.change]
        for word in (before, *WORDS.findall(visible(piece.text)), after):
            yield piece.change, word


def _columns(text: str) -> int:
    """Return how many columns a terminal gives to these letters: two to wide ones, none to marks."""
    return sum(
        0
        if unicodedata.combining(letter)
        else 2
        if unicodedata.east_asian_width(letter) in "FW"
        else 1
        for letter in text
    )


def visible(text: str) -> str:
    """Return the words of a document so that they can neither steer a terminal nor fake a mark."""
    for mark in ("[-", "-]", "{+", "+}"):
        text = text.replace(mark, f"{mark[0]}\\{mark[1]}")
    return shown(text)


def _heading(text: str) -> Line:
    return Line((Piece(Change.SAME, shown(text)),), is_heading=True)


def _lines(new: tuple[str, ...], old: tuple[str, ...] | None) -> Iterator[Line]:
    changes = unchanged(new) if old is None else changed_paragraphs(old, new)
    for place, paragraph in enumerate(changes.paragraphs):
        yield from _gone(changes, place)
        yield Line(paragraph)
    yield from _gone(changes, len(changes.paragraphs))


def _gone(changes: Changes, place: int) -> Iterator[Line]:
    for text in changes.gone.get(place, ()):
        yield Line((Piece(Change.GONE, text),))


def _facts(document: Document) -> tuple[str, ...]:
    """What the document is, in sentences; the salt and the ids as they are."""
    standing, seats, seal = document.standing, document.seats, document.seal
    return (
        f"Kind: {document.kind}",
        f"Item {document.id}, version {document.version}, of the site {document.site}",
        f"Written down on {document.day}",
        f"Languages: {', '.join(document.languages) or 'none'}",
        f"Words of one side: {document.side}" if document.side else "Words of no one side",
        "Standing: joint, under the keys that the charter asks for"
        if standing.is_joint
        else f"Standing: {standing.side} alone; the others were asked on {standing.asked_on}",
        f"Replaces: {document.replaces or 'nothing, it is a first version'}",
        *(
            f"Made from: version {source.version} of item {source.id}, digest {source.digest}"
            for source in document.made_from
        ),
        f"Part of item {document.part_of}" if document.part_of else "An item of its own",
        f"Seats: {', '.join(seats.sides)}, until {seats.until}; "
        f"left empty: {', '.join(seats.empty) or 'none'}"
        if seats
        else "Asks nobody for a sealed answer",
        f"Sealed until every seat of question {seal.question} is filled: {', '.join(seal.seats)}"
        f"; the question's words have the digest {seal.words}"
        if seal
        else "Not sealed: it may be shown as soon as it is open",
        f"May be closed for good with the key {document.closer}"
        if document.closer
        else "No key of an author may close it",
        f"Shape of the words: {document.shape}",
        f"Salt: {document.salt}",
    )


def _blocks(document: Document) -> dict[str, tuple[str, ...]]:
    """The body under headings: the words of each language, then everything else."""
    body: dict[str, Any] = dict(document.body)
    blocks: dict[str, tuple[str, ...]] = {}
    versions, version, language = (body.get(name) for name in ("versions", "version", "language"))
    if isinstance(versions, Mapping) and versions and all(map(LANGUAGE_CODE.fullmatch, versions)):
        del body["versions"]
        for code, words in sorted(versions.items()):
            blocks[f"In the language {code}"] = tuple(_words(words))
    elif isinstance(version, Mapping) and LANGUAGE_CODE.fullmatch(str(language)):
        del body["version"]
        blocks[f"In the language {language}"] = tuple(_words(version))
    # What has not the shape of a text is told here, so that no block takes another's place.
    rest = tuple(_values(body, ""))
    if rest:
        blocks["Besides"] = rest
    return blocks


def _words(version: Any) -> Iterator[str]:
    """The title and the paragraphs first, as one reads them; then the rest of this version."""
    if not isinstance(version, Mapping):
        yield from _values(version, "")
        return
    rest = dict(version)
    for name in ("title", "text"):
        if isinstance(rest.get(name), str):
            yield from _paragraphs(rest.pop(name))
    units = rest.get("units")
    if isinstance(units, list) and all(_is_unit(unit) for unit in units):
        del rest["units"]
        for unit in units:
            label = "" if unit["is"] == "paragraph" else f"({unit['is']}) "
            for paragraph in _paragraphs(unit["text"]):
                yield label + paragraph
    yield from _values(rest, "")


def _is_unit(unit: Any) -> bool:
    return (
        isinstance(unit, Mapping)
        and set(unit) == {"is", "text"}
        and all(isinstance(value, str) for value in unit.values())
    )


def _values(value: Any, place: str) -> Iterator[str]:
    """Every value there is, under the names and numbers that lead to it."""
    if isinstance(value, Mapping) and value:
        for name, inner in sorted(value.items()):
            yield from _values(inner, f"{place} › {name}" if place else name)
    elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        for number, inner in enumerate(value, start=1):
            yield from _values(inner, f"{place} › {number}")
    elif isinstance(value, list):
        yield f"{place}: {', '.join(_said(inner) for inner in value) or 'none'}"
    elif isinstance(value, str):
        for paragraph in _paragraphs(value) or ("",):
            yield f"{place}: {paragraph}"
    else:
        yield f"{place}: {_said(value)}"


def _said(value: Any) -> str:
    if value is None or value == {}:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n"))

"""A document in plain words for someone about to sign it on their own machine. Nothing is left out.

Every value inside the signed bytes is spelled out: first what the document is and whose, then its words, one
language after the other, paragraph by paragraph, then whatever else its body says, each under its
place. Where a version before it is given, the words that came and went are marked between the two.

Nothing from the document reaches the terminal as it is: characters that steer a terminal, change the
direction or hide are spelled out, and each line of it comes after a bar, also where a terminal is too
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
from .speech import gettext as _
from .speech import gettext_noop, ngettext

BAR = "│ "
WORDS = re.compile(r" +|[^ ]+")
_MARKS = {Change.ADDED: ("{+", "+}"), Change.GONE: ("[-", "-]"), Change.SAME: ("", "")}

_NAMES: Mapping[str, str] = {
    "address": gettext_noop("Its address there"),
    "author": gettext_noop("Author"),
    "by_kind": gettext_noop("Kinds with a waiting time of their own"),
    "carried": gettext_noop("Carried over from former keys"),
    "charter": gettext_noop("Charter"),
    "closer": gettext_noop("Key of its author"),
    "code": gettext_noop("Short name"),
    "copy": gettext_noop("Fingerprint of the stored copy"),
    "cuts": gettext_noop("Places that are cut"),
    "day": gettext_noop("Day"),
    "digest": gettext_noop("Fingerprint"),
    "former_keys": gettext_noop("Former keys"),
    "from": gettext_noop("From letter"),
    "heading": gettext_noop("Heading"),
    "history": gettext_noop("Days of the versions"),
    "id": gettext_noop("Item"),
    "item": gettext_noop("List item"),
    "keys": gettext_noop("Keys"),
    "language": gettext_noop("Language"),
    "languages": gettext_noop("Languages"),
    "made_of": gettext_noop("Fingerprints of the paragraphs that it translates"),
    "names": gettext_noop("Names"),
    "note": gettext_noop("Introduction"),
    "of_version": gettext_noop("Version of the original"),
    "original": gettext_noop("Original"),
    "owner": gettext_noop("Whose words"),
    "pen_name": gettext_noop("Pen name"),
    "permission": gettext_noop("Permission"),
    "place": gettext_noop("Place"),
    "policy": gettext_noop("Who must agree"),
    "proposal": gettext_noop("What do you propose?"),
    "public_key": gettext_noop("Public key"),
    "quote": gettext_noop("Quotation"),
    "recovery_days": gettext_noop("Days until a recovery takes effect"),
    "recovery_key": gettext_noop("Public recovery key"),
    "release_key": gettext_noop("Release key"),
    "reopen_hours": gettext_noop("Hours until a closing lapses"),
    "rows": gettext_noop("Beside the original, by number from 0"),
    "seats": gettext_noop("Seats"),
    "side": gettext_noop("Side"),
    "sides": gettext_noop("Sides"),
    "site": gettext_noop("Site"),
    "signature": gettext_noop("Signature"),
    "source": gettext_noop("Source"),
    "tense": gettext_noop("What is it about?"),
    "text": gettext_noop("Words"),
    "title": gettext_noop("Title"),
    "to": gettext_noop("To letter"),
    "translator": gettext_noop("Translator"),
    "unanswered_days": gettext_noop("Days until silence counts"),
    "unit": gettext_noop("Paragraph, by number from 0"),
    "units": gettext_noop("Paragraphs"),
    "version": gettext_noop("Version"),
    "versions": gettext_noop("Versions"),
    "waiting": gettext_noop("Waiting times"),
    "why": gettext_noop("Why"),
    "word_limit": gettext_noop("Word limit"),
    "words": gettext_noop("Number of words"),
    "written_on": gettext_noop("Written on"),
}
"""The fields of bodies in words: for those who sign, not for those who write programs."""


@dataclass(frozen=True)
class Line:
    """A heading of ours, or a line of the document in pieces."""

    pieces: tuple[Piece, ...]
    is_heading: bool = False


def told(document: Document, *, before: Document | None) -> Iterator[Line]:
    """Yield the whole document, changes since ``before`` marked by words."""
    yield _heading(_("What you are asked to sign"))
    yield from _lines(_facts(document), _facts(before) if before else None)
    old = _blocks(before) if before else {}
    new = _blocks(document)
    for name, paragraphs in new.items():
        yield _heading(name)
        yield from _lines(paragraphs, old.get(name, ()) if before else None)
    for name in old.keys() - new.keys():
        yield _heading(_("%(part)s: gone since the previous version") % {"part": name})
        yield from _lines((), old[name])


def told_closing(note: Mapping[str, Any]) -> Iterator[Line]:
    """Yield every value of a closing note."""
    yield _heading(_("What you are asked to close"))
    yield from _lines(tuple(_values(note, "")), None)


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
    """What the document is, each value under its name; the salt and the ids as they are."""
    standing, seats, seal = document.standing, document.seats, document.seal
    none = _("none")
    facts = [
        (_("Kind"), document.kind),
        (_("Item"), document.id),
        (_("Version"), document.version),
        (_("Site"), document.site),
        (_("Day"), document.day),
        (_("Languages"), ", ".join(document.languages) or none),
        (_("Whose words"), document.side or _("not those of any one side")),
        (
            _("In whose name"),
            _("joint: in the name of all sides whose keys are under it")
            if standing.is_joint
            else _("By one side only: %(side)s. Proposed to the others on %(day)s.")
            % {"side": standing.side, "day": standing.asked_on},
        ),
        (_("Replaces"), document.replaces or _("nothing: it is a first version")),
        *(
            (
                _("Based on"),
                _("item %(item)s, version %(n)s, fingerprint %(digest)s")
                % {"item": each.id, "n": each.version, "digest": each.digest},
            )
            for each in document.made_from
        ),
        (_("Part of the item"), document.part_of or _("none: it is an item of its own")),
        (_("Seats for answers"), ", ".join(seats.sides) if seats else none),
        *(
            [
                (_("Closing day"), seats.until),
                (_("Empty chairs"), ", ".join(seats.empty) or none),
            ]
            if seats
            else []
        ),
        (
            _("Sealed until these seats are filled"),
            ", ".join(seal.seats) if seal else _("not sealed"),
        ),
        *(
            [
                (_("Answers the question"), seal.question),
                (_("Fingerprint of the question’s words"), seal.words),
            ]
            if seal
            else []
        ),
        (_("Key of its author, which may close it for good"), document.closer or none),
        (_("Shape of the words"), document.shape),
        (_("Salt"), document.salt),
    ]
    return tuple(f"{name}: {value}" for name, value in facts)


def _blocks(document: Document) -> dict[str, tuple[str, ...]]:
    """The body under headings: the words of each language, then everything else."""
    body: dict[str, Any] = dict(document.body)
    blocks: dict[str, tuple[str, ...]] = {}
    versions, version, language = (body.get(name) for name in ("versions", "version", "language"))
    if isinstance(versions, Mapping) and versions and all(map(LANGUAGE_CODE.fullmatch, versions)):
        del body["versions"]
        for code, words in sorted(versions.items()):
            blocks[_("In the language %(code)s") % {"code": code}] = tuple(_words(words))
    elif isinstance(version, Mapping) and LANGUAGE_CODE.fullmatch(str(language)):
        del body["version"]
        blocks[_("In the language %(code)s") % {"code": language}] = tuple(_words(version))
    # What has not the shape of a text is spelled out here, so that no block takes another's place.
    rest = tuple(_values(body, ""))
    if rest:
        blocks[_("In addition")] = rest
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
            label = "" if unit["is"] == "paragraph" else f"({_name(unit['is'])}) "
            for paragraph in _paragraphs(unit["text"]):
                yield label + paragraph
    rows = rest.get("rows")
    if isinstance(units, list) and rows == [[[n], [n]] for n in range(len(units))] and units:
        del rest["rows"]
        yield ngettext(
            "Beside the original: %(n)s paragraph, beside its counterpart",
            "Beside the original: %(n)s paragraphs, each beside the one with its number",
            len(units),
        ) % {"n": len(units)}
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
            yield from _values(inner, f"{place} › {_name(name)}" if place else _name(name))
    elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        for number, inner in enumerate(value, start=1):
            yield from _values(inner, f"{place} › {number}")
    elif isinstance(value, list):
        yield f"{place}: {', '.join(_said(inner) for inner in value) or _('none')}"
    elif isinstance(value, str):
        for paragraph in _paragraphs(value) or ("",):
            yield f"{place}: {paragraph}"
    else:
        yield f"{place}: {_said(value)}"


def _name(field: str) -> str:
    """Return the name of a field in words; a field that no kind has keeps its own, and never takes ours."""
    known = _NAMES.get(field)
    if known is not None:
        return _(known)
    is_ours = field in {_(words) for words in _NAMES.values()}
    return f'"{field}"' if is_ours else field


def _said(value: Any) -> str:
    if value is None or value == {}:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n"))

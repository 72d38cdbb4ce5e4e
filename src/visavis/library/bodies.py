"""The shape of a text: what stands in the body of an article, a letter or a translation.

These dataclasses are written to the signed bytes and read back from them, and reading is strict: a
body that says anything this module would not write again is no text, whoever signed it. A draft has
the same shape with two differences, both undone by `drafting.finished`: ``made_of`` holds the words of
the original instead of their hashes, since the salt is not yet made; and what is withheld still stands
in the unit, so that the strike can be undone.

========  ==========================================================================================
unit      one heading, paragraph, quotation or item; never a line break inside
rows      which units of the original stand beside which units of the translation
made_of   for each unit of the original as it was when it was translated, a hash with the document's
          salt; by it anyone can see which paragraphs are older than the original
cut       words struck from what is shown; they stay in the unit's text, unless they are withheld
history   the day of each version of the document so far, this one's last
========  ==========================================================================================
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any, Self

from visavis.kinds.bodies import BadBodyError
from visavis.signing.document import LANGUAGE_CODE

HASH_LENGTH = 32
Row = tuple[tuple[int, ...], tuple[int, ...]]
Rows = tuple[Row, ...]


class UnitKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    QUOTE = "quote"
    ITEM = "item"


class Why(StrEnum):
    """Why words were struck."""

    LENGTH = "length"
    SAFETY = "safety"
    LAW = "law"
    THIRD_PERSON = "third-person"


WITHHELD = frozenset({Why.SAFETY, Why.THIRD_PERSON})
"""For these reasons the words leave the document: only their number stays."""


KINDS = {kind.value: kind for kind in UnitKind}
UNIT = frozenset({"is", "text"})
LISTS = (list, tuple)


@dataclass(frozen=True)
class Unit:
    kind: UnitKind
    text: str

    def as_json(self) -> dict[str, Any]:
        return {"is": self.kind.value, "text": self.text}

    @classmethod
    def from_json(cls, value: Any) -> Self:
        _expect(value, UNIT)
        return cls(kind=KINDS[value["is"]], text=_text(value["text"]))


@dataclass(frozen=True)
class Cut:
    """Words struck from one unit, from one code point up to another."""

    unit: int
    start: int
    end: int
    why: Why
    words: int

    @property
    def is_withheld(self) -> bool:
        return self.why in WITHHELD

    def as_json(self) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "from": self.start,
            "to": self.end,
            "why": self.why.value,
            "words": self.words,
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        _expect(value, {"unit", "from", "to", "why", "words"})
        return cls(
            unit=_whole(value["unit"]),
            start=_whole(value["from"]),
            end=_whole(value["to"]),
            why=Why(value["why"]),
            words=_whole(value["words"]),
        )


@dataclass(frozen=True, kw_only=True)
class Version:
    """The text in one language. ``made_of`` is None for an original; in a draft a unit may be unknown."""

    title: str
    units: tuple[Unit, ...]
    cuts: tuple[Cut, ...] = ()
    translator: str | None = None
    of_version: int | None = None
    made_of: tuple[str | None, ...] | None = None
    rows: Rows | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "units": [unit.as_json() for unit in self.units],
            "cuts": [cut.as_json() for cut in self.cuts],
            "translator": self.translator,
            "of_version": self.of_version,
            "made_of": None if self.made_of is None else list(self.made_of),
            "rows": None if self.rows is None else [[list(a), list(b)] for a, b in self.rows],
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        names = {"title", "units", "cuts", "translator", "of_version", "made_of", "rows"}
        _expect(value, names)
        rows, made_of = value["rows"], value["made_of"]
        version = cls(
            title=_text(value["title"]),
            units=tuple(Unit.from_json(unit) for unit in _list(value["units"])),
            cuts=tuple(Cut.from_json(cut) for cut in _list(value["cuts"])),
            translator=_text_or_none(value["translator"]),
            of_version=None if value["of_version"] is None else _whole(value["of_version"]),
            made_of=None
            if made_of is None
            else tuple(_text_or_none(known) for known in _list(made_of)),
            rows=None if rows is None else tuple(_row(row) for row in _list(rows)),
        )
        _check_version(version)
        return version


@dataclass(frozen=True, kw_only=True)
class SourceNote:
    """Where a text first stood, and the digest of the copy that a desk keeps of it."""

    title: str
    address: str
    copy: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {"title": self.title, "address": self.address, "copy": self.copy}

    @classmethod
    def from_json(cls, value: Any) -> Self:
        _expect(value, {"title", "address", "copy"})
        return cls(
            title=_text(value["title"]),
            address=_text(value["address"]),
            copy=_text_or_none(value["copy"]),
        )


@dataclass(frozen=True, kw_only=True)
class TextBody:
    """The body of an article or a letter."""

    original: str
    versions: Mapping[str, Version]
    history: tuple[date, ...] = ()
    author: str | None = None
    written_on: date | None = None
    place: str | None = None
    source: SourceNote | None = None
    permission: str | None = None

    @property
    def first(self) -> Version:
        """The original."""
        return self.versions[self.original]

    def with_version(self, language: str, version: Version) -> "TextBody":
        return replace(self, versions={**self.versions, language: version})

    def as_json(self) -> dict[str, Any]:
        return {
            "original": self.original,
            "versions": {code: version.as_json() for code, version in self.versions.items()},
            "history": [day.isoformat() for day in self.history],
            "author": self.author,
            "written_on": self.written_on.isoformat() if self.written_on else None,
            "place": self.place,
            "source": self.source.as_json() if self.source else None,
            "permission": self.permission,
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read a body; raise BadBodyError for anything `as_json` would not write again."""
        names = {"original", "versions", "history", "author", "written_on", "place", "source"}
        try:
            _expect(value, names | {"permission"})
            body = cls(
                original=_text(value["original"]),
                versions={
                    _language(code): Version.from_json(version)
                    for code, version in value["versions"].items()
                },
                history=tuple(date.fromisoformat(_text(day)) for day in _list(value["history"])),
                author=_text_or_none(value["author"]),
                written_on=date.fromisoformat(value["written_on"])
                if value["written_on"] is not None
                else None,
                place=_text_or_none(value["place"]),
                source=SourceNote.from_json(value["source"])
                if value["source"] is not None
                else None,
                permission=_text_or_none(value["permission"]),
            )
            _check_text(body)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadBodyError(str(error)) from error
        return body


@dataclass(frozen=True, kw_only=True)
class TranslationBody:
    """The body of a translation that came later, as a document of its own."""

    language: str
    version: Version

    def as_json(self) -> dict[str, Any]:
        return {"language": self.language, "version": self.version.as_json()}

    @classmethod
    def from_json(cls, value: Any) -> Self:
        try:
            _expect(value, {"language", "version"})
            body = cls(
                language=_language(value["language"]),
                version=Version.from_json(value["version"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadBodyError(str(error)) from error
        if body.version.made_of is None:
            raise BadBodyError("a translation says what it was made of")
        return body


def unit_hash(text: str, *, salt: str) -> str:
    """Return the hash of one unit's words that only this document can be asked about."""
    return sha256(f"{salt}\n{text}".encode()).hexdigest()[:HASH_LENGTH]


def why_not_rows(rows: Rows, *, n_original: int, n_own: int) -> str | None:
    """Return what is wrong with rows: each unit stands in exactly one, in order, and none is empty."""
    for column, n in ((0, n_original), (1, n_own)):
        if [index for row in rows for index in row[column]] != list(range(n)):
            return "each unit stands in exactly one row, in order"
    if any(not left and not right for left, right in rows):
        return "a row without units"
    return None


def _check_version(version: Version) -> None:
    translated = (version.of_version, version.made_of, version.rows)
    if any(part is None for part in translated) and any(part is not None for part in translated):
        raise BadBodyError("made_of, of_version and rows go together")
    if version.made_of is not None and version.rows is not None:
        wrong = why_not_rows(
            version.rows, n_original=len(version.made_of), n_own=len(version.units)
        )
        if wrong:
            raise BadBodyError(wrong)
    if version.of_version is not None and version.of_version < 1:
        raise BadBodyError("versions count from 1")
    _check_cuts(version)


def _check_cuts(version: Version) -> None:
    before = (-1, 0)
    for cut in version.cuts:
        if cut.unit >= len(version.units) or cut.words < 1:
            raise BadBodyError("a cut without words")
        is_inside = cut.start <= cut.end <= len(version.units[cut.unit].text)
        is_after = before <= (cut.unit, cut.start)
        if not is_inside or not is_after or (cut.start == cut.end and not cut.is_withheld):
            raise BadBodyError("cuts lie inside their units, in order, apart")
        before = (cut.unit, cut.end)


def _check_text(body: TextBody) -> None:
    if body.original not in body.versions:
        raise BadBodyError("the original is not among the versions")
    for code, version in body.versions.items():
        if (code == body.original) != (version.made_of is None):
            raise BadBodyError("a translation, and only a translation, says what it was made of")
    if list(body.history) != sorted(body.history):
        raise BadBodyError("the history runs forward")


def _expect(value: Any, names: set[str] | frozenset[str]) -> None:
    if not isinstance(value, Mapping) or set(value) != names:
        raise BadBodyError("fields that no text has")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise BadBodyError("not a text")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise BadBodyError("not a whole number")
    return value


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, LISTS):
        raise BadBodyError("not a list")
    return value


def _language(value: Any) -> str:
    if not LANGUAGE_CODE.fullmatch(_text(value)):
        raise BadBodyError("not a language code")
    return str(value)


def _row(value: Any) -> Row:
    left, right = _list(value)
    return tuple([_whole(n) for n in _list(left)]), tuple([_whole(n) for n in _list(right)])

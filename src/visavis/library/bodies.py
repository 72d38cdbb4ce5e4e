"""The shape of a text: what is in the body of an article, a letter or a translation.

These values are written to the signed bytes and read back from them, and reading is strict: a body
that says anything this module would not write again is no text. It does not matter who signed it. A draft has
the same shape with two differences, both undone by `drafting.finished`: ``made_of`` holds the words of
the original instead of their hashes, since the salt is not yet made; and what is withheld is still
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

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from visavis.kinds.bodies import BadBodyError, Body, Language, Whole
from visavis.kinds.shapes import Shapes

HASH_LENGTH = 32
Row = tuple[tuple[Whole, ...], tuple[Whole, ...]]
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


class Unit(Body, rename={"kind": "is"}):
    kind: UnitKind
    text: str


class Cut(Body, rename={"start": "from", "end": "to"}):
    """Words struck from one unit, from one code point up to another."""

    unit: Whole
    start: Whole
    end: Whole
    why: Why
    words: Whole

    @property
    def is_withheld(self) -> bool:
        return self.why in WITHHELD


class Notes(Body, kw_only=True):
    """Lines about a text: as given in the original's language, or in a translation the form of them there.

    In a translation None says nothing: its readers see what was given. `fields.OF_TEXT` has a row for each.
    """

    author: str | None = None
    place: str | None = None
    permission: str | None = None


NOTES = Notes.__struct_fields__


class Version(Notes, kw_only=True):
    """The text in one language. ``made_of`` is None for an original; in a draft a unit may be unknown."""

    title: str
    units: tuple[Unit, ...]
    cuts: tuple[Cut, ...] = ()
    translator: str | None = None
    of_version: Annotated[int, Meta(ge=1)] | None = None
    made_of: tuple[str | None, ...] | None = None
    rows: Rows | None = None

    def check(self) -> None:
        translated = (self.of_version, self.made_of, self.rows)
        if any(part is None for part in translated) and any(
            part is not None for part in translated
        ):
            raise BadBodyError("made_of, of_version and rows go together")
        if self.made_of is not None and self.rows is not None:
            wrong = why_not_rows(self.rows, n_original=len(self.made_of), n_own=len(self.units))
            if wrong:
                raise BadBodyError(wrong)
        self._check_cuts()

    def _check_cuts(self) -> None:
        before = (-1, 0)
        for cut in self.cuts:
            if cut.unit >= len(self.units) or cut.words < 1:
                raise BadBodyError("a cut without words")
            is_inside = cut.start <= cut.end <= len(self.units[cut.unit].text)
            is_after = before <= (cut.unit, cut.start)
            if not is_inside or not is_after or (cut.start == cut.end and not cut.is_withheld):
                raise BadBodyError("cuts lie inside their units, in order, apart")
            before = (cut.unit, cut.end)


class SourceNote(Body, kw_only=True):
    """Where a text first stood, and the digest of the copy that a desk keeps of it."""

    title: str
    address: str
    copy: str | None = None


class Details(Notes, kw_only=True):
    """What is known of a text beside its words; `fields.OF_TEXT` has a row for each."""

    written_on: date | None = None
    source: SourceNote | None = None


class TextBody(Details, kw_only=True):
    """The body of an article or a letter."""

    original: str
    versions: Mapping[Language, Version]
    history: tuple[date, ...] = ()

    @property
    def first(self) -> Version:
        """The original."""
        return self.versions[self.original]

    def with_version(self, language: str, version: Version) -> "TextBody":
        return replace(self, versions={**self.versions, language: version})

    def check(self) -> None:
        if self.original not in self.versions:
            raise BadBodyError("the original is not among the versions")
        for code, version in self.versions.items():
            version.check()
            if (code == self.original) != (version.made_of is None):
                raise BadBodyError(
                    "a translation, and only a translation, says what it was made of"
                )
            if has_more_notes(version, than=Notes() if code == self.original else self):
                raise BadBodyError("a note has another form only in a translation, if it is given")
        if list(self.history) != sorted(self.history):
            raise BadBodyError("the history runs forward")


class TranslationBody(Body, kw_only=True):
    """The body of a translation that came later, as a document of its own."""

    language: Language
    version: Version

    def check(self) -> None:
        self.version.check()
        if self.version.made_of is None:
            raise BadBodyError("a translation says what it was made of")


TEXT = Shapes("text-1", TextBody.from_json)
TRANSLATION = Shapes("translation-1", TranslationBody.from_json)


def has_more_notes(notes: Notes, *, than: Notes) -> bool:
    """Return whether some note is there that is not given there."""
    return any(getattr(notes, name) and not getattr(than, name) for name in NOTES)


def unit_hash(text: str, *, salt: str) -> str:
    """Return the hash of one unit's words that only this document can be asked about."""
    return sha256(f"{salt}\n{text}".encode()).hexdigest()[:HASH_LENGTH]


def why_not_rows(rows: Rows, *, n_original: int, n_own: int) -> str | None:
    """Return what is wrong with rows: each unit is in exactly one, in order, and none is empty."""
    for column, n in ((0, n_original), (1, n_own)):
        if [index for row in rows for index in row[column]] != list(range(n)):
            return "each unit is in exactly one row, in order"
    if any(not left and not right for left, right in rows):
        return "a row without units"
    return None

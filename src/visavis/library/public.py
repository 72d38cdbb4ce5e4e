"""Texts as readers see them, made of open documents and of nothing else.

Staleness is computed, not declared: each translation carries a hash of every paragraph it was made of, and
these are laid beside the original as it is now. The lineage is read from the same data.

A language that the text itself has, under the keys that opened the text, comes before a later
translation under one side's key. Of several of these `rules.rank` tells which is shown: the owner's own
comes first. One that the owner of the words has not signed is shown under its own side's name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeAlias

from markupsafe import Markup

from visavis.base.text import as_it_is, inline, without_tags
from visavis.kinds.items import CannotBeShownError, Gathered, Part
from visavis.sides.order import in_order
from visavis.signing.charter import Charter
from visavis.signing.document import Document, Standing
from visavis.signing.signed import SignedDocument

from . import bodies, cuts, rules
from .alignment import StandingRow, composed, standing_now
from .bodies import Details, Rows, SourceNote, TextBody, TranslationBody, unit_hash
from .rules import TRANSLATION

ENOUGH = 300
"""So many characters of a text are enough for a summary of it."""


@dataclass(frozen=True)
class CutShown:
    """The mark of a cut: how many words, and why. ``is_withheld``: the words are not here."""

    words: int
    why: str
    is_withheld: bool


@dataclass(frozen=True)
class Run:
    """A stretch of a unit; with a cut, ``html`` is what was cut, empty if it is withheld."""

    html: Markup
    cut: CutShown | None


@dataclass(frozen=True)
class Unit:
    kind: str
    runs: tuple[Run, ...]
    is_stale: bool

    @property
    def has_folded(self) -> bool:
        """Whether words are cut out that a reader can unfold."""
        return any(run.cut and not run.cut.is_withheld for run in self.runs)


@dataclass(frozen=True, kw_only=True)
class Version:
    """The text in one language.

    ``stale_since`` is the day of the first version after the one that was translated. ``later`` is the
    document of a translation that came later, under its own side's key. ``is_marked``: the owner of the
    words has not signed it.
    """

    language: str
    title: str
    units: tuple[Unit, ...]
    translator: str | None
    is_original: bool
    n_words_cut: int
    stale_since: date | None
    n_stale: int
    later: SignedDocument | None
    is_marked: bool
    _stored: bodies.Version = field(repr=False)

    @cached_property
    def lead(self) -> str:
        """The first words without markup, headings and cuts left out: more than a letter's salutation."""
        found = ""
        for unit in self.units:
            if unit.kind != "heading":
                said = "".join("[…]" if run.cut else without_tags(run.html) for run in unit.runs)
                found = f"{found} {said}".lstrip()
            if len(found) >= ENOUGH:
                break
        return found

    @property
    def side(self) -> str | None:
        """Whose translation it is, where it came later."""
        return self.later.document.side if self.later else None

    @property
    def translated_by(self) -> str | None:
        """The side that is named wherever this is shown, since the words are not the owner's."""
        return self.side if self.is_marked else None

    @cached_property
    def n_words(self) -> int:
        """The words of the whole, cut and withheld ones too; counted only where somebody asks."""
        return cuts.n_words(self._stored, self.language)


@dataclass(frozen=True)
class Original:
    """It was written in this language."""

    language: str
    written_on: date | None
    source: SourceNote | None


@dataclass(frozen=True)
class Shortened:
    """So many words of so many were cut."""

    n: int
    m: int


@dataclass(frozen=True)
class Translated:
    """It was put into this language; most translators have good reason not to be named."""

    language: str
    translator: str | None
    side: str | None


@dataclass(frozen=True)
class Stale:
    """Since this day so many paragraphs of the translation are older than the original."""

    since: date
    n: int


Step: TypeAlias = Original | Shortened | Translated | Stale


@dataclass(frozen=True)
class Lineage:
    """What happened to a text until it stood here, in order."""

    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Said:
    """A note in the form that readers of a language meet, and as it was given: words and their language."""

    words: str
    language: str
    given: str
    given_in: str


@dataclass(frozen=True, kw_only=True)
class Text:
    """An article or a letter, in every language that it is open in.

    ``day`` is its version's, ``first_on`` its first version's.
    """

    id: str
    kind: str
    day: date
    first_on: date
    standing: Standing
    side: str | None
    details: Details
    original: str
    versions: Mapping[str, Version]
    documents: tuple[SignedDocument, ...]
    unread: tuple[SignedDocument, ...]
    _stored: Mapping[str, bodies.Version] = field(repr=False)
    _standing_rows: Mapping[str, tuple[StandingRow, ...]] = field(repr=False)

    def rows(self, *, left: str, right: str) -> tuple[StandingRow, ...]:
        """Return two languages side by side: through the original, where neither is it."""
        if left == self.original:
            return self._standing_rows[right]
        if right == self.original:
            return tuple(
                StandingRow(r.right, r.left, r.is_stale) for r in self._standing_rows[left]
            )
        here, there = self._rows_of(left), self._rows_of(right)
        found = composed(
            here, there, left=self._stored[left].units, right=self._stored[right].units
        )
        stale_left, stale_right = self._stale_units(left), self._stale_units(right)
        return tuple(
            StandingRow(
                a, b, is_stale=not stale_left.isdisjoint(a) or not stale_right.isdisjoint(b)
            )
            for a, b in found
        )

    def said(self, name: str, language: str) -> Said | None:
        """Return a note in this language if somebody gave it one there, else as it was given.

        What is not said of the original is not said by a translation: its author may not want to be named.
        """
        given = getattr(self.details, name)
        if not given:
            return None
        own = getattr(self._stored[language], name) if language in self._stored else None
        language = language if own else self.original
        return Said(words=own or given, language=language, given=given, given_in=self.original)

    def lineage(self, language: str) -> Lineage:
        """Return what happened to the text until it stood in this language.

        A cut is said of the languages in which it was made, and of no other.
        """
        version = self.versions[language]
        steps: list[Step] = [Original(self.original, self.details.written_on, self.details.source)]
        if not version.is_original:
            steps.append(Translated(language, version.translator, version.side))
        if version.n_words_cut:
            steps.append(Shortened(version.n_words_cut, version.n_words))
        if not version.is_original and version.stale_since:
            steps.append(Stale(version.stale_since, version.n_stale))
        return Lineage(tuple(steps))

    def _rows_of(self, language: str) -> Rows:
        return tuple((row.left, row.right) for row in self._standing_rows[language])

    def _stale_units(self, language: str) -> set[int]:
        rows = self._standing_rows[language]
        return {index for row in rows if row.is_stale for index in row.right}


def text_from(gathered: Gathered[TextBody], charter: Charter) -> Text:
    """Return the text that these open documents make.

    A translation that is not in a site language, or is no translation of this text, is left out. Raises
    CannotBeShownError where the original's language is none of the site's.
    """
    root, body = gathered.root.document, gathered.root.body
    if body.original not in charter.languages:
        raise CannotBeShownError("the original is in no language of the site")
    found = [
        _Found(language=code, version=version, signed=gathered.root.signed)
        for code, version in body.versions.items()
        if code in charter.languages
    ]
    for part in gathered.parts:
        later = _later_translation(part, root=root, charter=charter)
        if later:
            found.append(later)
    owners = rules.owners_of(root, sides=charter.side_codes)
    chosen = _chosen(found, original=body.first, owners=owners, charter=charter)
    return Text(
        id=root.id,
        kind=root.kind,
        day=root.day,
        first_on=body.history[0] if len(body.history) > 1 else root.day,
        standing=root.standing,
        side=root.side,
        details=body,
        original=body.original,
        versions={
            code: _version(each, rows, body=body, owners=owners)
            for code, (each, rows) in chosen.items()
        },
        documents=(
            *dict.fromkeys(
                (gathered.root.signed, *(each.signed for each, _rows in chosen.values()))
            ),
            *gathered.unread,
        ),
        unread=gathered.unread,
        _stored={code: each.version for code, (each, _rows) in chosen.items()},
        _standing_rows={code: rows for code, (_each, rows) in chosen.items()},
    )


def shown_units(
    version: bodies.Version, *, stale: frozenset[int] = frozenset()
) -> tuple[Unit, ...]:
    """Return the units of a version made safe to show, cuts marked: for a page, and for a preview."""
    cut_units = {cut.unit for cut in version.cuts}
    return tuple(
        Unit(
            kind=unit.kind,
            runs=tuple(_run(run) for run in cuts.runs(version, number))
            if number in cut_units
            else (Run(html=inline(unit.text), cut=None),),
            is_stale=number in stale,
        )
        for number, unit in enumerate(version.units)
    )


def standing_rows(
    version: bodies.Version, original: bodies.Version, *, salt: str
) -> tuple[StandingRow, ...]:
    """Return the rows of a translation beside the original as it is now."""
    if version.made_of is None or version.rows is None:
        return ()
    now = [unit_hash(unit.text, salt=salt) for unit in original.units]
    return standing_now([known or "" for known in version.made_of], now, version.rows)


@dataclass(frozen=True)
class _Found:
    """A version, and the document that holds it."""

    language: str
    version: bodies.Version
    signed: SignedDocument

    @property
    def document(self) -> Document:
        return self.signed.document

    @property
    def is_later(self) -> bool:
        return self.document.kind == TRANSLATION

    @property
    def signed_by(self) -> frozenset[str]:
        return frozenset(each.side for each in self.signed.signatures)


def _later_translation(
    part: Part[TranslationBody], *, root: Document, charter: Charter
) -> _Found | None:
    document = part.document
    if document.kind != TRANSLATION or document.part_of != root.id:
        return None
    language = part.body.language
    if language not in charter.languages or document.made_from[0].version > root.version:
        return None
    return _Found(language=language, version=part.body.version, signed=part.signed)


def _chosen(
    found: Sequence[_Found],
    *,
    original: bodies.Version,
    owners: frozenset[str],
    charter: Charter,
) -> dict[str, tuple[_Found, tuple[StandingRow, ...]]]:
    """Return for each language the version that is shown, with its rows, in the order of ``found``.

    What is not chosen leaves no trace, in the order neither: a reader who has only what is shown comes to
    the same.
    """
    chosen: dict[str, tuple[_Found, tuple[StandingRow, ...]]] = {}
    ranks: dict[str, rules.Rank] = {}
    for each in found:
        rows = standing_rows(each.version, original, salt=each.document.salt)
        rank = _rank(each, rows, owners=owners, charter=charter)
        before = ranks.get(each.language)
        if before is None or rank < before:
            ranks[each.language] = rank
            chosen.pop(each.language, None)
            chosen[each.language] = (each, rows)
    return chosen


def _rank(
    each: _Found, rows: Sequence[StandingRow], *, owners: frozenset[str], charter: Charter
) -> rules.Rank:
    document = each.document
    drawn = in_order(charter.side_codes, seed=charter.site + each.language)
    return rules.rank(
        is_later=each.is_later,
        side=document.side,
        signed_by=each.signed_by,
        owners=owners,
        n_stale=sum(row.is_stale for row in rows),
        day=document.day,
        drawn=drawn,
        item=document.id,
    )


def _version(
    each: _Found, rows: Sequence[StandingRow], *, body: TextBody, owners: frozenset[str]
) -> Version:
    stored = each.version
    stale = [row for row in rows if row.is_stale]
    return Version(
        language=each.language,
        title=as_it_is(stored.title),
        units=shown_units(stored, stale=frozenset(i for row in stale for i in row.right)),
        translator=stored.translator,
        is_original=not each.is_later and each.language == body.original,
        n_words_cut=cuts.n_words_cut(stored),
        stale_since=since(stored, body.history) if stale else None,
        n_stale=len(stale),
        later=each.signed if each.is_later else None,
        is_marked=each.is_later
        and not rules.is_owners(side=each.document.side, signed_by=each.signed_by, owners=owners),
        _stored=stored,
    )


def since(version: bodies.Version, history: Sequence[date]) -> date | None:
    """Return the day of the first version after the one that was translated."""
    if not history or version.of_version is None:
        return None
    return history[min(version.of_version, len(history) - 1)]


def _run(run: cuts.Run) -> Run:
    cut = run.cut
    shown = (
        CutShown(words=cut.words, why=cut.why.value, is_withheld=cut.is_withheld) if cut else None
    )
    return Run(html=inline(run.text), cut=shown)

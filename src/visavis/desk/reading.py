"""A document as it is read before a key is turned: every language, every field, every change.

What it says, its kind tells (`visavis.kinds.passages`); here it is laid out, and compared with the version
before. A document that its kind cannot read, or whose kind this program does not know, is shown value by
value: nobody signs a field unseen.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from visavis.base.languages import direction
from visavis.kinds.kind import Kinds
from visavis.kinds.passages import (
    MARKS,
    NOT_IN_A_TEXT,
    Contents,
    Fact,
    Names,
    Passage,
    Rows,
    Words,
    values_of,
)
from visavis.kinds.wording import CUTS, PASSAGES
from visavis.signing.differences import (
    Change,
    Changes,
    Piece,
    changed_paragraphs,
    changed_words,
    unchanged,
)
from visavis.signing.document import BadDocumentError, Document


@dataclass(frozen=True)
class Shown:
    """A passage with its changes as markup; ``gone`` are passages that stood before it and are gone.

    ``seen`` is what readers will see, where some of its letters are marks.
    """

    label: str
    html: Markup
    seen: Markup | None
    gone: tuple[Markup, ...]
    is_changed: bool
    is_stale: bool
    place: str = ""
    """The address of a change within the page; empty where nothing changed."""


@dataclass(frozen=True)
class Row:
    left: tuple[Shown, ...]
    right: tuple[Shown, ...]

    @property
    def is_changed(self) -> bool:
        return any(each.place for each in self.right)


@dataclass(frozen=True)
class LanguageShown:
    """One language, paragraph by paragraph; beside the original unless it is the original."""

    language: str
    is_original: bool
    is_new: bool
    n_changes: int
    rows: tuple[Row, ...]
    gone_at_end: tuple[Markup, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """The address of each change within the page, in reading order."""
        found = [each.place for row in self.rows for each in row.right if each.place]
        return (*found, f"gone-{self.language}") if self.gone_at_end else tuple(found)


@dataclass(frozen=True)
class FactShown:
    """A field as it is shown: its name, its value with what changed in it."""

    name: str
    html: Markup
    is_changed: bool


@dataclass(frozen=True)
class Reading:
    """Everything a desk sees of a document before it turns its key.

    ``left`` is the language that the others are beside; ``original`` the same, or empty where all
    languages are equals.
    """

    left: str
    original: str
    languages: tuple[LanguageShown, ...]
    gone_languages: tuple[str, ...]
    facts: tuple[FactShown, ...]
    is_compared: bool
    n_changes: int = field(default=0)

    def of_changes(self) -> "Reading":
        """Return the same with the rows alone in which something changed."""
        return replace(
            self,
            languages=tuple(
                replace(each, rows=tuple(row for row in each.rows if row.is_changed))
                for each in self.languages
                if each.places or each.is_new
            ),
        )


def read(
    document: Document,
    *,
    before: Document | None,
    source: Document | None,
    names: Names,
    kinds: Kinds,
) -> Reading:
    """Return the document laid out for reading.

    ``before`` is the version that this one replaces, ``source`` the open document that it is part of.
    """
    now = _contents(document, source=source, names=names, kinds=kinds)
    then = _contents(before, source=source, names=names, kinds=kinds) if before else None
    own = [code for code in now.words if code not in now.borrowed]
    shown = tuple(
        _language(now, then, code=code) for code in sorted(own, key=_order(now.left, names=names))
    )
    facts = tuple(_facts(now, then))
    return Reading(
        left=now.left,
        original=now.left if now.is_left_original else "",
        languages=shown,
        gone_languages=tuple(
            code for code in (then.words if then else ()) if code not in now.words
        ),
        facts=facts,
        is_compared=then is not None,
        n_changes=sum(each.n_changes for each in shown) + sum(fact.is_changed for fact in facts),
    )


def _order(left: str, *, names: Names) -> Callable[[str], tuple[int, str]]:
    """Own language first: that of the page, then those of the desk's side, then the original."""
    first = (names.language, *names.prefer, left)
    return lambda code: (first.index(code) if code in first else len(first), code)


def _contents(
    document: Document, *, source: Document | None, names: Names, kinds: Kinds
) -> Contents:
    """Return what the document's kind says of it, after what is said of every document."""
    kind, part = kinds.of(document), kinds.part_of(document)
    beside = kinds.part_of(source) if source else None
    try:
        found = kind.reading(part, beside, names) if kind and part else None
    except BadDocumentError:
        found = None
    if found is None:
        found = Contents(left="", words={}, facts=tuple(values_of(document.body)))
    common = _common_facts(document, source=source, names=names, kinds=kinds)
    return replace(found, facts=(*common, *found.facts))


def _common_facts(
    document: Document, *, source: Document | None, names: Names, kinds: Kinds
) -> Iterator[Fact]:
    yield (
        _("What it is"),
        _("%(kind)s, version %(n)s")
        % {"kind": kinds.one(document.kind), "n": names.number(document.version)},
    )
    standing = document.standing
    if standing.side and standing.asked_on:
        yield (
            _("In whose name"),
            _("By one side only: %(side)s. Proposed on %(day)s; the other side has not answered.")
            % {"side": names.side(standing.side), "day": names.day(standing.asked_on)},
        )
    else:
        yield _("In whose name"), _("Joint: in the name of all sides whose keys are turned for it")
    if document.side:
        kind = kinds.of(document)
        is_translation = kind is not None and kind.is_translation(document)
        label = _("Whose translation") if is_translation else _("Whose words")
        yield label, names.side(document.side)
    yield _("Day"), names.day(document.day)
    if document.languages:
        yield _("Languages"), ", ".join(names.tongue(code) for code in document.languages)
    for made_from in document.made_from:
        title = ""
        if source is not None and source.id == made_from.id:
            title = kinds.title_of(source, language=names.language).text
        yield (
            _("Based on"),
            _("%(title)s (version %(n)s, fingerprint %(digest)s…)")
            % {
                "title": title or _("a document"),
                "n": names.number(made_from.version),
                "digest": made_from.digest[:12],
            },
        )
    if document.seal:
        yield (
            _("When it is shown"),
            _("When every seat is filled or declared empty: %(sides)s")
            % {"sides": names.all_of(document.seal.seats)},
        )
    if document.closer:
        yield (
            _("Key of its author"),
            _("The holder of this key can close it for good, with everything based on it: %(key)s")
            % {"key": document.closer},
        )


# ---- laid out, with changes ----


def _language(now: Contents, then: Contents | None, *, code: str) -> LanguageShown:
    words = now.words[code]
    before = then.words.get(code) if then else None
    texts = [passage.text for passage in words.passages]
    changes = (
        changed_paragraphs([passage.text for passage in before.passages], texts)
        if before
        else unchanged(texts)
    )
    is_original = code == now.left
    left = now.words[now.left].passages if now.left in now.words else ()
    rows = _rows(words, n_left=len(left)) if not is_original else words.rows
    n = len(words.passages)
    return LanguageShown(
        language=code,
        is_original=is_original or now.left not in now.words,
        is_new=then is not None and before is None,
        n_changes=_n_changes(changes),
        rows=tuple(
            Row(
                left=() if is_original else tuple(_quiet(left[i]) for i in a if i < len(left)),
                right=tuple(_shown(words, changes, i, code=code) for i in b),
            )
            for a, b in rows
        ),
        gone_at_end=tuple(_gone(text) for text in changes.gone.get(n, ())),
    )


def _rows(words: Words, *, n_left: int) -> Rows:
    """Return the rows with an empty cell wherever one side has nothing."""
    shown = {i for left, _right in words.rows for i in left if i < n_left}
    missing = [((i,), ()) for i in range(n_left) if i not in shown]
    kept = [(tuple(i for i in left if i < n_left), right) for left, right in words.rows]
    return (*kept, *missing)


def _shown(words: Words, changes: Changes, number: int, *, code: str) -> Shown:
    pieces = changes.paragraphs[number]
    passage = words.passages[number]
    gone = tuple(_gone(text) for text in changes.gone.get(number, ()))
    is_changed = any(piece.change is not Change.SAME for piece in pieces)
    return Shown(
        label=str(PASSAGES.get(passage.kind, "")),
        html=_markup(pieces),
        seen=passage.seen,
        gone=gone,
        is_changed=is_changed,
        is_stale=number in words.stale,
        place=f"change-{code}-{number}" if gone or is_changed else "",
    )


def _quiet(passage: Passage) -> Shown:
    return Shown(
        label=str(PASSAGES.get(passage.kind, "")),
        html=_marked(passage.text),
        seen=passage.seen,
        gone=(),
        is_changed=False,
        is_stale=False,
    )


def _n_changes(changes: Changes) -> int:
    changed = sum(
        any(piece.change is not Change.SAME for piece in each) for each in changes.paragraphs
    )
    return changed + sum(len(texts) for texts in changes.gone.values())


def _facts(now: Contents, then: Contents | None) -> Iterator[FactShown]:
    """Yield each field with what became of it; fields that are gone come last."""
    before = _by_name(then.facts) if then else {}
    after = _by_name(now.facts)
    for key, value in after.items():
        if then is None:
            yield FactShown(key[0], escape(value), is_changed=False)
            continue
        pieces = changed_words(before.get(key, ""), value)
        yield FactShown(key[0], _markup(pieces), is_changed=before.get(key) != value)
    for key, value in before.items():
        if key not in after:
            yield FactShown(key[0], _gone(value), is_changed=True)


def _by_name(facts: Sequence[tuple[str, str]]) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], str] = {}
    for name, value in facts:
        number = 0
        while (name, number) in found:
            number += 1
        found[name, number] = value
    return found


def _markup(pieces: Sequence[Piece]) -> Markup:
    parts: list[Markup] = []
    for number, piece in enumerate(pieces):
        before = pieces[number - 1].change if number else None
        if piece.change is Change.ADDED and before is Change.GONE:
            parts.append(Markup(" "))  # shown apart; the bytes have no such space
        parts.append(_piece(piece))
    return Markup("").join(parts)


def _piece(piece: Piece) -> Markup:
    if piece.change is Change.SAME:
        return _marked(piece.text)
    if piece.change is Change.ADDED:
        return Markup('<ins><span class="unseen">{} </span>{}</ins>').format(
            _own(_("added:")), _marked(piece.text)
        )
    return _gone(piece.text)


def _gone(text: str) -> Markup:
    return Markup('<del><span class="unseen">{} </span>{}</del>').format(
        _own(_("removed:")), _marked(text)
    )


def _own(words: str) -> Markup:
    """The site's own words inside a text of another language."""
    code = get_language() or "en"
    return Markup('<span lang="{}" dir="{}">{}</span>').format(code, direction(code), words)


def _marked(text: str) -> Markup:
    """Return a text with its marks of cuts turned into words."""
    parts: list[Markup] = []
    at = 0
    for mark in MARKS.finditer(text):
        parts.append(_as_lines(text[at : mark.start()]))
        parts.append(_mark(mark))
        at = mark.end()
    parts.append(_as_lines(text[at:]))
    return Markup("").join(parts)


def _as_lines(text: str) -> Markup:
    return escape(NOT_IN_A_TEXT.sub("\ufffd", text)).replace("\n", Markup("<br>\n"))


def _mark(mark: "re.Match[str]") -> Markup:
    struck, end, withheld, n = mark.groups()
    if end:
        return Markup('<span class="tag">{}</span>').format(_own("]"))
    if struck is not None:
        words = _("[cut %(why)s:") % {"why": CUTS.get(struck, struck)}
    else:
        words = ngettext(
            "[%(n)s word withheld %(why)s]", "[%(n)s words withheld %(why)s]", int(n or 0)
        ) % {"n": n, "why": CUTS.get(withheld, withheld)}
    return Markup('<span class="tag">{}</span>').format(_own(words))

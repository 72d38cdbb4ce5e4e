"""A document as it is read before a key is turned: every language, every field, every change.

What stands here is the text as it is signed, marks and addresses included, not as readers will see it:
whoever signs sees everything that is signed. Cuts are shown with the words they strike; of what is
withheld there is only a number, since the words are not in the document.

Marks inside a text are single characters that no clean text can hold (U+FDD0 to U+FDD4), so that a
change of a cut is a change like any other. Before they are put in, such characters are taken out of
the text itself, for bytes may have been signed that no form of ours ever saw.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from visavis.base.languages import day_in, direction, name_of, number_in
from visavis.dialogue import bodies as dialogue
from visavis.dialogue.wording import TENSES
from visavis.kinds.bodies import BadBodyError
from visavis.library import bodies as library
from visavis.library import cuts as library_cuts
from visavis.library.public import standing_rows
from visavis.signing.charter import Charter
from visavis.signing.differences import (
    Change,
    Changes,
    Piece,
    changed_paragraphs,
    changed_words,
    unchanged,
)
from visavis.signing.document import BadDocumentError, Document, Kind

from . import wording

CUT, UNCUT, WITHHELD, END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd4"
NOT_IN_A_TEXT = re.compile("[\ufdd0-\ufdef]")
MARKS = re.compile(f"{CUT}([a-z-]*){END}|({UNCUT})|{WITHHELD}([a-z-]*):([0-9]*){END}")


@dataclass(frozen=True)
class Passage:
    """One unit of a text: a title, a paragraph, a proposal."""

    kind: str
    text: str


@dataclass(frozen=True)
class Words:
    """A text in one language, and beside which passages of the original each of its own stands."""

    language: str
    passages: tuple[Passage, ...]
    rows: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()
    stale: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Told:
    """What a document says of itself: its words, and its fields in plain sentences."""

    original: str
    words: Mapping[str, Words]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shown:
    """A passage with its changes as markup; ``gone`` are passages that stood before it and are gone."""

    label: str
    html: Markup
    gone: tuple[Markup, ...]
    is_changed: bool
    is_stale: bool


@dataclass(frozen=True)
class Row:
    left: tuple[Shown, ...]
    right: tuple[Shown, ...]


@dataclass(frozen=True)
class LanguageShown:
    """One language, paragraph by paragraph; beside the original unless it is the original."""

    language: str
    is_original: bool
    is_new: bool
    n_changes: int
    rows: tuple[Row, ...]
    gone_at_end: tuple[Markup, ...]


@dataclass(frozen=True)
class Fact:
    name: str
    html: Markup
    is_changed: bool


@dataclass(frozen=True)
class Reading:
    """Everything a desk sees of a document before it turns its key."""

    original: str
    languages: tuple[LanguageShown, ...]
    gone_languages: tuple[str, ...]
    facts: tuple[Fact, ...]
    is_compared: bool
    n_changes: int = field(default=0)


def read(
    document: Document,
    *,
    before: Document | None,
    source: Document | None,
    prefer: Sequence[str],
    language: str,
    side_names: Mapping[str, str],
) -> Reading:
    """Return the document laid out for reading.

    ``before`` is the version that this one replaces, ``source`` what a translation was made from,
    ``prefer`` the reader's languages: where no language is the original, theirs stands on the left.
    """
    names = _Names(language=language, sides=side_names)
    now = _told(document, source=source, prefer=prefer, names=names)
    then = _told(before, source=source, prefer=prefer, names=names) if before else None
    own = [
        code for code in now.words if document.kind is not Kind.TRANSLATION or code != now.original
    ]
    shown = tuple(
        _language(now, then, code=code)
        for code in sorted(own, key=lambda code: (code != now.original, code))
    )
    facts = tuple(_facts(now, then))
    return Reading(
        original=now.original,
        languages=shown,
        gone_languages=tuple(
            code for code in (then.words if then else ()) if code not in now.words
        ),
        facts=facts,
        is_compared=then is not None,
        n_changes=sum(each.n_changes for each in shown) + sum(fact.is_changed for fact in facts),
    )


def title_of(document: Document, *, language: str) -> tuple[str, str]:
    """Return language and text of a line by which an editor knows the document again."""
    body = document.body
    versions = body.get("versions")
    if document.kind is Kind.CHARTER:
        names = body.get("names") or {}
        return language, str(names.get(language) or next(iter(names.values()), ""))
    if document.kind is Kind.ANSWER:
        return language, _("Answer by %(name)s") % {"name": body.get("pen_name") or "–"}
    if document.kind is Kind.TRANSLATION:
        version = body.get("version")
        title = version.get("title") if isinstance(version, dict) else ""
        return str(body.get("language") or language), str(title or "–")
    if isinstance(versions, dict) and versions:
        code = next((code for code in (language, body.get("original")) if code in versions), "")
        code = code or next(iter(versions))
        version = versions[code] if isinstance(versions[code], dict) else {}
        return code, str(version.get("text") or version.get("title") or "–")
    return language, f"{document.kind} {document.id[:12]}"


@dataclass(frozen=True)
class _Names:
    language: str
    sides: Mapping[str, str]

    def side(self, code: str) -> str:
        return self.sides.get(code, code)

    def day(self, day: date) -> str:
        return day_in(day, language=self.language)

    def tongue(self, code: str) -> str:
        return name_of(code, among=self.language)

    def number(self, n: int) -> str:
        return number_in(n, language=self.language)

    def all_of(self, codes: Sequence[str]) -> str:
        return ", ".join(self.side(code) for code in codes) or "–"


# ---- what each kind says of itself ----


def _told(
    document: Document, *, source: Document | None, prefer: Sequence[str], names: _Names
) -> Told:
    common = tuple(_common_facts(document, source=source, names=names))
    try:
        if document.kind is Kind.QUESTION:
            told = _question(dialogue.QuestionBody.from_json(document.body), prefer, names)
        elif document.kind is Kind.ANSWER:
            told = _answer(dialogue.AnswerBody.from_json(document.body), names)
        elif document.kind in {Kind.ARTICLE, Kind.LETTER}:
            told = _text(library.TextBody.from_json(document.body), document, names)
        elif document.kind is Kind.TRANSLATION:
            told = _translation(document, source, names)
        elif document.kind is Kind.CHARTER:
            told = _charter(Charter.from_document(document), names)
        else:
            told = _anything(document)
    except (BadBodyError, BadDocumentError):
        told = _anything(document)
    return Told(told.original, told.words, (*common, *told.facts))


def _common_facts(
    document: Document, *, source: Document | None, names: _Names
) -> Iterator[tuple[str, str]]:
    yield (
        _("What it is"),
        _("%(kind)s, version %(n)s")
        % {"kind": wording.KINDS[document.kind], "n": names.number(document.version)},
    )
    standing = document.standing
    if standing.side and standing.asked_on:
        yield (
            _("Standing"),
            _("%(side)s alone. The site was asked on %(day)s, and the other side has not answered.")
            % {"side": names.side(standing.side), "day": names.day(standing.asked_on)},
        )
    else:
        yield _("Standing"), _("Joint: in the name of the sides whose keys stand under it")
    if document.side:
        yield _("Whose words"), names.side(document.side)
    yield _("Day"), names.day(document.day)
    if document.languages:
        yield _("Languages"), ", ".join(names.tongue(code) for code in document.languages)
    for made_from in document.made_from:
        title = ""
        if source is not None and source.id == made_from.id:
            title = title_of(source, language=names.language)[1]
        yield (
            _("Made from"),
            _("%(title)s (version %(n)s, digest %(digest)s…)")
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


def _question(body: dialogue.QuestionBody, prefer: Sequence[str], names: _Names) -> Told:
    words = {}
    for code, version in body.versions.items():
        notes = (Passage("note", _plain(version.note)),) if version.note else ()
        words[code] = _beside(code, (Passage("question", _plain(version.text)), *notes))
    left = next((code for code in prefer if code in words), next(iter(words)))
    return Told(
        original=left,
        words=words,
        facts=(
            (_("What is it about?"), str(TENSES[body.tense])),
            (_("Seats"), names.all_of(body.seats)),
            (
                _("Word limit"),
                ngettext("%(n)s word", "%(n)s words", body.word_limit)
                % {"n": names.number(body.word_limit)},
            ),
            (_("Closing day"), names.day(body.deadline)),
            (
                _("Empty chairs"),
                names.all_of(body.empty_chairs) if body.empty_chairs else _("None"),
            ),
        ),
    )


def _answer(body: dialogue.AnswerBody, names: _Names) -> Told:
    facts = [(_("Pen name"), body.pen_name), (_("Original"), names.tongue(body.original))]
    words = {}
    for code, version in body.versions.items():
        passages = [Passage("paragraph", _plain(text)) for text in version.paragraphs]
        words[code] = _beside(code, (*passages, Passage("proposal", _plain(version.proposal))))
        if code != body.original:
            facts.append(_translator(code, version.translator, names))
    original = body.original if body.original in words else next(iter(words), body.original)
    return Told(original=original, words=words, facts=tuple(facts))


def _text(body: library.TextBody, document: Document, names: _Names) -> Told:
    words, facts = {}, list(_text_facts(body, names))
    for code, version in body.versions.items():
        if code != body.original:
            facts.append(_translator(code, version.translator, names))
        facts.extend(_cut_facts(code, version, names))
        words[code] = _version(
            code,
            version,
            original=body.first,
            salt=document.salt,
            is_original=code == body.original,
        )
    return Told(original=body.original, words=words, facts=tuple(facts))


def _translation(document: Document, source: Document | None, names: _Names) -> Told:
    body = library.TranslationBody.from_json(document.body)
    facts = [
        (_("Into"), names.tongue(body.language)),
        _translator(body.language, body.version.translator, names),
        *_cut_facts(body.language, body.version, names),
    ]
    if source is None:
        words = {body.language: _beside(body.language, _passages(body.version))}
        return Told(original="", words=words, facts=tuple(facts))
    text = library.TextBody.from_json(source.body)
    original = Words(language=text.original, passages=_passages(text.first))
    own = _version(
        body.language, body.version, original=text.first, salt=document.salt, is_original=False
    )
    return Told(
        original=text.original,
        words={text.original: original, body.language: own},
        facts=tuple(facts),
    )


def _text_facts(body: library.TextBody, names: _Names) -> Iterator[tuple[str, str]]:
    yield _("Original"), names.tongue(body.original)
    yield _("Author"), body.author or _("Not named")
    if body.written_on:
        yield _("Written on"), names.day(body.written_on)
    if body.place:
        yield _("Place"), body.place
    if body.source:
        yield _("Source"), f"{body.source.title} {body.source.address}".strip()
        if body.source.copy:
            yield _("Digest of the stored copy"), body.source.copy
    yield _("Permission"), body.permission or _("No note")


def _translator(code: str, translator: str | None, names: _Names) -> tuple[str, str]:
    name = _("Translator (%(language)s)") % {"language": names.tongue(code)}
    return name, translator or _("Not named")


def _cut_facts(code: str, version: library.Version, names: _Names) -> Iterator[tuple[str, str]]:
    for withheld, words in (
        (False, _("Struck, and shown on request (%(language)s)")),
        (True, _("Withheld (%(language)s)")),
    ):
        counted: dict[str, int] = {}
        for cut in version.cuts:
            if cut.is_withheld is withheld:
                counted[cut.why.value] = counted.get(cut.why.value, 0) + cut.words
        for why, n in sorted(counted.items()):
            yield (
                words % {"language": names.tongue(code)},
                ngettext("%(n)s word, %(why)s", "%(n)s words, %(why)s", n)
                % {"n": names.number(n), "why": wording.CUTS[why]},
            )


def charter_facts(
    charter: Charter, *, language: str, side_names: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Return a charter in plain words, as name and value."""
    return _charter(charter, _Names(language=language, sides=side_names)).facts


def _charter(charter: Charter, names: _Names) -> Told:
    facts: list[tuple[str, str]] = [
        (_("Name of the site (%(language)s)") % {"language": names.tongue(code)}, name)
        for code, name in charter.names.items()
    ]
    for side in charter.sides:
        name = names.side(side.code)
        facts += [
            (_("%(side)s: names") % {"side": name}, " · ".join(side.names.values())),
            (
                _("%(side)s: languages") % {"side": name},
                ", ".join(names.tongue(code) for code in side.languages),
            ),
            (_("%(side)s: key") % {"side": name}, side.public_key.hex),
            (_("%(side)s: recovery key") % {"side": name}, side.recovery_key.hex),
        ]
        if side.former_keys:
            keys = " ".join(key.hex for key in side.former_keys)
            facts.append((_("%(side)s: former keys") % {"side": name}, keys))
        if side.carried:
            said = _("%(n)s digests, some made up so that nobody counts what is not public")
            facts.append(
                (
                    _("%(side)s: carried over from former keys") % {"side": name},
                    said % {"n": names.number(len(side.carried))},
                )
            )
    facts.append((_("Release key"), charter.release_key.hex))
    facts += [
        (_("Who must agree: %(who)s") % {"who": who}, ", ".join(kinds))
        for opens, who in wording.OPENS.items()
        if (
            kinds := [
                str(wording.KINDS[kind]) for kind in charter.policy if charter.policy[kind] is opens
            ]
        )
    ]
    facts += _waiting_facts(charter, names)
    return Told(original="", words={}, facts=tuple(facts))


def _waiting_facts(charter: Charter, names: _Names) -> list[tuple[str, str]]:
    waiting = charter.waiting
    return [
        (
            _("Until silence counts"),
            ngettext("%(n)s day", "%(n)s days", waiting.unanswered_days)
            % {"n": names.number(waiting.unanswered_days)},
        ),
        (
            _("Until a closing by one side lapses"),
            ngettext("%(n)s hour", "%(n)s hours", waiting.reopen_hours)
            % {"n": names.number(waiting.reopen_hours)},
        ),
        (
            _("Until a recovery key counts"),
            ngettext("%(n)s day", "%(n)s days", waiting.recovery_days)
            % {"n": names.number(waiting.recovery_days)},
        ),
    ]


def _anything(document: Document) -> Told:
    """Return every value of a body whose shape no room here knows."""
    return Told(original="", words={}, facts=tuple(_values(document.body, name="")))


def _values(value: Any, *, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key in value:
            yield from _values(value[key], name=f"{name} › {key}" if name else str(key))
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value, start=1):
            yield from _values(each, name=f"{name} {number}")
    else:
        yield name, "–" if value is None else _plain(str(value))


def _version(
    code: str,
    version: library.Version,
    *,
    original: library.Version,
    salt: str,
    is_original: bool,
) -> Words:
    """Return a text's version; the title stands beside the title, then row by row."""
    passages = _passages(version)
    if is_original:
        return _beside(code, passages)
    standing = standing_rows(version, original, salt=salt)
    rows = [((0,), (0,))] + [
        (tuple(i + 1 for i in row.left), tuple(i + 1 for i in row.right)) for row in standing
    ]
    placed = {i for _left, right in rows for i in right}
    rows += [((), (i,)) for i in range(len(passages)) if i not in placed]
    return Words(
        language=code,
        passages=passages,
        rows=tuple(rows),
        stale=frozenset(i + 1 for row in standing if row.is_stale for i in row.right),
    )


def _passages(version: library.Version) -> tuple[Passage, ...]:
    units = [
        Passage(
            unit.kind.value,
            "".join(_run(run) for run in library_cuts.runs(version, number)),
        )
        for number, unit in enumerate(version.units)
    ]
    return (Passage("title", _plain(version.title)), *units)


def _run(run: library_cuts.Run) -> str:
    if run.cut is None:
        return _plain(run.text)
    if run.cut.is_withheld:
        return f"{WITHHELD}{run.cut.why.value}:{run.cut.words}{END}"
    return f"{CUT}{run.cut.why.value}{END}{_plain(run.text)}{UNCUT}"


def _plain(text: str) -> str:
    return NOT_IN_A_TEXT.sub("\ufffd", text)


def _beside(code: str, passages: tuple[Passage, ...]) -> Words:
    """Return words whose passages stand beside those of the original with the same number."""
    return Words(
        language=code,
        passages=passages,
        rows=tuple(((number,), (number,)) for number in range(len(passages))),
    )


# ---- laid out, with changes ----


def _language(now: Told, then: Told | None, *, code: str) -> LanguageShown:
    words = now.words[code]
    before = then.words.get(code) if then else None
    texts = [passage.text for passage in words.passages]
    changes = (
        changed_paragraphs([passage.text for passage in before.passages], texts)
        if before
        else unchanged(texts)
    )
    is_original = code == now.original
    left = now.words[now.original].passages if now.original in now.words else ()
    rows = _rows(words, n_left=len(left)) if not is_original else words.rows
    n = len(words.passages)
    return LanguageShown(
        language=code,
        is_original=is_original or now.original not in now.words,
        is_new=then is not None and before is None,
        n_changes=_n_changes(changes),
        rows=tuple(
            Row(
                left=() if is_original else tuple(_quiet(left[i]) for i in a if i < len(left)),
                right=tuple(_shown(words, changes, i) for i in b),
            )
            for a, b in rows
        ),
        gone_at_end=tuple(_gone(text) for text in changes.gone.get(n, ())),
    )


def _rows(words: Words, *, n_left: int) -> Sequence[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the rows with an empty cell wherever one side has nothing."""
    shown = {i for left, _right in words.rows for i in left if i < n_left}
    missing = [((i,), ()) for i in range(n_left) if i not in shown]
    kept = [(tuple(i for i in left if i < n_left), right) for left, right in words.rows]
    return [*kept, *missing]


def _shown(words: Words, changes: Changes, number: int) -> Shown:
    pieces = changes.paragraphs[number]
    passage = words.passages[number]
    return Shown(
        label=str(wording.PASSAGES.get(passage.kind, "")),
        html=_markup(pieces),
        gone=tuple(_gone(text) for text in changes.gone.get(number, ())),
        is_changed=any(piece.change is not Change.SAME for piece in pieces),
        is_stale=number in words.stale,
    )


def _quiet(passage: Passage) -> Shown:
    return Shown(
        label=str(wording.PASSAGES.get(passage.kind, "")),
        html=_marked(passage.text),
        gone=(),
        is_changed=False,
        is_stale=False,
    )


def _n_changes(changes: Changes) -> int:
    changed = sum(
        any(piece.change is not Change.SAME for piece in each) for each in changes.paragraphs
    )
    return changed + sum(len(texts) for texts in changes.gone.values())


def _facts(now: Told, then: Told | None) -> Iterator[Fact]:
    """Yield each field with what became of it; fields that are gone come last."""
    before = _by_name(then.facts) if then else {}
    after = _by_name(now.facts)
    for key, value in after.items():
        if then is None:
            yield Fact(key[0], escape(value), is_changed=False)
            continue
        pieces = changed_words(before.get(key, ""), value)
        yield Fact(key[0], _markup(pieces), is_changed=before.get(key) != value)
    for key, value in before.items():
        if key not in after:
            yield Fact(key[0], _gone(value), is_changed=True)


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
        parts.append(escape(NOT_IN_A_TEXT.sub("\ufffd", text[at : mark.start()])))
        parts.append(_mark(mark))
        at = mark.end()
    parts.append(escape(NOT_IN_A_TEXT.sub("\ufffd", text[at:])))
    return Markup("").join(parts)


def _mark(mark: "re.Match[str]") -> Markup:
    struck, end, withheld, n = mark.groups()
    if end:
        return Markup('<span class="tag">{}</span>').format(_own("]"))
    if struck is not None:
        words = _("[struck %(why)s:") % {"why": wording.CUTS.get(struck, struck)}
    else:
        words = ngettext(
            "[%(n)s word withheld %(why)s]", "[%(n)s words withheld %(why)s]", int(n or 0)
        ) % {"n": n, "why": wording.CUTS.get(withheld, withheld)}
    return Markup('<span class="tag">{}</span>').format(_own(words))

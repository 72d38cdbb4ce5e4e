"""Every change to a draft of a text, and its proposal: one function, one act, one transaction.

Words are cleaned here, once, as they come in. ``seen`` is what `queries.Drafted.seen` said when the
form was made: an act on other words than the editor saw is refused, and nothing is lost.

What takes time is done before the record's act begins: reading, cleaning, aligning, striking, writing out.
The act itself compares the draft with the one that was read, and writes: it holds the site's only lock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from msgspec import structs

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.base.text import UnfitTextError, one_line
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.writing import written
from visavis.record import actions as record
from visavis.record import public as open_record
from visavis.record import queries as record_queries
from visavis.safety.transactions import one_act
from visavis.signing.canonical import Digest, new_id, new_salt
from visavis.signing.charter import Charter
from visavis.signing.document import Document

from . import bodies, cuts, drafting, fields, queries, rules
from .bodies import (
    NOTES,
    Details,
    Notes,
    TextBody,
    Unit,
    Version,
)
from .drafting import TypedRow
from .queries import Drafted
from .rules import TRANSLATION, LibraryRefusal
from .striking import Striking, struck


@dataclass(frozen=True, kw_only=True)
class Words:
    """A text in one language as it comes in."""

    title: str
    units: tuple[Unit, ...]
    translator: str | None = None
    notes: Notes = field(default_factory=Notes)


def words_from(*, title: str, typed: str, translator: str = "") -> Words:
    """Return what was typed as words, clean; raises Refused for a damaged text."""
    try:
        return Words(
            title=one_line(title),
            units=drafting.units_from(typed),
            translator=one_line(translator) or None,
        )
    except UnfitTextError as error:
        raise Refused(rules.why_unfit(error)) from error


def draft_text(
    *,
    side: str,
    kind: str,
    original: str,
    words: Mapping[str, Words],
    today: date,
    details: Details | None = None,
) -> str:
    """The desk has a draft with these languages in it, each aligned to the original; returns its id.

    Refuses what is no language of the site, and what is too long even for a draft.
    """
    draft = new_draft(
        side=side, kind=kind, original=original, words=words, today=today, details=details
    )
    begin(draft, today=today)
    return draft.item


def begin(draft: Drafted, *, today: date) -> None:
    """The desk has this draft, which lay nowhere before."""
    _keep(draft, today=today)


def new_draft(
    *,
    side: str,
    kind: str,
    original: str,
    words: Mapping[str, Words],
    today: date,
    details: Details | None = None,
    must_fit: bool = False,
) -> Drafted:
    """Return what `draft_text` would keep. ``must_fit``: refuse what would not fit into one document."""
    charter = _charter(today)
    first = Version(title=words[original].title, units=words[original].units)
    body = TextBody(original=original, versions={original: first})
    for language, given in words.items():
        _check(rules.why_not_language(language, languages=charter.languages, there=()))
        _check_size(given)
        if language != original:
            body = body.with_version(language, _translated(body, given, of_version=1))
    body = _with_details(body, details or Details(), today=today)
    draft = Drafted(item=new_id(), kind=kind, side=side, made_on=today, body=body)
    if must_fit:
        _check_fits(draft, charter=charter, today=today)
    return draft


def add_languages(*, side: str, item: str, words: Mapping[str, Words], today: date) -> None:
    """The draft has these languages too, each aligned to its original."""
    draft = _text_draft(side, item)
    charter, body = _charter(today), draft.body
    for language, given in words.items():
        _check(rules.why_not_language(language, languages=charter.languages, there=body.versions))
        _check_size(given)
        made = _translated(body, given, of_version=draft.this_version)
        body = body.with_version(language, made)
    draft = replace(draft, body=body)
    _check_fits(draft, charter=charter, today=today)
    _keep(draft, today=today)


def edit(*, side: str, item: str, language: str, words: Words, seen: str, today: date) -> None:
    """A language of the draft has these words; rows and cuts stay where their words stay."""
    draft = _draft(side, item, language, seen=seen)
    _check_size(words)
    version = drafting.edited(draft.body.versions[language], title=words.title, units=words.units)
    if language != draft.body.original:
        version = structs.replace(version, translator=words.translator)
    _keep_version(draft, language, version, today=today)


def edit_beside(
    *,
    side: str,
    item: str,
    language: str,
    title: str,
    translator: str,
    notes: Notes,
    rows: Sequence[TypedRow],
    seen: str,
    today: date,
    start: int = 0,
) -> None:
    """A translation has these words, row by row beside its original as it is now.

    ``rows`` take the places of as many from ``start`` on; the rest stays.
    """
    draft = _draft(side, item, language, seen=seen)
    _check_is_translation(draft, language)
    every = drafting.typed_rows(draft.body.versions[language], draft.body.first)
    rows = [*every[:start], *rows, *every[start + len(rows) :]]
    try:
        version = drafting.rewritten(
            draft.body.versions[language],
            draft.body.first,
            title=_line(title),
            translator=_line(translator) or None,
            rows=rows,
            this_version=draft.this_version,
        )
    except UnfitTextError as error:
        raise Refused(rules.why_unfit(error)) from error
    _check_size(Words(title=version.title, units=version.units))
    _keep_version(draft, language, _noted(version, notes), today=today)


def mend_rows(
    *,
    side: str,
    item: str,
    language: str,
    beside: Sequence[tuple[int, int] | None],
    seen: str,
    today: date,
) -> None:
    """The translation is laid beside its original as the numbers say; what was stale stays stale."""
    draft = _draft(side, item, language, seen=seen)
    _check_is_translation(draft, language)
    version, original = draft.body.versions[language], draft.body.first
    rows = None
    if len(beside) == len(version.units):
        rows = drafting.rows_from_numbers(beside, n_original=len(original.units))
    if rows is None:
        raise Refused(LibraryRefusal.ROWS_OUT_OF_ORDER)
    _keep_version(draft, language, drafting.mended(version, original, rows=rows), today=today)


def take_away_language(*, side: str, item: str, language: str, seen: str, today: date) -> None:
    """The draft does not have this language any more."""
    draft = _text_draft(side, item)
    _check_seen(draft, seen)
    if language == draft.body.original:
        raise Refused(LibraryRefusal.IS_THE_ORIGINAL)
    left = {code: each for code, each in draft.body.versions.items() if code != language}
    _keep(replace(draft, body=structs.replace(draft.body, versions=left)), today=today)


def strike(
    *,
    side: str,
    item: str,
    language: str,
    striking: Striking,
    seen: str,
    today: date,
) -> None:
    """All that was ticked and quoted is struck in this language of the draft, or nothing of it."""
    draft = _draft(side, item, language, seen=seen)
    _check(rules.why_not_strike_at_once(n_quoted=len(striking.quoted)))
    made = struck(draft.body, language, striking)
    if made.faults:
        raise Refused(made.faults[0].refusal)
    _keep(replace(draft, body=made.body), today=today)


def undo_strike(
    *, side: str, item: str, language: str, unit: int, start: int, seen: str, today: date
) -> None:
    """The words that were struck from here on are shown again.

    Of words withheld in an open version only the mark goes: they themselves are not known any more.
    """
    draft = _draft(side, item, language, seen=seen)
    version = draft.body.versions[language]
    found = next((cut for cut in version.cuts if (cut.unit, cut.start) == (unit, start)), None)
    if found is None:
        raise Refused(LibraryRefusal.NOT_STRUCK_ANY_MORE)
    _keep_version(draft, language, cuts.unstrike(version, found), today=today)


def keep_details(
    *, side: str, item: str, kind: str, details: Details, seen: str, today: date
) -> None:
    """The draft says who wrote it, when and where, from which source, with whose permission.

    Of what is said otherwise now, or no longer, the forms in the other languages are gone.
    """
    draft = _text_draft(side, item)
    _check_seen(draft, seen)
    body = drafting.as_given(_with_details(draft.body, details, today=today), before=draft.body)
    kind = draft.kind if draft.base_digest else kind
    _keep(replace(draft, kind=kind, body=body), today=today)


def give_up(*, side: str, item: str, seen: str) -> None:
    """The draft is gone, as if it had never been."""
    draft = queries.draft_for(side, item)
    _check_seen(draft, seen)
    record.give_up_draft(item=draft.item, side=side, drafted=draft.kept)


def change(*, side: str, item: str, today: date) -> None:
    """The desk has a draft of the next version of an open text, or of its own open translation.

    It has its history, its rows and its marks of age.
    """
    document = queries.open_document(item)
    _check(rules.why_not_change(side=side, owner=document.side, is_drafted=_is_drafted(side, item)))
    try:
        draft = queries.drafted_from(document, side=side, base_digest=document.digest, today=today)
    except BadBodyError as error:
        raise NotFound from error
    _keep(draft, today=today)


def translate(*, side: str, of: str, language: str, words: Words, today: date) -> str:
    """The desk has a draft of a translation of an open text, a document of its own; returns its id."""
    document, body = queries.open_text(of)
    charter = _charter(today)
    _check(rules.why_not_language(language, languages=charter.languages, there=body.versions))
    beside = record_queries.items_drafted(side, of=of)
    if queries.translation_drafted(side, of=of, language=language):
        raise Refused(LibraryRefusal.DRAFTED_ALREADY)
    _check_size(words)
    version = _translated(body, words, of_version=document.version)
    draft = Drafted(
        item=new_id(),
        kind=TRANSLATION,
        side=side,
        made_on=today,
        body=body.with_version(language, version),
        of=document,
        language=language,
    )
    _keep(draft, today=today, beside=beside)
    return draft.item


def draft_again(*, side: str, digest: str, today: date) -> str:
    """A text of this desk that was refused is a draft once more; returns its id."""
    draft = _again(queries.refused_text(side, digest), side=side, today=today)
    _keep(draft, today=today)
    return draft.item


def take_back(*, side: str, digest: str, today: date) -> None:
    """A proposal of this desk is a draft once more, and no proposal any longer."""
    document = queries.own_proposal(side, digest)
    if queries.lacks_its_text(document):
        raise Refused(LibraryRefusal.NOT_OPEN)
    draft = _again(document, side=side, today=today)
    with one_act():
        record.withdraw(digest=document.digest, side=side)
        _keep(draft, today=today)


def _again(document: Document, *, side: str, today: date) -> Drafted:
    if _is_drafted(side, document.id):
        raise Refused(LibraryRefusal.DRAFTED_ALREADY)
    base = document.replaces or ""
    try:
        draft = queries.drafted_from(document, side=side, base_digest=base, today=today)
    except BadBodyError as error:
        raise Refused(LibraryRefusal.NOT_A_TEXT) from error
    if not draft.is_translation:
        body = structs.replace(draft.body, history=draft.body.history[:-1])
        draft = replace(draft, body=body)
    return draft


def propose(*, side: str, item: str, today: date, seen: str | None = None) -> Digest:
    """The draft is a document before the desks whose keys it needs, and gone; returns its digest.

    Refuses what is incomplete, too large, withheld in one language only, or says nothing new; and with
    ``seen``, other words than its editor saw.
    """
    draft = queries.draft_for(side, item)
    if seen is not None:
        _check_seen(draft, seen)
    charter = _charter(today)
    _check(why_not_propose(draft, charter=charter, today=today))
    document = _document(draft, charter=charter, today=today)
    record.propose(document=document, by=side, today=today, drafted=draft.kept)
    return document.digest


def why_not_propose(
    draft: Drafted, *, charter: Charter | None, today: date
) -> LibraryRefusal | None:
    """Return what the draft still lacks, or None: asked by the preview and by the act."""
    if charter is None:
        return LibraryRefusal.NO_CHARTER
    for language in draft.editable:
        version = draft.body.versions[language]
        refusal = rules.why_not_words(
            title=version.title,
            n_units=len(version.units),
            longest=max((len(unit.text) for unit in version.units), default=0),
            has_words=bool(version.units),
        )
        if refusal:
            return refusal
    return rules.why_not_propose(
        withheld_elsewhere=drafting.withheld_elsewhere(draft.body),
        n_bytes=len(_document(draft, charter=charter, today=today).data),
        says_the_same=_says_the_same(draft),
    )


def _document(draft: Drafted, *, charter: Charter, today: date) -> Document:
    before = record_queries.open_version(draft.item)
    salt = new_salt()
    own = _finished(draft, before=before, salt=salt, today=today).own
    return written(
        draft.kind,
        own.as_json(),
        shape=draft.shape,
        part_of=draft.of.id if draft.of else None,
        site=charter.site,
        languages=(draft.language,) if draft.language else tuple(draft.body.versions),
        today=today,
        item=draft.item,
        before=before,
        side=before.side if before else draft.side,
        made_from=(draft.of.source,) if draft.of else (),
        salt=salt,
    )


def _finished(draft: Drafted, *, before: Document | None, salt: str, today: date) -> Drafted:
    """Return the draft with its own words as they are signed."""
    body = drafting.as_given(draft.body)
    if draft.language is None:
        history = bodies.TEXT.of(before).history if before else ()
        finished = drafting.finished(body, salt=salt, before=history, today=today)
    else:
        version = drafting.finished_translation(
            body.versions[draft.language], body.first, salt=salt, of_version=draft.this_version
        )
        finished = body.with_version(draft.language, version)
    return replace(draft, body=finished)


def _says_the_same(draft: Drafted) -> bool:
    before = record_queries.open_version(draft.item)
    if before is None:
        return False
    opened = queries.drafted_from(
        before, side=draft.side, base_digest=before.digest, today=draft.made_on
    )
    body = structs.replace(draft.body, history=opened.body.history)
    return replace(draft, body=body).own == opened.own


def _translated(body: TextBody, words: Words, *, of_version: int) -> Version:
    version = drafting.translated(
        body.first,
        title=words.title,
        units=words.units,
        translator=words.translator,
        of_version=of_version,
    )
    return _noted(version, words.notes)


def _noted(version: Version, notes: Notes) -> Version:
    try:
        notes = fields.cleaned_notes(notes)
    except UnfitTextError as error:
        raise Refused(rules.why_unfit(error)) from error
    _check(rules.why_not_notes([getattr(notes, name) or "" for name in NOTES]))
    return drafting.noted(version, notes)


def _with_details(body: TextBody, details: Details, *, today: date) -> TextBody:
    try:
        details = fields.cleaned(details)
    except UnfitTextError as error:
        raise Refused(rules.why_unfit(error)) from error
    _check(
        rules.why_not_details(
            notes=fields.lines_of(details),
            written_on=details.written_on,
            source_title=details.source.title if details.source else "",
            source_address=details.source.address if details.source else "",
            today=today,
        )
    )
    return structs.replace(body, **structs.asdict(details))


def _line(text: str) -> str:
    try:
        return one_line(text)
    except UnfitTextError as error:
        raise Refused(rules.why_unfit(error)) from error


def _draft(side: str, item: str, language: str, *, seen: str) -> Drafted:
    draft = queries.draft_for(side, item)
    if language not in draft.editable:
        raise NotFound
    _check_seen(draft, seen)
    return draft


def _text_draft(side: str, item: str) -> Drafted:
    draft = queries.draft_for(side, item)
    if draft.is_translation:
        raise NotFound
    return draft


def _is_drafted(side: str, item: str) -> bool:
    try:
        record_queries.draft_for(side, item)
    except NotFound:
        return False
    return True


def _keep_version(draft: Drafted, language: str, version: Version, *, today: date) -> None:
    _keep(replace(draft, body=draft.body.with_version(language, version)), today=today)


def _keep(draft: Drafted, *, today: date, beside: frozenset[str] | None = None) -> None:
    _check(rules.why_not_so_large(n_bytes=drafting.n_bytes(draft.body)))
    draft = replace(draft, body=drafting.as_given(draft.body))
    record.keep_draft(
        item=draft.item,
        kind=draft.kind,
        side=draft.side,
        shape=draft.shape,
        body=draft.own.as_json(),
        today=today,
        base_digest=draft.base_digest,
        of=draft.of.id if draft.of else "",
        has_words_of=draft.is_translation,
        instead_of=draft.kept,
        beside=beside,
    )


def _check_size(words: Words) -> None:
    _check(
        rules.why_not_keep(
            title=words.title,
            n_units=len(words.units),
            longest=max((len(unit.text) for unit in words.units), default=0),
        )
    )


def _check_fits(draft: Drafted, *, charter: Charter, today: date) -> None:
    if len(_document(draft, charter=charter, today=today).data) > rules.LARGEST_TEXT:
        raise Refused(LibraryRefusal.TOO_LARGE)


def _check_is_translation(draft: Drafted, language: str) -> None:
    if language == draft.body.original:
        raise NotFound


def _check_seen(draft: Drafted, seen: str) -> None:
    if draft.seen != seen:
        raise Refused(LibraryRefusal.DRAFT_MOVED_ON)


def _check(refusal: LibraryRefusal | None) -> None:
    if refusal:
        raise Refused(refusal)


def _charter(today: date) -> Charter:
    charter = open_record.current_charter(on=today)
    if charter is None:
        raise Refused(LibraryRefusal.NO_CHARTER)
    return charter

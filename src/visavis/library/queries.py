"""What a desk may see of its drafts, and of open texts. Missing and another desk's are the same 404."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from visavis.base.finding import MOST_LOOKED_AT, LookedFor
from visavis.base.missing import NotFound
from visavis.kinds.bodies import BadBodyError
from visavis.record import queries as record_queries
from visavis.record.queries import Draft
from visavis.record.rules import State
from visavis.signing.charter import Charter
from visavis.signing.document import Document

from . import bodies, cuts, drafting
from .bodies import TextBody, TranslationBody, Version
from .rules import ARTICLE, LETTER, TRANSLATION

TEXT_KINDS = (ARTICLE, LETTER)
TEXTS_A_PAGE = 30
LOOKED_AT_ONCE = 250
MOST_FOUND = 100


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """A draft of this room, as its own desk sees it.

    Of a translation that becomes a document of its own, ``of`` names the open text, ``language`` is its
    language, and ``body`` is that text with this translation put in. ``seen`` is `Draft.seen`. ``kept`` is
    `Draft.box`, empty where there is none yet: an act takes the place of this and of nothing else.
    """

    item: str
    kind: str
    side: str
    made_on: date
    body: TextBody
    base_digest: str = ""
    seen: str = ""
    kept: bytes = field(default=b"", repr=False)
    of: Document | None = None
    language: str | None = None

    @property
    def title(self) -> str:
        """The title in the language the draft is about; empty before there is one."""
        return self.body.versions[self.language or self.body.original].title

    @property
    def is_translation(self) -> bool:
        return self.of is not None

    @property
    def own(self) -> TextBody | TranslationBody:
        """The body of the document that this draft becomes: the text, or one translation of it."""
        if self.language is None:
            return self.body
        return TranslationBody(language=self.language, version=self.body.versions[self.language])

    @property
    def shape(self) -> str:
        return (bodies.TEXT if self.language is None else bodies.TRANSLATION).newest

    @property
    def this_version(self) -> int:
        """The version of the text that this draft's translations are made of."""
        return self.of.version if self.of else len(self.body.history) + 1

    def n_words(self, code: str) -> int:
        """Return how many words this language has in the draft as it is kept."""
        return cuts.n_words(self.body.versions[code], code)

    @property
    def editable(self) -> tuple[str, ...]:
        """The languages that this draft may change, the original first."""
        return (self.language,) if self.language else tuple(drafting.languages_of(self.body))


def draft_for(side: str, item: str) -> Drafted:
    """Return this side's draft of a text or a translation."""
    return _drafted(record_queries.draft_for(side, item))


def drafts_of(side: str) -> list[Drafted]:
    """Return this side's drafts, oldest first; what cannot be read any more is left out."""
    return _drafts(side)


def _drafts(side: str, *, of: str | None = None) -> list[Drafted]:
    found = []
    for draft in record_queries.drafts_of(side, kinds=[*TEXT_KINDS, TRANSLATION], of=of):
        try:
            found.append(_drafted(draft))
        except NotFound:
            continue
    return found


def open_texts(
    *, page: int = 1, kinds: Collection[str] = TEXT_KINDS
) -> tuple[list[tuple[Document, TextBody]], bool]:
    """Return one page of the open texts of these kinds, newest first, and whether there are older ones."""
    documents, has_older = record_queries.open_page(kinds=kinds, page=page, size=TEXTS_A_PAGE)
    return list(_readable(documents)), has_older


def open_texts_with(
    words: LookedFor, *, kinds: Collection[str] = TEXT_KINDS
) -> tuple[list[tuple[Document, TextBody]], bool]:
    """Return the open texts with these words in a title or the author's name, and whether there are more.

    More: others are older than those that were looked at, or so many were found that they do not fit.
    """
    found: list[tuple[Document, TextBody]] = []
    page, has_older = 0, True
    while has_older and page < MOST_LOOKED_AT // LOOKED_AT_ONCE and len(found) < MOST_FOUND:
        page += 1
        documents, has_older = record_queries.open_page(kinds=kinds, page=page, size=LOOKED_AT_ONCE)
        found += [each for each in _readable(documents) if has_words(words, each[1])]
    return found[:MOST_FOUND], has_older or len(found) > MOST_FOUND


def _readable(documents: Iterable[Document]) -> Iterator[tuple[Document, TextBody]]:
    for document in documents:
        try:
            yield document, bodies.TEXT.of(document)
        except BadBodyError:
            continue


def has_words(words: LookedFor, body: TextBody) -> bool:
    """Return whether these words are in a title or the author's name, in any language."""
    versions = body.versions.values()
    return words.is_in(
        body.author, *(text for each in versions for text in (each.title, each.author))
    )


def open_document(item: str) -> Document:
    """Return an open text or translation, or raise NotFound."""
    document = record_queries.open_version(item)
    if document is None or document.kind not in {*TEXT_KINDS, TRANSLATION}:
        raise NotFound
    return document


def drafted_from(document: Document, *, side: str, base_digest: str, today: date) -> Drafted:
    """Return a document as a draft of this desk once more: what was stale stays so, all else is fresh.

    Raises BadBodyError where it cannot be read, and NotFound where what it translates is not open.
    """
    of = language = None
    if document.kind == TRANSLATION:
        written = bodies.TRANSLATION.of(document)
        of, text = open_text(document.subject)
        language = written.language
        version = drafting.reopened_version(
            written.version, text.first, salt=document.salt, now=of.version
        )
        body = drafting.reopened(text, salt=of.salt).with_version(language, version)
    else:
        body = drafting.reopened(bodies.TEXT.of(document), salt=document.salt)
    return Drafted(
        item=document.id,
        kind=document.kind,
        side=side,
        made_on=today,
        body=body,
        base_digest=base_digest,
        of=of,
        language=language,
    )


def open_text(item: str) -> tuple[Document, TextBody]:
    """Return an open text, or raise NotFound."""
    document = record_queries.open_version(item)
    if document is None or document.kind not in TEXT_KINDS:
        raise NotFound
    try:
        return document, bodies.TEXT.of(document)
    except BadBodyError as error:
        raise NotFound from error


def refused_text(side: str, digest: str) -> Document:
    """Return this desk's own text or translation that was refused, or raise NotFound."""
    return _own(side, digest, state=State.REFUSED)


def own_proposal(side: str, digest: str) -> Document:
    """Return this desk's own text or translation that waits for keys, or raise NotFound."""
    return _own(side, digest, state=State.PROPOSED)


def lacks_its_text(document: Document) -> bool:
    """Return whether this is a translation of a text that is closed at the moment: no draft has rows."""
    if document.kind != TRANSLATION:
        return False
    return record_queries.open_version(document.subject) is None


def _own(side: str, digest: str, *, state: State) -> Document:
    found = record_queries.proposal_for(side, digest)
    is_own = found.state is state and found.proposed_by == side
    if found.document.kind not in {*TEXT_KINDS, TRANSLATION} or not is_own:
        raise NotFound
    return found.document


def own_translations(side: str, *, of: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return, by text, the id and language of this side's open translations of it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for document in record_queries.open_parts_of(side, of=of, kind=TRANSLATION):
        found.setdefault(document.subject, []).append((document.id, document.languages[0]))
    return found


@dataclass(frozen=True)
class Counts:
    """How long a version is, and how much of it is struck."""

    n_units: int
    n_words: int
    n_words_cut: int


def counts(version: Version, language: str) -> Counts:
    return Counts(
        n_units=len(version.units),
        n_words=cuts.n_words(version, language),
        n_words_cut=cuts.n_words_cut(version),
    )


def translation_drafted(side: str, *, of: str, language: str) -> Drafted | None:
    """Return this side's draft of a translation of this text into this language, or None."""
    return next((draft for draft in _drafts(side, of=of) if draft.language == language), None)


def languages_to_add(drafted: Drafted, charter: Charter | None) -> Sequence[str]:
    """Return the site languages that a draft does not have yet."""
    if charter is None or drafted.is_translation:
        return ()
    return [code for code in charter.languages if code not in drafted.body.versions]


def _drafted(draft: Draft) -> Drafted:
    try:
        body, of, language = _read(draft)
    except BadBodyError as error:
        raise NotFound from error
    return Drafted(
        item=draft.item,
        kind=draft.kind,
        side=draft.side,
        made_on=draft.made_on,
        base_digest=draft.base_digest,
        seen=draft.seen,
        kept=draft.box,
        body=body,
        of=of,
        language=language,
    )


def _read(draft: Draft) -> tuple[TextBody, Document | None, str | None]:
    if draft.kind != TRANSLATION:
        return bodies.TEXT.of(draft), None, None
    written = bodies.TRANSLATION.of(draft)
    document, text = open_text(draft.of)
    body = drafting.reopened(text, salt=document.salt)
    return body.with_version(written.language, written.version), document, written.language

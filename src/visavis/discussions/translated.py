"""Which translations of a contribution readers see: one for each language, judged from its bytes.

One that does not fit the contribution leaves no trace, under any key. Nor does one that is not chosen.
"""

from dataclasses import dataclass
from typing import Any

from visavis.kinds.items import Gathered, Part
from visavis.sides.order import in_order
from visavis.signing.charter import Charter
from visavis.signing.document import Document
from visavis.signing.signed import SignedDocument

from . import translation_rules as rules
from .bodies import ContributionBody, TranslatedBody
from .shown import ShownUnit, shown_units


@dataclass(frozen=True, kw_only=True)
class Translated:
    """A contribution in one other language.

    ``is_marked``: the side whose words they are has not signed it. ``is_older`` than the words as they are
    now; then ``is_aligned`` says whether the paragraphs still have theirs beside them. ``card`` is the
    translator's, where one is named and open.
    """

    language: str
    words: tuple[ShownUnit, ...]
    side: str
    is_marked: bool
    is_older: bool
    is_aligned: bool
    card: Part[Any] | None
    signed: SignedDocument

    @property
    def translated_by(self) -> str | None:
        """The side that is named wherever this is shown, since the words are not the owner's."""
        return self.side if self.is_marked else None


def chosen(gathered: Gathered[ContributionBody], charter: Charter) -> dict[str, Translated]:
    """Return for each language the translation that is shown, in the order of the site's languages."""
    root, ranks = gathered.root, dict[str, tuple[rules.Rank, Part[TranslatedBody]]]()
    for part in gathered.parts:
        if not _fits(part, root, charter):
            continue
        ranked = (_rank(part, root.document, charter), part)
        language = part.body.language
        if language not in ranks or ranked[0] < ranks[language][0]:
            ranks[language] = ranked
    return {
        code: _translated(ranks[code][1], root, gathered)
        for code in charter.languages
        if code in ranks
    }


def _fits(part: Part[Any], root: Part[ContributionBody], charter: Charter) -> bool:
    """Whether this is a translation of these words, or of words that have been corrected since."""
    document = part.document
    if document.kind != rules.TRANSLATION or not rules.is_on_its_page(document):
        return False
    source, body = document.made_from[0], part.body
    if source.id != root.document.id or source.version > root.document.version:
        return False
    if document.languages != (body.language,) or rules.why_not_language(
        body.language, original=root.body.original, languages=charter.languages
    ):
        return False
    if _is_older(document, root.document):
        return True
    is_of_these = source.digest == root.document.digest
    return is_of_these and not rules.why_not_words(body.paragraphs, of=root.body.paragraphs)


def _is_older(translation: Document, root: Document) -> bool:
    return translation.made_from[0].version < root.version


def _rank(part: Part[TranslatedBody], root: Document, charter: Charter) -> rules.Rank:
    document = part.document
    return rules.rank(
        side=document.side or "",
        signed_by=_signed_by(part),
        owner=root.side or "",
        is_older=_is_older(document, root),
        day=document.day,
        drawn=in_order(charter.side_codes, seed=charter.site + part.body.language),
        item=document.id,
    )


def _signed_by(part: Part[TranslatedBody]) -> frozenset[str]:
    return frozenset(each.side for each in part.signed.signatures)


def _translated(
    part: Part[TranslatedBody], root: Part[ContributionBody], gathered: Gathered[ContributionBody]
) -> Translated:
    side, body = part.document.side or "", part.body
    return Translated(
        language=body.language,
        words=shown_units(body.paragraphs),
        side=side,
        is_marked=not rules.is_in_owners_name(
            side=side, signed_by=_signed_by(part), owner=root.document.side or ""
        ),
        is_older=_is_older(part.document, root.document),
        is_aligned=rules.is_aligned(body.paragraphs, of=root.body.paragraphs),
        card=gathered.named.get(body.translator or "") if part.document.closer else None,
        signed=part.signed,
    )

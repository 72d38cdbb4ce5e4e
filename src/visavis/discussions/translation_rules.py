"""When a contribution may be given in another language, and which of several translations is shown.

1. A translation is made from one open contribution, and is shown with it. It is the translator's side's.
2. Its language is one of the site's, and not the original's.
3. It has the original's paragraphs one by one, and none is empty. A quotation stays a quotation.
4. A side has one translation into a language. Its author or desk writes the next version of it.
5. Its translator is named by an open card of the same side, and only where an author's key is in it: else a
   desk could name somebody who has not translated.
6. Of several into one language one is shown, see `rank`. Nothing that a side can make again until it suits
   decides between sides.
7. One that the owner of the words has not signed shows the name of its own side wherever it is shown.
"""

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from visavis.cards.rules import CARD
from visavis.kinds.acts import Act, Around
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.shapes import Shapes
from visavis.signing.document import Document

from . import bodies
from .bodies import ContributionBody, TranslatedBody, Unit
from .rules import CONTRIBUTION

TRANSLATION = "translated-words"
LONGEST = 20_000
"""Characters in all: some 3,000 words, three times the longest contribution."""
MOST_A_DAY = 20
"""How often one person hands a translation in on a day."""
MOST_WAITING = 500
"""Translations of one side at its desk, in a line of their own."""
TIMES = 4
"""One person has so many times as many of them waiting as contributions: a day's work."""


class TranslationRefusal(StrEnum):
    """Why a translation of a contribution is not taken so."""

    NOT_OPEN = "the contribution is not open"
    NOT_ON_ITS_PAGE = "no part of what it is made from"
    NOT_A_LANGUAGE = "not another language of the site"
    NOT_ALIGNED = "other paragraphs than the original's"
    PARAGRAPH_MISSING = "a paragraph has no words"
    TOO_LONG = "too long"
    THERE_ALREADY = "this side has one in this language"
    NOT_THE_TRANSLATOR = "no open card of the translator"
    MOVED = "a next version of another contribution or language"
    CANNOT_BE_READ = "words of another version"
    DRAFT_MOVED_ON = "the draft has changed"
    TOO_MANY_DRAFTS = "too many drafts"
    ENOUGH_TODAY = "enough for today"
    TOO_MANY_WAITING = "as many as one person may have waiting"


def why_not_language(
    language: str, *, original: str, languages: Collection[str]
) -> TranslationRefusal | None:
    """Return why a contribution in ``original`` is not given in this language, or None."""
    is_another = language in languages and language != original
    return None if is_another else TranslationRefusal.NOT_A_LANGUAGE


def why_not_words(paragraphs: Sequence[Unit], *, of: Sequence[Unit]) -> TranslationRefusal | None:
    """Return why these are no translation of those paragraphs, or None."""
    if not is_aligned(paragraphs, of=of):
        return TranslationRefusal.NOT_ALIGNED
    if any(not unit.text.strip() for unit in paragraphs):
        return TranslationRefusal.PARAGRAPH_MISSING
    is_too_long = sum(len(unit.text) for unit in paragraphs) > LONGEST
    return TranslationRefusal.TOO_LONG if is_too_long else None


def is_aligned(paragraphs: Sequence[Unit], *, of: Sequence[Unit]) -> bool:
    """Return whether each paragraph has one of its sort beside it."""
    return [unit.kind for unit in paragraphs] == [unit.kind for unit in of]


def why_not_act_on_translation(
    translation: Document, act: Act, around: Around
) -> TranslationRefusal | None:
    """Return why this translation is not taken, or None: at every act."""
    if not is_on_its_page(translation):
        return TranslationRefusal.NOT_ON_ITS_PAGE
    if act is Act.OPEN or around.charter is None:
        return None
    source = next(iter(around.sources), None)
    if source is None or source.kind != CONTRIBUTION:
        return TranslationRefusal.NOT_OPEN
    body: TranslatedBody | None = _read(bodies.TRANSLATED, translation)
    original: ContributionBody | None = _read(bodies.CONTRIBUTION, source)
    if body is None or original is None or translation.languages != (body.language,):
        return TranslationRefusal.CANNOT_BE_READ
    reasons = (
        _why_not_follow(translation, around.before),
        why_not_language(
            body.language, original=original.original, languages=around.charter.languages
        ),
        why_not_words(body.paragraphs, of=original.paragraphs),
        _why_not_named(translation, body, around, is_needed=act is not Act.PROPOSE),
    )
    refusal = next(filter(None, reasons), None)
    if refusal or not any(_is_the_same(each, translation, around) for each in around.beside):
        return refusal
    return TranslationRefusal.THERE_ALREADY


def is_on_its_page(translation: Document) -> bool:
    """Return whether it is shown with the one thing that it is made from, and is sealed to nothing."""
    sources = [source.id for source in translation.made_from]
    is_sealed = translation.seats is not None or translation.seal is not None
    return translation.side is not None and sources == [translation.part_of] and not is_sealed


def translated_item(translation: Document) -> str | None:
    """Return the item whose words a translation gives."""
    return next((source.id for source in translation.made_from), None)


def is_in_owners_name(*, side: str, signed_by: Collection[str], owner: str) -> bool:
    """Return whether a translation by this side, under these sides' keys, is in the owner's name too."""
    return owner in {side, *signed_by}


Rank: TypeAlias = tuple[bool, bool, bool, date, int, str]


def rank(
    *,
    side: str,
    signed_by: Collection[str],
    owner: str,
    is_older: bool,
    day: date,
    drawn: Sequence[str],
    item: str,
) -> Rank:
    """Return what is compared between translations into one language: the least one is shown.

    First the owner's own, then one that the owner has signed, then one of the words as they are now, the
    earlier one, and the side that is ``drawn`` first. The id decides only between two of one side.
    """
    return (
        side != owner,
        not is_in_owners_name(side=side, signed_by=signed_by, owner=owner),
        is_older,
        day,
        drawn.index(side) if side in drawn else len(drawn),
        item,
    )


def _why_not_follow(translation: Document, before: Document | None) -> TranslationRefusal | None:
    if before is None:
        return None
    is_same = (before.languages, translated_item(before)) == (
        translation.languages,
        translated_item(translation),
    )
    return None if is_same else TranslationRefusal.MOVED


def _why_not_named(
    translation: Document, body: TranslatedBody, around: Around, *, is_needed: bool
) -> TranslationRefusal | None:
    if body.translator is None:
        return None
    if translation.closer is None:
        return TranslationRefusal.NOT_THE_TRANSLATOR
    card = around.named.get(body.translator)
    if card is None:  # it may wait beside what is handed in
        return TranslationRefusal.NOT_THE_TRANSLATOR if is_needed else None
    is_own = (card.kind, card.side) == (CARD, translation.side)
    return None if is_own else TranslationRefusal.NOT_THE_TRANSLATOR


def _is_the_same(other: Document, translation: Document, around: Around) -> bool:
    """Whether this side has opened another one in this language. What only waits keeps nobody's place."""
    is_alike = (other.kind, other.side, other.languages) == (
        TRANSLATION,
        translation.side,
        translation.languages,
    )
    return is_alike and around.is_keyed(other)


def _read(shapes: Shapes[Any], document: Document) -> Any:
    try:
        return shapes.of(document)
    except BadBodyError:
        return None

"""What may stand in a text, and how much of it.

1. A text has a title and words in its original; a translation has both, too, and an empty cell wherever
   it lacks something.
2. Its languages are languages of the site, each once.
3. It fits into one document, and a person can read a unit of it without losing the line.
4. What is withheld in one language is withheld in every language.
5. A day on which it was written is not in the future; a source has an address that a reader can open.
6. A text is its own desk's to change; any desk may add a translation of what is open, under its own key.
7. What takes an open version's place says something else.
8. A translation that the owner of the words has not signed shows the name of its own side wherever it is
   shown. The owner is the text's side; of joint words that are no side's, every side together.
9. Of several translations into one language one is shown, see `rank`: nothing that a side can make again
   until it suits decides between sides.
"""

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from visavis.base.text import (
    LostLetterError,
    NewerCharacterError,
    UnfitTextError,
    is_address_of_a_site,
)
from visavis.signing.document import LARGEST_DOCUMENT, Document

MOST_UNITS = 5_000
"""A book of 400 pages. Aligning as many beside as many takes some seconds, and a page of them opens."""
LONGEST_UNIT = 20_000
"""Ten pages without a paragraph: more is a file that lost its line breaks."""
LONGEST_TITLE = 300
"""Three lines of a heading on a phone, and whole in every list and feed."""
LONGEST_NOTE = 500
"""Author, place, permission, source: a line each on the page."""
LONGEST_ADDRESS = 2_000
"""What browsers open everywhere."""
LARGEST_FILE = LARGEST_DOCUMENT
"""One language is never larger than the document that is to hold all of them."""
LARGEST_TEXT = LARGEST_DOCUMENT - 1_000
"""A line of room for what the record adds when a document has to stand alone."""
LARGEST_DRAFT = LARGEST_DOCUMENT * 3 // 2
"""Bytes of words in all languages: a draft may be too long to propose, and is then struck or cut in two."""
MOST_QUOTED = 300
"""Places struck with one form: what more takes is done with another."""
MOST_FILES = 40
"""More languages than any site has; a folder given by mistake is more."""
DEEPEST_FILE = 8
"""Sections, their paragraphs, and room to spare: deeper is another kind of file."""


ARTICLE, LETTER, TRANSLATION = "article", "letter", "translation"


class LibraryRefusal(StrEnum):
    """Why something cannot be done with a text."""

    NO_CHARTER = "no charter"
    DAMAGED_TEXT = "half of a character"
    NEWER_CHARACTER = "a character newer than Unicode 14.0"
    LOST_LETTER = "a letter was lost before"
    TITLE_MISSING = "no title"
    TITLE_TOO_LONG = "the title is too long"
    NOTE_TOO_LONG = "a note is too long"
    WORDS_MISSING = "no words"
    TOO_MANY_UNITS = "too many paragraphs"
    UNIT_TOO_LONG = "a paragraph is too long"
    TOO_LARGE = "larger than a document"
    TOO_MANY_QUOTED = "too many places quoted at once"
    NOT_A_SITE_LANGUAGE = "not a language of the site"
    LANGUAGE_TWICE = "this language is there already"
    IS_THE_ORIGINAL = "the original cannot be taken away"
    WITHHELD_ELSEWHERE = "withheld in one language only"
    WRITTEN_IN_THE_FUTURE = "written in the future"
    BAD_ADDRESS = "not an address of a site"
    SOURCE_WITHOUT_TITLE = "a source without a title"
    ROWS_OUT_OF_ORDER = "rows out of order"
    DRAFT_MOVED_ON = "the draft changed meanwhile"
    NOT_STRUCK_ANY_MORE = "nothing is struck there any more"
    NOT_OUR_TEXT = "another desk's text"
    NOT_OPEN = "not open"
    DRAFTED_ALREADY = "this desk drafts it already"
    SAYS_THE_SAME = "says the same as the open version"
    NOT_A_TEXT = "not a text"


def why_unfit(error: UnfitTextError) -> LibraryRefusal:
    """Return why words that were handed in cannot be signed."""
    if isinstance(error, NewerCharacterError):
        return LibraryRefusal.NEWER_CHARACTER
    if isinstance(error, LostLetterError):
        return LibraryRefusal.LOST_LETTER
    return LibraryRefusal.DAMAGED_TEXT


def why_not_words(
    *, title: str, n_units: int, longest: int, has_words: bool
) -> LibraryRefusal | None:
    """Return why a text in one language may not be proposed with these words, or None."""
    if not title:
        return LibraryRefusal.TITLE_MISSING
    if not has_words:
        return LibraryRefusal.WORDS_MISSING
    return why_not_keep(title=title, n_units=n_units, longest=longest)


def why_not_keep(*, title: str, n_units: int, longest: int) -> LibraryRefusal | None:
    """Return why not even a draft may hold these words, or None."""
    if len(title) > LONGEST_TITLE:
        return LibraryRefusal.TITLE_TOO_LONG
    if n_units > MOST_UNITS:
        return LibraryRefusal.TOO_MANY_UNITS
    if longest > LONGEST_UNIT:
        return LibraryRefusal.UNIT_TOO_LONG
    return None


def why_not_so_large(*, n_bytes: int) -> LibraryRefusal | None:
    """Return why not even a draft may hold as many words, in all its languages, or None."""
    return LibraryRefusal.TOO_LARGE if n_bytes > LARGEST_DRAFT else None


def why_not_strike_at_once(*, n_quoted: int) -> LibraryRefusal | None:
    """Return why not as many places may be quoted in one form, or None."""
    return LibraryRefusal.TOO_MANY_QUOTED if n_quoted > MOST_QUOTED else None


def why_not_language(
    language: str, *, languages: Collection[str], there: Collection[str]
) -> LibraryRefusal | None:
    """Return why a version in this language cannot be added, or None."""
    if language not in languages:
        return LibraryRefusal.NOT_A_SITE_LANGUAGE
    if language in there:
        return LibraryRefusal.LANGUAGE_TWICE
    return None


def why_not_notes(notes: Collection[str]) -> LibraryRefusal | None:
    """Return why these lines may not stand on a text, or None."""
    if any(len(note) > LONGEST_NOTE for note in notes):
        return LibraryRefusal.NOTE_TOO_LONG
    return None


def why_not_details(
    *,
    notes: Collection[str],
    written_on: date | None,
    source_title: str,
    source_address: str,
    today: date,
) -> LibraryRefusal | None:
    """Return why these details may not stand on a text, or None. ``notes`` are its lines of words."""
    if too_long := why_not_notes(notes):
        return too_long
    if written_on is not None and written_on > today:
        return LibraryRefusal.WRITTEN_IN_THE_FUTURE
    if source_address and not source_title:
        return LibraryRefusal.SOURCE_WITHOUT_TITLE
    if source_address and (
        len(source_address) > LONGEST_ADDRESS or not is_address_of_a_site(source_address)
    ):
        return LibraryRefusal.BAD_ADDRESS
    return None


def why_not_propose(
    *,
    withheld_elsewhere: str | None,
    n_bytes: int,
    says_the_same: bool,
) -> LibraryRefusal | None:
    """Return why a draft whose words are right may not be proposed all the same, or None."""
    if withheld_elsewhere:
        return LibraryRefusal.WITHHELD_ELSEWHERE
    if says_the_same:
        return LibraryRefusal.SAYS_THE_SAME
    if n_bytes > LARGEST_TEXT:
        return LibraryRefusal.TOO_LARGE
    return None


def why_not_change(*, side: str, owner: str | None, is_drafted: bool) -> LibraryRefusal | None:
    """Return why this desk may not begin the next version of an open text, or None."""
    if owner is not None and owner != side:
        return LibraryRefusal.NOT_OUR_TEXT
    if is_drafted:
        return LibraryRefusal.DRAFTED_ALREADY
    return None


def translated_item(translation: Document) -> str:
    """Return the item whose words a translation gives."""
    return translation.made_from[0].id


def owners_of(text: Document, *, sides: Collection[str]) -> frozenset[str]:
    """Return the sides whose words these are: the text's own, or every one of ``sides`` together."""
    owner = text.side or text.standing.side
    return frozenset({owner} if owner else sides)


def is_owners(*, side: str | None, signed_by: Collection[str], owners: Collection[str]) -> bool:
    """Return whether a translation by this side, under these sides' keys, is in the owner's name too."""
    return set(owners) <= {side, *signed_by}


Rank: TypeAlias = tuple[bool, bool, bool, int, date, int, str]


def rank(
    *,
    is_later: bool,
    side: str | None,
    signed_by: Collection[str],
    owners: Collection[str],
    n_stale: int,
    day: date,
    drawn: Sequence[str],
    item: str,
) -> Rank:
    """Return what is compared between versions of a text in one language: the least one is shown.

    First what the text itself has; then the owner's own translation, one that the owner has signed,
    the one with fewer stale rows, the earlier one, and the side that is ``drawn`` first. The id decides
    only between two of one side.
    """
    return (
        is_later,
        set(owners) != {side},
        not is_owners(side=side, signed_by=signed_by, owners=owners),
        n_stale,
        day,
        drawn.index(side) if side in drawn else len(drawn),
        item,
    )

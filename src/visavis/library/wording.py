"""What an editor reads when a rule of the library refuses: one sentence that says what to do."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .bodies import UnitKind, Why
from .cuts import StrikeRefusal
from .rules import ARTICLE, LETTER, LibraryRefusal

REFUSALS: dict[StrEnum, str | Promise] = {
    LibraryRefusal.NO_CHARTER: _("The site has no charter yet. Sign it first."),
    LibraryRefusal.DAMAGED_TEXT: _(
        "The text is damaged: it holds half of a character. Copy it again from its source."
    ),
    LibraryRefusal.NEWER_CHARACTER: _(
        "The text holds a character that is newer than Unicode 14.0, perhaps an emoji. Take it out: not "
        "every computer could check what is signed."
    ),
    LibraryRefusal.LOST_LETTER: _(
        "Some letters were lost before the text came here; � marks where they were. Copy the text again "
        "from its source, or type the missing letters."
    ),
    LibraryRefusal.TITLE_MISSING: _("Give the text a title in each of its languages."),
    LibraryRefusal.TITLE_TOO_LONG: _("The title is too long. Shorten it to 300 characters."),
    LibraryRefusal.NOTE_TOO_LONG: _("A line is too long. Shorten it to 500 characters."),
    LibraryRefusal.WORDS_MISSING: _(
        "One language is still empty. Write it, or remove the language."
    ),
    LibraryRefusal.TOO_MANY_UNITS: _(
        "The text has more than 5,000 paragraphs. Divide it into several texts."
    ),
    LibraryRefusal.UNIT_TOO_LONG: _(
        "A paragraph is longer than 20,000 characters. Put an empty line where a new one begins."
    ),
    LibraryRefusal.TOO_LARGE: _(
        "The languages together are larger than one document may be, 4 MiB. Divide the text into parts."
    ),
    LibraryRefusal.NOT_A_SITE_LANGUAGE: _("This is not one of the site’s languages."),
    LibraryRefusal.LANGUAGE_TWICE: _(
        "The text already exists in this language. Edit the existing one."
    ),
    LibraryRefusal.IS_THE_ORIGINAL: _(
        "The original cannot be removed. Give up the whole draft instead."
    ),
    LibraryRefusal.WITHHELD_ELSEWHERE: _(
        "Words are withheld in one language but still shown in another. Withhold them in each language."
    ),
    LibraryRefusal.WRITTEN_IN_THE_FUTURE: _(
        "The day on which it was written is in the future. Correct it."
    ),
    LibraryRefusal.BAD_ADDRESS: _(
        "The address of the source must begin with https:// or http:// and name a site."
    ),
    LibraryRefusal.SOURCE_WITHOUT_TITLE: _("Say what the source is called."),
    LibraryRefusal.ROWS_OUT_OF_ORDER: _(
        "The numbers must be those of paragraphs in the original, and must not go back. Nothing was "
        "changed; correct the numbers and save them again."
    ),
    LibraryRefusal.TOO_MANY_QUOTED: _(
        "At most 300 places can be quoted at once. Cut some of them first, then the others."
    ),
    LibraryRefusal.DRAFT_MOVED_ON: _(
        "The draft changed while you were writing. Nothing was lost: compare what you wrote with it, and "
        "save it again."
    ),
    LibraryRefusal.NOT_STRUCK_ANY_MORE: _(
        "Nothing is cut at this place any more: another editor has put the words back or changed their "
        "paragraph. The present text is below."
    ),
    LibraryRefusal.NOT_OUR_TEXT: _(
        "This text belongs to another desk, and only that desk can change it. You can add a translation."
    ),
    LibraryRefusal.NOT_OPEN: _(
        "This text is not open. Only an open text can be changed or translated."
    ),
    LibraryRefusal.DRAFTED_ALREADY: _(
        "Your desk has a draft of this already. Go on with that one."
    ),
    LibraryRefusal.SAYS_THE_SAME: _(
        "The draft says the same as the open version. Change something, or give it up."
    ),
    LibraryRefusal.NOT_A_TEXT: _("This draft is damaged and cannot be read. Give it up."),
    StrikeRefusal.NO_SUCH_UNIT: _("There is no paragraph with this number."),
    StrikeRefusal.NO_WORDS: _("There are no words to cut at this place."),
    StrikeRefusal.ALREADY_STRUCK: _("These words are cut already."),
    StrikeRefusal.NOTHING_CHOSEN: _("Tick a paragraph, or quote the words to cut."),
    StrikeRefusal.WORDS_NOT_FOUND: _(
        "These words are not in the text. Copy them from it exactly, the beginning first."
    ),
    StrikeRefusal.STANDS_TWICE: _(
        "These words occur in the text more than once. Put the number of the paragraph before them, or "
        "quote more of them."
    ),
    StrikeRefusal.SPLITS_A_MARK: _(
        "The place begins or ends inside emphasised words or a link. Include all of those words."
    ),
}

REASONS: dict[Why, str | Promise] = {
    Why.LENGTH: _("For length"),
    Why.SAFETY: _("For safety: the words are withheld"),
    Why.LAW: _("For legal reasons"),
    Why.THIRD_PERSON: _("For the sake of another person: the words are withheld"),
}

KINDS: dict[UnitKind, str | Promise] = {
    UnitKind.HEADING: _("Heading"),
    UnitKind.PARAGRAPH: _("Paragraph"),
    UnitKind.QUOTE: _("Quotation"),
    UnitKind.ITEM: _("Item"),
}

ONE_OF: dict[str, str | Promise] = {ARTICLE: _("Article"), LETTER: _("Letter")}

SCHEMA_TYPES: dict[str, str] = {ARTICLE: "Article", LETTER: "Message"}
"""What schema.org calls each."""

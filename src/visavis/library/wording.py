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
        "The text is damaged: it holds half of a character. Copy it again from where it came."
    ),
    LibraryRefusal.NEWER_CHARACTER: _(
        "The text holds a character that is newer than Unicode 14.0, perhaps an emoji. Take it out: not "
        "every computer could check what is signed."
    ),
    LibraryRefusal.LOST_LETTER: _(
        "Letters were lost before the text came here: � is in their place. Copy it again from where it "
        "came, or write the letters in."
    ),
    LibraryRefusal.TITLE_MISSING: _("Give the text a title in each of its languages."),
    LibraryRefusal.TITLE_TOO_LONG: _("The title is too long. Shorten it to 300 characters."),
    LibraryRefusal.NOTE_TOO_LONG: _("A line is too long. Shorten it to 500 characters."),
    LibraryRefusal.WORDS_MISSING: _(
        "A language has no words yet. Write them, or take the language away."
    ),
    LibraryRefusal.TOO_MANY_UNITS: _(
        "The text has more than 5,000 paragraphs. Divide it into several texts."
    ),
    LibraryRefusal.UNIT_TOO_LONG: _(
        "A paragraph is longer than 20,000 characters. Put an empty line where a new one begins."
    ),
    LibraryRefusal.TOO_LARGE: _(
        "Together the languages are larger than one document may be, 4 MiB. Divide the text into parts."
    ),
    LibraryRefusal.NOT_A_SITE_LANGUAGE: _("This is not one of the site’s languages."),
    LibraryRefusal.LANGUAGE_TWICE: _("The text is there in this language already. Edit that one."),
    LibraryRefusal.IS_THE_ORIGINAL: _(
        "The original cannot be taken away. Give up the whole draft instead."
    ),
    LibraryRefusal.WITHHELD_ELSEWHERE: _(
        "Words are withheld in one language and still stand beside it in another."
        " Withhold them in each language."
    ),
    LibraryRefusal.WRITTEN_IN_THE_FUTURE: _(
        "The day on which it was written is in the future. Correct it."
    ),
    LibraryRefusal.BAD_ADDRESS: _(
        "The address of the source must begin with https:// or http:// and name a site."
    ),
    LibraryRefusal.SOURCE_WITHOUT_TITLE: _("Say what the source is called."),
    LibraryRefusal.ROWS_OUT_OF_ORDER: _(
        "The numbers must be paragraphs of the original and must not go back."
        " Nothing was changed; correct the numbers and keep them again."
    ),
    LibraryRefusal.TOO_MANY_QUOTED: _(
        "At most 300 places can be quoted at once. Strike some of them first, then the others."
    ),
    LibraryRefusal.DRAFT_MOVED_ON: _(
        "The draft changed while you were writing. Nothing was lost: compare what you wrote with it,"
        " and keep it again."
    ),
    LibraryRefusal.NOT_STRUCK_ANY_MORE: _(
        "Nothing is struck at this place any more: another editor has put it back or changed its paragraph. "
        "Below is the text as it is now."
    ),
    LibraryRefusal.NOT_OUR_TEXT: _(
        "This text belongs to another desk, which alone can change it. You can add a translation."
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
    StrikeRefusal.NO_WORDS: _("There are no words to strike at this place."),
    StrikeRefusal.ALREADY_STRUCK: _("These words are struck already."),
    StrikeRefusal.NOTHING_CHOSEN: _("Tick a paragraph, or quote the words to strike."),
    StrikeRefusal.WORDS_NOT_FOUND: _(
        "These words do not stand in the text. Copy them from it exactly, the beginning first."
    ),
    StrikeRefusal.STANDS_TWICE: _(
        "These words stand in the text more than once. Put the number of the paragraph before them, or"
        " quote more of them."
    ),
    StrikeRefusal.SPLITS_A_MARK: _(
        "The place begins or ends inside emphasised words or a link. Take the whole of them."
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

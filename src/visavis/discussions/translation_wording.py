"""What is said when a translation of a contribution is refused, and of its language on pages."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from visavis.base.languages import number_in

from .translation_rules import TranslationRefusal

REFUSALS: dict[StrEnum, str | Promise] = {
    TranslationRefusal.NOT_OPEN: _(
        "This contribution is not shown at the moment, so it cannot be translated."
    ),
    TranslationRefusal.NOT_ON_ITS_PAGE: _(
        "A translation is made from one contribution and is shown with it. This document says otherwise."
    ),
    TranslationRefusal.NOT_A_LANGUAGE: _(
        "Choose a language of this site other than that of the original."
    ),
    TranslationRefusal.NOT_ALIGNED: _(
        "The translation must have the same paragraphs as the original. The original may have changed."
    ),
    TranslationRefusal.PARAGRAPH_MISSING: _("A paragraph has no translation yet."),
    TranslationRefusal.TOO_LONG: _("A translation has at most 20,000 characters."),
    TranslationRefusal.THERE_ALREADY: _(
        "Your side has a translation into this language already. Its translator can write the next version."
    ),
    TranslationRefusal.NOT_THE_TRANSLATOR: _(
        "A translator can be named only with their own open card."
    ),
    TranslationRefusal.MOVED: _(
        "The next version of a translation must be of the same contribution and in the same language."
    ),
    TranslationRefusal.CANNOT_BE_READ: _(
        "This version of the software cannot read these words. A newer one may."
    ),
    TranslationRefusal.DRAFT_MOVED_ON: _(
        "The draft has changed in the meantime. Nothing was done: look at it once more."
    ),
    TranslationRefusal.TOO_MANY_DRAFTS: _(
        "You have ten unfinished translations. Hand one in or give one up first."
    ),
    TranslationRefusal.ENOUGH_TODAY: _(
        "You have handed in twenty translations today. The draft is saved: go on tomorrow."
    ),
    TranslationRefusal.TOO_MANY_WAITING: _(
        "You have as many translations waiting at your desk as one person may have. The draft is saved: "
        "hand it in when your desk has read some, or withdraw one."
    ),
}

DONE: dict[str, Promise] = {
    "kept": _("The draft is saved."),
    "given-up": _("The draft is gone."),
    "handed-in": _("Your translation waits at your desk now."),
    "withdrawn": _("Your translation is withdrawn."),
    "declined": _("The translation was not opened. Its author can read it for 30 days."),
}
"""What is said after an act, by the word in the address."""


def n_wait(n: int) -> str:
    """Say on the desk's home how many translations wait."""
    words = ngettext("%(n)s translation waits", "%(n)s translations wait", n)
    return words % {"n": number_in(n, language=get_language() or "en")}

"""What is said of the language of words: whose translation they are, and that a translation is missing.

A translation that is not in the name of whose words it gives has the mark of the side it comes from.

Lists, feeds and linked data take it from an item's `Summary`, so that a room has to say it only once.
"""

from django.utils.translation import gettext as _
from markupsafe import Markup

from visavis.base.languages import name_of
from visavis.pages.site import Voice

from .summary import Summary


def translation_by(name: str) -> str:
    """Return the mark of a translation by the side of this name, in the language spoken.

    It is markup where the name is.
    """
    words = _("translation: %(side)s")
    return (Markup(words) if isinstance(name, Markup) else words) % {"side": name}  # noqa: S704 - ours


def mark_of(summary: Summary, language: str, voice: Voice) -> str:
    """Return the mark of an item in this language, or nothing."""
    side = summary.translated_by.get(language)
    return translation_by(voice.side(side)) if side else ""


def not_in_this_language(language: str, voice: Voice) -> str:
    """Say that words stand here in another language than the page's; nothing where it is the same."""
    if language == voice.language:
        return ""
    return _("Not translated into this language yet. Language here: %(language)s") % {
        "language": name_of(language, among=voice.language)
    }


def with_mark(title: str, mark: str) -> str:
    """Return a title for a place that holds one line and nothing else."""
    return f"{title} · {mark}" if mark else title

"""The mark of a translation that is not in the name of whose words it gives: the side it comes from.

Lists, feeds and linked data take it from an item's `Summary`, so that a room has to say it only once.
"""

from django.utils.translation import gettext as _

from visavis.pages.site import Voice

from .summary import Summary


def translation_by(name: str) -> str:
    """Return the mark of a translation by the side of this name, in the language spoken."""
    return _("translation: %(side)s") % {"side": name}


def mark_of(summary: Summary, language: str, voice: Voice) -> str:
    """Return the mark that an item bears in this language, or nothing."""
    side = summary.translated_by.get(language)
    return translation_by(voice.side(side)) if side else ""


def with_mark(title: str, mark: str) -> str:
    """Return a title for a place that holds one line and nothing else."""
    return f"{title} · {mark}" if mark else title

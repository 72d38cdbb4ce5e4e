"""In which language a command speaks on an editor's own machine: the site's own catalogues, without Django.

English is in the code. A catalogue that is not there, or not compiled, leaves it at English.
"""

import gettext as catalogues
from pathlib import Path

LANGUAGES = ("az", "en", "fr", "hy", "ru")
_LOCALE = Path(__file__).resolve().parent.parent / "locale"
_spoken: dict[str, catalogues.NullTranslations] = {"now": catalogues.NullTranslations()}


def speak(language: str | None = None) -> None:
    """Speak this language from now on; without one, that which the terminal asks for."""
    asked = None if language is None else [language]  # None: gettext reads what the terminal says
    _spoken["now"] = catalogues.translation("django", _LOCALE, languages=asked, fallback=True)


def gettext(words: str) -> str:
    """Return these words in the language that is spoken."""
    return _spoken["now"].gettext(words)


def ngettext(one: str, many: str, n: int) -> str:
    """Return the form that goes with the number."""
    return _spoken["now"].ngettext(one, many, n)


def gettext_noop(words: str) -> str:
    """Mark words for the catalogues; they are put into the language that is spoken where they are shown."""
    return words

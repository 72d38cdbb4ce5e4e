"""In which language a command speaks on an editor's own machine: the site's own catalogues, without Django.

English stands in the code. A catalogue that is not there, or not compiled, leaves it at English.
"""

import gettext as catalogues
import os
from pathlib import Path

LANGUAGES = ("az", "en", "fr", "hy", "ru")
_LOCALE = Path(__file__).resolve().parent.parent / "locale"
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_spoken: dict[str, catalogues.NullTranslations] = {"now": catalogues.NullTranslations()}


def speak(language: str | None = None) -> str:
    """Speak this language from now on, or that of the terminal; returns its code."""
    code = language or of_terminal()
    _spoken["now"] = (
        catalogues.NullTranslations()
        if code == "en"
        else catalogues.translation("django", _LOCALE, languages=[code], fallback=True)
    )
    return code


def of_terminal() -> str:
    """Return the language that the terminal's variables ask for, if it is one of ours; else English."""
    said = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), "")
    code = said.partition(".")[0].partition("_")[0].lower()
    return code if code in LANGUAGES else "en"


def gettext(words: str) -> str:
    """Return these words in the language that is spoken."""
    return _spoken["now"].gettext(words)


def ngettext(one: str, many: str, n: int) -> str:
    """Return the form that goes with the number."""
    return _spoken["now"].ngettext(one, many, n)


def gettext_noop(words: str) -> str:
    """Mark words for the catalogues; they are put into the language that is spoken where they are shown."""
    return words

"""Languages: their own names, their direction, and how each writes days and numbers.

How the languages of the interface write is in `conventions`. Direction and the names of other languages
are the Unicode consortium's, through Babel. A language without conventions here is written as English is.
"""

from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.conf import settings

from .conventions import CONVENTIONS, Conventions

PLAIN = "en"


def interface_language(language: str) -> str:
    """Return the language in which the site itself speaks on a page of this language."""
    return language if language in dict(settings.LANGUAGES) else PLAIN


def _conventions(language: str) -> Conventions:
    return CONVENTIONS[interface_language(language)]


@lru_cache
def direction(language: str) -> str:
    """Return ``rtl`` for a language written from right to left, else ``ltr``."""
    return "rtl" if _locale(language).character_order == "right-to-left" else "ltr"


@lru_cache
def own_name(language: str) -> str:
    """Return what the language calls itself, with a capital: how a reader finds it in a list."""
    if language in dict(settings.LANGUAGES):
        return str(dict(settings.LANGUAGES)[language])
    locale = _locale(language)
    name = locale.languages.get(locale.language) if locale.language in language else None
    # Not upper(): Georgian has capitals for whole words only.
    return name[0].title() + name[1:] if name else language


def tongues_of(path: str) -> list[tuple[str, str, str, bool]]:
    """Return (code, own name, address, whether it is this page's) of a live page in each language."""
    here, _, rest = path.removeprefix("/").partition("/")
    return [
        (code, own_name(code), f"/{code}/{rest}", code == here) for code, _ in settings.LANGUAGES
    ]


@lru_cache
def name_of(language: str, *, among: str) -> str:
    """Return what this language is called in another one, for messages that have a word for language."""
    base = language.split("-", maxsplit=1)[0]
    written = _conventions(among).names.get(base)
    return written or str(_locale(interface_language(among)).languages.get(base, language))


@lru_cache
def name_alone(language: str, *, among: str) -> str:
    """Return what this language is called in another one, where no other word is beside it.

    In Azerbaijani the bare name of a language can be a country's or a person's: "erməni dili".
    """
    name = name_of(language, among=among)
    return f"{name} dili" if interface_language(among) == "az" and name != language else name


@lru_cache(maxsize=4_096)
def day_in(day: date, *, language: str) -> str:
    """Write a day in full: ``3 oktyabr 2012``, ``3 հոկտեմբերի, 2012``."""
    writes = _conventions(language)
    month = writes.months.split()[day.month - 1]
    return writes.day.format(day=day.day, month=month, year=day.year)


@lru_cache(maxsize=4_096)
def number_in(number: int, *, language: str) -> str:
    """Write a whole number with the language's own grouping."""
    return f"{number:,}".replace(",", _conventions(language).thousands)


@lru_cache(maxsize=4_096)
def list_in(names: tuple[str, ...], *, language: str) -> str:
    """Write several names as one list, the last joined by the language's word for *and*."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {_conventions(language).and_} {names[-1]}"


@lru_cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(PLAIN)

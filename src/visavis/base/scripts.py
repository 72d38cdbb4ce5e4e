"""Which scripts a text has letters of, and which its language is written in."""

import unicodedata
from collections.abc import Mapping

from babel.core import get_global

LEAST_LETTERS = 10
"""In a shorter text a name or an address may be all there is."""
NAMES: Mapping[str, str] = {
    "Arab": "Arabic",
    "Armn": "Armenian",
    "Beng": "Bengali",
    "Cyrl": "Cyrillic",
    "Deva": "Devanagari",
    "Ethi": "Ethiopic",
    "Geor": "Georgian",
    "Grek": "Greek",
    "Gujr": "Gujarati",
    "Guru": "Gurmukhi",
    "Hebr": "Hebrew",
    "Khmr": "Khmer",
    "Knda": "Kannada",
    "Laoo": "Lao",
    "Latn": "Latin",
    "Mlym": "Malayalam",
    "Mymr": "Myanmar",
    "Sinh": "Sinhala",
    "Syrc": "Syriac",
    "Taml": "Tamil",
    "Telu": "Telugu",
    "Thai": "Thai",
    "Tibt": "Tibetan",
}
"""The scripts whose letters are known by the first word of their names in Unicode."""
_CODES: Mapping[str, str] = {name.upper(): code for code, name in NAMES.items()}
MORE_SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "az": ("Latn", "Cyrl", "Arab"),
    "bs": ("Latn", "Cyrl"),
    "kk": ("Cyrl", "Latn", "Arab"),
    "ku": ("Latn", "Arab"),
    "ky": ("Cyrl", "Arab"),
    "mo": ("Latn", "Cyrl"),
    "pa": ("Guru", "Arab"),
    "ro": ("Latn", "Cyrl"),
    "sd": ("Arab", "Deva"),
    "sh": ("Latn", "Cyrl"),
    "sr": ("Cyrl", "Latn"),
    "tg": ("Cyrl", "Arab", "Latn"),
    "tk": ("Latn", "Cyrl"),
    "tr": ("Latn", "Arab"),
    "tt": ("Cyrl", "Latn"),
    "ug": ("Arab", "Cyrl"),
    "uz": ("Latn", "Cyrl"),
}
"""Languages that people have written in several scripts within living memory."""


def scripts_missing(text: str, *, language: str) -> tuple[str, ...]:
    """Return the scripts of this language, by name, if the text has a letter of none of them; else nothing.

    Nothing too where the text has hardly a letter, or where it is not known how its script is recognised.
    """
    names = tuple(NAMES.get(script, "") for script in scripts_of(language))
    letters = [char for char in text if unicodedata.category(char)[0] == "L"]
    if not all(names) or not names or len(letters) < LEAST_LETTERS:
        return ()
    begins = tuple(f"{name.upper()} " for name in names)
    if any(unicodedata.name(char, "").startswith(begins) for char in letters):
        return ()
    return names


def scripts_in(text: str) -> frozenset[str]:
    """Return the codes of the scripts that its letters belong to; "" for one that is not recognised here."""
    letters = (char for char in text if unicodedata.category(char)[0] == "L")
    return frozenset(_CODES.get(unicodedata.name(char, "").split(" ")[0], "") for char in letters)


def scripts_of(language: str) -> tuple[str, ...]:
    """Return the codes of the scripts in which this language is or was written, the usual one first."""
    code, _, script = language.partition("-")
    if script:
        return (script,)
    if code in MORE_SCRIPTS:
        return MORE_SCRIPTS[code]
    likely = str(get_global("likely_subtags").get(code, "")).split("_")
    return (likely[1],) if len(likely) > 1 else ()

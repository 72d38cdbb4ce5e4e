"""What is known of a text beside its words: one row for each field, and nothing of it elsewhere.

A row has the name of a member of `bodies.Details`; of `bodies.Notes` if each language has its own form. Forms
ask for it, acts clean it, signers read it, and readers see it, in the order of the table. How a value is
asked for and shown follows from its sort. A field more is one member there, one row here, and its words in
each language of the interface.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from visavis.base.text import one_line

from .bodies import NOTES, Details, Notes, SourceNote

Value: TypeAlias = str | date | SourceNote | None


class Sort(StrEnum):
    """What a field holds."""

    LINE = "line"
    DAY = "day"
    SOURCE = "source"


@dataclass(frozen=True, kw_only=True)
class TextField:
    """One field of a text, or of a translation.

    ``label`` is shown beside its value, ``asked`` and ``help`` stand in forms. ``unsaid`` is what signers
    read where nothing is given; without it they read nothing. ``in_language`` is the label of its form in a
    translation; without it the field has one form in all languages. ``with_original``: readers see what was
    given behind that form.
    """

    name: str
    label: str | Promise
    asked: str | Promise
    help: str | Promise = ""
    sort: Sort = Sort.LINE
    unsaid: str | Promise = ""
    in_language: str | Promise = ""
    with_original: bool = False


OF_TEXT = (
    TextField(
        name="author",
        label=_("Author"),
        asked=_("Author or pen name"),
        help=_("Do not write a name that must stay unknown."),
        unsaid=_("Not named"),
        in_language=_("Author (%(language)s)"),
        with_original=True,
    ),
    TextField(
        name="written_on",
        label=_("Written on"),
        asked=_("Day on which it was written"),
        help=_("Write it as 2030-05-14."),
        sort=Sort.DAY,
    ),
    TextField(
        name="place",
        label=_("Place"),
        asked=_("Place"),
        help=_("Only if nobody is put in danger by it."),
        in_language=_("Place (%(language)s)"),
    ),
    TextField(
        name="source", label=_("Source"), asked=_("Where it was first published"), sort=Sort.SOURCE
    ),
    TextField(
        name="permission",
        label=_("Permission"),
        asked=_("Who allowed it to be published here"),
        unsaid=_("Not stated"),
        in_language=_("Permission (%(language)s)"),
    ),
)
IN_EACH_LANGUAGE = tuple(field for field in OF_TEXT if field.in_language)
TRANSLATOR = TextField(
    name="translator",
    label=_("Translator (%(language)s)"),
    asked=_("Translator’s name, if it is to be shown"),
    help=_("Leave it empty unless the translator asks to be named. A pen name is enough."),
    unsaid=_("Not named"),
)


def cleaned(details: Details) -> Details:
    """Return the details as they are kept: clean lines, None for an empty one. Raises UnfitTextError."""
    values: dict[str, Value] = {
        field.name: _cleaned(getattr(details, field.name)) for field in OF_TEXT
    }
    return replace(details, **values)


def cleaned_notes(notes: Notes) -> Notes:
    """Return the notes of a translation as they are kept. Raises UnfitTextError."""
    return Notes(**{name: one_line(getattr(notes, name) or "") or None for name in NOTES})


def lines_of(details: Details) -> list[str]:
    """Return the lines of words that details hold, which may be so long and no longer."""
    values = [getattr(details, field.name) for field in OF_TEXT]
    titles = [value.title for value in values if isinstance(value, SourceNote)]
    return [value for value in values if isinstance(value, str)] + titles


def in_words(value: Value, *, day: Callable[[date], str]) -> str:
    """Return a value as plain words; empty where nothing is given."""
    match value:
        case date():
            return day(value)
        case SourceNote(title=title, address=address):
            return f"{title} {address}".strip()
        case _:
            return value or ""


def _cleaned(value: Value) -> Value:
    match value:
        case str():
            return one_line(value) or None
        case SourceNote(title=title, address=address, copy=copy):
            title, address = one_line(title), one_line(address)
            is_given = title or address or copy
            return SourceNote(title=title, address=address, copy=copy) if is_given else None
        case _:
            return value

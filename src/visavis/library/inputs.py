"""How the fields of a text are typed: what a form holds for each sort, and what comes back."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .bodies import Details, SourceNote
from .fields import OF_TEXT, Sort, TextField
from .rules import LONGEST_ADDRESS, LONGEST_NOTE


def inputs_of(field: TextField) -> dict[str, forms.Field]:
    """Return the inputs of one field, by their names in the form. Each may stay empty."""
    match field.sort:
        case Sort.DAY:
            return {
                field.name: forms.DateField(
                    label=str(field.asked),
                    help_text=str(field.help),
                    required=False,
                    widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                    input_formats=["%Y-%m-%d"],
                )
            }
        case Sort.SOURCE:
            return _inputs_of_source(field)
        case Sort.LINE:
            return {field.name: _line(str(field.asked), str(field.help))}


def initial_of(details: Details) -> dict[str, Any]:
    """Return what is in the inputs before anything is typed."""
    source = details.source or SourceNote(title="", address="")
    return {
        **{field.name: getattr(details, field.name) for field in OF_TEXT},
        "source_title": source.title,
        "source_address": source.address,
    }


def details_from(clean: Mapping[str, Any], *, copy: str | None) -> Details:
    """Return what was typed; ``copy`` is the digest that is known, unless it is to be forgotten."""
    uploaded = clean["stored_copy"]
    source = SourceNote(
        title=clean["source_title"],
        address=clean["source_address"],
        copy=uploaded.digest if uploaded else None if clean.get("forget_copy") else copy,
    )
    plain = [field.name for field in OF_TEXT if field.sort is not Sort.SOURCE]
    return Details(source=source, **{name: clean[name] for name in plain})


def _line(label: Any, help_text: Any = "", *, longest: int = LONGEST_NOTE) -> forms.Field:
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=longest)


def _inputs_of_source(field: TextField) -> dict[str, forms.Field]:
    return {
        "source_title": _line(str(field.asked)),
        "source_address": _line(
            _("Its address there"),
            _("It begins with https:// or http://."),
            longest=LONGEST_ADDRESS,
        ),
        "stored_copy": forms.FileField(
            label=_("Your stored copy of the source"),
            help_text=_(
                "The file itself is not kept here: only its fingerprint (SHA-256), by which your copy "
                "can be recognised later."
            ),
            required=False,
        ),
        "forget_copy": forms.BooleanField(
            label=_("Remove the fingerprint of the copy"), required=False
        ),
    }

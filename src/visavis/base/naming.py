"""Forms that say what they took out: nobody signs other letters than those that they typed unawares."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from .text import SURROGATE, as_it_is, hidden_characters


class NamesWhatIsHidden(forms.Form):
    """A form that stops once where a text holds what nobody can see or read, names it, and shows the rest.

    Handed in again, it goes through: what was named is no longer in the fields.
    """

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        typed = {name: text for name, text in cleaned.items() if isinstance(text, str)}
        for name, text in typed.items():
            found = hidden_characters(text)
            if not found or SURROGATE.search(text):
                continue
            named = ", ".join(f"{each.count} × {each.code} ({each.name})" for each in found[:8])
            more = f" + {len(found) - 8}" if len(found) > 8 else ""
            shown = QueryDict(mutable=True)
            shown.update(self.data)
            shown[self.add_prefix(name)] = as_it_is(text)
            self.data = shown
            self.add_error(
                name,
                _(
                    "These characters were removed, because nobody can see or read them, or because they "
                    "cover other letters: %(what)s. Check the text, then go on."
                )
                % {"what": named + more},
            )
        return cleaned

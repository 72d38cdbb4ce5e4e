"""The shape of what a desk types as the calm-weather statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from visavis.base.languages import direction, own_name
from visavis.base.naming import NamesWhatIsHidden

from .bodies import SitePageBody
from .rules import LONGEST_TEXT, LONGEST_TITLE

IN_EACH_LANGUAGE = {"heading": _("Title"), "statement": _("The statement")}


class StatementForm(NamesWhatIsHidden):
    """A title and a text, in every language of the site side by side."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        languages: Sequence[str],
        kept: SitePageBody | None = None,
    ) -> None:
        known = kept.titles if kept else {}
        initial = {f"heading_{code}": title for code, title in known.items()}
        if kept:
            initial |= {f"statement_{code}": "\n\n".join(some) for code, some in kept.texts.items()}
        super().__init__(data, initial=initial)
        self.languages = tuple(languages)
        for code in languages:
            shown = {"lang": code, "dir": direction(code)}
            self.fields[f"heading_{code}"] = forms.CharField(
                label=IN_EACH_LANGUAGE["heading"],
                max_length=LONGEST_TITLE,
                widget=forms.TextInput(shown),
            )
            self.fields[f"statement_{code}"] = forms.CharField(
                label=IN_EACH_LANGUAGE["statement"],
                max_length=LONGEST_TEXT,
                widget=forms.Textarea({**shown, "rows": 8}),
            )

    def columns(self) -> list[tuple[str, str, list[BoundField]]]:
        """Return for each language its code, its own name and its fields."""
        return [
            (code, own_name(code), [self[f"heading_{code}"], self[f"statement_{code}"]])
            for code in self.languages
        ]

    def words(self) -> dict[str, dict[str, str]]:
        """Return what `actions.propose_statement` is given."""
        clean = self.cleaned_data
        return {
            "titles": {code: clean[f"heading_{code}"] for code in self.languages},
            "texts": {code: clean[f"statement_{code}"] for code in self.languages},
        }

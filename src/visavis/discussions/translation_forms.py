"""A translation as it is typed: a field beside each paragraph of the original. Empty ones are kept too."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from visavis.base.languages import direction
from visavis.base.naming import NamesWhatIsHidden

from . import translation_rules as rules
from . import units
from .bodies import TranslatedBody, UnitKind
from .translating import Original


class TranslationForm(NamesWhatIsHidden):
    """``base`` is the version of the original beside which it was filled in."""

    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    is_named = forms.BooleanField(
        label=_("Show my pen name as the translator’s"),
        help_text=_("Without the tick nobody is named."),
        required=False,
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        original: Original,
        kept: TranslatedBody | None,
        can_be_named: bool,
    ) -> None:
        texts = [unit.text for unit in kept.paragraphs] if kept else []
        initial: dict[str, Any] = {
            f"paragraph_{n}": units.typed_alone(text) for n, text in enumerate(texts)
        }
        initial["base"] = original.document.digest
        initial["is_named"] = bool(kept and kept.translator)
        super().__init__(data, initial=initial)
        if not can_be_named:
            del self.fields["is_named"]
        language = original.language
        for n, unit in enumerate(original.body.paragraphs):
            self.fields[f"paragraph_{n}"] = forms.CharField(
                label=gettext("Translation of paragraph %(number)s") % {"number": n + 1},
                required=False,
                max_length=rules.LONGEST,
                widget=forms.Textarea(
                    attrs={
                        "rows": min(max(len(unit.text) // 50 + 2, 3), 20),
                        "lang": language,
                        "dir": direction(language),
                        "aria-describedby": f"original-{n}",
                    }
                ),
            )
        self._original = original

    def rows(self) -> list[tuple[int, str, bool, BoundField]]:
        """Return for each paragraph its number, the original's words, whether they are quoted, its field."""
        return [
            (n, unit.text, unit.kind is UnitKind.QUOTE, self[f"paragraph_{n}"])
            for n, unit in enumerate(self._original.body.paragraphs)
        ]

    def texts(self) -> list[str]:
        return [self.cleaned_data[f"paragraph_{n}"] for n, *_ in self.rows()]

    @property
    def is_beside_other(self) -> bool:
        """Whether the original has changed since the page was made on which this was typed."""
        return self.is_bound and self.data.get("base", "") != self._original.document.digest

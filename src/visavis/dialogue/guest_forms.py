"""What a desk chooses, and what a guest types."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from visavis.base.languages import own_name

from .bodies import AnswerBody, AnswerWords
from .forms import AnswerForm


class InviteForm(forms.Form):
    """Whom a desk invites: one of the open cards of its side, by item id and pen name."""

    card = forms.ChoiceField(label=_("Pen name"))

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, cards: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        card = self.fields["card"]
        if isinstance(card, forms.ChoiceField):
            card.choices = [("", "–"), *cards]


class GuestForm(AnswerForm):
    """A guest's answer: the pen name is on the card, and nobody else translates it here."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        languages: Sequence[str],
        language: str,
        kept: AnswerBody | None = None,
    ) -> None:
        own = kept.original if kept and kept.original in languages else language
        super().__init__(data, languages=languages, own_languages=[own], kept=kept)
        self.fields["original"].label = _("Language you write in")
        for name in ("pen_name", *(f"translator_{code}" for code in self.languages)):
            del self.fields[name]

    def versions(self) -> dict[str, AnswerWords]:
        """Return what was typed. The first fields are in the language that was chosen above them."""
        found, first, chosen = super().versions(), self.languages[0], self.cleaned_data["original"]
        if found[chosen] == AnswerWords.of([""], proposal=""):
            found[chosen], found[first] = found[first], found[chosen]
        return found

    def own(self) -> tuple[str, list[BoundField]]:
        """Return the language that comes first, and its fields."""
        code = self.languages[0]
        return code, self._fields_in(code)

    def others(self) -> list[tuple[str, str, list[BoundField], bool]]:
        """Return for each other language its code, its own name, its fields, and whether one is filled."""
        found = []
        for code in self.languages[1:]:
            fields = self._fields_in(code)
            is_filled = any(each.value() or each.errors for each in fields)
            found.append((code, own_name(code), fields, is_filled))
        return found

    def _fields_in(self, code: str) -> list[BoundField]:
        return [self[f"{name}_{code}"] for name in ("words", "proposal")]

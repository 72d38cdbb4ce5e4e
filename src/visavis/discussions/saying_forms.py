"""A reason from a list and a note: what a desk says to an author, and somebody to a desk."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .rules import LONGEST_NOTE
from .wording import POINTED_OUT, WHY_NOT_OPENED


class SayingForm(forms.Form):
    """A reason, and at most 200 characters beside it."""

    note = forms.CharField(
        label=_("In your words, at most 200 characters"),
        required=False,
        # What is longer is refused with what was typed, not cut in the browser.
        max_length=LONGEST_NOTE * 20,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
    )

    def __init__(
        self, data: Any, *, reasons: Mapping[Any, Any], label: Any, help_text: Any
    ) -> None:
        super().__init__(data)
        choices = [("", _("Choose a reason")), *((str(each), reasons[each]) for each in reasons)]
        reason = forms.ChoiceField(label=label, required=False, choices=choices)
        self.fields = {"reason": reason, "note": self.fields["note"]}
        self.fields["note"].help_text = help_text

    def said(self) -> Mapping[str, str]:
        """Return what was typed, checked by no more than its length."""
        if self.is_valid():
            return {"reason": self.cleaned_data["reason"], "note": self.cleaned_data["note"]}
        data = self.data
        return {"reason": data.get("reason", ""), "note": data.get("note", "")[: LONGEST_NOTE + 1]}


def to_author(data: Any = None) -> SayingForm:
    """Return the form in which a desk says why it does not open a contribution."""
    return SayingForm(
        data,
        reasons=WHY_NOT_OPENED,
        label=_("Why does it not open?"),
        help_text=_("Write in a language that the author reads. Name nobody."),
    )


def to_desk(data: Any = None) -> SayingForm:
    """Return the form in which somebody points out a contribution."""
    return SayingForm(
        data,
        reasons=POINTED_OUT,
        label=_("What should the desk look at?"),
        help_text=_("Name nobody, and not yourself."),
    )

"""What a participant types: a language, and words. Whether they can be handed in is decided by the rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.base.languages import direction, own_name
from visavis.base.naming import NamesWhatIsHidden

from . import rules
from .own_words import OwnDraft


class WritingForm(NamesWhatIsHidden):
    """A draft. ``is_first``: the house rules of this discussion are to be ticked before it is kept."""

    original = forms.ChoiceField(label=_("Language you write in"))
    text = forms.CharField(
        label=_("Your words"),
        help_text=_(
            "An empty line begins a new paragraph. Lines that begin with > are quoted. **Two stars** make"
            " words bold, *one* makes them italic."
        ),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
    )
    rules_read = forms.BooleanField(label=_("I have read the house rules"))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        languages: Sequence[str],
        language: str,
        is_first: bool = False,
        kept: OwnDraft | None = None,
    ) -> None:
        original = kept.original if kept and kept.original in languages else language
        super().__init__(data, initial={"original": original, "text": kept.text if kept else ""})
        chosen = self.fields["original"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [(code, own_name(code)) for code in languages]
        if kept:
            self.fields["text"].widget.attrs |= {"lang": original, "dir": direction(original)}
        if not is_first:
            del self.fields["rules_read"]

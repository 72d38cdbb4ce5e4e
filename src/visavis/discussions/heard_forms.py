"""What is typed at the heard gate. Whether it can be handed in is decided by the rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from visavis.base.languages import own_name
from visavis.base.naming import NamesWhatIsHidden

from .bodies import Says
from .heard_wording import SAYS

LONGEST = 2_000
"""Characters; that there are at most 80 words is a rule."""


class RestatingForm(NamesWhatIsHidden):
    """What was understood, in the writer's language and in one of the person's who is asked."""

    original = forms.ChoiceField(label=_("Language you write in"))
    restated = forms.CharField(
        label=_("In your own words: what was said? (at most 80 words)"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    other_language = forms.ChoiceField(label=_("Language of the translation"))
    restated_in_theirs = forms.CharField(
        label=_("The same, in a language that the author of these words reads"),
        help_text=_(
            "A rough translation is enough: the person only needs to recognise their thought. Leave it "
            "empty where you write in their language."
        ),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        languages: Sequence[str],
        asked: Sequence[str],
        language: str,
    ) -> None:
        """``asked`` are languages of the person who is asked, the language of their words first."""
        super().__init__(data, initial={"original": language, "other_language": asked[0]})
        for name, codes in (("original", languages), ("other_language", asked)):
            chosen = self.fields[name]
            if isinstance(chosen, forms.ChoiceField):
                chosen.choices = [(code, own_name(code)) for code in codes]

    def words(self) -> dict[str, Any]:
        """Return what `heard.restate` takes."""
        typed, other = self.cleaned_data, self.cleaned_data["restated_in_theirs"]
        is_other = other.strip() and typed["other_language"] != typed["original"]
        return {
            "original": typed["original"],
            "text": typed["restated"],
            "translations": {typed["other_language"]: other} if is_other else {},
        }


class HearingForm(NamesWhatIsHidden):
    """Yes, or one correction."""

    says = forms.ChoiceField(
        label=_("Is that what you said?"),
        choices=[(each.value, SAYS[each]) for each in Says],
        widget=forms.RadioSelect,
    )
    original = forms.ChoiceField(label=_("Language of the correction"), required=False)
    correction = forms.CharField(
        label=_("Not quite: what did you say instead? (at most 80 words)"),
        help_text=_("If you can, write in a language that the other person reads too."),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        languages: Sequence[str],
        language: str,
        may_correct: bool,
    ) -> None:
        super().__init__(data, initial={"original": language})
        chosen = self.fields["original"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [(code, own_name(code)) for code in languages]
        if not may_correct:
            del self.fields["original"], self.fields["correction"]
            says = self.fields["says"]
            if isinstance(says, forms.ChoiceField):
                says.choices = [(Says.YES.value, SAYS[Says.YES])]

    def words(self) -> dict[str, Any]:
        """Return what `heard.hear` takes."""
        typed = self.cleaned_data
        return {
            "says": Says(typed["says"]),
            "correction": typed.get("correction", ""),
            "original": typed.get("original", ""),
        }

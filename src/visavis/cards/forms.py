"""What is typed and ticked on a participant's card, and in a desk's lists."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from visavis.base.languages import direction, own_name
from visavis.base.naming import NamesWhatIsHidden
from visavis.base.scripts import scripts_in, scripts_of

from .bodies import CardBody, Cues
from .rules import MOST_READ, MOST_SIGNS, READ, CardRefusal, CueList
from .wording import CUES, LISTS, REFUSALS, cue_label

NAME = "name_"
TOO_MANY = _("Choose at most six languages.")


class CardForm(NamesWhatIsHidden):
    """A pen name, a line for each language of the sides, and one choice from each list of cues."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        languages: Sequence[str],
        left_out: Collection[CueList] = (),
        kept: CardBody | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(kept))
        self.languages = tuple(languages)
        for code in self.languages:
            self.fields[f"{NAME}{code}"] = forms.CharField(
                label=own_name(code),
                max_length=3 * MOST_SIGNS,
                required=False,
                widget=forms.TextInput(
                    attrs={"lang": code, "dir": direction(code), "autocomplete": "off"}
                ),
            )
        self.asked = tuple(each for each in CueList if each not in left_out)
        for of in self.asked:
            self.fields[of.value] = _choice(of)

    def names(self) -> list[BoundField]:
        return [self[f"{NAME}{code}"] for code in self.languages]

    def cues(self) -> list[BoundField]:
        return [self[of.value] for of in self.asked]

    def clean_reads(self) -> tuple[str, ...]:
        reads = tuple(sorted(self.cleaned_data["reads"]))
        if len(reads) > MOST_READ:
            raise forms.ValidationError(str(TOO_MANY))
        return reads

    def clean(self) -> dict[str, Any]:
        """Fill an empty line with a form that is in its language's letters, to be looked at once."""
        cleaned = super().clean()
        typed = [cleaned.get(f"{NAME}{code}", "") for code in self.languages]
        shown = QueryDict(mutable=True)
        shown.update(self.data)
        for code in self.languages:
            name = f"{NAME}{code}"
            if cleaned.get(name) or name in self.errors:
                continue
            fits = (
                form for form in typed if form and scripts_in(form) <= set(scripts_of(code)[:1])
            )
            if form := next(fits, ""):
                shown[self.add_prefix(name)] = form
                self.add_error(
                    name, str(_("Is the name written the same way in this language? Please check."))
                )
        self.data = shown
        return cleaned

    def pen_name(self) -> dict[str, str]:
        """Return what `actions.keep_draft` is given for the name."""
        return {code: self.cleaned_data[f"{NAME}{code}"] for code in self.languages}

    def picked(self) -> Cues:
        """Return what was picked; what is not asked for is not there."""
        values = {of.value: self.cleaned_data[of.value] or None for of in self.asked}
        return Cues.of(values)

    def refuse(self, by_language: Mapping[str, CardRefusal]) -> None:
        """Put each refused form of the name beside its own line."""
        for code, refusal in by_language.items():
            self.add_error(f"{NAME}{code}", str(REFUSALS[refusal]))


class LeftOutForm(forms.Form):
    """The lists of cues that the cards of a side ask for."""

    asked = forms.MultipleChoiceField(
        label=_("What cards of your side ask for"),
        required=False,
        choices=[(of.value, LISTS[of]) for of in CueList],
        widget=forms.CheckboxSelectMultiple,
    )

    def left_out(self) -> frozenset[CueList]:
        return frozenset(set(CueList) - {CueList(each) for each in self.cleaned_data["asked"]})


def _choice(of: CueList) -> forms.Field:
    language = get_language() or "en"
    if of is CueList.READS:
        named = [(cue_label(of, code, language=language), code) for code in READ]
        return forms.MultipleChoiceField(
            label=str(LISTS[of]),
            help_text=_("At most six."),
            required=False,
            choices=[(code, label) for label, code in sorted(named)],
            widget=forms.CheckboxSelectMultiple,
        )
    choices = [(cue.value, str(label)) for cue, label in CUES[of].items()]
    return forms.ChoiceField(
        label=str(LISTS[of]), required=False, choices=[("", str(_("Say nothing"))), *choices]
    )


def _initial(kept: CardBody | None) -> dict[str, Any]:
    if kept is None:
        return {}
    names = {f"{NAME}{code}": form for code, form in kept.pen_name.items()}
    cues = kept.cues.as_json()
    return {**names, **{name: value or "" for name, value in cues.items()}}

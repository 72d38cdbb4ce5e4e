"""The shape of what a desk types. Whether it may be proposed is decided by the rules, later.

A draft may be incomplete: nothing here is required but what a draft cannot be kept without.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from visavis.base.languages import direction, own_name
from visavis.base.naming import NamesWhatIsHidden
from visavis.cards.rules import Role
from visavis.cards.wording import ROLES

from . import rules, units
from .actions import Typed
from .bodies import DiscussionBody
from .rules import DiscussionRefusal
from .wording import REFUSALS, house_rules

USUAL_DAYS = 30
IN_EACH_LANGUAGE = {
    "title": _("Title"),
    "opening": _("Opening words"),
    "rules": _("House rules"),
}
"""The label of each field that a language has of its own: ``title_hy`` is the title in Armenian."""
NO, YES = "no", "yes"


class DiscussionForm(NamesWhatIsHidden):
    """A discussion, in every language of the site side by side."""

    roles = forms.MultipleChoiceField(
        label=_("Who may write"),
        choices=[(role.value, ROLES[role]) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    per_day = forms.IntegerField(
        label=_("How many contributions may one person make in a day?"),
        help_text=_("From 1 to 20."),
        min_value=1,
        max_value=rules.MOST_A_DAY,
    )
    word_limit = forms.IntegerField(
        label=_("How many words may a contribution have?"),
        help_text=_("From 20 to 1000."),
        min_value=rules.LEAST_WORDS,
        max_value=rules.MOST_WORDS,
    )
    takes_turns = forms.ChoiceField(
        label=_("How do threads begin?"),
        help_text=_(
            "Replies can be written at any time. After three days without a new thread any side "
            "may begin one."
        ),
        choices=[
            (NO, _("Anybody may begin one at any time")),
            (YES, _("Sides take turns in beginning one")),
        ],
    )
    has_gate = forms.ChoiceField(
        label=_("What must be done before replying?"),
        help_text=_(
            "A reply is possible after a yes from the person whose words are restated, or after seven "
            "days."
        ),
        choices=[
            (NO, _("Nothing: people reply at once")),
            (YES, _("A restatement: first say what you have understood")),
        ],
        required=False,
    )
    until = forms.DateField(
        label=_("Closing day"),
        help_text=_("Contributions are taken until this day, that day included."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    question = forms.ChoiceField(label=_("Question to which it belongs (optional)"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        languages: Sequence[str],
        today: date,
        questions: Sequence[tuple[str, str]] = (),
        kept: DiscussionBody | None = None,
    ) -> None:
        usual = today + timedelta(days=USUAL_DAYS)
        super().__init__(data, initial=_initial(kept, languages=languages, until=usual))
        self.languages, self.today = tuple(languages), today
        question = self.fields["question"]
        if isinstance(question, forms.ChoiceField):
            known = dict(questions)
            if kept and kept.question and kept.question not in known:
                known[kept.question] = kept.question[:12]
            question.choices = [("", gettext("None")), *known.items()]
        for language in languages:
            self.fields[f"title_{language}"] = _line(language)
            self.fields[f"opening_{language}"] = _area(
                "opening",
                language,
                help_text=gettext(
                    "An empty line begins a new paragraph. Lines that begin with > are quoted."
                ),
                longest=rules.LONGEST_OPENING,
                rows=8,
            )
            self.fields[f"rules_{language}"] = _area(
                "rules",
                language,
                help_text=gettext(
                    "One rule on each line. They are read before the first contribution."
                ),
                longest=rules.MOST_RULES * (rules.LONGEST_RULE + 2),
                rows=8,
            )

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if rules.ends_too_soon(until, today=self.today):
            raise forms.ValidationError(str(REFUSALS[DiscussionRefusal.ENDS_TOO_SOON]))
        return until

    def columns(self) -> list[tuple[str, str, list[BoundField]]]:
        """Return for each language its code, its own name and its fields."""
        return [
            (
                language,
                own_name(language),
                [self[f"{name}_{language}"] for name in IN_EACH_LANGUAGE],
            )
            for language in self.languages
        ]

    def words(self) -> dict[str, Any]:
        """Return what `actions.draft_discussion` is given."""
        clean = self.cleaned_data
        return {
            "typed": {
                language: Typed(*(clean[f"{name}_{language}"] for name in IN_EACH_LANGUAGE))
                for language in self.languages
            },
            "roles": [Role(role) for role in clean["roles"]],
            "per_day": clean["per_day"],
            "word_limit": clean["word_limit"],
            "takes_turns": clean["takes_turns"] == YES,
            "has_gate": clean["has_gate"] == YES,
            "until": clean["until"],
            "question": clean["question"] or None,
        }


def _line(language: str) -> forms.CharField:
    attributes = {"lang": language, "dir": direction(language)}
    return forms.CharField(
        label=IN_EACH_LANGUAGE["title"],
        required=False,
        max_length=rules.LONGEST_TITLE,
        widget=forms.TextInput(attrs=attributes),
    )


def _area(name: str, language: str, *, help_text: str, longest: int, rows: int) -> forms.CharField:
    attributes = {"lang": language, "dir": direction(language), "rows": rows}
    return forms.CharField(
        label=IN_EACH_LANGUAGE[name],
        help_text=help_text,
        required=False,
        max_length=longest,
        widget=forms.Textarea(attrs=attributes),
    )


def _initial(
    kept: DiscussionBody | None, *, languages: Sequence[str], until: date
) -> dict[str, Any]:
    if kept is None:
        return {
            "roles": [role.value for role in Role],
            "per_day": rules.USUAL_A_DAY,
            "word_limit": rules.USUAL_WORDS,
            "takes_turns": NO,
            "has_gate": NO,
            "until": until,
            **{f"rules_{language}": house_rules(language) for language in languages},
        }
    initial: dict[str, Any] = {
        "roles": [role.value for role in kept.roles],
        "per_day": kept.per_day,
        "word_limit": kept.word_limit,
        "takes_turns": YES if kept.takes_turns else NO,
        "has_gate": YES if kept.has_gate else NO,
        "until": kept.until,
        "question": kept.question or "",
    }
    for language, words in kept.versions.items():
        initial[f"title_{language}"] = words.title
        initial[f"opening_{language}"] = units.typed(words.opening)
        initial[f"rules_{language}"] = "\n".join(words.rules)
    return initial

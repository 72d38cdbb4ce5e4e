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
from visavis.base.lines import typed
from visavis.base.naming import NamesWhatIsHidden

from . import rules
from .bodies import AnswerBody, AnswerWords, QuestionBody, QuestionWords
from .rules import LEAST_WORDS, LONGEST_PEN_NAME, MOST_WORDS, USUAL_WORDS, DialogueRefusal, Tense
from .wording import REFUSALS, TENSES

LONGEST_ANSWER = 60_000
LONGEST_PROPOSAL = 10_000
USUAL_DAYS = 30

IN_EACH_LANGUAGE = {
    "text": _("The question"),
    "note": _("A short introduction (optional)"),
    "words": _("The answer"),
    "proposal": _("What do you propose?"),
    "translator": _("Translator’s name, if it is to be shown"),
}
"""The label of each field that a language has of its own: ``text_hy`` is the question in Armenian."""


class QuestionForm(NamesWhatIsHidden):
    """A question, in every language of the site side by side."""

    tense = forms.ChoiceField(
        label=_("What is it about?"), choices=[(tense.value, TENSES[tense]) for tense in Tense]
    )
    word_limit = forms.IntegerField(
        label=_("How many words may an answer have?"),
        help_text=_("From 50 to 2000, for every side alike."),
        min_value=LEAST_WORDS,
        max_value=MOST_WORDS,
    )
    closes_on = forms.DateField(
        label=_("Closing day"),
        help_text=_("Every seat is kept until this day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        languages: Sequence[str],
        today: date,
        kept: QuestionBody | None = None,
        deadline: date | None = None,
    ) -> None:
        usual = today + timedelta(days=USUAL_DAYS)
        super().__init__(data, initial=_question_initial(kept, deadline=deadline or usual))
        self.languages = tuple(languages)
        self.today = today
        for language in languages:
            self.fields[f"text_{language}"] = forms.CharField(
                label=IN_EACH_LANGUAGE["text"],
                required=False,
                max_length=rules.LONGEST_QUESTION,
                widget=_area(language, rows=3),
            )
            self.fields[f"note_{language}"] = forms.CharField(
                label=IN_EACH_LANGUAGE["note"],
                help_text=gettext("In every language or in none."),
                required=False,
                max_length=rules.LONGEST_NOTE,
                widget=_area(language, rows=4),
            )

    def clean_closes_on(self) -> date:
        return _not_past(self.cleaned_data["closes_on"], today=self.today)

    def columns(self) -> list[tuple[str, str, list[BoundField]]]:
        """Return for each language its code, its own name and its fields."""
        return [
            (language, own_name(language), [self[f"text_{language}"], self[f"note_{language}"]])
            for language in self.languages
        ]

    def words(self) -> dict[str, Any]:
        """Return what `actions.draft_question` is given."""
        clean = self.cleaned_data
        return {
            "versions": {
                language: QuestionWords(
                    text=clean[f"text_{language}"], note=clean[f"note_{language}"]
                )
                for language in self.languages
            },
            "tense": Tense(clean["tense"]),
            "word_limit": clean["word_limit"],
            "deadline": clean["closes_on"],
        }


class DeadlineForm(forms.Form):
    """Another closing day for an open question."""

    deadline = forms.DateField(
        label=_("Closing day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, until: date, today: date) -> None:
        usual = max(until, today) + timedelta(days=USUAL_DAYS)
        super().__init__(data, initial={"deadline": usual})
        self.until, self.today = until, today

    def clean_deadline(self) -> date:
        deadline: date = self.cleaned_data["deadline"]
        if deadline <= self.until:
            raise forms.ValidationError(str(REFUSALS[DialogueRefusal.NOT_LATER]))
        return _not_past(deadline, today=self.today)


class AnswerForm(NamesWhatIsHidden):
    """One side's answer, in as many of the site's languages as the desk has it."""

    pen_name = forms.CharField(
        label=_("Pen name"),
        help_text=_("It is shown above the answer. Do not write a name that must stay unknown."),
        required=False,
        max_length=LONGEST_PEN_NAME,
    )
    original = forms.ChoiceField(label=_("In which language did the author write?"))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        languages: Sequence[str],
        own_languages: Sequence[str],
        kept: AnswerBody | None = None,
    ) -> None:
        super().__init__(data, initial=_answer_initial(kept, own_languages=own_languages))
        own = [language for language in languages if language in own_languages]
        self.languages = (*own, *(language for language in languages if language not in own))
        original = self.fields["original"]
        if isinstance(original, forms.ChoiceField):
            original.choices = [(language, own_name(language)) for language in self.languages]
        for language in self.languages:
            self.fields[f"words_{language}"] = forms.CharField(
                label=IN_EACH_LANGUAGE["words"],
                help_text=gettext("An empty line begins a new paragraph."),
                required=False,
                max_length=LONGEST_ANSWER,
                widget=_area(language, rows=12),
            )
            self.fields[f"proposal_{language}"] = forms.CharField(
                label=IN_EACH_LANGUAGE["proposal"],
                required=False,
                max_length=LONGEST_PROPOSAL,
                widget=_area(language, rows=4),
            )
            self.fields[f"translator_{language}"] = forms.CharField(
                label=IN_EACH_LANGUAGE["translator"],
                required=False,
                max_length=LONGEST_PEN_NAME,
            )

    def columns(self) -> list[tuple[str, str, list[BoundField]]]:
        """Return for each language its code, its own name and its fields."""
        return [
            (
                language,
                own_name(language),
                [self[f"{name}_{language}"] for name in ("words", "proposal", "translator")],
            )
            for language in self.languages
        ]

    def n_words(self, language: str) -> int:
        """Return how many words the form shows in this language, as the limit counts them."""
        shown = [self[f"{name}_{language}"].value() or "" for name in ("words", "proposal")]
        return rules.n_words(*shown, language=language)

    def words(self) -> dict[str, Any]:
        """Return what `actions.draft_answer` is given."""
        clean = self.cleaned_data
        return {
            "original": clean["original"],
            "pen_name": clean["pen_name"],
            "versions": self.versions(),
        }

    def versions(self) -> dict[str, AnswerWords]:
        """Return what was typed, by language; also where nothing was."""
        clean = self.cleaned_data
        return {
            language: AnswerWords.of(
                [clean[f"words_{language}"]],
                proposal=clean[f"proposal_{language}"],
                translator=clean.get(f"translator_{language}") or None,
            )
            for language in self.languages
        }


def _not_past(deadline: date, *, today: date) -> date:
    if rules.closes_too_soon(deadline, today=today):
        raise forms.ValidationError(str(REFUSALS[DialogueRefusal.CLOSES_TOO_SOON]))
    return deadline


def _area(language: str, *, rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"lang": language, "dir": direction(language), "rows": rows})


def _question_initial(kept: QuestionBody | None, *, deadline: date) -> dict[str, Any]:
    if kept is None:
        return {
            "tense": Tense.FUTURE.value,
            "word_limit": USUAL_WORDS,
            "closes_on": deadline,
        }
    texts = {f"text_{language}": words.text for language, words in kept.versions.items()}
    notes = {f"note_{language}": typed(words.note) for language, words in kept.versions.items()}
    return {
        **texts,
        **notes,
        "tense": kept.tense.value,
        "word_limit": kept.word_limit,
        "closes_on": deadline,
    }


def _answer_initial(kept: AnswerBody | None, *, own_languages: Sequence[str]) -> dict[str, Any]:
    if kept is None:
        return {"original": own_languages[0] if own_languages else ""}
    initial: dict[str, Any] = {"original": kept.original, "pen_name": kept.pen_name}
    for language, words in kept.versions.items():
        initial[f"words_{language}"] = "\n\n".join(map(typed, words.paragraphs))
        initial[f"proposal_{language}"] = typed(words.proposal)
        initial[f"translator_{language}"] = words.translator or ""
    return initial

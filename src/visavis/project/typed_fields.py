"""The fields whose words are given back when a form cannot be kept, each with the label of its form.

All fields of the rooms that write are here, those without words too: with them the form can be sent again.
What is not here is never given back.
"""

import re

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext

from visavis.dialogue import forms as dialogue
from visavis.discussions import author_forms, saying_forms
from visavis.discussions import forms as discussions
from visavis.discussions import heard_forms as heard
from visavis.library import fields as library_fields
from visavis.library import forms as library
from visavis.library.inputs import inputs_of
from visavis.pauses import forms as pause
from visavis.people.given_back import Named

SOURCE = next(field for field in library_fields.OF_TEXT if field.sort is library_fields.Sort.SOURCE)
WORDS: dict[str, str | Promise] = {
    "pen_name": dialogue.AnswerForm.base_fields["pen_name"].label or "",
    "title": library.NewTextForm.base_fields["title"].label or "",
    "typed": library.NewTextForm.base_fields["typed"].label or "",
    "restated": heard.RestatingForm.base_fields["restated"].label or "",
    "restated_in_theirs": heard.RestatingForm.base_fields["restated_in_theirs"].label or "",
    "correction": heard.HearingForm.base_fields["correction"].label or "",
    "quoted": library.StrikeForm.base_fields["quoted"].label or "",
    "note": saying_forms.SayingForm.base_fields["note"].label or "",
    "text": author_forms.WritingForm.base_fields["text"].label or "",
    "translator": library_fields.TRANSLATOR.asked,
    **{name: field.label or "" for name, field in inputs_of(SOURCE).items()},
    "source_title": SOURCE.asked,
    **{field.name: field.asked for field in library_fields.OF_TEXT},
}
ROW = re.compile(rf"{library.TYPED}([0-9]{{1,3}})")
IN_EACH_LANGUAGE = {
    **dialogue.IN_EACH_LANGUAGE,
    **discussions.IN_EACH_LANGUAGE,
    **pause.IN_EACH_LANGUAGE,
}
LANGUAGE = re.compile(r"[a-z]{2,3}")
WITHOUT_WORDS = re.compile(
    r"seen|reason|file|keep_[a-z0-9_]+|(left|stale|fresh|beside)_[0-9]{1,4}|whole|kind|language|original|tense|why"
    r"|roles|per_day|takes_turns|has_gate|other_language|says|until|question|word_limit|closes_on|deadline|written_on|in_translations|forget_copy|rules_read"
)


def named(name: str, posted: QueryDict) -> Named | None:
    """Return what this field of a form is, or None where it is not given back."""
    if WITHOUT_WORDS.fullmatch(name):
        return Named()
    if name in WORDS:
        return Named(str(WORDS[name]), has_words=True)
    if row := ROW.fullmatch(name):
        number = posted.get(f"left_{row[1]}", "") or "–"
        label = gettext("Translation of paragraph %(number)s") % {"number": number}
        return Named(label, has_words=True)
    beginning, _sign, language = name.rpartition("_")
    if beginning in IN_EACH_LANGUAGE and LANGUAGE.fullmatch(language):
        return Named(str(IN_EACH_LANGUAGE[beginning]), language, has_words=True)
    return None

"""Messages of Django's own are translated in our catalogues, because Django's say other things."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.functional import Promise

from visavis.base import of_django

AT_MOST = {"az": "Ən çoxu 3", "hy": "Առավելագույնը 3", "ru": "Не больше 3", "fr": "Au plus 3"}

NEVER = {"max_length", "contradiction"}
"""Of a file whose name has a limit, and of one that a form can clear: we have neither."""


class Typed(forms.Form):
    long = forms.CharField(max_length=3)
    missing = forms.CharField()
    null = forms.CharField()
    day = forms.DateField()
    number = forms.IntegerField(max_value=5)
    small = forms.IntegerField(min_value=5)
    chosen = forms.ChoiceField(choices=[("x", "x")])
    file = forms.FileField()
    no_file = forms.FileField()


def faults(language: str) -> dict[str, str]:
    """Return what the form says in this language of each field, all of them filled wrongly."""
    typed = {
        "long": "12345",
        "null": "a\0b",
        "day": "yesterday",
        "number": "9",
        "small": "1",
        "chosen": "y",
    }
    with translation.override(language):
        form = Typed(typed, {"file": SimpleUploadedFile("empty.txt", b"")})
        return {name: str(errors[0]) for name, errors in form.errors.items()}


@pytest.mark.parametrize("language", AT_MOST)
def test_a_form_says_at_most_where_it_means_at_most(language: str) -> None:
    assert faults(language)["long"].startswith(AT_MOST[language])


@pytest.mark.parametrize("language", AT_MOST)
def test_no_message_of_a_form_stays_english(language: str) -> None:
    said, english = faults(language), faults("en")
    assert len(said) == len(Typed.base_fields)
    assert [name for name, words in said.items() if words == english[name]] == []


def test_every_message_of_the_fields_that_we_use_is_ours() -> None:
    with translation.override("en"):
        listed = {str(message) for message in of_django.MESSAGES if isinstance(message, Promise)}
        used = {
            str(words)
            for field in Typed.base_fields.values()
            for name, words in field.default_error_messages.items()
            if name not in NEVER
        }
    assert used <= listed

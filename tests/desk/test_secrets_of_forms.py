"""What is typed into a hidden line of a form is never shown again, also not in words given back."""

from dataclasses import fields

from django.forms import Form, PasswordInput

import visavis.desk.forms as of_desks
import visavis.people.forms as of_people
from visavis.people.given_back import SECRETS


def test_every_hidden_line_has_a_name_that_is_never_given_back() -> None:
    forms = [each for each in vars(of_desks).values() if isinstance(each, type)]
    hidden = {
        name
        for form in forms
        if issubclass(form, Form)
        for name, field in form.base_fields.items()
        if isinstance(field.widget, PasswordInput)
    }
    assert {"passphrase", "recovery"} <= hidden
    assert [name for name in hidden if not name.endswith(SECRETS)] == []


def test_every_secret_of_an_editor_has_such_a_name() -> None:
    secret = {
        field.name
        for form in (of_people.SignInForm, of_people.CodeForm, of_people.WordsForm)
        for field in fields(form)
    }
    assert secret
    assert [name for name in secret if not name.endswith(SECRETS)] == []

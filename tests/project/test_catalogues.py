"""The interface is complete in every language, or the check says what is missing."""

from pathlib import Path

import polib
import pytest
from click.testing import CliRunner
from django.conf import settings
from jinja2 import TemplateSyntaxError

from visavis.project import catalogues
from visavis.project.catalogues import PLURALS, Message, catalogue_file, extract, faults

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext

# Translators: on the door
SIGN_IN = _("Sign in")
WORDS = ngettext("One word", "%(n)s words", 2)
MAY = pgettext("month", "May")
"""
TEMPLATE = """
<h1>{{ _("Sign in") }}</h1>
{% trans trimmed n=3 %}
  %(n)s word was cut.
{% pluralize %}
  {{ n }} words were cut.
{% endtrans %}
{% trans name=1 %}Written by {{ name }}.{% endtrans %}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    package = tmp_path / "site"
    (package / "desk" / "templates" / "desk").mkdir(parents=True)
    (package / "desk" / "wording.py").write_text(CODE)
    (package / "desk" / "templates" / "desk" / "home.html").write_text(
        TEMPLATE.replace("%(n)s word", "{{ n }} word")
    )
    return package


@pytest.fixture
def locale(package: Path) -> Path:
    """Catalogues in which everything is translated, each form by a word with its placeholders."""
    locale = package / "locale"
    extract(package=package, locale=locale)
    for language in PLURALS:
        edit(locale, language, translate)
    return locale


def translate(entry: polib.POEntry) -> None:
    entry.msgstr = "" if entry.msgid_plural else f"T {entry.msgid}"
    entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, f"T {entry.msgid_plural}")


def edit(locale: Path, language: str, change: object) -> None:
    file = catalogue_file(language, locale=locale)
    catalogue = polib.pofile(str(file))
    for entry in catalogue:
        change(entry)  # type: ignore[operator]  # a function of one entry
    catalogue.save(str(file))


def entry_of(locale: Path, language: str, msgid: str) -> polib.POEntry:
    found = polib.pofile(str(catalogue_file(language, locale=locale))).find(msgid)
    assert found is not None
    return found


def test_messages_are_found_in_code_and_templates(package: Path) -> None:
    found = {each.message for each in catalogues.messages(package).values()}
    assert found == {
        Message("Sign in"),
        Message("One word", plural="%(n)s words"),
        Message("May", context="month"),
        Message("%(n)s word was cut.", plural="%(n)s words were cut."),
        Message("Written by %(name)s."),
    }


def test_translators_see_where_a_message_stands_and_what_is_said_about_it(
    package: Path, locale: Path
) -> None:
    entry = entry_of(locale, "hy", "Sign in")
    assert [file for file, _ in entry.occurrences] == [
        "site/desk/templates/desk/home.html",
        "site/desk/wording.py",
    ]
    assert "on the door" in entry.comment


def test_complete_catalogues_have_no_fault(package: Path, locale: Path) -> None:
    assert faults(package=package, locale=locale) == []


def test_every_language_of_the_interface_has_a_catalogue() -> None:
    assert set(PLURALS) | {"en"} == {code for code, _ in settings.LANGUAGES}


@pytest.mark.parametrize(("language", "forms"), [("az", 2), ("hy", 2), ("ru", 3), ("fr", 2)])
def test_each_language_has_its_forms_of_number(locale: Path, language: str, forms: int) -> None:
    assert len(entry_of(locale, language, "One word").msgstr_plural) == forms


def test_extracting_twice_writes_the_same_bytes(package: Path, locale: Path) -> None:
    before = {
        language: catalogue_file(language, locale=locale).read_bytes() for language in PLURALS
    }
    extract(package=package, locale=locale)
    for language, data in before.items():
        assert catalogue_file(language, locale=locale).read_bytes() == data


def test_extracting_keeps_what_is_translated_and_drops_what_is_gone(
    package: Path, locale: Path
) -> None:
    code = package / "desk" / "wording.py"
    code.write_text(CODE.replace('_("Sign in")', '_("Come in")').replace("May", "June"))
    assert "az: not in the catalogue: 'Come in'" in faults(package=package, locale=locale)
    assert "az: no longer in the code: 'May'" in faults(package=package, locale=locale)
    extract(package=package, locale=locale)
    assert entry_of(locale, "az", "Sign in").msgstr == "T Sign in"
    assert entry_of(locale, "az", "Come in").msgstr == ""
    assert "az: not translated: 'Come in'" in faults(package=package, locale=locale)


BREAKAGES = {
    "not translated": lambda entry: setattr(entry, "msgstr", ""),
    "marked as fuzzy": lambda entry: entry.flags.append("fuzzy"),
    "placeholders differ": lambda entry: setattr(entry, "msgstr", "T %(nome)s"),
    "white space at an end": lambda entry: setattr(entry, "msgstr", "T %(name)s "),
    "tags differ": lambda entry: setattr(entry, "msgstr", "T <b>%(name)s</b>"),
}


@pytest.mark.parametrize("fault", BREAKAGES)
@pytest.mark.parametrize("language", PLURALS)
def test_a_broken_translation_is_named(
    package: Path, locale: Path, language: str, fault: str
) -> None:
    broken = "Written by %(name)s."
    edit(locale, language, lambda entry: entry.msgid == broken and BREAKAGES[fault](entry))
    assert faults(package=package, locale=locale) == [f"{language}: {fault}: {broken!r}"]


def test_a_form_of_number_that_is_missing_is_named(package: Path, locale: Path) -> None:
    edit(locale, "ru", lambda entry: entry.msgstr_plural.pop(2, None))
    found = faults(package=package, locale=locale)
    assert found == ["ru: not translated: '%(n)s word was cut.'", "ru: not translated: 'One word'"]


def test_another_plural_rule_is_named(package: Path, locale: Path) -> None:
    file = catalogue_file("ru", locale=locale)
    file.write_text(file.read_text().replace("nplurals=3", "nplurals=4"))
    assert "the plural rule" in faults(package=package, locale=locale)[0]


def test_the_form_for_one_may_say_the_number_in_a_word(package: Path, locale: Path) -> None:
    edit(locale, "fr", lambda e: e.msgid == "One word" and e.msgstr_plural.update({0: "Un mot"}))
    assert faults(package=package, locale=locale) == []


@pytest.mark.parametrize("said", ['_("{} words")', '_("%s words")', '_("two\\nlines")'])
def test_a_message_that_translators_cannot_work_with_is_named(
    package: Path, locale: Path, said: str
) -> None:
    (package / "more.py").write_text(f"TEXT = {said}\n")
    extract(package=package, locale=locale)
    assert any(fault.startswith("en: ") for fault in faults(package=package, locale=locale))


def test_a_template_that_does_not_parse_stops_the_extraction(package: Path) -> None:
    (package / "desk" / "templates" / "desk" / "bad.html").write_text("{% trans %}never ends")
    with pytest.raises(TemplateSyntaxError, match="unclosed translation block"):
        catalogues.messages(package)


def test_a_catalogue_is_compiled_even_where_its_head_is_fuzzy(package: Path, locale: Path) -> None:
    file = catalogue_file("ru", locale=locale)
    file.write_text("#, fuzzy\n" + file.read_text())
    assert len(catalogues.compile_all(locale=locale)) == len(PLURALS)
    compiled = polib.mofile(str(file.with_suffix(".mo")))
    assert compiled.find("Sign in").msgstr == "T Sign in"
    assert catalogues.are_compiled(locale=locale)
    edit(locale, "ru", lambda entry: entry.msgid == "Sign in" and setattr(entry, "msgstr", "U"))
    assert not catalogues.are_compiled(locale=locale)


def test_the_check_fails_with_every_fault_on_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "faults", lambda: ["hy: not translated: 'x'"])
    result = CliRunner().invoke(catalogues.main, ["--check"])
    assert result.exit_code == 1
    assert "hy: not translated: 'x'" in result.output

"""Days, numbers and names as each language writes them."""

from collections.abc import Iterator
from datetime import date

import pytest
from babel import Locale
from django.conf import settings

from visavis.base import languages
from visavis.base.conventions import CONVENTIONS
from visavis.base.languages import (
    day_in,
    direction,
    interface_language,
    list_in,
    name_alone,
    name_of,
    number_in,
    own_name,
    tongues_of,
)

DAY = date(2012, 10, 3)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("hy", "3 հոկտեմբերի, 2012"),
        ("az", "3 oktyabr 2012"),
        ("en", "3 October 2012"),
        ("ru", "3 октября 2012"),
        ("fr", "3 octobre 2012"),
        ("he", "3 October 2012"),
    ],
)
def test_a_day_is_written_as_its_language_writes_it(language: str, written: str) -> None:
    assert day_in(DAY, language=language).replace("\u202f", " ").replace("\xa0", " ") == written


@pytest.mark.parametrize(
    ("language", "written"), [("az", "12.345"), ("en", "12,345"), ("fr", "12 345")]
)
def test_a_number_is_grouped_as_its_language_groups_it(language: str, written: str) -> None:
    assert (
        number_in(12345, language=language).replace("\u202f", " ").replace("\xa0", " ") == written
    )


def test_a_language_is_listed_under_the_name_it_gives_itself() -> None:
    names = [own_name(code) for code in ("az", "hy", "en", "ru", "fr", "ar", "he", "ka", "qqq")]
    assert names[:5] == ["Azərbaycanca", "Հայերեն", "English", "Русский", "Français"]
    assert names[5:] == ["العربية", "עברית", "ქართული", "qqq"]


def test_languages_are_named_in_the_language_of_the_page() -> None:
    assert name_of("hy", among="az") == "erməni"
    assert name_of("az", among="hy") == "ադրբեջաներեն"
    assert name_of("he", among="ar") == "Hebrew"


def test_a_language_that_is_named_alone_is_no_country_and_no_person() -> None:
    languages = ("az", "hy", "ru", "en", "fr")
    assert [name_alone(code, among="az") for code in languages] == [
        "azərbaycan dili",
        "erməni dili",
        "rus dili",
        "ingilis dili",
        "fransız dili",
    ]
    for among in ("hy", "ru", "en", "fr"):
        assert [name_alone(code, among=among) for code in languages] == [
            name_of(code, among=among) for code in languages
        ]
    assert name_alone("qqq", among="az") == "qqq"


def test_direction_and_interface_follow_the_language() -> None:
    assert [direction(code) for code in ("az", "hy", "ar", "he")] == ["ltr", "ltr", "rtl", "rtl"]
    assert [interface_language(code) for code in ("az", "ru", "ar", "qqq")] == [
        "az",
        "ru",
        "en",
        "en",
    ]


def test_names_are_joined_as_a_sentence_joins_them() -> None:
    assert list_in(("A", "B"), language="en") == "A and B"
    assert list_in(("A", "B"), language="az") == "A və B"
    assert list_in(("A", "B", "C"), language="fr") == "A, B et C"


def test_a_live_page_leads_to_itself_in_every_language() -> None:
    found = {code: (href, here) for code, _name, href, here in tongues_of("/az/desk/editors/")}
    assert found["hy"] == ("/hy/desk/editors/", False)
    assert found["az"] == ("/az/desk/editors/", True)


def test_every_language_of_the_interface_has_its_conventions() -> None:
    codes = [code for code, _ in settings.LANGUAGES]
    assert sorted(CONVENTIONS) == sorted(codes)
    for each in CONVENTIONS.values():
        assert len(set(each.months.split())) == 12
        assert sorted(each.names) == sorted(codes)


@pytest.fixture
def _another_babel(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Data of the Unicode consortium as a later year may have them."""
    functions = (day_in, number_in, list_in, name_of)

    def fresh() -> None:
        for each in functions:
            each.cache_clear()

    def other(_language: str) -> Locale:
        return Locale.parse("ja")

    fresh()
    monkeypatch.setattr(languages, "_locale", other)
    yield
    fresh()


@pytest.mark.usefixtures("_another_babel")
def test_what_pages_say_does_not_hang_on_the_year_of_a_library() -> None:
    assert name_of("he", among="hy") != "եբրայերեն", "the other data are in use"
    assert day_in(DAY, language="hy") == "3 հոկտեմբերի, 2012"
    assert number_in(12345, language="ru") == "12\u00a0345"
    assert list_in(("A", "B", "C"), language="hy") == "A, B և C"
    assert name_of("az", among="hy") == "ադրբեջաներեն"

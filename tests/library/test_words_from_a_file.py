"""A desk hands in a file in the browser: its words come into the form, and nothing of it is lost or kept."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from test_pages_of_the_library import HOME, at, begun, draft

from visavis.library.forms import NewTextForm
from visavis.safety.uploads import MOST_KEPT

VERSE = "Снег лежит на подоконнике,\nсвет стоит в углу,\nчай остыл."


def form_with(content: bytes, name: str = "letter.txt", **typed: str) -> NewTextForm:
    data = QueryDict(mutable=True)
    data.update({"kind": "letter", "language": "ru", "title": "", "typed": "", **typed})
    files = MultiValueDict({"file": [SimpleUploadedFile(name, content)]})
    return NewTextForm(data, files, languages=["ru", "hy", "en"])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_the_words_of_a_file_are_in_the_form_as_if_they_were_typed(end: str) -> None:
    form = form_with(f"\ufeff# Письмо\n\n{VERSE}\n".replace("\n", end).encode())
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["title"], form.cleaned_data["typed"]) == ("Письмо", VERSE)


def test_a_title_that_is_typed_stays_and_the_file_has_words_alone() -> None:
    form = form_with(VERSE.encode(), title="Мой заголовок")
    assert form.is_valid()
    assert form.cleaned_data["title"] == "Мой заголовок"
    assert form.cleaned_data["typed"] == VERSE


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04word/document.xml", "is a Word file"),
        (b"<!doctype html><p>Words", "is a web page"),
        ("Письмо".encode("cp1251"), "is not UTF-8"),
        (b"x" * MOST_KEPT, "4 MiB"),
        (b"Letter\n\nNot one letter of that script is here.", "no letter of this language"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_what_to_do(content: bytes, says: str) -> None:
    form = form_with(content)
    assert not form.is_valid()
    assert [*form.errors] == ["file"]
    assert says in form.errors["file"][0]


def test_words_that_are_typed_are_not_written_over_by_a_file() -> None:
    form = form_with(VERSE.encode(), typed="Уже написано.")
    assert not form.is_valid()
    assert "file" in form.errors
    assert form["typed"].value() == "Уже написано."


def test_what_nobody_can_see_in_a_file_is_named_and_the_words_wait_in_the_form() -> None:
    form = form_with("Письмо\n\nСло\u2063во.".encode())
    assert not form.is_valid()
    assert "U+2063" in form.errors["typed"][0]
    assert form["typed"].value() == "Слово."


@pytest.mark.django_db
def test_an_editor_reads_a_text_and_its_translation_in_from_files(desks, data: Path) -> None:
    words = SimpleUploadedFile("a.txt", "Məktub\n\nBirinci söz.\n\nİkinci söz.".encode())
    typed = {"kind": "letter", "language": "az", "title": "", "typed": "", "file": words}
    response = desks.post("az", f"{HOME}new/", typed)
    assert response.status_code == 302, response.content.decode()
    item = response["Location"].rstrip("/").rsplit("/", 1)[-1]
    assert draft(item).title == "Məktub"
    for page in (f"{HOME}new/", at(item, "add")):  # a browser holds back what it calls required
        assert " required" not in desks.page("az", page).split("<main", 1)[1].split("</form>")[0]
    theirs = SimpleUploadedFile("b.txt", "Նամակ\n\nԱռաջին։\n\nԵրկրորդ։".encode())
    add = {"language": "hy", "title": "", "typed": "", "file": theirs}
    assert desks.post("az", at(item, "add"), add).status_code == 302
    body = draft(item).body
    assert [len(body.versions[code].units) for code in ("az", "hy")] == [2, 2]
    assert not [
        each for each in data.rglob("*") if each.is_file() and "söz".encode() in each.read_bytes()
    ]


@pytest.mark.django_db
def test_a_refused_file_keeps_what_was_typed_beside_it(desks) -> None:
    item = begun(desks)
    wrong = SimpleUploadedFile("b.docx", b"PK\x03\x04word/")
    add = {"language": "hy", "title": "Անուն", "typed": "", "file": wrong, "translator": "Անի"}
    response = desks.post("az", at(item, "add"), add)
    page = response.content.decode()
    assert response.status_code == 422
    assert "b.docx: is a Word file" in page
    assert "Անուն" in page
    assert "Անի" in page

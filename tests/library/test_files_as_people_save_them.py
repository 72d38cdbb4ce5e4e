"""Texts as programs save them: read with their lines, or refused as what they are, with advice."""

import io
import zipfile
from pathlib import Path

import pytest

from visavis.base.lines import Lines
from visavis.base.scripts import scripts_missing
from visavis.library.bodies import UnitKind
from visavis.library.reading_in import CannotReadError, ReadText, read_file
from visavis.library.telling_apart import why_not_plain

VERSE = "Снег лежит на подоконнике,\nсвет стоит в углу,\nчай остыл."


def read(folder: Path, words: str, name: str = "letter-ru.txt", **options) -> ReadText:
    path = folder / name
    path.write_bytes(words.encode())
    return read_file(path, **options)


def texts(found: ReadText) -> list[str]:
    return [unit.text for unit in found.units]


def test_verse_in_a_file_keeps_its_lines_unless_they_are_to_be_joined(tmp_path: Path) -> None:
    words = f"Письмо\n\n{VERSE}\n\nК. А.\nул. Садовая, 12"
    found = read(tmp_path, words)
    assert texts(found) == [VERSE, "К. А.\nул. Садовая, 12"]
    assert found.readings == {Lines.KEPT: 2}
    assert texts(read(tmp_path, words, how=Lines.JOINED))[0] == VERSE.replace("\n", " ")
    assert len(read(tmp_path, words, how=Lines.APART).units) == 5


def test_a_file_of_an_old_mac_or_with_paragraph_separators_has_paragraphs(tmp_path: Path) -> None:
    for end in ("\r\r", "\u2029", "\x85\x85", "\n \u00a0\n"):
        assert texts(read(tmp_path, end.join(["Письмо", "Один.", "Два."]))) == ["Один.", "Два."]


def test_the_marks_of_the_desk_are_marks_in_a_file(tmp_path: Path) -> None:
    found = read(tmp_path, "# Letter\n\n## Part\n\n- one\n- two\n\n> said\n\nLast.", "a-en.md")
    assert found.title == "Letter"
    assert [unit.kind for unit in found.units] == [
        UnitKind.HEADING,
        UnitKind.ITEM,
        UnitKind.ITEM,
        UnitKind.QUOTE,
        UnitKind.PARAGRAPH,
    ]


def test_no_break_spaces_of_a_file_are_kept(tmp_path: Path) -> None:
    words = "Il a dit\u00a0: «\u00a0Venez\u202f!\u00a0»"
    assert texts(read(tmp_path, f"Titre\n\n{words}", "a-fr.txt")) == [words]


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (archive("[Content_Types].xml", "word/document.xml"), "is a Word file"),
        (archive("mimetype", "content.xml"), "is an OpenDocument file"),
        (archive("letter.txt"), "is a zip archive"),
        (rb"{\rtf1\ansi words}", "is an RTF file"),
        (b"%PDF-1.7", "is a PDF file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older than 2007"),
        (b"\xef\xbb\xbf <!DOCTYPE html><p>x", "is a web page"),
        (b"\xff\xfex\x00", "is in UTF-16"),
    ],
)
def test_a_file_that_is_no_plain_text_is_called_what_it_is(
    tmp_path: Path, data: bytes, says: str
) -> None:
    path = tmp_path / "letter-en.txt"
    path.write_bytes(data)
    with pytest.raises(CannotReadError, match=says):
        read_file(path)
    assert why_not_plain(b"<3 is how it begins") is None


def test_signs_that_nobody_can_read_are_named_and_lost_letters_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotReadError, match=r"1 × U\+F0B7 \(sign of private use\).*hyphen"):
        read(tmp_path, "Title\n\n\uf0b7 one")
    assert texts(read(tmp_path, "Письмо\n\n\uf0b7 один", clean=True)) == ["один"]
    with pytest.raises(CannotReadError, match=r"U\+FFFD"):
        read(tmp_path, "Письмо\n\nс\ufffdово", clean=True)


def test_a_text_in_an_old_font_has_no_letter_of_its_language(tmp_path: Path) -> None:
    with pytest.raises(CannotReadError, match="no Armenian letter"):
        read(tmp_path, "²Ù³Ï\n\n²é³çÇÝ å³ñµ»ñáõÃÛáõÝ ÏÉÇÝÇ", "a-hy.txt")
    assert scripts_missing("Beynəlxalq Мәктуб", language="az") == ()
    assert scripts_missing("Մեկ բառ and many English words", language="hy") == ()
    assert scripts_missing("Jedan dva tri četiri", language="sr-Cyrl") == ("Cyrillic",)

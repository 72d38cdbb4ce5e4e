"""`visavis import text`: all languages of a text come in from files, in one draft, or nothing does."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import cast
import desks as stage
import reading as known_keys
from views import viewed
from visavis.library import actions, commands, cuts, drafting, queries
from visavis.library.bodies import TextBody, UnitKind, Why
from visavis.library.commands import import_
from visavis.library.striking import Striking
from visavis.record import public as open_record
from visavis.record.models import Draft
from visavis.safety.reading import JOINT, NOBODY, reading_as
from visavis.signing.boxes import is_envelope
from visavis.signing.document import LARGEST_DOCUMENT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def each_desk_has_a_reading_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its public half, as an editor's joining leaves it."""
    monkeypatch.setattr(commands, "reading_key_of", known_keys.public)


def run(*arguments: object):
    return CliRunner().invoke(import_, ["text", *map(str, arguments)])


def read_in(*arguments: object) -> queries.Drafted:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    (draft,) = queries.drafts_of("az")
    assert draft.item in result.output
    return draft


def refused(*arguments: object) -> str:
    """Run an import that must fail; return what it says."""
    result = run(*arguments)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert not Draft.objects.exists()
    return result.output


def a_file(folder: Path, name: str = "az.json", **changes: object) -> Path:
    value = {
        "language": "az",
        "direction": "ltr",
        "title": "Վերնագիր" if changes.get("language") == "hy" else "Başlıq",
        "sections": [{"heading": "Bir", "paragraphs": ["Birinci.", "İkinci."]}],
        **changes,
    }
    path = folder / name
    path.write_text(json.dumps(value))
    return path


# real input


def test_the_declaration_is_read_in_nine_languages_and_every_article_is_aligned(
    site: cast.SiteKeys, shared_data: Path
) -> None:
    codes = ["az", "hy", "ru", "en", "fr", "ar", "he", "ka", "tr"]
    draft = read_in(*(shared_data / "udhr" / f"{code}.json" for code in codes), "--side", "az")
    assert draft.kind == "article"
    assert list(draft.body.versions) == codes
    assert actions.why_not_propose(draft, charter=site.charter, today=stage.DAY) is None
    original = draft.body.first
    headings = [i for i, u in enumerate(original.units) if u.kind is UnitKind.HEADING]
    assert len(headings) == 31
    for code in codes[1:]:
        rows = drafting.standing(draft.body.versions[code], original)
        beside = {row.left: row.right for row in rows}
        units = draft.body.versions[code].units
        n_missing = 1 if code == "he" else 0
        assert beside[0,] == (() if n_missing else (0,))
        for place, heading in enumerate(headings[n_missing:]):
            (own,) = beside[heading,]
            own_headings = [i for i, u in enumerate(units) if u.kind is UnitKind.HEADING]
            assert own == own_headings[place]


def test_the_declaration_becomes_public_with_both_keys_and_reads_side_by_side(
    site: cast.SiteKeys, shared_data: Path
) -> None:
    codes = ["az", "hy", "en", "ar", "he"]
    draft = read_in(*(shared_data / "udhr" / f"{code}.json" for code in codes), "--side", "az")
    digest = actions.propose(side="az", item=draft.item, today=stage.DAY)
    from visavis.record import queries as record

    document = record.proposal_for("hy", digest).document
    assert len(document.data) < LARGEST_DOCUMENT
    for side in site.codes:
        cast.turn(document, side, site=site)
    text = viewed(open_record.open_subject(draft.item), site.charter)
    assert text is not None
    for left, right in (("az", "hy"), ("ar", "he"), ("he", "en"), ("en", "az")):
        rows = text.rows(left=left, right=right)
        lefts = [i for row in rows for i in row.left]
        assert lefts == list(range(len(text.versions[left].units)))
        last = rows[-1]
        assert len(last.left) == len(last.right) == 1
        headings = [
            row
            for row in rows
            if row.left and text.versions[left].units[row.left[0]].kind == "heading"
        ]
        empty = [row for row in headings if not row.right]
        assert len(headings) == (30 if left == "he" else 31)
        assert len(empty) == (1 if right == "he" else 0)
    assert [type(step).__name__ for step in text.lineage("hy").steps] == ["Original", "Translated"]


def test_a_letter_is_read_in_and_two_paragraphs_are_struck(
    site: cast.SiteKeys, shared_data: Path
) -> None:
    file = shared_data / "letters" / "1898-letter-fr.txt"
    draft = read_in(
        file, "--kind", "letter", "--side", "az", "--author", "É. Z.",
        "--written-on", "1898-01-13", "--place", "Paris",
        "--source-title", "L’Aurore", "--source-address", "https://example.org/aurore",
    )  # fmt: skip
    body = draft.body
    assert (body.original, body.first.title) == ("fr", "LETTRE AU PRÉSIDENT DE LA RÉPUBLIQUE")
    assert (body.author, body.place, str(body.written_on)) == ("É. Z.", "Paris", "1898-01-13")
    whole = [unit.text for unit in body.first.units]
    paragraphs = [line for line in file.read_text().split("\n")[1:] if line]
    assert whole == paragraphs
    for unit in (2, 4):
        actions.strike(
            side="az", item=draft.item, language="fr", striking=Striking(why=Why.LENGTH, whole=(unit,)),
            seen=queries.draft_for("az", draft.item).seen, today=stage.DAY,
        )  # fmt: skip
    n_cut = len(whole[2].split()) + len(whole[4].split())
    body = queries.draft_for("az", draft.item).body
    n_punctuation = sum(word in {"?", "!", ";", ":", "-"} for word in " ".join(whole).split())
    assert cuts.n_words(body.first, "fr") == sum(len(t.split()) for t in whole) - n_punctuation
    struck_punctuation = sum(
        word in {"?", "!", ";", ":", "-"} for word in f"{whole[2]} {whole[4]}".split()
    )
    assert cuts.n_words_cut(body.first) == n_cut - struck_punctuation

    digest = actions.propose(side="az", item=draft.item, today=stage.DAY)
    from visavis.record import queries as record

    document = record.proposal_for("az", digest).document
    for side in site.codes:
        cast.turn(document, side, site=site)
    text = viewed(open_record.open_subject(draft.item), site.charter)
    assert text is not None
    version = text.versions["fr"]
    assert version.n_words_cut == n_cut - struck_punctuation
    marks = [(n, run) for n, unit in enumerate(version.units) for run in unit.runs if run.cut]
    assert [n for n, _run in marks] == [2, 4]
    assert all(not run.cut.is_withheld for _n, run in marks)
    assert [run.html.striptags() for _n, run in marks] == [
        " ".join(whole[n].split()) for n in (2, 4)
    ]


# what is given beside the files


def test_the_original_may_be_another_than_the_first(site: cast.SiteKeys, tmp_path: Path) -> None:
    files = [a_file(tmp_path, f"{code}.json", language=code) for code in ("az", "hy")]
    draft = read_in(*files, "--side", "az", "--original", "hy")
    assert draft.body.original == "hy"
    assert draft.body.versions["az"].made_of is not None


def test_the_command_seals_to_the_desk_and_opens_nothing(
    site: cast.SiteKeys, tmp_path: Path
) -> None:
    """It has the desk's public key alone, as somebody at a shell has."""
    with reading_as(lambda: NOBODY):
        result = run(a_file(tmp_path), a_file(tmp_path, "hy.json", language="hy"), "--side", "az")
        assert result.exit_code == 0, result.output
        assert "hy: Վերնագիր: 3 paragraphs" in result.output
        assert queries.drafts_of("az") == []
    row = Draft.objects.get()
    assert is_envelope(bytes(row.body))
    for other in ("hy", JOINT):
        with reading_as(lambda: known_keys.reader_of(other)):  # noqa: B023
            assert queries.drafts_of("az") == []
    with reading_as(lambda: known_keys.reader_of("az")):
        (draft,) = queries.drafts_of("az")
    assert draft.body.first.title == "Başlıq"


def test_a_desk_without_an_editor_is_given_nothing(
    site: cast.SiteKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "reading_key_of", lambda _side: None)
    assert "no editor yet" in refused(a_file(tmp_path), "--side", "az")


def test_languages_that_come_later_are_added_at_the_desk(
    site: cast.SiteKeys, tmp_path: Path
) -> None:
    draft = read_in(a_file(tmp_path), "--side", "az")
    words = {"hy": actions.words_from(title="Վերնագիր", typed="Մեկ։\n\nԵրկու։")}
    actions.add_languages(side="az", item=draft.item, words=words, today=stage.DAY)
    assert set(queries.draft_for("az", draft.item).body.versions) == {"az", "hy"}


def test_a_plain_text_takes_its_language_from_the_option_or_its_name(
    site: cast.SiteKeys, tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes("\ufeffTitle\r\n\r\nOne\r\nline.\r\n\r\n\r\nTwo.\r\n".encode())
    assert "--language" in refused(path, "--side", "az")
    draft = read_in(path, "--side", "az", "--language", "en")
    assert draft.body.first.title == "Title"
    assert [unit.text for unit in draft.body.first.units] == ["One\nline.", "Two."]


def test_what_is_printed_says_how_it_went_and_what_comes_next(
    site: cast.SiteKeys, tmp_path: Path
) -> None:
    hy = a_file(
        tmp_path, "hy.json", language="hy", sections=[{"heading": "Մ", "paragraphs": ["Ա."]}]
    )
    output = run(a_file(tmp_path), hy, "--side", "az").output
    for words in ("az: Başlıq: 3 paragraphs", "hy: Վերնագիր: 2 paragraphs", "beside az", "Next:"):
        assert words in output


# bad input: each names the file and says what to do, and nothing is kept


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sections": {}}, "not a list"),
        ({"sections": [{"heading": "x"}]}, "section 1"),
        ({"sections": [{"heading": 1, "paragraphs": []}]}, "heading of section 1"),
        ({"sections": [{"heading": "x", "paragraphs": "y"}]}, "paragraphs of section 1"),
        ({"sections": [{"heading": "x", "paragraphs": [["y"]]}]}, "paragraphs of section 1"),
        ({"title": None}, "“title” is not a string"),
        ({"title": " "}, "has no title"),
        ({"title": "t" * 301}, "300 characters"),
        ({"sections": []}, "has no words"),
        ({"sections": [{"heading": "", "paragraphs": ["", " "]}]}, "has no words"),
        ({"author": "x"}, "has not the shape"),
        ({"language": "xx"}, "not a language of this site"),
        ({"language": "azeri"}, "not a language code"),
        ({"language": "../etc"}, "not a language code"),
        ({"sections": [{"heading": "x", "paragraphs": ["y" * 20_001]}]}, "20,000 characters"),
        ({"sections": [{"heading": "x", "paragraphs": ["y"] * 5_000}]}, "5,000 paragraphs"),
        ({"sections": [{"heading": "x", "paragraphs": ["a\u202eb"]}]}, "1 × U+202E (right-to-left"),
        ({"title": "a\u200bb\u200bc"}, "2 × U+200B (zero width space)"),
        ({"title": "a\U000e0041"}, "U+E0041"),
        ({"sections": [{"heading": "x", "paragraphs": ["a\ud800b"]}]}, "half of a character"),
        ({"sections": [{"heading": "x", "paragraphs": ["a\U0001fae8b"]}]}, "holds U+1FAE8, a char"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_name(
    site: cast.SiteKeys, tmp_path: Path, changes: dict[str, object], says: str
) -> None:
    good = a_file(tmp_path, "good.json", language="hy")
    output = refused(good, a_file(tmp_path, **changes), "--side", "az")
    assert says in " ".join(output.split())
    assert "az.json" in output


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not JSON"),
        (b"[]", "has not the shape"),
        (b'"text"', "has not the shape"),
        (b"{", "is not JSON"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"a":' * 50_000, "nested deeper"),
        (b'\xff\xfe{"language"', "is in UTF-16. Save it as UTF-8"),
        (b'{"language" \xff', "is not UTF-8: byte 13"),
        (b'{"language": "az\xe9"}', "is not UTF-8: byte 17"),
        (b" " * (4 * 1024 * 1024 + 1), "4.0 MiB"),
    ],
)
def test_bytes_that_are_no_text_are_refused(
    site: cast.SiteKeys, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "az.json"
    path.write_bytes(content)
    output = " ".join(refused(path, "--side", "az").split())
    assert says in output
    assert "az.json" in output


def test_forty_megabytes_are_refused_without_being_read(
    site: cast.SiteKeys, tmp_path: Path
) -> None:
    path = tmp_path / "large-az.txt"
    with path.open("wb") as file:
        file.truncate(40 * 1024 * 1024)
    assert "40.0 MiB" in refused(path, "--side", "az")


def test_a_plain_text_with_tricks_is_refused_and_cleaned_when_asked(
    site: cast.SiteKeys, tmp_path: Path
) -> None:
    path = tmp_path / "letter-en.txt"
    path.write_text("Title\n\nab\u202ecd\u2066e\n\n\u200bmore\n")
    output = " ".join(refused(path, "--side", "az").split())
    assert "U+202E" in output
    assert "U+2066" in output
    assert "--clean" in output
    result = run(path, "--side", "az", "--clean")
    assert result.exit_code == 0
    assert "taken out: 1 × U+202E" in result.output
    (draft,) = queries.drafts_of("az")
    assert [unit.text for unit in draft.body.first.units] == ["abcde", "more"]


def test_two_files_of_one_language_are_refused(site: cast.SiteKeys, tmp_path: Path) -> None:
    output = refused(a_file(tmp_path), a_file(tmp_path, "two.json"), "--side", "az")
    assert "two.json" in output
    assert "Leave one of them out" in " ".join(output.split())


def test_a_missing_file_a_foreign_side_and_a_wrong_original_are_refused(
    site: cast.SiteKeys, tmp_path: Path
) -> None:
    assert "cannot be opened" in refused(tmp_path / "none.json", "--side", "az")
    assert "Its sides are: az, hy" in refused(a_file(tmp_path), "--side", "xx")
    assert "--original ru" in refused(a_file(tmp_path), "--side", "az", "--original", "ru")
    assert "https://" in refused(
        a_file(tmp_path), "--side", "az", "--source-title", "x", "--source-address", "javascript:a"
    )


def test_languages_that_do_not_fit_into_one_document_are_refused(
    site: cast.SiteKeys, tmp_path: Path
) -> None:
    long = [{"heading": "x", "paragraphs": ["y" * 19_000] * 120}]
    files = [
        a_file(tmp_path, f"{code}.json", language=code, sections=long) for code in ("az", "hy")
    ]
    assert "4 MiB" in refused(*files, "--side", "az")


def test_before_the_charter_nothing_can_be_read_in(db: None, tmp_path: Path) -> None:
    assert "no charter" in refused(a_file(tmp_path), "--side", "az")


def test_an_import_that_is_stopped_half_way_leaves_nothing(
    site: cast.SiteKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "_check_fits", stopped)
    files = [a_file(tmp_path, f"{code}.json", language=code) for code in ("az", "hy")]
    assert run(*files, "--side", "az").exit_code != 0
    assert not Draft.objects.exists()


def test_what_is_read_in_is_read_back_as_it_was_kept(site: cast.SiteKeys, tmp_path: Path) -> None:
    draft = read_in(a_file(tmp_path), "--side", "az")
    assert TextBody.from_json(draft.body.as_json()) == draft.body

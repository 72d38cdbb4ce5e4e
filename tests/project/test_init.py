"""`visavis init`: from nothing to a founded site, or a clear word and nothing half made."""

import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from visavis.project.commandline import main
from visavis.safety import codes
from visavis.safety.secret import Secret

GOOD = {
    "languages": ["az", "hy", "en"],
    "names": {"az": "Üzbəüz", "hy": "Դեմ առ դեմ", "en": "Face to face"},
    "sides": [
        {
            "code": code,
            "languages": [code],
            "names": {"az": f"{code} 1", "hy": f"{code} 2", "en": f"{code} 3"},
        }
        for code in ("az", "hy")
    ],
}
TOML = """
languages = ["az", "hy"]
names = { az = "A", hy = "B" }
[[sides]]
code = "az"
languages = ["az"]
names = { az = "A", hy = "B" }
[[sides]]
code = "hy"
languages = ["hy"]
names = { az = "A", hy = "B" }
[waiting]
unanswered_days = 3
"""


def init(
    folder: Path, *, answers: Path | None = None, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "VISAVIS_DATA"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    told = ["--answers", str(answers)] if answers else []
    return subprocess.run(
        [sys.executable, "-m", "visavis", "init", "--data", str(folder), *told],
        input=typed,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def refused(folder: Path, monkeypatch: pytest.MonkeyPatch, *, answers: Path, code: int = 1) -> str:
    """Return what `visavis init` says when it refuses; this needs no process of its own."""
    monkeypatch.setenv("VISAVIS_DATA", str(folder))
    before = os.umask(0o022)
    try:
        said = CliRunner().invoke(main, ["init", "--data", str(folder), "--answers", str(answers)])
    finally:
        os.umask(before)
    assert said.exit_code == code, said.output
    assert isinstance(said.exception, SystemExit)
    return said.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "site"


def written(tmp_path: Path, content: object, *, name: str = "answers.json") -> Path:
    file = tmp_path / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "visavis.sqlite3") as database:
        found = database.execute(sql).fetchall()
    database.close()
    return found


def test_a_site_is_founded_from_a_file_and_each_side_gets_its_code(
    folder: Path, tmp_path: Path
) -> None:
    made = init(folder, answers=written(tmp_path, GOOD))
    assert made.returncode == 0, made.stderr
    printed = dict(re.findall(r"^  (az|hy) +([0-9a-z-]{34})  ", made.stdout, re.MULTILINE))
    kept = dict(rows(folder, "SELECT side_id, code_hash FROM sides_setupcode"))
    assert kept == {side: codes.code_hash(Secret(code)) for side, code in printed.items()}
    assert "sealed\nby nothing" in made.stdout
    assert f"visavis serve --data {folder}" in made.stdout


def test_nobody_but_the_owner_may_read_anything(folder: Path, tmp_path: Path) -> None:
    init(folder, answers=written(tmp_path, GOOD))
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert stat.S_IMODE((folder / "keys" / "release.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_toml_is_read_and_waiting_times_are_what_it_says(folder: Path, tmp_path: Path) -> None:
    made = init(folder, answers=written(tmp_path, TOML, name="answers.toml"))
    assert made.returncode == 0, made.stderr
    waiting = json.loads(str(rows(folder, "SELECT waiting FROM sides_site")[0][0]))
    assert waiting == {"unanswered_days": 3, "reopen_hours": 72, "recovery_days": 30, "by_kind": {}}


def test_what_is_asked_can_be_typed(folder: Path) -> None:
    typed = "az, hy\nA\nB\n3\n" + "".join(
        f"{code}\n{own}\nA\nB\n" for code, own in (("az", "az"), ("hy", "hy"), ("ka", "az hy"))
    )
    made = init(folder, typed=typed + "\n\n\ny\n")
    assert made.returncode == 0, made.stderr
    assert len(rows(folder, "SELECT code FROM sides_side")) == 3


def test_each_answer_is_checked_when_it_is_given(folder: Path) -> None:
    """Nothing that was typed before is asked again, and nothing is founded before it is confirmed."""
    typed = (
        "az hy xx\naz az\naz hy\n"  # languages: one that nobody speaks, one twice
        "A\n\u202e\nB\n"  # names: one that turns the line around
        "1\n2\n"
        "AZ\naz\nka\naz\nA\nB\n"  # first side: a code with capitals, a language that is not the site's
        "az\nhy\nhy\nA\nB\n"  # second side: a code that is taken
        "\n\n\n"
    )
    refused = init(folder, typed=typed + "n\n")
    assert refused.returncode == 130, refused.stderr  # then the input ended
    assert not folder.exists()
    made = init(folder, typed=typed + "y\n")
    assert made.returncode == 0, made.stderr
    for sentence in (
        "One of these codes is no language that is known here.",
        "A language is a code such as az or hy, each given once.",
        "A name is one visible line",
        "A side’s code begins with a letter",
        "Each side needs at least one of the site’s languages.",
        "Two sides cannot have the same code.",
    ):
        assert made.stdout.count(sentence) == 1, sentence
    assert "az                /az/desk/set-up/" in made.stdout
    assert "hy                /hy/desk/set-up/" in made.stdout
    assert len(rows(folder, "SELECT code FROM sides_side")) == 2


def test_a_second_site_is_refused_before_anything_is_asked(folder: Path, tmp_path: Path) -> None:
    first = init(folder, answers=written(tmp_path, GOOD))
    key = (folder / "keys" / "release.key").read_bytes()
    again = init(folder, typed="")
    assert (first.returncode, again.returncode) == (0, 1)
    assert "There is a site in this data directory already." in again.stderr
    assert (folder / "keys" / "release.key").read_bytes() == key


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sides": GOOD["sides"][:1]}, "at least two sides"),  # type: ignore[index]
        ({"languages": ["az", "hy", "en", "ru"]}, "a name in every language"),
        ({"sides": "two"}, "sides is not a list"),
        ({"colour": "blue"}, "has colour, which means nothing here"),
        ({"waiting": {"days": 3}}, "waiting has days, which means nothing here"),
        ({"waiting": {"unanswered_days": "soon"}}, "A waiting time is a whole number"),
        ({"names": {"az": 3}}, "every name is a text"),
        ({"languages": "az"}, "languages is not a list of texts"),
        ({"languages": ["az", "hy", "xx"]}, "no language that is known here"),
    ],
)
def test_unclear_answers_are_named_and_leave_nothing(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, object],
    said: str,
) -> None:
    answers = written(tmp_path, {**GOOD, **change})
    assert said in refused(folder, monkeypatch, answers=answers)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "content"), [("a.json", "{"), ("a.toml", "= 3"), ("b.json", "[]")]
)
def test_a_file_that_is_no_file_of_answers_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str
) -> None:
    answers = written(tmp_path, content, name=name)
    assert name in refused(folder, monkeypatch, answers=answers)


def test_a_directory_with_somebody_elses_files_is_left_as_it_is(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir(parents=True)
    (folder / "holiday.txt").write_text("mine")
    mode = folder.stat().st_mode
    said = refused(folder, monkeypatch, answers=written(tmp_path, GOOD))
    assert "is not empty, and not a site" in said
    assert [path.name for path in folder.iterdir()] == ["holiday.txt"]
    assert folder.stat().st_mode == mode


def test_what_was_broken_off_is_taken_up_again(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    (folder / "secret").write_text("x" * 64)
    made = init(folder, answers=written(tmp_path, GOOD))
    assert made.returncode == 0, made.stderr
    assert (folder / "secret").read_text() == "x" * 64


def test_a_missing_file_of_answers_is_a_wrong_option(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(folder, monkeypatch, answers=tmp_path / "nowhere.toml", code=2)
    assert not folder.exists()

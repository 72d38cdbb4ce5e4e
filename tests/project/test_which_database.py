"""An empty database in the wrong place never counts as a new site."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SITE = {
    "languages": ["az", "hy"],
    "names": {"az": "A", "hy": "B"},
    "sides": [
        {"code": code, "languages": [code], "names": {"az": code, "hy": code}}
        for code in ("az", "hy")
    ],
}
ELSEWHERE = {"DATABASE_URL": "postgresql://name@127.0.0.1:1/site"}


def visavis(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "visavis", *words],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    (folder / "answers.json").write_text(json.dumps(SITE))
    made = visavis(
        "init", "--data", str(folder / "site"), "--answers", str(folder / "answers.json")
    )
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def site(founded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(founded / "site", tmp_path / "site"))


@pytest.mark.parametrize("command", ["init", "serve", "press", "doctor"])
def test_a_site_with_the_built_in_database_takes_no_other(site: Path, command: str) -> None:
    said = visavis(command, "--data", str(site), **ELSEWHERE)
    assert said.returncode == 1
    assert "has the built-in database" in said.stderr
    (site / "database").unlink()  # as an earlier version left it
    assert "has the built-in database" in visavis(command, "--data", str(site), **ELSEWHERE).stderr


@pytest.mark.parametrize("command", ["init", "serve", "press", "doctor"])
def test_a_site_with_postgresql_takes_no_other(site: Path, command: str) -> None:
    (site / "database").write_text("postgresql\n")
    (site / "visavis.sqlite3").unlink()
    said = visavis(command, "--data", str(site))
    assert said.returncode == 1
    assert "has its tables in PostgreSQL. Set DATABASE_URL as before." in said.stderr
    assert not (site / "visavis.sqlite3").exists()


@pytest.mark.parametrize("command", ["init", "serve", "press"])
def test_a_site_that_has_lived_is_not_founded_again_over_a_lost_database(
    founded: Path, site: Path, command: str
) -> None:
    (site / "charters").write_text("0" * 64 + "\n")
    (site / "visavis.sqlite3").unlink()
    answers = ["--answers", str(founded / "answers.json")] if command == "init" else []
    said = visavis(command, "--data", str(site), *answers)
    assert said.returncode == 1
    assert "Put the database back from a backup." in said.stderr

"""What somebody installs from a clean checkout: every language of the interface is in the wheel."""

import importlib.util
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import pytest

from visavis.project import catalogues
from visavis.project.commandline import COMMANDS, Rooms

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("hatch_build.py", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which nothing was compiled."""
    if not (ROOT / "hatch_build.py").exists():
        pytest.skip("the tests do not lie in a checkout")
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling, which builds the wheel, is not installed")
    for name in NEEDED:
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("*.mo", "__pycache__")
    )
    return tmp_path


def built(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wheel_from_a_clean_checkout_speaks_every_language(checkout: Path) -> None:
    made = built(checkout)
    assert made.returncode == 0, made.stderr
    (wheel,) = (checkout / "dist").glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for language in catalogues.PLURALS:
        assert f"visavis/locale/{language}/LC_MESSAGES/django.mo" in names
    assert "visavis/base/static/visavis/picture.png" in names


def test_what_the_wheel_compiles_is_what_the_program_compiles(checkout: Path) -> None:
    assert built(checkout).returncode == 0
    theirs = checkout / "src/visavis/locale"
    assert catalogues.are_compiled(locale=theirs)


def test_no_wheel_is_built_without_the_words(checkout: Path) -> None:
    shutil.rmtree(checkout / "src/visavis/locale")
    made = built(checkout)
    assert made.returncode != 0
    assert "catalogues of the interface" in made.stderr


@pytest.mark.parametrize("name", ["demo", "init", "press", "serve"])
def test_what_makes_pages_refuses_without_the_words(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(catalogues.LOCALE, tmp_path / "locale")
    catalogues.catalogue_file("hy", locale=tmp_path / "locale").with_suffix(".mo").unlink()
    monkeypatch.setattr(
        catalogues, "missing", lambda real=catalogues.missing: real(locale=tmp_path / "locale")
    )
    group = Rooms("visavis")
    context = click.Context(group)
    with pytest.raises(click.ClickException, match=r"no words in: hy\. Compile its catalogues"):
        group.resolve_command(context, [name])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_with_the_words_every_command_is_found(name: str) -> None:
    group = Rooms("visavis")
    found, _command, _rest = group.resolve_command(click.Context(group), [name])
    assert found == name

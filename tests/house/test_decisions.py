"""Every decision is in the index, and every package that is installed has its reason."""

import re
import tomllib

from source import ROOT, files

FOLDER = ROOT / "docs" / "decisions"
ROW = re.compile(r"^\| \[(\d{4})\]\(([\w-]+\.md)\) \| (.+?) \| (.+?) \|$", re.MULTILINE)
PACKAGES = re.compile(r"^\| package \|.*\n\| -.*\n((?:\|.*\n)+)", re.MULTILINE)


def decisions() -> dict[str, str]:
    """Return every decision's text, by the name of its file."""
    found = {
        file.name: file.read_text()
        for file in files()
        if file.parent == FOLDER and file.name != "README.md"
    }
    return dict(sorted(found.items()))


def test_every_decision_stands_in_the_index_in_order_with_its_title_and_state() -> None:
    told = ROW.findall((FOLDER / "README.md").read_text())
    there = []
    for name, text in decisions().items():
        title = re.match(r"# (\d{4}) (.+)\n", text)
        state = re.search(r"^- Status: (.+)$", text, re.MULTILINE)
        assert title, name
        assert state, name
        assert name.startswith(title[1])
        there.append((title[1], name, title[2], state[1]))
    assert told == there


def test_every_decision_says_when_it_was_made_what_was_asked_and_what_was_decided() -> None:
    for name, text in decisions().items():
        assert re.search(r"^- Date: \d{4}-\d{2}-\d{2}$", text, re.MULTILINE), name
        parts = re.findall(r"^## (\w+)", text, re.MULTILINE)
        assert parts[:2] == ["Context", "Decision"], name


def bare(requirement: str) -> str:
    """Return the name alone, without version and extras."""
    return re.split(r"[\[<>=~!; ]", requirement.strip(), maxsplit=1)[0].lower()


def installed() -> dict[str, set[str]]:
    """Return the packages that `pyproject.toml` asks for, by where it asks for them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = {
        "dependencies": project["project"]["dependencies"],
        "build-system": project["build-system"]["requires"],
        **project["project"]["optional-dependencies"],
        **project["dependency-groups"],
    }
    return {where: {bare(each) for each in packages} for where, packages in asked.items()}


def reasoned(text: str) -> list[str]:
    """Return the packages that a decision gives a reason for."""
    found = []
    for rows in PACKAGES.findall(text):
        for row in rows.splitlines():
            packages, *reasons = [cell.strip() for cell in row.strip("|").split("|")]
            assert all(reasons), row
            found += [bare(each) for each in packages.split(",")]
    return found


def test_every_package_that_is_installed_has_its_reason_once_and_no_other_has() -> None:
    reasons = [package for text in decisions().values() for package in reasoned(text)]
    assert sorted(reasons) == sorted(set().union(*installed().values()))

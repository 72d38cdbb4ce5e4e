"""Every promise of `docs/threat-model.md`, and of the README, names a test that is there and runs."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from source import ROOT, pages, table

PAGE = "docs/threat-model.md"
LINK = re.compile(r"\[`(test_\w+)`\]\(([^)\s]+)\)")
PARTS = re.findall(r"^### (.+)$", (ROOT / PAGE).read_text().split("## For later")[0], re.MULTILINE)


@cache
def functions_of(file: Path) -> dict[str, ast.FunctionDef]:
    return {
        each.name: each
        for each in ast.walk(ast.parse(file.read_text()))
        if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    }


def linked() -> list[tuple[str, str, str]]:
    """Return every test that some page names with a link: the page, the test, its file."""
    return [
        (place, name, target)
        for place, text in pages().items()
        for name, target in LINK.findall(text)
    ]


def test_every_test_that_a_page_names_is_in_the_file_it_links_to() -> None:
    assert len(linked()) > 80
    for place, name, target in linked():
        file = ((ROOT / place).parent / target).resolve()
        assert name in functions_of(file), f"{place}: {name} is not in {target}"


def test_no_test_that_holds_a_promise_is_switched_off() -> None:
    for place, name, target in linked():
        test = functions_of(((ROOT / place).parent / target).resolve())[name]
        marks = " ".join(map(ast.unparse, test.decorator_list))
        assert "skip" not in marks, f"{name} is skipped"
        assert "xfail" not in marks, f"{name} may fail"


@pytest.mark.parametrize("part", PARTS)
def test_every_promise_has_a_test(part: str) -> None:
    for promise, _claim, held_by in table(PAGE, part):
        assert "test_" in held_by, f"{part}: {promise}"


def test_there_are_promises_of_each_part_and_each_stands_once() -> None:
    promises = [row[0] for part in PARTS for row in table(PAGE, part)]
    assert len(PARTS) >= 6
    assert len(promises) > 40
    assert len(promises) == len(set(promises))


def test_what_is_for_later_is_promised_nowhere() -> None:
    later = {claim for _, claims in table(PAGE, "For later") for claim in _numbers(claims)}
    now = {c for part in PARTS for _, claims, _ in table(PAGE, part) for c in _numbers(claims)}
    assert later
    assert later & now <= {29, 37}, "in part now, in part later"


def _numbers(claims: str) -> set[int]:
    found = set()
    for first, last in re.findall(r"C(\d+)(?:–C(\d+))?", claims):
        found |= set(range(int(first), int(last or first) + 1))
    return found

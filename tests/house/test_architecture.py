"""`docs/architecture.md` is what the contracts and the folders are."""

import ast
import importlib.util
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from source import PACKAGE, ROOT, table

PAGE = "docs/architecture.md"


def contracts() -> list[dict[str, Any]]:
    read = tomllib.loads((ROOT / "importlinter.toml").read_text())
    found: list[dict[str, Any]] = read["tool"]["importlinter"]["contracts"]
    return found


def lines_of(contract: dict[str, Any]) -> list[set[str]]:
    return [set(re.findall(r"[a-z]+", line)) for line in contract["layers"]]


def drawn(heading: str) -> list[set[str]]:
    """Return the names on each line of a table whose first column is the line, whose second the name."""
    rows = table(PAGE, heading)
    numbers = [int(row[0]) for row in rows]
    assert numbers == sorted(numbers)
    return [{row[1] for row in rows if int(row[0]) == n} for n in sorted(set(numbers))]


def test_the_rooms_stand_on_the_lines_of_the_contract_and_in_their_folders() -> None:
    contract = next(each for each in contracts() if each.get("exhaustive"))
    assert drawn("The rooms") == lines_of(contract)
    folders = {each.name for each in PACKAGE.iterdir() if (each / "__init__.py").exists()}
    assert {row[1] for row in table(PAGE, "The rooms")} == folders


def test_every_door_is_there() -> None:
    for _, room, purpose, doors in table(PAGE, "The rooms"):
        assert purpose
        for door in re.split(r", ", doors):
            assert importlib.util.find_spec(f"visavis.{room}.{door}"), f"{room}.{door}"


def entered() -> dict[str, dict[str, set[str]]]:
    """Return, by room, each of its modules that another room imports or names, and the files that do."""
    rooms = {row[1] for row in table(PAGE, "The rooms")}
    found: dict[str, dict[str, set[str]]] = {room: {} for room in rooms}
    for file in PACKAGE.rglob("*.py"):
        place = file.relative_to(PACKAGE)
        for name in imported(file) | named(file):
            package, room, module, *_ = [*name.split("."), "", ""]
            if package == "visavis" and room in rooms - {place.parts[0]} and module:
                found[room].setdefault(module, set()).add(str(place))
    return found


def test_a_room_is_entered_by_its_doors_alone_and_every_door_leads_somewhere() -> None:
    """`project` is entered from outside, and `opinion` is a library: their doors need no room."""
    into = entered()
    for _, room, _purpose, listed in table(PAGE, "The rooms"):
        doors = set(listed.split(", "))
        for module in into[room].keys() - doors:
            pytest.fail(f"{room}.{module} is no door: {sorted(into[room][module])}")
        if room not in {"project", "opinion"}:
            assert doors == into[room].keys(), room


def test_the_files_of_a_room_stand_on_the_lines_of_the_contract() -> None:
    contract = next(each for each in contracts() if each["name"].startswith("Inside a room"))
    assert drawn("Inside a room") == lines_of(contract)


def test_every_other_contract_has_its_reason() -> None:
    text = (ROOT / PAGE).read_text()
    for contract in contracts():
        if contract["type"] == "forbidden":
            assert re.search(rf"^\| {contract['name']} \| \S", text, re.MULTILINE), contract["name"]


def imported(file: Path) -> set[str]:
    """Return every module that a file imports, and every name with the module it comes from."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def named(file: Path) -> set[str]:
    """Return the modules that a file names to Django or to the command line, as text."""
    return {
        node.value
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"visavis(\.\w+){2,}", node.value)
    }


def test_the_engine_knows_no_http() -> None:
    """A contract of import-linter cannot say so: of a package from outside it knows the name alone."""
    files = sorted((PACKAGE / "record").rglob("*.py"))
    assert files
    for file in files:
        about_http = {f"django.{name}" for name in ("http", "shortcuts", "urls", "views")}
        assert not imported(file) & about_http, file


def test_one_place_makes_a_page_of_what_is_missing() -> None:
    """Besides it only the middleware that refuses a view which says nothing, before any view is called."""
    raising = {
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        if {"django.http.Http404", "django.shortcuts.get_object_or_404"} & imported(file)
    }
    assert raising == {"project/errors.py", "people/middleware.py"}


@pytest.mark.parametrize("row", table(PAGE, "The life of one act"), ids=lambda row: row[1])
def test_every_step_of_an_act_is_there(row: list[str]) -> None:
    """Looked for in the source: importing a room of tables would need Django for a page of words."""
    parts = row[1].split(".")
    for n in range(len(parts), 0, -1):
        file = PACKAGE.joinpath(*parts[:n]).with_suffix(".py")
        if file.exists():
            names = defined(ast.parse(file.read_text()), parts[n:])
            assert names, f"{row[1]} is not in {file.relative_to(ROOT)}"
            return
    pytest.fail(f"{row[1]} is nowhere")


def defined(tree: ast.AST, names: list[str]) -> bool:
    """Whether a class or function of the first name is there, and in it one of the next."""
    if not names:
        return True
    kinds = ast.FunctionDef | ast.ClassDef
    inside = [each for each in ast.iter_child_nodes(tree) if isinstance(each, kinds)]
    return any(each.name == names[0] and defined(each, names[1:]) for each in inside)


def test_steps_are_numbered_and_every_place_named_is_there() -> None:
    steps = [int(row[0]) for row in table(PAGE, "The life of one act")]
    assert steps == list(range(1, len(steps) + 1))
    for wanted, places in table(PAGE, "Where to find what"):
        for place in re.findall(r"(?:src|tests)/[\w./]*", places):
            assert (ROOT / place).exists(), f"{wanted}: {place}"


def test_the_data_directory_is_the_one_that_the_code_names() -> None:
    code = ast.get_docstring(ast.parse((PACKAGE / "base" / "data.py").read_text())) or ""
    named = re.findall(r"^    (\S+(?:, \S+)*) {2,}", code, re.MULTILINE)
    assert [path for path, _ in table(PAGE, "On disk")] == named


def test_every_file_of_tests_has_a_name_of_its_own() -> None:
    """pytest imports them by their bare name: of two alike it runs one, and stops at the other."""
    names = Counter(file.name for file in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name, times in names.items() if times > 1] == []

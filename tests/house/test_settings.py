"""`docs/reference/settings.md` lists what can be set, with its default: all of it, and nothing else."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import click
import pytest
from source import ROOT, table, texts
from test_docs import commands

from visavis.base.data import DEFAULT
from visavis.project.environment import HOSTS

PAGE = "docs/reference/settings.md"
NOTHING = "none"
Found = dict[str, str | None]


def said(value: Any) -> str:
    """Return a default as the page writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(map(str, value)) or NOTHING
    return str(value) if value not in (None, "") else NOTHING


def read_from_environment(text: str, *, named: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Yield each variable that this source reads, with its default; None where it gives none.

    ``named`` are the constants that may stand for a default.
    """
    tree = ast.parse(text)
    prefixes = {
        target.id: _prefix(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_env(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _is_environ(node.value):
            if isinstance(node.ctx, ast.Load):
                yield ast.literal_eval(node.slice), None
        elif isinstance(node, ast.Compare) and any(map(_is_environ, node.comparators)):
            yield ast.literal_eval(node.left), None
        elif isinstance(node, ast.Call):
            yield from _called(node, prefixes=prefixes, named=named)


def _called(
    node: ast.Call, *, prefixes: dict[str, str], named: dict[str, Any]
) -> Iterator[tuple[str, str | None]]:
    for word in node.keywords:
        if word.arg == "envvar":
            yield ast.literal_eval(word.value), None
    if not isinstance(node.func, ast.Attribute) or not node.args:
        return
    owner = node.func.value
    if isinstance(owner, ast.Name) and owner.id in prefixes:
        prefix = prefixes[owner.id]
    elif _is_env(owner):
        prefix = _prefix(owner)
    elif _is_environ(owner) or (isinstance(owner, ast.Name) and node.func.attr == "getenv"):
        prefix = ""
    else:
        return
    default = node.args[1] if len(node.args) > 1 else None
    if isinstance(default, ast.Name):
        value = named[default.id]
    else:
        value = ast.literal_eval(default) if default is not None else ""
    yield prefix + ast.literal_eval(node.args[0]), said(value)


def _is_environ(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and ast.unparse(node) == "os.environ"


def _is_env(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "Env"


def _prefix(node: ast.AST) -> str:
    assert isinstance(node, ast.Call)
    return next((ast.literal_eval(w.value) for w in node.keywords if w.arg == "prefix"), "")


def all_read(*places: str) -> Found:
    found: Found = {}
    for place, text in texts(".py").items():
        if place.startswith(places):
            for name, default in read_from_environment(
                text, named={"DEFAULT": DEFAULT, "HOSTS": HOSTS}
            ):
                assert found.get(name) in (None, default) or default is None, (place, name, default)
                found[name] = found.get(name) or default
    return found


def test_every_variable_that_the_program_reads_stands_there_with_its_default() -> None:
    rows = table(PAGE, "Environment")
    assert {name: default for name, default, _ in rows} == all_read("src/")


def test_every_variable_of_make_tests_and_benchmarks_stands_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    words = {**dict(re.findall(r"^([A-Z]+) \?= (.*)$", makefile, re.MULTILINE)), "WORDS": NOTHING}
    assert "$(WORDS)" in makefile
    journeys_and_bench = all_read("tests/journeys/test_", "benchmarks/")
    read = {name: default for name, default in journeys_and_bench.items() if default}
    rows = table(PAGE, "For those who change the code")
    assert {name: default for name, default, _ in rows} == {**words, **read}


def defaults_of(command: click.Command) -> Iterator[tuple[str, str]]:
    context = click.Context(command)
    for option in command.params:
        if isinstance(option, click.Option):
            default = option.get_default(context, call=False)
            if option.required:
                yield option.opts[0], "required"
            elif option.is_flag:
                yield option.opts[0], "off"
            else:
                yield option.opts[0], said(default if isinstance(default, str | int) else None)


def test_every_option_of_every_command_stands_there_with_its_default() -> None:
    there = {
        (words.removeprefix("visavis "), name, default)
        for words, command in commands()
        for name, default in defaults_of(command)
    }
    rows = table(PAGE, "Options")
    assert {(command, name, default) for command, name, default, _ in rows} == there
    assert len(rows) == len(there)


def test_every_row_says_what_it_means() -> None:
    for part in ("Environment", "Options", "For those who change the code"):
        assert all(row[-1] for row in table(PAGE, part))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('import os\nA = os.environ["ONE"]', {"ONE": None}),
        ('import os\nA = os.environ.get("TWO")', {"TWO": "none"}),
        ('import os\nA = os.getenv("THREE", "3")', {"THREE": "3"}),
        ('env = Env(prefix="X_")\nA = env.bool("FOUR", False)', {"X_FOUR": "false"}),
        ('A = Env().list("FIVE", ["a", "b"])', {"FIVE": "a,b"}),
        ('@click.option("--data", envvar="SIX")\ndef f(): ...', {"SIX": None}),
        ('import os\nA = "SEVEN" in os.environ', {"SEVEN": None}),
        ('import os\nos.environ["EIGHT"] = "written, not read"', {}),
    ],
)
def test_no_way_of_reading_the_environment_is_overlooked(source: str, found: Found) -> None:
    assert dict(read_from_environment(source, named={})) == found

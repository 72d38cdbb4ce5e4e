"""The documentation is true: commands, links, pictures, settings and rooms in it are those of the code."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from source import FENCE, PACKAGE, ROOT, files, pages, texts

from visavis.project.commandline import COMMANDS, main

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command with the words that call it, those inside groups too."""
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        yield from _with_those_inside(f"visavis {name}", command)


def _with_those_inside(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        for name, inside in command.commands.items():
            yield from _with_those_inside(f"{words} {name}", inside)


def code_lines(text: str) -> Iterator[str]:
    """Yield each line of code of a page: in fences, indented, or between backticks."""
    for block in FENCE.findall(text):
        yield from block.splitlines()[1:-1]
    rest = FENCE.sub("", text)
    yield from (line.strip() for line in rest.splitlines() if line.startswith("    "))
    yield from CODE.findall(rest)


def test_every_command_has_help_with_an_example_and_its_exit_codes() -> None:
    for words, command in commands():
        told = command.help or ""
        assert told.strip(), words
        if isinstance(command, click.Group):
            continue
        assert re.search(r"Examples?:", told), f"{words} shows no example"
        assert words.removeprefix("visavis ") in told, f"{words} is not in its own example"
        assert "Exit codes:" in told, f"{words} does not name its exit codes"
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{words} {option.opts[0]} has no help"


def test_every_command_in_the_documentation_is_one() -> None:
    known = dict(commands())
    for place, text in pages().items():
        for line in code_lines(text):
            for part in re.split(r"\||;|&&", line.removeprefix("$ ")):
                words = _words(part)
                if words[:1] == ["visavis"] and len(words) > 1:
                    _check(words, known, place=place, line=line)


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return []
    while words and re.fullmatch(r"[A-Z_]+=.*|sudo|\.venv/bin/python|-m", words[0]):
        words = words[1:]
    if words:
        words[0] = words[0].removeprefix(".venv/bin/")
    return words


def _check(words: list[str], known: dict[str, click.Command], *, place: str, line: str) -> None:
    if words[1].startswith("-") or not re.fullmatch(r"[a-z-]+", words[1]):
        return
    called = " ".join(words[:2])
    assert called in known, f"{place}: no such command: {line}"
    rest = words[2:]
    while rest and isinstance(known[called], click.Group) and f"{called} {rest[0]}" in known:
        called, rest = f"{called} {rest[0]}", rest[1:]
    options = {each for option in known[called].params for each in option.opts} | {"--help", "-h"}
    for word in rest:
        if word.startswith("--"):
            assert word.split("=")[0] in options, f"{place}: {called} has no {word}: {line}"


def test_every_word_of_make_in_the_documentation_is_one_and_each_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text()
    known = set(re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE))
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    assert known | {"help"} == phony | {"help"}
    for place, text in pages().items():
        for line in code_lines(text):
            if words := re.match(r"\s*make ([a-z]+)\b", line):
                assert words[1] in known, f"{place}: no such word: {line}"


def test_ci_runs_the_checks_and_the_test_command_of_the_readme() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert lines[-2:] == ["make check", "make test"]
    assert "set -eu" in lines
    assert "make test" in (ROOT / "README.md").read_text()


def test_every_link_leads_somewhere() -> None:
    for place, text in pages().items():
        for target in LINK.findall(FENCE.sub("", text)):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (ROOT / place).parent / path if path else ROOT / place
            assert file.exists(), f"{place}: {target}"
            if anchor and file.suffix == ".md":
                assert anchor in anchors(file), f"{place}: {target}"


def anchors(file: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", file.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_picture_is_used() -> None:
    shown = "\n".join(pages().values())
    for file in files():
        if file.parent == ROOT / "docs" / "pictures":
            assert file.name in shown, f"{file.name} is in no page"


def test_every_page_of_the_documentation_can_be_reached_from_its_index() -> None:
    seen, left = set(), [ROOT / "README.md", ROOT / "docs" / "index.md"]
    while left:
        page = left.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        left.extend(
            (page.parent / target.partition("#")[0]).resolve()
            for target in LINK.findall(FENCE.sub("", page.read_text()))
            if not re.match(r"[a-z]+:", target)
        )
    # Decisions are read from the folder itself, in the order of their numbers.
    everything = {ROOT / place for place in pages() if re.match("docs/(?!decisions/)", place)}
    assert everything - seen == set()


def test_every_setting_in_the_documentation_is_one() -> None:
    code = "\n".join(texts(".py").values())
    for place, text in pages().items():
        for name in re.findall(r"\bVISAVIS_([A-Z_]+)\b", text):
            assert f'"{name}"' in code or f"VISAVIS_{name}" in code, f"{place}: VISAVIS_{name}"


def layers() -> list[set[str]]:
    contracts = tomllib.loads((ROOT / "importlinter.toml").read_text())["tool"]["importlinter"]
    rooms = next(each for each in contracts["contracts"] if each.get("exhaustive"))
    return [set(re.findall(r"[a-z]+", line)) for line in rooms["layers"]]


@pytest.mark.parametrize("page", ["README.md"])
def test_the_rooms_stand_in_the_documentation_as_the_contracts_have_them(page: str) -> None:
    text = (ROOT / page).read_text()
    block = next(each for each in FENCE.findall(text) if "signing" in each)
    drawn = [
        set(re.findall(r"[a-z]+", re.split(r"\s{2,}", line)[0]))
        for line in block.splitlines()[1:-1]
    ]
    assert [line for line in drawn if line] == layers()


def test_every_room_has_its_place_in_the_contracts() -> None:
    rooms = {each.name for each in PACKAGE.iterdir() if (each / "__init__.py").exists()}
    assert rooms == set().union(*layers())


def test_every_decision_has_a_number_of_its_own() -> None:
    names = [file.name for file in files() if file.parent == ROOT / "docs" / "decisions"]
    numbers = [name[:4] for name in names if name != "README.md"]
    assert all(re.fullmatch(r"\d{4}", number) for number in numbers)
    assert len(numbers) == len(set(numbers))

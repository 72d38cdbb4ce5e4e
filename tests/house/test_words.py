"""Words of the house, and words that it does not use."""

import ast
import re

import pytest
from source import texts

from visavis.project.catalogues import messages

# Split, so that this file does not hold what it looks for.
HOSTS = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "jsdelivr" + ".net",
    "unpkg" + ".com",
)
PLACES = ("/wo" + "rk/", "/op" + "t/", "/ro" + "ot/")
PARTISAN = ("opponent", "enemy", "enemies", "adversary", "foe", "hostile")
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "npgettext"}


@pytest.mark.parametrize("host", HOSTS)
def test_no_file_names_the_host_of_a_package_registry(host: str) -> None:
    assert [place for place, text in texts().items() if host in text] == []


@pytest.mark.parametrize("path", PLACES)
def test_no_file_names_a_place_on_somebodys_machine(path: str) -> None:
    found = [place for place, text in texts().items() if re.search(rf"(?<![\w.]){path}", text)]
    assert found == []


def test_the_locks_pin_every_package_by_hash() -> None:
    for place, text in texts(".lock").items():
        pins = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,-]+\])?==\S+", text, re.MULTILINE)
        assert pins, place
        for block in re.split(r"\n(?=[a-z0-9])", text.strip()):
            if "==" in block.split("\n")[0]:
                assert "--hash=sha256:" in block, f"{place}: {block.splitlines()[0]}"


@pytest.mark.parametrize("word", PARTISAN)
def test_the_interface_takes_nobodys_part(word: str) -> None:
    said = " ".join(f"{each.message.id} {each.message.plural}" for each in messages().values())
    assert not re.search(rf"\b{word}\b", said, re.IGNORECASE)


def test_no_sentence_is_put_together_before_it_is_translated() -> None:
    """An f-string or ``.format`` inside or behind `gettext` reaches no translator."""
    found = []
    for place, text in texts(".py").items():
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call):
                continue
            if _is_gettext(node) and any(not _is_plain(each) for each in node.args[:2]):
                found.append(f"{place}:{node.lineno}")
            is_formatted = isinstance(node.func, ast.Attribute) and node.func.attr == "format"
            if is_formatted and _is_gettext(node.func.value):  # type: ignore[attr-defined]  # checked above
                found.append(f"{place}:{node.lineno}")
    assert found == []


def _is_gettext(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT
    )


def _is_plain(node: ast.AST) -> bool:
    """A text in full, or a name that holds one; not a text with something put into it."""
    return not isinstance(node, ast.JoinedStr | ast.BinOp)


def test_nothing_is_left_for_later_without_saying_so() -> None:
    mark = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    found = [
        place for place, text in texts(".py", ".html", ".css", ".md").items() if mark.search(text)
    ]
    assert found == []


def test_every_room_says_what_it_is_for_and_by_which_doors() -> None:
    for place, text in texts(".py").items():
        if re.fullmatch(r"src/visavis/[a-z]+/__init__\.py", place):
            told = ast.get_docstring(ast.parse(text)) or ""
            assert len(told.split()) >= 8, place

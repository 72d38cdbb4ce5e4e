"""Nobody outside its room asks which kind a document is: they ask the kind a question."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from source import ROOT

from visavis.kinds.installed import installed
from visavis.project.kinds import KINDS
from visavis.signing.charter import LEAST
from visavis.signing.document import CHARTER, RECOVERY, RELEASE_NOTE

SOURCE = ROOT / "src" / "visavis"
LOOP_OVER_KINDS = (
    "press",
    "desk",
    "pages",
    "project",
    "people",
    "sides",
    "base",
    "safety",
    "record",
    "signing",
)
OF_THE_ENGINE = {CHARTER, RECOVERY, RELEASE_NOTE}
FLOOR = ("signing/charter.py", "LEAST")
"""What every charter must list: the one place below the rooms that names their kinds."""

MEMBERS = {("signing/document.py", "as_json"), ("signing/seats.py", "digest_of_seat")}
"""Where a member of signed JSON is called ``question`` or ``answer``. That is no kind's word."""


def modules(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    for room in rooms:
        for file in sorted((SOURCE / room).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file.relative_to(SOURCE), ast.parse(file.read_text())


def nodes_of(file: Path, tree: ast.AST) -> Iterator[ast.AST]:
    """Yield every node of a module, but for what is under an excepted name."""
    for node in ast.iter_child_nodes(tree):
        name = getattr(node, "name", None) or getattr(getattr(node, "target", None), "id", None)
        if (file.as_posix(), name) not in {FLOOR, *MEMBERS}:
            yield node
            yield from nodes_of(file, node)


def words_in(node: ast.AST) -> set[str]:
    """Return the strings of a comparison, or of a table's keys and values."""
    if not isinstance(node, ast.Compare | ast.Dict | ast.Set):
        return set()
    named = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)}
    return {each for each in named if isinstance(each, str)}


@pytest.mark.parametrize("room", LOOP_OVER_KINDS)
def test_no_room_but_its_own_compares_with_a_kinds_word(room: str) -> None:
    words = {kind.word for kind in KINDS.every} - OF_THE_ENGINE
    for file, tree in modules(room):
        for node in nodes_of(file, tree):
            assert not words & words_in(node), file


def test_each_exception_still_has_its_reason() -> None:
    words = {kind.word for kind in KINDS.every} - OF_THE_ENGINE
    trees = {file.as_posix(): tree for file, tree in modules("signing")}
    for file, name in {FLOOR, *MEMBERS}:
        named = [words_in(node) & words for node in ast.walk(trees[file])]
        left = [words_in(node) & words for node in nodes_of(Path(file), trees[file])]
        assert sum(map(len, named)) > sum(map(len, left)) == 0, name
    assert set(LEAST) <= {kind.word for kind in KINDS.every}


def test_no_word_is_compared_by_identity() -> None:
    """A word read from JSON equals another and is not the same object: `is` would be silently false."""
    for file, tree in modules("."):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Compare):
                continue
            is_identity = any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops)
            kinds = [
                each
                for each in ast.walk(node)
                if isinstance(each, ast.Attribute) and each.attr in {"word", "kind"}
            ]
            words = [each for each in node.comparators if isinstance(each, ast.Constant)]
            assert not (is_identity and kinds and any(isinstance(w.value, str) for w in words)), (
                file
            )


def test_every_kind_is_named_in_one_tuple_and_found_by_the_settings() -> None:
    assert installed() is KINDS
    assert {CHARTER, RELEASE_NOTE} <= set(KINDS.policy)

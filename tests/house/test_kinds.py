"""Nobody outside its room asks which kind a document is: they ask the kind a question."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from source import ROOT

from visavis.kinds.installed import installed
from visavis.project.kinds import KINDS
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
)
OF_THE_ENGINE = {CHARTER, RECOVERY, RELEASE_NOTE}


def modules(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    for room in rooms:
        for file in sorted((SOURCE / room).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file.relative_to(SOURCE), ast.parse(file.read_text())


@pytest.mark.parametrize("room", LOOP_OVER_KINDS)
def test_no_room_but_its_own_compares_with_a_kinds_word(room: str) -> None:
    words = {kind.word for kind in KINDS.every} - OF_THE_ENGINE
    for file, tree in modules(room):
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare | ast.Dict | ast.Set):
                named = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)}
                assert not words & {each for each in named if isinstance(each, str)}, file


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

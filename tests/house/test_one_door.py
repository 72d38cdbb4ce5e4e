"""Rooms write through one door: an act waits its turn, and one about persons leaves nothing in the log."""

import ast
import re

from source import PACKAGE

DOOR = PACKAGE / "safety" / "transactions.py"
ABOUT_PERSONS = ("people", "sides")


def imported_from_the_door(text: str) -> set[str]:
    return {
        each.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("transactions")
        for each in node.names
    }


def test_only_the_door_begins_a_transaction() -> None:
    found = {
        file
        for file in PACKAGE.rglob("*.py")
        if re.search(r"\btransaction\.atomic\b|\bset_autocommit\b|import atomic", file.read_text())
    }
    assert found == {DOOR}


def test_what_is_about_persons_goes_through_the_door_that_empties_the_log() -> None:
    """Rooms of accounts and sides know no other act: so none of theirs can stay in the log."""
    doors = {
        name
        for room in ABOUT_PERSONS
        for file in (PACKAGE / room).rglob("*.py")
        for name in imported_from_the_door(file.read_text())
    }
    assert doors == {"act_about_persons", "one_act_about_persons"}

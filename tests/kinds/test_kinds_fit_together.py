"""The tuple of all kinds checks itself when it is made: a mistake is found at the start, not by a reader."""

from dataclasses import replace
from typing import Any

import pytest

from visavis.kinds.kind import Kinds
from visavis.project.kinds import KINDS
from visavis.signing.charter import Opens

ARTICLE: Any = KINDS.called("article")
LIBRARY = next(each for each in KINDS.lists if each.name == "library")


def on(*lists: str) -> Any:
    return replace(ARTICLE, word="poem", page=replace(ARTICLE.page, lists=lists))


@pytest.mark.parametrize(
    ("kinds", "lists", "fault"),
    [
        ([ARTICLE, ARTICLE], [LIBRARY], "twice"),
        ([ARTICLE], [LIBRARY, LIBRARY], "twice"),
        ([replace(ARTICLE, word="Poem")], [LIBRARY], "no word"),
        ([ARTICLE], [LIBRARY, replace(LIBRARY, name="documents")], "no list"),
        ([on("poems")], [LIBRARY], "not there"),
        ([on()], [LIBRARY], "not there"),
        ([on("library", "library")], [LIBRARY], "a list twice"),
        ([replace(ARTICLE, opens=Opens.ANY_SIDE)], [LIBRARY], "fewer keys"),
    ],
)
def test_kinds_that_do_not_fit_are_refused(kinds: Any, lists: Any, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Kinds(kinds, lists)


def test_the_kinds_of_the_program_fit() -> None:
    assert KINDS.of is not None
    assert Kinds(KINDS.every, KINDS.lists).policy == KINDS.policy

"""A body of any shape that a kind has had is read as one of the newest, and nothing else is."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from visavis.kinds.bodies import BadBodyError, Body
from visavis.kinds.kind import Kinds
from visavis.kinds.shapes import Shapes, adding
from visavis.project.kinds import KINDS


class Letter(Body):
    """As it is in ``letter-3``: a line was added in ``letter-2``, and two in ``letter-3``."""

    text: str
    shortened: bool | None
    place: str | None
    tags: tuple[str, ...]


LETTER = Shapes(
    "letter-3",
    Letter.from_json,
    steps=(
        ("letter-1", adding(shortened=None)),
        ("letter-2", adding(place=None, tags=[])),
    ),
)
FIRST = {"text": "Water."}
SECOND = {**FIRST, "shortened": True}
THIRD = {**SECOND, "place": "Spring", "tags": ["a"]}


@dataclass
class Kept:
    """What has a shape and a body, like a document and a draft."""

    shape: str
    body: dict[str, Any] = field(default_factory=dict)


def test_the_shapes_are_named_from_the_oldest_on() -> None:
    assert LETTER.names == ("letter-1", "letter-2", "letter-3")
    assert Shapes("letter-1", Letter.from_json).names == ("letter-1",)
    assert Shapes("letter-4", Letter.from_json, steps=(("letter-3", adding()),)).names == (
        "letter-3",
        "letter-4",
    )


def test_a_body_of_each_shape_is_read_as_one_of_the_newest() -> None:
    assert LETTER.read("letter-3", THIRD) == Letter("Water.", True, "Spring", ("a",))
    assert LETTER.read("letter-2", SECOND) == Letter("Water.", True, None, ())
    assert LETTER.read("letter-1", FIRST) == Letter("Water.", None, None, ())


def test_an_old_body_is_what_the_newest_shape_says_with_what_is_unknown_left_null() -> None:
    said = {**FIRST, "shortened": None, "place": None, "tags": []}
    assert LETTER.read("letter-1", FIRST) == LETTER.read("letter-3", said)
    assert LETTER.read("letter-1", FIRST).as_json() == said


def test_a_document_and_a_draft_are_read_by_the_shape_that_they_name() -> None:
    assert LETTER.of(Kept("letter-1", FIRST)).shortened is None
    assert LETTER.of(Kept("letter-2", SECOND)).shortened is True


def test_reading_changes_nothing_of_what_was_signed() -> None:
    body = dict(FIRST)
    LETTER.read("letter-1", body)
    assert body == FIRST


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        ("letter-1", SECOND),
        ("letter-1", THIRD),
        ("letter-1", {**FIRST, "tags": []}),
        ("letter-1", {**FIRST, "shortened": None}),
        ("letter-2", THIRD),
        ("letter-2", {**SECOND, "place": None}),
    ],
)
def test_an_old_body_with_a_member_of_a_newer_shape_is_refused(
    shape: str, body: dict[str, Any]
) -> None:
    with pytest.raises(BadBodyError, match="members of a newer shape"):
        LETTER.read(shape, body)


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        ("letter-3", FIRST),
        ("letter-3", SECOND),
        ("letter-2", FIRST),
        ("letter-1", {}),
        ("letter-1", {"text": 1}),
        ("letter-1", {**FIRST, "likes": 3}),
        ("letter-3", {**THIRD, "likes": 3}),
    ],
)
def test_every_shape_is_read_strictly(shape: str, body: dict[str, Any]) -> None:
    with pytest.raises(BadBodyError):
        LETTER.read(shape, body)


@pytest.mark.parametrize("shape", ["letter-4", "letter-0", "letter-01", "letter", "text-1", ""])
def test_a_shape_that_is_not_known_is_refused_whatever_is_in_it(shape: str) -> None:
    for body in (FIRST, SECOND, THIRD):
        with pytest.raises(BadBodyError, match="not known here"):
            LETTER.read(shape, body)


@pytest.mark.parametrize(
    ("older", "newest"),
    [
        ([], "letter"),
        ([], "letter-0"),
        ([], "letter-01"),
        ([], "Letter-1"),
        (["letter-1"], "letter-3"),
        (["letter-2"], "letter-1"),
        (["letter-1"], "letter-1"),
        (["note-1"], "letter-2"),
        (["letter-1", "letter-3"], "letter-4"),
        (["letter-2", "letter-1"], "letter-3"),
        (["letter"], "letter-1"),
    ],
)
def test_names_that_are_no_row_are_refused(older: list[str], newest: str) -> None:
    with pytest.raises(ValueError, match="no row of shapes"):
        Shapes(newest, Letter.from_json, steps=tuple((name, adding()) for name in older))


def test_two_kinds_share_a_shape_only_if_one_reader_reads_it() -> None:
    article: Any = KINDS.called("article")
    assert article.shapes is KINDS.called("letter").shapes  # type: ignore[union-attr]
    other = replace(article, shapes=Shapes("text-1", Letter.from_json))
    rest = [kind for kind in KINDS.every if kind is not article]
    with pytest.raises(ValueError, match="a shape of another body"):
        Kinds([*rest, other], KINDS.lists)

"""The example on the page for editors is what the code does."""

import re
from pathlib import Path

from small_ballots import sides_only

from visavis.opinion.figures import HIDDEN
from visavis.opinion.suppression import suppress

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "shown-of-a-ballot.md"
GUESTS = (7, [[1, 1, 5], [0, 0, 7], [3, 0, 2]])


def table() -> tuple[list[int], list[list[list[int]]]]:
    """Return sizes in the head of the example, and the four triples of each statement."""
    lines = PAGE.read_text().split("## An example")[1].split("## What")[0].splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line[:1] == "|"
    ]
    sizes = [int(number) for number in re.findall(r"\d+", " ".join(cells[0]))]
    rows = [
        [
            [HIDDEN if part.strip() == "–" else int(part) for part in cell.split(",")]
            for cell in row[1:]
        ]
        for row in cells[2:]
    ]
    return sizes, rows


def test_the_example_on_the_page_is_what_is_shown() -> None:
    (hill, valley, *shown_sizes), rows = table()
    ballot = sides_only(
        (hill, [row[0] for row in rows]), (valley, [row[1] for row in rows]), GUESTS
    )
    shown = suppress(ballot)
    assert shown.sides.sizes.tolist() == [*shown_sizes, HIDDEN]
    for statement, row in enumerate(rows):
        assert shown.sides.counts[:2, statement].tolist() == row[2:]
        assert (shown.sides.counts[2, statement] == HIDDEN).all()


def test_the_tenth_vote_against_pears_changes_nothing() -> None:
    (hill, valley, *_), rows = table()
    of_hill, of_valley = [row[0] for row in rows], [row[1] for row in rows]
    first = suppress(sides_only((hill, of_hill), (valley, of_valley)))
    assert of_valley[0][0] == 9
    of_valley[0] = [10, *of_valley[0][1:]]
    second = suppress(sides_only((hill, of_hill), (valley, of_valley)), before=[first])
    assert second.sides.counts.tolist() == first.sides.counts.tolist()


def test_common_ground_waits_for_a_side_that_is_hidden() -> None:
    (hill, valley, *_), rows = table()
    sides = (hill, [row[0] for row in rows]), (valley, [row[1] for row in rows])
    assert suppress(sides_only(*sides)).common_ground.common.tolist() == [1, 0]
    assert suppress(sides_only(*sides, GUESTS)).common_ground.common.tolist() == []

"""What the picture of a map shows, in words: for who cannot see it, and for who draws it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .marks import MOST_DOTS, colour_of_group, drawn_people, shape_of_side
from .result import OpinionMap
from .votes import NO_SIDE, Floats
from .wording import Names, people

_AT_EACH_END = 2


@dataclass(frozen=True)
class End:
    """One end of an axis: which way it points, and how people there vote."""

    way: str
    lines: tuple[tuple[bool, int], ...]
    """Whether they agree, and with which statement; the largest weight first."""


def ends_of(found: OpinionMap) -> tuple[End, ...]:
    """Return the four ends of the axes: right, left, up, down; without lines where there is no such axis."""
    weights = found.positions.of_statement
    return tuple(
        End(way, tuple(_at_end(sign * weights[:, axis])))
        for way, axis, sign in (("right", 0, 1), ("left", 0, -1), ("up", 1, 1), ("down", 1, -1))
    )


def _at_end(weights: Floats) -> Iterator[tuple[bool, int]]:
    """Yield those who agree; where hardly any agreement pulls this way, what is disagreed with."""
    if not weights.any():
        return
    enough = 0.3 * np.abs(weights).max()
    order = np.argsort(-weights, kind="stable")
    agreed = [place for place in order[:_AT_EACH_END].tolist() if weights[place] >= enough]
    if agreed:
        yield from ((True, place) for place in agreed)
    else:
        yield from ((False, place) for place in order[::-1][:_AT_EACH_END].tolist())


def described(found: OpinionMap, *, texts: Mapping[Any, str]) -> tuple[str, ...]:
    """Return in sentences what the picture shows."""
    names, drawn = Names(found, texts), drawn_people(found)
    n_drawn = int(drawn.sum())
    if not n_drawn:
        return ("The picture shows nobody: there are no votes that tell people apart.",)
    said = [
        f"The picture shows {people(n_drawn)}; who stands close together votes alike."
        + (" A larger mark stands for more people." if n_drawn > MOST_DOTS else "")
    ]
    if n_drawn < len(drawn):
        said.append(f"{people(len(drawn) - n_drawn)} without a place are not in it.")
    for end in ends_of(found):
        if end.lines:
            said.append(
                f"To the {end.way}: " if end.way in {"left", "right"} else f"Further {end.way}: "
            )
            said[-1] += "; ".join(_voting(names, *line) for line in end.lines) + "."
    first, second = (round(100 * float(share)) for share in found.positions.explained)
    said.append(
        f"Left to right is {first} % of all in which people differ, up and down {second} %."
    )
    said.append(
        "Shapes: "
        + ", ".join(f"{shape} {name} ({size:,})" for shape, name, size in sides_shown(names))
        + "."
    )
    groups = [
        f"{colour_of_group(place)[0]} group {place} ({size:,}, {_whereabouts(found, place)})"
        for place, size in enumerate(found.groups.sizes.tolist())
    ]
    if groups:
        said.append(f"Colours: {', '.join(groups)}.")
    return tuple(said)


def _voting(names: Names, agrees: bool, statement: int) -> str:  # noqa: FBT001 - as in `End`
    words = names.text_of(statement)
    quoted = f" “{words}”" if words else ""
    return f"{'agrees' if agrees else 'disagrees'} with {names.id_of(statement)}{quoted}"


def sides_shown(names: Names) -> Iterator[tuple[str, str, int]]:
    """Yield shape, name and size of each side, and of those without one."""
    sides = names.found.sides
    if names.has_no_sides:
        yield shape_of_side(0)[0], "everybody", len(names.found.participants)
        return
    for place, size in enumerate(sides.sizes.tolist()):
        shape, filled = shape_of_side(place)
        yield shape if filled else f"hollow {shape}", names.side(place), size
    without = int((sides.of_participant == NO_SIDE).sum())
    if without:
        yield shape_of_side(NO_SIDE)[0], "no side", without


def _whereabouts(found: OpinionMap, group: int) -> str:
    places = found.positions.of_participant
    everybody = places[drawn_people(found)]
    members = places[found.groups.of_participant == group]
    if not len(members):
        return "nobody"
    spread = everybody.std(axis=0)
    x, y = np.where(
        spread > 0, (members.mean(axis=0) - everybody.mean(axis=0)) / np.maximum(spread, 1e-12), 0
    )
    across = "left" if x < -0.5 else "right" if x > 0.5 else ""
    along = "below" if y < -0.5 else "above" if y > 0.5 else ""
    return " ".join(part for part in (along, across) if part) or "in the middle"

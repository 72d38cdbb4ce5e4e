"""Marks of a picture: one for each person, or for those of one side and group who stand close together.

A shape is a side, a colour a group. The colours are those of Okabe and Ito (Color Universal Design, 2008),
which people see apart with any kind of colour vision; shape and number say the same without colour.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import ImageDraw

from .result import NOT_GROUPED, Indices, OpinionMap
from .votes import NO_SIDE, Floats

Colour = tuple[int, int, int]

COLOURS: tuple[tuple[str, Colour], ...] = (
    ("orange", (230, 159, 0)),
    ("sky blue", (86, 180, 233)),
    ("green", (0, 158, 115)),
    ("vermilion", (213, 94, 0)),
    ("purple", (204, 121, 167)),
    ("blue", (0, 114, 178)),
    ("yellow", (240, 228, 66)),
)
"""Colours of the groups; from the eighth on the same again, paler."""
GREY: tuple[str, Colour] = ("grey", (140, 140, 140))

SHAPES = (
    "circle",
    "square",
    "triangle",
    "diamond",
    "pentagon",
    "upside-down triangle",
    "hexagon",
    "star",
)
"""Shapes of the sides; from the ninth on they are hollow."""
CROSS = "cross"
MOST_DOTS = 4000
"""People who still have a mark each; beyond them one mark stands for those of a small square."""

_CORNERS = {  # corners, first corner's angle in degrees, radius that makes the areas alike
    "square": (4, 45.0, 1.2),
    "triangle": (3, -90.0, 1.38),
    "diamond": (4, 0.0, 1.28),
    "pentagon": (5, -90.0, 1.14),
    "upside-down triangle": (3, 90.0, 1.38),
    "hexagon": (6, 0.0, 1.1),
}


def colour_of_group(group: int) -> tuple[str, Colour]:
    """Return the name of a group's colour, and the colour."""
    if group == NOT_GROUPED:
        return GREY
    name, (red, green, blue) = COLOURS[group % len(COLOURS)]
    if group < len(COLOURS):
        return name, (red, green, blue)
    return f"pale {name}", ((red + 255) // 2, (green + 255) // 2, (blue + 255) // 2)


def shape_of_side(side: int) -> tuple[str, bool]:
    """Return the shape of a side and whether it is filled."""
    if side == NO_SIDE:
        return CROSS, True
    return SHAPES[side % len(SHAPES)], side < len(SHAPES)


@dataclass(frozen=True, eq=False)
class Marks:
    """Where marks stand, as arrays of one entry each, in the order in which they are drawn.

    Attributes
    ----------
    place : float array of shape (n_marks, 2)
        In the plane of `Positions`; of several people the mean.
    n_people : int64 array
    side, group : int64 arrays
        −1 for none.
    """

    place: Floats
    n_people: Indices
    side: Indices
    group: Indices


def drawn_people(found: OpinionMap) -> npt.NDArray[np.bool_]:
    """Return who has a place in the plane: everybody but those who stand at its middle without a group."""
    places = found.positions.of_participant
    return np.asarray((places != 0).any(axis=1) | (found.groups.of_participant != NOT_GROUPED))


def marks_of(found: OpinionMap, *, low: Floats, high: Floats, cell: float) -> Marks:
    """Return everybody's marks between the corners ``low`` and ``high``; who is beyond stands at the edge.

    Linear in people but for one sort; ``cell`` is the side of the squares in which people are put together.
    """
    drawn = drawn_people(found)
    place = np.clip(found.positions.of_participant[drawn], low, high)
    side = _sides(found)[drawn]
    group = found.groups.of_participant[drawn]
    if len(place) <= MOST_DOTS:
        behind = np.argsort(group != NOT_GROUPED, kind="stable")
        return Marks(place[behind], np.ones(len(place), np.int64), side[behind], group[behind])
    n_cells = np.floor((high - low) / cell).astype(np.int64) + 1
    square = np.minimum(((place - low) / cell).astype(np.int64), n_cells - 1)
    key = square[:, 0] * n_cells[1] + square[:, 1]
    key = (key * (len(found.sides.names) + 1) + side + 1) * (found.groups.n_groups + 1) + group + 1
    _, first, which, n_people = np.unique(
        key, return_index=True, return_inverse=True, return_counts=True
    )
    mean = np.stack([np.bincount(which, place[:, axis]) / n_people for axis in range(2)], axis=1)
    order = np.lexsort((-n_people, group[first] != NOT_GROUPED))
    return Marks(mean[order], n_people[order], side[first][order], group[first][order])


def _sides(found: OpinionMap) -> Indices:
    """Return everybody's side; where there are none at all, everybody's is the first."""
    if len(found.sides.names) <= 1 and not found.sides.declared:
        return np.zeros(len(found.participants), np.int64)
    return found.sides.of_participant.astype(np.int64)


def draw_mark(
    draw: ImageDraw.ImageDraw,
    centre: tuple[float, float],
    radius: float,
    *,
    side: int,
    colour: Colour,
    edge: Colour,
    page: Colour,
    line: float,
) -> None:
    """Draw one mark of ``radius`` with an edge ``line`` pixels wide; ``page`` shows through a hollow one."""
    shape, filled = shape_of_side(side)
    outer, inner = (edge, colour) if filled else (colour, page)
    if shape == CROSS:
        arm, thick = 0.65 * radius, max(round(line), round(0.3 * radius))
        x, y = centre
        draw.line((x - arm, y - arm, x + arm, y + arm), fill=colour, width=thick)
        draw.line((x - arm, y + arm, x + arm, y - arm), fill=colour, width=thick)
        return
    # An edge is the shape drawn twice: Pillow's own wide edge of a polygon costs a whole picture each.
    within = radius - line * (1.0 if filled else 1.5)
    for size, fill in ((radius, outer), (within, inner)):
        if size <= 0:
            continue
        if shape == "circle":
            x, y = centre
            draw.ellipse((x - size, y - size, x + size, y + size), fill=fill)
        else:
            draw.polygon(_outline(shape, *_balanced(shape, centre, radius), size), fill=fill)


def _balanced(shape: str, centre: tuple[float, float], radius: float) -> tuple[float, float]:
    """Return where a triangle's middle belongs so that it looks centred."""
    x, y = centre
    return x, y + {"triangle": 0.2, "upside-down triangle": -0.2}.get(shape, 0.0) * radius


def _outline(shape: str, x: float, y: float, radius: float) -> list[tuple[float, float]]:
    if shape == "star":
        turns = [
            (math.radians(36 * step - 90), 1.5 if step % 2 == 0 else 0.68) for step in range(10)
        ]
    else:
        corners, first, stretch = _CORNERS[shape]
        turns = [(math.radians(first + 360 * step / corners), stretch) for step in range(corners)]
    return [
        (x + stretch * radius * math.cos(turn), y + stretch * radius * math.sin(turn))
        for turn, stretch in turns
    ]

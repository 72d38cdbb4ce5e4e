"""A map as a picture (PNG) and in words: everybody in a plane, near whom they vote like.

The words come first: `describing` says what the picture shows, and the picture carries the same words for
who cannot see it. Sides are shapes, groups are colours with a number at their middle. It shows everybody,
however small the group: it is for the machine of whoever computed it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from .describing import End, described, ends_of
from .legend import rows_of
from .lettering import Pen, can_write, lines_of, width_of
from .marks import Colour, Marks, colour_of_group, draw_mark, drawn_people, marks_of
from .result import OpinionMap
from .votes import Floats
from .wording import Names, counted, people

WIDTH, HEIGHT = 1600, 1200
FINER = 2
"""Marks are drawn this much larger and then made smaller, which smooths their edges."""
_PLOT = (40, 204, 1180, 970)
_LEGEND = 1220
_CELL = 13.0


@dataclass(frozen=True)
class Look:
    """Colours of everything that is no mark."""

    page: Colour
    plane: Colour
    words: Colour
    quiet: Colour
    lines: Colour
    edge_towards: Colour
    """The edge of a mark is its colour half way to this."""


LIGHT = Look(
    (255, 255, 255), (247, 247, 245), (24, 26, 28), (88, 93, 99), (214, 216, 218), (0, 0, 0)
)
DARK = Look(
    (18, 21, 24), (27, 31, 36), (236, 238, 240), (165, 172, 180), (62, 69, 77), (12, 14, 16)
)


def write_picture(
    found: OpinionMap, file: BinaryIO, *, texts: Mapping[Any, str], title: str, dark: bool = False
) -> None:
    """Write the picture as PNG, the words of `described` in it; the same map gives the same bytes."""
    about = PngInfo()
    about.add_itxt("Title", title)
    about.add_itxt("Description", "\n".join(described(found, texts=texts)))
    picture_of(found, texts=texts, title=title, dark=dark).save(file, "PNG", pnginfo=about)


def picture_of(
    found: OpinionMap, *, texts: Mapping[Any, str], title: str, dark: bool = False
) -> Image.Image:
    """Return the picture, `WIDTH` by `HEIGHT` pixels."""
    names, look = Names(found, texts), DARK if dark else LIGHT
    plane = _Plane.of(found)
    picture = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), look.page)
    draw = ImageDraw.Draw(picture)
    _draw_plane(draw, plane, look)
    marks = marks_of(found, low=plane.low, high=plane.high, cell=_CELL / plane.scale)
    _draw_marks(draw, marks, plane, look)
    _draw_keys(draw, names, look)
    middles = _middles(found, plane)
    for group, middle in middles.items():
        _draw_badge(draw, middle, group, look)
    picture = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    pen = Pen.on(picture)
    for group, (x, y) in middles.items():
        pen.write((x, y + 8), str(group), size=22, colour=look.words, anchor="m")
    _write_title(pen, names, title, look)
    _write_ends(pen, names, look)
    _write_keys(pen, names, marks, look)
    return picture


@dataclass(frozen=True, eq=False)
class _Plane:
    """The part of the plane that is shown, and where in the picture."""

    low: Floats
    high: Floats
    scale: float
    """Pixels for one unit, the same along both axes, so that distances can be compared."""

    @classmethod
    def of(cls, found: OpinionMap) -> "_Plane":
        places = found.positions.of_participant[drawn_people(found)]
        if not len(places):
            places = np.zeros((1, 2))
        # A few who voted hardly at all can stand far away from everybody: they are shown at the edge.
        inner = np.quantile(places, [0.005, 0.995], axis=0)
        reach = inner[1] - inner[0]
        low = np.maximum(places.min(axis=0), inner[0] - 0.15 * reach)
        high = np.minimum(places.max(axis=0), inner[1] + 0.15 * reach)
        size = np.array([_PLOT[2] - _PLOT[0], _PLOT[3] - _PLOT[1]], float) - 2 * 28
        extent = np.maximum(high - low, 1e-9)
        scale = float((size / extent).min()) if (high > low).any() else 1.0
        middle = (low + high) / 2
        half = size / scale / 2
        return cls(np.minimum(low, middle - half), np.maximum(high, middle + half), scale)

    def at(self, place: Floats) -> Floats:
        """Return pixels of places, shape (…, 2); up is up."""
        middle = (self.low + self.high) / 2
        centre = np.array([(_PLOT[0] + _PLOT[2]) / 2, (_PLOT[1] + _PLOT[3]) / 2])
        return np.asarray(centre + (place - middle) * self.scale * np.array([1.0, -1.0]))


def _draw_plane(draw: ImageDraw.ImageDraw, plane: _Plane, look: Look) -> None:
    left, top, right, bottom = (each * FINER for each in _PLOT)
    draw.rectangle((left, top, right, bottom), fill=look.plane, outline=look.lines, width=FINER)
    x, y = plane.at(np.zeros(2)) * FINER
    if left < x < right:
        draw.line((x, top, x, bottom), fill=look.lines, width=FINER)
    if top < y < bottom:
        draw.line((left, y, right, y), fill=look.lines, width=FINER)


def _draw_marks(draw: ImageDraw.ImageDraw, marks: Marks, plane: _Plane, look: Look) -> None:
    radius = _radius(marks)
    pixels = plane.at(marks.place) * FINER
    for place in range(len(marks.n_people)):
        _, colour = colour_of_group(int(marks.group[place]))
        draw_mark(
            draw,
            (float(pixels[place, 0]), float(pixels[place, 1])),
            float(radius[place]) * FINER,
            side=int(marks.side[place]),
            colour=colour,
            edge=between(colour, look.edge_towards),
            page=look.plane,
            line=FINER,
        )


def _radius(marks: Marks) -> Floats:
    """Return the radius of each mark in pixels: its area grows with the people it stands for."""
    n_marks, n_people = len(marks.n_people), marks.n_people
    if not n_marks or n_people.max() == 1:
        return np.full(n_marks, float(np.clip(11 - 2 * np.log10(max(n_marks, 1)), 4.2, 9)))
    many = max(float(np.quantile(n_people, 0.99)), 2.0)
    return np.asarray(2.2 + (0.62 * _CELL - 2.2) * np.sqrt(np.minimum(n_people / many, 1.0)))


def between(one: Colour, other: Colour) -> Colour:
    """Return the colour half way from one to the other."""
    return tuple((a + b) // 2 for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


def _middles(found: OpinionMap, plane: _Plane) -> dict[int, tuple[float, float]]:
    """Return where the number of each group stands: at its members' middle, not on another number."""
    middles: dict[int, tuple[float, float]] = {}
    for group in range(found.groups.n_groups):
        members = found.positions.of_participant[found.groups.of_participant == group]
        if not len(members):
            continue
        x, y = plane.at(np.clip(np.median(members, axis=0), plane.low, plane.high)).tolist()
        while any(abs(x - a) < 40 and abs(y - b) < 40 for a, b in middles.values()):
            y += 10
        middles[group] = x, y
    return middles


def _draw_badge(
    draw: ImageDraw.ImageDraw, middle: tuple[float, float], group: int, look: Look
) -> None:
    x, y = middle[0] * FINER, middle[1] * FINER
    radius, colour = 19 * FINER, colour_of_group(group)[1]
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=look.page)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=4 * FINER)


def _write_title(pen: Pen, names: Names, title: str, look: Look) -> None:
    found = names.found
    heading = title if can_write(title, 34) else ""
    words = f"Opinion map: {heading}" if heading else "Opinion map"
    (line,) = lines_of(words, 34, width=WIDTH - 80, most=1)
    pen.write((40, 68), line, size=34, colour=look.words)
    facts = (
        f"{people(len(found.participants))}, "
        f"{counted(len(found.statements), 'statement', 'statements')}, "
        f"{counted(found.n_votes, 'vote', 'votes')}. Who stands close together votes alike."
    )
    pen.write((40, 104), facts, size=20, colour=look.quiet)
    pen.write(
        (40, HEIGHT - 24),
        f"Visavis {found.version}, votes {found.digest[:16]}. Not for publishing: it shows single people.",
        size=15,
        colour=look.quiet,
    )


def _write_ends(pen: Pen, names: Names, look: Look) -> None:
    left, top, right, bottom = _PLOT
    places = {"up": (left, top - 40), "down": (left, bottom + 28)}
    width = right - left
    for end in ends_of(names.found):
        if end.way in places:
            x, y = places[end.way]
            _write_end(pen, names, end, look, (x, y), width=width, lines_each=1)
    half = width / 2 - 16
    for end in ends_of(names.found):
        if end.way == "left":
            _write_end(pen, names, end, look, (left, bottom + 96), width=half, lines_each=2)
        elif end.way == "right":
            _write_end(pen, names, end, look, (right, bottom + 96), width=half, lines_each=2)


def _write_end(
    pen: Pen,
    names: Names,
    end: End,
    look: Look,
    place: tuple[float, float],
    *,
    width: float,
    lines_each: int,
) -> None:
    x, y = place
    to_the_right = end.way == "right"
    anchor = "r" if to_the_right else "l"
    inset = -28 if to_the_right else 28
    for number, (agrees, statement) in enumerate(end.lines):
        if number == 0:
            _arrow(pen.draw, (x - 10 if to_the_right else x + 10, y - 6), end.way, look)
        said = _short(names, agrees, statement)
        for line in lines_of(said, 18, width=width - 30, most=lines_each):
            pen.write((x + inset, y), line, size=18, colour=look.words, anchor=anchor)
            y += 24


def _short(names: Names, agrees: bool, statement: int) -> str:  # noqa: FBT001 - as in `End`
    words, number = names.text_of(statement), names.id_of(statement)
    does = "Agrees" if agrees else "Disagrees"
    if words and can_write(words, 18):
        return f"{does} with {number}: {words}"
    return (
        f"{does} with statement {number}" if can_write(number, 18) else f"{does} with a statement"
    )


def _arrow(draw: ImageDraw.ImageDraw, middle: tuple[float, float], way: str, look: Look) -> None:
    x, y = middle
    dx, dy = {"right": (1, 0), "left": (-1, 0), "up": (0, -1), "down": (0, 1)}[way]
    draw.polygon(
        [(x + 8 * dx, y + 8 * dy), (x - 6 * dx + 7 * dy, y - 6 * dy + 7 * dx),
         (x - 6 * dx - 7 * dy, y - 6 * dy - 7 * dx)],
        fill=look.words,
    )  # fmt: skip


def _draw_keys(draw: ImageDraw.ImageDraw, names: Names, look: Look) -> None:
    for row in rows_of(names, top=_PLOT[1] + 14, bottom=HEIGHT - 90):
        if row.is_heading:
            continue
        colour = look.quiet if row.group is None else colour_of_group(row.group)[1]
        draw_mark(
            draw,
            ((_LEGEND + 12) * FINER, (row.y - 7) * FINER),
            9.0 * FINER,
            side=0 if row.side is None else row.side,
            colour=colour,
            edge=between(colour, look.edge_towards),
            page=look.page,
            line=FINER,
        )


def _write_keys(pen: Pen, names: Names, marks: Marks, look: Look) -> None:
    y, right = float(_PLOT[1]), WIDTH - 40
    for row in rows_of(names, top=_PLOT[1] + 14, bottom=HEIGHT - 90):
        y, x = row.y, _LEGEND if row.is_heading else _LEGEND + 34
        size = 17 if row.is_heading else 20
        pen.write((right, y), row.size, size=size, colour=look.quiet, anchor="r")
        words = row.name if can_write(row.name, 20) else f"side {(row.side or 0) + 1}"
        room = right - x - width_of(row.size, size) - 16
        (line,) = lines_of(words, 20, width=room, most=1)
        pen.write((x, y), line, size=20, colour=look.words)
    y += 46
    for line in _notes(names.found, marks):
        pen.write((_LEGEND, y), line, size=17, colour=look.quiet)
        y += 24


def _notes(found: OpinionMap, marks: Marks) -> Iterator[str]:
    if len(marks.n_people) and marks.n_people.max() > 1:
        yield "A larger mark stands for more people,"
        yield f"the largest for {int(marks.n_people.max()):,}."
    n_left_out = int((~drawn_people(found)).sum())
    if n_left_out:
        yield f"Not in the picture: {n_left_out:,} without a place."
    first, second = (round(100 * float(share)) for share in found.positions.explained)
    yield f"Left to right: {first} % of all in which"
    yield f"people differ; up and down: {second} %."

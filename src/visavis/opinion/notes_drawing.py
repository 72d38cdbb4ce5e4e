"""Notes as a picture (PNG) and in words: how far each depends on a point of view, and how helpful it is.

To the right stands the factor, upwards the intercept, so what is helpful from every point of view stands in
the middle above. Status is a shape and a colour; lines are the thresholds of `note_status`.
"""

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from .community_notes import (
    HELPFUL_INTERCEPT,
    MOST_POLARISED,
    NOT_HELPFUL_BY_FACTOR,
    NOT_HELPFUL_INTERCEPT,
    NotesMap,
    NoteStatus,
)
from .drawing import DARK, FINER, HEIGHT, LIGHT, WIDTH, Look, between
from .lettering import Pen, can_write, lines_of
from .marks import COLOURS, GREY, MOST_DOTS, SHAPES, Colour, draw_mark
from .result import Indices
from .votes import Floats
from .wording import counted, people

_PLOT = (110, 150, 1180, 1090)
_LEGEND = 1220
_CELL = 8.0
_MARKS = {
    NoteStatus.NEEDS_MORE_RATINGS: (GREY, SHAPES.index("circle")),
    NoteStatus.NOT_HELPFUL: (COLOURS[3], SHAPES.index("square")),
    NoteStatus.HELPFUL: (COLOURS[5], SHAPES.index("triangle")),
}
"""Colour and shape of each status, in the order in which they are drawn."""


def described_notes(found: NotesMap) -> tuple[str, ...]:
    """Return in sentences what the picture shows."""
    places, _ = _places(found)
    if not len(places):
        return ("The picture shows no note: nobody has rated any.",)
    (left, low), (right, high) = places.min(axis=0), places.max(axis=0)
    said = [
        f"The picture shows {counted(len(places), 'note', 'notes')}.",
        "To the right is the factor, how far a note depends on a point of view;",
        "upwards the intercept, how helpful every point of view finds it.",
        f"Factors are from {_plain(left)} to {_plain(right)},",
        f"intercepts from {_plain(low)} to {_plain(high)}.",
    ]
    missing = len(found.notes) - len(places)
    if missing:
        said.append(f"{counted(missing, 'note', 'notes')} without a rating: not in it.")
    kinds = (
        f"{SHAPES[shape]} in {colour} {status.value.replace('-', ' ')} ({number:,})"
        for status, (colour, _), shape, number in _kinds(found)
    )
    said.append(f"Marks: {', '.join(kinds)}.")
    return (" ".join(said),)


def write_notes_picture(found: NotesMap, file: BinaryIO, *, title: str, dark: bool = False) -> None:
    """Write the picture as PNG, the words of `described_notes` in it; the same map gives the same bytes."""
    about = PngInfo()
    about.add_itxt("Title", title)
    about.add_itxt("Description", "\n".join(described_notes(found)))
    look = DARK if dark else LIGHT
    picture = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER), look.page)
    draw, plane = ImageDraw.Draw(picture), _Plane(*_places(found)[0].T)
    _draw_plane(draw, plane, look)
    _draw_marks(draw, found, plane, look)
    _draw_keys(draw, look)
    picture = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    _write_words(Pen.on(picture), found, plane, look, title)
    picture.save(file, "PNG", pnginfo=about)


def _places(found: NotesMap) -> tuple[Floats, Indices]:
    """Return factor and intercept of the notes that somebody rated, and which they are."""
    rated = np.flatnonzero(~np.isnan(found.note_intercepts))
    return np.stack([found.note_factors[rated], found.note_intercepts[rated]], axis=1), rated


def _kinds(found: NotesMap) -> Iterator[tuple[NoteStatus, tuple[str, Colour], int, int]]:
    for status, (colour, shape) in reversed(_MARKS.items()):
        yield status, colour, shape, sum(each is status for each in found.status)


def _plain(number: float) -> str:
    return f"{number:.2f}".replace("-", "−")


class _Plane:
    """The part of the plane that is shown: all notes and the thresholds, with some air."""

    def __init__(self, factors: Floats, intercepts: Floats) -> None:
        across = float(np.abs(factors).max(initial=0.75))
        low, high = intercepts.min(initial=-0.35), intercepts.max(initial=0.55)
        self.low, self.high = 1.08 * np.array([-across, low]), 1.08 * np.array([across, high])

    def at(self, places: npt.ArrayLike) -> Floats:
        """Return pixels of (factor, intercept), shape (…, 2); up is up."""
        left, top, right, bottom = _PLOT
        share = (np.asarray(places) - self.low) / (self.high - self.low)
        return np.asarray(np.array([left, bottom]) + share * np.array([right - left, top - bottom]))


def _draw_plane(draw: ImageDraw.ImageDraw, plane: _Plane, look: Look) -> None:
    left, top, right, bottom = (each * FINER for each in _PLOT)
    draw.rectangle((left, top, right, bottom), fill=look.plane, outline=look.lines, width=FINER)
    (far, high), (_, low) = plane.high, plane.low
    thinner = NOT_HELPFUL_INTERCEPT - NOT_HELPFUL_BY_FACTOR * np.minimum(
        far, (-low + NOT_HELPFUL_INTERCEPT) / NOT_HELPFUL_BY_FACTOR
    )
    reach = (NOT_HELPFUL_INTERCEPT - thinner) / NOT_HELPFUL_BY_FACTOR
    for line, colour in (
        ([(-far, 0.0), (far, 0.0)], look.lines),
        ([(0.0, low), (0.0, high)], look.lines),
        ([(-MOST_POLARISED, high), (-MOST_POLARISED, HELPFUL_INTERCEPT),
          (MOST_POLARISED, HELPFUL_INTERCEPT), (MOST_POLARISED, high)], look.quiet),
        ([(-reach, thinner), (0.0, NOT_HELPFUL_INTERCEPT), (reach, thinner)], look.quiet),
    ):  # fmt: skip
        points = [(float(x), float(y)) for x, y in plane.at(line) * FINER]
        draw.line(points, fill=colour, width=FINER)


def _draw_marks(draw: ImageDraw.ImageDraw, found: NotesMap, plane: _Plane, look: Look) -> None:
    places, rated = _places(found)
    pixels = plane.at(places)
    radius = float(np.clip(11 - 2 * np.log10(max(len(rated), 1)), 4.2, 9))
    for status, (colour, shape) in _MARKS.items():
        mine = pixels[[found.status[note] is status for note in rated.tolist()]]
        if len(rated) > MOST_DOTS:  # of notes that stand in one place one mark is enough
            mine = np.unique(np.round(mine / _CELL), axis=0) * _CELL
        for x, y in (mine * FINER).tolist():
            _mark(draw, (x, y), radius, (colour[1], shape), look)


def _draw_keys(draw: ImageDraw.ImageDraw, look: Look) -> None:
    for row, (colour, shape) in enumerate(reversed(_MARKS.values())):
        x, y = (_LEGEND + 12) * FINER, (_PLOT[1] + 45 + 34 * row) * FINER
        _mark(draw, (x, y), 9.0, (colour[1], shape), look)


def _mark(
    draw: ImageDraw.ImageDraw,
    centre: tuple[float, float],
    radius: float,
    kind: tuple[Colour, int],
    look: Look,
) -> None:
    colour, shape = kind
    draw_mark(
        draw, centre, radius * FINER, side=shape, colour=colour,
        edge=between(colour, look.edge_towards), page=look.plane, line=FINER,
    )  # fmt: skip


def _write_words(pen: Pen, found: NotesMap, plane: _Plane, look: Look, title: str) -> None:
    left, top, right, bottom = _PLOT
    words = f"Notes: {title}" if can_write(title, 34) else "Notes"
    (line,) = lines_of(words, 34, width=WIDTH - 80, most=1)
    pen.write((40, 68), line, size=34, colour=look.words)
    facts = (
        f"{people(len(found.participants))}, {counted(len(found.notes), 'note', 'notes')}, "
        f"{counted(int(found.n_ratings.sum()), 'rating', 'ratings')}, explained as Community Notes does."
    )
    pen.write((40, 104), facts, size=20, colour=look.quiet)
    pen.write((left, top - 12), "Intercept: helpful from every point of view",
              size=18, colour=look.words)  # fmt: skip
    pen.write((right, bottom + 56), "Factor: depends on a point of view",
              size=18, colour=look.words, anchor="r")  # fmt: skip
    for factor in (-MOST_POLARISED, 0.0, MOST_POLARISED):
        x, _ = plane.at((factor, 0.0))
        pen.write((float(x), bottom + 28), _plain(factor), size=18, colour=look.quiet, anchor="m")
    for intercept in (NOT_HELPFUL_INTERCEPT, 0.0, HELPFUL_INTERCEPT):
        _, y = plane.at((0.0, intercept))
        pen.write((left - 12, float(y) + 6), _plain(intercept),
                  size=18, colour=look.quiet, anchor="r")  # fmt: skip
    pen.write((_LEGEND, top + 14), "Status", size=20, colour=look.words)
    for row, (status, _, _, number) in enumerate(_kinds(found)):
        y = top + 52 + 34 * row
        pen.write((_LEGEND + 34, y), status.value.replace("-", " "), size=20, colour=look.words)
        pen.write((WIDTH - 40, y), f"{number:,}", size=20, colour=look.quiet, anchor="r")
    notes = (
        "Above the upper line a note is helpful,", "if raters of both signs of factor",
        "find it so; below the lower one it is", "not helpful. Five ratings are needed.",
    )  # fmt: skip
    for row, line in enumerate(notes):
        pen.write((_LEGEND, top + 190 + 24 * row), line, size=17, colour=look.quiet)
    pen.write(
        (40, HEIGHT - 24), f"Visavis {found.version}, ratings {found.digest[:16]}.",
        size=15, colour=look.quiet,
    )  # fmt: skip

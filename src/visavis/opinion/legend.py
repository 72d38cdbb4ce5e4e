"""The legend of a picture: what each shape and each colour stands for, and for how many."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .describing import sides_shown
from .result import NOT_GROUPED
from .votes import NO_SIDE
from .wording import Names, percent

_ROW, _BETWEEN = 34.0, 1.8
"""Pixels from row to row where there is room; rows between the two parts."""


@dataclass(frozen=True)
class Row:
    """One line: a side's shape or a group's colour, its name and size; a heading has neither mark."""

    name: str
    size: str
    side: int | None = None
    group: int | None = None
    y: float = 0.0

    @property
    def is_heading(self) -> bool:
        return self.side is None and self.group is None


def rows_of(names: Names, *, top: float, bottom: float) -> Iterator[Row]:
    """Yield the rows with their heights in pixels, closer together where there are many."""
    parts = tuple(_of_sides(names)), tuple(_of_groups(names))
    n_steps = sum(len(part) for part in parts) - 2 + _BETWEEN
    step = min(_ROW, (bottom - top) / n_steps)
    y = top
    for part in parts:
        for row in part:
            yield replace(row, y=y)
            y += step
        y += (_BETWEEN - 1) * step


def _of_sides(names: Names) -> Iterator[Row]:
    sides = names.found.sides
    found = "" if sides.declared or names.has_no_sides else "found in the votes"
    yield Row("Shape: side", found)
    places = [0] if names.has_no_sides else [*range(len(sides.names))]
    if not names.has_no_sides and (sides.of_participant == NO_SIDE).any():
        places.append(NO_SIDE)
    for place, (_, name, size) in zip(places, sides_shown(names), strict=True):
        yield Row(name, f"{size:,}", side=place)


def _of_groups(names: Names) -> Iterator[Row]:
    groups = names.found.groups
    yield Row("Colour: group", "")
    placed = int(groups.sizes.sum())
    for group, size in enumerate(groups.sizes.tolist()):
        yield Row(f"group {group}", f"{size:,}, {percent(size, placed)}", group=group)
    left_out = int((groups.of_participant == NOT_GROUPED).sum())
    if left_out:
        yield Row("not grouped", f"{left_out:,}", group=NOT_GROUPED)

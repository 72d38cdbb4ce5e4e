"""A reader with a linear program: from all that was shown, between what and what must a count lie?"""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

from visavis.opinion.figures import HIDDEN
from visavis.opinion.suppression import Shown
from visavis.opinion.votes import KINDS

Cell = tuple[object, ...]
Bounds = tuple[int, int]


@dataclass
class Attacker:
    """What is known: bounds of unknown counts, and sums that hold among them."""

    bounds: dict[Cell, tuple[float, float | None]] = field(default_factory=dict)
    sums: list[tuple[list[Cell], list[Cell]]] = field(default_factory=list)

    def knows(self, cell: Cell, low: float, high: float | None) -> None:
        self.bounds[cell] = (low, high)

    def knows_equal(self, left: list[Cell], right: list[Cell]) -> None:
        self.sums.append((left, right))

    def interval(self, cell: Cell) -> Bounds:
        """Return the least and the most that a count can be, whole numbers."""
        place = {each: number for number, each in enumerate(self.bounds)}
        equations = np.zeros((len(self.sums), len(place)))
        for row, (left, right) in enumerate(self.sums):
            for sign, part in ((1.0, left), (-1.0, right)):
                for each in part:
                    equations[row, place[each]] += sign
        found = []
        for direction in (1.0, -1.0):
            aim = np.zeros(len(place))
            aim[place[cell]] = direction
            solved = linprog(
                aim,
                A_eq=equations if len(equations) else None,
                b_eq=np.zeros(len(equations)) if len(equations) else None,
                bounds=list(self.bounds.values()),
            )
            assert solved.status == 0, solved.message
            found.append(direction * solved.fun)
        return int(np.ceil(found[0] - 1e-6)), int(np.floor(found[1] + 1e-6))


def of_figure(figure: int, k: int) -> tuple[int, int]:
    """Return the counts that a figure stands for, worked out from the rules and not by their code."""
    if figure == HIDDEN:
        return 0, k - 1
    return max(k, figure - 2), figure + 2


def attacker_of(
    shown: Shown, statement: int, home: dict[str, str] | None = None, *, n_sideless: int = 0
) -> Attacker:
    """Return a reader of one statement: figures, sizes, and that those who kept silent are not negative.

    ``home`` is the side of each group where the reader knows that too; None where groups and sides cross.
    ``n_sideless`` is how many people without a side the reader knows of: they may be in any group.
    """
    reader = Attacker()
    tables = [("side", shown.sides)]
    if shown.groups is not None and (shown.groups.counts[:, statement] != HIDDEN).any():
        tables.append(("group", shown.groups))
    for what, table in tables:
        for name, size, row in zip(
            table.names, table.sizes, table.counts[:, statement], strict=True
        ):
            reader.knows((what, name, "size"), *of_figure(int(size), shown.k))
            for kind in range(KINDS):
                reader.knows((what, name, kind), *of_figure(int(row[kind]), shown.k))
            reader.knows((what, name, "silent"), 0, None)
            parts: list[Cell] = [(what, name, kind) for kind in (0, 1, 2, "silent")]
            reader.knows_equal([(what, name, "size")], parts)
    if len(tables) == 2 and shown.groups is not None:
        blocks = (
            [(list(shown.sides.names), list(shown.groups.names))]
            if home is None
            else [([s], [g for g in shown.groups.names if home[g] == s]) for s in shown.sides.names]
        )
        for sides, groups in blocks:
            for kind in (0, 1, 2, "silent"):
                rest: Cell = ("rest", *sides, kind)
                sideless: Cell = ("sideless", *sides, kind)
                reader.knows(rest, 0, None)
                reader.knows(sideless, 0, None)
                reader.knows_equal(
                    [*(("side", name, kind) for name in sides), sideless],
                    [*(("group", name, kind) for name in groups), rest],
                )
            nobody: Cell = ("sideless", *sides, "size")
            reader.knows(nobody, n_sideless, n_sideless)
            reader.knows_equal(
                [nobody], [("sideless", *sides, kind) for kind in (0, 1, 2, "silent")]
            )
    return reader


def hidden_cells(shown: Shown, statement: int) -> list[Cell]:
    """Return the cells of a statement to protect, those of groups where any of their figures is shown."""
    found: list[Cell] = []
    tables = [("side", shown.sides)]
    if shown.groups is not None and (shown.groups.counts[:, statement] != HIDDEN).any():
        tables.append(("group", shown.groups))
    for what, table in tables:
        for name, row in zip(table.names, table.counts[:, statement], strict=True):
            found += [(what, name, kind) for kind in range(KINDS) if row[kind] == HIDDEN]
    return found

"""An opinion map in plain words, for the terminal of whoever computed it.

First what was read and what was taken for granted, then sides, groups, and what they agree on; each
statement under its number, with its words where they are known and the figures of every side. Lines are at
most 80 columns wide. Nothing from the files reaches the terminal as it is (`wording.visible`).
"""

from collections.abc import Iterable, Iterator
from io import StringIO

import numpy as np
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from .reading import Reading
from .result import (
    NOT_GROUPED,
    Curve,
    Groups,
    Indices,
    Method,
    OpinionMap,
    Representative,
    Verdict,
)
from .votes import AGREE, Counts
from .wording import Names, counted, people, percent, visible

WIDTH = 80
SHOWN, SHOWN_OF_OTHERS, SHOWN_OF_A_GROUP = 10, 5, 5
"""Statements of one kind that are told; the file of statements has them all."""

_METHODS = {
    Method.DEFAULT: "groups within the sides, then together; common ground between the sides",
    Method.POLIS: "groups as Polis makes them",
    Method.COMMUNITY_NOTES: "as Community Notes computes it",
}


def told(
    reading: Reading,
    found: OpinionMap,
    *,
    name: str,
    asked: int | None = None,
    with_picture: bool = False,
    width: int = WIDTH,
    colour: bool = False,
) -> str:
    """Return the summary of a map.

    Parameters
    ----------
    reading : Reading
        What the map was made of.
    name : str
        What the ballot is called: the name of its file or folder.
    asked : int, optional
        How many groups were asked for.
    with_picture : bool
        Whether to say at the end what the picture shows.
    width : int
        Columns, 40 or more.
    colour : bool
        Whether it goes to a terminal that understands colours.
    """
    names = Names(found, reading.texts)
    parts = (
        _of_input(reading, found, name),
        _of_sides(names, asked),
        _of_groups(names, reading.polis_groups, asked),
        _of_common_ground(names),
        _of_picture(found, reading) if with_picture else (),
        _of_ending(found),
    )
    return printed(*(part for each in parts for part in each), width=width, colour=colour)


def printed(*parts: RenderableType, width: int = WIDTH, colour: bool = False) -> str:
    """Return the parts as text of at most ``width`` columns, no line with blanks at its end."""
    page = StringIO()
    console = Console(
        file=page, width=width, force_terminal=colour, no_color=None if colour else True,
        color_system="auto" if colour else None, highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    console.print(Group(*parts))
    return "\n".join(line.rstrip() for line in page.getvalue().split("\n"))


def heading(text: str) -> RenderableType:
    """Return a heading, a free line above it."""
    return Text(f"\n{text.upper()}", style="bold")


def _of_input(reading: Reading, found: OpinionMap, name: str) -> Iterator[RenderableType]:
    votes = reading.votes
    yield Text(f"Opinion map of {visible(name)}", style="bold")
    rejected = int(found.rejected.sum())
    yield Text(
        f"{people(votes.n_participants)}, {counted(votes.n_statements, 'statement', 'statements')}, "
        f"{counted(found.n_votes, 'vote', 'votes')}. Agree is 1, pass 0, disagree −1; unseen is none of them."
    )
    if rejected:
        are = "statement was" if rejected == 1 else "statements were"
        yield Text(f"{rejected:,} {are} rejected by a moderator and moved nobody.")
    yield Text(f"Method: {_METHODS[found.method]}.")
    yield from items("What was taken for granted", reading.assumptions)


def items(title: str, sentences: Iterable[str]) -> Iterator[RenderableType]:
    """Yield a heading and a list under it, or nothing where there are no sentences."""
    for number, sentence in enumerate(sentences):
        if number == 0:
            yield heading(title)
        yield _item(visible(sentence))


def _item(text: str, *, style: str = "") -> RenderableType:
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_column(width=1)
    row.add_column(ratio=1, overflow="fold")
    row.add_row("-", Text(text, style=style))
    return row


def _of_sides(names: Names, asked: int | None) -> Iterator[RenderableType]:
    sides = names.found.sides
    yield heading("Sides")
    if names.has_no_sides:
        none = "the votes do not fall into two"
        if names.found.method is not Method.DEFAULT:
            none = "this method looks for none"
        elif asked == 1:
            none = "one group, which was asked for, is not divided into sides"
        yield Text(
            f"No sides were declared, and {none}. What follows is agreement among everybody, not between "
            "sides."
        )
        return
    if not sides.declared:
        n_sides = {1: "One side was", 2: "Two sides were"}.get(
            len(sides.names), f"{len(sides.names)} sides were"
        )
        yield Text(
            f"No sides were declared. {n_sides} FOUND IN THE VOTES: they are a guess from who "
            "votes like whom."
        )
    table = table_of("", "people", "statements seen by it", "votes")
    for place, size in enumerate(sides.sizes.tolist()):
        seen = sides.tally.seen[place]
        table.add_row(
            Text(names.side(place)),
            f"{size:,}",
            f"{int((seen > 0).sum()):,}",
            f"{int(seen.sum()):,}",
        )
    without = int((sides.of_participant < 0).sum())
    if without:
        table.add_row("no side", f"{without:,}", "", "")
    yield table


def table_of(first: str, *others: str) -> Table:
    """Return a table without lines; all columns but the first stand to the right."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    table.add_column(first, overflow="fold")
    for other in others:
        table.add_column(other, justify="right")
    return table


def _of_groups(
    names: Names, polis_groups: Indices | None, asked: int | None
) -> Iterator[RenderableType]:
    found, groups = names.found, names.found.groups
    yield heading("Groups")
    if not groups.n_groups:
        yield Text(
            "No groups: this method makes none."
            if found.method is Method.COMMUNITY_NOTES
            else "No groups: nobody has voted enough to be placed."
        )
        return
    if asked is not None and groups.n_groups < asked:
        yield Text(
            f"{counted(asked, 'group was', 'groups were')} asked for, {groups.n_groups:,} came out: "
            "people vote in no more ways than these, as far as can be told.",
            style="bold",
        )
    for curve in groups.curves:
        yield Text(_choice(curve, asked))
    yield _groups_and_sides(names)
    yield from _polis_groups(groups, polis_groups)
    for place in range(groups.n_groups):
        yield from _one_group(names, groups, place)


def _choice(curve: Curve, asked: int | None) -> str:
    among = f"Within side {visible(curve.of)}" if curve.of else "Among everybody"
    groups = counted(curve.chosen, "group", "groups")
    if not curve.trials:
        return f"{among}: {groups}, with nothing else tried."
    if asked is not None:
        return f"{among}: begun with {groups}, as was asked for."
    gain = next((each for each in curve.trials if each.n_groups == curve.chosen), curve.trials[0])
    most = max(each.n_groups for each in curve.trials)
    return (
        f"{among}: {groups}, of 1 to {most} tried on votes that were held out "
        f"(gain over one group {gain.gain:.3f} ± {gain.standard_error:.3f} nats a vote)."
    )


def _polis_groups(groups: Groups, theirs: Indices | None) -> Iterator[RenderableType]:
    """Yield how far the groups are those that Polis exported with the votes."""
    if theirs is None:
        return
    placed = (groups.of_participant != NOT_GROUPED) & (theirs != NOT_GROUPED)
    alike = adjusted_rand_index(groups.of_participant[placed], theirs[placed])
    yield Text(
        f"\nPolis' own groups in these files: {len(np.unique(theirs[placed]))}; of "
        f"{people(int(placed.sum()))} placed by both, likeness {alike:.2f} (1 the same, 0 as by chance; "
        "adjusted Rand index)."
    )


def adjusted_rand_index(one: Indices, other: Indices) -> float:
    """Return how alike two groupings of the same people are: 1 the same, 0 as by chance, at least −0.5.

    Where each puts everybody in one group, or everybody alone, or nobody is there: 1. Hubert and Arabie,
    Comparing partitions, 1985, equation 5.

    >>> adjusted_rand_index(np.array([0, 0, 1, 1]), np.array([5, 5, 3, 3]))
    1.0
    """
    cells = _pairs(np.unique(np.stack([one, other]), axis=1, return_counts=True)[1])
    rows, columns = (_pairs(np.unique(each, return_counts=True)[1]) for each in (one, other))
    every = len(one) * (len(one) - 1) / 2
    by_chance = rows * columns / every if every else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == by_chance else (cells - by_chance) / (most - by_chance)


def _pairs(sizes: Counts) -> float:
    return float((sizes * (sizes - 1)).sum()) / 2


def _groups_and_sides(names: Names) -> RenderableType:
    groups, sides = names.found.groups, names.found.sides
    told_sides = [] if names.has_no_sides or len(sides.names) > 4 else range(len(sides.names))
    table = table_of("", "people", "share", *(f"of {names.side(side)}" for side in told_sides))
    placed = int(groups.sizes.sum())
    for place, size in [*enumerate(groups.sizes.tolist()), (NOT_GROUPED, None)]:
        members = groups.of_participant == place
        n_members = int(members.sum()) if size is None else size
        if size is None and not n_members:
            continue
        table.add_row(
            "not grouped" if size is None else f"group {place}",
            f"{n_members:,}",
            "" if size is None else percent(n_members, placed),
            *(f"{int((members & (sides.of_participant == side)).sum()):,}" for side in told_sides),
        )
    return table


def _one_group(names: Names, groups: Groups, place: int) -> Iterator[RenderableType]:
    marks = names.found.representative[place]
    size = people(int(groups.sizes[place]))
    if not marks:
        yield Text(f"\nGroup {place} ({size}) stands out by nothing.")
        return
    yield Text(f"\nGroup {place} ({size}) stands out, since it", style="bold")
    yield _statements(names, ((mark.statement, _mark(mark)) for mark in marks[:SHOWN_OF_A_GROUP]))


def _mark(mark: Representative) -> str:
    does = "agrees" if mark.vote == AGREE else "disagrees"
    return (
        f"{does}: {percent(mark.n_alike, mark.n_votes)} of {mark.n_votes:,} who saw it, "
        f"{mark.ratio:.1f} times the share of the others"
    )


def _statements(names: Names, rows: Iterable[tuple[int, str]]) -> RenderableType:
    """Return statements under their ids, each with its words and a line of figures."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True, style="bold")
    table.add_column(ratio=1, overflow="fold")
    for statement, figures in rows:
        words = names.text_of(statement)
        said = Text(f"{words}\n" if words else "")
        table.add_row(Text(names.id_of(statement)), said.append(figures, style="dim"))
    return table


def _of_common_ground(names: Names) -> Iterator[RenderableType]:
    ground = names.found.common_ground
    yield heading("Common ground")
    yield Text(_VERDICTS[ground.verdict, names.has_no_sides])
    if len(ground.common):
        yield from _list(names, ground.common, "", SHOWN)
    of_every_side = "" if names.has_no_sides else "of every side "
    for those, title, shown in (
        (ground.refused, f"Refused: the majority {of_every_side}surely disagrees", SHOWN_OF_OTHERS),
        (
            ground.divisive,
            "Divisive: one side's majority surely agrees, another's disagrees",
            SHOWN,
        ),
        (ground.uncertain, "Uncertain: seen by enough, and none of these", SHOWN_OF_OTHERS),
    ):
        if len(those):
            yield from _list(names, those, title, shown)


_VERDICTS = {
    (
        Verdict.FOUND,
        False,
    ): "The majority of every side surely agrees. First the number of the statement, "
    "below its words the share that agrees of those of each side who took a position.",
    (
        Verdict.FOUND,
        True,
    ): "The majority surely agrees. First the number of the statement, below its words "
    "the share that agrees of those who took a position.",
    (
        Verdict.NONE,
        False,
    ): "There is no common ground: enough people of every side have voted, and on no "
    "statement does the majority of every side surely agree.",
    (
        Verdict.NONE,
        True,
    ): "There is no common ground: enough people have voted, and on no statement does "
    "the majority surely agree.",
    (
        Verdict.TOO_FEW_VOTES,
        False,
    ): "Too few votes to tell: on no statement have enough people of every side taken a position.",
    (
        Verdict.TOO_FEW_VOTES,
        True,
    ): "Too few votes to tell: on no statement have enough people taken a position.",
}


def _list(names: Names, those: Indices, title: str, shown: int) -> Iterator[RenderableType]:
    if title:
        yield Text(f"\n{title} ({len(those):,}).", style="bold")
    yield Text("")
    yield _statements(names, ((place, figures(names, place)) for place in those[:shown].tolist()))
    if len(those) > shown:
        yield Text(f"… and {len(those) - shown:,} more; --statements FILE has them all.")


def figures(names: Names, statement: int) -> str:
    """Return how much of each side agrees: "side A: 81 % of 120, side B: 74 % of 98"."""
    tally = names.found.sides.tally
    agree, positions = tally.agree[:, statement], tally.positions[:, statement]
    passed = tally.passed[:, statement]
    return ", ".join(
        f"{names.side(side)}: "
        + (
            f"{percent(int(agree[side]), int(positions[side]))} of {positions[side]:,}"
            if positions[side]
            else "without a position"
        )
        + (f" ({passed[side]:,} passed)" if passed[side] > positions[side] else "")
        for side in range(len(names.found.sides.names))
    )


def _of_picture(found: OpinionMap, reading: Reading) -> Iterator[RenderableType]:
    from .describing import described

    yield heading("The picture")
    for sentence in described(found, texts=reading.texts):
        yield Text(sentence)


def _of_ending(found: OpinionMap) -> Iterator[RenderableType]:
    yield heading("Before you pass it on")
    yield Text(
        "This is for your own machine, not for publishing: small numbers and rows of people can point at "
        "somebody. What may be shown is made by the function suppress of visavis.opinion."
    )
    yield Text(f"\nVisavis {found.version}, votes {found.digest}", overflow="fold")

"""Ratings explained, in plain words for the terminal of whoever computed them.

As in `telling`: what was taken for granted comes first, lines are at most 80 columns wide, and nothing from
the file reaches the terminal as it is.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from rich.console import RenderableType
from rich.text import Text

from .community_notes import (
    FEWEST_RATINGS,
    HELPFUL_LEVEL,
    NOT_HELPFUL_LEVEL,
    InOrder,
    NotesMap,
    NoteStatus,
    in_order,
)
from .result import Indices
from .telling import (
    SHOWN,
    SHOWN_OF_OTHERS,
    WIDTH,
    heading,
    items,
    printed,
    table_of,
)
from .wording import counted, people, percent, visible

SOMEWHAT_LEVEL = 1

LEFT_IN = (
    "Community Notes leaves out raters with fewer than 10 ratings and notes with fewer than 5 before it "
    "computes; here everybody in the file counts."
)


def told_of_notes(
    found: NotesMap,
    *,
    name: str,
    assumptions: Iterable[str] = (),
    picture: Iterable[str] = (),
    width: int = WIDTH,
    colour: bool = False,
) -> str:
    """Return the summary of ratings.

    Parameters
    ----------
    found : NotesMap
    name : str
        What the ratings are called: the name of their file.
    assumptions : strings
        How the file was read.
    picture : strings
        What the picture shows, if there is one.
    width : int
        Columns, 40 or more.
    colour : bool
        Whether it goes to a terminal that understands colours.
    """
    order = in_order(found)
    parts = (
        _of_input(found, name),
        items("What was taken for granted", (*assumptions, LEFT_IN)),
        _of_explanation(found),
        _of_status(found, order),
        _of_notes(found, order),
        _of_picture(picture),
        _of_ending(found),
    )
    return printed(*(part for each in parts for part in each), width=width, colour=colour)


def _of_input(found: NotesMap, name: str) -> Iterator[RenderableType]:
    yield Text(f"Notes of {visible(name)}", style="bold")
    by_level = found.counts.sum(axis=0).tolist()
    yield Text(
        f"{people(len(found.participants))}, {counted(len(found.notes), 'note', 'notes')}, "
        f"{counted(sum(by_level), 'rating', 'ratings')}: {by_level[HELPFUL_LEVEL]:,} helpful, "
        f"{by_level[SOMEWHAT_LEVEL]:,} somewhat, {by_level[NOT_HELPFUL_LEVEL]:,} not helpful."
    )
    yield Text("Method: as Community Notes computes it. There are no sides and no groups in it.")


def _of_explanation(found: NotesMap) -> Iterator[RenderableType]:
    yield heading("How ratings are explained")
    yield Text(
        "Each by what all have in common, by how generous its rater is, by how helpful every point of view "
        "finds its note (the note's intercept), and by a point of view (rater's factor times note's factor)."
    )
    factors = found.rater_factors[~np.isnan(found.rater_factors)]
    yield Text(
        f"In common {_signed(found.mean)}. Raters' factors are negative for {int((factors < 0).sum()):,}, "
        f"positive for {int((factors > 0).sum()):,}. Loss {found.loss:.6f} after "
        f"{counted(found.n_rounds, 'round', 'rounds')}."
    )


def _of_status(found: NotesMap, order: InOrder) -> Iterator[RenderableType]:
    yield heading("Status of the notes")
    table = table_of("", "notes", "share")
    n_notes = len(found.notes)
    for status in NoteStatus:
        number = sum(each is status for each in found.status)
        table.add_row(
            status.value.replace("-", " "),
            f"{number:,}",
            percent(number, n_notes) if n_notes else "",
        )
    yield table
    n_few = int((found.n_ratings < FEWEST_RATINGS).sum())
    if n_few:
        yield Text(
            f"{counted(n_few, 'note has', 'notes have')} fewer than {FEWEST_RATINGS} ratings: too few to "
            "tell."
        )
    if not len(order.helpful):
        yield Text("No note is found helpful from both points of view.")


def _of_notes(found: NotesMap, order: InOrder) -> Iterator[RenderableType]:
    for those, title, shown in (
        (order.helpful, "Helpful from both points of view, the highest intercept first", SHOWN),
        (order.not_helpful, "Not helpful, the lowest intercept first", SHOWN_OF_OTHERS),
        (order.polarised, "Polarised: the factor is ±0.50 or beyond", SHOWN_OF_OTHERS),
        (order.undecided, "Undecided: enough ratings, and none of these", SHOWN_OF_OTHERS),
    ):
        if len(those):
            yield from _list(found, those, title, shown)


def _list(found: NotesMap, those: Indices, title: str, shown: int) -> Iterator[RenderableType]:
    yield Text(f"\n{title} ({len(those):,}).", style="bold")
    table = table_of("note", "intercept", "factor", "helpful", "somewhat", "not")
    for note in those[:shown].tolist():
        counts = found.counts[note].tolist()
        table.add_row(
            Text(visible(str(found.notes[note]))),
            _signed(found.note_intercepts[note]),
            _signed(found.note_factors[note]),
            *(f"{counts[level]:,}" for level in (HELPFUL_LEVEL, SOMEWHAT_LEVEL, NOT_HELPFUL_LEVEL)),
        )
    yield table
    if len(those) > shown:
        yield Text(f"… and {len(those) - shown:,} more; --statements FILE has them all.")


def _signed(number: float) -> str:
    """Return two decimals with a minus that is no hyphen."""
    return f"{number:.2f}".replace("-", "−")


def _of_picture(sentences: Iterable[str]) -> Iterator[RenderableType]:
    said = tuple(sentences)
    if said:
        yield heading("The picture")
        yield from (Text(sentence) for sentence in said)


def _of_ending(found: NotesMap) -> Iterator[RenderableType]:
    yield heading("Before you pass it on")
    yield Text(
        "This is for your own machine, not for publishing: raters' intercepts and factors say what single "
        "people think."
    )
    yield Text(f"\nVisavis {found.version}, ratings {found.digest}", overflow="fold")

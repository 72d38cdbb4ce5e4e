"""Ratings explained, as files: all of it as JSON, its raters and its notes as CSV.

As in `export`: a file appears whole or not at all, and the same ratings give the same bytes.
"""

from typing import TextIO

from .community_notes import NotesMap
from .export import number_or_nothing, rows_into, write_fields

FORMAT = {
    "name": "visavis-notes-map",
    "version": 1,
    "ratings": {"helpful": 1, "somewhat helpful": 0.5, "not helpful": 0},
    "counts": ["not helpful", "somewhat helpful", "helpful"],
    "net_helpful": ["of raters whose factor is negative", "of raters whose factor is positive"],
}
"""What a reader of the JSON file needs to know besides the names of its fields."""

COLUMNS = (
    "statement", "helpful", "somewhat_helpful", "not_helpful", "intercept", "factor", "status",
    "common_ground", "group_informed_consensus",
)  # fmt: skip


def write_notes_json(found: NotesMap, file: TextIO) -> None:
    """Write the fields of `NotesMap` by name, and `FORMAT` under "format"."""
    write_fields(found, FORMAT, file)


def write_raters(found: NotesMap, file: TextIO) -> None:
    """Write `participant,group`, a row for each rater; the group is empty, since there are none."""
    rows = rows_into(file)
    rows.writerow(("participant", "group"))
    rows.writerows((rater, "") for rater in found.participants.tolist())


def write_notes(found: NotesMap, file: TextIO) -> None:
    """Write a row for each note, of the columns `COLUMNS`.

    ``common_ground`` is the intercept, what every point of view finds helpful, so that the column can be read
    beside that of a ballot. There are no groups, so ``group_informed_consensus`` is empty.
    """
    rows = rows_into(file)
    rows.writerow(COLUMNS)
    for note, (not_helpful, somewhat, helpful), intercept, factor, status in zip(
        found.notes.tolist(),
        found.counts.tolist(),
        map(number_or_nothing, found.note_intercepts),
        map(number_or_nothing, found.note_factors),
        found.status,
        strict=True,
    ):
        rows.writerow(
            (note, helpful, somewhat, not_helpful, intercept, factor, status, intercept, "")
        )

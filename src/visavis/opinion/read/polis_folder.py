"""Which file of a folder is which part of an export of Polis."""

import re
from dataclasses import dataclass
from pathlib import Path

from visavis.opinion.problems import UnusableInputError

from . import files

VOTES = "votes.csv"
MATRIX_NAMES = ("participants-votes.csv", "participant-votes.csv")
"""The name of the old exports, and of report exports since 2024."""
COMMENTS, SUMMARY, FORMAT = "comments.csv", "summary.csv", "format.json"
GROUPS = "comment-groups.csv"
COPY = re.compile(r" ?\([0-9]+\)(?=\.csv$)| - [^.]*(?=\.csv$)| copy(?=\.csv$)", re.IGNORECASE)
"""What browsers and desktops put into a name that is there already: `votes (1).csv`."""
ALL = (VOTES, *MATRIX_NAMES, COMMENTS, SUMMARY, FORMAT, GROUPS)


@dataclass(frozen=True)
class Export:
    """The files of one export, None where a file is not there; votes or matrix always are."""

    folder: Path
    votes: Path | None
    matrix: Path | None
    comments: Path | None
    summary: Path | None
    format: Path | None
    groups: Path | None


def export_in(folder: Path) -> Export:
    """Return the files of the export in a folder.

    A browser saves them with the conversation's name before theirs (`my-talk-votes.csv`): that is fine as
    long as there is one of each.

    Raises
    ------
    UnusableInputError
        If neither votes nor matrix are there, or there are several of one kind.
    """
    names = _names_in(folder)
    found = {name: _one(folder, names, name) for name in ALL}
    matrices = [found[name] for name in MATRIX_NAMES if found[name]]
    if len(matrices) > 1:
        raise UnusableInputError(
            f"There are two matrices, {matrices[0]} and {matrices[1]}.",
            advice="Keep the one that belongs to the other files.",
            file=folder,
        )
    if not matrices and not found[VOTES]:
        raise near_miss(folder) or UnusableInputError(
            f"The folder has neither {VOTES} nor {MATRIX_NAMES[0]}.",
            advice="Give the folder of an export from Polis, or a Parquet file.",
            file=folder,
        )
    paths = {name: folder / file for name, file in found.items() if file}
    return Export(
        folder,
        paths.get(VOTES),
        next((paths[name] for name in MATRIX_NAMES if name in paths), None),
        paths.get(COMMENTS),
        paths.get(SUMMARY),
        paths.get(FORMAT),
        paths.get(GROUPS),
    )


def looks_like_one(folder: Path) -> bool:
    """Return whether a folder has votes or a matrix of Polis."""
    endings = (VOTES, *MATRIX_NAMES)
    return any(name.endswith(endings) for name in _names_in(folder))


def near_miss(folder: Path) -> UnusableInputError | None:
    """Return the refusal of a folder in which only the name of a file is another, or None."""
    for name in _names_in(folder):
        meant = COPY.sub("", name.strip()).lower()
        if meant != name and meant.endswith((VOTES, *MATRIX_NAMES)):
            return UnusableInputError(
                f"{files.shown(name)} has not the name of a file of Polis.",
                advice=f"If it is the right one, rename it to {meant}, and the files beside it likewise.",
                file=folder,
            )
    return None


def _names_in(folder: Path) -> list[str]:
    """Return the names in a folder, less what a Mac lays beside every file: its name after ``._``."""
    return sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))


def _one(folder: Path, names: list[str], name: str) -> str | None:
    if name in names:
        return name
    others = [f"-{other}" for other in ALL if other != name and other.endswith(f"-{name}")]
    found = [
        each
        for each in names
        if each.endswith(f"-{name}") and not each.endswith(tuple(others) or "\0")
    ]
    found = [each for each in found if each not in MATRIX_NAMES]
    if len(found) > 1:
        raise UnusableInputError(
            f"There are several files {name}: {', '.join(found[:3])}.",
            advice="Put each ballot into a folder of its own.",
            file=folder,
        )
    return found[0] if found else None

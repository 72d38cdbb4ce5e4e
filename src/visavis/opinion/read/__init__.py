"""Files to votes: the folder of a Polis export of any generation, Parquet, ratings of Community Notes.

`votes_in` tells what a path is and reads it whole, or refuses it whole with the file, the line and what
to do. What a file leaves open is decided by a rule, never by habit, and said in `Reading.assumptions`.
`docs/reference/vote-files.md` lists the formats and the rules.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from visavis.opinion.problems import UnusableInputError
from visavis.opinion.reading import Reading

from .community_notes import Ratings, ratings_in
from .kinds import Kind, kind_of
from .parquet import parquet_reading
from .polis import polis_reading
from .sides import sides_in, with_sides

__all__ = ["Kind", "Ratings", "kind_of", "ratings_in", "votes_in"]


def votes_in(
    path: Path,
    *,
    sides: Path | None = None,
    agree: Literal[1, -1] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Reading:
    """Return the votes of a Polis folder, a Parquet file or a folder of Parquet files, with agree = 1.

    Parameters
    ----------
    path : Path
    sides : Path, optional
        A CSV file `participant,side`; it replaces sides that come with the votes.
    agree : 1 or -1, optional
        Which number means agree in an export of Polis that neither declares nor shows it.
    progress : callable, optional
        Called now and then with the share that is read, from 0 to 1.

    Raises
    ------
    UnusableInputError
        If anything cannot be read, contradicts itself, or leaves open what a vote means. Ratings of
        Community Notes are no votes and are refused here: `ratings_in` reads them.
    """
    declared = sides_in(sides) if sides else None
    kind = kind_of(path)
    if kind is Kind.COMMUNITY_NOTES:
        raise UnusableInputError(
            "These are ratings of Community Notes, which are no votes.",
            advice="Read them as what they are: --compat community-notes (in Python `ratings_in`).",
            file=path,
        )
    if kind is Kind.PARQUET:
        if agree == -1:
            raise UnusableInputError(
                "In a Parquet file 1 always means agree.",
                advice="Leave out --agree, or turn the votes when you write the file.",
                file=path,
            )
        reading = parquet_reading(path, progress=progress)
    else:
        reading = polis_reading(path, agree=agree, progress=progress)
    if declared is None:
        return reading
    votes, said = with_sides(reading.votes, declared)
    return replace(reading, votes=votes, assumptions=reading.assumptions + said)

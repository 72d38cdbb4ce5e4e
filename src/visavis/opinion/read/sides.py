"""A file that says for which side each participant speaks: CSV with the header `participant,side`."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from visavis.opinion.problems import UnusableInputError
from visavis.opinion.votes import MOST_SIDES, Votes

from . import files

COLUMNS = ("participant", "side")


@dataclass(frozen=True)
class Sides:
    """The side of each participant by the id as it stands in the file; who has none is not in it."""

    path: Path
    side_of: Mapping[str, str]


def sides_in(path: Path) -> Sides:
    """Return the sides of a file. An empty side is no side; further columns are not looked at.

    Raises
    ------
    UnusableInputError
        If the header lacks a column, a line has no participant, a participant has two sides, there are
        more sides than `MOST_SIDES`, or the file is cut off.
    """
    lines = files.lines(path)
    names = files.header(next(lines), path, required=COLUMNS)
    who, what = (names.index(name) for name in COLUMNS)
    found: dict[str, tuple[str, int]] = {}
    for line in lines:
        fields = files.split(line, path)
        if len(fields) != len(names):
            raise files.wrong_number_of_columns(line, len(fields), len(names), path)
        participant, side = fields[who].strip(), one_spelling(fields[what])
        if not participant:
            raise UnusableInputError(
                "This line has no participant.", advice="Take it out.", file=path, line=line.number
            )
        earlier, at = found.setdefault(participant, (side, line.number))
        if earlier != side:
            raise UnusableInputError(
                f"The participant {files.shown(participant)} has another side than in line {at}.",
                advice="Give everybody one side, or none.",
                file=path,
                line=line.number,
            )
        if not line.ended:
            _check_last_side(
                line, side, [each for each, at in found.values() if at != line.number], path
            )
    side_of = {participant: side for participant, (side, _) in found.items() if side}
    refuse_look_alikes(set(side_of.values()), path)
    n_sides = len(set(side_of.values()))
    if n_sides > MOST_SIDES:
        raise UnusableInputError(
            f"There are {n_sides} sides.",
            advice=f"Name at most {MOST_SIDES}; is this the right column?",
            file=path,
        )
    return Sides(path, side_of)


def one_spelling(name: str) -> str:
    """Return a side's name in form NFC: a letter and its mark, and the two in one, look the same."""
    return unicodedata.normalize("NFC", name).strip()


def refuse_look_alikes(names: Iterable[str], path: Path) -> None:
    """Refuse names of sides that differ by capital letters or spaces only."""
    found: dict[str, str] = {}
    for name in sorted(names):
        other = found.setdefault(" ".join(name.casefold().split()), name)
        if other != name:
            raise UnusableInputError(
                f"The sides {files.shown(other)} and {files.shown(name)} differ by capitals or spaces only.",
                advice="Write each side in one way.",
                file=path,
            )


def with_sides(votes: Votes, sides: Sides) -> tuple[Votes, tuple[str, ...]]:
    """Return the votes with these sides, and sentences on whom they do not cover.

    Ids are compared as numbers where the votes have numbers, else letter by letter. Sides that the
    votes had before are set aside.

    Raises
    ------
    UnusableInputError
        If no participant of the votes is in the file, or two lines are of one number with two sides.
    """
    is_number = votes.participants.dtype.kind in "iu"
    known = set(votes.participants.tolist())
    found: dict[object, str] = {}
    n_unknown = 0
    for text, side in sides.side_of.items():
        participant = _as_number(text) if is_number else text
        if participant not in known:
            n_unknown += 1
        elif found.setdefault(participant, side) != side:
            raise UnusableInputError(
                f"The participant {participant} stands on two sides.",
                advice="Give everybody one side, or none.",
                file=sides.path,
            )
    if sides.side_of and known and not found:
        raise UnusableInputError(
            f"None of the {n_unknown:,} participants in this file has a vote.",
            advice="Is it the file of another ballot, or does it use other ids?",
            file=sides.path,
        )
    said = []
    if votes.sides:
        said.append(
            "The sides that came with the votes were set aside for those of the file of sides."
        )
    if n_unknown:
        said.append(
            f"{n_unknown:,} participants in the file of sides are not in the votes; left out."
        )
    n_without = votes.n_participants - len(found)
    if n_without:
        said.append(f"{n_without:,} participants have no side in the file of sides.")
    return votes.with_sides(found), tuple(said)


def _as_number(text: str) -> int | None:
    digits = text.removeprefix("-")
    return int(text) if digits.isdecimal() and digits.isascii() and len(digits) < 20 else None


def _check_last_side(line: files.Line, side: str, others: list[str], path: Path) -> None:
    """Refuse a last line without an end unless its side is written out elsewhere in the file."""
    if side not in others:
        raise files.cut_off(line, path)

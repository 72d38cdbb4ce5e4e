"""What a path is: an export of Polis, Parquet, or ratings of Community Notes."""

from enum import StrEnum
from pathlib import Path

from visavis.opinion.problems import UnusableInputError

from . import community_notes, files, parquet, polis_folder


class Kind(StrEnum):
    """What can be read."""

    POLIS = "polis"
    PARQUET = "parquet"
    COMMUNITY_NOTES = "community-notes"


WHAT_CAN_BE_READ = (
    "Give a folder exported from Polis, a Parquet file or a folder of them, "
    "or a ratings TSV of Community Notes."
)


ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def kind_of(path: Path) -> Kind:
    """Return what a path is, from the names in a folder or the head of a file.

    Raises
    ------
    UnusableInputError
        If it is none of the three, a folder is two of them, or it cannot be opened.
    """
    try:
        return _of_folder(path) if path.is_dir() else _of_file(path)
    except OSError as error:
        raise files.not_opened(error, path) from error


def _of_folder(folder: Path) -> Kind:
    is_polis, is_parquet = polis_folder.looks_like_one(folder), bool(parquet.partitions_of(folder))
    if is_polis and is_parquet:
        raise UnusableInputError(
            "The folder has files of Polis and Parquet files.",
            advice="Put each ballot into a folder of its own.",
            file=folder,
        )
    if not is_polis and not is_parquet:
        raise polis_folder.near_miss(folder) or UnusableInputError(
            "The folder has neither votes.csv nor participants-votes.csv, and no Parquet file.",
            advice=WHAT_CAN_BE_READ,
            file=folder,
        )
    return Kind.POLIS if is_polis else Kind.PARQUET


def _of_file(path: Path) -> Kind:
    with files.opened(path) as file:
        head = file.read(len(parquet.MAGIC))
    if head in ZIP:
        raise UnusableInputError(
            "This is a zip archive.", advice="Unpack it and give the folder in it.", file=path
        )
    if head == parquet.MAGIC or path.suffix == ".parquet":
        return Kind.PARQUET
    if path.name.endswith(polis_folder.ALL):
        raise UnusableInputError(
            "This is one file of an export of Polis.",
            advice="Give the folder it lies in, with all its files.",
            file=path,
        )
    if community_notes.looks_like_ratings(path):
        return Kind.COMMUNITY_NOTES
    raise UnusableInputError(
        "It is not clear what this file is.", advice=WHAT_CAN_BE_READ, file=path
    )

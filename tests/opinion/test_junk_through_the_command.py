"""Two hundred megabytes that are no votes: refused in words, in little memory, and no file is made."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_process import answer_of

MEGABYTE = 1 << 20
RATINGS_HEAD = b"noteId\traterParticipantId\tcreatedAtMillis\thelpfulnessLevel\n"
LOG_HEAD = b"timestamp,datetime,comment-id,voter-id,vote\n"


def noise() -> bytes:
    return b"".join(
        hashlib.sha256(bytes([place % 256, place // 256])).digest() for place in range(1 << 15)
    )


@pytest.fixture
def megabytes(tmp_path: Path) -> Iterator[Path]:
    """A folder whose large files do not outlive the test."""
    folder = tmp_path / "large"
    folder.mkdir()
    yield folder
    for file in folder.iterdir():
        file.unlink()


@pytest.mark.parametrize(
    ("name", "head", "piece", "options"),
    [
        ("junk.bin", b"", noise(), ()),
        ("junk.parquet", b"PAR1", noise(), ()),
        ("junk.tsv", b"", b"x" * MEGABYTE, ()),
        ("junk.tsv", b"", b"\n" * MEGABYTE, ()),
        ("ratings.tsv", RATINGS_HEAD, b"y" * MEGABYTE, ("--compat", "community-notes")),
        ("votes.csv", b"", noise(), ()),
        ("votes.csv", LOG_HEAD, b"1," * (MEGABYTE // 2), ()),
        ("participants-votes.csv", b"", b"\0" * MEGABYTE, ()),
    ],
)
def test_junk_of_200_megabytes_is_refused_in_little_memory(
    name: str,
    head: bytes,
    piece: bytes,
    options: tuple[str, ...],
    megabytes: Path,
    tmp_path: Path,
) -> None:
    junk = megabytes / name
    with junk.open("wb") as file:
        file.write(head)
        for _ in range(200):
            file.write(piece)
    path = megabytes if name.endswith("votes.csv") else junk
    members = tmp_path / "members.csv"
    said = answer_of(tmp_path, path, *options, "--members", members)
    assert (said.code, said.out) == (1, "")
    assert name in said.err
    assert "Traceback" not in said.err
    assert len(said.err) < 1000
    assert said.memory < 300
    assert not members.exists()

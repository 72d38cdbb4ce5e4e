"""The folders of the public directory, and how a file gets into them: complete, durable, without a clock."""

import ctypes
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

FILE_MODE, FOLDER_MODE = 0o644, 0o755
PRIVATE_FOLDER = 0o700
SECONDS_OF_A_DAY = 86_400


@dataclass
class Folders:
    """Where everything lies below one public directory."""

    public: Path

    @cached_property
    def record(self) -> Path:
        """What is signed, copied and verified."""
        return self.public / "record"

    @cached_property
    def site(self) -> Path:
        """The same under plain paths, for any web server."""
        return self.public / "site"

    @cached_property
    def tmp(self) -> Path:
        """The writer's own notes."""
        return self.public / "tmp"

    @cached_property
    def new(self) -> Path:
        """What is not complete yet; emptied whenever a writer begins or ends."""
        return self.tmp / "new"


def make_folder(folder: Path, *, mode: int = FOLDER_MODE) -> None:
    """Make a folder, and those above it, that any web server may read, unless ``mode`` is another."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)


def time_of(day: date, *, edition: int) -> int:
    """Return the time that files of an edition bear, in nanoseconds: midnight, and a second an edition.

    So it tells the day and no hour, and is another one for each edition of a day: whatever compares times
    (`rsync`, `wget -N`, a browser, the tag that a web server makes) sees that a file has changed.
    """
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return (midnight + edition % SECONDS_OF_A_DAY) * 10**9


def write_file(place: Path | str, data: bytes, *, time: int) -> None:
    """Write a new file that has the edition's time, see `time_of`; not yet synced."""
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, FILE_MODE)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        left = memoryview(data)
        while left:
            left = left[file.write(left) :]
        os.fchmod(descriptor, FILE_MODE)
        os.utime(descriptor, ns=(time, time))


def set_time(place: Path | str, time: int) -> None:
    """Let a file or a folder bear this time; one that is not there does no harm."""
    with suppress(FileNotFoundError):
        os.utime(place, ns=(time, time))


def sync_folder(folder: Path) -> None:
    """Return when the folder's names are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_all(folder: Path) -> None:
    """Return when everything written below ``folder`` is on the disk: one call, however many files.

    `syncfs` asks for the one file system that the folder is on; where there is none, `sync` for all.
    """
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if call is None:
            os.sync()
        elif call(descriptor) != 0:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error), str(folder))
    finally:
        os.close(descriptor)


def is_real_folder(place: Path) -> bool:
    """Return whether this is a folder itself, not a link to one."""
    try:
        return stat.S_ISDIR(place.lstat().st_mode)
    except FileNotFoundError:
        return False

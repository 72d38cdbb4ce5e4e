"""The one data directory: where everything lies that this installation keeps.

::

    format                   which version's directory this is: ``visavis-data-1``
    database                 where the site's tables are: ``sqlite`` or ``postgresql``
    visavis.sqlite3          accounts, drafts, documents and their keys
    secret                   Django's signing secret
    keys/release.key         the release key, which signs editions (mode 0600)
    passing/seats.key        half of what opens answers before their release; belongs in no backup (mode 0600)
    closings/                signed notes of final closings, in one file apart from the database
    charters                 the digests of the charters so far, oldest first, for the same reason
    public/record/           the public record: blobs and one signed manifest
    public/site/             the same as plain paths, for any web server
    serve.lock               held while `visavis serve` runs, and empty
    acts.turn, acts.next     the queue of acts: locked, and always empty
    release-failed           why the next edition could not be released; gone with the next one

``VISAVIS_PUBLIC`` names another place for ``public/``, where a web server of another user may read it.

No file's time tells an hour. A file written in an act has the day at once; when it was made and last
changed, which nobody can set, goes at the next full hour: see `written_again`. The database's own files are
written each minute while the site is served (`safety.housekeeping`): they tell when it last was.

Where the file ``format`` is missing or has a lower number, an older version wrote the directory, or an
upgrade was broken off: `visavis upgrade` brings it up to this one.
"""

import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from visavis.signing import formats

DEFAULT = "data"
FORMAT = "visavis-data-1"
OLDER: frozenset[str] = frozenset()
"""Formats of earlier versions. `visavis upgrade` takes them, and a directory without the file as well."""
LONGEST_FORMAT = 64
A_DAY = 86_400
FRESH = 1
"""Seconds after midnight in the time of a file that `written_again` has not seen yet."""


def data_directory() -> Path:
    """Return the data directory: `VISAVIS_DATA`, or ``data`` where the command was given."""
    return Path(os.environ.get("VISAVIS_DATA", DEFAULT)).absolute()


def database_file() -> Path:
    return data_directory() / "visavis.sqlite3"


def format_file() -> Path:
    return data_directory() / "format"


def kept_format() -> str | None:
    """Return what the file says of this directory's format; None where there is no such file."""
    try:
        with format_file().open("rb") as file:
            return file.read(LONGEST_FORMAT).decode("ascii", errors="backslashreplace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_current() -> bool:
    """Return whether this version wrote the directory, and no upgrade of it was broken off."""
    return kept_format() == FORMAT


def why_not_open() -> str | None:
    """Return in a sentence why this version leaves the directory alone, or None, as for an older one."""
    kept, directory = kept_format(), data_directory()
    if kept in {None, FORMAT, *OLDER}:
        return None
    if formats.newer(kept, than=FORMAT):
        return f"A newer version wrote {directory} ({kept}). Install that version again."
    return f"{format_file()} names no version's format. Put the file back from a backup."


def write_format() -> None:
    """Mark the directory as one of this version."""
    write_private(format_file(), f"{FORMAT}\n".encode("ascii"))


def database_kind_file() -> Path:
    return data_directory() / "database"


def write_database_kind(kind: str) -> None:
    """Write down where the tables of this site are: ``sqlite``, the built-in one, or ``postgresql``."""
    write_private(database_kind_file(), f"{kind}\n".encode("ascii"))


def why_not_this_database(kind: str) -> str | None:
    """Return in a sentence why these tables cannot be the site's, or None: it has others, or none yet.

    An empty database would count as a new site, and `init` would found a second one here.
    """
    directory, kept = data_directory(), _kept_database_kind()
    if kept is None or kept == kind:
        return None
    if kind == "postgresql":
        return (
            f"The site in {directory} has the built-in database, and there is no move from one to the "
            "other. Unset DATABASE_URL."
        )
    return f"The site in {directory} has its tables in PostgreSQL. Set DATABASE_URL as before."


def _kept_database_kind() -> str | None:
    try:
        return database_kind_file().read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return "sqlite" if database_file().exists() else None


def has_lived() -> bool:
    """Return whether there ever was a charter or an edition here, so that a database must be somewhere."""
    return charters_file().exists() or (public_directory() / "record").exists()


def secret_file() -> Path:
    return data_directory() / "secret"


def release_key_file() -> Path:
    return data_directory() / "keys" / "release.key"


def seats_key_file() -> Path:
    return data_directory() / "passing" / "seats.key"


def closings_directory() -> Path:
    return data_directory() / "closings"


def charters_file() -> Path:
    return data_directory() / "charters"


def public_directory() -> Path:
    """Return where the record and the site lie: `VISAVIS_PUBLIC`, or ``public`` in the data directory."""
    elsewhere = os.environ.get("VISAVIS_PUBLIC")
    return Path(elsewhere).absolute() if elsewhere else own_public_directory()


def own_public_directory() -> Path:
    return data_directory() / "public"


def serve_lock() -> Path:
    return data_directory() / "serve.lock"


def queue_of_acts() -> tuple[Path, Path]:
    """Return the two files of the queue: whose turn it is, and who is next."""
    directory = data_directory()
    return directory / "acts.turn", directory / "acts.next"


def opened_lock(path: Path) -> int:
    """Return a descriptor of an empty file that is only ever locked. Its time is the day it was made."""
    try:
        return os.open(path, os.O_RDWR)
    except FileNotFoundError:
        make_private(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        _set_time(descriptor, of=os.fstat(descriptor))
        _set_time(path.parent, of=path.parent.stat())
        return descriptor


def is_served() -> bool:
    """Return whether `visavis serve` runs on this directory. Nothing is changed."""
    try:
        with serve_lock().open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def why_release_failed() -> str | None:
    """Return of the last edition that was due why it did not come out: an error's type and place; or None."""
    try:
        return release_failed_file().read_text(encoding="ascii", errors="backslashreplace").strip()
    except FileNotFoundError:
        return None


def release_failed_file() -> Path:
    return data_directory() / "release-failed"


def make_private(directory: Path) -> Path:
    """Make the directory, and every missing one above it, readable by its owner alone."""
    missing = [directory, *directory.parents]
    for each in reversed([path for path in missing if not path.exists()]):
        each.mkdir(mode=0o700, exist_ok=True)
    return directory


def write_private(path: Path, content: bytes) -> None:
    """Write a small file that only its owner may read, whole or not at all."""
    make_private(path.parent)
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        _set_time(file.fileno(), of=os.fstat(file.fileno()), seconds=FRESH)
        os.fsync(file.fileno())
    beside.replace(path)
    if path.is_relative_to(data_directory()):
        _set_time(path.parent, of=path.parent.stat())


@dataclass(frozen=True)
class WrittenAgain:
    """A private file and its like beside it, which tells no hour."""

    path: Path
    again: Path
    was: os.stat_result

    def swap(self) -> None:
        """Put the new one in place, unless an act has written since. The caller keeps acts out."""
        now = self.path.stat()
        if (now.st_ino, now.st_ctime_ns) == (self.was.st_ino, self.was.st_ctime_ns):
            self.again.replace(self.path)
        else:
            self.again.unlink()


def written_again() -> list[WrittenAgain]:
    """Write again, each beside itself, what acts have written since this was last asked for.

    A file's birth and its last change, which nobody can set, then tell when this was done. Cost: one look
    at each private file; what is fresh is read, written and synced.
    """
    found = []
    for path in _private_files():
        there = path.stat()
        if int(there.st_mtime) % A_DAY == 0:
            continue
        again = path.with_name(f".{path.name}.again")
        descriptor = os.open(again, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, there.st_mode & 0o777)
        with os.fdopen(descriptor, "wb") as file:
            file.write(path.read_bytes())
            file.flush()
            _set_time(file.fileno(), of=there)
            os.fsync(file.fileno())
        found.append(WrittenAgain(path, again, there))
    return found


def even_out_folders() -> None:
    """Let the folders of private files tell no hour either."""
    for folder in (data_directory(), *_private_folders()):
        if folder.is_dir():
            _set_time(folder, of=folder.stat())


def _private_files() -> Iterator[Path]:
    for file in (format_file(), charters_file(), release_failed_file()):
        if file.is_file():
            yield file
    for folder in _private_folders():
        if folder.is_dir():
            # A name that begins with a dot is of a write that was broken off, or is under way.
            yield from (path for path in sorted(folder.iterdir()) if not path.name.startswith("."))


def _private_folders() -> tuple[Path, ...]:
    return closings_directory(), release_key_file().parent, seats_key_file().parent


def _set_time(place: Path | int, *, of: os.stat_result, seconds: int = 0) -> None:
    time = int(of.st_mtime) // A_DAY * A_DAY + seconds
    os.utime(place, (time, time))

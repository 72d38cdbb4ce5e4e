"""The one data directory: where everything lies that this installation keeps.

::

    format                   which version's directory this is: ``visavis-data-1``
    database                 where the site's tables are: ``sqlite`` or ``postgresql``
    visavis.sqlite3          accounts, drafts, documents and their keys
    secret                   Django's signing secret
    keys/release.key         the release key, which signs editions (mode 0600)
    closings/                signed notes of final closings, in one file apart from the database
    charters                 the digests of the charters so far, oldest first, for the same reason
    public/record/           the public record: blobs and one signed manifest
    public/site/             the same as plain paths, for any web server

Where the file ``format`` is missing or has a lower number, an older version wrote the directory, or an
upgrade was broken off: `visavis upgrade` brings it up to this one.
"""

import os
from pathlib import Path

from visavis.signing import formats

DEFAULT = "data"
FORMAT = "visavis-data-1"
OLDER: frozenset[str] = frozenset()
"""Formats of earlier versions. `visavis upgrade` takes them, and a directory without the file as well."""
LONGEST_FORMAT = 64


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


def closings_directory() -> Path:
    return data_directory() / "closings"


def charters_file() -> Path:
    return data_directory() / "charters"


def public_directory() -> Path:
    return data_directory() / "public"


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
        os.fsync(file.fileno())
    beside.replace(path)

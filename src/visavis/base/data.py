"""The one data directory: where everything lies that this installation keeps.

::

    visavis.sqlite3          accounts, drafts, documents and their keys
    secret                   Django's signing secret
    keys/release.key         the release key, which signs editions (mode 0600)
    closings/                signed notes of final closings, kept apart from the database
    charters                 the digests of the charters so far, oldest first, for the same reason
    public/record/           the public record: blobs and one signed manifest
    public/site/             the same as plain paths, for any web server
"""

import os
from pathlib import Path

DEFAULT = "data"


def data_directory() -> Path:
    """Return the data directory: `VISAVIS_DATA`, or ``data`` where the command was given."""
    return Path(os.environ.get("VISAVIS_DATA", DEFAULT)).absolute()


def database_file() -> Path:
    return data_directory() / "visavis.sqlite3"


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

"""Reading a folder that somebody else may have filled: no link is followed, nothing is read unbounded.

The record's folder may be named through links, for that is its keeper's choice; from there on every
step is opened without following any, and only plain files are read.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from .canonical import Digest, digest_of
from .manifest import LARGEST_ROOT, ROOT_FILE, BadManifestError, SignedRoot, blob_name, node_name
from .trie import LARGEST_NODE, Node, read_node

CHUNK = 1 << 20
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class FileFault(StrEnum):
    """Why a file cannot be taken for what it should be."""

    MISSING = "missing"
    LINK = "a symbolic link"
    SPECIAL = "not a plain file"
    TOO_LARGE = "larger than it may be"
    CHANGED = "not the bytes that its name says"
    UNREADABLE = "cannot be read"


class FileError(OSError):
    """A file is not there as it should be; ``name`` says which and ``fault`` why."""

    def __init__(self, name: str, fault: FileFault) -> None:
        super().__init__(f"{name}: {fault}")
        self.name, self.fault = name, fault


def read_file(folder: Path, name: str, *, largest: int) -> bytes:
    """Return the bytes of one plain file below ``folder``; raise FileError for anything else."""
    with opened(folder, name) as descriptor:
        if os.fstat(descriptor).st_size > largest:
            raise FileError(name, FileFault.TOO_LARGE)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(largest + 1)
    if len(data) > largest:
        raise FileError(name, FileFault.TOO_LARGE)
    return data


def digest_of_file(folder: Path, name: str, *, size: int) -> Digest | None:
    """Return the digest of a plain file of exactly ``size`` bytes; of any other size, None, unread."""
    with opened(folder, name) as descriptor:
        if os.fstat(descriptor).st_size != size:
            return None
        digest, left = hashlib.sha256(), size
        while left > 0 and (chunk := os.read(descriptor, min(left, CHUNK))):
            digest.update(chunk)
            left -= len(chunk)
    return Digest(digest.hexdigest())


@contextmanager
def opened(folder: Path, name: str) -> Iterator[int]:
    """Open one plain file below ``folder``, step by step, following no link."""
    *folders, last = name.split("/")
    held: list[int] = []
    try:
        held.append(os.open(folder, _FOLDER))
        for step in folders:
            held.append(os.open(step, _FOLDER | os.O_NOFOLLOW, dir_fd=held[-1]))
        held.append(os.open(last, _FILE, dir_fd=held[-1]))
        if not stat.S_ISREG(os.fstat(held[-1]).st_mode):
            raise FileError(name, FileFault.SPECIAL)
        yield held[-1]
    except FileError:
        raise
    except OSError as error:
        raise FileError(name, _fault_of(error)) from error
    finally:
        for descriptor in held:
            os.close(descriptor)


def _fault_of(error: OSError) -> FileFault:
    if error.errno == errno.ENOENT:
        return FileFault.MISSING
    if error.errno in {errno.ELOOP, errno.ENOTDIR}:  # what opening a link without following it says
        return FileFault.LINK
    if error.errno in {errno.ENXIO, errno.ENODEV}:
        return FileFault.SPECIAL
    return FileFault.UNREADABLE


def read_root(record: Path) -> SignedRoot:
    """Return the signed root of a record; raise FileError or BadManifestError.

    That the key it names has signed it is checked; whose key that is must be asked of the charter.
    """
    signed = SignedRoot.from_bytes(read_file(record, ROOT_FILE, largest=LARGEST_ROOT))
    if not signed.is_signed:
        raise BadManifestError("the signature does not stand under this root")
    return signed


def load_node(record: Path, digest: Digest) -> Node:
    """Return one node of the trie, its bytes compared with its name first."""
    name = node_name(digest)
    data = read_file(record, name, largest=LARGEST_NODE)
    if digest_of(data) != digest:
        raise FileError(name, FileFault.CHANGED)
    return read_node(data)


def read_blob(record: Path, digest: Digest, *, largest: int) -> bytes:
    """Return the bytes of one blob, compared with its name."""
    name = blob_name(digest)
    data = read_file(record, name, largest=largest)
    if digest_of(data) != digest:
        raise FileError(name, FileFault.CHANGED)
    return data

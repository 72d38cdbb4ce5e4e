"""The whole record for anyone who copies it over the web: one archive, and pages that link every file of it.

Readers verify what they hold, so they must be able to hold all of it. The record's own files are at
``/record/``, as they lie on disk. A crawler finds them through the pages at ``/copy/``, since nodes name
blobs in a way that no crawler reads. Neither lists anything that the edition does not ask for: what is
staged for the next one is nobody's yet.

Both are made when they are asked for. An archive on disk would double the record, and be written with every
edition; pages of links in the edition would have to name themselves.
"""

import re
import tarfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

from visavis.signing import files, trie
from visavis.signing.canonical import Digest, digest_of
from visavis.signing.copies import unpack
from visavis.signing.files import FileError, FileFault
from visavis.signing.manifest import (
    LARGEST_BLOB,
    LARGEST_ROOT,
    ROOT_FILE,
    Name,
    Root,
    blob_name,
    is_name,
    node_name,
)

from .store_files import FILE_MODE, time_of

FOLDER = "record/"
ARCHIVE = "record.tar"
PAGES = "copy/"
PAGE = re.compile(r"copy/(?:index|([0-9a-f]{1,3}))\.html")
PATHS_ON_A_PAGE = 1_000
MOST_DIGITS = 3


def file_of(record: Path, name: str) -> bytes | None:
    """Return a file of the record, compared with its name; None for what has no place in it.

    Raises FileError where it is not there, or not what it is called. Cost: the file is read, and a copy
    unpacked.
    """
    if name == ROOT_FILE:
        return files.read_file(record, name, largest=LARGEST_ROOT)
    if not is_name(name):
        return None
    digest, _, suffix = name.rpartition("/")[2].partition(".")
    if suffix in {"", "json"}:
        found = files.read_file(record, name, largest=LARGEST_BLOB)
        there: bytes | None = found
    else:
        found = files.read_file(record, name, largest=LARGEST_BLOB)
        there = unpack(found, copy=suffix, largest=LARGEST_BLOB)
    if there is None or digest_of(there) != digest:
        raise FileError(name, FileFault.CHANGED)
    return found


def page_of(name: str, root: Root, *, load: trie.Load) -> bytes | None:
    """Return one page of links to the files of this edition; None where there is no such page.

    The first page links the root and every other page; these share the paths by their places in the trie,
    so that none is much longer than a thousand paths.
    """
    asked = PAGE.fullmatch(name)
    if asked is None:
        return None
    digits = _digits(root.entries)
    if asked[1] is None:
        prefixes = [f"{n:0{digits}x}" for n in range(16**digits)] if digits else []
        links = [f"../{FOLDER}{ROOT_FILE}", *(f"{prefix}.html" for prefix in prefixes)]
        if not digits:
            links += _files_below("", root, load=load)
        return _page(links)
    if len(asked[1]) != digits:
        return None
    return _page(_files_below(asked[1], root, load=load))


def archive(record: Path, root: Root, *, load: trie.Load) -> Iterator[bytes]:
    """Yield the edition as one tar file: its root, its nodes, its blobs, always in the same bytes.

    Holds one file in memory. A blob that two paths share comes twice. Raises FileError where a new edition
    has taken a file away meanwhile: a copy that breaks off is better than one that is no edition.
    """
    time = time_of(root.day, edition=root.edition) // 10**9
    signed = files.read_root(record)
    if signed.root != root:
        raise FileError(ROOT_FILE, FileFault.CHANGED)
    yield from _packed(ROOT_FILE, signed.data, time=time)
    for name in _names(root, load=load):
        data = file_of(record, name)
        if data is not None:
            yield from _packed(name, data, time=time)
    yield bytes(tarfile.BLOCKSIZE * 2)


def _digits(entries: int) -> int:
    digits = 0
    while digits < MOST_DIGITS and entries > PATHS_ON_A_PAGE * 16**digits:
        digits += 1
    return digits


def _files_below(prefix: str, root: Root, *, load: trie.Load) -> list[str]:
    return [f"../{FOLDER}{name}" for name in _names(root, load=load, prefix=prefix)]


def _names(root: Root, *, load: trie.Load, prefix: str = "") -> Iterator[Name]:
    """Yield the nodes and blobs below a prefix of places; nodes above it are below each of its pages."""
    yield from _nodes(root.node, load=load, prefix=prefix)
    for _, entry in trie.walk(root.node, load=load, prefix=prefix):
        yield blob_name(entry.blob)
        yield from (blob_name(entry.blob, copy=copy) for copy in entry.copies)


def _nodes(digest: Digest, *, load: trie.Load, prefix: str) -> Iterator[Name]:
    yield node_name(digest)
    node = load(digest)
    if isinstance(node, trie.Leaf):
        return
    for digit, child in sorted(node.children.items()):
        if not prefix or digit == prefix[0]:
            yield from _nodes(child.digest, load=load, prefix=prefix[1:])


def _page(links: list[str]) -> bytes:
    # No word of any language is here: names alone.
    items = "".join(
        f'<li><a href="{escape(link)}">{escape(link.removeprefix("../"))}</a></li>\n'
        for link in links
    )
    return (
        '<!doctype html>\n<html lang="zxx">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{FOLDER}</title>\n<main><h1>{FOLDER}</h1>\n<ul>\n{items}</ul>\n</main>\n"
    ).encode()


def _packed(name: str, data: bytes, *, time: int) -> Iterator[bytes]:
    info = tarfile.TarInfo(f"{FOLDER}{name}")
    info.size, info.mtime, info.mode = len(data), time, FILE_MODE
    yield info.tobuf(format=tarfile.USTAR_FORMAT)
    yield data
    yield bytes(-len(data) % tarfile.BLOCKSIZE)

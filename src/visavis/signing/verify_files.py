"""Is every file of a record the one that its root asks for, and is there nothing else?

1. From the signed root down, each node of the trie is read, compared with its digest, and must have
   the one shape that its paths allow. This tells which blobs there must be, and of what size.
2. Every file in the folder is looked at without following links: what nothing asks for is named, what
   is asked for is measured before it is read, then hashed; copies are unpacked no further than that.
3. What an unfinished edition, signed by the release key, says it is adding or removing may be there or
   be missing, but never be other bytes than its name says.
4. ``site/``, where it is beside the record, holds the same files under the paths, and no others.

Memory: 41 bytes for each path and a digest for each node; never a whole large file.
"""

import os
import stat
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from . import trie
from .canonical import Digest, digest_of, is_digest
from .copies import is_copy_of, unpack
from .files import FileError, FileFault, digest_of_file, load_node, opened, read_file
from .keys import PublicKey
from .manifest import (
    COPIES,
    LARGEST_BLOB,
    LARGEST_PENDING,
    LONGEST_PATH,
    PENDING_FOLDER,
    ROOT_FILE,
    BadManifestError,
    Entry,
    Name,
    NewerManifestError,
    Pending,
    Root,
    blob_name,
    fault_in_path,
    is_name,
    node_name,
)
from .problems import Problem, ProblemKind, kind_of

DOCUMENTS = "documents/"
_ROW = struct.Struct(">32sQB")
DEEPEST_LOOK = 12  # a trie is as deep that has 16**12 paths
_COPY_BIT = {copy: 1 << number for number, copy in enumerate(COPIES)}


@dataclass
class Files:
    """One walk over a record and what it found; `problems` is empty where all is well."""

    record: Path
    root: Root
    label: str = "record/"
    tell: Callable[[int], None] = lambda _: None
    problems: list[Problem] = field(default_factory=list)
    bad: dict[str, ProblemKind] = field(default_factory=dict)
    newer: dict[str, str] = field(default_factory=dict)
    """Files that a newer version wrote, with their formats: nobody can judge them here."""
    n_leftovers: int = 0
    documents: dict[Digest, Entry] = field(default_factory=dict)
    keys_files: dict[Digest, Entry] = field(default_factory=dict)
    _nodes: set[Digest] = field(default_factory=set)
    _blobs: dict[str, bytearray] = field(default_factory=dict)
    _pending: set[Name] = field(default_factory=set)
    is_whole: bool = True
    _is_topless: bool = False
    _is_mixed: bool = False
    _is_pending_newer: bool = False

    def name(self, name: str, kind: ProblemKind, detail: str = "") -> None:
        """Note one bad file of the record."""
        self.problems.append(Problem(self.label + name, kind, detail))
        self.bad[name] = kind

    # The trie: what there must be

    def read_trie(self) -> None:
        """Walk all nodes and note which blobs they ask for."""
        for path, entry in self._below(self.root.node, prefix="", count=self.root.entries):
            self._list_blob(entry)
            # In other letters too: some disks keep both under one name, and show one for the other.
            if path.lower().startswith(DOCUMENTS):
                self._list_document(path, entry)

    def _below(self, digest: Digest, *, prefix: str, count: int) -> Iterator[tuple[str, Entry]]:
        try:
            # No list of paths is right in two places, and one that stood in many would be read for ever.
            if digest in self._nodes:
                raise BadManifestError("in two places")
            node = load_node(self.record, digest)
            fault = trie.fault_in_shape(node, prefix=prefix, count=count)
            if fault:
                raise BadManifestError(fault)
        except FileError as error:
            self.is_whole = False
            self._is_topless = self._is_topless or not prefix
            self.name(error.name, kind_of(error.fault))
            self._nodes.add(digest)
            return
        except BadManifestError as error:
            self.is_whole = False
            self.name(node_name(digest), ProblemKind.BAD_NODE, str(error))
            self._nodes.add(digest)
            return
        self._nodes.add(digest)
        if isinstance(node, trie.Leaf):
            yield from node.entries.items()
            return
        for digit, child in node.children.items():
            yield from self._below(child.digest, prefix=prefix + digit, count=child.count)

    def _list_blob(self, entry: Entry) -> None:
        bits = sum(_COPY_BIT[copy] for copy in entry.copies)
        row = _ROW.pack(bytes.fromhex(entry.blob), entry.size, bits)
        self._blobs.setdefault(entry.blob[:2], bytearray()).extend(row)

    def _list_document(self, path: str, entry: Entry) -> None:
        digest, _, suffix = path.removeprefix(DOCUMENTS).partition(".")
        if is_digest(digest) and suffix == "json":
            self.documents[Digest(digest)] = entry
        elif is_digest(digest) and suffix == "keys.json":
            self.keys_files[Digest(digest)] = entry
        else:
            self.name(blob_name(entry.blob), ProblemKind.BAD_DOCUMENT, path)

    # The folder: what there is

    def read_pending(self, release_key: PublicKey) -> None:
        """Believe what the release key says is under way for this edition or the next."""
        for item in self._items(PENDING_FOLDER):
            name = f"{PENDING_FOLDER}/{item.name}"
            try:
                pending = Pending.from_bytes(read_file(self.record, name, largest=LARGEST_PENDING))
            except FileError as error:
                self.name(name, kind_of(error.fault))
                continue
            except NewerManifestError as error:
                self._set_aside(name, error, release_key)
                continue
            except BadManifestError as error:
                self.name(name, ProblemKind.BAD_PENDING, str(error))
                continue
            detail = self._why_not_pending(pending, name, release_key)
            if detail:
                self.name(name, ProblemKind.BAD_PENDING, detail)
            else:
                self._pending |= {*pending.adds, *pending.removes}

    def _set_aside(self, name: str, newer: NewerManifestError, release_key: PublicKey) -> None:
        """A list of a newer version may name any file that is what it is called, and no other."""
        if release_key.hex not in newer.keys:
            self.name(name, ProblemKind.BAD_PENDING, "not signed by the release key")
            return
        self.newer[name] = newer.format
        self._is_pending_newer = True

    def _why_not_pending(self, pending: Pending, name: str, release_key: PublicKey) -> str | None:
        if not pending.is_signed_by(release_key):
            return "not signed by the release key"
        if pending.site != self.root.site or pending.name != name:
            return "of another place"
        if pending.edition not in {self.root.edition, self.root.edition + 1}:
            return f"of edition {pending.edition}"
        return None

    def read_folder(self) -> None:
        """Look at every file in the record, and for every file that should be there."""
        for item in self._items(""):
            if item.name not in {ROOT_FILE, "blobs", "manifest", PENDING_FOLDER}:
                self._unlisted(item, item.name)
            elif item.name != ROOT_FILE:
                self._is_folder(item, item.name)
        self._read_shards("manifest", self._read_nodes_in)
        self._read_shards("blobs", self._read_blobs_in)
        if self._is_mixed:
            self.name(ROOT_FILE, ProblemKind.MIXED, f"edition {self.root.edition}")

    def _read_shards(self, top: str, read: Callable[[str, str], None]) -> None:
        seen = set()
        for item in self._items(top):
            shard = item.name
            if len(shard) != 2 or set(shard) - set(trie.DIGITS):
                self._unlisted(item, f"{top}/{shard}")
            elif self._is_folder(item, f"{top}/{shard}"):
                read(shard, f"{top}/{shard}")
                seen.add(shard)
        for shard in sorted(self._blobs.keys() - seen if top == "blobs" else ()):
            read(shard, f"{top}/{shard}")

    def _read_nodes_in(self, shard: str, folder: str) -> None:  # noqa: ARG002 - as for blobs
        """Nodes that the trie asks for have been read: here only what is too much counts."""
        for item in self._items(folder):
            name = Name(f"{folder}/{item.name}")
            digest = Digest(item.name.removesuffix(".json"))
            if not is_name(name):
                self._unlisted(item, name)
            elif digest in self._nodes:
                continue
            elif name in self._pending or self._is_pending_newer:
                self._leftover(name, digest)
            else:
                self._unneeded(item, name, digest)
                self._is_mixed = self._is_mixed or self._is_other_top(digest)

    def _unneeded(
        self, item: "os.DirEntry[str]", name: Name, digest: Digest, *, copy: str = ""
    ) -> None:
        """Name a file that nothing asks for; where a list is damaged, only one that is damaged too.

        Else the files of a list that cannot be read would be named as if someone had added them.
        """
        if self.is_whole or not item.is_file(follow_symlinks=False):
            self._unlisted(item, name)
        else:
            self._is_what_it_is_called(name, digest, copy=copy)

    def _is_other_top(self, digest: Digest) -> bool:
        """Whether the root's own top node is missing and this is the top of another edition's trie."""
        if not self._is_topless:
            return False
        try:
            node = load_node(self.record, digest)
            if isinstance(node, trie.Leaf):
                firsts = {trie.place_of(path)[0] for path in node.entries}
                return len(firsts) > 1 or not firsts
            return bool(node.children) and all(
                self._some_place(child.digest).startswith(digit)
                for digit, child in node.children.items()
            )
        except (FileError, BadManifestError):
            return False

    def _some_place(self, digest: Digest) -> str:
        """Return the place of some path below this node; empty where none is there, or very deep down."""
        for _ in range(DEEPEST_LOOK):
            node = load_node(self.record, digest)
            if isinstance(node, trie.Leaf):
                return next(map(trie.place_of, node.entries), "")
            child = next(iter(node.children.values()), None)
            if child is None:
                break
            digest = child.digest
        return ""

    def _read_blobs_in(self, shard: str, folder: str) -> None:
        wanted: dict[str, tuple[int, int]] = {}
        for row, size, bits in _ROW.iter_unpack(self._blobs.get(shard, b"")):
            digest = row.hex()
            first, copies = wanted.get(digest, (size, 0))
            wanted[digest] = (first, bits | copies)
            if size != first:
                self.name(blob_name(digest), ProblemKind.WRONG_SIZE, f"{first} and {size} bytes")
        found = set()
        for item in self._items(folder):
            name = Name(f"{folder}/{item.name}")
            digest, _, copy = item.name.partition(".")
            size, bits = wanted.get(digest, (0, 0))
            if not is_name(name):
                self._unlisted(item, name)
            elif digest in wanted and (not copy or bits & _COPY_BIT[copy]):
                found.add(item.name)
                self._blob(name, Digest(digest), copy=copy, size=size)
            elif name in self._pending or self._is_pending_newer:
                self._leftover(name, Digest(digest), copy=copy)
            else:
                self._unneeded(item, name, Digest(digest), copy=copy)
        for digest, (_, bits) in wanted.items():
            for copy in ("", *COPIES):
                needed = not copy or bits & _COPY_BIT[copy]
                name = blob_name(digest, copy=copy)
                if needed and name.rpartition("/")[2] not in found:
                    self.name(name, ProblemKind.MISSING)

    def _blob(self, name: Name, digest: Digest, *, copy: str, size: int) -> None:
        self.tell(1)
        try:
            if copy:
                packed = read_file(self.record, name, largest=size)
                if not is_copy_of(packed, copy=copy, digest=digest, size=size):
                    self.name(name, ProblemKind.BAD_COPY)
                return
            there = digest_of_file(self.record, name, size=size)
        except FileError as error:
            self.name(name, kind_of(error.fault))
            return
        if there is None:
            self.name(name, ProblemKind.WRONG_SIZE, f"{size} bytes expected")
        elif there != digest:
            self.name(name, ProblemKind.CHANGED)

    def _leftover(self, name: Name, digest: Digest, *, copy: str = "") -> None:
        """What an unfinished edition left may stay, if it is what its name says."""
        if self._is_what_it_is_called(name, digest, copy=copy):
            self.n_leftovers += 1

    def _is_what_it_is_called(self, name: Name, digest: Digest, *, copy: str = "") -> bool:
        try:
            data = read_file(self.record, name, largest=LARGEST_BLOB)
        except FileError as error:
            self.name(name, kind_of(error.fault))
            return False
        if copy:
            unpacked = unpack(data, copy=copy, largest=LARGEST_BLOB)
            is_right = unpacked is not None and digest_of(unpacked) == digest
        else:
            is_right = digest_of(data) == digest
        if not is_right:
            self.name(name, ProblemKind.BAD_COPY if copy else ProblemKind.CHANGED)
        return is_right

    # Looking without following

    def _items(self, folder: str) -> Iterator[os.DirEntry[str]]:
        place = self.record / folder
        try:
            if stat.S_ISLNK(place.lstat().st_mode) and folder:
                return  # a link in a folder's place has been named where its own folder was read
            with os.scandir(place) as items:
                found = sorted(items, key=lambda item: item.name)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError:
            self.name(folder, ProblemKind.UNREADABLE)
            return
        yield from found

    def _is_folder(self, item: "os.DirEntry[str]", name: str) -> bool:
        if item.is_dir(follow_symlinks=False):
            return True
        self.name(name, ProblemKind.LINK if item.is_symlink() else ProblemKind.SPECIAL)
        return False

    def _unlisted(self, item: "os.DirEntry[str]", name: str) -> None:
        if item.is_symlink():
            self.name(name, ProblemKind.LINK)
        elif item.is_dir(follow_symlinks=False):
            self.name(f"{name}/", ProblemKind.UNLISTED)
        elif item.is_file(follow_symlinks=False):
            self.name(name, ProblemKind.UNLISTED)
        else:
            self.name(name, ProblemKind.SPECIAL)


@dataclass
class SiteFiles:
    """``site/`` beside the record: the same files under their paths, and no others."""

    files: Files
    site: Path
    label: str = "site/"
    _n_there: int = 0

    def read(self) -> None:
        """Compare every path of the edition with the file under it, then look for others."""
        if self.site.is_symlink():
            self._name("", ProblemKind.LINK)
            return
        n_problems = len(self.files.problems)
        for path, entry in trie.walk(self.files.root.node, load=self._load):
            self._compare(path, entry, "")
            for copy in entry.copies:
                self._compare(path, entry, copy)
        # Where every path is right, as many files as paths means that there is no other.
        is_right = len(self.files.problems) == n_problems
        if not is_right or sum(1 for _ in self._found("")) != self._n_there:
            for name in self._found(""):
                if not self._belongs(name):
                    self._name(name, ProblemKind.UNLISTED)

    def _compare(self, path: str, entry: Entry, copy: str) -> None:
        name, blob = f"{path}.{copy}" if copy else path, blob_name(entry.blob, copy=copy)
        self.files.tell(1)
        try:
            with opened(self.site, name) as descriptor:
                here = os.fstat(descriptor)
            self._n_there += 1
            if self._is_same_file(here, blob):
                if blob in self.files.bad:
                    self._name(name, self.files.bad[blob])
            elif copy:
                packed = read_file(self.site, name, largest=entry.size)
                if not is_copy_of(packed, copy=copy, digest=entry.blob, size=entry.size):
                    self._name(name, ProblemKind.BAD_COPY)
            elif digest_of_file(self.site, name, size=entry.size) != entry.blob:
                self._name(name, ProblemKind.CHANGED)
        except FileError as error:
            self._n_there += error.fault is not FileFault.MISSING
            self._name(name, kind_of(error.fault))

    def _is_same_file(self, here: os.stat_result, blob: Name) -> bool:
        """Whether this is a hard link to the record's own file, which has been looked at already."""
        try:
            there = (self.files.record / blob).lstat()
        except OSError:
            return False
        return stat.S_ISREG(there.st_mode) and os.path.samestat(here, there)

    def _found(self, folder: str) -> Iterator[str]:
        """Yield every file, and every folder without any, or deeper than any path leads."""
        try:
            with os.scandir(self.site / folder) as scan:
                items = sorted(scan, key=lambda item: item.name)
        except OSError:
            self._name(folder, ProblemKind.UNREADABLE)
            return
        if folder and (not items or len(folder) > LONGEST_PATH):
            yield f"{folder}/"
            return
        for item in items:
            name = f"{folder}/{item.name}" if folder else item.name
            if item.is_dir(follow_symlinks=False):
                yield from self._found(name)
            else:
                yield name

    def _belongs(self, name: str) -> bool:
        path, _, copy = name.rpartition(".")
        if copy not in COPIES:
            path, copy = name, ""
        if fault_in_path(path):
            return False
        entry = trie.lookup(self.files.root.node, path, load=self._load)
        return entry is not None and (not copy or copy in entry.copies)

    def _load(self, digest: Digest) -> trie.Node:
        return load_node(self.files.record, digest)

    def _name(self, name: str, kind: ProblemKind) -> None:
        self.files.problems.append(Problem(self.label + name, kind))

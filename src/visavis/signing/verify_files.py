"""Is every file of a record the one that its root asks for, and is there nothing else?

1. From the signed root down, each node of the trie is read, compared with its digest, and must have
   the one shape that its paths allow. This tells which blobs there must be, and of what size.
2. Every file in the folder is looked at without following links: what nothing asks for is named, what
   is asked for is measured before it is read, then hashed; copies are unpacked no further than that.
3. What an unfinished edition, signed by the release key, says it is adding or removing may be there or
   be missing, but never be other bytes than its name says.
4. ``site/``, where it is beside the record, holds the same files under the paths, and no others. While an
   edition is brought there, a path may be missing, or still be what it was in the edition before.

What nobody vouches for is read no further than an answer needs: the maker of a hostile copy must not
keep a reader busy. So nothing but the chain of charters is read below a root that is not trusted.

Memory: 41 bytes for each path and a digest for each node; never a whole large file.
"""

import os
import stat
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
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
    Spellings,
    blob_name,
    fault_in_path,
    is_name,
    node_name,
)
from .problems import Problem, ProblemKind, kind_of

DOCUMENTS = "documents/"
_ROW = struct.Struct(">32sQB")
DEEPEST_LOOK = 12  # a trie is as deep that has 16**12 paths
MOST_LOOKED_AT = 1024  # nodes that are read to tell which edition the lists are of
MOST_UNASKED = 256 * 1024 * 1024  # bytes that are hashed of files that nothing asks for
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
    is_whole: bool = True
    is_half_done: bool = False
    """Whether the root's own edition may still be on its way into ``site/``."""
    n_before: int = 0
    """How many files of ``site/`` are missing so far, or are of the edition before."""
    _nodes: set[Digest] = field(default_factory=set)
    _blobs: dict[str, bytearray] = field(default_factory=dict)
    _pending: set[Name] = field(default_factory=set)
    _going: set[Digest] = field(default_factory=set)
    _places: dict[Digest, str] = field(default_factory=dict)
    _hashed: dict[tuple[int, int, str], Digest | None] = field(default_factory=dict)
    _n_unasked: int = 0
    _is_topless: bool = False
    _is_pending_newer: bool = False

    def name(self, name: str, kind: ProblemKind, detail: str = "") -> None:
        """Note one bad file of the record."""
        self.problems.append(Problem(self.label + name, kind, detail))
        self.bad[name] = kind

    # The trie: what there must be

    def find_document(self, digest: Digest) -> None:
        """Look up one document and its keys file, before the whole trie is read: a few nodes each."""
        places = ((".json", self.documents), (".keys.json", self.keys_files))
        at = self.root.node

        def load(node: Digest) -> trie.Node:
            nonlocal at
            at = node
            return load_node(self.record, node)

        for suffix, found in places:
            try:
                entry = trie.lookup(self.root.node, f"{DOCUMENTS}{digest}{suffix}", load=load)
            except (FileError, BadManifestError) as error:
                self._name_node(at, error, is_top=at == self.root.node)
                return
            if entry is not None:
                found[digest] = entry

    def _name_node(
        self, digest: Digest, error: FileError | BadManifestError, *, is_top: bool
    ) -> None:
        self.is_whole = False
        if isinstance(error, FileError):
            self._is_topless = self._is_topless or is_top
            self.name(node_name(digest), kind_of(error.fault))
        else:
            self.name(node_name(digest), ProblemKind.BAD_NODE, str(error))

    def read_trie(self) -> None:
        """Walk all nodes and note which blobs they ask for."""
        spellings = Spellings()
        for path, entry in self._below(self.root.node, prefix="", count=self.root.entries):
            spellings.note(path)
            self._list_blob(entry)
            if path.startswith(DOCUMENTS):
                self._list_document(path, entry)
        if self.is_whole and spellings:
            self._compare_spellings(spellings)

    def _compare_spellings(self, spellings: Spellings) -> None:
        named = set()
        for path, entry in trie.walk(self.root.node, load=partial(load_node, self.record)):
            other = spellings.other(path)
            if other and other not in named:
                named.add(other)
                self.name(
                    blob_name(entry.blob), ProblemKind.ONLY_CAPITALS, f"{path}, beside {other}"
                )

    def _below(self, digest: Digest, *, prefix: str, count: int) -> Iterator[tuple[str, Entry]]:
        try:
            # No list of paths is right in two places, and one that stood in many would be read for ever.
            if digest in self._nodes:
                raise BadManifestError("in two places")
            node = load_node(self.record, digest)
            fault = trie.fault_in_shape(node, prefix=prefix, count=count)
            if fault:
                raise BadManifestError(fault)
        except (FileError, BadManifestError) as error:
            self._name_node(digest, error, is_top=not prefix)
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
        """Believe what the release key says is under way for this edition or the next.

        Nothing is read beyond the first list that is not right: there may be thousands.
        """
        for item in self._items(PENDING_FOLDER):
            if not self._read_list(f"{PENDING_FOLDER}/{item.name}", release_key):
                return

    def _read_list(self, name: str, release_key: PublicKey) -> bool:
        """Read one list of what is pending; return whether it is right."""
        try:
            pending = Pending.from_bytes(read_file(self.record, name, largest=LARGEST_PENDING))
        except FileError as error:
            self.name(name, kind_of(error.fault))
            return False
        except NewerManifestError as error:
            return self._set_aside(name, error, release_key)
        except BadManifestError as error:
            self.name(name, ProblemKind.BAD_PENDING, str(error))
            return False
        detail = self._why_not_pending(pending, name, release_key)
        if detail:
            self.name(name, ProblemKind.BAD_PENDING, detail)
            return False
        self._pending |= {*pending.adds, *pending.removes}
        if pending.edition == self.root.edition:
            self.is_half_done = True
            self._going |= {digest for name in pending.removes if (digest := digest_of_node(name))}
        return True

    def _set_aside(self, name: str, newer: NewerManifestError, release_key: PublicKey) -> bool:
        """A list of a newer version may name any file that is what it is called, and no other."""
        if release_key.hex not in newer.keys:
            self.name(name, ProblemKind.BAD_PENDING, "not signed by the release key")
            return False
        self.newer[name] = newer.format
        self._is_pending_newer = True
        return True

    def top_before(self) -> Digest | None:
        """Return the top node of the edition before, or None where it is not here any more.

        Every node that the edition takes away hangs below the old top by nodes that it takes away: whoever
        stays where they are has the same digest, and so has all below. So the top is the one below none.
        """
        tops = set(self._going)
        try:
            for digest in self._going:
                node = load_node(self.record, digest)
                if isinstance(node, trie.Inner):
                    tops.difference_update(child.digest for child in node.children.values())
        except (FileError, BadManifestError):
            return None
        return tops.pop() if len(tops) == 1 else None

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

    def look_for_other_top(self) -> None:
        """Where the root's top node is missing, say so if another edition's is here in its place."""
        if not self._is_topless:
            return
        for shard in self._items("manifest"):
            for item in self._items(f"manifest/{shard.name}"):
                if len(self._places) > MOST_LOOKED_AT:
                    return
                name = f"manifest/{shard.name}/{item.name}"
                digest = digest_of_node(name)
                if digest and self._is_other_top(digest):
                    self.name(ROOT_FILE, ProblemKind.MIXED, f"edition {self.root.edition}")
                    return

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

    def _unneeded(
        self, item: "os.DirEntry[str]", name: Name, digest: Digest, *, copy: str = ""
    ) -> None:
        """Name a file that nothing asks for; where a list is damaged, only one that is damaged too.

        Else the files of a list that cannot be read would be named as if someone had added them.
        """
        if self.is_whole or not item.is_file(follow_symlinks=False):
            self._unlisted(item, name)
            return
        # A hole may be large on no disk: beyond this many bytes such files are neither read nor named.
        self._n_unasked += min(item.stat(follow_symlinks=False).st_size, LARGEST_BLOB)
        if self._n_unasked <= MOST_UNASKED:
            self._is_what_it_is_called(name, digest, copy=copy)

    def _is_other_top(self, digest: Digest) -> bool:
        """Whether this is the top of another edition's trie. Each node is read twice at most."""
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
        passed, place = [], ""
        for _ in range(DEEPEST_LOOK):
            if digest in self._places:
                place = self._places[digest]
                break
            passed.append(digest)
            self._places[digest] = ""
            node = load_node(self.record, digest)
            if isinstance(node, trie.Leaf):
                place = next(map(trie.place_of, node.entries), "")
                break
            child = next(iter(node.children.values()), None)
            if child is None:
                break
            digest = child.digest
        self._places |= dict.fromkeys(passed, place)
        return place

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
            is_right = self._digest_there(name, copy=copy) == digest
        except FileError as error:
            # What is going may go between two looks.
            if error.fault is not FileFault.MISSING:
                self.name(name, kind_of(error.fault))
            return False
        if not is_right:
            self.name(name, ProblemKind.BAD_COPY if copy else ProblemKind.CHANGED)
        return is_right

    def _digest_there(self, name: Name, *, copy: str) -> Digest | None:
        """Return the digest of a file, or of what a copy unpacks to: one file under many names only once."""
        with opened(self.record, name) as descriptor:
            there = os.fstat(descriptor)
        mark = (there.st_dev, there.st_ino, copy)
        if mark not in self._hashed:
            data: bytes | None = read_file(self.record, name, largest=LARGEST_BLOB)
            if copy and data is not None:
                data = unpack(data, copy=copy, largest=LARGEST_BLOB)
            self._hashed[mark] = None if data is None else digest_of(data)
        return self._hashed[mark]

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


def digest_of_node(name: str) -> Digest | None:
    """Return the digest of the node whose place in the record this is, or None for another file's."""
    digest = Digest(name.rpartition("/")[2].removesuffix(".json"))
    return digest if is_name(name) and name == node_name(digest) else None


@dataclass
class SiteFiles:
    """``site/`` beside the record: the same files under their paths, and no others.

    While the root's own edition is pending, what is missing so far, and what is still as in the edition
    before, is counted and not named: `Files.n_before`.
    """

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
        is_right = len(self.files.problems) == n_problems and not self.files.n_before
        if not is_right or sum(1 for _ in self._found("")) != self._n_there:
            for name in self._found(""):
                if not self._belongs(name):
                    self._fault(name, ProblemKind.UNLISTED)

    def _compare(self, path: str, entry: Entry, copy: str) -> None:
        self.files.tell(1)
        name = f"{path}.{copy}" if copy else path
        kind = self._why_not(name, entry, copy)
        self._n_there += kind is not ProblemKind.MISSING
        if kind:
            self._fault(name, kind)

    def _fault(self, name: str, kind: ProblemKind) -> None:
        """Name what is not of this edition, unless the edition before is still to give way here."""
        if self.files.is_half_done and (kind is ProblemKind.MISSING or self._is_of_before(name)):
            self.files.n_before += 1
        else:
            self._name(name, kind)

    def _is_of_before(self, name: str) -> bool:
        """Whether this file, or empty folder, may be here from the edition before."""
        if name.endswith("/"):
            return fault_in_path(f"{name}a.b") is None
        if self._before is None:
            return False
        path, copy = path_and_copy(name)
        try:
            entry = trie.lookup(self._before, path, load=self._load)
        except (FileError, BadManifestError):
            return False
        if entry is None or (copy and copy not in entry.copies):
            return False
        return self._why_not(name, entry, copy) is None

    @cached_property
    def _before(self) -> Digest | None:
        return self.files.top_before()

    def _why_not(self, name: str, entry: Entry, copy: str) -> ProblemKind | None:
        """Return why the file of this name is not what the entry says, or None."""
        blob = blob_name(entry.blob, copy=copy)
        try:
            with opened(self.site, name) as descriptor:
                here = os.fstat(descriptor)
            if self._is_same_file(here, blob):
                return self.files.bad.get(blob)
            if copy:
                packed = read_file(self.site, name, largest=entry.size)
                is_right = is_copy_of(packed, copy=copy, digest=entry.blob, size=entry.size)
                return None if is_right else ProblemKind.BAD_COPY
            is_right = digest_of_file(self.site, name, size=entry.size) == entry.blob
            return None if is_right else ProblemKind.CHANGED
        except FileError as error:
            return kind_of(error.fault)

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
        path, copy = path_and_copy(name)
        if fault_in_path(path):
            return False
        entry = trie.lookup(self.files.root.node, path, load=self._load)
        return entry is not None and (not copy or copy in entry.copies)

    def _load(self, digest: Digest) -> trie.Node:
        return load_node(self.files.record, digest)

    def _name(self, name: str, kind: ProblemKind) -> None:
        self.files.problems.append(Problem(self.label + name, kind))


def path_and_copy(name: str) -> tuple[str, str]:
    """Return the path that a file of ``site/`` shows, and which copy it is, if any."""
    path, _, copy = name.rpartition(".")
    return (path, copy) if copy in COPIES else (name, "")

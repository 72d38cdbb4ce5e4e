"""One edition while it is written: content in, staged files and a new trie out."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from visavis.signing import trie
from visavis.signing.canonical import Digest, digest_of
from visavis.signing.copies import copies_of, is_copy_of
from visavis.signing.files import FileError, read_file
from visavis.signing.keys import PrivateKey
from visavis.signing.manifest import (
    COPIES,
    LARGEST_BLOB,
    PENDING_FOLDER,
    ROOT_FILE,
    Entry,
    Name,
    Pending,
    Root,
    SignedRoot,
    Spellings,
    blob_name,
    fault_in_path,
    node_name,
)

from .store_files import Folders, make_folder, set_time, sync_all, sync_folder, time_of, write_file
from .store_site import notes_of

BATCH = 256
"""Paths whose content is in memory at once while their copies are made."""

MOST_STAGED_FILES, MOST_STAGED_BYTES = 4096, 64 * 1024 * 1024
PREFIXES = tuple(f"{n:02x}" for n in range(256))


class BadPathError(ValueError):
    """A path or a file that no record can hold, or a path that was given twice."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a path is to show, and whether compressed copies are worth having."""

    data: bytes
    compressible: bool = True


@dataclass(frozen=True, slots=True)
class Taken:
    """One path as it will be, with the files that this needs."""

    path: str
    entry: Entry | None
    files: Mapping[Name, bytes]


class Writing:
    """Stages one edition. Nothing that anyone reads changes before `release`."""

    def __init__(
        self,
        folders: Folders,
        *,
        old: Root | None,
        site: str,
        day: date,
        keys: Sequence[PrivateKey],
        load: trie.Load,
    ) -> None:
        self.folders, self.old, self.site, self.keys = folders, old, site, keys
        self.edition = old.edition + 1 if old else 1
        self.time = time_of(day, edition=self.edition)
        self.removes: Iterable[Name] = ()
        self._load = load
        self._staged: dict[Name, bytes] = {}
        self._staged_bytes = 0
        self._fresh: set[Name] = set()
        self._part = 0
        self._made: set[str] = set()
        self._shared = Shared(folders)
        self._spellings = Spellings()
        self._notes = notes_of(folders).open("w", encoding="ascii")

    # Content → entries and staged files

    def taken_up(
        self,
        items: Iterable[tuple[str, Content | None]],
        *,
        progress: Callable[[int], None] | None,
    ) -> Iterator[tuple[str, Entry | None]]:
        """Stage the files of each path, a batch at a time, and say what its entry will be."""
        n, source = 0, iter(items)
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
            while batch := list(islice(source, BATCH)):
                for taken in workers.map(self._prepared, batch):
                    for name, data in taken.files.items():
                        self._stage(name, data, size=taken.entry.size if taken.entry else 0)
                    if taken.entry is not None:
                        self._spellings.note(taken.path)
                    yield taken.path, taken.entry
                n += len(batch)
                if progress:
                    progress(n)

    def _prepared(self, item: tuple[str, Content | None]) -> Taken:
        path, content = item
        fault = fault_in_path(path)
        if fault:
            raise BadPathError(f"{path!r}: {fault}")
        if content is None:
            return Taken(path, None, {})
        blob, size = digest_of(content.data), len(content.data)
        if size > LARGEST_BLOB:
            raise BadPathError(f"{path!r}: larger than a file of a record may be")
        before = trie.lookup(self.old.node, path, load=self._load) if self.old else None
        if before and before.blob == blob and (content.compressible or not before.copies):
            return Taken(path, before, {})
        copies = copies_of(content.data) if content.compressible else {}
        entry = Entry(blob, size, tuple(copy for copy in COPIES if copy in copies))
        files = {blob_name(blob, copy=copy): packed for copy, packed in copies.items()}
        return Taken(path, entry, {blob_name(blob): content.data, **files})

    # Entries → trie

    def change(self, taken: Iterable[tuple[str, Entry | None]], *, old: Root) -> trie.Child:
        """Carry the changes into the trie of the edition before."""
        entries: dict[str, Entry | None] = {}
        for path, entry in taken:
            _once(path, entries)
            entries[path] = entry
        self._refuse_second_spellings(entries)
        change = trie.changed(old.node, entries, load=self._load)
        uses: Counter[Name] = Counter()
        for path, entry in entries.items():
            before = change.before.get(path)
            if before != entry:
                self._note(path)
                uses.subtract(before.names if before else ())
                uses.update(entry.names if entry else ())
        unused = self._shared.change(
            uses, old=old.node, new=change.top, fresh=self._fresh, load=self._load
        )
        self.removes = [*unused, *map(node_name, sorted(change.dropped))]
        for digest, data in change.nodes.items():
            self._stage(node_name(digest), data)
        return trie.Child(change.top, change.count)

    def build(self, taken: Iterable[tuple[str, Entry | None]]) -> trie.Child:
        """Build the trie from nothing but these paths, one 256th of them in memory at a time."""
        paths = _Spool(self.folders.new / "paths")
        for path, entry in taken:
            if entry is not None:
                paths.add(trie.place_of(path)[:2], path, entry)
        paths.close()
        uses, nodes = _Spool(self.folders.new / "uses"), set[bytes]()

        def save(digest: Digest, data: bytes) -> None:
            nodes.add(bytes.fromhex(digest))
            self._stage(node_name(digest), data)

        tops: dict[str, dict[str, trie.Subtree]] = {}
        for prefix in PREFIXES:
            entries: dict[str, Entry] = {}
            for path, entry in paths.read(prefix):
                _once(path, entries)
                entries[path] = entry
            self._refuse_second_spellings(entries)
            self._compare(prefix, entries, uses)
            tops.setdefault(prefix[0], {})[prefix[1]] = trie.subtree(
                entries, prefix=prefix, save=save
            )
        uses.close()
        halves = {digit: trie.joined(below, save=save) for digit, below in tops.items()}
        top = trie.finished(trie.joined(halves, save=save), save=save)
        self._write_removes(uses, nodes, new=top.digest)
        return top

    def _refuse_second_spellings(self, entries: Mapping[str, Entry | None]) -> None:
        for path, entry in entries.items():
            other = self._spellings.other(path) if entry is not None else None
            if other:
                raise BadPathError(f"{path!r}: only capitals tell it from {other!r}")

    def _compare(self, prefix: str, entries: Mapping[str, Entry], uses: "_Spool") -> None:
        """Note which paths change, and who needs which blob before and after."""
        before: dict[str, Entry] = {}
        if self.old:
            before = dict(trie.walk(self.old.node, load=self._load, prefix=prefix))
        for path in sorted(before.keys() | entries.keys()):
            if before.get(path) != entries.get(path):
                self._note(path)
        for entry in before.values():
            uses.add(entry.blob[:2], "-", entry)
        for entry in entries.values():
            uses.add(entry.blob[:2], "+", entry)

    def _write_removes(self, uses: "_Spool", nodes: set[bytes], *, new: Digest) -> None:
        listed, shared = self.folders.new / "removes", Counter[Name]()
        with listed.open("w", encoding="ascii") as file:
            for prefix in PREFIXES:
                before, after = set[Name](), Counter[Name]()
                for sign, entry in uses.read(prefix):
                    (before if sign == "-" else after).update(entry.names)
                file.writelines(f"{name}\n" for name in sorted(before - after.keys()))
                shared.update({name: n - 1 for name, n in after.items() if n > 1})
            if self.old:
                for digest in trie.nodes(self.old.node, load=self._load):
                    if bytes.fromhex(digest) not in nodes:
                        file.write(f"{node_name(digest)}\n")
        self._shared.replace({new: shared, **self._shared.only(self.old)})
        self.removes = _Lines(listed)

    def _note(self, path: str) -> None:
        self._notes.write(f"{path}\n")

    # Staged files → record

    def _stage(self, name: Name, data: bytes, *, size: int = 0) -> None:
        if name in self._staged or name in self._fresh:
            return
        # Names are put together as text here and below: a hundred thousand `Path` objects cost seconds.
        if os.path.lexists(f"{self.folders.record}/{name}"):
            if self._stands(name, data, size=size):
                # Under the path that shows it from now on it would be older than what stood there.
                set_time(f"{self.folders.record}/{name}", self.time)
                return
        else:
            self._fresh.add(name)
        self._staged[name] = data
        self._staged_bytes += len(data)
        if len(self._staged) >= MOST_STAGED_FILES or self._staged_bytes >= MOST_STAGED_BYTES:
            self._flush()

    def _stands(self, name: Name, data: bytes, *, size: int) -> bool:
        """Whether the file is there already, and whole; a damaged one is written again."""
        try:
            there = read_file(self.folders.record, name, largest=max(size, len(data)))
        except FileError:
            return False
        suffix = name.rpartition(".")[2]
        if suffix in COPIES:
            digest = Digest(name.split("/")[2].removesuffix(f".{suffix}"))
            return is_copy_of(there, copy=suffix, digest=digest, size=size)
        return there == data

    def _flush(self, *, removes: Sequence[Name] = ()) -> None:
        """Say what comes, write it aside, sync it, and only then give it its names.

        Before a first edition nothing is said: all of it goes if it is killed.
        """
        adds = [name for name in self._staged if name in self._fresh]
        if self.old is not None and (adds or removes):
            self._tell(adds=adds, removes=removes)
        if not self._staged:
            return
        new, record = str(self.folders.new), str(self.folders.record)
        for number, data in enumerate(self._staged.values()):
            write_file(f"{new}/{number}", data, time=self.time)
        sync_all(self.folders.public)
        for number, name in enumerate(self._staged):
            folder = name.rpartition("/")[0]
            if folder not in self._made:
                make_folder(self.folders.record / folder)
                self._made.add(folder)
            os.replace(f"{new}/{number}", f"{record}/{name}")  # noqa: PTH105 - see `_stage`
        self._staged.clear()
        self._staged_bytes = 0

    def _tell(self, *, adds: Sequence[Name], removes: Sequence[Name]) -> None:
        """Write down, signed, what is about to come and go."""
        self._part += 1
        pending = Pending.sign(
            site=self.site,
            edition=self.edition,
            part=self._part,
            adds=adds,
            removes=removes,
            keys=self.keys,
        )
        make_folder(self.folders.record / PENDING_FOLDER)
        beside = self.folders.new / "pending"
        write_file(beside, pending.data, time=self.time)
        sync_all(self.folders.public)
        beside.replace(self.folders.record / pending.name)
        sync_folder(self.folders.record / PENDING_FOLDER)

    def release(self, signed: SignedRoot) -> None:
        """Put down what is staged and replace the root: from here on this is the edition."""
        going = iter(self.removes)
        self._flush(removes=list(islice(going, MOST_STAGED_FILES)))
        while chunk := list(islice(going, MOST_STAGED_FILES)):
            self._tell(adds=(), removes=chunk)
        if not self._part:
            # Even where no file comes or goes: as long as a list is there, ``site/`` may lag behind.
            self._tell(adds=(), removes=())
        self._notes.close()
        beside = self.folders.new / ROOT_FILE
        write_file(beside, signed.data, time=self.time)
        sync_all(self.folders.public)
        beside.replace(self.folders.record / ROOT_FILE)
        sync_folder(self.folders.record)
        for folder in self._made | {folder.partition("/")[0] for folder in self._made}:
            set_time(self.folders.record / folder, self.time)

    def abandon(self) -> None:
        """Let go of what is open; `Store.recover` takes the rest back."""
        self._notes.close()


class Shared:
    """Which files of the record serve more than one path, so that none is deleted while another needs it.

    Kept outside the record, under the digest of the trie that it was counted for: one that does not
    fit (a record that was copied here, say) is counted again, once.
    """

    def __init__(self, folders: Folders) -> None:
        self.file, self.folders = folders.tmp / "shared.json", folders

    def change(
        self,
        uses: Counter[Name],
        *,
        old: Digest,
        new: Digest,
        fresh: set[Name],
        load: trie.Load,
    ) -> list[Name]:
        """Carry a change in the uses of files over to ``new``; return the files without any."""
        counted = self._counted(old)
        before = self._count(old, load=load) if counted is None else counted
        after, unused = Counter(before), []
        for name, more in uses.items():
            n = (0 if name in fresh else 1 + before[name]) + more
            after.pop(name, None)
            if n > 1:
                after[name] = n - 1
            elif n < 1:
                unused.append(name)
        self.replace({old: before, new: after})
        return sorted(unused)

    def only(self, root: Root | None) -> dict[Digest, Counter[Name]]:
        """Return the counts of one edition, where they are known."""
        counted = self._counted(root.node) if root else None
        return {root.node: counted} if root and counted is not None else {}

    def replace(self, counts: Mapping[Digest, Mapping[Name, int]]) -> None:
        """Keep these counts and no others; synced with everything else of the edition."""
        beside = self.folders.new / "shared"
        beside.write_text(json.dumps(counts), encoding="ascii")
        beside.replace(self.file)

    def _counted(self, top: Digest) -> Counter[Name] | None:
        try:
            counts = json.loads(self.file.read_text(encoding="ascii"))
            return Counter({Name(name): int(n) for name, n in counts[top].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    @staticmethod
    def _count(top: Digest, *, load: trie.Load) -> Counter[Name]:
        """Count who shares what in the whole trie. Cost: one walk over it."""
        uses = Counter[Name]()
        for _, entry in trie.walk(top, load=load):
            uses.update(entry.names)
        return Counter({name: n - 1 for name, n in uses.items() if n > 1})


class _Spool:
    """Entries set aside in 256 files, to be read back one file at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lines: dict[str, list[str]] = {}
        make_folder(folder)

    def add(self, prefix: str, label: str, entry: Entry) -> None:
        lines = self._lines.setdefault(prefix, [])
        lines.append(f"{label}\t{entry.blob}\t{entry.size}\t{' '.join(entry.copies)}\n")
        if len(lines) >= 256:
            self._write(prefix)

    def close(self) -> None:
        for prefix in list(self._lines):
            self._write(prefix)

    def read(self, prefix: str) -> Iterator[tuple[str, Entry]]:
        place = self.folder / prefix
        if place.exists():
            with place.open(encoding="ascii") as lines:
                for line in lines:
                    label, blob, size, copies = line.rstrip("\n").split("\t")
                    yield label, Entry(Digest(blob), int(size), tuple(copies.split()))

    def _write(self, prefix: str) -> None:
        with (self.folder / prefix).open("a", encoding="ascii") as file:
            file.writelines(self._lines.pop(prefix))


@dataclass(frozen=True)
class _Lines:
    """The names in a file, read whenever they are asked for."""

    place: Path

    def __iter__(self) -> Iterator[Name]:
        with self.place.open(encoding="ascii") as lines:
            for line in lines:
                yield Name(line.rstrip("\n"))


def _once(path: str, seen: Mapping[str, object]) -> None:
    if path in seen:
        raise BadPathError(f"{path!r}: given twice")

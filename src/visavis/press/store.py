"""The public record on disk, and the one hand that writes it. No Django, no clock, no rendering.

`Store` keeps three folders below the public directory::

    record/   what is signed, copied and verified: `docs/record-format.md`
    site/     the same under plain paths for any web server: hard links, each replaced atomically
    tmp/      what is not complete yet, and the writer's own notes

An edition is written so that a kill at any instant leaves the old edition or the new one, never a mix:

1. ``record/pending/`` says, signed, which files will come and which will go;
2. the files are written in ``tmp/``, synced together, and renamed into the record complete;
3. one `os.replace` of ``manifest.json`` makes the edition;
4. ``site/`` follows path by path; then what nothing needs any more is deleted, ``pending/`` last.

Whatever a kill left undone is finished or taken back by `Store.recover`, with which every writing
begins. Cost of an edition: O(changed paths · log of all paths). A *full* edition takes an iterator of
any length; beside one batch of content it keeps a 256th of the paths and the nodes' digests in memory.
"""

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self, TypeAlias

from visavis.signing import trie
from visavis.signing.canonical import Digest
from visavis.signing.copies import BEST_BROTLI, BROTLI, brotlied, is_copy_of
from visavis.signing.files import FileError, load_node, read_root
from visavis.signing.keys import PrivateKey
from visavis.signing.manifest import (
    PENDING_FOLDER,
    ROOT_FILE,
    BadManifestError,
    Entry,
    Name,
    Pending,
    Root,
    SignedRoot,
    blob_name,
    node_name,
)

from .store_files import (
    PRIVATE_FOLDER,
    Folders,
    make_folder,
    set_time,
    sync_folder,
    time_of,
    write_file,
)
from .store_site import SiteFolder, notes_of
from .store_writing import BadPathError, Content, Shared, Writing

__all__ = ["BadPathError", "Content", "Entry", "Root", "Store", "StoreError"]

Changes: TypeAlias = Mapping[str, Content | None] | Iterable[tuple[str, Content | None]]
NODES_IN_MEMORY = 1024
ATTEMPTS = 5


class StoreError(Exception):
    """The public directory is not as this writer left it, and it will not guess."""


class Store:
    """Reads and writes the record below one public directory."""

    def __init__(self, public: Path) -> None:
        self.folders = Folders(public)
        self._seen: tuple[tuple[int, int, int], Root] | None = None
        self._node = lru_cache(maxsize=NODES_IN_MEMORY)(self._load_node)

    # Reading

    def root(self) -> Root | None:
        """Return the current edition, or None before the first. Cost: one `lstat` while it is the same."""
        try:
            there = (self.folders.record / ROOT_FILE).lstat()
        except FileNotFoundError:
            return None
        mark = (there.st_ino, there.st_ctime_ns, there.st_size)
        seen = self._seen
        if seen is None or seen[0] != mark:
            seen = self._seen = (mark, read_root(self.folders.record).root)
        return seen[1]

    def read(self, path: str) -> Entry | None:
        """Return what a path shows in the current edition, or None."""
        for _ in range(ATTEMPTS):
            root = self.root()
            if root is None:
                return None
            # An edition that comes between two reads may take the old nodes away: then ask again.
            with contextlib.suppress(FileError):
                return trie.lookup(root.node, path, load=self._node)
        raise StoreError("the manifest asks for nodes that are not in the record")

    def content(self, path: str, *, copy: str = "") -> bytes | None:
        """Return the bytes of a path, or of its ``br`` or ``gz`` copy; None where there is none."""
        for _ in range(ATTEMPTS):
            entry = self.read(path)
            if entry is None or (copy and copy not in entry.copies):
                return None
            with contextlib.suppress(FileNotFoundError):
                return self.file(entry, copy=copy).read_bytes()
        raise StoreError(f"the manifest asks for {path}, whose file is not in the record")

    def file(self, entry: Entry, *, copy: str = "") -> Path:
        """Return where the bytes of an entry lie."""
        return self.folders.record / blob_name(entry.blob, copy=copy)

    def entries(self, *, prefix: str = "") -> Iterator[tuple[str, Entry]]:
        """Yield every path of the current edition with its entry, in the order of the trie."""
        root = self.root()
        if root is not None:
            yield from trie.walk(root.node, load=self._load_node, prefix=prefix)

    def _load_node(self, digest: Digest) -> trie.Node:
        return load_node(self.folders.record, digest)

    # Writing

    def write_edition(
        self,
        changes: Changes,
        *,
        site: str,
        day: date,
        valid_until: date,
        charters: Sequence[Digest],
        recoveries: Sequence[Digest] = (),
        key: PrivateKey,
        key_before: PrivateKey | None = None,
        full: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> Root:
        """Release an edition: ``changes`` say what each path shows from now on, None that it is gone.

        With ``full`` the edition holds exactly these paths. ``key`` is the release key that the last of
        ``charters`` names; ``key_before`` that of the edition before, where this one changes it.
        ``progress`` gets the number of paths taken up so far. Raises BadPathError, and then nothing
        has changed.
        """
        keys = [key] if key_before is None else [key, key_before]
        items = changes.items() if isinstance(changes, Mapping) else changes
        with self._only_writer():
            self._recover()
            old = self.root()
            writing = Writing(self.folders, old=old, site=site, day=day, keys=keys, load=self._node)
            try:
                taken = writing.taken_up(items, progress=progress)
                top = (
                    writing.build(taken) if full or old is None else writing.change(taken, old=old)
                )
                root = Root(
                    site=site,
                    edition=writing.edition,
                    day=day,
                    valid_until=valid_until,
                    charters=tuple(charters),
                    recoveries=tuple(recoveries),
                    node=top.digest,
                    entries=top.count,
                )
                writing.release(SignedRoot.sign(root, key=key))
                self._finish(root, removes=writing.removes)
            except BaseException:
                writing.abandon()
                self._recover()
                raise
        return root

    def recover(self) -> None:
        """Finish or take back what a killed writer left; a record that is whole stays as it is."""
        with self._only_writer():
            self._recover()

    def rebuild_site(self) -> None:
        """Make ``site/`` again from the record, and take away what does not belong there."""
        with self._only_writer():
            self._recover()
            root = self.root()
            if root is not None:
                site = self._site(root)
                site.rebuild()
                site.close()
                notes_of(self.folders).unlink(missing_ok=True)

    def improve_compression(
        self, *, budget_seconds: float, stop: Callable[[], bool] = lambda: False
    ) -> int:
        """Replace quick brotli copies by the smallest, in the order they came; return how many.

        At least one path is looked at, however short the time. Copies are not signed, so nothing that
        anyone verifies changes.
        """
        until, n = time.monotonic() + budget_seconds, 0
        if not _Improvements(self.folders).waiting.exists():
            return 0
        with _Improvements(self.folders) as queue:
            for path in queue:
                n += self._improve(path)
                if stop() or time.monotonic() >= until:
                    break
        with self._only_writer():
            queue.forget_when_done()
        return n

    def even_out(self) -> None:
        """Write again what came out between two full hours, so that no file tells when that was.

        A file's birth and last change, which nobody can set, then tell when this was done. Does nothing
        where `mark_uneven` was not called. Cost: one look at each file; what is young is read and synced.
        """
        try:
            since = self._uneven.stat().st_mtime
        except FileNotFoundError:
            return
        with self._only_writer():
            self._recover()
            root = self.root()
            if root is not None:
                self._write_again(root, since=since)
            self._uneven.unlink()

    def mark_uneven(self) -> None:
        """Note that what comes now comes between two full hours; the first such note stays."""
        make_folder(self.folders.tmp, mode=PRIVATE_FOLDER)
        if not self._uneven.exists():
            self._uneven.touch()

    @property
    def _uneven(self) -> Path:
        return self.folders.tmp / "uneven"

    def _write_again(self, root: Root, *, since: float) -> None:
        site, done = self._site(root), set[Name]()

        def again(name: Name) -> bool:
            # What two paths share is written once and shown under both.
            if name not in done and (self.folders.record / name).lstat().st_ctime >= since:
                self._replace_by_its_like(name)
                done.add(name)
            return name in done

        for path, entry in trie.walk(root.node, load=self._load_node):
            written = [again(name) for name in entry.names]  # each of them, not up to the first
            if any(written):
                site.show(path, entry)
        for digest in trie.nodes(root.node, load=self._load_node):
            again(node_name(digest))
        again(Name(ROOT_FILE))
        # Without a change there is no edition at the hour that would write it again.
        shared = Shared(self.folders).file
        if shared.exists() and shared.lstat().st_ctime >= since:
            self._replace(shared, mtime_ns=time_of(root.day, edition=root.edition))
        site.close()
        for top in (self.folders.record, self.folders.site):
            for folder, _, _ in os.walk(top):
                there = Path(folder).lstat()
                if there.st_ctime >= since:
                    set_time(folder, there.st_mtime_ns)

    def _replace_by_its_like(self, name: Name) -> None:
        place = self.folders.record / name
        self._replace(place, mtime_ns=place.lstat().st_mtime_ns)

    def _replace(self, place: Path, *, mtime_ns: int) -> None:
        beside = self.folders.new / "again"
        write_file(beside, place.read_bytes(), time=mtime_ns)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(place)

    def _improve(self, path: str) -> bool:
        entry = self.read(path)
        if entry is None or BROTLI not in entry.copies:
            return False
        place = self.file(entry, copy=BROTLI)
        try:
            size = place.stat().st_size
            better = brotlied(self.file(entry).read_bytes(), quality=BEST_BROTLI)
        except FileNotFoundError:
            return False
        if len(better) >= size:
            return False
        if not is_copy_of(better, copy=BROTLI, digest=entry.blob, size=entry.size):
            return False
        with self._only_writer():
            root = self.root()
            if root is None or self.read(path) != entry:
                return False
            beside, bears = self.folders.new / "better", time_of(root.day, edition=root.edition)
            make_folder(self.folders.new)
            write_file(beside, better, time=bears)
            with beside.open("rb") as file:
                os.fsync(file.fileno())
            beside.replace(place)
            set_time(place.parent, bears)
            site = self._site(root)
            site.show(path, entry)
            site.close()
        return True

    # What a kill may leave, and putting it right

    def _recover(self) -> None:
        if self.folders.record.is_symlink() or self.folders.site.is_symlink():
            raise StoreError("record/ and site/ must be folders, not links to folders")
        root = self.root()
        if root is None:
            self._begin_from_nothing()
            return
        adds, removes = self._left_pending(root.edition)
        for name in adds:
            (self.folders.record / name).unlink(missing_ok=True)
        self._finish(root, removes=removes)

    def _begin_from_nothing(self) -> None:
        """A first edition has nothing to protect: what a killed one left is taken away whole."""
        begun = self._first_begun
        if not begun.exists():
            for folder in (self.folders.record, self.folders.site):
                if folder.exists() and any(folder.iterdir()):
                    raise StoreError(
                        f"{folder} holds files, and record/ no manifest.json: move it away first"
                    )
            begun.touch()
            sync_folder(self.folders.tmp)
        for folder in (self.folders.record, self.folders.site):
            shutil.rmtree(folder, ignore_errors=True)
            make_folder(folder)
        self._empty_new()

    @property
    def _first_begun(self) -> Path:
        return self.folders.tmp / "first"

    def _left_pending(self, edition: int) -> tuple[list[Name], list[Name]]:
        """Return what a killed next edition added, and what the current one has still to remove."""
        adds: list[Name] = []
        removes: list[Name] = []
        for part in self._pending_parts():
            with contextlib.suppress(BadManifestError):
                pending = Pending.from_bytes(part.read_bytes())
                if pending.edition == edition + 1:
                    adds += pending.adds
                elif pending.edition == edition:
                    removes += pending.removes
        return adds, removes

    def _pending_parts(self) -> list[Path]:
        folder = self.folders.record / PENDING_FOLDER
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def _finish(self, root: Root, *, removes: Iterable[Name]) -> None:
        """Bring ``site/`` to the edition, then delete, then forget that anything was pending."""
        make_folder(self.folders.new)
        self._site(root).follow_notes()
        touched = {".", PENDING_FOLDER}
        for name in removes:
            (self.folders.record / name).unlink(missing_ok=True)
            touched.add(name.rpartition("/")[0])
        for part in self._pending_parts():
            part.unlink()
        notes = notes_of(self.folders)
        if notes.exists():
            _Improvements(self.folders).append(notes)
            notes.unlink()
        for folder in touched:
            set_time(self.folders.record / folder, time_of(root.day, edition=root.edition))
        self._first_begun.unlink(missing_ok=True)
        self._empty_new()

    def _empty_new(self) -> None:
        shutil.rmtree(self.folders.new, ignore_errors=True)
        make_folder(self.folders.new)

    def _site(self, root: Root) -> SiteFolder:
        return SiteFolder(self.folders, root=root, load=self._node)

    @contextlib.contextmanager
    def _only_writer(self) -> Iterator[None]:
        """Hold the writers' lock, which the operating system frees when a process dies."""
        make_folder(self.folders.tmp, mode=PRIVATE_FOLDER)
        with (self.folders.tmp / "writer").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class _Improvements:
    """The paths whose copies were made quickly, in a file, and how far they have been improved."""

    def __init__(self, folders: Folders) -> None:
        self.waiting, self.done = folders.tmp / "to-improve", folders.tmp / "improved"
        self._at = 0

    def append(self, notes: Path) -> None:
        """Add the paths of an edition to those that wait."""
        with notes.open("rb") as source, self.waiting.open("ab") as target:
            shutil.copyfileobj(source, target)

    def __enter__(self) -> Self:
        with contextlib.suppress(OSError, ValueError):
            self._at = int(self.done.read_text(encoding="ascii"))
        return self

    def __iter__(self) -> Iterator[str]:
        with contextlib.suppress(FileNotFoundError), self.waiting.open("rb") as lines:
            lines.seek(self._at)
            while (line := lines.readline()).endswith(b"\n"):
                self._at += len(line)
                yield line.decode("ascii", errors="replace").rstrip("\n")

    def __exit__(self, *error: object) -> None:
        self.done.write_text(str(self._at), encoding="ascii")

    def forget_when_done(self) -> None:
        """Begin a new list when this one is through; asked with the writers' lock held."""
        with contextlib.suppress(FileNotFoundError):
            if self.waiting.stat().st_size <= self._at:
                self.waiting.unlink()
                self.done.unlink(missing_ok=True)

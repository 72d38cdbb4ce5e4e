"""``site/``: the current edition under plain paths, as hard links, each replaced atomically.

It is derived: whatever is wrong here is put right from the record. The writer notes the paths of an
edition before the edition exists and strikes the notes when all are shown, so that after a kill the
same paths are gone through once more; doing so twice changes nothing.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from visavis.signing import trie
from visavis.signing.manifest import COPIES, Entry, Root, blob_name, fault_in_path

from .store_files import Folders, is_real_folder, make_folder, set_time, time_of

EVERYTHING = "*"
_CANNOT_LINK = {errno.EXDEV, errno.EMLINK, errno.EPERM, errno.ENOTSUP}


class SiteFolder:
    """Brings ``site/`` to one edition."""

    def __init__(self, folders: Folders, *, root: Root, load: trie.Load) -> None:
        self.folders, self.root, self._load = folders, root, load
        self._time = time_of(root.day, edition=root.edition)
        self._real: set[str] = set()
        self._touched: set[str] = set()

    def follow_notes(self) -> None:
        """Show the paths that the writer noted; all of them where there is no ``site/`` yet."""
        notes = notes_of(self.folders)
        if not is_real_folder(self.folders.site):
            self.rebuild()
        elif notes.exists():
            with notes.open(encoding="ascii", errors="replace") as lines:
                for line in lines:
                    path = line.rstrip("\n")
                    if path == EVERYTHING:
                        self.rebuild()
                    elif fault_in_path(path) is None:
                        self.show(path, self._entry(path))
        self.close()

    def rebuild(self) -> None:
        """Show every path of the edition, and take away whatever else there is."""
        notes_of(self.folders).write_text(f"{EVERYTHING}\n", encoding="ascii")
        self._make_real("")
        for path, entry in trie.walk(self.root.node, load=self._load):
            self.show(path, entry)
        for place in list(self._foreign(self.folders.site)):
            _take_away(place)
            self._prune(self._name(place.parent))

    def show(self, path: str, entry: Entry | None) -> None:
        """Let ``site/`` say of one path what the edition says."""
        # Names are put together as text: a hundred thousand `Path` objects cost seconds.
        site, record = self.folders.site, self.folders.record
        folder = path.rpartition("/")[0]
        if entry is not None:
            is_new = self._make_real(folder)
            self._link(f"{record}/{blob_name(entry.blob)}", f"{site}/{path}")
            for copy in COPIES:
                if copy in entry.copies:
                    source = f"{record}/{blob_name(entry.blob, copy=copy)}"
                    self._link(source, f"{site}/{path}.{copy}")
                elif not is_new:
                    (site / f"{path}.{copy}").unlink(missing_ok=True)
            self._touched.add(folder)
        elif self._is_real(folder):
            for copy in ("", *COPIES):
                _with_suffix(site / path, copy).unlink(missing_ok=True)
            self._prune(folder)

    def close(self) -> None:
        """Give the folders that changed the edition's time."""
        for folder in self._touched:
            set_time(self.folders.site / folder, self._time)
        self._touched.clear()

    def _entry(self, path: str) -> Entry | None:
        return trie.lookup(self.root.node, path, load=self._load)

    def _link(self, source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            self._replace(Path(source), Path(target))

    def _replace(self, source: Path, target: Path) -> None:
        """Put the file where another is; or a copy of it, where this disk has no more links to give."""
        with suppress(FileNotFoundError):
            if os.path.samestat(target.lstat(), source.stat()):
                return  # replacing a file by itself would do nothing and leave the new name behind
        beside = self.folders.new / "link"
        beside.unlink(missing_ok=True)
        try:
            os.link(source, beside)
        except OSError as error:
            if error.errno not in _CANNOT_LINK:
                raise
            shutil.copyfile(source, beside)
            set_time(beside, self._time)
        if is_real_folder(target):
            shutil.rmtree(target)
        beside.replace(target)

    def _make_real(self, folder: str) -> bool:
        """Make a folder whose every step below ``site/`` is a folder itself; a link in the way goes.

        Returns whether it is new.
        """
        if folder in self._real:
            return False
        self._real.add(folder)
        if folder:
            self._make_real(folder.rpartition("/")[0])
        place = self.folders.site / folder
        if is_real_folder(place):
            return False
        place.unlink(missing_ok=True)
        make_folder(place)
        self._touched.add(folder.rpartition("/")[0])
        return True

    def _is_real(self, folder: str) -> bool:
        """Whether no step on the way is a link: nothing outside ``site/`` is ever taken away."""
        if folder in self._real:
            return True
        above = not folder or self._is_real(folder.rpartition("/")[0])
        return above and is_real_folder(self.folders.site / folder)

    def _prune(self, folder: str) -> None:
        """Take away folders that have become empty."""
        with suppress(OSError):
            while folder:
                (self.folders.site / folder).rmdir()
                self._real.discard(folder)
                folder = folder.rpartition("/")[0]
        self._touched.add(folder)

    def _name(self, place: Path) -> str:
        return "" if place == self.folders.site else place.relative_to(self.folders.site).as_posix()

    def _foreign(self, folder: Path) -> Iterator[Path]:
        for item in sorted(os.scandir(folder), key=lambda item: item.name):
            place = folder / item.name
            if item.is_dir(follow_symlinks=False):
                if any(place.iterdir()):
                    yield from self._foreign(place)
                else:
                    yield place
            elif not self._belongs(self._name(place)):
                yield place

    def _belongs(self, name: str) -> bool:
        path, _, suffix = name.rpartition(".")
        if suffix not in COPIES:
            path, suffix = name, ""
        if fault_in_path(path):
            return False
        entry = self._entry(path)
        return entry is not None and (not suffix or suffix in entry.copies)


def notes_of(folders: Folders) -> Path:
    """Return where the paths are noted that ``site/`` has still to follow, one a line."""
    return folders.tmp / "site-notes"


def _with_suffix(place: Path, copy: str) -> Path:
    return place.with_name(f"{place.name}.{copy}") if copy else place


def _take_away(place: Path) -> None:
    if is_real_folder(place):
        place.rmdir()
    else:
        place.unlink(missing_ok=True)

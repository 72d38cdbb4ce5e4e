"""Is this copy of a record what the sides released? Answered offline, from files and one fingerprint.

The caller knows one thing beforehand: the fingerprint of a charter. From it the chain of charters,
from the charter the release key, from its signature the root, from the root every file; and each
document also rests on the sides' own signatures. The rules are in `verify_files` and
`verify_documents`. Cost: every file is read once, every signature checked once. Of a root that is not
trusted nothing is read but its charters.

A record that is written while it is read is read again. What is right in the record, with a plain tree
that is between two editions, is neither right nor wrong: it is *interrupted*.

That a page says what its documents say is not asked here: that takes the templates. `PagesAgain` is what
the press finds when it makes the pages again from the documents of a copy that is right.
"""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import IntEnum
from pathlib import Path
from typing import Any

from .canonical import Digest, is_digest
from .charter import Charter
from .files import FileError, read_file
from .manifest import (
    LARGEST_ROOT,
    PENDING_FOLDER,
    ROOT_FILE,
    BadManifestError,
    NewerManifestError,
    Root,
    SignedRoot,
)
from .problems import Problem, ProblemKind, kind_of
from .verify_documents import Documents
from .verify_files import Files, SiteFiles


class Outcome(IntEnum):
    """What `visavis verify` answers; 2 is kept for a command given wrongly.

    Not decided is what another version must judge: it wrote the pages, or something in a newer format.
    Interrupted is what was between two editions when it was read, or when it was copied.
    """

    GOOD = 0
    WRONG = 1
    OLDER = 3
    EXPIRED = 4
    NOT_DECIDED = 5
    INTERRUPTED = 6
    FROM_THE_FUTURE = 7


ATTEMPTS = 3
"""How often a record is read that is replaced meanwhile."""


class BadFingerprintError(ValueError):
    """These characters are not the fingerprint of a charter."""


def read_fingerprint(text: str) -> Digest:
    """Return a fingerprint as people write it, spaces, colons and capitals evened out."""
    digits = "".join(text.split()).replace(":", "").lower()
    if not is_digest(digits):
        raise BadFingerprintError(
            "a fingerprint is 64 hexadecimal digits (0-9, a-f); "
            f"this has {len(digits)} characters" + ("" if len(digits) != 64 else ", not all such")
        )
    return Digest(digits)


@dataclass(frozen=True)
class PagesAgain:
    """What came of making the pages again: how many paths there were to compare, and which differ.

    ``version`` and ``address`` are what the record says of the software that made it and of the site's
    own address; empty where it says nothing. ``newer`` is the format in which it says so, where a newer
    version wrote that. ``packages`` has a line for each package of which another version made the pages.
    """

    n: int
    version: str
    address: str
    is_same_software: bool
    differing: tuple[Problem, ...] = ()
    newer: str = ""
    packages: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "compared": self.n,
            "address": self.address,
            "version": self.version,
            "same_software": self.is_same_software,
            "newer": self.newer or None,
            "packages": list(self.packages),
            "differing": [each.as_json() for each in self.differing],
        }


@dataclass(frozen=True)
class Report:
    """What was found: the edition, what is in it, and every problem.

    ``counts`` are the documents by whose they are, ``shapes`` the same by kind and shape. ``newer`` has the
    files that a newer version wrote, each with its format. ``root`` is None where nothing is known of it.
    ``pages`` is None where they were not made again. ``is_stopped``: the root is not trusted, and nothing
    else was read. ``n_before``: files of ``site/`` that are missing so far, or of the edition before.
    ``is_replaced``: an edition came each time while this was read.
    """

    directory: Path
    root: Root | None = None
    charter: Charter | None = None
    problems: tuple[Problem, ...] = ()
    newer: Mapping[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    shapes: Counter[tuple[str, str]] = field(default_factory=Counter)
    n_leftovers: int = 0
    has_site: bool = False
    is_stopped: bool = False
    n_before: int = 0
    is_replaced: bool = False
    is_older: bool = False
    is_expired: bool = False
    is_from_the_future: bool = False
    pages: PagesAgain | None = None

    @property
    def outcome(self) -> Outcome:
        if self.problems:
            return Outcome.WRONG
        if self.newer:
            return Outcome.NOT_DECIDED
        if self.root is None:
            return Outcome.WRONG
        if self.pages and (self.pages.differing or self.pages.newer):
            return Outcome.WRONG if self.pages.is_same_software else Outcome.NOT_DECIDED
        if self.n_before or self.is_replaced:
            return Outcome.INTERRUPTED
        if self.is_from_the_future:
            return Outcome.FROM_THE_FUTURE
        if self.is_older:
            return Outcome.OLDER
        return Outcome.EXPIRED if self.is_expired else Outcome.GOOD

    @property
    def n_documents(self) -> int:
        return self.counts.total()

    def as_json(self) -> dict[str, Any]:
        root = self.root
        return {
            "outcome": self.outcome.name.lower(),
            "edition": root.edition if root else None,
            "day": root.day.isoformat() if root else None,
            "valid_until": root.valid_until.isoformat() if root else None,
            "site": root.site if root else None,
            "charter": root.charter if root else None,
            "paths": root.entries if root else None,
            "documents": dict(sorted(self.counts.items())),
            "shapes": [
                {"kind": kind, "shape": shape, "documents": n}
                for (kind, shape), n in sorted(self.shapes.items())
            ],
            "leftovers": self.n_leftovers,
            "plain_tree": self.has_site,
            "plain_tree_before": self.n_before,
            "replaced_meanwhile": self.is_replaced,
            "stopped_at_root": self.is_stopped,
            "problems": [each.as_json() for each in self.problems],
            "newer": [{"file": file, "format": name} for file, name in self.newer.items()],
            "pages": self.pages.as_json() if self.pages else None,
        }


def verify(
    directory: Path,
    *,
    charter_fingerprint: str,
    at_least: int | None = None,
    today: date,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Check a record, or the folder that holds ``record`` and perhaps ``site``, and report.

    ``charter_fingerprint`` is that of any charter of the chain, known from elsewhere. ``progress`` is
    called with the number of steps done and of all steps. Raises BadFingerprintError.
    """
    trusted = read_fingerprint(charter_fingerprint)
    record, _ = record_in(directory)
    for _ in range(ATTEMPTS):
        before = _state(record)
        report = _verified(
            directory, trusted=trusted, at_least=at_least, today=today, progress=progress
        )
        if not report.problems or report.root is None or _state(record) == before:
            return report
    # What was found is of no one edition: it proves nothing.
    return replace(report, problems=(), is_replaced=True)


def _verified(
    directory: Path,
    *,
    trusted: Digest,
    at_least: int | None,
    today: date,
    progress: Callable[[int, int], None] | None,
) -> Report:
    record, label = record_in(directory)
    try:
        signed = SignedRoot.from_bytes(read_file(record, ROOT_FILE, largest=LARGEST_ROOT))
    except FileError as error:
        return _only(directory, Problem(label + ROOT_FILE, kind_of(error.fault)))
    except NewerManifestError as error:
        return Report(directory=directory, newer={label + ROOT_FILE: error.format})
    except BadManifestError as error:
        return _only(directory, Problem(label + ROOT_FILE, ProblemKind.BAD_ROOT, str(error)))
    files = Files(record, signed.root, label, tell=_teller(signed.root, progress))
    documents = Documents(files, today)
    charter = _check_root(signed, documents, trusted=trusted)
    if files.problems:
        files.look_for_other_top()
        return Report(
            directory=directory,
            root=signed.root,
            problems=tuple(dict.fromkeys(files.problems)),
            is_stopped=True,
        )
    if record.is_symlink() and label:
        files.name("", ProblemKind.LINK)
    site = directory / "site"
    has_site = bool(label) and (site.is_symlink() or site.is_dir())
    try:
        _read(files, documents, signed, charter)
        if has_site and files.is_whole:
            SiteFiles(files, site).read()
    except FileError as error:  # a list that was there before: somebody takes it away meanwhile
        files.name(error.name, kind_of(error.fault))
    return Report(
        directory=directory,
        root=signed.root,
        charter=charter,
        problems=tuple(dict.fromkeys(files.problems)),
        newer={label + name: files.newer[name] for name in sorted(files.newer)},
        counts=documents.counts,
        shapes=documents.shapes,
        n_leftovers=files.n_leftovers,
        has_site=has_site,
        n_before=files.n_before,
        is_older=at_least is not None and signed.root.edition < at_least,
        is_expired=signed.root.valid_until < today,
        # A day ahead is granted: it may be tomorrow already where the record was made.
        is_from_the_future=signed.root.day > today + timedelta(days=1),
    )


def _read(files: Files, documents: Documents, signed: SignedRoot, charter: Charter | None) -> None:
    """Read everything below a root that is trusted."""
    files.read_trie()
    if charter is not None:
        files.read_pending(charter.release_key)
    elif documents.newer_charter is not None:
        files.read_pending(signed.public_key)
    files.read_folder()
    documents.read()


def _check_root(signed: SignedRoot, documents: Documents, *, trusted: Digest) -> Charter | None:
    """Ask whether the root is what the release key of the trusted chain signed: the cheapest first."""
    files, root = documents.files, signed.root
    if trusted not in root.charters:
        files.name(ROOT_FILE, ProblemKind.WRONG_CHARTER, f"its charter is {root.charter}")
        return None
    if not signed.is_signed:
        files.name(ROOT_FILE, ProblemKind.BAD_SIGNATURE)
        return None
    charter = documents.charter
    if documents.newer_charter is not None:
        if not documents.may_go_on(signed.public_key):
            files.name(ROOT_FILE, ProblemKind.BAD_SIGNATURE)
    elif charter is None:
        files.name(ROOT_FILE, ProblemKind.BAD_CHARTER, "its chain of charters does not hold")
    elif signed.public_key != charter.release_key:
        files.name(ROOT_FILE, ProblemKind.BAD_SIGNATURE)
    return charter


def record_in(directory: Path) -> tuple[Path, str]:
    """Return the record, and what its files are called in a report."""
    if (directory / ROOT_FILE).exists() or not (directory / "record").exists():
        return directory, ""
    return directory / "record", "record/"


def _state(record: Path) -> tuple[object, ...]:
    """Return what changes whenever an edition comes: the root, and what is said to be pending."""
    marks: list[object] = []
    with suppress(OSError):
        there = (record / ROOT_FILE).lstat()
        marks.append((there.st_ino, there.st_ctime_ns, there.st_size))
    with suppress(OSError), os.scandir(record / PENDING_FOLDER) as items:
        marks += sorted((item.name, item.inode()) for item in items)
    return tuple(marks)


def _only(directory: Path, problem: Problem) -> Report:
    return Report(directory=directory, problems=(problem,))


def _teller(root: Root, progress: Callable[[int, int], None] | None) -> Callable[[int], None]:
    done = 0

    def tell(n: int) -> None:
        nonlocal done
        done += n
        if progress:
            # Copies and documents are steps of their own: about three for each path.
            progress(done, max(done, 3 * root.entries))

    return tell

"""What can be wrong with a copy of a record, each kind with one plain sentence."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from .characters import newer_character
from .files import FileFault


class ProblemKind(StrEnum):
    """Each value is a word for machines; `SENTENCES` has the one for people."""

    MISSING = "missing"
    CHANGED = "changed"
    WRONG_SIZE = "wrong-size"
    LINK = "link"
    SPECIAL = "special"
    UNREADABLE = "unreadable"
    UNLISTED = "unlisted"
    BAD_COPY = "bad-copy"
    BAD_ROOT = "bad-root"
    BAD_SIGNATURE = "bad-signature"
    BAD_NODE = "bad-node"
    MIXED = "mixed"
    BAD_PENDING = "bad-pending"
    FROM_THE_FUTURE = "from-the-future"
    WRONG_CHARTER = "wrong-charter"
    BAD_CHARTER = "bad-charter"
    BAD_DOCUMENT = "bad-document"
    BAD_KEYS = "bad-keys"
    NOT_JUDGED = "not-judged"
    NOT_OPEN = "not-open"
    SEALED = "sealed"
    TWO_VERSIONS = "two-versions"
    SOURCE_MISSING = "source-missing"
    ONLY_CAPITALS = "only-capitals"
    PAGE_DIFFERS = "page-differs"
    PAGE_MISSING = "page-missing"
    PAGE_ADDED = "page-added"


SENTENCES = {
    ProblemKind.MISSING: "is missing",
    ProblemKind.CHANGED: "has other bytes than the record says",
    ProblemKind.WRONG_SIZE: "has another size than the record says",
    ProblemKind.LINK: "is a symbolic link",
    ProblemKind.SPECIAL: "is neither a file nor a folder that belongs here",
    ProblemKind.UNREADABLE: "cannot be read",
    ProblemKind.UNLISTED: "belongs to no part of this edition",
    ProblemKind.BAD_COPY: "does not unpack to the file beside it",
    ProblemKind.BAD_ROOT: "is not a signed list of an edition",
    ProblemKind.BAD_SIGNATURE: "is not signed by the release key that the charter names",
    ProblemKind.BAD_NODE: "is not a part of the list of paths, or not of this place in it",
    ProblemKind.MIXED: "names one edition, but the lists beside it are of another",
    ProblemKind.BAD_PENDING: "is not what the release key says is under way",
    ProblemKind.FROM_THE_FUTURE: "has a day that has not come",
    ProblemKind.WRONG_CHARTER: "does not go back to the charter that you trust",
    ProblemKind.BAD_CHARTER: "is not a charter that rightly follows the one before it",
    ProblemKind.BAD_DOCUMENT: "is not a document under its own digest",
    ProblemKind.BAD_KEYS: "is not the list of signatures under its document",
    ProblemKind.NOT_JUDGED: "was not judged, so nothing is known of it",
    ProblemKind.NOT_OPEN: "lacks the keys that the charter asks for",
    ProblemKind.SEALED: "is sealed until every seat is filled",
    ProblemKind.TWO_VERSIONS: "is another version of an item that is here already",
    ProblemKind.SOURCE_MISSING: "was made from something that is not here",
    ProblemKind.ONLY_CAPITALS: "differs from another path in small and capital letters only",
    ProblemKind.PAGE_DIFFERS: "is not the page that the documents make",
    ProblemKind.PAGE_MISSING: "is not here, but the documents make it",
    ProblemKind.PAGE_ADDED: "is here, but no document makes it",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the file, the kind, and what exactly."""

    file: str
    kind: ProblemKind
    detail: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return shown(f"{self.file} {SENTENCES[self.kind]}{detail}")

    def as_json(self) -> dict[str, str]:
        return {"file": self.file, "kind": self.kind.value, "detail": self.detail}


_KIND_OF_FAULT = {
    FileFault.MISSING: ProblemKind.MISSING,
    FileFault.LINK: ProblemKind.LINK,
    FileFault.SPECIAL: ProblemKind.SPECIAL,
    FileFault.TOO_LARGE: ProblemKind.WRONG_SIZE,
    FileFault.CHANGED: ProblemKind.CHANGED,
    FileFault.UNREADABLE: ProblemKind.UNREADABLE,
}


def kind_of(fault: FileFault) -> ProblemKind:
    """Return what a file's fault is called in a report."""
    return _KIND_OF_FAULT[fault]


_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
BLANKS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
"""Fillers and selectors: unseen although Unicode does not count them among the categories above."""
STRIKES = frozenset("\u0334\u0335\u0336\u0337\u0338\u20d2\u20d3\u20d8\u20d9\u20e5\u20e6\u20eb")
"""Marks that strike out the letter before them: a terminal strikes out what is gone."""


def shown(text: str, *, keep: str = "") -> str:
    """Return ``text`` with every character that steers a terminal or hides from the eye spelled out.

    Control characters, bidirectional marks, zero-width, blank, striking and unassigned ones become
    ``⟨U+202E⟩``; those in ``keep``, a line end say, stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"⟨U+{ord(letter):04X}⟩" if letter not in keep and is_hidden(letter) else letter
        for letter in text
    )


def is_hidden(letter: str) -> bool:
    """Return whether a character hides from the eye, or makes others look otherwise than they are."""
    return (
        unicodedata.category(letter) in _HIDDEN
        or letter in BLANKS
        or letter in STRIKES
        or bool(newer_character(letter))
    )

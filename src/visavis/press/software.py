"""Which software made the pages: a digest of all that makes them beside documents.

Two machines whose digests are equal make the same bytes of the same documents. The record says it
itself, at ``press.json``, together with the one setting that pages show: so anyone who makes the pages again
(`remaking`) knows whether a difference is another version's or a lie.
"""

import hashlib
import inspect
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from visavis import __version__
from visavis.kinds.installed import installed
from visavis.kinds.kind import Kinds
from visavis.pages.assets import assets
from visavis.signing import formats
from visavis.signing.canonical import (
    Digest,
    NotCanonicalError,
    canonical_bytes,
    is_digest,
    parse,
)

FORMAT = "visavis-press-1"
LARGEST = 4096
PACKAGE = Path(__file__).resolve().parent.parent
MADE_OF = (".py", ".html", ".mo")
NO_PAGE_ROOMS = frozenset({"desk", "opinion", "people", "safety"})
NO_PAGE_FILES = frozenset(
    {"actions", "commands", "forms", "migrations", "queries", "urls", "views"}
)
"""What makes no public page. Everything else counts: who forgets a file here has pages made again in vain,
and never a page that is out of date."""

OTHERS = ("babel", "django", "jinja2", "markdown-it-py", "markupsafe", "msgspec", "nh3")
ADDRESS = re.compile(r"(https?://[A-Za-z0-9.:\[\]_-]{1,255}(/[A-Za-z0-9._~-]{1,64}){0,8}/?)?")
NAME = re.compile(r"[a-z0-9-]{1,40}")
VERSION = re.compile(r"[0-9A-Za-z.+!-]{1,40}")


class BadNoteError(ValueError):
    """These bytes do not say which software made the pages."""


class NewerNoteError(BadNoteError):
    """A newer version says so in its own words; ``format`` is their name."""

    def __init__(self, name: str) -> None:
        super().__init__(formats.sentence(name))
        self.format = name


def software() -> Digest:
    """Return a digest of templates, catalogues, style, the code of pages, and the packages it leans on."""
    return _digest_with(installed())


@cache
def packages() -> Mapping[str, str]:
    """Return the version of each package that pages lean on, and that of Unicode, by name."""
    return {**{name: version(name) for name in OTHERS}, "unicode": unicodedata.unidata_version}


@cache
def _digest_with(kinds: Kinds) -> Digest:
    digest = hashlib.sha256("\n".join(sorted(assets().files)).encode())
    for name, its_version in packages().items():
        digest.update(f"\n{name} {its_version}".encode())
    digest.update(b"\n")
    for file in (*_ours(), *_of_kinds_outside(kinds)):
        digest.update(file.read_bytes())
    return Digest(digest.hexdigest())


def _ours() -> list[Path]:
    """Return every file of this package that may have a part in a public page."""
    files = (file for file in PACKAGE.rglob("*") if file.suffix in MADE_OF)
    return sorted(file for file in files if _makes_pages(file.relative_to(PACKAGE)))


def _makes_pages(file: Path) -> bool:
    room, *inside = file.parts
    if room in NO_PAGE_ROOMS:
        return inside == ["kinds.py"]
    return file.suffix != ".py" or NO_PAGE_FILES.isdisjoint((*inside[:-1], file.stem))


def _of_kinds_outside(kinds: Kinds) -> list[Path]:
    """Return the files in which kinds stand that somebody added without putting them in this package."""
    makers = {kind.page.pages for kind in kinds.every if kind.page is not None}
    files = {Path(inspect.getfile(maker)).resolve() for maker in makers}
    return sorted(file for file in files if PACKAGE not in file.parents)


@dataclass(frozen=True)
class MadeBy:
    """What ``press.json`` says. ``address`` is where readers find the site, or empty.

    ``packages`` has the version of each package that the pages lean on, by name.
    """

    software: Digest
    version: str
    address: str
    packages: Mapping[str, str]

    @classmethod
    def here(cls, *, address: str) -> Self:
        """Return what this installation writes."""
        return cls(software(), __version__, address, packages())

    @property
    def data(self) -> bytes:
        return canonical_bytes(
            {
                "address": self.address,
                "format": FORMAT,
                "packages": self.packages,
                "software": self.software,
                "version": self.version,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read it back; raise BadNoteError for anything that `data` would not write again.

        Address and version may say nothing but what an address and a version say: no words come in here.
        That of a newer version is a NewerNoteError.
        """
        if len(data) > LARGEST:
            raise BadNoteError("larger than it may be")
        try:
            value: Any = parse(data)
            newer = formats.newer(value["format"], than=FORMAT)
            if newer:
                raise NewerNoteError(newer)
            made_by = cls(value["software"], value["version"], value["address"], value["packages"])
            same = made_by.data == data
        except (KeyError, TypeError, NotCanonicalError) as error:
            raise BadNoteError("not a note of the software") from error
        if not same or not made_by._is_plain:
            raise BadNoteError("not a note of the software")
        return made_by

    @property
    def _is_plain(self) -> bool:
        words = [(VERSION, self.version), (ADDRESS, self.address)]
        if not isinstance(self.packages, dict):
            return False
        words += [(NAME, name) for name in self.packages]
        words += [(VERSION, each) for each in self.packages.values()]
        return is_digest(self.software) and all(
            isinstance(said, str) and pattern.fullmatch(said) for pattern, said in words
        )

    @property
    def others(self) -> tuple[str, ...]:
        """Return a line for each package that is of another version here, or not among these."""
        here = packages()
        return tuple(
            f"{name}: {self.packages.get(name, '–')} made the pages, {here.get(name, '–')} is here"
            for name in sorted({**here, **self.packages})
            if self.packages.get(name) != here.get(name)
        )

"""Which software made the pages: a digest of all that makes them beside documents.

Two machines whose digests are equal make the same bytes of the same documents. It is told in the record
itself, at ``press.json``, together with the one setting that pages show: so whoever makes the pages again
(`remaking`) knows whether a difference is another version's or a lie.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from visavis import __version__
from visavis.signing.canonical import (
    Digest,
    NotCanonicalError,
    canonical_bytes,
    is_digest,
    parse,
)

from .assets import assets

FORMAT = "visavis-press-1"
LARGEST = 4096
PACKAGE = Path(__file__).resolve().parent.parent
OURS = (
    ("press", "*.py"),
    ("press/templates", "**/*.html"),
    ("base/templates", "**/*.html"),
    ("base", "*.py"),
    ("dialogue", "*.py"),
    ("library", "*.py"),
    ("record", "*.py"),
    ("sides", "*.py"),
    ("signing", "*.py"),
    ("project", "settings.py"),
    ("locale", "**/*.mo"),
)
OTHERS = ("babel", "django", "jinja2", "markdown-it-py", "markupsafe", "nh3")
ADDRESS = re.compile(r"(https?://[A-Za-z0-9.:\[\]_-]{1,255}(/[A-Za-z0-9._~-]{1,64}){0,8}/?)?")
VERSION = re.compile(r"[0-9A-Za-z.+!-]{1,40}")


class BadNoteError(ValueError):
    """These bytes do not say which software made the pages."""


@cache
def software() -> Digest:
    """Return a digest of templates, catalogues, style, the code of pages, and the packages it leans on."""
    digest = hashlib.sha256("\n".join(sorted(assets().files)).encode())
    for name in OTHERS:
        digest.update(f"\n{name} {version(name)}".encode())
    digest.update(f"\nUnicode {unicodedata.unidata_version}\n".encode())
    for folder, pattern in OURS:
        for file in sorted((PACKAGE / folder).glob(pattern)):
            digest.update(file.read_bytes())
    return Digest(digest.hexdigest())


@dataclass(frozen=True)
class MadeBy:
    """What ``press.json`` says. ``address`` is where readers find the site, or empty."""

    software: Digest
    version: str
    address: str

    @classmethod
    def here(cls, *, address: str) -> Self:
        """Return what this installation writes."""
        return cls(software(), __version__, address)

    @property
    def data(self) -> bytes:
        return canonical_bytes(
            {
                "address": self.address,
                "format": FORMAT,
                "software": self.software,
                "version": self.version,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read it back; raise BadNoteError for anything that `data` would not write again.

        Address and version may say nothing but what an address and a version say: no words come in here.
        """
        if len(data) > LARGEST:
            raise BadNoteError("larger than it may be")
        try:
            value: Any = parse(data)
            made_by = cls(value["software"], value["version"], value["address"])
            same = made_by.data == data
        except (KeyError, TypeError, NotCanonicalError) as error:
            raise BadNoteError("not a note of the software") from error
        if not same or not made_by._is_plain:
            raise BadNoteError("not a note of the software")
        return made_by

    @property
    def _is_plain(self) -> bool:
        return (
            is_digest(self.software)
            and VERSION.fullmatch(self.version) is not None
            and ADDRESS.fullmatch(self.address) is not None
        )

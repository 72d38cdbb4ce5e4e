"""A document: the only thing that can become public.

Its fields, all of them inside the signed bytes:

==========  =========================================================================================
site        the id of the site's first charter: a document of one site is nothing on another
kind        a word for what it is; the charter says whose keys open it
id          16 random bytes, the same through all versions
version     1, 2, 3 …
replaces    the digest of the version before this one, or null
made_from   what it answers, quotes, restates or translates: digest, id and version of each
standing    ``{"as": "joint"}``, or ``{"as": "alone", "side": …, "asked_on": …}``: the site was asked
            on that day and the other side has not answered
side        whose words these are, where one side's desk opens the kind; else null
release     null, or the condition under which it may be shown, e.g. all seats of a question;
            `Document.seal`
day         the day it was written down, ``YYYY-MM-DD``; never an hour
salt        32 random bytes, destroyed with the body
languages   the languages inside, sorted
body        what the kind needs; its room knows the shape
==========  =========================================================================================
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Self

from . import formats
from .canonical import Digest, NotCanonicalError, canonical_bytes, digest_of, is_digest, parse

FORMAT = "visavis-document-1"
LARGEST_DOCUMENT = 4 * 1024 * 1024
SIDE_CODE = re.compile(r"[a-z][a-z0-9-]{0,15}")
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?")
ITEM_ID = re.compile(r"[0-9a-f]{32}")


KIND = re.compile(r"[a-z][a-z0-9-]{0,19}")
"""A kind's word. No verifier knows which kinds there are: the charter says whose keys open each."""

CHARTER, RELEASE_NOTE = "charter", "release"
QUESTION, ANSWER, TRANSLATION = "question", "answer", "translation"
"""The kinds whose bodies or places the rules of this room still read."""


class BadDocumentError(ValueError):
    """These bytes are not a document."""


class NewerDocumentError(BadDocumentError):
    """These bytes are a document of a newer version, as ``format`` says: nothing in it is known here."""

    def __init__(self, name: str) -> None:
        super().__init__(formats.sentence(name))
        self.format = name


@dataclass(frozen=True)
class Source:
    """What a document was made from: exactly which words, and which item they belong to."""

    digest: Digest
    id: str
    version: int

    def as_json(self) -> dict[str, Any]:
        return {"digest": self.digest, "id": self.id, "version": self.version}


@dataclass(frozen=True)
class Standing:
    """Joint, or one side's alone because the other, asked on a day, has not answered."""

    side: str | None = None
    asked_on: date | None = None

    @property
    def is_joint(self) -> bool:
        return self.side is None

    def as_json(self) -> dict[str, Any]:
        if self.side is None or self.asked_on is None:
            return {"as": "joint"}
        return {"as": "alone", "side": self.side, "asked_on": self.asked_on.isoformat()}


JOINT = Standing()


@dataclass(frozen=True)
class SeatsFilled:
    """Released only when every seat of this question is filled and keyed, or declared empty."""

    question: str
    seats: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"when": "seats-filled", "question": self.question, "seats": list(self.seats)}


@dataclass(frozen=True, kw_only=True)
class Document:
    """One version of one item, in all its languages. Immutable; its bytes are its identity."""

    site: str
    kind: str
    id: str
    version: int
    replaces: Digest | None
    made_from: tuple[Source, ...]
    standing: Standing
    side: str | None
    seal: SeatsFilled | None
    day: date
    salt: str
    languages: tuple[str, ...]
    body: Mapping[str, Any] = field(hash=False)

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "site": self.site,
            "kind": self.kind,
            "id": self.id,
            "version": self.version,
            "replaces": self.replaces,
            "made_from": [source.as_json() for source in self.made_from],
            "standing": self.standing.as_json(),
            "side": self.side,
            "release": self.seal.as_json() if self.seal else None,
            "day": self.day.isoformat(),
            "salt": self.salt,
            "languages": list(self.languages),
            "body": dict(self.body),
        }

    @cached_property
    def data(self) -> bytes:
        """The canonical bytes: what is signed, shown and kept."""
        return canonical_bytes(self.as_json())

    @cached_property
    def digest(self) -> Digest:
        return digest_of(self.data)

    @property
    def source(self) -> Source:
        """How another document says that it was made from this one."""
        return Source(digest=self.digest, id=self.id, version=self.version)

    @property
    def subject(self) -> str:
        """The id of the item on whose page this document is shown: its own, or what it belongs to."""
        if self.kind in PARTS and self.made_from:
            return self.made_from[0].id
        return self.id

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a document back; raise BadDocumentError for anything `data` would not write again.

        What a newer version wrote is a NewerDocumentError.
        """
        if len(data) > LARGEST_DOCUMENT:
            raise BadDocumentError("larger than any document may be")
        try:
            value = parse(data)
            newer = formats.newer(value["format"], than=FORMAT)
            if newer:
                raise NewerDocumentError(newer)
            document = cls._from_json(value)
        except NewerDocumentError:
            raise
        except (NotCanonicalError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadDocumentError(str(error) or type(error).__name__) from error
        if document.as_json() != value:
            raise BadDocumentError("fields that no document has")
        # `parse` has shown that these are the canonical bytes: they need not be made a second time.
        document.__dict__["data"] = data
        return document

    @classmethod
    def _from_json(cls, value: Mapping[str, Any]) -> Self:
        if value["format"] != FORMAT:
            raise BadDocumentError("not a document of this format")
        standing, seal = value["standing"], value["release"]
        document = cls(
            site=value["site"],
            kind=value["kind"],
            id=value["id"],
            version=value["version"],
            replaces=value["replaces"],
            made_from=tuple(Source(**source) for source in value["made_from"]),
            standing=JOINT
            if standing["as"] == "joint"
            else Standing(side=standing["side"], asked_on=date.fromisoformat(standing["asked_on"])),
            side=value["side"],
            seal=SeatsFilled(question=seal["question"], seats=tuple(seal["seats"]))
            if seal
            else None,
            day=date.fromisoformat(value["day"]),
            salt=value["salt"],
            languages=tuple(value["languages"]),
            body=value["body"],
        )
        fault = fault_in(document)
        if fault:
            raise BadDocumentError(fault)
        return document


PARTS = frozenset({ANSWER, TRANSLATION, RELEASE_NOTE})
"""Kinds that have no page of their own: they are shown on the page of what they were made from."""


def fault_in(document: Document) -> str | None:
    """Return what makes these fields no document, or None. The same question for maker and reader."""
    checks = (
        (is_kind(document.kind), "kind is not a kind's word"),
        (_is_id(document.site) and _is_id(document.id), "an id is 32 hexadecimal digits"),
        (type(document.version) is int and document.version >= 1, "versions count from 1"),
        (
            (document.version == 1) == (document.replaces is None),
            "only a first version replaces none",
        ),
        (document.replaces is None or is_digest(document.replaces), "replaces is not a digest"),
        (all(_is_source(source) for source in document.made_from), "made_from names no document"),
        (document.side is None or _is_side(document.side), "side is not a side's code"),
        (document.standing.is_joint or _is_side(document.standing.side), "standing names no side"),
        (is_digest(document.salt), "the salt is 64 hexadecimal digits"),
        (
            document.languages == tuple(sorted(set(document.languages))),
            "languages are sorted, once each",
        ),
        (all(_is_language(code) for code in document.languages), "not a language code"),
        (isinstance(document.body, Mapping), "the body is not an object"),
        (document.kind not in PARTS or bool(document.made_from), "a part belongs to something"),
        (_is_seal(document.seal), "no such condition of release"),
        (
            document.kind != ANSWER or bool(document.seal),
            "an answer is sealed until release",
        ),
    )
    return next((fault for holds, fault in checks if not holds), None)


def is_kind(text: object) -> bool:
    return isinstance(text, str) and bool(KIND.fullmatch(text))


def _is_id(text: object) -> bool:
    return isinstance(text, str) and bool(ITEM_ID.fullmatch(text))


def _is_side(text: object) -> bool:
    return isinstance(text, str) and bool(SIDE_CODE.fullmatch(text))


def _is_language(text: object) -> bool:
    return isinstance(text, str) and bool(LANGUAGE_CODE.fullmatch(text))


def _is_source(source: Source) -> bool:
    whole = type(source.version) is int and source.version >= 1
    return is_digest(source.digest) and _is_id(source.id) and whole


def _is_seal(seal: SeatsFilled | None) -> bool:
    if seal is None:
        return True
    return _is_id(seal.question) and len(seal.seats) > 0 and all(map(_is_side, seal.seats))

"""A document: the only thing that can become public.

Its fields, all of them inside the signed bytes:

==========  =========================================================================================
site        the id of the site's first charter: a document of one site is nothing on another
kind        a word for what it is; the charter says whose keys open it
id          16 random bytes, the same through all versions
version     1, 2, 3 …
replaces    the digest of the version before this one, or null
made_from   what it answers, quotes, restates or translates: digest, id and version of each
part_of     the id of the item on whose page it is shown, one of ``made_from``; null for an item of its own
standing    ``{"as": "joint"}``, or ``{"as": "alone", "side": …, "asked_on": …}``: the site was asked
            on that day and the other side has not answered
side        whose words these are, where one side's desk opens the kind; else null
closer      null, or a public key of the author's: its holder may close the document for good
seats       null, or what it asks for: one sealed answer of each of these sides, until a day; `Seats`
seal        null, or the condition under which it may be shown: all seats of a question; `SeatsFilled`
day         the day it was written down, ``YYYY-MM-DD``; never an hour
salt        32 random bytes, destroyed with the body
languages   the languages inside, sorted
shape       the name and number of the body's shape: ``text-1``
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
from .keys import BadKeyError, PublicKey

FORMAT = "visavis-document-2"
LARGEST_DOCUMENT = 4 * 1024 * 1024
SIDE_CODE = re.compile(r"[a-z][a-z0-9-]{0,15}")
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?")
ITEM_ID = re.compile(r"[0-9a-f]{32}")


KIND = re.compile(r"[a-z][a-z0-9-]{0,19}")
"""A kind's word. No verifier knows which kinds there are: the charter says whose keys open each."""

SHAPE = re.compile(r"[a-z][a-z0-9-]{0,19}-[1-9][0-9]{0,3}")
CHARTER, RELEASE_NOTE, RECOVERY = "charter", "release", "recovery"
OWN_SHAPES = {CHARTER: "charter-1", RELEASE_NOTE: "release-1", RECOVERY: "recovery-1"}
"""The kinds whose bodies the rules of this room read, and the one shape of each that they know.

They are the rules themselves, or computed: none of them is anybody's words, and none is taken down.
"""


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
class Seats:
    """One sealed answer is asked of each of these sides, until a day.

    ``empty`` are the chairs that this version leaves empty. None is, before that day has passed.
    """

    sides: tuple[str, ...]
    until: date
    empty: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "sides": list(self.sides),
            "until": self.until.isoformat(),
            "empty": list(self.empty),
        }


@dataclass(frozen=True)
class SeatsFilled:
    """Released only when every seat of this question, in these words, is filled or left empty.

    ``words`` is the `Document.words` of the question.
    """

    question: str
    seats: tuple[str, ...]
    words: Digest

    def as_json(self) -> dict[str, Any]:
        return {
            "when": "seats-filled",
            "question": self.question,
            "seats": list(self.seats),
            "words": self.words,
        }


@dataclass(frozen=True, kw_only=True)
class Document:
    """One version of one item, in all its languages. Immutable; its bytes are its identity."""

    site: str
    kind: str
    id: str
    version: int
    replaces: Digest | None
    made_from: tuple[Source, ...]
    part_of: str | None = None
    standing: Standing
    side: str | None
    closer: str | None = None
    seats: Seats | None = None
    seal: SeatsFilled | None = None
    day: date
    salt: str
    languages: tuple[str, ...]
    shape: str
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
            "part_of": self.part_of,
            "standing": self.standing.as_json(),
            "side": self.side,
            "closer": self.closer,
            "seats": self.seats.as_json() if self.seats else None,
            "seal": self.seal.as_json() if self.seal else None,
            "day": self.day.isoformat(),
            "salt": self.salt,
            "languages": list(self.languages),
            "shape": self.shape,
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
        """The id of the item on whose page this document is shown: its own, or what it is part of."""
        return self.part_of or self.id

    @cached_property
    def words(self) -> Digest:
        """The digest of the body alone: the same for a version with a later deadline or an empty chair."""
        return digest_of(canonical_bytes(self.body))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a document back; raise BadDocumentError for anything `data` would not write again.

        What a newer version wrote is a NewerDocumentError.
        """
        if len(data) > LARGEST_DOCUMENT:
            raise BadDocumentError("larger than any document may be")
        try:
            value = parse(data)
            newer = formats.newer(value["format"], than=FORMAT) or _newer_shape(value)
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
        standing, seats, seal = value["standing"], value["seats"], value["seal"]
        document = cls(
            site=value["site"],
            kind=value["kind"],
            id=value["id"],
            version=value["version"],
            replaces=value["replaces"],
            made_from=tuple(Source(**source) for source in value["made_from"]),
            part_of=value["part_of"],
            standing=JOINT
            if standing["as"] == "joint"
            else Standing(side=standing["side"], asked_on=date.fromisoformat(standing["asked_on"])),
            side=value["side"],
            closer=value["closer"],
            seats=Seats(
                sides=tuple(seats["sides"]),
                until=date.fromisoformat(seats["until"]),
                empty=tuple(seats["empty"]),
            )
            if seats
            else None,
            seal=SeatsFilled(
                question=seal["question"], seats=tuple(seal["seats"]), words=seal["words"]
            )
            if seal
            else None,
            day=date.fromisoformat(value["day"]),
            salt=value["salt"],
            languages=tuple(value["languages"]),
            shape=value["shape"],
            body=value["body"],
        )
        fault = fault_in(document)
        if fault:
            raise BadDocumentError(fault)
        return document


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
        (_is_part(document), "part_of is none of what it was made from"),
        (document.closer is None or _is_key(document.closer), "closer is not a public key"),
        (document.seats is None or _are_seats(document), "no such seats"),
        (document.seal is None or _is_seal(document), "no such seal"),
        (_has_shape_of_kind(document), "shape is not a shape of this kind"),
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


def _is_part(document: Document) -> bool:
    if document.part_of is None:
        return document.kind != RELEASE_NOTE
    is_named = any(source.id == document.part_of for source in document.made_from)
    return is_named and document.part_of != document.id


def _is_key(text: object) -> bool:
    try:
        return bool(PublicKey(text)) if isinstance(text, str) else False
    except BadKeyError:
        return False


def _are_seats(document: Document) -> bool:
    """Whether these are seats that an item asks for. A later version leaves chairs empty, after their day."""
    seats = document.seats
    if seats is None or document.part_of is not None or document.seal is not None:
        return False
    is_over = document.version > 1 and document.day > seats.until
    return (
        _are_sides(seats.sides)
        and len(set(seats.empty)) == len(seats.empty)
        and set(seats.empty) <= set(seats.sides)
        and (is_over or not seats.empty)
    )


def _is_seal(document: Document) -> bool:
    """Whether the document waits for the seats of what it is part of, and one of these is its own side's."""
    seal = document.seal
    if seal is None or not _is_id(seal.question) or not is_digest(seal.words):
        return False
    is_there = seal.question == document.part_of
    return is_there and _are_sides(seal.seats) and document.side in seal.seats


def _are_sides(codes: tuple[str, ...]) -> bool:
    return len(codes) > 0 and all(map(_is_side, codes)) and len(set(codes)) == len(codes)


def is_shape(text: object) -> bool:
    return isinstance(text, str) and bool(SHAPE.fullmatch(text))


def _has_shape_of_kind(document: Document) -> bool:
    return document.shape == OWN_SHAPES.get(document.kind, document.shape) and is_shape(
        document.shape
    )


def _newer_shape(value: Mapping[str, Any]) -> str | None:
    """Return the shape of a newer version, of a kind whose body the rules of this room must read."""
    own = OWN_SHAPES.get(value["kind"]) if value["format"] == FORMAT else None
    return formats.newer(value["shape"], than=own) if own else None

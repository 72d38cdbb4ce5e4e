"""The charter: the first document, and the root of all trust in a record.

It names the sides with their public and recovery keys, the release key, the languages, whose keys open
each kind, and the waiting times. It is signed by every side it names. A new charter holds when every side
of the old one has signed it, and every side of its own. A side that has lost its key needs nobody's yes:
`recovery`.

Keys are compared by their raw bytes: no key may stand in two places, neither within a charter nor
across its sides' former keys. A signature by a former key opens only what its own side's ``carried``
lists: so a recovery, which nobody else signs, revives nothing that another side has retired.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from .canonical import Digest, is_digest
from .document import (
    CHARTER,
    LANGUAGE_CODE,
    RECOVERY,
    RELEASE_NOTE,
    SIDE_CODE,
    BadDocumentError,
    Document,
    is_kind,
)
from .keys import BadKeyError, PublicKey, Purpose


class Opens(StrEnum):
    """Whose keys open a kind."""

    EVERY_SIDE = "every-side"
    OWN_SIDE = "own-side"
    ANY_SIDE = "any-side"
    RELEASE_KEY = "release-key"
    RECOVERY_KEY = "recovery-key"


LEAST: Mapping[str, Opens] = {
    CHARTER: Opens.EVERY_SIDE,
    "question": Opens.EVERY_SIDE,
    "article": Opens.EVERY_SIDE,
    "letter": Opens.EVERY_SIDE,
    "answer": Opens.OWN_SIDE,
    "translation": Opens.OWN_SIDE,
    RELEASE_NOTE: Opens.RELEASE_KEY,
    RECOVERY: Opens.RECOVERY_KEY,
}
"""The floor that a verifier holds: every charter lists these, and may ask for more keys, never for fewer.

A kind that a charter does not list needs every side, and is never shown alone.
"""

LONGEST_WAIT = 10_000
STRICTNESS = {
    Opens.RECOVERY_KEY: 0,
    Opens.RELEASE_KEY: 0,
    Opens.ANY_SIDE: 1,
    Opens.OWN_SIDE: 2,
    Opens.EVERY_SIDE: 3,
}


class CharterFault(StrEnum):
    """Why these bytes are no charter, or not the successor of another."""

    NOT_A_CHARTER = "not a charter"
    TOO_FEW_SIDES = "fewer than two sides"
    A_KEY_TWICE = "one key in two places"
    BAD_KEY = "not a public key"
    POLICY_INCOMPLETE = "a kind without a rule"
    POLICY_TOO_WEAK = "a kind that opens with fewer keys than it must"
    NO_COMMON_NAME = "a name is missing in a language"
    ANOTHER_SITE = "of another site"
    NOT_THE_NEXT = "not the next version"
    NOT_SIGNED_BY_ITS_SIDES = "not signed by every side it names"
    NOT_SIGNED_BY_THE_OLD_SIDES = "not signed by every side of the charter before"
    NOT_A_RECOVERY = "not a recovery"
    NOT_SIGNED_BY_RECOVERY_KEYS = "not signed by the side's recovery key and its new key"
    RECOVERY_CHANGES_MORE = "a recovery drops what its side carries"
    RECOVERY_UNDER_WAY = "another recovery of this side is under way"


@dataclass(frozen=True)
class Signature:
    """One key's signature over one document: ``side`` is a side's code, or ``release``."""

    side: str
    public_key: str
    signature: str

    def as_json(self) -> dict[str, str]:
        return {"side": self.side, "public_key": self.public_key, "signature": self.signature}


RELEASE_KEY = "release"
"""In place of a side's code where the release key has signed."""


@dataclass(frozen=True)
class CharterSide:
    """One society: its code, its name in each site language, the languages it reads, its keys."""

    code: str
    names: Mapping[str, str]
    languages: tuple[str, ...]
    public_key: PublicKey
    recovery_key: PublicKey
    former_keys: tuple[PublicKey, ...] = ()
    carried: frozenset[Digest] = frozenset()
    """The documents that this side's former keys still open."""

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "names": dict(self.names),
            "languages": list(self.languages),
            "public_key": self.public_key.hex,
            "recovery_key": self.recovery_key.hex,
            "former_keys": [key.hex for key in self.former_keys],
            "carried": sorted(self.carried),
        }


@dataclass(frozen=True)
class Waiting:
    """Waiting times: days until silence counts, hours until a lone closing lapses, days of a recovery.

    ``by_kind``: hours until silence counts for a kind that does not wait ``unanswered_days``.
    """

    unanswered_days: int = 14
    reopen_hours: int = 72
    recovery_days: int = 30
    by_kind: Mapping[str, int] = field(default_factory=dict, hash=False)

    def days_for(self, kind: str) -> int:
        """Return after how many days silence counts: signed bytes bear days, so hours are rounded up."""
        hours = self.by_kind.get(kind)
        return self.unanswered_days if hours is None else -(-hours // 24)

    @property
    def is_right(self) -> bool:
        """Whether every time is a whole number from 0 to 10,000, and `by_kind` names kinds."""
        if not isinstance(self.by_kind, Mapping) or not all(map(is_kind, self.by_kind)):
            return False
        days = (self.unanswered_days, self.reopen_hours, self.recovery_days)
        times = (*days, *self.by_kind.values())
        return all(type(time) is int and 0 <= time <= LONGEST_WAIT for time in times)

    def as_json(self) -> dict[str, Any]:
        return {
            "unanswered_days": self.unanswered_days,
            "reopen_hours": self.reopen_hours,
            "recovery_days": self.recovery_days,
            "by_kind": dict(self.by_kind),
        }


@dataclass(frozen=True, kw_only=True)
class Charter:
    """The charter as the rules ask it. ``document`` is the signed thing; the rest is read from it."""

    document: Document
    names: Mapping[str, str]
    sides: tuple[CharterSide, ...]
    release_key: PublicKey
    languages: tuple[str, ...]
    policy: Mapping[str, Opens]
    waiting: Waiting

    @property
    def site(self) -> str:
        return self.document.id

    @property
    def digest(self) -> Digest:
        """The fingerprint that a reader compares: the digest of the charter's bytes."""
        return self.document.digest

    def opens(self, kind: str) -> Opens:
        """Return whose keys open a kind; of one that it does not list, every side's."""
        return self.policy.get(kind, Opens.EVERY_SIDE)

    @property
    def side_codes(self) -> tuple[str, ...]:
        return tuple(side.code for side in self.sides)

    def side(self, code: str) -> CharterSide | None:
        return next((side for side in self.sides if side.code == code), None)

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read a charter; raise BadDocumentError with a `CharterFault` for what is none."""
        try:
            charter = cls._read(document)
            fault = fault_in_charter(charter)
        except BadKeyError as error:
            raise BadDocumentError(CharterFault.BAD_KEY) from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadDocumentError(CharterFault.NOT_A_CHARTER) from error
        if fault:
            raise BadDocumentError(fault)
        return charter

    @classmethod
    def _read(cls, document: Document) -> Self:
        body = document.body
        charter = cls(
            document=document,
            names=body["names"],
            sides=tuple(
                CharterSide(
                    code=side["code"],
                    names=side["names"],
                    languages=tuple(side["languages"]),
                    public_key=PublicKey(side["public_key"]),
                    recovery_key=PublicKey(side["recovery_key"]),
                    former_keys=tuple(PublicKey(key) for key in side["former_keys"]),
                    carried=frozenset(side["carried"]),
                )
                for side in body["sides"]
            ),
            release_key=PublicKey(body["release_key"]),
            languages=tuple(body["languages"]),
            policy={kind: Opens(opens) for kind, opens in body["policy"].items()},
            waiting=Waiting(**body["waiting"]),
        )
        if charter_body(charter) != dict(body):
            raise BadDocumentError(CharterFault.NOT_A_CHARTER)
        return charter


def charter_body(charter: Charter) -> dict[str, Any]:
    """Return the body that says all this; the one place that knows its shape."""
    return {
        "names": dict(charter.names),
        "sides": [side.as_json() for side in charter.sides],
        "release_key": charter.release_key.hex,
        "languages": list(charter.languages),
        "policy": {kind: opens.value for kind, opens in charter.policy.items()},
        "waiting": charter.waiting.as_json(),
    }


def fault_in_charter(charter: Charter) -> CharterFault | None:
    """Return what makes this no charter, or None."""
    document = charter.document
    if document.kind != CHARTER or document.site != document.id:
        return CharterFault.NOT_A_CHARTER
    if not document.standing.is_joint or document.side or document.closer or document.made_from:
        return CharterFault.NOT_A_CHARTER
    if document.part_of or document.seats or document.seal:
        return CharterFault.NOT_A_CHARTER
    codes = charter.side_codes
    if len(codes) < 2 or len(set(codes)) != len(codes):
        return CharterFault.TOO_FEW_SIDES
    if RELEASE_KEY in codes or not all(SIDE_CODE.fullmatch(code) for code in codes):
        return CharterFault.NOT_A_CHARTER
    keys = [key.hex for key in all_keys(charter)]
    if len(keys) != len(set(keys)):
        return CharterFault.A_KEY_TWICE
    if not set(LEAST) <= set(charter.policy) or not all(map(is_kind, charter.policy)):
        return CharterFault.POLICY_INCOMPLETE
    if any(is_too_weak(kind, opens) for kind, opens in charter.policy.items()):
        return CharterFault.POLICY_TOO_WEAK
    if not _are_languages_right(charter):
        return CharterFault.NO_COMMON_NAME
    if not all(is_digest(digest) for side in charter.sides for digest in side.carried):
        return CharterFault.NOT_A_CHARTER
    if not charter.waiting.is_right:
        return CharterFault.NOT_A_CHARTER
    return None


def all_keys(charter: Charter) -> Iterable[PublicKey]:
    """Every key that the charter names, each with its place."""
    yield charter.release_key
    for side in charter.sides:
        yield side.public_key
        yield side.recovery_key
        yield from side.former_keys


def sides_that_signed(
    charter: Charter, digest: Digest, signatures: Collection[Signature]
) -> frozenset[str]:
    """Return the sides whose key signed these bytes: each once, however often it is repeated.

    A former key counts only for what its own side has carried over.
    """
    return frozenset(
        side.code
        for side in charter.sides
        if any(_is_by(side, each, digest) for each in signatures)
    )


def has_release_key_signed(
    charter: Charter, digest: Digest, signatures: Collection[Signature]
) -> bool:
    """Return whether the release key signed these bytes."""
    return any(
        each.public_key == charter.release_key.hex
        and charter.release_key.has_signed(
            digest, purpose=Purpose.DOCUMENT, signature=each.signature
        )
        for each in signatures
    )


def why_not_first_charter(
    charter: Charter, signatures: Collection[Signature]
) -> CharterFault | None:
    """Return why this cannot be the charter that a site begins with, or None."""
    if charter.document.version != 1:
        return CharterFault.NOT_THE_NEXT
    if not _is_signed_by_its_sides(charter, signatures):
        return CharterFault.NOT_SIGNED_BY_ITS_SIDES
    return None


def why_not_succeed(
    old: Charter, new: Charter, signatures: Collection[Signature]
) -> CharterFault | None:
    """Return why ``new`` does not take the place of ``old``, or None.

    ``old`` is as it holds on the new one's day: `recovery.with_recoveries`.
    """
    if new.site != old.site:
        return CharterFault.ANOTHER_SITE
    is_next = new.document.version == old.document.version + 1
    is_later = new.document.day >= old.document.day
    if not is_next or not is_later or new.document.replaces != old.digest:
        return CharterFault.NOT_THE_NEXT
    if sides_that_signed(old, new.digest, signatures) != frozenset(old.side_codes):
        return CharterFault.NOT_SIGNED_BY_THE_OLD_SIDES
    if not _is_signed_by_its_sides(new, signatures):
        return CharterFault.NOT_SIGNED_BY_ITS_SIDES
    return None


def _is_signed_by_its_sides(charter: Charter, signatures: Collection[Signature]) -> bool:
    return sides_that_signed(charter, charter.digest, signatures) == frozenset(charter.side_codes)


def keys_that_count(side: CharterSide, digest: Digest) -> tuple[PublicKey, ...]:
    """Return the public keys of this side that count under these bytes."""
    former = side.former_keys if digest in side.carried else ()
    return (side.public_key, *former)


def _is_by(side: CharterSide, signed: Signature, digest: Digest) -> bool:
    return any(
        signed.public_key == holder.hex
        and holder.has_signed(digest, purpose=Purpose.DOCUMENT, signature=signed.signature)
        for holder in keys_that_count(side, digest)
    )


def is_too_weak(kind: str, opens: Opens) -> bool:
    """Return whether a kind would open with fewer keys than every charter must ask for."""
    if (opens is Opens.RECOVERY_KEY) != (kind == RECOVERY):
        return True  # no words of anybody's open with a recovery key
    least = LEAST.get(kind)
    return least is not None and is_less(opens, than=least)


def is_less(opens: Opens, *, than: Opens) -> bool:
    """Return whether one rule asks for less; release and recovery keys are compared with no side's."""
    if not {Opens.RELEASE_KEY, Opens.RECOVERY_KEY}.isdisjoint({opens, than}):
        return opens is not than
    return STRICTNESS[opens] < STRICTNESS[than]


def _are_languages_right(charter: Charter) -> bool:
    languages = charter.languages
    if not languages or len(set(languages)) != len(languages):
        return False
    if not all(LANGUAGE_CODE.fullmatch(code) for code in languages):
        return False
    if tuple(sorted(languages)) != charter.document.languages:
        return False
    named = all(
        set(names) == set(languages)
        and all(isinstance(name, str) and name for name in names.values())
        for names in (charter.names, *(side.names for side in charter.sides))
    )
    return named and all(
        side.languages and set(side.languages) <= set(languages) for side in charter.sides
    )

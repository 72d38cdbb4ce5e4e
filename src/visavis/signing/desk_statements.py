"""What a side signs about who is at its desk: who comes in, who is removed.

A *statement* is five facts under one digest, signed for a purpose of its own: no signature under a document,
a seat or a closing note lets anybody in, and a statement about one person is none about another. The file
that carries it is small JSON, `LARGEST_STATEMENT` at most:

    {"format": "visavis-desk-1", "site": …, "side": …, "act": …, "about": …, "day": …, "name": …,
     "public_key": …, "signature": …}

``about`` is a digest: of a code, or of an account as it is now. ``name`` says to the signer whom it is
about; it is signed too. Without the last two members the file waits for a signature.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from .canonical import Digest, canonical_bytes, digest_of, is_digest
from .keys import BadKeyError, PrivateKey, PublicKey, Purpose

STATEMENT_FORMAT = "visavis-desk-1"
LARGEST_STATEMENT = 4096
COUNTS_FOR = timedelta(days=7)
"""How long after its day a statement is taken."""


class DeskAct(StrEnum):
    INVITE = "invite"
    REMOVE = "remove"
    WAY_IN = "way-in"


class BadStatementError(ValueError):
    """These bytes are not a statement about a desk."""


@dataclass(frozen=True)
class Statement:
    """What is signed: for this side of this site, this act, about this digest, on this day."""

    site: str
    side: str
    act: DeskAct
    about: Digest
    day: date
    name: str = ""

    @property
    def digest(self) -> Digest:
        return digest_of(canonical_bytes(self.as_json()))

    @property
    def data(self) -> bytes:
        """The file to be signed elsewhere."""
        return _file(self.as_json())

    def as_json(self) -> dict[str, str]:
        return {"format": STATEMENT_FORMAT, **asdict(self), "day": self.day.isoformat()}

    def says(self, other: "Statement") -> bool:
        """Return whether both say the same, on whatever day."""
        return replace(self, day=other.day) == other

    def counts_on(self, today: date) -> bool:
        """Return whether the statement is of today, or of the days before that are near enough."""
        return self.day <= today <= self.day + COUNTS_FOR


@dataclass(frozen=True)
class SignedStatement:
    """A statement whose signature is this key's. Whose key it is, the charter says."""

    statement: Statement
    public_key: PublicKey
    signature: str

    @property
    def data(self) -> bytes:
        signed = {"public_key": self.public_key.hex, "signature": self.signature}
        return _file({**self.statement.as_json(), **signed})


def sign_statement(statement: Statement, *, key: PrivateKey) -> SignedStatement:
    """Return the statement with this key's signature."""
    signature = key.sign(statement.digest, purpose=Purpose.DESK)
    return SignedStatement(statement, key.public, signature)


def is_statement(data: bytes) -> bool:
    """Return whether the bytes call themselves a statement, signed or not."""
    return _loaded(data).get("format") == STATEMENT_FORMAT


def read_statement(data: bytes) -> Statement:
    """Read a statement that waits for its signature; raise BadStatementError."""
    return _statement(_loaded(data))


def read_signed_statement(data: bytes) -> SignedStatement:
    """Read a signed statement and check its signature; raise BadStatementError."""
    value = _loaded(data)
    signature, public_key = value.pop("signature", None), value.pop("public_key", None)
    statement = _statement(value)
    try:
        key = PublicKey(public_key)
    except (BadKeyError, TypeError) as error:
        raise BadStatementError("the public key is none") from error
    if not key.has_signed(statement.digest, purpose=Purpose.DESK, signature=signature):
        raise BadStatementError("the signature is not this key's under this statement")
    return SignedStatement(statement, key, signature)


def _statement(value: dict[str, Any]) -> Statement:
    try:
        made = Statement(
            site=value["site"],
            side=value["side"],
            act=DeskAct(value["act"]),
            about=Digest(value["about"]),
            day=date.fromisoformat(value["day"]),
            name=value["name"],
        )
        is_right = is_digest(made.about) and made.as_json() == value
        canonical_bytes(made.as_json())
    except (ValueError, KeyError, TypeError) as error:
        raise BadStatementError("not a statement about a desk") from error
    if not is_right:
        raise BadStatementError("not a statement about a desk")
    return made


def _loaded(data: bytes) -> dict[str, Any]:
    """Return the object that the bytes hold; an empty one for anything else."""
    try:
        value = json.loads(data.decode("utf-8")) if len(data) <= LARGEST_STATEMENT else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _file(value: dict[str, str]) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"

"""The two small files that carry signatures: beside a document in the record, and from an editor's machine.

``documents/DIGEST.keys.json`` is canonical JSON, ``{"keys": [{"public_key", "side", "signature"}, …]}``,
sorted by side, key and signature. A *signature file* is what `visavis key sign` writes and a desk hands
in: one signature under one digest and, for a sealed answer, the signature that fills its seat.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .canonical import Digest, NotCanonicalError, canonical_bytes, digest_of, is_digest, parse
from .charter import Signature
from .document import Document
from .keys import BadKeyError, PrivateKey, PublicKey, Purpose
from .seats import sign_seat

SIGNATURE_FORMAT = "visavis-signature-1"
LARGEST_SIGNATURE_FILE = 4096
LARGEST_KEYS_FILE = 1024 * 1024


class BadKeysFileError(ValueError):
    """These bytes are not the keys file of a document."""


def keys_file(signatures: Iterable[Signature]) -> bytes:
    """Return the one file that says these signatures, each once."""
    rows = sorted({(each.side, each.public_key, each.signature) for each in signatures})
    return canonical_bytes({"keys": [Signature(*row).as_json() for row in rows]})


def read_keys(data: bytes) -> tuple[Signature, ...]:
    """Return the signatures; raise BadKeysFileError for anything `keys_file` would not write."""
    if len(data) > LARGEST_KEYS_FILE:
        raise BadKeysFileError("larger than a keys file may be")
    try:
        signatures = tuple(Signature(**each) for each in parse(data)["keys"])
        same = all(isinstance(text, str) for each in signatures for text in vars(each).values())
        same = same and keys_file(signatures) == data
    except (NotCanonicalError, KeyError, TypeError, AttributeError) as error:
        raise BadKeysFileError("not a keys file") from error
    if not same:
        raise BadKeysFileError("not the canonical bytes of a keys file")
    return signatures


class SignatureFault(StrEnum):
    """Why a file that was handed in is no signature."""

    TOO_LARGE = "larger than a signature file can be"
    NOT_JSON = "not JSON"
    NOT_A_SIGNATURE_FILE = "not a signature file of this format"
    BAD_KEY = "the public key is none"
    NOT_SIGNED = "the signature is not this key's under this digest"


class BadSignatureError(ValueError):
    """These bytes are not a signature file; ``fault`` says why."""

    def __init__(self, fault: SignatureFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class SignatureFile:
    """One signature under one document: whose key gave it, the charter says."""

    digest: Digest
    public_key: PublicKey
    signature: str
    seat: str | None = None
    """Fills the seat of a sealed answer: `visavis.signing.seats`. Only who has the answer can check it."""

    @property
    def data(self) -> bytes:
        return canonical_bytes(
            {
                "format": SIGNATURE_FORMAT,
                "digest": self.digest,
                "public_key": self.public_key.hex,
                "signature": self.signature,
                "seat": self.seat,
            }
        )

    def as_signature(self, *, side: str) -> Signature:
        """The same as it lies beside the document in the record."""
        return Signature(side=side, public_key=self.public_key.hex, signature=self.signature)


def sign_document(document: Document, *, key: PrivateKey) -> SignatureFile:
    """Return this key's signature under exactly these bytes, and for its seat where they are sealed."""
    digest = digest_of(document.data)
    seat = sign_seat(document, key=key) if document.seal else None
    return SignatureFile(digest, key.public, key.sign(digest, purpose=Purpose.DOCUMENT), seat)


def read_signature(data: bytes) -> SignatureFile:
    """Read a signature file and check its signature; raise BadSignatureError.

    Spaces and line ends around the values are forgiven: people send such files by mail.
    """
    if len(data) > LARGEST_SIGNATURE_FILE:
        raise BadSignatureError(SignatureFault.TOO_LARGE)
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadSignatureError(SignatureFault.NOT_JSON) from error
    if not _is_signature(value):
        raise BadSignatureError(SignatureFault.NOT_A_SIGNATURE_FILE)
    try:
        signed = SignatureFile(
            Digest(value["digest"]),
            PublicKey(value["public_key"]),
            value["signature"],
            value["seat"],
        )
    except BadKeyError as error:
        raise BadSignatureError(SignatureFault.BAD_KEY) from error
    if not signed.public_key.has_signed(
        signed.digest, purpose=Purpose.DOCUMENT, signature=signed.signature
    ):
        raise BadSignatureError(SignatureFault.NOT_SIGNED)
    return signed


def _is_signature(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"format", "digest", "public_key", "signature", "seat"}
        and value["format"] == SIGNATURE_FORMAT
        and is_digest(value["digest"])
        and isinstance(value["signature"], str)
        and isinstance(value["seat"], str | None)
    )

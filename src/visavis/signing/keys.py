r"""Ed25519 keys, and the only seven things that a key is ever asked to sign.

What is signed is one line of ASCII that names its purpose and a digest, so that anyone can check it
with ordinary tools, and so that a signature made for one purpose is worth nothing for another:

    visavis-1 document sha256:<64 hexadecimal digits>\n

A public key is its 32 raw bytes in lower-case hexadecimal and nothing else: two spellings of one key
would let one side count as two. Points of small order are refused, because a signature under such a
key can be made by anyone (RFC 8032 section 5.1.7 does not ask for this check).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .canonical import Digest, is_digest

FIELD_PRIME = 2**255 - 19
_ORDER_EIGHT = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER = frozenset(
    {0, 1, FIELD_PRIME - 1, _ORDER_EIGHT, FIELD_PRIME - _ORDER_EIGHT}
)  # the y coordinates of the eight points whose order divides eight


class Purpose(StrEnum):
    DOCUMENT = "document"
    SEAT = "seat"
    CLOSING = "closing"
    EDITION = "edition"
    PENDING = "pending"
    DESK = "desk"
    VAULT = "vault"


class BadKeyError(ValueError):
    """These characters are not a public key that can be trusted to belong to one holder."""


@dataclass(frozen=True, order=True)
class PublicKey:
    """A side's, a recovery or a release key: 64 lower-case hexadecimal digits."""

    hex: str

    def __post_init__(self) -> None:
        if not is_digest(self.hex):
            raise BadKeyError("a public key is 64 lower-case hexadecimal digits")
        y = int.from_bytes(bytes.fromhex(self.hex), "little") & ((1 << 255) - 1)
        if y >= FIELD_PRIME or y in SMALL_ORDER:
            raise BadKeyError("this is not the key of any one holder")

    def __str__(self) -> str:
        return self.hex

    def has_signed(self, digest: Digest, *, purpose: Purpose, signature: str) -> bool:
        """Return whether ``signature`` (128 hexadecimal digits) is this key's, for just this purpose."""
        if (
            not isinstance(signature, str)
            or len(signature) != 128
            or signature.lower() != signature
        ):
            return False
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.hex))
            key.verify(bytes.fromhex(signature), signed_line(digest, purpose=purpose))
        except (InvalidSignature, ValueError):
            return False
        return True


class PrivateKey:
    """The private half: held in memory for one act, and never shown by its repr."""

    __slots__ = ("_key",)

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @classmethod
    def new(cls) -> Self:
        """Return a fresh key from the operating system's randomness."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def seed(self) -> bytes:
        """The 32 bytes to be sealed; their holder is the side."""
        return self._key.private_bytes_raw()

    @property
    def public(self) -> PublicKey:
        return PublicKey(self._key.public_key().public_bytes_raw().hex())

    def sign(self, digest: Digest, *, purpose: Purpose) -> str:
        """Return the signature over one digest for one purpose, 128 hexadecimal digits."""
        return self._key.sign(signed_line(digest, purpose=purpose)).hex()

    def __repr__(self) -> str:
        return "PrivateKey(…)"


def signed_line(digest: Digest, *, purpose: Purpose) -> bytes:
    """Return the bytes that are signed: one line, as the module says."""
    if not is_digest(digest):
        raise ValueError("only a SHA-256 digest is ever signed")
    return f"visavis-1 {purpose} sha256:{digest}\n".encode("ascii")

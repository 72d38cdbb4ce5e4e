"""Sealing under a key that is already random: HKDF makes a key for one purpose, an AEAD seals with it.

What is sealed under a passphrase is `signing.sealing`'s; here the key comes from a cookie, or from the
second half of a stretched passphrase, and the database that keeps the box never has it.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12


class CannotOpenError(ValueError):
    """Not the key of this box, not its label, or not a box."""


def key_for(purpose: str, *, secret: bytes) -> bytes:
    """Return 32 bytes made of ``secret`` for just this purpose (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret)


def shut(content: bytes, *, key: bytes, label: str) -> str:
    """Return ``content`` sealed under ``key``, to be opened only as ``label``; hexadecimal text."""
    nonce = secrets.token_bytes(NONCE)
    return (nonce + ChaCha20Poly1305(key).encrypt(nonce, content, label.encode())).hex()


def opened(box: str, *, key: bytes, label: str) -> bytes:
    """Return what was sealed, or raise CannotOpenError."""
    try:
        data = bytes.fromhex(box)
        return ChaCha20Poly1305(key).decrypt(data[:NONCE], data[NONCE:], label.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpenError("this key does not open this box") from error

"""Boxes: what is sealed, for whom, and how it is opened.

1. `seal_to`: to somebody's public key. HPKE in its base mode (RFC 9180: X25519, HKDF-SHA256,
   ChaCha20-Poly1305), whole from `cryptography`. Such a box does not say for whom it is. 80 µs.
2. `shut`: under a key that is random already. 3 µs.
3. `Envelope`: words under a key of their own, and that key once for each reader. It is sealed to a public key
   by a writer who has no more than that, or shut under a key made of the private half by one who has it.

``about`` says what is inside and where it lies. It is authenticated: a box that was put elsewhere does not
open. Words are filled up to one of a few sizes, so that the length of a box does not tell which text it is.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = b"VVS1"
"""The first bytes of an envelope; another suite is another format. An open document begins with ``{``."""
SIZES = tuple(1024 * 4**n for n in range(4))
"""1, 4, 16, 64 KiB; what is longer fills a multiple of the last."""
KEY, NONCE, ID, LENGTH = 32, 12, 8, 4
MOST_WRAPS = 255
UNNAMED = bytes(ID)
"""In place of a reader's id, where the envelope does not say who reads: they try it."""

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class CannotOpenError(ValueError):
    """Not the key of this box, not its place, or not a box; nobody can tell which."""


class Key(NamedTuple):
    """A private X25519 key of 32 bytes, and the id of 8 bytes under which envelopes name its holder."""

    id: bytes
    private: bytes

    @classmethod
    def of(cls, private: bytes) -> Self:
        return cls(id_of(public_of(private)), private)

    def __repr__(self) -> str:
        return f"Key({self.id.hex()})"


class Lock(IntEnum):
    """How the key of an envelope lies in it for one reader."""

    SEALED = 0
    """To a public key."""
    SHUT = 1
    """Under a key made of the private half."""
    HELD = 2
    """Shut, and once more under the server's half: not before an answer's release."""


def new_key() -> bytes:
    """Return a fresh private key, 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def id_of(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:ID]


def derived(secret: bytes, purpose: str) -> bytes:
    """Return 32 bytes made of ``secret`` for just this purpose (RFC 5869)."""
    info = f"visavis-1 {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=KEY, salt=None, info=info).derive(secret)


def seal_to(public: bytes, content: bytes, *, about: str) -> bytes:
    """Return ``content`` sealed to the holder of a public key: 48 bytes longer."""
    return _SUITE.encrypt(content, X25519PublicKey.from_public_bytes(public), about.encode())


def opened_with(private: bytes, box: bytes, *, about: str) -> bytes:
    """Return what was sealed to this key, or raise CannotOpenError."""
    try:
        pair = X25519PrivateKey.from_private_bytes(private)
        return _SUITE.decrypt(box, pair, about.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpenError("this key does not open this box") from error


def shut(content: bytes, *, key: bytes, about: str) -> bytes:
    """Return ``content`` under a key of 32 random bytes: 28 bytes longer."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, content, about.encode())


def opened(box: bytes, *, key: bytes, about: str) -> bytes:
    """Return what was shut under this key, or raise CannotOpenError."""
    try:
        return ChaCha20Poly1305(key).decrypt(box[:NONCE], box[NONCE:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpenError("this key does not open this box") from error


@dataclass(frozen=True)
class Wrap:
    """The key of an envelope for one reader, whom an id names."""

    lock: Lock
    reader: bytes
    box: bytes


@dataclass(frozen=True)
class Envelope:
    """Words under a key of their own, and who may read them.

    Bytes: `FORMAT`, the number of wraps (1); each wrap: lock (1), length (1), reader (8), box; then the body.
    """

    wraps: tuple[Wrap, ...]
    body: bytes

    def as_bytes(self) -> bytes:
        wraps = (bytes([w.lock, len(w.box)]) + w.reader + w.box for w in self.wraps)
        return FORMAT + bytes([len(self.wraps)]) + b"".join(wraps) + self.body

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return what the bytes say, or raise CannotOpenError for what is no envelope."""
        if not is_envelope(data):
            raise CannotOpenError("not an envelope")
        wraps, at = [], len(FORMAT) + 1
        try:
            for _ in range(data[len(FORMAT)]):
                start = at + 2 + ID
                end = start + data[at + 1]
                wraps.append(Wrap(Lock(data[at]), data[at + 2 : start], data[start:end]))
                at = end
        except (IndexError, ValueError) as error:
            raise CannotOpenError("not an envelope") from error
        if at > len(data):  # a slice beyond the end is no error, but short
            raise CannotOpenError("the last wrap is cut off")
        return cls(tuple(wraps), data[at:])

    def with_wrap(self, wrap: Wrap) -> Self:
        """Return the envelope with one more reader, in place of what lay in it for the same one and lock."""
        others = (w for w in self.wraps if (w.lock, w.reader) != (wrap.lock, wrap.reader))
        return replace(self, wraps=(*others, wrap))

    def without(self, lock: Lock) -> Self:
        return replace(self, wraps=tuple(w for w in self.wraps if w.lock is not lock))

    def of_the_unnamed(self) -> Self:
        """Return the envelope without every reader whom it names."""
        return replace(self, wraps=tuple(w for w in self.wraps if w.reader == UNNAMED))

    def words(self, key: bytes, *, about: str) -> bytes:
        """Return the words, or raise CannotOpenError."""
        filled = opened(self.body, key=key, about=about)
        length = int.from_bytes(filled[:LENGTH])
        return filled[LENGTH : LENGTH + length]


def is_envelope(data: bytes) -> bool:
    return len(data) > len(FORMAT) and data[: len(FORMAT)] == FORMAT


def for_one_unnamed(content: bytes, *, to: bytes, about: str) -> Wrap:
    """Return a wrap for the holder of a public key that does not say whose it is: they try it."""
    return Wrap(Lock.SEALED, UNNAMED, seal_to(to, content, about=f"key of {about}"))


def enveloped(
    words: bytes,
    *,
    about: str,
    to: Iterable[bytes] = (),
    with_: Iterable[Key] = (),
    unnamed: Iterable[bytes] = (),
) -> bytes:
    """Return an envelope for the holders of the public keys ``to`` and of the keys ``with_``.

    It does not say who the holders of the public keys ``unnamed`` are.
    Overhead: below 210 bytes for two readers, and what fills the words up. 10 kB with one key: 20 µs.
    """
    key = secrets.token_bytes(KEY)
    body = shut(_filled_up(words), key=key, about=about)
    sealed = (
        Wrap(Lock.SEALED, id_of(public), seal_to(public, key, about=f"key of {about}"))
        for public in to
    )
    by_hand = (wrapped(key, with_=own, about=about) for own in with_)
    untold = (for_one_unnamed(key, to=public, about=about) for public in unnamed)
    return Envelope((*sealed, *by_hand, *untold), body).as_bytes()


def wrapped(content: bytes, *, with_: Key, about: str, lock: Lock = Lock.SHUT) -> Wrap:
    """Return a wrap that only the holder of ``with_`` opens."""
    key = shutting_key(with_.private)
    return Wrap(lock, with_.id, shut(content, key=key, about=_lock_of(lock, about)))


def unwrapped(wrap: Wrap, private: bytes, *, about: str, shutting: bytes | None = None) -> bytes:
    """Return what lies in the wrap, or raise CannotOpenError. ``shutting`` saves making that key again."""
    if wrap.lock is Lock.SEALED:
        return opened_with(private, wrap.box, about=f"key of {about}")
    key = shutting or shutting_key(private)
    return opened(wrap.box, key=key, about=_lock_of(wrap.lock, about))


def shutting_key(private: bytes) -> bytes:
    """Return the symmetric key under which the holder of this private key shuts wraps."""
    return derived(private, "shutting")


def _lock_of(lock: Lock, about: str) -> str:
    return f"{lock.name} key of {about}"


def _filled_up(words: bytes) -> bytes:
    n = len(words) + LENGTH
    size = next((size for size in SIZES if n <= size), -(-n // SIZES[-1]) * SIZES[-1])
    return (len(words).to_bytes(LENGTH) + words).ljust(size, b"\0")

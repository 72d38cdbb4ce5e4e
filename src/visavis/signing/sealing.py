"""A secret sealed under a passphrase: Argon2id makes the key, ChaCha20-Poly1305 seals.

A sealed box is text: ``visavis-sealed-1$m=<KiB>,t=<passes>$<salt>$<nonce>$<ciphertext>``, all in
hexadecimal. The parameters stand in front and are authenticated with the rest, so that a box made
today can still be opened when newer ones are made costlier. Parameters: RFC 9106 section 4.
"""

import secrets
import unicodedata

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

FORMAT = "visavis-sealed-1"
MEMORY_KIB = 47_104
PASSES = 2
MOST_MEMORY_KIB = 1_048_576
MOST_PASSES = 16
N_WORDS, WORD_LENGTH = 6, 5
"""Of a generated passphrase."""


class CannotOpenError(ValueError):
    """The passphrase is wrong or the box is damaged; nobody can tell which."""


def seal(secret: bytes, *, passphrase: str, label: str) -> str:
    """Return ``secret`` sealed so that only ``passphrase`` opens it, and only as ``label``.

    The label says what is inside (``"side key az"``); a box moved to another place does not open there.
    Cost: one Argon2id of 46 MiB, about 50 ms.
    """
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    head = f"{FORMAT}$m={MEMORY_KIB},t={PASSES}${salt.hex()}${nonce.hex()}"
    key = stretched(passphrase, salt=salt, memory_kib=MEMORY_KIB, passes=PASSES, length=32)
    box = ChaCha20Poly1305(key).encrypt(nonce, secret, f"{head}${label}".encode())
    return f"{head}${box.hex()}"


def unseal(sealed: str, *, passphrase: str, label: str) -> bytes:
    """Return the secret, or raise CannotOpenError."""
    try:
        name, parameters, salt, nonce, box = sealed.strip().split("$")
        memory, passes = (int(part[2:]) for part in parameters.split(","))
        if name != FORMAT or not 8 <= memory <= MOST_MEMORY_KIB or not 1 <= passes <= MOST_PASSES:
            raise CannotOpenError("not a box that this version can open")
        if len(salt) != 32 or len(nonce) != 24:
            raise CannotOpenError("not a box that this version can open")
        key = stretched(
            passphrase, salt=bytes.fromhex(salt), memory_kib=memory, passes=passes, length=32
        )
        head = f"{name}${parameters}${salt}${nonce}${label}".encode()
        return ChaCha20Poly1305(key).decrypt(bytes.fromhex(nonce), bytes.fromhex(box), head)
    except (InvalidTag, ValueError) as error:
        raise CannotOpenError("the passphrase does not open this") from error


def plain(passphrase: str) -> str:
    """Return the passphrase in one spelling, however a telephone has written it.

    Capitals, accents, hidden characters and the Unicode form go; all but letters and digits divides words.
    Where the letters are those of a generated passphrase, they are divided as that is.
    """
    taken_apart = unicodedata.normalize("NFKD", passphrase).lower()
    kept = (
        letter if letter.isalnum() else " "
        for letter in taken_apart
        if unicodedata.category(letter) not in {"Mn", "Cf"}
    )
    words = "".join(kept).split()
    letters = "".join(words)
    if len(letters) == N_WORDS * WORD_LENGTH and letters.isascii() and letters.isalpha():
        words = [letters[at : at + WORD_LENGTH] for at in range(0, len(letters), WORD_LENGTH)]
    return " ".join(words)


def stretched(
    passphrase: str, *, salt: bytes, memory_kib: int = MEMORY_KIB, passes: int = PASSES, length: int
) -> bytes:
    """Return ``length`` bytes of Argon2id over the passphrase as `plain` writes it."""
    return hash_secret_raw(
        secret=plain(passphrase).encode(),
        salt=salt,
        time_cost=passes,
        memory_cost=memory_kib,
        parallelism=1,
        hash_len=length,
        type=Type.ID,
    )

"""What a passphrase and an authenticator prove, and what the database may know of them.

One Argon2id over the passphrase, with one salt for the whole site, gives 64 bytes. The first half is
hashed once more and is the tag by which an account is found; the second half opens the account's TOTP
secret and is kept nowhere. So a copied database shows neither passphrases nor secrets, and there is no
name to guess: everyone who comes is looked up by what they know.
"""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

import pyotp
from django.conf import settings

from visavis.safety import memory, sealing
from visavis.safety.secret import Secret
from visavis.sides.queries import SignIn
from visavis.signing import boxes
from visavis.signing.canonical import Digest, digest_of
from visavis.signing.sealing import stretched

from .rules import steps_around

LABEL = "totp"


@dataclass(frozen=True)
class Proof:
    """A passphrase, stretched: the tag that may be kept, and the half that may not."""

    tag: str
    half: bytes = field(repr=False)


def proof_of(passphrase: Secret, *, sign_in: SignIn) -> Proof:
    """Stretch the passphrase: the one costly step of a sign-in, the same for everyone."""
    with memory.turn:
        both = stretched(
            passphrase.reveal(),
            salt=sign_in.salt,
            memory_kib=sign_in.cost.memory_kib,
            passes=sign_in.cost.passes,
            length=64,
        )
    tag = hashlib.sha256(b"visavis-1 sign-in tag\n" + both[:32]).hexdigest()
    return Proof(tag=tag, half=both[32:])


def account_key(half: bytes) -> bytes:
    """Return the account's private key: it lies nowhere, and in a live session under the cookie."""
    return boxes.derived(half, "account key")


def new_totp() -> Secret:
    """Return a fresh TOTP secret: 160 bits in base 32."""
    return Secret(pyotp.random_base32(32))


def sealed_totp(totp: Secret, *, proof: Proof) -> str:
    return sealing.shut(totp.reveal().encode(), key=_totp_key(proof.half), label=LABEL)


def opened_totp(sealed: str, *, proof: Proof) -> Secret:
    """Return the account's TOTP secret, or raise CannotOpenError."""
    return Secret(sealing.opened(sealed, key=_totp_key(proof.half), label=LABEL).decode())


def step_shown(digits: str, *, totp: Secret, at: datetime) -> int | None:
    """Return the time step whose code these digits are, or None. All three steps are always tried."""
    shown = shown_by(digits, totp=totp, at=at)
    return shown.step if shown and not shown.is_two else None


@dataclass(frozen=True)
class Shown:
    """What an authenticator showed: the code of one step, or those of this step and the one before."""

    step: int
    is_two: bool

    @property
    def steps(self) -> tuple[int, ...]:
        """Every step whose code was shown."""
        return (self.step - 1, self.step) if self.is_two else (self.step,)


def shown_by(digits: str, *, totp: Secret, at: datetime) -> Shown | None:
    """Return which code these digits are, or which two in a row, or None.

    The same codes are made and compared whatever was typed: three steps, each by itself and after another.
    """
    clean = _plain_digits(digits).encode()
    made = pyotp.TOTP(totp.reveal())
    steps = steps_around(at)
    codes = {step: made.generate_otp(step).encode() for step in (steps[0] - 1, *steps)}
    found = None
    for step in steps:
        if hmac.compare_digest(codes[step], clean):
            found = Shown(step, is_two=False)
        if hmac.compare_digest(codes[step - 1] + codes[step], clean):
            found = Shown(step, is_two=True)
    return found


def _plain_digits(typed: str) -> str:
    """Return the digits 0 to 9 for those of any script; spaces, hyphens and marks of direction go."""
    kept = (
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in typed
        if not char.isspace() and unicodedata.category(char) not in {"Pd", "Cf"}
    )
    return "".join(kept)


def mark_of(step: int, *, half: bytes, totp: Secret) -> str:
    """Return what is kept of a used code.

    Without the pepper, which dies with the server, not even the passphrase says whose it was or when.
    """
    key = sealing.key_for("visavis-1 used code", secret=half + totp.reveal().encode())
    own = hmac.digest(key, str(step).encode(), "sha256")
    return hmac.new(settings.PEPPER.encode(), own, hashlib.sha256).hexdigest()


def digest_of_account(account_id: str, *, mark: str) -> Digest:
    """Return what a side signs about an account as it is now: neither can be had from it."""
    return digest_of(f"visavis-1 account {account_id} {mark}\n".encode())


def is_too_early(step: int) -> bool:
    """Return whether a code of this step may have been used before the server started."""
    return step <= settings.CODES_AFTER


def _totp_key(half: bytes) -> bytes:
    return sealing.key_for("visavis-1 totp", secret=half)

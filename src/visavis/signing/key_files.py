"""A side's key in a file of its own, sealed under a passphrase, for an editor's own machine.

The file is JSON: ``{"format": "visavis-key-1", "public": …, "sealed": …}``. The public half is the line that
a desk gives to the site (`vault.PublicLine`), so that it can be had again; the label of the sealed box binds
the two together.
"""

import json
import os
import secrets
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .keys import PrivateKey, PublicKey
from .sealing import CannotOpenError, seal, unseal
from .vault import PublicLine

KEY_FORMAT = "visavis-key-1"
LARGEST_KEY_FILE = 4096
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


class KeyFileFault(StrEnum):
    NOT_A_KEY_FILE = "this is not a key file of this format"
    DOES_NOT_OPEN = "the passphrase does not open this key, or the file is damaged"
    ANOTHER_KEY = "the file holds another key than it says"


class KeyFileError(ValueError):
    """The key cannot be had from this file; ``fault`` says why."""

    def __init__(self, fault: KeyFileFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class KeyFile:
    """What is in a key file: the private half only as a sealed box."""

    public: PublicLine
    sealed: str

    @property
    def public_key(self) -> PublicKey:
        return self.public.public_key

    @property
    def data(self) -> bytes:
        value = {"format": KEY_FORMAT, "public": str(self.public), "sealed": self.sealed}
        return json.dumps(value, indent=2).encode("ascii") + b"\n"

    @classmethod
    def new(cls, *, passphrase: str) -> "KeyFile":
        """Make a fresh key and seal it."""
        key = PrivateKey.new()
        label = _label(key.public)
        return cls(PublicLine.of(key), seal(key.seed, passphrase=passphrase, label=label))

    @classmethod
    def from_bytes(cls, data: bytes) -> "KeyFile":
        """Read a key file; raise KeyFileError."""
        try:
            value = json.loads(data[: LARGEST_KEY_FILE + 1].decode("ascii"))
            if value["format"] != KEY_FORMAT or not isinstance(value["sealed"], str):
                raise KeyFileError(KeyFileFault.NOT_A_KEY_FILE)
            return cls(PublicLine.from_text(value["public"]), value["sealed"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeyFileError(KeyFileFault.NOT_A_KEY_FILE) from error

    def opened(self, *, passphrase: str) -> PrivateKey:
        """Return the private key for one act; raise KeyFileError."""
        try:
            seed = unseal(self.sealed, passphrase=passphrase, label=_label(self.public_key))
            key = PrivateKey(seed)
        except (CannotOpenError, ValueError) as error:
            raise KeyFileError(KeyFileFault.DOES_NOT_OPEN) from error
        if key.public != self.public_key:
            raise KeyFileError(KeyFileFault.ANOTHER_KEY)
        return key


def write_new(place: Path, data: bytes) -> None:
    """Write a file that only its owner may read; raise FileExistsError rather than replace any."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(place, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def new_passphrase() -> str:
    """Return 25 letters and digits in groups of five: 125 bits, nothing to mistake for another."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(5))
    return "-".join(groups)


def _label(public_key: PublicKey) -> str:
    return f"key file {public_key.hex}"

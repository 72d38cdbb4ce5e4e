"""A side's vault: what opens only where the side's signing key is.

Its private half is made of the signing key's seed, so it lies under the desk's passphrase, or on a machine of
the desk's own. Its public half, the *vault key*, has a signature of the signing key: nobody puts another in
its place. `visavis key new` shows public key, vault key and that signature in one line.

Boxes that are opened elsewhere travel in small JSON files; boxes and contents are hexadecimal:

    {"format": "visavis-boxes-1", "site": …, "side": …, "public_key": …, "boxes": [{"about", "box"}, …]}
    {"format": "visavis-opened-1", "site": …, "side": …, "opened": [{"about", "content"}, …]}

``about`` says what is in a box. It is authenticated: a box that is called something else does not open.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import boxes
from .canonical import Digest, digest_of, is_digest
from .keys import BadKeyError, PrivateKey, PublicKey, Purpose

BOXES_FORMAT = "visavis-boxes-1"
OPENED_FORMAT = "visavis-opened-1"
LARGEST_BOXES_FILE = 1024 * 1024
MOST_BOXES = 1000


class BadVaultKeyError(ValueError):
    """These characters are no vault key that this signing key has signed."""


class BadBoxesError(ValueError):
    """These bytes are no file of boxes, or none of what was in them."""


@dataclass(frozen=True)
class PublicLine:
    """What `visavis key new` shows: 64 digits, and the vault key in 64 and 128; all hexadecimal."""

    public_key: PublicKey
    vault_key: str

    def __str__(self) -> str:
        return f"{self.public_key} {self.vault_key[:64]} {self.vault_key[64:]}"

    @classmethod
    def of(cls, key: PrivateKey) -> "PublicLine":
        return cls(key.public, vault_key_of(key))

    @classmethod
    def from_text(cls, text: str) -> "PublicLine":
        """Read such a line, wherever it is broken; raise BadKeyError or BadVaultKeyError."""
        digits = "".join(text.split())
        made = cls(PublicKey(digits[:64]), digits[64:])
        public_half(made.vault_key, of=made.public_key)
        return made


def private_half(key: PrivateKey) -> bytes:
    """Return what opens the vault's boxes, 32 bytes, for one act."""
    return boxes.derived(key.seed, "vault key")


def vault_key_of(key: PrivateKey) -> str:
    """Return the public half and the signing key's signature: 192 hexadecimal digits."""
    public = boxes.public_of(private_half(key))
    return public.hex() + key.sign(_digest(public), purpose=Purpose.VAULT)


def public_half(vault_key: str, *, of: PublicKey) -> bytes:
    """Return the 32 bytes to which is sealed; raise BadVaultKeyError where ``of`` has not signed them."""
    public, signature = vault_key[:64], vault_key[64:]
    if not is_digest(public) or not of.has_signed(
        _digest(bytes.fromhex(public)), purpose=Purpose.VAULT, signature=signature
    ):
        raise BadVaultKeyError("not a vault key of this side's key")
    return bytes.fromhex(public)


def _digest(public: bytes) -> Digest:
    return digest_of(public)


@dataclass(frozen=True)
class Boxes:
    """Boxes of one side's vault, by what is in them; at most `MOST_BOXES`."""

    site: str
    side: str
    public_key: PublicKey
    by_about: Mapping[str, bytes]

    @property
    def data(self) -> bytes:
        rows = [{"about": about, "box": box.hex()} for about, box in self.by_about.items()]
        value = {"site": self.site, "side": self.side, "public_key": self.public_key.hex}
        return _file({"format": BOXES_FORMAT, **value, "boxes": rows})

    def opened(self, key: PrivateKey) -> "Opened":
        """Return what is in all of them, or raise CannotOpenError with the ``about`` of one."""
        private, found = private_half(key), {}
        for about, box in self.by_about.items():
            try:
                found[about] = boxes.opened_with(private, box, about=about)
            except boxes.CannotOpenError as error:
                raise boxes.CannotOpenError(about) from error
        return Opened(self.site, self.side, found)


@dataclass(frozen=True)
class Opened:
    """What was in the boxes of one file. It is as secret as they were."""

    site: str
    side: str
    by_about: Mapping[str, bytes] = field(repr=False)

    @property
    def data(self) -> bytes:
        rows = [{"about": about, "content": each.hex()} for about, each in self.by_about.items()]
        value = {"format": OPENED_FORMAT, "site": self.site, "side": self.side}
        return _file({**value, "opened": rows})


def read_boxes(data: bytes) -> Boxes:
    """Read a file of boxes; raise BadBoxesError."""
    value = _loaded(data, format_=BOXES_FORMAT)
    try:
        key = PublicKey(value["public_key"])
    except (KeyError, TypeError, BadKeyError) as error:
        raise BadBoxesError("not a file of boxes") from error
    rows = _rows(value.get("boxes"), "box")
    return Boxes(_text(value, "site"), _text(value, "side"), key, rows)


def read_opened(data: bytes) -> Opened:
    """Read a file of what was in boxes; raise BadBoxesError."""
    value = _loaded(data, format_=OPENED_FORMAT)
    rows = _rows(value.get("opened"), "content")
    return Opened(_text(value, "site"), _text(value, "side"), rows)


def _rows(found: Any, name: str) -> dict[str, bytes]:
    if not isinstance(found, list) or not 0 < len(found) <= MOST_BOXES:
        raise BadBoxesError(f"it holds no boxes, or more than {MOST_BOXES}")
    try:
        rows = {row["about"]: bytes.fromhex(row[name]) for row in found}
        is_right = all(isinstance(about, str) and about for about in rows)
    except (KeyError, TypeError, ValueError) as error:
        raise BadBoxesError("not a file of boxes") from error
    if not is_right or len(rows) < len(found):
        raise BadBoxesError("it holds a box twice, or one without a name")
    return rows


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise BadBoxesError("not a file of boxes")
    return text


def _loaded(data: bytes, *, format_: str) -> Mapping[str, Any]:
    try:
        value = json.loads(data.decode("utf-8")) if len(data) <= LARGEST_BOXES_FILE else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or value.get("format") != format_:
        raise BadBoxesError("not a file of boxes")
    return value


def _file(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"

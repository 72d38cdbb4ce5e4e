"""Single-use codes as secrets: `signing.codes` makes them and says what may be kept of one."""

from visavis.signing import codes
from visavis.signing.canonical import Digest

from .secret import Secret


def new_code() -> Secret:
    """Return a fresh code of 28 characters in groups of four."""
    return Secret(codes.new_code())


def new_checked_code() -> Secret:
    """Return a fresh code of 28 characters with two check signs."""
    return Secret(codes.new_checked_code())


def is_checked(code: Secret) -> bool:
    """Return whether the check signs of such a code fit."""
    return codes.is_checked(code.reveal())


def plain(code: Secret) -> str:
    """Return the letters and digits that were meant."""
    return codes.plain(code.reveal())


def code_hash(code: Secret) -> Digest:
    """Return what may be kept of a code; spaces, dashes, capitals and misread letters do not matter."""
    return codes.hash_of_code(code.reveal())


def key_material(code: Secret) -> bytes:
    """Return what a key is made of that only the holder of the code can make."""
    return codes.plain(code.reveal()).encode()

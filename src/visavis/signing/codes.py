"""Single-use codes on paper: 140 bits in letters and digits that nobody confuses.

The alphabet is Crockford's base 32 (no i, l, o, u). What is kept is the hash alone, so that a copied
database lets nobody in.
"""

import hashlib
import secrets

from .canonical import Digest

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
N_GROUPS, GROUP = 7, 4
MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", "-": "", " ": ""})


def new_code() -> str:
    """Return a fresh code of 28 characters in groups of four."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(N_GROUPS))
    return "-".join(groups)


def hash_of_code(code: str) -> Digest:
    """Return what may be kept of a code; spaces, dashes, capitals and misread letters do not matter."""
    return Digest(hashlib.sha256(f"visavis-1 code {plain(code)}\n".encode()).hexdigest())


def plain(code: str) -> str:
    """Return the letters and digits that were meant: what is made of a code is made of these."""
    return "".join(code.lower().split()).translate(MISREAD)

"""Single-use codes on paper: 140 bits in letters and digits that nobody confuses.

The alphabet is Crockford's base 32 (no i, l, o, u). What is kept is the hash alone, so that a copied
database lets nobody in.
"""

import hashlib
import secrets

from .canonical import Digest

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
N_GROUPS, GROUP = 7, 4
PRIME = 1021
"""The largest below 32². No multiple of it is a sign's difference, nor 31 times one: see `is_checked`."""
MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", "-": "", " ": ""})


def new_code() -> str:
    """Return a fresh code of 28 characters in groups of four."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(N_GROUPS))
    return "-".join(groups)


def new_checked_code() -> str:
    """Return a fresh code of 28 characters, and two more by which a slip of the pen is found."""
    code = new_code()
    return f"{code}-{_check_signs(plain(code))}"


def is_checked(code: str) -> bool:
    """Return whether the check signs fit: never with one sign wrong, or with two neighbours changed round."""
    signs = plain(code)
    is_whole = len(signs) == N_GROUPS * GROUP + 2 and set(signs) <= set(ALPHABET)
    return is_whole and _check_signs(signs[:-2]) == signs[-2:]


def hash_of_code(code: str) -> Digest:
    """Return what may be kept of a code; spaces, dashes, capitals and misread letters do not matter."""
    return Digest(hashlib.sha256(f"visavis-1 code {plain(code)}\n".encode()).hexdigest())


def plain(code: str) -> str:
    """Return the letters and digits that were meant: what is made of a code is made of these."""
    return "".join(code.lower().split()).translate(MISREAD)


def _check_signs(signs: str) -> str:
    value = 0
    for sign in signs:
        value = (value * len(ALPHABET) + ALPHABET.index(sign)) % PRIME
    first, second = divmod(value, len(ALPHABET))
    return ALPHABET[first] + ALPHABET[second]

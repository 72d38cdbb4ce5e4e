"""How a private key is written down: as a small file, and as text to be copied by hand."""

import re

from visavis.base import data
from visavis.signing.keys import PrivateKey

FIRST_LINE = "visavis-private-key-1"


class BadKeyFileError(ValueError):
    """This file does not hold a private key."""


def key_file(key: PrivateKey) -> str:
    """Return the file that `visavis key sign` reads."""
    return f"{FIRST_LINE}\n{key.seed.hex()}\n"


def key_in(file: str) -> PrivateKey:
    """Return the key that such a file holds, or raise BadKeyFileError."""
    found = re.fullmatch(rf"{FIRST_LINE}\s+([0-9a-f]{{64}})\s*", file)
    if found is None:
        raise BadKeyFileError("not a file with a private key")
    return PrivateKey(bytes.fromhex(found[1]))


def release_key() -> PrivateKey:
    """Return the release key of this installation, or raise BadKeyFileError."""
    try:
        return key_in(data.release_key_file().read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadKeyFileError("there is no release key here") from error


def in_groups(key: PrivateKey) -> str:
    """Return the 64 signs in groups of four."""
    seed = key.seed.hex()
    return " ".join(seed[start : start + 4] for start in range(0, len(seed), 4))

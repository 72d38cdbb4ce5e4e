"""How a private key is written for its holder: as a small file, and as text to be copied by hand."""

from visavis.signing.keys import PrivateKey


def key_file(key: PrivateKey) -> str:
    """Return the file that `visavis key sign` reads."""
    return f"visavis-private-key-1\n{key.seed.hex()}\n"


def in_groups(key: PrivateKey) -> str:
    """Return the 64 signs in groups of four."""
    seed = key.seed.hex()
    return " ".join(seed[start : start + 4] for start in range(0, len(seed), 4))

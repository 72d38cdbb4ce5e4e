"""Which side comes first: drawn for each document, and the same for everyone who reads it.

Alphabet, age and size would each put one society before the other for ever. A hash over the
document's id and the side's code favours none, needs no table, and anyone can draw it again.
"""

import hashlib
from collections.abc import Iterable


def in_order(codes: Iterable[str], *, seed: str) -> tuple[str, ...]:
    """Return the codes in the order drawn for this seed: a document's id, or the site's."""
    return tuple(
        sorted(set(codes), key=lambda code: hashlib.sha256((seed + code).encode()).digest())
    )

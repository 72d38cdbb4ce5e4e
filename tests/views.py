"""What the press sees of open documents, as its kind makes it."""

from collections.abc import Sequence
from typing import Any

from visavis.kinds.installed import installed
from visavis.signing.charter import Charter
from visavis.signing.signed import SignedDocument


def viewed(documents: Sequence[SignedDocument], charter: Charter) -> Any:
    """Return the view of the page that these make, or None if they make none."""
    found = installed().viewed(documents, charter)
    return found.view if found else None

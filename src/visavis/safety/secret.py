"""A secret: text that may be used, and never shown by accident."""

import hmac
from typing import NoReturn


class Secret:
    """A passphrase, code or seed. Neither repr, str nor a format shows it; only ``reveal`` does."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself: for the one page that shows it, or the one act that uses it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> str:
        return "…"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    __hash__ = None  # type: ignore[assignment]  # a secret in a set or a cache would outlive its act

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")

"""One answer for what is not there and for what is hidden from the asker: a guess learns nothing."""


class NotFound(Exception):  # noqa: N818 - this too is an answer, not an error
    """The asker sees no such thing. A page answers with the 404 of an address that does not exist."""

"""What is not there, and what is not for whoever asks: one answer, so that a guess learns nothing."""


class NotFound(Exception):  # noqa: N818 - this too is an answer, not an error
    """There is no such thing for whoever asks. On a page: the 404 of an address that does not exist."""

"""A refusal: the reason an act is not allowed, in a word that `wording.py` turns into a sentence."""

from enum import StrEnum


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """An act was not allowed; ``reason`` says why."""

    def __init__(self, reason: StrEnum) -> None:
        super().__init__(reason.value)
        self.reason = reason

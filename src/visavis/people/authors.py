"""The reader of a participant's request: it writes to a desk, and opens what this one author has written.

An envelope names its author by an id of that place alone, so that two texts of one author have nothing in
common on the disk. To find their own among others', an author's page tries each: `safety.reading.opens`.
"""

from collections.abc import Sequence

from visavis.safety.reading import CannotSealError, Reader
from visavis.sides import desk_keys
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError, Envelope, Lock

from .purse import Purse


class Author(Reader):
    """Somebody with a purse, for one request."""

    def __init__(self, purse: Purse) -> None:
        super().__init__({})
        self._purse = purse
        self._publics: dict[str, bytes] = {}

    def shut(self, words: bytes, *, about: str, to: str, also: Sequence[bytes] = ()) -> bytes:
        """Return an envelope for a desk and this author, or raise CannotSealError. 0.1 ms and one query.

        ``also`` are public keys of others who read it.
        """
        if to not in self._publics:
            key = desk_keys.newest(to)
            if key is None:
                raise CannotSealError(to)
            self._publics[to] = key.public
        own = self._purse.key_at(about)
        return boxes.enveloped(words, about=about, to=[self._publics[to], *also], with_=[own])

    def shut_alone(self, words: bytes, *, about: str) -> bytes:
        """Return an envelope for this author and nobody else."""
        return boxes.enveloped(words, about=about, with_=[self._purse.key_at(about)])

    def opens(self, head: bytes, *, about: str) -> bool:
        """Return the same; where the reader's name is not in it at all, without reading it. 2 µs."""
        is_possible = self._purse.name_at(about) in head or boxes.UNNAMED in head
        return is_possible and super().opens(head, about=about)

    def key_of(self, envelope: Envelope, *, about: str) -> bytes:
        """Return the key of the words, or raise CannotOpenError: another author's, or a desk's alone.

        What a desk has handed to a card's inbox says no name: that wrap is tried, 50 µs.
        """
        name = self._purse.name_at(about)
        for wrap in envelope.wraps:
            if wrap.reader == name and wrap.lock is Lock.SHUT:
                return boxes.unwrapped(wrap, self._purse.key_at(about).private, about=about)
        for wrap in envelope.wraps:
            if wrap.reader == boxes.UNNAMED:
                return boxes.unwrapped(wrap, self._purse.inbox, about=about)
        raise CannotOpenError("not by this author, and not handed to them")

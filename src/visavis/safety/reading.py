"""Who is reading: the keys of the person that a request, or a command, works for.

Unpublished words lie sealed in the tables. Rooms that read or write them ask `reader()`, which the middleware
or a command has set for this one request. The press sets none, so it opens nothing, whatever a row says. The
reader hangs on the request as the guard does: no act has to pass it on, and the engine learns no account.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError, Envelope, Key, Lock, Wrap

JOINT = "joint"
"""Names the holder of the key that all desks share. The key of one desk has its side's code."""


class CannotSealError(LookupError):
    """Nobody who could read these words has a key here, so they are not written at all."""


class Reader:
    """The keys of somebody who is here, by holder and newest first; for one request, kept nowhere."""

    def __init__(self, chains: Mapping[str, Sequence[Key]]) -> None:
        self._chains = chains
        self._keys = {key.id: key.private for chain in chains.values() for key in chain}
        self._shutting: dict[bytes, bytes] = {}

    def newest(self, holder: str) -> Key | None:
        """Return the key under which new words for this holder are shut, if this reader has it."""
        return next(iter(self._chains.get(holder, ())), None)

    def private_of(self, public: bytes) -> bytes | None:
        """Return the private half of this key, if this reader has it: to hand it on."""
        return self._keys.get(boxes.id_of(public))

    def shut(self, words: bytes, *, about: str, to: str, also: Sequence[bytes] = ()) -> bytes:
        """Return an envelope for one holder, or raise CannotSealError. 10 kB: 20 µs; 4 MB: 9 ms.

        ``also`` are public keys of others who read it: 0.1 ms for each.
        """
        key = self.newest(to)
        if key is None:
            raise CannotSealError(to)
        return boxes.enveloped(words, about=about, to=also, with_=[key])

    def open(self, envelope: bytes, *, about: str) -> bytes:
        """Return the words, or raise CannotOpenError. Held keys are passed over here."""
        found = Envelope.from_bytes(envelope)
        return found.words(self.key_of(found, about=about), about=about)

    def key_of(self, envelope: Envelope, *, about: str) -> bytes:
        """Return the key of the words, or raise CannotOpenError."""
        for wrap in envelope.wraps:
            if wrap.reader in self._keys and wrap.lock is not Lock.HELD:
                return self._unwrapped(wrap, about)
        raise CannotOpenError("not for this reader")

    def opens(self, head: bytes, *, about: str) -> bool:
        """Return whether the envelope that begins with ``head`` has a key for this reader."""
        try:
            self.key_of(Envelope.from_bytes(head), about=about)
        except CannotOpenError:
            return False
        return True

    def held(self, envelope: Envelope, *, about: str) -> bytes:
        """Return what is held for this reader, still shut under the server's half. Or CannotOpenError."""
        for wrap in envelope.wraps:
            if wrap.reader in self._keys and wrap.lock is Lock.HELD:
                return self._unwrapped(wrap, about)
        raise CannotOpenError("not held for this reader")

    def _unwrapped(self, wrap: Wrap, about: str) -> bytes:
        private = self._keys[wrap.reader]
        if wrap.lock is not Lock.SEALED and wrap.reader not in self._shutting:
            self._shutting[wrap.reader] = boxes.shutting_key(private)
        return boxes.unwrapped(wrap, private, about=about, shutting=self._shutting.get(wrap.reader))


class Sealer(Reader):
    """Somebody who writes for these holders by their public keys alone, and opens nothing."""

    def __init__(self, publics: Mapping[str, bytes]) -> None:
        super().__init__({})
        self._publics = dict(publics)

    def shut(self, words: bytes, *, about: str, to: str, also: Sequence[bytes] = ()) -> bytes:
        """Return an envelope for one holder, or raise CannotSealError. 0.1 ms more than a reader's."""
        if to not in self._publics:
            raise CannotSealError(to)
        return boxes.enveloped(words, about=about, to=[self._publics[to], *also])


NOBODY = Reader({})
_here: ContextVar[Callable[[], Reader]] = ContextVar("reader", default=lambda: NOBODY)


def reader() -> Reader:
    """Return the reader of this request; `NOBODY`, who opens and seals nothing, outside of any."""
    return _here.get()()


@contextmanager
def reading_as(make: Callable[[], Reader]) -> Iterator[None]:
    """Let `reader` be what ``make`` returns, until the block ends. ``make`` is called at most once."""
    token = _here.set(cache(make))
    try:
        yield
    finally:
        _here.reset(token)


def opened(data: bytes, *, about: str) -> bytes | None:
    """Return bytes that lie in the clear as they are, an envelope's words, or None for another's envelope."""
    if not boxes.is_envelope(data):
        return data
    try:
        return reader().open(data, about=about)
    except CannotOpenError:
        return None


def opens(head: bytes, *, about: str) -> bool:
    """Return whether this reader can open the bytes that begin so: in the clear, or with a wrap for it."""
    return not boxes.is_envelope(head) or reader().opens(head, about=about)

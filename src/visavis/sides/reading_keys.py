"""Reading keys: each desk has one for its own words, and all desks together one for what is before them all.

An account has a key pair that the passphrase yields. Its public half lies in the account's row, so that a
colleague can let the editor read, or give out the next key, without the editor being there. A desk's key
is sealed to its editors' accounts; the joint key is sealed to the desks' keys. When an editor goes, the next
keys follow; each has the one before it inside. Nothing here reads or writes a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from visavis.signing import boxes
from visavis.signing.boxes import Key


@dataclass(frozen=True)
class ReadingKey:
    """One key of a chain. ``holder`` is a side or `safety.reading.JOINT`; numbers begin at 1.

    ``public`` has 32 bytes. ``sealed_before`` is the private half before it, sealed to this one; empty for
    the first, and where a desk that lost everybody begins again.
    """

    holder: str
    number: int
    public: bytes
    sealed_before: bytes = b""

    @property
    def about(self) -> str:
        return f"reading key {self.number} of {self.holder}"

    def key(self, private: bytes) -> Key:
        return Key(boxes.id_of(self.public), private)


def first(holder: str, *, number: int = 1) -> tuple[ReadingKey, bytes]:
    """Return a key with nothing before it, and its private half."""
    private = new_private(holder, number)
    return ReadingKey(holder, number, boxes.public_of(private)), private


def after(before: ReadingKey, private_before: bytes) -> tuple[ReadingKey, bytes]:
    """Return the next key, with the one before inside, and its private half."""
    made, private = first(before.holder, number=before.number + 1)
    sealed = boxes.seal_to(made.public, private_before, about=_inside(before))
    return ReadingKey(made.holder, made.number, made.public, sealed), private


def new_private(_holder: str, _number: int) -> bytes:
    """Return fresh random bytes. Tests put keys here that they know."""
    return boxes.new_key()


def handed(private: bytes, *, of: ReadingKey, to: bytes) -> bytes:
    """Return what lies for the holder of ``to``: an account's public key, or a desk's for the joint one."""
    return boxes.seal_to(to, private, about=of.about)


def carried(private: bytes, *, of: ReadingKey, code: bytes) -> bytes:
    """Return what an invitation's row keeps: the key under the code, of which only the hash is there."""
    return boxes.shut(private, key=boxes.derived(code, "invitation"), about=of.about)


def taken(box: bytes, *, of: ReadingKey, code: bytes) -> bytes:
    """Return the desk's private key for the holder of the code, or raise CannotOpenError."""
    return boxes.opened(box, key=boxes.derived(code, "invitation"), about=of.about)


def opened_box(private: bytes, box: bytes, *, of: ReadingKey) -> bytes:
    """Return the private key that was `handed` to the holder of this one, or raise CannotOpenError."""
    return boxes.opened_with(private, box, about=of.about)


def keys_of(chain: Sequence[ReadingKey], newest: bytes) -> list[Key]:
    """Return every key that the newest one yields. The chain, like the keys, is newest first."""
    keys, private = [chain[0].key(newest)], newest
    for newer, older in pairwise(chain):
        if not newer.sealed_before:
            break
        private = boxes.opened_with(private, newer.sealed_before, about=_inside(older))
        keys.append(older.key(private))
    return keys


def _inside(before: ReadingKey) -> str:
    return f"inside the key after {before.about}"

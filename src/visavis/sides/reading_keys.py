"""Reading keys: each desk has one for its own words, and all desks together one for what is before them all.

An account has a key pair that the passphrase yields. Its public half lies in the account's row, so that a
colleague can let the editor read, or give out the next key, without the editor being there. A desk's key
is sealed to its editors' accounts; the joint key is sealed to the desks' keys. When an editor goes, the next
keys follow; each has the one before it inside. Where nobody was there who could open the one before, it is
put inside later, by a holder of both. Nothing here reads or writes a table.
"""

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError, Key


@dataclass(frozen=True)
class ReadingKey:
    """One key of a chain. ``holder`` is a side or `safety.reading.JOINT`; numbers begin at 1.

    ``public`` has 32 bytes. ``sealed_before`` is the private half before it, sealed to this one; empty for
    the first, where a desk that lost everybody begins again, and as long as the key ``waits`` for somebody
    who has both.
    """

    holder: str
    number: int
    public: bytes
    sealed_before: bytes = b""
    waits: bool = False

    @property
    def about(self) -> str:
        return f"reading key {self.number} of {self.holder}"

    def key(self, private: bytes) -> Key:
        return Key(boxes.id_of(self.public), private)


def first(holder: str, *, number: int = 1) -> tuple[ReadingKey, bytes]:
    """Return a key with nothing before it, and its private half."""
    private = new_private(holder, number)
    return ReadingKey(holder, number, boxes.public_of(private)), private


def after(before: ReadingKey, private_before: bytes | None) -> tuple[ReadingKey, bytes]:
    """Return the next key and its private half; it waits for the one before where that is not here."""
    made, private = first(before.holder, number=before.number + 1)
    if private_before is None:
        return replace(made, waits=True), private
    return linked(made, before, private_before), private


def linked(newer: ReadingKey, before: ReadingKey, private_before: bytes) -> ReadingKey:
    """Return the newer key with the one before it inside."""
    sealed = boxes.seal_to(newer.public, private_before, about=_inside(before))
    return replace(newer, sealed_before=sealed, waits=False)


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


def held(
    chain: Sequence[ReadingKey], sealed: Mapping[int, bytes], *, with_: Collection[bytes]
) -> dict[int, bytes]:
    """Return every private key of a chain, by number, that its holder has or finds inside a newer one.

    ``sealed``: what was `handed` over, by number; ``with_``: the private keys to which it may be sealed. The
    chain is newest first. What does not open is passed by.
    """
    found: dict[int, bytes] = {}
    newer: ReadingKey | None = None
    for key in chain:
        private = None
        if newer and newer.sealed_before and newer.number in found:
            private = _opened(found[newer.number], newer.sealed_before, about=_inside(key))
        if private is None and key.number in sealed:
            tried = (_opened(each, sealed[key.number], about=key.about) for each in with_)
            private = next((each for each in tried if each), None)
        if private is not None and boxes.public_of(private) == key.public:
            found[key.number] = private
        newer = key
    return found


def needed(chain: Sequence[ReadingKey]) -> frozenset[int]:
    """Return the numbers of the keys that lie inside no newer one: a holder needs these, and no others."""
    loose = (older.number for newer, older in pairwise(chain) if not newer.sealed_before)
    return frozenset({chain[0].number, *loose})


def unneeded(chain: Sequence[ReadingKey], *, named: Collection[bytes]) -> tuple[ReadingKey, ...]:
    """Return the oldest keys of a chain that no envelope names, oldest first.

    ``named`` are the ids in all envelopes there are. Never the newest; none that a newer one waits for, and
    none between two that are needed: the holder of the newer finds the older through it.
    """
    found = []
    for newer, older in reversed([*pairwise(chain)]):
        if newer.waits or boxes.id_of(older.public) in named:
            break
        found.append(older)
    return tuple(found)


def mark_of(private: bytes, *, account: str, public: str) -> str:
    """Return what only a holder of the desk's key can write beside its box: this account was let in.

    A row that somebody else has written, or another public key in a row, has no such mark.
    """
    key = boxes.derived(private, "let in")
    return hmac.digest(key, f"{account} {public}".encode(), "sha256").hex()


def _opened(private: bytes, box: bytes, *, about: str) -> bytes | None:
    try:
        return boxes.opened_with(private, box, about=about)
    except CannotOpenError:
        return None


def _inside(before: ReadingKey) -> str:
    return f"inside the key after {before.about}"

"""What a participant has that nobody else has, and all that is made of it.

The purse is drawn when somebody joins and never changes. It is in the account's row, sealed by a half of the
stretched passphrase that is kept nowhere, and in a live session, sealed by the cookie. Each row that only its
author may find has an id made of it, each text a key: without the purse no two of them look related.
"""

import hmac
import json
import secrets
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Self

from visavis.safety import sealing
from visavis.signing import boxes
from visavis.signing.boxes import Key
from visavis.signing.canonical import new_id
from visavis.signing.keys import PrivateKey

from .rules import ParticipantRole

LABEL = "purse"
LENGTH = 512
"""Bytes before sealing, whatever is inside: the length does not give the role away."""


@dataclass(frozen=True, repr=False)
class Closers:
    """The keys that close one author's documents for good, and open their instruction. Nothing else.

    The purse makes them. So do the paper code and the desk's vault, on the day of a detention.
    ``keeper`` is the public key to which hidden words are sealed. With ``is_hiding`` what they close is
    hidden, else it is destroyed.
    """

    card: str
    secret: str
    keeper: str = ""
    is_hiding: bool = False

    def hiding(self) -> Self:
        """Return the same keys, by which words are hidden and not destroyed."""
        return replace(self, is_hiding=True)

    def key_of(self, item: str) -> PrivateKey:
        """Return the key that closes an item for good; its public half is in the document."""
        return PrivateKey(boxes.derived(bytes.fromhex(self.secret), f"closer {item}"))

    def is_of(self, item: str, closer: str | None) -> bool:
        """Return whether the ``closer`` in a document of this item is this author's. 60 µs."""
        return self.key_of(item).public.hex == closer

    def new_mark(self) -> str:
        """Return a mark for the account's row that only these keys tell from a random one."""
        drawn = secrets.token_hex(8)
        return drawn + self.tag_of(f"mark {drawn}")

    def is_live(self, mark: str) -> bool:
        """Return whether the row with this mark is not locked."""
        return self.tag_of(f"mark {mark[:16]}") == mark[16:]

    def tag_of(self, drawn: str) -> str:
        """Return the second half of an id that only these keys tell from a random one. 2 µs."""
        about = f"visavis-1 tag {drawn}".encode()
        return hmac.digest(bytes.fromhex(self.secret), about, "sha256")[:8].hex()


@dataclass(frozen=True, repr=False)
class Purse:
    """Three secrets of 32 bytes in hexadecimal, the id of the one card, and the role of its invitation.

    ``own`` is for words, drafts and what is found again; ``instruction`` for what is done on the day of a
    detention, and so for the keys that close; ``ballots`` for votes.
    """

    own: str
    instruction: str
    ballots: str
    card: str
    role: ParticipantRole

    @classmethod
    def drawn(cls, role: ParticipantRole) -> Self:
        own, instruction, ballots = (secrets.token_hex(32) for _ in range(3))
        return cls(own, instruction, ballots, card=new_id(), role=role)

    @classmethod
    def from_json(cls, value: str) -> Self:
        return cls(**(read := json.loads(value)) | {"role": ParticipantRole(read["role"])})

    def as_json(self) -> str:
        return json.dumps(asdict(self)).ljust(LENGTH)

    def sealed(self, *, half: bytes) -> str:
        """Return what the account's row keeps. ``half`` is kept nowhere."""
        return sealing.shut(self.as_json().encode(), key=_key(half), label=LABEL)

    @classmethod
    def opened(cls, sealed: str, *, half: bytes) -> Self:
        """Return the purse in a row, or raise CannotOpenError."""
        return cls.from_json(sealing.opened(sealed, key=_key(half), label=LABEL).decode())

    def carried(self, *, mark: str) -> str:
        """Return what a session keeps: it opens as long as the account's row has this mark."""
        return sealing.shut(self.as_json().encode(), key=_carried_key(mark), label=LABEL)

    @classmethod
    def of_session(cls, carried: str, *, mark: str) -> Self:
        """Return the purse in a session, or raise CannotOpenError: the account has another mark by now."""
        return cls.from_json(sealing.opened(carried, key=_carried_key(mark), label=LABEL).decode())

    def slot(self, name: str) -> str:
        """Return the id of the row that only this person finds under ``name``: 32 hexadecimal digits."""
        return hmac.digest(self._own, f"visavis-1 slot {name}".encode(), "sha256")[:16].hex()

    def key_at(self, about: str) -> Key:
        """Return the key of the words at one place, with the id by which an envelope names it. 15 µs."""
        return Key(self.name_at(about), boxes.derived(self._own, f"words {about}"))

    def name_at(self, about: str) -> bytes:
        """Return the id of that key alone: enough to see that an envelope is another author's. 2 µs."""
        return hmac.digest(self._own, f"visavis-1 words {about}".encode(), "sha256")[: boxes.ID]

    @cached_property
    def closers(self) -> Closers:
        return Closers(self.card, self.instruction, boxes.public_of(self.keeper).hex())

    @property
    def keeper(self) -> bytes:
        """The private X25519 key of words that are hidden: 32 bytes. The code on paper has it too."""
        return boxes.derived(self._own, "keeper")

    def closer_of(self, item: str) -> PrivateKey:
        """Return the key that closes an item for good; its public half is in the document."""
        return self.closers.key_of(item)

    @property
    def inbox(self) -> bytes:
        """The private X25519 key of what is sealed to the card: 32 bytes."""
        return boxes.derived(self._own, "inbox")

    @cached_property
    def _own(self) -> bytes:
        return bytes.fromhex(self.own)


def _key(half: bytes) -> bytes:
    return sealing.key_for("visavis-1 purse", secret=half)


def _carried_key(mark: str) -> bytes:
    return sealing.key_for("visavis-1 purse in a session", secret=mark.encode())

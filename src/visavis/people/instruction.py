"""What somebody wishes for the day of their detention, and the boxes of their account's row.

Every row has all boxes, of one size, from the beginning: no copy tells who has answered, or who is detained.

- ``choice``: what they wish, under the secret of their purse that is made for this.
- ``for_desk``: that secret, sealed to the side's vault: the desk's passphrase opens it, no editor's does.
- ``notice``: since when the account is locked, sealed to the own desk; else nothing.
- ``shelved``: what the row held before it was locked, sealed to the vault; else nothing.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Self

from visavis.base.refusal import Refused
from visavis.safety import sealing
from visavis.sides import actions as sides_actions
from visavis.sides import desk_keys
from visavis.sides import queries as sides
from visavis.sides.actions import Given
from visavis.sides.rules import SideRefusal
from visavis.signing import boxes

from . import rules
from .purse import Closers
from .rules import NameWish, PeopleRefusal, TextsWish, VoiceWish

LABEL = "instruction"
LENGTH, FOR_DESK, NOTICE, SHELVED = 768, 192, 192, 1536
"""Bytes before sealing, whatever is inside."""


@dataclass(frozen=True, repr=False)
class Instruction:
    """What somebody wishes; None where they have not answered. ``whom`` is a person to ask, or empty.

    ``vault`` is the id of the vault key to which the secret is sealed, ``is_done`` that it was carried out.
    """

    texts: TextsWish | None = None
    name: NameWish | None = None
    voice: VoiceWish | None = None
    whom: str = ""
    said_on: date | None = None
    vault: str = ""
    is_done: bool = False

    @property
    def is_answered(self) -> bool:
        return self.texts is not None

    def is_same(self, other: "Instruction") -> bool:
        """Return whether both wish the same, whenever they were said."""
        return self._wishes == other._wishes

    @property
    def _wishes(self) -> tuple[object, ...]:
        return self.texts, self.name, self.voice, self.whom

    def why_not(self) -> PeopleRefusal | None:
        return rules.why_not_instruction(self.texts, self.name, self.voice, whom=self.whom)

    def is_asked_again(self, *, side: str, today: date) -> bool:
        """Return whether its author is asked once more: after 90 days, or where the desk cannot open it."""
        public = sides.vault_key(side)
        is_lost = public is not None and self.vault != boxes.id_of(public).hex()
        return rules.is_asked_again(self.said_on, today=today) or is_lost

    def sealed(self, closers: Closers) -> str:
        """Return what the row keeps as its ``choice``."""
        return sealing.shut(self.packed, key=_key(closers), label=LABEL)

    @classmethod
    def opened(cls, choice: str, closers: Closers) -> Self:
        """Return what a row's ``choice`` says, or raise CannotOpenError."""
        return cls.unpacked(sealing.opened(choice, key=_key(closers), label=LABEL))

    @property
    def packed(self) -> bytes:
        """Return the wishes as they are sealed: `LENGTH` bytes."""
        said = asdict(self) | {"said_on": self.said_on.isoformat() if self.said_on else None}
        return json.dumps(said, ensure_ascii=False).encode().ljust(LENGTH)

    @classmethod
    def unpacked(cls, content: bytes) -> Self:
        """Return the wishes in bytes that `packed` has made."""
        said: dict[str, Any] = json.loads(content)
        day = said.pop("said_on")
        return cls(
            texts=TextsWish(each) if (each := said.pop("texts")) else None,
            name=NameWish(each) if (each := said.pop("name")) else None,
            voice=VoiceWish(each) if (each := said.pop("voice")) else None,
            said_on=date.fromisoformat(day) if day else None,
            **said,
        )


NOTHING_SAID = Instruction()


def read(choice: str, closers: Closers) -> Instruction:
    """Return what a row's ``choice`` says; nothing where somebody has put another in its place.

    So nobody keeps a lock from being done.
    """
    try:
        return Instruction.opened(choice, closers)
    except sealing.CannotOpenError:
        return NOTHING_SAID


def said_boxes(said: Instruction, closers: Closers, *, side: str, account: str) -> dict[str, str]:
    """Return the columns in which an instruction lies, for the own desk's vault as it is today."""
    public = sides.vault_key(side)
    keys = [closers.card, closers.secret, closers.keeper]
    content = json.dumps(keys).encode().ljust(FOR_DESK)
    for_desk = boxes.seal_to(public or nobody(), content, about=about("for_desk", account))
    sealed_to = boxes.id_of(public).hex() if public else ""
    return {"choice": replace(said, vault=sealed_to).sealed(closers), "for_desk": for_desk.hex()}


def closers_in(content: bytes) -> Closers:
    """Return the keys that were in an opened ``for_desk``."""
    card, secret, keeper = json.loads(content)
    return Closers(card, secret, keeper)


@dataclass(frozen=True)
class Notice:
    """Since when a card's account is locked; from when on it may come back, and whether a code is made.

    ``shelf`` is the digest of what is shelved: a file from elsewhere cannot bring anything else.
    """

    card: str
    since: date
    shelf: str = ""
    returns_on: date | None = None
    has_code: bool = False


def notice_box(side: str, account: str, *, notice: Notice | None = None) -> bytes:
    """Return the ``notice`` of a row, or nothing. It needs no reader."""
    newest = desk_keys.newest(side)
    words = b""
    if notice:
        returns = notice.returns_on.isoformat() if notice.returns_on else ""
        said = [notice.card, notice.since.isoformat(), notice.shelf, returns, notice.has_code]
        words = json.dumps(said).encode()
    public = newest.public if newest else nobody()
    return boxes.enveloped(words.ljust(NOTICE), about=about("notice", account), to=[public])


def notice_in(words: bytes) -> Notice | None:
    """Return what was in an opened ``notice``, or None: the account is not locked."""
    if not words.strip():
        return None
    card, since, shelf, returns, has_code = json.loads(words)
    returns_on = date.fromisoformat(returns) if returns else None
    return Notice(card, date.fromisoformat(since), shelf, returns_on, has_code)


def shelf(*kept: str) -> bytes:
    """Return what is shelved, of one size."""
    return json.dumps(kept).encode().ljust(SHELVED)


def shelved_box(side: str, account: str, *, kept: bytes = b"") -> str:
    """Return the ``shelved`` of a row: what it had, or nothing."""
    public = sides.vault_key(side) or nobody()
    return boxes.seal_to(public, kept.ljust(SHELVED), about=about("shelved", account)).hex()


def opened_by(given: Given, *, side: str, asked: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return what is in boxes of the side's vault, with the desk's passphrase or a file of `key open`.

    As costly as signing, before the act. Refuses boxes that were sealed to an earlier key.
    """
    try:
        return sides_actions.opened_by(given, side=side, asked=asked)
    except Refused as refused:
        if refused.reason is SideRefusal.OTHER_BOX:
            raise Refused(PeopleRefusal.OTHER_KEY) from refused
        raise


def about(column: str, account: str) -> str:
    """What a box says of its place."""
    return f"people_participant.{column} {account}"


def nobody() -> bytes:
    """Return a public key whose other half is nowhere: a box for it opens for nobody."""
    return boxes.public_of(secrets.token_bytes(32))


def _key(closers: Closers) -> bytes:
    return sealing.key_for("visavis-1 instruction", secret=bytes.fromhex(closers.secret))

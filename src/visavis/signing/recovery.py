"""A recovery: a side that has lost its key puts a new one in its place, in plain sight, with no other's yes.

It is a document of its own, not a charter, so that one side's recovery never blocks another's.

1. It names the charter that it changes. The side's recovery key, as that charter has it by then, signs it.
   Each new key does too, so that nobody puts a key there that is not theirs. Then it is announced.
2. It is in force when the charter's waiting time has passed since the day in its bytes. From then on the
   charter has the new keys, and the old key is one of the side's former ones. What that one opened may be
   carried over.
3. Until then its next version takes its place, under the recovery key alone: with other keys, or with none,
   which takes it back. A side has one recovery under way at a time.
4. Recoveries of different sides commute. A new charter, which every side signs, overrides those under way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Self

from .canonical import Digest, is_digest
from .charter import Charter, CharterFault, Signature, all_keys
from .document import RECOVERY, BadDocumentError, Document
from .keys import BadKeyError, PublicKey, Purpose
from .signed import SignedDocument


@dataclass(frozen=True)
class NewKeys:
    """What a side is to have, and which documents its key until now still opens."""

    public_key: PublicKey
    recovery_key: PublicKey
    carried: frozenset[Digest] = frozenset()

    def as_json(self) -> dict[str, Any]:
        return {
            "public_key": self.public_key.hex,
            "recovery_key": self.recovery_key.hex,
            "carried": sorted(self.carried),
        }


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """A recovery as the rules ask it. ``keys`` is None for one that was taken back."""

    document: Document
    charter: Digest
    keys: NewKeys | None

    @property
    def side(self) -> str:
        return self.document.side or ""

    @property
    def day(self) -> date:
        return self.document.day

    @classmethod
    def from_document(cls, document: Document) -> Self:
        """Read a recovery; raise BadDocumentError for what is none."""
        try:
            body = document.body
            keys = body["keys"]
            recovery = cls(
                document=document,
                charter=body["charter"],
                keys=None
                if keys is None
                else NewKeys(
                    public_key=PublicKey(keys["public_key"]),
                    recovery_key=PublicKey(keys["recovery_key"]),
                    carried=frozenset(keys["carried"]),
                ),
            )
            same = recovery_body(recovery.charter, recovery.keys) == dict(body)
        except (BadKeyError, KeyError, TypeError, AttributeError) as error:
            raise BadDocumentError(CharterFault.NOT_A_RECOVERY) from error
        if not same or not _is_recovery(recovery):
            raise BadDocumentError(CharterFault.NOT_A_RECOVERY)
        return recovery

    def is_in_force(self, charter: Charter, *, on: date) -> bool:
        """Whether its waiting time has passed on this day."""
        return self.keys is not None and (on - self.day).days >= charter.waiting.recovery_days

    def in_force_from(self, charter: Charter) -> date:
        """Return the first day on which it is in force, if it is not taken back."""
        days = min(charter.waiting.recovery_days, (date.max - self.day).days)
        return self.day + timedelta(days=days)


def recovery_body(charter: Digest, keys: NewKeys | None) -> dict[str, Any]:
    """Return the body that says this; the one place that knows its shape."""
    return {"charter": charter, "keys": keys.as_json() if keys else None}


@dataclass(frozen=True)
class Followed:
    """What recoveries make of a charter: it as it holds, those that are right, and why others are not."""

    charter: Charter
    right: tuple[tuple[Recovery, SignedDocument], ...]
    faults: dict[Digest, CharterFault]


def followed(charter: Charter, found: Iterable[SignedDocument], *, on: date) -> Followed:
    """Return which of these recoveries of a charter are right, and the charter as it holds on this day.

    Of several versions of one item the last right one counts. Raises BadDocumentError for no recovery.
    """
    pairs = [(Recovery.from_document(each.document), each) for each in found]
    pairs.sort(key=_in_order)
    right: dict[str, tuple[Recovery, SignedDocument]] = {}
    faults: dict[Digest, CharterFault] = {}
    for recovery, signed in pairs:
        known = [each for each, _ in right.values()]
        fault = why_not_announce(recovery, charter=charter, known=known) or why_not_signed(
            recovery, signed.signatures, charter=charter, known=known
        )
        if fault:
            faults[signed.digest] = fault
        else:
            right[recovery.document.id] = recovery, signed
    held = with_recoveries(charter, [each for each, _ in right.values()], on=on)
    # In the order of the versions that count, whether those before them are here or not.
    return Followed(held, tuple(sorted(right.values(), key=_in_order)), faults)


def _in_order(pair: tuple[Recovery, SignedDocument]) -> tuple[date, int, Digest]:
    recovery, signed = pair
    return recovery.day, recovery.document.version, signed.digest


def why_not_announce(
    recovery: Recovery, *, charter: Charter, known: Sequence[Recovery]
) -> CharterFault | None:
    """Return why this is no recovery of the charter, by any signer, or None.

    ``known`` are the right ones before it.
    """
    document = recovery.document
    if document.site != charter.site:
        return CharterFault.ANOTHER_SITE
    if recovery.charter != charter.digest or document.day < charter.document.day:
        return CharterFault.NOT_THE_NEXT
    own = [each for each in known if each.side == recovery.side]
    same_item = next((each for each in known if each.document.id == document.id), None)
    if same_item is not None and (
        same_item.side != recovery.side or same_item.is_in_force(charter, on=recovery.day)
    ):
        return CharterFault.NOT_THE_NEXT
    if any(
        each is not same_item
        and each.keys
        # Of two on one day nobody could tell from the bytes which came first.
        and (each.day == recovery.day or not each.is_in_force(charter, on=recovery.day))
        for each in own
    ):
        return CharterFault.RECOVERY_UNDER_WAY
    before = with_recoveries(charter, known, on=recovery.day)
    side = before.side(recovery.side)
    if side is None:
        return CharterFault.NOT_A_RECOVERY
    if recovery.keys is None:
        return None
    if not side.carried <= recovery.keys.carried:
        return CharterFault.RECOVERY_CHANGES_MORE
    # The recovery key may stay what it is; every other key must be new to the whole charter.
    others = {key.hex for key in all_keys(before)} - {side.recovery_key.hex}
    new = (recovery.keys.public_key.hex, recovery.keys.recovery_key.hex)
    is_same = new[0] in {new[1], side.recovery_key.hex}
    return CharterFault.A_KEY_TWICE if is_same or not others.isdisjoint(new) else None


def why_not_signed(
    recovery: Recovery,
    signatures: Iterable[Signature],
    *,
    charter: Charter,
    known: Sequence[Recovery],
) -> CharterFault | None:
    """Return which key is missing under a recovery, or None."""
    signed = {each.public_key: each.signature for each in signatures}
    for key in keys_asked_of(recovery, charter=charter, known=known):
        signature = signed.get(key.hex, "")
        if not key.has_signed(
            recovery.document.digest, purpose=Purpose.DOCUMENT, signature=signature
        ):
            return CharterFault.NOT_SIGNED_BY_RECOVERY_KEYS
    return None


def keys_asked_of(
    recovery: Recovery, *, charter: Charter, known: Sequence[Recovery]
) -> tuple[PublicKey, ...]:
    """Return the keys that must sign it: the side's recovery key by then, and each new key that it names."""
    side = with_recoveries(charter, known, on=recovery.day).side(recovery.side)
    own = (side.recovery_key,) if side else ()
    if recovery.keys is None:
        return own
    new = (recovery.keys.public_key, recovery.keys.recovery_key)
    return tuple(dict.fromkeys((*own, *new)))


def with_recoveries(charter: Charter, recoveries: Iterable[Recovery], *, on: date) -> Charter:
    """Return the charter as it holds on this day: with the keys of the recoveries that are in force."""
    held = charter
    for each in sorted(recoveries, key=lambda each: (each.day, each.document.digest)):
        if each.charter == charter.digest and each.is_in_force(charter, on=on):
            held = _recovered(held, each)
    return held


def _recovered(charter: Charter, recovery: Recovery) -> Charter:
    keys = recovery.keys
    if keys is None:
        return charter
    sides = tuple(
        replace(
            side,
            public_key=keys.public_key,
            recovery_key=keys.recovery_key,
            former_keys=(*side.former_keys, side.public_key),
            carried=keys.carried,
        )
        if side.code == recovery.side
        else side
        for side in charter.sides
    )
    return replace(charter, sides=sides)


def _is_recovery(recovery: Recovery) -> bool:
    document = recovery.document
    is_plain = document.standing.is_joint and not document.languages and not document.made_from
    has_more = document.part_of or document.seats or document.seal or document.closer
    return (
        document.kind == RECOVERY
        and document.side is not None
        and is_plain
        and not has_more
        and is_digest(recovery.charter)
        and (recovery.keys is None or all(map(is_digest, recovery.keys.carried)))
    )

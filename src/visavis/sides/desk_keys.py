"""The reading keys in the tables: which desk has which, and which comes next. No account is known here.

What changes a table is called within an act. Who reads now (`reader`) has the private halves; where nobody
does, the next keys are made all the same, and the first who has both puts the older inside the newer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from django.db.models import OuterRef, Subquery

from visavis.safety import kept
from visavis.safety.asking import asked
from visavis.safety.reading import JOINT, reader
from visavis.safety.transactions import act_about_persons
from visavis.signing.boxes import Key

from . import models, reading_keys
from .models import Joint, Side
from .reading_keys import ReadingKey

NEWEST = """SELECT public, number, sealed_before, waits FROM sides_readingkey
    WHERE holder = %s ORDER BY number DESC LIMIT 1
"""


@dataclass(frozen=True)
class Chains:
    """What one desk's keys are made of: its own chain and the joint one, newest first; the joint boxes."""

    own: tuple[ReadingKey, ...]
    joint: tuple[ReadingKey, ...]
    joint_boxes: Mapping[int, bytes]

    def keys(self, own: Mapping[int, bytes]) -> dict[str, Sequence[Key]]:
        """Return the keys of a reader who has these private keys of the desk, by number.

        Without the newest of a chain none of it: such a reader would write what others cannot read.
        """
        joint = reading_keys.held(self.joint, self.joint_boxes, with_=own.values())
        return {
            holder: [key.key(found[key.number]) for key in chain if key.number in found]
            for holder, chain, found in (
                (self.own[0].holder, self.own, own),
                (JOINT, self.joint, joint),
            )
            if chain and chain[0].number in found
        }


def chains_of(side: str) -> Chains:
    """Return a desk's chains: two queries."""
    rows = models.ReadingKey.objects.filter(holder__in=(side, JOINT)).order_by("-number")
    keys = [_key(row) for row in rows]  # newest first
    boxes = Joint.objects.filter(side=side).values_list("number", "box")
    return Chains(
        own=tuple(key for key in keys if key.holder == side),
        joint=tuple(key for key in keys if key.holder == JOINT),
        joint_boxes={number: bytes.fromhex(box) for number, box in boxes},
    )


def joint_chain() -> tuple[ReadingKey, ...]:
    return chains_of(JOINT).joint


def newest(holder: str) -> ReadingKey | None:
    """Return the key to which is sealed now what this holder reads, or None. One statement."""
    for public, number, before, waits in asked(NEWEST, [holder]):
        return ReadingKey(holder, number, bytes.fromhex(public), bytes.fromhex(before), bool(waits))
    return None


def newest_number(side: OuterRef) -> Subquery:
    """Return the number of a desk's newest key, for a query about something else of that side."""
    rows = models.ReadingKey.objects.filter(holder=side).order_by("-number")
    return Subquery(rows.values("number")[:1])


def sides_without_a_key() -> tuple[str, ...]:
    """Return the desks that have no reading key yet, in the order of their codes."""
    return tuple(sorted(code for code, key in _newest_of_sides().items() if key is None))


def sides_without_the_joint_key() -> tuple[str, ...]:
    """Return the desks that could have the joint key and do not, in the order of their codes."""
    joint = newest(JOINT)
    return _left_out(joint) if joint else ()


def begin(side: str) -> tuple[ReadingKey, bytes]:
    """The desk has a key with nothing before it: its first, or that of a desk which lost everybody.

    The joint key is made with the last desk's first; a desk that begins again is handed it by another one.
    """
    before = newest(side)
    made, private = reading_keys.first(side, number=before.number + 1 if before else 1)
    _keep(made)
    Joint.objects.filter(side=side).delete()
    if newest(JOINT) is None:
        desks = _newest_of_sides()
        if all(desks.values()):
            joint, joint_private = reading_keys.first(JOINT)
            _keep(joint)
            _hand(joint, joint_private, to=desks)
    return made, private


def follow(side: str) -> tuple[ReadingKey, bytes] | None:
    """The desk's next key and the next joint one are there; returns the first, or None without one before."""
    before = newest(side)
    if before is None:
        return None
    made, private = reading_keys.after(before, reader().private_of(before.public))
    _keep(made)
    _follow_joint()
    return made, private


def leave(side: str) -> None:
    """Nobody of this desk reads any more: the others have the next joint key, and this desk none."""
    Joint.objects.filter(side=side).delete()
    _follow_joint()


def to_be_linked(chain: Sequence[ReadingKey]) -> tuple[tuple[ReadingKey, ReadingKey, bytes], ...]:
    """Return each key that waits for the one before it, with that one and its private half.

    Only where the reader has both: nobody else can say that they belong together.
    """
    pairs = ((newer, older) for newer, older in pairwise(chain) if newer.waits)
    return tuple(
        (newer, older, private)
        for newer, older in pairs
        if (private := reader().private_of(older.public)) and reader().private_of(newer.public)
    )


def link(newer: ReadingKey, older: ReadingKey, private: bytes) -> None:
    """The older key lies inside the newer one."""
    made = reading_keys.linked(newer, older, private)
    rows = models.ReadingKey.objects.filter(pk=made.public.hex())
    rows.update(sealed_before=made.sealed_before.hex(), waits=made.waits)


def keep_apart(newer: ReadingKey) -> None:
    """The key before it never lies inside this one: who holds both keeps both."""
    models.ReadingKey.objects.filter(pk=newer.public.hex()).update(waits=False)


def share_joint() -> None:
    """Link the joint chain, and hand its newest key to each desk that lacks it, if the reader has it."""
    joint = joint_chain()
    private = reader().private_of(joint[0].public) if joint else None
    if private is None:
        return
    for each in to_be_linked(joint):
        link(*each)
    _drop_boxes_within_others()
    desks = _newest_of_sides()
    _hand(joint[0], private, to={side: desks[side] for side in _left_out(joint[0])})


_looked_at: set[bytes] = set()
"""Keys that nothing had named when this process looked last."""


@act_about_persons
def drop_unneeded() -> None:
    """Keys that no envelope has named for a day are gone, each with the link through which it was found.

    Two looks, a day apart: a request that began before the next key was made may still use the one before.
    A desk's own keys stay while an older joint key lies for it, which is sealed to one of them.
    """
    named = kept.readers_named()
    if named is None:
        return
    joint = joint_chain()
    older = Joint.objects.exclude(number__in=[key.number for key in joint[:1]])
    kept_by = set(older.values_list("side_id", flat=True))
    chains = [joint, *(chains_of(side).own for side in _newest_of_sides() if side not in kept_by)]
    found = [reading_keys.unneeded(chain, named=named) for chain in chains]
    for chain, keys in zip(chains, found, strict=True):
        gone = [*takewhile(lambda key: key.public in _looked_at, keys)]
        if gone:
            _drop(gone, next_one=chain[chain.index(gone[-1]) - 1])
    _looked_at.clear()
    _looked_at.update(key.public for keys in found for key in keys)
    if joint:
        _drop_boxes_within_others()


def _drop(keys: Sequence[ReadingKey], *, next_one: ReadingKey) -> None:
    models.ReadingKey.objects.filter(pk__in=[key.public.hex() for key in keys]).delete()
    models.ReadingKey.objects.filter(pk=next_one.public.hex()).update(sealed_before="")


def _follow_joint() -> None:
    before = newest(JOINT)
    if before is None:
        return
    desks, without = _newest_of_sides(), _left_out(before)
    made, private = reading_keys.after(before, reader().private_of(before.public))
    _keep(made)
    _hand(made, private, to={side: key for side, key in desks.items() if side not in without})
    _drop_boxes_within_others()


def _drop_boxes_within_others() -> None:
    Joint.objects.exclude(number__in=reading_keys.needed(joint_chain())).delete()


def _left_out(joint: ReadingKey) -> tuple[str, ...]:
    have = set(Joint.objects.filter(number=joint.number).values_list("side_id", flat=True))
    return tuple(
        sorted(code for code, key in _newest_of_sides().items() if key and code not in have)
    )


def _hand(joint: ReadingKey, private: bytes, *, to: Mapping[str, ReadingKey | None]) -> None:
    Joint.objects.bulk_create(
        Joint(
            side_id=side,
            number=joint.number,
            box=reading_keys.handed(private, of=joint, to=key.public).hex(),
        )
        for side, key in sorted(to.items())
        if key
    )


def _newest_of_sides() -> dict[str, ReadingKey | None]:
    found: dict[str, ReadingKey | None] = dict.fromkeys(
        Side.objects.order_by("code").values_list("code", flat=True)
    )
    for row in models.ReadingKey.objects.exclude(holder=JOINT).order_by("number"):
        found[row.holder] = _key(row)
    return found


def _keep(key: ReadingKey) -> None:
    models.ReadingKey.objects.create(
        public=key.public.hex(),
        holder=key.holder,
        number=key.number,
        sealed_before=key.sealed_before.hex(),
        waits=key.waits,
    )


def _key(row: models.ReadingKey) -> ReadingKey:
    return ReadingKey(
        holder=row.holder,
        number=row.number,
        public=bytes.fromhex(row.public),
        sealed_before=bytes.fromhex(row.sealed_before),
        waits=row.waits,
    )

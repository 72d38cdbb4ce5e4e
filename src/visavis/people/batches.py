"""Batches of codes with which people join one side, printed on cards: made, made void, seen.

The codes are shown once, on the page that makes the batch; their hashes are all that is kept. A desk sees of
its own batches roughly how many are used, of the others' how large they are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from visavis.base.refusal import Refused
from visavis.safety import codes
from visavis.safety.secret import Secret
from visavis.safety.transactions import act_about_persons, one_act_about_persons
from visavis.sides import queries as sides

from . import rules
from .models import Account, Batch, ParticipantCode
from .rules import A_DAY, ParticipantRole, PeopleRefusal

AN_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class OwnBatch:
    """A batch as its own desk sees it. ``n_used`` is None below `rules.FEWEST_SHOWN`, and once it is void."""

    id: str
    role: ParticipantRole
    size: int
    n_used: int | None
    expires_on: date
    is_void: bool

    @property
    def n_open(self) -> int:
        """How many of its codes the desk has to take for open."""
        return 0 if self.is_void else self.size - (self.n_used or 0)


def make(*, editor: Account, batch_id: str, role: str, n: int, today: date) -> tuple[Secret, ...]:
    """Return the codes of a new batch, here and never again.

    The form has drawn ``batch_id``: sent once more it makes nothing and shows nothing.
    """
    if role not in list(ParticipantRole):
        raise Refused(PeopleRefusal.NO_ROLE)
    if refusal := rules.why_not_batch(n, n_open=0):
        raise Refused(refusal)
    if not AN_ID.fullmatch(batch_id):
        raise Refused(PeopleRefusal.SHOWN_ALREADY)
    made = tuple(codes.new_code() for _ in range(n))
    hashes = sorted(codes.code_hash(code) for code in made)
    with one_act_about_persons():
        if Batch.objects.filter(pk=batch_id).exists():
            raise Refused(PeopleRefusal.SHOWN_ALREADY)
        n_open = sum(each.n_open for each in own(editor.side_id, today=today))
        if refusal := rules.why_not_batch(n, n_open=n_open):
            raise Refused(refusal)
        batch = Batch.objects.create(
            id=batch_id,
            side_id=editor.side_id,
            role=role,
            size=n,
            expires_on=rules.batch_ends(today),
        )
        ParticipantCode.objects.bulk_create(
            ParticipantCode(code_hash=each, batch=batch) for each in hashes
        )
    return made


@act_about_persons
def make_void(*, editor: Account, batch_id: str) -> None:
    """No code of this batch of one's own desk lets anybody in any more, not even one used within the hour."""
    found = Batch.objects.filter(pk=batch_id, side=editor.side_id).first()
    if found is None:
        raise Refused(PeopleRefusal.NOT_OF_THIS_DESK)
    ParticipantCode.objects.filter(batch=found).delete()
    found.is_void = True
    found.save(update_fields=["is_void"])


def own(side: str, *, today: date) -> tuple[OwnBatch, ...]:
    """Return the batches of one's own desk by their last day. One query."""
    found = Batch.objects.filter(side=side, expires_on__gte=today).annotate(n_left=Count("codes"))
    return tuple(
        OwnBatch(
            id=each.pk,
            role=ParticipantRole(each.role),
            size=each.size,
            n_used=None if each.is_void else rules.n_used_shown(each.size, n_left=each.n_left),
            expires_on=each.expires_on,
            is_void=each.is_void,
        )
        for each in found.order_by("expires_on", "pk")
    )


def sizes_elsewhere(side: str, *, today: date) -> Mapping[str, tuple[int, ...]]:
    """Return of every other desk how large its batches are, void ones too, and nothing else of them."""
    found: dict[str, tuple[int, ...]] = {
        each.code: () for each in sides.sides() if each.code != side
    }
    rows = Batch.objects.filter(expires_on__gte=today).exclude(side=side)
    for other, size in rows.order_by("size").values_list("side_id", "size"):
        found[other] = (*found[other], size)
    return found


@act_about_persons
def forget_what_is_past(*, today: date) -> None:
    """A batch is gone with all its codes, one day late: who used one on its last day arrives at midnight."""
    Batch.objects.filter(expires_on__lt=today - A_DAY).delete()

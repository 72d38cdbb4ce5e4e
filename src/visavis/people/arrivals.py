"""Joining with a code from a card, and the full hour at which all who have joined come into being together.

Between the last step and the hour an account lies here in a box of one size, under the pepper that is in
memory alone. At the hour every box is opened, in one act: the accounts are there, the codes are gone, and
nothing says which belonged to which. A server that is started again in between has lost the boxes; their
codes count as unused.
"""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from visavis.base.refusal import Refused
from visavis.safety import codes, order, sealing
from visavis.safety.budgets import Budget, share
from visavis.safety.secret import Secret
from visavis.safety.transactions import act_about_persons, one_act_about_persons
from visavis.sides import queries as sides
from visavis.sides.schedule import Schedule
from visavis.signing.canonical import Digest

from . import credentials, instruction, participants, rules
from .instruction import NOTHING_SAID, Instruction
from .models import Arrival, Participant, ParticipantCode
from .purse import Purse
from .rules import ParticipantRole, PeopleRefusal

LENGTH = 4_096
"""Bytes before sealing, whatever the side is called."""
code_budget = Budget(tries=share(20), span=timedelta(hours=1))
"""How often joining may begin with one good code: each time a session is written."""


@dataclass(frozen=True)
class WayIn:
    """What a code opens."""

    side: str
    role: ParticipantRole


@dataclass(frozen=True, repr=False)
class Coming:
    """An account to be, whole, and the code that lets it in."""

    id: str
    side: str
    tag: str
    mark: str
    purse: str
    code_hash: str
    choice: str
    for_desk: str

    def shut(self, *, at: str) -> str:
        """Return the box of the row ``at``."""
        return sealing.shut(json.dumps(asdict(self)).ljust(LENGTH).encode(), key=_key(), label=at)

    @classmethod
    def opened(cls, row: Arrival) -> "Coming | None":
        """Return what is in a row, or None where its pepper is gone."""
        try:
            return cls(**json.loads(sealing.opened(row.box, key=_key(), label=row.pk)))
        except sealing.CannotOpenError:
            return None


@dataclass(frozen=True, repr=False)
class Arrived:
    """What the browser keeps of somebody who has just joined: who they are, and where that waits."""

    participant: Participant
    arrival: str


def begin(code: Secret, *, is_signed_in: bool, today: date) -> WayIn:
    """Return what this code opens, without using it up; nothing is written.

    Unknown, used, void and expired codes are answered alike and by the same steps. Refuses somebody who is
    signed in, and a good code that was tried too often within an hour.
    """
    if is_signed_in:
        raise Refused(PeopleRefusal.SIGNED_IN_HERE)
    code_hash, at = codes.code_hash(code), timezone.now()
    way = _way_in(code_hash, today=today)
    if code_budget.is_spent(code_hash, at=at):
        raise Refused(PeopleRefusal.TOO_OFTEN)
    code_budget.spend(code_hash, at=at)
    return way


def arrive(
    *, code: Secret, passphrase: Secret, today: date, said: Instruction = NOTHING_SAID
) -> Arrived:
    """Somebody has joined: their account waits for the full hour, whole. Refuses a code as `begin` does.

    Where editions come out at once, so does the account.
    """
    code_hash = codes.code_hash(code)
    _way_in(code_hash, today=today)
    proof = credentials.proof_of(passphrase, sign_in=sides.sign_in())
    row = _mark(code_hash)
    with one_act_about_persons():
        way = _way_in(code_hash, today=today)
        purse = Purse.drawn(way.role)
        row_to_be = participants.new_row(way.side, purse, proof=proof, said=said)
        coming = Coming(
            id=row_to_be.pk,
            side=way.side,
            tag=proof.tag,
            mark=row_to_be.session_mark,
            purse=row_to_be.sealed_purse,
            code_hash=code_hash,
            choice=row_to_be.choice,
            for_desk=row_to_be.for_desk,
        )
        Arrival.objects.create(id=row, box=coming.shut(at=row))
    if settings.RELEASES == Schedule.AT_ONCE:
        let_in()
    participant = Participant(id=coming.id, side_id=coming.side, session_mark=coming.mark)
    participant.purse = purse
    return Arrived(participant, row)


@act_about_persons
def let_in() -> int:
    """All who wait are accounts, their codes gone, in one act; returns how many there are.

    Rows are written in the order of their keys, which are random. A code that was made void in between lets
    nobody in, and what a pepper of an earlier start has shut is lost.
    """
    waiting = list(Arrival.objects.all())
    coming = [each for row in waiting if (each := Coming.opened(row))]
    used = ParticipantCode.objects.filter(pk__in=[each.code_hash for each in coming])
    good = set(used.values_list("pk", flat=True))
    made = [
        Participant(
            id=each.id,
            side_id=each.side,
            sign_in_tag=each.tag,
            session_mark=each.mark,
            sealed_purse=each.purse,
            choice=each.choice,
            for_desk=each.for_desk,
            notice=instruction.notice_box(each.side, each.id),
            shelved=instruction.shelved_box(each.side, each.id),
        )
        for each in sorted(coming, key=lambda each: each.id)
        if each.code_hash in good
    ]
    Participant.objects.bulk_create(made)
    used.delete()
    Arrival.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    return len(made)


def at_the_hour() -> None:
    """All who wait come into being; then no order of rows says who came in an earlier hour."""
    if Arrival.objects.exists() and let_in():
        order.write_again()


def is_waiting(arrival: str) -> bool:
    """Return whether this arrival is still to come."""
    return Arrival.objects.filter(pk=arrival).exists()


@act_about_persons
def forget_all() -> None:
    """At the start: nobody waits. What lies there is shut under a pepper that is gone."""
    Arrival.objects.all().delete()


def _way_in(code_hash: Digest, *, today: date) -> WayIn:
    # Both questions are always asked: how long an answer takes shall not tell what became of a code.
    found = ParticipantCode.objects.select_related("batch").filter(pk=code_hash).first()
    is_used = is_waiting(_mark(code_hash))
    refusal = rules.why_not_card_code(
        is_there=found is not None,
        is_waiting=is_used,
        expires_on=found.batch.expires_on if found else today,
        today=today,
    )
    if found is None or refusal:
        raise Refused(refusal or PeopleRefusal.BAD_CARD_CODE)
    return WayIn(side=found.batch.side_id, role=ParticipantRole(found.batch.role))


def _mark(code_hash: Digest) -> str:
    """Return where the one arrival of a code lies: without the pepper nobody can tell."""
    about = f"visavis-1 arrival {code_hash}".encode()
    return hmac.new(settings.PEPPER.encode(), about, hashlib.sha256).hexdigest()[:32]


def _key() -> bytes:
    return sealing.key_for("visavis-1 arrival", secret=settings.PEPPER.encode())

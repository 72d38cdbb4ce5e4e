"""Who takes part: one way in, a new passphrase. Each is one act about one row.

Wrong, unknown, gone and stopped have one answer, made by the same steps: one Argon2id, one look-up, one box
opened. Nobody guesses six words, so no count of tries shuts anybody out; a flood meets the places of
`safety.budgets` and the turn of `safety.memory`.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import date

from django.contrib.sessions.backends.base import SessionBase

from visavis.base.refusal import Refused
from visavis.safety.sealing import CannotOpenError
from visavis.safety.secret import Secret
from visavis.safety.transactions import act_about_persons, one_act_about_persons
from visavis.sides import queries as sides

from . import credentials, instruction, signs_of_life
from .credentials import Proof
from .instruction import NOTHING_SAID, Instruction
from .middleware import SESSION_PARTICIPANT, SESSION_PURSE
from .models import Participant
from .purse import Purse
from .rules import ParticipantRole, PeopleRefusal


@dataclass(frozen=True)
class Renewal:
    """That somebody has shown their passphrase again: the tag of the one they showed."""

    tag: str


def new_row(
    side: str, purse: Purse, *, proof: Proof, said: Instruction = NOTHING_SAID
) -> Participant:
    """Return the row of somebody who joins, not written yet."""
    account, closers = secrets.token_hex(16), purse.closers
    row = Participant(
        id=account,
        side_id=side,
        sign_in_tag=proof.tag,
        session_mark=closers.new_mark(),
        sealed_purse=purse.sealed(half=proof.half),
        **instruction.said_boxes(said, closers, side=side, account=account),
        notice=instruction.notice_box(side, account),
        shelved=instruction.shelved_box(side, account),
    )
    row.purse = purse
    return row


def sign_in(*, passphrase: Secret) -> Participant:
    """Return the participant whose passphrase this is, with the purse; refuse everyone else alike."""
    proof = credentials.proof_of(passphrase, sign_in=sides.sign_in())
    found = Participant.objects.filter(sign_in_tag=proof.tag).first()
    dummy = Purse.drawn(ParticipantRole.OTHER).sealed(half=proof.half)
    try:
        purse = Purse.opened(found.sealed_purse if found else dummy, half=proof.half)
    except CannotOpenError as error:  # a row that somebody has put in place of another
        raise Refused(PeopleRefusal.CANNOT_TAKE_PART) from error
    if found is None:
        raise Refused(PeopleRefusal.CANNOT_TAKE_PART)
    found.purse = purse
    return found


def prove_again(participant: Participant, *, passphrase: Secret) -> Renewal:
    """Return that this is their passphrase; refuse another, also another participant's."""
    proof = credentials.proof_of(passphrase, sign_in=sides.sign_in())
    renewal = Renewal(proof.tag)
    check(participant, renewal)
    return renewal


def renew_passphrase(
    participant: Participant, renewal: Renewal, *, passphrase: Secret
) -> Participant:
    """The new passphrase counts, the old one opens nothing, all sessions are over. The purse is the same.

    One row is written. Refuses where the passphrase has changed since it was shown.
    """
    proof = credentials.proof_of(passphrase, sign_in=sides.sign_in())
    return _renewed(participant, renewal, proof)


def check(participant: Participant, renewal: Renewal) -> None:
    """Within an act: the passphrase that was shown is still theirs, or the act is refused."""
    if not Participant.objects.filter(pk=participant.pk, sign_in_tag=renewal.tag).exists():
        raise Refused(PeopleRefusal.NOT_YOUR_PASSPHRASE)


@act_about_persons
def _renewed(participant: Participant, renewal: Renewal, proof: Proof) -> Participant:
    check(participant, renewal)
    purse = participant.purse
    renewed = Participant.objects.get(pk=participant.pk)
    renewed.purse, renewed.session_mark = purse, purse.closers.new_mark()
    renewed.sign_in_tag, renewed.sealed_purse = proof.tag, purse.sealed(half=proof.half)
    renewed.save(update_fields=["sign_in_tag", "session_mark", "sealed_purse"])
    return renewed


def said(participant: Participant) -> Instruction:
    """Return what this participant wishes for the day of a detention. It needs their purse."""
    return instruction.read(participant.choice, participant.purse.closers)


def say(participant: Participant, wishes: Instruction, *, passphrase: Secret, today: date) -> None:
    """The row keeps these wishes, sealed once more, for the desk's vault of today. Refuses half ones.

    Other wishes than before need the own passphrase, one Argon2id: an open page is not enough. The same
    wishes need nothing: only the day and the vault change.
    """
    if refusal := wishes.why_not():
        raise Refused(refusal)
    is_other = not said(participant).is_same(wishes)
    renewal = prove_again(participant, passphrase=passphrase) if is_other else None
    columns = instruction.said_boxes(
        replace(wishes, said_on=today),
        participant.purse.closers,
        side=participant.side_id,
        account=participant.pk,
    )
    with one_act_about_persons():
        if renewal:
            check(participant, renewal)
        # Another window may have changed them since this page read the row.
        elif Participant.objects.get(pk=participant.pk).choice != participant.choice:
            raise Refused(PeopleRefusal.NOT_YOUR_PASSPHRASE)
        Participant.objects.filter(pk=participant.pk).update(**columns)


def begin_session(session: SessionBase, participant: Participant) -> None:
    """Let this browser act for the participant, under a fresh key: an editor's session in it is gone."""
    session.flush()
    session[SESSION_PARTICIPANT] = participant.pk
    session[SESSION_PURSE] = participant.purse.carried(mark=participant.session_mark)
    signs_of_life.begin(session)

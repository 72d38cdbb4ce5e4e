"""The code on a card for a trusted person: with it an account is locked without anybody signing in.

The code has check signs. They show a slip of the pen without a look at the tables.
Wrong, used up, and an account that is locked already have one answer: one Argon2id, three look-ups, two
boxes. Of an editor the code is no row by itself: see `editors_wishes`.
"""

import json
from dataclasses import dataclass

from visavis.base.refusal import Refused
from visavis.safety import codes, sealing
from visavis.safety.sealing import CannotOpenError
from visavis.safety.secret import Secret
from visavis.safety.transactions import one_act_about_persons
from visavis.sides import queries as sides
from visavis.signing import boxes

from . import credentials, instruction, participants
from .credentials import Proof
from .instruction import NOTHING_SAID, Instruction
from .models import Account, Paper, Participant
from .purse import Closers, Purse
from .rules import ParticipantRole, PeopleRefusal

PAPER, LABEL, LENGTH = "paper", "paper", 256


@dataclass(frozen=True, repr=False)
class Shown:
    """What a good code leads to: the account's row, the author's closing keys, and what they wish."""

    paper: str
    row: Participant
    closers: Closers
    said: Instruction
    keeper: bytes
    """The private key of words that are hidden."""


def new_code(participant: Participant, *, passphrase: Secret) -> Secret:
    """Return the one code with which somebody else can lock this account; the one before counts no more.

    Refuses another passphrase: with the code all words can be deleted, so an open page is not enough. As
    costly as two sign-ins, before the act.
    """
    renewal = participants.prove_again(participant, passphrase=passphrase)
    code = codes.new_checked_code()
    proof = proof_of(code)
    purse = participant.purse
    said = [participant.pk, purse.card, purse.instruction, purse.keeper.hex()]
    box = sealing.shut(json.dumps(said).encode().ljust(LENGTH), key=_key(proof), label=LABEL)
    with one_act_about_persons():
        participants.check(participant, renewal)
        kept = {"tag": proof.tag, "box": box}
        Paper.objects.update_or_create(pk=purse.slot(PAPER), defaults=kept)
    return code


def has_code(purse: Purse) -> bool:
    """Return whether this person has such a code."""
    return Paper.objects.filter(pk=purse.slot(PAPER)).exists()


def forget(participant: Participant, *, passphrase: Secret) -> None:
    """No code on paper counts any more. Refuses another passphrase: somebody may rely on the code."""
    renewal = participants.prove_again(participant, passphrase=passphrase)
    with one_act_about_persons():
        participants.check(participant, renewal)
        Paper.objects.filter(pk=participant.purse.slot(PAPER)).delete()


@dataclass(frozen=True, repr=False)
class OfEditor:
    """What an editor's good code leads to: the account, and the tag by which it was found."""

    account: str
    tag: str


def shown_by(code: Secret, *, is_removal: bool) -> Shown | OfEditor:
    """Return what this code leads to; nothing is written. Refuses everything else alike.

    A slip of the pen is refused as such, from the code alone. To take all words away a code counts until it
    has done so; else only until the instruction was carried out.
    """
    if not codes.is_checked(code):
        raise Refused(PeopleRefusal.SLIP_OF_THE_PEN)
    proof = proof_of(code)
    found = Paper.objects.filter(tag=proof.tag).first()
    editor = Account.objects.filter(paper_tag=proof.tag, is_disabled=False).first()
    # Both are made whether they are needed or not: how long it takes shall not say what is there.
    dummy = _dummy(proof, Purse.drawn(ParticipantRole.OTHER))
    try:
        kept = found.box if found else dummy
        account, card, secret, keeper = json.loads(
            sealing.opened(kept, key=_key(proof), label=LABEL)
        )
    except CannotOpenError as error:  # a row that somebody has put in place of another
        raise Refused(PeopleRefusal.BAD_PAPER) from error
    private = bytes.fromhex(keeper)
    closers = Closers(card, secret, boxes.public_of(private).hex())
    row = Participant.objects.filter(pk=account).first()
    nothing = NOTHING_SAID.sealed(closers)
    said = instruction.read(row.choice if row else nothing, closers)
    if editor is not None:
        return OfEditor(editor.pk, proof.tag)
    if found is None or row is None or (said.is_done and not is_removal):
        raise Refused(PeopleRefusal.BAD_PAPER)
    return Shown(found.pk, row, closers, said, private)


def _dummy(proof: Proof, purse: Purse) -> str:
    content = json.dumps(["0" * 32, purse.card, purse.instruction, purse.keeper.hex()])
    return sealing.shut(content.encode().ljust(LENGTH), key=_key(proof), label=LABEL)


def proof_of(code: Secret) -> Proof:
    return credentials.proof_of(Secret(f"paper {codes.plain(code)}"), sign_in=sides.sign_in())


def _key(proof: Proof) -> bytes:
    return sealing.key_for("visavis-1 paper", secret=proof.half)

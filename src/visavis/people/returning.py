"""Somebody comes back after a detention: the whole desk sees it for days, then a code is handed over.

1. An editor begins it, with the side's key. From then on the desk's home shows it for seven days.
2. After that the desk makes a code, once more with that key, and hands it over on paper.
3. With the code and their old six words the person comes in, and gets new ones. Neither does anything alone.

Ending the access once more stops all of it, also a code that was handed over.
"""

import json
from dataclasses import replace
from datetime import date

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from visavis.base.refusal import Refused
from visavis.safety import codes, passphrases
from visavis.safety.sealing import CannotOpenError
from visavis.safety.secret import Secret
from visavis.safety.transactions import one_act_about_persons
from visavis.sides import queries as sides

from . import credentials, detaining, instruction, rules
from .credentials import Proof
from .instruction import Notice
from .models import Account, Participant
from .own_passphrase import check_own, own_proof
from .purse import Purse
from .rules import ParticipantRole, PeopleRefusal


def begin(
    editor: Account,
    *,
    card: str,
    passphrase: Secret,
    desk_passphrase: Secret | None,
    file: bytes = b"",
    today: date,
) -> None:
    """The own desk sees for seven days that this access comes back. As costly as two sign-ins.

    The side's key is the desk's passphrase, or a ``file`` of `visavis key open`, as in `detaining.undo`.
    """
    account, seen = _seen(editor, card)
    _refuse(rules.why_not_begin_return(seen.since, seen.returns_on, today=today))
    proof = own_proof(editor, passphrase)
    row = Participant.objects.get(pk=account)
    _closers, content, _vault = detaining.opened_shelf(row, desk_passphrase, file)
    with one_act_about_persons():
        check_own(editor, proof)
        if detaining.noticed(card, side=editor.side_id) != seen:
            raise Refused(PeopleRefusal.NOT_LOCKED)
        _shelve_again(row, content, replace(seen, returns_on=rules.returns_on(today)))


def hand_over(
    editor: Account,
    *,
    card: str,
    passphrase: Secret,
    desk_passphrase: Secret | None,
    file: bytes = b"",
    today: date,
) -> Secret:
    """Return the code with which the person comes back; an earlier one counts no more.

    With the side's key once more: what was opened elsewhere for an earlier step does nothing.
    """
    account, seen = _seen(editor, card)
    _refuse(rules.why_not_hand_over(seen.returns_on, today=today))
    proof = own_proof(editor, passphrase)
    row = Participant.objects.get(pk=account)
    _closers, content, _vault = detaining.opened_shelf(row, desk_passphrase, file)
    _drawn, _tag, purse = json.loads(content)
    code = codes.new_checked_code()
    under = _proof_of(code)
    with one_act_about_persons():
        check_own(editor, proof)
        if detaining.noticed(card, side=editor.side_id) != seen:
            raise Refused(PeopleRefusal.NOT_RETURNING)
        masked = _masked(purse, half=under.half)
        Participant.objects.filter(pk=account).update(sign_in_tag=under.tag, sealed_purse=masked)
        _shelve_again(row, content, replace(seen, has_code=True))
    return code


def come_back(code: Secret, *, passphrase: Secret) -> Secret:
    """Return the new passphrase: from now on it counts, and neither the code nor the old one does.

    Refuses everything else alike, after two Argon2id and one look-up.
    """
    if not codes.is_checked(code):
        raise Refused(PeopleRefusal.SLIP_OF_THE_PEN)
    under = _proof_of(code)
    old = credentials.proof_of(passphrase, sign_in=sides.sign_in())
    found = Participant.objects.filter(sign_in_tag=under.tag).first()
    dummy = Purse.drawn(ParticipantRole.OTHER).sealed(half=old.half)
    masked = found.sealed_purse if found else _masked(dummy, half=under.half)
    try:
        purse = Purse.opened(_masked(masked, half=under.half), half=old.half)
    except CannotOpenError as error:
        raise Refused(PeopleRefusal.CANNOT_COME_BACK) from error
    if found is None:
        raise Refused(PeopleRefusal.CANNOT_COME_BACK)
    new = passphrases.new_passphrase()
    proof = credentials.proof_of(new, sign_in=sides.sign_in())
    with one_act_about_persons():
        rows = Participant.objects.filter(pk=found.pk, sign_in_tag=under.tag)
        said = replace(instruction.read(found.choice, purse.closers), is_done=False)
        n = rows.update(
            sign_in_tag=proof.tag,
            sealed_purse=purse.sealed(half=proof.half),
            session_mark=purse.closers.new_mark(),
            choice=said.sealed(purse.closers),
            notice=instruction.notice_box(found.side_id, found.pk),
            shelved=instruction.shelved_box(found.side_id, found.pk),
        )
        if not n:
            raise Refused(PeopleRefusal.CANNOT_COME_BACK)
    return new


def _seen(editor: Account, card: str) -> tuple[str, Notice]:
    account, seen = detaining.account_of(editor, card), detaining.noticed(card, side=editor.side_id)
    if seen is None:
        raise Refused(PeopleRefusal.NOT_LOCKED)
    return account, seen


def _shelve_again(row: Participant, content: bytes, notice: Notice) -> None:
    _drawn, tag, purse = json.loads(content)
    shelf = detaining.shelve(row, tag=tag, purse=purse)
    box = instruction.notice_box(row.side_id, row.pk, notice=replace(notice, shelf=shelf))
    Participant.objects.filter(pk=row.pk).update(notice=box)


def _refuse(refusal: PeopleRefusal | None) -> None:
    if refusal:
        raise Refused(refusal)


def _proof_of(code: Secret) -> Proof:
    return credentials.proof_of(Secret(f"return {codes.plain(code)}"), sign_in=sides.sign_in())


def _masked(sealed: str, *, half: bytes) -> str:
    """Return a sealed purse under a code too, or without it again: of the same length, as every row has it.

    What is inside is authenticated already, and each code masks one purse, once.
    """
    content = bytes.fromhex(sealed)
    info = b"visavis-1 return"
    mask = HKDF(algorithm=SHA256(), length=len(content), salt=None, info=info).derive(half)
    return bytes(a ^ b for a, b in zip(content, mask, strict=True)).hex()

"""What an editor wishes for a detention, and an editor's code on paper, in the account's own row.

Two questions of the three: texts are the desk's, and stay. The answers lie in two boxes, always of one size:
``choice`` for the editor, ``for_desk`` for the side's vault, which the desk's passphrase opens. The code on
paper opens neither: it ends the access, and there is nothing else to carry out.
"""

from dataclasses import replace
from datetime import date

from visavis.base.refusal import Refused
from visavis.safety import codes
from visavis.safety.secret import Secret
from visavis.safety.transactions import one_act_about_persons
from visavis.sides import queries as sides
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError

from . import instruction, papers
from .instruction import NOTHING_SAID, Instruction
from .models import Account, drawn
from .own_passphrase import check_own, own_proof
from .rules import PeopleRefusal, TextsWish

COLUMNS = ("choice", "for_desk")


def about(column: str, account: str) -> str:
    """What a box says of its place."""
    return f"people_account.{column} {account}"


def begin(account: Account) -> None:
    """The account has its boxes, with nothing in them. Not saved."""
    _put(account, NOTHING_SAID)


def said(account: Account) -> Instruction:
    """Return what this editor wishes. It needs the account's private key."""
    try:
        box = bytes.fromhex(account.choice)
        found = boxes.opened_with(account.private_key, box, about=about("choice", account.pk))
    except (CannotOpenError, ValueError):  # a row that somebody has written into, or an older one
        return NOTHING_SAID
    return Instruction.unpacked(found)


def say(account: Account, wishes: Instruction, *, passphrase: Secret, today: date) -> None:
    """The row keeps these wishes, sealed once more, for the desk's vault of today. Refuses half ones.

    Other wishes than before need the editor's own passphrase, as `participants.say` does.
    """
    wishes = replace(wishes, texts=TextsWish.KEEP, said_on=today)
    if refusal := wishes.why_not():
        raise Refused(refusal)
    before = account.choice
    proof = None if said(account).is_same(wishes) else own_proof(account, passphrase)
    _put(account, wishes)
    with one_act_about_persons():
        if proof:
            check_own(account, proof)
        # Another window may have changed them since this page read the row.
        elif Account.objects.get(pk=account.pk).choice != before:
            raise Refused(PeopleRefusal.NOT_YOUR_PASSPHRASE)
        account.save(update_fields=COLUMNS)


def move(account: Account, *, old: bytes) -> None:
    """The account has another private key: what it wishes lies under that one. Not saved."""
    private, account.private_key = account.private_key, old
    wishes = said(account)
    account.private_key = private
    account.choice = _sealed(wishes, to=_public(account), at=about("choice", account.pk))


def opened(content: bytes) -> Instruction:
    """Return what was in an opened ``for_desk``."""
    return Instruction.unpacked(content)


def new_code(account: Account, *, passphrase: Secret) -> Secret:
    """Return the one code with which somebody else ends this access; the one before counts no more.

    Refuses a passphrase that is not their own: an open page is not enough. As costly as two sign-ins, before
    the act.
    """
    code = codes.new_checked_code()
    _put_tag(account, papers.proof_of(code).tag, passphrase=passphrase)
    return code


def forget_code(account: Account, *, passphrase: Secret) -> None:
    """No code on paper counts any more. Refuses a passphrase that is not their own."""
    _put_tag(account, drawn(), passphrase=passphrase)


def _put_tag(account: Account, tag: str, *, passphrase: Secret) -> None:
    proof = own_proof(account, passphrase)
    with one_act_about_persons():
        check_own(account, proof)
        account.paper_tag = tag
        account.save(update_fields=["paper_tag"])


def _put(account: Account, wishes: Instruction) -> None:
    vault = sides.vault_key(account.side_id)
    wishes = replace(wishes, vault=boxes.id_of(vault).hex() if vault else "")
    account.choice = _sealed(wishes, to=_public(account), at=about("choice", account.pk))
    account.for_desk = _sealed(
        wishes, to=vault or instruction.nobody(), at=about("for_desk", account.pk)
    )


def _public(account: Account) -> bytes:
    return bytes.fromhex(account.public_key) if account.public_key else instruction.nobody()


def _sealed(wishes: Instruction, *, to: bytes, at: str) -> str:
    return boxes.seal_to(to, wishes.packed, about=at).hex()

"""Every change to accounts: one function, one act, one transaction."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from visavis.base.refusal import Refused
from visavis.safety import codes
from visavis.safety.secret import Secret
from visavis.sides import actions as sides_actions
from visavis.sides import queries as sides

from . import credentials, queries, rules
from .credentials import Proof
from .models import Account, DeskSize, Invitation, Session, UsedCode, WrongCodes
from .rules import PeopleRefusal, Role
from .sign_in import proven, use_up


@dataclass(frozen=True)
class WayIn:
    """What a code opens: the side and role it carries, and whether it is a side's first."""

    side: str
    role: Role
    is_first: bool


def way_in(code: Secret, *, is_signed_in: bool, today: date) -> WayIn:
    """Return what this code opens, without using it up.

    Refuses whoever is signed in, and unknown, used and expired codes all alike.
    """
    if is_signed_in:
        raise Refused(PeopleRefusal.SIGNED_IN)
    code_hash = codes.code_hash(code)
    side = sides_actions.side_of_set_up_code(code_hash)
    invitation = queries.invited_to(code_hash, today=today)
    if side is not None:
        return WayIn(side=side, role=Role.EDITOR, is_first=True)
    if invitation is None:
        raise Refused(PeopleRefusal.BAD_CODE)
    return WayIn(side=invitation.side_id, role=Role(invitation.role), is_first=False)


def join(
    *, code: Secret, passphrase: Secret, totp: Secret, digits: str, label: str, at: datetime
) -> Account:
    """The code is used up and an account is there, whole: before this nothing of it was kept.

    Refuses a used code, digits that the authenticator does not show, and a name the desk cannot use.
    """
    step = credentials.step_shown(digits, totp=totp, at=at)
    if step is None:
        raise Refused(PeopleRefusal.WRONG_DIGITS)
    proof = credentials.proof_of(passphrase, sign_in=sides.sign_in())
    with transaction.atomic():
        way = _use_code(codes.code_hash(code), today=at.date())
        _check_label(label, side=way.side)
        account = Account.objects.create(
            id=secrets.token_hex(16),
            side_id=way.side,
            role=way.role.value,
            label=label,
            sign_in_tag=proof.tag,
            sealed_totp=credentials.sealed_totp(totp, proof=proof),
            session_mark=secrets.token_hex(16),
        )
        use_up({credentials.mark_of(step, half=proof.half, totp=totp)}, at=at)
        _count_desk(way.side, today=at.date())
    return account


@transaction.atomic
def invite(*, editor: Account, today: date) -> Secret:
    """Return a code with which one more editor may join the editor's own desk; only its hash is kept."""
    code = codes.new_code()
    Invitation.objects.create(
        code_hash=codes.code_hash(code),
        side_id=editor.side_id,
        role=Role.EDITOR.value,
        expires_on=rules.invitation_ends(today),
    )
    return code


@transaction.atomic
def withdraw_invitations(*, editor: Account) -> None:
    """No invitation of the editor's desk counts any more."""
    Invitation.objects.filter(side=editor.side_id).delete()


@transaction.atomic
def remove_editor(*, editor: Account, account_id: str, today: date) -> None:
    """The account is gone, and with it every session it had.

    Refuses a stranger's editor as one that is not there, and the last who can sign in.
    """
    other = _own_editor(editor, account_id)
    other.delete()
    _count_desk(editor.side_id, today=today)


@transaction.atomic
def freeze_editor(*, editor: Account, account_id: str) -> None:
    """The account can do nothing from its next request on; sign-in answers like a wrong passphrase."""
    other = _own_editor(editor, account_id)
    other.is_disabled, other.session_mark = True, secrets.token_hex(16)
    other.save(update_fields=["is_disabled", "session_mark"])


@transaction.atomic
def unfreeze_editor(*, editor: Account, account_id: str) -> None:
    """The account may sign in again, with the credentials it had."""
    other = queries.editor_of(editor.side_id, account_id=account_id)
    if other is None:
        raise Refused(PeopleRefusal.NOT_OF_THIS_DESK)
    other.is_disabled = False
    other.save(update_fields=["is_disabled"])


@dataclass(frozen=True)
class Renewal:
    """What an editor has just shown in order to renew it: kept sealed between two pages."""

    half: bytes
    tag: str
    totp: Secret


def prove_again(*, editor: Account, passphrase: Secret, digits: str, at: datetime) -> Renewal:
    """Return what renewing needs, once the editor has shown passphrase and code again.

    Refuses like a sign-in, another account's credentials too: an open page left alone is not enough.
    """
    who = proven(passphrase=passphrase, digits=digits, at=at)
    if who.account.pk != editor.pk:
        raise Refused(PeopleRefusal.CANNOT_SIGN_IN)
    use_up(who.marks, at=at)
    return Renewal(half=who.proof.half, tag=who.proof.tag, totp=who.totp)


def renew_passphrase(*, editor: Account, renewal: Renewal, passphrase: Secret) -> Account:
    """The account answers to the new passphrase alone; its other sessions are gone."""
    proof = credentials.proof_of(passphrase, sign_in=sides.sign_in())
    return _renew(editor, old_tag=renewal.tag, proof=proof, totp=renewal.totp)


def renew_totp(
    *, editor: Account, renewal: Renewal, totp: Secret, digits: str, at: datetime
) -> Account:
    """The account answers to the new authenticator alone; its other sessions are gone.

    Refuses digits that the new authenticator does not show.
    """
    step = credentials.step_shown(digits, totp=totp, at=at)
    if step is None:
        raise Refused(PeopleRefusal.WRONG_DIGITS)
    proof = Proof(tag=renewal.tag, half=renewal.half)
    with transaction.atomic():
        account = _renew(editor, old_tag=renewal.tag, proof=proof, totp=totp)
        use_up({credentials.mark_of(step, half=proof.half, totp=totp)}, at=at)
    return account


@transaction.atomic
def forget_what_is_past(*, today: date) -> None:
    """Used codes, sessions, invitations and news of the desk that no rule needs any more are gone."""
    UsedCode.objects.filter(used_on__lt=today - rules.A_DAY).delete()
    Session.objects.filter(expires_on__lt=today).delete()
    Invitation.objects.filter(expires_on__lt=today).delete()
    WrongCodes.objects.filter(on__lte=today - rules.NEWS).delete()
    for side in sides.sides():
        past = DeskSize.objects.filter(side=side, on__lte=today - rules.NEWS).order_by("-on")
        DeskSize.objects.filter(pk__in=[size.pk for size in past[1:]]).delete()


@transaction.atomic
def _renew(editor: Account, *, old_tag: str, proof: Proof, totp: Secret) -> Account:
    account = (
        Account.objects.select_for_update()
        .filter(pk=editor.pk, sign_in_tag=old_tag, is_disabled=False)
        .first()
    )
    if account is None:
        raise Refused(PeopleRefusal.CANNOT_SIGN_IN)
    account.sign_in_tag = proof.tag
    account.sealed_totp = credentials.sealed_totp(totp, proof=proof)
    account.session_mark = secrets.token_hex(16)
    account.save(update_fields=["sign_in_tag", "sealed_totp", "session_mark"])
    return account


def _use_code(code_hash: str, *, today: date) -> WayIn:
    side = sides_actions.use_set_up_code(code_hash)
    if side is not None:
        return WayIn(side=side, role=Role.EDITOR, is_first=True)
    invitation = queries.invited_to(code_hash, today=today)
    if invitation is None:
        raise Refused(PeopleRefusal.BAD_CODE)
    used, _ = Invitation.objects.filter(pk=code_hash).delete()
    if not used:
        raise Refused(PeopleRefusal.BAD_CODE)
    return WayIn(side=invitation.side_id, role=Role(invitation.role), is_first=False)


def _own_editor(editor: Account, account_id: str) -> Account:
    # The desk's rows are held to the end of the act: two who let each other go would lock their desk out.
    list(Account.objects.select_for_update().filter(side=editor.side_id).order_by("pk"))
    other = queries.editor_of(editor.side_id, account_id=account_id)
    if other is None:
        raise Refused(PeopleRefusal.NOT_OF_THIS_DESK)
    refusal = rules.why_not_let_go(
        own_side=editor.side_id,
        side=other.side_id,
        can_sign_in=not other.is_disabled,
        n_who_can=queries.n_who_can_sign_in(editor.side_id),
    )
    if refusal:
        raise Refused(refusal)
    return other


def _check_label(label: str, *, side: str) -> None:
    taken = Account.objects.filter(side=side, label=label).exists()
    refusal = rules.why_not_label(label, taken=taken)
    if refusal:
        raise Refused(refusal)


def _count_desk(side: str, *, today: date) -> None:
    n_editors = queries.desk_sizes()[side]
    DeskSize.objects.update_or_create(side_id=side, on=today, defaults={"n_editors": n_editors})

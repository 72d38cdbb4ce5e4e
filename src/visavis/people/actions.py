"""Every change to accounts: one function, one act, one transaction."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from visavis.base.refusal import Refused
from visavis.safety import codes
from visavis.safety.reading import NOBODY, Reader, reading_as
from visavis.safety.secret import Secret
from visavis.safety.transactions import act_about_persons, one_act_about_persons
from visavis.sides import actions as sides_actions
from visavis.sides import desk_keys
from visavis.sides import queries as sides
from visavis.sides.actions import Given
from visavis.signing import boxes
from visavis.signing.canonical import Digest
from visavis.signing.desk_statements import DeskAct, Statement

from . import credentials, desk_boxes, editors_wishes, frozen_rows, queries, rules
from .credentials import Proof
from .models import Account, DeskSize, Invitation, Session, UsedCode, WrongCodes
from .rules import PeopleRefusal, Role
from .sign_in import proven, use_up


@dataclass(frozen=True)
class WayIn:
    """What a code opens: the side and role it carries, and whether it is a side's first.

    ``box`` is the desk's reading key under the code, which an invitation brings.
    """

    side: str
    role: Role
    is_first: bool
    box: str = ""


def way_in(code: Secret, *, is_signed_in: bool, today: date) -> WayIn:
    """Return what this code opens, without using it up.

    Refuses those who are signed in, and unknown, used and expired codes all alike.
    """
    if is_signed_in:
        raise Refused(PeopleRefusal.SIGNED_IN)
    code_hash = codes.code_hash(code)
    side = sides_actions.side_of_set_up_code(code_hash, today=today)
    if side is not None:
        return WayIn(side=side, role=Role.EDITOR, is_first=True)
    return _invited(code_hash, today=today)


def join(
    *, code: Secret, passphrase: Secret, totp: Secret, digits: str, label: str, at: datetime
) -> Account:
    """The code is used up and an account is there, whole: before this nothing of it was kept.

    It holds the desk's reading key: a new one under a set-up code, else the one that the invitation brought.
    Refuses a used code, digits that the authenticator does not show, and a name the desk cannot use.
    """
    step = credentials.step_shown(digits, totp=totp, at=at)
    if step is None:
        raise Refused(PeopleRefusal.WRONG_DIGITS)
    refusal = rules.why_not_label(label, taken=False)
    if refusal:
        raise Refused(refusal)
    proof = credentials.proof_of(passphrase, sign_in=sides.sign_in())
    private_key = credentials.account_key(proof.half)
    with one_act_about_persons():
        way = _use_code(codes.code_hash(code), today=at.date())
        account = Account.objects.create(
            id=secrets.token_hex(16),
            side_id=way.side,
            role=way.role.value,
            sign_in_tag=proof.tag,
            sealed_totp=credentials.sealed_totp(totp, proof=proof),
            session_mark=secrets.token_hex(16),
            public_key=boxes.public_of(private_key).hex(),
        )
        if way.is_first:
            desk_boxes.begin(account)
        else:
            desk_boxes.take(account, way.box, code=code)
        account.private_key = private_key
        _name(account, label)
        editors_wishes.begin(account)
        frozen_rows.empty(account)
        account.save(update_fields=[*editors_wishes.COLUMNS, "notice", "shelved"])
        use_up({credentials.mark_of(step, half=proof.half, totp=totp)})
        _count_desk(way.side, today=at.date())
    return account


def invite(*, editor: Account, today: date, given: Given | None = None) -> Secret:
    """Return a code with which one more editor may join the editor's own desk; only its hash is kept.

    With the side's key it counts at once, without it after days in which the desk can stop it.
    """
    code = codes.new_code()
    if given:
        sides_actions.check_key(
            given, wanted=_about_code(editor, codes.code_hash(code), today=today), today=today
        )
    with one_act_about_persons():
        counts_from = rules.counts_from(today, with_key=given is not None)
        Invitation.objects.create(
            code_hash=codes.code_hash(code),
            side_id=editor.side_id,
            role=Role.EDITOR.value,
            counts_from=counts_from,
            expires_on=rules.invitation_ends(counts_from),
            box=desk_boxes.carried(editor.side_id, code=code),
        )
    return code


def let_count(*, editor: Account, code_hash: str, given: Given, today: date) -> None:
    """An open invitation of the editor's own desk counts at once, by the side's key.

    Refuses another key, a signature for another code, and a stranger's invitation as none.
    """
    invitation = queries.invitation_of(editor.side_id, code_hash=code_hash, today=today)
    if invitation is None:
        raise Refused(PeopleRefusal.NOT_OF_THIS_DESK)
    wanted = _about_code(editor, Digest(code_hash), today=today)
    sides_actions.check_key(given, wanted=wanted, today=today)
    with one_act_about_persons():
        Invitation.objects.filter(pk=code_hash).update(counts_from=today)


@act_about_persons
def withdraw_invitations(*, editor: Account) -> None:
    """No invitation of the editor's desk counts any more."""
    Invitation.objects.filter(side=editor.side_id).delete()


def remove_editor(
    *, editor: Account, account_id: str, today: date, given: Given | None = None
) -> bool:
    """With the side's key the account is gone, and every session it had; returns whether it is.

    The desk's next reading key and the next joint one are there in the same act, for those who stay.
    Without it the account goes after days in which the desk can stop it. Refuses a stranger's editor as one
    that is not there, the last who stays, and without the key one who is frozen.
    """
    if given:
        wanted = statement_about(editor, account_id, act=DeskAct.REMOVE, today=today)
        sides_actions.check_key(given, wanted=wanted, today=today)
    with one_act_about_persons():
        other = own_editor(editor, account_id, for_good=True)
        refusal = rules.why_not_remove_frozen(
            is_frozen=other.is_disabled,
            side_has_key=has_key(editor.side_id),
            with_key=given is not None,
        )
        if refusal:
            raise Refused(refusal)
        if given:
            _let_go(other, today=today)
        else:
            other.leaves_on = rules.counts_from(today, with_key=False)
            other.save(update_fields=["leaves_on"])
    return given is not None


def keep_editor(*, editor: Account, account_id: str) -> None:
    """The editor of one's own desk is not removed on the day to come."""
    with one_act_about_persons():
        if not Account.objects.filter(side=editor.side_id, pk=account_id).update(leaves_on=None):
            raise Refused(PeopleRefusal.NOT_OF_THIS_DESK)


def let_read(*, editor: Account, account_id: str) -> None:
    """An editor of the own desk who holds no reading key is handed it: nobody is by themselves.

    Refuses a stranger's editor and a frozen one as none, one who has not signed in since there are such keys,
    and those who cannot read.
    """
    with one_act_about_persons():
        other = queries.editor_of(editor.side_id, account_id=account_id)
        if other is None:
            raise Refused(PeopleRefusal.NOT_OF_THIS_DESK)
        refusal = rules.why_not_let_read(
            is_frozen=other.is_disabled, has_public_key=bool(other.public_key)
        )
        if refusal:
            raise Refused(refusal)
        if not other.can_read and not desk_boxes.hand(other):
            raise Refused(PeopleRefusal.CANNOT_READ)


def catch_up(account: Account, *, today: date) -> Reader:
    """At a sign-in: what nobody but this editor could do about the reading keys is done; returns the reader.

    The account has its public half. A desk of which nobody reads begins. Keys that were made while nobody of
    the desk was there are linked, and a desk that lacks the joint key is handed it.
    """
    public_key = boxes.public_of(account.private_key).hex()
    with one_act_about_persons():
        now = queries.account_of(account_id=account.pk, mark=account.session_mark, today=today)
        if now is None:
            return NOBODY
        now.private_key = account.private_key
        if now.public_key != public_key:
            now.public_key, now.desk_boxes = public_key, {}
            now.save(update_fields=["public_key", "desk_boxes"])
        desk_boxes.begin_where_nobody_reads(now)
        with reading_as(lambda: desk_boxes.reader_of(now)):
            desk_boxes.link(now.side_id)
        now.refresh_from_db(fields=["desk_boxes"])
        found = desk_boxes.reader_of(now)
        with reading_as(lambda: found):
            desk_keys.share_joint()
    return found


def statement_about(editor: Account, account_id: str, *, act: DeskAct, today: date) -> Statement:
    """Return what the side signs about this editor of one's own desk, as the account is now.

    Renewed or frozen once more, the account is another one, and an older signature is about nobody.
    """
    other = queries.editor_of(editor.side_id, account_id=account_id)
    if other is None:
        raise Refused(PeopleRefusal.NOT_OF_THIS_DESK)
    about = credentials.digest_of_account(other.pk, mark=other.session_mark)
    return sides.statement(editor.side_id, act, about=about, day=today, name=other.label)


def statement_about_code(editor: Account, code_hash: str, *, today: date) -> Statement:
    """Return what the side signs to let an open invitation of one's own desk count."""
    if queries.invitation_of(editor.side_id, code_hash=code_hash, today=today) is None:
        raise Refused(PeopleRefusal.NOT_OF_THIS_DESK)
    return _about_code(editor, Digest(code_hash), today=today)


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
    use_up(who.marks)
    return Renewal(half=who.proof.half, tag=who.proof.tag, totp=who.totp)


def renew_passphrase(*, editor: Account, renewal: Renewal, passphrase: Secret) -> Account:
    """The account answers to the new passphrase alone, and reads what it read; other sessions are gone."""
    proof = credentials.proof_of(passphrase, sign_in=sides.sign_in())
    with one_act_about_persons():
        return _renew(editor, renewal=renewal, proof=proof, totp=renewal.totp)


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
    with one_act_about_persons():
        account = _renew(editor, renewal=renewal, proof=proof, totp=totp)
        use_up({credentials.mark_of(step, half=proof.half, totp=totp)})
    return account


@act_about_persons
def forget_what_is_past(*, today: date) -> None:
    """Sessions, invitations and news that no rule needs are gone, and editors whose day has come."""
    for account in Account.objects.filter(leaves_on__lte=today).order_by("is_disabled", "pk"):
        if queries.n_who_can_sign_in(account.side_id, staying=True):
            _let_go(account, today=today)
        else:  # nobody else is left, whatever was asked when it was planned
            account.leaves_on = None
            account.save(update_fields=["leaves_on"])
    Session.objects.filter(expires_on__lt=today).delete()
    Invitation.objects.filter(expires_on__lt=today).delete()
    WrongCodes.objects.filter(on__lte=today - rules.NEWS).delete()
    for side in sides.sides():
        past = DeskSize.objects.filter(side=side, on__lte=today - rules.NEWS).order_by("-on")
        DeskSize.objects.filter(pk__in=[size.pk for size in past[1:]]).delete()


@act_about_persons
def forget_used_codes() -> None:
    """Codes that were used a turn of the housekeeping ago are gone; they count no more in any case."""
    if UsedCode.objects.exists():
        UsedCode.objects.filter(is_older=True).delete()
        UsedCode.objects.update(is_older=True)


@act_about_persons
def begin() -> int:
    """The table of used codes is empty; returns up to which step a code may be in use already, 0 for none.

    What lies there is from a server that ended in the last minutes, under a pepper that is gone.
    """
    were_used, _ = UsedCode.objects.all().delete()
    return rules.steps_around(timezone.now())[-1] if were_used else 0


def _renew(editor: Account, *, renewal: Renewal, proof: Proof, totp: Secret) -> Account:
    account = Account.objects.filter(
        pk=editor.pk, sign_in_tag=renewal.tag, is_disabled=False
    ).first()
    if account is None:
        raise Refused(PeopleRefusal.CANNOT_SIGN_IN)
    desk_boxes.renew(
        account,
        old=credentials.account_key(renewal.half),
        new=credentials.account_key(proof.half),
    )
    editors_wishes.move(account, old=credentials.account_key(renewal.half))
    account.sign_in_tag = proof.tag
    account.sealed_totp = credentials.sealed_totp(totp, proof=proof)
    account.session_mark = secrets.token_hex(16)
    account.save(
        update_fields=[
            "sign_in_tag",
            "sealed_totp",
            "session_mark",
            "public_key",
            "desk_boxes",
            "choice",
        ]
    )
    return account


def _use_code(code_hash: str, *, today: date) -> WayIn:
    side = sides_actions.use_set_up_code(code_hash, today=today)
    if side is not None:
        return WayIn(side=side, role=Role.EDITOR, is_first=True)
    way = _invited(code_hash, today=today)
    used, _ = Invitation.objects.filter(pk=code_hash).delete()
    if not used:
        raise Refused(PeopleRefusal.BAD_CODE)
    return way


def _invited(code_hash: str, *, today: date) -> WayIn:
    invitation = queries.invited_to(code_hash)
    if invitation is None:
        raise Refused(PeopleRefusal.BAD_CODE)
    refusal = rules.why_not_code(
        counts_from=invitation.counts_from, expires_on=invitation.expires_on, today=today
    )
    if refusal:
        raise Refused(refusal)
    return WayIn(
        side=invitation.side_id,
        role=Role(invitation.role),
        is_first=False,
        box=invitation.box,
    )


def _about_code(editor: Account, code_hash: Digest, *, today: date) -> Statement:
    return sides.statement(editor.side_id, DeskAct.INVITE, about=code_hash, day=today)


def has_key(side: str) -> bool:
    """Return whether the side has given its keys."""
    row = sides.side(side)
    return row is not None and row.has_keys


def own_editor(editor: Account, account_id: str, *, for_good: bool = False) -> Account:
    other = queries.editor_of(editor.side_id, account_id=account_id)
    if other is None:
        raise Refused(PeopleRefusal.NOT_OF_THIS_DESK)
    refusal = _why_not_let_go(other, own_side=editor.side_id, for_good=for_good)
    if refusal:
        raise Refused(refusal)
    return other


def _why_not_let_go(other: Account, *, own_side: str, for_good: bool) -> PeopleRefusal | None:
    is_staying = not other.is_disabled and not (for_good and other.leaves_on)
    return rules.why_not_let_go(
        own_side=own_side,
        side=other.side_id,
        can_sign_in=is_staying,
        n_who_can=queries.n_who_can_sign_in(own_side, staying=for_good),
    )


def _let_go(other: Account, *, today: date) -> None:
    """The account is gone, and its desk's open invitations: an editor who goes may know the codes."""
    side = other.side_id
    other.delete()
    Invitation.objects.filter(side=side).delete()
    desk_boxes.follow(side)
    _count_desk(side, today=today)


def _name(account: Account, label: str) -> None:
    """The desk knows the account by this name. Refuses one that a colleague has.

    Who joins holds the desk's key by now, and so reads the names of the others.
    """
    with reading_as(lambda: desk_boxes.reader_of(account)):
        others = (each for each in queries.editors_of(account.side_id) if each.pk != account.pk)
        refusal = rules.why_not_label(label, taken=any(each.label == label for each in others))
    if refusal:
        raise Refused(refusal)
    desk_boxes.seal_label(account, label)


def _count_desk(side: str, *, today: date) -> None:
    n_editors = queries.desk_sizes()[side]
    DeskSize.objects.update_or_create(side_id=side, on=today, defaults={"n_editors": n_editors})

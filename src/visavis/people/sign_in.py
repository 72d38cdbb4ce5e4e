"""The one way in. Wrong, unknown, frozen, used up: one answer, made by the same steps.

Whatever comes is stretched once (Argon2id), looked up once, opened once, compared with three codes and
looked up once among the used ones. Where there is no account, a dummy sealed on the spot goes through the
same steps.
Only then is it said whether everything was right, and never what was not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction

from visavis.base.refusal import Refused
from visavis.safety.budgets import Budget
from visavis.safety.secret import Secret
from visavis.sides import queries as sides

from . import credentials, signs_of_life
from .credentials import Proof
from .middleware import SESSION_ACCOUNT, SESSION_MARK
from .models import Account, UsedCode
from .rules import PeopleRefusal

code_budget = Budget(tries=10, span=timedelta(minutes=10))
"""Six digits can be tried out, by whoever holds the passphrase: ten wrong ones, then ten minutes' rest."""


@dataclass(frozen=True)
class Proven:
    """Who has just shown passphrase and code, with what only they could bring."""

    account: Account
    proof: Proof
    totp: Secret
    mark: str


def proven(*, passphrase: Secret, digits: str, at: datetime) -> Proven:
    """Return who this is, without using the code up; refuse everyone else alike."""
    proof = credentials.proof_of(passphrase, sign_in=sides.sign_in())
    account = Account.objects.filter(sign_in_tag=proof.tag).first()
    dummy = credentials.sealed_totp(credentials.new_totp(), proof=proof)
    totp = credentials.opened_totp(account.sealed_totp if account else dummy, proof=proof)
    step = credentials.step_shown(digits, totp=totp, at=at)
    mark = credentials.mark_of(step or 0, half=proof.half, totp=totp)
    is_used = UsedCode.objects.filter(pk=mark).exists()
    is_spent = code_budget.is_spent(proof.tag, at=at)
    is_early = credentials.is_too_early(step or 0)
    is_right = step is not None and not is_used and not is_spent and not is_early
    if account is None or not account.can_act_on(at.date()) or not is_right:
        code_budget.spend(proof.tag, at=at)
        raise Refused(PeopleRefusal.CANNOT_SIGN_IN)
    code_budget.refill(proof.tag)
    return Proven(account=account, proof=proof, totp=totp, mark=mark)


def use_up(mark: str) -> None:
    """Keep that this code has been used; refuse if it was, at the same instant, by someone else."""
    try:
        with transaction.atomic():
            UsedCode.objects.create(mark=mark)
    except IntegrityError as error:
        raise Refused(PeopleRefusal.CANNOT_SIGN_IN) from error


def sign_in(*, passphrase: Secret, digits: str, at: datetime) -> Account:
    """Return the account whose passphrase and code these are; the code is used up."""
    who = proven(passphrase=passphrase, digits=digits, at=at)
    use_up(who.mark)
    return who.account


def begin_session(session: SessionBase, account: Account) -> None:
    """Let this browser act for the account, under a fresh key: what was in the session before is gone."""
    session.flush()
    session[SESSION_ACCOUNT] = account.pk
    session[SESSION_MARK] = account.session_mark
    signs_of_life.begin(session)

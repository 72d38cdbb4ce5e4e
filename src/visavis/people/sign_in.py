"""The one way in. Wrong, unknown, frozen, used up: one answer, made by the same steps.

Whatever comes is stretched once (Argon2id), looked up once, opened once, compared with three codes and
looked up once among the used ones. Where there is no account, a dummy sealed on the spot goes through the
same steps. One code is enough until too many wrong ones have come with the passphrase; two in a row always
are. Only then is it said whether everything was right, and never what was not.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError

from visavis.base.refusal import Refused
from visavis.safety.budgets import Budget, share
from visavis.safety.secret import Secret
from visavis.safety.transactions import one_act_about_persons
from visavis.sides import queries as sides

from . import credentials, signs_of_life, tried_out
from .credentials import Proof
from .middleware import SESSION_ACCOUNT, SESSION_KEY, SESSION_MARK
from .models import Account, UsedCode
from .rules import PeopleRefusal

TRIES, SPAN = 10, timedelta(days=1)
code_budget = Budget(tries=share(TRIES), span=SPAN)
"""Six digits can be tried out, by the holder of the passphrase: ten wrong ones a day. Then a code alone lets
nobody in, and two in a row do, which nobody guesses: so the account's own editor is never shut out.
"""
NOBODY = "nobody"
"""Under this name is counted what belongs to no account, so that a stranger makes none be forgotten."""


@dataclass(frozen=True)
class Proven:
    """Who has just shown passphrase and code, with what only they could bring."""

    account: Account
    proof: Proof
    totp: Secret
    marks: frozenset[str]


def proven(*, passphrase: Secret, digits: str, at: datetime) -> Proven:
    """Return who this is, without using the code up; refuse everyone else alike."""
    proof = credentials.proof_of(passphrase, sign_in=sides.sign_in())
    account = Account.objects.filter(sign_in_tag=proof.tag).first()
    dummy = credentials.sealed_totp(credentials.new_totp(), proof=proof)
    totp = credentials.opened_totp(account.sealed_totp if account else dummy, proof=proof)
    shown = credentials.shown_by(digits, totp=totp, at=at)
    steps = shown.steps if shown else ()
    # Two are always made and looked up: time must not show how many codes were right.
    marks = [credentials.mark_of(step, half=proof.half, totp=totp) for step in (*steps, -1, -2)[:2]]
    is_used = UsedCode.objects.filter(pk__in=marks).exists()
    name = proof.tag if account else NOBODY
    is_enough = shown is not None and (shown.is_two or not code_budget.is_spent(name, at=at))
    is_early = shown is not None and credentials.is_too_early(shown.step)
    can_act = account is not None and account.can_act_on(at.date())
    if account is None or not can_act or is_used or is_early or not is_enough:
        code_budget.spend(name, at=at)
        if account and code_budget.is_spent(name, at=at):
            tried_out.note(account.side_id)
        raise Refused(PeopleRefusal.CANNOT_SIGN_IN)
    return Proven(account=account, proof=proof, totp=totp, marks=frozenset(marks[: len(steps)]))


def use_up(marks: Collection[str]) -> None:
    """Keep that these codes have been used; refuse if one was, at the same instant, by someone else."""
    try:
        with one_act_about_persons():
            UsedCode.objects.bulk_create([UsedCode(mark=mark) for mark in sorted(marks)])
    except IntegrityError as error:
        raise Refused(PeopleRefusal.CANNOT_SIGN_IN) from error


def sign_in(*, passphrase: Secret, digits: str, at: datetime) -> Account:
    """Return the account whose passphrase and code these are, with its private key; the code is used up."""
    who = proven(passphrase=passphrase, digits=digits, at=at)
    use_up(who.marks)
    who.account.private_key = credentials.account_key(who.proof.half)
    return who.account


def begin_session(session: SessionBase, account: Account) -> None:
    """Let this browser act for the account, under a fresh key: what was in the session before is gone."""
    session.flush()
    session[SESSION_ACCOUNT] = account.pk
    session[SESSION_MARK] = account.session_mark
    session[SESSION_KEY] = account.private_key.hex()
    signs_of_life.begin(session)

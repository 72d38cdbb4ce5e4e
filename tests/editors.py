"""Editors for tests: a founded site of two sides (or three), and browsers in which they are signed in.

Everyone is fictional. Argon2 costs next to nothing here; what a real sign-in costs is stored with the
site, so that nothing but these numbers differs. `cast` has the charter and the documents; this is the way
in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pyotp
import time_machine
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client
from django.utils import timezone

import worlds
from visavis.people import actions as people
from visavis.people import credentials, detained_editors, rules, signs_of_life
from visavis.people.desk_boxes import reader_of
from visavis.people.models import Account, Invitation
from visavis.people.sessions import SessionStore
from visavis.people.sign_in import begin_session
from visavis.safety import codes, passphrases
from visavis.safety.budgets import Budget
from visavis.safety.reading import Reader, reading_as
from visavis.safety.secret import Secret
from visavis.sides import actions as sides
from visavis.sides import queries as side_queries
from visavis.sides.rules import SideAnswers, SignInCost, SiteAnswers
from visavis.signing import vault
from visavis.signing.keys import PrivateKey
from visavis.signing.vault import vault_key_of

CHEAP = SignInCost(memory_kib=8, passes=1)
PRIVATE: dict[str, bytes] = {}
"""The private key of each account that has joined, which no table holds."""
PASSPHRASES: dict[str, Secret] = {}
"""What each of them signs in with."""
TODAY = date(2031, 7, 9)
NOW = datetime(2031, 7, 9, 13, 37, 41, tzinfo=UTC)
NAMES = {"az": "Azərbaycan tərəfi", "hy": "Հայկական կողմ", "ka": "Third side"}
LANGUAGES = ("az", "hy", "en")


@dataclass
class Editor:
    """An account with what its holder alone knows."""

    account: Account
    passphrase: Secret
    totp: Secret

    def digits(self, at: datetime) -> str:
        """What the editor's authenticator shows."""
        return pyotp.TOTP(self.totp.reveal()).at(int(at.timestamp()))


@dataclass
class World:
    """A founded site: its set-up codes not yet used, its release key, the sides' private keys."""

    codes: Mapping[str, Secret]
    release_key: PrivateKey
    keys: dict[str, PrivateKey]
    recovery: dict[str, PrivateKey]


def answers(*codes: str) -> SiteAnswers:
    """Return what `visavis init` would have been told."""
    return SiteAnswers(
        names={language: f"Joint site ({language})" for language in LANGUAGES},
        languages=LANGUAGES,
        sides=tuple(
            SideAnswers(
                code=code,
                names=dict.fromkeys(LANGUAGES, NAMES[code]),
                languages=(code,) if code in LANGUAGES else ("en",),
            )
            for code in codes
        ),
    )


def found(*codes: str, on: date = TODAY) -> World:
    """Found a site of these sides; without any, of az and hy."""
    made = worlds.once(("found", codes, on), lambda: _founded(*codes, on=on))
    return replace(made, keys={}, recovery={})


def _founded(*codes: str, on: date) -> World:
    release = PrivateKey.new()
    given = sides.found_site(
        answers=answers(*(codes or ("az", "hy"))), release_key=release.public, on=on, cost=CHEAP
    )
    return World(codes=given, release_key=release, keys={}, recovery={})


def give_keys(world: World) -> None:
    """Each side gives its keys and keeps the private halves on a machine of its own."""
    for side in world.codes:
        key, recovery = PrivateKey.new(), PrivateKey.new()
        world.keys[side], world.recovery[side] = key, recovery
        sides.give_keys(
            side=side,
            public_key=key.public.hex,
            recovery_key=recovery.public.hex,
            vault_key=vault_key_of(key),
        )


def joined(code: Secret, *, label: str = "Nadia", at: datetime = NOW) -> Editor:
    """Return the editor who has come in with this code, and used one code of the authenticator."""
    passphrase, totp = passphrases.new_passphrase(), Secret(pyotp.random_base32(32))
    earlier = at - timedelta(minutes=5)
    account = people.join(
        code=code,
        passphrase=passphrase,
        totp=totp,
        digits=pyotp.TOTP(totp.reveal()).at(int(earlier.timestamp())),
        label=label,
        at=earlier,
    )
    PRIVATE[account.pk] = account.private_key
    PASSPHRASES[account.pk] = passphrase
    return Editor(account=account, passphrase=passphrase, totp=totp)


def signed_in(account: Account, *, client: Client | None = None) -> Client:
    """Return a browser in which this account is signed in, without the pages of signing in."""
    client = client or Client()
    session: SessionBase = SessionStore()
    account.private_key = account.private_key or PRIVATE[account.pk]
    begin_session(session, account)
    session.save()
    client.cookies["session"] = key = str(session.session_key)
    now = rules.slot_of(timezone.now())
    client.cookies["life"] = signs_of_life.sign(key, began=now, seen=now)
    return client


def invited(editor: Account, *, today: date = TODAY) -> Secret:
    """Return a code that counts at once, as if its days had passed."""
    code = people.invite(editor=editor, today=today)
    Invitation.objects.filter(pk=codes.code_hash(code)).update(counts_from=today)
    return code


def removed(editor: Account, *, account_id: str, today: date = TODAY) -> None:
    """The editor's colleague is gone, as if the days had passed in which somebody could stop it."""
    people.remove_editor(editor=editor, account_id=account_id, today=today)
    Account.objects.filter(pk=account_id).update(leaves_on=today)
    people.forget_what_is_past(today=today)


def a_fresh_budget() -> Budget:
    """Return a budget of which nothing is spent."""
    return Budget(tries=10, span=timedelta(minutes=10))


def real_clock() -> float:
    """Return seconds that pass even where a test has stopped the day."""
    return time_machine.escape_hatch.time.time()


def reader_with(*passphrases: str) -> Reader:
    """Return what the accounts behind these passphrases read."""
    accounts = []
    for each in passphrases:
        proof = credentials.proof_of(Secret(each), sign_in=side_queries.sign_in())
        account = Account.objects.get(sign_in_tag=proof.tag)
        account.private_key = credentials.account_key(proof.half)
        accounts.append(account)
    return reader_of(*accounts)


def frozen(
    editor: Account, account_id: str, *, may_have_key: bool = True, today: date = TODAY
) -> None:
    """Have this editor freeze an account of the own desk."""
    detained_editors.freeze(
        editor,
        account_id,
        passphrase=PASSPHRASES.get(editor.pk),
        may_have_key=may_have_key,
        today=today,
    )


def unfrozen(
    editor: Account, account_id: str, *, given: sides.Given | None = None, today: date = TODAY
) -> None:
    """Have this editor, who reads, take that back."""
    with reading_as(lambda: reader_of(_with_private(editor))):
        detained_editors.undo(editor, account_id, given=given, today=today)


def opened_elsewhere(file: bytes, key: PrivateKey) -> sides.Given:
    """Return what `visavis key open` makes of a file of boxes, on the machine that has this key."""
    return sides.Given(signed=vault.read_boxes(file).opened(key).data)


def _with_private(editor: Account) -> Account:
    found = Account.objects.get(pk=editor.pk)
    found.private_key = PRIVATE[editor.pk]
    return found

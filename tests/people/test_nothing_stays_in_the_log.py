"""Every act about persons, and every session, is out of the write-ahead log as soon as it is over.

The log joins what one transaction has written, and in which order: person beside person, code beside account.
"""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pyotp
import pytest
import time_machine
from django.db import connection
from django.test import Client

import editors
from participants import wishes
from visavis.people import (
    actions,
    credentials,
    detained_editors,
    detaining,
    editors_wishes,
    sessions,
    sign_in,
    tried_out,
)
from visavis.people.rules import TextsWish
from visavis.safety import codes, passphrases, transactions, turns
from visavis.safety.secret import Secret
from visavis.sides import actions as sides
from visavis.sides import queries
from visavis.sides.actions import Given
from visavis.signing.desk_statements import DeskAct, sign_statement
from visavis.signing.keys import PrivateKey
from visavis.signing.vault import vault_key_of

OURS = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?((people|sides)_\w+)', re.IGNORECASE)


class Watch:
    """What was written outside of every act, and after which acts the log still held something."""

    def __init__(self, log: Path) -> None:
        self.outside, self.left, self.n_acts = list[str](), list[str](), 0
        self._log, self._written = log, list[str]()

    def statement(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if found := OURS.match(sql):
            self._written.append(found[2])
            if not getattr(turns._mine, "is_now", False):
                self.outside.append(sql)
        return execute(sql, params, many, context)

    @contextmanager
    def turn(self) -> Iterator[None]:
        with turns.turn():
            yield
        if self._written:
            self.n_acts += 1
            if self._log.exists() and self._log.stat().st_size:
                self.left.append(self._written[-1])
            self._written.clear()


@pytest.fixture
def watch(on_disk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    watch = Watch(on_disk / "visavis.sqlite3-wal")
    monkeypatch.setattr(transactions, "turn", watch.turn)
    with time_machine.travel(editors.NOW, tick=False), connection.execute_wrapper(watch.statement):
        yield watch


def acting(*modules: ModuleType) -> set[str]:
    """Return every function of these modules that is an act about persons, or begins one."""
    return {
        node.name
        for module in modules
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.FunctionDef) and "act_about_persons" in ast.unparse(node)
    }


ROOMS = (actions, detained_editors, editors_wishes, sides, sign_in, tried_out, sessions)


def every_act_of_a_sites_life() -> None:
    world = editors.found()
    nadia = editors.joined(world.codes["az"])
    editors.give_keys(world)
    key, today = world.keys["az"], editors.TODAY
    invited = actions.invite(editor=nadia.account, today=today)
    code = codes.code_hash(invited)
    wanted = actions.statement_about_code(nadia.account, code, today=today)
    given = Given(signed=sign_statement(wanted, key=key).data)
    actions.let_count(editor=nadia.account, code_hash=code, given=given, today=today)
    leyla = editors.joined(invited, label="Leyla").account
    actions.withdraw_invitations(editor=nadia.account)
    editors.signed_in(leyla).get("/en/desk/editors/")
    own = editors.PASSPHRASES[nadia.account.pk]
    editors_wishes.say(nadia.account, wishes(TextsWish.KEEP), passphrase=own, today=today)
    editors_wishes.forget_code(nadia.account, passphrase=own)
    code = editors_wishes.new_code(leyla, passphrase=editors.PASSPHRASES[leyla.pk])
    detaining.detain_by_paper(code, is_removal=False, today=today)
    editors.unfrozen(
        nadia.account,
        leyla.pk,
        today=today,
        given=editors.opened_elsewhere(
            detained_editors.boxes_of(nadia.account, leyla.pk, "shelved"), key
        ),
    )
    editors.frozen(nadia.account, leyla.pk)
    detained_editors.wishes(
        nadia.account,
        leyla.pk,
        given=editors.opened_elsewhere(
            detained_editors.boxes_of(nadia.account, leyla.pk, "for_desk"), key
        ),
    )
    boxes = detained_editors.boxes_of(nadia.account, leyla.pk, "shelved")
    given = editors.opened_elsewhere(boxes, key)
    editors.unfrozen(nadia.account, leyla.pk, today=today, given=given)
    actions.let_read(editor=nadia.account, account_id=leyla.pk)
    actions.remove_editor(editor=nadia.account, account_id=leyla.pk, today=today)
    actions.keep_editor(editor=nadia.account, account_id=leyla.pk)
    wanted = actions.statement_about(nadia.account, leyla.pk, act=DeskAct.REMOVE, today=today)
    given = Given(signed=sign_statement(wanted, key=key).data)
    actions.remove_editor(editor=nadia.account, account_id=leyla.pk, today=today, given=given)
    renew(nadia)
    actions.begin()
    actions.forget_used_codes()
    actions.forget_what_is_past(today=today + timedelta(days=40))
    come_and_go(world)
    new, recovery = PrivateKey.new(), PrivateKey.new()
    old_words, new_words = passphrases.new_passphrase(), passphrases.new_passphrase()
    sides.renew_keys(
        side="hy",
        public_key=new.public.hex,
        recovery_key=recovery.public.hex,
        vault_key=vault_key_of(new),
        sealed_key=sides.sealed_for("hy", new, passphrase=old_words),
    )
    sides.seal_again(side="hy", passphrase=old_words, new=new_words)
    tried_out.note("az")
    tried_out.tell_desks(today=today)
    sides.forget_what_is_past(today=today + timedelta(days=40))
    sessions.SessionStore.clear_expired()


def renew(nadia: editors.Editor) -> None:
    at, new = editors.NOW, passphrases.new_passphrase()
    shown = {"passphrase": nadia.passphrase, "digits": nadia.digits(at), "at": at}
    renewal = actions.prove_again(editor=nadia.account, **shown)  # type: ignore[arg-type]
    account = actions.renew_passphrase(editor=nadia.account, renewal=renewal, passphrase=new)
    at += timedelta(minutes=2)
    renewal = actions.prove_again(editor=account, passphrase=new, digits=nadia.digits(at), at=at)
    totp = credentials.new_totp()
    digits = pyotp.TOTP(totp.reveal()).at(int(at.timestamp()))
    actions.renew_totp(editor=account, renewal=renewal, totp=totp, digits=digits, at=at)


def come_and_go(world: editors.World) -> None:
    """A desk is let in again; its editor signs in and out by the pages, as a browser does."""
    code = codes.new_code()
    wanted = queries.statement("az", DeskAct.WAY_IN, about=codes.code_hash(code), day=editors.TODAY)
    signed = sign_statement(wanted, key=world.keys["az"]).data
    sides.let_in(side="az", signed=signed, today=editors.TODAY)
    samir = editors.joined(Secret(code.reveal()), label="Samir")
    browser = Client()
    typed = {"passphrase": samir.passphrase.reveal(), "digits": samir.digits(editors.NOW)}
    assert browser.post("/en/desk/sign-in/", typed).status_code == 302
    browser.post("/en/desk/key/new/")
    assert browser.post("/en/desk/sign-out/").status_code == 302


def test_every_act_about_persons_is_written_in_its_turn_and_leaves_nothing_in_the_log(
    watch: Watch,
) -> None:
    called = set[str]()
    wanted = acting(*ROOMS)
    files = {each.__file__ for each in ROOMS}

    def look(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call" and frame.f_code.co_filename in files:
            called.add(frame.f_code.co_name)

    sys.setprofile(look)
    try:
        every_act_of_a_sites_life()
    finally:
        sys.setprofile(None)
    assert len(wanted) > 15
    assert wanted - called == set(), "no life of a site without these"
    assert watch.n_acts > 25
    assert watch.outside == []
    assert watch.left == []


def test_the_watch_sees_an_act_that_stays_in_the_log(watch: Watch) -> None:
    editors.found()
    with transactions.one_act():
        queries.Side.objects.update(languages=[])
    queries.Side.objects.update(languages=["en"])
    assert (watch.left, len(watch.outside)) == (["sides_side"], 1)

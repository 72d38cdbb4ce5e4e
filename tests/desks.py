"""Two desks (or three) at work: a founded site with its charter in force, and a browser for each desk.

    desks = at_work()                 az and hy, each with one editor signed in
    desks.client["az"].get(...)       what the first desk sees
    desks.site                        the cast's `SiteKeys`: every private key, for acts without a page

Each side's private key is sealed on the server under ``desks.passphrase[side]``. Clocks stand at `DAY`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy, deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import time_machine
from django.test import Client

import cast
import editors
import worlds
from visavis.kinds.installed import installed
from visavis.people.models import Account
from visavis.safety.secret import Secret
from visavis.sides import actions as sides
from visavis.sides import queries as side_queries
from visavis.signing.keys import PrivateKey
from visavis.signing.vault import vault_key_of

MOST_QUERIES = 26
"""That a page of a desk may ask the database, the strips above it and the reading keys included."""
DAY = cast.DAY


@dataclass
class Desks:
    """A site, and what each desk has."""

    site: cast.SiteKeys
    client: Mapping[str, Client]
    account: Mapping[str, Account]
    passphrase: Mapping[str, str]

    def page(self, side: str, address: str, *, status: int = 200) -> str:
        """Return the page as this desk sees it."""
        response = self.client[side].get(address)
        assert response.status_code == status, (response.status_code, address)
        return response.content.decode()

    def post(self, side: str, address: str, data: Mapping[str, Any] | None = None) -> Any:
        return self.client[side].post(address, dict(data or {}))

    @contextmanager
    def on(self, day: date, hour: int = 9) -> Iterator[datetime]:
        """Let it be this day, and everyone sign in again: no session lasts that long."""
        with on(day, hour) as now:
            for side, account in self.account.items():
                editors.signed_in(account, client=self.client[side])
            yield now


def at_work(*codes: str, with_charter: bool = True) -> Desks:
    """Found a site of these sides; without any, of az and hy."""
    made = worlds.once(
        ("at work", codes, with_charter), lambda: _made(*codes, with_charter=with_charter)
    )
    # What tests change is their own each time: a browser's cookies, what is loaded with an account.
    return replace(
        made,
        client={side: _again(client) for side, client in made.client.items()},
        account={side: copy(account) for side, account in made.account.items()},
    )


def _again(client: Client) -> Client:
    browser = Client()
    browser.cookies = deepcopy(client.cookies)
    return browser


def _made(*codes: str, with_charter: bool) -> Desks:
    world = editors.found(*codes, on=DAY)
    keys, passphrases = {}, {}
    for side in world.codes:
        held = cast.SideKeys(side, PrivateKey.new(), PrivateKey.new())
        keys[side], passphrases[side] = held, f"six {side} words open this key"
        sides.give_keys(
            side=side,
            public_key=held.key.public.hex,
            recovery_key=held.recovery.public.hex,
            vault_key=vault_key_of(held.key),
            sealed_key=sides.sealed_for(side, held.key, passphrase=Secret(passphrases[side])),
        )
    founded = side_queries.site()
    assert founded is not None
    site = cast.SiteKeys(
        document=sides.charter_for(founded, policy=installed().policy),
        sides=keys,
        release_key=world.release_key,
    )
    if with_charter:
        cast.found(site)
    accounts = {side: editors.joined(code).account for side, code in world.codes.items()}
    return Desks(
        site=site,
        client={side: editors.signed_in(account) for side, account in accounts.items()},
        account=accounts,
        passphrase=passphrases,
    )


@contextmanager
def on(day: date, hour: int = 9) -> Iterator[datetime]:
    """Let it be this day."""
    now = datetime.combine(day, time(hour), tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        yield now


def after(days: int) -> date:
    return DAY + timedelta(days=days)


class Page(HTMLParser):
    """A page as a reader of its structure meets it: fields with their labels, forms, ids, languages."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: list[dict[str, str]] = []
        self.labelled: set[str] = set()
        self.ids: list[str] = []
        self.described_by: list[str] = []
        self.headings: list[int] = []
        self.handlers: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if "id" in has:
            self.ids.append(has["id"])
        self.described_by += has.get("aria-describedby", "").split()
        self.described_by += has.get("aria-labelledby", "").split()
        self.handlers += [name for name in has if name.startswith("on") or name == "style"]
        if tag == "label" and "for" in has:
            self.labelled.add(has["for"])
        if tag in {"input", "textarea", "select"} and has.get("type") not in {"hidden", "submit"}:
            self.fields.append(has)
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag == "script":
            self.handlers.append(tag)


def faults_in(html: str) -> list[str]:
    """Return what would keep somebody without mouse or eyes from using this page."""
    page = Page(html)
    faults = [f"no label: {f.get('name')}" for f in page.fields if f.get("id") not in page.labelled]
    faults += [f"refers to nothing: {each}" for each in set(page.described_by) - set(page.ids)]
    faults += [f"id twice: {each}" for each in set(page.ids) if page.ids.count(each) > 1]
    faults += [f"script or style: {each}" for each in page.handlers]
    faults += [f"tabindex: {f['tabindex']}" for f in page.fields if f.get("tabindex", "0") != "0"]
    if page.headings.count(1) != 1:
        faults.append(f"{page.headings.count(1)} headings of the first rank")
    jumps = [b for a, b in pairwise(page.headings) if b > a + 1]
    return faults + [f"a heading of rank {each} follows too high a one" for each in jumps]

"""What may be kept at all: every table and column, whom it concerns, how long, and why.

`schema.toml` is an allow-list. A column that is not in it is a fault, and so is an entry without its
column; a column about a person may not hold a time finer than a day, an address, or a number that counts
up, because each of them would say who was here when or from where.

A column that holds boxes says who opens them (`Sealed`) and, where these are no envelopes of `signing.boxes`,
their format (`Box`). ``clear`` names values of other columns with which it may lie open: its words are public
then. `kept` looks whether every value is what its entry says.

Classes: ``person`` an account and what belongs to one; ``desk`` a side's own affairs; ``record`` the
documents and their keys; ``site`` what holds for everyone; ``machine`` what the framework needs.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models
from django.db.migrations.recorder import MigrationRecorder

SCHEMA = Path(__file__).with_name("schema.toml")
NEVER_ABOUT_A_PERSON = (
    models.DateTimeField,
    models.TimeField,
    models.DurationField,
    models.GenericIPAddressField,
    models.EmailField,
    models.FileField,
    models.AutoField,
)


class Concerns(StrEnum):
    PERSON = "person"
    DESK = "desk"
    RECORD = "record"
    SITE = "site"
    MACHINE = "machine"


class Lifetime(StrEnum):
    SITE = "as long as the site"
    ACCOUNT = "until the desk removes the account"
    SESSION = "until sign-out, at most to the end of the next day"
    USE = "until it is used or has expired"
    MINUTES = "two turns of 90 seconds; none at the start"
    HOUR = "until the next full hour; none at the start"
    DAY = "to the end of the day"
    MONTH = "30 days, and the last number before them"
    DRAFT = "until it is proposed or given up"
    WEEK = "7 days, or until the draft goes"
    DOCUMENT = "until the document is closed for good"
    PAUSE = "until 14 days after its end"
    NOTE = "for ever: what was closed stays closed"
    WORDS = "while it is the newest, or words are sealed to it"
    EDITION = "until the next edition"


class Sealed(StrEnum):
    """Who opens what lies in a column; the value is a word of `schema.toml`."""

    DESK = "desk"
    JOINT = "joint"
    AUTHOR = "author"
    VAULT = "vault"
    PAPER = "paper"
    COOKIE = "cookie"
    CODE = "code"
    ACCOUNT = "account"
    SERVER = "server"
    PASSPHRASE = "passphrase"  # noqa: S105 - a word of the list

    @property
    def opens(self) -> str:
        """Say whose key it is, in English."""
        return _OPENS[self]


_OPENS = {
    Sealed.DESK: "every editor of one desk",
    Sealed.JOINT: "every editor of every desk",
    Sealed.AUTHOR: "its author alone",
    Sealed.VAULT: "anyone who has a side's signing key",
    Sealed.PAPER: "anyone who has the code on paper",
    Sealed.COOKIE: "the browser that has the cookie",
    Sealed.CODE: "anyone who has the invitation's code",
    Sealed.ACCOUNT: "the account's own passphrase",
    Sealed.SERVER: "the running server, until it is started again",
    Sealed.PASSPHRASE: "the desk's passphrase",
}


class Box(StrEnum):
    """What a sealed value looks like; the value is a word of `schema.toml`."""

    ENVELOPE = "envelope"
    """Begins with ``VVS1``: see `signing.boxes`. Unless an entry says else."""
    HEXADECIMAL = "hexadecimal"
    """Of `safety.sealing`: nonce, words and tag, at least 28 bytes, with nothing before them."""
    STRETCHED = "stretched"
    """Of `signing.sealing`, under a passphrase: begins with ``visavis-sealed-1$``."""
    NUMBERED = "numbered"
    """JSON: by the number of a reading key its box and its mark, each in hexadecimal."""

    def has(self, value: bytes) -> bool:
        """Return whether these bytes look like this box."""
        return _LOOKS[self].match(value) is not None


_LOOKS = {
    Box.ENVELOPE: re.compile(rb"VVS1"),
    Box.HEXADECIMAL: re.compile(rb"(?:[0-9a-f]{2}){28,}\Z"),
    Box.STRETCHED: re.compile(rb"visavis-sealed-1\$m=\d+,t=\d+(?:\$[0-9a-f]+){3}\Z"),
    Box.NUMBERED: re.compile(
        rb'\{(?:"\d+": \["(?:[0-9a-f]{2}){28,}", "[0-9a-f]+"\](?:, |(?=\})))*\}\Z'
    ),
}


@dataclass(frozen=True)
class Holding:
    """One column that may be there. Not ``sealed``: it lies in plain text."""

    table: str
    column: str
    concerns: Concerns
    lifetime: Lifetime
    reason: str
    sealed: Sealed | None = None
    box: Box = Box.ENVELOPE
    clear: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


def holdings(text: str | None = None) -> Mapping[tuple[str, str], Holding]:
    """Return every column of the allow-list; raise for an entry that lacks class, lifetime or reason."""
    tables = tomllib.loads(SCHEMA.read_text(encoding="utf-8") if text is None else text)
    return {
        (table, column): _holding(table, column, entry)
        for table, columns in tables.items()
        for column, entry in columns.items()
    }


def faults(
    kept: Iterable[type[models.Model]], *, allowed: Mapping[tuple[str, str], Holding]
) -> list[str]:
    """Return one sentence for each column that may not be there so, or that is listed and is not."""
    found, present = [], set()
    for model in kept:
        for each in model._meta.local_concrete_fields:
            place = (model._meta.db_table, each.column or each.name)
            present.add(place)
            holding = allowed.get(place)
            if holding is None:
                found.append(f"{'.'.join(place)} is not in schema.toml")
            elif holding.concerns is Concerns.PERSON and isinstance(each, NEVER_ABOUT_A_PERSON):
                found.append(f"{'.'.join(place)} is a {type(each).__name__} about a person")
    gone = sorted(set(allowed) - present)
    return found + [f"{'.'.join(place)} is in schema.toml and nowhere else" for place in gone]


def models_kept() -> tuple[type[models.Model], ...]:
    """Return every model that has a table, Django's own and the joining tables among them."""
    return (*apps.get_models(include_auto_created=True), MigrationRecorder.Migration)


def _holding(table: str, column: str, entry: Mapping[str, Any]) -> Holding:
    reason, more = entry["reason"].strip(), set(entry) - {"class", "lifetime", "reason"}
    if not reason or not more <= {"sealed", "box", "clear"} or (more and "sealed" not in entry):
        raise ValueError(
            f"{table}.{column} needs class, lifetime and reason; besides them sealed, with box and clear"
        )
    return Holding(
        table=table,
        column=column,
        concerns=Concerns(entry["class"]),
        lifetime=Lifetime[entry["lifetime"]],
        reason=reason,
        sealed=Sealed(entry["sealed"]) if "sealed" in entry else None,
        box=Box(entry.get("box", Box.ENVELOPE)),
        clear={name: tuple(values) for name, values in entry.get("clear", {}).items()},
    )

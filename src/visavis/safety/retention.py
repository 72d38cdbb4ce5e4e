"""What may be kept at all: every table and column, whom it concerns, how long, and why.

`schema.toml` is an allow-list. A column that is not in it is a fault, and so is an entry without its
column; a column about a person may not hold a time finer than a day, an address, or a number that counts
up, because each of them would say who was here when or from where.

Classes: ``person`` an account and what belongs to one; ``desk`` a side's own affairs; ``record`` the
documents and their keys; ``site`` what holds for everyone; ``machine`` what the framework needs.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    MONTH = "30 days, and the last number before them"
    DRAFT = "until it is proposed or given up"
    WEEK = "7 days, or until the draft goes"
    DOCUMENT = "until the document is closed for good"
    NOTE = "for ever: what was closed stays closed"
    EDITION = "until the next edition"


@dataclass(frozen=True)
class Holding:
    """One column that may be there."""

    table: str
    column: str
    concerns: Concerns
    lifetime: Lifetime
    reason: str


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
        for field in model._meta.local_concrete_fields:
            place = (model._meta.db_table, field.column or field.name)
            present.add(place)
            holding = allowed.get(place)
            if holding is None:
                found.append(f"{'.'.join(place)} is not in schema.toml")
            elif holding.concerns is Concerns.PERSON and isinstance(field, NEVER_ABOUT_A_PERSON):
                found.append(f"{'.'.join(place)} is a {type(field).__name__} about a person")
    gone = sorted(set(allowed) - present)
    return found + [f"{'.'.join(place)} is in schema.toml and nowhere else" for place in gone]


def models_kept() -> tuple[type[models.Model], ...]:
    """Return every model that has a table, Django's own and the joining tables among them."""
    return (*apps.get_models(include_auto_created=True), MigrationRecorder.Migration)


def _holding(table: str, column: str, entry: Mapping[str, Any]) -> Holding:
    reason = entry["reason"].strip()
    if not reason or set(entry) != {"class", "lifetime", "reason"}:
        raise ValueError(f"{table}.{column} needs class, lifetime and reason, and nothing else")
    return Holding(
        table=table,
        column=column,
        concerns=Concerns(entry["class"]),
        lifetime=Lifetime[entry["lifetime"]],
        reason=reason,
    )

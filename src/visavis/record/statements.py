"""What every act asks of the tables and writes into them, written out as SQL.

Django takes longer to compose each of these statements than a database to answer it; what is asked more
rarely is left to Django. They read the same on SQLite and PostgreSQL. Nothing is decided here: rules
decide, and a row opens nothing.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from django.db import connection

from visavis.base.fields import random_key
from visavis.kinds.installed import installed
from visavis.kinds.kind import Named
from visavis.safety.asking import asked, done, placeholders
from visavis.signing.charter import Signature
from visavis.signing.document import Document

from . import models
from .batches import batches
from .rules import InLine, State, owner_of

COLUMNS = (
    "digest", "item", "subject", "kind", "version", "side", "owner", "closer", "is_sealed", "state",
    "proposed_by", "is_alone", "proposed_on", "asked_on", "ended_on", "data",
)  # fmt: skip
"""Of a document's row, all of them: `models.Document` is made of these."""

DOCUMENT_AND_SIGNATURES = """SELECT
        digest, item, subject, kind, version, d.side, owner, closer, is_sealed, state, proposed_by,
        is_alone, proposed_on, asked_on, ended_on, data, s.side, public_key, signature
    FROM record_document d LEFT JOIN record_signature s ON s.document_id = d.digest
    WHERE digest = %s
"""
SIGNATURES = "SELECT side, public_key, signature FROM record_signature WHERE document_id = %s"
CHARTERS_AND_SIGNATURES = """SELECT digest, data, NULL, NULL, NULL FROM record_document
        WHERE kind IN ('charter', 'recovery') AND state IN ('open', 'superseded')
    UNION ALL SELECT document_id, NULL, side, public_key, signature FROM record_signature
        WHERE document_id IN (
            SELECT digest FROM record_document
            WHERE kind IN ('charter', 'recovery') AND state IN ('open', 'superseded')
        )
"""
VERSIONS = """SELECT digest, item, version, state
    FROM record_document WHERE digest = %s OR item BETWEEN %s AND %s OR item IN (%s{more})
"""
ANSWERS = """SELECT state FROM record_document
    WHERE subject = %s AND is_sealed AND side = %s AND item <> %s
"""
NEW_DOCUMENT = """INSERT INTO record_document
    (digest, item, subject, kind, version, side, owner, closer, is_sealed, state, proposed_by, is_alone,
    proposed_on, asked_on, data)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
PROPOSED_BY = """SELECT digest, kind, is_sealed, is_alone, proposed_on, asked_on, LENGTH(data)
    FROM record_document WHERE state = 'proposed' AND proposed_by = %s AND kind NOT IN (''{more})
"""
OPEN = "SELECT item, data FROM record_document WHERE state = 'open' AND item IN ({items})"
STATES = "SELECT state FROM record_document WHERE item = %s ORDER BY version DESC, digest"
WAITING = """SELECT digest, item, closer, SUBSTR(data, 1, %s) FROM record_document
    WHERE state = 'proposed' AND kind = %s AND side = %s
"""
N_PROPOSED = """SELECT COUNT(*) FROM record_document
    WHERE state = 'proposed' AND proposed_by = %s AND kind = %s
"""
ASKED_ON = "UPDATE record_document SET asked_on = %s WHERE digest = %s"
NEW_SOURCE = "INSERT INTO record_madefrom (id, document_id, item) VALUES (%s, %s, %s)"
NEW_SIGNATURE = """INSERT INTO record_signature
    (id, document_id, side, public_key, signature, seat) VALUES (%s, %s, %s, %s, %s, %s)
"""
NEW_STATE = "UPDATE record_document SET state = %s WHERE digest = %s"
NEW_STATE_AND_DATA = "UPDATE record_document SET state = %s, data = %s WHERE digest = %s"
NEW_DATA = "UPDATE record_document SET data = %s WHERE digest = %s"
CHANGED = "INSERT INTO record_changed (id, subject, is_urgent) VALUES (%s, %s, %s)"
NEW_NAME = """INSERT INTO record_named
    (id, document_id, item, is_below, opened_on) VALUES (%s, %s, %s, %s, %s)
"""
NO_NAMES = "DELETE FROM record_named WHERE document_id IN (%s{more}) RETURNING item, is_below"
NO_DRAFT = "DELETE FROM record_draft WHERE item = %s AND side = %s RETURNING id"
NO_STATES = "DELETE FROM record_draftstate WHERE draft_id = %s"


class VersionRow(NamedTuple):
    """That a document is there, and its state, as its row says."""

    digest: str
    item: str
    version: int
    state: str


def document(digest: str) -> tuple[models.Document, tuple[Signature, ...]] | None:
    """Return the row of this digest, and the signatures that are stored for it, unchecked."""
    rows = asked(DOCUMENT_AND_SIGNATURES, [digest])
    if not rows:
        return None
    n = len(COLUMNS)
    signatures = (Signature(*row[n:]) for row in rows if row[n] is not None)
    return models.Document.from_db(connection.alias, COLUMNS, rows[0][:n]), _in_order(signatures)


def signatures_of(digest: str) -> tuple[Signature, ...]:
    """Return the signatures that are stored for a document, unchecked."""
    return _in_order(Signature(*row) for row in asked(SIGNATURES, [digest]))


def charters() -> list[tuple[str, bytes, tuple[Signature, ...]]]:
    """Return digest, bytes and stored signatures of each charter and recovery that is open or was, unchecked.

    By digest, and all of one moment: one statement never sees half of an act.
    """
    rows = asked(CHARTERS_AND_SIGNATURES)
    # Put in order here: asked to do it, SQLite goes through every document by its digest.
    signatures = [(digest, Signature(*rest)) for digest, data, *rest in rows if data is None]
    return sorted(
        (digest, bytes(data), _in_order(each for of, each in signatures if of == digest))
        for digest, data, *_ in rows
        if data is not None
    )


def versions(items: Collection[str], *, digest: str, between: tuple[str, str]) -> list[VersionRow]:
    """Return every version of these items, and of those whose ids lie ``between`` two others.

    Also the document of this digest, whatever it is a version of.
    """
    found = set[VersionRow]()
    for some in batches(items):
        statement = VERSIONS.format(more=", %s" * (len(some) - 1))
        found |= {VersionRow(*row) for row in asked(statement, [digest, *between, *some])}
    return list(found)


def has_answered(question: str, side: str, *, besides: str, states: Collection[State]) -> bool:
    """Return whether this side has a sealed answer in one of these states, other than ``besides``."""
    return any(state in states for (state,) in asked(ANSWERS, [question, side, besides]))


def proposed_by(side: str) -> list[InLine]:
    """Return what this side has before the desks. Sizes are asked of the table, and no body is read.

    What people hand in is left out: it waits in lines of its own.
    """
    others = sorted(installed().handed_in)
    statement = PROPOSED_BY.format(more=", %s" * len(others))
    return [InLine(*row) for row in asked(statement, [side, *others])]


def n_proposed(side: str, kind: str) -> int:
    """Return how many of this kind the side has waiting."""
    ((n,),) = asked(N_PROPOSED, [side, kind])
    return int(n)


def open_bytes(items: Collection[str]) -> dict[str, bytes]:
    """Return what lies in the open version of each of these items that has one, by id."""
    found: dict[str, bytes] = {}
    for some in batches(items):
        statement = OPEN.format(items=placeholders(len(some)))
        found |= {item: bytes(data) for item, data in asked(statement, some)}
    return found


def states_of(item: str) -> list[State]:
    """Return the states of an item's versions, the last one first."""
    return [State(state) for (state,) in asked(STATES, [item])]


def waiting(side: str, kind: str, *, head: int) -> list[tuple[str, str, str, bytes]]:
    """Return what of this kind waits at a side: digest, item, ``closer``, the first ``head`` bytes."""
    return [
        (digest, item, closer, bytes(begins))
        for digest, item, closer, begins in asked(WAITING, [head, kind, side])
    ]


def ask_from(today: date, digests: Collection[str]) -> None:
    """Silence about these begins to count today."""
    for digest in digests:
        done(ASKED_ON, [today, digest])


def add_document(
    written: Document,
    *,
    state: State,
    by: str,
    today: date,
    data: bytes,
    asked_on: date | None = None,
) -> None:
    """The document is there, and the items that it was made from are noted. ``data``: see `sealed.shut`."""
    values = (
        written.digest, written.id, written.subject, written.kind, written.version,
        written.side or "", owner_of(written) or "", written.closer or "", written.seal is not None,
        state.value, by, not written.standing.is_joint, today, asked_on, data,
    )  # fmt: skip
    done(NEW_DOCUMENT, values)
    for item in sorted({source.id for source in written.made_from}):
        done(NEW_SOURCE, [random_key(), written.digest, item])


def add_signature(digest: str, signed: Signature, *, seat: str = "") -> None:
    values = [digest, signed.side, signed.public_key, signed.signature, seat]
    done(NEW_SIGNATURE, [random_key(), *values])


def change_state(digest: str, state: State) -> None:
    done(NEW_STATE, [state.value, digest])


def change_state_and_data(digest: str, state: State, data: bytes) -> None:
    done(NEW_STATE_AND_DATA, [state.value, data, digest])


def change_data(digest: str, data: bytes) -> None:
    done(NEW_DATA, [data, digest])


def touch(subject: str, *, is_urgent: bool = False) -> None:
    """The subject's pages must be made again; ``is_urgent``: without waiting for the hour."""
    done(CHANGED, [random_key(), subject, is_urgent])


def add_names(digest: str, named: Named, *, opened_on: date) -> None:
    for item in named.items:
        done(NEW_NAME, [random_key(), digest, item, item == named.below, opened_on])


def names_since(digest: str) -> date | None:
    """Return the day on which the item of this document opened, if it names any other."""
    days = models.Named.objects.filter(document=digest).values_list("opened_on", flat=True)
    return days.first()


def drop_names(digests: Collection[str]) -> None:
    """These documents name nothing any more. What they were shown below must be made again without them."""
    for some in batches(digests):
        statement = NO_NAMES.format(more=", %s" * (len(some) - 1))
        for item in sorted({item for item, is_below in asked(statement, some) if is_below}):
            touch(item)


def drop_draft(*, item: str, side: str) -> None:
    for (key,) in asked(NO_DRAFT, [item, side]):
        done(NO_STATES, [key])


def _in_order(signatures: Iterable[Signature]) -> tuple[Signature, ...]:
    return tuple(sorted(signatures, key=lambda each: (each.side, each.public_key)))


def touch_everything() -> None:
    """Every page is made again in the next edition."""
    subjects = models.Document.objects.filter(state=State.OPEN).values_list("subject", flat=True)
    models.Changed.objects.bulk_create(
        [models.Changed(subject=subject) for subject in subjects.distinct().order_by("subject")],
        batch_size=5_000,
    )

"""What is still to be done after an editor is detained, and what desks read until it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from visavis.base.missing import NotFound
from visavis.people import detained_editors, frozen_rows
from visavis.people import queries as people
from visavis.people.http import Account
from visavis.record import queries as record
from visavis.record.public import current_charter, recoveries_under_way
from visavis.sides import alarms
from visavis.signing.charter import Charter


class Renewal(StrEnum):
    """How far the renewal of a side's key is."""

    NOT_NEEDED = "not needed"
    NOT_BEGUN = "not begun"
    PROPOSED = "proposed"
    ANNOUNCED = "announced"
    DONE = "done"


@dataclass(frozen=True)
class Steps:
    """A frozen editor of the own desk, since when, and how far each step is.

    ``digest`` is that of the proposed charter; ``counts_on`` is the day of an announced recovery.
    """

    editor: Account
    since: date | None
    may_have_key: bool
    may_undo: bool
    has_new_passphrase: bool
    renewal: Renewal
    digest: str = ""
    counts_on: date | None = None


def steps(side: str, account_id: str, *, today: date) -> Steps:
    """Return what this desk has done and has to do; raise NotFound for one not frozen, or of another desk."""
    editor = people.editor_of(side, account_id=account_id)
    if editor is None or not editor.is_disabled:
        raise NotFound
    found = frozen_rows.read(editor)
    if found is None:
        return Steps(editor, None, False, False, False, Renewal.NOT_NEEDED)  # noqa: FBT003
    is_resealed = detained_editors.has_new_passphrase(found, side=side)
    renewal, digest, day = _renewal(side, found.key, today=today)
    if not found.may_have_key:
        renewal = Renewal.NOT_NEEDED
    return Steps(
        editor=editor,
        since=found.since,
        may_have_key=found.may_have_key,
        may_undo=detained_editors.why_not_undo(found, today=today) is None,
        has_new_passphrase=is_resealed or renewal is Renewal.DONE,
        renewal=renewal,
        digest=digest,
        counts_on=day,
    )


def doubted(charter: Charter | None) -> tuple[str, ...]:
    """Return the sides whose present key may have signed under force: one query."""
    named = _keys(charter)
    return tuple(side for side, key in alarms.doubted().items() if named.get(side) == key)


def _renewal(side: str, key: str, *, today: date) -> tuple[Renewal, str, date | None]:
    charter = current_charter(on=today)
    if charter is None:
        return Renewal.NOT_NEEDED, "", None
    if _keys(charter).get(side) != key:
        return Renewal.DONE, "", None
    for each in recoveries_under_way(on=today):
        if each.side == side and each.keys:
            return Renewal.ANNOUNCED, "", each.in_force_from(charter)
    proposed = record.proposed_charter()
    if proposed and _keys(Charter.from_document(proposed)).get(side) != key:
        return Renewal.PROPOSED, proposed.digest, None
    return Renewal.NOT_BEGUN, "", None


def _keys(charter: Charter | None) -> Mapping[str, str]:
    return {side.code: side.public_key.hex for side in charter.sides} if charter else {}

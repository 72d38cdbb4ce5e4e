"""Who may come in, who may be let go, and what a code from an authenticator is worth.

Pure decisions: values in, a decision out.

1. A code (RFC 6238: six digits, 30 seconds) counts in its own step and one step on either side, once.
2. An account belongs to one side. Its own desk alone adds, freezes and removes it; a desk's last
   editor who can sign in is neither frozen nor removed, or nobody could let anyone in again.
3. Whoever is signed in does not come in a second time with another code: one editor, one side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from visavis.signing.problems import is_hidden

LONGEST_LABEL = 40
STEP_SECONDS = 30
INVITATION_DAYS = 7
A_DAY = timedelta(days=1)
NEWS = timedelta(days=30)


class Role(StrEnum):
    EDITOR = "editor"


class PeopleRefusal(StrEnum):
    """Why somebody does not come in, or why an account is not changed."""

    CANNOT_SIGN_IN = "cannot sign in"
    BAD_CODE = "no such code"
    SIGNED_IN = "signed in already"
    WORDS_DIFFER = "not the words of the passphrase"
    WRONG_DIGITS = "not the digits the authenticator shows"
    LABEL_MISSING = "no name for the desk"
    LABEL_TAKEN = "another editor of the desk has this name"
    LAST_EDITOR = "the last editor who can sign in"
    NOT_OF_THIS_DESK = "not of this desk"
    TEXT_DIFFERS = "not the end of the recovery key"


@dataclass(frozen=True)
class DeskChange:
    """A desk that has grown or shrunk, by number."""

    side: str
    on: date
    before: int
    now: int


def steps_around(at: datetime) -> tuple[int, int, int]:
    """Return the time steps whose codes count at this moment: the one before, this one, the next."""
    step = int(at.timestamp()) // STEP_SECONDS
    return step - 1, step, step + 1


def why_not_let_go(
    *, own_side: str, side: str, can_sign_in: bool, n_who_can: int
) -> PeopleRefusal | None:
    """Return why a desk may not freeze or remove this editor, or None."""
    if own_side != side:
        return PeopleRefusal.NOT_OF_THIS_DESK
    if can_sign_in and n_who_can <= 1:
        return PeopleRefusal.LAST_EDITOR
    return None


def why_not_label(label: str, *, taken: bool) -> PeopleRefusal | None:
    """Return why a desk does not know an editor by this name, or None."""
    is_seen = label.isprintable() and not any(map(is_hidden, label))
    if not label or len(label) > LONGEST_LABEL or not is_seen:
        return PeopleRefusal.LABEL_MISSING
    return PeopleRefusal.LABEL_TAKEN if taken else None


def invitation_ends(today: date) -> date:
    return today + timedelta(days=INVITATION_DAYS)


def session_ends(today: date) -> date:
    """The last day on which a session counts. A day, not an hour: an hour would say who was here when."""
    return today + A_DAY


def desk_changes(sizes: Mapping[str, Mapping[date, int]], *, today: date) -> tuple[DeskChange, ...]:
    """Return each change of a desk's number within the last 30 days, the newest first."""
    since = today - NEWS
    changes = []
    for side, by_day in sizes.items():
        days = sorted(by_day)
        for earlier, later in pairwise(days):
            if by_day[earlier] != by_day[later] and later > since:
                changes.append(DeskChange(side, later, by_day[earlier], by_day[later]))
    return tuple(sorted(changes, key=lambda change: (change.on, change.side), reverse=True))

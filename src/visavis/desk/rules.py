"""What a desk may do at its own table: how long things wait, and how keys are turned.

1. A key is turned for the digest whose page was read: the address of the page is the digest.
2. One passphrase may turn the key for several documents, if each is named by its digest and ticked.
3. While a new charter with another key of this side waits, or a recovery of it, the side signs nothing
   else: what it signed with the old key meanwhile would not be carried over, and would go.
4. A charter that renews a key carries over every document that has the old one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from visavis.signing.charter import Charter, Opens, is_less
from visavis.signing.document import CHARTER, LARGEST_DOCUMENT, RECOVERY, Document
from visavis.signing.policy import why_not_stand_alone

MOST_AT_ONCE = 50
MOST_OPENED_AT_ONCE = 200
"""Contributions and cards together: a hundred of each."""
MOST_BYTES_AT_ONCE = LARGEST_DOCUMENT
"""All are signed in one act, or none: together they take no longer than the largest document alone."""


class DeskRefusal(StrEnum):
    """Why something is not done at this desk."""

    NO_KEY_GIVEN = "neither passphrase nor signature"
    BOTH_GIVEN = "passphrase and signature"
    NOT_A_SIGNATURE = "not a signature file"
    OTHER_WORDS = "a signature under other words"
    NOTHING_TICKED = "nothing ticked"
    NOT_LISTED = "no longer waits for this key"
    TOO_MANY_AT_ONCE = "too much to sign at once"
    TOO_MANY_TO_OPEN = "too many contributions at once"
    NOTHING_TICKED_TO_REFUSE = "nothing ticked to refuse"
    TOO_MANY_TO_REFUSE = "too many to refuse at once"
    NO_REASON = "no reason chosen"
    OTHER_CHARTER = "another charter"
    NO_CHARTER = "no charter in force"
    KEY_BEING_RENEWED = "the key is being renewed"
    WORDS_DIFFER = "not the words of the passphrase"
    SIGNS_DIFFER = "not the last signs of the recovery key"
    NOT_RECOVERY_KEY = "not this side's recovery key"
    NOTHING_UNDER_WAY = "no recovery under way"
    NOT_BEGUN = "no new key was made"
    NOT_A_KEY = "not a public key"
    NOTHING_TO_LIST = "the charter lists every kind"
    HANDED_IN = "handed in by its author"
    NOTHING_TICKED_TO_CLOSE = "nothing ticked to close"
    TOO_MANY_TO_CLOSE = "too many to close at once"
    NOT_OWN_TEXTS = "not this side's own texts"
    FEWER_KEYS = "a kind that opens with fewer keys than it must"


@dataclass(frozen=True)
class Wait:
    """How long an answer has been waited for. ``day`` counts from 1 on the day it was asked for.

    ``days`` and ``silence_from`` are None where silence never counts, however long it lasts. ``asked_on``
    is None while ``n_before`` older ones keep it from counting: then ``day`` counts from the proposal.
    """

    proposed_on: date
    asked_on: date | None
    day: int
    days: int | None
    silence_from: date | None
    n_before: int = 0

    @property
    def is_over(self) -> bool:
        return self.asked_on is not None and self.days is not None and self.day > self.days


def why_not_list_kinds(unlisted: Collection[str]) -> DeskRefusal | None:
    """Return why no charter is proposed that lists more kinds, or None."""
    return None if unlisted else DeskRefusal.NOTHING_TO_LIST


def why_not_policy(
    policy: Mapping[str, Opens], *, least: Mapping[str, Opens]
) -> DeskRefusal | None:
    """Return why no desk proposes or signs a charter with these rules, or None.

    ``least`` is what each kind of this program asks for itself. The verifier holds a lower floor, since
    it knows no kinds.
    """
    is_weaker = any(
        is_less(opens, than=least[word]) for word, opens in policy.items() if word in least
    )
    return DeskRefusal.FEWER_KEYS if is_weaker else None


def wait(
    proposed_on: date, *, asked_on: date | None, days: int | None, today: date, n_before: int = 0
) -> Wait:
    """Return what the waiting time says. Silence counts from the day after the last of ``days``.

    Where it never counts, the others were asked on the day of the proposal.
    """
    began = proposed_on if days is None else asked_on
    return Wait(
        proposed_on=proposed_on,
        asked_on=began,
        day=(today - (began or proposed_on)).days + 1,
        days=days,
        silence_from=None if days is None or began is None else began + timedelta(days=days),
        n_before=n_before,
    )


def days_of_silence(
    document: Document, *, proposed_by: str, missing: Collection[str], charter: Charter | None
) -> int | None:
    """Return after how many days an unanswered proposal may stand alone, or None if it never may."""
    if charter is None or not document.standing.is_joint or not set(missing) - {proposed_by}:
        return None
    if why_not_stand_alone(document, charter=charter) is not None:
        return None
    return charter.waiting.days_for(document.kind)


def why_not_sign_several(*, ticked: Collection[str], listed: Collection[str]) -> DeskRefusal | None:
    """Return why these cannot be signed with one passphrase, or None."""
    if not ticked:
        return DeskRefusal.NOTHING_TICKED
    return None if set(ticked) <= set(listed) else DeskRefusal.NOT_LISTED


def why_not_take_back(*, has_closer: bool) -> DeskRefusal | None:
    """Return why a desk does not take this proposal of its side's back, or None: its author has the key."""
    return DeskRefusal.HANDED_IN if has_closer else None


def why_not_open_contributions(ticked: Collection[str]) -> DeskRefusal | None:
    """Return why none of these opens, or None: then each is asked for itself."""
    if not ticked:
        return DeskRefusal.NOTHING_TICKED
    return DeskRefusal.TOO_MANY_TO_OPEN if len(ticked) > MOST_OPENED_AT_ONCE else None


def why_not_refuse_several(
    *, ticked: Collection[str], is_reason_listed: bool
) -> DeskRefusal | None:
    """Return why none of these is refused, or None: then each is asked for itself."""
    if not ticked:
        return DeskRefusal.NOTHING_TICKED_TO_REFUSE
    if len(set(ticked)) > MOST_AT_ONCE:
        return DeskRefusal.TOO_MANY_TO_REFUSE
    return None if is_reason_listed else DeskRefusal.NO_REASON


def why_not_take_down_several(*, ticked: Collection[str]) -> DeskRefusal | None:
    """Return why none of these is closed, or None: then each is asked for itself."""
    if not ticked:
        return DeskRefusal.NOTHING_TICKED_TO_CLOSE
    return DeskRefusal.TOO_MANY_TO_CLOSE if len(set(ticked)) > MOST_AT_ONCE else None


def why_not_sign_at_once(*, n: int, n_bytes: int) -> DeskRefusal | None:
    """Return why these are too many for one passphrase, or too long, or None: one act signs them all."""
    is_too_much = n > MOST_AT_ONCE or (n > 1 and n_bytes > MOST_BYTES_AT_ONCE)
    return DeskRefusal.TOO_MANY_AT_ONCE if is_too_much else None


def why_not_sign_meanwhile(
    document: Document | None,
    *,
    side: str,
    charter: Charter | None,
    proposed: Charter | None,
    recovering: Collection[str] = (),
) -> DeskRefusal | None:
    """Return why this side signs nothing now but what renews its key, or None.

    ``document`` is None where several are to be signed: no charter and no recovery is among them.
    ``recovering`` are the sides whose recovery is under way.
    """
    if charter is None or (document is not None and document.kind in {CHARTER, RECOVERY}):
        return None
    if side in recovering:
        return DeskRefusal.KEY_BEING_RENEWED
    if proposed is None:
        return None
    before, after = charter.side(side), proposed.side(side)
    if before is None or after is None:
        return None
    # A charter with a key that was recovered since can open no more: it blocks nobody.
    if after.public_key in {before.public_key, *before.former_keys}:
        return None
    return DeskRefusal.KEY_BEING_RENEWED

"""How even a discussion is: for desks alone, and on no page of readers.

Numbers invite a contest, and a side that is counted in public writes to be counted. So they help a desk to
see whom its side has not answered, and nobody else sees them.

Counted are the newest open contributions of all discussions together, `MOST_COUNTED` of them, each read once
by a process. So a page takes no longer as a discussion grows.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from visavis.kinds.acts import Begun
from visavis.kinds.bodies import BadBodyError
from visavis.record import queries as record
from visavis.signing.canonical import Digest
from visavis.signing.document import Document

from . import bodies, rules
from .bodies import DiscussionBody
from .rules import CONTRIBUTION

MOST_COUNTED = 1_000
"""2 µs each, and 0.2 ms for one that this process has not read yet."""
UNANSWERED_DAYS = 3
MOST_UNANSWERED = 10


@dataclass(frozen=True)
class Parity:
    """One discussion as its desks see it. ``words`` and ``contributions`` are counted by side.

    ``unanswered`` began a thread more than three days ago, and nobody of our side is in it; the oldest first.
    ``may_begin`` are the sides that may begin a thread today; None where sides take no turns.
    ``is_all``: no contribution was left out for its age.
    """

    words: Mapping[str, int]
    contributions: Mapping[str, int]
    unanswered: tuple[Document, ...]
    n_unanswered: int
    may_begin: tuple[str, ...] | None
    is_all: bool


class Counted(NamedTuple):
    """What is counted of an open contribution; ``thread`` is empty where it begins one."""

    item: str
    discussion: str
    side: str
    day: date
    thread: str
    n_words: int


_read: dict[Digest, Counted | None] = {}
"""Of the open contributions that are counted now, in this process: no words. What is closed is forgotten."""


def parity_of(
    discussions: Mapping[str, DiscussionBody], *, side: str, sides: Sequence[str], today: date
) -> dict[str, Parity]:
    """Return how even each of these open discussions is, seen from one desk. At most four queries."""
    in_turns = [item for item, body in discussions.items() if body.takes_turns]
    begun = record.begun_in(in_turns, kind=CONTRIBUTION, since=rules.turn_since(today))
    by_item: dict[str, list[Counted]] = {each: [] for each in discussions}
    counted = _counted()
    for each in counted:
        if each.discussion in by_item:
            by_item[each.discussion].append(each)
    unanswered = {item: _unanswered(said, side=side, today=today) for item, said in by_item.items()}
    named = [each.item for some in unanswered.values() for each in some[:MOST_UNANSWERED]]
    there = record.open_versions(named)
    return {
        item: Parity(
            words=_sums(said, sides, lambda each: each.n_words),
            contributions=_sums(said, sides, lambda _: 1),
            unanswered=tuple(there[each.item] for each in unanswered[item] if each.item in there),
            n_unanswered=len(unanswered[item]),
            may_begin=_may_begin(begun.get(item, ()), sides, today=today)
            if discussions[item].takes_turns
            else None,
            is_all=len(counted) < MOST_COUNTED,
        )
        for item, said in by_item.items()
    }


def _counted() -> list[Counted]:
    digests = record.newest_open(CONTRIBUTION, most=MOST_COUNTED)
    new = record.open_among([each for each in digests if each not in _read])
    known = _read | {each.digest: _count(each) for each in new}
    now = {each: known.get(each) for each in digests}
    _read.clear()
    _read.update(now)
    return [each for each in now.values() if each is not None]


def _count(document: Document) -> Counted | None:
    try:
        body = bodies.CONTRIBUTION.of(document)
    except BadBodyError:
        return None
    return Counted(
        item=document.id,
        discussion=document.made_from[0].id,
        side=document.side or "",
        day=document.day,
        thread=body.thread or "",
        n_words=rules.n_words(body),
    )


def _sums(
    said: Iterable[Counted], sides: Sequence[str], count: Callable[[Counted], int]
) -> Mapping[str, int]:
    sums = Counter(dict.fromkeys(sides, 0))
    for each in said:
        sums[each.side] += count(each)
    return sums


def _unanswered(said: Sequence[Counted], *, side: str, today: date) -> list[Counted]:
    answered = {each.thread for each in said if each.side == side}
    before = today - timedelta(days=UNANSWERED_DAYS)
    found = [
        each
        for each in said
        if not each.thread and each.side != side and each.day < before and each.item not in answered
    ]
    return sorted(found, key=lambda each: (each.day, each.item))


def _may_begin(begun: Sequence[Begun], sides: Sequence[str], *, today: date) -> tuple[str, ...]:
    return tuple(
        each for each in sides if rules.why_not_begin(begun, side=each, today=today) is None
    )

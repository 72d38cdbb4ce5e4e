"""How even a discussion is: for desks alone, and on no page of readers.

Numbers invite a contest, and a side that is counted in public writes to be counted. So they help a desk to
see whom its side has not answered, and nobody else sees them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from visavis.kinds.acts import Begun
from visavis.kinds.bodies import BadBodyError
from visavis.record import queries as record
from visavis.signing.document import Document

from . import bodies, rules
from .bodies import ContributionBody, DiscussionBody
from .rules import CONTRIBUTION

MOST_COUNTED = 2_000
"""Open contributions, the newest, of all discussions that a page shows. 0.1 ms each."""
UNANSWERED_DAYS = 3
MOST_UNANSWERED = 10


@dataclass(frozen=True)
class Parity:
    """One discussion as its desks see it. ``words`` and ``contributions`` are counted by side.

    ``unanswered`` began a thread more than three days ago, and nobody of our side is in it; the oldest first.
    ``may_begin`` are the sides that may begin a thread today; None where sides take no turns.
    """

    item: str
    words: Mapping[str, int]
    contributions: Mapping[str, int]
    unanswered: tuple[Document, ...]
    n_unanswered: int
    may_begin: tuple[str, ...] | None


def parity_of(
    discussions: Mapping[str, DiscussionBody], *, side: str, sides: Sequence[str], today: date
) -> dict[str, Parity]:
    """Return how even each of these open discussions is, seen from one desk. Two queries."""
    found = record.open_made_from(list(discussions), kind=CONTRIBUTION, most=MOST_COUNTED)
    in_turns = [item for item, body in discussions.items() if body.takes_turns]
    begun = record.begun_in(in_turns, kind=CONTRIBUTION, since=rules.turn_since(today))
    by_item: dict[str, list[tuple[Document, ContributionBody]]] = {each: [] for each in discussions}
    for document in found:
        try:
            body = bodies.CONTRIBUTION.of(document)
        except BadBodyError:
            continue
        by_item[document.made_from[0].id].append((document, body))
    return {
        item: _of_one(
            item,
            by_item[item],
            begun.get(item, ()) if discussions[item].takes_turns else None,
            side=side,
            sides=sides,
            today=today,
        )
        for item in discussions
    }


def _of_one(
    item: str,
    said: Iterable[tuple[Document, ContributionBody]],
    begun: Sequence[Begun] | None,
    *,
    side: str,
    sides: Sequence[str],
    today: date,
) -> Parity:
    said = list(said)
    words, n = Counter(dict.fromkeys(sides, 0)), Counter(dict.fromkeys(sides, 0))
    for document, body in said:
        words[document.side or ""] += rules.n_words(body)
        n[document.side or ""] += 1
    answered = {body.thread for document, body in said if document.side == side}
    before = today - timedelta(days=UNANSWERED_DAYS)
    unanswered = [
        document
        for document, body in said
        if body.thread is None
        and document.side != side
        and document.day < before
        and document.id not in answered
    ]
    unanswered.sort(key=lambda each: (each.day, each.id))
    return Parity(
        item=item,
        words=words,
        contributions=n,
        unanswered=tuple(unanswered[:MOST_UNANSWERED]),
        n_unanswered=len(unanswered),
        may_begin=None
        if begun is None
        else tuple(
            each for each in sides if rules.why_not_begin(begun, side=each, today=today) is None
        ),
    )

"""Where a participant may write, and what still counts today: how often, and whose turn it is."""

from dataclasses import dataclass
from datetime import date

from visavis.cards.rules import Role
from visavis.people import day_marks
from visavis.people.http import Participant
from visavis.record import queries as record

from . import queries, rules
from .bodies import DiscussionBody
from .rules import CONTRIBUTION
from .writing import contributed_to


@dataclass(frozen=True)
class Place:
    """A discussion that takes contributions of this person. ``left`` is how many more it takes today.

    ``turn_on`` is the day from which the side may begin a thread again; None where it may today.
    """

    id: str
    body: DiscussionBody
    left: int
    is_our_turn: bool
    turn_on: date | None


def places(participant: Participant, *, today: date) -> list[Place]:
    """Return the open discussions in which this role may write today, newest first. Three queries."""
    role = Role(participant.role)
    found = {
        document.id: body
        for document, body in queries.open_discussions()
        if rules.why_not_contribute(body, role=role, on=today) is None
    }
    done = day_marks.n_today_of_each(
        participant.purse,
        {contributed_to(item): body.per_day for item, body in found.items()},
        today=today,
    )
    in_turns = [item for item, body in found.items() if body.takes_turns]
    begun = record.begun_in(in_turns, kind=CONTRIBUTION, since=rules.turn_since(today))
    shown = []
    for item, body in found.items():
        threads = begun.get(item, ())
        waits = rules.why_not_begin(threads, side=participant.side_id, today=today)
        shown.append(
            Place(
                id=item,
                body=body,
                left=body.per_day - done[contributed_to(item)],
                is_our_turn=waits is None,
                turn_on=rules.turn_is_free_on(threads, side=participant.side_id) if waits else None,
            )
        )
    return shown

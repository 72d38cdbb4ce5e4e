"""What is new for somebody since they ticked it off: replies to them, and contributions to their discussions.

What was ticked off lies in their own sealed notes. No row says who reads what, and the notes say no day on
which they were written: they go at the end of the next year. Time is passed in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from visavis.cards.bodies import CARD as CARD_SHAPES
from visavis.cards.bodies import CardBody
from visavis.cards.rules import CARD
from visavis.kinds.bodies import BadBodyError
from visavis.people import own_boxes
from visavis.people.http import Participant
from visavis.record import public as open_record
from visavis.record import queries as record
from visavis.record.queries import NewlyOpen
from visavis.safety.transactions import one_act_about_persons
from visavis.signing.document import Document

from . import bodies, notes, queries
from .bodies import ContributionBody
from .notes import Notes, Opened
from .rules import CONTRIBUTION, DISCUSSION

NOTES = "notes"
SHOWN = 20
MOST_LISTED = 100
"""Open discussions that are looked at."""


@dataclass(frozen=True)
class New:
    """An open contribution that was not ticked off. ``card`` is None where it is not open."""

    document: Document
    body: ContributionBody
    card: CardBody | None
    is_to_you: bool

    @property
    def discussion(self) -> str:
        return self.document.made_from[0].id


@dataclass(frozen=True)
class News:
    """What is new: ``shown`` are the replies to the reader first, then the newest day.

    ``more`` has the number of further contributions for each discussion. ``lines`` are what a form sends
    back to tick all of it off.
    """

    shown: tuple[New, ...]
    more: Mapping[str, int]
    lines: tuple[str, ...]


def news_for(participant: Participant) -> News:
    """Return what is new for this person. Six queries, and those of the list of changes, however much.

    What waits for the next edition is not shown yet, and is not ticked off by what is.
    """
    own = record.open_by(participant.card, kind=CONTRIBUTION)
    kept = notes_of(participant)
    since = _since(own, kept)
    opened = (
        record.opened_in(list(since), kind=CONTRIBUTION, since=min(since.values())) if since else []
    )
    opened = [each for each in opened if participant.card not in each.names]
    waiting = open_record.changed().subjects if opened else frozenset[str]()
    own_items = {each.item for each in own}
    new: list[NewlyOpen] = []
    lines = []
    for source, first_day in since.items():
        mark = kept.of(source)
        here = [each for each in opened if each.source == source and each.day >= first_day]
        there = [each for each in here if each.item not in waiting]
        unseen = [each for each in there if not mark.has(_opened(each))]
        if unseen:
            new += unseen
            later = (_opened(each) for each in here if each.item in waiting)
            lines.append(notes.line_of(source, notes.mark_of(map(_opened, there), unseen=later)))
    new.sort(key=lambda each: (own_items.isdisjoint(each.names), -each.day.toordinal(), each.item))
    shown = _read(new[:SHOWN], frozenset(own_items))
    more: dict[str, int] = {}
    for each in new[SHOWN:]:
        more[each.source] = more.get(each.source, 0) + 1
    return News(shown, more, tuple(lines))


def tick_off(participant: Participant, lines: Iterable[str], *, today: date) -> None:
    """What these lines of a page say is ticked off, and nothing that has opened since that page was made."""
    marks, there = notes.marks_in(lines), _discussions()
    with one_act_about_persons():
        kept = notes_of(participant)
        for discussion in marks.keys() & there:
            kept = kept.with_(discussion, kept.of(discussion).with_(marks[discussion]))
        _keep(participant, kept, today=today)


def choose(participant: Participant, discussion: str, *, is_wanted: bool, today: date) -> None:
    """From now on what is new in this discussion is shown to this person, or is not.

    Raises NotFound for a discussion that is not open.
    """
    queries.open_discussion(discussion)
    opened = record.opened_in([discussion], kind=CONTRIBUTION, since=date.min)
    with one_act_about_persons():
        kept = notes_of(participant)
        there = kept.of(discussion)
        if is_wanted and not there.wanted:
            there = there.with_(notes.mark_of(map(_opened, opened)))
        mark = notes.Mark(there.day, there.since, is_wanted)
        _keep(participant, kept.with_(discussion, mark), today=today)


def chosen(participant: Participant) -> frozenset[str]:
    """Return the open discussions whose news this person is shown. Three queries."""
    own = record.open_by(participant.card, kind=CONTRIBUTION)
    return frozenset(_since(own, notes_of(participant)))


def notes_of(participant: Participant) -> Notes:
    found = own_boxes.read(participant.purse, [NOTES]).get(NOTES)
    return Notes.from_bytes(found) if found else Notes()


def _keep(participant: Participant, kept: Notes, *, today: date) -> None:
    # The last day of the next year: with the day of writing in it, the row would say when somebody was here.
    own_boxes.keep(participant.purse, NOTES, kept.as_bytes(), ends_on=date(today.year + 1, 12, 31))


def _since(own: Iterable[NewlyOpen], kept: Notes) -> dict[str, date]:
    """Return from which day on something can be new in each discussion that is chosen, or written in."""
    first: dict[str, date] = {}
    for each in own:
        first[each.source] = min(each.day, first.get(each.source, each.day))
    marks = {each: kept.of(each) for each in sorted(_discussions())}
    return {
        each: max(mark.day, first.get(each, mark.day)) if mark.day == date.min else mark.day
        for each, mark in marks.items()
        if mark.wanted or (mark.wanted is None and each in first)
    }


def _discussions() -> frozenset[str]:
    return frozenset(open_record.open_digests(DISCUSSION, most=MOST_LISTED))


def _opened(each: NewlyOpen) -> Opened:
    return Opened(each.item, each.day)


def _read(some: Iterable[NewlyOpen], own: frozenset[str]) -> tuple[New, ...]:
    """Return these with their words and cards, as far as they can be read. Two queries."""
    items = [each.item for each in some]
    documents = record.open_versions(items)
    words = {item: body for item, each in documents.items() if (body := _body(each))}
    cards = record.open_versions({body.card for body in words.values()})
    return tuple(
        New(
            documents[item],
            words[item],
            _card(cards.get(words[item].card), documents[item]),
            is_to_you=words[item].answers in own,
        )
        for item in items
        if item in words
    )


def _body(document: Document) -> ContributionBody | None:
    try:
        return bodies.CONTRIBUTION.of(document)
    except BadBodyError:
        return None


def _card(card: Document | None, contribution: Document) -> CardBody | None:
    if card is None or (card.kind, card.side) != (CARD, contribution.side):
        return None
    try:
        return CARD_SHAPES.of(card)
    except BadBodyError:
        return None

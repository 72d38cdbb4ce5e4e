"""What is known of cards: one's own, those that readers see, and what a desk does not ask for."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from visavis.kinds.bodies import BadBodyError
from visavis.kinds.installed import installed
from visavis.people import detaining
from visavis.people.http import Participant
from visavis.record import public as open_record
from visavis.record import queries as record
from visavis.record.batches import batches
from visavis.record.rules import State
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter
from visavis.signing.document import Document

from . import bodies
from .bodies import CardBody
from .models import LeftOut
from .rules import CARD, CueList, Profile, looks_of

MOST_COUNTED = 2_000
"""So many open cards are read. Names on others are compared with none, and counts leave them out."""


class CardState(StrEnum):
    """Where a participant's own card is."""

    NOT_THERE = "not there"
    WAITING = "waiting"
    OPEN = "open"
    GONE = "gone"
    """Closed for good. An account has one card: another one is another invitation."""


SHOWN = {
    State.OPEN: CardState.OPEN,
    State.PROPOSED: CardState.WAITING,
    State.CLOSED: CardState.GONE,
    State.REFUSED: CardState.NOT_THERE,
}
"""What a card's state is by the states of its versions: the first of these that occurs decides."""


@dataclass(frozen=True)
class OwnCard:
    """A participant's card. ``document`` is None where there is none to read.

    For a card that is `NOT_THERE` it is the version that the desk refused last, while that is kept.
    """

    state: CardState
    document: Document | None = None
    body: CardBody | None = None

    @property
    def is_there(self) -> bool:
        return self.state in {CardState.WAITING, CardState.OPEN}


def own_card(participant: Participant) -> OwnCard:
    """Return where this participant's card is. One query; its words open for their author alone."""
    by_state = dict(reversed(record.versions_of(participant.card)))
    state = _first_of(by_state)
    return _own(SHOWN[state], by_state[state]) if state else OwnCard(CardState.NOT_THERE)


def state_of_own_card(participant: Participant) -> CardState:
    """Return the same without its words. One query, and nothing is opened."""
    state = _first_of(record.states_of(participant.card))
    return SHOWN[state] if state else CardState.NOT_THERE


def _first_of(states: Collection[State]) -> State | None:
    return next((state for state in SHOWN if state in states), None)


def _own(state: CardState, document: Document | None) -> OwnCard:
    try:
        body = bodies.CARD.of(document) if document else None
    except BadBodyError:
        body = None
    return OwnCard(state, document, body)


def is_withheld(document: Document) -> bool:
    """Return whether this document, or the card of its own side that it names, is of somebody locked out.

    Only an editor of that desk who reads learns it; for anybody else it is no. 0.3 ms for a card.
    """
    items = {document.id} if document.kind == CARD else installed().named_in(document).items
    return any(detaining.since(item, side=document.side or "") for item in items)


class OpenCard(NamedTuple):
    """A card that readers may see, as it was read."""

    item: str
    side: str
    body: CardBody
    looks: frozenset[str]


@dataclass(frozen=True)
class Shown:
    """What readers have been shown of cards: the looks of the names in use, and what cards say."""

    taken: frozenset[str]
    profiles: tuple[Profile, ...]


def shown(charter: Charter, *, but_for: str = "") -> Shown:
    """Return what is said by the open cards in the last edition, each judged from its bytes.

    What has changed since is left out: a count never tells what is to come. ``but_for`` is the asker's own
    card. 0.7 ms for a card that this process has not read yet, 60 µs for any other.
    """
    cards = [each for each in _open_cards(charter) if each.item != but_for]
    changed = open_record.changed().subjects
    return Shown(
        taken=frozenset(look for each in cards for look in each.looks),
        profiles=tuple(each.body.profile(each.side) for each in cards if each.item not in changed),
    )


def names_in_use(charter: Charter, *, but_for: str = "") -> frozenset[str]:
    """Return the looks of the names of all open cards, whether an edition shows them already or not.

    One query, and 0.7 ms for a card that this process has not read yet: read them before an act begins.
    """
    cards = (each for each in _open_cards(charter) if each.item != but_for)
    return frozenset(look for each in cards for look in each.looks)


_read: dict[Digest, Mapping[Digest, OpenCard | None]] = {}
"""Open cards that this process has judged, under the digest of one charter: what is public, and no more."""


def _open_cards(charter: Charter) -> Iterator[OpenCard]:
    """Yield the open cards, each judged from its bytes once for a process and a charter."""
    there = open_record.open_digests(CARD, most=MOST_COUNTED)
    before = _read.get(charter.digest, {})
    now = {digest: before.get(digest) for digest in there.values()}
    for some in batches(item for item, digest in there.items() if digest not in before):
        for documents in open_record.open_together(some, charter=charter).values():
            now |= {each.document.digest: _open_card(each.document) for each in documents[:1]}
    _read.clear()  # what is closed is forgotten here too
    _read[charter.digest] = now
    yield from (each for each in now.values() if each is not None)


def _open_card(document: Document) -> OpenCard | None:
    try:
        body = bodies.CARD.of(document)
        return OpenCard(document.id, document.side or "", body, looks_of(body.pen_name.values()))
    except BadBodyError:
        return None


def open_of(side: str, charter: Charter) -> list[OpenCard]:
    """Return the open cards of this side, in no particular order. For what it costs see `shown`."""
    return [each for each in _open_cards(charter) if each.side == side]


def left_out(side: str) -> frozenset[CueList]:
    """Return the lists of cues that this side's desk does not ask for."""
    rows = LeftOut.objects.filter(side=side).values_list("list", flat=True)
    return frozenset(CueList(each) for each in rows)

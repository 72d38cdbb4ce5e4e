"""A participant's own words: drafts, what waits, what is open, what their desk did not open.

Nothing lists them. Drafts lie under names that only their author makes, what waits opens for its author
alone, and what is open names their card. Only an open document's ``closer`` says that it is theirs: who
writes rows can name any card, but does not have its author's key.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import blake2s

from visavis.base.missing import NotFound
from visavis.kinds.bodies import BadBodyError
from visavis.people import own_boxes
from visavis.people.http import Participant
from visavis.people.purse import Closers
from visavis.record import queries as record
from visavis.record.queries import Authored
from visavis.record.rules import State
from visavis.signing.document import Document

from . import bodies
from .bodies import ContributionBody
from .rules import CONTRIBUTION

ON_PAGE = 20


@dataclass(frozen=True)
class OwnDraft:
    """What somebody is writing. ``of`` is their own item that it shall replace, or empty."""

    discussion: str
    answers: str | None
    of: str
    original: str
    text: str
    slot: int = -1

    @property
    def seen(self) -> str:
        """The digest by which a page says which state of the draft it shows."""
        return blake2s(self.as_bytes(), digest_size=16).hexdigest()

    def as_bytes(self) -> bytes:
        value = [self.discussion, self.answers, self.of, self.original, self.text]
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(
            errors="surrogatepass"
        )

    @classmethod
    def from_bytes(cls, content: bytes, *, slot: int) -> "OwnDraft | None":
        try:
            discussion, answers, of, original, text = json.loads(content)
        except (ValueError, TypeError):
            return None
        return cls(discussion, answers, of, original, text, slot)


@dataclass(frozen=True)
class OwnText:
    """One version of a contribution of this person's."""

    state: State
    document: Document
    body: ContributionBody
    ends_on: date | None = None

    @property
    def id(self) -> str:
        return self.document.id

    @property
    def discussion(self) -> str:
        return self.document.made_from[0].id


@dataclass(frozen=True)
class OwnVersions:
    """All that there is of one contribution of this person's: at most one that waits, at most one open."""

    waiting: OwnText | None
    open: OwnText | None
    never_open: tuple[OwnText, ...]
    """What waits, and what was not opened."""

    @property
    def newest(self) -> OwnText | None:
        return self.waiting or self.open


def drafts(participant: Participant) -> list[OwnDraft]:
    """Return this person's drafts, in the order of their places. One query."""
    found = own_boxes.read(participant.purse, own_boxes.DRAFTS)
    return [
        draft
        for slot, name in enumerate(own_boxes.DRAFTS)
        if name in found and (draft := OwnDraft.from_bytes(found[name], slot=slot))
    ]


def is_first_in(participant: Participant, discussion: str) -> bool:
    """Return whether this person has nothing in the discussion yet, no draft either."""
    texts = (*never_open(participant), *opened(participant, page=1)[0])
    places = {each.discussion for each in drafts(participant)} | {e.discussion for e in texts}
    return discussion not in places


def by_state(texts: Iterable[OwnText]) -> dict[str, list[OwnText]]:
    """Return what was never open under three names: ``waiting``, ``refused`` and ``closed``."""
    names = {State.PROPOSED: "waiting", State.REFUSED: "refused", State.CLOSED: "closed"}
    found: dict[str, list[OwnText]] = {name: [] for name in names.values()}
    for each in texts:
        found[names[each.state]].append(each)
    return found


def draft(participant: Participant, slot: int) -> OwnDraft | None:
    """Return what lies in this place, or None."""
    if not 0 <= slot < len(own_boxes.DRAFTS):
        return None
    name = own_boxes.DRAFTS[slot]
    found = own_boxes.read(participant.purse, [name]).get(name)
    return OwnDraft.from_bytes(found, slot=slot) if found else None


def draft_for(participant: Participant, slot: int) -> OwnDraft:
    """Return the same, or raise NotFound."""
    found = draft(participant, slot)
    if found is None:
        raise NotFound
    return found


def draft_of(participant: Participant, item: str) -> OwnDraft | None:
    """Return the draft that is to replace this contribution, or None."""
    return next((each for each in drafts(participant) if each.of == item), None)


def never_open(participant: Participant) -> list[OwnText]:
    """Return what waits, what was refused, and what was closed with its discussion before it opened.

    Three queries. Ask it in this person's request: there nobody else's words open.
    """
    return _own(
        participant.purse.closers, record.never_open(participant.side_id, kind=CONTRIBUTION)
    )


def n_waiting(participant: Participant) -> tuple[int, int]:
    """Return how many contributions of the side wait, and how many of these are this person's. One query.

    Corrections are among them.
    """
    purse = participant.purse
    return record.n_waiting(
        participant.side_id,
        kind=CONTRIBUTION,
        is_own=lambda item, closer: closer == purse.closer_of(item).public.hex,
    )


def opened(participant: Participant, *, page: int) -> tuple[list[OwnText], bool]:
    """Return one page of this person's open contributions, newest day first, and whether there are more."""
    return _opened(participant.purse.closers, page=page)


def every_open(participant: Participant) -> Iterable[OwnText]:
    """Return all open contributions of this person's."""
    return every_open_of(participant.purse.closers)


def every_open_of(closers: Closers) -> Iterable[OwnText]:
    """Return all open contributions of this author's: what goes when they leave."""
    page, has_more = 1, True
    found: list[OwnText] = []
    while has_more:
        some, has_more = _opened(closers, page=page)
        found += some
        page += 1
    return found


def versions_for(participant: Participant, item: str) -> OwnVersions:
    """Return what there is of this person's contribution, or raise NotFound: also if it is another's."""
    found = versions_of(participant, item)
    if found is None:
        raise NotFound
    return found


def versions_of(participant: Participant, item: str) -> OwnVersions | None:
    """Return the same, or None."""
    states = [
        Authored(state, document)
        for state, document in record.versions_of(item)
        if document is not None and document.kind == CONTRIBUTION
    ]
    own = _own(participant.purse.closers, states)
    by_state = {each.state: each for each in reversed(own)}
    if not own:
        return None
    return OwnVersions(
        waiting=by_state.get(State.PROPOSED),
        open=by_state.get(State.OPEN),
        never_open=tuple(each for each in own if each.state is not State.OPEN),
    )


def _opened(closers: Closers, *, page: int) -> tuple[list[OwnText], bool]:
    found, has_more = record.naming(closers.card, kind=CONTRIBUTION, page=page, size=ON_PAGE)
    return _own(closers, found), has_more


def _own(closers: Closers, found: Iterable[Authored]) -> list[OwnText]:
    own = []
    for state, document, ends_on in found:
        if not closers.is_of(document.id, document.closer):
            continue
        try:
            own.append(OwnText(state, document, bodies.CONTRIBUTION.of(document), ends_on))
        except BadBodyError:  # of a newer shape: a newer version reads it
            continue
    return own

"""What a desk sees of discussions. Missing and hidden are the same 404."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from visavis.base.missing import NotFound
from visavis.kinds.bodies import BadBodyError
from visavis.record import queries as record
from visavis.record.queries import Draft, Version
from visavis.record.rules import State
from visavis.signing.document import Document

from . import bodies
from .bodies import DiscussionBody
from .rules import CONTRIBUTION, DISCUSSION, QUESTION

OpenDiscussion: TypeAlias = tuple[Document, DiscussionBody]
MOST_LISTED = 100


@dataclass(frozen=True)
class DeskDiscussion:
    """A discussion that is open or under review. ``change`` is the digest of its proposed next version."""

    document: Document
    body: DiscussionBody
    is_open: bool
    change: str = ""

    @property
    def id(self) -> str:
        return self.document.id


def discussions_for_desks(*, most: int = MOST_LISTED) -> list[DeskDiscussion]:
    """Return the discussions that are open or under review, newest first: every desk sees the same."""
    return _read(record.asked_of(DISCUSSION, most=most))


def discussion_for_desks(item: str) -> DeskDiscussion:
    """Return one that is open or under review, or raise NotFound."""
    found = _read(record.asked_of(DISCUSSION, item=item))
    if not found:
        raise NotFound
    return found[0]


def open_discussion(item: str) -> OpenDiscussion:
    """Return a discussion that is open, or raise NotFound."""
    document = record.open_version(item)
    if document is None or document.kind != DISCUSSION:
        raise NotFound
    return document, bodies.DISCUSSION.of(document)


def open_discussions() -> list[tuple[Document, DiscussionBody]]:
    """Return the newest discussions that are open and can be read."""
    found, _has_more = record.open_page(kinds=[DISCUSSION], page=1, size=MOST_LISTED)
    return [(document, body) for document in found if (body := _body(document)) is not None]


def titles_of(items: Collection[str], *, language: str) -> dict[str, tuple[str, str]]:
    """Return language and title of each of these discussions that is open. One query."""
    found = {}
    for item, document in record.open_versions(items).items():
        body = _body(document) if document.kind == DISCUSSION else None
        if body is not None:
            code = language if language in body.versions else next(iter(body.versions))
            found[item] = (code, body.versions[code].title)
    return found


def open_contribution(item: str) -> Document | None:
    """Return a contribution that is open, or None."""
    document = record.open_version(item)
    return document if document and document.kind == CONTRIBUTION else None


def open_questions() -> list[Document]:
    """Return the newest open questions: to one of them a discussion may belong."""
    found, _has_more = record.open_page(kinds=[QUESTION], page=1, size=MOST_LISTED)
    return found


def drafts(side: str) -> list[Draft]:
    """Return this side's drafts of discussions, oldest first."""
    return record.drafts_of(side, kinds=[DISCUSSION])


def draft_for(side: str, item: str) -> Draft:
    draft = record.draft_for(side, item)
    if draft.kind != DISCUSSION:
        raise NotFound
    return draft


def refused(side: str, digest: str) -> Document:
    """Return this desk's own discussion that was refused, or raise NotFound."""
    return _own(side, digest, state=State.REFUSED)


def proposed(side: str, digest: str) -> Document:
    """Return this desk's own discussion that waits for keys, or raise NotFound."""
    return _own(side, digest, state=State.PROPOSED)


def _own(side: str, digest: str, *, state: State) -> Document:
    found = record.proposal_for(side, digest)
    is_own = found.state is state and found.proposed_by == side
    if found.document.kind != DISCUSSION or not is_own:
        raise NotFound
    return found.document


def _body(document: Document) -> DiscussionBody | None:
    try:
        return bodies.DISCUSSION.of(document)
    except BadBodyError:
        return None


def _read(found: Iterable[list[Version]]) -> list[DeskDiscussion]:
    discussions = []
    for versions in found:
        by_state = {each.state: each.document for each in versions}
        opened, waiting = by_state.get(State.OPEN), by_state.get(State.PROPOSED)
        document = opened or by_state[State.PROPOSED]
        try:
            body = bodies.DISCUSSION.of(document)
        except BadBodyError:  # of a newer shape: the desk's lists of documents name it
            continue
        discussions.append(
            DeskDiscussion(
                document=document,
                body=body,
                is_open=opened is not None,
                change=waiting.digest if opened and waiting else "",
            )
        )
    return discussions

"""What an act reads before it decides: a document's row, the charter, the versions of an item."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from visavis.base.refusal import Refused
from visavis.pages import addresses
from visavis.safety.transactions import empty_the_log_in_the_end
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter, Signature
from visavis.signing.document import CHARTER, RECOVERY, Document

from . import chain, models, rules, statements, stored
from .rules import RecordRefusal, State
from .sealed import is_shut

OF_THE_CHAIN = (CHARTER, RECOVERY)
"""The kinds that are judged with the charter before them, and never taken down."""
LIVE = (State.OPEN, State.PROPOSED, State.CLOSED)


@dataclass(frozen=True)
class Versions:
    """What there is of a document's item, and of what the document is made from."""

    opened: tuple[Digest, int] | None
    """Digest and version of the item's open document."""
    last: int
    """The highest version that was ever open, 0 for none."""
    is_proposed: bool
    is_next: bool
    open_sources: Mapping[str, Digest]
    """Of each item that the document is made from and that is open: its open document."""
    made_from_open: bool
    has_address_of_another: bool
    """Another item's id begins with the digits that make this one's address."""


def row_of(digest: str) -> models.Document:
    row, _ = row_and_signatures(digest)
    return row


def row_and_signatures(digest: str) -> tuple[models.Document, tuple[Signature, ...]]:
    found = statements.document(digest)
    if found is None:
        raise Refused(RecordRefusal.NOT_PROPOSED)
    return found


def document_of(row: models.Document) -> Document:
    if not row.data:
        is_closed = row.state == State.CLOSED
        raise Refused(RecordRefusal.CLOSED_FOR_GOOD if is_closed else RecordRefusal.NOT_PROPOSED)
    document = stored.document_of(row)
    if document is None:  # another reader's is not here
        raise Refused(RecordRefusal.NOT_PROPOSED)
    return document


def charter_before(document: Document, *, today: date) -> Charter | None:
    """Return the charter in force; only what is itself a charter can do without."""
    return chain.current_charter(on=today) if document.kind == CHARTER else charter_on(today)


def charter_on(today: date) -> Charter:
    charter = chain.current_charter(on=today)
    if charter is None:
        raise Refused(RecordRefusal.NO_CHARTER)
    return charter


def become(row: models.Document, state: State, *, words: bytes | None = None) -> None:
    """The row is in another state. With ``words`` these bytes take the place of what lay in it."""
    if not rules.may_become(State(row.state), state):
        raise Refused(RecordRefusal.NOT_PROPOSED)
    row.state = state
    if words is None:
        statements.change_state(row.digest, state)
    else:
        row.data = words
        statements.change_state_and_data(row.digest, state, words)


def may_open_again(row: models.Document) -> bool:
    """Whether a closed row opens: it was public, nothing closes it now, and no version is in its place."""
    if row.closings.exists() or not row.data or is_shut(row):
        return False
    others = models.Document.objects.filter(item=row.item, state=State.OPEN)
    return not others.exclude(digest=row.digest).exists()


def wipe(digests: Collection[Digest | str]) -> None:
    """Body, salt and signatures of these are gone from the tables; what is left says nothing of the words."""
    models.Document.objects.filter(digest__in=digests).update(data=b"")
    models.Signature.objects.filter(document__in=digests).delete()
    models.MadeFrom.objects.filter(document__in=digests).delete()
    statements.drop_names(digests)
    empty_the_log_in_the_end()


def versions_of(document: Document) -> Versions:
    """Return what there is; the same bytes a second time are proposed already.

    After a closing there is no next version: what is closed counts among those that were open.
    """
    sources = {source.id for source in document.made_from}
    short = addresses.short(document.id)
    found = statements.versions(
        {document.id, *sources}, digest=document.digest, between=(short, f"{short}g")
    )
    own = [each for each in found if each.item == document.id]
    opened = next(((Digest(e.digest), e.version) for e in own if e.state == State.OPEN), None)
    open_sources = {
        each.item: Digest(each.digest)
        for each in found
        if each.item in sources and each.state == State.OPEN
    }
    shown = {State.OPEN, State.CLOSED, State.SUPERSEDED}
    return Versions(
        opened=opened,
        last=max((each.version for each in own if each.state in shown), default=0),
        is_proposed=any(each.digest == document.digest for each in found)
        or any(each.state == State.PROPOSED for each in own),
        is_next=document.replaces == (opened[0] if opened else None),
        open_sources=open_sources,
        made_from_open=sources == set(open_sources),
        has_address_of_another=any(
            each.item != document.id and each.item.startswith(short) for each in found
        ),
    )

"""What may be closed, what goes with it, and the notes of what is closed for good."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from visavis.base.missing import NotFound
from visavis.record import chain, closing_files, closings, models
from visavis.record.closings import FinalClosing
from visavis.record.models import Document
from visavis.record.owners import closes_for_good, is_destroyed_along, said_owners
from visavis.record.rules import State, is_own_first
from visavis.record.stored import document_of
from visavis.record.whose import whose
from visavis.signing.canonical import parse
from visavis.signing.document import OWN_SHAPES
from visavis.signing.document import Document as Signed

from .proposals import is_kept, is_own


class ToClose(NamedTuple):
    """A document that a side may close, or in whose closing it may join, and who has closed it."""

    document: Signed
    is_joining: bool
    closed_by: tuple[str, ...]
    is_of_version: bool = False
    """These bytes alone: what has taken their place stays open."""


class Follower(NamedTuple):
    """What was made from an item, and whether a final closing of it destroys this too, or only closes it."""

    kind: str
    side: str
    is_destroyed: bool


def closable_for(side: str, digest: str) -> ToClose:
    """Return an open document, one that another side alone has closed, or what is this side's to destroy.

    What was closed for good along with something else keeps its bytes until its own desk closes it too.
    Raises NotFound for everything else.
    """
    shown = [State.OPEN, State.CLOSED, State.SUPERSEDED]
    rows = Document.objects.filter(digest=digest, state__in=shown)
    row = rows.exclude(kind__in=list(OWN_SHAPES)).first()
    document = document_of(row) if row else None
    if row is None or document is None:
        raise NotFound
    if row.state == State.SUPERSEDED:
        if not _is_first_of(row, side):
            raise NotFound
        return ToClose(document, is_joining=False, closed_by=(), is_of_version=True)
    if row.state == State.OPEN:
        return ToClose(document, is_joining=False, closed_by=())
    notes = models.Closing.objects.filter(document_id=digest, with_item="")
    closed_by = tuple(sorted(notes.values_list("side", flat=True)))
    if side not in closed_by and closed_by:
        return ToClose(document, is_joining=True, closed_by=closed_by)
    is_theirs = is_kept(row, row.closings.all()) and is_own(row, side)
    if not closed_by and (is_theirs or closes_for_good(document, closed_by={side})):
        return ToClose(document, is_joining=False, closed_by=())
    raise NotFound


def _is_first_of(row: Document, side: str) -> bool:
    state = State(row.state)
    return is_own_first(state=state, is_sealed=row.is_sealed, owner=row.side, side=side)


def first_words_of(side: str, item: str) -> str | None:
    """Return the digest of the words in which this side's answer was released, if others replaced them."""
    rows = Document.objects.filter(item=item, state=State.SUPERSEDED).exclude(data=b"")
    found = (row.digest for row in rows.order_by("version") if _is_first_of(row, side))
    return next(found, None)


def goes_with(item: str, *, closed_by: Collection[str] = ()) -> list[Follower]:
    """Return everything that is shown and was made, through all steps, from this.

    Of each item once: that a next version waits, of a sealed answer for one, is not said here. ``closed_by``
    are the sides that would close it for good together.
    """
    found: dict[str, Follower] = {}
    asked, waiting = set(), {item}
    while waiting:
        asked |= waiting
        rows = Document.objects.filter(
            digest__in=models.MadeFrom.objects.filter(item__in=waiting).values("document_id"),
            state__in=[State.OPEN, State.PROPOSED],
        ).exclude(kind__in=list(OWN_SHAPES))
        made = list(rows)
        found |= {row.item: _follower(row, closed_by=closed_by) for row in made}
        waiting = {row.item for row in made} - asked
    return sorted(found.values())


def _follower(row: Document, *, closed_by: Collection[str]) -> Follower:
    found = whose(row)
    is_destroyed = found is not None and is_destroyed_along(
        found, gone=(), closed_by=closed_by, by_author=False
    )
    return Follower(row.kind, row.side, is_destroyed)


def closing_notes(*, on: date) -> bytes:
    """Return every final closing that this site knows of, as one file to be kept elsewhere.

    Empty before there is a charter. A note that lies about bytes which are here is left out.
    """
    links = chain.charter_chain(on=on)
    if not links:
        return b""
    charters = chain.charters_that_closed(on=on)
    found = [
        each
        for digest in closings.noted()
        for each in closings.closing_that_names(digest, charters=charters)
        if not _is_untrue(each)
    ]
    known = {charter.digest for charter in charters}
    later = [each for each in closing_files.kept_charters() if each.digest in known]
    once = {each.digest: each for each in (*(link.signed for link in links), *later)}
    return closing_files.written(links[0].document.id, charters=once.values(), closings=found)


def n_closed_for_good() -> int:
    """Return of how many closings the notes lie here: what a file of them will hold."""
    return sum(
        any(parse(note.note).get("digest") == digest for note in closings.notes_of(digest))
        for digest in closings.noted()
    )


def _is_untrue(closing: FinalClosing) -> bool:
    row = Document.objects.filter(digest=closing.digest).exclude(data=b"").first()
    found = whose(row) if row else None
    return found is not None and not closing.is_of(
        found.item, found.digest, owners=said_owners(found)
    )

"""What may be closed, what goes with it, and the notes of what is closed for good."""

from datetime import date
from typing import NamedTuple

from visavis.base.missing import NotFound
from visavis.record import chain, closing_files, closings, models, stored
from visavis.record.closings import FinalClosing
from visavis.record.models import Document
from visavis.record.owners import said_owners
from visavis.record.rules import State
from visavis.signing.canonical import parse
from visavis.signing.document import OWN_SHAPES
from visavis.signing.document import Document as Signed

from .rows import document_of


class ToClose(NamedTuple):
    """A document that a side may close, or in whose closing it may join, and who has closed it."""

    document: Signed
    is_joining: bool
    closed_by: tuple[str, ...]


def closable_for(side: str, digest: str) -> ToClose:
    """Return an open document, or one that another side alone has closed; or raise NotFound."""
    rows = Document.objects.filter(digest=digest, state__in=[State.OPEN, State.CLOSED])
    row = rows.exclude(kind__in=list(OWN_SHAPES)).first()
    document = document_of(row) if row else None
    if row is None or document is None:
        raise NotFound
    if row.state == State.OPEN:
        return ToClose(document, is_joining=False, closed_by=())
    notes = models.Closing.objects.filter(document_id=digest, with_item="")
    closed_by = tuple(sorted(notes.values_list("side", flat=True)))
    if side in closed_by or not closed_by:
        raise NotFound
    return ToClose(document, is_joining=True, closed_by=closed_by)


def goes_with(item: str) -> list[tuple[str, str]]:
    """Return kind and side of everything that is shown and was made, through all steps, from this.

    Of each item once: that a next version waits, of a sealed answer for one, is not told here.
    """
    found: dict[str, tuple[str, str]] = {}
    asked, waiting = set(), {item}
    while waiting:
        asked |= waiting
        rows = Document.objects.filter(
            digest__in=models.MadeFrom.objects.filter(item__in=waiting).values("document_id"),
            state__in=[State.OPEN, State.PROPOSED],
        ).exclude(kind__in=list(OWN_SHAPES))
        made = list(rows.values_list("item", "kind", "side"))
        found |= {each: (kind, side) for each, kind, side in made}
        waiting = {each for each, _kind, _side in made} - asked
    return sorted(found.values())


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
    found = stored.read(row) if row else None
    return found is not None and not closing.is_of(
        found.document, owners=said_owners(found.document)
    )

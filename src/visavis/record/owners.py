"""Whose words a document gives: its own side's and, of a translation, also those of what it translates.

A translation opens with its translator's key, but the words are somebody else's. So their owner may put
its key under it afterwards, and may close it for good. A kind tells which item's words it gives.

An author who belongs to no desk has a key of the document's own, its ``closer``, which closes it for good.
"""

from collections.abc import Collection, Iterator
from datetime import date

from visavis.kinds.installed import installed
from visavis.signing.charter import Charter, Opens
from visavis.signing.document import Document

from . import closings, models, rules
from .rules import State
from .whose import Whose, whose

SHOWN = (State.OPEN, State.CLOSED, State.SUPERSEDED)


def owner_of(found: Whose) -> str | None:
    """Return the side that alone may close this for good, or None where it is not one side's alone.

    What is shown alone in place of a joint version is not: with it the joint words would go. Nor is
    what was never open itself, where joint words of the same item are.
    """
    owner = found.owner
    if owner is None:
        return None
    return owner if {each for each, _ in _shown(found.item)} <= {owner} else None


def closes_for_good(document: Document | Whose, *, closed_by: Collection[str]) -> bool:
    """Return whether these together close it for good: sides' codes, or the key of the words' author."""
    found = _whose(document)
    owners = {owner_of(found), _owner_of_source(found), closer_of(found)}
    return any(rules.is_closing_final(owner=owner, closed_by=closed_by) for owner in owners)


def closer_of(found: Whose) -> str | None:
    """Return the author's key that closes this for good, or None.

    With it every version goes. So every one that is or was open must name this key, or the key of a
    later one, or of one that nobody signed, would destroy words that others have signed.
    """
    if found.closer is None:
        return None
    closers = {each for _, each in _shown(found.item)}
    return found.closer if closers <= {found.closer} else None


def is_destroyed_along(
    found: Whose, *, gone: Collection[str], closed_by: Collection[str], by_author: bool
) -> bool:
    """Return whether this document is destroyed along with what it was made from, or only closed with it.

    ``gone`` are the items that are destroyed already, ``closed_by`` sides, or the author's key.
    """
    kind = installed().called(found.kind)
    return rules.is_destroyed_along(
        owner=owner_of(found),
        is_computed=kind is not None and kind.opens is Opens.RELEASE_KEY,
        gives_authors_words=by_author and found.words_of in gone,
        closed_by=closed_by,
    )


def said_owners(document: Document | Whose) -> frozenset[str | None]:
    """Return whose words a true closing note may say these are: sides, nobody's alone, an author's key."""
    found = _whose(document)
    author = {found.closer} if found.closer else set()
    return frozenset({found.owner, _owner_of_source(found) or found.owner, *author})


def closing_note(document: Document, *, side: str, today: date) -> bytes:
    """Return the bytes that this side signs to close the document, as an owner if it is one.

    Of what a later version has replaced these bytes alone are closed.
    """
    owner = side if side in said_owners(document) else rules.owner_of(document)
    replaced = models.Document.objects.filter(digest=document.digest, state=State.SUPERSEDED)
    return closings.closing_note(
        document, side=side, today=today, owner=owner, is_of_version=replaced.exists()
    )


def authors_note(document: Document, *, today: date) -> bytes:
    """Return the bytes that the author's own key signs to close the document."""
    return closings.authors_note(
        site=document.site,
        item=document.id,
        digest=document.digest,
        closer=document.closer,
        today=today,
    )


def sides_of_words(document: Document, *, charter: Charter) -> frozenset[str]:
    """Return the sides whose keys together put this in their name, beside its own side's.

    Of joint words that are no side's, every side; of what gives nobody else's words, none.
    """
    source = _source(Whose.of(document), states=(State.OPEN,))
    if source is None:
        return frozenset()
    return frozenset({source.owner} if source.owner else charter.side_codes)


def _shown(item: str) -> Iterator[tuple[str | None, str | None]]:
    """Yield owner and closer of every version of an item that is or was open, but for what nobody can read.

    The bytes say it where they are; of a version that was replaced, the columns.
    """
    for row in models.Document.objects.filter(item=item, state__in=SHOWN):
        if not row.data and row.state == State.SUPERSEDED:
            yield row.owner or None, row.closer or None
        found = whose(row)
        if found is not None:
            yield found.owner, found.closer


def _owner_of_source(found: Whose) -> str | None:
    source = _source(found, states=SHOWN)
    return owner_of(source) if source else None


def _source(found: Whose, *, states: tuple[State, ...]) -> Whose | None:
    """Return the newest version, among those in these states, of the item whose words this gives."""
    if found.words_of is None:
        return None
    rows = models.Document.objects.filter(item=found.words_of, state__in=states).exclude(data=b"")
    row = rows.order_by("-version").first()
    return whose(row) if row else None


def _whose(document: Document | Whose) -> Whose:
    return document if isinstance(document, Whose) else Whose.of(document)

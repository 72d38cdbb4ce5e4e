"""Closed for good: every version is destroyed, here and in older copies.

With it goes what was made from it by those who close. Others' words made from it are closed with it; their
bytes stay, for their own desk alone.
"""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q

from visavis.kinds.installed import installed
from visavis.safety.transactions import act, empty_the_log
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter
from visavis.signing.document import OWN_SHAPES

from . import chain, closings, models, queries, statements, stored
from .batches import batches
from .closings import FinalClosing, Note, SignedNote
from .held import hold_no_more
from .hiding import keep
from .models import Closing, Draft
from .owners import is_destroyed_along, said_owners
from .rows import LIVE, OF_THE_CHAIN, become, wipe
from .rules import State
from .sealed import is_private
from .whose import whose

AT_ONCE = 25
"""Closings in one act: some hundredths of a second each, where all of an old backup is gone through."""


def close_for_good(item: str, *, notes: Sequence[SignedNote], keeper: bytes | None = None) -> None:
    """Every version of the item is closed by these notes and destroyed, with what was made from it.

    Others' words that were made from it are closed with it, and their bytes stay with their desk. What an
    author takes back of what is private to one desk is withdrawn: closed, the others would see it.
    By an author's note every row leaves a box: with the words for ``keeper``, or with nothing.
    """
    made = all_made_from(item)
    destroyed = _destroyed_along(item, made, said=_said(notes))
    rows = models.Document.objects.filter(item=item).exclude(data=b"")
    if (said := _said(notes)) and said[0].closer:
        keep([*rows, *made], keeper=keeper, today=said[0].day)
    live = {row.digest: row for row in (*rows.order_by("-version"), *made) if row.state in LIVE}
    for row in live.values():
        is_own = row.item == item
        is_unseen = is_own and row.state == State.PROPOSED and is_private(row)
        row.state = State.WITHDRAWN if is_unseen else State.CLOSED
        row.save(update_fields=["state"])
        _note(row, notes, with_item="" if is_own else item)
    gone = [each for each in made if each.digest in destroyed]
    kept = [each.digest for each in made if each.digest in live and each.digest not in destroyed]
    _keep_closed(kept, notes)
    _destroy(item, gone, notes=notes)


def close_version(row: models.Document, *, notes: Sequence[SignedNote]) -> None:
    """These bytes alone are closed by these notes and destroyed: what has taken their place stays open.

    An older backup may not know of what did; then they are not shown, and nothing is in their place.
    """
    closings.keep_every({row.digest: notes})
    if row.state == State.OPEN:
        become(row, State.CLOSED)
        _note(row, notes, with_item="")
    elif row.state == State.PROPOSED:
        become(row, State.WITHDRAWN if is_private(row) else State.CLOSED)
    wipe([row.digest])
    statements.touch(row.subject)
    transaction.on_commit(empty_the_log)


def _said(notes: Sequence[SignedNote]) -> list[Note]:
    return [said for each in notes if (said := Note.from_bytes(each.note))]


def _note(row: models.Document, notes: Sequence[SignedNote], *, with_item: str) -> None:
    """The side that closed the row, or what it was made from, is kept beside it for good."""
    for note in notes:
        said = Note.from_bytes(note.note)
        Closing.objects.update_or_create(
            document=row,
            side=(said.side if said else None) or "",
            with_item=with_item,
            defaults={
                "reopens_at": None,
                "note": b"" if with_item else note.note,
                "public_key": "" if with_item else note.public_key,
                "signature": "" if with_item else note.signature,
            },
        )
    statements.touch(row.subject)


def _destroyed_along(
    item: str, made: Sequence[models.Document], *, said: Sequence[Note]
) -> frozenset[str]:
    """Return the digests of what belongs to those who close, each after what it was made from."""
    gone, found, closed_by = {item}, set[str](), {each.by for each in said}
    for row in made:
        words = whose(row)
        by_author = any(each.closer for each in said)
        if row.item in gone:
            is_theirs = True
        elif words is None:
            is_theirs = row.side in closed_by
        else:
            is_theirs = is_destroyed_along(
                words, gone=gone, closed_by=closed_by, by_author=by_author
            )
        if is_theirs:
            gone.add(row.item)
            found.add(row.digest)
    return frozenset(found)


def _keep_closed(digests: Sequence[str], notes: Sequence[SignedNote]) -> None:
    """What is closed and keeps its bytes can never be open again: no row and no older backup says else."""
    closings.keep_every(dict.fromkeys(digests, notes))
    models.Signature.objects.filter(document__in=digests).delete()
    hold_no_more(digests)


def _destroy(item: str, made: Sequence[models.Document], *, notes: Sequence[SignedNote]) -> None:
    """Body, salt and signatures of every version are gone; a note of it lies beside the database."""
    items = {item, *(each.item for each in made if each.state in LIVE)}
    doomed = models.Document.objects.filter(
        Q(item__in=items) | Q(digest__in=[each.digest for each in made])
    ).exclude(data=b"")
    digests = list(doomed.values_list("digest", flat=True))
    # Versions that were replaced have no bytes here; an older backup may have them, and shall lose them too.
    replaced = models.Document.objects.filter(item__in=items, data=b"", state=State.SUPERSEDED)
    noted = (*digests, *replaced.values_list("digest", flat=True))
    closings.keep_every(dict.fromkeys(noted, notes))
    for proposal in doomed.filter(state=State.PROPOSED).defer("data"):
        become(proposal, State.CLOSED)
    wipe(digests)
    Draft.objects.filter(_bears_words_of(items, digests)).delete()
    transaction.on_commit(empty_the_log)


def _bears_words_of(items: Collection[str], digests: Collection[str]) -> Q:
    """Ask for every draft, of any desk, that was begun from these: a change, a translation."""
    begun_from = Q(of__in=items, has_words_of=True)
    return Q(item__in=items) | Q(base_digest__in=digests) | begun_from


def all_made_from(item: str) -> list[models.Document]:
    """Return every document, through all steps, that was made from this item and still has words.

    What was withdrawn, refused or superseded is among them: it has the same words.
    """
    found: dict[str, models.Document] = {}
    waiting, seen = [item], {item}
    while waiting:
        made = models.Document.objects.filter(made_from__item__in=waiting).exclude(data=b"")
        waiting = []
        for row in made.exclude(kind__in=OF_THE_CHAIN).defer("data").order_by("digest"):
            found[row.digest] = row
            if row.state in LIVE and row.item not in seen:
                seen.add(row.item)
                waiting.append(row.item)
    return list(found.values())


def destroy_again(today: date) -> None:
    """Whatever a final closing names is gone, also when an older database has been put back.

    Not one act but many short ones: a desk that closes something now waits for none of them.
    """
    back = list[str]()
    for some in batches(closings.noted()):
        there = models.Document.objects.filter(digest__in=some).exclude(data=b"")
        back += there.values_list("digest", flat=True)
    charters = chain.charters_that_closed(on=today) if back else ()
    for some in batches(sorted(back), size=AT_ONCE):
        _destroy_some(some, charters=charters)


@act
def _destroy_some(digests: Sequence[str], *, charters: Collection[Charter]) -> None:
    doomed = []
    there = models.Document.objects.filter(digest__in=digests).exclude(data=b"")
    for row in there.order_by("digest"):
        named = closings.closing_that_names(row.digest, charters=charters)
        true = [each for each in named if _is_of(row, each)]
        true.sort(key=lambda each: each.is_of_version)  # the whole item goes before one version
        for final in true[:1]:
            _take_down_again(final)
        if true:
            continue
        for final in closings.closings_that_took(row.digest, charters=charters):
            if _destroyed_along(final.item, [row], said=_said(final.notes)):
                doomed.append(row.digest)
                models.Document.objects.filter(digest=row.digest).update(state=State.CLOSED)
                Draft.objects.filter(_bears_words_of({row.item}, [row.digest])).delete()
                statements.touch(row.subject)
            elif row.state in {State.OPEN, State.PROPOSED}:
                become(row, State.CLOSED)
                _note(row, final.notes, with_item=final.item)
                _keep_closed([row.digest], final.notes)
    wipe(doomed)


def take_down_every(finals: Sequence[FinalClosing]) -> list[bool]:
    """What these notes name is gone, and all made from it; returns for each whether anything was here.

    Many short acts: one that was broken off is ended by `destroy_again`, for the notes are written down.
    """
    return [is_done for some in batches(finals, size=AT_ONCE) for is_done in _take_down_some(some)]


@act
def _take_down_some(finals: Sequence[FinalClosing]) -> list[bool]:
    return [may_be_closed(final) and _take_down_again(final) for final in finals]


def may_be_closed(final: FinalClosing) -> bool:
    """Whether what this names may be closed at all and, where its bytes are here, is what it says."""
    about = models.Document.objects.filter(Q(digest=final.digest) | Q(item=final.item))
    if about.filter(kind__in=[*OWN_SHAPES, *installed().holding]).exists():
        return False
    there = about.filter(digest=final.digest).exclude(data=b"").first()
    if there is None or whose(there) is None:
        return True
    return _is_of(there, final) and _is_final(there, final)


def items_here(items: Collection[str]) -> frozenset[str]:
    """Return those of these items that still have words here."""
    there = set[str]()
    for some in batches(sorted(set(items))):
        rows = models.Document.objects.filter(item__in=some).exclude(data=b"")
        there.update(rows.values_list("item", flat=True))
    return frozenset(there)


def is_beyond_judging(final: FinalClosing) -> bool:
    """Whether this is an author's note about what is closed for good here already: see `closings`."""
    gone = models.Document.objects.filter(digest=final.digest, data=b"")
    return final.is_authors and closings.is_noted(final.digest) and gone.exists()


def _is_of(row: models.Document, final: FinalClosing) -> bool:
    found = whose(row)
    return (
        found is not None
        and final.is_of(found.item, found.digest, owners=said_owners(found))
        and _is_by_keys_that_count(row, final)
    )


def _is_final(row: models.Document, final: FinalClosing) -> bool:
    found = whose(row)
    return (
        found is not None
        and queries.closes_for_good(found, closed_by=final.closed_by)
        and _is_by_keys_that_count(row, final)
    )


def _is_by_keys_that_count(row: models.Document, final: FinalClosing) -> bool:
    signatures = stored.signatures_of(row)
    charter = chain.current_charter()
    return final.is_by_keys_that_count(Digest(row.digest), signatures, charter=charter)


def _take_down_again(final: FinalClosing) -> bool:
    """What these notes name is gone, and all made from it; return whether anything of it was here.

    Where the very bytes are not here, an older version tells whose words they are, not the note.
    """
    rows = models.Document.objects.filter(item=final.item).exclude(data=b"").order_by("-version")
    shown = rows.filter(state__in=[State.OPEN, State.CLOSED, State.SUPERSEDED])
    named = rows.filter(digest=final.digest).first() or shown.first()
    if named is None or not _is_final(named, final):
        return False
    if final.is_of_version:
        if named.digest == final.digest:
            close_version(named, notes=final.notes)
        return named.digest == final.digest
    close_for_good(final.item, notes=final.notes)
    return True

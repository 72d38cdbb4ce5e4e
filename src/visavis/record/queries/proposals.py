"""What is before the desks, and all that one of them sees at one glance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from visavis.base.missing import NotFound
from visavis.kinds.installed import installed
from visavis.record import chain, models, statements
from visavis.record.models import Document
from visavis.record.rules import REFUSED_FOR, RefusalReason, State, owner_of
from visavis.record.stored import document_of
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter, Signature
from visavis.signing.document import CHARTER, OWN_SHAPES, RECOVERY
from visavis.signing.document import Document as Signed
from visavis.signing.policy import sides_missing, why_not_open

NEWEST_OPEN = 20
MOST_REFUSED = 20


@dataclass(frozen=True)
class Proposal:
    """A document before the desks, as a desk sees it."""

    document: Signed
    state: State
    proposed_by: str
    proposed_on: date
    turned: frozenset[str]
    missing: frozenset[str]
    is_sealed: bool
    lost: frozenset[str] = frozenset()
    """The sides whose key is asked for again: they signed with one that was recovered since."""

    @property
    def digest(self) -> Digest:
        return self.document.digest


@dataclass(frozen=True)
class RefusedProposal:
    """What this side proposed and another refused, with side and reason of each refusal."""

    document: Signed
    reasons: tuple[tuple[str, RefusalReason], ...]
    until: date
    """The day on which its words go from here."""


@dataclass(frozen=True, kw_only=True)
class ClosedItem:
    """An item that is out of public view. ``document`` is None once it is closed for good.

    ``closed_by`` are sides; nobody where its author alone has closed it.
    """

    digest: str
    kind: str
    document: Signed | None
    closed_by: tuple[str, ...]
    reopens_at: datetime | None
    follows: bool
    may_join: bool
    is_kept: bool = False
    """It went for good with what it was made from, and its words stay with their own desk alone."""


@dataclass(frozen=True, kw_only=True)
class Glance:
    """All that a desk sees at one glance: proposals from the oldest, the rest from the newest day."""

    proposed: tuple[Proposal, ...]
    opened: tuple[Signed, ...]
    refused: tuple[RefusedProposal, ...]
    closed: tuple[ClosedItem, ...]


def glance_for(side: str, *, charter: Charter | None) -> Glance:
    """Return all that this desk sees at one glance: one question to each table, however much there is.

    Of another side's answer that is not open nothing is asked at all.
    """
    newest = (
        Document.objects.filter(state=State.OPEN)
        .exclude(kind__in=list(OWN_SHAPES))
        .order_by("-proposed_on", "digest")
        .values("digest")[:NEWEST_OPEN]
    )
    rows = list(
        _visible(side).filter(
            Q(state__in=[State.PROPOSED, State.CLOSED])
            | Q(state=State.REFUSED, proposed_by=side)
            | Q(digest__in=newest)
        )
    )
    opened = (document_of(row) for row in rows if row.state == State.OPEN)
    return Glance(
        proposed=_proposals(rows, charter=charter),
        opened=tuple(document for document in opened if document is not None),
        refused=_refused(rows),
        closed=_closed(rows, side=side),
    )


def proposals_for(side: str, *, charter: Charter | None) -> tuple[Proposal, ...]:
    """Return every proposal before the desks that this one may read, oldest first."""
    return _proposals(list(_visible(side).filter(state=State.PROPOSED)), charter=charter)


def proposal_for(side: str, digest: str, *, charter: Charter | None = None) -> Proposal:
    """Return a document that this desk may read before or after it opened, or raise NotFound.

    ``charter`` saves reading the one in force again.
    """
    row, signatures = statements.document(digest) or (None, ())
    if row is None or not row.data or not _may_read(row, side):
        raise NotFound
    document = Signed.from_bytes(bytes(row.data))
    return _proposal(row, document, signatures, charter=charter or chain.current_charter())


def own_proposal(side: str, item: str) -> str | None:
    """Return the digest of what this side has proposed of an item and nobody has decided, or None."""
    rows = Document.objects.filter(item=item, proposed_by=side, state=State.PROPOSED)
    return rows.values_list("digest", flat=True).first()


def signatures_of(digest: str) -> tuple[Signature, ...]:
    """Return the signatures that are stored for a document, unchecked."""
    return statements.signatures_of(digest)


def refusals_of(digest: str) -> tuple[tuple[str, RefusalReason], ...]:
    """Return side and reason of each refusal of a document."""
    rows = models.Refusal.objects.filter(document_id=digest).order_by("side")
    return tuple((row.side, RefusalReason(row.reason)) for row in rows)


def _visible(side: str) -> QuerySet[Document]:
    """Every document but what is private to another desk until it opens: of this nothing is asked."""
    private = Q(kind__in=installed().private) | Q(is_sealed=True)
    hidden = private & ~Q(state=State.OPEN) & ~Q(side=side)
    seen = Document.objects.exclude(hidden & ~Q(state=State.CLOSED))
    return seen.order_by("-proposed_on", "digest")


def _may_read(row: Document, side: str) -> bool:
    if row.state == State.CLOSED:
        return is_kept(row, row.closings.all()) and is_own(row, side)
    if (row.is_sealed or row.kind in installed().private) and row.state != State.OPEN:
        return row.side == side
    if row.state in {State.WITHDRAWN, State.REFUSED}:
        return row.proposed_by == side
    return True


def is_kept(row: Document, closings: Iterable[models.Closing]) -> bool:
    """Return whether this went for good with what it was made from, and keeps its bytes for its own desk."""
    found = list(closings)
    is_final = all(each.with_item and not each.reopens_at for each in found)
    return bool(row.data and found) and is_final


def is_own(row: Document, side: str) -> bool:
    """Return whether these words are this side's, or joint: what its desk may keep."""
    document = document_of(row)
    return document is not None and owner_of(document) in {side, None}


def _proposals(rows: Sequence[Document], *, charter: Charter | None) -> tuple[Proposal, ...]:
    """Return what is proposed among these rows, oldest first, without what cannot be read."""
    proposed = [row for row in rows if row.state == State.PROPOSED]
    signatures: dict[str, list[Signature]] = {row.digest: [] for row in proposed}
    for each in models.Signature.objects.filter(document__in=list(signatures)):
        signed = Signature(each.side, each.public_key, each.signature)
        signatures[each.document_id].append(signed)
    return tuple(
        _proposal(row, document, signatures[row.digest], charter=charter)
        for row in sorted(proposed, key=lambda row: (row.proposed_on, row.digest))
        if (document := document_of(row)) is not None
    )


def _proposal(
    row: Document, document: Signed, signatures: Sequence[Signature], *, charter: Charter | None
) -> Proposal:
    if document.kind == CHARTER:
        missing = chain.sides_missing_on_charter(document, signatures, before=charter)
        turned = {each.side for each in signatures}
    elif document.kind == RECOVERY:
        missing = chain.sides_missing_on_recovery(document, signatures)
        turned = {each.side for each in signatures}
    elif charter is None:
        missing, turned = frozenset(), {each.side for each in signatures}
    else:
        missing = sides_missing(document, signatures, charter=charter)
        turned = {each.side for each in signatures} - missing
    is_sealed = (
        document.seal is not None
        and charter is not None
        and row.state == State.PROPOSED
        and why_not_open(document, signatures, charter=charter) is None
    )
    return Proposal(
        document=document,
        state=State(row.state),
        proposed_by=row.proposed_by,
        proposed_on=row.proposed_on,
        turned=frozenset(turned),
        missing=frozenset() if row.state != State.PROPOSED else missing,
        is_sealed=is_sealed,
        lost=_lost(signatures, missing, charter=charter),
    )


def _lost(
    signatures: Sequence[Signature], missing: frozenset[str], *, charter: Charter | None
) -> frozenset[str]:
    former = {key.hex for side in (charter.sides if charter else ()) for key in side.former_keys}
    return frozenset(each.side for each in signatures if each.public_key in former) & missing


def _refused(rows: Iterable[Document]) -> tuple[RefusedProposal, ...]:
    refused = [row for row in rows if row.state == State.REFUSED][:MOST_REFUSED]
    reasons: dict[str, list[tuple[str, RefusalReason]]] = {row.digest: [] for row in refused}
    for no in models.Refusal.objects.filter(document__in=list(reasons)).order_by("side"):
        reasons[no.document_id].append((no.side, RefusalReason(no.reason)))
    return tuple(
        RefusedProposal(
            document, tuple(reasons[row.digest]), (row.ended_on or row.proposed_on) + REFUSED_FOR
        )
        for row in refused
        if (document := document_of(row)) is not None
    )


def _closed(rows: Iterable[Document], *, side: str) -> tuple[ClosedItem, ...]:
    closed = [row for row in rows if row.state == State.CLOSED]
    notes: dict[str, list[models.Closing]] = {row.digest: [] for row in closed}
    for note in models.Closing.objects.filter(document__in=list(notes)):
        notes[note.document_id].append(note)
    found = []
    for row in closed:
        was_kept = is_kept(row, notes[row.digest])
        is_ours = is_own(row, side)
        if was_kept and not is_ours and (row.is_sealed or row.kind in installed().private):
            continue  # whether it was ever open, this desk does not learn
        own = {note.side for note in notes[row.digest] if not note.with_item}
        times = [note.reopens_at for note in notes[row.digest] if note.reopens_at]
        found.append(
            ClosedItem(
                digest=row.digest,
                kind=row.kind,
                document=document_of(row) if is_ours or not was_kept else None,
                closed_by=tuple(sorted({note.side for note in notes[row.digest] if note.side})),
                reopens_at=max(times) if times and row.data else None,
                follows=not own,
                may_join=bool(row.data) and bool(own) and side not in own,
                is_kept=was_kept,
            )
        )
    return tuple(found)

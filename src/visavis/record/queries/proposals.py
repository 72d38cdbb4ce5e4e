"""What is before the desks, and all that one of them sees at one glance."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import BinaryField, Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length, Substr

from visavis.base.missing import NotFound
from visavis.kinds.installed import installed
from visavis.record import chain, models, sealed, statements
from visavis.record.models import Document
from visavis.record.rules import REFUSED_FOR, InLine, RefusalReason, State, n_before
from visavis.record.sealed import is_handed_on
from visavis.record.stored import document_of
from visavis.record.whose import whose
from visavis.safety.reading import opens
from visavis.signing.boxes import is_envelope
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter, Signature, sides_that_signed
from visavis.signing.document import CHARTER, OWN_SHAPES, RECOVERY, Standing
from visavis.signing.document import Document as Signed
from visavis.signing.policy import missing_beside, sides_missing, why_not_open

from .handed_in import waiting_for_own
from .shelves import PER_SHELF, Cut, Shelf

NEWEST_OPEN = 20
WRAPS = 1_024
"""Bytes of a box in which the wraps of all its readers lie: ten sides, its author, one more."""
OF_THE_CHAIN = (CHARTER, RECOVERY)


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
    asked_on: date | None = None
    """The day from which silence counts; None where it does not count yet, or never."""
    n_before: int = 0
    """How many older proposals of its side keep silence about this one from counting."""

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
    """All that a desk sees at one glance: proposals that silence counts for first, then from the oldest.

    The rest is from the newest day.

    ``ours`` wait for this side's key, ``theirs`` for others', ``sealed`` for no key any more.
    """

    ours: Shelf[Proposal]
    theirs: Shelf[Proposal]
    sealed: Shelf[Proposal]
    opened: tuple[Signed, ...]
    handed_in: Mapping[str, int]
    """How much people have handed in to this desk, of each kind that waits on a page of its own."""
    refused: Shelf[RefusedProposal]
    closed: Shelf[ClosedItem]


class _Outline(NamedTuple):
    """A proposal without its bytes: enough to say whose keys it waits for."""

    digest: str
    kind: str
    side: str | None
    standing: Standing
    proposed_by: str
    in_line: InLine


def glance_for(
    side: str, *, charter: Charter | None, pages: Mapping[str, int] | None = None
) -> Glance:
    """Return all that this desk sees at one glance: so many statements, however much there is.

    ``pages`` says which page of a list is wanted, by its name here; without it the first. No body is read
    that is not shown, but for charters and recoveries, of which each side has one.
    Of another side's answer that is not open nothing is asked at all.
    """
    wanted = dict(pages or {})
    outlines, signatures = _outlines(side)
    lists: dict[str, list[_Outline]] = {"ours": [], "theirs": [], "sealed": []}
    for each in outlines:
        if each.kind not in OF_THE_CHAIN:
            missing = _missing_of(each, signatures[each.digest], charter=charter)
            lists[_list_of(side, missing)].append(each)
    cuts = {name: Cut.of(len(lists[name]), wanted.get(name, 1)) for name in lists}
    picked = {name: lists[name][cuts[name].part] for name in lists}
    chained = [each for each in outlines if each.kind in OF_THE_CHAIN]

    refused_rows = Document.objects.filter(state=State.REFUSED, proposed_by=side).exclude(
        Q(data=b"") | Q(kind__in=installed().handed_in)
    )
    closed_rows = _closed_seen_by(side)
    queued = waiting_for_own(side).filter(kind__in=installed().handed_in)
    counted = (refused_rows | closed_rows | queued).order_by().values_list("state", "kind")
    n = {(state, kind): n for state, kind, n in counted.annotate(n=Count("digest"))}
    n_refused, n_closed = (
        sum(some for (state, _kind), some in n.items() if state == wanted_state)
        for wanted_state in (State.REFUSED, State.CLOSED)
    )
    refused = Cut.of(n_refused, wanted.get("refused", 1))
    closed = Cut.of(n_closed, wanted.get("closed", 1))
    newest = Document.objects.filter(state=State.OPEN).exclude(
        kind__in=[*OWN_SHAPES, *installed().handed_in]
    )
    shown = [each.digest for some in (chained, *picked.values()) for each in some]
    rows = list(
        _visible(side).filter(
            Q(digest__in=shown)
            | Q(digest__in=_newest_first(newest)[:NEWEST_OPEN])
            | Q(digest__in=_newest_first(refused_rows)[refused.part])
            | Q(digest__in=_newest_first(closed_rows)[closed.part])
        )
    )
    proposals = _proposals(rows, signatures, outlines, charter=charter)
    of_chain = [proposals[each.digest] for each in chained if each.digest in proposals]

    def shelf(name: str) -> Shelf[Proposal]:
        # What changes keys comes first, and is on the first page whatever else waits.
        first = [each for each in of_chain if _list_of(side, each.missing) == name]
        found = [proposals[each.digest] for each in picked[name] if each.digest in proposals]
        cut = cuts[name]
        filled = cut.shelf([*(first if cut.page == 1 else ()), *found])
        return Shelf(filled.shown, cut.n + len(first), cut.page, filled.has_more)

    opened = (document_of(row) for row in rows if row.state == State.OPEN)
    return Glance(
        ours=shelf("ours"),
        theirs=shelf("theirs"),
        sealed=shelf("sealed"),
        opened=tuple(document for document in opened if document is not None),
        handed_in={kind: some for (state, kind), some in n.items() if state == State.PROPOSED},
        refused=refused.shelf(_refused(rows)),
        closed=closed.shelf(_closed(rows, side=side)),
    )


def proposals_for(
    side: str, *, charter: Charter | None, page: int = 1, size: int = PER_SHELF
) -> Shelf[Proposal]:
    """Return what waits for this side's key, oldest first, but for what changes keys. Only these are read."""
    outlines, signatures = _outlines(side)
    waiting = _waiting_for_key(side, outlines, signatures, charter=charter)
    cut = Cut.of(len(waiting), page, size=size)
    shown = [each.digest for each in waiting[cut.part]]
    rows = list(_visible(side).filter(digest__in=shown))
    proposals = _proposals(rows, signatures, outlines, charter=charter)
    return cut.shelf([proposals[digest] for digest in shown if digest in proposals])


def digests_for(side: str, *, charter: Charter | None) -> tuple[str, ...]:
    """Return the digests of all that `proposals_for` goes through, without reading any."""
    outlines, signatures = _outlines(side)
    waiting = _waiting_for_key(side, outlines, signatures, charter=charter)
    return tuple(each.digest for each in waiting)


def proposal_for(side: str, digest: str, *, charter: Charter | None = None) -> Proposal:
    """Return a document that this desk may read before or after it opened, or raise NotFound.

    ``charter`` saves reading the one in force again.
    """
    row, signatures = statements.document(digest) or (None, ())
    document = document_of(row) if row is not None and _may_read(row, side) else None
    if row is None or document is None:
        raise NotFound
    charter = charter or chain.current_charter()
    is_behind = charter is not None and row.state == State.PROPOSED and row.asked_on is None
    waiting = statements.proposed_by(row.proposed_by) if is_behind else []
    return _proposal(row, document, signatures, charter=charter, waiting=waiting)


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
    found = whose(row)
    return found is not None and found.owner in {side, None}


def _newest_first(rows: QuerySet[Document]) -> QuerySet[Document, Any]:
    return rows.order_by("-proposed_on", "digest").values("digest")


def _closed_seen_by(side: str) -> QuerySet[Document]:
    """Every closed document, but for others' words of which this desk does not learn whether they were open.

    What people have withdrawn is no affair of a desk's, and is left out too.

    Left out here and not on the page: else a page with one less would tell that something is hidden.
    """
    notes = models.Closing.objects.filter(document=OuterRef("digest"))
    goes_by_itself = Q(with_item="") | Q(reopens_at__isnull=False)
    is_kept = Exists(notes) & ~Exists(notes.filter(goes_by_itself)) & ~Q(data=b"")
    private = Q(kind__in=installed().private) | Q(is_sealed=True)
    closed = Document.objects.filter(state=State.CLOSED)
    closed = closed.exclude(kind__in=installed().handed_in, data=b"")
    # What a pause holds is on the page of the pause, and the pause itself when it is over.
    on = models.Pause.objects.filter(ended_on=None).values("item")
    closed = closed.exclude(Exists(notes.filter(with_item__in=on)))
    closed = closed.exclude(kind__in=installed().holding)
    return closed.exclude(is_kept & private & ~Q(side__in=[side, ""]))


def _outlines(side: str) -> tuple[list[_Outline], dict[str, list[Signature]]]:
    """Return every proposal that this desk may read, oldest first, without its body, and their signatures.

    What waits on a page of its own is left out.
    """
    rows = _visible(side).filter(state=State.PROPOSED).exclude(kind__in=installed().handed_in)
    rows = rows.annotate(n_bytes=Length("data"))
    found: dict[str, _Outline] = {}
    signatures: dict[str, list[Signature]] = {}
    for (
        digest, kind, of, by, is_sealed, is_alone, proposed_on, asked_on, n_bytes, *signed
    ) in rows.values_list(
        "digest", "kind", "side", "proposed_by", "is_sealed", "is_alone", "proposed_on", "asked_on",
        "n_bytes", "signatures__side", "signatures__public_key", "signatures__signature",
    ):  # fmt: skip
        standing = Standing(by, asked_on or proposed_on) if is_alone else Standing()
        line = InLine(digest, kind, is_sealed, is_alone, proposed_on, asked_on, n_bytes)
        found[digest] = _Outline(digest, kind, of or None, standing, by, line)
        signatures.setdefault(digest, [])
        if signed[0] is not None:
            signatures[digest].append(Signature(*signed))
    # What silence counts for comes first: of one day it would else lie anywhere among what does not count.
    in_order = sorted(
        found.values(),
        key=lambda each: (not each.in_line.asked_on, each.in_line.proposed_on, each.digest),
    )
    return in_order, signatures


def _missing_of(
    each: _Outline, signatures: Collection[Signature], *, charter: Charter | None
) -> frozenset[str]:
    if charter is None:
        return frozenset()
    signed = sides_that_signed(charter, Digest(each.digest), signatures)
    return missing_beside(signed, each, charter=charter)


def _list_of(side: str, missing: Collection[str]) -> str:
    return "ours" if side in missing else "theirs" if missing else "sealed"


def _waiting_for_key(
    side: str,
    outlines: Iterable[_Outline],
    signatures: Mapping[str, Collection[Signature]],
    *,
    charter: Charter | None,
) -> list[_Outline]:
    return [
        each
        for each in outlines
        if each.kind not in OF_THE_CHAIN
        and side in _missing_of(each, signatures[each.digest], charter=charter)
    ]


def _proposals(
    rows: Iterable[Document],
    signatures: Mapping[str, Sequence[Signature]],
    outlines: Iterable[_Outline],
    *,
    charter: Charter | None,
) -> dict[str, Proposal]:
    """Return what is proposed among these rows by its digest, without what cannot be read."""
    waiting: dict[str, list[InLine]] = {}
    for each in outlines:
        waiting.setdefault(each.proposed_by, []).append(each.in_line)
    return {
        row.digest: _proposal(
            row,
            document,
            signatures[row.digest],
            charter=charter,
            waiting=waiting.get(row.proposed_by, ()),
        )
        for row in rows
        if row.state == State.PROPOSED
        and row.digest in signatures
        and (document := document_of(row)) is not None
    }


def _proposal(
    row: Document,
    document: Signed,
    signatures: Sequence[Signature],
    *,
    charter: Charter | None,
    waiting: Collection[InLine] = (),
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
        asked_on=row.asked_on,
        n_before=n_before(row.digest, waiting, charter=charter) if charter else 0,
    )


def _lost(
    signatures: Sequence[Signature], missing: frozenset[str], *, charter: Charter | None
) -> frozenset[str]:
    former = {key.hex for side in (charter.sides if charter else ()) for key in side.former_keys}
    return frozenset(each.side for each in signatures if each.public_key in former) & missing


def _refused(rows: Iterable[Document]) -> tuple[RefusedProposal, ...]:
    refused = [row for row in rows if row.state == State.REFUSED]
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


@dataclass(frozen=True)
class Waiting:
    """A private document before the desks that this reader can open."""

    document: Signed
    is_handed_on: bool


def waiting(
    kinds: Collection[str], *, made_from: str = "", item: str = "", most: int
) -> list[Waiting]:
    """Return what waits of these private kinds and opens for who reads now, oldest first. 0.1 ms for each.

    Whose it is does not matter: what does not open is not there. Of each side's there are ``most``: who sends
    many takes the place of nothing that waits for this reader, and of nothing of another side's.
    """
    rows = Document.objects.filter(kind__in=kinds, state=State.PROPOSED)
    if made_from:
        rows = rows.filter(made_from__item=made_from)
    if item:
        rows = rows.filter(item=item)
    rows = rows.order_by("proposed_on", "digest")
    n_of_side: Counter[str] = Counter()
    digests = []
    for digest, side, head in rows.annotate(head=_head()).values_list(
        "digest", "proposed_by", "head"
    ):
        begins = bytes(head or b"")
        is_theirs = is_envelope(begins) and opens(begins, about=sealed.about(digest))
        if is_theirs and n_of_side[side] < most:
            n_of_side[side] += 1
            digests.append(digest)
    there = Document.objects.filter(digest__in=digests).order_by("proposed_on", "digest")
    return [
        Waiting(document, is_handed_on(row))
        for row in there
        if (document := document_of(row)) is not None
    ]


def _head() -> Any:  # the checker takes it for text
    return Substr("data", 1, WRAPS, output_field=BinaryField())


def open_naming(items: Collection[str]) -> dict[str, list[Signed]]:
    """Return, by item, the open documents that name it. Two queries, however many."""
    rows = Document.objects.filter(named__item__in=list(items), state=State.OPEN).distinct()
    found: dict[str, list[Signed]] = {}
    for row in rows.order_by("digest").prefetch_related("named"):
        document = document_of(row)
        for named in row.named.all():
            if document is not None and named.item in items:
                found.setdefault(named.item, []).append(document)
    return found


def past(kind: str, *, before: date) -> list[tuple[Digest, str]]:
    """Return digest and side of what waits of this kind and was handed in before that day."""
    rows = Document.objects.filter(kind=kind, state=State.PROPOSED, proposed_on__lt=before)
    return [(Digest(digest), side) for digest, side in rows.values_list("digest", "proposed_by")]

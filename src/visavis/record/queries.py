"""What a desk may see. Missing and hidden are the same 404.

A proposal is seen by every desk, but an answer only by its own desk until it is open: the others learn
that one is there, and nothing else. A draft is seen by its own desk alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from visavis.base.missing import NotFound
from visavis.signing.canonical import Digest, parse
from visavis.signing.charter import Charter, Signature
from visavis.signing.document import ANSWER, CHARTER, PARTS
from visavis.signing.document import Document as Signed
from visavis.signing.policy import sides_missing, why_not_open

from . import closing_files, closings, rules, statements, verified
from .closings import FinalClosing
from .models import Closing, Document, Draft, Refusal
from .rules import State


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

    @property
    def digest(self) -> Digest:
        return self.document.digest


@dataclass(frozen=True)
class ClosedItem:
    """An item that is out of public view. ``document`` is None once it is closed for good."""

    digest: str
    kind: str
    document: Signed | None
    closed_by: tuple[str, ...]
    reopens_at: datetime | None
    follows: bool


def draft_for(side: str, item: str) -> Draft:
    """Return this side's draft; anyone else's answers as if there were none."""
    draft = Draft.objects.filter(item=item, side=side).first()
    if draft is None:
        raise NotFound
    return draft


def drafts_of(side: str, *, kinds: Sequence[str] = ()) -> list[Draft]:
    """Return this side's drafts, oldest first."""
    drafts = Draft.objects.filter(side=side).order_by("made_on", "item")
    return list(drafts.filter(kind__in=list(kinds)) if kinds else drafts)


def proposal_for(side: str, digest: str, *, charter: Charter | None = None) -> Proposal:
    """Return a document that this desk may read before or after it opened, or raise NotFound.

    ``charter`` saves reading the one in force again.
    """
    row, signatures = statements.document(digest) or (None, ())
    if row is None or not row.data or not _may_read(row, side):
        raise NotFound
    return _proposal(row, signatures, charter=charter or verified.current_charter())


def own_proposal(side: str, item: str) -> str | None:
    """Return the digest of what this side has proposed of an item and nobody has decided, or None."""
    rows = Document.objects.filter(item=item, proposed_by=side, state=State.PROPOSED)
    return rows.values_list("digest", flat=True).first()


def proposals_for(side: str) -> list[Proposal]:
    """Return every proposal before the desks that this one may read, oldest first."""
    rows = Document.objects.filter(state=State.PROPOSED).order_by("proposed_on", "digest")
    charter = verified.current_charter()
    readable = [row for row in rows.prefetch_related("signatures") if _may_read(row, side)]
    return [_proposal(row, _signatures(row), charter=charter) for row in readable]


def refused_or_withdrawn(side: str) -> list[tuple[Proposal, list[tuple[str, str]]]]:
    """Return this desk's proposals that were refused, with side and reason of each refusal."""
    rows = (
        Document.objects.filter(state=State.REFUSED, proposed_by=side)
        .exclude(data=b"")
        .order_by("-proposed_on", "digest")
    )
    charter = verified.current_charter()
    return [
        (
            _proposal(row, _signatures(row), charter=charter),
            [(no.side, no.reason) for no in row.refusals.all()],
        )
        for row in rows.prefetch_related("signatures", "refusals")[:50]
    ]


def sealed_answers(question: str) -> dict[str, bool]:
    """Return, by side, whether an answer to this question is there, and whether its key is turned.

    This is all that another desk learns of an answer before its release.
    """
    rows = Document.objects.filter(
        subject=question, kind=ANSWER, state=State.PROPOSED
    ).prefetch_related("signatures")
    return {row.side: any(each.side == row.side for each in row.signatures.all()) for row in rows}


def proposed_answer(question: str, side: str) -> Signed | None:
    """Return this side's own answer while it is proposed or sealed."""
    row = Document.objects.filter(
        subject=question, kind=ANSWER, state=State.PROPOSED, side=side
    ).first()
    return Signed.from_bytes(bytes(row.data)) if row else None


def open_items(*, kinds: Sequence[str] = (), newest: int = 50) -> list[Signed]:
    """Return open documents that have a page of their own, newest day first."""
    rows = Document.objects.filter(state=State.OPEN).exclude(kind__in=list(PARTS))
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    ordered = rows.order_by("-proposed_on", "digest")[:newest]
    return [Signed.from_bytes(bytes(row.data)) for row in ordered]


def open_version(item: str) -> Signed | None:
    """Return the item's open document, or None."""
    row = Document.objects.filter(item=item, state=State.OPEN).first()
    return Signed.from_bytes(bytes(row.data)) if row else None


def closed_items() -> list[ClosedItem]:
    """Return what is closed, and when each lone closing lapses. Final ones keep only kind and digest."""
    rows = Document.objects.filter(state=State.CLOSED).order_by("digest")
    items = []
    for row in rows.prefetch_related("closings"):
        notes = list(row.closings.all())
        own = [note for note in notes if not note.with_item]
        times = [note.reopens_at for note in notes if note.reopens_at]
        items.append(
            ClosedItem(
                digest=row.digest,
                kind=row.kind,
                document=Signed.from_bytes(bytes(row.data)) if row.data else None,
                closed_by=tuple(sorted({note.side for note in notes})),
                reopens_at=max(times) if times and row.data else None,
                follows=not own,
            )
        )
    return items


def owner_of(document: Signed) -> str | None:
    """Return the side that alone may close this for good, or None where it is not one side's alone.

    What stands alone in the place of a joint version is not: with it the joint words would go.
    """
    owner = rules.owner_of(document)
    if document.standing.is_joint:
        return owner
    earlier = Document.objects.filter(item=document.id, state=State.SUPERSEDED).exclude(data=b"")
    owners = {rules.owner_of(Signed.from_bytes(bytes(row.data))) for row in earlier}
    return owner if owners <= {owner} else None


def signatures_of(digest: str) -> tuple[Signature, ...]:
    """Return the signatures that are stored for a document, unchecked."""
    return statements.signatures_of(digest)


def refusals_of(digest: str) -> list[tuple[str, str]]:
    return list(Refusal.objects.filter(document_id=digest).values_list("side", "reason"))


def closings_of(digest: str) -> list[Closing]:
    return list(Closing.objects.filter(document_id=digest))


def closing_notes(*, on: date) -> bytes:
    """Return every final closing that this site knows of, as one file to be kept elsewhere.

    Empty before there is a charter. A note that lies about bytes which are here is left out.
    """
    chain = verified.charter_chain(on=on)
    if not chain:
        return b""
    charters = verified.charters_that_closed(on=on)
    found = [
        each
        for digest in closings.noted()
        for each in closings.closing_that_names(digest, charters=charters)
        if not _is_untrue(each)
    ]
    known = {charter.digest for charter in charters}
    later = [each for each in closing_files.kept_charters() if each.digest in known]
    once = {each.digest: each for each in (*chain, *later)}
    return closing_files.written(chain[0].document.id, charters=once.values(), closings=found)


def _is_untrue(closing: FinalClosing) -> bool:
    row = Document.objects.filter(digest=closing.digest).exclude(data=b"").first()
    found = verified.read(row) if row else None
    return found is not None and not closing.is_of(found.document)


def n_closed_for_good() -> int:
    """Return of how many closings the notes lie here: what a file of them will hold."""
    return sum(
        any(parse(note.note).get("digest") == digest for note in closings.notes_of(digest))
        for digest in closings.noted()
    )


def _may_read(row: Document, side: str) -> bool:
    if row.state == State.CLOSED:
        return False
    if row.kind == ANSWER and row.state != State.OPEN:
        return row.side == side
    if row.state in {State.WITHDRAWN, State.REFUSED}:
        return row.proposed_by == side
    return True


def _signatures(row: Document) -> tuple[Signature, ...]:
    return tuple(
        Signature(each.side, each.public_key, each.signature) for each in row.signatures.all()
    )


def _proposal(
    row: Document, signatures: Sequence[Signature], *, charter: Charter | None
) -> Proposal:
    document = Signed.from_bytes(bytes(row.data))
    if document.kind == CHARTER:
        missing = verified.sides_missing_on_charter(document, signatures, before=charter)
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
    )

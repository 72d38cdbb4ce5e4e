"""What a desk sees at one glance, and what it may read. Missing and hidden are the same 404.

The home page asks one question of each table, however much waits. Of another side's answer that is not
open nothing is asked at all, so that this desk's page is the same, byte for byte, whatever it says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.conf import settings
from django.db.models import Q, QuerySet

from visavis.base.missing import NotFound
from visavis.kinds.acts import Act
from visavis.kinds.installed import installed
from visavis.kinds.passages import Line
from visavis.people import queries as people
from visavis.record import queries as record
from visavis.record.around import why_not_act
from visavis.record.models import Closing, Draft, MadeFrom, Refusal
from visavis.record.models import Document as Row
from visavis.record.models import Signature as SignatureRow
from visavis.record.public import current_charter
from visavis.record.queries import Proposal
from visavis.record.rules import RefusalReason, State, is_closing_final
from visavis.sides import queries as sides
from visavis.sides.actions import charter_for
from visavis.sides.schedule import Schedule, next_slot
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter, Signature
from visavis.signing.document import CHARTER, PARTS, RELEASE_NOTE, BadDocumentError, Document
from visavis.signing.policy import sides_missing

from . import rules
from .rules import Wait

NEWEST_OPEN = 20
MOST_REFUSED = 20


@dataclass(frozen=True)
class Waiting:
    """A proposal, as the desk's home shows it."""

    document: Document
    proposed_by: str
    wait: Wait
    missing: frozenset[str]
    may_stand_alone: bool

    @property
    def digest(self) -> Digest:
        return self.document.digest


@dataclass(frozen=True)
class Refused:
    document: Document
    reasons: tuple[tuple[str, RefusalReason], ...]


@dataclass(frozen=True)
class Closed:
    """What is out of sight. ``document`` is None once its words are gone."""

    digest: str
    kind: str
    document: Document | None
    closed_by: tuple[str, ...]
    reopens_at: datetime | None
    follows: bool
    may_join: bool


@dataclass(frozen=True)
class OwnDraft:
    """What this desk is still writing. ``of`` is the item it answers, translates or changes, if any."""

    item: str
    kind: str
    title: str
    language: str
    of: str
    made_on: date


@dataclass(frozen=True, kw_only=True)
class CharterPage:
    """The charter in force, or the first one, and which of its keys are there."""

    shown: Charter | None
    is_in_force: bool
    is_proposed: bool
    missing: frozenset[str]
    without_keys: tuple[str, ...]
    next: Document | None
    next_missing: frozenset[str]
    is_key_here: bool
    unlisted: tuple[str, ...] = ()
    """The kinds that the program has and the charter in force does not list, by their words."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """One glance: what waits for whom, what is open, what is closed, what this desk writes."""

    charter: Charter | None
    ours: tuple[Waiting, ...]
    theirs: tuple[Waiting, ...]
    sealed: tuple[Waiting, ...]
    opened: tuple[Document, ...]
    closed: tuple[Closed, ...]
    refused: tuple[Refused, ...]
    drafts: tuple[OwnDraft, ...]
    sizes: Mapping[str, int]
    next_edition_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ToRead:
    """A document with all that its page needs: what it replaces, whose keys, what this desk may do."""

    proposal: Proposal
    charter: Charter | None
    before: Document | None
    source: Document | None
    reasons: tuple[tuple[str, RefusalReason], ...]
    wait: Wait | None
    why_not_sign: StrEnum | None
    may_sign: bool
    may_refuse: bool
    may_withdraw: bool
    may_stand_alone: bool
    may_take_down: bool

    @property
    def document(self) -> Document:
        return self.proposal.document


@dataclass(frozen=True, kw_only=True)
class ToTakeDown:
    """What a closing would do: what goes with it, and whether it is for good."""

    document: Document
    source: Document | None
    charter: Charter
    is_joining: bool
    closed_by: tuple[str, ...]
    is_final: bool
    goes_with_it: tuple[tuple[str, str], ...]


def home(side: str, *, at: datetime, language: str) -> Home:
    """Return what this desk sees when it comes in."""
    charter = current_charter(on=at.date())
    codes = charter.side_codes if charter else ()
    rows = _rows_for(side)
    waiting = _waiting(rows, side=side, charter=charter, today=at.date())
    return Home(
        charter=charter,
        ours=tuple(each for each in waiting if side in each.missing),
        theirs=tuple(each for each in waiting if each.missing and side not in each.missing),
        sealed=tuple(each for each in waiting if not each.missing),
        opened=tuple(
            document
            for row in rows
            if row.state == State.OPEN and (document := _document(row)) is not None
        ),
        closed=_closed(rows, side=side),
        refused=_refused(rows),
        drafts=_drafts(side, language=language),
        sizes=people.desk_sizes(codes),
        next_edition_at=None
        if settings.RELEASES == Schedule.AT_ONCE
        else next_slot(at, schedule=settings.RELEASES),
    )


def waiting_for(side: str, *, today: date) -> tuple[Charter | None, tuple[Waiting, ...]]:
    """Return the charter, and what waits for this side's key and may be signed with others at once."""
    charter = current_charter(on=today)
    rows = _visible(side).filter(state=State.PROPOSED.value).exclude(kind=CHARTER)
    waiting = _waiting(list(rows), side=side, charter=charter, today=today)
    return charter, tuple(each for each in waiting if side in each.missing)


def to_read(side: str, digest: str, *, today: date) -> ToRead:
    """Return a document this desk may read, with what it may do about it; or raise NotFound."""
    charter = current_charter(on=today)
    found = record.proposal_for(side, digest, charter=charter)
    document, state = found.document, found.state
    is_proposed = state is State.PROPOSED
    waits = is_proposed and bool(found.missing)
    wait = (
        rules.wait(found.proposed_on, days=_days_of_silence(found, charter=charter), today=today)
        if waits
        else None
    )
    own = found.proposed_by == side
    return ToRead(
        proposal=found,
        charter=charter,
        before=_bytes_at(document.replaces) if document.replaces else None,
        source=_source_of(document),
        reasons=tuple((code, RefusalReason(reason)) for code, reason in record.refusals_of(digest))
        if state is State.REFUSED
        else (),
        wait=wait,
        why_not_sign=why_not_sign(document, side=side, charter=charter, today=today)
        if is_proposed
        else None,
        may_sign=is_proposed and side in found.missing,
        may_refuse=is_proposed and not own and side in found.missing,
        may_withdraw=is_proposed and own,
        may_stand_alone=own and wait is not None and wait.is_over,
        may_take_down=state is State.OPEN and document.kind not in {CHARTER, RELEASE_NOTE},
    )


def to_take_down(side: str, digest: str, *, today: date) -> ToTakeDown:
    """Return what closing this document, or joining in its closing, would do; or raise NotFound."""
    charter = current_charter(on=today)
    rows = Row.objects.filter(digest=digest, state__in=[State.OPEN.value, State.CLOSED.value])
    row = rows.exclude(kind__in=[CHARTER, RELEASE_NOTE]).first()
    document = _document(row) if row else None
    if row is None or document is None or charter is None:
        raise NotFound
    notes = Closing.objects.filter(document_id=digest, with_item="").values_list("side", flat=True)
    closed_by = tuple(sorted(notes)) if row.state == State.CLOSED else ()
    if row.state == State.CLOSED and (side in closed_by or not closed_by):
        raise NotFound
    return ToTakeDown(
        document=document,
        source=_source_of(document),
        charter=charter,
        is_joining=row.state == State.CLOSED,
        closed_by=closed_by,
        is_final=is_closing_final(owner=record.owner_of(document), closed_by={*closed_by, side}),
        goes_with_it=tuple(_made_from(row.item)),
    )


def charter_page(side: str, *, today: date) -> CharterPage:
    """Return what the page about the charter shows this desk."""
    charter = current_charter(on=today)
    waiting = proposed_charter(charter=charter)
    held = sides.side(side)
    is_key_here = bool(held and held.sealed_key)
    if charter is not None:
        return CharterPage(
            shown=charter,
            is_in_force=True,
            is_proposed=False,
            missing=frozenset(),
            without_keys=(),
            next=waiting[0] if waiting else None,
            next_missing=waiting[1] if waiting else frozenset(),
            is_key_here=is_key_here,
            unlisted=unlisted_kinds(charter),
        )
    without_keys = sides.sides_without_keys()
    site = sides.site()
    first = waiting[0] if waiting else None
    if first is None and site is not None and not without_keys:
        first = charter_for(site, policy=installed().policy)
    shown = Charter.from_document(first) if first else None
    return CharterPage(
        shown=shown,
        is_in_force=False,
        is_proposed=waiting is not None,
        missing=waiting[1] if waiting else frozenset(shown.side_codes if shown else ()),
        without_keys=without_keys,
        next=None,
        next_missing=frozenset(),
        is_key_here=is_key_here,
    )


def unlisted_kinds(charter: Charter) -> tuple[str, ...]:
    """Return the words of the kinds that the program has and this charter does not list."""
    return tuple(word for word in installed().policy if word not in charter.policy)


def proposed_charter(*, charter: Charter | None) -> tuple[Document, frozenset[str]] | None:
    """Return the charter that waits for keys, and whose; or None."""
    row = Row.objects.filter(kind=CHARTER, state=State.PROPOSED.value).first()
    document = _document(row) if row else None
    if document is None:
        return None
    signatures = record.signatures_of(document.digest)
    missing = rules.sides_missing_on_charter(
        Charter.from_document(document), signatures, before=charter
    )
    return document, missing


def bear_key(public_key: str) -> frozenset[Digest]:
    """Return every document that stands under this key and would fall without it.

    Also each that filled a seat, as its question's note of release names it: that answer may be closed
    for good or have a newer version, and without it the others' answers would be sealed again.
    """
    live = [State.OPEN.value, State.PROPOSED.value, State.CLOSED.value]
    rows = SignatureRow.objects.filter(
        public_key=public_key,
        document__state__in=live,
    ).exclude(document__kind=CHARTER)
    bearing = {Digest(digest) for digest in rows.values_list("document_id", flat=True)}
    notes = Row.objects.filter(kind=RELEASE_NOTE, state__in=live).exclude(data=b"")
    for data in notes.values_list("data", flat=True).iterator():
        seats = Document.from_bytes(bytes(data)).body["seats"].values()
        bearing |= {Digest(seat["digest"]) for seat in seats if seat["public_key"] == public_key}
    return frozenset(bearing)


def new_key_of(side: str) -> Draft | None:
    """Return the key this side has made for a charter that is not in force yet."""
    drafts = Draft.objects.filter(side=side, kind=CHARTER)
    return drafts.order_by("-made_on", "-pk").first()


def _rows_for(side: str) -> list[Row]:
    newest = (
        Row.objects.filter(state=State.OPEN.value)
        .exclude(kind__in=[CHARTER, RELEASE_NOTE])
        .order_by("-proposed_on", "digest")
        .values("digest")[:NEWEST_OPEN]
    )
    rows = _visible(side).filter(
        Q(state__in=[State.PROPOSED.value, State.CLOSED.value])
        | Q(state=State.REFUSED.value, proposed_by=side)
        | Q(digest__in=newest)
    )
    return list(rows)


def _visible(side: str) -> QuerySet[Row]:
    """Every document but what is private to another desk until it opens: of this nothing is asked."""
    private = Q(kind__in=installed().private)
    hidden = private & ~Q(state=State.OPEN.value) & ~Q(side=side)
    kept = Row.objects.exclude(hidden & ~Q(state=State.CLOSED.value))
    return kept.order_by("-proposed_on", "digest")


def _drafts(side: str, *, language: str) -> tuple[OwnDraft, ...]:
    rows = Draft.objects.filter(side=side).exclude(kind=CHARTER)
    nothing = Line(language, "")
    return tuple(
        OwnDraft(
            item=row.item,
            kind=row.kind,
            title=title.text,
            language=title.language,
            of=row.of,
            made_on=row.made_on,
        )
        for row in rows.order_by("made_on", "item")
        for title in [installed().title_of_body(row.kind, row.body, language=language) or nothing]
    )


def _waiting(
    rows: Sequence[Row], *, side: str, charter: Charter | None, today: date
) -> list[Waiting]:
    proposed = [row for row in rows if row.state == State.PROPOSED]
    signatures: dict[str, list[Signature]] = {row.digest: [] for row in proposed}
    if proposed:
        for each in SignatureRow.objects.filter(document__in=list(signatures)):
            signed = Signature(each.side, each.public_key, each.signature)
            signatures[each.document_id].append(signed)
    waiting = []
    for row in sorted(proposed, key=lambda row: (row.proposed_on, row.digest)):
        document = _document(row)
        if document is None:
            continue
        missing = _missing(document, signatures[row.digest], charter=charter)
        days = rules.days_of_silence(
            document, proposed_by=row.proposed_by, missing=missing, charter=charter
        )
        wait = rules.wait(row.proposed_on, days=days, today=today)
        waiting.append(
            Waiting(
                document=document,
                proposed_by=row.proposed_by,
                wait=wait,
                missing=missing,
                may_stand_alone=row.proposed_by == side and wait.is_over,
            )
        )
    return waiting


def _missing(
    document: Document, signatures: Sequence[Signature], *, charter: Charter | None
) -> frozenset[str]:
    if document.kind == CHARTER:
        proposed = Charter.from_document(document)
        return rules.sides_missing_on_charter(proposed, signatures, before=charter)
    return sides_missing(document, signatures, charter=charter) if charter else frozenset()


def _closed(rows: Sequence[Row], *, side: str) -> tuple[Closed, ...]:
    closed = [row for row in rows if row.state == State.CLOSED]
    if not closed:
        return ()
    notes: dict[str, list[Closing]] = {row.digest: [] for row in closed}
    for note in Closing.objects.filter(document__in=list(notes)):
        notes[note.document_id].append(note)
    found = []
    for row in closed:
        own = {note.side for note in notes[row.digest] if not note.with_item}
        times = [note.reopens_at for note in notes[row.digest] if note.reopens_at]
        found.append(
            Closed(
                digest=row.digest,
                kind=row.kind,
                document=_document(row) if row.data else None,
                closed_by=tuple(sorted({note.side for note in notes[row.digest]})),
                reopens_at=max(times) if times and row.data else None,
                follows=not own,
                may_join=bool(row.data) and bool(own) and side not in own,
            )
        )
    return tuple(found)


def _refused(rows: Sequence[Row]) -> tuple[Refused, ...]:
    refused = [row for row in rows if row.state == State.REFUSED][:MOST_REFUSED]
    if not refused:
        return ()
    reasons: dict[str, list[tuple[str, RefusalReason]]] = {row.digest: [] for row in refused}
    for no in Refusal.objects.filter(document__in=list(reasons)).order_by("side"):
        reasons[no.document_id].append((no.side, RefusalReason(no.reason)))
    return tuple(
        Refused(document=document, reasons=tuple(reasons[row.digest]))
        for row in refused
        if (document := _document(row)) is not None
    )


def why_not_sign(
    document: Document, *, side: str, charter: Charter | None, today: date
) -> StrEnum | None:
    """Return why this side turns no key for this document at the moment, or None."""
    if document.kind == CHARTER:
        return None
    refusal = why_not_act(document, Act.SIGN, charter=charter, today=today)
    if refusal:
        return refusal
    waiting = Row.objects.filter(kind=CHARTER, state=State.PROPOSED.value).first()
    proposed = _document(waiting) if waiting else None
    return rules.why_not_sign_meanwhile(
        document,
        side=side,
        charter=charter,
        proposed=Charter.from_document(proposed) if proposed else None,
    )


def _days_of_silence(found: Proposal, *, charter: Charter | None) -> int | None:
    return rules.days_of_silence(
        found.document, proposed_by=found.proposed_by, missing=found.missing, charter=charter
    )


def _source_of(document: Document) -> Document | None:
    """Return the open document that a part was made from: its question, or its text."""
    if document.kind not in PARTS:
        return None
    return record.open_version(document.made_from[0].id)


def _bytes_at(digest: str) -> Document | None:
    row = Row.objects.filter(digest=digest).first()
    return _document(row) if row else None


def _document(row: Row) -> Document | None:
    try:
        return Document.from_bytes(bytes(row.data))
    except BadDocumentError:
        return None


def _made_from(item: str) -> list[tuple[str, str]]:
    """Return kind and side of everything that is shown and was made, through all steps, from this.

    Of each item once: that a next version waits, of a sealed answer for one, is not told here.
    """
    found: dict[str, tuple[str, str]] = {}
    asked, waiting = set(), {item}
    while waiting:
        asked |= waiting
        rows = Row.objects.filter(
            digest__in=MadeFrom.objects.filter(item__in=waiting).values("document_id"),
            state__in=[State.OPEN.value, State.PROPOSED.value],
        ).exclude(kind__in=[RELEASE_NOTE, CHARTER])
        made = list(rows.values_list("item", "kind", "side"))
        found |= {each: (kind, side) for each, kind, side in made}
        waiting = {each for each, _kind, _side in made} - asked
    return sorted(found.values())

"""What a desk sees at one glance, and what it may read. Missing and hidden are the same 404.

The home page asks one question of each table, however much waits. Of another side's answer that is not
open nothing is asked at all, so that this desk's page is the same, byte for byte, whatever it says.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.conf import settings

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.kinds.acts import Act
from visavis.kinds.installed import installed
from visavis.kinds.passages import Line
from visavis.people import queries as people
from visavis.record import queries as record
from visavis.record.around import why_not_act
from visavis.record.public import current_charter, recoveries_under_way, sides_missing_on_charter
from visavis.record.queries import ClosedItem, Draft, Follower, Proposal, RefusedProposal, Shelf
from visavis.record.rules import RefusalReason, State, owner_of, why_not_add_key
from visavis.sides import queries as sides
from visavis.sides.actions import charter_for
from visavis.sides.schedule import Schedule, next_slot
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter, is_less
from visavis.signing.document import CHARTER, OWN_SHAPES, RECOVERY, Document
from visavis.signing.recovery import Recovery
from visavis.signing.several import ToSign, closings_file, documents_file

from . import rules
from .rules import DeskRefusal, Wait


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
class OwnDraft:
    """What this desk is still writing. ``of`` is the item it answers, translates or changes, if any."""

    item: str
    kind: str
    title: str
    language: str
    of: str
    made_on: date


@dataclass(frozen=True)
class Earlier:
    """What a draft was before it was written over; ``words`` are its paragraphs by language."""

    key: int
    title: Line
    made_on: date
    words: Mapping[str, Sequence[str]]

    @property
    def n_words(self) -> int:
        return sum(len(each.split()) for some in self.words.values() for each in some)


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
    recoveries: tuple[Recovery, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Home:
    """One glance: what waits for whom, what is open, what is closed, what this desk writes."""

    charter: Charter | None
    ours: Shelf[Waiting]
    theirs: Shelf[Waiting]
    sealed: Shelf[Waiting]
    opened: tuple[Document, ...]
    closed: Shelf[ClosedItem]
    refused: Shelf[RefusedProposal]
    drafts: Shelf[OwnDraft]
    queued: Mapping[str, int]
    """How much people have handed in, by kind, that waits on a page of its own."""
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
    is_key_here: bool
    may_sign: bool
    may_sign_too: bool
    may_refuse: bool
    may_withdraw: bool
    may_stand_alone: bool
    may_take_down: bool
    first_words: str | None
    """The digest of the words in which this side's open answer was released, if they were replaced."""

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
    is_of_version: bool
    goes_with_it: tuple[Follower, ...]
    is_followed_at_once: bool
    """Whether every change comes out by itself, so that there is no next release to wait for."""


LISTS = ("ours", "theirs", "sealed", "closed", "refused", "drafts")
"""What the home goes through page by page."""


def home(side: str, *, at: datetime, language: str, pages: Mapping[str, int] | None = None) -> Home:
    """Return what this desk sees when it comes in; ``pages`` are those of the `LISTS` that are wanted."""
    charter = current_charter(on=at.date())
    codes = charter.side_codes if charter else ()
    glance = record.glance_for(side, charter=charter, pages=pages)

    def waiting(shelf: Shelf[Proposal]) -> Shelf[Waiting]:
        return shelf.of(_waiting(shelf, side=side, charter=charter, today=at.date()))

    return Home(
        charter=charter,
        ours=waiting(glance.ours),
        theirs=waiting(glance.theirs),
        sealed=waiting(glance.sealed),
        opened=glance.opened,
        closed=glance.closed,
        refused=glance.refused,
        drafts=_drafts(side, language=language, page=(pages or {}).get("drafts", 1)),
        queued=glance.handed_in,
        sizes=people.desk_sizes(codes),
        next_edition_at=None if comes_out_at_once() else next_slot(at, schedule=settings.RELEASES),
    )


def is_key_here(side: str, *, charter: Charter | None) -> bool:
    """Return whether a passphrase opens this side's key on this server: the one that counts today."""
    held = sides.side(side)
    if held is None:
        return False
    named = charter.side(side) if charter else None
    if named is None or named.public_key.hex == held.public_key:
        return bool(held.sealed_key)
    made = {each.body["public_key"]: each.body["sealed_key"] for each in record.new_keys_of(side)}
    return bool(made.get(named.public_key.hex))


def comes_out_at_once() -> bool:
    """Return whether this site releases each change by itself, as on a machine of one's own."""
    return bool(settings.RELEASES == Schedule.AT_ONCE)


def is_every_seat_filled(answer: Document) -> bool:
    """Return whether nothing seals this answer but that somebody's keys have not come by to open all."""
    if answer.seal is None:
        return False
    question = record.open_version(answer.seal.question)
    seats = question.seats if question else None
    keyed = record.sides_keyed(of=answer.seal.question, kind=answer.kind)
    return seats is not None and set(seats.sides) <= {*keyed, *seats.empty}


def waiting_for(side: str, *, today: date, page: int = 1) -> tuple[Charter | None, Shelf[Waiting]]:
    """Return the charter, and what waits for this side's key and may be signed with others at once."""
    charter = current_charter(on=today)
    shelf = record.proposals_for(side, charter=charter, page=page, size=rules.MOST_AT_ONCE)
    return charter, shelf.of(_waiting(shelf, side=side, charter=charter, today=today))


def listed_for(side: str, *, today: date) -> tuple[str, ...]:
    """Return the digests of all that `waiting_for` goes through."""
    return record.digests_for(side, charter=current_charter(on=today))


def documents_to_sign(side: str, *, today: date) -> bytes:
    """Return what waits for this side's key as one file for the desk's own machine, oldest first.

    Each has the version beside it that is open now. At most as many as are signed in one act; the file is
    empty where nothing waits.
    """
    _charter, waiting = waiting_for(side, today=today)
    chosen: list[ToSign] = []
    n_bytes = 0
    for each in waiting:
        n_bytes += len(each.document.data)
        if rules.why_not_sign_at_once(n=len(chosen) + 1, n_bytes=n_bytes):
            break
        chosen.append(ToSign(each.document, record.version_before(each.document)))
    return documents_file(chosen) if chosen else b""


def to_read(side: str, digest: str, *, today: date) -> ToRead:
    """Return a document this desk may read, with what it may do about it; or raise NotFound."""
    charter = current_charter(on=today)
    found = record.proposal_for(side, digest, charter=charter)
    document, state = found.document, found.state
    is_proposed = state is State.PROPOSED
    waits = is_proposed and bool(found.missing)
    wait = _wait_for(found, charter=charter, today=today) if waits else None
    own = found.proposed_by == side
    first = record.first_words_of(side, document.id) if document.seal else None
    may_sign_too = charter is not None and not why_not_add_key(
        state=state,
        side=side,
        words_of=record.sides_of_words(document, charter=charter),
        signed=found.turned,
    )
    return ToRead(
        proposal=found,
        charter=charter,
        before=record.version_before(document),
        source=_source_of(document),
        reasons=record.refusals_of(digest) if state is State.REFUSED else (),
        wait=wait,
        why_not_sign=why_not_sign(document, side=side, charter=charter, today=today)
        if is_proposed or may_sign_too
        else None,
        is_key_here=is_key_here(side, charter=charter),
        may_sign_too=may_sign_too,
        may_sign=is_proposed and side in found.missing,
        may_refuse=is_proposed and not own and side in found.missing,
        may_withdraw=is_proposed
        and own
        and not rules.why_not_take_back(has_closer=document.closer is not None),
        may_stand_alone=own
        and wait is not None
        and wait.is_over
        and not why_not_sign_meanwhile(document, side=side, charter=charter, today=today),
        may_take_down=first == digest
        or (state in {State.OPEN, State.CLOSED} and document.kind not in OWN_SHAPES),
        first_words=first if first != digest else None,
    )


def to_take_down(side: str, digest: str, *, today: date) -> ToTakeDown:
    """Return what closing this document, or joining in its closing, would do; or raise NotFound."""
    charter = current_charter(on=today)
    if charter is None:
        raise NotFound
    document, is_joining, closed_by, is_of_version = record.closable_for(side, digest)
    closers = {*closed_by, side}
    return ToTakeDown(
        document=document,
        source=_source_of(document),
        charter=charter,
        is_joining=is_joining,
        closed_by=closed_by,
        is_final=record.closes_for_good(document, closed_by=closers),
        is_of_version=is_of_version,
        goes_with_it=()
        if is_of_version
        else tuple(record.goes_with(document.id, closed_by=closers)),
        is_followed_at_once=comes_out_at_once(),
    )


def own_to_take_down(side: str, digests: Collection[str], *, today: date) -> list[ToTakeDown]:
    """Return what closing each of these would do, where all are the side's own words; else refuse all."""
    chosen = sorted(set(digests))
    if refusal := rules.why_not_take_down_several(ticked=chosen):
        raise Refused(refusal)
    found = [to_take_down(side, digest, today=today) for digest in chosen]
    if not all(owner_of(each.document) == side and each.is_final for each in found):
        raise Refused(DeskRefusal.NOT_OWN_TEXTS)
    return found


def notes_of(
    side: str, found: Iterable[ToTakeDown], *, today: date
) -> Iterator[tuple[bytes, Document]]:
    """Yield today's note of each closing, and the document that it closes."""
    for each in found:
        yield record.closing_note(each.document, side=side, today=today), each.document


def closings_to_sign(side: str, digests: Collection[str], *, today: date) -> bytes:
    """Return the notes that close these own words, in one file for the desk's own machine; or refuse."""
    found = own_to_take_down(side, digests, today=today)
    n_bytes = sum(len(each.document.data) for each in found)
    if refusal := rules.why_not_sign_at_once(n=len(found), n_bytes=n_bytes):
        raise Refused(refusal)
    return closings_file(notes_of(side, found, today=today))


def charter_page(side: str, *, today: date) -> CharterPage:
    """Return what the page about the charter shows this desk."""
    charter = current_charter(on=today)
    waiting = proposed_charter(charter=charter)
    if charter is not None:
        return CharterPage(
            shown=charter,
            is_in_force=True,
            is_proposed=False,
            missing=frozenset(),
            without_keys=(),
            next=waiting[0] if waiting else None,
            next_missing=waiting[1] if waiting else frozenset(),
            is_key_here=is_key_here(side, charter=charter),
            unlisted=unlisted_kinds(charter),
            recoveries=recoveries_under_way(on=today),
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
        is_key_here=is_key_here(side, charter=charter),
    )


def unlisted_kinds(charter: Charter) -> tuple[str, ...]:
    """Return the kinds that this charter does not list, or lists with fewer keys than they ask for."""
    return tuple(
        word
        for word, opens in installed().policy.items()
        if word not in charter.policy or is_less(charter.policy[word], than=opens)
    )


def proposed_charter(*, charter: Charter | None) -> tuple[Document, frozenset[str]] | None:
    """Return the charter that waits for keys, and whose; or None."""
    document = record.proposed_charter()
    if document is None:
        return None
    signatures = record.signatures_of(document.digest)
    return document, sides_missing_on_charter(document, signatures, before=charter)


def earlier(side: str, item: str, *, language: str) -> tuple[Draft, Line, list[Earlier]]:
    """Return this desk's draft with its title, and what it was before, newest first; or raise NotFound."""
    draft, states = record.earlier_states(side, item)

    def title(kind: str, shape: str, body: Mapping[str, Any]) -> Line:
        found = installed().title_of_body(kind, shape, body, language=language)
        return found or Line(language, "")

    return (
        draft,
        title(draft.kind, draft.shape, draft.body),
        [
            Earlier(
                key=key,
                title=title(words.kind, words.shape, words.body),
                made_on=made_on,
                words=installed().words_of_body(words.kind, words.shape, words.body),
            )
            for key, words, made_on in states
        ],
    )


def _drafts(side: str, *, language: str, page: int) -> Shelf[OwnDraft]:
    nothing = Line(language, "")
    shelf = record.drafts_shown(side, page=page)
    return shelf.of(
        OwnDraft(
            item=draft.item,
            kind=draft.kind,
            title=title.text,
            language=title.language,
            of=draft.of,
            made_on=draft.made_on,
        )
        for draft in shelf
        for title in [
            installed().title_of_body(draft.kind, draft.shape, draft.body, language=language)
            or nothing
        ]
    )


def _waiting(
    proposals: Iterable[Proposal], *, side: str, charter: Charter | None, today: date
) -> list[Waiting]:
    waiting = []
    for each in proposals:
        wait = _wait_for(each, charter=charter, today=today)
        waiting.append(
            Waiting(
                document=each.document,
                proposed_by=each.proposed_by,
                wait=wait,
                missing=each.missing,
                may_stand_alone=each.proposed_by == side and wait.is_over,
            )
        )
    return waiting


def is_open(document: Document) -> bool:
    """Return whether these very bytes are open."""
    opened = record.open_version(document.id)
    return opened is not None and opened.digest == document.digest


def why_not_sign(
    document: Document, *, side: str, charter: Charter | None, today: date
) -> StrEnum | None:
    """Return why this side turns no key for this document at the moment, or None."""
    if document.kind in {CHARTER, RECOVERY}:
        return None
    refusal = why_not_act(document, Act.SIGN, charter=charter, today=today)
    if refusal:
        return refusal
    return why_not_sign_meanwhile(document, side=side, charter=charter, today=today)


def why_not_sign_meanwhile(
    document: Document | None, *, side: str, charter: Charter | None, today: date
) -> StrEnum | None:
    """Return why this side signs nothing while its key is being changed, or None."""
    proposed = record.proposed_charter()
    return rules.why_not_sign_meanwhile(
        document,
        side=side,
        charter=charter,
        proposed=Charter.from_document(proposed) if proposed else None,
        recovering={each.side for each in recoveries_under_way(on=today)},
    )


def _wait_for(found: Proposal, *, charter: Charter | None, today: date) -> Wait:
    return rules.wait(
        found.proposed_on,
        asked_on=found.asked_on,
        days=_days_of_silence(found, charter=charter),
        today=today,
        n_before=found.n_before,
    )


def _days_of_silence(found: Proposal, *, charter: Charter | None) -> int | None:
    return rules.days_of_silence(
        found.document, proposed_by=found.proposed_by, missing=found.missing, charter=charter
    )


def _source_of(document: Document) -> Document | None:
    """Return the open document that this one is part of: its question, or its text."""
    return None if document.part_of is None else record.open_version(document.part_of)

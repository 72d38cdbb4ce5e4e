"""Every change to a document: one function, one act, one transaction. Time is passed in.

Acts are a side's, never a person's: no function here learns which editor acts. One act runs at a time
(`transactions`). What an act reads is in `rows`, what opens in `opening`, what is destroyed in `destroying`,
what becomes of a draft in `keeping`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from visavis.base.data import WrittenAgain, even_out_folders, written_again
from visavis.base.refusal import Refused
from visavis.kinds.acts import Act
from visavis.kinds.installed import installed
from visavis.safety.transactions import act, empty_the_log
from visavis.sides import keyfiles
from visavis.signing.boxes import CannotOpenError
from visavis.signing.canonical import Digest
from visavis.signing.charter import (
    RELEASE_KEY,
    Charter,
    Signature,
)
from visavis.signing.document import (
    CHARTER,
    RECOVERY,
    RELEASE_NOTE,
    Document,
)
from visavis.signing.keys import PrivateKey, Purpose
from visavis.signing.policy import (
    sides_missing,
    who_signed,
)
from visavis.signing.signed import SignedDocument

from . import (
    chain,
    closing_files,
    closings,
    held,
    models,
    pausing,
    queries,
    rules,
    sealed,
    statements,
    verified,
)
from .along import close_along as close_along  # noqa: PLC0414
from .closing_files import BadClosingsError, NewerClosingsError
from .closings import FinalClosing, Note, SignedNote
from .destroying import (
    all_made_from,
    close_for_good,
    close_version,
    destroy_again,
    is_beyond_judging,
    items_here,
    may_be_closed,
    take_down_every,
)
from .hiding import never_show as never_show  # noqa: PLC0414 - other rooms find every act here
from .hiding import show_again as show_again  # noqa: PLC0414
from .hiding import shut_for_desks
from .keeping import bring_back as bring_back  # noqa: PLC0414
from .keeping import check_drafted, forget_earlier_states
from .keeping import give_up_draft as give_up_draft  # noqa: PLC0414
from .keeping import keep_draft as keep_draft  # noqa: PLC0414
from .models import Closing, Refusal
from .opening import (
    ask_about_the_next,
    ask_its_room,
    check_signature,
    give_up,
    is_of_this_charter,
    let_lapse,
    missing_sides,
    open_row,
    opens,
    true_signers,
    why_its_room_does_not_open,
)
from .owners import closer_of
from .rows import (
    Versions,
    become,
    charter_before,
    charter_on,
    document_of,
    row_and_signatures,
    row_of,
    versions_of,
    wipe,
)
from .rules import RecordRefusal, RefusalReason, State
from .seats import does_not_fit, fills, release_note, seat_of, seats_of, why_not_sit
from .stored import document_of as stored_document
from .whose import whose

MOST_NOTES = 300
"""New closings that are taken from one file at once."""


class RefusedNoteError(Refused):
    """A note that was handed in is not true; ``line`` is its line in its file, counted from 1."""

    def __init__(self, reason: RecordRefusal, *, line: int) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Taken:
    """What came of closing notes that were handed in: how many closed something here now, were known
    already, or name what is not here; and how many are ``left`` for the next time.
    """

    closed: int
    known: int
    not_here: int
    left: int = 0


def propose(
    *,
    document: Document,
    by: str,
    today: date,
    drafted: bytes | None = None,
    of_draft: str = "",
) -> None:
    """The document is before every desk whose key it needs; the draft it came from is gone.

    ``drafted`` is the draft's box as it was read: where another has taken its place, this is refused.
    ``of_draft`` is the draft's id where it is not the document's.
    Raises BadDocumentError for what is no document: not something a desk can mend.
    """
    data = prepared(document)
    _propose_drafted(document, data, of_draft or document.id, by=by, today=today, drafted=drafted)


def prepared(document: Document) -> bytes:
    """Return what is written down of a proposal, before an act begins: see `sealed.shut`."""
    Document.from_bytes(document.data)  # what is stored must be read again by everybody
    return sealed.shut(document)


def propose_prepared(*, document: Document, data: bytes, by: str, today: date) -> None:
    """The same as `propose`, as one step within an act. ``data`` is what `prepared` has returned."""
    _propose(document, data, by=by, today=today, after_silence=False)


@act
def _propose_drafted(
    document: Document,
    data: bytes,
    item: str,
    *,
    by: str,
    today: date,
    drafted: bytes | None,
) -> None:
    if drafted is not None:
        check_drafted(item, by, box=drafted)
    _propose(document, data, by=by, today=today, after_silence=False)


def propose_alone(*, document: Document, asked: Digest, by: str, today: date) -> None:
    """The same words are proposed to stand under one side's name; the unanswered proposal is over."""
    _propose_alone(document, prepared(document), asked=asked, by=by, today=today)


@act
def _propose_alone(document: Document, data: bytes, *, asked: Digest, by: str, today: date) -> None:
    row, signatures = row_and_signatures(asked)
    charter, before = charter_on(today), document_of(row)
    refusal = rules.why_not_propose_alone(
        document,
        asked=before,
        by=by,
        asked_by=row.proposed_by,
        asked_state=State(row.state),
        asked_on=row.asked_on,
        silent=sides_missing(before, signatures, charter=charter) - {by},
        today=today,
        charter=charter,
    )
    if refusal:
        raise Refused(refusal)
    give_up(row, State.WITHDRAWN)
    _propose(document, data, by=by, today=today, after_silence=True)


@act
def turn_key(
    *, digest: str, side: str, public_key: str, signature: str, today: date, seat: str = ""
) -> State:
    """The side's key signs exactly these bytes; returns the state that follows.

    The last key that the charter asks for opens the document in the same act, and supersedes the
    version before it. An answer waits, held for all, until every seat is filled or declared empty; then all
    of them open in this act. ``seat`` is of an answer: the signature that fills its seat.
    """
    row, signatures = row_and_signatures(digest)
    document = document_of(row)
    charter = charter_before(document, today=today)
    signed = true_signers(document, signatures, charter=charter)
    missing = missing_sides(document, signatures, signed, charter=charter)
    there = versions_of(document)
    refusal = rules.why_not_turn_key(
        state=State(row.state),
        side=side,
        missing=missing,
        turned={each.side for each in signatures} - missing,
        is_next=there.is_next and is_of_this_charter(document, charter),
        made_from_open=there.made_from_open,
        is_announced_late=document.kind == RECOVERY and document.day != today,
    )
    if refusal:
        raise Refused(refusal)
    if any(each.public_key == public_key for each in signatures):
        raise Refused(RecordRefusal.ALREADY_TURNED)
    new = Signature(side, public_key, signature)
    check_signature(document, new, charter=charter)
    if document.seal is not None and not fills(
        document, charter, side=side, public_key=public_key, seat=seat
    ):
        raise Refused(RecordRefusal.WRONG_SIGNATURE)
    ask_its_room(document, Act.SIGN, charter=charter, today=today)

    statements.add_signature(digest, new, seat=seat if document.seal else "")
    if opens(document, (*signatures, new), signed | {side}, charter=charter, today=today):
        open_row(row, document, there, today=today)
        if row.asked_on and charter:
            ask_about_the_next(row.proposed_by, charter=charter, today=today)
        if document.seats is not None and charter:
            _release(row.subject, charter=charter, today=today)
    elif document.seal is not None and charter:
        _hold(row)
        if digest in _release(row.subject, charter=charter, today=today):
            return State.OPEN
    return State(row.state)


@act
def add_key(*, digest: Digest, side: str, public_key: str, signature: str, today: date) -> State:
    """The side's key signs an open translation of its words too; the state stays."""
    row, signatures = row_and_signatures(digest)
    document = document_of(row)
    charter = charter_on(today)
    refusal = rules.why_not_add_key(
        state=State(row.state),
        side=side,
        words_of=queries.sides_of_words(document, charter=charter),
        signed=who_signed(document, signatures, charter=charter),
    )
    if refusal:
        raise Refused(refusal)
    new = Signature(side, public_key, signature)
    check_signature(document, new, charter=charter)
    ask_its_room(document, Act.SIGN, charter=charter, today=today)
    statements.add_signature(digest, new)
    statements.touch(document.subject)
    return State(row.state)


@act
def refuse(*, digest: Digest, side: str, reason: RefusalReason, today: date) -> None:
    """The proposal is over; the record says which side refused, and for which reason."""
    row, signatures = row_and_signatures(digest)
    document = document_of(row)
    charter = charter_before(document, today=today)
    signed = true_signers(document, signatures, charter=charter)
    refusal = rules.why_not_refuse(
        state=State(row.state),
        side=side,
        proposed_by=row.proposed_by,
        missing=missing_sides(document, signatures, signed, charter=charter),
    )
    if refusal:
        raise Refused(refusal)
    Refusal.objects.create(document=row, side=side, reason=reason.value)
    give_up(row, State.REFUSED)
    models.Document.objects.filter(digest=digest).update(ended_on=today)
    if row.asked_on and charter:
        ask_about_the_next(row.proposed_by, charter=charter, today=today)


@act
def hand_on(*, digest: Digest, to: bytes) -> None:
    """The holder of this public key reads what waits too. Only who reads it now can hand it on."""
    row = row_of(digest)
    refusal = rules.why_not_hand_on(state=State(row.state), is_private=sealed.is_private(row))
    if refusal:
        raise Refused(refusal)
    statements.change_data(digest, sealed.handed_on(row, to=to))


@act
def decline(*, digest: Digest, side: str, today: date) -> None:
    """A desk does not open what somebody of its side has handed in. Why, or by whom, is not said here.

    The words stay for their author, and for the desk, as those of a refused proposal do.
    """
    row = row_of(digest)
    kind = installed().called(row.kind)
    refusal = rules.why_not_decline(
        state=State(row.state),
        side=side,
        owner=row.owner,
        is_handed_in=bool(row.closer and kind and kind.is_private),
    )
    if refusal:
        raise Refused(refusal)
    give_up(row, State.REFUSED)
    held.hold_no_more([digest])
    models.Document.objects.filter(digest=digest).update(ended_on=today)


@act
def withdraw(*, digest: Digest, side: str) -> None:
    """The proposing desk takes its proposal back: its words are gone. A room keeps them as a draft first."""
    row = row_of(digest)
    refusal = rules.why_not_withdraw(state=State(row.state), side=side, proposed_by=row.proposed_by)
    if refusal:
        raise Refused(refusal)
    give_up(row, State.WITHDRAWN)


@act
def forget_refused(*, digest: Digest, side: str) -> None:
    """The words of what was refused are gone before their thirty days; its state and days stay."""
    row = row_of(digest)
    refusal = rules.why_not_forget(state=State(row.state), side=side, proposed_by=row.proposed_by)
    if refusal:
        raise Refused(refusal)
    wipe([digest])


@act
def take_down(
    *,
    digest: Digest,
    side: str,
    note: bytes,
    public_key: str,
    signature: str,
    at: datetime,
    is_urgent: bool = False,
) -> bool:
    """The document and all that was made from it are closed; return whether for good.

    Joining another side's closing is the same act. ``note`` is `queries.closing_note` of today. Readers lose
    sight of it with the next edition; ``is_urgent`` asks for one at once, within the same transaction.
    """
    row = row_of(digest)
    charter = charter_on(at.date())
    let_lapse(row, at=at)
    has_notes = {c.side for c in row.closings.all() if not c.with_item}
    first = rules.is_own_first(
        state=State(row.state), is_sealed=row.is_sealed, owner=row.side, side=side
    )
    refusal = rules.why_not_take_down(
        kind=row.kind,
        state=State(row.state),
        side=side,
        closed_by=has_notes,
        is_final=not row.data,
        is_own_first=first,
    )
    if refusal:
        raise Refused(refusal)
    closing_side = charter.side(side)
    if closing_side is None:
        raise Refused(RecordRefusal.NO_SUCH_SIDE)
    if public_key != closing_side.public_key.hex:
        raise Refused(RecordRefusal.WRONG_KEY)
    document = document_of(row)
    signed = SignedNote(note=note, public_key=public_key, signature=signature)
    if note != queries.closing_note(document, side=side, today=at.date()):
        raise Refused(RecordRefusal.NOT_TODAY)
    if not closings.is_signed(signed, charter=charter):
        raise Refused(RecordRefusal.WRONG_SIGNATURE)

    if row.kind in installed().holding:  # one side alone does not end it: see `pausing`
        pausing.ask_for_end(row, side=side, charter=charter, at=at)
        return False
    if first:
        close_version(row, notes=[signed])
        _hurry(row.subject, is_urgent=is_urgent)
        return True
    if queries.closes_for_good(document, closed_by={*has_notes, side}):
        close_for_good(row.item, notes=[*_notes_under(row), signed])
        _hurry(row.subject, is_urgent=is_urgent)
        return True
    reopens_at = rules.reopens_at(at, charter=charter)
    Closing.objects.create(
        document=row,
        side=side,
        note=note,
        public_key=public_key,
        signature=signature,
        reopens_at=reopens_at,
    )
    followers = [e for e in all_made_from(row.item) if e.state in {State.OPEN, State.CLOSED}]
    for follower in followers:
        Closing.objects.update_or_create(
            document=follower, side=side, with_item=row.item, defaults={"reopens_at": reopens_at}
        )
    for each in (row, *followers):
        if each.state != State.CLOSED:
            become(each, State.CLOSED)
        statements.touch(each.subject)
    _hurry(row.subject, is_urgent=is_urgent)
    return False


@act
def close_for_author(
    *,
    digest: Digest,
    note: bytes,
    signature: str,
    today: date,
    is_urgent: bool = False,
    keeper: bytes | None = None,
) -> None:
    """The author's own key closes a document for good: every version, and all that was made from it.

    With ``keeper``, the author's public key for it, the words are hidden, else destroyed: see `hiding`.
    ``note`` is `queries.authors_note` of today. It may be open, closed for a time, or not open yet; and who
    has no key of its author's learns nothing of it, not even that it is there. For ``is_urgent`` see
    `take_down`.
    """
    charter = charter_on(today)
    there = statements.document(digest)
    found = whose(there[0]) if there else None
    closer = closer_of(found) if found else None
    signed = SignedNote(note=note, public_key=closer or "", signature=signature)
    said = Note.from_bytes(note)
    refusal = rules.why_not_close_for_author(
        kind=found.kind if found else None,
        is_by_closer=found is not None
        and said is not None
        and closings.is_signed(signed, charter=charter)
        and note
        == closings.authors_note(
            site=charter.site,
            item=found.item,
            digest=found.digest,
            closer=closer,
            today=said.day,
        ),
        day=said.day if said else None,
        today=today,
    )
    if refusal or there is None or found is None:
        raise Refused(refusal or RecordRefusal.NOT_ITS_AUTHOR)
    close_for_good(found.item, notes=[signed], keeper=keeper)
    _hurry(there[0].subject, is_urgent=is_urgent)


def take_closings(content: bytes, *, today: date) -> Taken:
    """What the notes in this file close is closed for good here too, and destroyed; or nothing has happened.

    Raises RefusedNoteError, with the line, for what is no such file, for a note that its sides have not
    signed, and for one that lies about whose words it closes. Notes that are known change nothing.

    Of new ones `MOST_NOTES` are taken, and the rest is counted: the same file handed in again goes on.
    Everything is read and checked before the first act begins; the notes are written down in one file.
    """
    charter = charter_on(today)
    try:
        handed_in = closing_files.read(content)
    except NewerClosingsError as error:
        raise RefusedNoteError(RecordRefusal.NEWER_CLOSINGS, line=error.line) from error
    except BadClosingsError as error:
        raise RefusedNoteError(RecordRefusal.NOT_CLOSINGS, line=error.line) from error
    if handed_in.site != charter.site:
        raise Refused(RecordRefusal.ANOTHER_SITE)
    new, n_known = _not_known(handed_in.closings)
    charters = chain.charters_that_closed(handed_in.charters, on=today)
    finals = []
    for line, notes in new[:MOST_NOTES]:
        final = closings.final_closing(notes, charters=charters)
        if final is None or not may_be_closed(final):
            raise RefusedNoteError(RecordRefusal.FALSE_NOTE, line=line)
        finals.append(final)
    known = {charter.digest for charter in charters}
    was_noted = [closings.is_noted(final.digest) for final in finals]
    _keep_notes(finals, charters=[each for each in handed_in.charters if each.digest in known])
    closed = take_down_every(finals)
    n_noted = sum(was and not now for was, now in zip(was_noted, closed, strict=True))
    return Taken(
        closed=sum(closed),
        known=n_known + n_noted,
        not_here=len(finals) - sum(closed) - n_noted,
        left=len(new) - len(finals),
    )


def _not_known(
    handed_in: Sequence[tuple[int, Sequence[SignedNote]]],
) -> tuple[list[tuple[int, Sequence[SignedNote]]], int]:
    """Return what is to be done, and how many are written down already and name nothing that is here."""
    said = [(line, notes, Note.from_bytes(notes[0].note)) for line, notes in handed_in]
    here = items_here([each.item for _line, _notes, each in said if each])
    new = [
        (line, notes)
        for line, notes, each in said
        if not all(map(closings.is_taken_back, notes))
        and (
            each is None
            or each.item in here
            or not set(notes) <= set(closings.notes_of(each.digest))
        )
    ]
    return new, len(handed_in) - len(new)


def even_out_files() -> None:
    """No private file tells when an act has written it: see `data.written_again`.

    What takes time is done before; an act that writes one of them waits for a rename alone.
    """
    _swap(written_again())
    even_out_folders()


@act
def _swap(files: Sequence[WrittenAgain]) -> None:
    for file in files:
        file.swap()


@act
def _keep_notes(finals: Sequence[FinalClosing], *, charters: Sequence[SignedDocument]) -> None:
    closing_files.keep_charters(charters)
    judged: dict[str, list[SignedNote]] = {}
    for final in finals:
        if not is_beyond_judging(final):
            judged.setdefault(final.digest, []).extend(final.notes)
    closings.keep_every(judged)


def settle(*, at: datetime) -> None:
    """Everything that time alone brings about has happened: lapsed closings, old notes, what was refused.

    Called by the press before every edition. Doing it twice changes nothing, and it opens nothing sealed.
    """
    destroy_again(at.date())
    pausing.settle(at=at)
    _wipe_what_was_refused(today=at.date())
    forget_earlier_states(today=at.date())
    shut_for_desks(today=at.date())
    _let_lapse_every(at=at)
    pausing.settle(at=at)  # once more: a pause holds what a lone closing has just let go
    _ask_about_every(today=at.date())
    transaction.on_commit(chain.remember_charters)
    transaction.on_commit(empty_the_log)


@act
def _wipe_what_was_refused(*, today: date) -> None:
    refused = models.Document.objects.filter(state=State.REFUSED).exclude(data=b"")
    wipe(
        [
            digest
            for digest, ended_on in refused.values_list("digest", "ended_on")
            if ended_on is None or rules.is_past(ended_on, today=today)
        ]
    )


@act
def _let_lapse_every(*, at: datetime) -> None:
    closed = models.Document.objects.filter(state=State.CLOSED, closings__reopens_at__lte=at)
    for row in closed.exclude(data=b"").distinct().order_by("digest"):
        let_lapse(row, at=at)


@act
def _ask_about_every(*, today: date) -> None:
    """What closings, withdrawals and a new charter have left in the lines moves up."""
    charter = chain.current_charter(on=today)
    if charter is not None:
        for side in charter.side_codes:
            ask_about_the_next(side, charter=charter, today=today)


def let_out_what_waits(side: str, today: date) -> None:
    """A desk has signed in: its own keyed answers are held again, and what waited for it alone is released.

    That is so after a restored backup, with a joint key that is newer, and where the desk of the last act
    could not open every answer.
    """
    charter = chain.current_charter(on=today)
    waiting = models.Document.objects.filter(
        is_sealed=True, state=State.PROPOSED, signatures__isnull=False
    ).distinct()
    for row in waiting.filter(side=side):
        _hold_again(Digest(row.digest))
    for question in sorted(set(waiting.values_list("subject", flat=True))):
        # Looked at before the act: hardly ever is anything due, and no other act waits meanwhile.
        if charter and _due(question, charter=charter, today=today):
            release_answers(question=question, today=today)


@act
def _hold_again(digest: Digest) -> None:
    row = row_of(digest)
    if row.state == State.PROPOSED:
        _hold(row)


def _hold(row: models.Document) -> None:
    """The answer can be opened for its release; by nobody who has only the disk, or only a key."""
    again = held.held_again(row)
    if again is not None:
        row.data = again
        statements.change_data(row.digest, again)


@act
def release_answers(*, question: str, today: date) -> bool:
    """Every keyed answer to this question is open, if all seats are filled or declared empty.

    Returns whether anything was released. The caller must be a reader who can open all of them.
    """
    return bool(_release(question, charter=charter_on(today), today=today))


def _release(question: str, *, charter: Charter, today: date) -> frozenset[str]:
    """All answers that wait are open, or none; returns the digests of those that this act has opened.

    One release note, signed with the release key, names the answers and repeats each side's own
    signature over its answer's digest: a verifier of the record sees that nobody was let out early.
    The release key signs what was judged from bytes, never what a row says: question, note and
    answers all come from `verified`. Without that key nothing is released, and the act goes on.
    """
    due = _due(question, charter=charter, today=today)
    release_key = _release_key(charter) if due else None
    if due is None or release_key is None:
        return frozenset()
    written = release_note(due.asked, due.before, due.seats, today=today)
    for row in models.Document.objects.filter(
        subject=question, kind=RELEASE_NOTE, state=State.OPEN
    ):
        become(row, State.SUPERSEDED)
        wipe([row.digest])
    statements.add_document(written, state=State.OPEN, by="", today=today, data=written.data)
    signature = release_key.sign(written.digest, purpose=Purpose.DOCUMENT)
    statements.add_signature(
        written.digest, Signature(RELEASE_KEY, release_key.public.hex, signature)
    )
    for row, answer, there in due.ready:
        open_row(row, answer, there, today=today)
    return frozenset(answer.digest for _, answer, _ in due.ready)


def _release_key(charter: Charter) -> PrivateKey | None:
    """Return the release key of this installation, if it is the one that the charter names."""
    try:
        key = keyfiles.release_key()
    except keyfiles.BadKeyFileError:
        return None
    return key if key.public == charter.release_key else None


@dataclass(frozen=True)
class _Due:
    """Answers that nothing seals any more: every seat is filled or declared empty."""

    asked: Document
    before: Document | None
    seats: dict[str, dict[str, str]]
    ready: list[tuple[models.Document, Document, Versions]]


def _due(question: str, *, charter: Charter, today: date) -> _Due | None:
    """Return what is to be released of this question, judged from bytes; None for nothing.

    As long as a seat is neither filled nor empty, no held answer is opened. Where this reader cannot open
    one that has a key, none is due: no answer comes out before another.
    """
    around = verified.open_subject(question, charter=charter)
    asked = around[0].document if around else None
    if asked is None or asked.seats is None:
        return None
    before = next((e.document for e in around if e.document.kind == RELEASE_NOTE), None)
    seats = seats_of(before, charter=charter)
    answers = models.Document.objects.filter(
        subject=question, is_sealed=True, state__in=[State.OPEN, State.PROPOSED]
    ).prefetch_related("signatures")
    # What is open already comes first; what has no key fills no seat.
    keyed = [row for row in answers.order_by("state", "digest") if row.signatures.all()]
    is_filled = {*seats, *asked.seats.empty, *(row.side for row in keyed)}
    if not set(asked.seats.sides) <= is_filled:
        return None
    ready = []
    for row in keyed:
        try:
            words = held.words_for_release(row)
        except CannotOpenError:
            return None
        found = verified.judged(row, words, charter=charter)
        if found is None or does_not_fit(found.document, asked):
            continue
        side = found.document.side or ""
        if seats.get(side, {"id": found.document.id})["id"] != found.document.id:
            continue
        if row.state == State.PROPOSED:
            there = versions_of(found.document)
            if not there.is_next or why_its_room_does_not_open(
                found.document, charter=charter, today=today
            ):
                continue
            ready.append((row, found.document, there))
        seat = seat_of(row, found, charter=charter)
        if seat is not None:
            seats.setdefault(side, seat)
    if not ready or not set(asked.seats.sides) <= {*seats, *asked.seats.empty}:
        return None
    return _Due(asked, before, seats, ready)


@act
def name_again() -> None:
    """What open documents name is in its table: a database from before there was one has no row of it.

    Cost: every open document without such rows is read once.
    """
    for row in models.Document.objects.filter(state=State.OPEN, named=None).iterator(
        chunk_size=500
    ):
        document = stored_document(row)
        if document is not None:
            named = installed().named_in(document)
            statements.add_names(document.digest, named, opened_on=document.day)


@act
def touch_everything() -> None:
    """Every page is made again in the next edition: the charter, which all of them show, has changed."""
    statements.touch_everything()


def _propose(document: Document, data: bytes, *, by: str, today: date, after_silence: bool) -> None:
    charter = chain.current_charter(on=today)
    if document.kind == CHARTER:
        proposed = Charter.from_document(document)
        if charter is None and proposed.side(by) is None:
            raise Refused(RecordRefusal.NO_SUCH_SIDE)
    if document.kind == RECOVERY and chain.why_not_recovery(document, None, on=today):
        raise Refused(RecordRefusal.NOT_THE_NEXT_VERSION)
    there = versions_of(document)
    kind = installed().of(document)
    most = kind.most_waiting if kind else 0
    waiting = [] if most else statements.proposed_by(by)
    refusal = rules.why_not_propose(
        document,
        by=by,
        waiting=waiting,
        is_line_full=bool(most) and statements.n_proposed(by, document.kind) >= most,
        charter=charter,
        today=today,
        open_version=there.opened,
        last_version=there.last,
        is_proposed=there.is_proposed,
        has_address_of_another=there.has_address_of_another,
        made_from_open=there.made_from_open,
        before=_before(document, there),
        after_silence=after_silence,
    ) or why_not_sit(document, there)
    if refusal:
        raise Refused(refusal)
    act_now = Act.ALONE if after_silence else Act.PROPOSE
    ask_its_room(document, act_now, charter=charter, today=today)
    new = rules.InLine(
        document.digest,
        document.kind,
        document.seal is not None,
        not document.standing.is_joint,
        today,
        None,
        len(data),
    )
    begun = rules.who_is_asked([*waiting, new], charter=charter) if charter else ()
    asked_on = today if document.digest in begun else None
    statements.add_document(
        document, state=State.PROPOSED, by=by, today=today, data=data, asked_on=asked_on
    )
    statements.ask_from(today, [each for each in begun if each != document.digest])
    statements.drop_draft(item=document.id, side=by)


def _before(document: Document, there: Versions) -> Document | None:
    """Return the open version that this next one is to replace; of charters the rules ask elsewhere."""
    if there.opened is None or document.kind == CHARTER:
        return None
    return document_of(row_of(there.opened[0]))


def _hurry(subject: str, *, is_urgent: bool) -> None:
    """One row beside those that the closing has left: the press looks for it each second."""
    if is_urgent:
        statements.touch(subject, is_urgent=True)


def _notes_under(row: models.Document) -> list[SignedNote]:
    return [
        SignedNote(note=bytes(c.note), public_key=c.public_key, signature=c.signature)
        for c in row.closings.all()
        if not c.with_item
    ]

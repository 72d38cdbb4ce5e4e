"""Every change to a document: one function, one act, one transaction. Time is passed in.

Acts are a side's, never a person's: no function here is told which editor acts. One act at a time: what
an act has read stays so until it is over (SQLite begins every transaction IMMEDIATE; PostgreSQL waits
for a lock).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.models import Q

from visavis.base.data import WrittenAgain, even_out_folders, written_again
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.kinds.acts import Act
from visavis.kinds.installed import installed
from visavis.kinds.writing import written
from visavis.pages import addresses
from visavis.signing.canonical import Digest
from visavis.signing.charter import (
    RELEASE_KEY,
    Charter,
    Signature,
    why_not_first_charter,
    why_not_succeed,
)
from visavis.signing.document import (
    CHARTER,
    OWN_SHAPES,
    RECOVERY,
    RELEASE_NOTE,
    Document,
)
from visavis.signing.keys import PrivateKey, PublicKey, Purpose
from visavis.signing.policy import (
    missing_beside,
    sides_missing,
    who_signed,
    why_not_open_by,
    why_sealed,
)
from visavis.signing.seats import filled_seats, has_filled_seat, seal_for
from visavis.signing.signed import SignedDocument

from . import closing_files, closings, models, queries, rules, statements, verified
from .around import why_not_act
from .batches import batches
from .closing_files import BadClosingsError, NewerClosingsError
from .closings import FinalClosing, Note, SignedNote
from .models import Changed, Closing, Draft, MadeFrom, Refusal
from .owners import closer_of, said_owners
from .rules import RecordRefusal, RefusalReason, State

P = ParamSpec("P")
R = TypeVar("R")
ONE_ACT_AT_A_TIME = 0x7669736176697301  # any number, so long as nothing else locks it
LONGEST_WAIT_FOR_READERS = 1_000
OF_THE_CHAIN = (CHARTER, RECOVERY)
"""The kinds that are judged with the charter before them, and never taken down."""
LIVE = (State.OPEN, State.PROPOSED, State.CLOSED)


class RefusedNoteError(Refused):
    """A note that was handed in is not true; ``line`` is where it stands in its file, counted from 1."""

    def __init__(self, reason: RecordRefusal, *, line: int) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True)
class Taken:
    """What came of closing notes that were handed in: how many closed something here now, were known
    already, or name what is not here.
    """

    closed: int
    known: int
    not_here: int


def act(change: Callable[P, R]) -> Callable[P, R]:
    """Run ``change`` in one transaction, while no other act runs."""

    @wraps(change)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_ACT_AT_A_TIME])
            return change(*args, **kwargs)

    return alone


@act
def keep_draft(
    *,
    item: str,
    kind: str,
    side: str,
    shape: str,
    body: Mapping[str, Any],
    today: date,
    base_digest: str = "",
    of: str = "",
    has_words_of: bool = False,
    until: date | None = None,
) -> None:
    """Keep what a desk is writing, in place of what it kept under this id before.

    ``of`` is the item that it answers, translates or changes; ``has_words_of``: words of that item are
    in it, so that the draft goes when these are destroyed. ``until``: the last day of the seats it gives.
    """
    values = {
        "kind": str(kind),
        "shape": shape,
        "body": dict(body),
        "until": until,
        "base_digest": base_digest,
        "of": of,
        "has_words_of": has_words_of,
    }
    Draft.objects.update_or_create(
        item=item, side=side, defaults=values, create_defaults={**values, "made_on": today}
    )


@act
def give_up_draft(*, item: str, side: str) -> None:
    """A desk's draft is gone, as if it had never been."""
    n_gone, _ = Draft.objects.filter(item=item, side=side).delete()
    if not n_gone:
        raise NotFound
    transaction.on_commit(_empty_the_log)


@act
def propose(*, document: Document, by: str, today: date) -> None:
    """The document is before every desk whose key it needs; the draft it came from is gone.

    Raises BadDocumentError for what is no document: not something a desk can mend.
    """
    _propose(document, by=by, today=today, after_silence=False)


@act
def propose_alone(*, document: Document, asked: Digest, by: str, today: date) -> None:
    """The same words are proposed to stand under one side's name; the unanswered proposal is over."""
    row, signatures = _row_and_signatures(asked)
    charter, before = _charter(today), _document(row)
    refusal = rules.why_not_propose_alone(
        document,
        asked=before,
        by=by,
        asked_by=row.proposed_by,
        asked_state=State(row.state),
        asked_on=row.proposed_on,
        silent=sides_missing(before, signatures, charter=charter) - {by},
        today=today,
        charter=charter,
    )
    if refusal:
        raise Refused(refusal)
    _give_up(row, State.WITHDRAWN)
    _propose(document, by=by, today=today, after_silence=True)


@act
def turn_key(
    *, digest: str, side: str, public_key: str, signature: str, today: date, seat: str = ""
) -> State:
    """The side's key stands under exactly these bytes; returns the state that follows.

    The last key that the charter asks for opens the document in the same act, and supersedes the
    version before it. A sealed answer stays proposed until `release_answers`; ``seat`` is then the
    signature that fills its seat.
    """
    row, signatures = _row_and_signatures(digest)
    document = _document(row)
    charter = _charter_before(document, today=today)
    signed = _who_signed(document, signatures, charter=charter)
    missing = _missing(document, signatures, signed, charter=charter)
    there = _versions(document)
    refusal = rules.why_not_turn_key(
        state=State(row.state),
        side=side,
        missing=missing,
        turned={each.side for each in signatures} - missing,
        is_next=there.is_next and _is_of_this_charter(document, charter),
        made_from_open=there.made_from_open,
        is_announced_late=document.kind == RECOVERY and document.day != today,
    )
    if refusal:
        raise Refused(refusal)
    if any(each.public_key == public_key for each in signatures):
        raise Refused(RecordRefusal.ALREADY_TURNED)
    new = Signature(side, public_key, signature)
    _check_signature(document, new, charter=charter)
    if document.seal is not None and not _fills(
        document, charter, side=side, public_key=public_key, seat=seat
    ):
        raise Refused(RecordRefusal.WRONG_SIGNATURE)
    _ask_its_room(document, Act.SIGN, charter=charter, today=today)

    statements.add_signature(digest, new, seat=seat if document.seal else "")
    if _opens(document, (*signatures, new), signed | {side}, charter=charter, today=today):
        _open(row, document, there)
    elif document.seal is not None and charter and _due(row.subject, charter=charter, today=today):
        # The last seat is filled: the next edition has something to release, and is not to be late.
        statements.touch(row.subject)
    return State(row.state)


@act
def add_key(*, digest: Digest, side: str, public_key: str, signature: str, today: date) -> State:
    """The side's key stands under an open translation of its words too; the state stays."""
    row, signatures = _row_and_signatures(digest)
    document = _document(row)
    charter = _charter(today)
    refusal = rules.why_not_add_key(
        state=State(row.state),
        side=side,
        words_of=queries.sides_of_words(document, charter=charter),
        signed=who_signed(document, signatures, charter=charter),
    )
    if refusal:
        raise Refused(refusal)
    new = Signature(side, public_key, signature)
    _check_signature(document, new, charter=charter)
    _ask_its_room(document, Act.SIGN, charter=charter, today=today)
    statements.add_signature(digest, new)
    statements.touch(document.subject)
    return State(row.state)


@act
def refuse(*, digest: Digest, side: str, reason: RefusalReason, today: date) -> None:
    """The proposal is over; the record says which side refused, and for which reason."""
    row, signatures = _row_and_signatures(digest)
    document = _document(row)
    charter = _charter_before(document, today=today)
    signed = _who_signed(document, signatures, charter=charter)
    refusal = rules.why_not_refuse(
        state=State(row.state),
        side=side,
        proposed_by=row.proposed_by,
        missing=_missing(document, signatures, signed, charter=charter),
    )
    if refusal:
        raise Refused(refusal)
    Refusal.objects.create(document=row, side=side, reason=reason.value)
    _give_up(row, State.REFUSED)


@act
def withdraw(*, digest: Digest, side: str) -> None:
    """The proposing desk takes its proposal back; nobody else can read it any more."""
    row = _row(digest)
    refusal = rules.why_not_withdraw(state=State(row.state), side=side, proposed_by=row.proposed_by)
    if refusal:
        raise Refused(refusal)
    _give_up(row, State.WITHDRAWN)


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
    row = _row(digest)
    charter = _charter(at.date())
    _let_lapse(row, at=at)
    has_notes = {c.side for c in row.closings.all() if not c.with_item}
    refusal = rules.why_not_take_down(
        kind=row.kind,
        state=State(row.state),
        side=side,
        closed_by=has_notes,
        is_final=not row.data,
    )
    if refusal:
        raise Refused(refusal)
    closing_side = charter.side(side)
    if closing_side is None:
        raise Refused(RecordRefusal.NO_SUCH_SIDE)
    if public_key != closing_side.public_key.hex:
        raise Refused(RecordRefusal.WRONG_KEY)
    document = _document(row)
    signed = SignedNote(note=note, public_key=public_key, signature=signature)
    if note != queries.closing_note(document, side=side, today=at.date()):
        raise Refused(RecordRefusal.NOT_TODAY)
    if not closings.is_signed(signed, charter=charter):
        raise Refused(RecordRefusal.WRONG_SIGNATURE)

    if queries.closes_for_good(document, closed_by={*has_notes, side}):
        _close_for_good(row.item, notes=[*_notes_under(row), signed])
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
    followers = [e for e in _made_from(row.item) if e.state in {State.OPEN, State.CLOSED}]
    for follower in followers:
        Closing.objects.update_or_create(
            document=follower, side=side, with_item=row.item, defaults={"reopens_at": reopens_at}
        )
    for each in (row, *followers):
        if each.state != State.CLOSED:
            _become(each, State.CLOSED)
        statements.touch(each.subject)
    _hurry(row.subject, is_urgent=is_urgent)
    return False


@act
def close_for_author(
    *, digest: Digest, note: bytes, signature: str, today: date, is_urgent: bool = False
) -> None:
    """The author's own key closes a document for good: every version, and all that was made from it.

    ``note`` is `queries.authors_note` of today. It may be open, closed for a time, or not open yet; and who
    has no key of its author's learns nothing of it, not even that it is there. For ``is_urgent`` see
    `take_down`.
    """
    charter = _charter(today)
    there = statements.document(digest)
    found = verified.read(there[0]) if there else None
    document = found.document if found else None
    closer = closer_of(document) if document else None
    signed = SignedNote(note=note, public_key=closer or "", signature=signature)
    said = Note.from_bytes(note)
    refusal = rules.why_not_close_for_author(
        kind=document.kind if document else None,
        is_by_closer=document is not None
        and said is not None
        and closings.is_signed(signed, charter=charter)
        and note == queries.authors_note(document, today=said.day),
        day=said.day if said else None,
        today=today,
    )
    if refusal or document is None:
        raise Refused(refusal or RecordRefusal.NOT_ITS_AUTHOR)
    _close_for_good(document.id, notes=[signed])
    _hurry(document.subject, is_urgent=is_urgent)


@act
def take_closings(content: bytes, *, today: date) -> Taken:
    """What the notes in this file close is closed for good here too, and destroyed; or nothing has happened.

    Raises RefusedNoteError, with the line, for what is no such file, for a note that its sides have not
    signed, and for one that lies about whose words it closes. Notes that are known change nothing.
    """
    charter = _charter(today)
    try:
        handed_in = closing_files.read(content)
    except NewerClosingsError as error:
        raise RefusedNoteError(RecordRefusal.NEWER_CLOSINGS, line=error.line) from error
    except BadClosingsError as error:
        raise RefusedNoteError(RecordRefusal.NOT_CLOSINGS, line=error.line) from error
    if handed_in.site != charter.site:
        raise Refused(RecordRefusal.ANOTHER_SITE)
    charters = verified.charters_that_closed(handed_in.charters, on=today)
    finals = []
    for line, notes in handed_in.closings:
        final = closings.final_closing(notes, charters=charters)
        if final is None or not _may_be_closed(final):
            raise RefusedNoteError(RecordRefusal.FALSE_NOTE, line=line)
        finals.append(final)
    known = {charter.digest for charter in charters}
    closing_files.keep_charters(each for each in handed_in.charters if each.digest in known)
    was_here = set(closings.noted())
    n_closed = n_known = 0
    for final in finals:
        if not _is_beyond_judging(final):
            closings.keep_final(final.digest, final.notes)
        if _take_down_again(final):
            n_closed += 1
        elif final.digest in was_here:
            n_known += 1
    return Taken(closed=n_closed, known=n_known, not_here=len(finals) - n_closed - n_known)


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
def settle(*, at: datetime, release_key: PrivateKey | None = None) -> None:
    """Everything that time alone brings about has happened: lapsed closings, releases, old notes.

    Called by the press before every edition. Doing it twice changes nothing.
    """
    _destroy_again(at.date())
    closed = models.Document.objects.filter(state=State.CLOSED, closings__reopens_at__lte=at)
    for row in closed.exclude(data=b"").distinct().order_by("digest"):
        _let_lapse(row, at=at)
    if release_key is not None and verified.current_charter(on=at.date()) is not None:
        waiting = models.Document.objects.filter(is_sealed=True, state=State.PROPOSED)
        for question in sorted(set(waiting.values_list("subject", flat=True))):
            release_answers(question=question, release_key=release_key, today=at.date())
    transaction.on_commit(verified.remember_charters)
    transaction.on_commit(_empty_the_log)


@act
def release_answers(*, question: str, release_key: PrivateKey, today: date) -> bool:
    """Every keyed answer to this question is open, if all seats are filled or declared empty.

    One release note, signed with the release key, names the answers and repeats each side's own
    signature over its answer's digest: whoever verifies the record sees that nobody was let out early.
    The release key signs what was judged from bytes, never what a row says: question, note and
    answers all come from `verified`. Returns whether anything was released.
    """
    charter = _charter(today)
    if release_key.public != charter.release_key:
        raise Refused(RecordRefusal.WRONG_KEY)
    due = _due(question, charter=charter, today=today)
    if due is None:
        return False
    written = _release_note(due.asked, due.before, due.seats, today=today)
    for row in models.Document.objects.filter(
        subject=question, kind=RELEASE_NOTE, state=State.OPEN
    ):
        _become(row, State.SUPERSEDED)
    statements.add_document(written, state=State.OPEN, by="", today=today)
    signature = release_key.sign(written.digest, purpose=Purpose.DOCUMENT)
    statements.add_signature(
        written.digest, Signature(RELEASE_KEY, release_key.public.hex, signature)
    )
    for row, answer, there in due.ready:
        _open(row, answer, there)
    return True


@dataclass(frozen=True)
class _Due:
    """Answers that nothing seals any more: every seat is filled or declared empty."""

    asked: Document
    before: Document | None
    seats: dict[str, dict[str, str]]
    ready: list[tuple[models.Document, Document, "_Versions"]]


def _due(question: str, *, charter: Charter, today: date) -> _Due | None:
    """Return what the next edition would release of this question, judged from bytes; None for nothing."""
    around = verified.open_subject(question, charter=charter)
    asked = around[0].document if around else None
    if asked is None or asked.seats is None:
        return None
    before = next((e.document for e in around if e.document.kind == RELEASE_NOTE), None)
    seats = _seats_of(before, charter=charter)
    answers = models.Document.objects.filter(
        subject=question, is_sealed=True, state__in=[State.OPEN, State.PROPOSED]
    ).prefetch_related("signatures")
    ready = []
    for row in answers.order_by("state", "digest"):  # what is open already comes first
        found = verified.judged(row, charter=charter)
        if found is None or _does_not_fit(found.document, asked):
            continue
        side = found.document.side or ""
        if seats.get(side, {"id": found.document.id})["id"] != found.document.id:
            continue
        if row.state == State.PROPOSED:
            there = _versions(found.document)
            if not there.is_next or _why_not_open(found.document, charter=charter, today=today):
                continue
            ready.append((row, found.document, there))
        seat = _seat(row, found, charter=charter)
        if seat is not None:
            seats.setdefault(side, seat)
    if not ready or not set(asked.seats.sides) <= {*seats, *asked.seats.empty}:
        return None
    return _Due(asked, before, seats, ready)


@act
def touch_everything() -> None:
    """Every page is made again in the next edition: the charter, which stands on all, has changed."""
    subjects = models.Document.objects.filter(state=State.OPEN).values_list("subject", flat=True)
    Changed.objects.bulk_create(
        [Changed(subject=subject) for subject in subjects.distinct().order_by("subject")],
        batch_size=5_000,
    )


def _propose(document: Document, *, by: str, today: date, after_silence: bool) -> None:
    Document.from_bytes(document.data)  # what is stored must be read again by everybody
    charter = verified.current_charter(on=today)
    if document.kind == CHARTER:
        proposed = Charter.from_document(document)
        if charter is None and proposed.side(by) is None:
            raise Refused(RecordRefusal.NO_SUCH_SIDE)
    if document.kind == RECOVERY and verified.why_not_recovery(document, None, on=today):
        raise Refused(RecordRefusal.NOT_THE_NEXT_VERSION)
    there = _versions(document)
    refusal = rules.why_not_propose(
        document,
        by=by,
        charter=charter,
        today=today,
        open_version=there.opened,
        last_version=there.last,
        is_proposed=there.is_proposed,
        has_address_of_another=there.has_address_of_another,
        made_from_open=there.made_from_open,
        before=_before(document, there),
        after_silence=after_silence,
    ) or _why_not_sit(document, there)
    if refusal:
        raise Refused(refusal)
    act_now = Act.ALONE if after_silence else Act.PROPOSE
    _ask_its_room(document, act_now, charter=charter, today=today)
    statements.add_document(document, state=State.PROPOSED, by=by, today=today)
    statements.drop_draft(item=document.id, side=by)


def _before(document: Document, there: "_Versions") -> Document | None:
    """Return the open version that this next one is to replace; of charters the rules ask elsewhere."""
    if there.opened is None or document.kind == CHARTER:
        return None
    return _document(_row(there.opened[0]))


def _why_not_sit(answer: Document, there: "_Versions") -> RecordRefusal | None:
    """Return why this answer cannot take its side's seat at the open question, or None."""
    if answer.seal is None:
        return None
    question = _row(there.open_sources[answer.seal.question])
    return rules.why_not_sit(
        fits=not _does_not_fit(answer, _document(question)),
        is_taken=statements.has_answered(
            question.item, answer.side or "", besides=answer.id, states=(*LIVE, State.SUPERSEDED)
        ),
    )


def _does_not_fit(answer: Document, question: Document) -> bool:
    """Whether the answer is not sealed by just this question's seats, or its side has none there."""
    return question.seats is None or answer.seal != seal_for(question)


def _seats_of(note: Document | None, *, charter: Charter) -> dict[str, dict[str, str]]:
    filled = filled_seats(note, charter=charter) if note else {}
    return {side: note.body["seats"][side] for side in filled} if note else {}


def _seat(
    row: models.Document, answer: SignedDocument, *, charter: Charter
) -> dict[str, str] | None:
    """Return the row of a note for this answer, or None where no signature of its side fills the seat."""
    side = answer.document.side or ""
    for each in row.signatures.all():
        if _fills(answer.document, charter, side=side, public_key=each.public_key, seat=each.seat):
            return {
                "id": answer.document.id,
                "digest": answer.digest,
                "public_key": each.public_key,
                "signature": each.seat,
            }
    return None


def _fills(
    answer: Document, charter: Charter | None, *, side: str, public_key: str, seat: str
) -> bool:
    return (
        charter is not None
        and answer.seal is not None
        and has_filled_seat(
            charter,
            side,
            question=answer.seal.question,
            answer=answer.digest,
            public_key=public_key,
            signature=seat,
        )
    )


def _ask_its_room(document: Document, act: Act, *, charter: Charter | None, today: date) -> None:
    refusal = why_not_act(document, act, charter=charter, today=today)
    if refusal:
        raise Refused(refusal)


def _why_not_open(document: Document, *, charter: Charter | None, today: date) -> StrEnum | None:
    """What its room refuses to open stays where it is; everything else goes on."""
    return why_not_act(document, Act.OPEN, charter=charter, today=today)


def _give_up(row: models.Document, state: State) -> None:
    """A proposal is over; the signatures under it are gone, so that it can never be taken up again."""
    _become(row, state)
    row.signatures.all().delete()


def _let_lapse(row: models.Document, *, at: datetime) -> None:
    """What was closed by one side alone is open again once every closing's time has passed."""
    gone, _ = row.closings.filter(reopens_at__lte=at).delete()
    if not gone or row.state != State.CLOSED or not row.data or row.closings.exists():
        return
    if models.Document.objects.filter(item=row.item, state=State.OPEN).exists():
        return
    _become(row, State.OPEN)
    statements.touch(row.subject)


def _open(row: models.Document, document: Document, there: "_Versions") -> None:
    if there.opened is not None:
        statements.change_state(there.opened[0], State.SUPERSEDED)
    _become(row, State.OPEN)
    if document.kind == CHARTER:
        _end_recoveries(document)
        touch_everything()
    if document.kind in OF_THE_CHAIN:
        transaction.on_commit(verified.remember_charters)
    statements.touch(document.subject)


def _end_recoveries(charter: Document) -> None:
    """A charter that every side signs overrides the recoveries that are under way."""
    for each in verified.recoveries_under_way(on=charter.day):
        statements.change_state(each.document.digest, State.SUPERSEDED)


def _opens(
    document: Document,
    signatures: Sequence[Signature],
    signed: frozenset[str],
    *,
    charter: Charter | None,
    today: date,
) -> bool:
    """Whether these signatures open the document now: its own bytes may seal it still.

    ``signed`` are those of whom a signature among these has been found true; a charter's are checked here.
    """
    if document.kind == CHARTER:
        return _charter_opens(document, signatures, before=charter)
    if document.kind == RECOVERY:
        return verified.why_not_recovery(document, signatures, on=today) is None
    if charter is None or why_not_open_by(document, signed, charter=charter):
        return False
    if document.seal is None:
        return True
    around = verified.open_subject(document.subject, charter=charter)
    note = next((each for each in around if each.document.kind == RELEASE_NOTE), None)
    return not why_sealed(
        document,
        charter=charter,
        question=around[0].document if around else None,
        note=note.document if note else None,
        note_signatures=note.signatures if note else (),
    )


def _is_of_this_charter(document: Document, charter: Charter | None) -> bool:
    """Whether no key of the charter was recovered since this next charter was written down."""
    if document.kind != CHARTER or charter is None:
        return True
    return verified.current_charter(on=document.day) == charter


def _charter_opens(
    document: Document, signatures: Sequence[Signature], *, before: Charter | None
) -> bool:
    proposed = Charter.from_document(document)
    if before is None:
        return why_not_first_charter(proposed, signatures) is None
    return why_not_succeed(before, proposed, signatures) is None


def _who_signed(
    document: Document, signatures: Sequence[Signature], *, charter: Charter | None
) -> frozenset[str]:
    """Return whose signatures are true; nobody for what is judged with the charter before it."""
    if document.kind in OF_THE_CHAIN or charter is None:
        return frozenset()
    return who_signed(document, signatures, charter=charter)


def _missing(
    document: Document,
    signatures: Sequence[Signature],
    signed: frozenset[str],
    *,
    charter: Charter | None,
) -> frozenset[str]:
    if document.kind == RECOVERY:
        return verified.sides_missing_on_recovery(document, signatures)
    if document.kind == CHARTER or charter is None:
        return verified.sides_missing_on_charter(document, signatures, before=charter)
    return missing_beside(signed, document, charter=charter)


def _check_signature(document: Document, new: Signature, *, charter: Charter | None) -> None:
    """Refuse what is not this side's key, or not over the bytes that were read, whatever their row says."""
    if new.public_key not in _keys_asked_of(document, new.side, charter=charter):
        raise Refused(RecordRefusal.WRONG_KEY)
    if not PublicKey(new.public_key).has_signed(
        document.digest, purpose=Purpose.DOCUMENT, signature=new.signature
    ):
        raise Refused(RecordRefusal.WRONG_SIGNATURE)


def _keys_asked_of(document: Document, side: str, *, charter: Charter | None) -> set[str]:
    """Return the public keys of this side that count under this document.

    For a charter: the one it names, and the one in force. For a recovery: its recovery key, and the new key.
    """
    if document.kind == RECOVERY:
        return {key.hex for key in verified.keys_asked_of_recovery(document)}
    asked: set[str] = set()
    if document.kind == CHARTER:
        proposed = Charter.from_document(document).side(side)
        asked |= {proposed.public_key.hex} if proposed else set()
    if charter is not None and (current := charter.side(side)) is not None:
        asked.add(current.public_key.hex)
    return asked


def _release_note(
    question: Document, before: Document | None, seats: dict[str, Any], *, today: date
) -> Document:
    return written(
        RELEASE_NOTE,
        {"seats": seats},
        shape=OWN_SHAPES[RELEASE_NOTE],
        part_of=question.id,
        site=question.site,
        languages=(),
        today=today,
        before=before,
        made_from=(question.source,),
    )


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


def _close_for_good(item: str, *, notes: Sequence[SignedNote]) -> None:
    """Every version of the item is closed by these notes, and all made from it; then it is destroyed.

    What an author takes back of what is private to one desk is withdrawn: closed, the others would see it.
    """
    made = _made_from(item)
    rows = models.Document.objects.filter(item=item).exclude(data=b"")
    live = {row.digest: row for row in (*rows.order_by("-version"), *made) if row.state in LIVE}
    for row in live.values():
        is_own = row.item == item
        is_unseen = is_own and row.state == State.PROPOSED and _is_private(row)
        row.state = State.WITHDRAWN if is_unseen else State.CLOSED
        row.save(update_fields=["state"])
        for note in notes:
            said = Note.from_bytes(note.note)
            Closing.objects.update_or_create(
                document=row,
                side=(said.side if said else None) or "",
                with_item="" if is_own else item,
                defaults={
                    "reopens_at": None,
                    "note": note.note if is_own else b"",
                    "public_key": note.public_key if is_own else "",
                    "signature": note.signature if is_own else "",
                },
            )
        statements.touch(row.subject)
    _destroy(item, made, notes=notes)


def _is_private(row: models.Document) -> bool:
    return row.is_sealed or row.kind in installed().private


def _destroy(item: str, made: Sequence[models.Document], *, notes: Sequence[SignedNote]) -> None:
    """Body, salt and signatures of every version are gone; a note of it lies beside the database."""
    items = {item, *(each.item for each in made if each.state in LIVE)}
    doomed = models.Document.objects.filter(
        Q(item__in=items) | Q(digest__in=[each.digest for each in made])
    ).exclude(data=b"")
    digests = list(doomed.values_list("digest", flat=True))
    for digest in digests:
        closings.keep_final(digest, notes)
    for proposal in doomed.filter(state=State.PROPOSED).defer("data"):
        _become(proposal, State.CLOSED)
    _wipe(digests)
    Draft.objects.filter(_bears_words_of(items, digests)).delete()
    transaction.on_commit(_empty_the_log)


def _wipe(digests: Sequence[str]) -> None:
    models.Document.objects.filter(digest__in=digests).update(data=b"")
    models.Signature.objects.filter(document__in=digests).delete()
    MadeFrom.objects.filter(document__in=digests).delete()


def _bears_words_of(items: Collection[str], digests: Collection[str]) -> Q:
    """Ask for every draft, of any desk, that was begun from these: a change, a translation."""
    begun_from = Q(of__in=items, has_words_of=True)
    return Q(item__in=items) | Q(base_digest__in=digests) | begun_from


def _destroy_again(today: date) -> None:
    """Whatever a final closing names is gone, also when an older database has been put back."""
    back = list[str]()
    for some in batches(closings.noted()):
        there = models.Document.objects.filter(digest__in=some).exclude(data=b"")
        back += there.values_list("digest", flat=True)
    charters = verified.charters_that_closed(on=today) if back else ()
    doomed = []
    for row in models.Document.objects.filter(digest__in=back).order_by("digest"):
        found = verified.read(row)
        named = closings.closing_that_names(row.digest, charters=charters)
        true = [each for each in named if found is not None and _is_of(found.document, each)]
        for final in true[:1]:
            _take_down_again(final)
        if not true and closings.went_along(row.digest, charters=charters):
            doomed.append(row.digest)
            models.Document.objects.filter(digest=row.digest).update(state=State.CLOSED)
            Draft.objects.filter(_bears_words_of({row.item}, [row.digest])).delete()
            statements.touch(row.subject)
    _wipe(doomed)


def _may_be_closed(final: FinalClosing) -> bool:
    """Whether what this names may be closed at all and, where its bytes are here, is what it says."""
    about = models.Document.objects.filter(Q(digest=final.digest) | Q(item=final.item))
    if about.filter(kind__in=list(OWN_SHAPES)).exists():
        return False
    there = about.filter(digest=final.digest).exclude(data=b"").first()
    found = verified.read(there) if there else None
    return found is None or (_is_of(found.document, final) and _is_final(found.document, final))


def _is_beyond_judging(final: FinalClosing) -> bool:
    """Whether this is an author's note about what is closed for good here already: see `closings`."""
    gone = models.Document.objects.filter(digest=final.digest, data=b"")
    return final.is_authors and closings.is_noted(final.digest) and gone.exists()


def _is_of(document: Document, final: FinalClosing) -> bool:
    return final.is_of(document, owners=said_owners(document))


def _is_final(document: Document, final: FinalClosing) -> bool:
    return queries.closes_for_good(document, closed_by=final.closed_by)


def _take_down_again(final: FinalClosing) -> bool:
    """What these notes name is gone, and all made from it; return whether anything of it was here.

    Where the very bytes are not here, an older version tells whose words they are, not the note.
    """
    rows = models.Document.objects.filter(item=final.item).exclude(data=b"").order_by("-version")
    shown = rows.filter(state__in=[State.OPEN, State.CLOSED, State.SUPERSEDED])
    named = rows.filter(digest=final.digest).first() or shown.first()
    found = verified.read(named) if named else None
    if found is None or not _is_final(found.document, final):
        return False
    _close_for_good(final.item, notes=final.notes)
    return True


def _empty_the_log() -> None:
    """Bytes that were overwritten in the database leave its write-ahead log too.

    A reader in the middle of something keeps the log; then the next `settle` empties it.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
            cursor.execute(f"PRAGMA busy_timeout = {LONGEST_WAIT_FOR_READERS}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")


def _made_from(item: str) -> list[models.Document]:
    """Return every document, through all steps, that was made from this item and still has words.

    What was withdrawn, refused or superseded is among them: it bears the same words.
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


def _become(row: models.Document, state: State) -> None:
    if not rules.may_become(State(row.state), state):
        raise Refused(RecordRefusal.NOT_PROPOSED)
    row.state = state
    statements.change_state(row.digest, state)


def _row(digest: str) -> models.Document:
    row, _ = _row_and_signatures(digest)
    return row


def _row_and_signatures(digest: str) -> tuple[models.Document, tuple[Signature, ...]]:
    found = statements.document(digest)
    if found is None:
        raise Refused(RecordRefusal.NOT_PROPOSED)
    return found


def _document(row: models.Document) -> Document:
    if not row.data:
        raise Refused(RecordRefusal.CLOSED_FOR_GOOD)
    return Document.from_bytes(bytes(row.data))


def _charter_before(document: Document, *, today: date) -> Charter | None:
    """Return the charter in force; only what is itself a charter can do without."""
    return verified.current_charter(on=today) if document.kind == CHARTER else _charter(today)


def _charter(today: date) -> Charter:
    charter = verified.current_charter(on=today)
    if charter is None:
        raise Refused(RecordRefusal.NO_CHARTER)
    return charter


@dataclass(frozen=True)
class _Versions:
    """What there is of a document's item, and of what the document is made from."""

    opened: tuple[Digest, int] | None
    """Digest and version of the item's open document."""
    last: int
    """The highest version that was ever open, 0 for none."""
    is_proposed: bool
    is_next: bool
    open_sources: Mapping[str, Digest]
    """Of each item that the document is made from and that is open: its open document."""
    made_from_open: bool
    has_address_of_another: bool
    """Another item's id begins with the digits that make this one's address."""


def _versions(document: Document) -> _Versions:
    """Return what there is; the same bytes a second time are proposed already.

    After a closing there is no next version: what is closed counts among those that were open.
    """
    sources = {source.id for source in document.made_from}
    short = addresses.short(document.id)
    found = statements.versions(
        {document.id, *sources}, digest=document.digest, between=(short, f"{short}g")
    )
    own = [each for each in found if each.item == document.id]
    opened = next(((Digest(e.digest), e.version) for e in own if e.state == State.OPEN), None)
    open_sources = {
        each.item: Digest(each.digest)
        for each in found
        if each.item in sources and each.state == State.OPEN
    }
    shown = {State.OPEN, State.CLOSED, State.SUPERSEDED}
    return _Versions(
        opened=opened,
        last=max((each.version for each in own if each.state in shown), default=0),
        is_proposed=any(each.digest == document.digest for each in found)
        or any(each.state == State.PROPOSED for each in own),
        is_next=document.replaces == (opened[0] if opened else None),
        open_sources=open_sources,
        made_from_open=sources == set(open_sources),
        has_address_of_another=any(
            each.item != document.id and each.item.startswith(short) for each in found
        ),
    )

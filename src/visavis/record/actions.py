"""Every change to a document: one function, one act, one transaction. Time is passed in.

Acts are a side's, never a person's: no function here is told which editor acts.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from visavis.base.refusal import Refused
from visavis.signing.canonical import Digest, new_id, new_salt
from visavis.signing.charter import RELEASE, Charter, Key, why_not_first_charter, why_not_succeed
from visavis.signing.document import JOINT, Document, Kind, Source
from visavis.signing.keys import PrivateKey, PublicKey, Purpose
from visavis.signing.policy import empty_chairs, keys_missing, why_not_open, why_sealed

from . import closings, models, public, queries, rules
from .closings import SignedNote
from .models import Closing, Draft, KeyTurned, MadeFrom, Place, Refusal, Touched
from .rules import RecordRefusal, RefusalReason, State


@transaction.atomic
def keep_draft(
    *, item: str, kind: Kind, side: str, body: dict[str, Any], today: date, base_digest: str = ""
) -> Draft:
    """Keep what a desk is writing, in place of what it kept under this id before."""
    kept, _ = Draft.objects.update_or_create(
        item=item,
        side=side,
        defaults={"kind": kind.value, "body": body, "base_digest": base_digest},
        create_defaults={
            "kind": kind.value,
            "body": body,
            "base_digest": base_digest,
            "made_on": today,
        },
    )
    return kept


@transaction.atomic
def give_up_draft(*, item: str, side: str) -> None:
    """A desk's draft is gone, as if it had never been."""
    queries.draft_for(side, item).delete()


@transaction.atomic
def propose(*, document: Document, by: str, today: date) -> None:
    """The document is before every desk whose key it needs; the draft it came from is gone."""
    charter = public.current_charter(on=today)
    refusal = rules.why_not_propose(
        document,
        by=by,
        charter=charter,
        today=today,
        open_version=_open_version(document.id),
        last_version=_last_version(document.id),
        is_proposed=models.Document.objects.filter(item=document.id, state=State.PROPOSED).exists(),
        made_from_open=_is_made_from_open(document),
    )
    if refusal:
        raise Refused(refusal)
    if document.kind is Kind.CHARTER:
        Charter.from_document(document)  # raises BadDocumentError: not something a desk can mend
    _store(document, state=State.PROPOSED, by=by, today=today)
    Draft.objects.filter(item=document.id, side=by).delete()


@transaction.atomic
def propose_alone(*, document: Document, asked: Digest, by: str, today: date) -> None:
    """The same words are proposed to stand under one side's name; the unanswered proposal is over."""
    row = _locked(asked)
    charter = _charter(today)
    refusal = rules.why_not_propose_alone(
        document,
        asked=_document(row),
        by=by,
        asked_by=row.proposed_by,
        asked_state=State(row.state),
        asked_on=row.proposed_on,
        today=today,
        charter=charter,
    )
    if refusal:
        raise Refused(refusal)
    _become(row, State.WITHDRAWN)
    propose(document=document, by=by, today=today)


@transaction.atomic
def turn_key(*, digest: Digest, side: str, public_key: str, signature: str, today: date) -> State:
    """The side's key stands under exactly these bytes; returns the state that follows.

    The last key that the charter asks for opens the document in the same act, and supersedes the
    version before it. A sealed answer stays proposed until `release_answers`.
    """
    row = _locked(digest)
    document, keys = _document(row), queries.keys_of(digest)
    missing = _missing(document, keys, today=today)
    refusal = rules.why_not_turn_key(
        state=State(row.state),
        side=side,
        missing=missing,
        turned={key.side for key in keys} - missing,
        is_next=_is_next(document),
        made_from_open=_is_made_from_open(document),
    )
    if refusal:
        raise Refused(refusal)
    if public_key not in _keys_asked_of(document, side, today=today):
        raise Refused(RecordRefusal.WRONG_KEY)
    signed = PublicKey(public_key).has_signed(digest, purpose=Purpose.DOCUMENT, signature=signature)
    if not signed:
        raise Refused(RecordRefusal.WRONG_SIGNATURE)

    KeyTurned.objects.create(document=row, side=side, public_key=public_key, signature=signature)
    if _opens(document, (*keys, Key(side, public_key, signature)), today=today):
        _open(row, document)
    return State(row.state)


@transaction.atomic
def refuse(*, digest: Digest, side: str, reason: RefusalReason, today: date) -> None:
    """The proposal is over; the record says which side refused, and for which reason."""
    row = _locked(digest)
    missing = _missing(_document(row), queries.keys_of(digest), today=today)
    refusal = rules.why_not_refuse(
        state=State(row.state),
        side=side,
        proposed_by=row.proposed_by,
        missing=missing,
        is_recovery=_is_recovery(row, today=today),
    )
    if refusal:
        raise Refused(refusal)
    Refusal.objects.create(document=row, side=side, reason=reason.value)
    _become(row, State.REFUSED)


@transaction.atomic
def withdraw(*, digest: Digest, side: str) -> None:
    """The proposing desk takes its proposal back; nobody else can read it any more."""
    row = _locked(digest)
    refusal = rules.why_not_withdraw(state=State(row.state), side=side, proposed_by=row.proposed_by)
    if refusal:
        raise Refused(refusal)
    _become(row, State.WITHDRAWN)


@transaction.atomic
def close(
    *, digest: Digest, side: str, note: bytes, public_key: str, signature: str, at: datetime
) -> bool:
    """The document and all that was made from it are closed at once; return whether for good.

    Joining another side's closing is the same act. ``note`` is `closings.closing_note` of today.
    """
    row = _locked(digest)
    charter = _charter(at.date())
    has_notes = {c.side for c in row.closings.all() if not c.with_item}
    refusal = rules.why_not_close(
        kind=Kind(row.kind),
        state=State(row.state),
        side=side,
        closed_by=has_notes,
        is_final=not row.data,
    )
    if refusal:
        raise Refused(refusal)
    document = _document(row)
    signed = SignedNote(note=note, public_key=public_key, signature=signature)
    if note != closings.closing_note(document, side=side, today=at.date()):
        raise Refused(RecordRefusal.NOT_TODAY)
    if not closings.is_signed(signed, charter=charter):
        raise Refused(RecordRefusal.WRONG_SIGNATURE)

    is_final = rules.is_closing_final(owner=rules.owner_of(document), closed_by={*has_notes, side})
    reopens_at = None if is_final else rules.reopens_at(at, charter=charter)
    Closing.objects.create(
        document=row,
        side=side,
        note=note,
        public_key=public_key,
        signature=signature,
        reopens_at=reopens_at,
    )
    made = _made_from(row.item)
    followers = [each for each in made if each.state != State.PROPOSED]
    for follower in followers:
        Closing.objects.update_or_create(
            document=follower, side=side, with_item=row.item, defaults={"reopens_at": reopens_at}
        )
    for each in (row, *followers):
        if each.state != State.CLOSED:
            _become(each, State.CLOSED)
        _touch(each.subject)
    if is_final:
        _destroy(row, made)
    return is_final


@transaction.atomic
def settle(*, at: datetime, release_key: PrivateKey | None = None) -> None:
    """Everything that time alone brings about has happened: lapsed closings, releases, old notes.

    Called by the press before every edition. Doing it twice changes nothing.
    """
    _destroy_again(at.date())
    for row in models.Document.objects.filter(state=State.CLOSED).exclude(data=b""):
        notes = list(row.closings.all())
        if notes and all(note.reopens_at and note.reopens_at <= at for note in notes):
            row.closings.all().delete()
            if not models.Document.objects.filter(item=row.item, state=State.OPEN).exists():
                _become(row, State.OPEN)
                _touch(row.subject)
    for row in models.Document.objects.filter(kind=Kind.CHARTER.value, state=State.PROPOSED):
        document = _document(row)
        if _is_next(document) and _opens(document, queries.keys_of(row.digest), today=at.date()):
            _open(row, document)
    if release_key is not None:
        waiting = models.Document.objects.filter(kind=Kind.ANSWER.value, state=State.PROPOSED)
        for question in sorted(set(waiting.values_list("subject", flat=True))):
            release_answers(question=question, release_key=release_key, today=at.date())


@transaction.atomic
def release_answers(*, question: str, release_key: PrivateKey, today: date) -> bool:
    """Every keyed answer to this question is open, if all seats are filled or declared empty.

    One release note, signed with the release key, names the answers and repeats each side's own
    signature over its answer's digest: whoever verifies the record sees that nobody was let out early.
    Returns whether anything was released.
    """
    charter = _charter(today)
    asked = models.Document.objects.filter(item=question, state=State.OPEN).first()
    if asked is None:
        return False
    question_document = _document(asked)
    note_row = models.Document.objects.filter(
        subject=question, kind=Kind.RELEASE.value, state=State.OPEN
    ).first()
    note = _document(note_row) if note_row else None
    seats: dict[str, Any] = dict(note.body["seats"]) if note else {}
    rows = models.Document.objects.select_for_update().filter(
        subject=question, kind=Kind.ANSWER.value, state=State.PROPOSED
    )
    ready = []
    for row in rows:
        answer, keys = _document(row), queries.keys_of(Digest(row.digest))
        if why_not_open(answer, keys, charter=charter) or not _is_next(answer):
            continue
        own = next(key for key in keys if key.side == answer.side)
        seats[answer.side or ""] = {
            "id": answer.id,
            "digest": answer.digest,
            "public_key": own.public_key,
            "signature": own.signature,
        }
        ready.append((row, answer))
    if not ready or not set(question_document.body["seats"]) <= set(seats) | empty_chairs(
        question_document
    ):
        return False
    written = _document_of_release(question_document, note, seats, today=today)
    if note_row:
        _become(note_row, State.SUPERSEDED)
    stored = _store(written, state=State.OPEN, by="", today=today)
    KeyTurned.objects.create(
        document=stored,
        side=RELEASE,
        public_key=release_key.public.hex,
        signature=release_key.sign(written.digest, purpose=Purpose.DOCUMENT),
    )
    for row, answer in ready:
        _open(row, answer)
    return True


@transaction.atomic
def give_places(*, shelf: str, subjects: Sequence[str]) -> None:
    """Each subject that has none yet gets the next number on the shelf, in the order given."""
    placed = set(Place.objects.filter(subject__in=subjects).values_list("subject", flat=True))
    number = public.places_on(shelf)
    new = [subject for subject in subjects if subject not in placed]
    Place.objects.bulk_create(
        Place(subject=subject, shelf=shelf, number=number + i) for i, subject in enumerate(new)
    )


def touch_everything() -> None:
    """Every page is made again in the next edition: the charter, which stands on all, has changed."""
    subjects = models.Document.objects.filter(state=State.OPEN).values_list("subject", flat=True)
    Touched.objects.bulk_create(
        (Touched(subject=subject) for subject in subjects.distinct().iterator()), batch_size=5_000
    )


def _open(row: models.Document, document: Document) -> None:
    for older in models.Document.objects.filter(item=document.id, state=State.OPEN):
        _become(older, State.SUPERSEDED)
    _become(row, State.OPEN)
    if document.kind is Kind.CHARTER:
        touch_everything()
    _touch(document.subject)


def _opens(document: Document, keys: Sequence[Key], *, today: date) -> bool:
    """Whether these keys open the document now: its own bytes may seal it still."""
    if document.kind is Kind.CHARTER:
        proposed, before = Charter.from_document(document), public.current_charter(on=today)
        if before is None:
            return why_not_first_charter(proposed, keys) is None
        return why_not_succeed(before, proposed, keys, on=today) is None
    charter = _charter(today)
    if why_not_open(document, keys, charter=charter):
        return False
    if document.release is None:
        return True
    around = public.open_subject(document.subject, charter=charter)
    note = next((each for each in around if each.document.kind is Kind.RELEASE), None)
    return not why_sealed(
        document,
        charter=charter,
        question=around[0].document if around else None,
        note=note.document if note else None,
        note_keys=note.keys if note else (),
    )


def _missing(document: Document, keys: Sequence[Key], *, today: date) -> frozenset[str]:
    if document.kind is Kind.CHARTER:
        return public.charter_keys_missing(document, keys, on=today)
    return keys_missing(document, keys, charter=_charter(today))


def _keys_asked_of(document: Document, side: str, *, today: date) -> set[str]:
    """Return the public keys of this side that count under this document.

    For a charter: the one it names, the one in force, and the recovery key in force.
    """
    charter = public.current_charter(on=today)
    asked: set[str] = set()
    if document.kind is Kind.CHARTER:
        proposed = Charter.from_document(document).side(side)
        asked |= {proposed.public_key.hex} if proposed else set()
    if charter is not None and (current := charter.side(side)) is not None:
        asked.add(current.public_key.hex)
        if document.kind is Kind.CHARTER:
            asked.add(current.recovery_key.hex)
    return asked


def _is_recovery(row: models.Document, *, today: date) -> bool:
    """Whether a recovery key stands under this proposed charter: nobody else's yes is asked then."""
    charter = public.current_charter(on=today)
    if charter is None or row.kind != Kind.CHARTER.value:
        return False
    recovery = {side.recovery_key.hex for side in charter.sides}
    return any(key.public_key in recovery for key in row.keys.all())


def _store(document: Document, *, state: State, by: str, today: date) -> models.Document:
    row = models.Document.objects.create(
        digest=document.digest,
        item=document.id,
        subject=document.subject,
        kind=document.kind.value,
        version=document.version,
        side=document.side or "",
        state=state,
        proposed_by=by,
        proposed_on=today,
        data=document.data,
    )
    MadeFrom.objects.bulk_create(
        MadeFrom(document=row, item=item) for item in sorted({s.id for s in document.made_from})
    )
    return row


def _document_of_release(
    question: Document, before: Document | None, seats: dict[str, Any], *, today: date
) -> Document:
    return Document(
        site=question.site,
        kind=Kind.RELEASE,
        id=before.id if before else new_id(),
        version=before.version + 1 if before else 1,
        replaces=before.digest if before else None,
        made_from=(question.source,),
        standing=JOINT,
        side=None,
        release=None,
        day=today,
        salt=new_salt(),
        languages=(),
        body={"seats": seats},
    )


def _destroy(row: models.Document, made: Sequence[models.Document]) -> None:
    """Body, salt and signatures of every version are gone; a note of it lies beside the database."""
    notes = [
        SignedNote(note=bytes(c.note), public_key=c.public_key, signature=c.signature)
        for c in row.closings.all()
        if not c.with_item
    ]
    items = {each.item for each in (row, *made)}
    for version in models.Document.objects.filter(item__in=items).exclude(state=State.PROPOSED):
        closings.keep_final(version.digest, notes)
        _wipe(version)
    for proposal in models.Document.objects.filter(item__in=items, state=State.PROPOSED):
        closings.keep_final(proposal.digest, notes)
        _become(proposal, State.CLOSED)
        _wipe(proposal)
    Draft.objects.filter(item__in=items).delete()
    transaction.on_commit(_empty_the_log)


def _wipe(row: models.Document) -> None:
    row.data = b""
    row.save(update_fields=["data"])
    row.keys.all().delete()
    row.made_from.all().delete()


def _destroy_again(today: date) -> None:
    """Whatever a final closing names is gone, also when an older database has been put back."""
    charter = public.current_charter(on=today)
    if charter is None:
        return
    back = [
        digest
        for digest in closings.closed_for_good(charter)
        if models.Document.objects.filter(digest=digest).exclude(data=b"").exists()
    ]
    for row in models.Document.objects.filter(digest__in=back):
        models.Document.objects.filter(digest=row.digest).update(state=State.CLOSED)
        _wipe(row)
        _touch(row.subject)
    if back:
        transaction.on_commit(_empty_the_log)


def _empty_the_log() -> None:
    """Bytes that were overwritten in the database leave its write-ahead log too."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _made_from(item: str) -> list[models.Document]:
    """Return every document, through all steps, that was made from this item and still has words."""
    found: dict[str, models.Document] = {}
    waiting = [item]
    while waiting:
        made = models.Document.objects.filter(made_from__item=waiting.pop()).exclude(data=b"")
        for row in made.exclude(kind=Kind.CHARTER.value):
            if row.digest not in found and row.state in {State.OPEN, State.PROPOSED, State.CLOSED}:
                found[row.digest] = row
                waiting.append(row.item)
    return list(found.values())


def _become(row: models.Document, state: State) -> None:
    if not rules.may_become(State(row.state), state):
        raise Refused(RecordRefusal.NOT_PROPOSED)
    row.state = state
    row.save(update_fields=["state"])


def _touch(subject: str) -> None:
    Touched.objects.create(subject=subject)


def _locked(digest: str) -> models.Document:
    row = models.Document.objects.select_for_update().filter(digest=digest).first()
    if row is None:
        raise Refused(RecordRefusal.NOT_PROPOSED)
    return row


def _document(row: models.Document) -> Document:
    return Document.from_bytes(bytes(row.data))


def _charter(today: date) -> Charter:
    charter = public.current_charter(on=today)
    if charter is None:
        raise Refused(RecordRefusal.NO_CHARTER)
    return charter


def _open_version(item: str) -> tuple[Digest, int] | None:
    row = models.Document.objects.filter(item=item, state=State.OPEN).first()
    return (Digest(row.digest), row.version) if row else None


def _last_version(item: str) -> int:
    """Return the highest version of this item that was ever open: after a closing there is no next."""
    shown = models.Document.objects.filter(
        item=item, state__in=[State.OPEN, State.CLOSED, State.SUPERSEDED]
    )
    return max(shown.values_list("version", flat=True), default=0)


def _is_next(document: Document) -> bool:
    opened = _open_version(document.id)
    before = opened[0] if opened else None
    return document.replaces == before


def _is_made_from_open(document: Document) -> bool:
    return all(_is_open(source) for source in document.made_from)


def _is_open(source: Source) -> bool:
    return models.Document.objects.filter(item=source.id, state=State.OPEN).exists()

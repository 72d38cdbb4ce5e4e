"""From a proposal to an open document: whose keys are missing, which count, and what opens with the last."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction

from visavis.base.refusal import Refused
from visavis.kinds.acts import Act
from visavis.kinds.installed import installed
from visavis.signing.canonical import Digest
from visavis.signing.charter import Charter, Signature, why_not_first_charter, why_not_succeed
from visavis.signing.document import CHARTER, RECOVERY, RELEASE_NOTE, Document
from visavis.signing.keys import PublicKey, Purpose
from visavis.signing.policy import missing_beside, who_signed, why_not_open_by, why_sealed

from . import chain, models, rules, statements, verified
from .around import why_not_act
from .rows import OF_THE_CHAIN, Versions, become, may_open_again, wipe
from .rules import RecordRefusal, State
from .sealed import is_shut


def ask_about_the_next(side: str, *, charter: Charter, today: date) -> None:
    """Where a proposal of this side is over, silence about its next oldest begins to count."""
    begun = rules.who_is_asked(statements.proposed_by(side), charter=charter)
    statements.ask_from(today, begun)


def ask_its_room(document: Document, act: Act, *, charter: Charter | None, today: date) -> None:
    refusal = why_not_act(document, act, charter=charter, today=today)
    if refusal:
        raise Refused(refusal)


def why_its_room_does_not_open(
    document: Document, *, charter: Charter | None, today: date
) -> StrEnum | None:
    """What its room refuses to open stays where it is; everything else goes on."""
    return why_not_act(document, Act.OPEN, charter=charter, today=today)


def true_signers(
    document: Document, signatures: Sequence[Signature], *, charter: Charter | None
) -> frozenset[str]:
    """Return whose signatures are true; nobody for what is judged with the charter before it."""
    if document.kind in OF_THE_CHAIN or charter is None:
        return frozenset()
    return who_signed(document, signatures, charter=charter)


def missing_sides(
    document: Document,
    signatures: Sequence[Signature],
    signed: frozenset[str],
    *,
    charter: Charter | None,
) -> frozenset[str]:
    if document.kind == RECOVERY:
        return chain.sides_missing_on_recovery(document, signatures)
    if document.kind == CHARTER or charter is None:
        return chain.sides_missing_on_charter(document, signatures, before=charter)
    return missing_beside(signed, document, charter=charter)


def check_signature(document: Document, new: Signature, *, charter: Charter | None) -> None:
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
        return {key.hex for key in chain.keys_asked_of_recovery(document)}
    asked: set[str] = set()
    if document.kind == CHARTER:
        proposed = Charter.from_document(document).side(side)
        asked |= {proposed.public_key.hex} if proposed else set()
    if charter is not None and (current := charter.side(side)) is not None:
        asked.add(current.public_key.hex)
    return asked


def is_of_this_charter(document: Document, charter: Charter | None) -> bool:
    """Whether no key of the charter was recovered since this next charter was written down."""
    if document.kind != CHARTER or charter is None:
        return True
    return chain.current_charter(on=document.day) == charter


def opens(
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
        return chain.why_not_recovery(document, signatures, on=today) is None
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


def _charter_opens(
    document: Document, signatures: Sequence[Signature], *, before: Charter | None
) -> bool:
    proposed = Charter.from_document(document)
    if before is None:
        return why_not_first_charter(proposed, signatures) is None
    return why_not_succeed(before, proposed, signatures) is None


def open_row(row: models.Document, document: Document, there: Versions, *, today: date) -> None:
    named = installed().named_in(document)
    since = statements.names_since(there.opened[0]) if named.items and there.opened else None
    if there.opened is not None:
        _replace(*there.opened, by=document)
    # From now on it is public: its own bytes take the place of the envelope.
    become(row, State.OPEN, words=document.data if is_shut(row) else None)
    if document.kind == CHARTER:
        _end_recoveries(document)
        statements.touch_everything()
    if document.kind in OF_THE_CHAIN:
        transaction.on_commit(chain.remember_charters)
    statements.add_names(document.digest, named, opened_on=since or today)
    statements.touch(document.subject)


def _replace(digest: Digest, version: int, *, by: Document) -> None:
    """The version before is over. Its bytes go, but for the first words of an answer and for charters."""
    statements.change_state(digest, State.SUPERSEDED)
    if not rules.stays_when_replaced(
        is_of_the_chain=by.kind in OF_THE_CHAIN, is_sealed=by.seal is not None, version=version
    ):
        wipe([digest])


def _end_recoveries(charter: Document) -> None:
    """A charter that every side signs overrides the recoveries that are under way."""
    for each in chain.recoveries_under_way(on=charter.day):
        statements.change_state(each.document.digest, State.SUPERSEDED)


def give_up(row: models.Document, state: State) -> None:
    """A proposal is over; the signatures under it are gone, so that it can never be taken up again.

    What is taken back is gone in the same act. What was refused stays for its desk for a while.
    """
    become(row, state)
    row.signatures.all().delete()
    if state is State.WITHDRAWN:
        wipe([row.digest])


def let_lapse(row: models.Document, *, at: datetime) -> None:
    """What was closed by one side alone is open again once every closing's time has passed."""
    gone, _ = row.closings.filter(reopens_at__lte=at).delete()
    if gone and row.state == State.CLOSED and may_open_again(row):
        become(row, State.OPEN)
        statements.touch(row.subject)

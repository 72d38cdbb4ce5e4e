"""Who sits at a question: whether an answer fits, which signature fills its seat, the note that says so."""

from datetime import date
from typing import Any

from visavis.kinds.writing import written
from visavis.signing.charter import Charter
from visavis.signing.document import OWN_SHAPES, RELEASE_NOTE, Document
from visavis.signing.seats import filled_seats, has_filled_seat, seal_for
from visavis.signing.signed import SignedDocument

from . import models, rules, statements
from .rows import LIVE, Versions, document_of, row_of
from .rules import RecordRefusal, State


def why_not_sit(answer: Document, there: Versions) -> RecordRefusal | None:
    """Return why this answer cannot take its side's seat at the open question, or None."""
    if answer.seal is None:
        return None
    question = row_of(there.open_sources[answer.seal.question])
    return rules.why_not_sit(
        fits=not does_not_fit(answer, document_of(question)),
        is_taken=statements.has_answered(
            question.item, answer.side or "", besides=answer.id, states=(*LIVE, State.SUPERSEDED)
        ),
    )


def does_not_fit(answer: Document, question: Document) -> bool:
    """Whether the answer is not sealed by just this question's seats, or its side has none there."""
    return question.seats is None or answer.seal != seal_for(question)


def seats_of(note: Document | None, *, charter: Charter) -> dict[str, dict[str, str]]:
    filled = filled_seats(note, charter=charter) if note else {}
    return {side: note.body["seats"][side] for side in filled} if note else {}


def seat_of(
    row: models.Document, answer: SignedDocument, *, charter: Charter
) -> dict[str, str] | None:
    """Return the row of a note for this answer, or None where no signature of its side fills the seat."""
    side = answer.document.side or ""
    for each in row.signatures.all():
        if fills(answer.document, charter, side=side, public_key=each.public_key, seat=each.seat):
            return {
                "id": answer.document.id,
                "digest": answer.digest,
                "public_key": each.public_key,
                "signature": each.seat,
            }
    return None


def fills(
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


def release_note(
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

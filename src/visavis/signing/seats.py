"""Seats of a question, and how a side fills its own.

A side fills its seat with a signature for a purpose of its own, over the question's id and the answer's
digest: no signature that it gave for anything else can take the place of it. The release note repeats it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .canonical import Digest, canonical_bytes, digest_of, is_digest
from .charter import Charter, keys_that_count
from .document import RELEASE_NOTE, Document, SeatsFilled
from .keys import PrivateKey, Purpose


def digest_of_seat(*, question: str, answer: Digest) -> Digest:
    """Return what a side signs to fill its seat at this question with this answer."""
    return digest_of(canonical_bytes({"answer": answer, "question": question}))


def sign_seat(answer: Document, *, key: PrivateKey) -> str:
    """Return the signature that fills the seat for which this sealed answer waits; `seal` must be there."""
    if answer.seal is None:
        raise ValueError("only what is sealed fills a seat")
    seat = digest_of_seat(question=answer.seal.question, answer=answer.digest)
    return key.sign(seat, purpose=Purpose.SEAT)


def has_filled_seat(
    charter: Charter, code: str, *, question: str, answer: Digest, public_key: str, signature: str
) -> bool:
    """Return whether this is the side's signature, by a key of it that counts under the answer."""
    side = charter.side(code)
    seat = digest_of_seat(question=question, answer=answer)
    return side is not None and any(
        key.hex == public_key and key.has_signed(seat, purpose=Purpose.SEAT, signature=signature)
        for key in keys_that_count(side, answer)
    )


def filled_seats(note: Document, *, charter: Charter) -> Mapping[str, str]:
    """Return side → id of the answer that filled its seat, for each one its own side's key vouches for."""
    question = note.part_of
    if note.kind != RELEASE_NOTE or question is None:
        return {}
    return {
        code: str(seat.get("id"))
        for code, seat in _rows(note)
        if has_filled_seat(
            charter,
            code,
            question=question,
            answer=Digest(seat["digest"]),
            public_key=str(seat.get("public_key")),
            signature=str(seat.get("signature")),
        )
    }


def filled_with(note: Document, *, public_key: str) -> frozenset[Digest]:
    """Return the digests of the answers whose seats were filled with this key, as a note names them."""
    return frozenset(
        Digest(seat["digest"]) for _, seat in _rows(note) if seat.get("public_key") == public_key
    )


def seats_named(note: Document) -> Iterator[tuple[str, Digest, object]]:
    """Yield side, digest and id of each answer that a note names, no matter who vouches for it."""
    for code, seat in _rows(note):
        yield code, Digest(seat["digest"]), seat.get("id")


def seal_for(question: Document) -> SeatsFilled:
    """Return the seal that every answer to this question has in its signed bytes."""
    if question.seats is None:
        raise ValueError("a question that gives no seats has no sealed answers")
    return SeatsFilled(question=question.id, seats=question.seats.sides, words=question.words)


def _rows(note: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows that name a digest. Rows of another shape are not read, no matter who signed."""
    seats = note.body.get("seats")
    for code, seat in seats.items() if isinstance(seats, dict) else ():
        if isinstance(seat, dict) and is_digest(seat.get("digest")):
            yield code, seat

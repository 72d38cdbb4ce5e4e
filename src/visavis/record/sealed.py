"""What is not public lies sealed in ``record_document.data``: for whom, and who opens it.

The column holds an envelope (`signing.boxes`) until the document opens, and from then on the document's own
bytes. So whatever the other columns say of a row, its words come out only by an act of somebody who reads
them. Charters, recoveries and notes of release are public, or are about to be: they always lie in the clear.
"""

from visavis.base.refusal import Refused
from visavis.kinds.installed import installed
from visavis.safety.reading import JOINT, CannotSealError, opened, reader
from visavis.sides import desk_keys
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError, Envelope, is_envelope
from visavis.signing.document import OWN_SHAPES, Document

from . import models
from .rules import RecordRefusal, State

CLEAR_STATES = frozenset({State.OPEN, State.SUPERSEDED})
"""What is or was public has no envelope: a row that only says so shows nothing."""


def about(digest: str) -> str:
    """Return what an envelope says of its place. In another row it does not open."""
    return f"record_document.data {digest}"


def sealed_for(document: Document) -> str | None:
    """Return the holder of the key under which a document waits; None for what waits in the clear.

    What only its own desk may read before it opens has that desk's key, all else the joint one.
    """
    if document.kind in OWN_SHAPES:
        return None
    is_private = document.seal is not None or document.kind in installed().private
    return document.side if is_private and document.side else JOINT


def shut(document: Document) -> bytes:
    """Return what is written down of a proposal, or raise Refused where nobody here has the key for it.

    10 kB: 20 µs; 4 MB: 9 ms, so it is done before an act begins.
    """
    holder = sealed_for(document)
    if holder is None:
        return document.data
    try:
        also = [_public_of(side) for side in installed().readers_of(document)]
        return reader().shut(document.data, about=about(document.digest), to=holder, also=also)
    except CannotSealError as error:
        raise Refused(RecordRefusal.NO_READING_KEY) from error


def handed_on(row: models.Document, *, to: bytes) -> bytes:
    """Return the envelope with one more reader, whom it does not name: the holder of this public key.

    Raises Refused where the one who hands it on cannot read it. Who had it before has it no more.
    """
    if not is_shut(row):
        raise Refused(RecordRefusal.NOT_PROPOSED)
    envelope, place = Envelope.from_bytes(bytes(row.data)), about(row.digest)
    try:
        key = reader().key_of(envelope, about=place)
    except CannotOpenError as error:
        raise Refused(RecordRefusal.NO_READING_KEY) from error
    return envelope.with_wrap(boxes.for_one_unnamed(key, to=to, about=place)).as_bytes()


def is_private(row: models.Document) -> bool:
    """Return whether this is its own desk's alone, or some desks', until it opens."""
    return row.is_sealed or row.kind in installed().private


def is_handed_on(row: models.Document) -> bool:
    """Return whether somebody reads it whom the envelope does not name."""
    if not is_shut(row):
        return False
    return any(each.reader == boxes.UNNAMED for each in Envelope.from_bytes(bytes(row.data)).wraps)


def _public_of(side: str) -> bytes:
    key = desk_keys.newest(side)
    if key is None:
        raise CannotSealError(side)
    return key.public


def is_shut(row: models.Document) -> bool:
    """Return whether an envelope lies in this row: its words have never been public."""
    return is_envelope(bytes(row.data))


def words_in(row: models.Document) -> bytes:
    """Return the bytes that lie in a row as this reader has them; none for an envelope of another's."""
    if row.state in CLEAR_STATES and is_shut(row):
        return b""
    return opened(bytes(row.data), about=about(row.digest)) or b""

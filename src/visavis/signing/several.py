"""Several documents in one file, carried to an editor's machine, and their signatures in one file back.

The first is JSON: ``{"format": "visavis-documents-1", "documents": [{"document", "before"}, …]}``. Each
document is the text of its own bytes; ``before`` is the version that is open now, or null. The second is
``{"format": "visavis-signatures-1", "signatures": […]}``, each as `SignatureFile` writes it.

What is to be closed is ``{"format": "visavis-closings-1", "closings": [{"note", "document"}, …]}``: each
note that is signed, and the words that it closes.

None is believed: a document is its bytes, and a signature is checked where it is read.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .canonical import NotCanonicalError, canonical_bytes, parse
from .document import LARGEST_DOCUMENT, BadDocumentError, Document
from .signatures import (
    LARGEST_SIGNATURE_FILE,
    BadSignatureError,
    SignatureFault,
    SignatureFile,
    read_signature,
)

DOCUMENTS_FORMAT = "visavis-documents-1"
SIGNATURES_FORMAT = "visavis-signatures-1"
CLOSINGS_FORMAT = "visavis-closings-1"
CLOSING_FORMAT = "visavis-closing-1"
"""As `visavis.record.closings` writes a note: what it must say is checked there."""
MOST_TOGETHER = 200
"""A hundred contributions in one sitting, each with the card of its author."""
LARGEST_DOCUMENTS_FILE = 5 * LARGEST_DOCUMENT
"""All together are at most as long as one document; so are the versions before. JSON escapes add to it."""
LARGEST_SIGNATURES_FILE = 128 * 1024


class BadDocumentsFileError(ValueError):
    """These bytes are no file of several documents."""


@dataclass(frozen=True)
class ToSign:
    """A document to be read and signed, and the version that is open now, if it replaces one."""

    document: Document
    before: Document | None = None


def documents_file(each_to_sign: Iterable[ToSign]) -> bytes:
    """Return the one file that holds these documents, byte for byte."""
    rows = [
        {
            "document": each.document.data.decode(),
            "before": each.before.data.decode() if each.before else None,
        }
        for each in each_to_sign
    ]
    value = {"format": DOCUMENTS_FORMAT, "documents": rows}
    return json.dumps(value, ensure_ascii=False).encode()


def read_documents(data: bytes) -> tuple[ToSign, ...]:
    """Return what is to be signed, from a file of several or from the bytes of one document.

    Raises BadDocumentsFileError or BadDocumentError.
    """
    value = _json(data)
    if not (isinstance(value, dict) and value.get("format") == DOCUMENTS_FORMAT):
        if len(data) > LARGEST_DOCUMENT:
            raise BadDocumentsFileError("larger than a document may be")
        return (ToSign(Document.from_bytes(data)),)
    rows = value.get("documents")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_TOGETHER:
        raise BadDocumentsFileError(f"it holds no documents, or more than {MOST_TOGETHER}")
    found = tuple(_to_sign(row) for row in rows)
    if len({each.document.digest for each in found}) < len(found):
        raise BadDocumentsFileError("it holds a document twice")
    return found


def _to_sign(row: Any) -> ToSign:
    if not isinstance(row, dict) or set(row) != {"document", "before"}:
        raise BadDocumentsFileError("not rows of documents")
    document = _document(row["document"])
    return ToSign(document, None if row["before"] is None else _document(row["before"]))


def _document(text: Any) -> Document:
    if not isinstance(text, str):
        raise BadDocumentError("not the text of a document")
    try:
        data = text.encode()
    except UnicodeEncodeError as error:  # half of a pair of surrogates
        raise BadDocumentError("not text") from error
    if len(data) > LARGEST_DOCUMENT:
        raise BadDocumentError("larger than a document may be")
    return Document.from_bytes(data)


@dataclass(frozen=True)
class ToClose:
    """The note of a closing as it is signed, what it says, and the words that it closes if they are there."""

    note: bytes
    says: Mapping[str, Any]
    document: Document | None = None


def closings_file(each_to_close: Iterable[tuple[bytes, Document]]) -> bytes:
    """Return the one file that holds these notes, each with its words, byte for byte."""
    rows = [
        {"note": note.decode(), "document": document.data.decode()}
        for note, document in each_to_close
    ]
    return json.dumps({"format": CLOSINGS_FORMAT, "closings": rows}, ensure_ascii=False).encode()


def read_closings(data: bytes) -> tuple[ToClose, ...]:
    """Return what is to be closed, from a file of several or from one note; nothing for any other file.

    Raises BadDocumentsFileError or BadDocumentError.
    """
    if says := _note(data):
        return (ToClose(data, says),)
    value = _json(data)
    if not (isinstance(value, dict) and value.get("format") == CLOSINGS_FORMAT):
        return ()
    rows = value.get("closings")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_TOGETHER:
        raise BadDocumentsFileError(f"it holds no closings, or more than {MOST_TOGETHER}")
    return tuple(map(_to_close, rows))


def _to_close(row: Any) -> ToClose:
    """Return one row; what is shown beside a note must be what the note closes."""
    if not isinstance(row, dict) or set(row) != {"note", "document"}:
        raise BadDocumentsFileError("not rows of closings")
    document = _document(row["document"])
    note = row["note"].encode(errors="replace") if isinstance(row["note"], str) else b""
    says = _note(note)
    if says is None or (says.get("site"), says.get("item"), says.get("digest")) != (
        document.site,
        document.id,
        document.digest,
    ):
        raise BadDocumentsFileError("a note closes other words than those beside it")
    return ToClose(note, says, document)


def _note(data: bytes) -> Mapping[str, Any] | None:
    """Return what a closing note says, or None for anything else."""
    try:
        value = parse(data)
    except NotCanonicalError:
        return None
    is_note = isinstance(value, dict) and value.get("format") == CLOSING_FORMAT
    return value if is_note else None


def signatures_file(signatures: Iterable[SignatureFile]) -> bytes:
    """Return the one file that holds these signatures."""
    rows = [json.loads(each.data) for each in signatures]
    return canonical_bytes({"format": SIGNATURES_FORMAT, "signatures": rows})


def read_signatures(data: bytes) -> tuple[SignatureFile, ...]:
    """Read a file of one signature or of several, and check each; raise BadSignatureError."""
    if len(data) > LARGEST_SIGNATURES_FILE:
        raise BadSignatureError(SignatureFault.TOO_LARGE)
    value = _json(data)
    if not (isinstance(value, dict) and value.get("format") == SIGNATURES_FORMAT):
        return (read_signature(data),)
    rows = value.get("signatures")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_TOGETHER:
        raise BadSignatureError(SignatureFault.NOT_A_SIGNATURE_FILE)
    return tuple(
        read_signature(json.dumps(row).encode()[: LARGEST_SIGNATURE_FILE + 1]) for row in rows
    )


def _json(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return None

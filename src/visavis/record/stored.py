"""The document of a row and its signatures: read, never trusted."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from visavis.signing.charter import Signature
from visavis.signing.document import BadDocumentError, Document
from visavis.signing.keys import PublicKey, Purpose
from visavis.signing.signed import SignedDocument

from . import models


def read(row: models.Document) -> SignedDocument | None:
    """Return the document of a row and the signatures stored for it, unchecked; None for no document."""
    signatures = (
        Signature(each.side, each.public_key, each.signature) for each in row.signatures.all()
    )
    return read_bytes(row.digest, bytes(row.data), signatures)


def document_of(row: models.Document) -> Document | None:
    """Return the document of a row, or None for bytes that are none, or gone."""
    try:
        return Document.from_bytes(bytes(row.data))
    except BadDocumentError:
        return None


def read_bytes(digest: str, data: bytes, signatures: Iterable[Signature]) -> SignedDocument | None:
    try:
        document = Document.from_bytes(data)
    except BadDocumentError:
        return None
    if document.digest != digest:
        return None
    in_order = sorted(signatures, key=lambda each: (each.side, each.public_key))
    return SignedDocument(document=document, signatures=tuple(in_order))


def true_signatures(found: SignedDocument, holders: Mapping[str, str]) -> tuple[Signature, ...]:
    true = [
        each
        for each in found.signatures
        if each.public_key in holders
        and PublicKey(each.public_key).has_signed(
            found.digest, purpose=Purpose.DOCUMENT, signature=each.signature
        )
    ]
    return named_by(true, holders)


def named_by(signatures: Iterable[Signature], holders: Mapping[str, str]) -> tuple[Signature, ...]:
    named = (replace(each, side=holders[each.public_key]) for each in signatures)
    return tuple(sorted(named, key=lambda each: (each.side, each.public_key)))

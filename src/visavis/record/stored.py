"""The document of a row and its signatures: read, never trusted."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from visavis.signing.boxes import is_envelope
from visavis.signing.charter import Signature
from visavis.signing.document import BadDocumentError, Document
from visavis.signing.keys import PublicKey, Purpose
from visavis.signing.signed import SignedDocument

from . import models, statements
from .sealed import is_shut, words_in


def read(row: models.Document) -> SignedDocument | None:
    """Return the document of a row and the signatures stored for it, unchecked; None for no document."""
    return read_bytes(row.digest, words_in(row), signatures_of(row))


def signatures_of(row: models.Document) -> tuple[Signature, ...]:
    """Return the signatures stored for a row, unchecked."""
    every = row.signatures.all()
    return tuple(Signature(each.side, each.public_key, each.signature) for each in every)


def document_of(row: models.Document) -> Document | None:
    """Return the document of a row; None for bytes that are none, or gone, or another reader's.

    Of what was sealed the digest is asked too: else an envelope could show two desks two texts.
    """
    try:
        document = Document.from_bytes(words_in(row))
    except BadDocumentError:
        return None
    return None if is_shut(row) and document.digest != row.digest else document


def open_now(items: Collection[str]) -> dict[str, Document]:
    """Return the open documents of these items, by id: as `document_of` reads them. One statement."""
    found = {}
    for item, data in statements.open_bytes(items).items():
        if is_envelope(data):  # a row that only says that it is open
            continue
        try:
            found[item] = Document.from_bytes(data)
        except BadDocumentError:
            continue
    return found


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

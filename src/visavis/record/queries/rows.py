"""A row's document."""

from visavis.record import models
from visavis.signing.document import BadDocumentError, Document


def document_of(row: models.Document) -> Document | None:
    """Return the document of a row, or None for bytes that are none, or gone."""
    try:
        return Document.from_bytes(bytes(row.data))
    except BadDocumentError:
        return None

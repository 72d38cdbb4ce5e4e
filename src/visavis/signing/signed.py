"""A document with what is signed under it: as it lies in a record, in a table, in a file of notes."""

from dataclasses import dataclass

from .canonical import Digest
from .charter import Signature
from .document import Document


@dataclass(frozen=True)
class SignedDocument:
    """A document and the signatures beside it; whether they open it, `policy` tells."""

    document: Document
    signatures: tuple[Signature, ...]

    @property
    def digest(self) -> Digest:
        return self.document.digest

"""A document with the signatures under it: what leaves the engine, and what a verifier reads."""

from dataclasses import dataclass

from .canonical import Digest
from .charter import Signature
from .document import Document


@dataclass(frozen=True)
class SignedDocument:
    """A document, and the signatures that count under it."""

    document: Document
    signatures: tuple[Signature, ...]

    @property
    def digest(self) -> Digest:
        return self.document.digest

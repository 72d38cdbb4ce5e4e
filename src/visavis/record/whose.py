"""Whose words some bytes are, as far as a closing asks. Nobody has to read them to close them.

The bytes say it where they lie in the clear. Of what is sealed the columns say it, the same to everybody:
most who ask have no key (the press, a file of closing notes, an author without an account). Should a column
lie, the bytes are judged when they open (`verified`).
"""

from dataclasses import dataclass
from typing import Self

from visavis.kinds.installed import installed
from visavis.signing.canonical import Digest
from visavis.signing.document import Document

from . import models, rules
from .sealed import is_shut
from .stored import document_of


@dataclass(frozen=True)
class Whose:
    """One version of an item. ``owner`` is a side or None, ``closer`` its author's key or None.

    ``words_of`` is the item whose words it gives in other words, or None: what a translation translates.
    """

    item: str
    digest: Digest
    kind: str
    owner: str | None
    closer: str | None
    words_of: str | None

    @classmethod
    def of(cls, document: Document) -> Self:
        kind = installed().of(document)
        return cls(
            item=document.id,
            digest=document.digest,
            kind=document.kind,
            owner=rules.owner_of(document),
            closer=document.closer,
            words_of=kind.gives_words_of(document) if kind else None,
        )


def whose(row: models.Document) -> Whose | None:
    """Return whose words lie in a row; None for bytes that are none, or gone."""
    if not is_shut(row):
        document = document_of(row)
        return Whose.of(document) if document and document.digest == row.digest else None
    kind = installed().called(row.kind)
    sources = (
        list(row.made_from.values_list("item", flat=True)) if kind and kind.gives_words else []
    )
    return Whose(
        item=row.item,
        digest=Digest(row.digest),
        kind=row.kind,
        owner=row.owner or None,
        closer=row.closer or None,
        words_of=sources[0] if len(sources) == 1 else None,
    )

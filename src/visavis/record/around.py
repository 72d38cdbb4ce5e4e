"""What a room's rule may look up about a document's surroundings: only when the rule asks for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from django.db.models import F, Q, QuerySet

from visavis.kinds.acts import Act, Begun
from visavis.kinds.installed import installed
from visavis.signing.charter import Charter
from visavis.signing.document import Document

from . import models, pausing
from .begun import begun_in
from .rules import RecordRefusal, State, why_not_listed
from .stored import document_of, open_now
from .withheld import is_withheld


@dataclass(frozen=True)
class AroundDocument:
    """A `visavis.kinds.acts.Around`: one statement for each thing that a rule looks at, and no other."""

    document: Document
    today: date
    charter: Charter | None

    @cached_property
    def before(self) -> Document | None:
        return self._open.get(self.document.id)

    @cached_property
    def sources(self) -> tuple[Document, ...]:
        items = dict.fromkeys(source.id for source in self.document.made_from)
        return tuple(self._open[item] for item in items if item in self._open)

    @cached_property
    def named(self) -> Mapping[str, Document]:
        return _by_id(open_now(sorted(installed().named_in(self.document).items)))

    @cached_property
    def naming(self) -> tuple[Document, ...]:
        rows = models.Document.objects.filter(named__item=self.document.id, state=State.OPEN)
        return tuple(_read(rows.order_by("digest")))

    @cached_property
    def is_source(self) -> bool:
        made = models.Document.objects.filter(
            made_from__item=self.document.id, state__in=[State.OPEN, State.PROPOSED]
        )
        return made.exists()

    def begun_since(self, day: date) -> Sequence[Begun]:
        sources = {source.id for source in self.document.made_from}
        found = begun_in(sources, kind=self.document.kind, since=day, besides=self.document.id)
        return tuple(each for some in found.values() for each in some)

    @cached_property
    def beside(self) -> tuple[Document, ...]:
        return tuple(_read(self._rows_beside().order_by("digest")))

    @cached_property
    def waits_for_edition(self) -> bool:
        return models.Changed.objects.filter(subject=self.document.subject).exists()

    def is_keyed(self, document: Document) -> bool:
        return document.digest in self._keyed

    @cached_property
    def _keyed(self) -> frozenset[str]:
        is_signed = Q(signatures__side=F("side")) | Q(state=State.OPEN)
        return frozenset(self._rows_beside().filter(is_signed).values_list("digest", flat=True))

    def _rows_beside(self) -> QuerySet[models.Document]:
        return models.Document.objects.filter(
            subject=self.document.subject, state__in=[State.OPEN, State.PROPOSED]
        ).exclude(item=self.document.id)

    @cached_property
    def _open(self) -> dict[str, Document]:
        items = {self.document.id, *(source.id for source in self.document.made_from)}
        return _by_id(open_now(sorted(items)))


def _by_id(found: Mapping[str, Document]) -> dict[str, Document]:
    """Return the same by what the bytes say, whatever their rows do."""
    return {each.id: each for each in found.values()}


def _read(rows: Iterable[models.Document]) -> Iterable[Document]:
    """What is shown to nobody, or not to this reader, is beside nothing."""
    return (each for row in rows if (each := document_of(row)) is not None)


def why_not_act(
    document: Document, act: Act, *, charter: Charter | None, today: date
) -> StrEnum | None:
    """Return why the charter or the document's room refuses the act, or None.

    Asked before a document is proposed, signed, made one side's alone or opened by time. The page asks the
    same before it offers a key. A kind that this program does not know has no rule.
    """
    kind = installed().of(document)
    if kind is None:
        return None
    if act is Act.PROPOSE:
        refusal = why_not_listed(kind.word, opens=kind.opens, charter=charter)
        if refusal:
            return refusal
    if act is Act.SIGN and is_withheld(document):
        return RecordRefusal.WITHHELD
    if kind.holds and (refusal := pausing.why_not_begin(document, today=today)):
        return refusal
    return kind.why_not(document, act, AroundDocument(document, today=today, charter=charter))

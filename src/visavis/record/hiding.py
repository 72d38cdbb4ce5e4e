"""Words that are hidden: closed for good as when their author leaves, and kept sealed until they come back.

Whatever an author's key closes leaves a box beside it, of the size of what was closed. Where the words are
hidden they are in it; else nothing is. So no copy of the tables tells the one from the other. The box is
sealed to its author, whom it does not name, and for seven days to the vault of their side.

What comes back is what was there: the same bytes, with the same keys under them. The note that closed it is
taken back with it (`closings.take_back`).
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from visavis.safety.transactions import act
from visavis.sides import queries as sides
from visavis.signing import boxes
from visavis.signing.boxes import UNNAMED, CannotOpenError, Envelope, Key

from . import closings, models, rules, statements
from .along import IsOwn, empty, notes_along
from .batches import batches
from .closings import SignedNote
from .models import Closing
from .rows import may_open_again
from .rules import State


@dataclass(frozen=True, repr=False)
class Before:
    """A row as it was before it was hidden, and what lay beside it."""

    digest: str
    state: State
    data: bytes
    signatures: tuple[tuple[str, str, str, str], ...]
    made_from: tuple[str, ...]
    names: tuple[tuple[str, bool, str], ...]

    @classmethod
    def of(cls, row: models.Document) -> Self:
        signatures = row.signatures.values_list("side", "public_key", "signature", "seat")
        names = row.named.values_list("item", "is_below", "opened_on")
        return cls(
            row.digest,
            State(row.state),
            bytes(row.data),
            tuple(sorted(signatures)),
            tuple(sorted(row.made_from.values_list("item", flat=True))),
            tuple(sorted((item, is_below, day.isoformat()) for item, is_below, day in names)),
        )

    @classmethod
    def from_bytes(cls, words: bytes, *, digest: str) -> Self:
        said: dict[str, Any] = json.loads(words)
        return cls(
            digest,
            State(said["state"]),
            b64decode(said["data"]),
            tuple((side, key, signed, seat) for side, key, signed, seat in said["signatures"]),
            tuple(said["made_from"]),
            tuple((item, is_below, day) for item, is_below, day in said["names"]),
        )

    def as_bytes(self) -> bytes:
        said = {
            "state": self.state,
            "data": b64encode(self.data).decode(),
            "signatures": self.signatures,
            "made_from": self.made_from,
            "names": self.names,
        }
        return json.dumps(said).encode()


def keep(rows: Iterable[models.Document], *, keeper: bytes | None, today: date) -> None:
    """Leave a box for each of these, closed by an author's key: its words for ``keeper``, or nothing.

    The first is the author's: its side's vault can open them all. 0.2 ms each.
    """
    vault: bytes | None = None
    for row in rows:
        vault = vault or sides.vault_key(row.side) or nobody()
        words = Before.of(row).as_bytes()
        box = _box(row.digest, words if keeper else bytes(len(words)), author=keeper, desk=vault)
        models.ClosingBox.objects.update_or_create(
            pk=row.digest, defaults={"closed_on": today, "box": box}
        )


def hidden_words(is_own: IsOwn, *, key: bytes) -> tuple[Before, ...]:
    """Return those hidden words of an author that this private key opens: theirs, or their side's vault's.

    With it what was made of it. Not within an act: 60 µs for each text that an author's key has closed.
    """
    return tuple(
        Before.from_bytes(words, digest=row.pk)
        for row in _boxes_of(is_own)
        if (words := _opened(row, key)).strip(b"\0")
    )


@act
def show_again(hidden: Sequence[Before], is_own: IsOwn) -> None:
    """What is hidden is open as before, with all that was made of it.

    The notes that closed it are taken back. What other notes closed for good, and what was made from that,
    stays closed. ``hidden`` is `hidden_words`.
    """
    waiting = {each.digest: each for each in hidden}
    rows = models.Document.objects.in_bulk(list(waiting))
    own = {row.digest for row in _own_rows(is_own)} & set(rows)
    notes = {
        each.document_id: SignedNote(bytes(each.note), each.public_key, each.signature)
        for each in Closing.objects.filter(document__in=own, side="", with_item="")
    }
    # Also the notes of what was closed along with others' words, and comes back only with these.
    along = [note for every in notes_along(is_own).values() for note in every]
    back = set[str]()
    while ready := [each for each in waiting.values() if not _is_made_of(each, waiting, rows)]:
        for each in ready:
            del waiting[each.digest]
            if _show_again(rows[each.digest], each, notes={*notes.values(), *along}):
                back.add(each.digest)
    closings.take_back([*along, *(note for digest, note in notes.items() if digest in back)])


def _is_made_of(
    before: Before, others: Collection[str], rows: Mapping[str, models.Document]
) -> bool:
    return any(rows[each].item in before.made_from for each in others)


def _show_again(row: models.Document, before: Before, *, notes: Collection[SignedNote]) -> bool:
    sources = models.Document.objects.filter(item__in=before.made_from)
    open_now = set(sources.filter(state=State.OPEN).values_list("item", flat=True))
    above = Closing.objects.filter(document__item__in=set(before.made_from) - open_now)
    for_a_time = above.exclude(reopens_at=None)
    for_good = above.filter(reopens_at=None).values_list("document__item", flat=True)
    closed = set(for_a_time.values_list("document__item", flat=True)) - set(for_good)
    if not rules.may_be_shown_again(
        is_closed_otherwise=not set(closings.notes_of(row.digest)) <= set(notes),
        is_source_there=set(before.made_from) == open_now | closed,
    ):
        return False
    row.closings.filter(side="").delete()
    for each in for_a_time.select_related("document"):
        row.closings.update_or_create(
            side=each.side,
            with_item=each.with_item or each.document.item,
            defaults={"reopens_at": each.reopens_at},
        )
    row.state, row.data = before.state, before.data
    if before.state in {State.OPEN, State.CLOSED}:
        # A closing for a time may have ended since, or begun since: what is there now decides.
        row.state = State.OPEN if may_open_again(row) else State.CLOSED
    row.save(update_fields=["state", "data"])
    _lay_beside(row, before)
    models.ClosingBox.objects.filter(pk=row.digest).delete()
    statements.touch(row.subject)
    return True


def _lay_beside(row: models.Document, before: Before) -> None:
    row.signatures.all().delete()
    for side, public_key, signature, seat in before.signatures:
        row.signatures.create(side=side, public_key=public_key, signature=signature, seat=seat)
    for item in before.made_from:
        row.made_from.get_or_create(item=item)
    for item, is_below, day in before.names:
        row.named.get_or_create(item=item, defaults={"is_below": is_below, "opened_on": day})
        if is_below:
            statements.touch(item)


@act
def never_show(hidden: Sequence[Before], is_own: IsOwn) -> None:
    """What is hidden never comes back: as many random bytes take its place.

    So does what went along with others' words and lies in their boxes. ``hidden`` is `hidden_words`.
    """
    empty([*(each.digest for each in hidden), *notes_along(is_own)])


@act
def shut_for_desks(*, today: date) -> None:
    """Seven days after a closing no desk opens the box any more, whatever is in it."""
    past = models.ClosingBox.objects.filter(closed_on__lt=today - rules.SHOWN_AGAIN_WITHIN)
    for row in past.order_by("pk").iterator(chunk_size=100):
        envelope = Envelope.from_bytes(bytes(row.box))
        alone = envelope.of_the_unnamed()
        if len(alone.wraps) < len(envelope.wraps):
            models.ClosingBox.objects.filter(pk=row.pk).update(box=alone.as_bytes())


def nobody() -> bytes:
    """Return a public key whose other half is nowhere."""
    return boxes.public_of(boxes.new_key())


def about(digest: str) -> str:
    """Return the label that binds a box to its row."""
    return f"record_closingbox.box {digest}"


def _box(digest: str, words: bytes, *, author: bytes | None, desk: bytes | None) -> bytes:
    return boxes.enveloped(
        words,
        about=about(digest),
        to=[desk] if desk else [],
        unnamed=[author or nobody()],
    )


def _own_rows(is_own: IsOwn) -> list[models.Document]:
    closed = models.Document.objects.filter(
        closings__side="", closings__with_item="", closings__reopens_at=None
    )
    rows = closed.exclude(closer="").defer("data").distinct()
    return [row for row in rows if is_own(row.item, row.closer)]


def _boxes_of(is_own: IsOwn) -> list[models.ClosingBox]:
    """Return the boxes of what is an author's own, and of what was closed with it."""
    items = [row.item for row in _own_rows(is_own)]
    found: list[models.ClosingBox] = []
    for some in batches(sorted(set(items))):
        own = models.Document.objects.filter(item__in=some).values("digest")
        along = Closing.objects.filter(side="", with_item__in=some).values("document_id")
        found += models.ClosingBox.objects.filter(pk__in=own) | models.ClosingBox.objects.filter(
            pk__in=along
        )
    return found


def _opened(row: models.ClosingBox, private: bytes) -> bytes:
    envelope, named = Envelope.from_bytes(bytes(row.box)), Key.of(private).id
    for wrap in envelope.wraps:
        if wrap.reader not in {named, UNNAMED}:
            continue
        try:
            key = boxes.unwrapped(wrap, private, about=about(row.pk))
            return envelope.words(key, about=about(row.pk))
        except CannotOpenError:  # another author's, or destroyed
            continue
    return b""

"""What a desk does with a draft: keep it, give it up, bring earlier words back.

Words are sealed and opened before the act begins: 4 MB take 9 ms. The act itself compares the sealed bytes
with those that were read, and writes. No two boxes are the same, so that equal bytes are the same state.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from visavis.base.fields import random_key
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.safety.reading import CannotSealError
from visavis.safety.transactions import act, empty_the_log
from visavis.signing.boxes import is_envelope
from visavis.signing.document import CHARTER

from . import draft_boxes, queries, rules
from .draft_boxes import Words
from .models import Draft, DraftState
from .rules import RecordRefusal


def keep_draft(
    *,
    item: str,
    kind: str,
    side: str,
    shape: str,
    body: Mapping[str, Any],
    today: date,
    base_digest: str = "",
    of: str = "",
    has_words_of: bool = False,
    until: date | None = None,
    instead_of: bytes | None = None,
    beside: Collection[str] | None = None,
) -> None:
    """Keep what a desk is writing, in place of what it kept under this id before.

    ``of`` is the item that it answers, translates or changes; ``has_words_of``: words of that item are
    in it, so that the draft goes when these are destroyed. ``until``: the last day of the seats it gives.

    What was decided before the act began is compared now: ``instead_of`` is the `queries.Draft.box` that
    was read, empty for none, and ``beside`` are this desk's drafts `of` the same item. Where one changed, it
    is refused. The words that were kept before become an earlier state, for `rules.EARLIER_FOR`.
    """
    words = Words(str(kind), shape, dict(body), until)
    values = {
        "kind": words.kind,
        "base_digest": base_digest,
        "of": of,
        "has_words_of": has_words_of,
    }
    row = Draft.objects.filter(item=item, side=side).first()
    there = bytes(row.body) if row else b""
    # What this reader cannot open is not there for it: it may be written over.
    was = draft_boxes.opened(there, item=item, side=side) if row else None
    if instead_of is not None and instead_of != (there if was else b""):
        raise Refused(RecordRefusal.DRAFT_MOVED_ON)
    state = None
    if row and was and was.words != words and was.words.kind != CHARTER:
        state = DraftState(id=random_key(), draft=row, made_on=today)
    try:
        if was is None or was.words != words:
            new = (state.pk,) if state else ()
            earlier = (*new, *(was.earlier if was else ()))[: rules.MOST_EARLIER]
            box = draft_boxes.sealed(words, item=item, side=side, earlier=earlier)
        else:
            earlier, box = was.earlier, there
        if state and was:
            # What an older version left in the clear is sealed now.
            was_in_the_clear = not is_envelope(there)
            state.box = (
                draft_boxes.sealed(was.words, item=item, side=side) if was_in_the_clear else there
            )
    except CannotSealError as error:
        raise Refused(RecordRefusal.NO_DRAFT_KEY) from error
    made = Draft(item=item, side=side, made_on=today, body=box, **values)
    _keep(made, row=row, there=there, state=state, earlier=earlier, beside=beside)


@act
def _keep(
    made: Draft,
    *,
    row: Draft | None,
    there: bytes,
    state: DraftState | None,
    earlier: Collection[int],
    beside: Collection[str] | None,
) -> None:
    if beside is not None and queries.items_drafted(made.side, of=made.of) != set(beside):
        raise Refused(RecordRefusal.DRAFT_MOVED_ON)
    same = Draft.objects.filter(item=made.item, side=made.side)
    if row is None:
        if same.exists():
            raise Refused(RecordRefusal.DRAFT_MOVED_ON)
        made.save(force_insert=True)
        return
    values = {
        name: getattr(made, name) for name in ("kind", "body", "base_digest", "of", "has_words_of")
    }
    if not same.filter(pk=row.pk, body=there).update(**values):
        raise Refused(RecordRefusal.DRAFT_MOVED_ON)
    if state:
        state.save(force_insert=True)
    row.states.exclude(pk__in=earlier).delete()


def bring_back(*, item: str, side: str, state: int, seen: str, today: date) -> None:
    """The draft has the words of one of its earlier states again; those it has now become one.

    Raises NotFound where this desk has no such draft or state, and refuses where the draft is not as
    it was ``seen``.
    """
    draft, states = queries.earlier_states(side, item)
    found = next((each for each in states if each.key == state), None)
    if found is None:
        raise NotFound
    if draft.seen != seen:
        raise Refused(RecordRefusal.DRAFT_MOVED_ON)
    keep_draft(
        item=item,
        kind=found.words.kind,
        side=side,
        shape=found.words.shape,
        body=found.words.body,
        until=found.words.until,
        today=today,
        base_digest=draft.base_digest,
        of=draft.of,
        has_words_of=draft.has_words_of,
        instead_of=draft.box,
    )


@act
def give_up_draft(*, item: str, side: str, drafted: bytes | None = None) -> None:
    """A desk's draft is gone, as if it had never been; with ``drafted``, only while it is this box."""
    if drafted is not None:
        check_drafted(item, side, box=drafted)
    n_gone, _ = Draft.objects.filter(item=item, side=side).delete()
    if not n_gone:
        raise NotFound
    transaction.on_commit(empty_the_log)


def check_drafted(item: str, side: str, *, box: bytes) -> None:
    """Refuse where this desk's draft is not the one that was read."""
    if not Draft.objects.filter(item=item, side=side, body=box).exists():
        raise Refused(RecordRefusal.DRAFT_MOVED_ON)


@act
def forget_earlier_states(*, today: date) -> None:
    """What was written over some days ago is gone."""
    DraftState.objects.filter(made_on__lte=today - rules.EARLIER_FOR).delete()

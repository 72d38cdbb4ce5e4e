"""A pause: a side holds its own words for some days, and they come back by themselves.

The pause is a document like others, signed by the side whose words it holds, or by all. While it is open,
`settle` holds what is theirs before each edition: what opens in the meantime, too. Held is closed for a time,
by a `Closing` that names the pause and lapses: so every page, list and feed leaves it out as it leaves out
what one side has closed alone, and nothing is destroyed.

A pause that is over leaves no bytes: readers' pages are as before.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from visavis.base.refusal import Refused
from visavis.kinds.installed import installed
from visavis.safety.transactions import act
from visavis.signing.charter import Charter
from visavis.signing.document import Document

from . import chain, models, pause_rules, statements, stored, verified
from .batches import batches
from .rows import OF_THE_CHAIN, become, wipe
from .rules import RecordRefusal, State

ROWS_AT_ONCE = 1_000


def why_not_begin(document: Document, *, today: date) -> RecordRefusal | None:
    """Return why this pause may not be proposed or signed today, or None."""
    own = document.side or ""
    before = models.Pause.objects.filter(side=own)
    on = _open().filter(side__in=["", own]).exclude(item=document.id)
    return pause_rules.why_not_begin(
        signed_on=document.day,
        is_joint=not own,
        is_on=on.exists(),
        ended_on=[each for each in before.values_list("ended_on", flat=True) if each],
        today=today,
    )


def ask_for_end(row: models.Document, *, side: str, charter: Charter, at: datetime) -> None:
    """One side wants the pause over; when every side does, it is. The caller has checked the signature."""
    pause = models.Pause.objects.filter(item=row.item, ended_on=None).first()
    asked = pause.wants_end.split() if pause else []
    is_on = pause is not None and row.state == State.OPEN
    refusal = pause_rules.why_not_end(side=side, is_on=is_on, asked=asked)
    if refusal or pause is None:
        raise Refused(refusal or RecordRefusal.NOT_PAUSED)
    asked = sorted({*asked, side})
    pause.wants_end = " ".join(asked)
    if pause_rules.is_ended_by(asked, sides=charter.side_codes):
        # The full hour before: no row says when a desk acted.
        pause.ends_at = at.replace(minute=0, second=0, microsecond=0)
        statements.touch(row.subject)
    pause.save(update_fields=["wants_end", "ends_at"])


def settle(*, at: datetime) -> None:
    """What is over has come back; what is on holds all that is open now. Twice changes nothing."""
    if _open().exists() or models.Pause.objects.exists():
        _settle(at=at)


@act
def _settle(*, at: datetime) -> None:
    today = at.date()
    charter = chain.current_charter(on=today)
    known = {each.item: each for each in models.Pause.objects.all()}
    begun = {item: pause for item, pause in known.items() if pause.ended_on is None}
    on: list[tuple[models.Pause, tuple[str, ...]]] = []
    for row in _open().order_by("digest"):
        pause, document = begun.pop(row.item, None), stored.document_of(row)
        sides = _sides(document, charter) if document else ()
        if document and sides and row.item not in known:
            pause = _begin(document, at=at)
        if not (document and sides and pause) or pause_rules.is_over(
            document.day, until=pause.ends_at, at=at
        ):
            _end(row.item, pause, today=today)
            become(row, State.CLOSED)
            wipe([row.digest])
            statements.touch(row.subject)
        else:
            on.append((pause, sides))
    for item, pause in begun.items():  # its document is not open any more
        _end(item, pause, today=today)
    # Only now: what was held by two is held again by the one that goes on.
    for pause, sides in on:
        _hold(pause, sides)
    for pause in models.Pause.objects.exclude(ended_on=None):
        if pause.ended_on and pause_rules.may_be_forgotten(pause.ended_on, today=today):
            pause.delete()


def _open() -> QuerySet[models.Document]:
    return models.Document.objects.filter(state=State.OPEN, kind__in=sorted(installed().holding))


def _sides(document: Document, charter: Charter | None) -> tuple[str, ...]:
    """Return the sides whose words an open pause holds, as its bytes and signatures say; else none."""
    found = verified.open_subject(document.subject, charter=charter)
    if charter is None or not found or found[0].digest != document.digest:
        return ()
    if not document.standing.is_joint:
        return ()
    return (document.side,) if document.side else charter.side_codes


def _begin(document: Document, *, at: datetime) -> models.Pause | None:
    if not pause_rules.may_begin(document.day, today=at.date()):
        return None
    return models.Pause.objects.create(
        item=document.id,
        digest=document.digest,
        side=document.side or "",
        ends_at=pause_rules.ends_at(at),
    )


def _hold(pause: models.Pause, sides: Collection[str]) -> None:
    """What is open and these sides' own is held, with all that was made from it."""
    own = models.Document.objects.filter(state=State.OPEN, side__in=sides)
    own = own.exclude(kind__in=sorted(installed().holding)).only(
        "digest", "item", "subject", "side"
    )
    held = _shown(own)
    every = dict(held)
    while held:
        held = {
            digest: shown
            for digest, shown in _shown(_made_from(shown.item for shown in held.values())).items()
            if digest not in every
        }
        every |= held
    if not every:
        return
    models.Closing.objects.bulk_create(
        (
            models.Closing(
                document_id=digest,
                side=row.side,
                with_item=pause.item,
                note=b"",
                reopens_at=pause.ends_at,
            )
            for digest, row in sorted(every.items())
        ),
        batch_size=ROWS_AT_ONCE,
    )
    for some in batches(sorted(every)):
        models.Document.objects.filter(digest__in=some).update(state=State.CLOSED)
    _touch(row.subject for row in every.values())
    pause.n_held += len(every)
    pause.save(update_fields=["n_held"])


def _shown(rows: Iterable[models.Document]) -> dict[str, models.Document]:
    return {row.digest: row for row in rows}


def _made_from(items: Iterable[str]) -> Iterable[models.Document]:
    """Yield what is open and was made from these items, by any side: no record has it without them."""
    for some in batches(sorted(set(items))):
        made = models.Document.objects.filter(state=State.OPEN, made_from__item__in=some)
        made = made.exclude(kind__in=OF_THE_CHAIN).distinct()
        yield from made.only("digest", "item", "subject", "side")


def _end(item: str, pause: models.Pause | None, *, today: date) -> None:
    """What this pause holds is open again, but for what was closed in the meantime."""
    held = models.Closing.objects.filter(with_item=item)
    digests = sorted(held.values_list("document_id", flat=True))
    held.delete()
    back: list[models.Document] = []
    for some in batches(digests):
        rows = models.Document.objects.filter(
            digest__in=some, state=State.CLOSED, closings__isnull=True
        )
        back += rows.exclude(data=b"").only("digest", "subject")
    for some in batches([row.digest for row in back]):
        models.Document.objects.filter(digest__in=some).update(state=State.OPEN)
    _touch(row.subject for row in back)
    if pause is not None:
        pause.ended_on, pause.n_back = today, len(back)
        pause.save(update_fields=["ended_on", "n_back"])


def _touch(subjects: Iterable[str]) -> None:
    rows: Sequence[models.Changed] = [
        models.Changed(subject=subject) for subject in sorted(set(subjects))
    ]
    models.Changed.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)

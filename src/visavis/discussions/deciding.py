"""A desk leaves a contribution unopened and says why; somebody points out to a desk what is open.

What a desk says is sealed to the inbox of the author's card: nobody else opens it, not the desk either.
What is pointed out is sealed to the desk whose side wrote it, without its writer's name. Time is passed in.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from visavis.base import text as safe_text
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.base.text import UnfitTextError
from visavis.kinds.bodies import BadBodyError
from visavis.people import card_links, day_marks
from visavis.people.http import Participant
from visavis.record import actions as record
from visavis.record import queries as record_queries
from visavis.record.rules import State
from visavis.safety.reading import CannotSealError, Reader, reader
from visavis.safety.transactions import act, act_about_persons, one_act, one_act_about_persons
from visavis.sides import desk_keys
from visavis.signing import boxes
from visavis.signing.boxes import CannotOpenError, Key
from visavis.signing.canonical import Digest, new_id
from visavis.signing.document import Document

from . import bodies, queries, queued, rules
from .models import Reason, Report
from .rules import CONTRIBUTION, KEPT_DAYS, DiscussionRefusal, NotOpened, PointedOut

W = TypeVar("W", bound=StrEnum)
TELLING = "tell a desk"
MOST_READ = 500
"""Of a desk's reports, so many are opened for a page: the newest. 0.1 ms each."""
MOST_ITEMS = 20
MOST_OF_ONE = 5
"""Of one contribution, so many reports are shown. Who sends more keeps none of another's away."""


@dataclass(frozen=True)
class Said(Generic[W]):
    """A reason from a list, and a note that may be empty."""

    why: W
    note: str


@dataclass(frozen=True)
class Pointed:
    """A contribution that was pointed out. ``document`` is None once it is no longer open.

    ``said`` are the newest; ``reports`` the ids of all, which the desk ticks off together.
    """

    item: str
    document: Document | None
    said: tuple[Said[PointedOut], ...]
    reports: tuple[str, ...]


def not_open(*, side: str, digest: str, reason: str, note: str, today: date) -> None:
    """The contribution does not open, and its author can read why for 30 days; nobody else can.

    Where its card leads to no account any more, nobody could read it, and nothing is kept. For its pen name a
    card that waits does not open either: its author can fill it in once more.
    """
    found = record_queries.waiting_among(side, [digest]).get(Digest(digest))
    if found is None or found.kind != CONTRIBUTION:
        raise NotFound
    said = _said(reason, note, among=NotOpened)
    item = _card_of(found)
    inbox = card_links.inbox_of(item)
    card = None
    if reason == NotOpened.PEN_NAME:
        card = queued.waiting_card(record_queries.seen_by(side, [item]).get(item, []))
    box = boxes.enveloped(said, about=_about_reason(digest), to=[inbox]) if inbox else b""
    with one_act():
        record.decline(digest=found.digest, side=side, today=today)
        if card is not None:
            record.decline(digest=card.digest, side=side, today=today)
        if box:
            Reason.objects.create(
                digest=found.digest, box=box, ends_on=today + timedelta(days=KEPT_DAYS)
            )


def why_not_opened(
    participant: Participant, digests: Iterable[str]
) -> Mapping[str, Said[NotOpened]]:
    """Return what the desk says to this author of each of these that it did not open. One query."""
    own = Reader({"inbox": [Key.of(participant.purse.inbox)]})
    found = {}
    for row in Reason.objects.filter(pk__in=list(digests)):
        said = _read(own, bytes(row.box), about=_about_reason(row.pk), among=NotOpened)
        if said is not None:
            found[row.pk] = said[0]
    return found


def told_of(item: str) -> Document:
    """Return the open contribution, or raise NotFound."""
    found = queries.open_contribution(item)
    if found is None or found.side is None:
        raise NotFound
    return found


def tell(participant: Participant, *, item: str, reason: str, note: str, today: date) -> None:
    """The desk of the side whose words these are can read it, and learns nothing of who wrote it."""
    found = told_of(item)
    side = found.side or ""
    said = _said(reason, note, among=PointedOut, item=found.id)
    key = desk_keys.newest(side)
    if key is None:
        raise CannotSealError(side)
    report = new_id()
    box = boxes.enveloped(said, about=_about_report(report), to=[key.public])
    with one_act_about_persons():
        if not day_marks.count(participant.purse, TELLING, today=today, most=rules.MOST_TOLD_A_DAY):
            raise Refused(DiscussionRefusal.TOLD_ENOUGH)
        Report.objects.create(pk=report, box=box, side=side, made_on=today)


def pointed_out(side: str) -> tuple[list[Pointed], int]:
    """Return what was pointed out to this desk, newest first, and of how many items more. Two queries."""
    by_item: dict[str, list[tuple[str, Said[PointedOut]]]] = {}
    rows = Report.objects.filter(side=side).order_by("-made_on", "pk")[:MOST_READ]
    for row in rows:
        read = _read(reader(), bytes(row.box), about=_about_report(row.pk), among=PointedOut)
        if read is not None:
            said, item = read
            by_item.setdefault(item, []).append((row.pk, said))
    items = list(by_item)[:MOST_ITEMS]
    around = record_queries.seen_by(side, items) if items else {}
    return [
        Pointed(
            item,
            next((e.document for e in around.get(item, []) if e.state is State.OPEN), None),
            tuple(said for _key, said in by_item[item][:MOST_OF_ONE]),
            tuple(key for key, _said in by_item[item]),
        )
        for item in items
    ], len(by_item) - len(items)


@act
def tick_off(*, side: str, reports: Collection[str]) -> None:
    """These are gone: the desk has seen to them."""
    Report.objects.filter(side=side, pk__in=list(reports)[:MOST_READ]).delete()


@act_about_persons
def forget_what_is_past(*, today: date) -> None:
    """What a desk said, and what was reported to it, is gone after 30 days."""
    Reason.objects.filter(ends_on__lt=today).delete()
    Report.objects.filter(made_on__lt=today - timedelta(days=KEPT_DAYS)).delete()


def _said(reason: str, note: str, *, among: type[StrEnum], item: str = "") -> bytes:
    try:
        clean = safe_text.clean(note).strip()
    except UnfitTextError as error:
        raise Refused(rules.why_unfit(error)) from error
    if refusal := rules.why_not_say(reason, clean, among=among):
        raise Refused(refusal)
    return json.dumps([reason, clean, item], ensure_ascii=False).encode()


def _read(who: Reader, box: bytes, *, about: str, among: type[W]) -> tuple[Said[W], str] | None:
    """Return what lies in a box, and of which item: None for another's, and for what is no such thing.

    A public key is enough to make a box, so that somebody who writes rows can put anything into one.
    """
    try:
        why, note, item = json.loads(who.open(box, about=about))
        return Said(among(why), str(note)), str(item)
    except (CannotOpenError, ValueError, TypeError):
        return None


def _card_of(contribution: Document) -> str:
    try:
        return bodies.CONTRIBUTION.of(contribution).card
    except BadBodyError:  # of a newer shape: then the desk cannot say why either
        return ""


def _about_reason(digest: str) -> str:
    return f"discussions_reason.box {digest}"


def _about_report(report: str) -> str:
    return f"discussions_report.box {report}"

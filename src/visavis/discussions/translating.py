"""What is done with translations of contributions, by an author and at a desk. Time is passed in.

An author's draft lies in a box of their own, a desk's among its drafts; both have the same words. What an
author hands in names nobody unless they tick it, and withdraws by a key of its own, like a contribution.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2s

from django.utils import timezone

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.cards import queries as cards
from visavis.cards.closing import close_own
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.writing import written
from visavis.people import day_marks, own_boxes
from visavis.people.http import Participant
from visavis.people.leaving import Choice
from visavis.people.purse import Closers
from visavis.record import actions as record
from visavis.record import public as open_record
from visavis.record import queries as record_queries
from visavis.record.queries import Authored, Draft
from visavis.record.rules import State
from visavis.safety.transactions import one_act, one_act_about_persons
from visavis.signing.canonical import Digest, new_id
from visavis.signing.charter import Charter
from visavis.signing.document import Document
from visavis.signing.keys import PublicKey

from . import actions, bodies, queries
from . import translation_rules as rules
from .bodies import ContributionBody, TranslatedBody, Unit
from .rules import most_of_one
from .translation_rules import TRANSLATION, TranslationRefusal

KEPT = timedelta(days=30)
HANDED_IN = "translated"


@dataclass(frozen=True)
class Original:
    """An open contribution that can be translated into one language."""

    document: Document
    body: ContributionBody
    language: str
    charter: Charter


@dataclass(frozen=True)
class Drafted:
    """A translation that is being written: ``of`` a contribution, ``base`` the digest of its version.

    ``place`` is an author's box, or the id of a desk's draft; ``box`` what lies there sealed.
    """

    of: str
    base: str
    body: TranslatedBody
    place: str = ""
    box: bytes = b""

    @property
    def seen(self) -> str:
        """What a page says of the draft that it shows."""
        return blake2s(self.as_bytes(), digest_size=16).hexdigest()

    def as_bytes(self) -> bytes:
        return json.dumps([self.of, self.base, self.body.as_json()]).encode()

    @classmethod
    def from_bytes(cls, content: bytes, *, place: str) -> "Drafted | None":
        try:
            of, base, body = json.loads(content)
            return cls(of, base, bodies.TRANSLATED.read_newest(body), place)
        except (ValueError, TypeError, BadBodyError):
            return None


@dataclass(frozen=True)
class Own:
    """One version of a translation by this author."""

    state: State
    document: Document
    body: TranslatedBody

    @property
    def of(self) -> str:
        return self.document.made_from[0].id


def original_for(item: str, language: str) -> Original:
    """Return an open contribution that can be put into this language, or raise NotFound."""
    charter, document = open_record.current_charter(), queries.open_contribution(item)
    if charter is None or document is None:
        raise NotFound
    try:
        body = bodies.CONTRIBUTION.of(document)
    except BadBodyError as error:
        raise NotFound from error
    if rules.why_not_language(language, original=body.original, languages=charter.languages):
        raise NotFound
    return Original(document, body, language, charter)


def languages_for(item: str) -> list[str]:
    """Return the languages into which a contribution can be put, or raise NotFound where it is not open."""
    charter, document = open_record.current_charter(), queries.open_contribution(item)
    if charter is None or document is None:
        raise NotFound
    return [each for each in charter.languages if each not in document.languages]


def body_of(
    original: Original, texts: Sequence[str], *, translator: str | None = None
) -> TranslatedBody:
    """Return these texts as the paragraphs of the original. Raises Refused for what cannot be signed."""
    units = tuple(
        Unit(unit.kind, "\n".join(each.text for each in actions.units_of(text)))
        for unit, text in zip(original.body.paragraphs, texts, strict=True)
    )
    return TranslatedBody(language=original.language, paragraphs=units, translator=translator)


# ---- by somebody who takes part


def draft(participant: Participant, item: str, language: str) -> Drafted | None:
    """Return this author's draft of a contribution in a language, or None. One query."""
    every = drafts(participant)
    return next((e for e in every if (e.of, e.body.language) == (item, language)), None)


def drafts(participant: Participant) -> list[Drafted]:
    found = own_boxes.read(participant.purse, own_boxes.TRANSLATIONS)
    read = (Drafted.from_bytes(words, place=place) for place, words in found.items())
    return [each for each in read if each is not None]


def keep(participant: Participant, typed: Drafted, *, seen: str, today: date) -> None:
    """The author's draft holds these words for 30 days. Refuses where it is not what was ``seen``.

    Empty: there was none. Refuses the eleventh draft.
    """
    with one_act_about_persons():
        there = draft(participant, typed.of, typed.body.language)
        _check_seen(there, seen)
        place = there.place if there else _free_place(participant)
        own_boxes.keep(participant.purse, place, typed.as_bytes(), ends_on=today + KEPT)


def give_up(participant: Participant, item: str, language: str) -> None:
    """The author's draft is gone; what was handed in of it stays. Raises NotFound where there is none."""
    with one_act_about_persons():
        there = draft(participant, item, language)
        if there is None:
            raise NotFound
        own_boxes.drop(participant.purse, [there.place])


def hand_in(
    participant: Participant, item: str, language: str, *, seen: str, today: date
) -> Digest:
    """The drafted translation waits at its author's desk, in place of one that waited; the draft is gone.

    Where one of theirs is open, this is its next version.
    """
    original, drafted = original_for(item, language), draft(participant, item, language)
    if drafted is None:
        raise NotFound
    every = own(participant)
    mine = [e for e in every if (e.of, e.body.language) == (item, language)]
    waiting = next((each.document for each in mine if each.state is State.PROPOSED), None)
    before = next((each.document for each in mine if each.state is State.OPEN), None)
    if waiting is None:
        _check_room(participant.side_id, own=sum(each.state is State.PROPOSED for each in every))
    new = own_id(participant.purse.closers)
    document = _document(
        original,
        drafted,
        side=participant.side_id,
        today=today,
        before=before,
        item=waiting.id if waiting else new,
        closer=participant.purse.closer_of(
            before.id if before else waiting.id if waiting else new
        ).public,
    )
    with one_act_about_persons():
        _check_seen(draft(participant, item, language), seen)
        most = rules.MOST_A_DAY
        if not day_marks.count(participant.purse, HANDED_IN, today=today, most=most):
            raise Refused(TranslationRefusal.ENOUGH_TODAY)
        if waiting is not None:
            record.withdraw(digest=waiting.digest, side=participant.side_id)
        record.propose(document=document, by=participant.side_id, today=today)
        own_boxes.drop(participant.purse, [drafted.place])
    return document.digest


def own(participant: Participant) -> list[Own]:
    """Return all translations by this author: what waits, what was not opened, what is open.

    Nothing lists them: what waits opens for its author alone, and the id of what is open has a tag of theirs.
    4 µs for each of the side's.
    """
    side, closers = participant.side_id, participant.purse.closers
    found = (*record_queries.never_open(side, kind=TRANSLATION), *_opened(closers, side))
    return [each for one in found if (each := _own(closers, one))]


def own_of(participant: Participant, item: str) -> list[Own]:
    """Return the same of one contribution."""
    return [each for each in own(participant) if each.of == item]


def withdraw(participant: Participant, item: str, *, today: date, is_urgent: bool = False) -> None:
    """This author's translation is gone, for good and without any desk. Refuses another's as none."""
    found = [each for each in own(participant) if each.document.id == item]
    if not found:
        raise NotFound
    with one_act_about_persons():
        _end(participant, found, today=today, is_urgent=is_urgent)


def withdraw_on_leaving(participant: Participant) -> None:
    """Somebody leaves: what was never open goes, in the act of leaving."""
    never = [each for each in own(participant) if each.state not in _SHOWN]
    _end(participant, never, today=timezone.now().date())


def close_open(closers: Closers, side: str, choice: Choice | None) -> None:
    """With all words, open translations by this author are closed for good; within an act.

    What waits is withdrawn in any case: it names nobody, so no desk could keep it back.
    """
    waiting = record_queries.waiting_and_own(
        side, kind=TRANSLATION, is_own=lambda item, closer: is_own(closers, item, closer)
    )
    for digest in waiting:
        record.withdraw(digest=digest, side=side)
    if choice is Choice.EVERYTHING:
        for document in {
            each.document.id: each.document for each in _opened(closers, side)
        }.values():
            close_own(closers, document, today=timezone.now().date())


def own_id(closers: Closers) -> str:
    """Return a new id that nobody but its author can tell from a random one."""
    drawn = new_id()[:16]
    return drawn + closers.tag_of(drawn)


def is_own(closers: Closers, item: str, closer: str) -> bool:
    """Return whether this is an id of this author's, and the key is theirs too. 2 µs for another's."""
    return closers.tag_of(item[:16]) == item[16:] and closers.is_of(item, closer)


def _opened(closers: Closers, side: str) -> list[Authored]:
    return record_queries.open_and_own(
        side, kind=TRANSLATION, is_own=lambda item, closer: is_own(closers, item, closer)
    )


_SHOWN = frozenset({State.OPEN, State.CLOSED})


def _end(
    participant: Participant, versions: Sequence[Own], *, today: date, is_urgent: bool = False
) -> None:
    shown = next((each.document for each in versions if each.state in _SHOWN), None)
    if shown is not None:  # with it every version goes
        close_own(participant.purse.closers, shown, today=today, is_urgent=is_urgent)
        return
    for each in versions:
        if each.state is State.PROPOSED:
            record.withdraw(digest=each.document.digest, side=participant.side_id)
        elif each.state is State.REFUSED:
            record.forget_refused(digest=each.document.digest, side=participant.side_id)


def _own(closers: Closers, found: Authored) -> Own | None:
    document = found.document
    if not closers.is_of(document.id, document.closer):
        return None
    try:
        return Own(found.state, document, bodies.TRANSLATED.of(document))
    except BadBodyError:  # of a newer shape: a newer version reads it
        return None


def card_to_show(participant: Participant) -> str | None:
    """Return this author's card, where it is there to name them; else None."""
    return participant.card if cards.own_card(participant).is_there else None


def _check_room(side: str, *, own: int) -> None:
    """Asked before the act: two windows at once get one more at most, and the day has an end for both."""
    at_desk = record_queries.n_at_desk(side, kind=TRANSLATION)
    if own >= most_of_one(at_desk, room=rules.MOST_WAITING, times=rules.TIMES):
        raise Refused(TranslationRefusal.TOO_MANY_WAITING)


def _free_place(participant: Participant) -> str:
    free = own_boxes.free(participant.purse, own_boxes.TRANSLATIONS)
    if free is None:
        raise Refused(TranslationRefusal.TOO_MANY_DRAFTS)
    return free


# ---- at a desk


def desk_draft(side: str, item: str, language: str) -> Drafted | None:
    """Return this desk's draft of a contribution in a language, or None."""
    found = record_queries.drafts_of(side, kinds=[TRANSLATION], of=item)
    read = (_drafted(each) for each in found)
    return next((each for each in read if each and each.body.language == language), None)


def keep_at_desk(side: str, typed: Drafted, *, seen: str, today: date) -> None:
    """The desk's draft holds these words. Refuses where other words than ``seen`` are there."""
    there = desk_draft(side, typed.of, typed.body.language)
    _check_seen(there, seen)
    record.keep_draft(
        item=there.place if there else new_id(),
        kind=TRANSLATION,
        side=side,
        shape=bodies.TRANSLATED.newest,
        body=typed.body.as_json(),
        today=today,
        base_digest=typed.base,
        of=typed.of,
        has_words_of=True,
        instead_of=there.box if there else b"",
    )


def give_up_at_desk(side: str, item: str, language: str) -> None:
    """The desk's draft is gone. Raises NotFound where there is none."""
    there = desk_draft(side, item, language)
    if there is None:
        raise NotFound
    record.give_up_draft(item=there.place, side=side, drafted=there.box)


def propose(side: str, item: str, language: str, *, seen: str, today: date) -> Digest:
    """The desk's draft waits for the desk's key; where one of the desk's is open, as its next version."""
    original, drafted = original_for(item, language), desk_draft(side, item, language)
    if drafted is None:
        raise NotFound
    _check_seen(drafted, seen)
    before = desks_own(side, original)
    document = _document(
        original, drafted, side=side, today=today, before=before, item=drafted.place, closer=None
    )
    with one_act():
        record.propose(
            document=document, by=side, today=today, drafted=drafted.box, of_draft=drafted.place
        )
        if before is not None:
            record.give_up_draft(item=drafted.place, side=side)
    return document.digest


def desks_own(side: str, original: Original) -> Document | None:
    """Return the desk's own open translation into this language, by no author: the next one replaces it."""
    item = original.document.id
    together = open_record.open_together([item], charter=original.charter).get(item, ())
    for each in (signed.document for signed in together):
        is_alike = (each.kind, each.side, each.languages) == (
            TRANSLATION,
            side,
            (original.language,),
        )
        if is_alike and each.closer is None:
            return each
    return None


def decline(side: str, digest: str, *, today: date) -> None:
    """A desk does not open a translation by somebody of its side; its author sees it for 30 days."""
    found = record_queries.waiting_among(side, [digest]).get(Digest(digest))
    if found is None or found.kind != TRANSLATION:
        raise NotFound
    record.decline(digest=found.digest, side=side, today=today)


def _drafted(kept: Draft) -> Drafted | None:
    try:
        body = bodies.TRANSLATED.of(kept)
    except BadBodyError:
        return None
    return Drafted(kept.of, kept.base_digest, body, kept.item, kept.box)


# ---- both


def _document(
    original: Original,
    drafted: Drafted,
    *,
    side: str,
    today: date,
    before: Document | None,
    item: str,
    closer: "PublicKey | None",
) -> Document:
    refusal = rules.why_not_words(drafted.body.paragraphs, of=original.body.paragraphs)
    if drafted.base != original.document.digest:
        refusal = TranslationRefusal.NOT_ALIGNED
    if refusal:
        raise Refused(refusal)
    return written(
        TRANSLATION,
        drafted.body.as_json(),
        shape=bodies.TRANSLATED.newest,
        site=original.charter.site,
        languages=(original.language,),
        today=today,
        item=item,
        before=before,
        side=side,
        made_from=(original.document.source,),
        part_of=original.document.id,
        closer=closer.hex if closer else None,
    )


def _check_seen(there: Drafted | None, seen: str) -> None:
    if (there.seen if there else "") != seen:
        raise Refused(TranslationRefusal.DRAFT_MOVED_ON)

"""The heard gate: before somebody replies, they say what they have understood.

1. A restatement belongs to one open contribution, and to somebody else than its author. It has one paragraph
   of at most 80 words, and the same in a language of the person who is asked.
2. It waits sealed to its author and to the desks of both sides. The desk of the person who is asked hands it
   on to them. They, or their desk from the day after, answer with a hearing: a document of their own side.
3. A hearing that says yes opens with its side's key. One that says "not quite" has one correction, is never
   opened, and is asked for once: after a correction there is a second round, and no third.
4. A restatement has passed when a yes to these very bytes is open, or seven days after its own day. Its desk
   opens it then, and not before. Nothing opens by time alone.
5. A second "not quite" would look different from silence. There is none: who does not say yes says nothing.
6. What answers names the restatement, and the yes where there was one by then. Without it the mark is "not
   agreed", whatever the cause.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from visavis.base.text import count_words
from visavis.cards.rules import CARD
from visavis.kinds.acts import Act, Around
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.shapes import Shapes
from visavis.signing.document import Document

from . import bodies
from .bodies import ContributionBody, HearingBody, RestatementBody, Says

CONTRIBUTION, RESTATEMENT, HEARING = "contribution", "restatement", "hearing"
MOST_WORDS = 80
WAITS = timedelta(days=7)
"""So long a restatement waits for a yes."""
DESK_WAITS = timedelta(days=1)
"""So long the desk of the person who is asked leaves the answer to them."""
ROUNDS = 2
TIMES = 2
"""One person has so many times as many restatements waiting as contributions: each waits for seven days."""


class HeardRefusal(StrEnum):
    """Why a restatement, an answer to one, or a reply beyond the gate is not taken so."""

    NO_GATE = "no gate in this discussion"
    NOT_RESTATED = "a restatement is asked for first"
    NOT_ITS_RESTATEMENT = "a restatement of something else, or somebody else's"
    NOT_ITS_HEARING = "not a yes to these words"
    NOT_PASSED = "the restatement has not passed"
    NOT_OPEN = "the restatement is not open"
    NOT_ITS_OWN = "no item of its own"
    NO_CLOSER = "no key of its author's"
    NOT_THERE = "what it restates is not open"
    OWN_WORDS = "one's own words"
    NOT_ASKED = "another side is asked"
    NO_CARD = "no open card of this side"
    NO_WORDS = "no words"
    TOO_MANY_WORDS = "more than eighty words"
    ONE_PARAGRAPH = "more than one paragraph"
    NO_LANGUAGE_OF_ASKED = "in no language of the person who is asked"
    SETTLED = "it is open and stays as it is"
    NEVER_SHOWN = "a correction is never opened"
    WAITS_ALREADY = "one waits already"
    NO_THIRD_ROUND = "no third round"
    IS_ANSWERED = "it has been answered"
    NO_SECOND_CORRECTION = "corrected once"
    TOO_EARLY = "it is left to the person today"
    CANNOT_HAND_ON = "nobody to hand it to"
    TOO_MANY_TODAY = "too many on one day"
    TOO_MANY_WAITING = "as many as one person may have waiting"
    CANNOT_BE_READ = "words of another version"


def why_not_words(words: Mapping[str, str]) -> HeardRefusal | None:
    """Return why these words, by language, are no restatement and no correction, or None."""
    if not all(text.strip() for text in words.values()):
        return HeardRefusal.NO_WORDS
    if any("\n" in text for text in words.values()):
        return HeardRefusal.ONE_PARAGRAPH
    is_too_long = any(count_words(text, code) > MOST_WORDS for code, text in words.items())
    return HeardRefusal.TOO_MANY_WORDS if is_too_long else None


def why_not_restate(*, of: ContributionBody, card: str) -> HeardRefusal | None:
    """Return why the holder of this card does not restate this contribution, or None."""
    return HeardRefusal.OWN_WORDS if of.card == card else None


def why_not_again(*, round_: int, is_corrected: bool) -> HeardRefusal | None:
    """Return why the author of a restatement of this round puts no other in its place, or None."""
    if round_ >= ROUNDS:
        return HeardRefusal.NO_THIRD_ROUND
    return None if is_corrected else HeardRefusal.WAITS_ALREADY


def why_not_hear(
    restatement: Document,
    body: RestatementBody,
    *,
    says: Says,
    is_answered: bool,
    for_desk: bool,
    today: date,
) -> HeardRefusal | None:
    """Return why this restatement is not answered so today, or None. ``for_desk``: in the person's stead."""
    if is_answered:
        return HeardRefusal.IS_ANSWERED
    if says is Says.NOT_QUITE and body.round >= ROUNDS:
        return HeardRefusal.NO_SECOND_CORRECTION
    if for_desk and today < restatement.day + DESK_WAITS:
        return HeardRefusal.TOO_EARLY
    return None


def has_passed(restatement: Document, *, is_heard: bool, today: date) -> bool:
    """Return whether its author may reply now: it was confirmed, or its seven days are over."""
    return is_heard or today >= passes_on(restatement)


def passes_on(restatement: Document) -> date:
    """Return the day from which nobody is waited for any more."""
    return restatement.day + WAITS


def confirms(hearing: Document | None, restatement: Document) -> bool:
    """Return whether this is the yes of the side that was asked, to these very bytes."""
    if hearing is None or hearing.kind != HEARING:
        return False
    heard, said = _read(bodies.HEARING, hearing), _read(bodies.RESTATEMENT, restatement)
    if heard is None or said is None:
        return False
    is_of_these = (heard.restatement, heard.digest) == (restatement.id, restatement.digest)
    return is_of_these and heard.says is Says.YES and hearing.side == said.asked


def yes_among(hearings: Iterable[Document], restatement: Document) -> Document | None:
    """Return the yes to this restatement, or None."""
    return next((each for each in hearings if confirms(each, restatement)), None)


def is_restatement_for(
    restatement: Document, *, answers: str | None, side: str | None, card: str
) -> bool:
    """Return whether somebody of this card has restated just what they answer."""
    body = _read(bodies.RESTATEMENT, restatement) if restatement.kind == RESTATEMENT else None
    return (
        body is not None
        and restatement.side == side
        and body.card == card
        and [each.id for each in restatement.made_from] == [answers]
    )


def why_not_pass_gate(
    contribution: Document,
    body: ContributionBody,
    *,
    has_gate: bool,
    named: Mapping[str, Document],
    is_needed: bool,
) -> HeardRefusal | None:
    """Return why this reply does not go through the gate, or None.

    ``named`` are open items, by their ids. ``is_needed``: the restatement must be open by now, and opens only
    when it has passed. One's own words need none.
    """
    if body.restates is None:
        answered = _read(bodies.CONTRIBUTION, named.get(body.answers or ""))
        is_own = answered is not None and answered.card == body.card
        return HeardRefusal.NOT_RESTATED if has_gate and not is_own else None
    restatement = named.get(body.restates)
    if restatement is None:
        return HeardRefusal.NOT_OPEN if is_needed else None
    if not is_restatement_for(
        restatement, answers=body.answers, side=contribution.side, card=body.card
    ):
        return HeardRefusal.NOT_ITS_RESTATEMENT
    heard = named.get(body.heard or "")
    # A yes that is closed by now is missing: then the mark is "not agreed", and the reply goes on.
    is_true = heard is None or confirms(heard, restatement)
    return None if is_true else HeardRefusal.NOT_ITS_HEARING


def why_not_act_on_restatement(
    restatement: Document, act: Act, around: Around
) -> HeardRefusal | None:
    """Return why this restatement is not taken, or None: at every act."""
    if restatement.closer is None:
        return HeardRefusal.NO_CLOSER
    refusal = _why_not_its_own(restatement)
    if refusal or act is Act.OPEN:
        return refusal
    body = _read(bodies.RESTATEMENT, restatement)
    source, of = _source(around)
    if source is None or of is None:
        return HeardRefusal.NOT_THERE
    if body is None or restatement.languages != tuple(sorted(body.words)):
        return HeardRefusal.CANNOT_BE_READ
    if around.before is not None:
        return HeardRefusal.SETTLED
    if body.asked != source.side:
        return HeardRefusal.NOT_ASKED
    spoken = languages_of_asked(of, side_languages=_languages(around, body.asked))
    reasons = (
        why_not_restate(of=of, card=body.card),
        why_not_words(body.words),
        None if spoken & set(body.words) else HeardRefusal.NO_LANGUAGE_OF_ASKED,
    )
    refusal = next(filter(None, reasons), None)
    if refusal or act is Act.PROPOSE:
        return refusal
    card = around.named.get(body.card)
    if card is None or (card.kind, card.side) != (CARD, restatement.side):
        return HeardRefusal.NO_CARD
    is_heard = yes_among(around.naming, restatement) is not None
    is_passed = has_passed(restatement, is_heard=is_heard, today=around.today)
    return None if is_passed else HeardRefusal.NOT_PASSED


def languages_of_asked(of: ContributionBody, *, side_languages: Collection[str]) -> frozenset[str]:
    """Return the languages in which the person who is asked surely reads: their words', and their side's."""
    return frozenset({of.original, *side_languages})


def why_not_act_on_hearing(hearing: Document, act: Act, around: Around) -> HeardRefusal | None:
    """Return why this hearing is not taken, or None: at every act."""
    refusal = _why_not_its_own(hearing)
    if refusal or act is Act.OPEN:
        return refusal
    body: HearingBody | None = _read(bodies.HEARING, hearing)
    source, of = _source(around)
    if source is None or of is None:
        return HeardRefusal.NOT_THERE
    if body is None or hearing.languages != (body.original,):
        return HeardRefusal.CANNOT_BE_READ
    if around.before is not None:
        return HeardRefusal.SETTLED
    if hearing.side != source.side:
        return HeardRefusal.NOT_ASKED
    if body.correction is None:
        return None
    refusal = why_not_words({body.original: body.correction})
    return refusal or (None if act is Act.PROPOSE else HeardRefusal.NEVER_SHOWN)


def _why_not_its_own(document: Document) -> HeardRefusal | None:
    outer = (document.part_of, document.seats, document.seal)
    is_own = all(member is None for member in outer) and len(document.made_from) == 1
    return None if is_own else HeardRefusal.NOT_ITS_OWN


def _source(around: Around) -> tuple[Document | None, ContributionBody | None]:
    """Return the contribution that it was made from, and its body."""
    source = next(iter(around.sources), None)
    if source is None or source.kind != CONTRIBUTION:
        return None, None
    return source, _read(bodies.CONTRIBUTION, source)


def _languages(around: Around, side: str) -> tuple[str, ...]:
    found = around.charter.side(side) if around.charter else None
    return found.languages if found else ()


def _read(shapes: Shapes[Any], document: Document | None) -> Any:
    """Return the body of a document; None for what cannot be read here."""
    try:
        return shapes.of(document) if document else None
    except BadBodyError:
        return None

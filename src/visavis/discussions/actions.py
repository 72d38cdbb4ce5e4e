"""Every change to a discussion or a contribution: one function, one act, one transaction. Time is passed in.

``seen`` is what `Draft.seen` said when a page was made, "" where there was no draft: an act on other words
than its editor saw is refused. None asks nothing: for what is no page.

Words are cleaned once, as they come in, and rules are asked before the record's act begins; the record asks
them again within it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from msgspec import structs

from visavis.base import text as safe_text
from visavis.base.refusal import Refused
from visavis.base.text import UnfitTextError
from visavis.cards.rules import Role
from visavis.kinds.writing import written
from visavis.record import actions as record
from visavis.record import public as open_record
from visavis.record import queries as record_queries
from visavis.record.queries import Draft
from visavis.safety.transactions import one_act
from visavis.signing.canonical import Digest, new_id
from visavis.signing.document import Document

from . import bodies, heard_queries, queries, rules, units
from .bodies import ContributionBody, DiscussionBody, DiscussionWords, Unit
from .queries import OpenDiscussion
from .rules import CONTRIBUTION, DISCUSSION, DiscussionRefusal


@dataclass(frozen=True)
class Typed:
    """A discussion in one language as it is typed: a title, paragraphs, and a rule on each line."""

    title: str
    opening: str
    rules: str


def draft_discussion(
    *,
    side: str,
    typed: Mapping[str, Typed],
    roles: Sequence[Role],
    per_day: int,
    word_limit: int,
    takes_turns: bool,
    until: date,
    today: date,
    question: str | None = None,
    has_gate: bool = False,
    item: str = "",
    seen: str | None = None,
) -> str:
    """The desk's draft holds these words, complete or not; returns the draft's id.

    ``item`` is a draft of this desk that is written over; empty begins a new one. Refuses words that
    nobody could sign.
    """
    kept = queries.draft_for(side, item) if item else None
    _check_seen(kept, seen)
    body = DiscussionBody(
        versions={code: _words(each) for code, each in typed.items()},
        roles=tuple(role for role in Role if role in roles),
        per_day=per_day,
        word_limit=word_limit,
        takes_turns=takes_turns,
        has_gate=has_gate,
        until=until,
        question=question,
    )
    return _keep(side=side, draft=kept, body=body, changes=kept.of if kept else "", today=today)


def draft_again(*, side: str, digest: str, today: date) -> str:
    """A discussion of this desk that was refused is a draft once more; returns its id."""
    return _draft_again(queries.refused(side, digest), side=side, today=today)


def take_back(*, side: str, digest: str, today: date) -> None:
    """A discussion that this desk proposed is a draft once more, and no proposal any longer."""
    document = queries.proposed(side, digest)
    with one_act():
        record.withdraw(digest=document.digest, side=side)
        _draft_again(document, side=side, today=today)


def change(*, side: str, item: str, today: date) -> str:
    """The open discussion is a draft of this desk, to become its next version; returns the draft's id.

    A draft that is being written stays as it is.
    """
    found = queries.discussion_for_desks(item)
    if not found.is_open:
        raise Refused(DiscussionRefusal.NOT_OPEN)
    drafted = next((each for each in queries.drafts(side) if each.of == item), None)
    if drafted is not None:
        return drafted.item
    return _keep(side=side, draft=None, body=found.body, changes=item, today=today)


def give_up(*, side: str, item: str, seen: str | None = None) -> None:
    """The draft is gone, as if it had never been."""
    draft = queries.draft_for(side, item)
    _check_seen(draft, seen)
    record.give_up_draft(item=draft.item, side=side, drafted=draft.box)


def propose(*, side: str, item: str, today: date, seen: str | None = None) -> Digest:
    """The drafted discussion is before every desk; returns its digest."""
    draft = queries.draft_for(side, item)
    _check_seen(draft, seen)
    charter = open_record.current_charter(on=today)
    if charter is None:
        raise Refused(DiscussionRefusal.NO_CHARTER)
    body = drafted(draft)
    lacks = rules.what_a_discussion_lacks(body, languages=charter.languages, today=today)
    if lacks:
        raise Refused(lacks[0])
    changes = draft.of
    before = record_queries.open_version(changes) if changes else None
    if changes and before is None:
        raise Refused(DiscussionRefusal.NOT_OPEN)
    document = written(
        DISCUSSION,
        body.as_json(),
        shape=bodies.DISCUSSION.newest,
        site=charter.site,
        languages=tuple(body.versions),
        today=today,
        item=draft.item,
        before=before,
    )
    with one_act():
        record.propose(
            document=document, by=side, today=today, drafted=draft.box, of_draft=draft.item
        )
        if changes:
            record.give_up_draft(item=draft.item, side=side)
    return document.digest


def contribution(
    *,
    side: str,
    discussion: str,
    card: str,
    closer: str,
    original: str,
    text: str,
    today: date,
    answers: str | None = None,
    item: str = "",
    opened: OpenDiscussion | None = None,
) -> Document:
    """Return what somebody of this side has written as a document that can be proposed.

    ``card`` and ``closer`` are the author's: the item of the card, and a public key of this one document.
    ``item`` is given where the id is drawn already, ``opened`` where the discussion was read before.
    Refuses where the discussion takes nothing from anybody today, words that cannot be signed, and an answer
    to what is not open. Where the heard gate is on, it is refused until the author's restatement has passed,
    which it names.
    """
    source, terms = opened or queries.open_discussion(discussion)
    answered = _answered(answers) if answers else None
    restates, heard_by = (
        heard_queries.through_gate(
            side=side, card=card, answered=answered, has_gate=terms.has_gate, today=today
        )
        if answered
        else (None, None)
    )
    body = ContributionBody(
        original=original,
        paragraphs=units_of(text),
        card=card,
        answers=answers,
        thread=rules.thread_of(answered.id, bodies.CONTRIBUTION.of(answered)) if answered else None,
        restates=restates,
        heard=heard_by,
    )
    refusal = rules.why_not_contribute(terms, role=None, on=today) or rules.why_not_words(
        body, word_limit=terms.word_limit
    )
    if refusal:
        raise Refused(refusal)
    return written(
        CONTRIBUTION,
        body.as_json(),
        shape=bodies.CONTRIBUTION.newest,
        site=source.site,
        languages=(original,),
        today=today,
        item=item,
        side=side,
        made_from=(source.source,),
        closer=closer,
    )


def correction(*, item: str, original: str, text: str, today: date) -> Document:
    """Return the next version of an open contribution, with these words in place of its own.

    Refuses what is not open, and words that cannot be signed or are too many.
    """
    before = queries.open_contribution(item)
    if before is None:
        raise Refused(DiscussionRefusal.NOT_OPEN)
    was = bodies.CONTRIBUTION.of(before)
    source, terms = queries.open_discussion(before.made_from[0].id)
    body = structs.replace(was, original=original, paragraphs=units_of(text))
    refusal = rules.why_not_words(body, word_limit=terms.word_limit)
    if refusal:
        raise Refused(refusal)
    return written(
        CONTRIBUTION,
        body.as_json(),
        shape=bodies.CONTRIBUTION.newest,
        site=before.site,
        languages=(original,),
        today=today,
        before=before,
        side=before.side,
        made_from=(source.source,),
        closer=before.closer,
    )


def drafted(draft: Draft) -> DiscussionBody:
    """Return what a draft of a discussion holds."""
    return bodies.DISCUSSION.of(draft)


def units_of(text: str) -> tuple[Unit, ...]:
    """Return the paragraphs and quotations of what was typed."""
    try:
        return units.units_of(text)
    except UnfitTextError as error:
        raise Refused(rules.why_unfit(error)) from error


def _answered(answers: str) -> Document:
    document = queries.open_contribution(answers)
    if document is None:
        raise Refused(DiscussionRefusal.NOT_WHAT_IT_ANSWERS)
    return document


def _words(typed: Typed) -> DiscussionWords:
    try:
        return DiscussionWords(
            title=safe_text.one_line(typed.title),
            opening=units.units_of(typed.opening),
            rules=units.lines_of(typed.rules),
        )
    except UnfitTextError as error:
        raise Refused(rules.why_unfit(error)) from error


def _draft_again(document: Document, *, side: str, today: date) -> str:
    return _keep(
        side=side,
        draft=None,
        body=bodies.DISCUSSION.of(document),
        changes=document.id if document.replaces else "",
        today=today,
    )


def _keep(
    *, side: str, draft: Draft | None, body: DiscussionBody, changes: str, today: date
) -> str:
    item = draft.item if draft else new_id()
    record.keep_draft(
        item=item,
        kind=DISCUSSION,
        side=side,
        shape=bodies.DISCUSSION.newest,
        body=body.as_json(),
        today=today,
        of=changes,
        has_words_of=bool(changes),
        instead_of=draft.box if draft else b"",
    )
    return item


def _check_seen(draft: Draft | None, seen: str | None) -> None:
    if seen is not None and (draft.seen if draft else "") != seen:
        raise Refused(DiscussionRefusal.DRAFT_MOVED_ON)

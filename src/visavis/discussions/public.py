"""Discussions and contributions as readers see them, made of open documents and of nothing else.

Who wrote is on the card that a contribution names. Where the card is gone the words stay, and all that is
said of their author is the side. Where a contribution is gone, others that answer it stay, and one
sentence is in its place, the same for every cause.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Any

from markupsafe import Markup

from visavis.base.text import as_it_is, inline
from visavis.kinds.items import CannotBeShownError, Gathered, Part, Remains
from visavis.signing.charter import Charter
from visavis.signing.document import JOINT, Standing
from visavis.signing.signed import SignedDocument

from . import heard_rules, translated
from .bodies import ContributionBody, DiscussionBody, DiscussionWords
from .shown import ShownUnit, in_plain, shown_units
from .translated import Translated


@dataclass(frozen=True)
class DiscussionVersion:
    """A discussion in one language: ``title`` as it is, the opening words, and each house rule."""

    title: str
    opening: tuple[ShownUnit, ...]
    rules: tuple[Markup, ...]

    @property
    def plain(self) -> str:
        """The opening words without markup."""
        return in_plain(self.opening)


@dataclass(frozen=True, kw_only=True)
class Discussion:
    """``terms`` are what it asks of contributions, ``question`` the open item to which it belongs, if any."""

    id: str
    day: date
    standing: Standing
    versions: Mapping[str, DiscussionVersion]
    terms: DiscussionBody
    question: Part[Any] | None
    documents: tuple[SignedDocument, ...]
    unread: tuple[SignedDocument, ...] = ()

    def language_for(self, language: str) -> str:
        """Return the language in which a reader of this one finds it."""
        return language if language in self.versions else next(iter(self.versions))


@dataclass(frozen=True)
class Restated:
    """What was understood, by language, its author's first; whether the one who was asked said yes to it."""

    words: Mapping[str, str]
    is_agreed: bool


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What one person said. ``card`` is what it names as its author's, where that is open: `cards.public`.

    ``below`` are the answers of its thread, the oldest first.
    ``answered`` is what it answers and ``beginning`` what its thread begins with, each where it is open.
    ``restated`` is what its author had understood.
    ``changed_on`` is the day of a correction.
    ``translations`` has for each other language of the site the one translation that is shown.
    """

    id: str
    day: date
    standing: Standing
    side: str
    discussion: str
    original: str
    words: tuple[ShownUnit, ...]
    card: Part[Any] | None
    answers: str | None
    thread: str | None
    answered: Part[Any] | None
    beginning: Part[Any] | None
    changed_on: date | None
    restated: Restated | None
    documents: tuple[SignedDocument, ...]
    unread: tuple[SignedDocument, ...] = ()
    below: tuple["Contribution", ...] = ()
    translations: Mapping[str, Translated] = field(default_factory=dict)

    @property
    def plain(self) -> str:
        """The words without markup, a line for each paragraph."""
        return in_plain(self.words)

    def plain_in(self, language: str) -> str:
        """Return the same as a reader of this language finds them."""
        found = self.translations.get(language)
        return in_plain(found.words) if found else self.plain


@dataclass(frozen=True, kw_only=True)
class Gone:
    """A contribution that is not shown any more, with the answers of its thread."""

    id: str
    below: tuple[Contribution, ...]
    standing: Standing = JOINT
    unread: tuple[SignedDocument, ...] = ()

    @property
    def documents(self) -> tuple[SignedDocument, ...]:
        return tuple(each for view in self.below for each in view.documents)

    @property
    def day(self) -> date:
        return self.below[0].day

    @property
    def discussion(self) -> str:
        return self.below[0].discussion


def discussion_from(gathered: Gathered[DiscussionBody], charter: Charter) -> Discussion:
    """Return the discussion that these open documents make, in the languages of the site.

    Raises CannotBeShownError where it has words in none of them.
    """
    document, body = gathered.root.document, gathered.root.body
    shown = {code: words for code, words in body.versions.items() if code in charter.languages}
    if not shown:
        raise CannotBeShownError("in no language of the site")
    return Discussion(
        id=document.id,
        day=document.day,
        standing=document.standing,
        versions=discussion_versions(shown),
        terms=body,
        question=gathered.named.get(body.question or ""),
        documents=(gathered.root.signed,),
        unread=gathered.unread,
    )


def discussion_versions(versions: Mapping[str, DiscussionWords]) -> dict[str, DiscussionVersion]:
    """Return the discussion in each of these languages, made safe to show."""
    return {
        code: DiscussionVersion(
            title=as_it_is(words.title),
            opening=shown_units(words.opening),
            rules=tuple(map(inline, words.rules)),
        )
        for code, words in versions.items()
    }


def contribution_from(gathered: Gathered[ContributionBody], charter: Charter) -> Contribution:
    """Return the contribution that these open documents make, with one translation for each language.

    Raises CannotBeShownError for what belongs to no side or no discussion.
    """
    document, body = gathered.root.document, gathered.root.body
    if document.side is None or len(document.made_from) != 1:
        raise CannotBeShownError("of no side, or of no discussion")
    discussion = document.made_from[0].id
    translations = translated.chosen(gathered, charter)
    return Contribution(
        id=document.id,
        day=document.day,
        standing=document.standing,
        side=document.side,
        discussion=discussion,
        original=body.original,
        words=shown_units(body.paragraphs),
        card=gathered.named.get(body.card),
        answers=body.answers,
        thread=body.thread,
        answered=gathered.named.get(body.answers or ""),
        beginning=gathered.named.get(body.thread or ""),
        changed_on=document.day if document.version > 1 else None,
        restated=_restated(gathered),
        documents=(
            gathered.root.signed,
            *(each.signed for each in translations.values()),
            *gathered.unread,
        ),
        unread=gathered.unread,
        translations=translations,
        below=tuple(_answers(gathered.below, discussion=discussion)),
    )


def _restated(gathered: Gathered[ContributionBody]) -> Restated | None:
    """Return the restatement that is named, if it is its author's, and of just what is answered."""
    body, document = gathered.root.body, gathered.root.document
    found = gathered.named.get(body.restates or "")
    if found is None or not heard_rules.is_restatement_for(
        found.document, answers=body.answers, side=document.side, card=body.card
    ):
        return None
    heard = gathered.named.get(body.heard or "")
    words: Mapping[str, str] = found.body.words
    return Restated(
        words={code: as_it_is(text) for code, text in words.items()},
        is_agreed=heard_rules.confirms(heard.document if heard else None, found.document),
    )


def n_heard(thread: "Thread") -> tuple[int, int]:
    """Return how many replies of a thread began with a restatement, and how many of these were agreed."""
    restated = [each.restated for each in thread.below if each.restated is not None]
    return sum(each.is_agreed for each in restated), len(restated)


def what_remains(remains: Remains, _charter: Charter) -> Gone:
    """Return what is shown of a thread whose first contribution is gone."""
    first = remains.below[0]
    return Gone(id=remains.item, below=tuple(_answers(remains.below, discussion=first.discussion)))


Thread = Contribution | Gone


def in_turns(threads: Iterable[Thread]) -> list[Thread]:
    """Return the threads by their days, and those of one day so that the sides alternate.

    A side that began more threads on a day than all others together has its last ones in a row.
    """
    ordered: list[Thread] = []
    for _, some in groupby(sorted(threads, key=_by_day), key=lambda each: each.day):
        waiting = list(some)
        while waiting:
            ordered.append(_next_in_turn(waiting, after=ordered[-1] if ordered else None))
            waiting.remove(ordered[-1])
    return ordered


def _next_in_turn(waiting: Sequence[Thread], *, after: Thread | None) -> Thread:
    """Return the first of another side than the one before; of those the side with most is the next."""
    others = [each for each in waiting if after is None or side_of(each) != side_of(after)]
    sides = [side_of(each) for each in waiting]
    return max(others or waiting, key=lambda each: sides.count(side_of(each)))


def side_of(thread: Thread) -> str | None:
    """Return whose it is; of what is gone nothing is known."""
    return thread.side if isinstance(thread, Contribution) else None


def rows_of(
    thread: Thread | None, answers: Sequence[Contribution]
) -> list[dict[str, Contribution]]:
    """Return the contributions of a thread in rows, in each at most one of every side.

    Without ``thread`` they are its answers alone.

    An answer is in the row of what it answers if its side's column is free there, and else begins a row.
    """
    rows: list[dict[str, Contribution]] = []
    if isinstance(thread, Contribution):
        rows.append({thread.side: thread})
    for each in answers:
        last = rows[-1] if rows else {}
        is_beside = any(other.id == each.answers for other in last.values())
        if is_beside and each.side not in last:
            last[each.side] = each
        else:
            rows.append({each.side: each})
    return rows


def _by_day(thread: Thread) -> date:
    return thread.day


def _answers(views: Iterable[Any], *, discussion: str) -> Iterator[Contribution]:
    """Yield what is shown below: contributions to the same discussion, whatever else names the thread."""
    for view in views:
        if isinstance(view, Contribution) and view.discussion == discussion:
            yield replace(view, below=())

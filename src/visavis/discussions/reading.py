"""What a desk sees of a discussion, a contribution and its translation before it turns its key."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from visavis.base.text import inline, without_tags
from visavis.kinds.bodies import BadBodyError
from visavis.kinds.items import Part
from visavis.kinds.passages import (
    NONE,
    Contents,
    Line,
    Names,
    Passage,
    Words,
    beside,
    passage,
    plain,
)
from visavis.pages.about_page import shortened
from visavis.signing.document import Document

from . import bodies
from .bodies import ContributionBody, DiscussionBody, TranslatedBody, Unit
from .wording import roles_in

IN_A_TITLE = 80


def title_of_discussion(body: DiscussionBody, language: str) -> Line:
    """Return the title, in this language if it has one."""
    titles = {code: words.title for code, words in body.versions.items() if words.title}
    code = language if language in titles else next(iter(titles), language)
    return Line(code, titles.get(code, ""))


def title_of_contribution(body: ContributionBody, _language: str) -> Line:
    """Return the first words: a contribution has no title."""
    return Line(body.original, first_words(body.text))


def first_words(text: str) -> str:
    """Return how a text begins, without its marks."""
    return shortened(without_tags(inline(text)), IN_A_TITLE)


def title_of_translation(body: TranslatedBody, _language: str) -> Line:
    return Line(body.language, shortened(without_tags(inline(body.text)), IN_A_TITLE))


def words_of_discussion(body: DiscussionBody) -> dict[str, tuple[str, ...]]:
    """Return title, opening words and house rules by language."""
    return {
        code: (words.title, *(unit.text for unit in words.opening), *words.rules)
        for code, words in body.versions.items()
    }


def words_of_contribution(body: ContributionBody) -> dict[str, tuple[str, ...]]:
    return {body.original: tuple(unit.text for unit in body.paragraphs)}


def title_of_document(translation: Document) -> Line:
    """Return the first words of a translation as it waits; of one that cannot be read, its id."""
    try:
        return title_of_translation(bodies.TRANSLATED.of(translation), "")
    except BadBodyError:
        return Line("", translation.id[:12])


def words_of_translation(body: TranslatedBody) -> dict[str, tuple[str, ...]]:
    return {body.language: tuple(unit.text for unit in body.paragraphs)}


def discussion(part: Part[DiscussionBody], _source: Part[Any] | None, names: Names) -> Contents:
    """Return the discussion in every language, none of them the original, and its terms."""
    body = part.body
    words = {
        code: beside(
            code,
            (
                Passage("title", plain(version.title)),
                *map(_unit, version.opening),
                *(Passage("item", plain(rule)) for rule in version.rules),
            ),
        )
        for code, version in body.versions.items()
    }
    yes, no = _("Yes"), _("No")
    return Contents(
        left=next((code for code in names.prefer if code in words), next(iter(words))),
        is_left_original=False,
        words=words,
        facts=(
            (_("Who may write"), roles_in(body.roles) or NONE),
            (_("Contributions by one person a day"), names.number(body.per_day)),
            (
                _("Word limit"),
                ngettext("%(n)s word", "%(n)s words", body.word_limit)
                % {"n": names.number(body.word_limit)},
            ),
            (_("Sides take turns"), yes if body.takes_turns else no),
            (_("Restating before replying"), yes if body.has_gate else no),
            (_("Closing day"), names.day(body.until)),
            (_("Belongs to the question"), body.question or NONE),
        ),
    )


def contribution(part: Part[ContributionBody], _source: Part[Any] | None, names: Names) -> Contents:
    """Return the words, and the ids of all that the contribution names."""
    body = part.body
    return Contents(
        left=body.original,
        words={body.original: beside(body.original, map(_unit, body.paragraphs))},
        facts=(
            (_("Original"), names.tongue_alone(body.original)),
            (_("Card of its author"), body.card),
            (_("In reply to"), body.answers or _("Nothing: a new thread begins with it")),
            (_("Thread"), body.thread or _("A thread of its own")),
        ),
    )


def translation(
    part: Part[TranslatedBody], source: Part[ContributionBody] | None, names: Names
) -> Contents:
    """Return the translation beside the original as it is now; alone where that is not open."""
    body = part.body
    said = beside(body.language, map(_unit, body.paragraphs))
    facts = (
        (_("Translated into"), names.tongue_alone(body.language)),
        (_("Card of its translator"), body.translator or _("None: the translator is not named")),
    )
    if source is None:
        return Contents("", {body.language: said}, facts)
    original, now = source.body.original, source.document.version
    return Contents(
        left=original,
        words={
            original: beside(original, map(_unit, source.body.paragraphs)),
            body.language: _marked_older(said)
            if part.document.made_from[0].version < now
            else said,
        },
        facts=facts,
        borrowed=frozenset({original}),
    )


def _marked_older(words: Words) -> Words:
    """Mark every paragraph: which of them the correction has changed is not in these bytes."""
    return replace(words, stale=frozenset(range(len(words.passages))))


def _unit(unit: Unit) -> Passage:
    return passage(unit.kind.value, unit.text)

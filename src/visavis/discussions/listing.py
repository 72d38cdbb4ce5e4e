"""Discussions and contributions in lists, feeds and linked data, and on the home page."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from visavis.base.languages import day_in
from visavis.kinds.cards import CardLines, card_of, newest_first
from visavis.kinds.items import Item
from visavis.kinds.nodes import Node, node_of, publisher
from visavis.kinds.summary import Summary
from visavis.pages.about_page import shortened
from visavis.pages.making import pieces
from visavis.pages.site import Site, Voice, speaking

from . import wording
from .pages import (
    AT,
    PIECES,
    author_of,
    paths_of_contribution,
    paths_of_discussion,
    title_of,
)
from .public import Contribution, Discussion, Gone, Thread

ON_HOME = 4
IN_A_TITLE = 80


def summary_of_discussion(discussion: Discussion, site: Site) -> Summary:
    return Summary(
        id=discussion.id,
        day=discussion.day,
        listed_on=discussion.day,
        original=next(iter(discussion.versions)),
        titles={code: words.title for code, words in discussion.versions.items()},
        leads={code: words.plain for code, words in discussion.versions.items()},
        paths=paths_of_discussion(discussion.id, site),
    )


def card_of_discussion(discussion: Discussion, summary: Summary, voice: Voice) -> CardLines:
    """Say until when it takes contributions."""
    return CardLines(
        above=(day_in(summary.listed_on, language=voice.language),),
        below=(wording.until(discussion.terms.until, voice.language),),
    )


def discussion_in_feeds(discussion: Discussion, _summary: Summary, voice: Voice) -> Markup:
    """Return the opening words, the house rules and the terms."""
    language = discussion.language_for(voice.language)
    words: Markup = pieces(PIECES).before(
        discussion.versions[language],
        language,
        wording.terms_of(discussion.terms, voice.language),
        "",
        "",
    )
    return words


def nodes_of_discussion(discussion: Discussion, summary: Summary, site: Site) -> list[Node]:
    """Describe a discussion for machines (schema.org)."""
    return [
        {
            **node_of(summary, code, site, type_="DiscussionForumPosting"),
            "headline": words.title,
            "text": words.plain,
            "author": publisher(site, code),
            "expires": discussion.terms.until.isoformat(),
        }
        for code, words in discussion.versions.items()
    ]


def home(items: Sequence[Item], voice: Voice) -> Iterator[Markup]:
    """Show the newest discussions."""
    if items:
        cards = [card_of(item, voice) for item in newest_first(items)[:ON_HOME]]
        yield pieces("discussions/public/home.html").newest(cards, voice.to_list(AT))


def summary_of_contribution(thread: Thread, site: Site) -> Summary:
    """Return what lists and feeds show: its first words. What is gone has none, and is on no common list."""
    paths = paths_of_contribution(thread.id, site)
    if isinstance(thread, Gone):
        titles, authors = {site.languages[0]: "…"}, {}
    else:
        titles = {thread.original: shortened(thread.plain, IN_A_TITLE)}
        authors = {code: (_author_in(thread, code, site),) for code in site.languages}
    return Summary(
        id=thread.id,
        day=thread.day,
        listed_on=thread.day,
        original=next(iter(titles)),
        titles=titles,
        leads={} if isinstance(thread, Gone) else {thread.original: thread.plain},
        paths=paths,
        authors=authors,
    )


def _author_in(contribution: Contribution, code: str, site: Site) -> str:
    with speaking(code):
        return author_of(
            contribution,
            site.in_language(code, at=paths_of_contribution(contribution.id, site)[code]),
        )


def card_of_contribution(contribution: Contribution, summary: Summary, voice: Voice) -> CardLines:
    """Say who wrote, of which side, and when."""
    return CardLines(
        above=(
            title_of(contribution, voice),
            day_in(summary.listed_on, language=voice.language),
        )
    )


def contribution_in_feeds(contribution: Contribution, _summary: Summary, _voice: Voice) -> Markup:
    """Return its words; its answers are entries of their own."""
    words: Markup = pieces(PIECES).units(contribution.words)
    return words


def nodes_of_contribution(contribution: Contribution, summary: Summary, site: Site) -> list[Node]:
    """Describe a contribution in its own language for machines (schema.org).

    Who wrote it is a name of the author's choosing; without a card, the side.
    """
    code = contribution.original
    if code not in site.languages:
        return []
    voice = site.in_language(code, at=summary.paths[code])
    with speaking(code):
        name, side = author_of(contribution, voice), voice.side(contribution.side)
    return [
        {
            **node_of(summary, code, site, type_="Comment"),
            "text": contribution.plain,
            "author": {
                "@type": "Person",
                "name": name,
                "affiliation": {"@type": "Organization", "name": side},
            },
            "isPartOf": {"@id": site.urn(contribution.discussion, code)},
            **(
                {"parentItem": {"@id": site.urn(contribution.answers)}}
                if contribution.answers
                else {}
            ),
        }
    ]

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
    heard_of,
    paths_of_contribution,
    paths_of_discussion,
    title_of,
    translation_for,
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
        titles, leads, authors, translated_by = {site.languages[0]: "…"}, {}, {}, {}
    else:
        plain = {code: thread.plain_in(code) for code in (thread.original, *thread.translations)}
        titles = {code: shortened(words, IN_A_TITLE) for code, words in plain.items()}
        leads = plain
        authors = {code: (_author_in(thread, code, site),) for code in site.languages}
        translated_by = {
            code: each.translated_by
            for code, each in thread.translations.items()
            if each.translated_by
        }
    return Summary(
        id=thread.id,
        day=thread.day,
        listed_on=thread.day,
        original=next(iter(titles)),
        titles=titles,
        leads=leads,
        paths=paths,
        authors=authors,
        translated_by=translated_by,
    )


def _author_in(contribution: Contribution, code: str, site: Site) -> str:
    with speaking(code):
        return author_of(
            contribution,
            site.in_language(code, at=paths_of_contribution(contribution.id, site)[code]),
        )


def card_of_contribution(contribution: Contribution, summary: Summary, voice: Voice) -> CardLines:
    """Say who wrote, of which side and when, and how many replies heard it."""
    heard = heard_of(contribution, voice)
    return CardLines(
        above=(
            title_of(contribution, voice),
            day_in(summary.listed_on, language=voice.language),
        ),
        below=(heard,) if heard else (),
    )


def contribution_in_feeds(contribution: Contribution, _summary: Summary, voice: Voice) -> Markup:
    """Return what it restates, and its words as a reader of this language finds them."""
    found = translation_for(contribution, voice.language)
    shown = pieces(PIECES)
    words: Markup = shown.restated(contribution.restated) + shown.units(
        found.words if found else contribution.words
    )
    return words


def nodes_of_contribution(contribution: Contribution, summary: Summary, site: Site) -> list[Node]:
    """Describe a contribution for machines (schema.org), in each language in which it is there.

    Who wrote it is a name of the author's choosing; without a card, the side.
    """
    return [
        _node(contribution, code, summary, site)
        for code in site.languages
        if code in summary.titles
    ]


def _node(contribution: Contribution, code: str, summary: Summary, site: Site) -> Node:
    voice = site.in_language(code, at=summary.paths[code])
    with speaking(code):
        name, side = author_of(contribution, voice), voice.side(contribution.side)
    node = {
        **node_of(summary, code, site, type_="Comment"),
        "text": contribution.plain_in(code),
        "isPartOf": {"@id": site.urn(contribution.discussion, code)},
    }
    if contribution.answers:
        node["parentItem"] = {"@id": site.urn(contribution.answers)}
    found = translation_for(contribution, code)
    if found:
        node["translationOfWork"] = {"@id": site.urn(contribution.id, contribution.original)}
    # Of words that the author's side has not signed nobody says that the author wrote them.
    if found is None or not found.is_marked:
        node["author"] = {
            "@type": "Person",
            "name": name,
            "affiliation": {"@type": "Organization", "name": side},
        }
    return node

"""A text in lists, feeds and linked data."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from markupsafe import Markup

from visavis.base.languages import day_in, name_of, own_name
from visavis.kinds.cards import CardLines, card_of, newest_first
from visavis.kinds.items import Item
from visavis.kinds.kind import Opening
from visavis.kinds.marks import translation_by
from visavis.kinds.nodes import Node, node_of
from visavis.kinds.summary import Summary
from visavis.pages import addresses
from visavis.pages.about_page import IN_A_SUMMARY, shortened
from visavis.pages.making import pieces
from visavis.pages.site import Site, Voice

from . import wording
from .facts import authors_of, own_words
from .pages import AT, Units, beside_of, pairs_of, paths_of
from .public import Text

ON_HOME = 6


def summary_of(text: Text, site: Site) -> Summary:
    """Return what lists and feeds show; a list has a text under the day of its first version."""
    return Summary(
        id=text.id,
        day=text.day,
        listed_on=text.first_on,
        original=text.original,
        titles={code: version.title for code, version in text.versions.items()},
        leads={code: version.lead for code, version in text.versions.items()},
        paths=paths_of(text, site),
        beside=beside_of(text, site),
        authors={code: authors_of(text, code) for code in text.versions},
        translated_by={
            code: version.translated_by
            for code, version in text.versions.items()
            if version.translated_by
        },
    )


def card(text: Text, summary: Summary, voice: Voice) -> CardLines:
    """Say what it is, whose and in which language it was written, and in which other ways it can be read.

    A title in another language than the page's is the original's, and the card says so already.
    """
    day = day_in(summary.listed_on, language=voice.language)
    kind = str(wording.ONE_OF[text.kind])
    shown_in = summary.language_for(voice.language)
    below = []
    if shown_in == voice.language:
        original = name_of(text.original, among=voice.language)
        below.append(_("Original: %(language)s") % {"language": original})
    if text.day != text.first_on:
        below.append(
            _("Last changed: %(day)s") % {"day": day_in(text.day, language=voice.language)}
        )
    author = text.said("author", shown_in)
    by = (own_words(author, voice.language),) if author else ()
    return CardLines(
        above=(kind, *by, day),
        below=tuple(below),
        also=tuple(_also(text, summary, voice, but=shown_in)),
    )


def _also(
    text: Text, summary: Summary, voice: Voice, *, but: str
) -> Iterator[tuple[str, str, str]]:
    """Yield name, address and language of a text's other pages; side by side beginning with this one."""
    for code, path in summary.paths.items():
        if code != but:
            yield own_name(code), voice.root + path, code
    for left, right in pairs_of(text, voice.site):
        if left == voice.language:
            names = f"{own_name(left)} | {own_name(right)}"
            yield names, voice.root + addresses.side_by_side(left, right, AT, text.id), ""


def first(items: Sequence[Item], voice: Voice) -> Opening | None:
    """Begin the home page with the newest text: its first words, beside those in another language."""
    if not items:
        return None
    newest = newest_first(items)[0]
    text: Text = newest.view
    shown_in = newest.summary.language_for(voice.language)
    beside = [right for left, right in pairs_of(text, voice.site) if left == shown_in]
    columns = [
        (code, text.versions[code].title, _whose(text, code, voice), _first_words(text, code))
        for code in (shown_in, *beside[:1])
    ]
    shown = pieces("library/public/home.html").first(card_of(newest, voice), columns)
    return Opening(newest, shown)


def _whose(text: Text, code: str, voice: Voice) -> Markup | str:
    """Return whose translation the words in this language are, where they are not the owner's."""
    side = text.versions[code].translated_by
    return translation_by(voice.named(side)) if side else ""


def _first_words(text: Text, code: str) -> str:
    return shortened(text.versions[code].lead, IN_A_SUMMARY)


def home(items: Sequence[Item], voice: Voice) -> Iterator[Markup]:
    """Show the newest texts."""
    if items:
        cards = [card_of(item, voice) for item in newest_first(items)[:ON_HOME]]
        yield pieces("library/public/home.html").newest(cards, voice.to_list(AT))


def in_feeds(text: Text, summary: Summary, voice: Voice) -> Markup:
    """Return the whole text in the language that a reader of this one finds it in."""
    language = summary.language_for(voice.language)
    words = Units(text, unmarked={}).joined(language, range(len(text.versions[language].units)))
    return Markup(words.decode())  # noqa: S704 - what is on its page


def nodes(text: Text, summary: Summary, site: Site) -> list[Node]:
    """Describe a text in all its languages for machines (schema.org)."""
    return [_node(text, code, summary, site) for code in site.languages if code in text.versions]


def _node(text: Text, code: str, summary: Summary, site: Site) -> Node:
    version = text.versions[code]
    node = node_of(summary, code, site, type_=wording.SCHEMA_TYPES[text.kind])
    details = text.details
    author = text.said("author", code)
    # Of words that the author's side has not signed nobody says that the author wrote them.
    if author and not version.is_marked:
        node["author"] = {"@type": "Person", "name": author.words}
        if author.given != author.words:
            node["author"]["alternateName"] = author.given
    if version.is_original:
        if details.written_on:
            node["dateCreated"] = details.written_on.isoformat()
        if details.source:
            node["isBasedOn"] = {
                "@type": "CreativeWork",
                "name": details.source.title,
                "url": details.source.address,
            }
    else:
        node["translationOfWork"] = {"@id": site.urn(text.id, text.original)}
        if version.translator and not version.is_marked:
            node["translator"] = {"@type": "Person", "name": version.translator}
    return node

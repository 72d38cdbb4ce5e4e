"""What lists, feeds and the sitemap need to know of an item, in all its languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from visavis.pages import addresses
from visavis.pages.making import Shown
from visavis.pages.site import Site


@dataclass(frozen=True, kw_only=True)
class Summary:
    """One item.

    ``day`` is when something of it came last; lists have it under ``listed_on``. ``leads`` are its first
    words without markup, ``authors`` who wrote them, by name, in each language. ``paths`` has its page in
    each language that the page speaks, which may be more languages than the item has ``titles`` in.
    ``beside`` has the pages with two languages side by side, each by the language that it speaks.
    ``translated_by`` has, for each language in which the words are a translation that their owner has not
    signed, the side whose translation it is.
    """

    id: str
    day: date
    listed_on: date
    original: str
    titles: Mapping[str, str]
    leads: Mapping[str, str]
    paths: Mapping[str, str]
    beside: Sequence[Mapping[str, str]] = ()
    authors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    translated_by: Mapping[str, str] = field(default_factory=dict)

    def language_for(self, language: str) -> str:
        """Return the language in which a reader of this one finds the item."""
        if language in self.titles:
            return language
        return self.original if self.original in self.titles else next(iter(self.titles))


def plain_summary(
    view: Shown, site: Site, *, at: str, titles: Mapping[str, str], lead: str
) -> Summary:
    """Return the summary of a small kind's item: one day, and one lead in all its languages."""
    day = view.documents[0].document.day
    return Summary(
        id=view.id,
        day=day,
        listed_on=day,
        original=next(iter(titles)),
        titles=titles,
        leads=dict.fromkeys(titles, lead),
        paths={
            code: addresses.item(code, at, view.id) for code in site.languages if code in titles
        },
    )

"""What lists, feeds and the sitemap need to know of an item, in all its languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Summary:
    """One item.

    ``day`` is when something of it came last; lists have it under ``listed_on``. ``leads`` are its first
    words without markup. ``paths`` has its page in each language that the page speaks, which may be more
    languages than the item has ``titles`` in.
    """

    id: str
    day: date
    listed_on: date
    original: str
    titles: Mapping[str, str]
    leads: Mapping[str, str]
    paths: Mapping[str, str]

    def language_for(self, language: str) -> str:
        """Return the language in which a reader of this one finds the item."""
        if language in self.titles:
            return language
        return self.original if self.original in self.titles else next(iter(self.titles))

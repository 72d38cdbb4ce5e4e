"""An item as lists and the home page show it: a title that leads to it, and what its kind says around."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from visavis.base.languages import day_in
from visavis.pages.site import Voice

from .items import Item
from .marks import mark_of, not_in_this_language
from .summary import Summary


@dataclass(frozen=True)
class CardLines:
    """What is above and below an item's title, and its other pages: name, address, language."""

    above: tuple[str, ...]
    below: tuple[str, ...] = ()
    also: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Card:
    """An item as a list shows it: its title in the language that this reader finds it in.

    ``mark`` says whose translation the title is, where it is not the owner's; ``lacking`` that it is in
    another language than the page.
    """

    title: str
    href: str
    language: str
    lines: CardLines
    mark: str = ""
    lacking: str = ""


def day_alone(_view: Any, summary: Summary, voice: Voice) -> CardLines:
    """Return a card that says the day and nothing else."""
    return CardLines(above=(day_in(summary.listed_on, language=voice.language),))


def lead_alone(_view: Any, summary: Summary, voice: Voice) -> Markup:
    """Return what feeds have of a kind that says no more: an item's first words."""
    lead = summary.leads.get(summary.language_for(voice.language), "")
    return Markup("<p>{}</p>").format(lead) if lead else Markup()


def card_of(item: Item, voice: Voice) -> Card:
    """Return the item as a list in this language shows it, links seen from this page."""
    summary = item.summary
    language = summary.language_for(voice.language)
    return Card(
        title=summary.titles[language],
        href=voice.root + summary.paths[language],
        language=language,
        lines=item.page.card(item.view, summary, voice),
        mark=mark_of(summary, language, voice),
        lacking=not_in_this_language(language, voice),
    )


def newest_first(items: Sequence[Item]) -> list[Item]:
    """Return the items newest first, by the day under which lists have them."""
    return sorted(items, key=lambda item: item.summary.listed_on, reverse=True)

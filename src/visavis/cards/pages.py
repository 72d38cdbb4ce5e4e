"""A card on the public plane: it has no page, and is shown where another item names it."""

from collections.abc import Iterator

from visavis.kinds.items import View
from visavis.kinds.nodes import Node
from visavis.kinds.summary import Summary, plain_summary
from visavis.pages.making import Making, Page
from visavis.pages.site import Site

from .bodies import CardBody
from .public import form_for, languages_of

AT = "cards"
"""The list that cards are on. It is not shown."""


def none(_card: View[CardBody], _making: Making) -> Iterator[Page]:
    return iter(())


def no_nodes(_card: View[CardBody], _summary: Summary, _site: Site) -> list[Node]:
    """Say nothing of a person in linked data."""
    return []


def summary_of(card: View[CardBody], site: Site) -> Summary:
    forms, side = card.body.pen_name, card.root.document.side or ""
    own = languages_of(side, site.charter)
    titles = {code: forms[form_for(forms, language=code, own=own)] for code in site.languages}
    return plain_summary(card, site, at=AT, titles=titles, lead="")

"""A card among the items of an edition: a document on a list that is not shown, without a page."""

from collections.abc import Iterator

from visavis.kinds.items import View
from visavis.kinds.nodes import Node
from visavis.kinds.summary import Summary, plain_summary
from visavis.pages.making import Making, Page
from visavis.pages.site import Site

from .bodies import CardBody

AT = "cards"


def no_pages(_card: View[CardBody], _making: Making) -> Iterator[Page]:
    """Make none: a card is read only where a contribution names it."""
    return iter(())


def summary_of(card: View[CardBody], site: Site) -> Summary:
    return plain_summary(card, site, at=AT, titles=card.body.pen_name, lead="")


def no_nodes(_card: View[CardBody], _summary: Summary, _site: Site) -> list[Node]:
    """Say nothing of a person to machines."""
    return []

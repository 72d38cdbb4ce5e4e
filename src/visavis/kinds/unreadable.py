"""An item that its kind cannot read: it keeps its address and its places, and its page says so.

The shape of its body may be newer than this program, or a language of it may have left the site. What was
signed has not changed, so nothing vanishes: the exact bytes and the signatures are on its page as on any.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from visavis.pages import addresses
from visavis.pages.making import Making, Page
from visavis.pages.site import Site, speaking
from visavis.signing.document import Standing
from visavis.signing.signed import SignedDocument

from .summary import Summary

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unreadable:
    """The open documents of a page of which the first cannot be read. ``one`` is the name of its kind."""

    one: Promise
    documents: tuple[SignedDocument, ...]

    @property
    def id(self) -> str:
        return self.documents[0].document.id

    @property
    def day(self) -> date:
        return self.documents[0].document.day

    @property
    def standing(self) -> Standing:
        return self.documents[0].document.standing

    @property
    def unread(self) -> tuple[SignedDocument, ...]:
        """None beside itself: its whole page says that it cannot be shown."""
        return ()


def pages(item: Unreadable, making: Making, *, at: str) -> Iterator[Page]:
    """Make the page that says so, in every language of the site."""
    first = item.documents[0].document
    log.warning("cannot be shown: a document of kind %s, shape %s", first.kind, first.shape)
    paths = _paths(item, making.site, at=at)
    for code, path in paths.items():
        voice = making.site.in_language(code, at=path)
        with speaking(code):
            side = item.documents[0].document.side
            yield making.page(
                "pages/unreadable.html",
                voice,
                here=at,
                shown=(code,),
                holes={
                    **making.common(item, voice, day=item.day),
                    **making.links(item, voice, paths=paths),
                    "title": _title(item),
                    "heading": _title(item),
                    "side": voice.named(side) if side else "–",
                },
            )


def summary(item: Unreadable, site: Site, *, at: str) -> Summary:
    """Return what lists and feeds show: what it is, and its day."""
    titles = {}
    for code in site.languages:
        with speaking(code):
            titles[code] = _title(item)
    return Summary(
        id=item.id,
        day=item.day,
        listed_on=item.day,
        original=site.languages[0],
        titles=titles,
        leads={},
        paths=_paths(item, site, at=at),
    )


def _title(item: Unreadable) -> str:
    return _("Cannot be shown: %(kind)s") % {"kind": item.one}


def _paths(item: Unreadable, site: Site, *, at: str) -> dict[str, str]:
    return {code: addresses.item(code, at, item.id) for code in site.languages}


def makers_for(folder: str) -> tuple[partial[Iterator[Page]], partial[Summary]]:
    """Return how pages and summary are made for items in this folder of addresses."""
    return partial(pages, at=folder), partial(summary, at=folder)

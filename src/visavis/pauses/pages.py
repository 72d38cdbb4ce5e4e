"""A pause on the public plane: the home page says so, with the calm-weather statement where there is one.

Neither has a page of its own.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from visavis.base.text import as_it_is, inline
from visavis.kinds.items import Item, View
from visavis.kinds.kind import Instead
from visavis.kinds.nodes import Node
from visavis.kinds.summary import Summary, plain_summary
from visavis.pages.making import Making, Page, pieces
from visavis.pages.site import Site, Voice

from . import rules

AT = "site-pages"
"""The list that statements and pauses are on. It is not shown."""


def none(_view: View[Any], _making: Making) -> Iterator[Page]:
    return iter(())


def no_nodes(_view: View[Any], _summary: Summary, _site: Site) -> list[Node]:
    return []


def summary_of(view: View[Any], site: Site) -> Summary:
    """Return what no list shows: a day, and no words."""
    titles = dict.fromkeys(site.languages, view.root.document.kind)
    return plain_summary(view, site, at=AT, titles=titles, lead="")


def instead(items: Sequence[Item], voice: Voice) -> Instead | None:
    """Return what the home page shows while a pause is on: the newest statement that all sides signed.

    Where there is none, or it has no words in this language, a notice is shown above the usual page.
    """
    views = [item.view for item in items if item.view.standing.is_joint]
    of_kind = {view.id: view.root.document.kind for view in views}
    pauses = [view for view in views if of_kind[view.id] != rules.SITE_PAGE]
    if not pauses:
        return None
    statements = sorted(
        (view for view in views if of_kind[view.id] == rules.SITE_PAGE),
        key=lambda view: (view.day, view.id),
    )
    body = next((e.body for e in reversed(statements) if voice.language in e.body.titles), None)
    shown = pieces("pauses/public/home.html").pause(
        voice,
        as_it_is(body.titles[voice.language]) if body else "",
        [inline(text) for text in body.texts[voice.language]] if body else [],
        [
            (voice.side(side) if (side := view.root.document.side) else "", view.day)
            for view in sorted(pauses, key=lambda view: (view.day, view.id))
        ],
    )
    return Instead(shown, is_alone=body is not None)

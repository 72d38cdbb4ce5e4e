"""How a room's pages answer where documents are written: after an act, and for a draft proposed by now."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from .missing import NotFound
from .refusal import Refused


def after(
    act: Callable[[], object],
    *,
    then: Callable[[object], str],
    again: Callable[[Any], HttpResponse],
    sentences: Mapping[Any, Any],
) -> HttpResponse:
    """Make the one call; go on to the next page, or show this one again with the sentence."""
    try:
        done = act()
    except Refused as refused:
        return again(sentences[refused.reason])
    return redirect(then(done))


def unless_proposed(
    page: Callable[[], HttpResponse], *, proposal: Callable[[], str | None]
) -> HttpResponse:
    """Show the page; where its draft is a proposal by now (a button pressed twice), show that.

    ``proposal`` tells the digest of what was proposed, if anything was; it is asked only where the page
    is not there.
    """
    try:
        return page()
    except NotFound:
        digest = proposal()
        if digest is None:
            raise
        return redirect("desk:read", digest)

"""How a room's pages answer where documents are written: after an act, and for a draft proposed by now."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from visavis.base.refusal import Refused

from .queries import own_proposal


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


def unless_proposed(page: Callable[[], HttpResponse], *, side: str, item: str) -> HttpResponse:
    """Show the page; where its draft is a proposal by now (a button pressed twice), show that."""
    try:
        return page()
    except Http404:
        digest = own_proposal(side, item)
        if digest is None:
            raise
        return redirect("desk:read", digest)

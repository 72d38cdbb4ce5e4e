"""How a room's pages answer where documents are written: a form beside its draft, before an act that
destroys, after an act, and for a draft proposed by now.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from .merging import Merge
from .missing import NotFound
from .refusal import Refused

TRIES = 3
"""How often a form is compared with a draft that others keep changing."""


class Typed(Protocol):
    """A form that somebody filled in."""

    @property
    def errors(self) -> Any: ...

    def is_valid(self) -> bool: ...


Found = TypeVar("Found")
AnyForm = TypeVar("AnyForm", bound=Typed)


def keep_merged(
    request: HttpRequest,
    *,
    find: Callable[[], Found],
    compare: Callable[[Found, QueryDict | None], tuple[AnyForm, Merge]],
    keep: Callable[[AnyForm, Found], object],
    moved_on: StrEnum,
    then: Callable[[object], str],
    sentences: Mapping[Any, Any],
    template: str,
    context: Mapping[str, Any],
) -> HttpResponse:
    """Show a form beside its draft; keep what was typed, together with what another editor changed.

    Where both changed one field the page is shown again with both. ``keep`` refuses with ``moved_on`` where
    the draft changed between the comparison and the act; then both are compared once more.
    """
    posted = request.POST if request.method == "POST" else None
    refusal: object = None
    for _ in range(TRIES):
        found = find()
        form, merge = compare(found, posted)
        if posted is None or merge.others or merge.is_beside_other or not form.is_valid():
            break
        try:
            return redirect(then(keep(form, found)))
        except Refused as refused:
            refusal = sentences[refused.reason]
            if refused.reason is not moved_on:
                break
    is_refused = refusal or merge.others or merge.is_beside_other
    status = 409 if is_refused else 422 if form.errors else 200
    shown = {"draft": found, "form": form, "merge": merge, "refusal": refusal}
    return render(request, template, {**context, **shown}, status=status)


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


def seen_in(request: HttpRequest) -> str | None:
    """Return which draft the page showed from which this act comes, or None where it does not say."""
    return request.POST.get("seen", "").partition(" ")[0][:64] or None


@dataclass(frozen=True, kw_only=True)
class Loss:
    """What an act would destroy: the draft as it is seen, and by language the words that would go."""

    heading: str
    act: str
    back: str
    seen: str
    title: tuple[str, str]
    counts: Sequence[tuple[str, int]]


def ask_first(
    request: HttpRequest,
    act: Callable[[str], object],
    *,
    then: Callable[[object], str],
    sentences: Mapping[Any, Any],
    loss: Loss,
) -> HttpResponse:
    """Say what would go; make the call when a form brings back that it was seen.

    A draft that was written on in the meantime is shown with its new number of words first.
    """
    seen = seen_in(request) if request.method == "POST" else None
    refusal: object = None
    if seen is not None:
        try:
            return redirect(then(act(seen)))
        except Refused as refused:
            refusal = sentences[refused.reason]
    context = {"loss": loss, "refusal": refusal}
    return render(request, "project/ask_first.html", context, status=409 if refusal else 200)

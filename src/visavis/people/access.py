"""Whom a page is for. Every view says so by one of these; a view that says nothing answers nobody."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from visavis.base.missing import NotFound

from . import given_back, queries
from .addresses import safe_next
from .given_back import How
from .http import EditorRequest, ParticipantRequest

P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Access(StrEnum):
    ANYONE = "anyone"
    EDITOR = "editor"
    PARTICIPANT = "participant"


def editor_required(
    view: Callable[Concatenate[EditorRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of the desks. A visitor is asked to sign in, and comes back here afterwards.

    An editor for whom no reading key lies here is shown why, and who can help. Closing needs none.
    """
    inner = account_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        account = getattr(request, "account", None)
        if account is not None and not account.can_read and not closes_something(guarded):
            return cannot_read(request)
        return inner(request, *args, **kwargs)

    _declare(guarded, Access.EDITOR)
    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", guarded)


def account_required(
    view: Callable[Concatenate[EditorRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of the desks that needs no reading key: about editors, accounts and a side's keys."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if getattr(request, "account", None) is None:
            wanted = request.get_full_path() if request.method == "GET" else ""
            return given_back.page(request, How.SIGNED_OUT) or to_sign_in(wanted)
        try:
            return view(cast("EditorRequest", request), *args, **kwargs)
        except NotFound:
            if page := given_back.page(request, How.GONE):
                return page
            raise

    _declare(guarded, Access.EDITOR)
    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", guarded)


def participant_required(
    view: Callable[Concatenate[ParticipantRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of those who take part. A visitor, and an editor, is asked to sign in as one of them."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if getattr(request, "participant", None) is None:
            wanted = request.get_full_path() if request.method == "GET" else ""
            page = given_back.page(request, How.SIGNED_OUT)
            if getattr(request, "did_not_arrive", False):
                return page or redirect("taking:join")
            return page or to_sign_in(wanted, Access.PARTICIPANT)
        try:
            return view(cast("ParticipantRequest", request), *args, **kwargs)
        except NotFound:
            if page := given_back.page(request, How.GONE):
                return page
            raise

    _declare(guarded, Access.PARTICIPANT)
    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", guarded)


def cannot_read(request: HttpRequest) -> HttpResponse:
    """Say that the desk's reading key does not lie here for this editor, and who can hand it over."""
    if page := given_back.page(request, How.CANNOT_READ):
        return page
    account = request.account  # type: ignore[attr-defined]
    context = {"has_readers": bool(queries.who_read(account.side_id))}
    return render(request, "people/cannot_read.html", context, status=HTTPStatus.CONFLICT)


def still_arriving(request: HttpRequest) -> HttpResponse:
    """Say from when on somebody who has just joined can hand in."""
    if page := given_back.page(request, How.ARRIVING):
        return page
    return redirect("taking:join-done")


def cannot_seal(request: HttpRequest) -> HttpResponse:
    """Say to a participant that their desk has no key yet to which words could be sealed."""
    return given_back.page(request, How.CANNOT_SEAL) or render(
        request, "people/cannot_seal.html", status=HTTPStatus.CONFLICT
    )


def public_desk_page(view: View) -> View:
    """A page of the live plane that anyone may open: signing in, setting up."""
    _declare(view, Access.ANYONE)
    return view


def closing_page(view: View) -> View:
    """A page that closes something: it has places of its own, so that no other page keeps it waiting."""
    view._visavis_closes = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def closes_something(view: Callable[..., Any] | None) -> bool:
    return getattr(view, "_visavis_closes", False)


def paper_page(view: View) -> View:
    """The page for a code on paper. It has places of its own, for everybody."""
    view._visavis_paper = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def takes_paper(view: Callable[..., Any] | None) -> bool:
    return getattr(view, "_visavis_paper", False)


def declared(view: Callable[..., Any]) -> Access | None:
    """Return whom the view says it is for, or None where it says nothing."""
    return getattr(view, "_visavis_access", None)


def to_sign_in(wanted: str = "", access: Access = Access.EDITOR) -> HttpResponse:
    """Lead to where editors sign in, or participants, and from there to the page that was wanted."""
    address = reverse("taking:sign-in" if access is Access.PARTICIPANT else "people:sign-in")
    wanted = safe_next(wanted)
    return redirect(f"{address}?{urlencode({'next': wanted})}" if wanted else address)


def _declare(view: Callable[..., Any], access: Access) -> None:
    view._visavis_access = access  # type: ignore[attr-defined]  # a mark on a function

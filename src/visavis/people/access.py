"""Whom a page is for. Every view says so by one of these; a view that says nothing answers nobody."""

import re
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import override

from visavis.base.missing import NotFound

from .http import EditorRequest

P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
SECRETS = ("passphrase", "recovery", "digits", "code", "first", "second", "ending")
"""How the names of fields end whose value is never shown again."""
WITHIN_THE_DESK = re.compile(r"/[a-z]{2}/desk/[A-Za-z0-9/._-]*(\?[A-Za-z0-9=&._-]*)?")


class Access(StrEnum):
    ANYONE = "anyone"
    EDITOR = "editor"


def editor_required(
    view: Callable[Concatenate[EditorRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of the desks: whoever is not signed in is asked to, and comes back here afterwards."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if getattr(request, "account", None) is None:
            wanted = request.get_full_path() if request.method == "GET" else ""
            return given_back(request, is_signed_out=True) or to_sign_in(wanted)
        try:
            return view(cast("EditorRequest", request), *args, **kwargs)
        except NotFound:
            if typed := given_back(request, is_signed_out=False):
                return typed
            raise

    _declare(guarded, Access.EDITOR)
    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", guarded)


def public_desk_page(view: View) -> View:
    """A page of the live plane that anyone may open: signing in, setting up."""
    _declare(view, Access.ANYONE)
    return view


def closing_page(view: View) -> View:
    """A page that closes something: it has places of its own, so that no other page keeps it waiting."""
    view._visavis_closes = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def closes_something(view: Callable[..., Any]) -> bool:
    return getattr(view, "_visavis_closes", False)


def declared(view: Callable[..., Any]) -> Access | None:
    """Return whom the view says it is for, or None where it says nothing."""
    return getattr(view, "_visavis_access", None)


def to_sign_in(wanted: str = "") -> HttpResponse:
    address = reverse("people:sign-in")
    wanted = safe_next(wanted)
    return redirect(f"{address}?{urlencode({'next': wanted})}" if wanted else address)


def typed_in(posted: QueryDict) -> list[str]:
    """Return what somebody has written in a form: values of several words, secrets left out."""
    return [
        value
        for name, value in posted.items()
        if isinstance(value, str) and len(value.split()) > 1 and not name.endswith(SECRETS)
    ]


def safe_next(wanted: str) -> str:
    """Return the address if it is a page of our own desk, else nothing: nobody is sent elsewhere."""
    language = wanted[1:3]
    if not WITHIN_THE_DESK.fullmatch(wanted) or "//" in wanted or ".." in wanted:
        return ""
    if language not in dict(settings.LANGUAGES):
        return ""
    try:
        with override(language):
            resolve(wanted.split("?", maxsplit=1)[0])
    except Resolver404:
        return ""
    return wanted


def given_back(request: HttpRequest, *, is_signed_out: bool) -> HttpResponse | None:
    """Return a page with what was typed into a form that cannot be kept: it stands nowhere else."""
    typed = typed_in(request.POST) if request.method == "POST" else []
    if not typed:
        return None
    context = {"typed": typed, "next": safe_next(request.path), "is_signed_out": is_signed_out}
    status = HTTPStatus.FORBIDDEN if is_signed_out else HTTPStatus.NOT_FOUND
    return render(request, "people/given_back.html", context, status=status)


def _declare(view: Callable[..., Any], access: Access) -> None:
    view._visavis_access = access  # type: ignore[attr-defined]  # a mark on a function

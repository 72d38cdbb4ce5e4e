"""What was typed into a form that cannot be kept is given back: it is kept nowhere else.

1. Only fields that the setting `TYPED_FIELDS` names are given back. No name that ends like a secret's is one.
2. Nothing is stored, and nothing is kept by itself. The page carries the words, and somebody presses a button
   below them.
3. A form that another site sent gets the plain error page: nobody is shown words that they did not type here.
4. The words are text in fields, as everywhere; no page has a source of scripts, and none is stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.shortcuts import render
from django.utils.module_loading import import_string

from .addresses import frame_of, is_of_participants, safe_next

SECRETS = ("passphrase", "recovery", "digits", "code", "first", "second", "ending")
"""How the names of fields end whose value is never shown again."""
CARRIED = "carried-"
"""How the names begin under which the form for signing in carries fields of another form."""
LARGEST = 16 * 1024 * 1024
"""Bytes of a form too large to be kept that are still read for an editor, to be given back."""


class How(StrEnum):
    """Why the words are given back."""

    SIGNED_OUT = "signed out"
    SIGNED_IN = "signed in again"
    GONE = "the draft is gone"
    TOO_OLD = "the form is too old"
    TOO_LARGE = "too large"
    FAILED = "the site failed"
    BUSY = "the database is busy"
    CANNOT_READ = "no reading key"
    ARRIVING = "the account is not there yet"
    CANNOT_SEAL = "no key to seal to"


STATUS = {
    How.SIGNED_OUT: HTTPStatus.FORBIDDEN,
    How.SIGNED_IN: HTTPStatus.OK,
    How.GONE: HTTPStatus.NOT_FOUND,
    How.TOO_OLD: HTTPStatus.FORBIDDEN,
    How.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    How.FAILED: HTTPStatus.INTERNAL_SERVER_ERROR,
    How.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    How.CANNOT_READ: HTTPStatus.CONFLICT,
    How.ARRIVING: HTTPStatus.CONFLICT,
    How.CANNOT_SEAL: HTTPStatus.CONFLICT,
}


class Named(NamedTuple):
    """What a field of a form is: its label, the language of its words, and whether it holds any."""

    label: str = ""
    language: str = ""
    has_words: bool = False


@dataclass(frozen=True)
class Typed:
    """One field as it was sent."""

    name: str
    values: list[str]
    named: Named

    @property
    def text(self) -> str:
        return self.values[-1] if self.values else ""


def page(
    request: HttpRequest,
    how: How,
    *,
    posted: QueryDict | None = None,
    address: str = "",
    refusal: object = None,
) -> HttpResponse | None:
    """Return a page with what was typed, or None where nothing was, or where another site sent it.

    ``posted`` and ``address`` are those of the form itself where the request is not its own.
    """
    if request.method != "POST" or not is_from_here(request):
        return None
    if posted is None:
        posted, address = _sent(request)
    fields = typed_in(posted)
    if not any(field.named.has_words and field.text.strip() for field in fields):
        return None
    address = address or safe_next(request.get_full_path())
    context = {
        "how": how,
        "fields": fields,
        "carried": CARRIED if how is How.SIGNED_OUT else "",
        "address": address,
        "refusal": refusal,
        "frame": frame_of(address or request.path),
        "is_of_participants": is_of_participants(address or request.path),
    }
    return render(request, "people/given_back.html", context, status=STATUS[how])


def typed_in(posted: QueryDict) -> list[Typed]:
    """Return the fields of a form that may be given back, in their order."""
    named = cast("Callable[[str, QueryDict], Named | None]", import_string(settings.TYPED_FIELDS))
    return [
        Typed(name, posted.getlist(name), found)
        for name in posted
        if not name.endswith(SECRETS) and (found := named(name, posted)) is not None
    ]


def carried_in(posted: QueryDict) -> QueryDict:
    """Return the fields of another form that the form for signing in has carried."""
    found = QueryDict(mutable=True)
    for name in posted:
        if name.startswith(CARRIED):
            found.setlist(name.removeprefix(CARRIED), posted.getlist(name))
    return found


def read_although_too_large(request: HttpRequest) -> QueryDict | None:
    """Return the fields of a form that Django refused unread, for somebody who is signed in; else None."""
    length = request.META.get("CONTENT_LENGTH") or ""
    is_small_enough = length.isdigit() and int(length) <= LARGEST
    is_lines = request.content_type == "application/x-www-form-urlencoded"
    who = getattr(request, "account", None) or getattr(request, "participant", None)
    if who is None or not (is_small_enough and is_lines):
        return None
    try:
        return QueryDict(request.read(int(length)), encoding=request.encoding)
    except (OSError, SuspiciousOperation, UnreadablePostError):
        return None


def _sent(request: HttpRequest) -> tuple[QueryDict, str]:
    """Return the fields that could be read, and where they belong; of a form that carries another, its."""
    try:
        posted = request.POST
    except (OSError, SuspiciousOperation, UnreadablePostError):
        return QueryDict(), ""
    carried = carried_in(posted)
    return (carried, safe_next(posted.get("next", ""))) if carried else (posted, "")


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of this site sent the form, by what browsers say of it and no page can change.

    The scheme is not compared: behind a proxy that is not in this program's settings it is not known.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    sent_from = request.headers.get("Origin") or request.headers.get("Referer")
    try:
        return sent_from is None or urlsplit(sent_from).netloc == request.get_host()
    except (SuspiciousOperation, ValueError):
        return False

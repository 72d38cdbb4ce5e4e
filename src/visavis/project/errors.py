"""Pages for what went wrong. They say the same to everyone, and repeat nothing of the request.

What somebody may not see answers exactly as what is not there.
"""

import errno
import sys
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from django.core.exceptions import DisallowedHost
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from visavis.base.missing import NotFound
from visavis.people.access import public_desk_page, typed_in

FULL = (errno.ENOSPC, errno.EDQUOT)
RETRY_SECONDS = 5


class MissingPages:
    """The one place where `NotFound` becomes a page: that of an address which does not exist."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:  # noqa: ARG002
        """Let Django answer what is missing or hidden as it answers an unknown address."""
        if isinstance(exception, NotFound):
            raise Http404 from exception


@public_desk_page
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer what could not be read at all, or came under a name that is not the site's."""
    if isinstance(exception, DisallowedHost):
        return _page(
            HTTPStatus.BAD_REQUEST,
            _(
                "The desks do not answer under this address. The operator can add its name to the setting "
                "VISAVIS_HOSTS."
            ),
        )
    return _page(HTTPStatus.BAD_REQUEST, _("This request could not be read."))


@public_desk_page
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer what is not there, and what is not for this reader, alike."""
    return _page(HTTPStatus.NOT_FOUND, _("There is no such page."))


@public_desk_page
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the site itself has failed; where waiting may help, say so and give back what was typed."""
    if _is_passing(sys.exception()):
        return _try_again(request)
    sentence = _("Something failed on the site. Nothing was half done. Please try again.")
    try:
        return _page(HTTPStatus.INTERNAL_SERVER_ERROR, sentence)
    except Exception:  # noqa: BLE001 - what failed may be the very templates of this page
        return HttpResponse(
            sentence,
            status=HTTPStatus.INTERNAL_SERVER_ERROR,
            content_type="text/plain; charset=utf-8",
        )


@public_desk_page
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form that did not come from a page of this site, or from one that is too old."""
    return _page(
        HTTPStatus.FORBIDDEN,
        _(
            "This form is too old or did not come from this site. Nothing was kept: go back, copy what you "
            "wrote, and open the page again."
        ),
    )


def _is_passing(error: BaseException | None) -> bool:
    """Whether this is a database that others hold, or a disk that is full: nothing of the act was kept."""
    while error is not None:
        if isinstance(error, OperationalError) or (
            isinstance(error, OSError) and error.errno in FULL
        ):
            return True
        error = error.__cause__ or error.__context__
    return False


def _try_again(request: HttpRequest) -> HttpResponse:
    """Answer with what was typed, so that it is lost nowhere, and with a time after which to try again."""
    typed, after = [], {"Retry-After": str(RETRY_SECONDS)}
    sentence = _(
        "The site is busy, or its disk is full. Nothing was kept. Wait a moment, go back, and send your "
        "form again."
    )
    with suppress(Exception):  # a form that could not be taken in has nothing to give back
        typed = typed_in(request.POST)
    try:
        content = render_to_string(
            "project/error.html", {"sentence": sentence, "typed": typed}, request=request
        )
        return HttpResponse(content, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=after)
    except Exception:  # noqa: BLE001 - the disk may be too full for the very page
        return HttpResponse(
            sentence,
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            headers=after,
            content_type="text/plain; charset=utf-8",
        )


def _page(status: HTTPStatus, sentence: str) -> HttpResponse:
    return HttpResponse(
        render_to_string("project/error.html", {"sentence": sentence, "typed": ()}), status=status
    )

"""Pages for what went wrong. They say the same to everyone, and repeat nothing of the request.

What somebody may not see answers exactly as what is not there. Only what was typed into a form of this site
is given back (`people.given_back`): it is kept nowhere else.
"""

import errno
import sys
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from visavis.base.missing import NotFound
from visavis.people import given_back
from visavis.people.access import public_desk_page
from visavis.people.given_back import How

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
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what could not be read at all, what is too large, and what came under a name of no site."""
    if isinstance(exception, DisallowedHost):
        return _page(
            HTTPStatus.BAD_REQUEST,
            _(
                "The desks do not answer under this address. The operator can add its name to the setting "
                "VISAVIS_HOSTS."
            ),
        )
    if isinstance(exception, RequestDataTooBig):
        posted = given_back.read_although_too_large(request)
        sentence = _("This is too large to be saved. Shorten it, or hand it in as several texts.")
        return given_back.page(request, How.TOO_LARGE, posted=posted) or _page(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence
        )
    return _page(HTTPStatus.BAD_REQUEST, _("This request could not be read."))


@public_desk_page
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer what is not there, and what is not for this reader, alike.

    A form of somebody signed in may come a moment too late: it gets a sentence more, whatever it asked for.
    """
    more, back = "", None
    if request.method == "POST" and getattr(request, "account", None) is not None:
        back = "desk:home", _("Back to the desk")
        more = _(
            "If you pressed a button: what it was about is not here, or no longer here. Another editor "
            "may have proposed, signed, withdrawn, given up or closed it. Nothing more was done."
        )
    elif request.method == "POST" and getattr(request, "participant", None) is not None:
        back = "taking:home", _("Back to my page")
        more = _(
            "If you pressed a button: what it was about is not here, or no longer here. Nothing more was "
            "done."
        )
    return _page(HTTPStatus.NOT_FOUND, _("There is no such page."), more=more, back=back)


@public_desk_page
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the site itself has failed; where waiting may help, say so."""
    is_busy = _is_passing(sys.exception())
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_busy else HTTPStatus.INTERNAL_SERVER_ERROR
    sentence = (
        _(
            "The site is busy, or its disk is full. Nothing was saved. Wait a moment, go back, and send "
            "your form again."
        )
        if is_busy
        else _("Something failed on the site. Nothing was half done. Please try again.")
    )
    try:
        page = given_back.page(request, How.BUSY if is_busy else How.FAILED)
        page = page or _page(status, sentence)
        if is_busy:
            page["Retry-After"] = str(RETRY_SECONDS)
        return page
    except Exception:  # noqa: BLE001 - what failed may be the very templates of this page
        return HttpResponse(
            sentence,
            status=status,
            content_type="text/plain; charset=utf-8",
        )


@public_desk_page
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form that did not come from a page of this site, or from one that is too old.

    The mark of a form goes together with the session when a browser forgets its cookies: on a telephone the
    usual end of both.
    """
    is_signed_in = bool(getattr(request, "account", None) or getattr(request, "participant", None))
    sentence = _(
        "This form is too old or did not come from this site. Nothing was saved: open the page again."
    )
    page = given_back.page(request, How.TOO_OLD if is_signed_in else How.SIGNED_OUT)
    return page or _page(HTTPStatus.FORBIDDEN, sentence)


def _is_passing(error: BaseException | None) -> bool:
    """Whether this is a database that others hold, or a disk that is full: nothing of the act was kept."""
    while error is not None:
        if isinstance(error, OperationalError) or (
            isinstance(error, OSError) and error.errno in FULL
        ):
            return True
        error = error.__cause__ or error.__context__
    return False


def _page(
    status: HTTPStatus, sentence: str, *, more: str = "", back: tuple[str, str] | None = None
) -> HttpResponse:
    context = {"sentence": sentence, "more": more, "back": back}
    return HttpResponse(render_to_string("project/error.html", context), status=status)

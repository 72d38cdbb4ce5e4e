"""Pages for what went wrong. They say the same to everyone, and repeat nothing of the request.

What somebody may not see answers exactly as what is not there.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from visavis.base.missing import NotFound
from visavis.people.access import public_desk_page


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
def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer when the site itself has failed."""
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


def _page(status: HTTPStatus, sentence: str) -> HttpResponse:
    return HttpResponse(
        render_to_string("project/error.html", {"sentence": sentence}), status=status
    )

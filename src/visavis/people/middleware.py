"""Who is asking: looked up anew for every request, so that a frozen account is out at its next step."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from visavis.safety import guard
from visavis.safety.reading import NOBODY, CannotSealError, reading_as

from . import access, desk_boxes, given_back, queries, tried_out
from .access import to_sign_in
from .models import Account, Session
from .signs_of_life import life_of

SESSION_ACCOUNT = "account"
SESSION_MARK = "mark"
SESSION_KEY = "key"
FREE = frozenset({Session._meta.db_table})
"""Signing out is for everyone."""


class AccountMiddleware:
    """Set ``request.account``: an account that may act now, or None. No cookie, no query.

    The request reads with that account's keys, made only if a page asks for them; a visitor's reads nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.account = None  # type: ignore[attr-defined]  # http.DeskRequest says what is set here
        account = self._signed_in(request)
        if account is None:
            with reading_as(lambda: NOBODY):
                return self._get_response(request)
        request.account = account  # type: ignore[attr-defined]

        def may_act() -> bool:
            return queries.may_act(account, today=timezone.now().date())

        with (
            guard.only_while(may_act, but_for=FREE),
            reading_as(lambda: desk_boxes.reader_of(account)),
        ):
            return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer an editor who was let go in the middle of an act as one who is signed out.

        So is answered who lost the desk's key in the middle of it: the page of those who cannot read.
        """
        if isinstance(exception, guard.MayNotActError):
            request.account = None  # type: ignore[attr-defined]
            return given_back.page(request, given_back.How.SIGNED_OUT) or to_sign_in()
        if isinstance(exception, CannotSealError):
            return access.cannot_read(request)
        return None

    def _signed_in(self, request: HttpRequest) -> Account | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        account = self._account(request)
        if account is not None and tried_out.tell_desks(today=timezone.now().date()):
            account = self._account(request)
        life = life_of(request) if account is not None else None
        if account is None or life is None:
            return None
        request.life = life  # type: ignore[attr-defined]
        return account

    def _account(self, request: HttpRequest) -> Account | None:
        account = queries.account_of(
            account_id=request.session.get(SESSION_ACCOUNT),
            mark=request.session.get(SESSION_MARK),
            today=timezone.now().date(),
        )
        if account is not None:
            account.private_key = bytes.fromhex(request.session.get(SESSION_KEY, ""))
        return account

    def process_view(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's own signature
        view: Callable[..., Any],
        args: list[Any],  # noqa: ARG002
        kwargs: dict[str, Any],  # noqa: ARG002
    ) -> None:
        """Refuse a view that does not say whom it is for: what was forgotten is closed, not open."""
        if access.declared(view) is None:
            raise Http404

"""Who is asking: looked up for every request, so that a frozen account is out at its next step."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from visavis.safety import guard
from visavis.safety.reading import NOBODY, CannotSealError, Reader, reading_as

from . import access, arrivals, desk_boxes, given_back, queries, tried_out
from .access import Access, to_sign_in
from .authors import Author
from .models import Account, DayMark, OwnBox, Participant, Session
from .purse import Purse
from .signs_of_life import life_of

SESSION_ACCOUNT = "account"
SESSION_ARRIVING = "arriving"
"""The name under which the session keeps what somebody carries who has shown a good invitation."""
SESSION_PARTICIPANT = "participant"
SESSION_PURSE = "purse"
SESSION_ARRIVAL = "arrival"
"""Where the account waits for the full hour, its side and mark: until the account is there."""
SESSION_MARK = "mark"
SESSION_KEY = "key"
FREE = frozenset({Session._meta.db_table})
"""Signing out is for everyone."""
FREE_ON_ARRIVAL = FREE | {OwnBox._meta.db_table, DayMark._meta.db_table}
"""Somebody who arrives may write drafts, and nothing else: an act that forgets to ask is refused here."""


class AccountMiddleware:
    """Set ``request.account`` and ``request.participant``: somebody who may act now. One is None.

    No cookie, no query. The request reads with that person's keys, made only if a page asks for them; a
    visitor's reads nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # http.DeskRequest says what is set here
        request.account = request.participant = None  # type: ignore[attr-defined]
        request.did_not_arrive = False  # type: ignore[attr-defined]
        if account := self._signed_in(request):
            request.account = account  # type: ignore[attr-defined]

            def may_act() -> bool:
                return queries.may_act(account, today=timezone.now().date())

            return self._answer(request, may_act, lambda: desk_boxes.reader_of(account), FREE)
        if participant := self._taking_part(request):
            request.participant = participant  # type: ignore[attr-defined]
            is_arriving = participant.is_arriving
            return self._answer(
                request,
                lambda: not is_arriving and queries.may_take_part(participant),
                lambda: Author(participant.purse),
                FREE_ON_ARRIVAL if is_arriving else FREE,
            )
        with reading_as(lambda: NOBODY):
            return self._get_response(request)

    def _answer(
        self,
        request: HttpRequest,
        may_act: Callable[[], bool],
        make: Callable[[], Reader],
        free: frozenset[str],
    ) -> HttpResponse:
        with guard.only_while(may_act, but_for=free), reading_as(make):
            return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer somebody who was let go in the middle of an act as one who is signed out.

        So is answered who lost the desk's key in the middle of it: the page of those who cannot read.
        """
        participant = request.participant  # type: ignore[attr-defined]
        if isinstance(exception, guard.MayNotActError) and participant and participant.is_arriving:
            return access.still_arriving(request)
        if isinstance(exception, guard.MayNotActError):
            was_editor = request.account is not None  # type: ignore[attr-defined]
            request.account = request.participant = None  # type: ignore[attr-defined]
            whom = Access.EDITOR if was_editor else Access.PARTICIPANT
            return given_back.page(request, given_back.How.SIGNED_OUT) or to_sign_in("", whom)
        if isinstance(exception, CannotSealError):
            if request.participant is not None:  # type: ignore[attr-defined]
                return access.cannot_seal(request)
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

    def _taking_part(self, request: HttpRequest) -> Participant | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        found = self._participant(request)
        if SESSION_ARRIVAL in request.session:
            found = self._arriving(request, found)
        life = life_of(request) if found is not None else None
        if found is None or life is None:
            return None
        request.life = life  # type: ignore[attr-defined]
        return found

    def _participant(self, request: HttpRequest) -> Participant | None:
        return queries.participant_of(
            participant_id=request.session.get(SESSION_PARTICIPANT),
            carried=request.session.get(SESSION_PURSE),
        )

    def _arriving(self, request: HttpRequest, found: Participant | None) -> Participant | None:
        """Return somebody who has joined: there by now, or still waiting for the hour, or lost."""
        arrival, side, mark = request.session[SESSION_ARRIVAL]
        if found is None and arrivals.is_waiting(arrival):
            waiting = Participant(
                id=request.session[SESSION_PARTICIPANT], side_id=side, session_mark=mark
            )
            waiting.purse = Purse.of_session(request.session[SESSION_PURSE], mark=mark)
            waiting.is_arriving = True
            return waiting
        # In one act the one goes and the other comes: it may have been done between the two questions.
        found = found or self._participant(request)
        if found is not None:
            del request.session[SESSION_ARRIVAL]
        else:
            request.did_not_arrive = True  # type: ignore[attr-defined]
        return found

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

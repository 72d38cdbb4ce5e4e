"""In which pool of places a live page is made: asked before the page, by what the browser's cookie opens.

A cookie costs one hash and two rows, and is believed for this alone: the page asks again who may act.
"""

import re
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import override

from visavis.safety.budgets import For

from . import access, queries
from .addresses import is_of_participants
from .middleware import (
    SESSION_ACCOUNT,
    SESSION_ARRIVAL,
    SESSION_ARRIVING,
    SESSION_MARK,
    SESSION_PARTICIPANT,
    SESSION_PURSE,
)
from .sessions import SessionStore
from .steps import Joining

ADDRESS = re.compile(r"/([a-z]{2})/(?:desk|taking-part)/")


def pool_of(environ: Mapping[str, Any]) -> tuple[For, str]:
    """Return whose pool this request belongs to, and of which side."""
    view = _view(environ["PATH_INFO"])
    if access.takes_paper(view):
        return For.PAPER, ""
    key = _session_key(environ.get("HTTP_COOKIE", ""))
    stranger = For.AT_THE_DOOR if is_of_participants(environ["PATH_INFO"]) else For.STRANGERS
    if not key:
        return stranger, ""
    try:
        session = SessionStore(key)
        account = queries.account_of(
            account_id=session.get(SESSION_ACCOUNT),
            mark=session.get(SESSION_MARK),
            today=timezone.now().date(),
        )
        participant = queries.participant_of(
            participant_id=session.get(SESSION_PARTICIPANT), carried=session.get(SESSION_PURSE)
        )
        is_joining = Joining.name in session
        is_arriving = SESSION_ARRIVING in session or SESSION_ARRIVAL in session
    except DatabaseError:
        return stranger, ""
    finally:
        # No request has begun: nothing else would let go of a connection that has failed.
        close_old_connections()
    if participant is not None:
        name = For.WITHDRAWING if access.closes_something(view) else For.PARTICIPANTS
        return name, participant.side_id
    if account is None:
        known = For.JOINING if is_joining else For.ARRIVING if is_arriving else stranger
        return known, ""
    return (For.CLOSING if access.closes_something(view) else For.EDITORS), account.side_id


def _session_key(cookies: str) -> str:
    name = settings.SESSION_COOKIE_NAME
    if name not in cookies:
        return ""
    try:
        morsel = SimpleCookie(cookies[:8_000]).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _view(path: str) -> Callable[..., Any] | None:
    """Return what makes the page at this path; None for what is no live page."""
    language = ADDRESS.match(path)
    if language is None or language[1] not in dict(settings.LANGUAGES):
        return None
    try:
        with override(language[1]):
            return resolve(path).func
    except Resolver404:
        return None

"""In which pool of places a live page is made: asked before the page, by what the browser's cookie opens.

A cookie costs one hash and two rows, and is believed for this alone: the page asks again who may act.
"""

import re
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import override

from visavis.safety.budgets import For

from . import access, queries
from .middleware import SESSION_ACCOUNT, SESSION_MARK
from .sessions import SessionStore
from .steps import Joining, JoiningASide

ADDRESS = re.compile(r"/([a-z]{2})/desk/")


def pool_of(environ: Mapping[str, Any]) -> tuple[For, str]:
    """Return whose pool this request belongs to, and of which side."""
    key = _session_key(environ.get("HTTP_COOKIE", ""))
    if not key:
        return For.STRANGERS, ""
    try:
        session = SessionStore(key)
        account = queries.account_of(
            account_id=session.get(SESSION_ACCOUNT),
            mark=session.get(SESSION_MARK),
            today=timezone.now().date(),
        )
        is_joining = Joining.name in session or JoiningASide.name in session
    except DatabaseError:
        return For.STRANGERS, ""
    finally:
        # No request has begun: nothing else would let go of a connection that has failed.
        close_old_connections()
    if account is None:
        return (For.JOINING if is_joining else For.STRANGERS), ""
    return (For.CLOSING if _closes(environ["PATH_INFO"]) else For.EDITORS), account.side_id


def _session_key(cookies: str) -> str:
    name = settings.SESSION_COOKIE_NAME
    if name not in cookies:
        return ""
    try:
        morsel = SimpleCookie(cookies[:8_000]).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _closes(path: str) -> bool:
    language = ADDRESS.match(path)
    if language is None or language[1] not in dict(settings.LANGUAGES):
        return False
    try:
        with override(language[1]):
            return access.closes_something(resolve(path).func)
    except Resolver404:
        return False

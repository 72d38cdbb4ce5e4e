"""How long a browser has been quiet: said by the browser itself, in a second cookie that the server sealed.

Nothing is written down at a click: a log of clicks would say who was here when. The cookie holds two slots of
five minutes, of the sign-in and of the last click, bound to its session. It is sent when the slot changes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from visavis.safety import sealing

from . import rules

LABEL = "signs of life"


@dataclass(frozen=True)
class Life:
    """Until when a session lasts if nobody clicks any more; ``is_longest``: no click makes it last longer."""

    until: datetime
    is_longest: bool


def life_of(request: HttpRequest) -> Life | None:
    """Return how long the session of this request still lasts; None where it has ended by itself."""
    at = timezone.now()
    slots = _slots(request, request.session.session_key, now=at)
    if slots is None:
        return None
    began, _ = slots
    ends = rules.session_ends_before(began=began, now=rules.slot_of(at))
    until = datetime.fromtimestamp(ends * rules.SLOT_SECONDS, tz=UTC)
    return Life(until, is_longest=ends == began + rules.LONGEST_SLOTS)


def begin(session: SessionBase) -> None:
    """Let the answer to this request bring the first sign of the session."""
    session.is_new_life = True  # type: ignore[attr-defined]  # read by `send` at the end of the request


def send(request: HttpRequest, response: HttpResponse) -> None:
    """Put the next sign into the answer, where it is another than the last."""
    key, at = request.session.session_key, timezone.now()
    now = rules.slot_of(at)
    if getattr(request.session, "is_new_life", False):
        began = now
    elif getattr(request, "account", None) or getattr(request, "participant", None):
        slots = _slots(request, key, now=at)
        if slots is None or slots[1] == now:
            return
        began = slots[0]
    else:
        return
    response.set_cookie(
        settings.LIFE_COOKIE_NAME,
        sign(str(key), began=began, seen=now),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def sign(session_key: str, *, began: int, seen: int) -> str:
    """Return the cookie for a session that began and was last seen in these slots."""
    return sealing.shut(f"{began} {seen}".encode(), key=_key(session_key), label=LABEL)


def _slots(
    request: HttpRequest, session_key: str | None, *, now: datetime
) -> tuple[int, int] | None:
    cookie = request.COOKIES.get(settings.LIFE_COOKIE_NAME, "")
    try:
        held = sealing.opened(cookie, key=_key(session_key or ""), label=LABEL)
    except sealing.CannotOpenError:
        return None
    began, seen = map(int, held.split())
    return (
        None
        if rules.is_session_over(began=began, seen=seen, now=rules.slot_of(now))
        else (began, seen)
    )


def _key(session_key: str) -> bytes:
    return sealing.key_for(LABEL, secret=f"{settings.SECRET_KEY} {session_key}".encode())

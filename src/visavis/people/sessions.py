"""Sessions of which the database knows neither the key nor the owner.

The cookie holds a random key. The database holds its SHA-256, a day, and the session's content sealed
under another key made of the cookie's: so a copy of the database cannot be replayed as a cookie, does not
say who is signed in, and may carry through the steps of joining what must not lie there in clear. There
is a last day and no hour; the browser forgets the cookie when it closes. A click writes nothing: how long a
browser has been quiet, it says itself (`signs_of_life`).
"""

import hashlib
import json
from typing import Any

from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from visavis.safety import sealing
from visavis.safety.asking import asked
from visavis.safety.transactions import act_about_persons, one_act_about_persons

from . import rules, signs_of_life
from .models import Session

LABEL = "session"
SEALED = 'SELECT sealed FROM "people_session" WHERE key_hash = %s AND expires_on >= %s'
LENGTH = 2_048
"""What is sealed fills multiples of so many bytes: its length tells neither editors from others nor steps."""


class SessionStore(SessionBase):
    """Django's session, kept as the module says."""

    def load(self) -> dict[str, Any]:
        key, today = self.session_key or "", timezone.now().date()
        for (sealed,) in asked(SEALED, [_hash(key), today]) if key else ():
            try:
                content = sealing.opened(sealed, key=_box_key(key), label=LABEL)
                return dict(json.loads(content))
            except sealing.CannotOpenError:
                pass
        self._session_key = None  # Django's own way to say: there is none
        return {}

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(pk=_hash(session_key)).exists()

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's own signature
        if self.session_key is None:
            return self.create()
        content = json.dumps(self._get_session(no_load=must_create)).encode()  # type: ignore[attr-defined]
        content = content.ljust(-(-len(content) // LENGTH) * LENGTH)
        sealed = sealing.shut(content, key=_box_key(self.session_key), label=LABEL)
        rows = Session.objects.filter(pk=_hash(self.session_key))
        if not must_create:
            with one_act_about_persons():
                n_saved = rows.update(sealed=sealed)
            if not n_saved:
                raise UpdateError
            return None
        ends = rules.session_ends(timezone.now().date())
        try:
            with one_act_about_persons():
                Session.objects.create(
                    key_hash=_hash(self.session_key), sealed=sealed, expires_on=ends
                )
        except IntegrityError as error:
            raise CreateError from error
        return None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            with one_act_about_persons():
                Session.objects.filter(pk=_hash(key)).delete()

    @classmethod
    @act_about_persons
    def clear_expired(cls) -> None:
        Session.objects.filter(expires_on__lt=timezone.now().date()).delete()


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's own, with our store: a cookie is set only once there is something to remember.

    The session's signs of life go along with it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session if it changed, then say when it was last used."""
        response = super().process_response(request, response)
        signs_of_life.send(request, response)
        return response


def _hash(session_key: str) -> str:
    return hashlib.sha256(f"visavis-1 session {session_key}\n".encode()).hexdigest()


def _box_key(session_key: str | None) -> bytes:
    return sealing.key_for("visavis-1 session", secret=(session_key or "").encode())

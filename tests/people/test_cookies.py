"""The two cookies of the live plane, attacked through what a browser does with cookies (C21, C40)."""

import json
import os
import subprocess
import sys
from http.cookies import Morsel

import pytest
from django.conf import settings
from django.test import Client

import editors

pytestmark = pytest.mark.django_db
OVER_HTTPS = """
import json, django
django.setup()
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in (
    "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE")}))
"""


def cookies() -> dict[str, "Morsel[str]"]:
    """Return what a browser is given that opens the sign-in page and comes in with a code."""
    client = Client()
    client.get("/en/desk/sign-in/")
    code = editors.found().codes["az"]
    client.post("/en/desk/set-up/", {"code": code.reveal()})
    return dict(client.cookies)


def test_a_cookie_goes_nowhere_but_back() -> None:
    """Not along with a click on another site, not to a script, not to another host."""
    given = cookies()
    assert set(given) == {"session", "csrf"}
    for name, cookie in given.items():
        assert cookie["samesite"] == "Strict", name
        assert cookie["httponly"], name
        assert not cookie["domain"], name
        assert cookie["path"] == "/", name


def test_no_cookie_is_left_on_the_machine_when_the_browser_closes() -> None:
    """One that lasts a year shows anyone who takes the machine, to the second, when somebody was here."""
    for name, cookie in cookies().items():
        assert not cookie["max-age"], name
        assert not cookie["expires"], name


def test_over_https_a_cookie_is_never_sent_in_the_clear_and_no_other_host_can_set_it() -> None:
    said = subprocess.run(
        [sys.executable, "-c", OVER_HTTPS],
        env={
            **os.environ,
            "VISAVIS_HTTPS": "true",
            "DJANGO_SETTINGS_MODULE": "visavis.project.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    over_https = json.loads(said.stdout)
    here = {name: getattr(settings, name) for name in over_https}
    for found, prefix, secure in ((over_https, "__Host-", True), (here, "", False)):
        assert found["SESSION_COOKIE_NAME"] == f"{prefix}session"
        assert found["CSRF_COOKIE_NAME"] == f"{prefix}csrf"
        assert found["SESSION_COOKIE_SECURE"] is secure
        assert found["CSRF_COOKIE_SECURE"] is secure

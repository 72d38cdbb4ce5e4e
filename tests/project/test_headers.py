"""Every answer of the live plane carries the same strict headers, errors included."""

import re

import pytest
from django.test import Client, override_settings

from visavis.project.headers import HEADERS, POLICY

pytestmark = pytest.mark.django_db

PLACES = ["/en/desk/sign-in/", "/en/desk/nowhere/", "/en/desk/editors/", "/nowhere/"]


@pytest.mark.parametrize("place", PLACES)
def test_every_answer_has_all_the_headers(place: str) -> None:
    answer = Client().get(place)
    for name, value in HEADERS.items():
        assert answer[name] == value


def test_an_answer_to_nonsense_has_them_too() -> None:
    answer = Client(raise_request_exception=False).get("/en/desk/sign-in/", headers={"host": "a b"})
    assert answer.status_code == 400
    assert answer["Content-Security-Policy"] == POLICY


def test_no_script_has_a_source_anywhere() -> None:
    directives = dict(part.strip().split(" ", 1) for part in POLICY.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["form-action"] == "'self'"
    assert directives["base-uri"] == directives["frame-ancestors"] == "'none'"
    assert not {"script-src", "script-src-elem", "object-src", "worker-src"} & set(directives)
    assert "data:" not in POLICY
    assert "unsafe" not in POLICY
    assert "*" not in POLICY


def test_our_own_forms_are_answered_to_by_browsers() -> None:
    # With no-referrer, browsers send "Origin: null" along with forms, and Django refuses them.
    assert HEADERS["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("https", "host", "expected"),
    [
        (True, "joint.example", True),
        (True, "abcdef.onion", False),
        (True, "abcdef.onion:443", False),
        (True, "abcdef.ONION.", False),
        (False, "joint.example", False),
    ],
)
def test_strict_transport_is_asked_for_over_https_and_never_of_an_onion(
    https: bool, host: str, expected: bool
) -> None:
    with override_settings(HTTPS=https, ALLOWED_HOSTS=["*"]):
        answer = Client().get("/en/desk/sign-in/", headers={"host": host})
    assert ("Strict-Transport-Security" in answer) is expected


def test_a_page_names_no_address_but_its_own() -> None:
    page = Client().get("/en/desk/sign-in/").content.decode()
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)
    assert "<script" not in page

"""Pages for what went wrong say the same to everyone and repeat nothing."""

import errno

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.test import Client, RequestFactory

from visavis.project import errors, urls

pytestmark = pytest.mark.django_db
CANARY = "canary7f3a"


def test_forbidden_answers_as_missing_does(rf: RequestFactory) -> None:
    assert urls.handler403 is urls.handler404
    request = rf.get(f"/{CANARY}/")
    missing = errors.not_found(request, Exception(CANARY))
    hidden = urls.handler403(request, PermissionDenied(CANARY))
    assert (missing.status_code, missing.content) == (hidden.status_code, hidden.content)


def test_no_error_page_repeats_the_request(rf: RequestFactory) -> None:
    request = rf.get(f"/{CANARY}/", {CANARY: CANARY}, headers={"user-agent": CANARY})
    pages = [
        errors.bad_request(request, Exception(CANARY)),
        errors.not_found(request, Exception(CANARY)),
        errors.server_error(request),
        errors.csrf_failure(request, reason=CANARY),
    ]
    assert [page.status_code for page in pages] == [400, 404, 500, 403]
    assert not any(CANARY.encode() in page.content for page in pages)


def test_a_failure_of_the_templates_is_answered_too(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> str:
        raise ValueError(CANARY)

    monkeypatch.setattr(errors, "render_to_string", fails)
    page = errors.server_error(rf.get(f"/{CANARY}/"))
    assert page.status_code == 500
    assert b"Something failed on the site." in page.content
    assert CANARY.encode() not in page.content


def test_a_name_that_is_not_the_sites_is_answered_with_the_setting_and_without_the_name() -> None:
    page = Client(headers={"host": f"{CANARY}.example"}).get("/en/desk/sign-in/")
    assert page.status_code == 400
    assert b"VISAVIS_HOSTS" in page.content
    assert CANARY.encode() not in page.content


@pytest.mark.parametrize("language", ["az", "hy", "en", "ru", "fr"])
def test_a_missing_page_is_answered_in_the_language_of_its_address(language: str) -> None:
    page = Client().get(f"/{language}/desk/nowhere/")
    assert page.status_code == 404
    assert f'<html lang="{language}"' in page.content.decode()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("database is locked"), 503),
        (OSError(errno.ENOSPC, "No space left on device"), 503),
        (ValueError(CANARY), 500),
    ],
    ids=["a database that others hold", "a full disk", "anything else, the control"],
)
def test_what_may_pass_is_answered_with_a_time_to_try_again_and_what_was_typed(
    monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fails(*_args: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr("visavis.people.views.coming_in.act_sign_in", fails)
    client = Client(raise_request_exception=False, headers={"origin": "http://testserver"})
    typed = {"title": f"two {CANARY}", "passphrase": "six secret words", "digits": "123 456"}
    answer = client.post("/hy/desk/sign-in/", typed)
    page = answer.content.decode()
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == ("5" if status == 503 else None)
    assert f"two {CANARY}" in page
    assert "six secret words" not in page
    assert "123 456" not in page
    assert '<html lang="hy"' in page

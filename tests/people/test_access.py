"""Every view says whom it is for, and what it says is what it does (C21, C22)."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

import editors
from visavis.people import access, addresses
from visavis.people.access import Access
from visavis.people.middleware import AccountMiddleware

ROOMS = ("people", "desk", "library", "dialogue")
VALUES = {"account_id": "0" * 32}


def routes(
    patterns: list[URLPattern | URLResolver], *, before: str = ""
) -> list[tuple[str, URLPattern]]:
    found = []
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, before=here)
        else:
            found.append((here, pattern))
    return found


def all_routes() -> list[tuple[str, URLPattern]]:
    return routes(get_resolver().url_patterns)


def test_every_view_says_whom_it_is_for() -> None:
    silent = [route for route, pattern in all_routes() if access.declared(pattern.callback) is None]
    assert silent == []


def test_the_pages_that_anyone_may_open_are_these_alone() -> None:
    open_to_all = {
        pattern.name
        for _, pattern in all_routes()
        if access.declared(pattern.callback) is Access.ANYONE
    }
    assert open_to_all == {
        "sign-in",
        "sign-out",
        "set-up",
        "set-up-passphrase",
        "set-up-words",
        "set-up-authenticator",
        "set-up-picture",
        "leave-quickly",
        "join",
        "join-code",
        "join-passphrase",
        "join-repeat",
        "join-wishes",
        "by-paper",
        "back",
    }


@pytest.mark.parametrize(
    ("whom", "sign_in", "fewest"),
    [
        (Access.EDITOR, "/en/desk/sign-in/", 20),
        (Access.PARTICIPANT, "/en/taking-part/sign-in/", 8),
    ],
)
@pytest.mark.django_db
def test_who_is_not_signed_in_is_asked_to_at_every_page_of_those_who_are(
    whom: Access, sign_in: str, fewest: int
) -> None:
    visitor, tried = Client(), 0
    for route, pattern in all_routes():
        if access.declared(pattern.callback) is not whom:
            continue
        address = "/" + route
        for name in pattern.pattern.converters:
            kind = type(pattern.pattern.converters[name]).__name__
            value = "1" if kind == "IntConverter" else VALUES.get(name, "a" * 32)
            spelled = f"<{name}>" if f"<{name}>" in address else None
            start = address.index(spelled or f":{name}>")
            begin = address.rindex("<", 0, start + 1)
            address = address[:begin] + value + address[address.index(">", start) + 1 :]
        for method in (visitor.get, visitor.post):
            answer = method(address)
            assert answer.status_code == 302, address
            assert answer["Location"].startswith(sign_in), address
            tried += 1
    assert tried >= fewest


def test_a_view_that_says_nothing_answers_nobody(rf: RequestFactory) -> None:
    from django.http import Http404

    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse("secret")

    middleware = AccountMiddleware(lambda _: HttpResponse())
    with pytest.raises(Http404):
        middleware.process_view(rf.get("/"), forgotten, [], {})
    assert middleware.process_view(rf.get("/"), access.public_desk_page(forgotten), [], {}) is None


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/en/desk/editors/",
        "//evil.example/en/desk/editors/",
        "/\\evil.example/en/desk/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/en/desk//evil.example",
        "/en/desk/../../evil",
        "/en/desk/editors/../remove/",
        "/en/desk/editors/?a=..",
        "/en/desk/editors/\r\nLocation: https://evil.example",
        "/en/desk/editors/?next=https://evil.example/",
        "/en/desk/nowhere/",
        "/xx/desk/editors/",
        "/en/",
        "",
        " /en/desk/editors/",
        "/en/taking-part/nowhere/",
        "/en/taking-part/../desk/editors/",
    ],
)
@pytest.mark.django_db
def test_nobody_is_sent_anywhere_but_to_a_page_of_the_desk(wanted: str) -> None:
    assert addresses.safe_next(wanted) == ""
    page = Client().get("/en/desk/sign-in/", {"next": wanted}).content.decode()
    assert 'name="next" value=""' in page


@pytest.mark.parametrize(
    "wanted",
    [
        "/en/desk/editors/",
        "/en/desk/editors/a.b/remove/",
        "/en/desk/account/?a=1",
        "/en/taking-part/account/",
    ],
)
def test_a_page_of_the_desk_is_come_back_to(wanted: str) -> None:
    assert addresses.safe_next(wanted) == wanted


@pytest.mark.django_db
def test_the_page_wanted_is_remembered_for_after_sign_in() -> None:
    answer = Client().get("/hy/desk/editors/")
    assert answer["Location"] == "/hy/desk/sign-in/?next=%2Fhy%2Fdesk%2Feditors%2F"


FORMS = [
    "sign-in/",
    "sign-out/",
    "set-up/",
    "key/",
    "key/new/",
    "account/",
    "editors/invite/",
    "editors/withdraw/",
]


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS)
def test_a_form_from_elsewhere_is_refused(form: str) -> None:
    account = editors.joined(editors.found().codes["az"]).account
    browser = editors.signed_in(account, client=Client(enforce_csrf_checks=True))
    browser.get("/en/desk/account/")
    token = browser.cookies["csrf"].value
    for answer in (
        browser.post(f"/en/desk/{form}"),
        browser.post(f"/en/desk/{form}", {"csrfmiddlewaretoken": "x" * 64}),
        browser.post(
            f"/en/desk/{form}",
            {"csrfmiddlewaretoken": token},
            headers={"origin": "https://evil.example"},
        ),
        browser.post(
            f"/en/desk/{form}", {"csrfmiddlewaretoken": token}, headers={"origin": "null"}
        ),
    ):
        assert answer.status_code == 403
        assert b"did not come from this site" in answer.content
    ours = browser.post(
        f"/en/desk/{form}",
        {"csrfmiddlewaretoken": token},
        headers={"origin": "http://testserver"},
    )
    assert b"did not come from this site" not in ours.content

"""Somebody gets markup into a page, past every other defence: the browser is told to run none of it (C39)."""

import re
from typing import TYPE_CHECKING

import pytest
from running import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]
INJECTED = (
    "<base href='https://elsewhere.invalid/'>"
    "<script>document.title = 'ran'</script>"
    "<img src='/nowhere.png' alt='' onerror=\"document.title = 'ran'\">"
    "<style>body { --ran: yes }</style>"
    "<iframe srcdoc=\"<script>parent.document.title = 'ran'</script>\"></iframe>"
    "<form action='https://elsewhere.invalid/'><button>go</button></form>"
)
HEADER = "content-security-policy"
META = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>', re.IGNORECASE)
PUBLIC, DESK = "/en/", "/en/desk/sign-in/"


def done_by_it(
    browser: "Browser", site: Site, page: str, *, header: bool = True, meta: bool = True
) -> set[str]:
    """Return what an injected page managed to do in a browser with scripts on; policies can be taken out."""

    def inject(route: "Route") -> None:
        answer = route.fetch()
        headers = {
            name: value for name, value in answer.headers.items() if header or name != HEADER
        }
        body = answer.text() if meta else META.sub("", answer.text())
        injected = body.replace("</main>", f"{INJECTED}</main>")
        assert injected != body
        route.fulfill(response=answer, headers=headers, body=injected)

    sent: list[str] = []
    context = browser.new_context(java_script_enabled=True)
    try:
        opened = context.new_page()
        opened.on("request", lambda request: sent.append(request.url))
        opened.route(site.address + page, inject)
        opened.goto(site.address + page)
        ran = opened.title() == "ran"
        style = "getComputedStyle(document.body).getPropertyValue('--ran')"
        based = "elsewhere" in str(opened.evaluate("document.baseURI"))
        styled = opened.evaluate(style).strip() == "yes"
        opened.get_by_role("button", name="go", exact=True).click(no_wait_after=True)
        opened.wait_for_timeout(300)
        left = any("elsewhere.invalid" in url for url in sent)
    finally:
        context.close()
    found = {"script": ran, "style": styled, "base": based, "form": left}
    return {what for what, is_so in found.items() if is_so}


def is_shown_in_a_frame(browser: "Browser", site: Site, page: str, *, policy: bool = True) -> bool:
    """Whether a page shows this one inside itself, for somebody to click on what they do not see."""

    def answer(route: "Route") -> None:
        reply = route.fetch()
        headers = {name: value for name, value in reply.headers.items() if policy or name != HEADER}
        route.fulfill(response=reply, headers=headers)

    frame = f"<!doctype html><iframe src='{page}'></iframe>"
    context = browser.new_context()
    try:
        opened = context.new_page()
        opened.route(site.address + page, answer)
        opened.route(
            "**/framing", lambda route: route.fulfill(content_type="text/html", body=frame)
        )
        opened.goto(f"{site.address}/framing")
        return any(each.locator("main").count() for each in opened.frames[1:])
    finally:
        context.close()


@pytest.mark.parametrize("page", [PUBLIC, DESK])
def test_what_somebody_gets_into_a_page_does_nothing(
    browser: "Browser", demo: Site, page: str
) -> None:
    assert done_by_it(browser, demo, page) == set()
    assert done_by_it(browser, demo, page, header=False, meta=False) == {
        *("script", "style", "base", "form"),
    }


def test_a_mirror_that_sends_no_headers_runs_no_script_either(
    browser: "Browser", demo: Site
) -> None:
    assert done_by_it(browser, demo, PUBLIC, meta=False) == set()
    assert done_by_it(browser, demo, PUBLIC, header=False) == set()


@pytest.mark.parametrize("page", [PUBLIC, DESK])
def test_no_page_is_shown_inside_another(browser: "Browser", demo: Site, page: str) -> None:
    assert not is_shown_in_a_frame(browser, demo, page)
    assert is_shown_in_a_frame(browser, demo, page, policy=False)

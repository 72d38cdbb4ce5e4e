"""The pages in a real browser without script: they fit, they can be read by everyone, they stay at home."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from printing import LittleSite, Press, a_little_site

import cast
from looking import faults_of_access, overflow
from talk import Talk
from visavis.base import data
from visavis.pages.addresses import item

pytestmark = [pytest.mark.journey, pytest.mark.enable_socket]

CHROMIUM = Path("/usr/bin/chromium")
WIDTHS = (360, 768, 1280, 1600)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing about a visitor is written down."""


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium, opened when the press has done its work: its loop and Django's database do not mix."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = _launched(playwright)
        yield browser
        browser.close()


def _launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])


@pytest.fixture
def little(press: Press) -> LittleSite:
    """One of everything, and a discussion: a thread of both sides, words that are gone, cards with cues."""
    little, talk = a_little_site(press), Talk(press)
    first = talk.says("az", "Su *azdır*.\n\n> Az sözdür.")
    talk.says("hy", "Ջուրը հոսում է։", to=first)
    gone = talk.says("hy", "Going.")
    talk.says("az", "Qalan söz.", to=gone)
    press.release()
    talk.closes(gone)
    press.release()
    return little


@pytest.fixture
def mirrored(press_of: Callable[[cast.SiteKeys], Press]) -> str:
    """The address of a text in Arabic and Hebrew, side by side."""
    press = press_of(cast.a_charter(sides=("ar", "he"), languages=("ar", "he")))
    texts = {"ar": ["نبع قديم."], "he": ["מעיין ישן."]}
    text = press.open(cast.an_article(press.site, texts=texts, original="ar"))
    press.release()
    return f"ar/library/{text.id[:12]}/ar-he/index.html"


@pytest.fixture
def address() -> Iterator[Callable[[], str]]:
    """Serve the plain tree as any web server would; the address is asked once there is one."""
    servers = []

    def serve() -> str:
        handler = partial(Quiet, directory=str(data.public_directory() / "site"))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def one_of_each(little: LittleSite) -> dict[str, str]:
    opened = {each.kind: each for each in little.press.opened}
    beside = f"az/library/{little.letter.id[:12]}/az-hy/index.html"
    return {
        "front door": "index.html",
        "home": "hy/index.html",
        "list": "en/questions/index.html",
        "library": "az/library/index.html",
        "answers": item("az", "questions", little.released.id),
        "empty chair": item("en", "questions", little.empty.id),
        "sealed": item("hy", "questions", little.sealed.id),
        "text": item("az", "library", little.letter.id),
        "stale": item("hy", "library", little.letter.id),
        "alone": item("hy", "library", little.alone.id),
        "side by side": beside,
        "discussions": "fr/discussions/index.html",
        "discussion": item("hy", "discussions", opened["discussion"].id),
        "contributions": "ru/contributions/index.html",
        "contribution": item("az", "contributions", opened["contribution"].id),
        "about": "fr/about/index.html",
        "missing": "404.html",
    }


def test_every_kind_of_page_is_accessible_fits_every_screen_and_asks_nobody_else(
    little: LittleSite, browser: Browser, address: Callable[[], str]
) -> None:
    base, asked = address(), set()
    # The checker itself is a script, let in past the page's policy; the pages have none.
    page = browser.new_context(color_scheme="light", bypass_csp=True).new_page()
    page.on("request", lambda request: asked.add(request.url.partition("/")[2].split("/")[1]))
    page.on("console", lambda message: pytest.fail(message.text))
    for name, path in one_of_each(little).items():
        page.goto(f"{base}/{path}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert overflow(page) <= 0, f"{name} is wider than {width} px"
        assert not faults_of_access(page, colours=True), name
    assert asked == {base.partition("//")[2]}


def test_everything_can_be_reached_and_read_without_script(
    little: LittleSite, browser: Browser, address: Callable[[], str]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address())
    page.get_by_role("link", name="Azərbaycanca").first.click()
    page.locator('.menu a[href*="library/"]').click()
    page.get_by_role("link", name="Azərbaycanca | Հայերեն").last.click()
    assert page.locator(".rows .row").count() == 3
    page.goto(page.url.rpartition("/az/")[0] + "/" + item("az", "library", little.letter.id))
    struck = page.locator(".cut del").first
    assert not struck.is_visible()
    page.locator(".cut summary").first.click()
    assert struck.is_visible()
    context.close()


def test_columns_that_face_each_other_are_equally_wide_and_one_below_the_other_on_a_phone(
    little: LittleSite, browser: Browser, address: Callable[[], str]
) -> None:
    page = browser.new_page()
    page.goto(f"{address()}/{item('en', 'questions', little.released.id)}")
    for width, beside in ((1280, True), (900, True), (360, False)):
        page.set_viewport_size({"width": width, "height": 800})
        left, right = (each.bounding_box() for each in page.locator("article.column").all())
        assert left is not None
        assert right is not None
        assert abs(left["width"] - right["width"]) < 0.1
        assert (left["y"] == right["y"]) is beside
    page.close()


def test_what_can_be_touched_is_large_enough(
    little: LittleSite, browser: Browser, address: Callable[[], str]
) -> None:
    """44 px, but for links within a sentence or a list of facts, which may be as high as their line."""
    base = address()
    page = browser.new_page(viewport={"width": 360, "height": 800})
    sizes = """links => links.map(link => {
      const box = link.getBoundingClientRect();
      return [Math.min(box.width, box.height), link.innerText];
    })"""
    for path in one_of_each(little).values():
        page.goto(f"{base}/{path}")
        found = page.locator(
            ".brand, .menu a, .tongues a, .foot a, .more, .button, .turn a, .versions a, .shelf h3 a"
        ).evaluate_all(sizes)
        assert found, path
        assert not [link for link in found if link[0] < 43.9], path
    page.close()


def test_a_copy_on_a_memory_stick_looks_and_works_the_same(
    little: LittleSite, browser: Browser
) -> None:
    page = browser.new_page()
    page.on("console", lambda message: pytest.fail(message.text))
    page.goto((data.public_directory() / "site" / "az" / "index.html").as_uri())
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith(
        '"Visavis Serif"'
    )
    loaded = "[...document.fonts].filter(font => font.status == 'loaded').length"
    page.wait_for_function(f"{loaded} > 0")
    page.locator('.menu a[href*="library/"]').click()
    page.locator(".shelf h3 a").first.click()
    assert page.url.startswith("file:")
    assert page.locator(".prose").count() == 1
    page.close()


def test_a_site_from_right_to_left_is_the_mirror_image(
    mirrored: str, browser: Browser, address: Callable[[], str]
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{address()}/{mirrored}")
    arabic, hebrew = (each.bounding_box() for each in page.locator(".rows .prose").all()[:2])
    assert arabic is not None
    assert hebrew is not None
    assert arabic["x"] > hebrew["x"] + hebrew["width"]
    assert abs(arabic["width"] - hebrew["width"]) < 0.1
    assert overflow(page) <= 0
    page.close()

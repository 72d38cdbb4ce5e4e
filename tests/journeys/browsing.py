"""A browser as a reader or an editor uses it, which notices whatever a page should not do."""

import contextlib
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

RIGHT_TO_LEFT = {"ar", "he"}


class Reader:
    """One browser context with one page; script is off unless a tool of the test needs it."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("request", self._note_request)
        self.page.on("console", self._note_console)

    @classmethod
    @contextlib.contextmanager
    def of(
        cls, browser: Browser, address: str, *, script: bool = False, **options: Any
    ) -> Iterator["Reader"]:
        context = browser.new_context(
            java_script_enabled=script,
            bypass_csp=script,
            reduced_motion="reduce",
            viewport={"width": options.pop("width", 1280), "height": 900},
            **options,
        )
        try:
            yield cls(context, address)
        finally:
            context.close()

    def open(self, path: str) -> Page:
        """Open a path of the site; it must be there."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self.page

    def path(self) -> str:
        return self.page.url.removeprefix(self.address)

    def type(self, **fields: str) -> "Reader":
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").fill(value)
        return self

    def press(self, selector: str = "main form button[type=submit]") -> "Reader":
        """Press what is there once, and wait for the page that follows."""
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()
        return self

    def words(self, selector: str = "main") -> str:
        return self.page.locator(selector).first.inner_text()

    def check_nothing_strange(self) -> None:
        assert not self.elsewhere, "the page asked somebody else for something"
        assert not self.complaints, "the browser complained"

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((self.address + "/", "data:", "blob:")):
            self.elsewhere.append(request.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        # Without script a page has nothing to say; what does appear is the browser's own complaint.
        # A refusal answers with 403 or 409, and the browser remarks on every such answer.
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            self.complaints.append(f"{self.path()}: {message.text}")

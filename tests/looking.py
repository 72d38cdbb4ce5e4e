"""What a browser measures on an open page: its width, and what axe finds wrong."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_RUN = """async options => (await axe.run(options)).violations.map(
  rule => [rule.id, rule.nodes.map(node => node.html.slice(0, 160))]
)"""


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def faults_of_access(page: Page, *, colours: bool) -> Mapping[str, list[str]]:
    """Return what axe finds wrong: rule → the elements. Needs a page with script on.

    With ``colours`` contrast is measured, in the light and in the dark; that takes two thirds of the time. A
    page has the same colours in every language, so one language is enough for it.
    """
    page.evaluate(AXE_SCRIPT)
    found = dict(
        _found(
            page,
            resultTypes=["violations"],
            preload=False,
            rules={"color-contrast": {"enabled": colours}},
        )
    )
    if colours:
        page.emulate_media(color_scheme="dark")
        found |= {
            f"{rule}, dark": nodes for rule, nodes in _found(page, runOnly=["color-contrast"])
        }
        page.emulate_media(color_scheme="light")
    return found


def _found(page: Page, **options: Any) -> Iterator[tuple[str, Sequence[str]]]:
    # Only the faults come back: all else that axe notes is larger than the page.
    yield from page.evaluate(_RUN, options)

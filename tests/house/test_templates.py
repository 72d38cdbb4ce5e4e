"""What no template may hold, since no page runs a script and every page is read in safest mode."""

import re

import pytest
from source import templates

FORBIDDEN = {
    "a script": r"<script|javascript:",
    "an event handler": r"\son[a-z]+\s*=",
    "a style in the page": r"<style|<[^>]*\sstyle\s*=",
    "a drawing that could hold a script": r"<svg|<math|<canvas",
    "a frame or an object": r"<iframe|<frame|<object|<embed|<applet",
    "another base": r"<base\b",
    "something fetched from elsewhere": r"(?:src|srcset|poster|action)\s*=\s*[\"']?(?:https?:)?//",
    "an order to the browser, but for the policy": r"http-equiv=(?!\"Content-Security-Policy\")",
    "markup that escapes nothing": r"(?<!\")\|\s*safe\b|autoescape\s+false",
}


def test_there_are_templates_to_look_at() -> None:
    assert len(templates()) > 10


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what: str) -> None:
    found = [
        f"{place}: {match[0]!r}"
        for place, text in templates().items()
        for match in re.finditer(FORBIDDEN[what], text, re.IGNORECASE)
    ]
    assert found == []


TOKEN = re.compile(r"csrf|token|leave-quickly|by-paper|taking:back")
"""Leaving quickly works in a page that is too old: what another site sends there does nothing (0103).
The page for a code on paper has no cookie, so no token: who sends it must know the code (0131)."""


def test_every_form_that_posts_carries_its_token() -> None:
    for place, text in templates().items():
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL | re.IGNORECASE):
            if re.search(r"method\s*=\s*[\"']?post", form, re.IGNORECASE):
                assert TOKEN.search(form), f"{place}: a form without a token"


def test_every_picture_has_words() -> None:
    for place, text in templates().items():
        for picture in re.findall(r"<img\b[^>]*>", text, re.IGNORECASE):
            assert re.search(r"\balt\s*=", picture), f"{place}: {picture}"


def test_no_template_glues_punctuation_on() -> None:
    """Armenian ends a sentence with ։ and French puts a space before a colon: a message has its own signs."""
    found = [
        f"{place}: {match[0]!r}"
        for place, text in templates().items()
        for match in re.finditer(r"(?:\}\}|%\})[.:;,!?](?=[\s<])[^\n]{0,20}", text)
    ]
    assert found == []

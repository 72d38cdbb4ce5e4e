"""Addresses that a form may name: live pages of our own, and nothing else."""

import re

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import override

LIVE = re.compile(r"/[a-z]{2}/(desk|taking-part)/[A-Za-z0-9/._-]*(\?[A-Za-z0-9=&._-]*)?")
FRAME = "people/taking_part.html"
"""The frame of participants' pages, for a page that has another one by itself."""
OF_PARTICIPANTS = re.compile(r"/[a-z]{2}/taking-part/")


def is_of_participants(path: str) -> bool:
    """Return whether a page lies among those of participants."""
    return bool(OF_PARTICIPANTS.match(path))


def frame_of(path: str) -> str:
    """Return the frame of a page at this path, for pages that both planes have."""
    return FRAME if is_of_participants(path) else "project/desk.html"


def safe_next(wanted: str) -> str:
    """Return the address if it is a live page of our own, else nothing: nobody is sent elsewhere."""
    language = wanted[1:3]
    if not LIVE.fullmatch(wanted) or "//" in wanted or ".." in wanted:
        return ""
    if language not in dict(settings.LANGUAGES):
        return ""
    try:
        with override(language):
            resolve(wanted.split("?", maxsplit=1)[0])
    except Resolver404:
        return ""
    return wanted

"""Addresses that a form may name: pages of our own desk, and nothing else."""

import re

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import override

WITHIN_THE_DESK = re.compile(r"/[a-z]{2}/desk/[A-Za-z0-9/._-]*(\?[A-Za-z0-9=&._-]*)?")


def safe_next(wanted: str) -> str:
    """Return the address if it is a page of our own desk, else nothing: nobody is sent elsewhere."""
    language = wanted[1:3]
    if not WITHIN_THE_DESK.fullmatch(wanted) or "//" in wanted or ".." in wanted:
        return ""
    if language not in dict(settings.LANGUAGES):
        return ""
    try:
        with override(language):
            resolve(wanted.split("?", maxsplit=1)[0])
    except Resolver404:
        return ""
    return wanted

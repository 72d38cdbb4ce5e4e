"""The kinds of this program: the setting `KINDS` names the tuple, as `ROOT_URLCONF` names addresses."""

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from .kind import Kinds


def installed() -> Kinds:
    """Return the kinds that the settings name, loaded when they are first asked for.

    Tests put a `Kinds` of their own in the setting.
    """
    named: str | Kinds = settings.KINDS
    return _loaded(named) if isinstance(named, str) else named


@cache
def _loaded(name: str) -> Kinds:
    return cast("Kinds", import_string(name))

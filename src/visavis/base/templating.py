"""The one template language: Jinja2, escaping everything that is not marked safe."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined

from . import languages, my_page
from .notices import notices


def environment(**options: Any) -> Environment:
    """Return the environment of every page, live and public. A misspelt name is an error, not a gap."""
    options.setdefault("autoescape", True)
    made = Environment(  # noqa: S701 - autoescape is on: set above
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **{key: value for key, value in options.items() if key != "undefined"},
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.globals.update(static=static, url=_url, language=get_language)
    made.globals.update(
        day_in=languages.day_in,
        direction=languages.direction,
        name_alone=languages.name_alone,
        name_of=languages.name_of,
        menu_of_participants=my_page.menu,
        notices=notices,
        number_in=languages.number_in,
        own_name=languages.own_name,
        tongues_of=languages.tongues_of,
    )
    return made


def _url(name: str, *arguments: Any, **named: Any) -> str:
    return reverse(name, args=arguments or None, kwargs=named or None)

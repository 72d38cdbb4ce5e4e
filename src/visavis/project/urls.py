"""Every address of the live plane. Public addresses are files of the edition and stand nowhere here."""

from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from . import errors

ROOMS = {
    "people": "desk/",
    "desk": "desk/",
    "library": "desk/library/",
    "dialogue": "desk/questions/",
    "discussions": "desk/discussions/",
}
MORE = {
    "people.taking_part_urls": "taking-part/",
    "cards.urls": "taking-part/card/",
    "dialogue.guest_urls": "taking-part/",
    "discussions.author_urls": "taking-part/",
    "discussions.telling_urls": "taking-part/contributions/",
    "discussions.translating_urls": "taking-part/",
    "discussions.translating_at_desk_urls": "desk/",
    "cards.desk_urls": "desk/cards/",
    "pauses.urls": "desk/pause/",
}
"""Modules with the pages of those who take part, and with further pages of the desks."""
urlpatterns: list[URLPattern | URLResolver] = i18n_patterns(
    *(
        path(place, include(f"visavis.{room}.urls"))
        for room, place in ROOMS.items()
        if find_spec(f"visavis.{room}.urls")
    ),
    *(path(place, include(f"visavis.{module}")) for module, place in MORE.items()),
)

handler400 = errors.bad_request
handler403 = errors.not_found
handler404 = errors.not_found
handler500 = errors.server_error

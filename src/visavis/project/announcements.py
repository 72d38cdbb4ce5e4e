"""What live pages say at their top: the site's name, and whether a side's key is being changed."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from visavis.record.public import charter_and_recoveries
from visavis.sides import queries as sides

PROGRAM = "Visavis"


def announcements(_request: HttpRequest) -> Mapping[str, Callable[[], object]]:
    """Give every template `recoveries_announced`, for desks, and `site_name`, for everybody else."""
    return {"recoveries_announced": recoveries_announced, "site_name": site_name}


def site_name() -> str:
    """Return the site's name in the page's language; the program's where no site can be asked."""
    try:
        founded = sides.site()
    except DatabaseError:  # the page says just this
        return PROGRAM
    if founded is None:
        return PROGRAM
    return str(founded.names.get(get_language() or "") or next(iter(founded.names.values())))


def recoveries_announced() -> list[dict[str, Any]]:
    """Return of each recovery under way its side, that side's name on this page, and its two days."""
    today, language = timezone.now().date(), get_language() or "en"
    charter, under_way = charter_and_recoveries(on=today)
    if charter is None:
        return []
    return [
        {
            "side": side.code,
            "name": side.names.get(language) or side.names[side.languages[0]],
            "day": each.day,
            "from": each.in_force_from(charter),
        }
        for each in under_way
        if (side := charter.side(each.side)) is not None
    ]

"""What every page of a desk says at its top: a side's key is being changed with its recovery key."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from visavis.record.public import charter_and_recoveries


def announcements(_request: HttpRequest) -> Mapping[str, Callable[[], list[dict[str, Any]]]]:
    """Give every template `recoveries_announced`, to be asked where somebody of a desk is signed in."""
    return {"recoveries_announced": recoveries_announced}


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

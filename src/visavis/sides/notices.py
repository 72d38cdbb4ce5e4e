"""What every desk sees of the sides: that one of them was let in again."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from visavis.base.languages import day_in
from visavis.base.notices import Notice

from . import queries


def ways_in(request: HttpRequest) -> Iterator[Notice]:  # noqa: ARG001 - every desk sees the same
    """Yield one notice for each way in of the last 30 days."""
    language = get_language() or "en"
    for each in queries.ways_in(timezone.now().date()):
        side = queries.names(language)[each.side_id]
        yield Notice(
            _(
                "Let in again, with a signature made with its own key or recovery key: %(side)s. A code "
                "for one new editor was submitted on %(day)s and is valid from %(from)s."
            )
            % {
                "side": side,
                "day": day_in(each.on, language=language),
                "from": day_in(each.counts_from, language=language),
            }
        )

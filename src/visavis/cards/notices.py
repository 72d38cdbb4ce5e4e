"""What a desk sees where it arrives: whose access is ended, under which pen name."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from visavis.base.languages import day_in
from visavis.base.notices import Notice
from visavis.kinds.bodies import BadBodyError
from visavis.people import detaining, home
from visavis.record import queries as record

from . import bodies
from .reading import title_of_card


def locked_out(request: HttpRequest) -> Iterator[Notice]:
    """Yield one sentence for each participant of the side who is locked out."""
    account, language = request.account, get_language() or "en"  # type: ignore[attr-defined]
    if request.path != home.address() or not account.can_read:
        return
    for each in detaining.locked(account.side_id):
        words = _("Access ended on %(day)s: %(name)s. Words that wait are not opened.")
        day = each.since
        if each.returns_on:
            day = each.returns_on
            words = _(
                "An access is to be given back from %(day)s on: %(name)s. If you do not know why, ask your "
                "desk, and end the access again."
            )
        name = _name(each.card, language)
        yield Notice(words % {"day": day_in(day, language=language), "name": name})


def _name(card: str, language: str) -> str:
    for _state, document in record.versions_of(card):
        try:
            if document is not None:
                return title_of_card(bodies.CARD.of(document), language).text
        except BadBodyError:
            continue
    return _("a card that is closed")

"""What of the questions waits for somebody who takes part: on "My page"."""

from collections.abc import Iterator
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext

from visavis.base.languages import day_in
from visavis.base.my_page import Waiting
from visavis.people.http import ParticipantRequest

from . import guest_queries, guest_writing


def for_guest(request: HttpRequest) -> Iterator[Waiting]:
    """Say which questions this person is invited to answer. One query; three more where there are any."""
    participant = cast("ParticipantRequest", request).participant
    today = timezone.now().date()
    for seat in guest_queries.invited_seats(participant):
        if seat.asked is not None and guest_writing.why_not_write(seat, today=today) is None:
            day = day_in(seat.asked.seats.until, language=get_language() or "en")
            yield Waiting(
                gettext("Your desk invites you to answer a question. Closing day: %(day)s.")
                % {"day": day},
                reverse("guests:write", args=[seat.question]),
                gettext("Read it and answer"),
            )

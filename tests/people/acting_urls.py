"""Pages of a room that forgot to ask whether somebody is still arriving."""

from datetime import timedelta

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import path

import editors
from visavis.people import own_boxes
from visavis.people.access import participant_required
from visavis.people.models import Batch
from visavis.project.urls import urlpatterns as own
from visavis.safety.transactions import one_act


@participant_required
def draft(request: HttpRequest) -> HttpResponse:
    purse = request.participant.purse  # type: ignore[attr-defined]
    own_boxes.keep(purse, "draft 0", b"words", ends_on=editors.TODAY + timedelta(days=9))
    return HttpResponse()


@participant_required
def anything(request: HttpRequest) -> HttpResponse:
    side = request.participant.side_id  # type: ignore[attr-defined]
    with one_act():
        Batch.objects.create(
            id="1" * 32, side_id=side, role="other", size=1, expires_on=editors.TODAY
        )
    return HttpResponse()


urlpatterns = [
    *own,
    *i18n_patterns(path("acts/draft/", draft), path("acts/anything/", anything)),
]

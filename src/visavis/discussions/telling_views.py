"""Somebody who takes part points out an open contribution to the desk of its side."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from visavis.base.refusal import Refused
from visavis.kinds.installed import installed
from visavis.people.access import participant_required
from visavis.people.http import ParticipantRequest
from visavis.record.wording import REFUSALS as RECORD_REFUSALS

from . import deciding, saying_forms, wording

SENTENCES = {**RECORD_REFUSALS, **wording.REFUSALS}


@participant_required
@require_http_methods(["GET", "POST"])
def tell(request: ParticipantRequest, item: str) -> HttpResponse:
    """A reason and a few words, sealed to the desk of the contribution's side."""
    found = deciding.told_of(item)
    form, refusal = saying_forms.to_desk(), None
    if request.method == "POST":
        form = saying_forms.to_desk(request.POST)
        try:
            deciding.tell(
                request.participant, item=item, today=timezone.now().date(), **form.said()
            )
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            return redirect(f"{reverse('telling:tell', args=[item])}?done=told")
    context = {
        "title": installed().title_of(found, language=get_language() or "en"),
        "form": form,
        "refusal": refusal,
        "is_done": request.GET.get("done") == "told",
    }
    status = 409 if refusal else 200
    return render(request, "discussions/taking_part/tell.html", context, status=status)

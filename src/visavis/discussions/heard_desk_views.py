"""The heard gate at a desk: what its people have restated, and what they are asked."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from visavis.base.answering import after
from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.people.access import editor_required
from visavis.people.http import EditorRequest
from visavis.record.public import current_charter

from . import heard, heard_queries, heard_rules, previews
from .heard_queries import Restated
from .heard_views import SENTENCES, hearing_form

DONE = ("handed-on", "answered")


@editor_required
@require_GET
def waiting(request: EditorRequest) -> HttpResponse:
    """Every restatement that waits and concerns this desk, the oldest first."""
    return _waiting(request)


@editor_required
@require_POST
def hand_on(request: EditorRequest, item: str) -> HttpResponse:
    side = request.account.side_id
    return after(
        lambda: heard.hand_on(side=side, restatement=item),
        then=lambda _: f"{reverse('discussions:heard')}?done=handed-on",
        again=lambda refusal: _waiting(request, refusal=refusal),
        sentences=SENTENCES,
    )


@editor_required
@require_http_methods(["GET", "POST"])
def answer(request: EditorRequest, item: str) -> HttpResponse:
    """The desk answers in the person's stead: a yes that it keys afterwards, or one correction."""
    side, charter = request.account.side_id, current_charter()
    found = heard_queries.waiting(item)
    if found is None or charter is None or found.body.asked != side:
        raise NotFound
    language, is_sent = get_language() or "en", request.method == "POST"
    form = hearing_form(request.POST if is_sent else None, found, charter, language)
    refusal: Any = None
    if is_sent and form.is_valid():
        try:
            heard.hear_for_desk(
                side=side, restatement=item, today=timezone.now().date(), **form.words()
            )
        except Refused as refused:
            refusal = SENTENCES[refused.reason]
        else:
            return redirect(f"{reverse('discussions:heard')}?done=answered")
    context = {
        "form": form,
        "found": found,
        "said": previews.said_in_public(found.of, charter=charter, language=language, level=3),
        "refusal": refusal,
    }
    status = 409 if refusal else 422 if is_sent and form.errors else 200
    return render(request, "discussions/answer.html", context, status=status)


def _waiting(request: EditorRequest, *, refusal: object = None) -> HttpResponse:
    side, today, charter = request.account.side_id, timezone.now().date(), current_charter()
    if charter is None:
        raise NotFound
    found = heard_queries.at_desk(side)
    context = {
        "public_address": previews.public_address,
        "asked": [each for each in found if each.body.asked == side],
        "own": [(each, each.has_passed(today)) for each in found if each.document.side == side],
        "may_answer": lambda each: _may_answer(each, today),
        "refusal": refusal,
        "done": request.GET.get("done", "") if request.GET.get("done") in DONE else "",
    }
    status = 409 if refusal else 200
    return render(request, "discussions/heard.html", context, status=status)


def _may_answer(each: Restated, today: Any) -> bool:
    return not each.is_answered and today >= each.document.day + heard_rules.DESK_WAITS

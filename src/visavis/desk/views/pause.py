"""A pause of the own side, or of all: begin it, ask for its end, close own texts together."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from visavis.base.missing import NotFound
from visavis.base.refusal import Refused
from visavis.desk import actions, queries, rules
from visavis.desk.forms import ClosingForm
from visavis.pauses import actions as pausing
from visavis.pauses import queries as statements
from visavis.people.access import closing_page, editor_required
from visavis.people.http import EditorRequest
from visavis.record import queries as record
from visavis.record.public import charter_in_force, current_charter

from . import pages
from .reading import as_file


@editor_required
@require_http_methods(["GET", "POST"])
def pause(request: EditorRequest) -> HttpResponse:
    """What is paused, what came of it; and the form that puts a pause before the key."""
    side, today, refusal = request.account.side_id, timezone.now().date(), None
    if request.method == "POST":
        is_joint = request.POST.get("act") == "joint"
        try:
            digest = pausing.propose_pause(side=side, is_joint=is_joint, today=today)
        except Refused as refused:
            refusal = pages.sentence(refused)
        else:
            return redirect("desk:read", digest)
    charter, every = current_charter(on=today), record.pauses()
    context = {
        **pages.shared(charter),
        "own": side,
        "refusal": refusal,
        "on": [each for each in every if not each.ended_on],
        "ended": [each for each in every if each.ended_on],
        "has_statement": statements.statement() is not None,
        "done": pages.done(request),
    }
    return render(request, "desk/pause.html", context, status=409 if refusal else 200)


@closing_page
@editor_required
@require_http_methods(["GET", "POST"])
def end(request: EditorRequest, digest: str) -> HttpResponse:
    """Ask for the end of a pause with the side's key: it ends once every side has asked."""
    side, at, refusal = request.account.side_id, timezone.now(), None
    found = next((e for e in record.pauses() if e.digest == digest and not e.ended_on), None)
    charter = charter_in_force()
    form = ClosingForm(
        request.POST or None,
        request.FILES or None,
        is_key_here=queries.is_key_here(side, charter=charter),
    )
    if found is None:
        raise NotFound
    if request.method == "POST":
        try:
            actions.take_down(digest=digest, side=side, given=form.given(), at=at)
        except Refused as refused:
            refusal = pages.sentence(refused)
        else:
            return redirect(f"{reverse('desk:pause')}?done=pause-end")
    context = {**pages.shared(charter), "found": found, "key_form": form, "refusal": refusal}
    return render(request, "desk/end_pause.html", context, status=409 if refusal else 200)


@closing_page
@editor_required
@require_http_methods(["GET", "POST"])
def own_texts(request: EditorRequest) -> HttpResponse:
    """Every open text that is the side's own, to be ticked and closed for good with one key."""
    side, at, refusal = request.account.side_id, timezone.now(), None
    charter, ticked = charter_in_force(), request.POST.getlist("digest")
    form = ClosingForm(
        request.POST or None,
        request.FILES or None,
        is_key_here=queries.is_key_here(side, charter=charter),
    )
    if request.method == "POST":
        try:
            if request.POST.get("act") == "download":
                content = queries.closings_to_sign(side, ticked, today=at.date())
                return as_file(content, name="closings.json")
            actions.take_down_several(
                digests=ticked, side=side, given=form.given(), at=at, is_urgent=form.is_urgent
            )
        except Refused as refused:
            refusal = pages.sentence(refused)
        else:
            return redirect(f"{reverse('desk:pause')}?done=closed-several")
    page = pages.number(request, "page")
    context = {
        **pages.shared(charter),
        "texts": record.own_words(side, page=page, size=rules.MOST_AT_ONCE),
        "ticked": ticked,
        "is_followed_at_once": queries.comes_out_at_once(),
        "key_form": form,
        "refusal": refusal,
    }
    return render(request, "desk/own_texts.html", context, status=409 if refusal else 200)
